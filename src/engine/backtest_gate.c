// --fail-if 'points > +2%': a condition on a difference, for a gate before publishing.
#include "base/decimal.h"
#include "engine/backtest.h"
#include <string.h>

typedef enum metric { ISSUED, SPENT, EXPIRED, REVERSED, OUTSTANDING, COST, OFFERS, PARKED, DIFFERING, METRICS } metric;

static const struct {
  const char *name;
  metric metric;
} names[] = {{"points", ISSUED},     {"issued", ISSUED},           {"spent", SPENT},           {"expired", EXPIRED},
             {"reversed", REVERSED}, {"outstanding", OUTSTANDING}, {"liability", OUTSTANDING}, {"cost", COST},
             {"offers", OFFERS},     {"parked", PARKED},           {"members", DIFFERING}};

struct condition {
  metric metric;
  acr__span account; // empty = all that are owed
  acr__operator op;
  int64_t limit; // millionths of the unit, or hundredths of a percent
  bool percent;
};

static acr__span trim(acr__span text) {
  while (text.len && text.ptr[0] == ' ') {
    text.ptr++;
    text.len--;
  }
  while (text.len && text.ptr[text.len - 1] == ' ')
    text.len--;
  return text;
}

static bool read_metric(acr__span text, struct condition *out) {
  const char *dot = memchr(text.ptr, '.', text.len);
  acr__span name = {text.ptr, dot ? (size_t)(dot - text.ptr) : text.len};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (!acr__span_is(name, names[i].name)) continue;
    out->metric = names[i].metric;
    if (dot) out->account = (acr__span){dot + 1, text.len - name.len - 1};
    return !dot || (out->metric <= COST && out->account.len);
  }
  return false;
}

static bool read_limit(acr__span text, struct condition *out) {
  out->percent = text.len && text.ptr[text.len - 1] == '%';
  if (out->percent) text.len--;
  if (text.len && text.ptr[0] == '+') {
    text.ptr++;
    text.len--;
  }
  return acr__decimal_parse(trim(text), out->percent ? 2 : ACR_CAP_SCALE, &out->limit) == ACR_DECIMAL_OK;
}

static bool read_condition(const char *text, struct condition *out) {
  static const char *const operators[] = {[ACR_OP_GE] = ">=", [ACR_OP_GT] = ">", [ACR_OP_LE] = "<=", [ACR_OP_LT] = "<"};
  static const acr__operator order[] = {ACR_OP_GE, ACR_OP_LE, ACR_OP_GT, ACR_OP_LT};
  *out = (struct condition){0};
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    const char *at = strstr(text, operators[order[i]]);
    if (!at) continue;
    out->op = order[i];
    return read_metric(trim((acr__span){text, (size_t)(at - text)}), out) &&
           read_limit(trim(acr__span_of(at + strlen(operators[order[i]]))), out);
  }
  return false;
}

bool acr__backtest_gates_read(struct acr__backtest *b) {
  b->gates = ACR__NEW_N(b->arena, struct acr__gate, b->options->fail_if_count + 1);
  for (size_t i = 0; i < b->options->fail_if_count; i++) {
    struct condition condition;
    b->gates[i] = (struct acr__gate){.text = b->options->fail_if[i]};
    if (read_condition(b->gates[i].text, &condition)) continue;
    b->message =
        acr__arena_printf(b->arena,
                          "--fail-if: found \"%.80s\", wanted a difference such as 'points > +2%%' or 'liability.miles >= 10000'; "
                          "of points, spent, expired, reversed, liability, cost (of all or of one account), offers, parked, members",
                          b->gates[i].text);
    return false;
  }
  return true;
}

// ---- judging

