#include "engine/loaded.h"
#include "base/mem.h"
#include "engine/programs.h"
#include <stdlib.h>
#include <string.h>

static acr__digest digest_of(acr__arena *arena, const struct acr__layers *layers) {
  acr__buf bytes = {0};
  struct acr__bundle all = {.layers = *layers};
  acr__key key = {0}; // never leaves the process
  acr__bundle_write(&all, &bytes);
  acr__digest digest = acr__digest_pair(&key, (acr__span){(const char *)bytes.ptr, bytes.len}, ACR__SPAN_LIT("layers"));
  (void)arena;
  acr__buf_free(&bytes);
  return digest;
}

// A release owns what it stands on, so each program gets the template's bytes anew.
static bool compile(struct acr_loaded *loaded, const struct acr__file *file) {
  struct acr__loaded_program *program = &loaded->programs[loaded->program_count++];
  const struct acr__layers *layers = &loaded->layers;
  acr__span dir = layers->layer[0].dir;
  program->built = (struct acr__release){.effective_from = ACR_TIME_NONE, .arena = acr__arena_new(64 * 1024)};
  struct acr__bundle from = {.program = file->bytes, .layers = *layers, .semantics = ACR_SEMANTICS};
  from.file = acr__span_of(acr__arena_printf(loaded->arena, "%.*s/%.*s", (int)dir.len, dir.ptr, (int)file->path.len, file->path.ptr));
  from.zone_data = acr__span_of(acr__zone_data());
  acr__buf bytes = {0};
  acr__bundle_write(&from, &bytes);
  program->bundle = ACR__NEW(program->built.arena, struct acr__bundle);
  acr__diag diag;
  acr__diag_init(&diag, loaded->arena);
  bool good = acr__bundle_read(program->built.arena, (acr__span){(const char *)bytes.ptr, bytes.len}, program->bundle) &&
              acr__release_compile(&program->built, program->bundle, &diag);
  acr__buf_free(&bytes);
  if (good) return true;
  acr__diag_merge(&loaded->diag, &diag);
  return false;
}

static void compile_all(struct acr_loaded *loaded) {
  const struct acr__layer *own = &loaded->layers.layer[0];
  loaded->programs = ACR__NEW_N(loaded->arena, struct acr__loaded_program, own->file_count + 1);
  for (int i = 0; i < own->file_count; i++) {
    acr__span path = own->files[i].path;
    if (path.len > 9 && memcmp(path.ptr, "programs/", 9) == 0 && !compile(loaded, &own->files[i])) return;
  }
}

static void report(struct acr_loaded *loaded) {
  acr__buf out = {0};
  acr__writer w = {&out, false};
  acr__write_object(&w);
  acr__diag_write(&loaded->diag, &w);
  acr__write_object_end(&w);
  loaded->report = acr__arena_text(loaded->arena, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
}

static void check(struct acr_loaded *loaded) {
  acr__buf ignored = {0};
  acr__writer w = {&ignored, false};
  acr__write_object(&w);
  acr__layers_check(loaded->arena, &loaded->layers, true, &loaded->diag, &w);
  acr__write_object_end(&w);
  acr__buf_free(&ignored);
  if (!loaded->diag.faults) compile_all(loaded);
}

acr_loaded *acr_loaded_new(const char *dir, const char *standard_dir, unsigned char *digest) {
  struct acr_loaded *loaded = acr__mem_alloc(sizeof *loaded);
  *loaded = (struct acr_loaded){.arena = acr__arena_new(256 * 1024)};
  char *standard = acr__standard_dir(standard_dir), *whole = realpath(dir, NULL);
  acr__diag_init(&loaded->diag, loaded->arena);
  acr__layers_read(loaded->arena, whole ? whole : dir, standard, &loaded->layers, &loaded->diag);
  free(standard);
  free(whole);
  if (digest && !loaded->diag.faults) { // what could not be read whole is no set to compare with
    acr__digest now = digest_of(loaded->arena, &loaded->layers);
    bool same = memcmp(digest, now.bytes, sizeof now.bytes) == 0;
    memcpy(digest, now.bytes, sizeof now.bytes);
    if (same) {
      acr_loaded_free(loaded);
      return NULL;
    }
  }
  check(loaded);
  report(loaded);
  return loaded;
}

const char *acr_loaded_report(const acr_loaded *loaded, int *faults) {
  *faults = loaded->diag.faults;
  return loaded->report;
}

const char *acr_loaded_dir(const acr_loaded *loaded, int i) {
  return i < loaded->layers.count ? loaded->layers.layer[i].dir.ptr : NULL;
}

void acr_loaded_free(acr_loaded *loaded) {
  if (!loaded) return;
  for (int i = 0; i < loaded->program_count; i++)
    acr__release_unload(&loaded->programs[i].built);
  acr__arena_free(loaded->arena);
  free(loaded);
}
