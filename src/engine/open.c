// Opening a ledger: what is known of it, its releases, and the tail of the log that the view does not contain yet.
#include "base/mem.h"
#include "engine/beside.h"
#include "engine/built.h"
#include "engine/budget.h"
#include "engine/door.h"
#include "engine/payload.h"
#include "engine/profile.h"
#include "engine/due.h"
#include "engine/erase.h"
#include "engine/failing.h"
#include "engine/ripen.h"
#include "engine/status.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool any_type(void *arg, acr__span type) {
  (void)arg;
  (void)type;
  return true;
}

static void profile_recover(acr_engine *engine, struct acr__member *member, const struct acr__record *record) {
  struct acr__payload payload;
  struct acr__json_fault fault;
  struct acr__reject reject;
  struct acr__event_env env = {
      .key = &engine->key, .currency_scale = 2, .now = record->time, .latest = ACR_TIME_MAX, .type_known = any_type};
  if (!acr__payload_read(record->payload, &payload)) return;
  acr__arena *arena = acr__arena_new(4096);
  acr__json *json = acr__json_parse(arena, payload.line, NULL, &fault);
  const struct acr__event *event = json ? acr__event_read(arena, json, &env, &reject) : NULL;
  if (event) acr__profile_apply(member, event, payload.line);
  acr__arena_free(arena);
}

static bool of_other_series(const acr_engine *engine, const struct acr__op *op) {
  bool series = op->kind == ACR_OP_FACT || op->kind == ACR_OP_VALUE || op->kind == ACR_OP_CHANGE;
  if (engine->changes_aside && op->kind == ACR_OP_CHANGE) return true;
  if (engine->series_fed && series && !engine->series_fed[op->v[0]]) return true;
  return engine->series_aside && series && (uint32_t)op->v[0] >= engine->series_from;
}

bool acr__recover_member(acr_engine *engine, struct acr__member *member, const struct acr__record *record) {
  struct acr__op_walk walk = acr__ops_of(record);
  struct acr__op op;
  if (record->pos <= member->applied) return true;
  bool refused = record->kind == ACR_RECORD_PARKED || (record->flags & ACR_RECORD_REFUSED);
  while (acr__op_next(&walk, &op)) {
    // Of what was parked one thing holds: its time is past.
    if (refused && op.kind != ACR_OP_DUE && op.kind != ACR_OP_PENDING_DONE) continue;
    if (engine->aside && !acr__beside_op(engine->aside, member, &op)) continue;
    if (of_other_series(engine, &op)) continue;
    if (!acr__member_apply(member, &op, record->seq)) return false;
    if (op.kind == ACR_OP_PROFILE) profile_recover(engine, member, record);
    if (op.kind == ACR_OP_ERASED && !engine->aside) acr__erase_begin(engine, member, record->pos);
  }
  member->prev = member->applied = record->pos;
  if (!refused && !(record->flags & ACR_RECORD_DUE)) member->events++;
  return !walk.ops.bad;
}

struct tail {
  acr_engine *engine;
  bool damaged;
  uint64_t events;
};

static bool visit(void *arg, const struct acr__record *record) {
  struct tail *tail = arg;
  acr_engine *engine = tail->engine;
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__payload payload;
  struct acr__op op;
  acr__ledger_add_id(engine->ledger, record->id_digest, record->pos);
  engine->parked += record->kind == ACR_RECORD_PARKED;
  while (acr__op_read(&cur, &op)) {
    acr__registry_apply(engine, &op, record);
    if (record->pos >= engine->budget_noted) acr__budget_apply(engine, &op);
    if (op.kind == ACR_OP_SERIES && tail->events && (uint32_t)op.v[0] < engine->series_from)
      engine->series_from = (uint32_t)op.v[0]; // facts from before its release are not in the log as such
    if (op.kind == ACR_OP_TRANSACTION && op.text.len == sizeof(acr__digest)) {
      acr__digest digest;
      memcpy(digest.bytes, op.text.ptr, sizeof digest.bytes);
      acr__ledger_add_id(engine->ledger, digest, record->pos);
    }
  }
  tail->events += record->member != 0;
  acr__mention_recover(engine, record);
  if (record->member == 0 || cur.bad) {
    tail->damaged = cur.bad;
    return !cur.bad;
  }
  char label[32];
  if (!acr__payload_read(record->payload, &payload)) payload.member = acr__erased_id(record->member, label);
  struct acr__member *member = acr__member_at(engine, record->member, payload.member);
  tail->damaged = !acr__recover_member(engine, member, record);
  acr__member_dirty(engine, member, record->pos);
  return !tail->damaged;
}

