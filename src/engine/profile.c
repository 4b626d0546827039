// member.join and member.update: profile, join date, links.
#include "engine/profile.h"

void acr__profile_apply(struct acr__member *member, const struct acr__event *event, acr__span line) {
  if (event->has_birthday) {
    member->has_birthday = true;
    member->birthday = event->birthday;
  }
  if (event->timezone.len) member->zone = acr__zone_find(event->timezone);
  for (int i = 0; i < event->link_count; i++)
    acr__links_set(&member->links, event->links[i].name, event->links[i].members, event->links[i].member_count);
  if (event->attributes) acr__member_set_attributes(member, acr__node_raw(event->json, event->attributes, line));
}

acr__time acr__joined_of(const struct acr__judgement *j) {
  const struct acr__event *event = j->root;
  if (!event->joined_is_date) return event->joined;
  const acr__zone *zone = event->timezone.len ? acr__zone_find(event->timezone) : j->member ? j->member->zone : NULL;
  if (!zone && j->release_count) zone = j->releases[0]->plan->zone;
  return zone ? acr__day_start(zone, acr__date_of((int32_t)(event->joined / ACR_DAY_US))) : event->joined;
}

bool acr__profile_take(struct acr__judgement *j) {
  acr__ops_add(&j->engine->ops, ACR_OP_PROFILE);
  acr__profile_apply(j->member, j->root, j->line);
  acr__time joined = acr__joined_of(j);
  if (joined == ACR_TIME_NONE || joined == j->member->joined) return true;
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_JOINED);
  op->v[0] = joined;
  return acr__apply(j, op);
}

// ---- links

static bool reject_link(const struct acr__judgement *j, const struct acr__event_link *link, const char *code, char *message,
                        struct acr__reject *reject) {
  *reject = (struct acr__reject){code, message, acr__node_path(j->root->json, link->node, j->arena), 0, 0};
  return false;
}

int acr__link_max(const struct acr__judgement *j, acr__span name) {
  int most = 0;
  for (int i = 0; i < j->release_count; i++)
    for (int k = 0; k < j->releases[i]->plan->link_count; k++) {
      const struct acr__plan_link *link = &j->releases[i]->plan->links[k];
      if (acr__span_eq(link->name, name) && link->max > most) most = link->max;
    }
  return most;
}

static bool unknown_link(const struct acr__judgement *j, const struct acr__event_link *link, struct acr__reject *reject) {
  acr__span names[256];
  int count = 0;
  for (int i = 0; i < j->release_count; i++)
    for (int k = 0; k < j->releases[i]->plan->link_count && count < 256; k++)
      names[count++] = j->releases[i]->plan->links[k].name;
  acr__span near = acr__nearest(link->name, names, count);
  char *message = near.len ? acr__arena_printf(j->arena, "no program in force has the link \"%.80s\"; the nearest is \"%.*s\"",
                                               link->name.ptr, (int)near.len, near.ptr)
                           : acr__arena_printf(j->arena, "no program in force has the link \"%.80s\"", link->name.ptr);
  return reject_link(j, link, "link_unknown", message, reject);
}

bool acr__links_known(struct acr__judgement *j, struct acr__reject *reject) {
  for (int i = 0; i < j->root->link_count; i++) {
    const struct acr__event_link *link = &j->root->links[i];
    int most = acr__link_max(j, link->name);
    if (most == 0) return unknown_link(j, link, reject);
    if (link->member_count > most)
      return reject_link(j, link, "link_max",
                         acr__arena_printf(j->arena, "found %d members for the link \"%.80s\", which leads to %d at most",
                                           link->member_count, link->name.ptr, most),
                         reject);
    for (int k = 0; k < link->member_count; k++)
      if (acr__span_eq(link->members[k], j->root->subject))
        return reject_link(j, link, "link_self",
                           acr__arena_printf(j->arena, "the link \"%.80s\" leads to the member itself; wanted another member",
                                             link->name.ptr),
                           reject);
  }
  return true;
}
