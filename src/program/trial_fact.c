// Made-up facts, with and without what may be absent.
#include "base/buf.h"
#include "base/decimal.h"
#include "program/trial.h"
#include <string.h>

static bool any_type(void *arg, acr__span type) {
  (void)arg, (void)type;
  return true;
}

static acr__span no_type(void *arg, acr__span type) {
  (void)arg, (void)type;
  return (acr__span){NULL, 0};
}

// ---- events, as JSON that the real reader reads

static void put_field(acr__buf *out, const struct acr__field *field) {
  static const char *const texts[] = {
      [ACR_FIELD_INTEGER] = "1",  [ACR_FIELD_DECIMAL] = "\"1\"", [ACR_FIELD_MONEY] = "\"1\"",  [ACR_FIELD_PERCENT] = "\"1\"",
      [ACR_FIELD_TEXT] = "\"x\"", [ACR_FIELD_BOOLEAN] = "true",  [ACR_FIELD_CHOICE] = "\"x\"", [ACR_FIELD_DATE] = "\"2026-01-01\""};
  acr__buf_printf(out, "\"%.*s\":", (int)field->name.len, field->name.ptr);
  if (field->type == ACR_FIELD_CHOICE) {
    acr__buf_printf(out, "\"%.*s\"", (int)field->choices[0].len, field->choices[0].ptr);
  } else if (field->has_min && field->min > 1) { // at its scale
    char text[32];
    acr__decimal_format(field->min, field->type == ACR_FIELD_MONEY ? 2 : field->scale, text);
    acr__buf_printf(out, "\"%s\"", text);
  } else {
    acr__buf_text(out, texts[field->type]);
  }
}

static void put_fields(acr__buf *out, const struct acr__field *fields, int count, bool all, const char *before) {
  for (int i = 0; i < count; i++) {
    if (fields[i].optional && !all) continue;
    acr__buf_text(out, before);
    put_field(out, &fields[i]);
    before = ",";
  }
}

static void put_purchase(acr__buf *out, const struct acr__schema *schema, bool all) {
  acr__buf_text(out, "\"total\":\"42.50\"");
  if (all) {
    acr__buf_text(out, ",\"transaction\":\"t-1\",\"store\":\"S1\",\"channel\":\"pos\",\"currency\":\"USD\",\"subtotal\":\"40.00\","
                       "\"tax\":\"2.50\",\"shipping\":\"0.00\",\"payments\":[{\"type\":\"cash\",\"amount\":\"42.50\"}],\"discounts\":[],"
                       "\"items\":[{\"line\":\"1\",\"sku\":\"A\",\"categories\":[\"x\",\"x/y\"],\"quantity\":\"2\",\"amount\":\"25.00\"");
    acr__buf_text(out, ",\"context\":{");
    if (schema) put_fields(out, schema->item_fields, schema->item_field_count, true, "");
    acr__buf_text(out, "}},{\"line\":\"2\",\"sku\":\"B\",\"categories\":[\"z\"],\"quantity\":\"1\",\"amount\":\"15.00\",\"context\":{");
    if (schema) put_fields(out, schema->item_fields, schema->item_field_count, true, "");
    acr__buf_text(out, "}}]");
  } else {
    acr__buf_text(out, ",\"items\":[{\"amount\":\"42.50\"");
    acr__buf_text(out, ",\"context\":{");
    if (schema) put_fields(out, schema->item_fields, schema->item_field_count, false, "");
    acr__buf_text(out, "}}]");
  }
  acr__buf_text(out, ",\"context\":{");
  if (schema) put_fields(out, schema->fields, schema->field_count, all, "");
  acr__buf_text(out, "}");
}

// false when the reader does not take it, as with types that have data of their own.
static bool read_event(acr__arena *arena, const struct acr__plan *plan, acr__span line, const struct acr__schema *schema,
                       struct acr__fact *fact) {
  static const acr__key key;
  struct acr__json_fault fault;
  struct acr__reject reject = {0};
  struct acr__event_env env = {
      .key = &key, .currency_scale = plan->currency_scale, .latest = ACR_TIME_MAX, .type_known = any_type, .type_nearest = no_type};
  acr__json *json = acr__json_parse(arena, line, NULL, &fault);
  struct acr__event *event = json ? acr__event_read(arena, json, &env, &reject) : NULL;
  if (!event) return false;
  fact->event = event;
  fact->time = event->time;
  fact->kind = event->kind == ACR_EVENT_PURCHASE ? ACR_FACT_PURCHASE : ACR_FACT_CUSTOM;
  fact->zone = plan->zone;
  if (!acr__plan_fact(plan, arena, fact)) return false;
  fact->schema = schema;
  if (!schema) return true;
  struct acr__field_value *fields, *item_fields;
  if (!acr__event_fields(arena, event, schema, plan->currency_scale, &fields, &item_fields, &reject)) return false;
  fact->fields = fields;
  fact->item_fields = item_fields;
  return true;
}

