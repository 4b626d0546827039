// The engine thread's side of a shadow release.
#include "engine/beside.h"
#include "base/mem.h"
#include "engine/status.h"
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1 << 30, BEHIND_MAX = 8 << 20 };

static const struct acr__release *find(const acr_engine *engine) {
  const struct acr__release *found = NULL;
  for (int i = 0; i < engine->release_count; i++)
    if (engine->releases[i]->status == ACR_STATUS_SHADOW) found = engine->releases[i];
  return found;
}

static void stop(struct acr__beside *b) {
  pthread_mutex_lock(&b->mutex);
  __atomic_store_n(&b->stopping, true, __ATOMIC_RELAXED);
  pthread_cond_signal(&b->wake);
  pthread_mutex_unlock(&b->mutex);
}

static bool running(struct acr__beside *b) {
  pthread_mutex_lock(&b->mutex);
  bool is = b->state == ACR_BESIDE_CATCHING_UP || b->state == ACR_BESIDE_FOLLOWING;
  pthread_mutex_unlock(&b->mutex);
  return is;
}

static void drop(struct acr__beside *b) {
  pthread_join(b->thread, NULL);
  pthread_mutex_destroy(&b->mutex);
  pthread_cond_destroy(&b->wake);
  acr__buf_free(&b->report);
  free(b->label);
  free(b);
}

static void drop_ended(struct acr__beside *newest) {
  for (struct acr__beside **at = &newest->older; *at;) {
    struct acr__beside *one = *at;
    if (running(one)) {
      at = &one->older;
      continue;
    }
    *at = one->older;
    drop(one);
  }
}

static void start(acr_engine *engine, const struct acr__release *release) {
  struct acr__beside *b = calloc(1, sizeof *b);
  if (!b) acr__mem_exhausted(sizeof *b);
  b->older = engine->beside;
  b->number = release->number;
  b->label = strdup(release->label);
  b->program = release->program;
  b->family = release->family;
  b->pos = release->pos;
  b->from = engine->end;
  b->bytes_max = engine->options.shadow_bytes_max ? engine->options.shadow_bytes_max : BYTES_MAX;
  b->behind_max = engine->options.shadow_behind_max ? engine->options.shadow_behind_max : BEHIND_MAX;
  pthread_mutex_init(&b->mutex, NULL);
  pthread_cond_init(&b->wake, NULL);
  acr__beside_open(b, engine);
  engine->beside = b;
  if (pthread_create(&b->thread, NULL, acr__beside_run, b) == 0) return;
  acr__beside_free(b);
  engine->beside = b->older;
  free(b->label);
  free(b);
}

void acr__beside_settle(acr_engine *engine) {
  if (engine->of) return; // it is thrown away
  const struct acr__release *release = engine->options.shadows ? find(engine) : NULL;
  struct acr__beside *b = engine->beside;
  if (b && (!release || release->number != b->number)) stop(b);
  if (release && (!b || release->number != b->number || !running(b))) start(engine, release);
  if (engine->beside) drop_ended(engine->beside);
}

void acr__beside_stop(acr_engine *engine) {
  for (struct acr__beside *b = engine->beside; b; b = b->older)
    stop(b);
}

void acr__beside_close(acr_engine *engine) {
  while (engine->beside) {
    struct acr__beside *b = engine->beside;
    engine->beside = b->older;
    drop(b);
  }
}

// ---- shadow.get

static void text(acr__writer *w, const char *key, const char *value) {
  acr__write_key(w, key);
  acr__write_text(w, value);
}

static void write(struct acr__request *request, struct acr__beside *b) {
  static const char *const states[] = {"catching_up", "following", "ended", "broken"};
  acr__writer *w = request->w;
  uint64_t last = request->engine->last_seq;
  acr__write_object(w);
  text(w, "release", b->label);
  acr__write_key(w, "program");
  acr__write_span(w, acr__name_text(request->engine, b->program));
  pthread_mutex_lock(&b->mutex);
  acr__beside_state state = b->stopping && b->state < ACR_BESIDE_ENDED ? ACR_BESIDE_ENDED : b->state;
  text(w, "state", states[state]);
  acr__write_key(w, "behind"); // records
  acr__write_int(w, state < ACR_BESIDE_ENDED && last > b->upto ? (int64_t)(last - b->upto) : 0);
  acr__buf_u8(w->out, ',');
  acr__buf_put(w->out, b->report.len ? (const char *)b->report.ptr : "\"events\":null", b->report.len ? b->report.len : 13);
  pthread_mutex_unlock(&b->mutex);
  acr__write_object_end(w);
}

bool acr__method_shadow_get(struct acr__request *request) {
  acr_engine *engine = request->engine;
  const struct acr__release *release = find(engine);
  if (engine->beside) {
    write(request, engine->beside);
    return true;
  }
  if (!release) return acr__request_fail(request, "no_shadow", "no release is a shadow; accrue publish --shadow makes one");
  acr__writer *w = request->w;
  acr__write_object(w);
  text(w, "release", release->label);
  acr__write_key(w, "program");
  acr__write_span(w, acr__name_text(engine, release->program));
  text(w, "state", "not_running"); // a daemon runs it
  acr__write_key(w, "events");
  acr__write_null(w);
  acr__write_object_end(w);
  return true;
}
