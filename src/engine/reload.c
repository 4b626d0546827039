// template.reload: programs in test, and active ones when told so, as their files are now. All of them or none, by releases like any other.
#include "engine/job.h"
#include "engine/loaded.h"
#include "engine/payload.h"
#include "engine/publish.h"
#include "engine/status.h"

typedef enum did { DID_RELOAD, DID_NOTHING, DID_LEAVE, DID_NOT_FIND } did;

// What becomes of one program of the template.
struct turn {
  struct acr__loaded_program *of;
  acr__span program, file;
  const struct acr__release *was; // the newest version that is not archived; NULL = it was not published
  const struct acr__release *now;
  did did;
  struct acr__publication publication;
};

// A program may have versions of several dates, a file each: then the date decides; of one alone the date may have been edited.
static const struct acr__release *newest(const acr_engine *engine, const struct acr__plan *plan, bool alone) {
  int name = acr__names_find(engine->names, plan->program);
  const struct acr__release *found = NULL;
  for (int i = engine->release_count; i > 0; i--) {
    const struct acr__release *release = engine->releases[i - 1];
    if (release->program != name || release->status == ACR_STATUS_ARCHIVED) continue;
    if (release->effective_from == plan->effective_from) return release;
    if (alone && !found) found = release;
  }
  return found;
}

static const struct acr__file *next_file(const struct acr__layer *layer, int *at) {
  while (*at < layer->file_count) {
    const struct acr__file *file = &layer->files[(*at)++];
    if (file->path.len <= 9 || memcmp(file->path.ptr, "programs/", 9) != 0) return file; // other programs are not part of this one
  }
  return NULL;
}

static bool layer_eq(const struct acr__layer *a, const struct acr__layer *b) {
  for (int i = 0, k = 0;;) {
    const struct acr__file *one = next_file(a, &i), *other = next_file(b, &k);
    if (!one || !other) return one == other;
    if (!acr__span_eq(one->path, other->path) || !acr__span_eq(one->bytes, other->bytes)) return false;
  }
}

static bool layers_eq(const struct acr__layers *a, const struct acr__layers *b) {
  for (int i = 0; i < a->count && i < b->count; i++)
    if (!layer_eq(&a->layer[i], &b->layer[i])) return false;
  return a->count == b->count;
}

// Was the version made of the same bytes?
static bool is_same(acr_engine *engine, const struct acr__release *was, const struct acr__bundle *now) {
  struct acr__record record;
  struct acr__payload payload;
  struct acr__bundle then;
  return acr__read_record(engine, was->pos, &record) && acr__payload_read(record.payload, &payload) &&
         acr__bundle_read(engine->arena, payload.line, &then) && acr__span_eq(then.program, now->program) &&
         layers_eq(&then.layers, &now->layers);
}

static bool is_asked(const struct acr__request *request, acr__span program) {
  const acr__node *list = acr__node_get(request->params, "programs");
  if (!list) return true;
  for (const acr__node *n = acr__node_first(list); n; n = acr__node_next(n))
    if (acr__span_eq(acr__node_text(n), program)) return true;
  return false;
}

// Where every level is live, one that is new in the file is tried out with them.
static bool all_live(const struct acr__release *release) {
  for (int i = 0; i < release->level_count; i++)
    if (release->levels[i].status != ACR_LEVEL_LIVE) return false;
  return true;
}

static void choose(const struct acr__request *request, struct turn *turn, bool alone) {
  const acr__node *active = acr__node_get(request->params, "active");
  bool active_too = active && acr__node_kind(active) == ACR_JSON_TRUE;
  const struct acr__release *was = turn->was = turn->now = newest(request->engine, turn->of->built.plan, alone);
  turn->did = DID_NOT_FIND;
  if (!was) return;
  turn->did = DID_LEAVE;
  bool test = was->status == ACR_STATUS_TEST;
  if (!is_asked(request, turn->program) || !(test || (active_too && was->status == ACR_STATUS_ACTIVE))) return;
  turn->did = DID_NOTHING;
  if (is_same(request->engine, was, turn->of->bundle)) return;
  turn->did = DID_RELOAD;
  turn->of->bundle->author = acr__param_text(request, "author");
  turn->of->bundle->note = acr__param_text(request, "note");
  turn->publication = (struct acr__publication){.built = &turn->of->built,
                                                .bundle = turn->of->bundle,
                                                .status = was->status,
                                                .level_status = ACR_LEVEL_LIVE,
                                                .new_levels = test && all_live(was) ? ACR_LEVEL_LIVE : ACR_LEVEL_DRAFT,
                                                .ends = test ? was : NULL};
}

