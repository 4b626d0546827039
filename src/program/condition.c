// One condition: its key phrase, condition type, variables, constraints, and what it looks at.
#include "program/lint.h"
#include "program/sentence.h"

static const struct acr__field_rule condition_fields[] = {
  {"key_phrase", NULL}, {"condition", NULL}, {"constraints", NULL}, {"timeframe", NULL}, {"include_current", NULL}, {"name", NULL},
  {"fire", NULL}, {"every", NULL}, {"from", NULL}, {"limit", "its rule"},
};

// A condition while it is made.
struct making {
  struct acr__building *rule;
  const acr__node *node;
  const struct acr__component *phrase, *type;
  struct acr__vars vars;
  struct acr__facts facts;
  struct acr__list held; // own constraints, then those of the groups around
  int own_count;
};

// ---- Which condition type

static const struct acr__component *first_over(const struct acr__compile *ctx, const struct acr__component *phrase, acr__over over) {
  for (int i = 0; i < phrase->condition_count; i++) {
    const struct acr__component *type = acr__template_find(ctx->tpl, ACR_CONDITION_TYPE, phrase->conditions[i]);
    if (type && type->over == over) return type;
  }
  return NULL;
}

// A phrase of several condition types says which one by `condition`; else a timeframe, or a behavior that no fact wakes,
// means the past, and the rest the present.
static const struct acr__component *choose_type(struct acr__compile *ctx, const struct making *m) {
  const struct acr__component *phrase = m->phrase;
  const acr__node *named = acr__node_get(m->node, "condition");
  acr__span name = {0};
  if (named) {
    if (!acr__text_read(ctx, named, "a condition type", &name)) return NULL;
    if (!acr__in_names(phrase->conditions, phrase->condition_count, name)) {
      acr__fault_unknown(ctx, named, acr__arena_printf(ctx->arena, "condition type of `%s`", acr__quote(ctx, phrase->name)), name,
                         phrase->conditions, phrase->condition_count);
      return NULL;
    }
  } else if (phrase->condition_count == 1) {
    name = phrase->conditions[0];
  } else {
    bool past = acr__node_get(m->node, "timeframe") || acr__node_get(m->node, "include_current") ||
                m->rule->behavior == ACR_BEHAVIOR_ENTRANCE || m->rule->behavior == ACR_BEHAVIOR_MAINTENANCE;
    const struct acr__component *type = first_over(ctx, phrase, past ? ACR_OVER_HISTORY : ACR_OVER_CURRENT);
    if (type) return type;
    if (phrase->condition_count) name = phrase->conditions[0];
  }
  const struct acr__component *type = acr__template_find(ctx->tpl, ACR_CONDITION_TYPE, name);
  if (!type && acr__is_broken(ctx, ACR_CONDITION_TYPE, name)) return NULL;
  if (!type) acr__fault(ctx, m->node, "unknown_name", "key phrase `%s` names condition type `%s`, which the template does not have",
                        acr__quote(ctx, phrase->name), acr__quote(ctx, name));
  return type;
}

static const struct acr__component *find_phrase(struct acr__compile *ctx, const acr__node *node) {
  const acr__node *named = acr__key_field(ctx, node, "key_phrase", "a condition");
  acr__span name = {0};
  if (!named) {
    acr__fault(ctx, node, "missing", "`key_phrase` is missing from a condition (or `all`, `any`, `none` from a group)");
    return NULL;
  }
  if (!acr__text_read(ctx, named, "a key phrase's name", &name)) return NULL;
  const struct acr__component *phrase = acr__template_find(ctx->tpl, ACR_KEY_PHRASE, name);
  if (!phrase && acr__is_broken(ctx, ACR_KEY_PHRASE, name)) return NULL;
  if (!phrase) {
    acr__span nearest = acr__template_nearest(ctx->tpl, ACR_KEY_PHRASE, name);
    acr__fault_unknown(ctx, named, "key phrase", name, &nearest, nearest.ptr ? 1 : 0);
  } else {
    acr__warn_deprecated(ctx, named, phrase);
  }
  return phrase;
}

