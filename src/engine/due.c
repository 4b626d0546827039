// The table of due work, and running it.
#include "base/decimal.h"
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

#define NAMED(name) name, ACR__SPAN_LIT("due." name), ACR__SPAN_LIT("due/" name "/")
#define HEARD(raised) 1u << ACR_RAISED_##raised

// In the order of domain M11: maintenance; levels, segments, tags and offers that expire; points that expire or roll over; days of
// the calendar; then what was raised for later.
static const struct acr__due_row rows[] = {
    {ACR_DUE_REVIEW, NAMED("review"), ACR_LISTENS_REVIEW, false, true, acr__due_review, acr__review_run},
    {ACR_DUE_LEVEL_WARN, NAMED("level_warning"), HEARD(LEVEL_EXPIRING), true, true, acr__due_level_warn, acr__level_warn_run},
    {ACR_DUE_LEVEL_END, NAMED("level_end"), ACR_LISTENS_END, false, true, acr__due_level_end, acr__level_end_run},
    {ACR_DUE_OFFER_WARN, NAMED("offer_expiring"), HEARD(OFFER_EXPIRING), false, true, acr__due_offer_warn, acr__due_offer_warned},
    {ACR_DUE_OFFER_END, NAMED("offer_expired"), 0, false, true, acr__due_offer_end, acr__due_offer_ended},
    {ACR_DUE_EXPIRING, NAMED("expiring"), HEARD(POINTS_EXPIRING), true, true, acr__due_expiring, NULL},
    {ACR_DUE_HOLD, NAMED("hold"), 0, false, true, acr__due_hold, acr__due_hold_run},
    {ACR_DUE_LOTS, NAMED("lots"), 0, false, true, acr__due_lots, acr__due_lots_run},
    {ACR_DUE_IDLE, NAMED("inactivity"), ACR_LISTENS_IDLE, true, true, acr__due_idle, acr__due_idle_run},
    {ACR_DUE_YEARLY, NAMED("yearly"), ACR_LISTENS_IDLE, true, true, acr__due_yearly, acr__due_yearly_run},
    {ACR_DUE_ANNIVERSARY, NAMED("anniversary"), HEARD(MEMBER_ANNIVERSARY), true, true, acr__due_anniversary, NULL},
    {ACR_DUE_BIRTHDAY, NAMED("birthday"), HEARD(MEMBER_BIRTHDAY), true, true, acr__due_birthday, NULL},
    {ACR_DUE_PENDING, NAMED("event"), 0, true, false, next_pending, NULL},
    {ACR_DUE_PENDING_LINK, NAMED("link"), 0, true, false, next_pending, acr__emit_pending},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

const struct acr__due_row *acr__due_row_of(int64_t kind) {
  for (size_t i = 0; i < ROWS; i++)
    if ((int64_t)rows[i].kind == kind) return &rows[i];
  return NULL;
}

bool acr__due_look(acr_engine *engine, struct acr__member *member, const struct acr__due *ran) {
  bool undone = false;
  member->due_next = ACR_TIME_MAX;
  member->due_epoch = engine->due_epoch;
  bool none = member->into || (engine->erased_aside && acr__member_erased(member));
  for (uint32_t i = 0; i < ROWS && !none; i++) {
    if (rows[i].listens && !(engine->listens & rows[i].listens)) continue;
    struct acr__due due = {.row = &rows[i]};
    if (!rows[i].next(engine, member, &due)) continue;
    undone = undone || (ran && ran->row == due.row && due.at <= ran->at && due.subject == ran->subject);
    if (due.at >= member->due_next) continue;
    member->due_next = due.at;
    member->due_row = i;
    member->due_subject = due.subject;
  }
  return undone;
}

acr__time acr__due_time(acr_engine *engine, struct acr__member *member) {
  if (member->due_epoch != engine->due_epoch) acr__due_look(engine, member, NULL);
  return member->due_next;
}

void acr__due_changed(acr_engine *engine, struct acr__member *member, bool looked) {
  if (!looked) member->due_epoch = 0;
  acr__clock_note(engine, member);
}

// The member's next piece, which is known.
static struct acr__due next_piece(acr_engine *engine, const struct acr__member *member) {
  struct acr__due due = {.row = &rows[member->due_row], .at = member->due_next, .subject = member->due_subject};
  if (!due.row->run || due.row->kind == ACR_DUE_PENDING_LINK) due.row->next(engine, member, &due); // for the event that it is
  return due;
}

// Parts one behind the other: a run over everybody makes one of these a member, for which printf is slow.
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

static acr__digest digest_of(const acr_engine *engine, acr__span id) {
  return acr__digest_pair(&engine->key, ACR__SPAN_LIT("accrue"), id);
}

// "due/birthday/m-42/2026-03-01T05:00:00Z", with the subject where there is one.
static acr__span id_of(acr_engine *engine, const struct acr__member *member, const struct acr__due *due, acr__span stamp,
                       acr__digest *digest) {
  enum { SHOWN_MAX = 512 };
  char number[24], subject[32];
  acr__span name = member->id;
  const acr__span slash = ACR__SPAN_LIT("/");
  if (name.len > SHOWN_MAX) {
    snprintf(number, sizeof number, "#%u", member->number);
    name = acr__span_of(number);
  }
  size_t digits = due->subject ? (size_t)acr__decimal_format(due->subject, 0, subject) : 0;
  const acr__span parts[] = {due->row->path, name, slash, stamp, slash, {subject, digits}};
  acr__span id = joined(engine->arena, parts, due->subject ? 6 : 4);
  *digest = digest_of(engine, id);
  acr__fetch_id(engine, *digest);
  return id;
}

// The same with the record's own number, where a piece of that name has been before (points that came late expire in a piece of
// their own).
static acr__span id_anew(acr_engine *engine, acr__span id, acr__digest *digest) {
  if (!acr__find_id(engine, *digest)) return id;
  id = acr__span_of(acr__arena_printf(engine->arena, "%s/%llu", id.ptr, (unsigned long long)engine->last_seq + 1));
  *digest = digest_of(engine, id);
  return id;
}

// A piece that is an event: that of the member's list has its place in the log for an id, as it was given out there.
static acr__span event_line(acr_engine *engine, const struct acr__member *member, const struct acr__due *due, acr__span type,
                            acr__span stamp) {
  const struct acr__pending *pending = due->pending;
  acr__digest digest;
  acr__span id, cause = {NULL, 0};
  if (pending) {
    id = acr__span_of(acr__arena_printf(engine->arena, "%llu.%d", (unsigned long long)pending->seq, pending->index));
    cause = acr__span_of(acr__arena_printf(engine->arena, "%llu", (unsigned long long)pending->seq));
  } else {
    id = id_anew(engine, id_of(engine, member, due, stamp, &digest), &digest);
  }
  return acr__sent_line(engine, engine->arena, id, type, member->id, due->at, due->data, cause, pending ? pending->depth : 0);
}

static void send(acr_engine *engine, struct acr__member *member, const struct acr__due *due) {
  struct acr__due own = *due;
  struct acr__pending pending;
  struct acr__sent sent = {.member = member, .due = &own, .timed = due->row->timed, .depth = due->pending ? due->pending->depth : 0};
  char stamp[40];
  acr__span at = {stamp, (size_t)acr__time_format(due->at, stamp)};
  if (due->pending) { // its place in the member's list does not outlive it
    pending = *due->pending;
    own.pending = &pending;
    own.data = pending.data = acr__arena_span(engine->arena, pending.data);
  }
  if (due->row->run && !due->pending) {
    acr__digest digest;
    acr__span id = id_of(engine, member, due, at, &digest);
    acr__sent_work(engine, &sent, at); // meanwhile the place of the id is brought near
    acr__sent_name(engine, &sent, id_anew(engine, id, &digest), digest, at);
  } else {
    sent.line = event_line(engine, member, &own, due->row->run ? due->row->type : due->type, at);
  }
  engine->due_parked += !acr__sent_take(engine, &sent);
  engine->due_ran++;
}

static void run(acr_engine *engine, struct acr__member *member, const struct acr__due *due) {
  acr__arena *held = engine->arena;
  engine->arena = engine->spare ? engine->spare : acr__arena_new(16 * 1024);
  engine->spare = NULL; // what it sends may be due work in turn
  send(engine, member, due);
  acr__arena_reset(engine->arena);
  acr__arena_free(engine->spare);
  engine->spare = engine->arena;
  engine->arena = held;
  engine->ops.count = 0; // what comes next is a decision of its own
}

bool acr__due_step(acr_engine *engine, struct acr__member *member, acr__time upto) {
  uint32_t number = member->number;
  acr__time boundary = acr__due_time(engine, member);
  if (boundary > upto || boundary == ACR_TIME_MAX) return false;
  struct acr__due last = {0};
  while (member && acr__due_time(engine, member) == boundary) {
    struct acr__due due = next_piece(engine, member);
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
