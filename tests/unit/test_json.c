// What is JSON and what is not, by the samples of json_samples.h, by limits and by damage.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "json_samples.h"
#include "json/json.h"
#include <stdio.h>
#include <stdlib.h>

static void test_samples(void **state) {
  (void)state;
  assert_true(sizeof samples / sizeof samples[0] >= 120);
  acr__arena *arena = acr__arena_new(4096);
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    const struct sample *sample = &samples[i];
    char *exact = malloc(sample->len ? sample->len : 1); // so that a sanitizer sees a read past the end
    memcpy(exact, sample->text, sample->len);
    struct acr__json_fault fault = {0};
    acr__json *json = acr__json_parse(arena, (acr__span){exact, sample->len}, NULL, &fault);
    free(exact);
    if (!sample->code && !json) fail_msg("sample %zu '%s' refused: %s", i, sample->text, fault.message);
    if (sample->code && json) fail_msg("sample %zu '%s' accepted", i, sample->text);
    if (!sample->code) continue;
    bool same = strcmp(fault.code, sample->code) == 0 && fault.line == sample->line && fault.column == sample->column;
    if (!same) fail_msg("sample %zu '%s': %s at %d:%d, %s", i, sample->text, fault.code, fault.line, fault.column, fault.message);
    assert_non_null(strstr(fault.message, "found "));
    acr__arena_reset(arena);
  }
  acr__arena_free(arena);
}

static void check_message(acr__arena *arena, const char *text, const char *wanted) {
  struct acr__json_fault fault;
  assert_null(acr__json_parse(arena, acr__span_of(text), NULL, &fault));
  assert_string_equal(fault.message, wanted);
}

static void test_messages_say_found_and_wanted(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  check_message(arena, "[1,,2]", "found ',', wanted a value");
  check_message(arena, "[1,2", "found the end of the text, wanted ',' or ']'");
  check_message(arena, "{\"a\" 1}", "found '1', wanted ':' after the key");
  check_message(arena, "[NaN]", "found NaN, wanted a value");
  check_message(arena, "[\"a\nb\"]", "found a line end, wanted control characters of a string to be escaped");
  check_message(arena, "[\xFF]", "found byte 0xFF, wanted a value");
  check_message(arena, "{} x", "found 'x' behind the value, wanted the end of the text");
  check_message(arena, "{\"ab\":1,\"ab\":2}", "found the key \"ab\" twice, wanted it once");
  check_message(arena, "[9007199254740993]", "found 9007199254740993, wanted an integer of at most 2^53 (write larger ones as text)");
  assert_null(acr__json_parse(arena, ACR__SPAN_LIT("["), NULL, NULL)); // nobody asks why
  assert_null(acr__json_parse(arena, (acr__span){NULL, 0}, NULL, NULL));
  acr__arena_free(arena);
}

static void test_limits(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  struct acr__json_fault fault;
  struct acr__json_limits limits = {.depth_max = 2, .bytes_max = 8};
  assert_non_null(acr__json_parse(arena, ACR__SPAN_LIT("[[1111]]"), &limits, &fault));
  assert_null(acr__json_parse(arena, ACR__SPAN_LIT("[[11111]]"), &limits, &fault));
  assert_string_equal(fault.code, "json_size");
  assert_null(acr__json_parse(arena, ACR__SPAN_LIT("[[[]]]"), &limits, &fault));
  assert_string_equal(fault.code, "json_depth");
  limits.depth_max = 1000000; // no stack is lost to a generous setting
  limits.bytes_max = 1u << 24;
  size_t len = 1000000;
  char *deep = malloc(len);
  memset(deep, '[', len);
  assert_null(acr__json_parse(arena, (acr__span){deep, len}, &limits, &fault));
  assert_string_equal(fault.code, "json_depth");
  memset(deep, ' ', len);
  deep[len - 1] = '1';
  assert_non_null(acr__json_parse(arena, (acr__span){deep, len}, NULL, &fault));
  char *large = malloc(ACR_LINE_BYTES_MAX + 1);
  memset(large, ' ', ACR_LINE_BYTES_MAX + 1);
  large[0] = '1';
  assert_non_null(acr__json_parse(arena, (acr__span){large, ACR_LINE_BYTES_MAX}, NULL, &fault));
  assert_null(acr__json_parse(arena, (acr__span){large, ACR_LINE_BYTES_MAX + 1}, NULL, &fault));
  assert_string_equal(fault.code, "json_size");
  free(large);
  free(deep);
  acr__arena_free(arena);
}

// An object of `count` keys; the last one repeats key number `twin` in an escaped spelling unless twin < 0.
static char *object_of(int count, int twin, int *twin_column) {
  char *text = malloc((size_t)count * 32 + 64);
  int len = sprintf(text, "{");
  for (int i = 0; i < count; i++)
    len += sprintf(text + len, "\"key%d\":%d,", i, i);
  *twin_column = len + 1;
  if (twin < 0)
    sprintf(text + len, "\"last\":0}");
  else
    sprintf(text + len, "\"\\u006bey%d\":0}", twin);
  return text;
}

static void test_duplicates_in_objects_of_any_size(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  static const int sizes[] = {1, 2, 22, 23, 24, 25, 26, 63, 64, 65, 200, 10000};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    for (int twin = -1; twin < sizes[i]; twin += sizes[i] / 3 + 1) {
      int column;
      char *text = object_of(sizes[i], twin, &column);
      struct acr__json_fault fault = {0};
      acr__json *json = acr__json_parse(arena, acr__span_of(text), NULL, &fault);
      free(text);
      assert_int_equal(json != NULL, twin < 0);
      if (!json) assert_string_equal(fault.code, "json_duplicate_key");
      if (!json) assert_int_equal(fault.column, column);
      acr__arena_reset(arena);
    }
  }
  acr__arena_free(arena);
}

// Every prefix and every one-byte change of a document is read without harm; accepted ones read back as what they are.
static void test_mutations(void **state) {
  (void)state;
  static const char text[] = "{\"a\":[1,-2.5e3,\"x\\u00e9\xC3\xA9\\n\",null],\"b\":{\"c\":true,\"d\":\"\"}}";
  static const char bytes[] = "\0\"\\{}[],:x0-.\xC3\x80\n";
  enum { LEN = sizeof text - 1 };
  acr__arena *arena = acr__arena_new(4096);
  for (size_t len = 0; len < LEN; len++) {
    char *exact = malloc(len ? len : 1);
    memcpy(exact, text, len);
    assert_null(acr__json_parse(arena, (acr__span){exact, len}, NULL, NULL));
    free(exact);
  }
  for (size_t at = 0; at < LEN; at++) {
    for (size_t b = 0; b < sizeof bytes - 1; b++) {
      char *changed = malloc(LEN);
      memcpy(changed, text, LEN);
      changed[at] = bytes[b];
      struct acr__json_fault fault;
      acr__json *json = acr__json_parse(arena, (acr__span){changed, LEN}, NULL, &fault);
      if (json)
        assert_int_equal(acr__node_kind(acr__json_root(json)), ACR_JSON_OBJECT);
      else
        assert_true(fault.line >= 1 && fault.column >= 1);
      free(changed);
      acr__arena_reset(arena);
    }
  }
  acr__arena_free(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_samples),   cmocka_unit_test(test_messages_say_found_and_wanted),
      cmocka_unit_test(test_limits),    cmocka_unit_test(test_duplicates_in_objects_of_any_size),
      cmocka_unit_test(test_mutations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
