// The thread of a shadow release: it follows the committed log, a little behind. It gives way to everything else on the machine, and
// what it cannot judge in time it only takes note of, so the share that is judged falls and nobody waits.
#include "base/mem.h"
#include "base/thread.h"
#include "engine/beside.h"
#include "engine/budget.h"
#include "engine/erase.h"
#include "engine/payload.h"
#include "ledger/ops_pick.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  CHUNK_BYTES = 256 << 10, // of one reading: the journal is not kept from its writer
  STRIDE_MAX = 1024,
  REPORT_US = 200000,
  LOOK_MS_MIN = 2,
  LOOK_MS_MAX = 50,
  NICENESS = 10 // of two busy threads on one core it gets a tenth
};

// ---- members

static bool followed(const struct acr__beside *b, uint32_t member) {
  return b->share == UINT64_MAX || acr__fast_hash(&member, sizeof member) < b->share;
}

static void account_bytes(acr_engine *base, struct acr__member *member) {
  size_t bytes = acr__member_bytes(member);
  base->loaded_bytes += bytes - member->bytes;
  member->bytes = bytes;
}

// Half of the members are left to themselves, when all of them take too much memory.
static void shrink(struct acr__beside *b) {
  acr_engine *base = b->base;
  while (base->loaded_bytes > b->bytes_max && b->share > 1) {
    b->share /= 2;
    for (uint32_t n = 0; n < base->number_cap; n++)
      if (base->by_number[n] && !followed(b, n)) acr__member_drop(base, base->by_number[n]);
  }
}

// Windows go with a member that is merged.
static void merge_series(struct acr__beside *b, struct acr__member *gone, uint32_t into) {
  struct acr__member *to = acr__member_whole(b->base, acr__member_at(b->base, into, (acr__span){NULL, 0}));
  for (uint32_t i = 0; to && to != gone && i < gone->series_count; i++) {
    struct acr__series_data *own = (struct acr__series_data *)acr__member_series(to, gone->series[i].number);
    if (own) {
      acr__series_merge(own, &gone->series[i]);
      continue;
    }
    to->series = acr__mem_resize(to->series, ((size_t)to->series_count + 1) * sizeof *to->series);
    to->series[to->series_count++] = gone->series[i];
    gone->series[i] = (struct acr__series_data){.number = UINT32_MAX};
  }
  if (to) account_bytes(b->base, to);
}

bool acr__beside_op(struct acr__beside *b, struct acr__member *member, const struct acr__op *op) {
  char label[32];
  switch (op->kind) {
  case ACR_OP_FACT:
  case ACR_OP_VALUE:
  case ACR_OP_CHANGE:
  case ACR_OP_SERIES_IN:
    return false; // windows are its own
  case ACR_OP_REACHED:
    return !b->judged || op->v[0] != b->family;
  case ACR_OP_MERGED:
    merge_series(b, member, (uint32_t)op->v[0]);
    return true;
  case ACR_OP_ERASED:
    acr__member_rename(b->base, member, acr__erased_id(member->number, label));
    free((char *)member->was.ptr);
    member->was = (acr__span){NULL, 0};
    return true;
  default:
    return true;
  }
}

// ---- one record

static bool numbers(struct acr__beside *b, const struct acr__record *record) {
  static const bool wanted[ACR_OP_KINDS] = {
      [ACR_OP_NAME] = true, [ACR_OP_ACCOUNT] = true, [ACR_OP_HAS_OFFER] = true,
      [ACR_OP_SERIES] = true, [ACR_OP_RELEASE] = true, [ACR_OP_STATUS] = true};
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  bool ours = false;
  while (acr__op_pick(&cur, wanted, &op)) {
    acr__registry_apply(b->base, &op, record);
    const struct acr__release *release = op.kind == ACR_OP_STATUS ? acr__release_number(b->base, op.v[0]) : NULL;
    ours = ours || (release && release->family == b->family);
  }
  return ours;
}

