// Profiles, links and tags, end to end and through recovery.
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"
#define T2 "2026-03-02T12:00:00Z"
#define WHEN(phrase) "\"when\":{\"all\":[{\"key_phrase\":\"make_a_purchase\"},{" phrase "}]}"
#define ONE "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"status\",\"source\":\"promo\"}]"
#define LINKS "\"links\":{\"referrer\":{},\"friend\":{\"max\":2}}"

static void go(struct world *w, const char *rest) {
  program(w, "shop", "2015-01-01", rest);
  publish(w, "shop");
}

static void test_links(void **state) {
  static const struct { const char *links, *code, *path, *message; } wrong[] = {
      {"{\"refferer\":\"n\"}", "link_unknown", "$.data.links.refferer", "the nearest is \"referrer\""},
      {"{\"referrer\":\"m\"}", "link_self", "$.data.links.referrer", "leads to the member itself"},
      {"{\"friend\":[\"n\",\"m\"]}", "link_self", "$.data.links.friend", "another member"},
      {"{\"referrer\":[\"n\",\"o\"]}", "link_max", "$.data.links.referrer", "found 2 members for the link \"referrer\", which leads to 1"},
      {"{\"friend\":[\"n\",\"o\",\"p\"]}", "link_max", "$.data.links.friend", "leads to 2 at most"},
      {"{\"friend\":[\"n\",\"n\"]}", "field", "$.data.links.friend[1]", "named twice"},
      {"{\"friend\":[7]}", "field", "$.data.links.friend[0]", "wanted a text"},
      {"[\"n\"]", "field", "$.data.links", "links by name as an object"},
  };
  struct world *w = *state;
  go(w, LINKS);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char id[16], data[128], message[128];
    snprintf(id, sizeof id, "w%zu", i);
    snprintf(data, sizeof data, "\"links\":%s", wrong[i].links);
    event(w, id, "member.join", "m", T1, data);
    assert_at(w, "status", "rejected");
    assert_at(w, "error/code", wrong[i].code);
    assert_at(w, "error/path", wrong[i].path);
    snprintf(message, sizeof message, "%s", at(w, "error/message"));
    assert_non_null(strstr(message, wrong[i].message));
  }
  event(w, "1", "member.join", "m", T1, "\"links\":{\"referrer\":\"n\",\"friend\":[\"o\",\"p\"]}");
  assert_at(w, "status", "applied");
  event(w, "2", "member.update", "m", T2, "\"links\":{\"referrer\":\"q\",\"friend\":null}");
  see(w, "m");
  assert_at(w, "result/links/referrer/0", "q");
  assert_at(w, "result/links/referrer/1", "-");
  assert_at(w, "result/links/friend", "-");
  event(w, "3", "member.update", "m", T2, "\"attributes\":{}"); // says nothing of links
  for (int round = 0; round < 2; round++) {
    see(w, "m");
    assert_at(w, "result/links/referrer/0", "q");
    world_close(w);
    if (round == 0) world_remove_view(w);
    world_open(w);
  }
  assert_verified(w);
}

// Without a program there is no link.
static void test_links_without_program(void **state) {
  struct world *w = *state;
  event(w, "1", "member.join", "m", T1, "\"links\":{\"referrer\":\"n\"}");
  assert_at(w, "error/code", "link_unknown");
}

// A member that came to be by a purchase gets its join date later; what counts from it counts anew.
static void test_joined(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":[{\"rule\":\"five years\"," WHEN("\"key_phrase\":\"years_since_joining\",\"years\":5") "," ONE "}]");
  buy(w, "1", "m", T1, "1.00");
  see(w, "m");
  assert_at(w, "result/joined", T1);
  event(w, "2", "member.update", "m", T1, "\"joined\":\"2021-03-02\"");
  see(w, "m");
  assert_at(w, "result/joined", "2021-03-02T05:00:00Z"); // midnight in the program's zone, New York
  buy(w, "3", "m", T1, "1.00");
  assert_at(w, "balances/status", "0");
  buy(w, "4", "m", T2, "1.00");
  assert_at(w, "balances/status", "1");
  event(w, "5", "member.join", "m", T2, "\"joined\":\"2026-01-01\",\"timezone\":\"Asia/Tokyo\"");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  see(w, "m");
  assert_at(w, "result/joined", "2025-12-31T15:00:00Z");
  buy(w, "6", "m", T2, "1.00");
  assert_at(w, "balances/status", "1");
  assert_verified(w);
}

