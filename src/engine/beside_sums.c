// What the active release did of an event, as the log has it, and what the shadow release would have done: rule by rule, and the
// points of each.
#include "base/mem.h"
#include "engine/beside.h"
#include "engine/sums.h"
#include <stdlib.h>
#include <string.h>

// Of one event: what was done, by whom.
struct entry {
  acr__beside_kind kind;
  int32_t key[3], account; // account -1 = that it was done at all
  bool by[ACR_BESIDE_SIDES];
  int64_t points[ACR_BESIDE_SIDES];
};
enum { ENTRIES_MAX = 256 }; // of one event; more are not told apart

struct event {
  struct acr__beside *b;
  struct entry all[ENTRIES_MAX];
  int count;
  int64_t owed[ACR_BESIDE_SIDES]; // millionths
};

static void free_member(acr__span key, void *value, void *arg) {
  (void)key;
  (void)arg;
  free(value);
}

void acr__beside_sums_free(struct acr__beside_sums *s) {
  for (int i = 0; i < s->row_count; i++)
    free(s->rows[i].points);
  if (s->members) acr__table_each(s->members, free_member, NULL);
  if (s->members) acr__table_free(s->members);
  free(s->rows);
  free(s->accounts);
  free(s->failure);
  free(s->refusal);
}

void acr__beside_sums_begin(struct acr__beside_sums *s) {
  acr__beside_sums_free(s);
  *s = (struct acr__beside_sums){.members = acr__table_new()};
}

// ---- one event

static struct entry *entry_of(struct event *e, acr__beside_kind kind, const int32_t key[3], int32_t account) {
  for (int i = 0; i < e->count; i++)
    if (e->all[i].kind == kind && e->all[i].account == account && memcmp(e->all[i].key, key, sizeof e->all[i].key) == 0) return &e->all[i];
  if (e->count == ENTRIES_MAX) return NULL;
  struct entry *entry = &e->all[e->count++];
  *entry = (struct entry){.kind = kind, .account = account};
  memcpy(entry->key, key, sizeof entry->key);
  return entry;
}

static void did(struct event *e, int side, acr__beside_kind kind, const int32_t key[3]) {
  struct entry *entry = entry_of(e, kind, key, -1);
  if (entry) entry->by[side] = true;
}

static void posted(struct event *e, int side, const int32_t cause[3], const struct acr__posting *p) {
  const acr_engine *base = e->b->base;
  int64_t millionths;
  if (p->reason == ACR_REASON_HOLD || p->reason == ACR_REASON_TRANSFER || p->reason == ACR_REASON_MERGE) return;
  struct entry *entry = entry_of(e, ACR_BESIDE_RULE, cause, (int32_t)p->account);
  if (entry) acr__add(entry->points[side], p->points, &entry->points[side]);
  if (acr__account_owed(base, (int)p->account) &&
      acr__mul(p->points, acr__pow10(ACR_CAP_SCALE - base->accounts[p->account].decimals), &millionths))
    acr__add(e->owed[side], millionths, &e->owed[side]);
}

struct walk {
  struct event *e;
  int side;
  bool ours;        // what follows was caused by a rule of the family
  int32_t cause[3]; // behavior, level, rule: names + 1
};

static void outcome(struct walk *walk, const struct acr__op *op) {
  walk->ours = op->v[ACR_OUTCOME_FAMILY] == walk->e->b->family;
  walk->cause[0] = (int32_t)op->v[ACR_OUTCOME_BEHAVIOR];
  walk->cause[1] = (int32_t)op->v[ACR_OUTCOME_LEVEL];
  walk->cause[2] = (int32_t)op->v[ACR_OUTCOME_RULE];
  if (walk->ours && (op->v[ACR_OUTCOME_FIRED] == 1 || walk->cause[0] == ACR_BEHAVIOR_BASE))
    did(walk->e, walk->side, ACR_BESIDE_RULE, walk->cause);
}

static void step(struct walk *walk, const struct acr__op *op) {
  struct acr__beside *b = walk->e->b;
  struct acr__posting posting;
  switch (op->kind) {
  case ACR_OP_OUTCOME:
    outcome(walk, op);
    break;
  case ACR_OP_DERIVED:
    walk->ours = false;
    break;
  case ACR_OP_LEVEL:
    if (op->v[ACR_LEVEL_FAMILY] == b->family) did(walk->e, walk->side, ACR_BESIDE_LEVEL, (int32_t[3]){(int32_t)op->v[ACR_LEVEL_NAME]});
    break;
  case ACR_OP_OFFER:
    if (op->v[ACR_OFFER_FAMILY] == b->family) did(walk->e, walk->side, ACR_BESIDE_OFFER, (int32_t[3]){(int32_t)op->v[ACR_OFFER_NAME] + 1});
    break;
  case ACR_OP_STANDING:
    if (walk->side == ACR_BESIDE_ACTIVE && op->v[0] == b->family) b->sums.active = (uint32_t)op->v[2];
    break;
  default:
    if (walk->ours && acr__op_posting(op, &posting)) posted(walk->e, walk->side, walk->cause, &posting);
  }
}

