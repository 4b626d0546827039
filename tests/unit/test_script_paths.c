// Paths without Lua, and reading the directories of a template.
#include "script/script.h"
#include "test_script_fixture.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t value_of(struct receipt *r, const char *text, bool *nil) {
  acr__arena *arena = acr__arena_new(1024);
  struct acr__path path;
  char *message = NULL;
  int64_t value = -1;
  bool good = acr__path_compile(arena, acr__span_of(text), &r->schema, 2, &path, &message);
  if (!good) print_message("%s\n", message);
  assert_true(good);
  assert_true(acr__path_value(&path, &r->fact, &value, nil));
  acr__arena_free(arena);
  return value;
}

static void test_values(void **state) {
  (void)state;
  struct receipt r;
  receipt_fill(&r);
  static const struct { const char *path; int64_t value; bool nil; } cases[] = {
    {"total", 5250, false}, {"subtotal", 5000, false}, {"tax", 250, false}, {"shipping", 0, true}, {"amount", 5000, false},
    {"items.amount", 5000, false}, {"items.quantity", 32500, false}, {"items.context.litres", 3050, false}, {"context.pump", 4, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bool nil = false;
    int64_t value = value_of(&r, cases[i].path, &nil);
    assert_int_equal(nil, cases[i].nil);
    assert_int_equal(value, cases[i].value);
  }
  static const uint8_t counts[] = {0, 1, 1};
  bool nil;
  r.fact.counts = counts;
  assert_int_equal(value_of(&r, "items.amount", &nil), 1000);
  assert_int_equal(value_of(&r, "items.context.litres", &nil), 0);
  assert_true(nil);
  r.fact.counts = NULL;
  r.items[0].amount = r.items[1].amount = INT64_MAX;
  struct acr__path path = {.root = ACR_PATH_ITEM_AMOUNT};
  int64_t sum;
  assert_false(acr__path_value(&path, &r.fact, &sum, &nil));
}

static void test_compile(void **state) {
  (void)state;
  struct receipt r;
  receipt_fill(&r);
  acr__arena *arena = acr__arena_new(1024);
  struct acr__path path;
  char *message = NULL;
  assert_true(acr__path_compile(arena, ACR__SPAN_LIT("total"), NULL, 2, &path, &message));
  assert_true(path.money && path.scale == 2);
  assert_true(acr__path_compile(arena, ACR__SPAN_LIT("items.quantity"), NULL, 2, &path, &message));
  assert_true(!path.money && path.scale == 3);
  assert_true(acr__path_compile(arena, ACR__SPAN_LIT("points"), NULL, 2, &path, &message) && path.points);
  static const struct { const char *path, *near;
  } bad[] = {
      {"items.context.litre", "the nearest is 'items.context.litres'"},
      {"totl", "the nearest is 'total'"},
      {"context.pumpe", "'context.pump'"},
      {"items.context.grade", "events/purchase.lua"},
      {"", "names no number"},
      {"items", "names no number"},
      {"context.", "names no number"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_false(acr__path_compile(arena, acr__span_of(bad[i].path), &r.schema, 2, &path, &message));
    if (!strstr(message, bad[i].near)) print_message("%s\n", message);
    assert_non_null(strstr(message, bad[i].near));
  }
  r.schema.type = ACR__SPAN_LIT("visit");
  assert_true(acr__path_compile(arena, ACR__SPAN_LIT("pump"), &r.schema, 2, &path, &message));
  assert_true(path.root == ACR_PATH_FIELD && path.field == 0);
  assert_true(acr__path_compile(arena, ACR__SPAN_LIT("quantity"), &r.schema, 2, &path, &message) && path.root == ACR_PATH_QUANTITY);
  acr__arena_free(arena);
}

// ---- Layers

static char root[64];

static void put(const char *path, const char *text) {
  char full[512];
  snprintf(full, sizeof full, "%s/%s", root, path);
  for (char *at = strchr(full + strlen(root) + 1, '/'); at; at = strchr(at + 1, '/')) {
    *at = 0;
    mkdir(full, 0700);
    *at = '/';
  }
  FILE *file = fopen(full, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static int make_root(void **state) {
  (void)state;
  strcpy(root, "/tmp/test_script_XXXXXX");
  return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", root);
  return system(command);
}

static bool read_layers(acr__arena *arena, const char *dir, struct acr__layers *layers, acr__diag *diag) {
  char standard[512], full[512];
  snprintf(standard, sizeof standard, "%s/standard", root);
  snprintf(full, sizeof full, "%s/%s", root, dir);
  acr__diag_init(diag, arena);
  return acr__layers_read(arena, full, standard, layers, diag);
}

static void test_layers(void **state) {
  (void)state;
  put("standard/template.lua", "return { name = 'standard', version = '1', api = 1 }");
  put("standard/condition_types/purchase.lua", "return accrue.condition_type { title = 'P', over = 'current', facts = 'purchase' }");
  put("standard/outcomes/give.lua",
      "local n = require 'n' return accrue.outcome { title = 'G', variables = {}, effects = function() return { n } end }");
  put("standard/lib/n.lua", "return 1");
  put("base/template.lua", "return { name = 'base', version = '1', api = 1 }");
  put("base/lib/n.lua", "return 2");
  put("own/template.lua", "return { name = 'own', version = '2', api = 1, extends = '../base' }");
  put("own/outcomes/give.lua", "return accrue.outcome { title = 'Mine', variables = {}, effects = function() return {} end }");
  put("own/outcomes/README.md", "not Lua");
  put("own/spec/give_spec.lua", "this is no component");
  put("own/programs/p.json", "{}");
  put("own/key_phrases/.hidden.lua", "nothing");
  acr__arena *arena = acr__arena_new(4096);
  struct acr__layers layers;
  acr__diag diag;
  assert_true(read_layers(arena, "own/", &layers, &diag));
  assert_int_equal(layers.count, 3);
  assert_int_equal(layers.layer[0].file_count, 3);
  assert_true(acr__span_is(layers.layer[0].files[1].path, "programs/p.json") && acr__span_is(layers.layer[0].files[1].bytes, "{}"));
  acr__script *script = acr__script_new();
  const struct acr__template *tpl = acr__template_load(script, arena, &layers, &diag);
  for (acr__diag_item *item = diag.first; item; item = item->next) print_message("%s\n", acr__diag_line(&diag, item));
  assert_non_null(tpl);
  assert_true(acr__span_is(tpl->name, "own") && acr__span_is(tpl->extends, "../base"));
  assert_int_equal(tpl->component_count, 2);
  const struct acr__component *give = acr__template_find(tpl, ACR_OUTCOME, ACR__SPAN_LIT("give"));
  assert_true(acr__span_is(give->title, "Mine") && give->overrides);
  acr__script_free(script);
  acr__arena_free(arena);
}

static void test_layer_faults(void **state) {
  (void)state;
  put("standard/template.lua", "return { name = 'standard', version = '1', api = 1 }");
  put("a/template.lua", "return { name = 'a', version = '1', api = 1, extends = '../b' }");
  put("b/template.lua", "return { name = 'b', version = '1', api = 1, extends = '../a' }");
  put("c/template.lua", "return { name = 'c', version = '1', api = 1, extends = '../nowhere' }");
  put("d/readme", "no template");
  put("e/template.lua", "return {");
  put("f/template.lua", "return { name = 'f', version = '1', api = 1, extends = false }");
  char fifo[512];
  put("f/key_phrases/a.lua", "");
  snprintf(fifo, sizeof fifo, "%s/f/key_phrases/pipe.lua", root);
  assert_int_equal(mkfifo(fifo, 0600), 0);
  static const struct { const char *dir, *fault;
  } cases[] = {{"a", "extends itself"},    {"c", "no such directory"},  {"d", "No such file"},
               {"e", "unexpected symbol"}, {"f", "not a regular file"}, {"g", "no such directory"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    acr__arena *arena = acr__arena_new(4096);
    struct acr__layers layers;
    acr__diag diag;
    assert_false(read_layers(arena, cases[i].dir, &layers, &diag));
    if (!strstr(diag.first->message, cases[i].fault)) print_message("%s\n", diag.first->message);
    assert_non_null(strstr(diag.first->message, cases[i].fault));
    acr__arena_free(arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_values), cmocka_unit_test(test_compile), cmocka_unit_test_setup_teardown(test_layers, make_root, remove_root),
    cmocka_unit_test_setup_teardown(test_layer_faults, make_root, remove_root)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