static bool make_event(acr__arena *arena, const struct acr__plan *plan, acr__span type, bool all, struct acr__trial_fact *out) {
  bool purchase = acr__span_is(type, "purchase");
  int number = acr__plan_type_find(plan, type);
  const struct acr__schema *schema = purchase ? plan->purchase_schema : number < 0 ? NULL : plan->schemas[number];
  acr__buf line = {0};
  acr__buf_printf(&line,
                  "{\"specversion\":\"1.0\",\"id\":\"trial\",\"source\":\"check\",\"type\":\"%.*s\",\"subject\":\"m-1\","
                  "\"time\":\"2026-03-01T12:00:00Z\",\"data\":{",
                  (int)type.len, type.ptr);
  if (purchase)
    put_purchase(&line, schema, all);
  else if (schema)
    put_fields(&line, schema->fields, schema->field_count, all, "");
  acr__buf_text(&line, "}}");
  acr__span kept = acr__arena_span(arena, (acr__span){(const char *)line.ptr, line.len});
  acr__buf_free(&line);
  *out = (struct acr__trial_fact){.full = all, .type = acr__arena_text(arena, type)};
  out->what =
      purchase ? all ? "a purchase that has everything" : "a purchase that has only what it must"
               : acr__arena_printf(arena, "an event %.*s that has %s", (int)type.len, type.ptr, all ? "everything" : "only what it must");
  return read_event(arena, plan, kept, schema, &out->fact);
}

// ---- members

static bool in_audience(const void *state, acr__span audience) {
  (void)audience;
  return state != NULL;
}

static int64_t count_of(const void *state, acr__span name) {
  (void)name;
  return state != NULL;
}

static acr__span text_of(const void *state, acr__span name) {
  (void)name;
  return state ? ACR__SPAN_LIT("x") : (acr__span){NULL, 0};
}

static int64_t offers(const void *state, acr__span offer, int which) {
  (void)offer, (void)which;
  return state != NULL;
}

static int order(const void *state, acr__span level) {
  (void)state, (void)level;
  return 1; // a program names levels of its own alone
}

static void make_member(acr__arena *arena, const struct acr__plan *plan, bool all, struct acr__trial_fact *out) {
  static const int somebody = 1;
  struct acr__member_view *view = ACR__NEW(arena, struct acr__member_view);
  acr__time joined = 0, now = 0;
  acr__time_parse(ACR__SPAN_LIT("2024-02-29T12:00:00Z"), &joined);
  acr__time_parse(ACR__SPAN_LIT("2026-03-01T12:00:00Z"), &now);
  *view = (struct acr__member_view){.id = ACR__SPAN_LIT("m-1"),
                                    .joined = joined,
                                    .state = all ? &somebody : NULL,
                                    .in_audience = in_audience,
                                    .tag_count = count_of,
                                    .level = text_of,
                                    .attribute = text_of,
                                    .link_count = count_of,
                                    .offer_count = offers,
                                    .level_order = order,
                                    .level_since = ACR_TIME_NONE};
  if (all) {
    view->has_birthday = true;
    view->birthday = (acr__date){1980, 2, 29};
    view->timezone = ACR__SPAN_LIT("UTC");
    view->level_name = ACR__SPAN_LIT("x");
    view->level_since = joined;
  }
  *out = (struct acr__trial_fact){.full = all, .type = "member"};
  out->what = all ? "a member of whom everything is known" : "a member of whom little is known";
  out->fact = (struct acr__fact){.kind = ACR_FACT_MEMBER, .time = now, .zone = plan->zone, .place = plan->zone, .member = view};
}

static void make_points(const struct acr__plan *plan, acr__fact_kind kind, bool all, struct acr__trial_fact *out) {
  bool moved = kind == ACR_FACT_POINTS;
  *out = (struct acr__trial_fact){.full = all, .type = moved ? "points" : "balance"};
  out->what = moved ? all ? "a movement of points" : "a movement of no points" : all ? "a balance" : "a balance of nothing";
  out->fact = (struct acr__fact){.kind = kind,
                                 .zone = plan->zone,
                                 .place = plan->zone,
                                 .currency_scale = 2,
                                 .points = all ? 100 : 0,
                                 .account = ACR__SPAN_LIT("points")};
  acr__time_parse(ACR__SPAN_LIT("2026-03-01T12:00:00Z"), &out->fact.time);
  if (moved) {
    out->fact.point_source = ACR__SPAN_LIT("base");
    out->fact.reason = ACR__SPAN_LIT("award");
  }
}