// ---- series that the view does not hold whole: taken out of every member and built anew

struct unbuilt {
  acr_engine *engine;
  uint32_t from;
};

static bool clear_stored(void *arg, uint32_t number, acr__span id, acr__span state) {
  struct unbuilt *u = arg;
  (void)state;
  struct acr__member *member = acr__member_at(u->engine, number, id);
  bool any = false;
  for (uint32_t i = 0; member && i < member->series_count; i++)
    any = any || member->series[i].number >= u->from;
  if (any) acr__member_dirty(u->engine, member, u->engine->end);
  return true;
}

static void clear_series(acr_engine *engine, uint32_t from) {
  struct unbuilt u = {engine, from};
  acr__ledger_each_member(engine->ledger, clear_stored, &u);
  for (uint32_t n = 0; n < engine->number_cap; n++) {
    struct acr__member *m = engine->by_number[n];
    for (uint32_t i = 0; m && i < m->series_count;) {
      if (m->series[i].number < from) {
        i++;
        continue;
      }
      acr__series_free(&m->series[i]);
      m->series[i] = m->series[--m->series_count];
    }
  }
}

static bool build_missing(acr_engine *engine, uint32_t from, char **message) {
  bool cleared = false;
  for (int i = 0; i < engine->feed_count; i++) {
    struct acr__feed *feed = &engine->feeds[i];
    struct acr__built built = {0};
    if (feed->number < from) continue;
    if (!cleared) clear_series(engine, from);
    cleared = true;
    bool *wanted = calloc((size_t)feed->release->plan->series_count + 1, sizeof *wanted);
    wanted[feed->series] = true;
    bool good = acr__series_collect(engine, feed->release, wanted, &built, message);
    free(wanted);
    if (!good) {
      *message = strdup(*message);
      return false;
    }
    acr__series_keep(engine, feed->release, &built);
  }
  return true;
}

static bool load_releases(acr_engine *engine, char **message) {
  acr__releases_settle(engine);
  for (int i = 0; i < engine->release_count; i++) {
    acr__diag diag;
    acr__diag_init(&diag, engine->arena);
    if (acr__release_over(engine->releases[i]) || acr__release_load(engine, engine->releases[i], &diag)) continue;
    if (asprintf(message, "release %s of the ledger cannot be loaded: %s", engine->releases[i]->label,
                 diag.first ? acr__diag_line(&diag, diag.first) : "unknown") < 0)
      abort();
    return false;
  }
  acr__releases_settle(engine);
  return true;
}

static uint32_t noted_series(acr_engine *engine) {
  acr__buf note = {0};
  uint32_t count = 0;
  if (acr__ledger_note_read(engine->ledger, ACR__SPAN_LIT("built"), &note)) {
    acr__cursor cur = {note.ptr, note.ptr + note.len, false};
    count = (uint32_t)acr__get_varu(&cur);
  }
  acr__buf_free(&note);
  return count;
}

int acr__recover(acr_engine *engine, const struct acr__ledger_info *info, char **message) {
  struct tail tail = {.engine = engine};
  engine->safe_end = info->end;
  engine->series_aside = true;
  engine->series_from = UINT32_MAX;
  if (info->view_end > 1) {
    if (!acr__registry_load(engine)) {
      *message = strdup("the view of the ledger has no registry; remove the -view file, it will be rebuilt");
      return ACR_E_CORRUPT;
    }
    engine->noted = noted_series(engine);
    acr__budgets_load(engine, info->view_end);
    engine->series_from = engine->noted;
  } else {
    engine->registry_dirty = true; // a view without one is damaged, also where no program was published before its first event
  }
  acr__scan(engine, info->view_end, visit, &tail);
  engine->series_aside = false;
  if (tail.damaged) {
    char *first = acr__verify_first(engine);
    if (asprintf(message, "the log contradicts itself: %s; restore the ledger from a backup",
                 first ? first : "its records cannot be applied") < 0)
      abort();
    int error = first ? ACR_E_VIOLATION : ACR_E_CORRUPT;
    free(first);
    return error;
  }
  engine->built_at = info->end;
  if (!load_releases(engine, message)) return ACR_E_CORRUPT;
  if (!build_missing(engine, engine->series_from, message)) return ACR_E_CORRUPT;
  if (engine->budget_due) acr__budgets_note_now(engine);
  if (engine->registry_dirty)
    acr__registry_note(engine); // members are written behind from here on, so the view needs the names they stand on
  if (engine->erasing && !acr__erase_resume(engine)) {
    *message = strdup("what was left of erased members could not be overwritten; the disk may be full or failing");
    return ACR_E_IO;
  }
  return ACR_E_OK;
}

