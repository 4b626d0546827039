// What components with `reads` have fetched before their calls: each read checked and resolved once, when the program is loaded.
#include "program/compile.h"

// A read of one component in use.
struct asking {
  struct acr__compile *ctx;
  const struct acr__building *rule;
  const struct acr__vars *vars;  // of the component
  const struct acr__read *read;
  const acr__node *node;         // its fields
  struct acr__plan_read *out;
};

// A rule whose firings are read: it may stand further down.
struct fired_read {
  acr__behavior behavior;
  acr__span level, id;
  const struct acr__doc *doc;
  const acr__node *node;
};

static const acr__node *field(const struct asking *a, const char *name) {
  return acr__node_get(a->node, name);
}

static const char *what(const struct asking *a) {
  return acr__arena_printf(a->ctx->arena, "accrue.read.%s", acr__read_kind_name(a->read->kind));
}

static bool missing(const struct asking *a, const char *wanted) {
  acr__fault(a->ctx, NULL, "missing", "%s is missing from %s", wanted, what(a));
  return false;
}

static bool no_function(const struct asking *a) {
  if (!a->read->value) return true;
  acr__fault(a->ctx, NULL, "unknown_field", "`value` does not go with %s", what(a));
  return false;
}

static acr__span level_name(const struct acr__compile *ctx, int level) {
  return level >= 0 && ctx->levels ? ctx->levels[level].name : (acr__span){0};
}

// ---- Over history

static acr__aggregate aggregate_of(acr__read_kind kind) {
  static const acr__aggregate all[] = {[ACR_READ_SUM] = ACR_AGG_SUM, [ACR_READ_COUNT] = ACR_AGG_COUNT, [ACR_READ_AVERAGE] = ACR_AGG_AVERAGE,
                                       [ACR_READ_MIN] = ACR_AGG_MIN, [ACR_READ_MAX] = ACR_AGG_MAX, [ACR_READ_DISTINCT] = ACR_AGG_DISTINCT,
                                       [ACR_READ_LAST] = ACR_AGG_LAST};
  return all[kind];
}

static const struct acr__component *history_type(const struct acr__compile *ctx, const struct acr__component *phrase) {
  for (int i = 0; i < phrase->condition_count; i++) {
    const struct acr__component *type = acr__template_find(ctx->tpl, ACR_CONDITION_TYPE, phrase->conditions[i]);
    if (type && type->over == ACR_OVER_HISTORY) return type;
  }
  return NULL;
}

// Everything that a read over history may name.
static void fault_of(const struct asking *a, acr__span name) {
  struct acr__compile *ctx = a->ctx;
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, ctx->tpl->component_count + 1);
  int count = 0;
  for (int types = 1; types >= 0; types--) {
    for (int i = 0; i < ctx->tpl->component_count; i++) {
      const struct acr__component *c = &ctx->tpl->components[i];
      bool type = c->kind == ACR_CONDITION_TYPE && c->over == ACR_OVER_HISTORY;
      if (types ? type : c->kind == ACR_KEY_PHRASE && history_type(ctx, c)) names[count++] = c->name;
    }
  }
  acr__fault_unknown(ctx, field(a, "of"), "condition type or key phrase over history", name, names, count);
}

// The facts of a condition type, measured by `value`.
static int by_type(const struct asking *a, const struct acr__component *type) {
  static const struct acr__field_rule fields[] = {{"of", NULL}, {"value", NULL}, {"constraints", NULL}, {"timeframe", NULL},
                                                  {"include_current", NULL}};
  struct acr__compile *ctx = a->ctx;
  const acr__node *path = field(a, "value");
  bool counts = a->read->kind == ACR_READ_COUNT;
  acr__fields_check(ctx, a->node, what(a), fields, ACR_COUNT(fields), NULL);
  if (!path && !a->read->value && !counts) return missing(a, "`value` (a path or a function)"), -1;
  if ((path || a->read->value) && counts) {
    acr__fault(ctx, path, "unknown_field", "`value` does not go with %s: every fact counts one", what(a));
    return -1;
  }
  struct acr__component *phrase = ACR__NEW(ctx->arena, struct acr__component);
  *phrase = *a->vars->component;
  phrase->functions = path ? ACR_HAS_VALUE : 0;
  phrase->path = (acr__span){0};
  phrase->var_count = 0;
  phrase->aggregate = aggregate_of(a->read->kind);
  if (path && !acr__text_read(ctx, path, "`value`", &phrase->path)) return -1;
  struct acr__vars none = {.component = phrase}, value = *a->vars;
  if (!a->read->value) return acr__measured_condition(ctx, a->node, type, &none, &none);
  struct acr__component *function = ACR__NEW(ctx->arena, struct acr__component);
  *function = *a->read->value;
  function->aggregate = phrase->aggregate;
  value.component = function;
  return acr__measured_condition(ctx, a->node, type, &none, &value);
}

