#include "engine/sums.h"
#include "base/mem.h"
#include "ledger/ops_pick.h"
#include <stdlib.h>
#include <string.h>

static const char *const flow_names[] = {"issued", "spent", "expired", "reversed", "adjusted", "outstanding"};

const char *acr__flow_name(acr__flow flow) {
  return flow_names[flow];
}

void acr__sums_begin(struct acr__sums *s, const acr_engine *engine, const acr__zone *zone, acr__time from, acr__time to) {
  *s = (struct acr__sums){.engine = engine, .zone = zone, .from = from, .to = to, .day_from = 1};
}

void acr__sums_free(struct acr__sums *s) {
  free(s->all);
  free(s->index);
  free(s->flow_rows);
}

void acr__sums_members_begin(struct acr__sums_members *m, uint32_t cap, int family_count) {
  size_t cells = (size_t)cap * (size_t)(family_count ? family_count : 1);
  *m = (struct acr__sums_members){.cap = cap, .family_count = family_count};
  m->all = calloc((size_t)cap + 1, sizeof *m->all); // pages that nobody touches cost nothing
  m->levels = calloc(cells + 1, sizeof *m->levels);
  if (!m->all || !m->levels) acr__mem_exhausted(cells * sizeof *m->levels);
}

void acr__sums_members_grow(struct acr__sums_members *m, uint32_t cap) {
  size_t width = m->family_count ? (size_t)m->family_count : 1, cells = m->cap * width + 1, more = cap * width + 1;
  m->all = acr__mem_resize(m->all, ((size_t)cap + 1) * sizeof *m->all);
  m->levels = acr__mem_resize(m->levels, more * sizeof *m->levels);
  memset(m->all + m->cap + 1, 0, (size_t)(cap - m->cap) * sizeof *m->all);
  memset(m->levels + cells, 0, (more - cells) * sizeof *m->levels);
  m->cap = cap;
}

void acr__sums_members_free(struct acr__sums_members *m) {
  free(m->all);
  free(m->levels);
}

void acr__sums_members_add(struct acr__sums_members *m, const struct acr__sums_members *more, bool *overflow) {
  for (uint32_t n = 0; n < more->cap; n++) {
    struct acr__sums_member *to = &m->all[n];
    const struct acr__sums_member *from = &more->all[n];
    if (!acr__add(to->issued, from->issued, &to->issued) || !acr__add(to->spent, from->spent, &to->spent) ||
        !acr__add(to->expired, from->expired, &to->expired) || !acr__add(to->outstanding, from->outstanding, &to->outstanding))
      *overflow = true;
  }
}

bool acr__account_owed(const acr_engine *engine, int account) {
  return (engine->accounts[account].flags & (ACR_ACCOUNT_SPENDABLE | ACR_ACCOUNT_ESCROW)) != 0;
}

// ---- rows

struct words {
  uint64_t a, b;
  uint32_t c;
};

static inline struct words words_of(const int32_t key[5]) {
  struct words w;
  memcpy(&w.a, key, sizeof w.a);
  memcpy(&w.b, key + 2, sizeof w.b);
  memcpy(&w.c, key + 4, sizeof w.c);
  return w;
}

static inline uint32_t slot_of(const struct acr__sums *s, acr__sum_kind kind, const int32_t key[5]) {
  struct words w = words_of(key);
  uint64_t hash = (w.a ^ (uint64_t)kind << 60) * 0x9e3779b97f4a7c15u;
  hash = (hash ^ hash >> 32 ^ w.b) * 0xd6e8feb86659fd93u;
  hash = (hash ^ hash >> 32 ^ w.c) * 0x9e3779b97f4a7c15u;
  uint32_t at = (uint32_t)(hash >> 32) & s->mask;
  for (; s->index[at]; at = (at + 1) & s->mask) {
    const struct acr__sum *row = &s->all[s->index[at] - 1];
    struct words is = words_of(row->key);
    if (row->kind == kind && is.a == w.a && is.b == w.b && is.c == w.c) break;
  }
  return at;
}

static void grow(struct acr__sums *s) {
  s->cap = s->cap ? s->cap * 2 : 64;
  s->all = acr__mem_resize(s->all, (size_t)s->cap * sizeof *s->all);
  s->mask = (uint32_t)s->cap * 2 - 1;
  s->index = acr__mem_resize(s->index, ((size_t)s->mask + 1) * sizeof *s->index);
  memset(s->index, 0, ((size_t)s->mask + 1) * sizeof *s->index);
  for (int i = 0; i < s->count; i++)
    s->index[slot_of(s, s->all[i].kind, s->all[i].key)] = i + 1;
}

