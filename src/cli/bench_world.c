// What made-up events have to be like, so that a program takes them.
#include "cli/bench.h"
#include "cli/commands.h"
#include "json/writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int call(struct peer *peer, const char *method, const char *key, acr__span value, struct answer *answer) {
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  if (key) {
    acr__write_key(&w, key);
    acr__write_span(&w, value);
  }
  if (strcmp(method, "program.publish") == 0) {
    acr__write_key(&w, "status");
    acr__write_text(&w, "active");
    acr__write_key(&w, "level_status");
    acr__write_text(&w, "live");
    acr__write_key(&w, "all_levels");
    acr__write_bool(&w, true);
  }
  acr__write_object_end(&w);
  int code = acr__rpc_call(peer, method, &params, false, answer);
  acr__buf_free(&params);
  return code;
}

static const char *kept(acr__arena *arena, acr__span text) {
  return acr__arena_printf(arena, "%.*s", (int)text.len, text.len ? text.ptr : "");
}

int acr__bench_publish(struct peer *peer, const char *path, acr__arena *arena, acr__span *release) {
  struct answer answer;
  int code = call(peer, "program.publish", "path", acr__span_of(path), &answer);
  if (code == CLI_OK) *release = acr__span_of(kept(arena, acr__node_word(answer.result, "release")));
  acr__rpc_free(&answer);
  return code;
}

// Names that can stand in an event as they are.
static struct source_names names_of(const acr__node *list, const char *key, acr__arena *arena) {
  enum { NAMES_MAX = 200 };
  const char **all = ACR__NEW_N(arena, const char *, NAMES_MAX);
  size_t count = 0;
  for (const acr__node *at = acr__node_first(list); at && count < NAMES_MAX; at = acr__node_next(at)) {
    acr__span name = key ? acr__node_word(at, key) : acr__node_text(at);
    bool plain = name.len > 0 && name.len < 200;
    for (size_t i = 0; i < name.len; i++)
      plain = plain && name.ptr[i] != '"' && name.ptr[i] != '\\' && (unsigned char)name.ptr[i] >= ' ';
    if (plain) all[count++] = kept(arena, name);
  }
  return (struct source_names){all, count};
}

// "2026-01-01T00:00:00Z" in seconds; 0 when it is no such time.
static uint64_t seconds_of(acr__span text) {
  struct tm civil = {0};
  if (!text.len || sscanf(text.ptr, "%d-%d-%dT%d:%d:%d", &civil.tm_year, &civil.tm_mon, &civil.tm_mday, &civil.tm_hour, &civil.tm_min,
                          &civil.tm_sec) != 6)
    return 0;
  civil.tm_year -= 1900;
  civil.tm_mon -= 1;
  time_t seconds = timegm(&civil);
  return seconds > 0 ? (uint64_t)seconds : 0;
}

static int newest_active(struct peer *peer, acr__arena *arena, acr__span *release) {
  struct answer answer;
  int code = call(peer, "program.list", NULL, (acr__span){0}, &answer);
  const acr__node *at = code == CLI_OK ? acr__node_first(acr__node_get(answer.result, "programs")) : NULL;
  for (; at; at = acr__node_next(at))
    if (acr__span_is(acr__node_word(at, "status"), "active")) *release = acr__span_of(kept(arena, acr__node_word(at, "release")));
  acr__rpc_free(&answer);
  if (code == CLI_OK && !release->len)
    return acr__args_fail("bench", "no program is active in this ledger; accrue publish --help says how");
  return code;
}

int acr__bench_world(struct peer *peer, acr__span release, acr__arena *arena, struct source_options *source) {
  struct answer answer = {0};
  int code = release.len ? CLI_OK : newest_active(peer, arena, &release);
  if (code == CLI_OK) code = call(peer, "program.describe", "program", release, &answer);
  if (code == CLI_OK) {
    const acr__node *program = acr__node_first(acr__node_get(answer.result, "programs"));
    acr__span currency = acr__node_word(program, "currency");
    const acr__node *scale = acr__node_get(program, "currency_decimals");
    source->currency = currency.len ? kept(arena, currency) : NULL;
    source->scale = scale ? atoi(acr__node_text(scale).ptr) : 2;
    source->stores = names_of(acr__node_get(program, "stores"), "store", arena);
    source->channels = names_of(acr__node_get(program, "channels"), NULL, arena);
    uint64_t begin_s = seconds_of(acr__node_word(program, "effective_from"));
    if (begin_s > source->begin_s) source->begin_s = begin_s;
  }
  acr__rpc_free(&answer);
  return code;
}