// ---- all events

static struct acr__beside_points *points_of(struct acr__beside_points **all, int *count, int32_t account) {
  for (int i = 0; i < *count; i++)
    if ((*all)[i].account == account) return &(*all)[i];
  *all = acr__mem_resize(*all, ((size_t)*count + 1) * sizeof **all);
  (*all)[*count] = (struct acr__beside_points){.account = account};
  return &(*all)[(*count)++];
}

static struct acr__beside_row *row_of(struct acr__beside_sums *s, const struct entry *entry) {
  for (int i = 0; i < s->row_count; i++)
    if (s->rows[i].kind == entry->kind && memcmp(s->rows[i].key, entry->key, sizeof entry->key) == 0) return &s->rows[i];
  s->rows = acr__mem_resize(s->rows, ((size_t)s->row_count + 1) * sizeof *s->rows);
  struct acr__beside_row *row = &s->rows[s->row_count++];
  *row = (struct acr__beside_row){.kind = entry->kind};
  memcpy(row->key, entry->key, sizeof row->key);
  return row;
}

static void add_points(struct acr__beside_points *to, const struct entry *entry) {
  for (int side = 0; side < ACR_BESIDE_SIDES; side++)
    acr__add(to->points[side], entry->points[side], &to->points[side]);
}

static bool add_entry(struct acr__beside_sums *s, const struct entry *entry) {
  struct acr__beside_row *row = row_of(s, entry);
  if (entry->account >= 0) {
    add_points(points_of(&row->points, &row->point_count, entry->account), entry);
    add_points(points_of(&s->accounts, &s->account_count, entry->account), entry);
    return entry->points[0] != entry->points[1];
  }
  row->both += entry->by[0] && entry->by[1];
  for (int side = 0; side < ACR_BESIDE_SIDES; side++)
    row->only[side] += entry->by[side] && !entry->by[1 - side];
  return entry->by[0] != entry->by[1];
}

static int64_t distance(const int64_t points[ACR_BESIDE_SIDES]) {
  int64_t away = points[ACR_BESIDE_SHADOW] - points[ACR_BESIDE_ACTIVE];
  return away < 0 ? -away : away;
}

static void note_member(struct acr__beside_sums *s, uint32_t number, const int64_t owed[ACR_BESIDE_SIDES]) {
  acr__span key = {(const char *)&number, sizeof number};
  struct acr__beside_member *member = acr__table_get(s->members, key);
  if (!member && acr__table_count(s->members) >= ACR_BESIDE_MEMBERS_MAX) {
    s->members_beyond++;
    return;
  }
  if (!member) {
    member = acr__mem_alloc(sizeof *member);
    *member = (struct acr__beside_member){.number = number};
    acr__table_put(s->members, key, member);
  }
  member->events++;
  for (int side = 0; side < ACR_BESIDE_SIDES; side++)
    acr__add(member->points[side], owed[side], &member->points[side]);
}

static void note_event(struct acr__beside_sums *s, const struct acr__record *record, const int64_t owed[ACR_BESIDE_SIDES]) {
  int at = s->event_count;
  while (at > 0 && distance(s->events[at - 1].points) < distance(owed))
    at--;
  if (at == ACR_BESIDE_EVENTS) return;
  if (s->event_count < ACR_BESIDE_EVENTS) s->event_count++;
  memmove(&s->events[at + 1], &s->events[at], (size_t)(s->event_count - 1 - at) * sizeof *s->events);
  s->events[at] = (struct acr__beside_event){record->seq, record->member, record->time, {owed[0], owed[1]}};
}

void acr__beside_compare(struct acr__beside *b, const struct acr__record *record, const struct acr__ops *ops) {
  struct event e;
  struct walk active = {.e = &e, .side = ACR_BESIDE_ACTIVE}, shadow = {.e = &e, .side = ACR_BESIDE_SHADOW};
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  bool different = false;
  e.b = b;
  e.count = 0;
  memset(e.owed, 0, sizeof e.owed);
  while (acr__op_read(&cur, &op))
    step(&active, &op);
  for (int i = 0; ops && i < ops->count; i++)
    step(&shadow, &ops->all[i]);
  for (int i = 0; i < e.count; i++)
    different = add_entry(&b->sums, &e.all[i]) || different;
  if (!different) return;
  b->sums.different++;
  note_member(&b->sums, record->member, e.owed);
  note_event(&b->sums, record, e.owed);
}
