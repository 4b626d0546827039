// A clock: everybody's due work, boundary by boundary, members in order of their number. It may be done in slices, between which
// events are judged: whoever has one has what is due done before it, and what that changes joins the work that is left.
//
// When each member's next piece is due is kept in memory once there was a clock; without clocks members are looked at when they come.
#include "base/mem.h"
#include "engine/due.h"
#include "engine/turns.h"
#include <stdlib.h>
#include <string.h>

enum { SUMS = 8 };                          // clocks that may be under way, or never came
enum { AHEAD_MEMBER = 6, AHEAD_PARTS = 3 }; // turns by which what one needs is brought near

struct acr__clock {
  acr__time *next; // by member number; ACR_TIME_MIN = not looked at, ACR_TIME_MAX = never; owned
  uint32_t cap;
  uint32_t hand; // the next member to look at; beyond the last = everybody was
  struct acr__turns turns;
  acr__time upto;       // of the clock under way; ACR_TIME_MIN = none
  acr__time done;       // of the last one that came to its end
  struct sum {          // in slices, ahead of a clock of that time
    acr__time of;
    uint64_t ran, parked;
  } sums[SUMS];
  unsigned newest;
};

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
  if (at != ACR_TIME_MAX && at <= clock->upto) acr__turns_add(&clock->turns, (struct acr__turn){at, number});
}

void acr__clock_note(acr_engine *engine, struct acr__member *member) {
  if (engine->clock) note(engine->clock, member->number, acr__due_time(engine, member));
}

void acr__clock_forget(acr_engine *engine) {
  struct acr__clock *clock = engine->clock;
  if (!clock) return;
  for (uint32_t n = 0; n < clock->cap; n++)
    clock->next[n] = ACR_TIME_MIN;
  clock->hand = 0;
}

// Hardly anything of a member is in a cache when his turn comes, and each place would be waited for.
static void fetch_two(const acr_engine *engine, uint32_t member, uint32_t parts) {
  acr__fetch_member(engine, member, false);
  acr__fetch_member(engine, parts, true);
}

// One who is in the view alone is kept when his turn comes by `upto`, as far as there is room for him.
static void look(acr_engine *engine, uint32_t number, acr__time upto) {
  struct acr__clock *clock = engine->clock;
  struct acr__member *member = number < engine->number_cap ? engine->by_number[number] : NULL;
  acr__buf id = {0}, state = {0};
  bool loaded = !member;
  if (!member && number < clock->cap && clock->next[number] != ACR_TIME_MIN) return;
  if (!member && acr__ledger_load_number(engine->ledger, number, &id, &state))
    member = acr__member_decode(number, (acr__span){(const char *)id.ptr, id.len}, (acr__span){(const char *)state.ptr, state.len});
  if (member) note(clock, number, acr__due_time(engine, member)); // a damaged one: whoever asks for it will hear of it
  if (loaded && member) {
    if (!engine->of && clock->next[number] <= upto && engine->loaded_bytes < engine->options.member_bytes_max)
      acr__member_keep(engine, member);
    else
      acr__member_free(member);
  }
  acr__buf_free(&id);
  acr__buf_free(&state);
}

// After a start or a change of releases: everybody once. false = more are left.
static bool look_on(acr_engine *engine, uint32_t limit, acr__time upto) {
  struct acr__clock *clock = engine->clock;
  for (; limit && clock->hand <= engine->last_member; limit--) {
    fetch_two(engine, clock->hand + AHEAD_MEMBER, clock->hand + AHEAD_PARTS);
    look(engine, clock->hand++, upto);
  }
  return clock->hand > engine->last_member;
}

// The state of the batch is made durable when so much has gathered: a year's end concerns everybody at once.
static bool flush(acr_engine *engine) {
  enum { FLUSH_BYTES = 1 << 20 };
  return engine->filling->records.len < FLUSH_BYTES || acr__batch_flush(engine);
}

static struct acr__clock *clock_of(acr_engine *engine) {
  if (!engine->clock) {
    engine->clock = calloc(1, sizeof *engine->clock);
    if (!engine->clock) acr__mem_exhausted(sizeof *engine->clock);
    engine->clock->upto = engine->clock->done = ACR_TIME_MIN;
    for (unsigned i = 0; i < SUMS; i++)
      engine->clock->sums[i].of = ACR_TIME_MIN;
  }
  return engine->clock;
}

