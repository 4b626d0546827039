// The tree of a rule as it was judged: each condition's sentence, what it measured, what it asked for, and what was kept out of it.
#include "engine/limits.h"
#include "engine/profile.h"
#include "engine/trace.h"
#include "engine/window.h"

// ---- Distance

// The smallest change of what is measured; of balances, a whole unit of the account with the most decimals.
static int64_t step_of(const struct acr__plan *plan, const struct acr__cond *cond) {
  int64_t step = cond->value_mul > 0 ? cond->value_mul : 1;
  int decimals = 0;
  for (int i = 0; i < cond->account_count; i++)
    if (plan->accounts[cond->accounts[i]].decimals > decimals) decimals = plan->accounts[cond->accounts[i]].decimals;
  return cond->over == ACR_OVER_BALANCE && cond->has_path ? step * acr__pow10(plan->points_scale - decimals) : step;
}

const char *acr__cond_distance(const struct acr__plan *plan, const struct acr__cond *cond, const struct acr__cond_result *r,
                               int64_t *distance) {
  int64_t step = step_of(plan, cond), number = cond->number, value = r->has_measured ? r->measured : 0;
  if (!cond->has_operator) return NULL;
  if (cond->every) { // to the next multiple
    int64_t next = cond->number ? (value / cond->number + 1) * cond->number : 0;
    *distance = r->truth ? 0 : next - value;
    return r->truth || (cond->once && value >= cond->number) ? NULL : "short";
  }
  bool up = cond->op == ACR_OP_GE || cond->op == ACR_OP_GT || (cond->op == ACR_OP_EQ && value < number);
  int64_t away = up ? number - value : value - number;
  if (acr__compare(value, cond->op, number)) {
    *distance = cond->op == ACR_OP_EQ ? 0 : -away - (cond->op == ACR_OP_GT || cond->op == ACR_OP_LT ? 1 : 0);
    *distance -= *distance % step;
    return cond->op == ACR_OP_EQ ? NULL : "to_spare";
  }
  if (cond->op == ACR_OP_GT || cond->op == ACR_OP_LT) away++;
  if (cond->op != ACR_OP_EQ && away % step) away += step - away % step; // by whole steps of what is measured
  *distance = away;
  return up ? "short" : "over";
}

// ---- What was kept out

static void write_looked(const struct acr__listener *heard, acr__writer *w) {
  if (!heard->looked_count) return;
  acr__write_key(w, "looked_at");
  acr__write_object(w);
  for (int i = 0; i < heard->looked_count; i++) {
    bool again = false;
    for (int k = 0; k < i; k++)
      again = again || acr__span_eq(heard->looked[k].name, heard->looked[i].name);
    if (again) continue;
    acr__buf all = {0};
    for (int k = i; k < heard->looked_count; k++)
      if (acr__span_eq(heard->looked[k].name, heard->looked[i].name) && heard->looked[k].value.ptr)
        acr__buf_printf(&all, "%s%.*s", all.len ? ", " : "", (int)heard->looked[k].value.len, heard->looked[k].value.ptr);
    acr__write_key_span(w, heard->looked[i].name);
    if (all.len)
      acr__write_span(w, (acr__span){(const char *)all.ptr, all.len});
    else
      acr__write_null(w);
    acr__buf_free(&all);
  }
  acr__write_object_end(w);
}

static int lines_of(const struct acr__case *c, const struct acr__fact *fact) {
  int count = 0;
  for (int i = 0; i < c->event->item_count; i++)
    count += !fact->counts || fact->counts[i];
  return count;
}

static void write_kept_out(struct acr__case *c, const struct acr__narrow *narrow, bool lets, const struct acr__fact *fact, acr__writer *w) {
  acr__write_object(w);
  acr__write_key(w, "constraint");
  acr__write_span(w, narrow->component->name);
  acr__write_key(w, "sentence");
  acr__write_span(w, narrow->sentence);
  if (narrow->component->functions & ACR_HAS_ACCEPTS_ITEM) {
    acr__write_key(w, "lines");
    acr__write_int(w, lets ? lines_of(c, &c->fact) - lines_of(c, fact) : lines_of(c, &c->fact));
    acr__write_key(w, "of_lines");
    acr__write_int(w, lines_of(c, &c->fact));
  }
  if (lets && fact->portion.n != fact->portion.d) {
    acr__write_key(w, "share");
    acr__write_text(w, acr__arena_printf(c->j->arena, "%lld/%lld", (long long)fact->portion.n, (long long)fact->portion.d));
  }
  write_looked(&c->j->engine->trace->listener, w);
  acr__write_object_end(w);
}

