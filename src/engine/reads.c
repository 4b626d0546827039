#include "engine/reads.h"
#include "base/num.h"
#include "engine/profile.h"
#include "engine/returned.h"
#include "engine/window.h"

static void number(struct acr__read_value *out, int64_t value) {
  out->type = ACR_READ_NUMBER;
  out->number = value;
}

static void text(struct acr__read_value *out, acr__span value) {
  if (!value.ptr) return;
  out->type = ACR_READ_TEXT;
  out->text = value;
}

static bool history(struct acr__case *c, const struct acr__rule *rule, int cond, struct acr__read_value *out) {
  struct acr__cond_result measured = {0};
  if (!acr__history_measure(c, &c->plan->conds[cond], rule, &measured)) return false;
  if (measured.has_measured) number(out, measured.measured);
  return true;
}

int64_t acr__balance_seen(const struct acr__case *c, int account) {
  const struct acr__member *m = c->j->member;
  int64_t points = acr__member_balance(m, c->release->accounts[account]);
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  if (acr__lots_soonest(&m->lots) > c->event->time) return points;
  while (acr__lots_next(&m->lots, &at, &lot))
    if (lot.account == c->release->accounts[account] && lot.expires <= c->event->time) points -= lot.remaining;
  return points;
}

static bool balance(struct acr__case *c, const struct acr__plan_read *read, struct acr__read_value *out) {
  int64_t sum = 0;
  for (int i = 0; i < read->account_count; i++) {
    const struct acr__plan_account *account = &c->plan->accounts[read->accounts[i]];
    int64_t points = acr__balance_seen(c, read->accounts[i]);
    if (!acr__mul(points, acr__pow10(read->decimals - account->decimals), &points) || !acr__add(sum, points, &sum))
      return acr__fail(c->j, NULL, "a balance is too large");
  }
  number(out, sum);
  return true;
}

static acr__span date_text(struct acr__case *c, acr__date date) {
  return acr__span_of(acr__arena_printf(c->j->arena, "%04d-%02d-%02d", date.year, date.month, date.day));
}

static void moment(struct acr__case *c, acr__time time, struct acr__read_value *out) {
  if (time != ACR_TIME_NONE) text(out, date_text(c, acr__local_date(acr__zone_of(c), time)));
}

static void member(struct acr__case *c, const struct acr__plan_read *read, const struct acr__member_view *view,
                   struct acr__read_value *out) {
  int64_t links;
  switch (read->field) {
  case ACR_READ_FIELD_ID:
    text(out, view->id);
    break;
  case ACR_READ_FIELD_JOINED:
    moment(c, view->joined, out);
    break;
  case ACR_READ_FIELD_BIRTHDAY:
    if (view->has_birthday) text(out, date_text(c, view->birthday));
    break;
  case ACR_READ_FIELD_TIMEZONE:
    text(out, view->timezone);
    break;
  case ACR_READ_FIELD_LEVEL_SINCE:
    moment(c, view->level_since, out);
    break;
  case ACR_READ_FIELD_ATTRIBUTE:
    text(out, view->attribute(view->state, read->text));
    break;
  case ACR_READ_FIELD_LINK:
    links = view->link_count(view->state, read->text);
    if (links) number(out, links);
    break;
  }
}

// In the family named, or that of the program which is named.
static acr__span level(struct acr__case *c, acr__span family, const struct acr__member_view *view) {
  if (!family.len) return view->level_name;
  for (int i = 0; i < c->j->release_count; i++)
    if (acr__span_eq(c->j->releases[i]->plan->program, family)) family = c->j->releases[i]->plan->family;
  return view->level(view->state, family);
}

static bool fetch(struct acr__case *c, const struct acr__rule *rule, const struct acr__plan_read *read, struct acr__read_value *out) {
  struct acr__member_view view;
  int64_t count;
  acr__member_view_of(c, &view);
  switch (read->kind) {
  case ACR_READ_BALANCE:
    return balance(c, read, out);
  case ACR_READ_LEVEL:
    text(out, level(c, read->text, &view));
    return true;
  case ACR_READ_TAGS:
    count = view.tag_count(view.state, read->text);
    if (count) number(out, count);
    return true;
  case ACR_READ_AUDIENCES:
    if (view.in_audience(view.state, read->text)) number(out, 1);
    return true;
  case ACR_READ_OFFERS:
    count = view.offer_count(view.state, read->text, read->state);
    if (count) number(out, count);
    return true;
  case ACR_READ_MEMBER:
    member(c, read, &view, out);
    return true;
  default:
    return history(c, rule, read->cond, out);
  }
}

bool acr__reads_fetch(struct acr__case *c, const struct acr__rule *rule, int of, const struct acr__plan_reads *reads,
                      struct acr__call *call) {
  if (!reads->count) return true;
  if (c->kept) {
    acr__kept_reads(c, of, reads, call);
    return true;
  }
  struct acr__read_value *values = ACR__NEW_N(c->j->arena, struct acr__read_value, reads->count);
  for (int i = 0; i < reads->count; i++) {
    values[i].name = reads->all[i].name;
    if (!fetch(c, rule, &reads->all[i], &values[i])) return false;
  }
  call->reads = values;
  call->read_count = reads->count;
  return true;
}

void acr__reads_keep(struct acr__case *c, int of, const struct acr__read_value *values, int count) {
  for (int i = 0; i < count; i++) {
    struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_KEPT_READ);
    op->v[0] = of;
    op->v[1] = i;
    op->v[2] = values[i].type;
    op->v[3] = values[i].number;
    op->text = values[i].text;
  }
}
