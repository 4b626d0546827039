#include "engine/behind.h"
#include "base/mem.h"
#include "engine/engine.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  PUSH_ROUND = 256,        // members a call of the ledger
  SWEEP_BYTES = 256 << 20, // of the log; a member's state is written whole, so the more of its events one writing serves the better
  SWEEP_MS = 30000,        // and no sweep takes longer, so that little is taken up from the log after a crash of a slow day
  LARGE_BYTES = 64 << 10,  // a state that is not written again at every pause
  LARGE_REST = 16 << 20,   // of the log between two writings of it
};

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void acr__behind_free(struct acr__behind *behind) {
  free(behind->marks);
  *behind = (struct acr__behind){0};
}

// ---- who is dirty

static void mark(struct acr__behind *behind, uint32_t number) {
  if (number / 64 >= behind->mark_cap) {
    uint32_t cap = behind->mark_cap ? behind->mark_cap : 16;
    while (cap <= number / 64)
      cap *= 2;
    behind->marks = acr__mem_resize(behind->marks, cap * sizeof *behind->marks);
    memset(behind->marks + behind->mark_cap, 0, (cap - behind->mark_cap) * sizeof *behind->marks);
    behind->mark_cap = cap;
  }
  behind->marks[number / 64] |= UINT64_C(1) << number % 64;
}

void acr__member_dirty_again(acr_engine *engine, struct acr__member *member, acr__pos since) {
  struct acr__behind *behind = &engine->unwritten;
  struct acr__member *before = behind->last;
  while (before && before->dirty_since > since)
    before = before->dirty_prev;
  member->dirty_since = since;
  member->dirty_prev = before;
  member->dirty_next = before ? before->dirty_next : behind->first;
  *(member->dirty_next ? &member->dirty_next->dirty_prev : &behind->last) = member;
  *(before ? &before->dirty_next : &behind->first) = member;
  behind->count++;
  mark(behind, member->number);
}

void acr__member_dirty(acr_engine *engine, struct acr__member *member, acr__pos since) {
  if (!member->dirty_since) acr__member_dirty_again(engine, member, since);
}

void acr__member_clean(acr_engine *engine, struct acr__member *member) {
  struct acr__behind *behind = &engine->unwritten;
  if (!member->dirty_since) return;
  *(member->dirty_prev ? &member->dirty_prev->dirty_next : &behind->first) = member->dirty_next;
  *(member->dirty_next ? &member->dirty_next->dirty_prev : &behind->last) = member->dirty_prev;
  member->dirty_prev = member->dirty_next = NULL;
  member->dirty_since = 0;
  behind->count--;
  behind->marks[member->number / 64] &= ~(UINT64_C(1) << member->number % 64);
}

// ---- pushing

static void encode(acr_engine *engine, struct acr__member *member) {
  acr__member_encode(member, &engine->scratch);
  acr__member_clean(engine, member);
  size_t bytes = acr__member_bytes(member);
  engine->loaded_bytes += bytes - member->bytes;
  member->bytes = bytes;
}

static uint64_t push(acr_engine *engine, struct acr__member **members, const size_t *starts, size_t n) {
  const struct acr__behind *behind = &engine->unwritten;
  struct acr__member_blob blobs[PUSH_ROUND];
  blobs[0] = (struct acr__member_blob){0};
  for (size_t i = 0; i < n; i++)
    blobs[i] = (struct acr__member_blob){
        members[i]->number, members[i]->id, {(const char *)engine->scratch.ptr + starts[i], starts[i + 1] - starts[i]}, members[i]->was};
  acr__pos complete = behind->first && behind->first->dirty_since < engine->safe_end ? behind->first->dirty_since : engine->safe_end;
  uint64_t ticket = acr__ledger_push(engine->ledger, blobs, n, complete);
  for (size_t i = 0; i < n; i++) {
    members[i]->ticket = ticket;
    free((char *)members[i]->was.ptr);
    members[i]->was = (acr__span){NULL, 0};
  }
  if (engine->noted < engine->series_count && complete > engine->built_at) {
    acr__buf value = {0};
    engine->noted = engine->series_count;
    acr__buf_varu(&value, engine->noted);
    acr__ledger_note(engine->ledger, ACR__SPAN_LIT("built"), (acr__span){(const char *)value.ptr, value.len});
    acr__buf_free(&value);
  }
  return ticket;
}

