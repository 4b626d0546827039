// A clock: everybody's due work, boundary by boundary, members in order of their number.
//
// When each member's next piece is due is kept in memory once there was a clock; without clocks members are looked at when they come.
#include "base/mem.h"
#include "engine/due.h"
#include <stdlib.h>
#include <string.h>

struct turn {
  acr__time at;
  uint32_t member;
};

struct acr__clock {
  acr__time *next; // by member number; ACR_TIME_MIN = not looked at, ACR_TIME_MAX = never; owned
  uint32_t cap;
  bool unknown;       // somebody was not looked at
  struct turn *turns; // a heap of those who are due, earliest first; owned
  size_t count, room;
  acr__time upto; // of the clock under way; ACR_TIME_MIN = none
};

static bool before(const struct turn *a, const struct turn *b) {
  return a->at != b->at ? a->at < b->at : a->member < b->member;
}

static void push(struct acr__clock *clock, struct turn turn) {
  if (clock->count == clock->room) {
    clock->room = clock->room ? clock->room * 2 : 1024;
    clock->turns = acr__mem_resize(clock->turns, clock->room * sizeof *clock->turns);
  }
  size_t i = clock->count++;
  for (; i && before(&turn, &clock->turns[(i - 1) / 2]); i = (i - 1) / 2)
    clock->turns[i] = clock->turns[(i - 1) / 2];
  clock->turns[i] = turn;
}

static struct turn pop(struct acr__clock *clock) {
  struct turn first = clock->turns[0], last = clock->turns[--clock->count];
  size_t i = 0;
  for (size_t child; (child = 2 * i + 1) < clock->count; i = child) {
    if (child + 1 < clock->count && before(&clock->turns[child + 1], &clock->turns[child])) child++;
    if (!before(&clock->turns[child], &last)) break;
    clock->turns[i] = clock->turns[child];
  }
  if (clock->count) clock->turns[i] = last;
  return first;
}

static void room_for(struct acr__clock *clock, uint32_t number) {
  if (number < clock->cap) return;
  uint32_t cap = clock->cap ? clock->cap * 2 : 1024;
  while (cap <= number)
    cap *= 2;
  clock->next = acr__mem_resize(clock->next, cap * sizeof *clock->next);
  for (uint32_t n = clock->cap; n < cap; n++)
    clock->next[n] = ACR_TIME_MIN;
  clock->cap = cap;
}

static void note(struct acr__clock *clock, uint32_t number, acr__time at) {
  room_for(clock, number);
  clock->next[number] = at;
  if (at != ACR_TIME_MAX && at <= clock->upto) push(clock, (struct turn){at, number});
}

void acr__clock_note(acr_engine *engine, struct acr__member *member) {
  if (engine->clock) note(engine->clock, member->number, acr__due_time(engine, member));
}

void acr__clock_forget(acr_engine *engine) {
  struct acr__clock *clock = engine->clock;
  if (!clock) return;
  for (uint32_t n = 0; n < clock->cap; n++)
    clock->next[n] = ACR_TIME_MIN;
  clock->unknown = true;
}

static bool look(void *arg, uint32_t number, acr__span id, acr__span state) {
  acr_engine *engine = arg;
  struct acr__clock *clock = engine->clock;
  bool in_memory = number < engine->number_cap && engine->by_number[number];
  if (in_memory || (number < clock->cap && clock->next[number] != ACR_TIME_MIN)) return true;
  struct acr__member *member = acr__member_decode(number, id, state);
  if (!member) return true; // damaged: whoever asks for it will hear of it
  note(clock, number, acr__due_time(engine, member));
  acr__member_free(member);
  return true;
}

// After a start or a change of releases: everybody once, those in the view without keeping them in memory.
static void look_at_all(acr_engine *engine) {
  for (uint32_t n = 0; n < engine->number_cap; n++)
    if (engine->by_number[n]) note(engine->clock, n, acr__due_time(engine, engine->by_number[n]));
  acr__ledger_each_member(engine->ledger, look, engine);
  engine->clock->unknown = false;
}

// The state of the batch is made durable when so much has gathered: a year's end concerns everybody at once.
static bool flush(acr_engine *engine) {
  enum { FLUSH_BYTES = 1 << 20 };
  return engine->filling->records.len < FLUSH_BYTES || acr__batch_flush(engine);
}

static struct acr__clock *ready(acr_engine *engine) {
  if (!engine->clock) {
    engine->clock = calloc(1, sizeof *engine->clock);
    if (!engine->clock) acr__mem_exhausted(sizeof *engine->clock);
    engine->clock->upto = ACR_TIME_MIN;
    engine->clock->unknown = true;
  }
  if (engine->clock->unknown) look_at_all(engine);
  return engine->clock;
}

uint32_t *acr__clock_members(acr_engine *engine, acr__time upto, size_t *count) {
  const struct acr__clock *clock = ready(engine);
  uint32_t *out = acr__mem_alloc((clock->cap + (size_t)1) * sizeof *out);
  *count = 0;
  for (uint32_t n = 0; n < clock->cap; n++)
    if (clock->next[n] != ACR_TIME_MIN && clock->next[n] <= upto && clock->next[n] != ACR_TIME_MAX) out[(*count)++] = n;
  return out;
}

void acr__clock_run(acr_engine *engine, acr__time upto, struct acr__clock_sum *sum) {
  uint64_t ran = engine->due_ran, parked = engine->due_parked;
  struct acr__clock *clock = ready(engine);
  clock->count = 0;
  clock->upto = upto;
  for (uint32_t n = 0; n < clock->cap; n++) {
    acr__time at = clock->next[n];
    if (at != ACR_TIME_MIN && at != ACR_TIME_MAX && at <= upto) push(clock, (struct turn){at, n});
  }
  bool going = true;
  while (going && clock->count) {
    struct turn turn = pop(clock);
    if (clock->next[turn.member] != turn.at) continue; // it has had its turn, or has another one
    struct acr__member *member = acr__member_at(engine, turn.member, (acr__span){NULL, 0});
    clock->next[turn.member] = ACR_TIME_MAX;
    if (member && !acr__due_step(engine, member, turn.at)) acr__clock_note(engine, member);
    going = flush(engine);
  }
  clock->upto = ACR_TIME_MIN;
  sum->ran = (int64_t)(engine->due_ran - ran);
  sum->parked = (int64_t)(engine->due_parked - parked);
}

void acr__clock_free(acr_engine *engine) {
  if (!engine->clock) return;
  free(engine->clock->next);
  free(engine->clock->turns);
  free(engine->clock);
}
