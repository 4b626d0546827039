// One event, judged: the member, its facts, the rules, what follows. Everything becomes operations of one record.
#include "engine/audience.h"
#include "engine/budget.h"
#include "engine/erase.h"
#include "engine/expiry.h"
#include "engine/levels.h"
#include "engine/merge.h"
#include "engine/offer.h"
#include "engine/payload.h"
#include "engine/profile.h"
#include "engine/raise.h"
#include "engine/returned.h"
#include "engine/spend.h"

// Birthdays and anniversaries of the time before we knew of them are not caught up with.
static bool count_dates(struct acr__judgement *j) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_DATES);
  op->v[0] = j->root->time > j->engine->ledger_time ? j->root->time : j->engine->ledger_time;
  return acr__apply(j, op);
}

static bool resolve_member(acr_engine *engine, struct acr__judgement *j) {
  const struct acr__event *event = j->root;
  j->member = acr__member_find(engine, event->subject);
  if (j->member) return true;
  j->member = acr__member_create(engine, event->subject);
  j->new_member = true;
  acr__time joined = acr__joined_of(j);
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_MEMBER);
  op->v[0] = joined == ACR_TIME_NONE ? event->time : joined; // domain V8
  return acr__apply(j, op) && count_dates(j);
}

// What an event does by being of its kind, before any rule.
static bool own_effect(acr_engine *engine, struct acr__judgement *j, struct acr__case *cases, struct acr__reject *reject) {
  const struct acr__event *event = j->root;
  struct acr__op *op;
  switch (event->kind) {
  case ACR_EVENT_JOIN:
  case ACR_EVENT_UPDATE:
    return acr__profile_take(j) && (event->kind == ACR_EVENT_UPDATE || acr__rejoin(j)) && (j->new_member || count_dates(j));
  case ACR_EVENT_AUDIENCE_ENTER:
  case ACR_EVENT_AUDIENCE_LEAVE:
    return acr__audience_take(j, event);
  case ACR_EVENT_RETURN:
  case ACR_EVENT_AMENDED:
    return acr__return(j, cases, reject);
  case ACR_EVENT_ADJUST:
    return acr__adjust(j, reject);
  case ACR_EVENT_IMPORT:
    return acr__import(j, reject);
  case ACR_EVENT_SPEND:
    return acr__spend(j, reject);
  case ACR_EVENT_SPEND_CANCELLED:
    return acr__spend_cancel(j, reject);
  case ACR_EVENT_HOLD:
    return acr__hold(j, reject);
  case ACR_EVENT_CAPTURE:
  case ACR_EVENT_RELEASE:
    return acr__hold_settle(j, reject);
  case ACR_EVENT_LOCK:
  case ACR_EVENT_UNLOCK:
    op = acr__ops_add(&engine->ops, ACR_OP_LOCK);
    op->v[0] = event->kind == ACR_EVENT_LOCK;
    return acr__apply(j, op);
  case ACR_EVENT_LEVEL_SET:
    return acr__level_set(j, cases);
  case ACR_EVENT_MERGE:
    return acr__merge(j, reject);
  case ACR_EVENT_LEAVE:
    return acr__leave(j, reject);
  case ACR_EVENT_ERASE:
    return acr__apply(j, acr__ops_add(&engine->ops, ACR_OP_ERASED));
  case ACR_EVENT_REDEEM:
    return acr__offer_redeem(j, cases, reject);
  case ACR_EVENT_BUY_OFFER:
    return acr__offer_purchase(j, reject);
  default:
    return true;
  }
}

// What the reply says of balances and levels, so that a duplicate can say it again.
bool acr__closing(struct acr__judgement *j) {
  acr_engine *engine = j->engine;
  for (int i = 0; i < j->release_count; i++) {
    const struct acr__release *release = j->releases[i];
    for (int k = 0; k < release->plan->account_count; k++) {
      struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_BALANCE);
      op->v[0] = release->accounts[k];
      op->v[1] = acr__member_balance(j->member, release->accounts[k]);
    }
    const struct acr__standing *s = acr__member_standing(j->member, release->family);
    struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_STANDING);
    op->v[0] = release->family;
    op->v[1] = s ? s->level + 1 : 0;
    op->v[2] = release->number;
  }
  return true;
}

