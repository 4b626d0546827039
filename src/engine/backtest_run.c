// A worker: every record of its members is counted as it stands, then judged again in a scratch ledger at the same place of the log,
// and what that made is counted.
//
// What came from outside is judged again: events, clocks, retries. What the core made itself (due work, events over links) follows
// from that, at the latest where the log has it. Parked events stay parked until they were retried; of members that were erased
// nothing is left to judge, so their decisions are counted as they are.
#include "base/mem.h"
#include "engine/backtest.h"
#include "engine/budget.h"
#include "engine/door.h"
#include "engine/due.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A record, decoded before its turn comes.
struct waiting {
  struct acr__record record;
  acr__span member, line;
  size_t length;
};

static void read_payload(struct waiting *w) {
  struct acr__payload payload;
  bool good = acr__payload_read(w->record.payload, &payload);
  w->member = good ? payload.member : (acr__span){NULL, 0};
  w->line = good ? payload.line : (acr__span){NULL, 0};
}

// The scratch ledger stands where the source stood before this record: in time, and in the numbers that it gives out, so that what
// comes out the same also has the same names.
static void take_place(struct acr__run *run, const struct acr__record *record, bool known) {
  acr_engine *to = run->to;
  acr__arena_reset(to->arena);
  to->ops.count = 0;
  to->ledger_time = run->ledger_time;
  if (to->last_seq + 1 < record->seq) to->last_seq = record->seq - 1;
  to->last_member = known || !record->member ? run->last_member : record->member - 1;
}

static void keep_numbers(struct acr__run *run) {
  if (run->to->last_member > run->last_member) run->last_member = run->to->last_member;
  run->to->last_member = run->last_member;
}

static void judge(struct acr__run *run, const struct acr__record *record, acr__span text) {
  acr_engine *to = run->to;
  struct acr__line line;
  uint64_t rejected = to->counts[ACR_COUNT_REJECTED];
  acr__line_again(to, text, record, &line);
  if (line.event)
    acr__take_event(to, line.json, line.event, line.text);
  else
    acr__reply_reject(to, line.json, &line.reject);
  if (to->counts[ACR_COUNT_REJECTED] == rejected) return;
  run->rejected++;
  const acr__buf *replies = &to->filling->replies;
  if (!run->rejection) run->rejection = strndup((const char *)replies->ptr, replies->len);
}

// Of something that the core made itself and that failed.
static void retry(struct acr__run *run, acr__span text) {
  acr__buf request = {0};
  acr__writer w = {&request, false};
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(run->to->arena, text, NULL, &fault);
  const acr__node *root = json ? acr__json_root(json) : NULL;
  if (!root) return;
  acr__buf_text(&request, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"parked.retry\",\"params\":{\"source\":");
  acr__write_span(&w, acr__node_text(acr__node_get(root, "source")));
  acr__buf_text(&request, ",\"id\":");
  w.comma = false;
  acr__write_span(&w, acr__node_text(acr__node_get(root, "id")));
  acr__buf_text(&request, "}}");
  acr_batch_take(run->to->filling, (const char *)request.ptr, request.len, NULL); // where it is not parked here, it answers so
  acr__buf_free(&request);
}

static void park(struct acr__run *run, const struct acr__record *record, acr__span id) {
  struct acr__member *member = acr__member_find(run->to, id);
  struct acr__record copy = *record;
  copy.member = member ? member->number : 0;
  copy.prev = member ? member->prev : 0;
  acr__pos pos = acr__append(run->to, &copy, NULL);
  if (member) member->prev = member->applied = pos;
  run->to->parked++;
}

// What those who are not judged took out of budgets that all share, they take here too.
static void take_budgets(struct acr__run *run, const struct acr__record *record) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  if (!run->b->from->budget_count || record->kind == ACR_RECORD_PARKED || (record->flags & ACR_RECORD_REFUSED)) return;
  while (acr__op_read(&cur, &op)) {
    if (op.kind != ACR_OP_ISSUED) continue;
    int family = acr__names_find(run->to->names, acr__name_text(run->b->from, op.v[ACR_ISSUED_FAMILY]));
    int source = acr__names_find(run->to->names, acr__name_text(run->b->from, op.v[ACR_ISSUED_SOURCE]));
    if (family < 0 || source < 0) continue;
    op.v[ACR_ISSUED_FAMILY] = family;
    op.v[ACR_ISSUED_SOURCE] = source;
    acr__budget_apply(run->to, &op);
  }
}

static void judge_again(struct acr__run *run, const struct waiting *w) {
  acr_engine *to = run->to;
  const struct acr__record *record = &w->record;
  acr__span id = w->member, line = w->line;
  const struct acr__member *member = id.len ? acr__member_find(to, id) : NULL;
  take_place(run, record, member != NULL);
  if (record->flags & (ACR_RECORD_DUE | ACR_RECORD_SENT)) {
    if (record->kind == ACR_RECORD_RETRY)
      retry(run, line);
    else if (member)
      acr__due_before(to, id, record->time);
  } else if (record->kind == ACR_RECORD_PARKED) {
    park(run, record, id);
  } else {
    judge(run, record, line);
  }
  keep_numbers(run);
}

