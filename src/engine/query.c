// What the daemon tells of members and events.
#include "base/decimal.h"
#include "engine/at.h"
#include "engine/audience.h"
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/offer.h"
#include "engine/payload.h"
#include <string.h>

static struct acr__member *member_of(struct acr__request *request) {
  acr__span id = acr__param_text(request, "member");
  if (id.len == 0) {
    acr__request_fail(request, "param", "`member` is missing");
    return NULL;
  }
  struct acr__member *member = acr__member_find(request->engine, id);
  if (!member) acr__request_fail(request, "member_unknown", "there is no member \"%.80s\"", id.ptr);
  return member;
}

void acr__write_account_key(acr_engine *engine, acr__writer *w, int account) {
  engine->scratch.len = 0;
  acr__account_label(engine, account, &engine->scratch);
  acr__write_key_span(w, (acr__span){(const char *)engine->scratch.ptr, engine->scratch.len});
}

static void text_account(acr_engine *engine, acr__writer *w, int account) {
  engine->scratch.len = 0;
  acr__account_label(engine, account, &engine->scratch);
  acr__write_span(w, (acr__span){(const char *)engine->scratch.ptr, engine->scratch.len});
}

void acr__write_time(acr__writer *w, acr__time time) {
  char text[40];
  if (time == ACR_TIME_NONE || time == ACR_TIME_MAX || time == ACR_TIME_MIN) {
    acr__write_null(w);
    return;
  }
  acr__time_format(time, text);
  acr__write_text(w, text);
}

static void write_seq(acr__writer *w, uint64_t seq, acr__member_detail detail) {
  if (detail == ACR_MEMBER_STATE) return;
  acr__write_key(w, "seq");
  acr__write_int(w, (int64_t)seq);
}

static void write_balances(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  acr__write_key(w, "balances");
  acr__write_object(w);
  for (int i = 0; i < engine->account_count; i++) {
    if (!engine->accounts[i].live && !acr__member_account(m, i)) continue;
    acr__write_account_key(engine, w, i);
    acr__write_decimal(w, acr__member_balance(m, i), engine->accounts[i].decimals);
  }
  acr__write_object_end(w);
  acr__write_key(w, "debts");
  acr__write_object(w);
  for (uint32_t i = 0; i < m->balance_count; i++)
    if (m->balances[i].debt) {
      acr__write_account_key(engine, w, m->balances[i].account);
      acr__write_decimal(w, m->balances[i].debt, engine->accounts[m->balances[i].account].decimals);
    }
  acr__write_object_end(w);
}