bool acr__backtest_total(const struct acr__backtest *b, const struct acr__sums *sums, acr__span account, acr__flow flow, int64_t *out) {
  bool found = account.len == 0;
  *out = 0;
  for (int i = 0; i < b->account_count; i++) {
    const struct acr__book_account *a = &b->accounts[i];
    if (account.len ? !acr__span_is(account, a->label) : !(a->flags & (ACR_ACCOUNT_SPENDABLE | ACR_ACCOUNT_ESCROW))) continue;
    int64_t points = acr__backtest_sum(sums, ACR_SUM_POINTS, i, (int)flow, 0, 0, 0)->points;
    if (!acr__mul(points, acr__pow10(ACR_CAP_SCALE - a->decimals), &points) || !acr__add(*out, points, out)) *out = INT64_MAX;
    found = true;
  }
  return found;
}

static int64_t offers(const struct acr__sums *sums) {
  int64_t count = 0;
  for (int i = 0; i < sums->count; i++)
    if (sums->all[i].kind == ACR_SUM_OFFER && sums->all[i].key[2] <= ACR_OFFER_SOLD) count += sums->all[i].count;
  return count * 1000000;
}

static bool measure(struct acr__backtest *b, const struct condition *c, const struct acr__sums *sums, int64_t *out) {
  static const acr__flow flows[] = {ACR_FLOW_ISSUED,   ACR_FLOW_SPENT,       ACR_FLOW_EXPIRED,
                                    ACR_FLOW_REVERSED, ACR_FLOW_OUTSTANDING, ACR_FLOW_ISSUED};
  int64_t less = 0;
  if (c->metric == OFFERS) *out = offers(sums);
  if (c->metric == PARKED) *out = acr__backtest_sum(sums, ACR_SUM_FATE, ACR_FATE_PARKED, 0, 0, 0, 0)->count * 1000000;
  if (c->metric == DIFFERING) *out = sums == &b->after ? acr__backtest_differing(b) * 1000000 : 0;
  if (c->metric > COST) return true;
  bool found = acr__backtest_total(b, sums, c->account, flows[c->metric], out);
  if (c->metric == COST) acr__backtest_total(b, sums, c->account, ACR_FLOW_REVERSED, &less);
  *out -= less;
  return found;
}

static bool compare(acr__operator op, int64_t a, int64_t b) {
  return op == ACR_OP_GE ? a >= b : op == ACR_OP_GT ? a > b : op == ACR_OP_LE ? a <= b : a < b;
}

// A difference from nothing is larger than any share of it.
static bool trips(const struct condition *c, int64_t before, int64_t difference) {
  int64_t share;
  if (!c->percent) return compare(c->op, difference, c->limit);
  if (difference == 0) return compare(c->op, 0, c->limit);
  if (before == 0 || !acr__scale(difference, 10000, before < 0 ? -before : before, ACR_ROUND_DOWN, &share))
    return compare(c->op, difference > 0 ? INT64_MAX : INT64_MIN, c->limit);
  // Cut towards zero, so whether something was cut decides at the limit itself.
  int64_t back;
  bool exact = acr__scale(share, before < 0 ? -before : before, 10000, ACR_ROUND_DOWN, &back) && back == difference;
  if (share == c->limit && !exact) return c->op == ACR_OP_GT || c->op == ACR_OP_GE ? difference > 0 : difference < 0;
  return compare(c->op, share, c->limit);
}

bool acr__backtest_gates_judge(struct acr__backtest *b) {
  bool passes = true;
  for (size_t i = 0; i < b->options->fail_if_count; i++) {
    struct acr__gate *gate = &b->gates[i];
    struct condition c;
    read_condition(gate->text, &c);
    bool found = measure(b, &c, &b->before, &gate->before) && measure(b, &c, &b->after, &gate->after);
    if (!acr__sub(gate->after, gate->before, &gate->difference)) gate->difference = gate->after > 0 ? INT64_MAX : INT64_MIN;
    gate->tripped = !found || trips(&c, gate->before, gate->difference); // what cannot be measured does not pass a gate
    passes = passes && !gate->tripped;
    if (!found) gate->problem = acr__arena_printf(b->arena, "there is no account \"%.*s\"", (int)c.account.len, c.account.ptr);
  }
  return passes;
}
