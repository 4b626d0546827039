// The summary in a terminal.
#include "cli/backtest_show.h"
#include "cli/grid.h"
#include "cli/rpc.h"
#include <stdio.h>
#include <string.h>

enum { RULES_SHOWN = 40, MEMBERS_SHOWN = 10 };

static bool is_zero(acr__span number) {
  for (size_t i = 0; i < number.len; i++)
    if (number.ptr[i] >= '1' && number.ptr[i] <= '9') return false;
  return true;
}

static void add_figure(struct grid *grid, const acr__node *figure) {
  acr__span difference = acr__node_word(figure, "difference"), percent = acr__node_word(figure, "percent");
  acr__grid_add(grid, acr__node_word(figure, "before"));
  acr__grid_add(grid, acr__node_word(figure, "after"));
  bool plus = !is_zero(difference) && difference.ptr[0] != '-';
  char *text = acr__arena_printf(grid->arena, "%s%.*s", plus ? "+" : "", (int)difference.len, difference.ptr);
  acr__grid_add(grid, is_zero(difference) ? ACR__SPAN_LIT("0") : acr__span_of(text));
  acr__grid_add(grid,
                percent.len ? acr__span_of(acr__arena_printf(grid->arena, "%.*s%%", (int)percent.len, percent.ptr)) : ACR__SPAN_LIT("new"));
}

static bool differs(const acr__node *figure) {
  return !is_zero(acr__node_word(figure, "difference"));
}

static void print_head(const acr__node *root) {
  for (const acr__node *p = acr__node_first(acr__node_get(root, "programs")); p; p = acr__node_next(p)) {
    printf("%s (%s)", acr__node_word(p, "program").ptr, acr__node_word(p, "file").ptr);
    const acr__node *release = acr__node_first(acr__node_get(p, "in_place_of"));
    fputs(release ? " in place of" : " is new to this ledger", stdout);
    for (; release; release = acr__node_next(release))
      printf(" %s", acr__node_text(release).ptr);
    putchar('\n');
  }
  printf("%s records, %s members judged\n\n", acr__node_word(root, "records").ptr, acr__node_word(root, "members").ptr);
}

static void print_points(const acr__node *root, acr__arena *arena) {
  static const char *const flows[] = {"issued", "spent", "expired", "reversed", "adjusted", "outstanding"};
  struct grid grid;
  acr__grid_begin(&grid, arena, "account|points|>before|>after|>difference|>");
  for (const acr__node *a = acr__node_first(acr__node_get(root, "accounts")); a; a = acr__node_next(a))
    for (size_t i = 0; i < sizeof flows / sizeof flows[0]; i++) {
      const acr__node *figure = acr__node_get(a, flows[i]);
      if (i && is_zero(acr__node_word(figure, "before")) && is_zero(acr__node_word(figure, "after"))) continue;
      acr__grid_add(&grid, i ? (acr__span){"", 0} : acr__node_word(a, "account"));
      acr__grid_add(&grid, acr__span_of(flows[i]));
      add_figure(&grid, figure);
    }
  acr__grid_print(&grid, stdout, "");
  const acr__node *cost = acr__node_get(root, "cost");
  acr__span points = acr__node_word(acr__node_get(cost, "points"), "difference"), money = acr__node_word(cost, "money");
  printf("\ncost of the change, less what returns took back: %s points", points.ptr);
  if (money.len) printf(" = %s %s at %s a point", money.ptr, acr__node_word(cost, "currency").ptr, acr__node_word(cost, "point_value").ptr);
  fputs("\n\n", stdout);
}

static void print_rules(const acr__node *root, acr__arena *arena) {
  struct grid grid;
  int shown = 0, more = 0, same = 0;
  acr__grid_begin(&grid, arena, "level|behavior|rule|what|>before|>after|>difference|>");
  for (const acr__node *rule = acr__node_first(acr__node_get(root, "rules")); rule; rule = acr__node_next(rule)) {
    bool any = differs(acr__node_get(rule, "met"));
    for (const acr__node *g = acr__node_first(acr__node_get(rule, "given")); g; g = acr__node_next(g))
      any = any || differs(g);
    same += !any;
    more += any && shown >= RULES_SHOWN;
    if (!any || shown >= RULES_SHOWN) continue;
    shown++;
    acr__grid_add(&grid, acr__node_word(rule, "level"));
    acr__grid_add(&grid, acr__node_word(rule, "behavior"));
    acr__grid_add(&grid, acr__node_word(rule, "rule"));
    acr__grid_add(&grid, ACR__SPAN_LIT("times"));
    add_figure(&grid, acr__node_get(rule, "met"));
    for (const acr__node *g = acr__node_first(acr__node_get(rule, "given")); g; g = acr__node_next(g)) {
      for (int i = 0; i < 3; i++)
        acr__grid_add(&grid, (acr__span){"", 0});
      acr__grid_add(&grid, acr__node_key(g));
      add_figure(&grid, g);
    }
  }
  acr__grid_print(&grid, stdout, "");
  if (more) printf("and %d more (--json has all)\n", more);
  printf("%d rules without a difference\n\n", same);
}

