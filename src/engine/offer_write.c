// Offers in replies, out of the record's operations alone, and in what is said of a member.
#include "engine/at.h"
#include "engine/offer.h"
#include <stdio.h>

static void write_label(acr_engine *engine, acr__writer *w, int64_t family, int64_t name) {
  engine->scratch.len = 0;
  acr__offer_label(engine, family, name, &engine->scratch);
  acr__write_key(w, "offer");
  acr__write_span(w, (acr__span){(const char *)engine->scratch.ptr, engine->scratch.len});
}

static void write_issue(acr__writer *w, uint64_t seq, int64_t index) {
  char text[48];
  snprintf(text, sizeof text, "%llu.%lld", (unsigned long long)seq, (long long)index);
  acr__write_key(w, "issue");
  acr__write_text(w, text);
}

// A text of the log is JSON that a program gave; null when the offer has none.
static void write_discount(acr_engine *engine, acr__writer *w, int64_t name_plus_one) {
  acr__write_key(w, "discount");
  if (name_plus_one)
    acr__write_raw(w, acr__name_text(engine, name_plus_one - 1));
  else
    acr__write_null(w);
}

static const char *became(const struct acr__op *op) {
  if (op->kind == ACR_OP_OFFER) return op->v[ACR_OFFER_BOUGHT] ? "purchased" : "issued";
  return op->kind == ACR_OP_REDEEM ? "redeemed" : op->kind == ACR_OP_REINSTATE ? "reinstated" : "withdrawn";
}

void acr__offers_reply(acr_engine *engine, acr__buf *out, const struct acr__record *record, const struct acr__ops *ops) {
  static const char opening[] = ",\"offers\":[";
  acr__writer w = {out, false};
  acr__buf_put(out, opening, sizeof opening - 1);
  for (int i = 0; i < ops->count; i++) {
    const struct acr__op *op = &ops->all[i];
    bool issued = op->kind == ACR_OP_OFFER;
    if (!issued && op->kind != ACR_OP_REDEEM && op->kind != ACR_OP_REINSTATE && op->kind != ACR_OP_WITHDRAW) continue;
    acr__write_object(&w);
    write_label(engine, &w, op->v[ACR_OFFER_FAMILY], op->v[ACR_OFFER_NAME]);
    write_issue(&w, issued ? record->seq : (uint64_t)op->v[ACR_REDEEM_SEQ], issued ? op->v[ACR_OFFER_INDEX] : op->v[ACR_REDEEM_INDEX]);
    acr__write_key(&w, "state");
    acr__write_text(&w, became(op));
    if (issued) {
      acr__write_key(&w, "from");
      acr__write_time(&w, op->v[ACR_OFFER_FROM]);
      acr__write_key(&w, "until");
      acr__write_time(&w, op->v[ACR_OFFER_UNTIL]);
    }
    write_discount(engine, &w, op->v[issued ? ACR_OFFER_DISCOUNT : ACR_REDEEM_DISCOUNT]);
    acr__write_object_end(&w);
  }
  acr__write_array_end(&w);
}

static const char *state_of(const struct acr__issue *issue, acr__time now) {
  if (issue->state == ACR_ISSUE_REDEEMED) return "redeemed";
  if (issue->state == ACR_ISSUE_WITHDRAWN) return "withdrawn";
  return issue->state == ACR_ISSUE_EXPIRED || issue->until <= now ? "expired" : "issued";
}

// The newest first: those are what a till or a page asks for.
void acr__offers_write(acr_engine *engine, acr__writer *w, const struct acr__member *m, acr__member_detail detail) {
  enum { SHOWN_MAX = 1000 };
  acr__write_key(w, "offers");
  acr__write_array(w);
  for (uint32_t i = m->issue_count, shown = 0; i > 0 && (shown < SHOWN_MAX || detail == ACR_MEMBER_STATE); shown++) {
    const struct acr__issue *issue = &m->issues[--i];
    acr__write_object(w);
    write_label(engine, w, issue->family, issue->offer);
    if (detail == ACR_MEMBER_SHOWN) write_issue(w, issue->seq, issue->index);
    acr__write_key(w, "state");
    acr__write_text(w, state_of(issue, engine->ledger_time));
    acr__write_key(w, "issued");
    acr__write_time(w, issue->issued);
    acr__write_key(w, "from");
    acr__write_time(w, issue->from);
    acr__write_key(w, "until");
    acr__write_time(w, issue->until);
    write_discount(engine, w, issue->discount + 1);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_key(w, "offer_count");
  acr__write_int(w, m->issue_count);
  acr__write_key(w, "reward_stores");
  acr__write_array(w);
  for (uint32_t i = 0; i < m->grant_count; i++)
    acr__write_span(w, acr__name_text(engine, m->grants[i].store));
  acr__write_array_end(w);
}
