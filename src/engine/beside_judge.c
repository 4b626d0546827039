// One event under a shadow release: on a copy of its member, as the member stood before it.
#include "base/mem.h"
#include "engine/beside.h"
#include "engine/budget.h"
#include "engine/payload.h"
#include <string.h>

static bool any_type(void *arg, acr__span type) {
  (void)arg;
  (void)type;
  return true;
}

// Types that the release does not know wake none of its rules; so they are events to it like others.
static const struct acr__event *read_event(struct acr__beside *b, const struct acr__record *record, acr__span line,
                                           struct acr__reject *reject) {
  acr_engine *judge = b->judge;
  const struct acr__plan *plan = b->release->plan;
  struct acr__event_env env = {.key = &judge->key,
                               .currency_scale = plan->currency_scale,
                               .round_decimals = plan->settings.excess_round,
                               .now = record->time,
                               .latest = ACR_TIME_MAX,
                               .type_known = any_type,
                               .scratch = &judge->scratch,
                               .id_digest = &record->id_digest,
                               .content_digest = &record->content_digest};
  struct acr__json_limits limits = {0, judge->options.line_bytes_max};
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(judge->arena, line, &limits, &fault);
  if (json) return acr__event_read(judge->arena, json, &env, reject);
  *reject = (struct acr__reject){fault.code, fault.message, NULL, fault.line, fault.column};
  return NULL;
}

// What no rule looks at is the same under every release.
static bool wakes(const struct acr__event *event) {
  switch (event->kind) {
  case ACR_EVENT_PURCHASE:
  case ACR_EVENT_CUSTOM:
  case ACR_EVENT_JOIN:
  case ACR_EVENT_UPDATE:
  case ACR_EVENT_AUDIENCE_ENTER:
  case ACR_EVENT_AUDIENCE_LEAVE:
  case ACR_EVENT_ADJUST:
  case ACR_EVENT_IMPORT:
  case ACR_EVENT_SPEND:
  case ACR_EVENT_CAPTURE:
  case ACR_EVENT_REDEEM:
  case ACR_EVENT_BUY_OFFER:
    return true;
  default:
    return false;
  }
}

// Where the log stood before the record.
static void take_place(struct acr__beside *b, const struct acr__record *record) {
  acr_engine *judge = b->judge;
  const acr_engine *base = b->base;
  if (judge->account_count != base->account_count) {
    acr__accounts_free(judge);
    acr__accounts_copy(judge, base);
  }
  judge->last_member = base->last_member;
  judge->last_seq = record->seq - 1;
  judge->ledger_time = base->ledger_time;
  judge->ops.count = 0;
  acr__arena_reset(judge->arena);
}

// Windows are lent to the copy, and come back without what the event put in.
static void lend(struct acr__member *from, struct acr__member *to) {
  to->series = from->series;
  to->series_count = from->series_count;
  from->series = NULL;
  from->series_count = 0;
}

static struct acr__member *copy_of(struct acr__beside *b, struct acr__member *member) {
  struct acr__member held = {0};
  lend(member, &held);
  struct acr__member *copy = acr__member_at(b->judge, member->number, member->id);
  lend(&held, copy);
  return copy;
}

static void drop_members(acr_engine *judge, acr__span subject) {
  struct acr__member *own = acr__roster_find(&judge->by_id, judge->by_number, subject);
  if (own) acr__member_drop(judge, own);
  for (uint32_t n = 0; judge->loaded_count && n < judge->number_cap; n++) // who was merged has led to another
    if (judge->by_number[n]) acr__member_drop(judge, judge->by_number[n]);
}

static bool judge_event(struct acr__beside *b, struct acr__judgement *j, struct acr__case *c, struct acr__reject *reject) {
  struct acr__release *owner = NULL;
  if (!acr__case_begin(c, j, b->release, j->root, reject)) return false;
  if (j->root->kind == ACR_EVENT_ADJUST) {
    j->account = acr__account_resolve(j->releases, 1, j->root->account, &owner, j->arena, reject);
    if (reject->code) return false;
    if (owner) j->owner = owner;
  }
  return acr__event_known(j, reject) && acr__judge(b->judge, j, c, reject);
}

static void note(char **first, const struct acr__record *record, const char *code, const char *why) {
  acr__buf text = {0};
  if (*first) return;
  acr__buf_printf(&text, "record %llu: %s%s%s", (unsigned long long)record->seq, code, *code ? ": " : "", why ? why : "");
  *first = strndup((const char *)text.ptr, text.len);
  acr__buf_free(&text);
}

static void judge_line(struct acr__beside *b, const struct acr__record *record, const struct acr__event *event, acr__span line) {
  acr_engine *judge = b->judge;
  int names = acr__names_count(judge->names);
  struct acr__reject reject = {0};
  struct acr__judgement j = {.engine = judge, .arena = judge->arena, .root = event, .seq = record->seq, .account = -1, .line = line};
  struct acr__case *c = ACR__NEW(j.arena, struct acr__case);
  struct acr__member *member = acr__member_find(b->base, event->subject), *copy = member ? copy_of(b, member) : NULL;
  j.releases = ACR__NEW_N(j.arena, struct acr__release *, 1);
  j.releases[0] = b->release;
  j.release_count = 1;
  bool good = judge_event(b, &j, c, &reject);
  acr__beside_compare(b, record, good ? &judge->ops : NULL);
  if (!good && j.failed) {
    acr__budget_undo(judge);
    b->sums.failed++;
    note(&b->sums.failure, record, "", j.failed);
  } else if (!good) {
    b->sums.refused++;
    note(&b->sums.refusal, record, reject.code ? reject.code : "refused", reject.message);
  }
  if (copy) {
    copy = acr__member_at(judge, member->number, member->id); // an undone event has made it anew
    acr__series_undo(judge, copy);
    lend(copy, member);
  }
  if (!good) judge->ops.count = 0;
  drop_members(judge, event->subject);
  acr__names_cut(judge->names, names);
  acr__buf_free(&j.derived_data);
  acr__buf_free(&j.hook_data);
}

void acr__beside_judge(struct acr__beside *b, const struct acr__record *record) {
  struct acr__payload payload;
  struct acr__reject reject = {0};
  if (!acr__payload_read(record->payload, &payload)) return; // erased meanwhile
  take_place(b, record);
  b->sums.judged++;
  const struct acr__event *event = read_event(b, record, payload.line, &reject);
  if (!event) {
    acr__beside_compare(b, record, NULL);
    b->sums.refused++;
    note(&b->sums.refusal, record, reject.code, reject.message);
    return;
  }
  if (!wakes(event)) return;
  judge_line(b, record, event, payload.line);
  b->judged = true;
}

static bool is_own_series(const struct acr__beside *b, int64_t number) {
  const struct acr__plan *plan = b->release->plan;
  for (int i = 0; i < plan->series_count; i++)
    if (plan->series[i].kind != ACR_SERIES_FACTS && b->release->series[i] == number) return true;
  return false;
}

void acr__beside_own(struct acr__beside *b, const struct acr__record *record) {
  struct acr__member *member = acr__member_whole(b->base, acr__member_at(b->base, record->member, (acr__span){NULL, 0}));
  const struct acr__ops *ops = &b->judge->ops;
  for (int i = 0; member && i < ops->count; i++) {
    const struct acr__op *op = &ops->all[i];
    bool series = (op->kind == ACR_OP_FACT || op->kind == ACR_OP_VALUE) && is_own_series(b, op->v[0]);
    if (series || op->kind == ACR_OP_REACHED) acr__member_apply(member, op, record->seq);
  }
}
