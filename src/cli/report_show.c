#include "cli/report_show.h"
#include "cli/csv.h"
#include "cli/grid.h"
#include <stdio.h>
#include <string.h>

// One row at a time, into whichever it is.
struct out {
  struct grid grid;
  struct csv csv;
  bool as_csv;
};

static void begin(struct out *out, acr__arena *arena, bool csv, const char *titles) {
  *out = (struct out){.csv = {.out = stdout}, .as_csv = csv};
  if (!csv) {
    acr__grid_begin(&out->grid, arena, titles);
    return;
  }
  for (const char *at = titles, *bar; at; at = bar ? bar + 1 : NULL) {
    bar = strchr(at, '|');
    at += *at == '>';
    acr__csv_field(&out->csv, (acr__span){at, bar ? (size_t)(bar - at) : strlen(at)});
  }
  acr__csv_end(&out->csv);
}

static void add(struct out *out, acr__span text) {
  if (out->as_csv)
    acr__csv_field(&out->csv, text);
  else
    acr__grid_add(&out->grid, text);
}

static void end_row(struct out *out) {
  if (out->as_csv) acr__csv_end(&out->csv);
}

static void end(struct out *out) {
  if (!out->as_csv) acr__grid_print(&out->grid, stdout, "");
}

static void row(struct out *out, const acr__span *cells, int count) {
  for (int i = 0; i < count; i++)
    add(out, cells[i]);
  end_row(out);
}

static bool is_zero(acr__span number) {
  return strspn(number.ptr, "0.") == number.len;
}

static acr__span level_of(const acr__node *node, const char *key) {
  acr__span level = acr__node_word(node, key);
  return level.len ? level : ACR__SPAN_LIT("(none)");
}

// ---- activity: a row for each figure

static const acr__span none = {"", 0};

static void add_account(struct out *out, acr__span period, const acr__node *a) {
  static const char *const flows[] = {"issued", "spent", "expired", "reversed", "adjusted"};
  for (size_t i = 0; i < sizeof flows / sizeof flows[0]; i++) {
    acr__span points = acr__node_word(a, flows[i]);
    if (i == 0 || !is_zero(points))
      row(out, (acr__span[]){period, acr__span_of(flows[i]), acr__node_word(a, "account"), none, points}, 5);
  }
}

static void add_period(struct out *out, const acr__node *p, acr__arena *arena) {
  static const char *const counts[] = {"members", "applied", "refused", "parked", "due_work"};
  acr__span period = acr__node_word(p, "from");
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
    if (i < 2 || !is_zero(acr__node_word(p, counts[i])))
      row(out, (acr__span[]){period, acr__span_of(counts[i]), none, acr__node_word(p, counts[i]), none}, 5);
  for (const acr__node *a = acr__node_first(acr__node_get(p, "accounts")); a; a = acr__node_next(a))
    add_account(out, period, a);
  for (const acr__node *r = acr__node_first(acr__node_get(p, "rules")); r; r = acr__node_next(r)) {
    acr__span level = acr__node_word(r, "level"), rule = acr__node_word(r, "rule");
    const char *name = acr__arena_printf(arena, "%s%s%s %s", level.len ? level.ptr : "", level.len ? ": " : "",
                                         acr__node_word(r, "behavior").ptr, rule.len ? rule.ptr : "");
    const acr__node *given = acr__node_first(acr__node_get(r, "given"));
    if (!given) row(out, (acr__span[]){period, acr__span_of(name), none, acr__node_word(r, "met"), none}, 5);
    for (; given; given = acr__node_next(given))
      row(out, (acr__span[]){period, acr__span_of(name), acr__node_key(given), acr__node_word(r, "met"), acr__node_text(given)}, 5);
  }
  for (const acr__node *m = acr__node_first(acr__node_get(p, "moves")); m; m = acr__node_next(m)) {
    const char *name =
        acr__arena_printf(arena, "%s -> %s (%s)", level_of(m, "from").ptr, level_of(m, "to").ptr, acr__node_word(m, "cause").ptr);
    row(out, (acr__span[]){period, acr__span_of(name), none, acr__node_word(m, "members"), none}, 5);
  }
}

static void show_activity(const struct answer *answer, bool csv) {
  struct out out;
  begin(&out, answer->arena, csv, "from|what|account|>times|>points");
  for (const acr__node *p = acr__node_first(acr__node_get(answer->result, "periods")); p; p = acr__node_next(p))
    add_period(&out, p, answer->arena);
  end(&out);
}

static void show_levels(const struct answer *answer, bool csv) {
  struct out out;
  begin(&out, answer->arena, csv, "program|level|>at start|>stayed|>up|>down|>entered|>members|>retention %");
  for (const acr__node *f = acr__node_first(acr__node_get(answer->result, "families")); f; f = acr__node_next(f))
    for (const acr__node *l = acr__node_first(acr__node_get(f, "levels")); l; l = acr__node_next(l))
      row(&out,
          (acr__span[]){acr__node_word(f, "family"), acr__node_word(l, "level"), acr__node_word(l, "at_start"), acr__node_word(l, "stayed"),
                        acr__node_word(l, "up"), acr__node_word(l, "down"), acr__node_word(l, "entered"), acr__node_word(l, "members"),
                        acr__node_word(l, "retention")},
          9);
  end(&out);
}

void acr__report_show(const struct answer *answer, bool levels, bool csv) {
  if (levels)
    show_levels(answer, csv);
  else
    show_activity(answer, csv);
}
