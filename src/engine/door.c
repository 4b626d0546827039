// Reading lines, on the engine thread or ahead of it on another: everything that needs no state but the names in force.
#include "engine/door.h"
#include "base/mem.h"
#include "engine/status.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

static const char *const core_types[] = {"purchase",       "return",         "purchase.amended", "member.join", "member.update",
                                         "audience.enter", "audience.leave", "points.adjust",    "clock"};

// What reading an event needs of the releases in force. Never changed: a new one is made when they change.
struct acr__door {
  struct acr__door *older; // retired ones, kept until the engine closes: another thread may still read by them
  const acr_engine *engine;
  int currency_scale;
  bool round_decimals;
  acr__names *types; // custom event types that a release declares
};

void acr__door_renew(acr_engine *engine) {
  struct acr__door *door = acr__mem_alloc(sizeof *door);
  *door = (struct acr__door){.older = engine->door, .engine = engine, .currency_scale = 2, .types = acr__names_new()};
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__plan *plan = engine->releases[i]->plan;
    if (!plan || (engine->releases[i]->first_active == ACR_TIME_NONE && !acr__release_judges(engine, engine->releases[i]))) continue;
    // The last program in force decides the decimals of money; programs of one ledger share a currency, or its decimals.
    door->currency_scale = plan->currency_scale;
    door->round_decimals = plan->settings.excess_round;
    for (int k = 0; k < plan->type_count; k++)
      acr__names_add(door->types, plan->types[k]);
  }
  __atomic_store_n(&engine->door, door, __ATOMIC_RELEASE);
}

void acr__door_free(acr_engine *engine) {
  while (engine->door) {
    struct acr__door *door = engine->door;
    engine->door = door->older;
    acr__names_free(door->types);
    free(door);
  }
}

int acr__door_scale(const acr_engine *engine) {
  return engine->door->currency_scale;
}

static bool type_known(void *arg, acr__span type) {
  const struct acr__door *door = arg;
  return acr__names_find(door->types, type) >= 0;
}

static acr__span type_nearest(void *arg, acr__span type) {
  enum { NAMES_MAX = 512 };
  const struct acr__door *door = arg;
  acr__span names[NAMES_MAX];
  int count = 0;
  for (size_t i = 0; i < sizeof core_types / sizeof core_types[0]; i++)
    names[count++] = acr__span_of(core_types[i]);
  for (int i = 0; i < acr__names_count(door->types) && count < NAMES_MAX; i++)
    names[count++] = acr__names_text(door->types, i);
  return acr__nearest(type, names, count);
}

int64_t acr__wall_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct acr__event_env env_of(acr_engine *engine, const struct acr__door *door, acr__buf *scratch, const struct acr__record *record) {
  struct acr__event_env env = {.key = &engine->key,
                               .currency_scale = door->currency_scale,
                               .round_decimals = door->round_decimals,
                               .type_known = type_known,
                               .type_nearest = type_nearest,
                               .arg = (void *)door,
                               .outside = true,
                               .scratch = scratch};
  env.now = record ? record->time : acr__wall_us();
  env.latest = record || engine->options.max_future_us < 0 ? ACR_TIME_MAX : env.now + engine->options.max_future_us;
  if (record) {
    env.id_digest = &record->id_digest;
    env.content_digest = &record->content_digest;
  }
  return env;
}

static void note_event(struct acr__line *out, const struct acr__event *event) {
  out->event = event;
  if (!event) return;
  out->member = acr__roster_hash(event->subject);
  out->id = event->id_digest;
  out->transaction = event->transaction_digest;
  out->purchase = event->kind == ACR_EVENT_PURCHASE;
}

