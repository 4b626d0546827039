// Exact decimals from text and back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/decimal.h"
#include <stdio.h>

struct sample {
  const char *text;
  int scale;
  acr__decimal_result strict, rounded; // result of the two parsers
  int64_t value, rounded_value;
};

#define OK ACR_DECIMAL_OK
#define SYNTAX ACR_DECIMAL_SYNTAX
#define DIGITS ACR_DECIMAL_DIGITS
#define PLACES ACR_DECIMAL_PLACES

static const struct sample samples[] = {
    {"0", 0, OK, OK, 0, 0},
    {"-0", 2, OK, OK, 0, 0},
    {"-0.00", 2, OK, OK, 0, 0},
    {"12.50", 2, OK, OK, 1250, 1250},
    {"-12.50", 2, OK, OK, -1250, -1250},
    {"12.5", 2, OK, OK, 1250, 1250},
    {"12", 2, OK, OK, 1200, 1200},
    {"007", 0, OK, OK, 7, 7},
    {"12.500", 2, OK, OK, 1250, 1250},            // trailing zeros are no decimals
    {"5.000000000000000000000", 0, OK, OK, 5, 5}, // nor digits
    {"12.505", 2, PLACES, OK, 0, 1251},
    {"12.504", 2, PLACES, OK, 0, 1250},
    {"-12.505", 2, PLACES, OK, 0, -1251},
    {"-0.004", 2, PLACES, OK, 0, 0},
    {"0.5", 0, PLACES, OK, 0, 1},
    {"0.49999", 0, PLACES, OK, 0, 0},
    {"0.99", 1, PLACES, OK, 0, 10},
    {"999999999999999", 0, OK, OK, 999999999999999, 999999999999999},
    {"0.000000001", 9, OK, OK, 1, 1},
    {"1000000000000000", 0, DIGITS, DIGITS, 0, 0}, // 16 digits
    {"1.000000000000001", 9, DIGITS, DIGITS, 0, 0},
    {"999999999999999", 9, DIGITS, DIGITS, 0, 0}, // would leave 64 bits
    {"999999999", 9, OK, OK, 999999999000000000, 999999999000000000},
    {"9999999999", 9, DIGITS, DIGITS, 0, 0},
    {"99999999999999999999999999999999999", 0, DIGITS, DIGITS, 0, 0},
    {"00000000000000000000000000000000001", 0, OK, OK, 1, 1},
    {"", 2, SYNTAX, SYNTAX, 0, 0},
    {"-", 2, SYNTAX, SYNTAX, 0, 0},
    {".", 2, SYNTAX, SYNTAX, 0, 0},
    {".5", 2, SYNTAX, SYNTAX, 0, 0},
    {"5.", 2, SYNTAX, SYNTAX, 0, 0},
    {"-.5", 2, SYNTAX, SYNTAX, 0, 0},
    {"+5", 2, SYNTAX, SYNTAX, 0, 0},
    {"1e3", 2, SYNTAX, SYNTAX, 0, 0},
    {"1.5e3", 2, SYNTAX, SYNTAX, 0, 0},
    {"1,50", 2, SYNTAX, SYNTAX, 0, 0},
    {" 1", 2, SYNTAX, SYNTAX, 0, 0},
    {"1 ", 2, SYNTAX, SYNTAX, 0, 0},
    {"1.5.5", 2, SYNTAX, SYNTAX, 0, 0},
    {"--1", 2, SYNTAX, SYNTAX, 0, 0},
    {"0x10", 2, SYNTAX, SYNTAX, 0, 0},
    {"NaN", 2, SYNTAX, SYNTAX, 0, 0},
    {"\xD9\xA1", 2, SYNTAX, SYNTAX, 0, 0}, // an Arabic digit is no digit here
};

static void test_parse(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    const struct sample *sample = &samples[i];
    int64_t strict = -77, rounded = -77;
    acr__span text = acr__span_of(sample->text);
    if (acr__decimal_parse(text, sample->scale, &strict) != sample->strict) fail_msg("strict: '%s'", sample->text);
    if (acr__decimal_parse_round(text, sample->scale, &rounded) != sample->rounded) fail_msg("round: '%s'", sample->text);
    if (strict != (sample->strict == OK ? sample->value : -77)) fail_msg("strict value: '%s'", sample->text);
    if (rounded != (sample->rounded == OK ? sample->rounded_value : -77)) fail_msg("rounded value: '%s'", sample->text);
  }
}

static void test_parse_stops_at_the_length(void **state) {
  (void)state;
  int64_t out;
  assert_int_equal(acr__decimal_parse((acr__span){"12.5x", 4}, 1, &out), OK);
  assert_int_equal(out, 125);
  assert_int_equal(acr__decimal_parse((acr__span){"1\0", 2}, 1, &out), SYNTAX);
  assert_int_equal(acr__decimal_parse((acr__span){NULL, 0}, 1, &out), SYNTAX);
}

static void check_format(int64_t value, int scale, const char *wanted) {
  char text[32];
  assert_int_equal(acr__decimal_format(value, scale, text), strlen(wanted));
  assert_string_equal(text, wanted);
}

static void test_format(void **state) {
  (void)state;
  check_format(0, 0, "0");
  check_format(0, 2, "0.00");
  check_format(5, 2, "0.05");
  check_format(-5, 2, "-0.05");
  check_format(1250, 2, "12.50");
  check_format(-125000, 3, "-125.000");
  check_format(7, 0, "7");
  check_format(INT64_MAX, 0, "9223372036854775807");
  check_format(INT64_MIN, 9, "-9223372036.854775808");
  check_format(INT64_MIN, 0, "-9223372036854775808");
}

static void test_round_trip(void **state) {
  (void)state;
  uint64_t seed = 42;
  for (int i = 0; i < 20000; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    int64_t value = (int64_t)(seed >> 16) % 1000000000000000, back = 1;
    int scale = i % 10;
    if (i & 1) value = -value;
    char text[32];
    int len = acr__decimal_format(value, scale, text);
    assert_int_equal(acr__decimal_parse((acr__span){text, (size_t)len}, scale, &back), OK);
    assert_true(back == value);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parse),
      cmocka_unit_test(test_parse_stops_at_the_length),
      cmocka_unit_test(test_format),
      cmocka_unit_test(test_round_trip),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
