// Addresses and body templates of web hooks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "script/web_hook.h"

static void assert_fault(const char *found, const char *wanted) {
  if (!wanted) {
    if (found) print_error("%s\n", found);
    assert_null(found);
    return;
  }
  assert_non_null(found);
  if (!strstr(found, wanted)) print_error("found: %s\nwanted: %s\n", found, wanted);
  assert_non_null(strstr(found, wanted));
}

static void test_addresses(void **state) {
  static const struct { const char *url, *fault; } cases[] = {
      {"https://example.com/hook", NULL},
      {"HTTP://u:p@example.com:8080", NULL},
      {"http://[::1]:80/x?y=z", NULL},
      {"", "wanted http:// or https://"},
      {"ftp://example.com", "the url is \"ftp://example.com\"; wanted http:// or https://"},
      {"file:///etc/passwd", "wanted http://"},
      {"http://", "wanted http://"},
      {"http:///x", "names no host"},
      {"https://:80/x", "names no host"},
      {"https://u:p@/x", "names no host"},
      {"https://example.com/a b", "at byte 22"},
      {"https://example.com/\r\nx: y", "at byte 21"},
      {"https://ex\xc3\xa4mple.com", "not ASCII"},
  };
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_fault(acr__url_fault(arena, acr__span_of(cases[i].url)), cases[i].fault);
  char *text = acr__arena_alloc(arena, 3001);
  memset(text, 'x', 3000);
  memcpy(text, "https://", 8);
  assert_fault(acr__url_fault(arena, (acr__span){text, 3000}), "3000 bytes; wanted at most 2048");
  acr__arena_free(arena);
}

static void test_templates(void **state) {
  static const struct { const char *text, *fault; } cases[] = {
      {"{\"id\":{event.id},\"text\":\"{member.id} has {balance.points}\",\"d\":{event.data}}", NULL},
      {"{data.a.b}", NULL},
      {"[1,{}]", NULL},
      {"{\"a\":{\"b\":{rule}}}", NULL},
      {"{\"quote\\\"\":\"{event.type}\"}", NULL},
      {"{event.idd}", "{event.idd}, which is nothing that it can show; the nearest is {event.id}"},
      {"\"{zzzzzzzz}\"", "wanted as {event.id}"},
      {"{balance.}", "{balance.}"},
      {"{\"a\":{event.id}", "no JSON once its {holes} are filled"},
      {"{event.id", "{event.id}, which is nothing"},
      {"plain", "no JSON"},
      {"{\"a\":1}x", "no JSON"},
      {"", "no JSON"},
  };
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_fault(acr__web_hook_template_fault(arena, acr__span_of(cases[i].text)), cases[i].fault);
  acr__arena_free(arena);
}

static void test_holes(void **state) {
  struct acr__hole_walk walk = {.text = acr__span_of("{\"a\\\"\":\"{data.x.y}\",\"b\":{balance.gold}}")};
  struct acr__hole hole;
  (void)state;
  assert_true(acr__hole_next(&walk, &hole));
  assert_int_equal(hole.kind, ACR_HOLE_DATA);
  assert_true(hole.quoted && acr__span_is(hole.name, "x.y") && walk.text.ptr[hole.end] == '"');
  assert_true(acr__hole_next(&walk, &hole));
  assert_int_equal(hole.kind, ACR_HOLE_BALANCE);
  assert_true(!hole.quoted && acr__span_is(hole.name, "gold"));
  assert_false(acr__hole_next(&walk, &hole));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_addresses),
      cmocka_unit_test(test_templates),
      cmocka_unit_test(test_holes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