static bool supported(struct acr__compile *ctx, const struct making *m) {
  const struct acr__component *phrase = m->phrase;
  const char *name = acr__quote(ctx, phrase->name);
  if (m->type->over == ACR_OVER_HISTORY && (phrase->functions & ACR_HAS_READS)) {
    acr__fault(ctx, m->node, "component", "key phrase `%s` has `reads`, and over history a test is asked once, when the fact happens",
               name);
    return false;
  }
  return true;
}

// ---- Constraints

static void gather_held(struct acr__compile *ctx, struct making *m, const struct acr__scope *scope) {
  acr__narrows_read(ctx, acr__node_get(m->node, "constraints"), &m->held);
  m->own_count = m->held.count;
  for (int i = 0; i < m->held.count; i++) {
    const struct acr__held *held = ACR__AT(&m->held, struct acr__held, i);
    if (acr__narrow_fits(held->narrow.component, m->type)) {
      acr__narrow_works(ctx, held, m->type);
      continue;
    }
    acr__fault_narrow(ctx, held, acr__arena_printf(ctx->arena, "condition type `%s`", acr__quote(ctx, m->type->name)));
  }
  for (; scope; scope = scope->outer) {
    for (int i = 0; i < scope->count; i++) {
      if (!acr__narrow_applies(scope->held[i].narrow.component, m->type)) continue;
      scope->held[i].used = true;
      *ACR__PUSH(ctx->arena, &m->held, struct acr__held) = scope->held[i];
    }
  }
}

// How many facts of a period count is a question to the past.
static void check_rates(struct acr__compile *ctx, const struct making *m) {
  for (int i = 0; i < m->held.count; i++) {
    const struct acr__held *held = ACR__AT(&m->held, struct acr__held, i);
    if (!(held->narrow.component->functions & ACR_HAS_RATE) || m->type->over == ACR_OVER_HISTORY) continue;
    acr__fault_narrow(ctx, held,
                      acr__arena_printf(ctx->arena, "condition type `%s`, which is not over history", acr__quote(ctx, m->type->name)));
  }
}

// Over history windows stand apart from what the series is narrowed by.
static void split_narrows(struct acr__compile *ctx, const struct making *m, struct acr__cond *cond) {
  struct acr__narrow *narrows = ACR__NEW_N(ctx->arena, struct acr__narrow, m->held.count + 1);
  struct acr__narrow *windows = ACR__NEW_N(ctx->arena, struct acr__narrow, m->held.count + 1);
  for (int i = 0; i < m->held.count; i++) {
    const struct acr__held *held = ACR__AT(&m->held, struct acr__held, i);
    bool window = (held->narrow.component->functions & ACR_HAS_WINDOW) && cond->over == ACR_OVER_HISTORY;
    if (held->narrow.component->functions & ACR_HAS_RATE) continue; // a part of the series
    if (window) cond->asks_fired = cond->asks_fired || held->asks_fired;
    if (window) windows[cond->window_count++] = held->narrow;
    else narrows[cond->narrow_count++] = held->narrow;
  }
  cond->narrows = narrows;
  cond->windows = windows;
}

// ---- Time

// A constraint's window is an interval. What a timeframe says beyond that, "5 times" or `each`, holds for the condition as if
// it stood in its own timeframe.
static void read_windows(struct acr__compile *ctx, const struct making *m, struct acr__cond *cond) {
  for (int i = 0; i < m->held.count; i++) {
    const struct acr__held *held = ACR__AT(&m->held, struct acr__held, i);
    const struct acr__component *constraint = held->narrow.component;
    if (!(constraint->functions & ACR_HAS_WINDOW) || constraint->var_count != 1 || constraint->vars[0].type != ACR_VAR_TIMEFRAME) continue;
    const acr__node *node = acr__node_get_span(held->node, constraint->vars[0].name);
    const acr__timeframe *frame = NULL;
    if (!node) node = held->node;
    if (!acr__frame_read(ctx, node, &frame) || (!frame->times && !frame->each)) continue;
    if (!cond->timeframe) {
      cond->timeframe = frame;
    } else if (frame->each || cond->timeframe->each || cond->timeframe->times) {
      acr__fault(ctx, node, "timeframe", "a condition has one timeframe of times or `each`, and no other beside `each`");
    } else { // the last times of the other's window; the interval of this one is the constraint's
      acr__timeframe *both = ACR__NEW(ctx->arena, acr__timeframe);
      *both = *cond->timeframe;
      both->times = frame->times;
      cond->timeframe = both;
    }
  }
}

