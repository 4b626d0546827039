// Reading nodes, their places and canonical bytes, and writing JSON.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/json.h"
#include "json/writer.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define LIT ACR__SPAN_LIT

static acr__json *parse(acr__arena *arena, const char *text) {
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(arena, acr__span_of(text), NULL, &fault);
  if (!json) fail_msg("%d:%d %s", fault.line, fault.column, fault.message);
  return json;
}

static void check_text(const acr__node *node, acr__json_kind kind, const char *text) {
  assert_int_equal(acr__node_kind(node), kind);
  assert_true(acr__span_is(acr__node_text(node), text));
  assert_int_equal(acr__node_text(node).ptr[acr__node_text(node).len], '\0');
}

static void test_nodes(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  char text[] = "{\"id\":\"r-1\",\"n\":-12.50,\"big\":9007199254740992,\"e\":1E+2,\"t\":true,\"f\":false,\"z\":null,"
                "\"\\u00e9\":\"\\ud83d\\ude00\\n\",\"list\":[1,[2],{\"a\":3}]}";
  acr__json *json = parse(arena, text);
  memset(text, 'x', sizeof text - 1); // the text is not kept
  const acr__node *root = acr__json_root(json);
  assert_int_equal(acr__node_kind(root), ACR_JSON_OBJECT);
  assert_int_equal(acr__node_count(root), 9);
  check_text(acr__node_get(root, "id"), ACR_JSON_STRING, "r-1");
  check_text(acr__node_get(root, "n"), ACR_JSON_NUMBER, "-12.50");
  check_text(acr__node_get(root, "big"), ACR_JSON_NUMBER, "9007199254740992");
  check_text(acr__node_get(root, "e"), ACR_JSON_NUMBER, "1E+2");
  check_text(acr__node_get(root, "t"), ACR_JSON_TRUE, "true");
  check_text(acr__node_get(root, "f"), ACR_JSON_FALSE, "false");
  check_text(acr__node_get(root, "z"), ACR_JSON_NULL, "null");
  check_text(acr__node_get(root, "\xC3\xA9"), ACR_JSON_STRING, "\xF0\x9F\x98\x80\n");
  assert_null(acr__node_get(root, "ID"));
  assert_null(acr__node_get(root, "i"));
  assert_null(acr__node_get_span(root, LIT("id\0x")));
  const acr__node *list = acr__node_get(root, "list"), *item = acr__node_first(list);
  assert_int_equal(acr__node_count(list), 3);
  check_text(item, ACR_JSON_NUMBER, "1");
  assert_int_equal(acr__node_key(item).len, 0);
  assert_null(acr__node_get(list, "a"));
  item = acr__node_next(acr__node_next(item));
  assert_true(acr__span_is(acr__node_key(acr__node_first(item)), "a"));
  assert_null(acr__node_next(item));
  acr__arena_free(arena);
}

static void test_absent_nodes(void **state) {
  (void)state;
  assert_int_equal(acr__node_kind(NULL), ACR_JSON_NULL);
  assert_null(acr__node_get(NULL, "a"));
  assert_null(acr__node_first(NULL));
  assert_null(acr__node_next(NULL));
  assert_int_equal(acr__node_count(NULL), 0);
  assert_int_equal(acr__node_key(NULL).len, 0);
  assert_int_equal(acr__node_text(NULL).len, 0);
}

static void check_place(const acr__json *json, const acr__node *node, int line, int column, const char *path) {
  acr__arena *arena = acr__arena_new(256);
  int found_line, found_column;
  acr__node_place(json, node, &found_line, &found_column);
  assert_int_equal(found_line, line);
  assert_int_equal(found_column, column);
  assert_string_equal(acr__node_path(json, node, arena), path);
  acr__arena_free(arena);
}

static void test_places_and_paths(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  static const char text[] = "{ \"data\": {\n  \"items\": [ {\"amount\": 1},\n    {\"odd key\": [null, \"x\"]} ],\n\n\"end\": 5 } }";
  acr__json *json = parse(arena, text);
  const acr__node *root = acr__json_root(json), *data = acr__node_get(root, "data"), *items = acr__node_get(data, "items");
  const acr__node *second = acr__node_next(acr__node_first(items)), *odd = acr__node_get(second, "odd key");
  check_place(json, root, 1, 1, "$");
  check_place(json, data, 1, 11, "$.data");
  check_place(json, items, 2, 12, "$.data.items");
  check_place(json, acr__node_get(acr__node_first(items), "amount"), 2, 25, "$.data.items[0].amount");
  check_place(json, odd, 3, 17, "$.data.items[1][\"odd key\"]");
  check_place(json, acr__node_next(acr__node_first(odd)), 3, 24, "$.data.items[1][\"odd key\"][1]");
  check_place(json, acr__node_get(data, "end"), 5, 8, "$.data.end");
  assert_true(acr__span_is(acr__node_raw(json, odd, LIT(text)), "[null, \"x\"]"));
  assert_true(acr__span_is(acr__node_raw(json, acr__node_get(data, "end"), LIT(text)), "5"));
  assert_true(acr__span_is(acr__node_raw(json, root, LIT(text)), text));
  acr__arena_free(arena);
}