// What a key phrase measures; operator and number have no part in it.
static int by_phrase(const struct asking *a, const struct acr__component *given) {
  static const struct acr__field_rule fields[] = {{"of", NULL}, {"constraints", NULL}, {"timeframe", NULL}, {"include_current", NULL}};
  struct acr__compile *ctx = a->ctx;
  const struct acr__component *type = history_type(ctx, given);
  int compared = acr__compared_var(given);
  if (!type) return fault_of(a, given->name), -1;
  if (!no_function(a)) return -1;
  struct acr__component *phrase = ACR__NEW(ctx->arena, struct acr__component);
  struct acr__var *vars = ACR__NEW_N(ctx->arena, struct acr__var, given->var_count + 1);
  *phrase = *given;
  phrase->vars = vars;
  phrase->aggregate = aggregate_of(a->read->kind);
  for (int i = 0; i < given->var_count; i++) {
    vars[i] = given->vars[i];
    vars[i].optional = vars[i].optional || i == compared;
  }
  acr__fields_check(ctx, a->node, what(a), fields, ACR_COUNT(fields), phrase);
  struct acr__vars read;
  if (!acr__vars_read(ctx, phrase, a->node, NULL, NULL, &read)) return -1;
  return acr__measured_condition(ctx, a->node, type, &read, &read);
}

static bool read_history(const struct asking *a) {
  acr__span name = {0};
  if (!field(a, "of")) return missing(a, "the condition type or key phrase, as its first entry,");
  if (!acr__text_read(a->ctx, field(a, "of"), "a condition type or key phrase", &name)) return false;
  const struct acr__component *type = acr__template_find(a->ctx->tpl, ACR_CONDITION_TYPE, name);
  const struct acr__component *phrase = acr__template_find(a->ctx->tpl, ACR_KEY_PHRASE, name);
  if (type && type->over == ACR_OVER_HISTORY) a->out->cond = by_type(a, type);
  else if (phrase) a->out->cond = by_phrase(a, phrase);
  else fault_of(a, name);
  if (a->out->cond < 0) return false;
  const acr__timeframe *frame = ACR__AT(&a->ctx->conds, struct acr__cond, a->out->cond)->timeframe;
  if (frame && frame->since == ACR_SINCE_LAST_FIRED)
    acr__fired_series(a->ctx, a->rule->behavior, level_name(a->ctx, a->rule->level), a->rule->id);
  return true;
}

// ---- State

static bool only_of(const struct asking *a) {
  static const struct acr__field_rule fields[] = {{"of", NULL}};
  return acr__fields_check(a->ctx, a->node, what(a), fields, ACR_COUNT(fields), NULL) && no_function(a);
}

// A name of a kind, as the first entry.
static bool read_named(const struct asking *a, const char *kind, bool required) {
  const acr__node *of = field(a, "of");
  if (!only_of(a)) return false;
  if (!of) return !required || missing(a, acr__arena_printf(a->ctx->arena, "the %s, as its first entry,", kind));
  return acr__name_read(a->ctx, of, kind, &a->out->text) && acr__name_check(a->ctx, of, acr__span_of(kind), a->out->text);
}