struct acr__sum *acr__sums_at(struct acr__sums *s, acr__sum_kind kind, const int32_t key[5]) {
  if (s->count == s->cap) grow(s);
  uint32_t at = slot_of(s, kind, key);
  if (!s->index[at]) {
    struct acr__sum *row = &s->all[s->count++];
    *row = (struct acr__sum){.kind = kind};
    memcpy(row->key, key, sizeof row->key);
    s->index[at] = s->count;
  }
  return &s->all[s->index[at] - 1];
}

const struct acr__sum *acr__sums_find(const struct acr__sums *s, acr__sum_kind kind, const int32_t key[5]) {
  if (s->count == 0) return NULL;
  int at = s->index[slot_of(s, kind, key)];
  return at ? &s->all[at - 1] : NULL;
}

static inline void add(struct acr__sums *s, struct acr__sum *row, int64_t count, int64_t points) {
  if (!acr__add(row->count, count, &row->count) || !acr__add(row->points, points, &row->points)) s->overflow = true;
}

void acr__sums_add(struct acr__sums *s, acr__sum_kind kind, const int32_t key[5], int64_t count, int64_t points) {
  add(s, acr__sums_at(s, kind, key), count, points);
}

// ---- one record

struct step {
  struct acr__sums *sums;
  const struct acr__record *record;
  bool counted;     // in the period
  int32_t cause[4]; // family, behavior, level, rule of what follows; family -1 = none
  int cause_row;    // place + 1 of its RULE; 0 = not known
};

// The rows of the day before are another's.
static void forget_days(struct acr__sums *s) {
  for (int i = 0; i < s->flow_accounts * ACR_FLOWS; i++)
    s->flow_rows[2 * i + 1] = 0;
}

static int32_t day_of(struct acr__sums *s, acr__time time) {
  if (time < s->day_from || time >= s->day_to) {
    acr__date date = acr__local_date(s->zone, time);
    s->day = acr__days_of(date);
    s->day_from = acr__day_start(s->zone, date);
    s->day_to = acr__day_start(s->zone, acr__date_of(s->day + 1));
    forget_days(s);
  }
  return s->day;
}

static void add_member(struct acr__sums *s, const struct acr__record *r, int64_t account, acr__flow flow, int64_t points) {
  struct acr__sums_members *all = s->members;
  if (!all || r->member >= all->cap || !acr__account_owed(s->engine, (int)account)) return;
  struct acr__sums_member *m = &all->all[r->member];
  int64_t *into = flow == ACR_FLOW_ISSUED ? &m->issued : flow == ACR_FLOW_SPENT ? &m->spent : flow == ACR_FLOW_EXPIRED ? &m->expired : NULL;
  if (flow == ACR_FLOW_OUTSTANDING) into = &m->outstanding;
  int64_t unit = acr__pow10(ACR_CAP_SCALE - s->engine->accounts[account].decimals);
  if (into && (!acr__mul(points, unit, &points) || !acr__add(*into, points, into))) s->overflow = true;
}

static int *flow_rows(struct acr__sums *s, int account, acr__flow what) {
  if (account >= s->flow_accounts) {
    int more = account + 8, from = s->flow_accounts * ACR_FLOWS * 2, to = more * ACR_FLOWS * 2;
    s->flow_rows = acr__mem_resize(s->flow_rows, (size_t)to * sizeof *s->flow_rows);
    memset(s->flow_rows + from, 0, (size_t)(to - from) * sizeof *s->flow_rows);
    s->flow_accounts = more;
  }
  return &s->flow_rows[2 * (account * ACR_FLOWS + (int)what)];
}

static inline void add_known(struct acr__sums *s, int *known, acr__sum_kind kind, const int32_t key[5], int64_t points) {
  struct acr__sum *row = *known ? &s->all[*known - 1] : acr__sums_at(s, kind, key);
  *known = (int)(row - s->all) + 1;
  add(s, row, 1, points);
}

static void flow(struct step *t, int64_t account, acr__flow what, int64_t points) {
  struct acr__sums *s = t->sums;
  const int32_t key[5] = {(int32_t)account, (int32_t)what};
  add_known(s, &flow_rows(s, (int)account, what)[0], ACR_SUM_POINTS, key, points);
  add_member(s, t->record, account, what, points);
  if (what > ACR_FLOW_EXPIRED) return;
  const int32_t daily[5] = {(int32_t)account, (int32_t)what, day_of(s, t->record->time)};
  add_known(s, &flow_rows(s, (int)account, what)[1], ACR_SUM_DAY, daily, points);
}

static void given(const struct step *t, int64_t account, int64_t points) {
  struct acr__sums *s = t->sums;
  int32_t key[5] = {t->cause[0], t->cause[1], t->cause[2], t->cause[3], (int32_t)account};
  if (t->cause[0] < 0) return;
  int known = t->cause_row ? s->all[t->cause_row - 1].given : 0;
  if (known && s->all[known - 1].key[4] != key[4]) known = 0;
  add_known(s, &known, ACR_SUM_GIVEN, key, points);
  if (t->cause_row) s->all[t->cause_row - 1].given = known;
}

