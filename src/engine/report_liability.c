// report.liability (I25): the log read once; as of a time, what is due until then and not posted is run on copies of the members.
#include "base/mem.h"
#include "engine/at.h"
#include "engine/due.h"
#include "engine/job.h"
#include "engine/report_ends.h"
#include "engine/shadow.h"
#include <stdlib.h>

struct report {
  struct acr__report_run run;
  acr_engine *engine;
  struct acr__tally tally;
  acr_engine *shadow; // NULL = as posted
  uint64_t not_posted;
  struct acr__ends ends;
  uint32_t next; // whose lots are added up next; those of lower numbers are
};

// ---- the log, and every member

static void due_record(void *arg, const struct acr__record *record) {
  acr__tally_record(arg, record);
}

// Where members were merged, lots that were added up may be another's: they are added up anew.
static void begin_lots(struct report *r) {
  for (int i = 0; i < r->tally.count; i++)
    r->tally.buckets[i].lots = 0;
  acr__ends_clear(&r->ends);
  r->next = 1;
}

static bool take_record(void *arg, acr_engine *engine, const struct acr__record *record) {
  struct report *r = arg;
  (void)engine;
  bool again = record->member && record->member < r->next;
  if (again)
    acr__tally_again(&r->tally, record);
  else
    acr__tally_record(&r->tally, record);
  if (again) acr__ends_changed(&r->ends, record->member);
  if (r->next > 1 && (record->flags & ACR_RECORD_MERGE)) begin_lots(r);
  return true;
}

// Known when nothing of the log was left out: members are as they are.
static bool lots_known(const struct report *r) {
  return r->tally.left_out == 0;
}

void acr__report_member(acr_engine *engine, uint32_t number, void (*visit)(void *arg, struct acr__member *member), void *arg) {
  struct acr__member *member = number < engine->number_cap ? engine->by_number[number] : NULL, *stored = NULL;
  if (!member) {
    acr__buf id = {0}, state = {0};
    if (acr__ledger_load_number(engine->ledger, number, &id, &state))
      member = stored =
          acr__member_decode(number, (acr__span){(const char *)id.ptr, id.len}, (acr__span){(const char *)state.ptr, state.len});
    acr__buf_free(&id);
    acr__buf_free(&state);
  }
  if (member) visit(arg, member);
  acr__member_free(stored);
}

static void add_lots(void *report, struct acr__member *member) {
  struct report *r = report;
  acr__tally_member(&r->tally, member);
  acr__ends_member(&r->ends, r->engine, member);
}

static bool rest(struct acr__report_run *run, acr_engine *engine, size_t members) {
  struct report *r = (struct report *)run;
  if (!lots_known(r)) return false;
  r->engine = engine;
  for (; members && r->next <= engine->last_member; members--)
    acr__report_member(engine, r->next++, add_lots, r);
  return r->next <= engine->last_member;
}

static void add_due(void *report, struct acr__member *m) {
  struct report *r = report;
  struct acr__member *then;
  if (acr__due_time(r->engine, m) > r->tally.at) return;
  r->not_posted += acr__shadow_clock(r->shadow, m->id, r->tally.at, &then);
  acr__shadow_records(r->shadow, due_record, &r->tally);
  acr__shadow_reset(r->shadow);
}

struct walk {
  acr_engine *engine;
  void (*visit)(void *arg, struct acr__member *member);
  void *arg;
};

static bool stored(void *arg, uint32_t number, acr__span id, acr__span state) {
  const struct walk *walk = arg;
  if (number < walk->engine->number_cap && walk->engine->by_number[number]) return true;
  struct acr__member *member = acr__member_decode(number, id, state);
  if (member) walk->visit(walk->arg, member);
  acr__member_free(member);
  return true;
}

void acr__report_each(acr_engine *engine, void (*visit)(void *arg, struct acr__member *member), void *arg) {
  struct walk walk = {engine, visit, arg};
  uint32_t cap = engine->number_cap;
  acr__ledger_each_member(engine->ledger, stored, &walk);
  for (uint32_t n = 0; n < cap; n++)
    if (engine->by_number[n]) visit(arg, engine->by_number[n]);
}

