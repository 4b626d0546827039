// Series of a new rule over old history: their facts are collected from the log, so that the rule is right on its first event.
#include "base/mem.h"
#include "engine/limits.h"
#include "engine/payload.h"
#include "engine/built.h"
#include "engine/raise.h"
#include "engine/returned.h"
#include "engine/ripen.h"
#include "engine/window.h"
#include <stdlib.h>
#include <string.h>

struct build {
  acr_engine *engine;
  struct acr__release *release;
  const bool *wanted;
  struct acr__built *out;
  acr__arena *arena;
  struct acr__judgement j;
  const struct acr__record *record;
  const acr__zone **zones; // by member number: the member's zone at this place of the log; owned
  uint32_t zone_cap;
  struct acr__member *somebody; // stands for the record's member, of whom facts see the zone alone; owned
  acr__table *rated; // (member, series) -> struct acr__series_data: series with a rate; owned
};

static const acr__zone **zone_slot(struct build *b, uint32_t member) {
  if (member >= b->zone_cap) {
    uint32_t cap = member + member / 2 + 64;
    b->zones = acr__mem_resize(b->zones, cap * sizeof *b->zones);
    memset(b->zones + b->zone_cap, 0, (cap - b->zone_cap) * sizeof *b->zones);
    b->zone_cap = cap;
  }
  return &b->zones[member];
}

// Whether a fact counts under a rate depends on those before it, so series with one are followed while the log is read.
static struct acr__series_data *followed(struct build *b, uint32_t member, uint32_t series) {
  uint32_t key[] = {member, series};
  acr__span name = {(const char *)key, sizeof key};
  struct acr__series_data *data = acr__table_get(b->rated, name);
  if (data) return data;
  data = acr__mem_resize(NULL, sizeof *data);
  *data = (struct acr__series_data){.values = acr__holds_values(b->release->plan->series[series].aggregate)};
  acr__table_put(b->rated, name, data);
  return data;
}

static void free_followed(acr__span key, void *value, void *arg) {
  (void)key;
  (void)arg;
  acr__series_free(value);
  free(value);
}

static struct acr__built_fact *next_fact(struct acr__built *out) {
  if (out->count == out->cap) {
    out->cap = out->cap ? out->cap * 2 : 1024;
    out->facts = acr__mem_resize(out->facts, out->cap * sizeof *out->facts);
  }
  return &out->facts[out->count++];
}

static void hold(struct build *b, uint32_t series, const acr__zone *zone, acr__time time, const struct acr__taken *taken) {
  struct acr__built *out = b->out;
  const struct acr__series *plan = &b->release->plan->series[series];
  struct acr__series_data *rated = plan->rate_count ? followed(b, b->record->member, series) : NULL;
  if (rated && !acr__rate_open(plan, rated, zone, time)) return;
  for (int i = 0; i < taken->count; i++) {
    *next_fact(out) = (struct acr__built_fact){b->record->member, series, time, taken->values[i], 0, 0};
    if (rated) acr__series_add(rated, time, taken->values[i]);
  }
}

static bool event_facts(struct build *b, const struct acr__event *event) {
  struct acr__case c;
  struct acr__reject reject = {0};
  const struct acr__plan *plan = b->release->plan;
  if (event->kind == ACR_EVENT_RETURN || event->kind == ACR_EVENT_AMENDED) return true;
  if (!acr__case_begin(&c, &b->j, b->release, event, &reject)) return true; // what the new release would not have taken is no fact for it
  for (int s = 0; s < plan->series_count; s++) {
    const struct acr__series *series = &plan->series[s];
    struct acr__taken taken;
    if (!b->wanted[s] || series->kind != ACR_SERIES_FACTS || !acr__series_takes(series, &c)) continue;
    struct acr__fact fact = c.fact;
    if (!acr__series_take(&c, series, &fact, &taken)) return false;
    hold(b, (uint32_t)s, acr__zone_of(&c), event->time, &taken);
  }
  return true;
}

static void follow_change(struct acr__series_data *rated, const struct acr__exchanged *one, acr__time time) {
  acr__series_change(rated, time, one->how & 1 ? &one->old : NULL, one->how & 2 ? &one->new : NULL);
}

