// Whatever comes back of purchases in whatever parts and order: when nothing is left of them, nothing is left of what they gave; and
// what is left of an award is that of the purchase as it stands, however it came to stand so.
#include "random.h"
#include "return_fixture.h"

enum { LINES = 5, BOUGHT = 4 };

struct line {
  int pieces, cents; // left; of all pieces
};
struct bought {
  struct line lines[LINES];
  int count;
};
struct run {
  struct world *w;
  uint64_t random;
  int number, round;
  struct bought all[BOUGHT];
};

static int below(struct run *r, int n) {
  return (int)test_below(&r->random, n);
}

#define EARN(per, account, rounding) \
  "{\"points\":\"1.5\",\"per\":\"" per "\",\"account\":\"" account "\",\"source\":\"base\",\"rounding\":\"" rounding "\"}"
#define WHEN(condition) "\"when\":{\"all\":[" condition "]}"
#define LARGE(amount) "{\"key_phrase\":\"total_spend\",\"operator\":\">=\",\"amount\":\"" amount "\"}"
#define SPENT "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"40.00\",\"timeframe\":{\"last\":\"30 days\"}}"
#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":\"" points "\",\"account\":\"" account "\",\"source\":\"promo\"}"
#define VARIABLE(per, account, more) \
  "{\"outcome\":\"points_variable\",\"points\":2,\"per\":\"" per "\",\"account\":\"" account "\",\"source\":\"promo\"" more "}"

static const char *const rules[] = {
    "{\"rule\":\"Large\"," WHEN(LARGE("25.00")) ",\"outcomes\":[" FIXED("9", "status") "," VARIABLE("3.33", "fine", "") "]}",
    "{\"rule\":\"Pieces\"," WHEN("{\"key_phrase\":\"make_a_purchase\"}") ",\"limit\":{\"times\":2,\"per\":\"month\"},\"outcomes\":"
                                                                         "[" VARIABLE("2", "status", ",\"unit\":\"items\"") "]}",
    "{\"rule\":\"Much\"," WHEN("{\"key_phrase\":\"make_a_purchase\"}," SPENT) ",\"outcomes\":[" FIXED("7.25", "fine") "," FIXED(
        "20", "capped") "]}",
    "{\"rule\":\"Hurdle\"," WHEN("{\"key_phrase\":\"make_a_purchase\"}") ",\"outcomes\":[" VARIABLE(
        "0.70", "points", ",\"hurdle\":\"8.00\",\"rounding\":\"up\",\"max\":\"31\"") "]}",
};

// Every program has its own mixture; caps of all members together only where members are not compared.
static void begin(struct run *r, bool shared) {
  char text[4096] = "\"purchase\":[";
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
    if (below(r, 3)) {
      if (text[strlen(text) - 1] != '[') strcat(text, ",");
      strcat(text, rules[i]);
    }
  strcat(text, "],\"base_earn\":[" EARN("1.00", "points", "down") "," EARN("0.30", "fine", "half_up") "," EARN(
                   "7.00", "owing", "up") "," EARN("2.00", "capped", "half_up") "]");
  promo_caps = below(r, 2)             ? ",\"limit\":[{\"points\":60,\"per\":\"week\",\"for\":\"member\"}]"
               : shared && below(r, 2) ? ",\"inventory\":\"77.75\",\"limit\":[{\"points\":50,\"per\":\"day\"}]"
                                       : "";
  program_of(r->w, "shop", "2026-01-01",
             "\"points\":{\"default\":true},\"owing\":{\"allow_negative\":true},\"capped\":{\"max_balance\":45},"
             "\"fine\":{\"decimals\":2},\"status\":{\"spendable\":false}",
             "\"points\",\"owing\",\"capped\",\"fine\",\"status\"", text);
  publish(r->w, "shop");
  promo_caps = "";
}

static const char *content(const struct bought *b) {
  static char text[1024];
  int total = 0;
  for (int i = 0; i < b->count; i++)
    total += b->lines[i].pieces ? b->lines[i].cents : 0;
  char *at = text + sprintf(text, "\"total\":\"%d.%02d\",\"items\":[", total / 100, total % 100);
  for (int i = 0; i < b->count; i++)
    if (b->lines[i].pieces)
      at += sprintf(at, "%s{\"line\":\"%d\",\"sku\":\"K%d\",\"quantity\":%d,\"amount\":\"%d.%02d\"}", at[-1] == '[' ? "" : ",", i, i,
                    b->lines[i].pieces, b->lines[i].cents / 100, b->lines[i].cents % 100);
  strcpy(at, "]");
  return text;
}

static struct bought some(struct run *r) {
  struct bought b = {.count = 1 + below(r, LINES)};
  for (int i = 0; i < b.count; i++)
    b.lines[i] = (struct line){1 + below(r, 4), below(r, 10) ? 1 + below(r, 2500) : 0};
  return b;
}

