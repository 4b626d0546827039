#include "member/member.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

void acr__member_set_id(struct acr__member *member, acr__span id) {
  char *copy = acr__mem_resize(NULL, id.len + 1);
  if (id.len) memcpy(copy, id.ptr, id.len);
  copy[id.len] = 0;
  free((char *)member->id.ptr);
  member->id = (acr__span){copy, id.len};
}

struct acr__member *acr__member_new(uint32_t number, acr__span id) {
  struct acr__member *member = acr__mem_resize(NULL, sizeof *member);
  memset(member, 0, sizeof *member);
  member->number = number;
  acr__member_set_id(member, id);
  member->joined = ACR_TIME_NONE;
  member->dues.since = ACR_TIME_NONE;
  return member;
}

void acr__member_free(struct acr__member *m) {
  if (!m) return;
  for (uint32_t i = 0; i < m->series_count; i++)
    acr__series_free(&m->series[i]);
  acr__lots_free(&m->lots);
  acr__links_free(&m->links);
  acr__holds_free(&m->holds);
  free(m->reached.all);
  free(m->returned.all);
  acr__dues_free(&m->dues);
  acr__terms_free(&m->terms);
  free(m->series);
  free(m->standings);
  free(m->balances);
  free(m->tags);
  free(m->audiences);
  free(m->issues);
  free(m->grants);
  free(m->attributes);
  free(m->merged);
  free((char *)m->id.ptr);
  free((char *)m->was.ptr);
  free(m);
}

size_t acr__member_bytes(const struct acr__member *m) {
  size_t bytes = sizeof *m + m->id.len + 1 + m->lots.cap + acr__links_bytes(&m->links) + acr__holds_bytes(&m->holds);
  bytes += m->reached.count * sizeof *m->reached.all;
  bytes += acr__dues_bytes(&m->dues) + acr__terms_bytes(&m->terms);
  bytes += m->standing_count * sizeof *m->standings + m->balance_count * sizeof *m->balances;
  bytes += m->tag_count * sizeof *m->tags + m->audience_count * sizeof *m->audiences;
  bytes += m->issue_count * sizeof *m->issues + m->grant_count * sizeof *m->grants;
  bytes += m->merged_count * sizeof *m->merged;
  bytes += (m->attributes ? strlen(m->attributes) + 1 : 0);
  for (uint32_t i = 0; i < m->series_count; i++)
    bytes += acr__series_bytes(&m->series[i]);
  return bytes;
}

const struct acr__balance *acr__member_account(const struct acr__member *m, int account) {
  for (uint32_t i = 0; i < m->balance_count; i++)
    if (m->balances[i].account == account) return &m->balances[i];
  return NULL;
}

int64_t acr__member_balance(const struct acr__member *m, int account) {
  const struct acr__balance *b = acr__member_account(m, account);
  return b ? b->lots + b->debt : 0;
}

const struct acr__standing *acr__member_standing(const struct acr__member *m, int family) {
  for (uint32_t i = 0; i < m->standing_count; i++)
    if (m->standings[i].family == family) return &m->standings[i];
  return NULL;
}

const struct acr__series_data *acr__member_series(const struct acr__member *m, uint32_t number) {
  for (uint32_t i = 0; i < m->series_count; i++)
    if (m->series[i].number == number) return &m->series[i];
  return NULL;
}

int64_t acr__member_tag(const struct acr__member *m, int tag, acr__time now) {
  for (uint32_t i = 0; i < m->tag_count; i++)
    if (m->tags[i].tag == tag) return m->tags[i].expires > now ? m->tags[i].count : 0;
  return 0;
}

acr__time acr__member_tag_expires(const struct acr__member *m, int tag) {
  for (uint32_t i = 0; i < m->tag_count; i++)
    if (m->tags[i].tag == tag) return m->tags[i].expires;
  return ACR_TIME_MAX;
}

acr__time acr__member_in_audience(const struct acr__member *m, int audience) {
  for (uint32_t i = 0; i < m->audience_count; i++)
    if (m->audiences[i].audience == audience) return m->audiences[i].until;
  return ACR_TIME_MIN;
}

void acr__member_set_attributes(struct acr__member *m, acr__span json) {
  free(m->attributes);
  m->attributes = NULL;
  if (json.len == 0) return;
  m->attributes = acr__mem_resize(NULL, json.len + 1);
  memcpy(m->attributes, json.ptr, json.len);
  m->attributes[json.len] = 0;
}

void acr__member_forget(struct acr__member *m) {
  m->has_birthday = false;
  m->birthday = (acr__date){0};
  m->zone = NULL;
  acr__member_set_attributes(m, (acr__span){NULL, 0});
  acr__links_free(&m->links);
  while (m->dues.pending_count)
    acr__dues_remove(&m->dues, m->dues.pending[0].seq, m->dues.pending[0].index);
}

bool acr__member_erased(const struct acr__member *m) {
  return acr__span_starts(m->id, ACR_ERASED_ID);
}
