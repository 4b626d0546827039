// What the daemon tells of itself, and when it takes no more.
#include "engine/failing.h"
#include <stdio.h>
#include <stdlib.h>

#define LAG_RECORDS_MAX 1000000 // performance.md: beyond it a restart would take too long

bool acr__overloaded(acr_engine *engine) {
  if (engine->trial) return false;
  // Looked at now and then while all is well, since both answers cost a lock or a system call; at each event while it is not, so
  // that taking events resumes by itself.
  if (++engine->looks % 256 != 1 && !engine->low_disk && !engine->behind) return false;
  struct acr__ledger_stats stats;
  acr__ledger_stats_read(engine->ledger, &stats);
  engine->low_disk = acr__ledger_disk_free(engine->ledger) < engine->options.disk_free_min;
  engine->behind = stats.view_lag_records > LAG_RECORDS_MAX + LAG_RECORDS_MAX / 4;
  return engine->low_disk || engine->behind;
}

static void count(acr__writer *w, const char *key, uint64_t value) {
  acr__write_key(w, key);
  acr__write_int(w, (int64_t)value);
}

static void write_plugins(acr_engine *engine, acr__writer *w) {
  struct acr__script_stats sum = {0};
  for (int i = 0; i < engine->release_count; i++) {
    struct acr__script_stats one = {0};
    if (!engine->releases[i]->script) continue;
    acr__script_stats_read(engine->releases[i]->script, &one);
    sum.calls += one.calls;
    sum.instructions += one.instructions;
    sum.failures += one.failures;
    sum.live_bytes += one.live_bytes;
  }
  acr__write_key(w, "plugins");
  acr__write_object(w);
  count(w, "calls", sum.calls);
  count(w, "instructions", sum.instructions);
  count(w, "failures", sum.failures);
  count(w, "live_bytes", sum.live_bytes);
  acr__write_object_end(w);
}

// ---- plugins.stats

struct component_cost {
  const struct acr__component *component;
  struct acr__cost cost;
};

static struct component_cost *cost_of(struct component_cost *all, int *count, const struct acr__component *component) {
  for (int i = 0; i < *count; i++)
    if (all[i].component->kind == component->kind && acr__span_eq(all[i].component->name, component->name)) return &all[i];
  all[*count] = (struct component_cost){.component = component};
  return &all[(*count)++];
}

static int by_instructions(const void *a, const void *b) {
  const struct component_cost *left = a, *right = b;
  if (left->cost.instructions != right->cost.instructions) return left->cost.instructions > right->cost.instructions ? -1 : 1;
  return acr__span_cmp(left->component->name, right->component->name);
}

// Every component that was called, of all releases together, the dearest first.
static int gather_costs(acr_engine *engine, struct component_cost **out) {
  int room = 0, count = 0;
  for (int i = 0; i < engine->release_count; i++)
    if (engine->releases[i]->script) room += engine->releases[i]->plan->tpl->component_count;
  struct component_cost *all = ACR__NEW_N(engine->arena, struct component_cost, room + 1);
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__release *release = engine->releases[i];
    const struct acr__template *tpl = release->script ? release->plan->tpl : NULL;
    for (int k = 0; tpl && k < tpl->component_count; k++) {
      const struct acr__cost *cost = acr__script_cost(release->script, &tpl->components[k]);
      if (!cost->calls) continue;
      struct component_cost *sum = cost_of(all, &count, &tpl->components[k]);
      sum->cost.calls += cost->calls;
      sum->cost.instructions += cost->instructions;
      sum->cost.failures += cost->failures;
      sum->cost.timed += cost->timed;
      sum->cost.ns += cost->ns;
    }
  }
  qsort(all, (size_t)count, sizeof *all, by_instructions);
  *out = all;
  return count;
}

static const char *last_failure(const acr_engine *engine, const struct acr__component *component) {
  return acr__failing_message(engine, acr__arena_printf(engine->arena, "%s %.*s", acr__component_kind_name(component->kind),
                                                        (int)component->name.len, component->name.ptr));
}

bool acr__method_plugins_stats(struct acr__request *request) {
  struct component_cost *all;
  int n = gather_costs(request->engine, &all);
  acr__writer *w = request->w;
  acr__write_object(w);
  acr__write_key(w, "components");
  acr__write_array(w);
  for (int i = 0; i < n; i++) {
    const struct acr__cost *cost = &all[i].cost;
    acr__write_object(w);
    acr__write_key(w, "kind");
    acr__write_text(w, acr__component_kind_name(all[i].component->kind));
    acr__write_key(w, "component");
    acr__write_span(w, all[i].component->name);
    count(w, "calls", cost->calls);
    count(w, "instructions", cost->instructions);
    count(w, "instructions_a_call", cost->instructions / cost->calls);
    count(w, "microseconds", cost->timed ? cost->ns / cost->timed * cost->calls / 1000 : 0);
    count(w, "failures", cost->failures);
    acr__write_key(w, "last_failure");
    acr__write_text(w, cost->failures ? last_failure(request->engine, all[i].component) : NULL);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_object_end(w);
  return true;
}

bool acr__method_stats(struct acr__request *request) {
  static const char *const names[ACR_COUNTS] = {"applied", "duplicate", "conflict", "rejected", "refused", "parked", "overloaded"};
  acr_engine *engine = request->engine;
  acr__writer *w = request->w;
  struct acr__ledger_stats stats;
  char more[2048];
  acr__ledger_stats_read(engine->ledger, &stats);
  acr__write_object(w);
  acr__write_key(w, "version");
  acr__write_text(w, ACR_VERSION);
  count(w, "records", engine->last_seq);
  count(w, "members", engine->last_member);
  count(w, "members_in_memory", engine->loaded_count);
  count(w, "member_bytes", engine->loaded_bytes);
  count(w, "members_to_write", engine->unwritten.count);
  count(w, "releases", (uint64_t)engine->release_count);
  count(w, "series", engine->series_count);
  acr__write_key(w, "ledger_time");
  acr__write_time(w, engine->ledger_time);
  acr__write_key(w, "replies");
  acr__write_object(w);
  for (int i = 0; i < ACR_COUNTS; i++)
    count(w, names[i], engine->counts[i]);
  acr__write_object_end(w);
  acr__write_key(w, "due_work");
  acr__write_object(w);
  count(w, "ran", engine->due_ran);
  count(w, "parked", engine->due_parked);
  acr__write_object_end(w);
  count(w, "journal_bytes", stats.journal_bytes);
  count(w, "view_bytes", stats.view_bytes);
  count(w, "wal_bytes", stats.wal_bytes);
  count(w, "commits", stats.commits);
  count(w, "view_lag_records", stats.view_lag_records);
  count(w, "ids", stats.ids);
  count(w, "id_runs", stats.id_runs);
  acr__write_key(w, "disk_free");
  if (stats.disk_free > INT64_MAX)
    acr__write_null(w);
  else
    acr__write_int(w, (int64_t)stats.disk_free);
  write_plugins(engine, w);
  acr__failing_write(engine, w);
  int n = engine->options.stats ? engine->options.stats(engine->options.stats_arg, more, sizeof more) : 0;
  if (n > 0) {
    acr__buf_u8(w->out, ',');
    acr__buf_put(w->out, more, (size_t)n);
  }
  acr__write_object_end(w);
  return true;
}