static void tell(struct run *r, const char *type, const char *member, int day, const char *data) {
  char id[32], time[32];
  snprintf(id, sizeof id, "x%d", r->number++);
  snprintf(time, sizeof time, "2026-03-%02dT12:00:00Z", day);
  event(r->w, id, type, member, time, data);
}

static void buy_all(struct run *r, const char *member) {
  char data[1200];
  for (int i = 0; i < BOUGHT; i++) {
    snprintf(data, sizeof data, "\"transaction\":\"%s%d\",%s", member, i, content(&r->all[i]));
    tell(r, "purchase", member, 2 + 3 * i, data);
    assert_at(r->w, "status", "applied");
  }
}

static void bring_back(struct run *r, const char *member, int which, int line, int pieces) {
  char data[128];
  snprintf(data, sizeof data, "\"of\":\"%s%d\",\"items\":[{\"of_line\":\"%d\",\"quantity\":%d}]", member, which, line, pieces);
  tell(r, "return", member, 20, data);
  assert_at(r->w, "status", "applied");
  r->all[which].lines[line].pieces -= pieces;
}

static const char *const accounts[] = {"points", "owing", "capped", "fine", "status"};

static double balance(struct run *r, const char *member, const char *account) {
  char path[64];
  snprintf(path, sizeof path, "result/balances/%s", account);
  see(r->w, member);
  return atof(at(r->w, path));
}

// Any part of any of them; now and then it stands at something else altogether.
static void some_part(struct run *r, const char *member) {
  int which = below(r, BOUGHT), kind = below(r, 8);
  struct bought *b = &r->all[which];
  char data[1200];
  if (kind == 0) {
    *b = some(r);
    snprintf(data, sizeof data, "\"transaction\":\"%s%d\",%s", member, which, content(b));
    tell(r, "purchase.amended", member, 20, data);
    assert_at(r->w, "status", "applied");
  } else if (kind < 4) {
    int cents = 1 + below(r, 1500);
    snprintf(data, sizeof data, "\"of\":\"%s%d\",\"total\":\"%d.%02d\"", member, which, cents / 100, cents % 100);
    tell(r, "return", member, 20, data); // refused when so much is not left
  } else {
    int line = below(r, b->count), pieces = b->lines[line].pieces;
    if (pieces) bring_back(r, member, which, line, 1 + below(r, pieces));
  }
}

static void bring_back_rest(struct run *r, const char *member) {
  for (int i = 0; i < BOUGHT; i++)
    for (int k = 0; k < r->all[i].count; k++)
      if (r->all[i].lines[k].pieces) bring_back(r, member, i, k, r->all[i].lines[k].pieces);
}

static void test_nothing_is_left(void **state) {
  struct world *w = *state;
  long rounds = test_scale(60);
  for (int round = 0; round < rounds; round++) {
    struct run r = {w, (uint64_t)round, 0, round, {{{{0}}, 0}}};
    begin(&r, true);
    for (int i = 0; i < BOUGHT; i++)
      r.all[i] = some(&r);
    buy_all(&r, "m");
    for (int parts = below(&r, 30); parts > 0; parts--)
      some_part(&r, "m");
    bring_back_rest(&r, "m");
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
      double left = balance(&r, "m", accounts[i]);
      if (left != 0) fail_msg("round %d: %s has %.2f left", round, accounts[i], left);
    }
    assert_verified(w);
    world_close(w);
    world_open(w);
  }
}

// Of one member lines come back in any order and in pieces, the purchases of the other are said to be as they then stand.
static void test_as_it_stands(void **state) {
  struct world *w = *state;
  long rounds = test_scale(60);
  for (int round = 0; round < rounds; round++) {
    struct run r = {w, (uint64_t)round + 1000, 0, round, {{{{0}}, 0}}};
    begin(&r, false);
    for (int i = 0; i < BOUGHT; i++)
      r.all[i] = some(&r);
    buy_all(&r, "m");
    buy_all(&r, "n");
    for (int lines = 1 + below(&r, 12); lines > 0; lines--) {
      int which = below(&r, BOUGHT), line = below(&r, r.all[which].count);
      while (r.all[which].lines[line].pieces)
        bring_back(&r, "m", which, line, 1 + below(&r, r.all[which].lines[line].pieces));
    }
    for (int i = BOUGHT - 1; i >= 0; i--) {
      char data[1200];
      snprintf(data, sizeof data, "\"transaction\":\"n%d\",%s", i, content(&r.all[i]));
      tell(&r, "purchase.amended", "n", 20, data);
      assert_at(w, "status", "applied");
    }
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
      double one = balance(&r, "m", accounts[i]), other = balance(&r, "n", accounts[i]);
      if (one != other) fail_msg("round %d: %s is %.2f of one, %.2f of the other", round, accounts[i], one, other);
    }
    assert_verified(w);
    world_close(w);
    world_open(w);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_nothing_is_left, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_as_it_stands, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
