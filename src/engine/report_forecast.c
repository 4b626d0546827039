// report.liability with a forecast: what a clock would do month after month if nothing more happened. Everybody's due work is done on
// copies up to the end, and what it posts is added up by account and month.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/at.h"
#include "engine/budget.h"
#include "engine/due.h"
#include "engine/job.h"
#include "engine/report.h"
#include "engine/shadow.h"
#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12, MONTHS_MAX = 120, DUE_COST = 15 }; // DUE_COST: who has due work, in members who have none

struct cell { // one account in one month, smallest units
  int64_t expired, moved_out, moved_in, given, taken;
};
struct forecast {
  struct acr__report_run run;
  acr_engine *engine, *shadow;
  const acr__zone *zone;
  acr__time at;  // the end
  int32_t first; // month: 12 * year + month - 1
  int months, accounts;
  struct cell *cells;            // account after account; owned
  int64_t *outstanding;          // by account, as it is; owned
  struct acr__budgets_used used; // by those who were looked at
  acr__time from;                // the ledger's when it began
  uint64_t pieces;
  uint32_t next; // who is looked at next
  size_t looked; // of this slice
  bool overflow;
};

static int32_t month_of(const struct forecast *f, acr__time time) {
  acr__date date = acr__local_date(f->zone, time);
  return date.year * 12 + date.month - 1;
}

static void add(struct forecast *f, int64_t *to, int64_t points) {
  if (!acr__add(*to, points, to)) f->overflow = true;
}

static void posted(struct forecast *f, const struct acr__posting *p) {
  int32_t month = month_of(f, p->time) - f->first;
  if (month < 0) month = 0; // was due before, and is not posted yet
  if (month >= f->months || p->account >= f->accounts) return;
  struct cell *cell = &f->cells[p->account * f->months + month];
  switch (p->reason) {
  case ACR_REASON_HOLD: // held points are outstanding
    return;
  case ACR_REASON_EXPIRE:
    add(f, &cell->expired, -p->points);
    return;
  case ACR_REASON_TRANSFER:
    add(f, p->points < 0 ? &cell->moved_out : &cell->moved_in, p->points < 0 ? -p->points : p->points);
    return;
  default:
    add(f, p->points < 0 ? &cell->taken : &cell->given, p->points < 0 ? -p->points : p->points);
  }
}

static void visit_record(void *arg, const struct acr__record *record) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__posting posting;
  struct acr__op op;
  if (record->kind == ACR_RECORD_PARKED || (record->flags & ACR_RECORD_REFUSED)) return;
  while (acr__op_read(&cur, &op))
    if (acr__op_posting(&op, &posting)) posted(arg, &posting);
}

static void visit_member(void *arg, struct acr__member *m) {
  struct forecast *f = arg;
  struct acr__member *then;
  for (uint32_t i = 0; i < m->balance_count; i++)
    if (m->balances[i].account < f->accounts) add(f, &f->outstanding[m->balances[i].account], m->balances[i].lots + m->balances[i].debt);
  for (uint32_t i = 0; i < m->holds.open_count; i++)
    for (uint32_t k = 0; k < m->holds.open[i].count; k++)
      add(f, &f->outstanding[m->holds.open[i].lots[k].account], m->holds.open[i].lots[k].remaining);
  if (acr__due_time(f->engine, m) > f->at) return;
  f->pieces += acr__shadow_clock(f->shadow, m->id, f->at, &then);
  acr__shadow_records(f->shadow, visit_record, f);
  acr__shadow_reset(f->shadow);
  f->looked += DUE_COST;
}

// ---- everybody, some at a time, each as he is then

static void begin_anew(struct forecast *f) {
  memset(f->cells, 0, (size_t)(f->accounts * f->months) * sizeof *f->cells);
  memset(f->outstanding, 0, (size_t)f->accounts * sizeof *f->outstanding);
  acr__budgets_used_free(&f->used);
  f->used = (struct acr__budgets_used){0};
  f->pieces = 0;
  f->next = 1;
}

// Where members were merged, one who was looked at may be another now.
static bool take_record(void *arg, acr_engine *engine, const struct acr__record *record) {
  (void)engine;
  if (record->flags & ACR_RECORD_MERGE) begin_anew(arg);
  return true;
}

// The shadow lives for one slice: behind it the members, and the names that they go by, are others.
static bool rest(struct acr__report_run *run, acr_engine *engine, size_t members) {
  struct forecast *f = (struct forecast *)run;
  f->engine = engine;
  f->shadow = acr__shadow_new(engine);
  acr__budgets_used_give(&f->used, f->shadow);
  for (f->looked = 0; f->looked < members && f->next <= engine->last_member; f->looked++)
    acr__report_member(engine, f->next++, visit_member, f);
  acr__budgets_used_keep(&f->used, f->shadow);
  acr__shadow_free(f->shadow);
  f->shadow = NULL;
  return f->next <= engine->last_member;
}

// ---- writing

