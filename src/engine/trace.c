#include "engine/trace.h"
#include "engine/late.h"
#include "engine/limits.h"

void acr__trace_begin(acr_engine *shadow, acr__arena *arena) {
  struct acr__trace *trace = ACR__NEW(arena, struct acr__trace);
  trace->arena = trace->listener.arena = arena;
  shadow->trace = trace;
  for (int i = 0; i < shadow->release_count; i++)
    if (shadow->releases[i]->plan) acr__script_listen(shadow->releases[i]->plan->script, &trace->listener);
}

void acr__trace_end(acr_engine *shadow) {
  for (int i = 0; i < shadow->release_count && shadow->trace; i++)
    if (shadow->releases[i]->plan) acr__script_listen(shadow->releases[i]->plan->script, NULL);
  shadow->trace = NULL;
}

// Purchases that are judged again for a return, and looks that give nothing, are none of the event's own judgement.
static bool is_own(const struct acr__case *c) {
  return !c->kept && (!c->tally || c->j->engine->trace->looking);
}

static struct acr__traced *add(const struct acr__case *c, const struct acr__rule *rule) {
  struct acr__trace *trace = c->j->engine->trace;
  struct acr__standing then;
  const struct acr__standing *s = acr__late_standing(c, c->release->family, &then);
  struct acr__traced *one = ACR__NEW(trace->arena, struct acr__traced);
  *one = (struct acr__traced){.seq = c->j->seq,
                              .raised = c->j->derived_count,
                              .event = acr__arena_span(trace->arena, c->event->type),
                              .release = c->release,
                              .level = s ? s->level : -1,
                              .rule = rule};
  *(trace->last ? &trace->last->next : &trace->first) = one;
  trace->last = one;
  return one;
}

// What was noted of it last, by the event at hand.
static struct acr__traced *find(const struct acr__case *c, const struct acr__rule *rule) {
  struct acr__traced *found = NULL;
  for (struct acr__traced *one = c->j->engine->trace->first; one; one = one->next)
    if (one->rule == rule && one->release == c->release && one->seq == c->j->seq && one->raised == c->j->derived_count) found = one;
  return found;
}

static acr__span keep(acr__arena *arena, acr__buf *text) {
  acr__span kept = acr__arena_span(arena, (acr__span){(const char *)text->ptr, text->len});
  acr__buf_free(text);
  return kept;
}

static acr__span say_limit(const struct acr__case *c, const struct acr__rule *rule) {
  static const char *const units[] = {
      [ACR_UNIT_DAY] = "day", [ACR_UNIT_WEEK] = "week", [ACR_UNIT_MONTH] = "month", [ACR_UNIT_YEAR] = "year"};
  acr__buf text = {0};
  acr__writer w = {&text, false};
  acr__time from, to;
  if (!rule->limit.times) return (acr__span){NULL, 0};
  int64_t left = acr__limit_left(c, rule);
  acr__limit_period(c->plan->zone, rule->limit.forever, rule->limit.per, c->event->time, &from, &to);
  acr__write_object(&w);
  acr__write_key(&w, "of");
  acr__write_int(&w, rule->limit.times);
  acr__write_key(&w, "used");
  acr__write_int(&w, rule->limit.times - left);
  acr__write_key(&w, "left");
  acr__write_int(&w, left);
  acr__write_key(&w, "per");
  acr__write_text(&w, rule->limit.forever ? "forever" : units[rule->limit.per]);
  acr__write_key(&w, "frees");
  acr__write_time(&w, to);
  acr__write_object_end(&w);
  return keep(c->j->engine->trace->arena, &text);
}

void acr__trace_rule(struct acr__case *c, const struct acr__rule *rule, bool holds) {
  if (!is_own(c)) return;
  struct acr__traced *one = add(c, rule);
  acr__buf text = {0};
  acr__writer w = {&text, false};
  char *failed = c->j->failed;
  one->holds = holds;
  one->limit = say_limit(c, rule);
  if (!rule->no_rules) acr__trace_tree(c, rule, &w);
  one->when = keep(c->j->engine->trace->arena, &text);
  c->j->failed = failed; // what is looked up beside the judgement fails by itself
}

void acr__trace_skip(const struct acr__case *c, const struct acr__rule *rule, const char *why) {
  if (is_own(c)) add(c, rule)->skipped = why;
}

void acr__trace_gives(const struct acr__case *c, const struct acr__rule *rule, bool met, int times) {
  struct acr__traced *one = is_own(c) ? find(c, rule) : NULL;
  int64_t left = acr__limit_left(c, rule);
  if (!one) return;
  one->met = met;
  one->gives = rule->out_count == 0 || (met ? rule->gives_met : rule->gives_unmet);
  one->times = times;
  one->given = !one->gives ? 0 : left < times ? (int)left : times;
  one->limit = say_limit(c, rule);
}

void acr__trace_hear(const struct acr__case *c) {
  struct acr__listener *listener = &c->j->engine->trace->listener;
  listener->looked_count = listener->points_count = listener->said_count = 0;
}

// ---- outcomes

static void number(acr__writer *w, const char *key, int64_t value, int scale) {
  acr__write_key(w, key);
  acr__write_decimal(w, value, scale);
}

