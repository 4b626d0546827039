// report.activity and report.levels: what happened by day, week or month, and how many members are in which level, stayed and moved.
#include "base/mem.h"
#include "engine/at.h"
#include "engine/job.h"
#include "engine/report.h"
#include "engine/sums.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct period {
  int32_t first; // day
  struct acr__sums sums;
  uint8_t *active; // bits by member number; owned
  int64_t members;
};

struct activity {
  struct acr__report_run run;
  acr_engine *engine; // whose accounts are asked
  const acr__zone *zone;
  acr__time from, to; // half-open
  acr__unit unit;
  struct period *periods; // in order of their first day; owned
  int count;
  struct period *last; // that the record before was of
  int *families;       // names; owned
  int family_count;
  struct acr__sums_members start, end; // levels when the period begins and ends
  struct acr__sums before;             // moves members of `start`
};

// ---- parameters

static bool read_unit(struct acr__request *request, struct activity *a) {
  static const struct {
    const char *name;
    acr__unit unit;
  } units[] = {{"day", ACR_UNIT_DAY}, {"week", ACR_UNIT_WEEK}, {"month", ACR_UNIT_MONTH}};
  acr__span text = acr__param_text(request, "by");
  a->unit = ACR_UNIT_MONTH;
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
    if (acr__span_is(text, units[i].name)) {
      a->unit = units[i].unit;
      return true;
    }
  return !text.len || acr__request_fail(request, "param", "`by`: found \"%.40s\", wanted day, week or month", text.ptr);
}

static void begin(acr_engine *engine, struct activity *a) {
  if (a->to != ACR_TIME_MAX) a->to++;
  a->families = acr__mem_resize(NULL, ((size_t)engine->release_count + 1) * sizeof *a->families);
  for (int i = 0; i < engine->release_count; i++) {
    bool known = false;
    for (int k = 0; k < a->family_count; k++)
      known = known || a->families[k] == engine->releases[i]->family;
    if (!known) a->families[a->family_count++] = engine->releases[i]->family;
  }
  acr__sums_members_begin(&a->start, engine->last_member + 1, a->family_count);
  acr__sums_members_begin(&a->end, engine->last_member + 1, a->family_count);
  acr__sums_begin(&a->before, engine, a->zone, ACR_TIME_MIN, a->from);
  a->before.members = &a->start;
  a->before.families = a->families;
}

static void end(struct acr__report_run *run) {
  struct activity *a = (struct activity *)run;
  for (int i = 0; i < a->count; i++) {
    acr__sums_free(&a->periods[i].sums);
    free(a->periods[i].active);
  }
  free(a->periods);
  acr__sums_free(&a->before);
  acr__sums_members_free(&a->start);
  acr__sums_members_free(&a->end);
  acr__buf_free(&a->run.log.bytes);
  free(a->families);
  free(a);
}

// ---- the log

static struct period *period_of(struct activity *a, acr__time time) {
  int32_t first = acr__days_of(acr__period_start(acr__local_date(a->zone, time), a->unit));
  if (a->last && a->last->first == first) return a->last;
  int at = a->count;
  while (at && a->periods[at - 1].first > first)
    at--;
  if (at == 0 || a->periods[at - 1].first != first) {
    a->periods = acr__mem_resize(a->periods, ((size_t)a->count + 1) * sizeof *a->periods);
    memmove(&a->periods[at + 1], &a->periods[at], (size_t)(a->count - at) * sizeof *a->periods);
    struct period *p = &a->periods[at++];
    *p = (struct period){.first = first};
    acr__sums_begin(&p->sums, a->engine, a->zone, ACR_TIME_MIN, ACR_TIME_MAX);
    p->sums.members = &a->end;
    p->sums.families = a->families;
    p->active = calloc((size_t)a->end.cap / 8 + 1, 1);
    if (!p->active) acr__mem_exhausted(a->end.cap / 8 + 1);
    a->count++;
  }
  return a->last = &a->periods[at - 1];
}

// Who became part of somebody else is in no level any more, and has left none.
static void forget_levels(struct activity *a, uint32_t member) {
  size_t count = (size_t)a->end.family_count;
  for (size_t i = 0; member < a->end.cap && i < count; i++)
    a->start.levels[member * count + i] = a->end.levels[member * count + i] = -1;
}

// Somebody who came since the report was begun.
static void make_room(struct activity *a, uint32_t member) {
  uint32_t cap = member + member / 4 + 1024, was = a->end.cap / 8 + 1;
  acr__sums_members_grow(&a->start, cap);
  acr__sums_members_grow(&a->end, cap);
  for (int i = 0; i < a->count; i++) {
    a->periods[i].active = acr__mem_resize(a->periods[i].active, cap / 8 + 1);
    memset(a->periods[i].active + was, 0, cap / 8 + 1 - was);
  }
}

static void ask(struct activity *a, acr_engine *engine) {
  a->engine = engine;
  a->before.engine = engine;
  for (int i = 0; i < a->count; i++)
    a->periods[i].sums.engine = engine;
}

