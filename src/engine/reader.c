#include "base/mem.h"
#include "engine/job.h"
#include <stdlib.h>
#include <string.h>

acr_engine *acr__reader_new(const acr_engine *engine) {
  acr_engine *reader = calloc(1, sizeof *reader);
  if (!reader) acr__mem_exhausted(sizeof *reader);
  reader->options = engine->options;
  reader->standard_dir = engine->standard_dir;
  reader->template_dir = engine->template_dir;
  reader->ledger = engine->ledger;
  reader->key = engine->key;
  reader->door = engine->door;
  reader->end = engine->end;
  reader->ledger_time = engine->ledger_time;
  reader->names = acr__names_new();
  for (int i = 0; i < acr__names_count(engine->names); i++)
    acr__names_add(reader->names, acr__names_text(engine->names, i));
  acr__accounts_copy(reader, engine);
  reader->budgets = acr__mem_resize(NULL, ((size_t)engine->budget_count + 1) * sizeof *reader->budgets);
  for (int i = 0; i < engine->budget_count; i++)
    reader->budgets[i] = (struct acr__budget){
        .family = engine->budgets[i].family, .source = engine->budgets[i].source, .counted = engine->budgets[i].counted};
  reader->budget_count = engine->budget_count;
  // Only which series are fed is asked of them, so they have numbers of their own here.
  reader->series_keys = acr__table_new();
  reader->feeds = acr__mem_resize(NULL, ((size_t)engine->feed_count + 1) * sizeof *reader->feeds);
  for (int i = 0; i < engine->feed_count; i++) {
    const struct acr__series *series = &engine->feeds[i].release->plan->series[engine->feeds[i].series];
    acr__span key = {(const char *)series->key.bytes, sizeof series->key.bytes};
    acr__table_put(reader->series_keys, key, (void *)(uintptr_t)(i + 1));
    reader->feeds[i] = (struct acr__feed){NULL, 0, (uint32_t)i};
  }
  reader->feed_count = engine->feed_count;
  reader->arena = acr__arena_new(64 * 1024);
  return reader;
}

void acr__reader_free(acr_engine *reader) {
  acr__names_free(reader->names);
  acr__table_free(reader->series_keys);
  acr__arena_free(reader->arena);
  acr__buf_free(&reader->scratch);
  acr__buf_free(&reader->record);
  acr__accounts_free(reader);
  free(reader->budgets);
  free(reader->feeds);
  free(reader);
}
