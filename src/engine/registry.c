// Names, accounts, series and releases by number. The log gives the numbers out; the view keeps a copy so that opening a ledger
// need not read the log from its start.
#include "base/mem.h"
#include "engine/status.h"
#include <stdlib.h>
#include <string.h>

int acr__name_number(acr_engine *engine, acr__span name) {
  int number = acr__names_find(engine->names, name);
  if (number >= 0) return number;
  number = acr__names_add(engine->names, name);
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_NAME);
  op->v[0] = number;
  op->text = acr__names_text(engine->names, number);
  engine->registry_dirty = true;
  return number;
}

// Of an attempt that leaves no record: a number that the log never gave out must not be used.
void acr__names_undo(acr_engine *engine) {
  int first = acr__names_count(engine->names);
  for (int i = 0; i < engine->ops.count; i++)
    if (engine->ops.all[i].kind == ACR_OP_NAME && engine->ops.all[i].v[0] < first) first = (int)engine->ops.all[i].v[0];
  while (engine->name_json_count > first)
    free((char *)engine->name_json[--engine->name_json_count].ptr);
  acr__names_cut(engine->names, first);
}

acr__span acr__name_text(const acr_engine *engine, int64_t number) {
  return number < 0 || number >= acr__names_count(engine->names) ? (acr__span){NULL, 0} : acr__names_text(engine->names, (int)number);
}

static acr__span json_text(acr__span text) {
  acr__buf out = {0};
  acr__writer w = {&out, false};
  acr__write_span(&w, text);
  return (acr__span){(const char *)out.ptr, out.len};
}

acr__span acr__name_json(acr_engine *engine, int number) {
  if (number >= engine->name_json_count) {
    int count = acr__names_count(engine->names);
    engine->name_json = acr__mem_resize(engine->name_json, (size_t)count * sizeof *engine->name_json);
    for (int i = engine->name_json_count; i < count; i++)
      engine->name_json[i] = json_text(acr__names_text(engine->names, i));
    engine->name_json_count = count;
  }
  return engine->name_json[number];
}

void acr__registry_forget(acr_engine *engine) {
  for (int i = 0; i < engine->name_json_count; i++)
    free((char *)engine->name_json[i].ptr);
  free(engine->name_json);
}

void acr__registry_free(acr_engine *engine) {
  acr__registry_forget(engine);
  acr__accounts_free(engine);
  acr__names_free(engine->names);
  acr__table_free(engine->series_keys);
  free(engine->series_born);
  free(engine->controls);
}

static void note_born(acr_engine *engine, int64_t series, acr__pos pos) {
  if (series >= engine->born_cap) {
    uint32_t cap = (uint32_t)series * 2 + 64;
    engine->series_born = acr__mem_resize(engine->series_born, cap * sizeof *engine->series_born);
    memset(engine->series_born + engine->born_cap, 0, (cap - engine->born_cap) * sizeof *engine->series_born);
    engine->born_cap = cap;
  }
  engine->series_born[series] = pos;
}

static void note_control(acr_engine *engine, acr__pos pos) {
  if (engine->control_count && engine->controls[engine->control_count - 1] >= pos) return;
  engine->controls = acr__mem_resize(engine->controls, ((size_t)engine->control_count + 1) * sizeof *engine->controls);
  engine->controls[engine->control_count++] = pos;
}

static struct acr__release *add_release(acr_engine *engine, const struct acr__op *op, const struct acr__record *record) {
  engine->releases = acr__mem_resize(engine->releases, ((size_t)engine->release_count + 1) * sizeof *engine->releases);
  struct acr__release *release = acr__mem_resize(NULL, sizeof *release);
  memset(release, 0, sizeof *release);
  release->number = (uint32_t)op->v[0];
  release->program = (int)op->v[1];
  release->family = (int)op->v[2];
  release->label = strndup(op->text.ptr, op->text.len);
  release->effective_from = op->v[3];
  release->first_active = release->active_since = ACR_TIME_NONE;
  release->pos = record->pos;
  release->published = record->recorded_at;
  engine->releases[engine->release_count++] = release;
  return release;
}

static void set_program_status(struct acr__release *release, const struct acr__change *change) {
  acr__status status = (acr__status)change->status;
  if (status == ACR_STATUS_ACTIVE && release->status != status) release->active_since = change->time;
  if (status == ACR_STATUS_ACTIVE && release->first_active == ACR_TIME_NONE) {
    release->first_active = change->time;
    release->active_pos = change->pos;
  }
  release->status = status;
}

// Levels are kept by position; the operation says which.
static void set_level_status(struct acr__release *release, const struct acr__change *change) {
  int level = change->level;
  if (level >= release->level_count) {
    release->levels = acr__mem_resize(release->levels, ((size_t)level + 1) * sizeof *release->levels);
    for (int i = release->level_count; i <= level; i++)
      release->levels[i] = (struct acr__release_level){-1, ACR_LEVEL_DRAFT, ACR_TIME_NONE};
    release->level_count = level + 1;
  }
  struct acr__release_level *it = &release->levels[level];
  if (it->status != ACR_LEVEL_LIVE) it->live_since = change->time;
  it->status = (acr__level_status)change->status;
  it->name = change->name;
}

