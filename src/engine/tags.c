#include "engine/tags.h"
#include "base/num.h"

// When a term that begins with the event ends: after hours to the moment, after days at the end of the last one (domain G5).
static bool term_end(struct acr__case *c, acr__duration term, acr__time *out) {
  static const int64_t seconds[] = {1, 60, 3600};
  const acr__zone *zone = acr__zone_of(c);
  acr__date end;
  int64_t span;
  if (term.unit <= ACR_UNIT_HOUR) return acr__mul(term.n, seconds[term.unit] * ACR_SECOND_US, &span) && acr__add(c->event->time, span, out);
  if (!acr__date_add(acr__local_date(zone, c->event->time), term, 1, &end) || !acr__date_valid(end)) return false;
  *out = acr__day_start(zone, acr__date_of(acr__days_of(end) + 1));
  return true;
}

static bool wrong_kind(struct acr__case *c, acr__span tag, bool counts) {
  return acr__fail(c->j, NULL,
                   acr__arena_printf(c->j->arena, "the tag \"%.*s\" of this member %s: it cannot be added %s", (int)tag.len, tag.ptr,
                                     counts ? "counts" : "has a term", counts ? "with a term" : "as a counter"));
}

bool acr__tag_effect(struct acr__case *c, const struct acr__effect *e) {
  int tag = acr__name_number(c->j->engine, e->tag);
  int64_t held = acr__member_tag(c->j->member, tag, c->event->time), count = 1;
  acr__time expires = ACR_TIME_MAX, until = held ? acr__member_tag_expires(c->j->member, tag) : ACR_TIME_MAX;
  bool term = e->has_expires || e->has_duration;
  if (e->kind == ACR_EFFECT_UNTAG) {
    if (!held) return true;
    expires = until;
    count = e->counter ? held - 1 : 0; // one less of what counts, or none of it
  } else {
    if (held && term != (until != ACR_TIME_MAX)) return wrong_kind(c, e->tag, term);
    if (e->has_expires) expires = e->expires;
    if (e->has_duration && !term_end(c, e->duration, &expires)) return acr__fail(c->j, NULL, "the term of a tag reaches past the calendar");
    if (held && term && until > expires) expires = until; // a late event does not shorten a term that began after it
    if (e->counter && !acr__add(held, 1, &count)) return acr__fail(c->j, NULL, "a tag counts too far");
  }
  struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_TAG);
  op->v[0] = tag;
  op->v[1] = count;
  op->v[2] = expires;
  return acr__apply(c->j, op);
}