// Domain V9 and 16.14 example 16, by the member's own clock and after a restart.
static void test_leap_day(void **state) {
  static const struct { const char *id, *time, *points; } days[] = {
      {"1", "2021-02-27T23:59:59+09:00", "0"}, {"2", "2021-02-28T00:00:00+09:00", "1"}, {"3", "2021-03-01T00:00:00+09:00", "1"},
      {"4", "2022-02-28T23:59:59+09:00", "2"}, {"5", "2024-02-28T23:59:59+09:00", "2"}, {"6", "2024-02-29T00:00:00+09:00", "3"},
  };
  struct world *w = *state;
  go(w, "\"purchase\":[{\"rule\":\"anniversary\"," WHEN("\"key_phrase\":\"is_anniversary\"") "," ONE "}]");
  event(w, "join", "member.join", "m", "2020-03-01T00:00:00Z", "\"joined\":\"2020-02-29\",\"timezone\":\"Asia/Tokyo\"");
  for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
    if (i == 2) world_reopen(w);
    buy(w, days[i].id, "m", days[i].time, "1.00");
    assert_at(w, "balances/status", days[i].points);
  }
  assert_verified(w);
}

static void test_leap_day_in_march(void **state) {
  struct world *w = *state;
  go(w, "\"settings\":{\"leap_day\":\"mar1\"},\"purchase\":[{\"rule\":\"birthday\"," WHEN("\"key_phrase\":\"is_birthday\"") "," ONE "}]");
  event(w, "join", "member.join", "m", "2020-03-01T00:00:00Z", "\"birthday\":\"1980-02-29\",\"timezone\":\"UTC\"");
  buy(w, "1", "m", "2021-02-28T12:00:00Z", "1.00");
  assert_at(w, "balances/status", "0");
  buy(w, "2", "m", "2021-03-01T12:00:00Z", "1.00");
  assert_at(w, "balances/status", "1");
}

static void test_level_facts(void **state) {
  struct world *w = *state;
  go(w, "\"levels\":[{\"level\":\"One\",\"entrance\":[{\"rule\":\"All\",\"when\":\"no rules\",\"outcomes\":[]}],\"purchase\":["
        "{\"rule\":\"patient\"," WHEN("\"key_phrase\":\"time_in_level\",\"duration\":\"10 days\"") "," ONE "},"
        "{\"rule\":\"low\"," WHEN("\"key_phrase\":\"level_is\",\"operator\":\"<\",\"level\":\"Two\"") "," ONE "}]},{\"level\":\"Two\"}]");
  buy(w, "1", "m", T1, "1.00");
  assert_at(w, "balances/status", "1");
  buy(w, "2", "m", "2026-03-11T03:59:59Z", "1.00"); // 10 March in New York
  assert_at(w, "balances/status", "2");
  world_reopen(w);
  buy(w, "3", "m", "2026-03-11T04:00:00Z", "1.00");
  assert_at(w, "balances/status", "4");
}

