// What is refused of an outcome's effects names the rule, the plugin and the place in the program.
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"
#define ON_PING "{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"}"

static void go(struct world *w, const char *effect) {
  char text[512];
  snprintf(text, sizeof text,
           "return accrue.outcome { title = \"Odd\", variables = {},\n  effects = function() return { accrue.effect.%s } end }\n", effect);
  world_file(w, "outcomes/odd.lua", text);
  program(w, "shop", "2026-01-01",
          "\"levels\":[{\"level\":\"One\",\"entrance\":[{\"rule\":\"All\",\"when\":\"no rules\",\"outcomes\":[]}],\"event\":["
          "{\"rule\":\"Odd rule\",\"when\":" ON_PING
          ",\"outcomes\":[{\"outcome\":\"add_tags\",\"tags\":[\"x\"]},{\"outcome\":\"odd\"}]}]}]");
  publish(w, "shop");
}

static void refuses(struct world *w, const char *effect, const char *why) {
  go(w, effect);
  event(w, effect, "ping", "m", T1, "");
  assert_at(w, "status", "parked");
  const char *said = at(w, "error/message");
  bool good = strncmp(said, "rule \"Odd rule\": outcome odd: ", 30) == 0 && strstr(said, "outcomes/odd.lua") &&
              strstr(said, "(program \"shop\", $.levels[0].event[0].outcomes[1])") && strstr(said, why);
  if (!good) print_error("of %s: %s\n", effect, said);
  assert_true(good);
}

static void test_effects(void **state) {
  struct world *w = *state;
  refuses(w, "emit { event = 'points.adjust', data = { points = 5 } }",
          "\"points.adjust\" comes from outside alone; wanted a custom event");
  refuses(w, "emit { event = 'points.earned' }", "\"points.earned\" is raised by Accrue itself");
  refuses(w, "emit { event = 'visit', data = { stars = 9 } }", "the event \"visit\" is not valid: $.data.stars");
  refuses(w, "emit { event = 'visit', data = { stars = 9 }, after = '1 day' }", "the event \"visit\" is not valid: $.data.stars");
  refuses(w, "emit { event = 'audience.enter', data = { audience = 'nobody' } }", "nobody");
  refuses(w, "award { account = 'nothing', source = 'promo', points = 1 }", "account \"nothing\" is none of this program");
  refuses(w, "award { account = 'points', source = 'nothing', points = 1 }", "source \"nothing\" is none of this program");
  refuses(w, "issue_offer { offer = 'nothing' }", "offer \"nothing\"");
  refuses(w, "grant_store { store = 'nothing' }", "reward store \"nothing\"");
  refuses(w, "change_level { level = 'Nine' }", "level \"Nine\" is none of the program");
  refuses(w, "tag { tag = 'x', expires = '1 day' }", "the tag \"x\" of this member counts");
}

// A plugin's own failure has its file and line already.
static void test_raises(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"event\":[{\"rule\":\"B\",\"when\":" ON_PING ",\"outcomes\":[{\"outcome\":\"boom\",\"word\":\"x\"}]}]");
  publish(w, "shop");
  event(w, "1", "ping", "m", T1, "\"context\":{\"boom\":\"x\"}");
  const char *said = at(w, "error/message");
  assert_non_null(strstr(said, "rule \"B\": outcome boom: "));
  assert_non_null(strstr(said, "outcomes/boom.lua:3: went off"));
  assert_non_null(strstr(said, "(program \"shop\", $.event[0].outcomes[0])"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_effects, set_up_memory, tear_down),
                                     cmocka_unit_test_setup_teardown(test_raises, set_up_memory, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