// amount / per, cut to `precision`, is the units; times the rate and rounded once, the points. per_scale < 0: not known.
static void write_sum(acr__writer *w, int64_t amount, int per_scale, const struct acr__points_per *rule, int64_t result) {
  static const char *const roundings[] = {"down", "half_up", "up"};
  int64_t units = 0;
  acr__write_object(w);
  if (per_scale >= 0) {
    number(w, "amount", amount, per_scale);
    number(w, "per", rule->per, per_scale);
    if (rule->hurdle) number(w, "hurdle", rule->hurdle, per_scale);
  }
  if (rule->hurdle && amount < rule->hurdle) {
    acr__write_key(w, "below_hurdle");
    acr__write_bool(w, true);
  } else if (amount > 0 && acr__scale(amount, acr__pow10(rule->precision), rule->per, ACR_ROUND_DOWN, &units)) {
    number(w, "units", units, rule->precision);
  }
  number(w, "precision", rule->precision, 0);
  number(w, "rate", rule->rate, rule->rate_scale);
  acr__write_key(w, "rounding");
  acr__write_text(w, roundings[rule->rounding]);
  number(w, "points", result, rule->decimals);
  acr__write_object_end(w);
}

static int scale_of_per(const struct acr__case *c, const struct acr__component *component) {
  for (int i = 0; i < component->var_count; i++) {
    const struct acr__var *var = &component->vars[i];
    if (!acr__span_is(var->name, "per")) continue;
    return var->type == ACR_VAR_MONEY ? c->plan->currency_scale : var->type == ACR_VAR_DECIMAL ? var->scale : -1;
  }
  return -1;
}

static void write_effects(struct acr__case *c, acr__writer *w, int first) {
  acr_engine *engine = c->j->engine;
  struct acr__record record = {.seq = c->j->seq};
  bool comma = false;
  acr__write_key(w, "effects");
  acr__write_array(w);
  for (int i = first; i < engine->ops.count; i++) {
    acr__buf text = {0};
    if (acr__effect_write(engine, &text, &record, &engine->ops.all[i])) {
      acr__buf_printf(w->out, "%s{%.*s}", comma ? "," : "", (int)text.len, (const char *)text.ptr);
      comma = true;
    }
    acr__buf_free(&text);
  }
  acr__write_array_end(w);
}

static void write_amount(const struct acr__case *c, acr__writer *w, const struct acr__fact *lines) {
  if (!lines || lines->kind != ACR_FACT_PURCHASE) return;
  number(w, "amount", lines->amount, c->plan->currency_scale);
  int count = 0, all = c->event->item_count;
  for (int i = 0; i < all; i++)
    count += !lines->counts || lines->counts[i];
  if (count == all) return;
  number(w, "lines", count, 0);
  number(w, "of_lines", all, 0);
}

static void append(struct acr__case *c, struct acr__traced *one, acr__buf *text) {
  acr__arena *arena = c->j->engine->trace->arena;
  one->outcomes = acr__span_of(acr__arena_printf(arena, "%.*s%s%.*s", (int)one->outcomes.len, one->outcomes.len ? one->outcomes.ptr : "",
                                                 one->outcomes.len ? "," : "", (int)text->len, (const char *)text->ptr));
  acr__buf_free(text);
}

void acr__trace_outcome(struct acr__case *c, const struct acr__rule *rule, const struct acr__out *out, const struct acr__fact *lines,
                        int first) {
  struct acr__traced *one = is_own(c) ? find(c, rule) : NULL;
  const struct acr__listener *heard = &c->j->engine->trace->listener;
  acr__buf text = {0};
  acr__writer w = {&text, false};
  if (!one) return;
  acr__write_object(&w);
  acr__write_key(&w, "outcome");
  acr__write_span(&w, out->component->name);
  acr__write_key(&w, "sentence");
  acr__write_span(&w, out->sentence);
  if (!lines) acr__trace_excluded(c, out->narrows, out->narrow_count, &w);
  if (out->basis_purchase) {
    acr__write_key(&w, "basis");
    acr__write_text(&w, "purchase");
  }
  write_amount(c, &w, lines);
  if (lines && heard->points_count) {
    acr__write_key(&w, "arithmetic");
    acr__write_array(&w);
    for (int i = 0; i < heard->points_count; i++)
      write_sum(&w, heard->points[i].amount, scale_of_per(c, out->component), &heard->points[i].rule, heard->points[i].result);
    acr__write_array_end(&w);
  }
  if (lines && heard->said_count) {
    acr__write_key(&w, "said");
    acr__write_array(&w);
    for (int i = 0; i < heard->said_count; i++)
      acr__write_span(&w, heard->said[i]);
    acr__write_array_end(&w);
  }
  write_effects(c, &w, first);
  acr__write_object_end(&w);
  append(c, one, &text);
}

void acr__trace_earn(struct acr__case *c, const struct acr__earn *earn, const struct acr__fact *lines, int64_t points, int first) {
  if (!is_own(c)) return;
  struct acr__traced *one = add(c, NULL);
  acr__buf text = {0};
  acr__writer w = {&text, false};
  one->earn = earn;
  one->holds = lines != NULL;
  acr__write_object(&w);
  acr__write_key(&w, "sentence");
  acr__write_span(&w, earn->sentence);
  if (!lines) acr__trace_excluded(c, earn->narrows, earn->narrow_count, &w);
  write_amount(c, &w, lines);
  if (lines) {
    acr__write_key(&w, "arithmetic");
    acr__write_array(&w);
    write_sum(&w, lines->amount, c->plan->currency_scale, &earn->rate, points);
    acr__write_array_end(&w);
  }
  write_effects(c, &w, first);
  acr__write_object_end(&w);
  append(c, one, &text);
}
