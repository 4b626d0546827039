// Admission: dedupe, and the checks that need the releases in force. What is wrong is answered here, before anything is touched.
#include "engine/audience.h"
#include "engine/beside.h"
#include "engine/erase.h"
#include "engine/late.h"
#include "engine/levels.h"
#include "engine/merge.h"
#include "engine/offer.h"
#include "engine/payload.h"
#include "engine/profile.h"
#include "engine/returned.h"
#include "engine/spend.h"
#include <string.h>

static bool currency_known(struct acr__judgement *j, struct acr__reject *reject) {
  acr__span currency = j->root->currency;
  bool priced = j->root->kind == ACR_EVENT_PURCHASE || j->root->kind == ACR_EVENT_RETURN || j->root->kind == ACR_EVENT_AMENDED;
  if (!priced || currency.len == 0 || j->release_count == 0) return true;
  acr__span known = {NULL, 0};
  for (int i = 0; i < j->release_count; i++) {
    known = j->releases[i]->plan->currency;
    if (known.len == 0 || acr__span_eq(known, currency)) return true;
  }
  *reject = (struct acr__reject){
      "currency", acr__arena_printf(j->arena, "found %.20s, the program's currency is %.*s", currency.ptr, (int)known.len, known.ptr),
      "$.data.currency", 0, 0};
  return false;
}

// Another event under an id that is known: the first answer again, or a conflict.
static bool answer_again(acr_engine *engine, const struct acr__event *event, acr__pos pos) {
  struct acr__record record;
  if (!acr__read_record(engine, pos, &record)) {
    acr__reply_error(engine, event->id, event->source, "overloaded", "ledger", "the record of this id cannot be read now");
    return true;
  }
  if (memcmp(&record.content_digest, &event->content_digest, sizeof record.content_digest) != 0) {
    acr__reply_error(engine, event->id, event->source, "conflict", "conflict",
                     acr__arena_printf(engine->arena, "this id was taken with other content as record %llu; nothing moved",
                                       (unsigned long long)record.seq));
    return true;
  }
  bool parked = record.kind == ACR_RECORD_PARKED;
  if (parked && record.payload.len) return false; // judged again, unless it was erased since
  engine->ops.count = 0;
  acr__ops_decode(acr__ops_of(&record), &engine->ops);
  // Contract 7: what was refused gets the same answer; what was done is told to be a duplicate.
  const char *status = parked ? "parked" : record.flags & ACR_RECORD_REFUSED ? "refused" : "duplicate";
  acr__reply_record(engine, &record, &engine->ops, event->id, event->source, event->subject, status);
  return true;
}

static void refuse(acr_engine *engine, struct acr__judgement *j, acr__span line, const char *code, const char *message) {
  acr__refusal_ops(engine, code, message);
  struct acr__record record = {.kind = j->retry ? ACR_RECORD_RETRY : ACR_RECORD_EVENT,
                               .flags = ACR_RECORD_REFUSED,
                               .time = j->root->time,
                               .id_digest = j->root->id_digest,
                               .content_digest = j->root->content_digest};
  acr__record_finish(engine, j, &record, line, NULL);
  acr__reply_record(engine, &record, &engine->ops, j->root->id, j->root->source, j->root->subject, "refused");
}

// Contract 6: a transaction is unique within its source, under whatever event id it comes.
static bool transaction_taken(acr_engine *engine, const struct acr__event *event, acr__digest *also, bool *explicit) {
  *also = event->transaction_digest;
  *explicit = !acr__span_eq(event->transaction, event->id);
  if (!*explicit) // no other event has its id: that was looked for
    return !(engine->trial && !engine->filling->beside) && acr__find_id(engine, *also) != 0;
  return acr__transaction_find(engine, event->source, event->transaction, *also) != 0;
}

static void park(acr_engine *engine, struct acr__judgement *j, acr__span line, int names) {
  struct acr__record record = {
      .kind = ACR_RECORD_PARKED, .time = j->root->time, .id_digest = j->root->id_digest, .content_digest = j->root->content_digest};
  acr__park_undo(engine, j, names);
  acr__record_finish(engine, j, &record, line, NULL);
  acr__reply_record(engine, &record, &engine->ops, j->root->id, j->root->source, j->root->subject, "parked");
}

// Contract 7: what may become right without a new event is rejected, these are the ledger's no.
static bool refusal(const char *code) {
  static const char *const codes[] = {"points_short", "member_locked", "already_returned", "hold_closed", "offer_used_up", "store_closed"};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
    if (strcmp(code, codes[i]) == 0) return true;
  return false;
}

// A member's reference names one hold for ever: who captures it must not mean another.
static bool hold_named(acr_engine *engine, struct acr__judgement *j, acr__digest *also, struct acr__reject *reject) {
  *also = acr__hold_digest(engine, j->root);
  if (!acr__find_id(engine, *also)) return true;
  *reject = (struct acr__reject){"reference_taken",
                                 acr__arena_printf(j->arena, "the member had a hold with the reference \"%.80s\" before",
                                                   j->root->reference.ptr),
                                 "$.data.reference", 0, 0};
  return false;
}

