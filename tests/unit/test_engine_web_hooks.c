// Web hooks in the log: what they say, that they stand and fall with their cause, and that they are found again.
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"

struct seen {
  int count, stop;
  uint64_t seq[8], pos[8];
  int index[8];
  char url[8][64], body[8][1024];
};

static bool see_one(void *arg, const struct acr_webhook *hook) {
  struct seen *s = arg;
  if (s->count == s->stop) return false;
  assert_true(s->count < 8 && hook->url_len < 64 && hook->body_len < 1024);
  s->seq[s->count] = hook->seq;
  s->pos[s->count] = hook->pos;
  s->index[s->count] = hook->index;
  snprintf(s->url[s->count], 64, "%.*s", (int)hook->url_len, hook->url);
  snprintf(s->body[s->count++], 1024, "%.*s", (int)hook->body_len, hook->body);
  return true;
}

static struct seen hooks(struct world *w) {
  struct seen s = {.stop = 8};
  uint64_t pos = 1, next;
  while ((next = acr_engine_webhooks(w->engine, pos, 1, see_one, &s)) != pos)
    pos = next;
  assert_int_equal(pos, acr_engine_log_end(w->engine));
  return s;
}

// A rule with these outcomes at every purchase.
static void rules(struct world *w, const char *outcomes) {
  char *text;
  assert_true(asprintf(&text,
                       "\"purchase\":[{\"rule\":\"Tell \\\"them\\\"\",\"when\":{\"key_phrase\":\"make_a_purchase\"},"
                       "\"outcomes\":[%s]}]",
                       outcomes) > 0);
  program(w, "shop", "2015-01-01", text);
  publish(w, "shop");
  free(text);
}

#define HOOK(body) "{\"outcome\":\"web_hook\",\"url\":\"https://example.com/a\",\"body\":\"" body "\"}"

static void test_body(void **state) {
  struct world *w = *state;
  rules(w, HOOK("{\\\"event\\\":{event.id},\\\"type\\\":{event.type},\\\"time\\\":{event.time},\\\"seq\\\":{event.seq},"
                "\\\"m\\\":{member.id},"
                "\\\"points\\\":{balance.points},\\\"fine\\\":{balance.fine},\\\"total\\\":{data.total},\\\"none\\\":{data.context.x},"
                "\\\"level\\\":{member.level},\\\"rule\\\":{rule},\\\"program\\\":{program},\\\"zone\\\":{member.timezone},"
                "\\\"born\\\":{member.birthday},\\\"pet\\\":{member.attributes.pet},"
                "\\\"text\\\":\\\"{member.id} paid {data.total}, has {balance.points}{data.nothing} by {rule}; {event.data}\\\"}"));
  event(w, "0", "member.join", "m\\\"1", T1, "\"birthday\":\"1990-02-28\",\"attributes\":{\"pet\":\"cat\"}");
  buy(w, "r-1", "m\\\"1", T1, "12.00");
  assert_at(w, "status", "applied");
  assert_at(w, "outcomes/1/outcome", "web_hook");
  char id[32];
  struct seen s = hooks(w);
  assert_int_equal(s.count, 1);
  snprintf(id, sizeof id, "%d.%d", (int)s.seq[0], s.index[0]);
  assert_at(w, "outcomes/1/web_hook", id);
  assert_string_equal(s.url[0], "https://example.com/a");
  char wanted[1024];
  snprintf(wanted, sizeof wanted,
           "{\"event\":\"r-1\",\"type\":\"purchase\",\"time\":\"2026-03-01T12:00:00Z\",\"seq\":%d,\"m\":\"m\\\"1\",\"points\":12,"
           "\"fine\":\"0.00\",\"total\":\"12.00\",\"none\":null,\"level\":\"Tier Level 1\",\"rule\":\"Tell \\\"them\\\"\","
           "\"program\":\"shop\","
           "\"zone\":\"America/New_York\",\"born\":\"1990-02-28\",\"pet\":\"cat\","
           "\"text\":\"m\\\"1 paid 12.00, has 12 by Tell \\\"them\\\"; {\\\"total\\\":\\\"12.00\\\"}\"}", (int)s.seq[0]);
  assert_string_equal(s.body[0], wanted);
  assert_verified(w);
}

// The balance that a lower rank left; a custom outcome's own text is sent as it is.
static void test_rank_and_plain_body(void **state) {
  struct world *w = *state;
  world_file(w, "outcomes/tell.lua",
             "return accrue.outcome { title = \"Tell\", variables = {}, effects = function()\n"
             "  return { accrue.effect.webhook { url = \"http://example.com/b\", body = \"{member.id} = x\" } } end }\n");
  rules(w, "{\"outcome\":\"web_hook\",\"rank\":2,\"url\":\"https://example.com/a\",\"body\":\"{balance.points}\"},"
           "{\"outcome\":\"points_fixed\",\"rank\":1,\"points\":5,\"account\":\"points\",\"source\":\"promo\"},"
           "{\"outcome\":\"tell\",\"rank\":3}");
  buy(w, "r-1", "m", T1, "12.00");
  struct seen s = hooks(w);
  assert_int_equal(s.count, 2);
  assert_string_equal(s.body[0], "17");
  assert_string_equal(s.body[1], "{member.id} = x");
  assert_int_equal(s.index[0], 1);
  assert_int_equal(s.index[1], 2);
  buy(w, "r-1", "m", T1, "12.00");
  assert_at(w, "status", "duplicate");
  assert_at(w, "outcomes/2/web_hook", "-");
  buy(w, "r-2", "m", T1, "1.00");
  s = hooks(w);
  assert_int_equal(s.count, 4);
  assert_true(s.seq[2] > s.seq[1]);
  // From a record on, and stopped in the middle of it.
  struct seen some = {.stop = 1};
  assert_int_equal(acr_engine_webhooks(w->engine, s.pos[2], 1u << 20, see_one, &some), s.pos[2]);
  assert_int_equal(some.count, 1);
  assert_int_equal(some.seq[0], s.seq[2]);
  assert_verified(w);
}