static bool read_offers(const struct asking *a) {
  static const struct acr__field_rule fields[] = {{"of", NULL}, {"state", NULL}};
  static const char *const states[] = {"issued", "redeemed", "expired"}; // as members have them
  const acr__node *of = field(a, "of");
  if (!acr__fields_check(a->ctx, a->node, what(a), fields, ACR_COUNT(fields), NULL) || !no_function(a)) return false;
  if (!of) return missing(a, "the offer, as its first entry,");
  return acr__name_read(a->ctx, of, "offer", &a->out->text) && acr__name_check(a->ctx, of, ACR__SPAN_LIT("offer"), a->out->text) &&
         acr__word_read(a->ctx, field(a, "state"), "state", states, ACR_COUNT(states), &a->out->state);
}

static bool read_balance(const struct asking *a) {
  const struct acr__plan *plan = a->ctx->plan;
  int *accounts = ACR__NEW_N(a->ctx->arena, int, plan->account_count + 1);
  if (!read_named(a, "account", false)) return false;
  int named = a->out->text.len ? acr__plan_account_find(plan, a->out->text) : -1;
  for (int i = 0; i < plan->account_count; i++) {
    bool take = named >= 0 ? i == named : plan->accounts[i].spendable && !plan->accounts[i].escrow;
    if (take) accounts[a->out->account_count++] = i;
  }
  a->out->accounts = accounts;
  a->out->decimals = named >= 0 ? plan->accounts[named].decimals : plan->points_scale;
  return true;
}

static bool read_member(const struct asking *a) {
  static const struct acr__field_rule fields[] = {{"of", NULL}, {"attribute", NULL}, {"link", NULL}};
  static const char *const words[] = {"id", "joined", "birthday", "timezone", "level_since"};
  const acr__node *of = field(a, "of"), *attribute = field(a, "attribute"), *link = field(a, "link");
  int word = 0;
  if (!acr__fields_check(a->ctx, a->node, what(a), fields, ACR_COUNT(fields), NULL) || !no_function(a)) return false;
  if ((of != NULL) + (attribute != NULL) + (link != NULL) != 1)
    return missing(a, "one of its first entry (a field such as \"joined\"), `attribute` and `link`");
  if (of && !acr__word_read(a->ctx, of, "a member's field", words, ACR_COUNT(words), &word)) return false;
  a->out->field = of ? (acr__read_field)word : attribute ? ACR_READ_FIELD_ATTRIBUTE : ACR_READ_FIELD_LINK;
  if (attribute) return acr__text_read(a->ctx, attribute, "an attribute", &a->out->text);
  return !link || (acr__name_read(a->ctx, link, "a link's name", &a->out->text) &&
                   acr__name_check(a->ctx, link, ACR__SPAN_LIT("link"), a->out->text));
}

// ---- Firings

static bool read_fired(const struct asking *a) {
  static const struct acr__field_rule fields[] = {{"of", NULL}, {"behavior", NULL}, {"level", NULL}, {"timeframe", NULL}};
  static const char *const behaviors[] = {"entrance", "purchase", "event", "maintenance"};
  struct acr__compile *ctx = a->ctx;
  const acr__node *of = field(a, "of"), *behavior = field(a, "behavior"), *level = field(a, "level"), *frame_node = field(a, "timeframe");
  int faults = ctx->diag->faults, word = (int)a->rule->behavior - ACR_BEHAVIOR_ENTRANCE;
  struct fired_read fired = {.level = level_name(ctx, a->rule->level), .id = a->rule->id, .doc = ctx->doc, .node = of};
  const acr__timeframe *frame = NULL;
  acr__fields_check(ctx, a->node, what(a), fields, ACR_COUNT(fields), NULL);
  no_function(a);
  acr__name_read(ctx, of, "a rule's name or id", &fired.id);
  acr__word_read(ctx, behavior, "behavior", behaviors, ACR_COUNT(behaviors), &word);
  if (level && acr__name_read(ctx, level, "a level", &fired.level)) acr__name_check(ctx, level, ACR__SPAN_LIT("level"), fired.level);
  if (frame_node) acr__frame_read(ctx, frame_node, &frame);
  if (frame && (frame->each || frame->times))
    acr__fault(ctx, frame_node, "timeframe", "firings are counted in one window of time; found `each` or a number of times");
  if (ctx->diag->faults != faults) return false;
  fired.behavior = (acr__behavior)(word + ACR_BEHAVIOR_ENTRANCE);
  *ACR__PUSH(ctx->arena, &ctx->fired_reads, struct fired_read) = fired;
  *ACR__PUSH(ctx->arena, &ctx->conds, struct acr__cond) =
      (struct acr__cond){.phrase = a->vars->component, .over = ACR_OVER_HISTORY, .vars = -1, .value_mul = 1, .has_operator = true,
                         .op = ACR_OP_GE, .include_current = true, .is_read = true, .path_text = "",
                         .timeframe = frame && !acr__frame_is_lifetime(frame) ? frame : NULL,
                         .series = acr__fired_series(ctx, fired.behavior, fired.level, fired.id)};
  a->out->cond = ctx->conds.count - 1;
  return true;
}

