// Functions that make effects are followed without entering Lua: with the same effects, and for the same costs, as in Lua.
#include "script/script.h"
#include "test_script_fixture.h"

struct effects {
  bool good;
  int count;
  struct acr__effect list[8];
  uint64_t direct, instructions;
  char error[400], texts[8][2][40];
};

static struct effects effects_of(const char *head, const char *body) {
  char source[4096];
  snprintf(source, sizeof source,
           "local precisions <const> = { spend = 2 }\n"
           "local function movement(points, vars)\n"
           "  if points == 0 then return {} end\n"
           "  if points < 0 then return { accrue.effect.deduct { account = 'points', points = -points } } end\n"
           "  return { accrue.effect.award { account = 'points', source = vars.source, points = points, expires = vars.none } }\n"
           "end\n"
           "return accrue.outcome { title = 'x', variables = { count = accrue.var.integer(),\n"
           "none = accrue.var.duration { optional = true },\n"
           "source = accrue.var.text() }, effects = function(%s %s end }",
           head, body);
  const char *const texts[] = {"outcomes/x.lua", source, NULL};
  struct fixture f;
  struct receipt r;
  struct effects out = {0};
  receipt_fill(&r);
  if (!fixture_load(&f, texts)) fail_msg("%s", f.faults);
  const struct acr__component *component = fixture_find(&f, ACR_OUTCOME, "x");
  struct acr__value ordered[3];
  for (int i = 0; i < 3; i++) {
    ordered[i] = (struct acr__value){.present = !acr__span_is(component->vars[i].name, "none"), .i = 2};
    if (acr__span_is(component->vars[i].name, "source")) ordered[i].text = ACR__SPAN_LIT("promo");
  }
  char *message = NULL;
  int vars = acr__script_bind(f.script, component, ordered, f.arena, &message);
  acr__script_account(f.script, ACR__SPAN_LIT("points"), 1);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  struct acr__script_stats stats;
  const struct acr__effect *list;
  acr__script_event_begin(f.script);
  acr__script_stats_read(f.script, &stats);
  uint64_t before = stats.instructions;
  out.good = acr__call_effects(&call, component, vars, &r.fact, &list, &out.count);
  if (!out.good) snprintf(out.error, sizeof out.error, "%.390s", call.error);
  acr__script_stats_read(f.script, &stats);
  out.direct = stats.direct;
  out.instructions = stats.instructions - before;
  for (int i = 0; out.good && i < out.count && i < 8; i++) {
    out.list[i] = list[i];
    snprintf(out.texts[i][0], sizeof out.texts[i][0], "%.*s", (int)list[i].account.len, list[i].account.len ? list[i].account.ptr : "");
    snprintf(out.texts[i][1], sizeof out.texts[i][1], "%.*s", (int)list[i].source.len, list[i].source.len ? list[i].source.ptr : "");
    out.list[i].account = out.list[i].source = (acr__span){NULL, 0};
  }
  fixture_free(&f);
  return out;
}

static void check_effects(const char *body, bool follows) {
  struct effects direct = effects_of("event, vars)", body), lua = effects_of("...) local event, vars = ...", body);
  bool same = direct.good == lua.good && direct.count == lua.count && direct.instructions == lua.instructions &&
              strcmp(direct.error, lua.error) == 0 && memcmp(direct.texts, lua.texts, sizeof lua.texts) == 0;
  for (int i = 0; same && i < lua.count; i++) {
    const struct acr__effect *a = &direct.list[i], *b = &lua.list[i];
    same = a->kind == b->kind && a->points == b->points && a->has_max == b->has_max && a->max == b->max && a->quantity == b->quantity &&
           a->has_expires == b->has_expires && a->expires == b->expires;
  }
  if (!same || direct.direct != follows || lua.direct)
    print_message("%s\n  direct %d %d %llu %s (%d)\n  lua    %d %d %llu %s\n", body, direct.good, direct.count,
                  (unsigned long long)direct.instructions, direct.error, (int)direct.direct, lua.good, lua.count,
                  (unsigned long long)lua.instructions, lua.error);
  assert_true(same);
  assert_int_equal(direct.direct, follows);
  assert_int_equal(lua.direct, 0);
}

static void test_effects_followed(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "return {}",
      "return movement(0, vars)",
      "return movement(event.total, vars)",
      "return movement(-event.amount, vars)",
      "return movement(accrue.points_per(event.amount, 1000000, vars.count * 1000, { precision = precisions.spend, rounding = 'up', "
      "account = 'points' }), vars)",
      "return movement(accrue.points_per(accrue.number(event, 'amount', 6), 3, 100, { precision = 4, hurdle = 6000 * 1000000 }), vars)",
      "return movement(accrue.points_per(accrue.number(event, 'items.quantity', 6), 3, 100), vars)",
      "return movement(accrue.number(event, 'tax', 0) or 1, vars)",
      "local a = event.type == 'purchase' and accrue.number(event, 'amount', 2) or nil return movement(a, vars)",
      "return { accrue.effect.award { account = 'points', source = 'base', points = 5, max = 3 }, "
      "accrue.effect.deduct { account = 'points', points = 0 }, accrue.effect.spend { account = 'points', points = vars.count } }",
      "return { nil, accrue.effect.deduct { account = 'points', points = event.amount } }",
      "return { accrue.effect.award { account = 'a', source = 's', points = 0 } }",
      "local e = accrue.effect.award { account = 'a', source = 's', points = 1 } return { e, e }",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) check_effects(bodies[i], true);
}

static void test_effects_not_followed(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "return nil",
      "return { n = 1 }",
      "return { 1 }",
      "return { accrue.effect.award { account = 'points', source = 'base' } }",
      "return { accrue.effect.award { account = 'points', source = 'base', points = -1 } }",
      "return { accrue.effect.award { account = 'points', source = 'base', points = 1, other = 2 } }",
      "return { accrue.effect.award { account = 'points', source = 'b\\200', points = 1 } }",
      "return { accrue.effect.award { account = 'points', source = 'base', points = 1, points = 2 } }",
      "return { accrue.effect.award { account = 'points', source = 'base', points = event.amount, expires = '30 days' } }",
      "return { accrue.effect.tag { tag = 'x', expires = '1 year' } }",
      "return { accrue.effect.award { account = 1, source = 'base', points = 1 } }",
      "return { accrue.effect.nothing { points = 1 } }",
      "return movement(accrue.points_per(event.amount, 1, 0), vars)",
      "return movement(accrue.points_per(event.amount, 1, 2, { rounding = 'sideways' }), vars)",
      "return movement(accrue.points_per(event.amount, 1, 2, { precision = 7 }), vars)",
      "return movement(accrue.points_per(event.amount, 1, 2, { account = 'nothing' }), vars)",
      "return movement(accrue.number(event, 'nothing', 2), vars)",
      "return movement(accrue.number(event, 'amount', 10), vars)",
      "return movement(accrue.number(event, 'context.pump'), vars)",
      "local t = {} t.x = event.amount return movement(t.x, vars)",
      "local t = { event.amount } return movement(t[1], vars)",
      "local t = { x = 1 } t.x = nil return { t.x }",
      "for i = 1, 3 do if event.amount == i then return {} end end return {}",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) check_effects(bodies[i], false);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_effects_followed), cmocka_unit_test(test_effects_not_followed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
