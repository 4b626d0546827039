#include "engine/budget.h"
#include "base/mem.h"
#include "engine/limits.h"
#include "engine/status.h"
#include <stdlib.h>
#include <string.h>

static struct acr__budget *find(const acr_engine *engine, int64_t family, int64_t source) {
  for (int i = 0; i < engine->budget_count; i++)
    if (engine->budgets[i].family == family && engine->budgets[i].source == source) return &engine->budgets[i];
  return NULL;
}

static struct acr__budget *find_or_add(acr_engine *engine, int64_t family, int64_t source) {
  struct acr__budget *found = find(engine, family, source);
  if (found) return found;
  engine->budgets = acr__mem_resize(engine->budgets, ((size_t)engine->budget_count + 1) * sizeof *engine->budgets);
  engine->budgets[engine->budget_count] = (struct acr__budget){.family = (int)family, .source = (int)source};
  return &engine->budgets[engine->budget_count++];
}

static int lower(const struct acr__budget *budget, int64_t day) {
  int low = 0, high = budget->count;
  while (low < high) {
    int mid = low + (high - low) / 2;
    if (budget->days[mid].day < day)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

struct acr__budget_day *acr__budget_day_of(struct acr__budget *budget, int64_t day) {
  int at = lower(budget, day);
  if (at < budget->count && budget->days[at].day == day) return &budget->days[at];
  if (budget->count == budget->cap) {
    budget->cap = budget->cap ? budget->cap * 2 : 32;
    budget->days = acr__mem_resize(budget->days, (size_t)budget->cap * sizeof *budget->days);
  }
  memmove(budget->days + at + 1, budget->days + at, (size_t)(budget->count - at) * sizeof *budget->days);
  budget->days[at] = (struct acr__budget_day){(int32_t)day, 0};
  budget->count++;
  return &budget->days[at];
}

// More than can be said is more than any cap.
static int64_t saturated(int64_t a, int64_t b) {
  int64_t sum;
  return acr__add(a, b, &sum) ? sum : INT64_MAX;
}

int64_t acr__budget_sum(const struct acr__budget *budget, int64_t from, int64_t to) {
  int64_t sum = 0;
  for (int i = lower(budget, from); i < budget->count && budget->days[i].day < to; i++)
    sum = saturated(sum, budget->days[i].points);
  return sum;
}

void acr__budget_days(const acr__zone *zone, const struct acr__cap *cap, acr__time time, int64_t *from, int64_t *to) {
  *from = INT32_MIN;
  *to = INT32_MAX;
  if (cap->forever) return;
  acr__date start = acr__period_start(acr__local_date(zone, time), cap->per), end;
  acr__duration one = {1, cap->per};
  *from = acr__days_of(start);
  if (acr__date_add(start, one, 1, &end)) *to = acr__days_of(end);
}

static void cap_op(struct acr__case *c, int source, const struct acr__cap *cap) {
  acr_engine *engine = c->j->engine;
  const struct acr__budget *budget = &engine->budgets[c->release->budgets[source]];
  int64_t from, to;
  acr__budget_days(c->plan->zone, cap, c->event->time, &from, &to);
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_CAP);
  op->v[ACR_CAP_FAMILY] = budget->family;
  op->v[ACR_CAP_SOURCE] = budget->source;
  op->v[ACR_CAP_FROM] = from;
  op->v[ACR_CAP_TO] = to;
  op->v[ACR_CAP_ISSUED] = acr__budget_sum(budget, from, to);
  op->v[ACR_CAP_MOST] = cap->points;
}

bool acr__budget_issue(struct acr__case *c, int source, int64_t millionths) {
  acr_engine *engine = c->j->engine;
  const struct acr__plan_source *s = &c->plan->sources[source];
  if (c->release->budgets[source] < 0) return true;
  struct acr__budget *budget = &engine->budgets[c->release->budgets[source]];
  struct acr__budget_day *day = acr__budget_day_of(budget, acr__days_of(acr__local_date(c->plan->zone, c->event->time)));
  if (!acr__add(day->points, millionths, &day->points)) return acr__fail(c->j, NULL, "a source would issue more than can be counted");
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_ISSUED);
  op->v[ACR_ISSUED_FAMILY] = budget->family;
  op->v[ACR_ISSUED_SOURCE] = budget->source;
  op->v[ACR_ISSUED_DAY] = day->day;
  op->v[ACR_ISSUED_POINTS] = millionths;
  op->v[ACR_ISSUED_AFTER] = day->points;
  for (int i = 0; i < s->cap_count; i++)
    if (s->caps[i].for_all) cap_op(c, source, &s->caps[i]);
  return true;
}

void acr__budget_full(struct acr__case *c, int source) {
  const struct acr__plan_source *s = &c->plan->sources[source];
  if (c->release->budgets[source] < 0) return;
  for (int i = 0; i < s->cap_count; i++)
    if (s->caps[i].for_all) cap_op(c, source, &s->caps[i]);
}

// A day's total is set, not added to: what the note contains already may come again.
void acr__budget_apply(acr_engine *engine, const struct acr__op *op) {
  if (op->kind == ACR_OP_BUDGET) {
    find_or_add(engine, op->v[ACR_ISSUED_FAMILY], op->v[ACR_ISSUED_SOURCE])->count = 0;
    engine->budget_due = true;
  } else if (op->kind == ACR_OP_ISSUED) {
    struct acr__budget *budget = find_or_add(engine, op->v[ACR_ISSUED_FAMILY], op->v[ACR_ISSUED_SOURCE]);
    acr__budget_day_of(budget, op->v[ACR_ISSUED_DAY])->points = op->v[ACR_ISSUED_AFTER];
  }
}

