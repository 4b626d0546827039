#include "cli/bench.h"
#include "cli/grid.h"
#include "json/writer.h"
#include <stdlib.h>

enum { COMPONENTS_SHOWN = 10, HALF = 500, MOST = 990, NEARLY_ALL = 999 };

static double quantile_us(const struct bench_result *result, uint64_t per_mille) {
  return (double)hist_quantile(&result->load.hist, per_mille) / 10;
}

static double an_event(const struct bench_result *result, double microseconds) {
  return result->load.answered ? microseconds / (double)result->load.answered : 0;
}

static double events_per_s(const struct bench_result *result) {
  return result->load.seconds > 0 ? (double)result->load.answered / result->load.seconds : 0;
}

static double microseconds(const acr__node *component) {
  return strtod(acr__node_word(component, "microseconds").ptr, NULL);
}

static const acr__node *first_component(const struct bench_result *result) {
  return result->components ? acr__node_first(acr__node_get(result->components->result, "components")) : NULL;
}

static double plugins_us(const struct bench_result *result) {
  double sum = 0;
  for (const acr__node *at = first_component(result); at; at = acr__node_next(at))
    sum += microseconds(at);
  return sum;
}

// ---- For people

static void row(struct grid *grid, const char *what, double value, const char *unit) {
  char number[32];
  bool small = value < 1000;
  snprintf(number, sizeof number, "%.1f", value);
  acr__grid_add(grid, acr__span_of(what));
  acr__grid_add(grid, acr__span_of(small ? number : acr__grouped((unsigned long long)(value + 0.5), number)));
  acr__grid_add(grid, acr__span_of(unit));
}

static void print_components(const struct bench_result *result, acr__arena *arena) {
  struct grid grid;
  const acr__node *at = first_component(result);
  if (!at) return;
  acr__grid_begin(&grid, arena, "kind|component|>calls an event|>us an event");
  for (int i = 0; at && i < COMPONENTS_SHOWN; i++, at = acr__node_next(at)) {
    double calls = strtod(acr__node_word(at, "calls").ptr, NULL);
    acr__grid_add(&grid, acr__node_word(at, "kind"));
    acr__grid_add(&grid, acr__node_word(at, "component"));
    acr__grid_add(&grid, acr__span_of(acr__arena_printf(arena, "%.2f", an_event(result, calls))));
    acr__grid_add(&grid, acr__span_of(acr__arena_printf(arena, "%.2f", an_event(result, microseconds(at)))));
  }
  printf("\nplugins, the dearest first; calls whose result is known are not made again\n");
  acr__grid_print(&grid, stdout, "  ");
}

void acr__bench_print(const struct bench_result *result, acr__arena *arena) {
  static const struct arg_list none = {0};
  char number[32];
  struct grid grid;
  acr__grid_begin(&grid, arena, "figure|>value|unit");
  row(&grid, "events/s", events_per_s(result), "");
  row(&grid, "round trip, p50", quantile_us(result, HALF), "us");
  row(&grid, "round trip, p99", quantile_us(result, MOST), "us");
  row(&grid, "round trip, p99.9", quantile_us(result, NEARLY_ALL), "us");
  row(&grid, "round trip, longest", (double)result->load.hist.max / 10, "us");
  if (result->cpu_s >= 0) row(&grid, "CPU of the daemon", an_event(result, result->cpu_s * 1e6), "us an event");
  if (result->components) row(&grid, "in plugins, by samples", an_event(result, plugins_us(result)), "us an event");
  if (result->fsync.p50_us > 0) row(&grid, "fsync of its disk, p50", result->fsync.p50_us, "us");
  if (result->fsync.p50_us > 0) row(&grid, "fsync of its disk, p99", result->fsync.p99_us, "us");
  printf("%s events in %.1f s\n", acr__grouped(result->load.answered, number), result->load.seconds);
  acr__tally_print(&result->tally, &none, stdout);
  putchar('\n');
  acr__grid_print(&grid, stdout, "  ");
  print_components(result, arena);
}

// ---- For machines

static void put(acr__writer *w, const char *key, double value) {
  char number[64];
  snprintf(number, sizeof number, "%.3f", value);
  acr__write_key(w, key);
  acr__write_raw(w, acr__span_of(number));
}

static void put_components(acr__writer *w, const struct bench_result *result) {
  acr__write_key(w, "components");
  acr__write_array(w);
  for (const acr__node *at = first_component(result); at; at = acr__node_next(at)) {
    acr__write_object(w);
    acr__write_key(w, "kind");
    acr__write_span(w, acr__node_word(at, "kind"));
    acr__write_key(w, "component");
    acr__write_span(w, acr__node_word(at, "component"));
    acr__write_key(w, "calls");
    acr__write_raw(w, acr__node_word(at, "calls"));
    put(w, "us_per_event", an_event(result, microseconds(at)));
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

void acr__bench_json(const struct bench_result *result) {
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  acr__write_object(&w);
  acr__write_key(&w, "events");
  acr__write_int(&w, (int64_t)result->load.answered);
  put(&w, "seconds", result->load.seconds);
  put(&w, "events_per_s", events_per_s(result));
  acr__write_key(&w, "round_trip_us");
  acr__write_object(&w);
  put(&w, "p50", quantile_us(result, HALF));
  put(&w, "p99", quantile_us(result, MOST));
  put(&w, "p99_9", quantile_us(result, NEARLY_ALL));
  put(&w, "longest", (double)result->load.hist.max / 10);
  acr__write_object_end(&w);
  if (result->cpu_s >= 0) put(&w, "cpu_us_per_event", an_event(result, result->cpu_s * 1e6));
  if (result->components) put(&w, "plugins_us_per_event", an_event(result, plugins_us(result)));
  if (result->fsync.p50_us > 0) {
    put(&w, "fsync_p50_us", result->fsync.p50_us);
    put(&w, "fsync_p99_us", result->fsync.p99_us);
  }
  if (result->components) put_components(&w, result);
  acr__tally_write(&result->tally, &w);
  acr__write_object_end(&w);
  acr__buf_u8(&out, '\n');
  fwrite(out.ptr, 1, out.len, stdout);
  acr__buf_free(&out);
}
