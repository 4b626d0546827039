// A whole engine for tests: a rules template and programs in a folder of their own, a ledger in memory or in a file, lines in,
// fields of replies out.
#ifndef ENGINE_FIXTURE_H
#define ENGINE_FIXTURE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "accrue.h"
#include "json/json.h"
#include "random.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct world {
  char dir[64];
  char ledger[96];   // empty = memory store
  acr_engine *engine;
  char *reply;       // of the last line; owned
  acr__arena *arena; // of what `at` gave
};

static inline void world_file(const struct world *w, const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", w->dir, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static inline void world_template(const struct world *w) {
  static const char *const folders[] = {"programs", "events", "outcomes", "constraints", "key_phrases", "rules"};
  for (int i = 0; i < 6; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", w->dir, folders[i]);
    mkdir(path, 0700);
  }
  world_file(w, "template.lua", "return { name = \"fixture\", version = \"1.0.0\", api = 1 }\n");
  world_file(w, "events/visit.lua",
             "return accrue.event { title = \"Visit\", fields = {\n"
             "  stars = accrue.var.integer { min = 1, max = 5, optional = true },\n"
             "  mood = accrue.var.choice { of = { \"good\", \"bad\" }, optional = true } } }\n");
  world_file(w, "events/ping.lua", "return accrue.event { title = \"Ping\", fields = {} }\n");
  world_file(w, "events/pong.lua", "return accrue.event { title = \"Pong\", fields = {} }\n");
  world_file(w, "outcomes/boom.lua",
             "return accrue.outcome { title = \"Fails on {word}\", variables = { word = accrue.var.text() },\n"
             "  effects = function(event, vars)\n"
             "    if event.context.boom == vars.word then error(\"went off\") end\n"
             "    return {}\n"
             "  end }\n");
}

static inline int world_try_open(struct world *w, char **message) {
  struct acr_options options = {.ledger = w->ledger[0] ? w->ledger : NULL, .create = true, .template_dir = w->dir, .max_future_us = -1,
                                .disk_free_min = 1};
  return acr_engine_open(&options, &w->engine, message);
}

static inline void world_open(struct world *w) {
  char *message = NULL;
  int error = world_try_open(w, &message);
  if (error)
    print_error("%s\n", message);
  assert_int_equal(error, ACR_E_OK);
}

static inline void world_close(struct world *w) {
  acr_engine_close(w->engine);
  w->engine = NULL;
}

static inline struct world *world_new(bool in_file) {
  struct world *w = calloc(1, sizeof *w);
  snprintf(w->dir, sizeof w->dir, "/tmp/accrue-engine-XXXXXX");
  assert_non_null(mkdtemp(w->dir));
  if (in_file)
    snprintf(w->ledger, sizeof w->ledger, "%s/test.ledger", w->dir);
  w->arena = acr__arena_new(4096);
  world_template(w);
  world_open(w);
  return w;
}

static inline void world_free(struct world *w) {
  char command[128];
  acr_engine_close(w->engine);
  snprintf(command, sizeof command, "rm -rf '%s'", w->dir);
  assert_int_equal(system(command), 0);
  acr__arena_free(w->arena);
  free(w->reply);
  free(w);
}


static inline int set_up_memory(void **state) {
  *state = world_new(false);
  return 0;
}

static inline int set_up_file(void **state) {
  *state = world_new(true);
  return 0;
}

static inline int tear_down(void **state) {
  world_free(*state);
  return 0;
}

static inline const char *say(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Applies one line; the reply is in w->reply.
static inline const char *say(struct world *w, const char *format, ...) {
  char *line;
  va_list args;
  va_start(args, format);
  int len = vasprintf(&line, format, args);
  va_end(args);
  assert_true(len >= 0);
  free(w->reply);
  w->reply = NULL;
  assert_int_equal(acr_engine_apply(w->engine, line, (size_t)len, &w->reply), ACR_E_OK);
  free(line);
  return w->reply;
}

// The text at a path such as "balances/points" or "outcomes/0/points" of a JSON text; "-" when nothing is there, "[]" and "{}" for
// containers.
static inline const char *at_of(struct world *w, const char *text, const char *path) {
  struct acr__json_fault fault;
  struct acr__json_limits limits = {0, (size_t)64 << 20};
  acr__arena_reset(w->arena);
  acr__json *json = acr__json_parse(w->arena, (acr__span){text, strlen(text)}, &limits, &fault);
  assert_non_null(json);
  const acr__node *node = acr__json_root(json);
  for (const char *p = path; node && *p;) {
    size_t n = strcspn(p, "/");
    if (acr__node_kind(node) == ACR_JSON_ARRAY) {
      int skip = atoi(p);
      for (node = acr__node_first(node); node && skip; skip--)
        node = acr__node_next(node);
    } else {
      node = acr__node_get_span(node, (acr__span){p, n});
    }
    p += n + (p[n] == '/');
  }
  if (!node)
    return "-";
  acr__json_kind kind = acr__node_kind(node);
  return kind == ACR_JSON_OBJECT ? "{}" : kind == ACR_JSON_ARRAY ? "[]" : acr__node_text(node).ptr;
}

static inline const char *at(struct world *w, const char *path) {
  return at_of(w, w->reply, path);
}

#define assert_at(w, path, wanted)                                        \
  do {                                                                    \
    const char *found_ = at((w), (path));                                 \
    if (strcmp(found_, (wanted)) != 0)                                    \
      print_error("%s of %s", (path), (w)->reply);                        \
    assert_string_equal(found_, (wanted));                                \
  } while (0)

// What member.get says of a member, without the request's envelope; the caller frees it.
static inline char *member_text(struct world *w, const char *member) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.get\",\"params\":{\"member\":\"%s\"}}", member);
  return strdup(w->reply);
}

