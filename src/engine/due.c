// The table of due work, and running it.
#include "engine/expiry.h"
#include "engine/levels.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

// Both rows of the list look at its first alone, so that what was raised first runs first.
static bool next_pending(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  const struct acr__pending *first = member->dues.pending;
  if (member->dues.pending_count == 0 || (first->link != 0) != (due->row->kind == ACR_DUE_PENDING_LINK)) return false;
  due->at = first->at;
  due->pending = first;
  due->type = acr__name_text(engine, first->type);
  due->data = first->data;
  return true;
}

// In the order of domain M11: maintenance; levels, segments, tags and offers that expire; points that expire or roll over; days of
// the calendar; then what was raised for later.
static const struct acr__due_row rows[] = {
    {ACR_DUE_REVIEW, "review", false, true, acr__due_review, acr__review_run},
    {ACR_DUE_LEVEL_WARN, "level_warning", true, true, acr__due_level_warn, acr__level_warn_run},
    {ACR_DUE_LEVEL_END, "level_end", false, true, acr__due_level_end, acr__level_end_run},
    {ACR_DUE_OFFER_WARN, "offer_expiring", false, true, acr__due_offer_warn, acr__due_offer_warned},
    {ACR_DUE_OFFER_END, "offer_expired", false, true, acr__due_offer_end, acr__due_offer_ended},
    {ACR_DUE_EXPIRING, "expiring", true, true, acr__due_expiring, NULL},
    {ACR_DUE_HOLD, "hold", false, true, acr__due_hold, acr__due_hold_run},
    {ACR_DUE_LOTS, "lots", false, true, acr__due_lots, acr__due_lots_run},
    {ACR_DUE_IDLE, "inactivity", true, true, acr__due_idle, acr__due_idle_run},
    {ACR_DUE_YEARLY, "yearly", true, true, acr__due_yearly, acr__due_yearly_run},
    {ACR_DUE_ANNIVERSARY, "anniversary", true, true, acr__due_anniversary, NULL},
    {ACR_DUE_BIRTHDAY, "birthday", true, true, acr__due_birthday, NULL},
    {ACR_DUE_PENDING, "event", true, false, next_pending, NULL},
    {ACR_DUE_PENDING_LINK, "link", true, false, next_pending, acr__emit_pending},
};

const struct acr__due_row *acr__due_row_of(int64_t kind) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if ((int64_t)rows[i].kind == kind) return &rows[i];
  return NULL;
}

bool acr__due_next(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  bool found = false;
  if (member->into) return false;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct acr__due one = {.row = &rows[i]};
    if (!rows[i].next(engine, member, &one) || (found && one.at >= due->at)) continue;
    *due = one;
    found = true;
  }
  return found;
}

static acr__time next_time(acr_engine *engine, struct acr__member *member) {
  if (member->due_epoch != engine->due_epoch) {
    struct acr__due due;
    member->due_next = acr__due_next(engine, member, &due) ? due.at : ACR_TIME_MAX;
    member->due_epoch = engine->due_epoch;
  }
  return member->due_next;
}

acr__time acr__due_time(acr_engine *engine, struct acr__member *member) {
  return next_time(engine, member);
}

void acr__due_changed(acr_engine *engine, struct acr__member *member) {
  member->due_epoch = 0;
  acr__clock_note(engine, member);
}

// Parts one behind the other; a run over everybody makes two of these a member, for which printf is slow.
static acr__span joined(acr__arena *arena, const acr__span *parts, int count) {
  size_t len = 0;
  for (int i = 0; i < count; i++)
    len += parts[i].len;
  char *text = acr__arena_alloc(arena, len + 1), *at = text;
  for (int i = 0; i < count; i++) {
    if (parts[i].len) memcpy(at, parts[i].ptr, parts[i].len);
    at += parts[i].len;
  }
  *at = 0;
  return (acr__span){text, len};
}

