// What a shadow release has found so far.
#include "base/mem.h"
#include "engine/beside.h"
#include "engine/sums.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const sides[] = {"active", "shadow"};

static void number(acr__writer *w, const char *key, int64_t value) {
  acr__write_key(w, key);
  acr__write_int(w, value);
}

static void name(const acr_engine *base, acr__writer *w, const char *key, int32_t name_plus_one) {
  acr__write_key(w, key);
  if (name_plus_one)
    acr__write_span(w, acr__name_text(base, name_plus_one - 1));
  else
    acr__write_null(w);
}

static void points(acr__writer *w, const int64_t both[ACR_BESIDE_SIDES], int decimals) {
  for (int side = 0; side < ACR_BESIDE_SIDES; side++) {
    acr__write_key(w, sides[side]);
    acr__write_decimal(w, both[side], decimals);
  }
  acr__write_key(w, "difference");
  acr__write_decimal(w, both[ACR_BESIDE_SHADOW] - both[ACR_BESIDE_ACTIVE], decimals);
}

static void write_points(acr_engine *base, acr__writer *w, const struct acr__beside_points *all, int count) {
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    acr__buf label = {0};
    acr__account_label(base, all[i].account, &label);
    acr__write_object(w);
    acr__write_key(w, "account");
    acr__write_span(w, (acr__span){(const char *)label.ptr, label.len});
    points(w, all[i].points, base->accounts[all[i].account].decimals);
    acr__write_object_end(w);
    acr__buf_free(&label);
  }
  acr__write_array_end(w);
}

static int by_key(const void *a, const void *b) {
  const struct acr__beside_row *x = *(struct acr__beside_row *const *)a, *y = *(struct acr__beside_row *const *)b;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return memcmp(x->key, y->key, sizeof x->key);
}

// Levels and rules stand by their numbers, which is the order in which they were first published.
static void write_rows(const struct acr__beside *b, acr__writer *w, const char *key, acr__beside_kind kind) {
  const struct acr__beside_sums *s = &b->sums;
  struct acr__beside_row **all = acr__mem_resize(NULL, ((size_t)s->row_count + 1) * sizeof(struct acr__beside_row *));
  int count = 0;
  for (int i = 0; i < s->row_count; i++)
    if (s->rows[i].kind == kind) all[count++] = &s->rows[i];
  qsort(all, (size_t)count, sizeof *all, by_key);
  acr__write_key(w, key);
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    const struct acr__beside_row *row = all[i];
    acr__write_object(w);
    if (kind == ACR_BESIDE_RULE) {
      name(b->base, w, "level", row->key[1]);
      acr__write_key(w, "behavior");
      acr__write_text(w, acr__behavior_name((acr__behavior)row->key[0]));
      name(b->base, w, "rule", row->key[2]);
    } else {
      name(b->base, w, kind == ACR_BESIDE_LEVEL ? "to" : "offer", row->key[0]);
    }
    number(w, "both", row->both);
    number(w, "active_only", row->only[ACR_BESIDE_ACTIVE]);
    number(w, "shadow_only", row->only[ACR_BESIDE_SHADOW]);
    if (kind == ACR_BESIDE_RULE) {
      acr__write_key(w, "points");
      write_points(b->base, w, row->points, row->point_count);
    }
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  free(all);
}

// ---- members and events with the largest differences, in points of all accounts that are owed for

static int decimals_of(const acr_engine *base) {
  int decimals = 0;
  for (int i = 0; i < base->account_count; i++)
    if (acr__account_owed(base, i) && base->accounts[i].decimals > decimals) decimals = base->accounts[i].decimals;
  return decimals;
}

static void write_owed(const acr_engine *base, acr__writer *w, const int64_t owed[ACR_BESIDE_SIDES]) {
  int decimals = decimals_of(base);
  int64_t unit = acr__pow10(ACR_CAP_SCALE - decimals), in_units[ACR_BESIDE_SIDES] = {owed[0] / unit, owed[1] / unit};
  points(w, in_units, decimals);
}

static void write_id(const acr_engine *base, acr__writer *w, uint32_t member) {
  const struct acr__member *m = member < base->number_cap ? base->by_number[member] : NULL;
  acr__write_key(w, "member");
  if (m)
    acr__write_span(w, m->id);
  else
    acr__write_null(w);
}

