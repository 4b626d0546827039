// The workers' sums, each by the names of its own ledger, brought together by names that all share.
#include "base/mem.h"
#include "engine/backtest.h"
#include <stdlib.h>
#include <string.h>

// ---- accounts

static int account_find(const struct acr__backtest *b, int family, int name) {
  for (int i = 0; i < b->account_count; i++)
    if (b->accounts[i].family == family && b->accounts[i].name == name) return i;
  return -1;
}

static int shared_name(struct acr__backtest *b, const acr_engine *engine, int64_t name) {
  return acr__names_add(b->names, acr__name_text(engine, name));
}

static void add_accounts(struct acr__backtest *b, const acr_engine *engine) {
  for (int i = 0; i < engine->account_count; i++) {
    const struct acr__account *a = &engine->accounts[i];
    int family = shared_name(b, engine, a->family), name = shared_name(b, engine, a->name), at = account_find(b, family, name);
    if (at < 0) {
      b->accounts = acr__mem_resize(b->accounts, ((size_t)b->account_count + 1) * sizeof *b->accounts);
      at = b->account_count++;
      b->accounts[at] = (struct acr__book_account){.family = family, .name = name, .decimals = a->decimals};
    }
    if (a->decimals > b->accounts[at].decimals) b->accounts[at].decimals = a->decimals;
    b->accounts[at].flags = a->flags;
  }
}

static void label_accounts(struct acr__backtest *b) {
  for (int i = 0; i < b->account_count; i++) {
    struct acr__book_account *a = &b->accounts[i];
    acr__span family = acr__names_text(b->names, a->family), name = acr__names_text(b->names, a->name);
    bool shared = false;
    for (int k = 0; k < b->account_count; k++)
      shared = shared || (k != i && b->accounts[k].name == a->name);
    a->label = shared ? acr__arena_printf(b->arena, "%.*s.%.*s", (int)family.len, family.ptr, (int)name.len, name.ptr)
                      : acr__arena_text(b->arena, name);
  }
}

// ---- rows

struct into {
  struct acr__backtest *b;
  const acr_engine *engine;
  struct acr__sums *sums;
};

static int32_t name_of(const struct into *t, int32_t name) {
  return shared_name(t->b, t->engine, name);
}

static int32_t name_or_none(const struct into *t, int32_t name_plus_one) {
  return name_plus_one > 0 ? shared_name(t->b, t->engine, name_plus_one - 1) + 1 : 0;
}

static int32_t account_of(const struct into *t, int32_t account, int64_t *points) {
  const struct acr__account *a = &t->engine->accounts[account];
  int at = account_find(t->b, name_of(t, a->family), name_of(t, a->name));
  if (!acr__mul(*points, acr__pow10(t->b->accounts[at].decimals - a->decimals), points)) t->sums->overflow = true;
  return at;
}

static void add_row(const struct into *t, const struct acr__sum *row) {
  int64_t points = row->points;
  int32_t key[5];
  memcpy(key, row->key, sizeof key);
  switch (row->kind) {
  case ACR_SUM_POINTS:
  case ACR_SUM_DAY:
    key[0] = account_of(t, key[0], &points);
    break;
  case ACR_SUM_GIVEN:
    key[4] = account_of(t, key[4], &points);
    // falls through
  case ACR_SUM_RULE:
    key[0] = name_of(t, key[0]);
    key[2] = name_or_none(t, key[2]);
    key[3] = name_or_none(t, key[3]);
    break;
  case ACR_SUM_MOVE:
    key[0] = name_of(t, key[0]);
    key[1] = name_or_none(t, key[1]);
    key[2] = name_or_none(t, key[2]);
    break;
  case ACR_SUM_OFFER:
    key[0] = name_of(t, key[0]);
    key[1] = name_of(t, key[1]);
    break;
  default:
    break;
  }
  acr__sums_add(t->sums, row->kind, key, row->count, points);
}

// The sums of a ledger whose names are those of `engine`.
static void add_rows(struct acr__backtest *b, const acr_engine *engine, const struct acr__sums *from, struct acr__sums *into) {
  const struct into t = {b, engine, into};
  for (int i = 0; i < from->count; i++)
    add_row(&t, &from->all[i]);
  into->overflow = into->overflow || from->overflow;
}

// ---- members

static const acr_engine *judged_by(const struct acr__backtest *b, uint32_t number) {
  struct acr__record record = {.member = number};
  for (int i = 0; i < b->workers; i++)
    if (acr__backtest_mine(&b->runs[i], &record)) return b->runs[i].to;
  return b->runs[0].to;
}

static void count_levels(struct acr__backtest *b, uint32_t number) {
  const struct into before = {b, b->from, &b->before}, after = {b, judged_by(b, number), &b->after};
  for (int i = 0; i < b->family_count; i++) {
    size_t at = (size_t)number * (size_t)b->family_count + (size_t)i;
    int32_t *was = &b->members_before.levels[at], *is = &b->members_after.levels[at];
    *was = name_or_none(&before, *was);
    *is = b->who[number] == ACR_WHO_COPIED ? *was : name_or_none(&after, *is);
    const int32_t then[5] = {acr__names_add(b->names, b->families[i]), *was}, now[5] = {then[0], *is};
    if (b->group[number]) continue; // part of another one
    acr__sums_add(&b->before, ACR_SUM_LEVEL, then, 1, 0);
    acr__sums_add(&b->after, ACR_SUM_LEVEL, now, 1, 0);
  }
}

void acr__backtest_gather(struct acr__backtest *b) {
  acr__backtest_who_came(b);
  b->names = acr__names_new();
  add_accounts(b, b->from);
  for (int i = 0; i < b->workers; i++)
    add_accounts(b, b->runs[i].to);
  label_accounts(b);
  acr__sums_begin(&b->before, NULL, b->zone, b->from_time, b->to_time);
  acr__sums_begin(&b->after, NULL, b->zone, b->from_time, b->to_time);
  for (int i = 0; i < b->workers; i++) {
    const struct acr__run *run = &b->runs[i];
    add_rows(b, b->from, &run->before, &b->before);
    add_rows(b, b->from, &run->twin.both, &b->before);
    add_rows(b, run->to, &run->after, &b->after);
    add_rows(b, run->to, &run->twin.both, &b->after);
    add_rows(b, b->from, &run->copied, &b->after);
  }
  acr__sums_members_add(&b->members_before, &b->members_both, &b->before.overflow);
  acr__sums_members_add(&b->members_after, &b->members_both, &b->after.overflow);
  for (uint32_t n = 1; n < b->member_cap; n++) {
    if (b->who[n] == ACR_WHO_NOT) continue;
    if (b->who[n] == ACR_WHO_COPIED) b->members_after.all[n] = b->members_before.all[n];
    count_levels(b, n);
  }
}
