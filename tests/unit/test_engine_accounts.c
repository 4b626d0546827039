// What versions say of accounts that there are: from when it holds, and what they are called until then.
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"
#define JUNE "2026-06-01T04:00:00Z" // its first instant in New York

static void set_to(struct world *w, const char *release, const char *status) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"%s\",\"status\":\"%s\"}}", release, status);
  assert_at(w, "result/status", status);
}

static void version(struct world *w, const char *from, const char *accounts, const char *names, const char *status) {
  program_of(w, "shop", from, accounts, names, BASE_EARN);
  publish_as(w, "shop", status);
}

#define MAY_OWE "\"points\":{\"default\":true,\"allow_negative\":true}"
#define MAY_NOT "\"points\":{\"default\":true},\"extra\":{}"

static void owe(struct world *w, const char *id, const char *time, const char *status) {
  adjust(w, id, "m", time, "-5", "points");
  assert_at(w, "status", status);
}

static void assert_sound(struct world *w) {
  char *json = NULL;
  assert_verified(w);
  int error = acr_engine_replay(w->engine, &json);
  if (error) print_error("%s\n", json);
  free(json);
  assert_int_equal(error, ACR_E_OK);
}

// Whatever is not in force changes nothing: not of the accounts that there are, nor by new ones.
static void test_not_in_force(void **state) {
  static const char *const statuses[] = {"configure", "test", "shadow"};
  struct world *w = *state;
  version(w, "2026-01-01", MAY_OWE, "\"points\"", "active");
  for (int i = 0; i < 3; i++) {
    version(w, "2026-01-01", MAY_NOT, "\"points\",\"extra\"", statuses[i]);
    owe(w, statuses[i], T1, "applied");
    assert_at(w, "balances/extra", "-");
    see(w, "m");
    assert_at(w, "result/balances/extra", "-");
    assert_at(w, "result/spendable/extra", "-");
  }
  world_remove_view(w);
  world_reopen(w);
  owe(w, "again", T1, "applied");
  set_to(w, "shop@3", "active");
  owe(w, "no", T1, "refused");
  assert_at(w, "error/code", "points_short");
  buy(w, "b", "m", T1, "1.00");
  assert_at(w, "balances/extra", "0");
  see(w, "m");
  assert_at(w, "result/spendable/extra", "0");
  assert_sound(w);
  world_reopen(w);
  owe(w, "no2", T1, "refused");
  assert_sound(w);
}

// What is to come is taken over when ledger time is there, in the very event, piece of due work or clock that brings it.
static void test_pending(void **state) {
  struct world *w = *state;
  version(w, "2026-01-01", MAY_OWE, "\"points\"", "active");
  version(w, "2026-06-01", MAY_NOT, "\"points\",\"extra\"", "active");
  owe(w, "a", T1, "applied");
  see(w, "m");
  assert_at(w, "result/balances/extra", "-");
  owe(w, "b", JUNE, "refused"); // moves no time
  owe(w, "c", T1, "applied");
  buy(w, "d", "m", JUNE, "1.00");
  assert_at(w, "balances/extra", "0");
  owe(w, "e", JUNE, "refused");
  see(w, "m");
  assert_at(w, "result/balances/extra", "0");
  assert_at(w, "result/balances/points", "-9");
  assert_sound(w);
  world_remove_view(w);
  world_reopen(w);
  owe(w, "f", JUNE, "refused");
  assert_sound(w);
}

// Who goes back to an older version has its accounts back, and what only the newer one had keeps what it was.
static void test_back(void **state) {
  struct world *w = *state;
  version(w, "2026-01-01", MAY_OWE, "\"points\"", "active");
  version(w, "2026-02-01", "\"points\":{\"spendable\":false},\"extra\":{\"default\":true,\"allow_negative\":true}",
          "\"points\",\"extra\"", "active");
  owe(w, "a", T1, "refused");
  adjust(w, "x", "m", T1, "-3", "extra");
  assert_at(w, "balances/extra", "-3");
  set_to(w, "shop@2", "paused");
  owe(w, "b", T1, "applied");
  see(w, "m");
  assert_at(w, "result/balances/extra", "-3");
  assert_at(w, "result/spendable/points", "0");
  set_to(w, "shop@2", "active");
  owe(w, "c", T1, "refused");
  see(w, "m");
  assert_at(w, "result/spendable/points", "-");
  assert_at(w, "result/spendable/extra", "0");
  assert_sound(w);
  world_reopen(w);
  owe(w, "d", T1, "refused");
  assert_sound(w);
}

// ---- Names