static acr__buf canonical(const char *text) {
  acr__arena *arena = acr__arena_new(4096);
  acr__buf out = {0};
  acr__node_canonical(acr__json_root(parse(arena, text)), &out);
  acr__arena_free(arena);
  return out;
}

static void check_canonical(const char *text, acr__span wanted) {
  acr__buf out = canonical(text);
  assert_int_equal(out.len, wanted.len);
  assert_memory_equal(out.ptr, wanted.ptr, wanted.len);
  acr__buf_free(&out);
}

static bool same_content(const char *a, const char *b) {
  acr__buf left = canonical(a), right = canonical(b);
  bool same = left.len == right.len && memcmp(left.ptr, right.ptr, left.len) == 0;
  acr__buf_free(&left);
  acr__buf_free(&right);
  return same;
}

static void test_canonical(void **state) {
  (void)state;
  check_canonical(" { \"b\" : [ 1 , 2.50 , true, null ] , \"a\" : \"x\" } ", LIT("{\2\1as\1x\1b[\4d\0011d\0042.50t\0n\0"));
  check_canonical("{\"a\\u0062\":\"\\u0041\\/\\u00e9\\u001f\\n\"}", LIT("{\1\2abs\6A/\xC3\xA9\x1F\n"));
  check_canonical("{\"aa\":1,\"a\":2,\"B\":3,\"\":4}", LIT("{\4\0d\0014\1Bd\0013\1ad\0012\2aad\0011"));
  check_canonical("[false,[]]", LIT("[\2f\0[\0"));
  check_canonical("{\"longer key b\":{},\"longer key \":\"\",\"longer key a\":[]}",
                  LIT("{\3\013longer key s\0\014longer key a[\0\014longer key b{\0"));
  acr__buf absent = {0};
  acr__node_canonical(NULL, &absent);
  assert_memory_equal(absent.ptr, "n", 2);
  acr__buf_free(&absent);
}

static void test_canonical_tells_contents_apart(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{}",          "[]",          "\"\"",          "null",          "\"null\"",          "{\"a\":null}",          "{\"a\":1}",
      "{\"a\":\"1\"}", "{\"a\":1.0}", "[1,2]",        "[12]",          "[[1],2]",           "[[1,2]]",               "[[],[]]",
      "[[[]]]",      "[\"a\",\"b\"]", "[\"as\\u0001b\"]", "{\"a\":{},\"b\":1}", "{\"a\":{\"b\":1}}", "{\"a\":\"b\"}", "[\"a\",\"b\",\"\"]",
  };
  enum { COUNT = sizeof texts / sizeof texts[0] };
  for (size_t i = 0; i < COUNT; i++) {
    for (size_t j = 0; j < COUNT; j++)
      assert_int_equal(same_content(texts[i], texts[j]), i == j);
  }
}

// Texts of every short length, and around those where a length takes another byte.
static void test_canonical_lengths(void **state) {
  (void)state;
  char text[20100], other[20100];
  for (int len = 0; len < 20000; len += len < 300 ? 1 : 1231) {
    sprintf(text, "{\"k\":\"%0*d\",\"z\":[7]}", len + 1, 5);
    sprintf(other, "{ \"z\":[ 7 ],\n\"k\" : \"%0*d\" }", len + 1, 5);
    assert_true(same_content(text, other));
    sprintf(other, "{\"k\":\"%0*d\",\"z\":[7]}", len + 2, 5);
    assert_false(same_content(text, other));
  }
}

static void test_canonical_of_many_members(void **state) {
  (void)state;
  char wide[2000], sorted[2000];
  int wide_len = 0, sorted_len = 0;
  for (int i = 99; i >= 0; i--)
    wide_len += sprintf(wide + wide_len, "%s\"k%02d\":%d", i == 99 ? "{" : ",", i, i);
  for (int i = 0; i < 100; i++)
    sorted_len += sprintf(sorted + sorted_len, "%s\"k%02d\":%d", i == 0 ? "{" : ",", i, i);
  strcat(wide, "}");
  strcat(sorted, "}");
  assert_true(same_content(wide, sorted));
  assert_memory_equal(wide, "{\"k99\":99", 9);
  wide[7] = '1';
  assert_false(same_content(wide, sorted));
}