void acr__trace_excluded(struct acr__case *c, const struct acr__narrow *narrows, int count, acr__writer *w) {
  bool any = false;
  for (int i = 0; i < count; i++) {
    struct acr__fact fact = c->fact;
    bool lets = false;
    acr__script_aside(c->plan->script);
    bool good = acr__narrow_fact(c, &narrows[i], 1, &fact, &lets);
    acr__script_aside_end(c->plan->script);
    bool whole = lets && fact.portion.n == fact.portion.d && (c->event->item_count == 0 || lines_of(c, &fact) == lines_of(c, &c->fact));
    if (!good || whole) continue;
    if (!any) {
      acr__write_key(w, "excluded");
      acr__write_array(w);
    }
    any = true;
    write_kept_out(c, &narrows[i], lets, &fact, w);
  }
  if (any) acr__write_array_end(w);
}

// ---- Over history: the window, and what lies outside

static void write_span(acr__writer *w, acr__time from, acr__time to, acr__time now) {
  acr__write_key(w, "from");
  if (from == ACR_TIME_MIN)
    acr__write_null(w);
  else
    acr__write_time(w, from);
  acr__write_key(w, "to"); // null: with this event
  if (to > now)
    acr__write_null(w);
  else
    acr__write_time(w, to);
}

static const char *facts_of(const struct acr__series *series) {
  if (series->kinds == 1u << ACR_FACT_PURCHASE) return "purchases";
  if (series->kinds == 1u << ACR_FACT_CUSTOM) return "events";
  return series->kinds == 1u << ACR_FACT_POINTS ? "movements of points" : "facts";
}

static void write_window(struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule, acr__writer *w) {
  const struct acr__series *series = &c->plan->series[cond->series];
  const struct acr__series_data *data = acr__member_series(c->j->member, c->release->series[cond->series]);
  struct acr__anchors anchors = acr__anchors_of(c, cond->asks_fired ? rule : NULL);
  acr__time from, to;
  acr__script_aside(c->plan->script);
  bool good = acr__window_of(c, cond, NULL, &anchors, &from, &to);
  acr__script_aside_end(c->plan->script);
  if (!good) return;
  uint32_t low = data ? acr__series_before(data, from) : 0, high = data ? acr__series_before(data, to) : 0;
  int64_t counted = high > low ? high - low : 0, times = cond->timeframe ? cond->timeframe->times : 0;
  acr__write_key(w, "window");
  acr__write_object(w);
  write_span(w, from, to, c->event->time);
  acr__write_key(w, "of");
  acr__write_text(w, facts_of(series));
  bool lists = (series->aggregate == ACR_AGG_DISTINCT || series->aggregate == ACR_AGG_NEW) && !series->has_path;
  if (!lists) {
    acr__write_key(w, "inside");
    acr__write_int(w, counted);
    acr__write_key(w, "outside");
    acr__write_int(w, (data ? data->count : 0) - counted);
  }
  if (times) {
    acr__write_key(w, "last");
    acr__write_int(w, times);
  }
  acr__write_object_end(w);
}

// ---- One condition

static bool about(const struct acr__case *c, const struct acr__cond *cond) {
  return cond->over != ACR_OVER_CURRENT || acr__looks_at(c, cond);
}

static void write_numbers(const struct acr__plan *plan, const struct acr__cond *cond, const struct acr__cond_result *r, acr__writer *w) {
  static const char *const operators[] = {">=", ">", "=", "<=", "<"};
  int64_t distance;
  if (r->has_measured) {
    acr__write_key(w, "actual");
    acr__write_decimal(w, r->measured, cond->number_scale);
  }
  if (!cond->has_operator) return;
  acr__write_key(w, "operator");
  acr__write_text(w, cond->every ? "every" : operators[cond->op]);
  acr__write_key(w, "required");
  acr__write_decimal(w, cond->number, cond->number_scale);
  const char *how = r->has_measured ? acr__cond_distance(plan, cond, r, &distance) : NULL;
  if (!how) return;
  acr__write_key(w, "distance");
  acr__write_decimal(w, distance, cond->number_scale);
  acr__write_key(w, "is");
  acr__write_text(w, how);
}