bool acr__ops_few(struct acr__judgement *j) {
  return j->engine->ops.count <= ACR_OPS_MAX || acr__fail(j, NULL, "the event would do more than 100,000 operations");
}

static bool told(struct acr__judgement *j) {
  acr__raise_purchase(j);
  return true;
}

// Domain R9, T6: what comes back, a cancelled spend, a hold, its release, a lock, a move by staff and that a member went are no facts
// that rules or entrance look at.
static bool wakes(const struct acr__event *event) {
  static const acr__event_kind quiet[] = {ACR_EVENT_RETURN, ACR_EVENT_AMENDED, ACR_EVENT_SPEND_CANCELLED, ACR_EVENT_HOLD,
                                          ACR_EVENT_RELEASE, ACR_EVENT_LOCK, ACR_EVENT_UNLOCK, ACR_EVENT_LEVEL_SET,
                                          ACR_EVENT_MERGE, ACR_EVENT_LEAVE, ACR_EVENT_ERASE};
  for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++)
    if (event->kind == quiet[i]) return false;
  return true;
}

bool acr__judge(acr_engine *engine, struct acr__judgement *j, struct acr__case *cases, struct acr__reject *reject) {
  if (j->root->kind == ACR_EVENT_CLOCK) return true;
  for (int i = 0; i < j->release_count; i++)
    acr__script_event_begin(j->releases[i]->plan->script);
  bool good = resolve_member(engine, j) && acr__feed_event(j, j->root, cases, j->release_count) && acr__activity(j, j->root) &&
              own_effect(engine, j, cases, reject) &&
              (j->release_count == 0 || !wakes(j->root) || acr__case_rules(cases, j->release_count)) && told(j) && acr__derived_run(j);
  good = good && acr__ops_few(j) && acr__closing(j);
  if (!good && !j->failed && reject->code) acr__judge_undo(engine, j);
  return good;
}

void acr__judge_undo(acr_engine *engine, struct acr__judgement *j) {
  acr__names_undo(engine);
  acr__budget_undo(engine);
  if (j->new_member) {
    acr__member_drop(engine, j->member);
    j->member = NULL;
  } else {
    acr__span id = acr__arena_span(j->arena, j->member->id);
    acr__member_reload(engine, j->member);
    j->member = acr__member_find(engine, id);
  }
  engine->ops.count = 0;
}

void acr__record_finish(acr_engine *engine, struct acr__judgement *j, struct acr__record *record, acr__span line, const acr__digest *also) {
  struct acr__member *member = j->member;
  engine->decision.len = engine->texts.len = 0;
  acr__ops_encode(&engine->ops, &engine->decision, &engine->texts);
  acr__payload_begin(engine);
  acr__buf_span(&engine->payload, j->root->subject);
  acr__buf_span(&engine->payload, line);
  if (j->derived_data.len) acr__buf_put(&engine->payload, j->derived_data.ptr, j->derived_data.len);
  if (j->hook_count && record->kind != ACR_RECORD_PARKED && !(record->flags & ACR_RECORD_REFUSED)) {
    record->flags |= ACR_RECORD_HOOKS;
    acr__buf_put(&engine->payload, j->hook_data.ptr, j->hook_data.len);
  }
  acr__buf_free(&j->derived_data);
  acr__buf_free(&j->hook_data);
  record->member = member ? member->number : 0;
  record->prev = member ? member->prev : 0;
  record->release = j->release_count ? j->releases[0]->number : 0;
  record->decision = (acr__span){(const char *)engine->decision.ptr, engine->decision.len};
  record->payload = (acr__span){(const char *)engine->payload.ptr, engine->payload.len};
  acr__pos pos = acr__append(engine, record, also);
  acr__mention(engine, j, pos);
  if (!member) return;
  member->prev = member->applied = pos;
  if (record->kind != ACR_RECORD_PARKED && !(record->flags & (ACR_RECORD_REFUSED | ACR_RECORD_DUE))) member->events++;
  acr__member_dirty(engine, member, pos);
  acr__due_changed(engine, member, j->looked);
  bool done = record->kind != ACR_RECORD_PARKED && !(record->flags & (ACR_RECORD_REFUSED | ACR_RECORD_DUE));
  if (done && j->root->kind == ACR_EVENT_ERASE) acr__erase_begin(engine, member, pos);
}
