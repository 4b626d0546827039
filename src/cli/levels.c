// Where a member stands in each program: until when at least, and what the next level, and keeping this one, take.
#include "cli/levels.h"
#include "cli/grid.h"
#include <stdio.h>

static void print(const struct grid *grid) {
  if (!grid->first) return;
  putchar('\n');
  acr__grid_print(grid, stdout, "  ");
}

static void print_standing(const acr__node *member, acr__arena *arena) {
  static const char *const keys[] = {"next_review", "at_risk_until", "ends"};
  const acr__node *levels = acr__node_get(member, "levels");
  struct grid grid;
  acr__grid_begin(&grid, arena, "program|level|since|next review|at risk until|ends");
  for (const acr__node *node = acr__node_first(levels); node; node = acr__node_next(node)) {
    acr__span program = acr__node_key(node);
    const acr__node *progress = acr__node_get(acr__node_get(member, "progress"), program.ptr);
    acr__grid_add(&grid, program);
    acr__grid_add(&grid, acr__node_kind(node) == ACR_JSON_NULL ? ACR__SPAN_LIT("-") : acr__node_word(levels, program.ptr));
    acr__grid_add(&grid, acr__node_word(acr__node_get(member, "levels_since"), program.ptr));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      acr__grid_add(&grid, acr__node_word(progress, keys[i]));
  }
  print(&grid);
}

static void add_rules(struct grid *grid, acr__span program, const char *to, acr__span level, const acr__node *rules) {
  static const char *const keys[] = {"condition", "measured", "required", "missing"};
  for (const acr__node *rule = acr__node_first(rules); rule; rule = acr__node_next(rule)) {
    const acr__node *one = acr__node_first(acr__node_get(rule, "conditions"));
    for (; one; one = acr__node_next(one)) {
      acr__grid_add(grid, program);
      acr__grid_add(grid, acr__span_of(to));
      acr__grid_add(grid, level);
      acr__grid_add(grid, acr__node_word(rule, "rule"));
      for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        acr__grid_add(grid, acr__node_word(one, keys[i]));
      acr__grid_add(grid, acr__node_kind(acr__node_get(one, "holds")) == ACR_JSON_TRUE ? ACR__SPAN_LIT("yes") : ACR__SPAN_LIT("no"));
    }
  }
}

void acr__member_levels_print(const acr__node *member, acr__arena *arena) {
  struct grid grid;
  print_standing(member, arena);
  acr__grid_begin(&grid, arena, "program|to|level|rule|condition|>measured|>required|>missing|holds");
  const acr__node *progress = acr__node_get(member, "progress");
  for (const acr__node *node = acr__node_first(progress); node; node = acr__node_next(node)) {
    acr__span program = acr__node_key(node), level = acr__node_word(acr__node_get(member, "levels"), program.ptr);
    add_rules(&grid, program, "keep", level, acr__node_get(node, "keeps"));
    add_rules(&grid, program, "reach", acr__node_word(node, "next"), acr__node_get(node, "takes"));
  }
  print(&grid);
}
