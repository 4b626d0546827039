#include "member/dues.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

void acr__dues_free(struct acr__dues *dues) {
  for (uint32_t i = 0; i < dues->pending_count; i++)
    free((char *)dues->pending[i].data.ptr);
  free(dues->pending);
  free(dues->marks);
  *dues = (struct acr__dues){0};
}

size_t acr__dues_bytes(const struct acr__dues *dues) {
  size_t bytes = dues->mark_count * sizeof *dues->marks + dues->pending_count * sizeof *dues->pending;
  for (uint32_t i = 0; i < dues->pending_count; i++)
    bytes += dues->pending[i].data.len;
  return bytes;
}

static struct acr__due_mark *mark_of(const struct acr__dues *dues, int64_t kind, int64_t subject) {
  for (uint32_t i = 0; i < dues->mark_count; i++)
    if (dues->marks[i].kind == kind && dues->marks[i].subject == subject) return &dues->marks[i];
  return NULL;
}

acr__time acr__dues_mark(const struct acr__dues *dues, int64_t kind, int64_t subject) {
  const struct acr__due_mark *mark = mark_of(dues, kind, subject);
  return mark ? mark->at : ACR_TIME_MIN;
}

void acr__dues_pass(struct acr__dues *dues, int64_t kind, int64_t subject, acr__time at) {
  struct acr__due_mark *mark = mark_of(dues, kind, subject);
  if (mark) {
    if (at > mark->at) mark->at = at;
    return;
  }
  dues->marks = acr__mem_resize(dues->marks, (dues->mark_count + 1) * sizeof *dues->marks);
  dues->marks[dues->mark_count++] = (struct acr__due_mark){kind, subject, at};
}

void acr__dues_unpass(struct acr__dues *dues, int64_t kind, int64_t subject, acr__time at) {
  struct acr__due_mark *mark = mark_of(dues, kind, subject);
  if (!mark || mark->at != at) return;
  uint32_t behind = dues->mark_count - (uint32_t)(mark - dues->marks) - 1;
  memmove(mark, mark + 1, behind * sizeof *mark);
  dues->mark_count--;
}

static struct acr__pending *insert(struct acr__dues *dues, uint32_t place, const struct acr__pending *pending) {
  dues->pending = acr__mem_resize(dues->pending, (dues->pending_count + 1) * sizeof *dues->pending);
  struct acr__pending *at = &dues->pending[place];
  memmove(at + 1, at, (dues->pending_count - place) * sizeof *at);
  dues->pending_count++;
  *at = *pending;
  char *copy = acr__mem_resize(NULL, pending->data.len + 1);
  if (pending->data.len) memcpy(copy, pending->data.ptr, pending->data.len);
  at->data.ptr = copy;
  return at;
}

void acr__dues_add(struct acr__dues *dues, const struct acr__pending *pending) {
  uint32_t place = dues->pending_count;
  while (place && dues->pending[place - 1].at > pending->at)
    place--;
  insert(dues, place, pending);
}

const struct acr__pending *acr__dues_find(const struct acr__dues *dues, uint64_t seq, int32_t index) {
  for (uint32_t i = 0; i < dues->pending_count; i++)
    if (dues->pending[i].seq == seq && dues->pending[i].index == index) return &dues->pending[i];
  return NULL;
}

bool acr__dues_remove(struct acr__dues *dues, uint64_t seq, int32_t index) {
  const struct acr__pending *found = acr__dues_find(dues, seq, index);
  if (!found) return false;
  struct acr__pending *at = &dues->pending[found - dues->pending];
  free((char *)at->data.ptr);
  memmove(at, at + 1, (size_t)(dues->pending + dues->pending_count - at - 1) * sizeof *at);
  dues->pending_count--;
  return true;
}

void acr__dues_encode(const struct acr__dues *dues, acr__buf *out) {
  acr__buf_vari(out, dues->since);
  acr__buf_varu(out, dues->mark_count);
  for (uint32_t i = 0; i < dues->mark_count; i++) {
    acr__buf_vari(out, dues->marks[i].kind);
    acr__buf_vari(out, dues->marks[i].subject);
    acr__buf_vari(out, dues->marks[i].at);
  }
  acr__buf_varu(out, dues->pending_count);
  for (uint32_t i = 0; i < dues->pending_count; i++) {
    const struct acr__pending *p = &dues->pending[i];
    acr__buf_varu(out, p->seq);
    acr__buf_vari(out, p->index);
    acr__buf_vari(out, p->type);
    acr__buf_vari(out, p->depth);
    acr__buf_vari(out, p->link);
    acr__buf_vari(out, p->at);
    acr__buf_span(out, p->data);
  }
}

static uint32_t count_of(acr__cursor *cur) {
  uint64_t n = acr__get_varu(cur);
  if (n > (uint64_t)(cur->end - cur->ptr)) cur->bad = true;
  return cur->bad ? 0 : (uint32_t)n;
}

void acr__dues_decode(acr__cursor *cur, struct acr__dues *dues) {
  dues->since = acr__get_vari(cur);
  uint32_t marks = count_of(cur);
  dues->marks = marks ? acr__mem_resize(NULL, marks * sizeof *dues->marks) : NULL;
  for (; dues->mark_count < marks; dues->mark_count++) {
    struct acr__due_mark *mark = &dues->marks[dues->mark_count];
    mark->kind = acr__get_vari(cur);
    mark->subject = acr__get_vari(cur);
    mark->at = acr__get_vari(cur);
  }
  for (uint32_t left = count_of(cur); left && !cur->bad; left--) {
    struct acr__pending p = {.seq = acr__get_varu(cur)};
    p.index = (int32_t)acr__get_vari(cur);
    p.type = (int32_t)acr__get_vari(cur);
    p.depth = (int32_t)acr__get_vari(cur);
    p.link = (int32_t)acr__get_vari(cur);
    p.at = acr__get_vari(cur);
    p.data = acr__get_span(cur);
    if (!cur->bad) insert(dues, dues->pending_count, &p);
  }
}
