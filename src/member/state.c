// A member's state as bytes, for the view.
#include "base/digest.h"
#include "base/mem.h"
#include "member/member.h"
#include <stdlib.h>

#define STATE_VERSION 2

// At the end of a state: a view's pages carry no checksums of their own.
enum { CHECK_BYTES = 8 };

void acr__member_encode(const struct acr__member *m, acr__buf *out) {
  size_t start = out->len;
  acr__buf_u8(out, STATE_VERSION);
  acr__buf_u64(out, m->applied);
  acr__buf_u64(out, m->prev);
  acr__buf_varu(out, m->into);
  acr__buf_varu(out, m->merged_count);
  for (uint32_t i = 0; i < m->merged_count; i++)
    acr__buf_varu(out, m->merged[i]);
  acr__buf_vari(out, m->joined);
  acr__buf_varu(out, (uint64_t)m->entries);
  acr__buf_varu(out, (uint64_t)m->events);
  acr__buf_u8(out, m->has_birthday);
  if (m->has_birthday) acr__buf_vari(out, acr__days_of(m->birthday));
  acr__buf_span(out, acr__span_of(m->zone ? acr__zone_name(m->zone) : NULL));
  acr__buf_span(out, acr__span_of(m->attributes));
  acr__links_encode(&m->links, out);
  acr__reached_encode(&m->reached, out);
  acr__returned_encode(&m->returned, out);
  acr__dues_encode(&m->dues, out);
  acr__terms_encode(&m->terms, out);
  acr__buf_varu(out, m->standing_count);
  for (uint32_t i = 0; i < m->standing_count; i++) {
    acr__buf_vari(out, m->standings[i].family);
    acr__buf_vari(out, m->standings[i].level);
    acr__buf_vari(out, m->standings[i].since);
    acr__buf_u8(out, (uint8_t)(m->standings[i].left | m->standings[i].back << 1));
  }
  acr__buf_varu(out, m->balance_count);
  for (uint32_t i = 0; i < m->balance_count; i++) {
    acr__buf_vari(out, m->balances[i].account);
    acr__buf_vari(out, m->balances[i].lots);
    acr__buf_vari(out, m->balances[i].debt);
    acr__buf_vari(out, m->balances[i].earned);
    acr__buf_vari(out, m->balances[i].spent);
    acr__buf_vari(out, m->balances[i].active);
  }
  acr__buf_varu(out, m->tag_count);
  for (uint32_t i = 0; i < m->tag_count; i++) {
    acr__buf_vari(out, m->tags[i].tag);
    acr__buf_vari(out, m->tags[i].count);
    acr__buf_vari(out, m->tags[i].expires);
  }
  acr__buf_varu(out, m->audience_count);
  for (uint32_t i = 0; i < m->audience_count; i++) {
    acr__buf_vari(out, m->audiences[i].audience);
    acr__buf_vari(out, m->audiences[i].until);
  }
  acr__offers_encode(m, out);
  acr__lots_encode(&m->lots, out);
  acr__buf_u8(out, m->locked);
  acr__holds_encode(&m->holds, out);
  acr__buf_varu(out, m->series_count);
  for (uint32_t i = 0; i < m->series_count; i++)
    acr__series_encode(&m->series[i], out);
  acr__buf_u64(out, acr__fast_hash(out->ptr + start, out->len - start));
}

// The length of an array that stands next; marks the cursor bad when it cannot be true.
static uint32_t count_of(acr__cursor *cur) {
  uint64_t n = acr__get_varu(cur);
  if (n > (uint64_t)(cur->end - cur->ptr)) cur->bad = true;
  return cur->bad ? 0 : (uint32_t)n;
}

