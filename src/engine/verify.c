// accrue verify: the log read once from its start by a model of its own (no code of the engine's state), every invariant named.
#include "engine/verify.h"
#include "base/mem.h"
#include "ledger/record.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PART_BYTES = 4 << 20 };

// Of one record, that it was changed after it was written comes first.
static bool later(const struct acr__violation_item *a, const struct acr__violation_item *b) {
  if (a->at != b->at) return a->at > b->at;
  return strcmp(b->invariant, "I11") == 0 && strcmp(a->invariant, "I11") != 0;
}

// Several threads find them; who reads them has them in the order of the log.
void acr__violation(struct acr__verify *v, const char *invariant, const struct acr__record *record, const char *format, ...) {
  struct acr__violation_item item = {.at = v->records ? UINT64_MAX : 0};
  va_list args;
  va_start(args, format);
  vsnprintf(item.message, sizeof item.message, format, args);
  va_end(args);
  snprintf(item.invariant, sizeof item.invariant, "%s", invariant);
  if (record) item.member = record->member;
  if (record && record->seq) item.at = item.seq = record->seq;
  pthread_mutex_lock(&v->mutex);
  uint64_t at = v->violation_count < ACR_VERIFY_EXAMPLES ? v->violation_count : ACR_VERIFY_EXAMPLES;
  while (at > 0 && later(&v->examples[at - 1], &item))
    at--;
  for (uint64_t k = ACR_VERIFY_EXAMPLES - 1; k > at; k--)
    v->examples[k] = v->examples[k - 1];
  if (at < ACR_VERIFY_EXAMPLES) v->examples[at] = item;
  v->violation_count++;
  pthread_mutex_unlock(&v->mutex);
}

// I10: dense numbers, times that never step back.
static void check_order(struct acr__verify *v, const struct acr__record *r) {
  if (r->seq != v->last_seq + 1) acr__violation(v, "I10", r, "record %" PRIu64 " follows record %" PRIu64, r->seq, v->last_seq);
  if (r->recorded_at < v->last_recorded_at)
    acr__violation(v, "I10", r, "record %" PRIu64 " was recorded before the one in front of it", r->seq);
  if (r->ledger_time < v->last_ledger_time)
    acr__violation(v, "I10", r, "the ledger time of record %" PRIu64 " is before that of the one in front of it", r->seq);
  v->last_seq = r->seq;
  v->last_recorded_at = r->recorded_at;
  v->last_ledger_time = r->ledger_time;
}

// I8: one record an id; only a retry may stand for what was parked.
static void check_id(struct acr__verify *v, const struct acr__record *r) {
  acr__pos before = acr__idset_get(&v->ids, r->id_digest);
  if (before && !(before == 2 && (r->kind == ACR_RECORD_RETRY || r->kind == ACR_RECORD_PARKED)))
    acr__violation(v, "I8", r, "record %" PRIu64 " carries an event id that the ledger already has", r->seq);
  acr__idset_put(&v->ids, r->id_digest, r->kind == ACR_RECORD_PARKED ? 2 : 1);
}

static void check_member(struct acr__verify *v, const struct acr__record *r) {
  if (r->member > v->member_total + 1) { // numbers are given out one after another
    acr__violation(v, "I12", r, "record %" PRIu64 " is of member %u, of whom only %" PRIu64 " can be known", r->seq, r->member,
                   v->member_total + 1);
    return;
  }
  struct acr__verify_member *m = acr__verify_member(v, r->member);
  if (r->prev != m->last) acr__violation(v, "I12", r, "record %" PRIu64 " does not continue its member's history", r->seq);
  m->last = r->pos;
  if (m->into) acr__violation(v, "I24", r, "record %" PRIu64 " is of a member that was merged into another before", r->seq);
  bool moved = r->kind != ACR_RECORD_PARKED && !(r->flags & ACR_RECORD_REFUSED);
  acr__verify_postings(v, m, r, moved);
  acr__verify_offers(v, m, r, moved);
  acr__verify_levels(v, m, r, moved);
  acr__verify_merge_end(v, r);
}

static void read_ops(struct acr__verify *v, const struct acr__record *r) {
  acr__cursor cur = {(const uint8_t *)r->decision.ptr, (const uint8_t *)r->decision.ptr + r->decision.len, false};
  v->ops.count = 0;
  while (acr__op_read(&cur, acr__ops_add(&v->ops, ACR_OP_NAME)))
    ;
  v->ops.count--;
  v->ops_bad = cur.bad;
}

static bool check_record(struct acr__verify *v, acr__pos pos, const uint8_t *bytes, size_t len) {
  struct acr__record r;
  if (!acr__record_decode(bytes, len, pos, &r, NULL)) {
    acr__violation(v, "I12", NULL, "the log cannot be read at byte %" PRIu64, pos);
    return false;
  }
  v->records++;
  v->chain = acr__record_hash(bytes);
  read_ops(v, &r);
  check_order(v, &r);
  check_id(v, &r);
  acr__verify_registry(v, &r);
  acr__verify_events(v, &r);
  if (r.member) check_member(v, &r);
  acr__verify_hooks(v, &r);
  acr__verify_budgets(v, &r);
  acr__verify_returns(v, &r);
  return true;
}