static void read_time(struct acr__compile *ctx, const struct making *m, struct acr__cond *cond) {
  const acr__node *frame_node = acr__node_get(m->node, "timeframe"), *current = acr__node_get(m->node, "include_current");
  bool history = cond->over == ACR_OVER_HISTORY;
  const acr__timeframe *frame = NULL;
  int var = acr__var_of_type(m->phrase, ACR_VAR_TIMEFRAME);
  bool declared = var >= 0 && acr__span_is(m->phrase->vars[var].name, "timeframe");
  if (declared) frame = m->vars.values[var].timeframe;
  else if (frame_node && history) acr__frame_read(ctx, frame_node, &frame);
  bool for_reads = declared && (m->phrase->functions & ACR_HAS_READS);
  if (frame_node && !history && !for_reads) {
    acr__fault(ctx, frame_node, "timeframe", "a timeframe goes with conditions over history; condition type `%s` is not",
               acr__quote(ctx, m->type->name));
  }
  if (frame && history && !acr__frame_is_lifetime(frame)) cond->timeframe = frame;
  if (history) read_windows(ctx, m, cond);
  // Contract 4: without a timeframe maintenance looks at what happened since the last evaluation.
  static const acr__timeframe since_review = {.since = ACR_SINCE_LAST_MAINTENANCE};
  if (history && m->rule && m->rule->behavior == ACR_BEHAVIOR_MAINTENANCE && !frame && !cond->timeframe && cond->window_count == 0)
    cond->timeframe = &since_review;
  cond->asks_fired = cond->asks_fired || (cond->timeframe && cond->timeframe->since == ACR_SINCE_LAST_FIRED);
  cond->include_current = history;
  acr__bool_read(ctx, current, "include_current", &cond->include_current);
  if (current && !history) {
    acr__fault(ctx, current, "unknown_field", "`include_current` goes with conditions over history; condition type `%s` is not",
               acr__quote(ctx, m->type->name));
  }
}

// ---- Balance: the accounts that are added up

static bool accepts_account(struct acr__compile *ctx, const struct making *m, const struct acr__plan_account *account, bool *out) {
  struct acr__fact fact = {.kind = ACR_FACT_BALANCE, .zone = ctx->plan->zone, .account = account->name};
  *out = true;
  for (int i = 0; i < m->held.count && *out; i++) {
    const struct acr__held *held = ACR__AT(&m->held, struct acr__held, i);
    struct acr__call call = {.script = ctx->script, .arena = ctx->arena};
    if (!(held->narrow.component->functions & ACR_HAS_ACCEPTS)) continue;
    acr__script_event_begin(ctx->script);
    if (acr__call_accepts(&call, held->narrow.component, held->narrow.vars, &fact, out)) continue;
    acr__fault(ctx, held->node, "component", "constraint `%s` failed on account `%s`: %s", acr__quote(ctx, held->narrow.component->name),
               acr__quote(ctx, account->name), call.error ? call.error : "no reason given");
    return false;
  }
  return true;
}

// Without a constraint or variable that names accounts: the spendable ones that are the member's already.
static void find_accounts(struct acr__compile *ctx, const struct making *m, struct acr__cond *cond) {
  const struct acr__plan *plan = ctx->plan;
  int *accounts = ACR__NEW_N(ctx->arena, int, plan->account_count + 1), var = acr__var_of_type(m->phrase, ACR_VAR_ACCOUNT);
  bool by_var = var >= 0 && m->vars.values[var].present;
  for (int i = 0; i < plan->account_count; i++) {
    const struct acr__plan_account *account = &plan->accounts[i];
    bool take = true;
    if (by_var) take = acr__span_eq(account->name, m->vars.values[var].text);
    else if (m->held.count == 0) take = account->spendable && !account->escrow;
    else if (!accepts_account(ctx, m, account, &take)) break;
    if (take) accounts[cond->account_count++] = i;
  }
  cond->accounts = accounts;
}

// ---- The whole

