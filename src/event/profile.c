// The data of member.join, member.update, member.merge, member.leave, audience.* and of custom events.
#include "base/limits.h"
#include "event/reader.h"

static bool read_timezone(struct acr__reader *r, const acr__node *node, struct acr__event *event) {
  if (!acr__reader_text(r, node, &event->timezone)) return false;
  if (!acr__zone_find(event->timezone))
    return acr__reader_fail(r, "field", node, "found %s, wanted a time zone such as \"Europe/London\"", acr__reader_found(r, node));
  return true;
}

// One member's id, a list of them, or null: the link leads nowhere.
static bool read_link(struct acr__reader *r, const acr__node *node, struct acr__event_link *out) {
  bool list = acr__node_kind(node) == ACR_JSON_ARRAY, none = acr__node_kind(node) == ACR_JSON_NULL;
  acr__span *members = ACR__NEW_N(r->arena, acr__span, list ? acr__node_count(node) + 1 : 1);
  *out = (struct acr__event_link){.name = acr__node_key(node), .members = members, .node = node};
  if (!out->name.len || out->name.len > ACR_TEXT_BYTES_MAX)
    return acr__reader_fail(r, "field", node, "a link has no name, or too long a one");
  for (const acr__node *at = list ? acr__node_first(node) : none ? NULL : node; at; at = list ? acr__node_next(at) : NULL) {
    acr__span id;
    if (!acr__reader_text(r, at, &id)) return false;
    for (int i = 0; i < out->member_count; i++) {
      if (acr__span_eq(members[i], id)) return acr__reader_fail(r, "field", at, "the member \"%.80s\" is named twice", id.ptr);
    }
    members[out->member_count++] = id;
  }
  return true;
}

static bool read_links(struct acr__reader *r, const acr__node *node, struct acr__event *event) {
  if (acr__node_kind(node) != ACR_JSON_OBJECT)
    return acr__reader_fail(r, "field", node, "found %s, wanted links by name as an object", acr__reader_found(r, node));
  struct acr__event_link *links = ACR__NEW_N(r->arena, struct acr__event_link, acr__node_count(node) + 1);
  event->links = links;
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    if (!read_link(r, at, &links[event->link_count++])) return false;
  }
  return true;
}

bool acr__reader_profile(struct acr__reader *r, struct acr__event *event) {
  for (const acr__node *n = acr__node_first(event->data); n; n = acr__node_next(n)) {
    acr__span key = acr__node_key(n);
    bool ok = true;
    if (acr__span_is(key, "joined")) {
      ok = acr__reader_moment(r, n, &event->joined, &event->joined_is_date);
    } else if (acr__span_is(key, "birthday")) {
      ok = event->has_birthday = acr__reader_date(r, n, &event->birthday);
    } else if (acr__span_is(key, "timezone")) {
      ok = read_timezone(r, n, event);
    } else if (acr__span_is(key, "attributes")) {
      if (acr__node_kind(n) != ACR_JSON_OBJECT) ok = acr__reader_fail(r, "field", n, "found %s, wanted an object", acr__reader_found(r, n));
      event->attributes = n;
    } else if (acr__span_is(key, "links")) {
      ok = read_links(r, n, event);
    }
    if (!ok) return false;
  }
  return true;
}

bool acr__reader_merge(struct acr__reader *r, struct acr__event *event) {
  const acr__node *node = acr__node_get(event->data, "into");
  if (!node) return acr__reader_missing(r, event->data, "into", "the member that stays");
  return acr__reader_text(r, node, &event->into);
}

bool acr__reader_leave(struct acr__reader *r, struct acr__event *event) {
  const acr__node *program = acr__node_get(event->data, "program"), *forfeit = acr__node_get(event->data, "forfeit");
  if (program && !acr__reader_text(r, program, &event->program)) return false;
  if (!forfeit) return true;
  if (acr__node_kind(forfeit) != ACR_JSON_TRUE && acr__node_kind(forfeit) != ACR_JSON_FALSE)
    return acr__reader_fail(r, "field", forfeit, "found %s, wanted true or false", acr__reader_found(r, forfeit));
  event->forfeit = acr__node_kind(forfeit) == ACR_JSON_TRUE;
  return true;
}

bool acr__reader_audience(struct acr__reader *r, struct acr__event *event) {
  const acr__node *node = acr__node_get(event->data, "audience");
  if (!node) return acr__reader_missing(r, event->data, "audience", "the audience's name");
  return acr__reader_text(r, node, &event->audience);
}

// offer.redeem, offer.purchase: an offer by name, which issue of it, and where.
bool acr__reader_offer(struct acr__reader *r, struct acr__event *event) {
  const acr__node *offer = acr__node_get(event->data, "offer"), *issue = acr__node_get(event->data, "issue"),
                  *store = acr__node_get(event->data, "store");
  if (!offer) return acr__reader_missing(r, event->data, "offer", "the offer's name");
  return acr__reader_text(r, offer, &event->offer) && (!issue || acr__reader_text(r, issue, &event->issue)) &&
         (!store || acr__reader_text(r, store, &event->store));
}

bool acr__reader_custom(struct acr__reader *r, struct acr__event *event) {
  const acr__node *node = acr__node_get(event->data, "quantity");
  return !node || acr__reader_decimal(r, node, 3, false, &event->quantity);
}