// *pos = behind the part.
static bool check_part(struct acr__verify *v, const acr__buf *part, acr__pos *pos, acr__pos end) {
  bool good = true;
  for (size_t at = 0; good && at < part->len && *pos < end;) {
    size_t n = acr__record_length(part->ptr + at, part->len - at);
    good = n > 0 && check_record(v, *pos, part->ptr + at, n);
    at += n;
    *pos += n;
  }
  if (!good && v->violation_count == 0) acr__violation(v, "I12", NULL, "the log cannot be read at byte %" PRIu64, *pos);
  return good;
}

static bool read_part(struct acr__verify *v, acr__pos pos, acr__pos end, acr__buf *out) {
  out->len = 0;
  if (pos >= end || acr__ledger_scan(v->ledger, pos, PART_BYTES, out) != pos) return true;
  acr__violation(v, "I12", NULL, "the log ends at byte %" PRIu64 ", before its end at %" PRIu64, pos, end);
  return false;
}

// While its threads look at the records of a part one by one, the next one is read and these are gone through in their order.
static void read_log(struct acr__verify *v, acr__pos end) {
  acr__buf parts[2] = {{0}, {0}};
  struct acr__verify_crew *crew = acr__verify_crew_new(v);
  acr__pos pos = 1;
  bool good = read_part(v, pos, end, &parts[0]);
  for (int which = 0; good && pos < end; which = !which) {
    acr__verify_crew_begin(crew, parts[which].ptr, parts[which].len, pos, &v->chain);
    bool more = read_part(v, pos + parts[which].len, end, &parts[!which]);
    good = check_part(v, &parts[which], &pos, end) && more;
    acr__verify_crew_end(crew);
  }
  acr__verify_crew_free(crew);
  acr__buf_free(&parts[0]);
  acr__buf_free(&parts[1]);
}

static void write_result(const struct acr__verify *v, acr__buf *out) {
  static const char *const checked[] = {"I1",  "I2",  "I3",  "I4",  "I5",  "I6",  "I7",  "I8",  "I10", "I11", "I12", "I13",
                                        "I14", "I15", "I16", "I17", "I18", "I19", "I21", "I24", "I26", "I27", "I29", "I30"};
  acr__writer w = {out, false};
  acr__write_object(&w);
  acr__write_key(&w, "ok");
  acr__write_bool(&w, v->violation_count == 0);
  acr__write_key(&w, "records");
  acr__write_int(&w, (int64_t)v->records);
  acr__write_key(&w, "members");
  acr__write_int(&w, (int64_t)v->member_total);
  acr__write_key(&w, "entries");
  acr__write_int(&w, (int64_t)v->entries);
  acr__write_key(&w, "checked");
  acr__write_array(&w);
  for (size_t i = 0; i < sizeof checked / sizeof checked[0]; i++)
    acr__write_text(&w, checked[i]);
  acr__write_array_end(&w);
  acr__write_key(&w, "violations");
  acr__write_array(&w);
  for (uint64_t i = 0; i < v->violation_count && i < ACR_VERIFY_EXAMPLES; i++) {
    acr__write_object(&w);
    acr__write_key(&w, "invariant");
    acr__write_text(&w, v->examples[i].invariant);
    acr__write_key(&w, "seq");
    acr__write_int(&w, (int64_t)v->examples[i].seq);
    acr__write_key(&w, "member");
    acr__write_int(&w, (int64_t)v->examples[i].member);
    acr__write_key(&w, "message");
    acr__write_text(&w, v->examples[i].message);
    acr__write_object_end(&w);
  }
  acr__write_array_end(&w);
  acr__write_key(&w, "violation_count");
  acr__write_int(&w, (int64_t)v->violation_count);
  acr__write_object_end(&w);
}

static struct acr__verify *verify(acr_engine *engine) {
  struct acr__verify *v = acr__mem_alloc(sizeof *v);
  memset(v, 0, sizeof *v);
  v->ledger = engine->ledger;
  pthread_mutex_init(&v->mutex, NULL);
  v->reversed = acr__table_new();
  v->key = &engine->key;
  v->arena = acr__arena_new(16 * 1024);
  v->chain = acr__record_chain_start(v->key);
  v->last_ledger_time = INT64_MIN;
  acr__pos end = acr__ledger_committed_end(engine->ledger);
  char *damage = acr__ledger_check(engine->ledger, true);
  if (damage) acr__violation(v, "I30", NULL, "%s", damage);
  free(damage);
  read_log(v, end);
  acr__verify_merge_end(v, NULL);
  acr__verify_totals(v);
  acr__verify_states(v, end);
  return v;
}

char *acr__verify_first(acr_engine *engine) {
  struct acr__verify *v = verify(engine);
  char *sentence = NULL;
  if (v->violation_count && asprintf(&sentence, "%s: %s", v->examples[0].invariant, v->examples[0].message) < 0) abort();
  acr__verify_free(v);
  return sentence;
}

int acr_engine_verify(acr_engine *engine, char **json) {
  struct acr__verify *v = verify(engine);
  acr__buf out = {0};
  write_result(v, &out);
  int error = v->violation_count ? ACR_E_VIOLATION : ACR_E_OK;
  *json = strndup((const char *)out.ptr, out.len);
  acr__buf_free(&out);
  acr__verify_free(v);
  return error;
}