// What a return makes of the facts of its purchase.
static bool change_facts(struct build *b, uint32_t s, const struct acr__event *before, const struct acr__event *now) {
  const struct acr__series *series = &b->release->plan->series[s];
  const struct acr__event *states[] = {before, now};
  struct acr__taken taken[2] = {{0}, {0}};
  struct acr__reject ignored;
  for (int i = 0; i < 2; i++) {
    struct acr__case c;
    if (!states[i] || !acr__case_begin(&c, &b->j, b->release, states[i], &ignored)) continue;
    if (!acr__series_takes(series, &c)) continue;
    struct acr__fact fact = c.fact;
    if (!acr__series_take(&c, series, &fact, &taken[i])) return false;
  }
  struct acr__exchanged *all = ACR__NEW_N(b->arena, struct acr__exchanged, taken[0].count + taken[1].count + 1);
  int count = acr__exchange_plan(series, &taken[0], &taken[1], all);
  struct acr__series_data *rated = series->rate_count ? followed(b, b->record->member, s) : NULL;
  acr__time time = before ? before->time : now->time;
  for (int i = 0; i < count; i++) {
    if (rated && (all[i].how & 1) && !acr__series_has(rated, time, all[i].old)) continue;
    *next_fact(b->out) = (struct acr__built_fact){b->record->member, s, time, all[i].new, all[i].old, all[i].how == 2 ? 0 : all[i].how};
    if (rated) follow_change(rated, &all[i], time);
  }
  return true;
}

static bool return_facts(struct build *b, const struct acr__op *op, const struct acr__event *event) {
  struct acr__original original;
  struct acr__reject ignored;
  const struct acr__plan *plan = b->release->plan;
  if (!event || !acr__original_read(b->engine, b->arena, (acr__pos)op->v[ACR_RETURN_POS], (acr__pos)op->v[ACR_RETURN_PREVIOUS], &original))
    return true; // erased
  const struct acr__event *before = acr__stand_event(&original.stand, b->arena, original.event);
  if (!acr__original_step(&original, b->arena, event, &ignored)) return true;
  const struct acr__event *now = acr__stand_event(&original.stand, b->arena, original.event);
  acr__fact_kind kind = original.event->kind == ACR_EVENT_PURCHASE ? ACR_FACT_PURCHASE : ACR_FACT_CUSTOM;
  for (int s = 0; s < plan->series_count && (before || now); s++)
    if (b->wanted[s] && plan->series[s].kind == ACR_SERIES_FACTS && acr__series_is_of(&plan->series[s], kind) &&
        !change_facts(b, (uint32_t)s, before, now))
      return false;
  return true;
}

static bool points_facts(struct build *b, const struct acr__posting *p) {
  acr_engine *engine = b->engine;
  const struct acr__plan *plan = b->release->plan;
  const struct acr__account *account = &engine->accounts[p->account];
  if (p->reason == ACR_REASON_MERGE) return true; // moved, not earned or spent
  acr__span source = acr__name_text(engine, p->other);
  if (account->family != b->release->family) return true;
  for (int s = 0; s < plan->series_count; s++) {
    const struct acr__series *series = &plan->series[s];
    if (!b->wanted[s] || series->kind != ACR_SERIES_FACTS || !acr__series_is_of(series, ACR_FACT_POINTS)) continue;
    if (!series->names_account && (!(account->flags & ACR_ACCOUNT_SPENDABLE) || (account->flags & ACR_ACCOUNT_ESCROW))) continue;
    if (p->reason == ACR_REASON_REVERSAL && !acr__reversals_add(series)) continue;
    struct acr__case c = {.j = &b->j, .release = b->release, .plan = plan};
    struct acr__fact fact;
    struct acr__taken taken;
    acr__points_fact(plan, account, acr__name_text(engine, account->name), source, p->reason, p->points, p->time, &fact);
    if (!acr__series_take(&c, series, &fact, &taken)) return false;
    hold(b, (uint32_t)s, acr__zone_of(&c), p->time, &taken);
  }
  return true;
}

static void absorb_followed(struct build *b, uint32_t gone) {
  const struct acr__plan *plan = b->release->plan;
  struct acr__built *out = b->out;
  if (out->joined_count == out->joined_cap) {
    out->joined_cap = out->joined_cap ? out->joined_cap * 2 : 64;
    out->joined = acr__mem_resize(out->joined, out->joined_cap * sizeof *out->joined);
  }
  out->joined[out->joined_count++] = (struct acr__built_joined){out->count, gone, b->record->member};
  for (int s = 0; s < plan->series_count; s++)
    if (b->wanted[s] && plan->series[s].rate_count)
      acr__series_merge(followed(b, b->record->member, (uint32_t)s), followed(b, gone, (uint32_t)s));
}

