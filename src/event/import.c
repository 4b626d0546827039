// The data of points.import: opening balances as lots with their dates.
#include "base/limits.h"
#include "event/reader.h"

// The lot's own, else what the data say of all lots.
static const acr__node *of_lot(const acr__node *data, const acr__node *node, const char *key) {
  const acr__node *own = acr__node_get(node, key);
  return own ? own : acr__node_get(data, key);
}

static bool read_lot(struct acr__reader *r, const acr__node *data, const acr__node *node, struct acr__import_lot *lot) {
  int64_t finest;
  lot->earned = lot->expires = ACR_TIME_NONE;
  if (acr__node_kind(node) != ACR_JSON_OBJECT)
    return acr__reader_fail(r, "field", node, "found %s, wanted a lot as an object", acr__reader_found(r, node));
  const acr__node *points = acr__node_get(node, "points"), *earned = acr__node_get(node, "earned"),
                  *expires = acr__node_get(node, "expires"), *account = of_lot(data, node, "account"),
                  *source = of_lot(data, node, "source");
  if (!points) return acr__reader_missing(r, node, "points", "a number of points");
  if (!acr__reader_decimal(r, points, 6, false, &finest)) return false;
  if (finest <= 0) return acr__reader_fail(r, "field", points, "found %s, wanted more than 0", acr__reader_found(r, points));
  lot->points_text = acr__node_text(points);
  if (earned && !acr__reader_moment(r, earned, &lot->earned, &lot->earned_is_date)) return false;
  if (expires && acr__node_kind(expires) != ACR_JSON_NULL && !acr__reader_moment(r, expires, &lot->expires, &lot->expires_is_date))
    return false;
  if (expires && acr__node_kind(expires) == ACR_JSON_NULL) lot->expires = ACR_TIME_MAX; // never, whatever the account says
  return (!account || acr__reader_text(r, account, &lot->account)) && (!source || acr__reader_text(r, source, &lot->source));
}

bool acr__reader_import(struct acr__reader *r, struct acr__event *event) {
  const acr__node *list = acr__node_get(event->data, "lots"), *reason = acr__node_get(event->data, "reason"),
                  *actor = acr__node_get(event->data, "actor");
  if (!list) return acr__reader_missing(r, event->data, "lots", "a list of opening lots");
  if (acr__node_kind(list) != ACR_JSON_ARRAY || acr__node_count(list) == 0)
    return acr__reader_fail(r, "field", list, "found %s, wanted a list of opening lots",
                            acr__node_kind(list) == ACR_JSON_ARRAY ? "an empty list" : acr__reader_found(r, list));
  int count = acr__node_count(list), n = 0;
  if (count > ACR_ITEMS_MAX) return acr__reader_fail(r, "field", list, "found %d lots, at most %d are allowed", count, ACR_ITEMS_MAX);
  struct acr__import_lot *lots = ACR__NEW_N(r->arena, struct acr__import_lot, count);
  for (const acr__node *at = acr__node_first(list); at; at = acr__node_next(at))
    if (!read_lot(r, event->data, at, &lots[n++])) return false;
  event->lots = lots;
  event->lot_count = count;
  return (!reason || acr__reader_text(r, reason, &event->reason)) && (!actor || acr__reader_text(r, actor, &event->actor));
}