uint64_t acr__members_push(acr_engine *engine, struct acr__member **members, size_t count) {
  size_t starts[PUSH_ROUND + 1];
  uint64_t ticket = 0;
  for (size_t at = 0; at < count;) {
    size_t n = 0;
    engine->scratch.len = 0;
    for (; n < PUSH_ROUND && at + n < count; n++) {
      starts[n] = engine->scratch.len;
      encode(engine, members[at + n]);
    }
    starts[n] = engine->scratch.len;
    ticket = push(engine, members + at, starts, n);
    at += n;
  }
  return ticket;
}

// Nothing of it is still on its way to the journal, so that the view can never be ahead of it.
static bool may(const acr_engine *engine, const struct acr__member *member, acr__pos large_before) {
  return member->applied < engine->safe_end && (member->bytes <= LARGE_BYTES || member->dirty_since < large_before);
}

bool acr__members_write(acr_engine *engine, acr__pos before, acr__pos large_before, size_t limit) {
  struct acr__member *members[PUSH_ROUND], *at = engine->unwritten.first;
  for (size_t n = 0;; at = at->dirty_next) {
    bool over = !at || at->dirty_since >= before;
    if (n == PUSH_ROUND || n == limit || (over && n)) {
      acr__members_push(engine, members, n);
      limit -= n;
      n = 0;
    }
    if (over || !limit) return !over;
    if (may(engine, at, large_before)) members[n++] = at;
  }
}

// ---- sweeps

static void begin(acr_engine *engine) {
  struct acr__behind *behind = &engine->unwritten;
  behind->from = engine->end;
  behind->at = 1;
  behind->began_ms = now_ms();
}

// Numbers before `to`, at most `limit` members. true = that far.
static bool sweep(acr_engine *engine, uint32_t to, acr__pos large_before, size_t limit) {
  struct acr__behind *behind = &engine->unwritten;
  struct acr__member *members[PUSH_ROUND];
  size_t n = 0;
  while (behind->at < to && limit) {
    uint64_t word = behind->at / 64 < behind->mark_cap ? behind->marks[behind->at / 64] >> behind->at % 64 : 0;
    if (!word) {
      behind->at = behind->at / 64 < behind->mark_cap ? (behind->at / 64 + 1) * 64 : to;
      continue;
    }
    behind->at += (uint32_t)__builtin_ctzll(word);
    if (behind->at >= to) break;
    struct acr__member *member = engine->by_number[behind->at++];
    if (!may(engine, member, large_before)) continue;
    members[n++] = member;
    limit--;
    if (n < PUSH_ROUND) continue;
    acr__members_push(engine, members, n);
    n = 0;
  }
  if (n) acr__members_push(engine, members, n);
  return behind->at >= to;
}

static void finish(acr_engine *engine) {
  struct acr__behind *behind = &engine->unwritten;
  behind->before = behind->from;
  behind->from = 0;
  behind->began_ms = now_ms();
}

void acr__behind_step(acr_engine *engine, size_t lines) {
  struct acr__behind *behind = &engine->unwritten;
  if (!behind->first) return;
  if (!behind->began_ms) behind->began_ms = now_ms();
  size_t limit = lines + lines / 4 + 16;
  acr__members_write(engine, behind->before, behind->before, limit);
  int64_t ms = now_ms() - behind->began_ms;
  if (!behind->from) {
    if (behind->first && (engine->end - behind->first->dirty_since > SWEEP_BYTES || ms > SWEEP_MS)) begin(engine);
    return;
  }
  uint64_t numbers = (uint64_t)engine->last_member + 1, to = numbers * (engine->end - behind->from) / SWEEP_BYTES;
  uint64_t by_time = numbers * (uint64_t)(ms > 0 ? ms : 0) / SWEEP_MS;
  if (to < by_time) to = by_time;
  if (to > numbers) to = numbers;
  if (sweep(engine, (uint32_t)to, engine->end, limit) && to == numbers) finish(engine);
}

bool acr__behind_idle(acr_engine *engine, size_t limit) {
  struct acr__behind *behind = &engine->unwritten;
  // A member with 100,000 purchases is megabytes of state: not at every pause between its events.
  acr__pos large = engine->end > LARGE_REST ? engine->end - LARGE_REST : 0;
  if (!behind->first) return false;
  if (!behind->from) begin(engine);
  if (!sweep(engine, engine->last_member + 1, large, limit)) return true;
  finish(engine);
  const struct acr__member *at = behind->first;
  while (at && !may(engine, at, large))
    at = at->dirty_next;
  return at != NULL;
}