// ---- writing

static const struct {
  const char *key;
  size_t offset;
} columns[] = {{"issued", offsetof(struct acr__bucket, issued)},     {"redeemed", offsetof(struct acr__bucket, redeemed)},
               {"expired", offsetof(struct acr__bucket, expired)},   {"reversed", offsetof(struct acr__bucket, reversed)},
               {"adjusted", offsetof(struct acr__bucket, adjusted)}, {"transferred", offsetof(struct acr__bucket, transferred)}};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static int64_t column(const struct acr__bucket *b, int i) {
  return *(const int64_t *)((const char *)b + columns[i].offset);
}

static void write_sums(const acr_engine *engine, acr__writer *w, const struct acr__bucket *b) {
  int decimals = engine->accounts[b->account].decimals;
  for (int i = 0; i < COLUMNS; i++) {
    acr__write_key(w, columns[i].key);
    acr__write_decimal(w, column(b, i), decimals);
  }
  acr__write_key(w, "outstanding");
  acr__write_decimal(w, acr__bucket_outstanding(b), decimals);
  acr__write_key(w, "held");
  acr__write_decimal(w, b->held, decimals);
}

static void write_names(acr_engine *engine, acr__writer *w, const struct acr__bucket *b) {
  acr__write_key(w, "account");
  acr__write_raw(w, acr__account_json(engine, b->account));
  acr__write_key(w, "source");
  acr__write_span(w, b->source == ACR_SOURCE_DEBT ? ACR__SPAN_LIT("(debt)") : acr__name_text(engine, b->source));
  acr__write_key(w, "expires");
  if (b->month == ACR_MONTH_NEVER)
    acr__write_null(w);
  else
    acr__write_text(w, acr__arena_printf(engine->arena, "%04d-%02d", b->month / 12, b->month % 12 + 1));
}

static bool empty(const struct acr__bucket *b) {
  bool any = b->held || acr__bucket_outstanding(b);
  for (int i = 0; i < COLUMNS; i++)
    any = any || column(b, i);
  return !any;
}

bool acr__report_counts(const acr_engine *engine, int account, bool all) {
  return all || (engine->accounts[account].flags & (ACR_ACCOUNT_SPENDABLE | ACR_ACCOUNT_ESCROW)) != 0;
}