// What a test looked at, by asking it again.
static void look_test(struct acr__case *c, const struct acr__cond *cond, const struct acr__cond_result *r, acr__writer *w) {
  struct acr__call call = acr__call_of(c);
  struct acr__member_view view;
  struct acr__fact fact = c->fact;
  int64_t measured;
  bool truth, has_measured, lets = true;
  fact.zone = acr__zone_of(c);
  call.reads = r->reads;
  call.read_count = r->read_count;
  acr__script_aside(c->plan->script);
  if (cond->over == ACR_OVER_MEMBER) {
    acr__member_view_of(c, &view);
    fact = (struct acr__fact){.kind = ACR_FACT_MEMBER, .time = c->event->time, .zone = fact.zone, .member = &view};
  } else {
    acr__narrow_fact(c, cond->narrows, cond->narrow_count, &fact, &lets);
    c->j->engine->trace->listener.looked_count = 0;
  }
  bool good = lets && acr__call_test(&call, cond->phrase, cond->vars, &fact, &truth, &measured, &has_measured);
  acr__script_aside_end(c->plan->script);
  if (good) write_looked(&c->j->engine->trace->listener, w);
}

static void write_multiple(const struct acr__cond *cond, const struct acr__cond_result *r, acr__writer *w) {
  acr__write_key(w, "reached_before");
  acr__write_decimal(w, r->before * cond->number, cond->number_scale);
  acr__write_key(w, "times");
  acr__write_int(w, r->truth ? r->times : 0);
}

static void write_condition(struct acr__case *c, const struct acr__rule *rule, int index, acr__writer *w) {
  static const char *const over[] = {"current", "history", "balance", "member"};
  const struct acr__cond *cond = &c->plan->conds[index];
  const struct acr__cond_result *r = &c->results[index];
  bool test = (cond->phrase->functions & ACR_HAS_TEST) != 0, history = cond->over == ACR_OVER_HISTORY;
  acr__write_object(w);
  acr__write_key(w, "condition");
  acr__write_span(w, cond->sentence);
  acr__write_key(w, "key_phrase");
  acr__write_span(w, cond->phrase->name);
  acr__write_key(w, "over");
  acr__write_text(w, over[cond->over]);
  acr__write_key(w, "holds");
  acr__write_bool(w, r->truth);
  if (!about(c, cond)) {
    acr__write_key(w, "not_about");
    acr__write_span(w, c->event->type);
  } else {
    write_numbers(c->plan, cond, r, w);
    if (cond->over == ACR_OVER_CURRENT || (cond->same_facts && cond->include_current && !r->truth))
      acr__trace_excluded(c, cond->narrows, cond->narrow_count, w);
    if (history) write_window(c, cond, rule, w);
    if (cond->every) write_multiple(cond, r, w);
    if (cond->crossing && !r->truth && r->has_measured && acr__compare(r->measured, cond->op, cond->number)) {
      acr__write_key(w, "crossed_before");
      acr__write_bool(w, true);
    }
    if (test && !history && cond->over != ACR_OVER_BALANCE) look_test(c, cond, r, w);
  }
  acr__write_object_end(w);
}

static bool write_node(struct acr__case *c, const struct acr__rule *rule, int node, acr__writer *w) {
  static const char *const kinds[] = {"all", "any", "none"};
  const struct acr__tree *t = &rule->tree[node];
  bool all = true, any = false;
  if (t->kind == ACR_NODE_COND) {
    write_condition(c, rule, t->cond, w);
    return c->results[t->cond].truth;
  }
  acr__write_object(w);
  if (t->name.len) {
    acr__write_key(w, "name");
    acr__write_span(w, t->name);
  }
  if (t->sentence.len) {
    acr__write_key(w, "sentence");
    acr__write_span(w, t->sentence);
  }
  acr__write_key(w, kinds[t->kind]);
  acr__write_array(w);
  for (int child = t->first_child; child >= 0; child = rule->tree[child].next) {
    bool held = write_node(c, rule, child, w);
    all = all && held;
    any = any || held;
  }
  acr__write_array_end(w);
  bool truth = t->kind == ACR_NODE_ALL ? all : t->kind == ACR_NODE_ANY ? any : !any;
  acr__write_key(w, "holds");
  acr__write_bool(w, truth);
  acr__write_object_end(w);
  return truth;
}

void acr__trace_tree(struct acr__case *c, const struct acr__rule *rule, acr__writer *w) {
  write_node(c, rule, 0, w);
}
