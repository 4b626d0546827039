#include "program/trial.h"
#include "program/compile.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// One call that is made in both states.
struct attempt {
  const struct acr__component *component;
  int number; // of the component: the same in both states
  int use;    // index of the example; 0 of the made-up variables
  const char *function, *what, *type;
  bool full, sure; // `sure`: the variables are the author's own
  bool failed;
  const char *result; // what it gave, or why it failed
};

struct trial {
  acr__arena *arena;
  const struct acr__trial_state *state;
  struct acr__plan *plan; // of a program with nothing in it
  struct acr__trial_made made;
  struct acr__list attempts;
  struct block {
    int from, to;
  } * blocks; // the attempts of a component, by its number
  bool backwards;
};

static int number_at(const struct trial *t, int index) {
  return t->backwards ? t->state->tpl->component_count - 1 - index : index;
}

// ---- variables

static void put_made_up(acr__buf *out, const struct acr__var *var) {
  static const char *const texts[] = {[ACR_VAR_OPERATOR] = "\">=\"",
                                      [ACR_VAR_INTEGER] = "1",
                                      [ACR_VAR_DECIMAL] = "1",
                                      [ACR_VAR_MONEY] = "1",
                                      [ACR_VAR_POINTS] = "1",
                                      [ACR_VAR_PERCENT] = "1",
                                      [ACR_VAR_TEXT] = "\"x\"",
                                      [ACR_VAR_BOOLEAN] = "true",
                                      [ACR_VAR_CHOICE] = "\"x\"",
                                      [ACR_VAR_SET] = "[\"x\"]",
                                      [ACR_VAR_CATALOG] = "{\"categories\":[\"x\"]}",
                                      [ACR_VAR_EVENT] = "\"x\"",
                                      [ACR_VAR_ACCOUNT] = "\"points\"",
                                      [ACR_VAR_SOURCE] = "\"base\"",
                                      [ACR_VAR_LEVEL] = "\"x\"",
                                      [ACR_VAR_PROGRAM] = "\"x\"",
                                      [ACR_VAR_AUDIENCE] = "\"x\"",
                                      [ACR_VAR_TAG] = "\"x\"",
                                      [ACR_VAR_OFFER] = "\"x\"",
                                      [ACR_VAR_REWARD_STORE] = "\"x\"",
                                      [ACR_VAR_LINK] = "\"x\"",
                                      [ACR_VAR_TIMEFRAME] = "{\"last\":\"30 days\"}",
                                      [ACR_VAR_DURATION] = "\"30 days\"",
                                      [ACR_VAR_DATE] = "\"2026-01-01\"",
                                      [ACR_VAR_DAYS] = "[\"monday\"]",
                                      [ACR_VAR_SLOTS] = "[\"10:00-12:00\"]"};
  acr__buf_printf(out, "\"%.*s\":", (int)var->name.len, var->name.ptr);
  if (var->min.len)
    acr__buf_printf(out, "\"%.*s\"", (int)var->min.len, var->min.ptr);
  else if (var->type == ACR_VAR_CHOICE)
    acr__buf_printf(out, "\"%.*s\"", (int)var->choices[0].len, var->choices[0].ptr);
  else
    acr__buf_text(out, texts[var->type]);
}