// Domain St6: a tag counts or has a term, and keeps its kind while it is kept.
static void test_tags(void **state) {
  struct world *w = *state;
  world_file(w, "outcomes/retag.lua",
             "return accrue.outcome { title = \"Retag\", variables = { mode = accrue.var.text() }, effects = function(_, vars)\n"
             "  if vars.mode == \"less\" then return { accrue.effect.untag { tag = \"fan\", counter = true } } end\n"
             "  if vars.mode == \"off\" then return { accrue.effect.untag { tag = \"fan\" } } end\n"
             "  if vars.mode == \"both\" then return { accrue.effect.tag { tag = \"fan\", counter = true, expires = \"1 day\" } } end\n"
             "  if vars.mode == \"hours\" then return { accrue.effect.tag { tag = \"fan\", expires = \"6 hours\" } } end\n"
             "  return { accrue.effect.tag { tag = \"fan\", counter = true } } end }\n");
  world_reopen(w);
  go(w, "\"event\":[{\"rule\":\"count\",\"when\":{\"key_phrase\":\"event_attribute\",\"event\":\"ping\","
        "\"key\":\"do\",\"value\":\"count\"},"
        "\"outcomes\":[{\"outcome\":\"retag\",\"mode\":\"count\"}]},"
        "{\"rule\":\"off\",\"when\":{\"key_phrase\":\"event_attribute\",\"event\":\"ping\",\"key\":\"do\",\"value\":\"off\"},"
        "\"outcomes\":[{\"outcome\":\"retag\",\"mode\":\"off\"}]},"
        "{\"rule\":\"less\",\"when\":{\"key_phrase\":\"event_attribute\",\"event\":\"ping\",\"key\":\"do\",\"value\":\"less\"},"
        "\"outcomes\":[{\"outcome\":\"retag\",\"mode\":\"less\"}]},"
        "{\"rule\":\"hours\",\"when\":{\"key_phrase\":\"event_attribute\",\"event\":\"ping\",\"key\":\"do\",\"value\":\"hours\"},"
        "\"outcomes\":[{\"outcome\":\"retag\",\"mode\":\"hours\"}]},"
        "{\"rule\":\"both\",\"when\":{\"key_phrase\":\"event_attribute\",\"event\":\"ping\",\"key\":\"do\",\"value\":\"both\"},"
        "\"outcomes\":[{\"outcome\":\"retag\",\"mode\":\"both\"}]}]");
  event(w, "1", "ping", "m", T1, "\"do\":\"count\"");
  event(w, "2", "ping", "m", T1, "\"do\":\"count\"");
  see(w, "m");
  assert_at(w, "result/tags/0/count", "2");
  event(w, "2a", "ping", "m", T1, "\"do\":\"count\"");
  event(w, "2b", "ping", "m", T1, "\"do\":\"less\"");
  see(w, "m");
  assert_at(w, "result/tags/0/count", "2");
  event(w, "3", "ping", "m", T1, "\"do\":\"hours\"");
  assert_at(w, "status", "parked");
  event(w, "4", "ping", "m", T1, "\"do\":\"both\"");
  assert_at(w, "status", "parked");
  assert_non_null(strstr(w->reply, "never both"));
  event(w, "5", "ping", "m", T1, "\"do\":\"off\"");
  event(w, "6", "ping", "m", T1, "\"do\":\"off\""); // nothing is there any more
  assert_at(w, "status", "applied");
  event(w, "7", "ping", "m", T1, "\"do\":\"hours\"");
  see(w, "m");
  assert_at(w, "result/tags/0/expires", "2026-03-01T18:00:00Z");
  event(w, "8", "ping", "m", "2026-03-01T17:59:59Z", "\"do\":\"count\"");
  assert_at(w, "status", "parked");
  event(w, "9", "ping", "m", "2026-03-01T18:00:00Z", "\"do\":\"count\""); // it has run out: either kind
  assert_at(w, "status", "applied");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  see(w, "m");
  assert_at(w, "result/tags/0/count", "1");
  assert_at(w, "result/tags/0/expires", "null");
  assert_verified(w);
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)
#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_FILE(test_links),    IN_MEMORY(test_links_without_program), IN_FILE(test_joined),
                                     IN_FILE(test_leap_day), IN_MEMORY(test_leap_day_in_march),     IN_FILE(test_level_facts),
                                     IN_FILE(test_tags)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