// ---- what a component looks at

struct wanted {
  bool purchase, any_event, points, balance, member;
};

static void want(struct wanted *wanted, const struct acr__component *type) {
  wanted->balance = wanted->balance || type->over == ACR_OVER_BALANCE;
  wanted->member = wanted->member || type->over == ACR_OVER_MEMBER;
  if (type->over == ACR_OVER_BALANCE || type->over == ACR_OVER_MEMBER) return;
  for (int i = 0; i < type->fact_count; i++) {
    wanted->purchase = wanted->purchase || acr__span_is(type->facts[i], "purchase");
    wanted->points = wanted->points || acr__span_is(type->facts[i], "points");
    wanted->any_event = wanted->any_event || acr__span_is(type->facts[i], "*");
  }
}

static bool looks_at(const struct acr__template *tpl, const struct acr__component *component, acr__span type) {
  for (int i = 0; i < component->condition_count; i++) {
    const struct acr__component *at = acr__template_find(tpl, ACR_CONDITION_TYPE, component->conditions[i]);
    for (int k = 0; at && k < at->fact_count; k++)
      if (acr__span_eq(at->facts[k], type)) return true;
  }
  return false;
}

// An outcome may be given for any event where its behaviors do not say otherwise.
static void want_all(struct wanted *wanted, const struct acr__plan *plan, const struct acr__component *component) {
  for (int i = 0; i < component->condition_count; i++) {
    const struct acr__component *type = acr__template_find(plan->tpl, ACR_CONDITION_TYPE, component->conditions[i]);
    if (type) want(wanted, type);
  }
  if (component->kind != ACR_OUTCOME) return;
  wanted->purchase = wanted->any_event = component->behavior_count == 0;
  for (int i = 0; i < component->behavior_count; i++) {
    wanted->purchase = wanted->purchase || acr__span_is(component->behaviors[i], "purchase");
    wanted->any_event = wanted->any_event || acr__span_is(component->behaviors[i], "event");
  }
}

// Each event is made once: by the place of its type among the components, those that have none behind them.
static int take_event(acr__arena *arena, const struct acr__plan *plan, struct acr__trial_made *made, int place, acr__span type, bool all,
                      struct acr__trial_fact *out) {
  int count = plan->tpl->component_count + 2;
  if (!made->facts) {
    made->facts = ACR__NEW_N(arena, struct acr__trial_fact, 2 * count);
    made->state = ACR__NEW_N(arena, char, 2 * count);
  }
  int at = 2 * place + all;
  if (!made->state[at]) made->state[at] = make_event(arena, plan, type, all, &made->facts[at]) ? 'y' : 'n';
  if (made->state[at] == 'y') *out = made->facts[at];
  return made->state[at] == 'y';
}

int acr__trial_facts(acr__arena *arena, const struct acr__plan *plan, const struct acr__component *component, struct acr__trial_made *made,
                     const struct acr__trial_fact **out) {
  int types = plan->tpl->component_count;
  struct wanted wanted = {0};
  if (!made->list) made->list = ACR__NEW_N(arena, struct acr__trial_fact, 12 + 2 * types);
  struct acr__trial_fact *facts = made->list;
  int count = 0;
  want_all(&wanted, plan, component);
  for (int all = 1; all >= 0; all--) {
    if (wanted.purchase) count += take_event(arena, plan, made, types, ACR__SPAN_LIT("purchase"), all, &facts[count]);
    if (wanted.any_event) count += take_event(arena, plan, made, types + 1, ACR__SPAN_LIT("any_event"), all, &facts[count]);
    for (int i = 0; i < plan->tpl->component_count; i++) {
      const struct acr__component *type = &plan->tpl->components[i];
      if (type->kind != ACR_EVENT_TYPE || acr__span_is(type->name, "purchase")) continue;
      if (!wanted.any_event && !looks_at(plan->tpl, component, type->name)) continue;
      count += take_event(arena, plan, made, i, type->name, all, &facts[count]);
    }
    if (wanted.points) make_points(plan, ACR_FACT_POINTS, all, &facts[count++]);
    if (wanted.balance) make_points(plan, ACR_FACT_BALANCE, all, &facts[count++]);
    if (wanted.member) make_member(arena, plan, all, &facts[count++]);
  }
  *out = facts;
  return count;
}