static acr__span made_up(acr__arena *arena, const struct acr__component *component) {
  acr__buf out = {0};
  const char *before = "{";
  for (int i = 0; i < component->var_count; i++) {
    const struct acr__var *var = &component->vars[i];
    if (var->optional || var->default_json.len || var->setting.len) continue;
    acr__buf_text(&out, before);
    put_made_up(&out, var);
    before = ",";
  }
  acr__buf_text(&out, *before == '{' ? "{}" : "}");
  acr__span text = acr__arena_span(arena, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
  return text;
}

// The handle of the variables, -1 where they are refused, which is told elsewhere.
static int bind(struct trial *t, const struct acr__component *component, acr__span json) {
  struct acr__json_fault fault;
  acr__json *parsed = acr__json_parse(t->arena, json.len ? json : ACR__SPAN_LIT("{}"), NULL, &fault);
  if (!parsed) return -1;
  acr__diag diag;
  acr__diag_init(&diag, t->arena);
  struct acr__doc doc = {.json = parsed, .unplaced = true};
  struct acr__compile ctx = {
      .arena = t->arena, .script = t->state->script, .tpl = t->state->tpl, .diag = &diag, .plan = t->plan, .doc = &doc, .any_name = true};
  const acr__node *root = acr__json_root(parsed);
  struct acr__vars vars;
  int handle = -1;
  if (!acr__vars_read(&ctx, component, root, NULL, root, &vars) || diag.faults) return -1;
  for (int i = 0; i < component->var_count; i++)
    if (component->vars[i].type == ACR_VAR_ACCOUNT && vars.values[i].present) acr__script_account(t->state->script, vars.values[i].text, 0);
  return acr__vars_bind(&ctx, &vars, root, &handle) ? handle : -1;
}

// ---- calls

static const char *effects_text(struct trial *t, const struct acr__effect *effects, int count) {
  acr__buf out = {0};
  for (int i = 0; i < count; i++) {
    const struct acr__effect *e = &effects[i];
    acr__buf_printf(&out, "%d %lld %lld %lld %lld %.*s;", (int)e->kind, (long long)e->points, (long long)e->max, (long long)e->expires,
                    (long long)e->quantity, (int)e->account.len, e->account.ptr ? e->account.ptr : "");
    acr__buf_printf(&out, "%.*s %.*s;", (int)e->tag.len, e->tag.ptr ? e->tag.ptr : "", (int)e->data_json.len,
                    e->data_json.ptr ? e->data_json.ptr : "");
  }
  const char *text = acr__arena_text(t->arena, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
  return text;
}

static const char *numbers(struct trial *t, int64_t a, int64_t b) {
  return acr__arena_printf(t->arena, "%lld %lld", (long long)a, (long long)b);
}

// Notes what a call gave; `given` NULL: it failed.
static void note(struct trial *t, const struct attempt *base, const char *function, const struct acr__call *call, const char *given) {
  struct attempt *attempt = ACR__PUSH(t->arena, &t->attempts, struct attempt);
  *attempt = *base;
  attempt->function = function;
  attempt->failed = call->error != NULL;
  attempt->result = call->error ? call->error : given;
}

static struct acr__call begin(struct trial *t) {
  acr__script_event_begin(t->state->script);
  return (struct acr__call){.script = t->state->script, .arena = t->arena};
}

static void try_phrase(struct trial *t, const struct attempt *base, int vars, const struct acr__fact *fact) {
  const struct acr__component *c = base->component;
  struct acr__call call = begin(t);
  bool truth = false, nil = false;
  int64_t value = 0;
  if (c->functions & ACR_HAS_TEST) {
    bool has = acr__call_test(&call, c, vars, fact, &truth, &value, &nil);
    note(t, base, "test", &call, has ? numbers(t, truth, nil ? value : 0) : NULL);
  } else if ((c->functions & ACR_HAS_VALUE) && (c->aggregate == ACR_AGG_DISTINCT || c->aggregate == ACR_AGG_NEW)) {
    const struct acr__given *given;
    int count = 0;
    bool has = acr__call_values(&call, c, vars, fact, &given, &count);
    note(t, base, "value", &call, has ? numbers(t, count, count ? given[0].number : 0) : NULL);
  } else if ((c->functions & ACR_HAS_VALUE) && !c->path.len) {
    bool has = acr__call_value(&call, c, vars, fact, &value, &nil);
    note(t, base, "value", &call, has ? numbers(t, value, nil) : NULL);
  }
}

static void try_constraint(struct trial *t, const struct attempt *base, int vars, const struct acr__fact *fact) {
  const struct acr__component *c = base->component;
  struct acr__call call = begin(t);
  bool truth = false;
  int64_t a = 0, b = 0;
  if (c->functions & ACR_HAS_ACCEPTS) {
    bool has = acr__call_accepts(&call, c, vars, fact, &truth);
    note(t, base, "accepts", &call, has ? numbers(t, truth, 0) : NULL);
  } else if (c->functions & ACR_HAS_PORTION) {
    bool has = acr__call_portion(&call, c, vars, fact, &a, &b);
    note(t, base, "portion", &call, has ? numbers(t, a, b) : NULL);
  } else if (c->functions & ACR_HAS_RATE) {
    acr__unit unit = ACR_UNIT_DAY;
    bool has = acr__call_rate(&call, c, vars, &a, &unit);
    note(t, base, "rate", &call, has ? numbers(t, a, unit) : NULL);
  } else if (c->functions & ACR_HAS_WINDOW) {
    struct acr__anchors anchors = {.zone = t->plan->zone,
                                   .now = fact->time,
                                   .joined = fact->time,
                                   .level_entry = fact->time,
                                   .last_maintenance = fact->time,
                                   .level_expiry = ACR_TIME_NONE,
                                   .last_fired = ACR_TIME_MIN};
    acr__time from = 0, to = 0;
    bool has = acr__call_window(&call, c, vars, &anchors, &from, &to);
    note(t, base, "window", &call, has ? numbers(t, from, to) : NULL);
  }
  for (int i = 0; (c->functions & ACR_HAS_ACCEPTS_ITEM) && fact->event && i < fact->event->item_count; i++) {
    call = begin(t);
    bool has = acr__call_accepts_item(&call, c, vars, fact, i, &truth);
    note(t, base, "accepts_item", &call, has ? numbers(t, truth, 0) : NULL);
  }
}

static void try_outcome(struct trial *t, const struct attempt *base, int vars, struct acr__fact fact) {
  static const struct acr__base_points base_points = {{"points", 6}, 40};
  struct acr__call call = begin(t);
  const struct acr__effect *effects = NULL;
  int count = 0;
  fact.base = &base_points;
  fact.base_count = 1;
  bool has = acr__call_effects(&call, base->component, vars, &fact, &effects, &count);
  note(t, base, "effects", &call, has ? effects_text(t, effects, count) : NULL);
}

static void try_use(struct trial *t, const struct acr__component *c, int use, acr__span json, bool sure) {
  const struct acr__trial_fact *facts;
  int vars = bind(t, c, json), count = acr__trial_facts(t->arena, t->plan, c, &t->made, &facts);
  for (int i = 0; vars >= 0 && i < count; i++) {
    const struct acr__trial_fact *fact = &facts[t->backwards ? count - 1 - i : i];
    struct attempt base = {.component = c,
                           .number = (int)(c - t->state->tpl->components),
                           .use = use,
                           .what = fact->what,
                           .type = fact->type,
                           .full = fact->full,
                           .sure = sure};
    if (c->kind == ACR_KEY_PHRASE)
      try_phrase(t, &base, vars, &fact->fact);
    else if (c->kind == ACR_CONSTRAINT)
      try_constraint(t, &base, vars, &fact->fact);
    else
      try_outcome(t, &base, vars, fact->fact);
  }
}

// What was read for a call is not known here, so components that read are not tried.
static bool is_tried(const struct acr__component *c) {
  bool calls = c->kind == ACR_KEY_PHRASE || c->kind == ACR_CONSTRAINT || c->kind == ACR_OUTCOME;
  return calls && c->layer == 0 && !(c->functions & ACR_HAS_READS);
}

static void try_component(struct trial *t, const struct acr__component *c) {
  if (c->example_count == 0) try_use(t, c, 0, made_up(t->arena, c), false);
  for (int k = 0; k < c->example_count; k++) {
    int use = t->backwards ? c->example_count - 1 - k : k;
    try_use(t, c, use, c->examples[use].vars, true);
  }
}

static bool run(struct trial *t) {
  static const acr__span empty = ACR__SPAN_LIT("{\"program\":\"check\"}");
  acr__diag diag;
  acr__diag_init(&diag, t->arena);
  t->plan = acr__plan_compile(t->arena, t->state->script, t->state->tpl, empty, "check", NULL, &diag);
  t->blocks = ACR__NEW_N(t->arena, struct block, t->state->tpl->component_count + 1);
  for (int i = 0; t->plan && i < t->state->tpl->component_count; i++) {
    int number = number_at(t, i);
    t->blocks[number].from = t->attempts.count;
    if (is_tried(&t->state->tpl->components[number])) try_component(t, &t->state->tpl->components[number]);
    t->blocks[number].to = t->attempts.count;
  }
  return t->plan != NULL;
}

// ---- what is told

// "key phrase fills: key_phrases/fills.lua:7: cause" as the place and the cause.
static struct acr__place place_of(acr__arena *arena, const struct acr__component *c, const char **message) {
  struct acr__place place = {.file = acr__arena_text(arena, c->file)};
  const char *file = strstr(*message, place.file), *colon = file ? file + strlen(place.file) : NULL;
  char *end = NULL;
  if (!colon || *colon != ':') return place;
  long line = strtol(colon + 1, &end, 10);
  if (end == colon + 1 || *end != ':') {
    *message = colon + 2;
    return place;
  }
  place.line = (int)line;
  *message = end + 2;
  return place;
}

static bool says(const char *message, const char *part) {
  return strstr(message, part) != NULL;
}

// Did the component manage some fact that has everything (`type` NULL: any)?
static bool managed(const struct trial *t, int component, const char *type) {
  for (int i = t->blocks[component].from; i < t->blocks[component].to; i++) {
    const struct attempt *at = ACR__AT(&t->attempts, struct attempt, i);
    if (at->full && !at->failed && (!type || strcmp(at->type, type) == 0)) return true;
  }
  return false;
}

// A component need not be for every type that it could meet, so one that manages some facts is not blamed for others. false when there
// is nothing to tell.
static bool tell(const struct trial *t, const struct attempt *attempt, acr__diag *diag) {
  const char *cause = attempt->result;
  struct acr__place place = place_of(t->arena, attempt->component, &cause);
  // These are wrong whatever the fact and the variables are.
  bool always = says(cause, "instructions") || says(cause, "; wanted ") || says(cause, "read-only") || says(cause, "global");
  bool fault = always || (attempt->full && attempt->sure);
  if (!always && (attempt->full ? managed(t, attempt->number, NULL) : !managed(t, attempt->number, attempt->type))) return false;
  acr__diag_add(diag, fault ? ACR_FAULT : ACR_WARNING, "trial", place, "%s, with %s: %s", attempt->function, attempt->what, cause);
  return true;
}

static bool same_call(const struct attempt *a, const struct attempt *b) {
  return strcmp(a->function, b->function) == 0 && strcmp(a->what, b->what) == 0 && a->use == b->use;
}

// The same calls were made the other way round; lines of one purchase keep their order.
static const struct attempt *find_other(const struct trial *t, const struct attempt *wanted) {
  for (int i = t->blocks[wanted->number].from; i < t->blocks[wanted->number].to; i++) {
    const struct attempt *found = ACR__AT(&t->attempts, struct attempt, i);
    if (same_call(found, wanted)) return found;
  }
  return NULL;
}

// A path that no fact of the component has is told here, not first where a program uses it.
static void check_path(struct trial *t, const struct acr__component *c, acr__diag *diag) {
  const struct acr__trial_fact *facts;
  char *message = NULL;
  int count = acr__trial_facts(t->arena, t->plan, c, &t->made, &facts);
  for (int i = 0; i < count; i++) {
    struct acr__path path;
    if (acr__path_compile(t->arena, c->path, facts[i].fact.schema, t->plan->currency_scale, &path, &message)) return;
  }
  if (message)
    acr__diag_add(diag, ACR_FAULT, "path", (struct acr__place){.file = acr__arena_text(t->arena, c->file)}, "value: %s", message);
}

void acr__trial(acr__arena *arena, const struct acr__trial_state *one, const struct acr__trial_state *other, acr__diag *diag) {
  struct trial first = {.arena = arena, .state = one}, second = {.arena = arena, .state = other, .backwards = true};
  if (!run(&first) || !run(&second)) return;
  for (int i = 0; i < one->tpl->component_count; i++) {
    const struct acr__component *c = &one->tpl->components[i];
    if (c->kind == ACR_KEY_PHRASE && c->layer == 0 && c->path.len) check_path(&first, c, diag);
  }
  const struct acr__component *told = NULL;
  for (int i = 0; i < first.attempts.count; i++) {
    const struct attempt *attempt = ACR__AT(&first.attempts, struct attempt, i);
    if (attempt->component == told) continue; // one finding a component
    const struct attempt *again = find_other(&second, attempt);
    if (attempt->failed) {
      if (tell(&first, attempt, diag)) told = attempt->component;
    } else if (strcmp(attempt->function, "accepts_item") != 0 && (!again || again->failed || strcmp(again->result, attempt->result) != 0)) {
      struct acr__place place = {.file = acr__arena_text(arena, attempt->component->file)};
      acr__diag_add(diag, ACR_FAULT, "unsteady", place,
                    "%s, with %s, gave different results in two states: it must depend on the fact and the variables alone",
                    attempt->function, attempt->what);
      told = attempt->component;
    }
  }
}
