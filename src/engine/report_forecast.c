// report.liability with a forecast: what a clock would do month after month if nothing more happened. Everybody's due work is done on
// copies up to the end, and what it posts is added up by account and month.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/at.h"
#include "engine/due.h"
#include "engine/report.h"
#include "engine/shadow.h"
#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12, MONTHS_MAX = 120 };

struct cell { // one account in one month, smallest units
  int64_t expired, moved_out, moved_in, given, taken;
};
struct forecast {
  acr_engine *engine, *shadow;
  const acr__zone *zone;
  acr__time at;  // the end
  int32_t first; // month: 12 * year + month - 1
  int months, accounts;
  struct cell *cells;   // account after account; owned
  int64_t *outstanding; // by account, as it is; owned
  uint64_t pieces;
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
  acr__write_time(w, f->engine->ledger_time);
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
  f->first = month_of(f, f->engine->ledger_time);
  f->months = (int)months;
  int32_t behind = f->first + f->months;
  f->at = acr__day_start(f->zone, (acr__date){behind / 12, behind % 12 + 1, 1});
  return true;
}

bool acr__method_forecast(struct acr__request *request) {
  acr_engine *engine = request->engine;
  struct forecast f = {.engine = engine, .zone = acr__report_zone(engine), .accounts = engine->account_count};
  const acr__node *every = acr__node_get(request->params, "all");
  if (!read_end(request, &f)) return false;
  f.cells = calloc((size_t)(f.accounts * f.months) + 1, sizeof *f.cells);
  f.outstanding = calloc((size_t)f.accounts + 1, sizeof *f.outstanding);
  if (!f.cells || !f.outstanding) acr__mem_exhausted(sizeof *f.cells);
  f.shadow = acr__shadow_new(engine);
  acr__report_each(engine, visit_member, &f);
  acr__shadow_free(f.shadow);
  if (!f.overflow) write(&f, request->w, every && acr__node_kind(every) == ACR_JSON_TRUE);
  free(f.cells);
  free(f.outstanding);
  return !f.overflow || acr__request_fail(request, "too_large", "the points of an account add up to more than can be counted");
}