static void write_rows(struct report *r, acr_engine *names, acr__writer *w, bool all) {
  acr__write_key(w, "rows");
  acr__write_array(w);
  for (int i = 0; i < r->tally.count; i++) {
    const struct acr__bucket *b = &r->tally.buckets[i];
    if (!acr__report_counts(names, b->account, all) || empty(b)) continue;
    acr__write_object(w);
    write_names(names, w, b);
    write_sums(names, w, b);
    if (!r->shadow) acr__ends_write(&r->ends, names, w, b);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_key(w, "accounts");
  acr__write_array(w);
  for (int a = 0; a < names->account_count; a++) {
    struct acr__bucket sum = {.account = a};
    for (int i = 0; i < r->tally.count; i++) {
      const struct acr__bucket *b = &r->tally.buckets[i];
      if (b->account != a) continue;
      for (int k = 0; k < COLUMNS; k++)
        *(int64_t *)((char *)&sum + columns[k].offset) += column(b, k);
      sum.held += b->held;
    }
    if (!acr__report_counts(names, a, all)) continue;
    acr__write_object(w);
    acr__write_key(w, "account");
    acr__write_raw(w, acr__account_json(names, a));
    write_sums(names, w, &sum);
    if (names->accounts[a].flags & ACR_ACCOUNT_ESCROW) {
      acr__write_key(w, "pending");
      acr__write_bool(w, true);
    }
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void differs(struct acr__tally *t, acr__writer *w, const struct acr__bucket *b, const char *of, int64_t report, int64_t found) {
  int decimals = t->engine->accounts[b->account].decimals;
  acr__write_object(w);
  write_names(t->engine, w, b);
  acr__write_key(w, "outstanding");
  acr__write_decimal(w, report, decimals);
  acr__write_key(w, of);
  acr__write_decimal(w, found, decimals);
  acr__write_object_end(w);
}

// I25: each bucket against the lots that members have, each account against its entries. Into a list of what is not equal.
static bool check(struct report *r, acr__writer *w) {
  struct acr__tally *t = &r->tally;
  size_t before = w->out->len;
  for (int i = 0; lots_known(r) && i < t->count; i++)
    if (t->buckets[i].lots != acr__bucket_outstanding(&t->buckets[i]))
      differs(t, w, &t->buckets[i], "lots", acr__bucket_outstanding(&t->buckets[i]), t->buckets[i].lots);
  for (int a = 0; a < t->engine->account_count; a++) {
    struct acr__bucket sum = {.account = a, .month = ACR_MONTH_NEVER};
    int64_t outstanding = 0;
    for (int i = 0; i < t->count; i++)
      if (t->buckets[i].account == a) {
        outstanding += acr__bucket_outstanding(&t->buckets[i]);
        sum.held += t->buckets[i].held;
      }
    if (outstanding != t->posted[a] + sum.held) differs(t, w, &sum, "entries", outstanding, t->posted[a] + sum.held);
  }
  return w->out->len == before;
}

static void free_run(struct acr__report_run *run) {
  struct report *r = (struct report *)run;
  acr__tally_free(&r->tally);
  acr__ends_free(&r->ends);
  acr__buf_free(&r->run.log.bytes);
  free(r);
}

struct acr__report_run *acr__liability_begin(struct acr__request *request) {
  acr__time at;
  if (!acr__param_time(request, "at", &at)) return NULL;
  struct report *r = acr__mem_alloc(sizeof *r);
  *r = (struct report){.engine = request->engine, .next = 1};
  r->run = (struct acr__report_run){.log = {.pos = 1, .take = take_record, .arg = r}, .rest = rest, .free = free_run};
  acr__tally_begin(&r->tally, request->engine, at);
  acr__ends_begin(&r->ends, request->engine);
  return &r->run;
}

bool acr__method_liability(struct acr__request *request) {
  acr_engine *engine = request->engine;
  struct report *r = (struct report *)acr__report_made(request, ACR_JOB_LIABILITY, acr__liability_begin);
  const acr__node *every = acr__node_get(request->params, "all");
  if (!r) return false;
  acr__time at = r->tally.at;
  acr__buf list = {0};
  acr__writer differences = {&list, false};
  bool equal = check(r, &differences);
  if (at != ACR_TIME_MAX) {
    r->shadow = acr__shadow_new(engine);
    r->tally.engine = r->shadow;
    acr__report_each(engine, add_due, r);
  }
  acr_engine *names = r->shadow ? r->shadow : engine;
  acr__tally_sort(&r->tally);
  acr__ends_finish(&r->ends, engine);
  acr__writer *w = request->w;
  acr__write_object(w);
  acr__write_key(w, "at");
  acr__write_time(w, at == ACR_TIME_MAX ? engine->ledger_time : at);
  acr__write_key(w, "not_posted");
  acr__write_int(w, (int64_t)r->not_posted);
  acr__write_key(w, "equal");
  acr__write_bool(w, equal);
  acr__write_key(w, "compared_with");
  acr__write_text(w, lots_known(r) ? "lots and entries" : "entries");
  acr__write_key(w, "differences");
  acr__write_array(w);
  if (list.len) acr__write_raw(w, (acr__span){(const char *)list.ptr, list.len});
  acr__write_array_end(w);
  write_rows(r, names, w, every && acr__node_kind(every) == ACR_JSON_TRUE);
  acr__write_object_end(w);
  acr__buf_free(&list);
  if (r->shadow) acr__shadow_free(r->shadow);
  acr__report_done(request, &r->run);
  return true;
}