static char *of_reply(struct world *w) {
  char *text = strdup(strchr(w->reply, ','));
  char *status = strstr(text, "applied");
  if (status) memmove(status, status + strlen("applied"), strlen(status + strlen("applied")) + 1);
  status = strstr(text, "duplicate");
  if (status) memmove(status, status + strlen("duplicate"), strlen(status + strlen("duplicate")) + 1);
  return text;
}

static void assert_same_again(struct world *w, const char *first, const char *id, const char *time) {
  buy(w, id, "m", time, "10.00");
  assert_at(w, "status", "duplicate");
  char *again = of_reply(w);
  assert_string_equal(again, first);
  free(again);
}

// A program that is to come takes no bare name away before; and what was answered is answered so for ever.
static void test_names(void **state) {
  struct world *w = *state;
  version(w, "2026-01-01", MAY_OWE, "\"points\"", "active");
  buy(w, "a", "m", T1, "10.00");
  char *alone = of_reply(w);
  assert_at(w, "balances/points", "10");
  program_of(w, "club", "2026-06-01", "\"points\":{}", "\"points\"", BASE_EARN);
  publish(w, "club");
  assert_same_again(w, alone, "a", T1);
  buy(w, "b", "m", T1, "10.00");
  char *before = of_reply(w);
  assert_at(w, "balances/points", "20");
  adjust(w, "bare", "m", T1, "1", "points");
  assert_at(w, "status", "applied");
  see(w, "m");
  assert_at(w, "result/balances/points", "21");
  assert_at(w, "result/balances/club.points", "-");
  buy(w, "c", "m", JUNE, "10.00");
  char *after = of_reply(w);
  assert_at(w, "balances/shop.points", "31");
  assert_at(w, "balances/club.points", "10");
  see(w, "m");
  assert_at(w, "result/balances/shop.points", "31");
  for (int i = 0; i < 2; i++) {
    assert_same_again(w, alone, "a", T1);
    assert_same_again(w, before, "b", T1);
    assert_same_again(w, after, "c", JUNE);
    world_remove_view(w);
    world_reopen(w);
  }
  free(alone);
  free(before);
  free(after);
  assert_sound(w);
}

// A late event is answered by the names of its place in the log.
static void test_names_late(void **state) {
  struct world *w = *state;
  version(w, "2026-01-01", MAY_OWE, "\"points\"", "active");
  program_of(w, "club", "2026-06-01", "\"points\":{}", "\"points\"", BASE_EARN);
  publish(w, "club");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"t\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"" JUNE "\"}");
  buy(w, "a", "m", T1, "10.00");
  assert_at(w, "late", "true");
  assert_at(w, "balances/shop.points", "10");
  char *first = of_reply(w);
  assert_same_again(w, first, "a", T1);
  free(first);
  assert_sound(w);
}

#define OFFERS                                                                                                    \
  BASE_EARN ",\"offers\":{\"wash\":{\"price\":5,\"account\":\"points\",\"valid\":\"30 days\",\"discount\":{\"amount\":\"5.00\"}}}"

static void offers_of(struct world *w, const char *name, const char *from, const char *rest) {
  program_of(w, name, from, "\"points\":{\"default\":true}", "\"points\"", rest);
  publish(w, name);
}

// So it is with offers, also when nothing is left of the version that had one.
static void test_names_of_offers(void **state) {
  struct world *w = *state;
  offers_of(w, "shop", "2026-01-01", OFFERS);
  buy(w, "a", "m", T1, "10.00");
  event(w, "o", "offer.purchase", "m", T1, "\"offer\":\"wash\"");
  assert_at(w, "offers/0/offer", "wash");
  offers_of(w, "club", "2026-06-01", OFFERS);
  event(w, "o", "offer.purchase", "m", T1, "\"offer\":\"wash\"");
  assert_at(w, "status", "duplicate");
  assert_at(w, "offers/0/offer", "wash");
  buy(w, "c", "m", JUNE, "10.00");
  event(w, "o", "offer.purchase", "m", T1, "\"offer\":\"wash\"");
  assert_at(w, "offers/0/offer", "wash");
  event(w, "p", "offer.purchase", "m", JUNE, "\"offer\":\"shop.wash\"");
  assert_at(w, "offers/0/offer", "shop.wash");
  offers_of(w, "club", "2026-06-01", BASE_EARN);
  for (int i = 0; i < 2; i++) {
    event(w, "p", "offer.purchase", "m", JUNE, "\"offer\":\"shop.wash\"");
    assert_at(w, "status", "duplicate");
    assert_at(w, "offers/0/offer", "shop.wash");
    world_reopen(w);
  }
  assert_sound(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_not_in_force, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_pending, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_back, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_names, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_names_late, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_names_of_offers, set_up_file, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