// Of a member of this worker.
static acr__who who_is(const struct acr__backtest *b, uint32_t member) {
  if (!member || member >= b->member_cap) return ACR_WHO_JUDGED;
  if (b->who[member] == ACR_WHO_AWAITED) b->who[member] = ACR_WHO_JUDGED;
  return (acr__who)b->who[member];
}

static void forget_replies(acr_engine *to) {
  to->filling->replies.len = 0;
  to->filling->item_count = 0;
}

static bool visit(struct acr__run *run, const struct waiting *w) {
  const struct acr__backtest *b = run->b;
  const struct acr__record *record = &w->record;
  if (record->kind == ACR_RECORD_RELEASE || record->kind == ACR_RECORD_STATUS) {
    take_place(run, record, true);
    bool good = acr__backtest_control(run, record);
    forget_replies(run->to);
    return good;
  }
  if (record->member && !acr__backtest_mine(run, record)) return true;
  switch (who_is(b, record->member)) {
  case ACR_WHO_NOT:
    take_budgets(run, record);
    return true;
  case ACR_WHO_COPIED:
    acr__sums_record(&run->before, record);
    acr__sums_record(&run->copied, record);
    take_budgets(run, record);
    return true;
  default:
    run->twin.record = record->member || run->number == 0 ? record : NULL;
    judge_again(run, w);
    if (run->twin.record) acr__sums_record(&run->before, record); // it came out otherwise, or not at all
    run->twin.record = NULL;
    forget_replies(run->to);
    return true;
  }
}

static bool open_scratch(struct acr__run *run) {
  const acr_engine *from = run->b->from;
  struct acr_options options = {.standard_dir = from->standard_dir, .create = true, .max_future_us = -1, .member_bytes_max = UINT64_MAX};
  options.line_bytes_max = from->options.line_bytes_max;
  if (acr_engine_open(&options, &run->to, &run->failed) != ACR_E_OK) return false;
  run->to->trial = true;
  run->to->key = from->key;
  run->to->last_member = run->last_member = from->last_member;
  run->ledger_time = run->to->ledger_time;
  acr_batch_begin(run->to);
  acr__sums_begin(&run->after, run->to, run->b->zone, run->b->from_time, run->b->to_time);
  run->after.members = &run->b->members_after;
  run->after.families = run->families_after;
  run->after.whole = run->number == 0; // one worker counts what is nobody's
  acr__sums_begin(&run->twin.both, run->to, run->b->zone, run->b->from_time, run->b->to_time);
  run->twin.both.members = &run->b->members_both;
  run->twin.both.families = run->families_after;
  run->after.twin = &run->twin;
  run->to->sums = &run->after;
  return acr__backtest_begin(run);
}

// Brings near what a record will need that is not its member, and gives the member's hash.
static uint32_t bring(const struct acr__run *run, const struct waiting *w) {
  const struct acr__backtest *b = run->b;
  const struct acr__record *record = &w->record;
  if (!record->member || !w->member.len || !acr__backtest_mine(run, record)) return 0;
  acr__fetch_id(run->to, record->id_digest);
  if (record->member < b->member_cap) {
    __builtin_prefetch(&b->members_both.all[record->member], 1);
    if (!run->twin.apart) return acr__roster_hash(w->member);
    __builtin_prefetch(&b->members_before.all[record->member], 1);
    __builtin_prefetch(&b->members_after.all[record->member], 1); // mostly of the same number
  }
  return acr__roster_hash(w->member);
}

static bool visit_chunk(struct acr__run *run, const struct acr__chunk *chunk) {
  struct waiting ring[ACR_COMING_ROOM];
  struct acr__coming coming = {{0}};
  size_t at = 0, read = 0, done = 0;
  for (;; done++) {
    for (; at < chunk->bytes.len && read <= done + ACR_COMING; read++) {
      struct waiting *w = &ring[read % ACR_COMING_ROOM];
      const uint8_t *bytes = chunk->bytes.ptr + at;
      w->length = acr__record_length(bytes, chunk->bytes.len - at);
      if (!w->length || !acr__record_decode(bytes, chunk->bytes.len - at, chunk->pos + at, &w->record, NULL)) {
        run->failed = strdup("a record of the log cannot be read");
        return false;
      }
      read_payload(w);
      coming.hashes[read % ACR_COMING_ROOM] = bring(run, w);
      at += w->length;
    }
    if (done == read) return true;
    acr__fetch_coming(run->to, &coming, done);
    const struct waiting *w = &ring[done % ACR_COMING_ROOM];
    if (!visit(run, w)) return false;
    run->ledger_time = w->record.ledger_time;
  }
}

void *acr__backtest_run(void *arg) {
  struct acr__run *run = arg;
  struct acr__log *log = &run->b->log;
  bool going = open_scratch(run);
  while (going) {
    const struct acr__chunk *chunk = acr__log_next(log, run->number);
    if (!chunk) break;
    going = visit_chunk(run, chunk);
  }
  acr__log_leave(log, run->number);
  return NULL;
}