uint32_t *acr__clock_members(acr_engine *engine, acr__time upto, size_t *count) {
  const struct acr__clock *clock = clock_of(engine);
  look_on(engine, UINT32_MAX, ACR_TIME_MIN);
  uint32_t *out = acr__mem_alloc((clock->cap + (size_t)1) * sizeof *out);
  *count = 0;
  for (uint32_t n = 0; n < clock->cap; n++)
    if (clock->next[n] != ACR_TIME_MIN && clock->next[n] <= upto && clock->next[n] != ACR_TIME_MAX) out[(*count)++] = n;
  return out;
}

static void begin(struct acr__clock *clock, acr__time upto) {
  acr__turns_clear(&clock->turns);
  clock->upto = upto;
  for (uint32_t n = 0; n < clock->cap; n++) {
    acr__time at = clock->next[n];
    if (at != ACR_TIME_MIN && at != ACR_TIME_MAX && at <= upto) acr__turns_know(&clock->turns, (struct acr__turn){at, n});
  }
  acr__turns_begin(&clock->turns);
}

// One boundary of the member whose turn it is; false = nobody's.
static bool one(acr_engine *engine) {
  struct acr__clock *clock = engine->clock;
  struct acr__turn turn;
  if (!acr__turns_take(&clock->turns, &turn)) return false;
  fetch_two(engine, acr__turns_ahead(&clock->turns, AHEAD_MEMBER), acr__turns_ahead(&clock->turns, AHEAD_PARTS));
  if (clock->next[turn.member] != turn.at) return true; // it has had its turn, or has another one
  struct acr__member *member = acr__member_at(engine, turn.member, (acr__span){NULL, 0});
  clock->next[turn.member] = ACR_TIME_MAX;
  if (member && !acr__due_step(engine, member, turn.at)) acr__clock_note(engine, member);
  return true;
}

static struct sum *sum_of(struct acr__clock *clock, acr__time of) {
  for (unsigned i = 0; i < SUMS; i++)
    if (clock->sums[i].of == of) return &clock->sums[i];
  return NULL;
}

static void count(struct acr__clock *clock, acr__time of, uint64_t ran, uint64_t parked) {
  struct sum *sum = sum_of(clock, of);
  if (!sum) {
    clock->newest = (clock->newest + 1) % SUMS;
    sum = &clock->sums[clock->newest];
    *sum = (struct sum){.of = of};
  }
  sum->ran += ran;
  sum->parked += parked;
}

bool acr__clock_look(acr_engine *engine, uint32_t members) {
  clock_of(engine);
  return !look_on(engine, members, ACR_TIME_MIN);
}

bool acr__clock_busy(const acr_engine *engine, acr__time upto) {
  return engine->clock && engine->clock->upto != ACR_TIME_MIN && engine->clock->upto != upto;
}

bool acr__clock_slice(acr_engine *engine, acr__time of, acr__time upto, size_t pieces) {
  enum { LOOKS_PER_PIECE = 8 };
  uint64_t ran = engine->due_ran, parked = engine->due_parked;
  struct acr__clock *clock = clock_of(engine);
  if (!look_on(engine, (uint32_t)pieces * LOOKS_PER_PIECE, upto)) return true;
  if (clock->upto != upto) begin(clock, upto);
  size_t left = pieces;
  while (left && one(engine))
    left--;
  if (of != ACR_TIME_MIN) count(clock, of, engine->due_ran - ran, engine->due_parked - parked);
  if (acr__turns_any(&clock->turns)) return true;
  clock->upto = ACR_TIME_MIN;
  return false;
}

void acr__clock_run(acr_engine *engine, acr__time upto, struct acr__clock_sum *sum) {
  uint64_t ran = engine->due_ran, parked = engine->due_parked;
  struct acr__clock *clock = clock_of(engine);
  look_on(engine, UINT32_MAX, upto);
  begin(clock, upto);
  while (one(engine) && flush(engine)) {
  }
  clock->upto = ACR_TIME_MIN;
  *sum = (struct acr__clock_sum){(int64_t)(engine->due_ran - ran), (int64_t)(engine->due_parked - parked)};
}

void acr__clock_done(acr_engine *engine, acr__time of, acr__time upto, struct acr__clock_sum *sum) {
  struct acr__clock *clock = clock_of(engine);
  struct sum *ahead = sum_of(clock, of);
  if (ahead) {
    sum->ran += (int64_t)ahead->ran;
    sum->parked += (int64_t)ahead->parked;
    *ahead = (struct sum){.of = ACR_TIME_MIN};
  }
  if (upto > clock->done) clock->done = upto;
}

acr__time acr__clock_last(const acr_engine *engine) {
  return engine->clock ? engine->clock->done : ACR_TIME_MIN;
}

void acr__clock_free(acr_engine *engine) {
  if (!engine->clock) return;
  free(engine->clock->next);
  acr__turns_free(&engine->clock->turns);
  free(engine->clock);
}