// Into and out of a hold nothing comes or goes, and what moves between accounts or members is neither issued nor gone.
static void posted(struct step *t, const struct acr__posting *p) {
  bool stays = p->reason == ACR_REASON_HOLD;
  if (!stays) flow(t, p->account, ACR_FLOW_OUTSTANDING, p->points); // a capture takes what was held and still owed
  if (!t->counted || stays) return;
  switch (p->reason) {
  case ACR_REASON_AWARD:
  case ACR_REASON_IMPORT:
    flow(t, p->account, ACR_FLOW_ISSUED, p->points);
    break;
  case ACR_REASON_SPEND:
    flow(t, p->account, ACR_FLOW_SPENT, -p->points);
    break;
  case ACR_REASON_EXPIRE:
    flow(t, p->account, ACR_FLOW_EXPIRED, -p->points);
    break;
  case ACR_REASON_REVERSAL:
    flow(t, p->account, ACR_FLOW_REVERSED, -p->points);
    break;
  case ACR_REASON_TRANSFER:
  case ACR_REASON_MERGE:
    return;
  default:
    flow(t, p->account, ACR_FLOW_ADJUSTED, p->points);
  }
  given(t, p->account, p->points);
}

static void moved(const struct step *t, const struct acr__op *op) {
  struct acr__sums *s = t->sums;
  int32_t to = (int32_t)op->v[ACR_LEVEL_NAME], from = 0;
  for (int i = 0; s->members && i < s->members->family_count && t->record->member < s->members->cap; i++) {
    if (s->families[i] != (int)op->v[ACR_LEVEL_FAMILY]) continue;
    int32_t *at = &s->members->levels[(size_t)t->record->member * (size_t)s->members->family_count + (size_t)i];
    from = *at;
    *at = to;
  }
  const int32_t key[5] = {(int32_t)op->v[ACR_LEVEL_FAMILY], from, to, (int32_t)op->v[ACR_LEVEL_CAUSE]};
  if (t->counted && from != to) acr__sums_add(s, ACR_SUM_MOVE, key, 1, 0);
}

static void offer(const struct step *t, int64_t family, int64_t name, acr__offer_fate fate) {
  const int32_t key[5] = {(int32_t)family, (int32_t)name, (int32_t)fate};
  if (t->counted) acr__sums_add(t->sums, ACR_SUM_OFFER, key, 1, 0);
}

static void outcome(struct step *t, const struct acr__op *op) {
  const int64_t *v = op->v;
  const int32_t key[5] = {(int32_t)v[ACR_OUTCOME_FAMILY], (int32_t)v[ACR_OUTCOME_BEHAVIOR], (int32_t)v[ACR_OUTCOME_LEVEL],
                          (int32_t)v[ACR_OUTCOME_RULE]};
  bool met = v[ACR_OUTCOME_FIRED] == 1 || key[1] == ACR_BEHAVIOR_BASE, unmet = v[ACR_OUTCOME_FIRED] == 2;
  if (memcmp(t->cause, key, sizeof t->cause) != 0) {
    memcpy(t->cause, key, sizeof t->cause);
    t->cause_row = 0;
  }
  if (!t->counted || (!met && !unmet)) return;
  struct acr__sum *row = acr__sums_at(t->sums, ACR_SUM_RULE, key);
  t->cause_row = (int)(row - t->sums->all) + 1;
  add(t->sums, row, met, unmet);
}

static void apply(struct step *t, const struct acr__op *op) {
  struct acr__posting posting;
  switch (op->kind) {
  case ACR_OP_OUTCOME:
    outcome(t, op);
    break;
  case ACR_OP_DERIVED:
    t->cause[0] = -1;
    t->cause_row = 0;
    break;
  case ACR_OP_LEVEL:
    moved(t, op);
    break;
  case ACR_OP_OFFER:
    offer(t, op->v[ACR_OFFER_FAMILY], op->v[ACR_OFFER_NAME], op->v[ACR_OFFER_BOUGHT] ? ACR_OFFER_SOLD : ACR_OFFER_ISSUED_FREE);
    break;
  case ACR_OP_REDEEM:
    offer(t, op->v[ACR_REDEEM_FAMILY], op->v[ACR_REDEEM_NAME], ACR_OFFER_USED);
    break;
  case ACR_OP_OFFER_END:
    offer(t, op->v[ACR_REDEEM_FAMILY], op->v[ACR_REDEEM_NAME], ACR_OFFER_OVER);
    break;
  default:
    if (acr__op_posting(op, &posting)) posted(t, &posting);
  }
}