static bool take(void *arg, acr_engine *engine, const struct acr__record *record) {
  struct activity *a = arg;
  if (a->engine != engine) ask(a, engine);
  if (record->member >= a->end.cap) make_room(a, record->member);
  if (record->time >= a->to || record->kind == ACR_RECORD_RELEASE || record->kind == ACR_RECORD_STATUS) return true;
  acr__sums_record(&a->before, record);
  struct period *p = period_of(a, record->time);
  acr__sums_record(&p->sums, record);
  if (record->flags & ACR_RECORD_MERGE) forget_levels(a, record->member);
  bool event = record->member && record->member < a->end.cap && record->kind != ACR_RECORD_PARKED &&
               !(record->flags & (ACR_RECORD_REFUSED | ACR_RECORD_DUE | ACR_RECORD_SENT));
  uint8_t bit = (uint8_t)(1u << (record->member % 8));
  if (event && !(p->active[record->member / 8] & bit)) {
    p->active[record->member / 8] |= bit;
    p->members++;
  }
  return true;
}

struct acr__report_run *acr__activity_begin(struct acr__request *request) {
  struct activity *a = acr__mem_alloc(sizeof *a);
  *a = (struct activity){.engine = request->engine, .zone = acr__report_zone(request->engine)};
  a->run = (struct acr__report_run){.log = {.pos = 1, .take = take, .arg = a}, .free = end};
  if (!acr__param_from(request, "from", &a->from) || !acr__param_time(request, "to", &a->to) || !read_unit(request, a)) {
    free(a);
    return NULL;
  }
  begin(request->engine, a);
  return &a->run;
}

static struct activity *made(struct acr__request *request, acr__job_kind kind) {
  struct activity *a = (struct activity *)acr__report_made(request, kind, acr__activity_begin);
  if (a) ask(a, request->engine);
  return a;
}

// ---- writing

static const struct acr__sum *row_of(const struct acr__sums *s, acr__sum_kind kind, int a, int b) {
  static const struct acr__sum none;
  const int32_t key[5] = {a, b};
  const struct acr__sum *row = acr__sums_find(s, kind, key);
  return row ? row : &none;
}

static void write_name(const acr_engine *engine, acr__writer *w, const char *key, int64_t name_plus_one) {
  acr__write_key(w, key);
  if (name_plus_one)
    acr__write_span(w, acr__name_text(engine, name_plus_one - 1));
  else
    acr__write_null(w);
}

