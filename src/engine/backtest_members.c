// Who differs most, and by which events.
#include "base/mem.h"
#include "engine/backtest.h"
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 20, EVENTS_SHOWN = 5, EVENTS_READ_MAX = 100000 };

static const int32_t *levels_of(const struct acr__backtest *b, const struct acr__sums_members *members, uint32_t number) {
  return &members->levels[(size_t)number * (size_t)b->family_count];
}

static bool differs(const struct acr__backtest *b, uint32_t n) {
  return b->who[n] == ACR_WHO_JUDGED &&
         (memcmp(&b->members_before.all[n], &b->members_after.all[n], sizeof *b->members_before.all) != 0 ||
          memcmp(levels_of(b, &b->members_before, n), levels_of(b, &b->members_after, n), (size_t)b->family_count * sizeof(int32_t)) != 0);
}

int64_t acr__backtest_differing(const struct acr__backtest *b) {
  int64_t count = 0;
  for (uint32_t n = 1; n < b->member_cap; n++)
    count += differs(b, n);
  return count;
}

static uint64_t distance(int64_t a, int64_t b) {
  return a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;
}

static uint64_t size_of(const struct acr__backtest *b, uint32_t n) {
  const struct acr__sums_member *was = &b->members_before.all[n], *is = &b->members_after.all[n];
  uint64_t issued = distance(was->issued, is->issued), left = distance(was->outstanding, is->outstanding);
  return issued > left ? issued : left;
}

struct top {
  uint32_t member;
  uint64_t size;
};

// The largest first; among equals the one that came first.
static int find_top(const struct acr__backtest *b, struct top *top, int most) {
  int count = 0;
  for (uint32_t n = 1; n < b->member_cap; n++) {
    if (!differs(b, n)) continue;
    uint64_t size = size_of(b, n);
    if (count == most && (most == 0 || size <= top[count - 1].size)) continue;
    int at = count < most ? count++ : count - 1;
    for (; at && top[at - 1].size < size; at--)
      top[at] = top[at - 1];
    top[at] = (struct top){n, size};
  }
  return count;
}

// ---- one event on both sides

struct event {
  acr__pos pos[2]; // of its record before and after; 0 = there is none
  int64_t points[2];
};

struct walk {
  struct acr__backtest *b;
  acr_engine *engines[2];
  struct event *all; // owned
  int count, cap;
};

static bool stands(const struct acr__record *r) {
  return r->kind != ACR_RECORD_PARKED && !(r->flags & ACR_RECORD_REFUSED);
}

// What the record makes of what is owed to the member, in millionths.
static int64_t worth(const acr_engine *engine, const struct acr__record *r) {
  acr__cursor cur = {(const uint8_t *)r->decision.ptr, (const uint8_t *)r->decision.ptr + r->decision.len, false};
  struct acr__posting p;
  struct acr__op op;
  int64_t sum = 0, points;
  while (stands(r) && acr__op_read(&cur, &op))
    if (acr__op_posting(&op, &p) && p.reason != ACR_REASON_HOLD && acr__account_owed(engine, (int)p.account) &&
        acr__mul(p.points, acr__pow10(ACR_CAP_SCALE - engine->accounts[p.account].decimals), &points))
      sum += points;
  return sum;
}

static struct event *add(struct walk *walk) {
  if (walk->count == walk->cap) {
    walk->cap = walk->cap ? walk->cap * 2 : 64;
    walk->all = acr__mem_resize(walk->all, (size_t)walk->cap * sizeof *walk->all);
  }
  walk->all[walk->count] = (struct event){0};
  return &walk->all[walk->count++];
}

// Records of one id stand together: those of the log first, each with its twin; then what the scratch ledger alone has.
static void walk_side(struct walk *walk, acr__pos pos, int side) {
  for (int i = 0; pos && i < EVENTS_READ_MAX; i++) {
    struct acr__record record, twin;
    if (!acr__read_record(walk->engines[side], pos, &record)) return;
    acr__pos prev = record.prev, other = side ? acr__ledger_find_id(walk->engines[0]->ledger, record.id_digest)
                                              : acr__find_id(walk->engines[1], record.id_digest);
    int64_t points = worth(walk->engines[side], &record);
    if (!side || !other) {
      struct event *event = add(walk);
      event->pos[side] = pos;
      event->points[side] = points;
      if (other && acr__read_record(walk->engines[1], other, &twin)) {
        event->pos[1] = other;
        event->points[1] = worth(walk->engines[1], &twin);
      }
    }
    pos = prev;
  }
}

static int by_size(const void *left, const void *right) {
  const struct event *a = left, *b = right;
  uint64_t x = distance(a->points[0], a->points[1]), y = distance(b->points[0], b->points[1]);
  if (x != y) return x > y ? -1 : 1;
  if (a->pos[0] != b->pos[0]) return a->pos[0] < b->pos[0] ? -1 : 1;
  return a->pos[1] < b->pos[1] ? -1 : a->pos[1] > b->pos[1];
}

// ---- writing

