// What is wrong with an account's `expiry`.
#include "fault_fixture.h"

static void of_expiry(void **state) {
  (void)state;
  static const struct sample samples[] = {
      {"{}", "missing", "`mode` is missing from `expiry`"},
      {"{\"mode\":\"rollin\"}", "choice", "rolling"},
      {"{\"mode\":\"rolling\"}", "missing", "`after` is missing"},
      {"{\"mode\":\"rolling\",\"after\":\"soon\"}", "type", "wanted a duration"},
      {"{\"mode\":\"rolling\",\"after\":\"1 year\",\"on\":\"12-31\"}", "unknown_field", "`on` does not go with expiry mode `rolling`"},
      {"{\"mode\":\"rolling\",\"after\":\"1 year\",\"on\":\"12-31\"}", "unknown_field", "it takes after, into"},
      {"{\"mode\":\"rolling\",\"after\":\"1 year\",\"warn\":\"7 days\"}", "unknown_field", "`warn` stands in the account, beside `expiry`"},
      {"{\"mode\":\"fixed_date\",\"on\":\"13-31\"}", "type", "a month and day"},
      {"{\"mode\":\"fixed_date\",\"every\":\"month\",\"on\":32}", "type", "1 to 31"},
      {"{\"mode\":\"inactivity\",\"after\":\"3 hours\"}", "range", "counted in days"},
      {"{\"mode\":\"inactivity\",\"after\":\"3 days\",\"percent\":101}", "range", "at most 100"},
      {"{\"mode\":\"activity_based\",\"after\":\"11 months\"}", "range", "12 months to 5 years"},
      {"{\"mode\":\"points_aging\",\"after\":\"6 years\"}", "range", "1 to 5 years"},
      {"{\"mode\":\"rolling\",\"after\":\"1 day\",\"into\":\"p\"}", "range", "into itself"},
      {"{\"mode\":\"rolling\",\"after\":\"1 day\",\"into\":\"z\"}", "unknown_name", "unknown account `z`"},
  };
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
    char text[512];
    snprintf(text, sizeof text, "{\"program\":\"club\",\"accounts\":{\"p\":{\"expiry\":%s},\"q\":{\"decimals\":1}}}", samples[i].text);
    one_fault(text, samples[i].code, samples[i].part);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(of_expiry, setup, teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