// Its own record comes last: a clock that did not get to its end is done again when it is sent again.
static void clock_op(acr_engine *engine, acr__time of, acr__time upto) {
  struct acr__clock_sum sum = {0};
  acr__clock_run(engine, upto, &sum);
  acr__clock_done(engine, of, upto, &sum);
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_CLOCK);
  op->v[0] = sum.ran;
  op->v[1] = sum.parked;
}

// What is due before the event is done, and accounts are as they are when it counts.
static void come_up(acr_engine *engine, const struct acr__event *event, acr__time now) {
  if (event->kind == ACR_EVENT_CLOCK)
    clock_op(engine, event->time, now);
  else
    acr__due_before(engine, event->subject, now);
  if (event->kind == ACR_EVENT_MERGE) acr__due_before(engine, event->into, now);
  acr__accounts_at(engine, now);
}

// Whatever the event names.
bool acr__event_known(struct acr__judgement *j, struct acr__reject *reject) {
  return currency_known(j, reject) && acr__audience_known(j, j->root, reject) && acr__links_known(j, reject) &&
         acr__offer_known(j, reject) && acr__level_known(j, reject) && acr__merge_known(j, reject) && acr__erase_known(j, reject);
}

// One that was read again has its tree made for the answer.
static void reject_event(acr_engine *engine, const acr__json *json, const struct acr__event *event, const struct acr__reject *reject) {
  if (!json) acr__event_whole(event);
  acr__reply_reject(engine, json ? json : event->json, reject);
}

void acr__take_event(acr_engine *engine, const acr__json *json, const struct acr__event *event, acr__span line) {
  struct acr__reject reject = {0};
  acr__pos known = engine->anew ? 0 : acr__find_id(engine, event->id_digest);
  if (known && answer_again(engine, event, known)) return;
  if (!engine->of && acr__overloaded(engine)) {
    acr__reply_error(engine, event->id, event->source, "overloaded", engine->low_disk ? "disk_low" : "view_behind",
                     engine->low_disk ? "the disk is nearly full; nothing was begun, send the event again later"
                                      : "writing behind has fallen too far back; send the event again");
    return;
  }
  struct acr__judgement j = {.engine = engine, .arena = engine->arena, .root = event, .retry = known != 0};
  struct acr__case *cases = ACR__NEW_N(j.arena, struct acr__case, engine->release_count + 1);
  acr__digest also;
  bool explicit = false;
  j.releases = ACR__NEW_N(j.arena, struct acr__release *, engine->release_count + 1);
  j.release_count = acr__releases_at(engine, event->time, j.releases);
  bool in_time = acr__late_admit(&j, &reject);
  for (int i = 0; in_time && i < j.release_count; i++)
    if (!acr__case_begin(&cases[i], &j, j.releases[i], event, &reject)) break;
  int account = -1;
  struct acr__release *owner = NULL;
  if (!reject.code && event->kind == ACR_EVENT_ADJUST)
    account = acr__account_resolve(j.releases, j.release_count, event->account, &owner, j.arena, &reject);
  if (event->kind == ACR_EVENT_HOLD) explicit = hold_named(engine, &j, &also, &reject);
  if (reject.code || !acr__event_known(&j, &reject)) {
    reject_event(engine, json, event, &reject);
    return;
  }
  if (event->kind == ACR_EVENT_PURCHASE && transaction_taken(engine, event, &also, &explicit) && !engine->anew) {
    j.member = acr__member_find(engine, event->subject);
    refuse(engine, &j, line, "transaction_exists",
           acr__arena_printf(j.arena, "the transaction \"%.80s\" of source \"%.80s\" was already taken under another event id",
                             event->transaction.ptr, event->source.ptr));
    return;
  }
  come_up(engine, event, event->time > engine->ledger_time ? event->time : engine->ledger_time);
  j.seq = engine->last_seq + 1;
  j.account = account;
  j.line = line;
  if (owner) j.owner = owner;
  int names = engine->ops.count;
  if (!acr__judge(engine, &j, cases, &reject)) {
    if (j.failed)
      park(engine, &j, line, names);
    else if (refusal(reject.code))
      refuse(engine, &j, line, reject.code, reject.message);
    else
      reject_event(engine, json, event, &reject);
    return;
  }
  struct acr__record record = {.kind = known ? ACR_RECORD_RETRY : ACR_RECORD_EVENT,
                               .time = event->time,
                               .id_digest = event->id_digest,
                               .content_digest = event->content_digest};
  record.flags = event->time < engine->ledger_time ? ACR_RECORD_LATE : 0;
  if (event->kind == ACR_EVENT_MERGE) record.flags |= ACR_RECORD_MERGE;
  if (explicit) {
    struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_TRANSACTION);
    op->text = (acr__span){(const char *)also.bytes, sizeof also.bytes};
  }
  acr__record_finish(engine, &j, &record, line, explicit ? &also : NULL);
  acr__reply_record(engine, &record, &engine->ops, event->id, event->source, event->subject, "applied");
  acr__merge_finish(engine, &j);
  acr__deliver(engine, &j);
}