static void change(struct acr__release *release, const struct acr__change *one) {
  release->changes = acr__mem_resize(release->changes, ((size_t)release->change_count + 1) * sizeof *release->changes);
  release->changes[release->change_count++] = *one;
  if (one->level >= 0)
    set_level_status(release, one);
  else
    set_program_status(release, one);
}

static void set_status(acr_engine *engine, const struct acr__op *op, const struct acr__record *record) {
  struct acr__release *release = acr__release_number(engine, op->v[0]);
  acr__accounts_stale(engine);
  if (release) change(release, &(struct acr__change){(int)op->v[1] - 1, (int)op->v[2], (int)op->v[3], record->pos, record->ledger_time});
}

void acr__registry_apply(acr_engine *engine, const struct acr__op *op, const struct acr__record *record) {
  switch (op->kind) {
  case ACR_OP_NAME:
    if (op->v[0] == acr__names_count(engine->names)) acr__names_add(engine->names, op->text);
    break;
  case ACR_OP_ACCOUNT:
    acr__account_apply(engine, op);
    break;
  case ACR_OP_HAS_OFFER:
    acr__has_offer_apply(engine, op);
    break;
  case ACR_OP_SERIES:
    if ((uintptr_t)acr__table_get(engine->series_keys, op->text) <= (uintptr_t)op->v[0])
      acr__table_put(engine->series_keys, op->text, (void *)(uintptr_t)(op->v[0] + 1));
    if (op->v[0] >= engine->series_count) engine->series_count = (uint32_t)op->v[0] + 1;
    if (record) note_born(engine, op->v[0], record->pos);
    break;
  case ACR_OP_RELEASE:
    if (!acr__release_number(engine, op->v[0])) add_release(engine, op, record);
    note_control(engine, record->pos);
    break;
  case ACR_OP_STATUS:
    set_status(engine, op, record);
    engine->registry_hold = record->pos;
    note_control(engine, record->pos);
    break;
  case ACR_OP_MERGED:
  case ACR_OP_ERASED:
    engine->altered = true;
    break;
  default:
    return;
  }
  engine->registry_dirty = true;
}

void acr__registry_altered(acr_engine *engine) {
  if (!engine->altered) engine->altered = engine->registry_dirty = true;
}

struct series_out {
  acr__buf *out;
  uint32_t below;
  uint64_t count;
};

static void save_series(acr__span key, void *value, void *arg) {
  struct series_out *to = arg;
  uint32_t number = (uint32_t)(uintptr_t)value - 1;
  if (number >= to->below) return;
  acr__buf_varu(to->out, number);
  acr__buf_span(to->out, key);
  to->count++;
}

static void save_releases(const acr_engine *engine, int count, acr__buf *out) {
  acr__buf_varu(out, (uint64_t)count);
  for (int i = 0; i < count; i++) {
    const struct acr__release *release = engine->releases[i];
    acr__buf_varu(out, release->pos);
    acr__buf_varu(out, (uint64_t)release->change_count);
    for (int k = 0; k < release->change_count; k++) {
      const struct acr__change *one = &release->changes[k];
      acr__buf_vari(out, one->level);
      acr__buf_u8(out, (uint8_t)one->status);
      acr__buf_vari(out, one->name);
      acr__buf_varu(out, one->pos);
      acr__buf_vari(out, one->time);
    }
  }
}

// Where in the log series and statuses come from: what was before them is seen as it was then.
static void save_places(const acr_engine *engine, const acr_batch *batch, acr__buf *out) {
  acr__pos end = batch->records.len ? batch->first + batch->records.len : engine->end;
  uint32_t count = engine->control_count;
  while (count && engine->controls[count - 1] >= end)
    count--;
  for (uint32_t i = 0; i < batch->series; i++)
    acr__buf_varu(out, i < engine->born_cap ? engine->series_born[i] : 0);
  acr__buf_varu(out, count);
  for (uint32_t i = 0; i < count; i++)
    acr__buf_varu(out, engine->controls[i]);
}