// Of an event that was not judged: what the active release gave counts for the budgets.
static void count_awards(struct acr__beside *b, const struct acr__record *record) {
  static const bool wanted[ACR_OP_KINDS] = {[ACR_OP_CREDIT] = true};
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  acr_engine *judge = b->judge;
  struct acr__op op;
  if (judge->budget_count == 0 || record->kind == ACR_RECORD_PARKED || (record->flags & ACR_RECORD_REFUSED)) return;
  while (acr__op_pick(&cur, wanted, &op)) {
    const struct acr__account *account = &b->base->accounts[op.v[ACR_CREDIT_ACCOUNT]];
    int64_t points;
    if (op.v[ACR_CREDIT_REASON] != ACR_REASON_AWARD || account->family != b->family) continue;
    if (!acr__mul(op.v[ACR_CREDIT_POINTS], acr__pow10(ACR_CAP_SCALE - account->decimals), &points)) points = INT64_MAX / 2;
    for (int i = 0; i < judge->budget_count; i++) {
      if (judge->budgets[i].family != b->family || judge->budgets[i].source != op.v[ACR_CREDIT_SOURCE]) continue;
      int32_t day = acr__days_of(acr__local_date(b->release->plan->zone, op.v[ACR_CREDIT_EARNED]));
      struct acr__op issued = {.kind = ACR_OP_ISSUED};
      issued.v[ACR_ISSUED_FAMILY] = b->family;
      issued.v[ACR_ISSUED_SOURCE] = op.v[ACR_CREDIT_SOURCE];
      issued.v[ACR_ISSUED_DAY] = day;
      int64_t before = acr__budget_sum(&judge->budgets[i], day, (int64_t)day + 1);
      issued.v[ACR_ISSUED_AFTER] = before > INT64_MAX - points ? INT64_MAX : before + points;
      acr__budget_apply(judge, &issued);
    }
  }
}

static void note_failure(struct acr__beside *b, const struct acr__record *record, const char *why) {
  b->sums.failed++;
  if (b->sums.failure) return;
  acr__buf text = {0};
  acr__buf_printf(&text, "record %llu: %s", (unsigned long long)record->seq, why);
  b->sums.failure = strndup((const char *)text.ptr, text.len);
  acr__buf_free(&text);
}

static void take_member(struct acr__beside *b, const struct acr__record *record) {
  struct acr__payload payload;
  char label[32];
  if (!acr__payload_read(record->payload, &payload)) payload.member = acr__erased_id(record->member, label);
  struct acr__member *member = acr__member_at(b->base, record->member, payload.member);
  if (!acr__recover_member(b->base, member, record)) {
    b->broken = "a record of the log cannot be applied to its member";
    return;
  }
  if (b->judged)
    acr__beside_own(b, record);
  else
    count_awards(b, record);
  if (b->has_series || (b->own_series && !b->judged)) {
    b->facts.count = 0;
    const char *failed = acr__collector_take(b->collector, b->judged ? b->of_log : b->all, record);
    if (failed && record->pos >= b->from) note_failure(b, record, failed);
    for (size_t i = 0; !failed && i < b->facts.count; i++)
      acr__built_apply(b->base, b->release, &b->facts.facts[i]);
  }
  member = acr__member_whole(b->base, member);
  if (member) account_bytes(b->base, member);
}

static bool is_event(const struct acr__record *record) {
  return (record->kind == ACR_RECORD_EVENT || record->kind == ACR_RECORD_RETRY) && record->member &&
         !(record->flags & (ACR_RECORD_REFUSED | ACR_RECORD_DUE));
}

