#include "cli/forecast_show.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/grid.h"
#include <stdio.h>

static const char *const columns[] = {"account", "month", "expired", "moved_out", "moved_in", "given", "taken", "outstanding"};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static void print_csv(const struct answer *answer) {
  struct csv csv = {.out = stdout};
  acr__span whole = {(const char *)answer->text.ptr, answer->text.len};
  for (int i = 0; i < COLUMNS; i++)
    acr__csv_field(&csv, acr__span_of(columns[i]));
  acr__csv_end(&csv);
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "months")); row; row = acr__node_next(row)) {
    for (int i = 0; i < COLUMNS; i++)
      acr__csv_member(&csv, answer->json, row, columns[i], whole);
    acr__csv_end(&csv);
  }
}

// What is the same as nothing is left out of the table, so that a column that says nothing goes.
static void add(struct grid *grid, const acr__node *row, const char *key) {
  acr__span word = acr__node_word(row, key);
  bool nothing = true;
  for (size_t i = 0; i < word.len; i++)
    nothing = nothing && (word.ptr[i] == '0' || word.ptr[i] == '.');
  acr__grid_add(grid, nothing ? ACR__SPAN_LIT("") : word);
}

static void print_table(const struct answer *answer) {
  struct grid grid;
  printf("from %s until %s, if nothing more happens; nothing was written\n\n", acr__node_word(answer->result, "from").ptr,
         acr__node_word(answer->result, "until").ptr);
  acr__grid_begin(&grid, answer->arena, "account|month|>expired|>moved out|>moved in|>given|>taken|>outstanding");
  for (const acr__node *account = acr__node_first(acr__node_get(answer->result, "accounts")); account; account = acr__node_next(account)) {
    acr__grid_add(&grid, acr__node_word(account, "account"));
    acr__grid_add(&grid, ACR__SPAN_LIT("now"));
    for (int i = 2; i < COLUMNS - 1; i++)
      acr__grid_add(&grid, (acr__span){NULL, 0});
    acr__grid_add(&grid, acr__node_word(account, "outstanding"));
    for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "months")); row; row = acr__node_next(row)) {
      if (!acr__span_eq(acr__node_word(row, "account"), acr__node_word(account, "account"))) continue;
      acr__grid_add(&grid, acr__node_word(row, "account"));
      acr__grid_add(&grid, acr__node_word(row, "month"));
      for (int i = 2; i < COLUMNS - 1; i++)
        add(&grid, row, columns[i]);
      acr__grid_add(&grid, acr__node_word(row, "outstanding"));
    }
  }
  acr__grid_print(&grid, stdout, "");
}

void acr__forecast_show(const struct answer *answer, bool csv) {
  if (csv)
    print_csv(answer);
  else
    print_table(answer);
}