void acr__reads_finish(struct acr__compile *ctx) {
  for (int i = 0; i < ctx->fired_reads.count; i++) {
    const struct fired_read *fired = ACR__AT(&ctx->fired_reads, struct fired_read, i);
    acr__span *names = ACR__NEW_N(ctx->arena, acr__span, ctx->rules.count + 1);
    const struct acr__doc *before = ctx->doc;
    int count = 0;
    for (int k = 0; k < ctx->rules.count; k++) {
      const struct acr__rule *rule = ACR__AT(&ctx->rules, struct acr__rule, k);
      if (rule->behavior == fired->behavior && acr__span_eq(level_name(ctx, rule->level), fired->level)) names[count++] = rule->id;
    }
    if (acr__in_names(names, count, fired->id)) continue;
    ctx->doc = fired->doc;
    acr__fault_unknown(ctx, fired->node, acr__arena_printf(ctx->arena, "`%s` rule", acr__behavior_name(fired->behavior)), fired->id, names,
                       count);
    ctx->doc = before;
  }
}

// ---- The whole

static bool read_one(const struct asking *a) {
  switch (a->read->kind) {
  case ACR_READ_BALANCE: return read_balance(a);
  case ACR_READ_LEVEL: return read_named(a, "program", false);
  case ACR_READ_TAGS: return read_named(a, "tag", true);
  case ACR_READ_AUDIENCES: return read_named(a, "audience", true);
  case ACR_READ_MEMBER: return read_member(a);
  case ACR_READ_FIRED: return read_fired(a);
  case ACR_READ_OFFERS: return read_offers(a);
  default: return read_history(a);
  }
}

bool acr__reads_read(struct acr__compile *ctx, const struct acr__building *rule, const struct acr__vars *vars, int handle,
                     const acr__node *node, struct acr__plan_reads *out) {
  const struct acr__component *component = vars->component;
  const char *name = acr__arena_printf(ctx->arena, "%s `%s`", acr__component_kind_name(component->kind), acr__quote(ctx, component->name));
  const struct acr__read *reads;
  int count, faults = ctx->diag->faults;
  char *message;
  if (!(component->functions & ACR_HAS_READS)) return true;
  if (!acr__script_reads(ctx->script, component, handle, ctx->arena, &reads, &count, &message)) {
    acr__fault(ctx, node, "component", "%s: its reads: %s", name, message);
    return false;
  }
  struct acr__plan_read *all = ACR__NEW_N(ctx->arena, struct acr__plan_read, count + 1);
  for (int i = 0; i < count; i++) {
    struct acr__json_fault fault;
    struct acr__doc *doc = ACR__NEW(ctx->arena, struct acr__doc);
    *doc = (struct acr__doc){.json = acr__json_parse(ctx->arena, reads[i].json, NULL, &fault), .file = ctx->doc->file, .within = ctx->doc,
                             .at = node, .units = true};
    doc->prefix = acr__arena_printf(ctx->arena, "%s: its read `%s`: ", name, acr__quote(ctx, reads[i].name));
    all[i] = (struct acr__plan_read){.name = reads[i].name, .kind = reads[i].kind, .cond = -1};
    const struct asking a = {ctx, rule, vars, &reads[i], doc->json ? acr__json_root(doc->json) : NULL, &all[i]};
    ctx->doc = doc;
    if (doc->json) read_one(&a);
    else acr__fault(ctx, NULL, fault.code, "%s", fault.message);
    ctx->doc = doc->within;
  }
  *out = (struct acr__plan_reads){all, count};
  return ctx->diag->faults == faults;
}