static void take(struct acr__beside *b, const struct acr__record *record) {
  acr_engine *base = b->base;
  b->judged = false;
  acr__arena_reset(base->arena);
  if (numbers(b, record)) {
    acr__beside_release(b);
    if (record->pos >= b->from) acr__beside_sums_begin(&b->sums); // compared with another release, or other levels
  }
  if (record->member) {
    bool mine = followed(b, record->member), counts = record->pos >= b->from && is_event(record);
    if (counts && !b->sums.seen++) {
      b->sums.since = record->recorded_at;
      b->sums.first = record->seq;
    }
    if (counts && mine && acr__fast_hash(&record->seq, sizeof record->seq) % b->stride == 0) acr__beside_judge(b, record);
    if (mine)
      take_member(b, record);
    else
      count_awards(b, record);
  }
  base->last_seq = record->seq;
  base->ledger_time = record->ledger_time;
  if (base->loaded_bytes > b->bytes_max) shrink(b);
  b->changed = true;
}

// ---- the log

static void publish(struct acr__beside *b, acr__beside_state state) {
  acr__buf text = {0};
  acr__beside_report(b, &text);
  pthread_mutex_lock(&b->mutex);
  acr__buf old = b->report;
  b->report = text;
  b->upto = b->base->last_seq;
  b->state = state;
  pthread_mutex_unlock(&b->mutex);
  acr__buf_free(&old);
  b->changed = false;
  b->reported_us = acr__wall_us();
}

static bool stopping(const struct acr__beside *b) {
  return __atomic_load_n(&b->stopping, __ATOMIC_RELAXED);
}

static void rest(struct acr__beside *b, int64_t ms) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += ms * 1000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_mutex_lock(&b->mutex);
  if (!b->stopping) pthread_cond_timedwait(&b->wake, &b->mutex, &until);
  pthread_mutex_unlock(&b->mutex);
}

// The further it is behind the fewer events it judges.
static void pace(struct acr__beside *b) {
  uint64_t behind = acr__ledger_committed_end(b->base->ledger) - b->at;
  if (b->at < b->from) return;
  if (behind > b->behind_max && b->stride < STRIDE_MAX) b->stride *= 2;
  if (behind < b->behind_max / 8 && b->stride > 1) b->stride /= 2;
}

// false = there is nothing new.
static bool read_on(struct acr__beside *b, acr__buf *bytes) {
  bytes->len = 0;
  acr__pos next = acr__ledger_scan(b->base->ledger, b->at, CHUNK_BYTES, bytes);
  pace(b);
  for (size_t at = 0; at < bytes->len && !b->broken;) {
    struct acr__record record;
    size_t length = acr__record_length(bytes->ptr + at, bytes->len - at);
    if (length == 0 || !acr__record_decode(bytes->ptr + at, bytes->len - at, b->at, &record, NULL)) {
      b->broken = "a record of the log cannot be read";
      break;
    }
    take(b, &record);
    at += length;
    b->at += length;
    b->base->end = b->at;
    if (stopping(b)) return true;
  }
  return next > 0 && bytes->len > 0;
}

static acr__beside_state state_of(const struct acr__beside *b) {
  return b->at < b->from ? ACR_BESIDE_CATCHING_UP : ACR_BESIDE_FOLLOWING;
}

void *acr__beside_run(void *arg) {
  struct acr__beside *b = arg;
  acr__buf bytes = {0};
  int64_t look_ms = LOOK_MS_MIN;
  acr__thread_patient(NICENESS);
  while (!stopping(b) && acr__ledger_committed_end(b->base->ledger) < b->from) // its own record is on its way
    rest(b, LOOK_MS_MIN);
  if (!stopping(b)) acr__beside_load(b);
  while (!b->broken && !stopping(b)) {
    bool more = read_on(b, &bytes);
    int64_t since_us = acr__wall_us() - b->reported_us;
    bool due = since_us >= REPORT_US || since_us < 0;
    if (b->changed && due) publish(b, state_of(b));
    if (more) {
      look_ms = LOOK_MS_MIN;
      continue;
    }
    if (!b->reported_us) publish(b, state_of(b));
    rest(b, look_ms);
    look_ms = look_ms * 2 < LOOK_MS_MAX ? look_ms * 2 : LOOK_MS_MAX;
  }
  acr__buf_free(&bytes);
  publish(b, b->broken ? ACR_BESIDE_BROKEN : ACR_BESIDE_ENDED);
  acr__beside_free(b);
  return NULL;
}