// "due/birthday/m-42/2026-03-01T05:00:00Z", with the subject where there is one, and the record's own number where a piece of the
// same name has been before (points that came late expire in a piece of their own).
static acr__span id_of(acr_engine *engine, const struct acr__member *member, const struct acr__due *due) {
  enum { SHOWN_MAX = 512 };
  char stamp[40], number[24];
  acr__time_format(due->at, stamp);
  acr__span name = member->id;
  if (name.len > SHOWN_MAX) {
    snprintf(number, sizeof number, "#%u", member->number);
    name = acr__span_of(number);
  }
  if (due->pending)
    return acr__span_of(acr__arena_printf(engine->arena, "%llu.%d", (unsigned long long)due->pending->seq, due->pending->index));
  const acr__span slash = ACR__SPAN_LIT("/");
  const acr__span parts[] = {ACR__SPAN_LIT("due/"), acr__span_of(due->row->name), slash, name, slash, acr__span_of(stamp)};
  acr__span id = joined(engine->arena, parts, sizeof parts / sizeof parts[0]);
  if (due->subject) id = acr__span_of(acr__arena_printf(engine->arena, "%s/%lld", id.ptr, (long long)due->subject));
  if (acr__find_id(engine, acr__digest_pair(&engine->key, ACR__SPAN_LIT("accrue"), id)))
    id = acr__span_of(acr__arena_printf(engine->arena, "%s/%llu", id.ptr, (unsigned long long)engine->last_seq + 1));
  return id;
}

static void run(acr_engine *engine, struct acr__member *member, const struct acr__due *due) {
  acr__arena *held = engine->arena;
  engine->arena = engine->spare ? engine->spare : acr__arena_new(16 * 1024);
  engine->spare = NULL; // what it sends may be due work in turn
  struct acr__due own = *due;
  struct acr__pending pending;
  if (due->pending) { // its place in the member's list does not outlive it
    pending = *due->pending;
    own.pending = &pending;
    own.data = pending.data = acr__arena_span(engine->arena, pending.data);
  }
  const acr__span work[] = {ACR__SPAN_LIT("due."), acr__span_of(due->row->name)};
  acr__span type = due->row->run ? joined(engine->arena, work, 2) : due->type;
  struct acr__sent sent = {.member = member, .due = &own, .timed = due->row->timed, .depth = due->pending ? due->pending->depth : 0};
  acr__span cause = {NULL, 0};
  if (due->pending) cause = acr__span_of(acr__arena_printf(engine->arena, "%llu", (unsigned long long)due->pending->seq));
  sent.line = acr__sent_line(engine->arena, id_of(engine, member, due), type, member->id, due->at, own.data, cause, sent.depth);
  bool good = acr__sent_take(engine, &sent);
  engine->due_ran++;
  engine->due_parked += !good;
  acr__arena_reset(engine->arena);
  acr__arena_free(engine->spare);
  engine->spare = engine->arena;
  engine->arena = held;
  engine->ops.count = 0; // what comes next is a decision of its own
}

bool acr__due_step(acr_engine *engine, struct acr__member *member, acr__time upto) {
  uint32_t number = member->number;
  acr__time boundary = next_time(engine, member);
  if (boundary > upto || boundary == ACR_TIME_MAX) return false;
  struct acr__due last = {0};
  while (member && next_time(engine, member) == boundary) {
    struct acr__due due;
    acr__due_next(engine, member, &due);
    assert(due.pending || due.row != last.row || due.subject != last.subject); // a row that does not heed its mark
    last = due;
    run(engine, member, &due);
    member = acr__member_at(engine, number, (acr__span){NULL, 0}); // a piece that was parked has made it anew
  }
  return true;
}

void acr__due_before(acr_engine *engine, acr__span id, acr__time upto) {
  struct acr__member *member = acr__member_find(engine, id);
  while (member && acr__due_step(engine, member, upto))
    member = acr__member_find(engine, id);
}