static void note_trigger(struct acr__compile *ctx, struct acr__building *rule, const struct acr__facts *facts) {
  rule->wakes_purchase = rule->wakes_purchase || facts->purchase;
  rule->wakes_custom = rule->wakes_custom || facts->custom;
  rule->wakes_any = rule->wakes_any || (facts->custom && facts->type_count == 0);
  for (int i = 0; i < facts->type_count; i++) {
    bool known = false;
    for (int j = 0; j < rule->types.count; j++) known = known || *ACR__AT(&rule->types, int, j) == facts->types[i];
    if (!known) *ACR__PUSH(ctx->arena, &rule->types, int) = facts->types[i];
  }
}

// A condition of a rules file says which.
const char *acr__path_text(struct acr__compile *ctx, const acr__node *node) {
  const char *path = acr__node_path(ctx->doc->json, node, ctx->arena);
  acr__span name = ctx->doc->rule_file ? ctx->doc->rule_file->name : (acr__span){0};
  return name.len ? acr__arena_printf(ctx->arena, "rules/%.*s.json %s", (int)name.len, name.ptr, path) : path;
}

static bool finish(struct acr__compile *ctx, struct making *m, struct acr__cond *cond, int faults) {
  bool *skip = ACR__NEW_N(ctx->arena, bool, m->phrase->var_count + 1);
  if (!acr__measure_read(ctx, &m->facts, &m->vars, m->node, cond, skip)) return false;
  if (ctx->diag->faults != faults || !acr__vars_bind(ctx, &m->vars, m->node, &cond->vars)) return false;
  if (!acr__reads_read(ctx, m->rule, &m->vars, cond->vars, m->node, &cond->reads)) return false;
  if (cond->over == ACR_OVER_BALANCE) find_accounts(ctx, m, cond);
  if (cond->over == ACR_OVER_HISTORY) {
    cond->series = acr__series_of(ctx, &m->facts, &m->vars, skip, cond, m->held.items, m->held.count, m->node);
    if (cond->series < 0) return false;
    cond->has_path = false; // it is the series that measures
  }
  return ctx->diag->faults == faults;
}

// Two conditions with one text here look at the same thing; with one measure they compare it, each with its own number.
static void mark(struct acr__compile *ctx, const struct making *m, const struct acr__cond *cond) {
  const struct acr__component *phrase = m->phrase;
  bool *skip = ACR__NEW_N(ctx->arena, bool, phrase->var_count + 1);
  acr__buf text = {0};
  acr__buf_printf(&text, "%.*s %d %d ", (int)m->type->name.len, m->type->name.ptr, cond->include_current, cond->timeframe != NULL);
  for (int i = 0; i < m->held.count; i++) {
    acr__span key = ACR__AT(&m->held, struct acr__held, i)->key;
    acr__buf_put(&text, key.ptr, key.len);
  }
  if (cond->timeframe && acr__var_of_type(phrase, ACR_VAR_TIMEFRAME) < 0) acr__buf_put(&text, cond->sentence.ptr, cond->sentence.len);
  size_t shared = text.len;
  acr__vars_key(&text, &m->vars, NULL);
  struct acr__mark mark = {.doc = ctx->doc, .node = m->node, .held = m->held.items, .held_count = m->held.count};
  bool plain = !acr__node_get(m->node, "every") && !acr__node_get(m->node, "fire"); // others hold at some events only
  if (plain) mark.key = acr__arena_span(ctx->arena, (acr__span){(const char *)text.ptr, text.len});
  text.len = shared;
  int compared = acr__compared_var(phrase);
  for (int i = 0; i < phrase->var_count; i++) skip[i] = i == compared || phrase->vars[i].type == ACR_VAR_OPERATOR;
  acr__vars_key(&text, &m->vars, skip);
  mark.measure = acr__arena_span(ctx->arena, (acr__span){(const char *)text.ptr, text.len});
  acr__buf_free(&text);
  acr__mark_condition(ctx, &mark);
}