static acr__fate fate_of(const struct acr__record *r) {
  if (r->kind == ACR_RECORD_PARKED) return ACR_FATE_PARKED;
  if (r->flags & ACR_RECORD_REFUSED) return ACR_FATE_REFUSED;
  return r->flags & (ACR_RECORD_DUE | ACR_RECORD_SENT) ? ACR_FATE_DUE : ACR_FATE_APPLIED;
}

static const bool looked_at[ACR_OP_KINDS] = {
    [ACR_OP_OUTCOME] = true, [ACR_OP_DERIVED] = true,   [ACR_OP_LEVEL] = true,     [ACR_OP_OFFER] = true,
    [ACR_OP_REDEEM] = true,  [ACR_OP_OFFER_END] = true, [ACR_OP_CREDIT] = true,    [ACR_OP_DEBIT] = true,
    [ACR_OP_RESTORE] = true, [ACR_OP_CAPTURE] = true,   [ACR_OP_MERGE_OUT] = true, [ACR_OP_MERGE_IN] = true,
};

// false = nothing of the record counts but that it is there.
static bool begin(struct acr__sums *s, const struct acr__record *r, struct step *step) {
  const int32_t key[5] = {(int32_t)fate_of(r)};
  if (r->kind == ACR_RECORD_RELEASE || r->kind == ACR_RECORD_STATUS) return false;
  *step = (struct step){.sums = s, .record = r, .counted = r->time >= s->from && r->time < s->to, .cause = {-1}};
  if (step->counted) acr__sums_add(s, ACR_SUM_FATE, key, 1, 0);
  return key[0] != ACR_FATE_PARKED && key[0] != ACR_FATE_REFUSED && r->time < s->to;
}

void acr__sums_record(struct acr__sums *s, const struct acr__record *r) {
  acr__cursor cur = {(const uint8_t *)r->decision.ptr, (const uint8_t *)r->decision.ptr + r->decision.len, false};
  struct step step;
  struct acr__op op;
  if (!begin(s, r, &step)) return;
  while (acr__op_pick(&cur, looked_at, &op))
    apply(&step, &op);
}

// ---- what two ledgers have alike

static bool names_alike(struct acr__twin *t, const acr_engine *engine) {
  int count = acr__names_count(engine->names);
  for (; t->names < count && !t->apart; t->names++)
    t->apart = !acr__span_eq(acr__names_text(engine->names, t->names), acr__name_text(t->engine, t->names));
  return !t->apart && engine->account_count <= t->engine->account_count &&
         memcmp(engine->accounts, t->engine->accounts, (size_t)engine->account_count * sizeof *engine->accounts) == 0;
}

static bool moves(const struct acr__ops *ops) {
  for (int i = 0; i < ops->count; i++)
    if (ops->all[i].kind == ACR_OP_LEVEL) return true;
  return false;
}

static int32_t *levels_of(const struct acr__sums_members *m, uint32_t member) {
  return &m->levels[(size_t)member * (size_t)m->family_count];
}

static bool levels_alike(const struct acr__sums *s, uint32_t member) {
  const struct acr__sums_members *own = s->members, *other = s->twin->both.members;
  return member < own->cap && memcmp(levels_of(own, member), levels_of(other, member), (size_t)own->family_count * sizeof(int32_t)) == 0;
}

static bool alike(struct acr__sums *s, const struct acr__record *r, const struct acr__ops *ops, bool *moved) {
  const struct acr__record *other = s->twin->record;
  if (!other || r->kind != other->kind || fate_of(r) != fate_of(other)) return false;
  if (r->time != other->time || r->member != other->member) return false;
  if (r->decision.len != other->decision.len || memcmp(r->decision.ptr, other->decision.ptr, r->decision.len) != 0) return false;
  *moved = moves(ops);
  return names_alike(s->twin, s->engine) && (!*moved || levels_alike(s, r->member));
}

static void decided(struct acr__sums *s, const struct acr__record *r, const struct acr__ops *ops) {
  struct step step;
  if (!begin(s, r, &step)) return;
  for (int i = 0; i < ops->count; i++)
    if (looked_at[ops->all[i].kind]) apply(&step, &ops->all[i]);
}

void acr__sums_decided(struct acr__sums *s, const struct acr__record *r, const struct acr__ops *ops) {
  struct acr__twin *twin = s->twin;
  bool moved = false;
  if (!twin || !alike(s, r, ops, &moved)) {
    decided(s, r, ops);
    return;
  }
  twin->record = NULL;
  decided(&twin->both, r, ops);
  if (moved)
    memcpy(levels_of(s->members, r->member), levels_of(twin->both.members, r->member), (size_t)s->members->family_count * sizeof(int32_t));
}