static void print_levels(const acr__node *root, acr__arena *arena) {
  struct grid grid;
  acr__grid_begin(&grid, arena, "program|level|>before|>after|>difference|>");
  for (const acr__node *l = acr__node_first(acr__node_get(root, "levels")); l; l = acr__node_next(l)) {
    acr__span level = acr__node_word(l, "level");
    acr__grid_add(&grid, acr__node_word(l, "family"));
    acr__grid_add(&grid, level.len ? level : ACR__SPAN_LIT("(none)"));
    add_figure(&grid, acr__node_get(l, "members"));
  }
  acr__grid_print(&grid, stdout, "");
  struct grid offers;
  acr__grid_begin(&offers, arena, "offer|what|>before|>after|>difference|>");
  static const char *const fates[] = {"issued", "sold", "redeemed", "expired"};
  for (const acr__node *o = acr__node_first(acr__node_get(root, "offers")); o; o = acr__node_next(o))
    for (size_t i = 0; i < sizeof fates / sizeof fates[0]; i++) {
      acr__grid_add(&offers, i ? (acr__span){"", 0} : acr__node_word(o, "offer"));
      acr__grid_add(&offers, acr__span_of(fates[i]));
      add_figure(&offers, acr__node_get(o, fates[i]));
    }
  putchar('\n');
  acr__grid_print(&offers, stdout, "");
}

static void print_members(const acr__node *root, acr__arena *arena) {
  struct grid grid;
  int shown = 0;
  acr__grid_begin(&grid, arena, "member|>before|>after|>difference|>|most by event");
  for (const acr__node *m = acr__node_first(acr__node_get(root, "largest_differences")); m && shown < MEMBERS_SHOWN;
       m = acr__node_next(m)) {
    const acr__node *event = acr__node_first(acr__node_get(m, "events"));
    acr__span difference = acr__node_word(acr__node_get(event, "points"), "difference");
    shown++;
    acr__grid_add(&grid, acr__node_word(m, "member"));
    add_figure(&grid, acr__node_get(m, "issued"));
    acr__grid_add(&grid, event ? acr__span_of(acr__arena_printf(arena, "%s/%s: %s", acr__node_word(event, "source").ptr,
                                                                acr__node_word(event, "id").ptr, difference.ptr))
                               : (acr__span){"", 0});
  }
  printf("%s members differ\n", acr__node_word(root, "differing_members").ptr);
  acr__grid_print(&grid, stdout, "");
  if (shown) fputs("--json and --html have more events of each, with what every rule gave before and after\n", stdout);
}

static void print_events(const acr__node *root) {
  const acr__node *events = acr__node_get(root, "events");
  for (const acr__node *fate = acr__node_first(events); fate; fate = acr__node_next(fate))
    if (differs(fate))
      printf("events %s: %s before, %s after\n", acr__node_key(fate).ptr, acr__node_word(fate, "before").ptr,
             acr__node_word(fate, "after").ptr);
  acr__span message = acr__node_word(acr__node_get(acr__node_get(root, "rejected_example"), "error"), "message");
  if (message.len) printf("not valid any more, for instance: %s\n", message.ptr);
}

void acr__backtest_print(const acr__node *root, acr__arena *arena) {
  print_head(root);
  print_points(root, arena);
  print_rules(root, arena);
  print_levels(root, arena);
  putchar('\n');
  print_members(root, arena);
  print_events(root);
  putchar('\n');
  for (const acr__node *n = acr__node_first(acr__node_get(root, "notes")); n; n = acr__node_next(n))
    printf("* %s\n", acr__node_text(n).ptr);
}