static void write_held(acr_engine *engine, acr__writer *w, const struct acr__member *m, acr__member_detail detail) {
  acr__write_key(w, "held");
  acr__write_object(w);
  for (uint32_t i = 0; i < m->balance_count; i++) {
    int account = m->balances[i].account;
    int64_t points = acr__holds_points(&m->holds, account);
    if (points == 0) continue;
    acr__write_account_key(engine, w, account);
    acr__write_decimal(w, points, engine->accounts[account].decimals);
  }
  acr__write_object_end(w);
  acr__write_key(w, "holds");
  acr__write_array(w);
  for (uint32_t i = 0; i < m->holds.open_count; i++) {
    const struct acr__hold *hold = &m->holds.open[i];
    int64_t points = 0;
    for (uint32_t k = 0; k < hold->count; k++)
      points += hold->lots[k].remaining;
    acr__write_object(w);
    acr__write_key(w, "points");
    acr__write_decimal(w, points, engine->accounts[hold->lots[0].account].decimals);
    acr__write_key(w, "until");
    acr__write_time(w, hold->until);
    write_seq(w, hold->seq, detail);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  if (!m->locked) return;
  acr__write_key(w, "locked");
  acr__write_bool(w, true);
}

static void write_levels(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  acr__write_key(w, "levels");
  acr__write_object(w);
  for (uint32_t i = 0; i < m->standing_count; i++) {
    acr__write_key_span(w, acr__name_text(engine, m->standings[i].family));
    if (m->standings[i].level >= 0)
      acr__write_span(w, acr__name_text(engine, m->standings[i].level));
    else
      acr__write_null(w);
  }
  acr__write_object_end(w);
  acr__write_key(w, "levels_since");
  acr__write_object(w);
  for (uint32_t i = 0; i < m->standing_count; i++) {
    acr__write_key_span(w, acr__name_text(engine, m->standings[i].family));
    acr__write_time(w, m->standings[i].since);
  }
  acr__write_object_end(w);
  bool any = false;
  for (uint32_t i = 0; i < m->standing_count; i++) {
    if (!m->standings[i].left) continue;
    if (!any) acr__write_key(w, "left");
    if (!any) acr__write_array(w);
    any = true;
    acr__write_span(w, acr__name_text(engine, m->standings[i].family));
  }
  if (any) acr__write_array_end(w);
}

static void write_merged(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  if (m->merged_count == 0) return;
  acr__write_key(w, "merged");
  acr__write_array(w);
  for (uint32_t i = 0; i < m->merged_count; i++) {
    const struct acr__member *one = acr__member_at(engine, m->merged[i], (acr__span){NULL, 0});
    if (one) acr__write_span(w, one->id);
  }
  acr__write_array_end(w);
}

static void write_labels(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  acr__write_key(w, "tags");
  acr__write_array(w);
  for (uint32_t i = 0; i < m->tag_count; i++) {
    if (m->tags[i].expires <= engine->ledger_time) continue;
    acr__write_object(w);
    acr__write_key(w, "tag");
    acr__write_span(w, acr__name_text(engine, m->tags[i].tag));
    acr__write_key(w, "count");
    acr__write_int(w, m->tags[i].count);
    acr__write_key(w, "expires");
    acr__write_time(w, m->tags[i].expires);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__audiences_write(engine, w, m);
}

static void write_links(acr__writer *w, const struct acr__member *m) {
  if (m->links.count == 0) return;
  acr__write_key(w, "links");
  acr__write_object(w);
  for (uint32_t i = 0; i < m->links.count; i++) { // the members of one name stand together
    bool first = i == 0 || !acr__span_eq(m->links.all[i].name, m->links.all[i - 1].name);
    bool last = i + 1 == m->links.count || !acr__span_eq(m->links.all[i].name, m->links.all[i + 1].name);
    if (first) {
      acr__write_key_span(w, m->links.all[i].name);
      acr__write_array(w);
    }
    acr__write_span(w, m->links.all[i].member);
    if (last) acr__write_array_end(w);
  }
  acr__write_object_end(w);
}

static void write_lots(acr_engine *engine, acr__writer *w, const struct acr__member *m, acr__member_detail detail) {
  enum { SHOWN_MAX = 1000 };
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  int shown = 0;
  acr__write_key(w, "lots");
  acr__write_array(w);
  while ((shown++ < SHOWN_MAX || detail == ACR_MEMBER_STATE) && acr__lots_next(&m->lots, &at, &lot)) {
    int decimals = engine->accounts[lot.account].decimals;
    acr__write_object(w);
    acr__write_key(w, "account");
    text_account(engine, w, (int)lot.account);
    acr__write_key(w, "points");
    acr__write_decimal(w, lot.granted, decimals);
    acr__write_key(w, "remaining");
    acr__write_decimal(w, lot.remaining, decimals);
    acr__write_key(w, "earned");
    acr__write_time(w, lot.earned);
    acr__write_key(w, "expires");
    acr__write_time(w, lot.expires);
    acr__write_key(w, "source");
    acr__write_span(w, acr__name_text(engine, lot.source));
    write_seq(w, lot.seq, detail);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_key(w, "lot_count");
  acr__write_int(w, m->lots.count);
}

void acr__member_write(acr_engine *engine, acr__writer *w, struct acr__member *m, acr__member_detail detail) {
  acr__write_key(w, "member");
  acr__write_span(w, m->id);
  if (detail == ACR_MEMBER_SHOWN) {
    acr__write_key(w, "number");
    acr__write_int(w, m->number);
  }
  acr__write_key(w, "joined");
  acr__write_time(w, m->joined);
  if (m->has_birthday) {
    acr__write_key(w, "birthday");
    acr__write_text(w, acr__arena_printf(engine->arena, "%04d-%02d-%02d", m->birthday.year, m->birthday.month, m->birthday.day));
  }
  if (m->zone) {
    acr__write_key(w, "timezone");
    acr__write_text(w, acr__zone_name(m->zone));
  }
  if (m->attributes) {
    acr__write_key(w, "attributes");
    acr__write_raw(w, acr__span_of(m->attributes));
  }
  write_merged(engine, w, m);
  write_links(w, m);
  write_balances(engine, w, m);
  acr__purse_write(engine, w, m);
  write_held(engine, w, m, detail);
  write_levels(engine, w, m);
  if (detail == ACR_MEMBER_SHOWN) acr__levels_write(engine, w, m);
  write_labels(engine, w, m);
  acr__offers_write(engine, w, m, detail);
  if (detail == ACR_MEMBER_SHOWN) acr__write_limits(engine, w, m);
  acr__write_key(w, "events");
  acr__write_int(w, m->events);
  acr__write_key(w, "entries");
  acr__write_int(w, m->entries);
  write_lots(engine, w, m, detail);
}

bool acr__request_event(struct acr__request *request, struct acr__record *record) {
  acr_engine *engine = request->engine;
  acr__span id = acr__param_text(request, "id"), source = acr__param_text(request, "source");
  const acr__node *seq = acr__node_get(request->params, "seq");
  int64_t number;
  acr__pos pos = 0;
  if (id.len && source.len)
    pos = acr__find_id(engine, acr__digest_pair(&engine->key, source, id));
  else if (seq && acr__decimal_parse(acr__node_text(seq), 0, &number) == ACR_DECIMAL_OK && number > 0)
    pos = acr__ledger_find_seq(engine->ledger, (uint64_t)number);
  else
    return acr__request_fail(request, "param", "wanted `source` and `id`, or `seq`");
  if (!pos || !acr__read_record(engine, pos, record))
    return acr__request_fail(request, "event_unknown", "there is no such event in the ledger");
  return true;
}

bool acr__method_event_get(struct acr__request *request) {
  acr_engine *engine = request->engine;
  acr__writer *w = request->w;
  struct acr__record record;
  struct acr__payload payload;
  if (!acr__request_event(request, &record)) return false;
  bool event = record.kind != ACR_RECORD_RELEASE && record.kind != ACR_RECORD_STATUS;
  bool there = acr__payload_read(record.payload, &payload) && event;
  acr__write_object(w);
  acr__write_key(w, "seq");
  acr__write_int(w, (int64_t)record.seq);
  acr__write_key(w, "recorded");
  acr__write_time(w, record.recorded_at);
  acr__write_key(w, "event");
  if (there)
    acr__write_raw(w, payload.line);
  else
    acr__write_null(w);
  acr__write_key(w, "reply");
  acr__span id = {NULL, 0}, source = {NULL, 0};
  struct acr__json_fault fault;
  acr__json *json = there ? acr__json_parse(engine->arena, payload.line, NULL, &fault) : NULL;
  if (json) {
    id = acr__node_text(acr__node_get(acr__json_root(json), "id"));
    source = acr__node_text(acr__node_get(acr__json_root(json), "source"));
  }
  const char *status = record.kind == ACR_RECORD_PARKED ? "parked" : record.flags & ACR_RECORD_REFUSED ? "refused" : "applied";
  engine->ops.count = 0;
  acr__ops_decode(acr__ops_of(&record), &engine->ops);
  acr__write_reply(engine, w, &record, &engine->ops, id, source, there ? payload.member : id, status);
  acr__write_object_end(w);
  return true;
}

struct acr__member *acr__request_member(struct acr__request *request) {
  return member_of(request);
}
