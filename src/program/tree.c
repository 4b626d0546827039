// `when`: all, any, none, nested, down to conditions.
#include "program/sentence.h"

static const struct acr__field_rule group_fields[] = {
    {"all", NULL}, {"any", NULL}, {"none", NULL}, {"name", NULL}, {"constraints", NULL}};
static const char *const group_words[] = {"all", "any", "none"};

static int read_node(struct acr__compile *ctx, struct acr__building *rule, const acr__node *node, const struct acr__scope *scope,
                     int depth);

static int push(struct acr__compile *ctx, struct acr__building *rule, acr__tree_kind kind) {
  *ACR__PUSH(ctx->arena, &rule->tree, struct acr__tree) = (struct acr__tree){.kind = kind, .cond = -1, .first_child = -1, .next = -1};
  return rule->tree.count - 1;
}

static void read_children(struct acr__compile *ctx, struct acr__building *rule, int parent, const acr__node *list,
                          const struct acr__scope *scope, int depth) {
  int last = -1;
  if (acr__node_count(list) == 0) acr__fault(ctx, list, "empty_group", "found an empty group, wanted at least one condition");
  for (const acr__node *at = acr__node_first(list); at; at = acr__node_next(at)) {
    int child = read_node(ctx, rule, at, scope, depth + 1);
    if (child < 0) continue;
    if (last < 0) ACR__AT(&rule->tree, struct acr__tree, parent)->first_child = child;
    else ACR__AT(&rule->tree, struct acr__tree, last)->next = child;
    last = child;
  }
}

// The only one of all, any, none that the object has; -1 and a fault when there are several.
static int group_kind(struct acr__compile *ctx, const acr__node *node) {
  int found = -1;
  for (int i = 0; i < 3; i++) {
    const acr__node *member = acr__node_get(node, group_words[i]);
    if (!member) continue;
    if (found >= 0) {
      acr__fault(ctx, member, "group", "found `%s` beside `%s`, wanted one of `all`, `any` and `none` in a group", group_words[i],
                 group_words[found]);
      return -1;
    }
    found = i;
  }
  return found;
}

static int read_group(struct acr__compile *ctx, struct acr__building *rule, const acr__node *node, const struct acr__scope *scope,
                      int depth) {
  static const acr__tree_kind kinds[] = {ACR_NODE_ALL, ACR_NODE_ANY, ACR_NODE_NONE};
  acr__fields_check(ctx, node, "a group", group_fields, ACR_COUNT(group_fields), NULL);
  acr__span name = {0};
  acr__name_read(ctx, acr__node_get(node, "name"), "a group's name", &name);
  int kind = group_kind(ctx, node);
  if (kind < 0) return -1;
  const acr__node *list = acr__node_get(node, group_words[kind]);
  if (acr__node_kind(list) != ACR_JSON_ARRAY) {
    acr__fault(ctx, list, "type", "found %s, wanted a list of conditions for `%s`", acr__show(ctx, list), group_words[kind]);
    return -1;
  }
  struct acr__list held = {0};
  int faults = ctx->diag->faults;
  acr__narrows_read(ctx, acr__node_get(node, "constraints"), &held);
  struct acr__scope inner = {.outer = scope, .held = held.items, .count = held.count};
  int parent = push(ctx, rule, kinds[kind]);
  ACR__AT(&rule->tree, struct acr__tree, parent)->name = name;
  ACR__AT(&rule->tree, struct acr__tree, parent)->sentence = acr__sentence_narrowed(ctx, (acr__span){0}, held.items, held.count);
  read_children(ctx, rule, parent, list, &inner, depth);
  for (int i = 0; i < inner.count; i++) {
    if (!inner.held[i].used && ctx->diag->faults == faults) acr__fault_narrow(ctx, &inner.held[i], "any condition of this group");
  }
  return parent;
}

static bool is_group(const acr__node *node) {
  for (int i = 0; i < 3; i++) {
    if (acr__node_get(node, group_words[i])) return true;
  }
  return false;
}

static int read_node(struct acr__compile *ctx, struct acr__building *rule, const acr__node *node, const struct acr__scope *scope,
                     int depth) {
  if (depth > ACR_TREE_DEPTH_MAX) {
    acr__fault(ctx, node, "depth", "groups are nested more than %d deep", ACR_TREE_DEPTH_MAX);
    return -1;
  }
  switch (acr__node_kind(node)) {
  case ACR_JSON_ARRAY: {
    int parent = push(ctx, rule, ACR_NODE_ALL);
    read_children(ctx, rule, parent, node, scope, depth);
    return parent;
  }
  case ACR_JSON_OBJECT: {
    if (is_group(node)) return read_group(ctx, rule, node, scope, depth);
    int cond = acr__condition_read(ctx, rule, node, scope);
    if (cond < 0) return -1;
    int leaf = push(ctx, rule, ACR_NODE_COND);
    ACR__AT(&rule->tree, struct acr__tree, leaf)->cond = cond;
    return leaf;
  }
  case ACR_JSON_STRING:
    if (acr__span_is(acr__node_text(node), "no rules")) {
      acr__fault(ctx, node, "no_rules", "\"no rules\" stands alone, as the whole `when` of an entrance rule");
      return -1;
    }
    break;
  default: break;
  }
  acr__fault(ctx, node, "type", "found %s, wanted a condition, a list of conditions, or a group of `all`, `any` or `none`",
             acr__show(ctx, node));
  return -1;
}

void acr__tree_read(struct acr__compile *ctx, struct acr__building *rule, const acr__node *when) {
  read_node(ctx, rule, when, NULL, 1);
}
