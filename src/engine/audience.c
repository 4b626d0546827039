#include "engine/audience.h"

// ---- Splits

// The same for the same id in every ledger and every process: a test looks at the same people wherever it is looked at.
static int bucket(acr__span test, acr__span member) {
  static const acr__key none;
  acr__digest digest = acr__digest_pair(&none, test, member);
  uint64_t number = 0;
  for (int i = 0; i < 8; i++)
    number = number << 8 | digest.bytes[i];
  return (int)(number % (100 * 100));
}

static bool is_split(const struct acr__segment *segment) {
  return segment->test.len != 0;
}

static bool in_split(const struct acr__segment *segment, acr__span member) {
  int at = bucket(segment->test, member);
  return at >= segment->from && at < segment->to;
}

bool acr__audience_has(const acr_engine *engine, const struct acr__plan *plan, const struct acr__member *member, acr__span name,
                       acr__time time) {
  int index = acr__plan_audience_find(plan, name), number = acr__names_find(engine->names, name);
  if (index >= 0 && is_split(&plan->segments[index])) return in_split(&plan->segments[index], member->id);
  return number >= 0 && acr__member_in_audience(member, number) > time;
}

// ---- Entering and leaving

// The first program in force that has it says for how long one is in it: audiences are the ledger's.
static const struct acr__segment *segment_of(const struct acr__judgement *j, acr__span name, const struct acr__plan **owner) {
  for (int i = 0; i < j->release_count; i++) {
    int index = acr__plan_audience_find(j->releases[i]->plan, name);
    *owner = j->releases[i]->plan;
    if (index >= 0) return &(*owner)->segments[index];
  }
  return NULL;
}

static bool unknown(struct acr__judgement *j, acr__span audience, struct acr__reject *reject) {
  enum { NAMES_MAX = 256 };
  acr__span names[NAMES_MAX];
  int count = 0;
  for (int i = 0; i < j->release_count; i++)
    for (int k = 0; k < j->releases[i]->plan->audience_count && count < NAMES_MAX; k++)
      names[count++] = j->releases[i]->plan->audiences[k];
  acr__span near = acr__nearest(audience, names, count);
  char *message = near.len ? acr__arena_printf(j->arena, "no program in force has the audience \"%.80s\"; the nearest is \"%.*s\"",
                                               audience.ptr, (int)near.len, near.ptr)
                           : acr__arena_printf(j->arena, "no program in force has the audience \"%.80s\"", audience.ptr);
  *reject = (struct acr__reject){"audience_unknown", message, "$.data.audience", 0, 0};
  return false;
}

static bool concerns(const struct acr__event *event) {
  return event->kind == ACR_EVENT_AUDIENCE_ENTER || event->kind == ACR_EVENT_AUDIENCE_LEAVE;
}

bool acr__audience_known(struct acr__judgement *j, const struct acr__event *event, struct acr__reject *reject) {
  const struct acr__plan *owner = NULL;
  if (!concerns(event)) return true;
  const struct acr__segment *segment = segment_of(j, event->audience, &owner);
  if (!segment) return unknown(j, event->audience, reject);
  if (!is_split(segment)) return true;
  *reject = (struct acr__reject){"audience_split",
                                 acr__arena_printf(j->arena,
                                                   "the audience \"%.80s\" is a part of the test \"%.*s\": who is in it follows "
                                                   "from the member's id, and nobody enters or leaves it",
                                                   event->audience.ptr, (int)segment->test.len, segment->test.ptr),
                                 "$.data.audience", 0, 0};
  return false;
}

static acr__time day_end(const acr__zone *zone, acr__date day) {
  return acr__day_start(zone, acr__date_of(acr__days_of(day) + 1));
}

// Through the day of the first anniversary behind the day of entering, or of the one after it (domain V10, V11).
static acr__time anniversary_end(const struct acr__judgement *j, const struct acr__plan *plan, const acr__zone *zone, acr__date entered,
                                 bool next) {
  acr__date joined = acr__local_date(zone, j->member->joined);
  int k = entered.year - joined.year > 1 ? entered.year - joined.year : 1;
  if (j->member->joined == ACR_TIME_NONE) return ACR_TIME_MAX;
  while (acr__days_of(acr__anniversary(joined, k, plan->settings.leap_mar1)) <= acr__days_of(entered))
    k++;
  return day_end(zone, acr__anniversary(joined, k + next, plan->settings.leap_mar1));
}

static acr__time end_of(const struct acr__judgement *j, const struct acr__plan *plan, const struct acr__segment *segment, acr__time time) {
  const acr__zone *zone = j->member->zone ? j->member->zone : plan->zone;
  acr__date entered = acr__local_date(zone, time), last;
  switch (segment->end) {
  case ACR_SEGMENT_STAYS:
    break;
  case ACR_SEGMENT_ANNIVERSARY:
  case ACR_SEGMENT_NEXT_ANNIVERSARY:
    return anniversary_end(j, plan, zone, entered, segment->end == ACR_SEGMENT_NEXT_ANNIVERSARY);
  case ACR_SEGMENT_PERIOD:
    return acr__date_add(entered, segment->after, 1, &last) ? day_end(zone, last) : ACR_TIME_MAX;
  case ACR_SEGMENT_DATE:
    return day_end(zone, segment->on);
  }
  return ACR_TIME_MAX;
}

bool acr__audience_take(struct acr__judgement *j, const struct acr__event *event) {
  struct acr__reject reject = {0};
  const struct acr__plan *owner = NULL;
  if (!concerns(event)) return true;
  if (!acr__audience_known(j, event, &reject)) return acr__fail(j, NULL, reject.message); // an outcome raised it
  const struct acr__segment *segment = segment_of(j, event->audience, &owner);
  int name = acr__name_number(j->engine, event->audience);
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_AUDIENCE);
  op->v[0] = name;
  op->v[1] = event->kind == ACR_EVENT_AUDIENCE_ENTER;
  op->v[2] = op->v[1] ? end_of(j, owner, segment, event->time) : 0;
  return acr__apply(j, op);
}

// ---- Shown

static void write_splits(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  struct acr__release **releases = ACR__NEW_N(engine->arena, struct acr__release *, engine->release_count + 1);
  int count = acr__releases_at(engine, engine->ledger_time, releases);
  for (int i = 0; i < count; i++) {
    const struct acr__plan *plan = releases[i]->plan;
    for (int k = 0; k < plan->audience_count; k++)
      if (is_split(&plan->segments[k]) && in_split(&plan->segments[k], m->id)) acr__write_span(w, plan->audiences[k]);
  }
}

void acr__audiences_write(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  bool ending = false;
  acr__write_key(w, "audiences");
  acr__write_array(w);
  for (uint32_t i = 0; i < m->audience_count; i++) {
    if (m->audiences[i].until <= engine->ledger_time) continue;
    ending = ending || m->audiences[i].until != ACR_TIME_MAX;
    acr__write_span(w, acr__name_text(engine, m->audiences[i].audience));
  }
  write_splits(engine, w, m);
  acr__write_array_end(w);
  if (!ending) return;
  acr__write_key(w, "audiences_until");
  acr__write_object(w);
  for (uint32_t i = 0; i < m->audience_count; i++) {
    if (m->audiences[i].until <= engine->ledger_time || m->audiences[i].until == ACR_TIME_MAX) continue;
    acr__write_key_span(w, acr__name_text(engine, m->audiences[i].audience));
    acr__write_time(w, m->audiences[i].until);
  }
  acr__write_object_end(w);
}
