#include "member/lots.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

#define LOT_BYTES_MAX 90 // nine integers of at most ten bytes
#define LOT_BYTES_ROOM 24 // for one or two of the usual lots: a million members have it each

void acr__lots_free(struct acr__lots *lots) {
  free(lots->ptr);
  *lots = (struct acr__lots){0};
}

static void reserve(struct acr__lots *lots, uint32_t more) {
  if (lots->cap - lots->len >= more) return;
  lots->cap = lots->len + lots->len / 8 + more + LOT_BYTES_ROOM;
  lots->ptr = acr__mem_resize(lots->ptr, lots->cap);
}

static uint32_t put(uint8_t *at, uint64_t value) {
  uint32_t n = 0;
  while (value >= 0x80) {
    at[n++] = (uint8_t)(value | 0x80);
    value >>= 7;
  }
  at[n++] = (uint8_t)value;
  return n;
}

static uint64_t zigzag(int64_t value) {
  return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

// Times are stored in seconds where they are whole ones, which halves them: the low bit says which.
static uint64_t pack_time(int64_t us) {
  return us % ACR_SECOND_US == 0 ? zigzag(us / ACR_SECOND_US) << 1 : (zigzag(us) << 1) | 1;
}

static int64_t unzigzag(uint64_t value) {
  return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static int64_t unpack_time(uint64_t value) {
  int64_t n = unzigzag(value >> 1);
  return value & 1 ? n : n * ACR_SECOND_US;
}

static void note_expiry(struct acr__lots *lots, acr__time expires) {
  if (expires == ACR_TIME_MAX || (lots->dated && expires >= lots->soonest)) return;
  lots->dated = true;
  lots->soonest = expires;
}

// What was taken may have been the first to expire: who asks finds the next one.
static void look_again(struct acr__lots *lots) {
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  lots->dated = lots->unsure = false;
  while (acr__lots_next(lots, &at, &lot))
    note_expiry(lots, lot.expires);
}

acr__time acr__lots_soonest(const struct acr__lots *lots) {
  if (lots->unsure) look_again((struct acr__lots *)lots);
  return lots->dated ? lots->soonest : ACR_TIME_MAX;
}

// Behind a lot of that record and earning time. At most LOT_BYTES_MAX.
static uint32_t pack(uint8_t *at, uint64_t seq, acr__time earned, const struct acr__lot *lot) {
  uint8_t *p = at;
  p += put(p, zigzag((int64_t)(lot->seq - seq)));
  p += put(p, (uint64_t)lot->index);
  p += put(p, (uint64_t)lot->account);
  p += put(p, (uint64_t)lot->source);
  p += put(p, pack_time(lot->earned - earned));
  p += put(p, lot->expires == ACR_TIME_MAX ? 0 : pack_time(lot->expires - lot->earned) + 1);
  p += put(p, (uint64_t)lot->granted);
  p += put(p, (uint64_t)(lot->granted - lot->remaining));
  return (uint32_t)(p - at);
}

void acr__lots_add(struct acr__lots *lots, const struct acr__lot *lot) {
  uint8_t bytes[LOT_BYTES_MAX]; // most lots take a fifth of that
  uint32_t len = pack(bytes, lots->last_seq, lots->last_earned, lot);
  reserve(lots, len);
  memcpy(lots->ptr + lots->len, bytes, len);
  lots->len += len;
  lots->last_seq = lot->seq;
  lots->last_earned = lot->earned;
  lots->count++;
  note_expiry(lots, lot->expires);
}

static uint64_t get(const uint8_t **at) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    uint8_t byte = *(*at)++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

bool acr__lots_next(const struct acr__lots *lots, struct acr__lots_at *at, struct acr__lot *out) {
  if (at->offset >= lots->len) return false;
  const uint8_t *p = lots->ptr + at->offset;
  out->seq = at->seq + (uint64_t)unzigzag(get(&p));
  out->index = (int64_t)get(&p);
  out->account = (int64_t)get(&p);
  out->source = (int64_t)get(&p);
  out->earned = at->earned + unpack_time(get(&p));
  uint64_t expires = get(&p);
  out->expires = expires ? out->earned + unpack_time(expires - 1) : ACR_TIME_MAX;
  out->granted = (int64_t)get(&p);
  out->remaining = out->granted - (int64_t)get(&p);
  at->offset = (uint32_t)(p - lots->ptr);
  at->seq = out->seq;
  at->earned = out->earned;
  return true;
}

// Puts `count` lots in place of the bytes from where `before` stands to `end`.
static void splice(struct acr__lots *lots, const struct acr__lots_at *before, uint32_t end, const struct acr__lot *fresh, int count) {
  uint8_t bytes[2 * LOT_BYTES_MAX];
  uint64_t seq = before->seq;
  acr__time earned = before->earned;
  uint32_t len = 0;
  for (int i = 0; i < count; i++) {
    len += pack(bytes + len, seq, earned, &fresh[i]);
    seq = fresh[i].seq;
    earned = fresh[i].earned;
  }
  if (end == lots->len) {
    lots->last_seq = seq;
    lots->last_earned = earned;
  }
  reserve(lots, len);
  memmove(lots->ptr + before->offset + len, lots->ptr + end, lots->len - end);
  memcpy(lots->ptr + before->offset, bytes, len);
  lots->len = lots->len - (end - before->offset) + len;
}

bool acr__lots_take(struct acr__lots *lots, uint64_t seq, int64_t index, int64_t points) {
  struct acr__lots_at at = {0}, before = {0};
  struct acr__lot fresh[2]; // the lot, and the one behind it, which is written by what stands before it
  if (points <= 0) return false;
  while (acr__lots_next(lots, &at, &fresh[0])) {
    if (fresh[0].seq == seq && fresh[0].index == index && fresh[0].remaining >= points) {
      fresh[0].remaining -= points;
      if (fresh[0].remaining > 0) {
        splice(lots, &before, at.offset, fresh, 1);
        return true;
      }
      lots->unsure = lots->unsure || (lots->dated && fresh[0].expires == lots->soonest);
      lots->count--;
      bool last = !acr__lots_next(lots, &at, &fresh[1]);
      splice(lots, &before, at.offset, fresh + 1, !last);
      return true;
    }
    before = at;
  }
  return false;
}

bool acr__lots_give(struct acr__lots *lots, const struct acr__lot *lot) {
  struct acr__lots fresh = {0};
  struct acr__lots_at at = {0};
  struct acr__lot one;
  bool found = false, good = lot->remaining > 0 && lot->remaining <= lot->granted;
  while (acr__lots_next(lots, &at, &one)) {
    if (one.seq == lot->seq && one.index == lot->index) {
      found = true;
      good = good && lot->remaining <= one.granted - one.remaining;
      one.remaining += lot->remaining;
    }
    acr__lots_add(&fresh, &one);
  }
  acr__lots_free(found && good ? lots : &fresh);
  if (found && good) *lots = fresh;
  if (!found && good) acr__lots_add(lots, lot);
  return good;
}

static int by_record(const void *a, const void *b) {
  const struct acr__lot *x = a, *y = b;
  if (x->seq != y->seq) return x->seq < y->seq ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

void acr__lots_merge(struct acr__lots *lots, const struct acr__lots *others) {
  size_t count = 0;
  struct acr__lot *all = acr__mem_resize(NULL, ((size_t)lots->count + others->count + 1) * sizeof *all);
  struct acr__lots fresh = {0};
  for (struct acr__lots_at at = {0}; acr__lots_next(lots, &at, &all[count]);)
    count++;
  for (struct acr__lots_at at = {0}; acr__lots_next(others, &at, &all[count]);)
    count++;
  qsort(all, count, sizeof *all, by_record);
  for (size_t i = 0; i < count; i++)
    acr__lots_add(&fresh, &all[i]);
  free(all);
  acr__lots_free(lots);
  *lots = fresh;
}

void acr__lots_encode(const struct acr__lots *lots, acr__buf *out) {
  acr__buf_varu(out, lots->count);
  acr__buf_varu(out, lots->last_seq);
  acr__buf_vari(out, lots->last_earned);
  acr__buf_span(out, (acr__span){(const char *)lots->ptr, lots->len});
}

// Every lot whole and possible, and just as many as were said: what reads lots later relies on it.
static bool sound(struct acr__lots *lots) {
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  uint32_t count = 0;
  while (acr__lots_next(lots, &at, &lot)) {
    count++;
    if (at.offset > lots->len || lot.index < 0 || lot.account < 0 || lot.source < 0 || lot.remaining <= 0 || lot.remaining > lot.granted)
      return false;
    note_expiry(lots, lot.expires);
  }
  return count == lots->count && at.seq == lots->last_seq && at.earned == lots->last_earned;
}

bool acr__lots_decode(acr__cursor *cur, struct acr__lots *lots) {
  lots->count = (uint32_t)acr__get_varu(cur);
  lots->last_seq = acr__get_varu(cur);
  lots->last_earned = acr__get_vari(cur);
  acr__span bytes = acr__get_span(cur);
  if (cur->bad) return false;
  // Slack behind the end keeps a damaged last integer inside the allocation.
  lots->len = (uint32_t)bytes.len;
  lots->cap = lots->len + LOT_BYTES_MAX;
  lots->ptr = acr__mem_resize(NULL, lots->cap);
  if (bytes.len) memcpy(lots->ptr, bytes.ptr, bytes.len);
  memset(lots->ptr + lots->len, 0, LOT_BYTES_MAX);
  if (!sound(lots)) return false;
  lots->cap = lots->len + LOT_BYTES_ROOM;
  lots->ptr = acr__mem_resize(lots->ptr, lots->cap);
  return true;
}