static int64_t distance(const struct acr__beside_member *m) {
  int64_t away = m->points[ACR_BESIDE_SHADOW] - m->points[ACR_BESIDE_ACTIVE];
  return away < 0 ? -away : away;
}

struct most {
  const struct acr__beside_member *all[ACR_BESIDE_MEMBERS];
  int count;
};

static void see_member(acr__span key, void *value, void *arg) {
  const struct acr__beside_member *member = value;
  struct most *most = arg;
  (void)key;
  int at = most->count;
  while (at > 0 && distance(most->all[at - 1]) < distance(member))
    at--;
  if (at == ACR_BESIDE_MEMBERS) return;
  if (most->count < ACR_BESIDE_MEMBERS) most->count++;
  memmove(&most->all[at + 1], &most->all[at], (size_t)(most->count - 1 - at) * sizeof most->all[0]);
  most->all[at] = member;
}

static void write_members(const struct acr__beside *b, acr__writer *w) {
  struct most most = {.count = 0};
  acr__table_each(b->sums.members, see_member, &most);
  number(w, "members_different", (int64_t)acr__table_count(b->sums.members));
  number(w, "events_of_further_members", b->sums.members_beyond);
  acr__write_key(w, "members");
  acr__write_array(w);
  for (int i = 0; i < most.count; i++) {
    acr__write_object(w);
    write_id(b->base, w, most.all[i]->number);
    number(w, "events", most.all[i]->events);
    write_owed(b->base, w, most.all[i]->points);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void write_events(const struct acr__beside *b, acr__writer *w) {
  acr__write_key(w, "most_different");
  acr__write_array(w);
  for (int i = 0; i < b->sums.event_count; i++) {
    const struct acr__beside_event *event = &b->sums.events[i];
    acr__write_object(w);
    number(w, "seq", (int64_t)event->seq);
    write_id(b->base, w, event->member);
    acr__write_key(w, "time");
    acr__write_time(w, event->time);
    write_owed(b->base, w, event->points);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

// ---- how much of what came was looked at

// Hundredths of a percent, cut: 100 is all of them.
static void percent(acr__writer *w, const char *key, uint64_t part, uint64_t whole) {
  unsigned __int128 share = whole ? (unsigned __int128)part * 10000 / whole : 10000;
  char text[32];
  snprintf(text, sizeof text, "%d.%02d", (int)(share / 100), (int)(share % 100));
  acr__write_key(w, key);
  acr__write_text(w, text);
}

static void write_counts(const struct acr__beside *b, acr__writer *w) {
  const struct acr__beside_sums *s = &b->sums;
  acr__write_key(w, "events");
  acr__write_object(w);
  number(w, "taken", s->seen);
  number(w, "judged", s->judged);
  percent(w, "judged_percent", (uint64_t)s->judged, (uint64_t)s->seen);
  number(w, "different", s->different);
  number(w, "failed", s->failed);
  number(w, "refused", s->refused);
  acr__write_object_end(w);
  percent(w, "members_followed_percent", b->share, UINT64_MAX);
  acr__write_key(w, "first_failure");
  acr__write_text(w, s->failure);
  acr__write_key(w, "first_refusal");
  acr__write_text(w, s->refusal);
}

void acr__beside_report(struct acr__beside *b, acr__buf *out) {
  acr__writer w = {out, false};
  const struct acr__release *active = acr__release_number(b->base, b->sums.active);
  acr__write_key(&w, "against");
  acr__write_text(&w, active ? active->label : NULL);
  acr__write_key(&w, "since");
  if (b->sums.seen)
    acr__write_time(&w, b->sums.since);
  else
    acr__write_null(&w);
  acr__write_key(&w, "message");
  acr__write_text(&w, b->broken);
  write_counts(b, &w);
  acr__write_key(&w, "accounts");
  write_points(b->base, &w, b->sums.accounts, b->sums.account_count);
  write_rows(b, &w, "rules", ACR_BESIDE_RULE);
  write_rows(b, &w, "levels", ACR_BESIDE_LEVEL);
  write_rows(b, &w, "offers", ACR_BESIDE_OFFER);
  write_members(b, &w);
  write_events(b, &w);
}