static void test_writer(void **state) {
  (void)state;
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  acr__write_object(&w);
  acr__write_key(&w, "a");
  acr__write_int(&w, INT64_MIN);
  acr__write_key_span(&w, LIT("b\"\\"));
  acr__write_array(&w);
  acr__write_text(&w, "x\ty\x01\x7F");
  acr__write_text(&w, NULL);
  acr__write_bool(&w, true);
  acr__write_array(&w);
  acr__write_array_end(&w);
  acr__write_raw(&w, LIT("{}"));
  acr__write_decimal(&w, 1250, 0);
  acr__write_decimal(&w, -5, 2);
  acr__write_span(&w, LIT("a\0b\xC3\xA9\xFF\xE2\x82"));
  acr__write_array_end(&w);
  acr__write_object_end(&w);
  acr__buf_u8(&out, 0);
  assert_string_equal((char *)out.ptr, "{\"a\":-9223372036854775808,\"b\\\"\\\\\":[\"x\\ty\\u0001\x7F\",null,true,[],{},1250,\"-0.05\","
                                       "\"a\\u0000b\xC3\xA9\\ufffd\\ufffd\\ufffd\"]}");
  acr__buf_free(&out);
}

static char *receipt(int lines) {
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  acr__buf_text(&out, "{\"id\":\"r\",\"data\":{\"items\":");
  acr__write_array(&w);
  for (int i = 1; i <= lines; i++) {
    acr__write_object(&w);
    acr__write_key(&w, "line");
    acr__write_int(&w, i);
    acr__write_key(&w, "name");
    acr__write_text(&w, "FELTCRAFT \"PRINCESS\" DOLL \xC3\xA9 of a length that receipts have");
    acr__write_key(&w, "amount");
    acr__write_decimal(&w, 329 * i, 2);
    acr__write_key(&w, "categories");
    acr__buf_text(&out, "[\"merchandise\"]");
    w.comma = true;
    acr__write_object_end(&w);
  }
  acr__write_array_end(&w);
  acr__buf_text(&out, "}}");
  acr__buf_u8(&out, 0);
  return (char *)out.ptr;
}

static void test_receipt_of_1114_lines(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(65536);
  char *text = receipt(1114);
  acr__json *json = parse(arena, text);
  const acr__node *items = acr__node_get(acr__node_get(acr__json_root(json), "data"), "items"), *item = acr__node_first(items);
  assert_int_equal(acr__node_count(items), 1114);
  for (int i = 1; item; item = acr__node_next(item), i++) {
    char line[16], amount[32];
    snprintf(line, sizeof line, "%d", i);
    snprintf(amount, sizeof amount, "%d.%02d", 329 * i / 100, 329 * i % 100);
    check_text(acr__node_get(item, "line"), ACR_JSON_NUMBER, line);
    check_text(acr__node_get(item, "amount"), ACR_JSON_STRING, amount);
  }
  acr__buf spaced = {0}; // no text of the receipt holds a comma
  for (const char *at = text; *at; at++)
    acr__buf_text(&spaced, *at == ',' ? " ,\n" : (char[]){*at, '\0'});
  acr__buf_u8(&spaced, 0);
  assert_true(same_content(text, (char *)spaced.ptr));
  *strstr((char *)spaced.ptr, "3.29") = '4';
  assert_false(same_content(text, (char *)spaced.ptr));
  acr__buf_free(&spaced);
  free(text);
  acr__arena_free(arena);
}

static void *parse_many(void *arg) {
  acr__arena *arena = acr__arena_new(4096);
  char text[64];
  snprintf(text, sizeof text, "{\"who\":\"%s\",\"n\":[1,2,3]}", (const char *)arg);
  for (int i = 0; i < 5000; i++) {
    struct acr__json_fault fault;
    acr__json *json = acr__json_parse(arena, acr__span_of(text), NULL, &fault);
    if (!json || !acr__span_is(acr__node_text(acr__node_get(acr__json_root(json), "who")), arg)) return NULL;
    acr__arena_reset(arena);
  }
  acr__arena_free(arena);
  return arg;
}

static void test_threads_parse_at_the_same_time(void **state) {
  (void)state;
  char names[4][8] = {"ann", "bob", "cid", "dee"};
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, parse_many, names[i]), 0);
  for (int i = 0; i < 4; i++) {
    void *result = NULL;
    pthread_join(threads[i], &result);
    assert_ptr_equal(result, names[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nodes),
      cmocka_unit_test(test_absent_nodes),
      cmocka_unit_test(test_places_and_paths),
      cmocka_unit_test(test_canonical),
      cmocka_unit_test(test_canonical_tells_contents_apart),
      cmocka_unit_test(test_canonical_lengths),
      cmocka_unit_test(test_canonical_of_many_members),
      cmocka_unit_test(test_writer),
      cmocka_unit_test(test_receipt_of_1114_lines),
      cmocka_unit_test(test_threads_parse_at_the_same_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