void acr__budget_undo(acr_engine *engine) {
  for (int i = engine->ops.count; i > 0; i--) {
    const struct acr__op *op = &engine->ops.all[i - 1];
    if (op->kind != ACR_OP_ISSUED) continue;
    struct acr__budget *budget = find(engine, op->v[ACR_ISSUED_FAMILY], op->v[ACR_ISSUED_SOURCE]);
    if (budget) acr__budget_day_of(budget, op->v[ACR_ISSUED_DAY])->points -= op->v[ACR_ISSUED_POINTS];
  }
}

// ---- which sources are counted

static bool capped(const struct acr__plan *plan, acr__span source) {
  int index = acr__plan_source_find(plan, source);
  return index >= 0 && plan->sources[index].caps_all;
}

void acr__budgets_bind(acr_engine *engine) {
  for (int i = 0; i < engine->budget_count; i++) {
    struct acr__budget *budget = &engine->budgets[i];
    budget->counted = false;
    for (int k = 0; k < engine->release_count && !budget->counted; k++)
      budget->counted = acr__release_fed(engine->releases[k]) && engine->releases[k]->family == budget->family &&
                        capped(engine->releases[k]->plan, acr__name_text(engine, budget->source));
  }
  for (int i = 0; i < engine->release_count; i++) {
    struct acr__release *release = engine->releases[i];
    for (int k = 0; release->plan && k < release->plan->source_count; k++) {
      const struct acr__budget *budget = find(engine, release->family, release->sources[k]);
      release->budgets[k] = budget && budget->counted ? (int)(budget - engine->budgets) : -1;
    }
  }
}

struct acr__issued {
  const struct acr__plan *plan;
  int family, count; // -1 = the ledger has no such name yet; of `into`
  struct acr__budget into[]; // per plan source; family -1 = not asked for, source -1 = the ledger has no such name yet
};

struct acr__issued *acr__issued_new(const acr_engine *engine, const struct acr__plan *plan) {
  size_t size = sizeof(struct acr__issued) + (size_t)plan->source_count * sizeof(struct acr__budget);
  struct acr__issued *issued = acr__mem_alloc(size);
  bool any = false;
  *issued = (struct acr__issued){.plan = plan, .family = acr__names_find(engine->names, plan->family), .count = plan->source_count};
  for (int i = 0; i < plan->source_count; i++) {
    int source = acr__names_find(engine->names, plan->sources[i].name);
    const struct acr__budget *known = find(engine, issued->family, source);
    bool asked = plan->sources[i].caps_all && !(known && known->counted);
    issued->into[i] = (struct acr__budget){.family = asked ? 0 : -1, .source = source};
    any = any || asked;
  }
  if (any) return issued;
  free(issued);
  return NULL;
}

static void count_credit(struct acr__issued *n, const acr_engine *engine, const struct acr__op *op) {
  const struct acr__account *account = &engine->accounts[op->v[ACR_CREDIT_ACCOUNT]];
  if (account->family != n->family) return;
  for (int i = 0; i < n->plan->source_count; i++) {
    struct acr__budget *b = &n->into[i];
    if (b->family < 0) continue;
    if (b->source < 0) b->source = acr__names_find(engine->names, n->plan->sources[i].name);
    if (b->source != op->v[ACR_CREDIT_SOURCE]) continue;
    int64_t points;
    if (!acr__mul(op->v[ACR_CREDIT_POINTS], acr__pow10(ACR_CAP_SCALE - account->decimals), &points)) points = INT64_MAX;
    struct acr__budget_day *day = acr__budget_day_of(b, acr__days_of(acr__local_date(n->plan->zone, op->v[ACR_CREDIT_EARNED])));
    day->points = saturated(day->points, points);
  }
}

void acr__issued_take(struct acr__issued *n, const acr_engine *engine, const struct acr__record *record) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  while (acr__op_read(&cur, &op))
    if (op.kind == ACR_OP_CREDIT && op.v[ACR_CREDIT_REASON] == ACR_REASON_AWARD) count_credit(n, engine, &op);
}

void acr__issued_free(struct acr__issued *n) {
  for (int i = 0; n && i < n->count; i++)
    free(n->into[i].days);
  free(n);
}

struct count {
  acr_engine *engine;
  struct acr__issued *issued;
};

static bool count_record(void *arg, const struct acr__record *record) {
  const struct count *n = arg;
  acr__issued_take(n->issued, n->engine, record);
  return true;
}

static void begin_ops(acr_engine *engine, int family, int source, const struct acr__budget *before) {
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_BUDGET);
  op->v[ACR_ISSUED_FAMILY] = family;
  op->v[ACR_ISSUED_SOURCE] = source;
  for (int i = 0; i < before->count; i++) {
    op = acr__ops_add(&engine->ops, ACR_OP_ISSUED);
    op->v[ACR_ISSUED_FAMILY] = family;
    op->v[ACR_ISSUED_SOURCE] = source;
    op->v[ACR_ISSUED_DAY] = before->days[i].day;
    op->v[ACR_ISSUED_AFTER] = before->days[i].points;
  }
}

void acr__budgets_begin(acr_engine *engine, const struct acr__plan *plan, struct acr__issued *issued) {
  struct acr__issued *own = issued ? NULL : acr__issued_new(engine, plan);
  struct count n = {engine, issued ? issued : own};
  int family = acr__name_number(engine, plan->family);
  if (own && !engine->of) acr__scan(engine, 1, count_record, &n); // a shadow counts what happens in it
  for (int i = 0; n.issued && i < plan->source_count; i++)
    if (n.issued->into[i].family >= 0) begin_ops(engine, family, acr__name_number(engine, plan->sources[i].name), &n.issued->into[i]);
  acr__issued_free(own);
}