static void read_line(acr_engine *engine, const struct acr__door *door, acr__arena *arena, acr__buf *scratch, acr__span text,
                      const struct acr__record *record, struct acr__line *out) {
  struct acr__json_limits limits = {0, engine->options.line_bytes_max};
  struct acr__json_fault fault;
  *out = (struct acr__line){.text = text};
  out->json = acr__json_parse(arena, text, &limits, &fault);
  const acr__node *root = out->json ? acr__json_root(out->json) : NULL;
  if (!out->json) {
    out->reject = (struct acr__reject){fault.code, fault.message, NULL, fault.line, fault.column};
  } else if (acr__node_kind(root) != ACR_JSON_OBJECT) {
    out->reject =
        (struct acr__reject){"envelope", "a line is one JSON object: an event with `specversion`, or a request with `method`", "$", 1, 1};
  } else if (acr__node_get(root, "method") && !acr__node_get(root, "specversion")) {
    out->request = true;
  } else {
    struct acr__event_env env = env_of(engine, door, scratch, record);
    note_event(out, acr__event_read(arena, out->json, &env, &out->reject));
  }
}

void acr__line_read(acr_engine *engine, const struct acr__door *door, acr__arena *arena, acr__buf *scratch, acr__span text,
                    struct acr__line *out) {
  read_line(engine, door, arena, scratch, text, NULL, out);
}

void acr__line_again(acr_engine *engine, acr__span text, const struct acr__record *record, struct acr__line *out) {
  struct acr__event_env env = env_of(engine, engine->door, &engine->scratch, record);
  *out = (struct acr__line){.text = text};
  note_event(out, acr__event_again(engine->arena, text, &env));
  if (!out->event) read_line(engine, engine->door, engine->arena, &engine->scratch, text, record, out);
}

// ---- ahead of the engine thread

#define AHEAD_ARENA_KEPT (2u << 20) // a parcel of giant receipts does not hold its memory for ever

struct acr_ahead {
  acr_engine *engine;
  const struct acr__door *door;
  acr__arena *arena;
  acr__buf scratch;
  size_t count, cap;
  struct acr__line *lines; // owned
};

acr_ahead *acr_ahead_new(acr_engine *engine) {
  acr_ahead *ahead = acr__mem_alloc(sizeof *ahead);
  *ahead = (struct acr_ahead){.engine = engine, .arena = acr__arena_new(64 * 1024)};
  return ahead;
}

void acr_ahead_reset(acr_ahead *ahead) {
  if (acr__arena_used(ahead->arena) > AHEAD_ARENA_KEPT) {
    acr__arena_free(ahead->arena);
    ahead->arena = acr__arena_new(64 * 1024);
  }
  acr__arena_reset(ahead->arena);
  ahead->count = 0;
  ahead->door = __atomic_load_n(&ahead->engine->door, __ATOMIC_ACQUIRE);
}

void acr_ahead_line(acr_ahead *ahead, const char *line, size_t len) {
  if (ahead->count == ahead->cap) {
    ahead->cap = ahead->cap ? ahead->cap * 2 : 64;
    ahead->lines = acr__mem_resize(ahead->lines, ahead->cap * sizeof *ahead->lines);
  }
  acr__line_read(ahead->engine, ahead->door, ahead->arena, &ahead->scratch, (acr__span){line, len}, &ahead->lines[ahead->count++]);
}

bool acr_ahead_clock(const acr_ahead *ahead, size_t i, int64_t *time_us) {
  const struct acr__line *line = acr__ahead_get(ahead, i);
  if (!line || !line->event || line->event->kind != ACR_EVENT_CLOCK) return false;
  if (acr__find_id(ahead->engine, line->event->id_digest)) return false; // its answer is known: it runs nothing ahead of itself
  *time_us = line->event->time;
  return true;
}

void acr_ahead_free(acr_ahead *ahead) {
  if (!ahead) return;
  acr__arena_free(ahead->arena);
  acr__buf_free(&ahead->scratch);
  free(ahead->lines);
  free(ahead);
}

const struct acr__line *acr__ahead_get(const acr_ahead *ahead, size_t i) {
  // Read under other releases than those in force now: to be read again.
  return ahead->door == ahead->engine->door && i < ahead->count ? &ahead->lines[i] : NULL;
}