static void decode_profile(struct acr__member *m, acr__cursor *cur) {
  m->applied = acr__get_u64(cur);
  m->prev = acr__get_u64(cur);
  m->into = (uint32_t)acr__get_varu(cur);
  m->merged_count = count_of(cur);
  m->merged = m->merged_count ? acr__mem_resize(NULL, m->merged_count * sizeof *m->merged) : NULL;
  for (uint32_t i = 0; i < m->merged_count; i++)
    m->merged[i] = (uint32_t)acr__get_varu(cur);
  m->joined = acr__get_vari(cur);
  m->entries = (int64_t)acr__get_varu(cur);
  m->events = (int64_t)acr__get_varu(cur);
  m->has_birthday = acr__get_u8(cur) != 0;
  if (m->has_birthday) m->birthday = acr__date_of((int32_t)acr__get_vari(cur));
  acr__span zone = acr__get_span(cur);
  m->zone = zone.len ? acr__zone_find(zone) : NULL;
  acr__member_set_attributes(m, acr__get_span(cur));
  acr__links_decode(cur, &m->links);
  acr__reached_decode(cur, &m->reached);
  acr__returned_decode(cur, &m->returned);
  acr__dues_decode(cur, &m->dues);
  acr__terms_decode(cur, &m->terms);
}

static void decode_arrays(struct acr__member *m, acr__cursor *cur) {
  m->standing_count = count_of(cur);
  m->standings = acr__mem_resize(NULL, (m->standing_count + 1) * sizeof *m->standings);
  for (uint32_t i = 0; i < m->standing_count; i++) {
    m->standings[i].family = (int32_t)acr__get_vari(cur);
    m->standings[i].level = (int32_t)acr__get_vari(cur);
    m->standings[i].since = acr__get_vari(cur);
    uint8_t flags = acr__get_u8(cur);
    m->standings[i].left = flags & 1;
    m->standings[i].back = flags >> 1 & 1;
  }
  m->balance_count = count_of(cur);
  m->balances = acr__mem_resize(NULL, (m->balance_count + 1) * sizeof *m->balances);
  for (uint32_t i = 0; i < m->balance_count; i++) {
    m->balances[i].account = (int32_t)acr__get_vari(cur);
    m->balances[i].lots = acr__get_vari(cur);
    m->balances[i].debt = acr__get_vari(cur);
    m->balances[i].earned = acr__get_vari(cur);
    m->balances[i].spent = acr__get_vari(cur);
    m->balances[i].active = acr__get_vari(cur);
  }
  m->tag_count = count_of(cur);
  m->tags = m->tag_count ? acr__mem_resize(NULL, m->tag_count * sizeof *m->tags) : NULL;
  for (uint32_t i = 0; i < m->tag_count; i++) {
    m->tags[i].tag = (int32_t)acr__get_vari(cur);
    m->tags[i].count = acr__get_vari(cur);
    m->tags[i].expires = acr__get_vari(cur);
  }
  m->audience_count = count_of(cur);
  m->audiences = m->audience_count ? acr__mem_resize(NULL, m->audience_count * sizeof *m->audiences) : NULL;
  for (uint32_t i = 0; i < m->audience_count; i++) {
    m->audiences[i].audience = (int32_t)acr__get_vari(cur);
    m->audiences[i].until = acr__get_vari(cur);
  }
}

struct acr__member *acr__member_decode(uint32_t number, acr__span id, acr__span state) {
  if (state.len < CHECK_BYTES) return NULL;
  acr__cursor cur = {(const uint8_t *)state.ptr, (const uint8_t *)state.ptr + state.len - CHECK_BYTES, false};
  acr__cursor check = {cur.end, cur.end + CHECK_BYTES, false};
  if (acr__get_u64(&check) != acr__fast_hash(cur.ptr, state.len - CHECK_BYTES) || acr__get_u8(&cur) != STATE_VERSION) return NULL;
  struct acr__member *m = acr__member_new(number, id);
  decode_profile(m, &cur);
  decode_arrays(m, &cur);
  bool good = !cur.bad && acr__offers_decode(&cur, m) && acr__lots_decode(&cur, &m->lots);
  if (good) m->locked = acr__get_u8(&cur) != 0;
  good = good && acr__holds_decode(&cur, &m->holds);
  uint32_t count = good ? count_of(&cur) : 0;
  m->series = count ? acr__mem_resize(NULL, count * sizeof *m->series) : NULL;
  while (good && m->series_count < count) {
    m->series[m->series_count] = (struct acr__series_data){0};
    good = acr__series_decode(&cur, &m->series[m->series_count++]);
  }
  if (good && !cur.bad && cur.ptr == cur.end) return m;
  acr__member_free(m);
  return NULL;
}