int acr__condition_read(struct acr__compile *ctx, struct acr__building *rule, const acr__node *node, const struct acr__scope *scope) {
  struct making m = {.rule = rule, .node = node};
  int faults = ctx->diag->faults;
  m.phrase = find_phrase(ctx, node);
  if (!m.phrase || !(m.type = choose_type(ctx, &m))) return -1;
  acr__warn_deprecated(ctx, node, m.type);
  const char *what = acr__arena_printf(ctx->arena, "key phrase `%s`", acr__quote(ctx, m.phrase->name));
  acr__fields_check(ctx, node, what, condition_fields, ACR_COUNT(condition_fields), m.phrase);
  bool good = supported(ctx, &m);
  acr__fire_begin(ctx, m.phrase, node);
  ctx->takes_purchase = acr__in_names(m.type->facts, m.type->fact_count, ACR__SPAN_LIT("purchase"));
  good = acr__vars_read(ctx, m.phrase, node, NULL, node, &m.vars) && good;
  ctx->every = NULL;
  ctx->takes_purchase = false;

  struct acr__cond cond = {.type = m.type, .phrase = m.phrase, .over = m.type->over, .series = -1, .value_mul = 1};
  cond.path_text = acr__path_text(ctx, node);
  gather_held(ctx, &m, scope);
  check_rates(ctx, &m);
  split_narrows(ctx, &m, &cond);
  read_time(ctx, &m, &cond);
  acr__fire_read(ctx, m.phrase, node, m.held.items, m.held.count, &cond);
  good = acr__facts_read(ctx, m.type, &m.vars, node, &m.facts) && good;
  if (cond.over == ACR_OVER_CURRENT) {
    if (rule->behavior == ACR_BEHAVIOR_MAINTENANCE) {
      acr__fault(ctx, node, "maintenance_current", "%s looks at the current event, of which there is none in maintenance", what);
    }
    note_trigger(ctx, rule, &m.facts);
    cond.is_purchase = m.facts.purchase;
    cond.is_custom = m.facts.custom;
    cond.is_movement = m.facts.points;
    cond.names_account = acr__names_account(m.held.items, m.held.count);
    cond.types = m.facts.types;
    cond.type_count = m.facts.type_count;
  }
  if (!good || !finish(ctx, &m, &cond, faults)) return -1;
  cond.sentence = acr__sentence_narrowed(ctx, acr__sentence(ctx, &m.vars, cond.timeframe), m.held.items, m.own_count);
  cond.sentence = acr__fire_sentence(ctx, cond.sentence, &cond);
  mark(ctx, &m, &cond);
  *ACR__PUSH(ctx->arena, &ctx->conds, struct acr__cond) = cond;
  return ctx->conds.count - 1;
}

int acr__measured_condition(struct acr__compile *ctx, const acr__node *node, const struct acr__component *type,
                            const struct acr__vars *vars, const struct acr__vars *value) {
  struct making m = {.node = node, .phrase = vars->component, .type = type, .vars = *vars};
  int faults = ctx->diag->faults;
  struct acr__cond cond = {.type = type, .phrase = value->component, .over = ACR_OVER_HISTORY, .vars = -1, .series = -1, .value_mul = 1,
                           .has_operator = true, .op = ACR_OP_GE, .is_read = true, .path_text = acr__path_text(ctx, node)};
  gather_held(ctx, &m, NULL);
  check_rates(ctx, &m);
  split_narrows(ctx, &m, &cond);
  read_time(ctx, &m, &cond);
  if (cond.timeframe && cond.timeframe->each)
    acr__fault(ctx, node, "timeframe", "a read measures one window; found `each`, which is about several");
  bool *skip = ACR__NEW_N(ctx->arena, bool, vars->component->var_count + 1);
  bool good = acr__facts_read(ctx, type, vars, node, &m.facts) && acr__measured_read(ctx, &m.facts, vars, node, &cond, skip);
  if (!good || ctx->diag->faults != faults) return -1;
  if (value != vars) skip = ACR__NEW_N(ctx->arena, bool, value->component->var_count + 1);
  cond.series = acr__series_of(ctx, &m.facts, value, skip, &cond, m.held.items, m.held.count, node);
  if (cond.series < 0) return -1;
  cond.has_path = false; // it is the series that measures
  *ACR__PUSH(ctx->arena, &ctx->conds, struct acr__cond) = cond;
  return ctx->conds.count - 1;
}