static void fired_facts(struct build *b, const struct acr__op *op) {
  const struct acr__plan *plan = b->release->plan;
  for (int s = 0; s < plan->series_count; s++)
    if (b->wanted[s] && plan->series[s].kind == ACR_SERIES_FIRED && acr__fired_is(b->engine, b->release->family, &plan->series[s], op)) {
      int64_t met = op->v[ACR_OUTCOME_FIRED] == 1;
      hold(b, (uint32_t)s, plan->zone, b->record->time + op->v[ACR_OUTCOME_SHIFT], &(struct acr__taken){true, 1, &met});
    }
}

// What sources gave by awards, for the limits that each member has.
static void issued_facts(struct build *b, const struct acr__op *op) {
  const struct acr__plan *plan = b->release->plan;
  const struct acr__account *account = &b->engine->accounts[op->v[ACR_CREDIT_ACCOUNT]];
  int64_t points;
  if (op->v[ACR_CREDIT_REASON] != ACR_REASON_AWARD || account->family != b->release->family) return;
  if (!acr__mul(op->v[ACR_CREDIT_POINTS], acr__pow10(ACR_CAP_SCALE - account->decimals), &points)) points = INT64_MAX;
  for (int s = 0; s < plan->series_count; s++)
    if (b->wanted[s] && plan->series[s].kind == ACR_SERIES_ISSUED &&
        acr__span_eq(acr__name_text(b->engine, op->v[ACR_CREDIT_SOURCE]), plan->series[s].id))
      hold(b, (uint32_t)s, plan->zone, op->v[ACR_CREDIT_EARNED], &(struct acr__taken){true, 1, &points});
}

static bool any_type(void *arg, acr__span type) {
  (void)arg;
  (void)type;
  return true;
}

// The event as it was taken, in the order in which its facts came: itself, then what moved, then what it raised.
static bool record_facts(struct build *b, const struct acr__record *record, const struct acr__payload *payload) {
  acr_engine *engine = b->engine;
  const struct acr__plan *plan = b->release->plan;
  struct acr__event_env env = {.key = &engine->key,
                               .currency_scale = plan->currency_scale,
                               .round_decimals = plan->settings.excess_round,
                               .now = record->time,
                               .latest = ACR_TIME_MAX,
                               .type_known = any_type,
                               .scratch = &engine->scratch};
  struct acr__json_fault fault;
  struct acr__reject reject;
  bool event_itself = !(record->flags & ACR_RECORD_DUE);
  acr__json *json = event_itself ? acr__json_parse(b->arena, payload->line, NULL, &fault) : NULL;
  const struct acr__event *event = json ? acr__event_read(b->arena, json, &env, &reject) : NULL;
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  acr__cursor derived = payload->derived;
  struct acr__op op;
  struct acr__posting posting;
  if (event && event->kind != ACR_EVENT_CLOCK && !event_facts(b, event)) return false;
  if (event && event->timezone.len) b->j.member->zone = *zone_slot(b, record->member) = acr__zone_find(event->timezone);
  while (acr__op_read(&cur, &op)) {
    fired_facts(b, &op);
    if (op.kind == ACR_OP_RETURN && !return_facts(b, &op, event)) return false;
    if (op.kind == ACR_OP_CREDIT) issued_facts(b, &op);
    if (op.kind == ACR_OP_ABSORBED) absorb_followed(b, (uint32_t)op.v[0]);
    if (acr__op_posting(&op, &posting) && !points_facts(b, &posting)) return false;
    if (op.kind != ACR_OP_DERIVED) continue;
    acr__span data = acr__get_span(&derived);
    event = op.v[2] ? NULL
                    : acr__derived_event(engine, b->arena, record->seq, (int)op.v[0], acr__name_text(engine, op.v[1]), payload->member,
                                         record->time, data, &reject);
    if (event && !event_facts(b, event)) return false;
  }
  return true;
}