static void write_outcomes(struct walk *walk, acr__writer *w, int side, acr__pos pos) {
  struct acr__record record;
  acr_engine *engine = walk->engines[side];
  struct acr__posting p;
  struct acr__op op;
  int64_t family = -1, behavior = 0, rule = 0;
  acr__write_key(w, side ? "after" : "before");
  if (!pos || !acr__read_record(engine, pos, &record) || !stands(&record)) {
    acr__write_null(w);
    return;
  }
  acr__cursor cur = {(const uint8_t *)record.decision.ptr, (const uint8_t *)record.decision.ptr + record.decision.len, false};
  acr__write_array(w);
  while (acr__op_read(&cur, &op)) {
    if (op.kind == ACR_OP_OUTCOME || op.kind == ACR_OP_DERIVED) {
      family = op.kind == ACR_OP_OUTCOME ? op.v[ACR_OUTCOME_FAMILY] : -1;
      behavior = op.v[ACR_OUTCOME_BEHAVIOR];
      rule = op.v[ACR_OUTCOME_RULE];
    }
    if (!acr__op_posting(&op, &p)) continue;
    acr__write_object(w);
    if (family >= 0) {
      acr__write_key(w, "behavior");
      acr__write_text(w, acr__behavior_name((acr__behavior)behavior));
    }
    if (family >= 0 && rule) {
      acr__write_key(w, "rule");
      acr__write_span(w, acr__name_text(engine, rule - 1));
    }
    acr__write_key(w, "reason");
    acr__write_text(w, acr__reason_name(p.reason));
    acr__write_key(w, "account");
    acr__write_raw(w, acr__account_json(engine, (int)p.account));
    acr__write_key(w, "points");
    acr__write_decimal(w, p.points, engine->accounts[p.account].decimals);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void write_event(struct walk *walk, acr__writer *w, const struct event *event) {
  struct acr__record record;
  struct acr__payload payload;
  struct acr__json_fault fault;
  int side = event->pos[0] ? 0 : 1;
  if (!acr__read_record(walk->engines[side], event->pos[side], &record)) return;
  acr__arena *arena = acr__arena_new(16 * 1024);
  acr__json *json = acr__payload_read(record.payload, &payload) ? acr__json_parse(arena, payload.line, NULL, &fault) : NULL;
  const acr__node *root = json ? acr__json_root(json) : NULL;
  acr__write_object(w);
  acr__write_key(w, "source");
  acr__write_span(w, acr__node_text(acr__node_get(root, "source")));
  acr__write_key(w, "id");
  acr__write_span(w, acr__node_text(acr__node_get(root, "id")));
  acr__write_key(w, "type");
  acr__write_span(w, acr__node_text(acr__node_get(root, "type")));
  acr__write_key(w, "time");
  acr__write_time(w, record.time);
  acr__backtest_millionths(walk->b, w, "points", event->points[0], event->points[1]);
  write_outcomes(walk, w, 0, event->pos[0]);
  write_outcomes(walk, w, 1, event->pos[1]);
  acr__write_object_end(w);
  acr__arena_free(arena);
}

static void write_events(struct acr__backtest *b, acr__writer *w, const struct acr__member *member) {
  struct acr__record owner = {.member = member->number};
  struct walk walk = {.b = b, .engines = {b->from, b->runs[0].to}};
  for (int i = 0; i < b->workers; i++)
    if (acr__backtest_mine(&b->runs[i], &owner)) walk.engines[1] = b->runs[i].to;
  const struct acr__member *twin = acr__member_at(walk.engines[1], member->number, (acr__span){NULL, 0});
  walk_side(&walk, member->prev, 0);
  walk_side(&walk, twin ? twin->prev : 0, 1);
  if (walk.count) qsort(walk.all, (size_t)walk.count, sizeof *walk.all, by_size);
  acr__write_key(w, "events");
  acr__write_array(w);
  for (int i = 0; i < walk.count && i < EVENTS_SHOWN && walk.all[i].points[0] != walk.all[i].points[1]; i++)
    write_event(&walk, w, &walk.all[i]);
  acr__write_array_end(w);
  free(walk.all);
}

static void write_levels(struct acr__backtest *b, acr__writer *w, uint32_t n) {
  acr__write_key(w, "levels");
  acr__write_object(w);
  for (int i = 0; i < b->family_count; i++) {
    acr__write_key_span(w, b->families[i]);
    acr__write_object(w);
    for (int side = 0; side < 2; side++) {
      int32_t level = levels_of(b, side ? &b->members_after : &b->members_before, n)[i];
      acr__write_key(w, side ? "after" : "before");
      if (level)
        acr__write_span(w, acr__names_text(b->names, level - 1));
      else
        acr__write_null(w);
    }
    acr__write_object_end(w);
  }
  acr__write_object_end(w);
}

void acr__backtest_members(struct acr__backtest *b, acr__writer *w) {
  int most = b->options->shown > 0 ? b->options->shown : SHOWN;
  struct top *top = ACR__NEW_N(b->arena, struct top, most + 1);
  int count = find_top(b, top, most);
  acr__write_key(w, "differing_members");
  acr__write_int(w, acr__backtest_differing(b));
  acr__write_key(w, "largest_differences");
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    const struct acr__sums_member *was = &b->members_before.all[top[i].member], *is = &b->members_after.all[top[i].member];
    const struct acr__member *member = acr__member_at(b->from, top[i].member, (acr__span){NULL, 0});
    if (!member) continue;
    acr__write_object(w);
    acr__write_key(w, "member");
    acr__write_span(w, member->id);
    acr__backtest_millionths(b, w, "issued", was->issued, is->issued);
    acr__backtest_millionths(b, w, "spent", was->spent, is->spent);
    acr__backtest_millionths(b, w, "expired", was->expired, is->expired);
    acr__backtest_millionths(b, w, "outstanding", was->outstanding, is->outstanding);
    write_levels(b, w, top[i].member);
    write_events(b, w, member);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}