static void save(acr_engine *engine, const acr_batch *batch) {
  acr__buf out = {0};
  acr__buf keys = {0};
  struct series_out series = {&keys, batch->series, 0};
  acr__buf_varu(&out, (uint64_t)batch->names);
  for (int i = 0; i < batch->names; i++)
    acr__buf_span(&out, acr__names_text(engine->names, i));
  acr__buf_varu(&out, (uint64_t)batch->accounts);
  for (int i = 0; i < batch->accounts; i++) {
    const struct acr__account *a = &engine->accounts[i];
    acr__buf_vari(&out, a->family);
    acr__buf_vari(&out, a->name);
    acr__buf_vari(&out, a->decimals);
    acr__buf_vari(&out, a->flags);
  }
  acr__table_each(engine->series_keys, save_series, &series);
  acr__buf_varu(&out, batch->series);
  acr__buf_varu(&out, series.count); // fewer: a key has its newest number
  acr__buf_put(&out, keys.ptr, keys.len);
  acr__buf_free(&keys);
  save_releases(engine, batch->release_count, &out);
  save_places(engine, batch, &out);
  acr__buf_u8(&out, engine->altered); // too early does no harm
  acr__ledger_note(engine->ledger, ACR__SPAN_LIT("registry"), (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
}

void acr__registry_note(acr_engine *engine) {
  struct acr_batch now = {.names = acr__names_count(engine->names),
                          .accounts = engine->account_count,
                          .series = engine->series_count,
                          .release_count = engine->release_count};
  save(engine, &now);
  engine->registry_dirty = false;
}

// What the log has not got durably must not reach the view: names of the batch being filled are left for the next time, and a
// status that changed in it holds everything back.
void acr__registry_checkpoint(acr_engine *engine, const acr_batch *batch) {
  acr__pos end = batch->first + batch->records.len;
  if (engine->registry_hold >= end || end <= engine->safe_end) return; // a later flush has said more
  if (engine->registry_dirty) {
    save(engine, batch);
    engine->registry_dirty = batch->names != acr__names_count(engine->names) || batch->accounts != engine->account_count ||
                             batch->series != engine->series_count || batch->release_count != engine->release_count;
  }
  engine->safe_end = end;
}

// A release by its record, then what became of it until the registry was saved.
static bool load_release(acr_engine *engine, acr__cursor *cur) {
  struct acr__record record;
  acr__pos pos = acr__get_varu(cur);
  if (cur->bad || !acr__read_record(engine, pos, &record)) return false;
  acr__cursor decision = {(const uint8_t *)record.decision.ptr, (const uint8_t *)record.decision.ptr + record.decision.len, false};
  struct acr__op op;
  while (acr__op_read(&decision, &op))
    if (op.kind == ACR_OP_RELEASE || op.kind == ACR_OP_ACCOUNT || op.kind == ACR_OP_HAS_OFFER) acr__registry_apply(engine, &op, &record);
  if (decision.bad || engine->release_count == 0) return false;
  for (uint64_t n = acr__get_varu(cur); n && !cur->bad; n--) {
    struct acr__change one = {.level = (int)acr__get_vari(cur)};
    one.status = acr__get_u8(cur);
    one.name = (int)acr__get_vari(cur);
    one.pos = acr__get_varu(cur);
    one.time = acr__get_vari(cur);
    if (!cur->bad) change(engine->releases[engine->release_count - 1], &one);
  }
  return !cur->bad;
}

static void load_accounts(acr_engine *engine, acr__cursor *cur) {
  uint64_t count = acr__get_varu(cur);
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    struct acr__op op = {.kind = ACR_OP_ACCOUNT, .v = {(int64_t)i}};
    for (int k = ACR_ACCOUNT_FAMILY; k <= ACR_ACCOUNT_FLAGS; k++) // of no release: what each says stands in its record
      op.v[k] = acr__get_vari(cur);
    acr__registry_apply(engine, &op, NULL);
  }
}

static void load_places(acr_engine *engine, uint32_t series, acr__cursor *cur) {
  for (uint32_t i = 0; i < series && !cur->bad; i++)
    note_born(engine, i, acr__get_varu(cur));
  engine->control_count = 0; // what the records of releases said alone
  for (uint64_t n = acr__get_varu(cur); n && !cur->bad; n--)
    note_control(engine, acr__get_varu(cur));
}

bool acr__registry_load(acr_engine *engine) {
  acr__buf bytes = {0};
  if (!acr__ledger_note_read(engine->ledger, ACR__SPAN_LIT("registry"), &bytes)) {
    acr__buf_free(&bytes);
    return false;
  }
  acr__cursor cur = {bytes.ptr, bytes.ptr + bytes.len, false};
  for (uint64_t n = acr__get_varu(&cur); n && !cur.bad; n--)
    acr__names_add(engine->names, acr__get_span(&cur));
  load_accounts(engine, &cur);
  uint32_t series = engine->series_count = (uint32_t)acr__get_varu(&cur);
  for (uint64_t n = acr__get_varu(&cur); n && !cur.bad; n--) {
    struct acr__op op = {.kind = ACR_OP_SERIES, .v = {(int64_t)acr__get_varu(&cur)}};
    op.text = acr__get_span(&cur);
    acr__registry_apply(engine, &op, NULL);
  }
  bool good = true;
  for (uint64_t n = acr__get_varu(&cur); n && good && !cur.bad; n--)
    good = load_release(engine, &cur);
  if (good) load_places(engine, series, &cur);
  engine->altered = cur.ptr >= cur.end || acr__get_u8(&cur); // a note that does not say: perhaps
  good = good && !cur.bad;
  acr__buf_free(&bytes);
  engine->registry_dirty = false;
  return good;
}