static void write_month(struct forecast *f, acr__writer *w, int account, int month, int64_t *outstanding) {
  const struct cell *cell = &f->cells[account * f->months + month];
  const struct {
    const char *key;
    int64_t points;
  } columns[] = {{"expired", cell->expired},
                 {"moved_out", cell->moved_out},
                 {"moved_in", cell->moved_in},
                 {"given", cell->given},
                 {"taken", cell->taken}};
  int decimals = f->engine->accounts[account].decimals, number = f->first + month;
  add(f, outstanding, cell->moved_in - cell->moved_out + cell->given - cell->taken - cell->expired);
  acr__write_object(w);
  acr__write_key(w, "account");
  acr__write_raw(w, acr__account_json(f->engine, account));
  acr__write_key(w, "month");
  acr__write_text(w, acr__arena_printf(f->engine->arena, "%04d-%02d", number / 12, number % 12 + 1));
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
    acr__write_key(w, columns[i].key);
    acr__write_decimal(w, columns[i].points, decimals);
  }
  acr__write_key(w, "outstanding"); // at its end
  acr__write_decimal(w, *outstanding, decimals);
  acr__write_object_end(w);
}

static void write(struct forecast *f, acr__writer *w, bool all) {
  acr__write_object(w);
  acr__write_key(w, "from");
  acr__write_time(w, f->from);
  acr__write_key(w, "until");
  acr__write_time(w, f->at);
  acr__write_key(w, "not_posted");
  acr__write_int(w, (int64_t)f->pieces);
  acr__write_key(w, "accounts");
  acr__write_array(w);
  for (int a = 0; a < f->accounts; a++) {
    if (!acr__report_counts(f->engine, a, all)) continue;
    acr__write_object(w);
    acr__write_key(w, "account");
    acr__write_raw(w, acr__account_json(f->engine, a));
    acr__write_key(w, "outstanding"); // as it is
    acr__write_decimal(w, f->outstanding[a], f->engine->accounts[a].decimals);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_key(w, "months");
  acr__write_array(w);
  for (int a = 0; a < f->accounts; a++) {
    int64_t outstanding = f->outstanding[a];
    for (int m = 0; m < f->months && acr__report_counts(f->engine, a, all); m++)
      write_month(f, w, a, m, &outstanding);
  }
  acr__write_array_end(w);
  acr__write_object_end(w);
}

// The end of the month that lies so many behind that of the ledger's time, which is one of them.
static bool read_end(struct acr__request *request, struct forecast *f) {
  const acr__node *node = acr__node_get(request->params, "months");
  int64_t months = MONTHS;
  if (node && acr__node_kind(node) != ACR_JSON_NULL &&
      (acr__decimal_parse(acr__node_text(node), 0, &months) != ACR_DECIMAL_OK || months < 1 || months > MONTHS_MAX))
    return acr__request_fail(request, "param", "`months`: found \"%.20s\", wanted a whole number from 1 to %d", acr__node_text(node).ptr,
                             MONTHS_MAX);
  if (!f->engine->last_seq) return acr__request_fail(request, "no_events", "the ledger has no events, so there is no time to begin at");
  f->from = f->engine->ledger_time;
  f->first = month_of(f, f->from);
  f->months = (int)months;
  int32_t behind = f->first + f->months;
  f->at = acr__day_start(f->zone, (acr__date){behind / 12, behind % 12 + 1, 1});
  return true;
}

static void free_run(struct acr__report_run *run) {
  struct forecast *f = (struct forecast *)run;
  acr__budgets_used_free(&f->used);
  acr__buf_free(&f->run.log.bytes);
  free(f->cells);
  free(f->outstanding);
  free(f);
}

struct acr__report_run *acr__forecast_begin(struct acr__request *request) {
  acr_engine *engine = request->engine;
  struct forecast *f = acr__mem_alloc(sizeof *f);
  *f = (struct forecast){.engine = engine, .zone = acr__report_zone(engine), .accounts = engine->account_count};
  f->run =
      (struct acr__report_run){.log = {.pos = engine->end, .take = take_record, .arg = f}, .alone = true, .rest = rest, .free = free_run};
  if (!read_end(request, f)) {
    free(f);
    return NULL;
  }
  f->cells = calloc((size_t)(f->accounts * f->months) + 1, sizeof *f->cells);
  f->outstanding = calloc((size_t)f->accounts + 1, sizeof *f->outstanding);
  if (!f->cells || !f->outstanding) acr__mem_exhausted(sizeof *f->cells);
  begin_anew(f);
  return &f->run;
}

bool acr__method_forecast(struct acr__request *request) {
  struct forecast *f = (struct forecast *)acr__report_made(request, ACR_JOB_FORECAST, acr__forecast_begin);
  const acr__node *every = acr__node_get(request->params, "all");
  if (!f) return false;
  f->engine = request->engine;
  if (!f->overflow) write(f, request->w, every && acr__node_kind(every) == ACR_JSON_TRUE);
  bool good = !f->overflow;
  acr__report_done(request, &f->run);
  return good || acr__request_fail(request, "too_large", "the points of an account add up to more than can be counted");
}