static bool is_alone(const struct turn *turns, int count, int at) {
  for (int i = 0; i < count; i++)
    if (i != at && acr__span_eq(turns[i].program, turns[at].program)) return false;
  return true;
}

// Everything that may fail goes before anything that is recorded.
static bool reload(struct acr__request *request, struct turn *turns, int count, acr__diag *diag) {
  bool good = true;
  int begun = 0;
  for (; begun < count && good; begun++) {
    choose(request, &turns[begun], is_alone(turns, count, begun));
    if (turns[begun].did == DID_RELOAD) good = acr__publish_prepare(request, &turns[begun].publication);
  }
  for (int i = 0; i < begun; i++) {
    if (turns[i].did != DID_RELOAD) continue;
    if (good)
      turns[i].now = acr__publish_record(request, &turns[i].publication, diag);
    else
      acr__built_free(&turns[i].publication.facts);
    if (good) turns[i].of->built = (struct acr__release){0}; // the release has it all
  }
  return good;
}

static void write_turn(acr__writer *w, const struct turn *turn) {
  static const char *const words[] = {"reloaded", "unchanged", "left", "unpublished"};
  acr__write_object(w);
  acr__write_key(w, "program");
  acr__write_span(w, turn->program);
  acr__write_key(w, "file");
  acr__write_span(w, turn->file);
  acr__write_key(w, "did");
  acr__write_text(w, words[turn->did]);
  if (turn->now) {
    acr__write_key(w, "release");
    acr__write_text(w, turn->now->label);
    acr__write_key(w, "was");
    acr__write_text(w, turn->was->label);
    acr__write_key(w, "status");
    acr__write_text(w, acr__status_name(turn->now->status));
  }
  acr__write_object_end(w);
}

static struct turn *turns_of(acr__arena *arena, struct acr_loaded *loaded) {
  struct turn *turns = ACR__NEW_N(arena, struct turn, loaded->program_count + 1);
  for (int i = 0; i < loaded->program_count; i++) {
    const struct acr__loaded_program *of = &loaded->programs[i];
    turns[i] = (struct turn){.of = &loaded->programs[i]};
    turns[i].program = acr__arena_span(arena, of->built.plan->program);
    turns[i].file = acr__arena_span(arena, of->bundle->file);
  }
  return turns;
}

bool acr__reload_begin(struct acr_job *job) {
  struct acr_loaded *loaded = job->loaded;
  bool any = false;
  if (loaded->diag.faults) return false;
  struct turn *turns = turns_of(job->arena, loaded);
  job->releases = ACR__NEW_N(job->arena, struct acr__release *, loaded->program_count + 1);
  for (int i = 0; i < loaded->program_count; i++) {
    choose(&job->request, &turns[i], is_alone(turns, loaded->program_count, i));
    if (turns[i].did != DID_RELOAD) continue;
    any = true;
    if (turns[i].publication.status == ACR_STATUS_ACTIVE) job->releases[job->release_count++] = &turns[i].of->built;
  }
  return any;
}

static bool apply(struct acr__request *request, struct acr_loaded *loaded) {
  acr_engine *engine = request->engine;
  acr__writer *w = request->w;
  acr__diag *diag = &loaded->diag;
  int count = loaded->program_count;
  if (diag->faults) return acr__fail_diag(request, diag);
  struct turn *turns = turns_of(engine->arena, loaded);
  if (!reload(request, turns, count, diag)) return false;
  acr__write_object(w);
  acr__write_key(w, "directory");
  acr__write_span(w, loaded->layers.layer[0].dir);
  acr__write_key(w, "programs");
  acr__write_array(w);
  for (int i = 0; i < count; i++)
    write_turn(w, &turns[i]);
  acr__write_array_end(w);
  acr__diag_write(diag, w);
  acr__write_object_end(w);
  return true;
}

bool acr__method_template_reload(struct acr__request *request) {
  acr_engine *engine = request->engine;
  if (acr__job_refused(request, acr__job_of(engine, ACR_JOB_RELOAD))) return false;
  if (engine->loaded) return apply(request, engine->loaded);
  acr__span path = acr__param_text(request, "path");
  const char *dir = path.len ? acr__arena_text(engine->arena, path) : engine->template_dir;
  if (!dir) return acr__request_fail(request, "no_template", "the daemon was started without a rules template");
  struct acr_loaded *loaded = acr_loaded_new(dir, engine->standard_dir, NULL);
  bool good = apply(request, loaded);
  acr_loaded_free(loaded);
  return good;
}