static void test_parked_and_refused(void **state) {
  struct world *w = *state;
  rules(w, HOOK("{rule}") ",{\"outcome\":\"boom\",\"rank\":9,\"word\":\"yes\"}");
  event(w, "r-1", "purchase", "m", T1, "\"total\":\"1.00\",\"context\":{\"boom\":\"yes\"}");
  assert_at(w, "status", "parked");
  event(w, "r-2", "purchase", "m", T1, "\"total\":\"1.00\",\"transaction\":\"t\"");
  event(w, "r-3", "purchase", "m", T1, "\"total\":\"1.00\",\"transaction\":\"t\"");
  assert_at(w, "status", "refused");
  struct seen s = hooks(w);
  assert_int_equal(s.count, 1);
  assert_verified(w);
}

// After a derived event's data, and found again after a restart.
static void test_derived_and_restart(void **state) {
  struct world *w = *state;
  program(w, "shop", "2015-01-01",
          "\"purchase\":[{\"rule\":\"A\",\"when\":{\"key_phrase\":\"make_a_purchase\"},\"outcomes\":[" HOOK("{data.total}")
          ",{\"outcome\":\"trigger_event\",\"event\":\"visit\",\"data\":\"{\\\"stars\\\":4}\"}]}],"
          "\"event\":[{\"rule\":\"B\",\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"},\"outcomes\":["
          HOOK("[{event.id},{data.stars}]") "]}]");
  publish(w, "shop");
  buy(w, "r-1", "m", T1, "12.00");
  assert_at(w, "status", "applied");
  for (int round = 0; round < 2; round++) {
    struct seen s = hooks(w);
    assert_int_equal(s.count, 2);
    assert_string_equal(s.body[0], "\"12.00\"");
    char wanted[64];
    snprintf(wanted, sizeof wanted, "[\"%d.1\",4]", (int)s.seq[1]);
    assert_string_equal(s.body[1], wanted);
    world_reopen(w);
  }
  assert_verified(w);
}

static void test_faults(void **state) {
  static const struct { const char *vars, *fault; } wrong[] = {
      {"\"url\":\"ftp://x\"", "wanted http:// or https://"},
      {"\"url\":\"http://x\",\"body\":\"{membr.id}\"", "the nearest is {member.id}"},
      {"\"url\":\"http://x\",\"body\":\"{balance.point}\"", "the program has no such account; the nearest is points"},
      {"\"url\":\"http://x\",\"body\":\"{\"", "no JSON"},
  };
  struct world *w = *state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char rest[512];
    snprintf(rest, sizeof rest, "\"purchase\":[{\"rule\":\"A\",\"when\":{\"key_phrase\":\"make_a_purchase\"},\"outcomes\":["
                                "{\"outcome\":\"web_hook\",%s}]}]", wrong[i].vars);
    program(w, "shop", "2015-01-01", rest);
    say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/shop.json\",\"author\":\"t\"}}",
        w->dir);
    if (!strstr(w->reply, wrong[i].fault)) print_error("%s", w->reply);
    assert_non_null(strstr(w->reply, wrong[i].fault));
  }
}

// Payloads lie outside of the hash chain: what a web hook says is guarded by its digest.
static void test_changed_behind_our_back(void **state) {
  static const char url[] = "https://example.com/a[";
  struct world *w = *state;
  rules(w, HOOK("[{event.id}]"));
  buy(w, "r-1", "m", T1, "12.00");
  assert_verified(w);
  world_close(w);
  FILE *file = fopen(w->ledger, "r+");
  assert_non_null(file);
  int changed = 0, c;
  size_t at = 0;
  while ((c = fgetc(file)) != EOF) {
    // The length of the body stands in between.
    at = c == url[at] || (url[at] == '[' && c == 7) ? at + 1 : c == url[0];
    if (at < sizeof url - 1) continue;
    fseek(file, -2, SEEK_CUR);
    fputc('b', file);
    fseek(file, 1, SEEK_CUR);
    changed++;
    at = 0;
  }
  fclose(file);
  assert_int_equal(changed, 1);
  world_open(w);
  char *json = NULL;
  assert_int_equal(acr_engine_verify(w->engine, &json), ACR_E_VIOLATION);
  assert_non_null(strstr(json, "\"invariant\":\"I27\""));
  free(json);
}

static void test_nobody_sends(void **state) {
  struct world *w = *state;
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"outbox.list\",\"params\":{}}");
  assert_at(w, "error/data/code", "outbox_none");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_body, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_rank_and_plain_body, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_parked_and_refused, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_derived_and_restart, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_changed_behind_our_back, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_faults, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_nobody_sends, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