static void write_points(acr_engine *engine, acr__writer *w, const struct acr__sums *s) {
  acr__write_key(w, "accounts");
  acr__write_array(w);
  for (int i = 0; i < engine->account_count; i++) {
    int64_t any = 0;
    for (int flow = 0; flow < ACR_FLOW_OUTSTANDING; flow++)
      any += row_of(s, ACR_SUM_POINTS, i, flow)->count;
    if (!any) continue;
    acr__write_object(w);
    acr__write_key(w, "account");
    acr__write_raw(w, acr__account_json(engine, i));
    for (int flow = 0; flow < ACR_FLOW_OUTSTANDING; flow++) {
      acr__write_key(w, acr__flow_name((acr__flow)flow));
      acr__write_decimal(w, row_of(s, ACR_SUM_POINTS, i, flow)->points, engine->accounts[i].decimals);
    }
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void write_rules(acr_engine *engine, acr__writer *w, const struct acr__sums *s) {
  acr__write_key(w, "rules");
  acr__write_array(w);
  for (int i = 0; i < s->count; i++) {
    const struct acr__sum *row = &s->all[i];
    if (row->kind != ACR_SUM_RULE) continue;
    acr__write_object(w);
    write_name(engine, w, "family", row->key[0] + 1);
    write_name(engine, w, "level", row->key[2]);
    acr__write_key(w, "behavior");
    acr__write_text(w, acr__behavior_name((acr__behavior)row->key[1]));
    write_name(engine, w, "rule", row->key[3]);
    acr__write_key(w, "met");
    acr__write_int(w, row->count);
    acr__write_key(w, "given");
    acr__write_object(w);
    for (int k = 0; k < s->count; k++) {
      const struct acr__sum *given = &s->all[k];
      if (given->kind != ACR_SUM_GIVEN || memcmp(given->key, row->key, 4 * sizeof row->key[0]) != 0) continue;
      acr__write_key_span(w, acr__name_text(engine, engine->accounts[given->key[4]].name));
      acr__write_decimal(w, given->points, engine->accounts[given->key[4]].decimals);
    }
    acr__write_object_end(w);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void write_moves(acr_engine *engine, acr__writer *w, const struct acr__sums *s) {
  acr__write_key(w, "moves");
  acr__write_array(w);
  for (int i = 0; i < s->count; i++) {
    if (s->all[i].kind != ACR_SUM_MOVE) continue;
    acr__write_object(w);
    write_name(engine, w, "family", s->all[i].key[0] + 1);
    write_name(engine, w, "from", s->all[i].key[1]);
    write_name(engine, w, "to", s->all[i].key[2]);
    acr__write_key(w, "cause");
    acr__write_text(w, acr__level_cause_name(s->all[i].key[3]));
    acr__write_key(w, "members");
    acr__write_int(w, s->all[i].count);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void write_period(struct activity *a, acr__writer *w, const struct period *p) {
  static const char *const fates[] = {"applied", "refused", "parked", "due_work"};
  acr__date date = acr__date_of(p->first);
  char text[16];
  snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  acr__write_object(w);
  acr__write_key(w, "from");
  acr__write_text(w, text);
  acr__write_key(w, "members");
  acr__write_int(w, p->members);
  for (int fate = 0; fate < ACR_FATES; fate++) {
    acr__write_key(w, fates[fate]);
    acr__write_int(w, row_of(&p->sums, ACR_SUM_FATE, fate, 0)->count);
  }
  write_points(a->engine, w, &p->sums);
  write_rules(a->engine, w, &p->sums);
  write_moves(a->engine, w, &p->sums);
  acr__write_object_end(w);
}

bool acr__method_activity(struct acr__request *request) {
  static const char *const units[] = {[ACR_UNIT_DAY] = "day", [ACR_UNIT_WEEK] = "week", [ACR_UNIT_MONTH] = "month"};
  struct activity *a = made(request, ACR_JOB_ACTIVITY);
  if (!a) return false;
  acr__writer *w = request->w;
  acr__write_object(w);
  acr__write_key(w, "by");
  acr__write_text(w, units[a->unit]);
  acr__write_key(w, "timezone");
  acr__write_text(w, acr__zone_name(a->zone));
  acr__write_key(w, "periods");
  acr__write_array(w);
  for (int i = 0; i < a->count; i++)
    if (a->from == ACR_TIME_MIN || a->periods[i].first >= acr__days_of(acr__period_start(acr__local_date(a->zone, a->from), a->unit)))
      write_period(a, w, &a->periods[i]);
  acr__write_array_end(w);
  acr__write_object_end(w);
  acr__report_done(request, &a->run);
  return true;
}

// ---- levels

static const struct acr__plan *newest_plan(const acr_engine *engine, int family) {
  for (int i = engine->release_count; i > 0; i--)
    if (engine->releases[i - 1]->family == family && engine->releases[i - 1]->plan) return engine->releases[i - 1]->plan;
  return NULL;
}

// -1 = in none.
static int place_of(const acr_engine *engine, const struct acr__plan *plan, int32_t level_plus_one) {
  return level_plus_one && plan ? acr__plan_level_find(plan, acr__name_text(engine, level_plus_one - 1)) : -1;
}

static void write_count(acr__writer *w, const char *key, int64_t value) {
  acr__write_key(w, key);
  acr__write_int(w, value);
}

static void write_level(struct activity *a, acr__writer *w, int family, const struct acr__plan *plan, int level) {
  int64_t start = 0, now = 0, stayed = 0, up = 0, down = 0, entered = 0;
  for (uint32_t n = 1; n < a->end.cap; n++) {
    size_t at = (size_t)n * (size_t)a->end.family_count + (size_t)family;
    if (a->end.levels[at] < 0) continue;
    int was = place_of(a->engine, plan, a->start.levels[at]), is = place_of(a->engine, plan, a->end.levels[at]);
    start += was == level;
    now += is == level;
    stayed += was == level && is == level;
    up += was == level && is > level;
    down += was == level && is < level;
    entered += was != level && is == level;
  }
  acr__write_object(w);
  acr__write_key(w, "level");
  if (level >= 0)
    acr__write_span(w, plan->levels[level].name);
  else
    acr__write_null(w);
  write_count(w, "at_start", start);
  write_count(w, "stayed", stayed);
  write_count(w, "up", up);
  write_count(w, "down", down);
  write_count(w, "entered", entered);
  write_count(w, "members", now);
  int64_t share;
  acr__write_key(w, "retention"); // hundredths of a percent of those at the start who are there or higher
  if (start && acr__scale(stayed + up, 10000, start, ACR_ROUND_DOWN, &share))
    acr__write_decimal(w, share, 2);
  else
    acr__write_null(w);
  acr__write_object_end(w);
}

bool acr__method_levels(struct acr__request *request) {
  struct activity *a = made(request, ACR_JOB_LEVELS);
  if (!a) return false;
  acr__writer *w = request->w;
  acr__write_object(w);
  acr__write_key(w, "from");
  acr__write_time(w, a->from == ACR_TIME_MIN ? ACR_TIME_NONE : a->from);
  acr__write_key(w, "to");
  acr__write_time(w, a->to == ACR_TIME_MAX ? a->engine->ledger_time : a->to - 1);
  acr__write_key(w, "families");
  acr__write_array(w);
  for (int i = 0; i < a->family_count; i++) {
    const struct acr__plan *plan = newest_plan(a->engine, a->families[i]);
    if (!plan) continue;
    acr__write_object(w);
    write_name(a->engine, w, "family", a->families[i] + 1);
    acr__write_key(w, "levels");
    acr__write_array(w);
    for (int level = 0; level < plan->level_count; level++)
      write_level(a, w, i, plan, level);
    acr__write_array_end(w);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_object_end(w);
  acr__report_done(request, &a->run);
  return true;
}
