// What plugins see of a member.
#include "engine/audience.h"
#include "engine/late.h"
#include "engine/profile.h"

static bool view_audience(const void *state, acr__span audience) {
  const struct acr__case *c = state;
  return acr__audience_has(c->j->engine, c->plan, c->j->member, audience, c->event->time);
}

static int64_t view_tag(const void *state, acr__span tag) {
  const struct acr__case *c = state;
  int name = acr__names_find(c->j->engine->names, tag);
  return name < 0 ? 0 : acr__member_tag(c->j->member, name, c->event->time);
}

static acr__span view_level(const void *state, acr__span family) {
  const struct acr__case *c = state;
  int name = acr__names_find(c->j->engine->names, family);
  struct acr__standing then;
  const struct acr__standing *s = name >= 0 ? acr__late_standing(c, name, &then) : NULL;
  return s && s->level >= 0 ? acr__name_text(c->j->engine, s->level) : (acr__span){NULL, 0};
}

static acr__span view_attribute(const void *state, acr__span key) {
  const struct acr__case *c = state;
  struct acr__json_fault fault;
  acr__span text = acr__span_of(c->j->member->attributes);
  acr__json *json = text.len ? acr__json_parse(c->j->arena, text, NULL, &fault) : NULL;
  const acr__node *node = json ? acr__node_get_span(acr__json_root(json), key) : NULL;
  return node && acr__node_kind(node) != ACR_JSON_NULL ? acr__node_text(node) : (acr__span){NULL, 0};
}

static int64_t view_link(const void *state, acr__span link) {
  return acr__member_link_count(((const struct acr__case *)state)->j->member, link);
}

static int64_t view_offer(const void *state, acr__span offer, int which) {
  const struct acr__case *c = state;
  const struct acr__member *m = c->j->member;
  int name = acr__names_find(c->j->engine->names, offer);
  int64_t count = 0;
  for (uint32_t i = 0; name >= 0 && i < m->issue_count; i++) {
    const struct acr__issue *issue = &m->issues[i];
    if (issue->offer != name || issue->family != c->release->family) continue;
    int is = issue->state == ACR_ISSUE_REDEEMED ? 1 : issue->until <= c->event->time || issue->state == ACR_ISSUE_WITHDRAWN ? 2 : 0;
    count += is == which;
  }
  return count;
}

static int view_order(const void *state, acr__span level) {
  return acr__plan_level_find(((const struct acr__case *)state)->plan, level) + 1;
}

void acr__member_view_of(struct acr__case *c, struct acr__member_view *out) {
  const struct acr__member *m = c->j->member;
  struct acr__standing then;
  const struct acr__standing *s = acr__late_standing(c, c->release->family, &then);
  bool placed = s && s->level >= 0;
  *out = (struct acr__member_view){.id = m->id,
                                   .joined = m->joined,
                                   .has_birthday = m->has_birthday,
                                   .birthday = m->birthday,
                                   .timezone = acr__span_of(m->zone ? acr__zone_name(m->zone) : NULL),
                                   .state = c,
                                   .in_audience = view_audience,
                                   .tag_count = view_tag,
                                   .level = view_level,
                                   .attribute = view_attribute,
                                   .link_count = view_link,
                                   .offer_count = view_offer,
                                   .level_name = placed ? acr__name_text(c->j->engine, s->level) : (acr__span){NULL, 0},
                                   .level_since = placed ? s->since : ACR_TIME_NONE,
                                   .level_order = view_order};
}