static inline void see(struct world *w, const char *member) {
  free(member_text(w, member));
}

static inline void publish_as(struct world *w, const char *program, const char *status) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/%s.json\",\"status\":\"%s\","
         "\"all_levels\":true,\"author\":\"test\"}}", w->dir, program, status);
  if (strcmp(at(w, "result/program"), program) != 0)
    print_error("%s", w->reply);
  assert_at(w, "result/program", program);
}

static inline void publish(struct world *w, const char *program) {
  publish_as(w, program, "active");
}

// More members of source `promo`, each behind a comma.
static const char *promo_caps = "";

// Writes programs/NAME.json: accounts and rest are JSON members of their objects; every source may fill every account.
static inline void program_of(struct world *w, const char *name, const char *from, const char *accounts, const char *account_names,
                              const char *rest) {
  char path[64], *text;
  snprintf(path, sizeof path, "programs/%s.json", name);
  int len = asprintf(&text,
                     "{\"program\":\"%s\",\"effective_from\":\"%s\",\"currency\":\"USD\",\"timezone\":\"America/New_York\","
                     "\"accounts\":{%s},\"sources\":{\"base\":{\"accounts\":[%s]},\"promo\":{\"accounts\":[%s]%s}},"
                     "\"audiences\":[\"staff\",\"flyers\"]%s%s}",
                     name, from, accounts, account_names, account_names, promo_caps, *rest ? "," : "", rest);
  assert_true(len > 0);
  world_file(w, path, text);
  free(text);
}

#define BASE_EARN "\"base_earn\":[{\"points\":1,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\"}]"

// The usual one: `points` is the default account, 1 a dollar.
static inline void program(struct world *w, const char *name, const char *from, const char *rest) {
  char *all;
  assert_true(asprintf(&all, BASE_EARN "%s%s", *rest ? "," : "", rest) > 0);
  program_of(w, name, from,
             "\"points\":{\"default\":true},\"owing\":{\"allow_negative\":true},\"capped\":{\"max_balance\":50},"
             "\"fine\":{\"decimals\":2},\"status\":{\"spendable\":false}",
             "\"points\",\"owing\",\"capped\",\"fine\",\"status\"", all);
  free(all);
}

// A purchase of `member` at `time` (RFC 3339) with the members of `data` behind its total.
static inline const char *buy(struct world *w, const char *id, const char *member, const char *time, const char *total) {
  return say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"%s\",\"time\":\"%s\","
                "\"data\":{\"total\":\"%s\"}}", id, member, time, total);
}

static inline const char *event(struct world *w, const char *id, const char *type, const char *member, const char *time, const char *data) {
  return say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"pos\",\"type\":\"%s\",\"subject\":\"%s\",\"time\":\"%s\","
      "\"data\":{%s}}",
             id, type, member, time, data);
}

static inline const char *adjust(struct world *w, const char *id, const char *member, const char *time, const char *points,
                                 const char *account) {
  char data[256];
  snprintf(data, sizeof data, "\"points\":\"%s\",\"reason\":\"r\",\"actor\":\"a\"%s%s%s", points, account ? ",\"account\":\"" : "",
           account ? account : "", account ? "\"" : "");
  return event(w, id, "points.adjust", member, time, data);
}

// Every invariant of the committed ledger holds.
static inline void assert_verified(struct world *w) {
  char *json = NULL;
  int error = acr_engine_verify(w->engine, &json);
  if (error)
    print_error("%s\n", json);
  free(json);
  assert_int_equal(error, ACR_E_OK);
}

static inline void world_reopen(struct world *w) {
  world_close(w);
  world_open(w);
}

static inline void world_remove_view(const struct world *w) {
  char command[256];
  snprintf(command, sizeof command, "rm -f '%s'-view*", w->ledger);
  assert_int_equal(system(command), 0);
}

#endif
