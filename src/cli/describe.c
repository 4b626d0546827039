#include "cli/describe.h"
#include "cli/rpc.h"
#include "daemon/faults.h"
#include <stdio.h>

static void indent(int depth) {
  printf("%*s", depth * 2, "");
}

static void print_line(int depth, acr__span text) {
  indent(depth);
  acr__text_print(stdout, text);
  putchar('\n');
}

static void print_part(const char *before, acr__span text, const char *after) {
  if (!text.len) return;
  fputs(before, stdout);
  acr__text_print(stdout, text);
  fputs(after, stdout);
}

// "points  may go below zero", names in one column.
static void print_names(const acr__node *list, const char *title, const char *key) {
  int width = 0;
  for (const acr__node *at = acr__node_first(list); at; at = acr__node_next(at)) {
    int len = (int)acr__node_word(at, key).len;
    width = len > width ? len : width;
  }
  if (acr__node_first(list)) printf("%s\n", title);
  for (const acr__node *at = acr__node_first(list); at; at = acr__node_next(at)) {
    acr__span name = acr__node_word(at, key), sentence = acr__node_word(at, "sentence");
    indent(1);
    acr__text_print(stdout, name);
    if (sentence.len) printf("%*s", width - (int)name.len + 2, "");
    acr__text_print(stdout, sentence);
    putchar('\n');
  }
}

// "pos, web" under its title.
static void print_list(const acr__node *list, const char *title) {
  const acr__node *first = acr__node_first(list);
  if (first) printf("%s\n%*s", title, 2, "");
  for (const acr__node *at = first; at; at = acr__node_next(at)) {
    if (at != first) fputs(", ", stdout);
    acr__text_print(stdout, acr__node_text(at));
  }
  if (first) putchar('\n');
}

static void print_earning(const acr__node *list, int depth) {
  if (!list) return;
  indent(depth);
  puts("base earning");
  for (const acr__node *at = acr__node_first(list); at; at = acr__node_next(at))
    print_line(depth + 1, acr__node_text(at));
  if (!acr__node_first(list)) print_line(depth + 1, ACR__SPAN_LIT("nothing"));
}

static void print_tree(const acr__node *node, int depth) {
  static const char *const words[][2] = {{"all", "All of"}, {"any", "Any of"}, {"none", "None of"}};
  if (acr__node_kind(node) == ACR_JSON_STRING) {
    print_line(depth, ACR__SPAN_LIT("Always"));
    return;
  }
  acr__span sentence = acr__node_word(node, "sentence");
  if (acr__node_get(node, "sentence")) {
    print_line(depth, sentence);
    return;
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    const acr__node *list = acr__node_get(node, words[i][0]);
    if (!list) continue;
    indent(depth);
    fputs(words[i][1], stdout);
    print_part(" \"", acr__node_word(node, "name"), "\"");
    print_part(", ", acr__node_word(node, "constraints"), "");
    puts(":");
    for (const acr__node *at = acr__node_first(list); at; at = acr__node_next(at))
      print_tree(at, depth + 1);
  }
}

static void print_outcome(const acr__node *out, int number, int depth) {
  indent(depth);
  printf("%d. ", number);
  acr__text_print(stdout, acr__node_word(out, "sentence"));
  if (acr__node_get(out, "basis")) fputs(", of the whole purchase", stdout);
  if (acr__node_get(out, "on")) fputs(", where the rule is not met", stdout);
  putchar('\n');
}

static void print_rule(const acr__node *rule, const char *behavior, int depth) {
  indent(depth);
  printf("%s: ", behavior);
  acr__text_print(stdout, acr__node_word(rule, "rule"));
  print_part(" (id ", acr__node_word(rule, "id"), ")");
  print_part(", ", acr__node_word(rule, "limit"), "");
  print_part(", from ", acr__node_word(rule, "from"), "");
  print_part(", until ", acr__node_word(rule, "until"), "");
  putchar('\n');
  print_tree(acr__node_get(rule, "when"), depth + 1);
  const acr__node *outcomes = acr__node_get(rule, "outcomes");
  if (acr__node_first(outcomes)) print_line(depth + 1, ACR__SPAN_LIT("gives"));
  int number = 0;
  for (const acr__node *at = acr__node_first(outcomes); at; at = acr__node_next(at))
    print_outcome(at, ++number, depth + 2);
}

static void print_rules(const acr__node *owner, const char *behavior, int depth) {
  const acr__node *list = acr__node_get(owner, behavior);
  for (const acr__node *at = acr__node_first(list); at; at = acr__node_next(at))
    print_rule(at, behavior, depth);
}

static void print_level(const acr__node *level) {
  fputs("level ", stdout);
  acr__text_print(stdout, acr__node_word(level, "level"));
  print_part(" (", acr__node_word(level, "status"), ")");
  putchar('\n');
  acr__span schedule = acr__node_word(level, "maintenance_schedule"), end = acr__node_word(level, "expiry");
  if (schedule.len) print_line(1, schedule);
  if (end.len) print_line(1, end);
  print_earning(acr__node_get(level, "base_earn"), 1);
  print_rules(level, "entrance", 1);
  print_rules(level, "purchase", 1);
  print_rules(level, "event", 1);
  print_rules(level, "maintenance", 1);
}

void acr__describe_print(const acr__node *program) {
  print_names(acr__node_get(program, "accounts"), "accounts", "account");
  print_names(acr__node_get(program, "sources"), "sources", "source");
  print_names(acr__node_get(program, "offers"), "offers", "offer");
  print_names(acr__node_get(program, "reward_stores"), "reward stores", "reward_store");
  print_names(acr__node_get(program, "links"), "links", "link");
  print_names(acr__node_get(program, "audiences"), "audiences", "audience");
  print_names(acr__node_get(program, "stores"), "stores", "store");
  print_list(acr__node_get(program, "channels"), "channels");
  print_list(acr__node_get(program, "payment_types"), "payment types");
  print_list(acr__node_get(program, "catalog"), "catalog");
  print_list(acr__node_get(program, "categories"), "categories");
  print_list(acr__node_get(program, "items"), "items");
  print_names(acr__node_get(program, "settings"), "settings", "setting");
  print_earning(acr__node_get(program, "base_earn"), 0);
  bool wide = acr__node_first(acr__node_get(program, "purchase")) || acr__node_first(acr__node_get(program, "event"));
  if (wide) puts("every level");
  print_rules(program, "purchase", 1);
  print_rules(program, "event", 1);
  for (const acr__node *at = acr__node_first(acr__node_get(program, "levels")); at; at = acr__node_next(at))
    print_level(at);
}