char *acr__standard_dir(const char *given) {
  const char *share = getenv("ACCRUE_SHARE");
  char *path = NULL;
  const char *roots[] = {share, ACCRUE_SOURCE_DIR, ACCRUE_SHARE_DIR};
  if (given) return strdup(given);
  for (int i = 0; i < 3; i++) {
    if (!roots[i] || asprintf(&path, "%s/plugins/standard", roots[i]) < 0) continue;
    if (access(path, R_OK) == 0) return path;
    free(path);
  }
  return strdup("plugins/standard");
}

int acr_engine_open(const struct acr_options *options, acr_engine **out, char **message) {
  acr_engine *engine = calloc(1, sizeof *engine);
  struct acr__ledger_options ledger = {options->ledger, options->create, options->unsafe_sync_off};
  struct acr__ledger_info info = {0};
  *out = NULL;
  *message = NULL;
  int error = acr__ledger_open(&ledger, &engine->ledger, &info, message);
  if (error) {
    free(engine);
    return error;
  }
  engine->options = *options;
  engine->options.ledger = engine->options.template_dir = engine->options.standard_dir = NULL;
  if (engine->options.max_future_us == 0) engine->options.max_future_us = ACR_FUTURE_US;
  if (engine->options.member_bytes_max == 0) engine->options.member_bytes_max = 8ull << 30;
  if (engine->options.disk_free_min == 0) engine->options.disk_free_min = 64ull << 20;
  engine->standard_dir = acr__standard_dir(options->standard_dir);
  engine->template_dir = options->template_dir ? strdup(options->template_dir) : NULL;
  engine->ledger_path = options->ledger ? strdup(options->ledger) : NULL;
  engine->key = info.key;
  engine->names = acr__names_new();
  engine->series_keys = acr__table_new();
  engine->arena = acr__arena_new(256 * 1024);
  engine->due_epoch = 1;
  engine->last_seq = info.last_seq;
  engine->last_member = info.last_member;
  engine->end = info.end;
  engine->ledger_time = info.last_seq ? info.ledger_time : INT64_MIN + 1;
  engine->last_recorded_at = info.last_recorded_at;
  error = acr__recover(engine, &info, message);
  if (error) {
    acr_engine_close(engine);
    return error;
  }
  acr__beside_settle(engine);
  *out = engine;
  return ACR_E_OK;
}

void acr_engine_close(acr_engine *engine) {
  if (!engine) return;
  acr__beside_stop(engine);
  // What cannot be written behind in a second is taken up from the log at the next start: a SIGTERM has to end in time.
  int64_t until = acr__wall_us() + ACR_SECOND_US;
  while (acr__members_write(engine, engine->safe_end, engine->safe_end, 4096) && acr__wall_us() < until) {
  }
  acr__budgets_note_now(engine);
  acr__beside_close(engine);
  acr__ledger_close(engine->ledger);
  acr__ripen_free(engine);
  acr__members_free(engine);
  for (int i = 0; i < engine->release_count; i++)
    acr__release_free(engine->releases[i]);
  acr__batches_free(engine);
  acr__clock_free(engine);
  free(engine->releases);
  free(engine->feeds);
  acr__budgets_free(engine);
  acr__registry_free(engine);
  acr__erase_free(engine);
  acr__failing_free(engine);
  acr__door_free(engine);
  acr__arena_free(engine->arena);
  acr__arena_free(engine->spare);
  acr__buf_free(&engine->scratch);
  acr__buf_free(&engine->decision);
  acr__buf_free(&engine->texts);
  acr__buf_free(&engine->payload);
  acr__buf_free(&engine->record);
  acr__ops_free(&engine->ops);
  free(engine->standard_dir);
  free(engine->template_dir);
  free(engine->ledger_path);
  free(engine);
}