static bool visit(void *arg, const struct acr__record *record) {
  struct build *b = arg;
  struct acr__payload payload;
  if ((record->kind != ACR_RECORD_EVENT && record->kind != ACR_RECORD_RETRY) || (record->flags & ACR_RECORD_REFUSED) || record->member == 0)
    return true;
  if (!acr__payload_read(record->payload, &payload)) return true; // erased
  acr__arena_reset(b->arena);
  b->record = record;
  b->j = (struct acr__judgement){.engine = b->engine, .arena = b->arena, .seq = record->seq};
  b->j.member = b->somebody;
  b->somebody->zone = *zone_slot(b, record->member); // that the member had then, not today's
  acr__script_event_begin(b->release->plan->script);
  return record_facts(b, record, &payload);
}

static void begin(struct build *b, acr_engine *engine, struct acr__release *release, const bool *wanted, struct acr__built *out) {
  *b = (struct build){.engine = engine, .release = release, .wanted = wanted, .out = out, .arena = acr__arena_new(64 * 1024),
                      .rated = acr__table_new(), .somebody = acr__member_new(0, (acr__span){"", 0})};
}

static void end(struct build *b) {
  acr__arena_free(b->arena);
  acr__member_free(b->somebody);
  free(b->zones);
  acr__table_each(b->rated, free_followed, NULL);
  acr__table_free(b->rated);
}

static bool finish(struct build *b, char **message) {
  bool good = b->j.failed == NULL;
  if (!good) *message = acr__arena_printf(b->engine->arena, "record %llu of the log: %s", (unsigned long long)b->record->seq, b->j.failed);
  end(b);
  return good;
}

bool acr__series_collect(acr_engine *engine, struct acr__release *release, const bool *wanted, struct acr__built *out, char **message) {
  struct build b;
  begin(&b, engine, release, wanted, out);
  acr__scan(engine, 1, visit, &b);
  return finish(&b, message);
}

bool acr__series_collect_of(acr_engine *engine, struct acr__release *release, const bool *wanted, const acr__pos *records, size_t count,
                            size_t *ends, struct acr__built *out, char **message) {
  struct build b;
  struct acr__record record;
  acr__buf copy = {0};
  bool going = true;
  begin(&b, engine, release, wanted, out);
  for (size_t i = 0; i < count && going; i++) {
    copy.len = 0;
    going = acr__read_record(engine, records[i], &record);
    if (!going) break;
    acr__record_encode(&record, &copy); // what judging reads would take its place
    going = acr__record_decode(copy.ptr, copy.len, records[i], &record, NULL) && visit(&b, &record);
    ends[i] = out->count;
  }
  bool good = finish(&b, message);
  acr__buf_free(&copy);
  return good;
}

// ---- record after record, as they come

struct acr__collector {
  struct build b;
};

struct acr__collector *acr__collector_new(acr_engine *engine, struct acr__release *release, struct acr__built *out) {
  struct acr__collector *collector = acr__mem_alloc(sizeof *collector);
  begin(&collector->b, engine, release, NULL, out);
  return collector;
}

const char *acr__collector_take(struct acr__collector *collector, const bool *wanted, const struct acr__record *record) {
  collector->b.wanted = wanted;
  collector->b.j.failed = NULL;
  visit(&collector->b, record);
  return collector->b.j.failed;
}

void acr__collector_engine(struct acr__collector *collector, acr_engine *engine) {
  collector->b.engine = engine;
}

void acr__collector_free(struct acr__collector *collector) {
  if (collector) end(&collector->b);
  free(collector);
}

// ----

struct acr__member *acr__built_apply(acr_engine *engine, const struct acr__release *release, const struct acr__built_fact *fact) {
  struct acr__member *member = acr__member_whole(engine, acr__member_at(engine, fact->member, (acr__span){NULL, 0}));
  uint32_t series = release->series[fact->series];
  bool values = acr__holds_values(release->plan->series[fact->series].aggregate);
  struct acr__op op = {.kind = values ? ACR_OP_VALUE : ACR_OP_FACT, .v = {series, fact->time, fact->value}};
  if (fact->how) op = (struct acr__op){.kind = ACR_OP_CHANGE, .v = {series, fact->time, fact->how, fact->old, fact->value}};
  return member && acr__member_apply(member, &op, 0) ? member : NULL;
}

void acr__built_free(struct acr__built *built) {
  free(built->facts);
  free(built->joined);
  *built = (struct acr__built){0};
}

void acr__series_keep(acr_engine *engine, const struct acr__release *release, struct acr__built *built) {
  bool any = built->count > 0;
  acr__ripen_begin(engine, release, built);
  if (any) acr__ripen_some(engine, UINT32_MAX);
  if (!engine->ripening) engine->built_at = engine->end;
}
