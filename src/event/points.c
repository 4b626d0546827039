// The data of points.adjust, points.spend, points.spend_cancelled, points.hold, points.capture and points.release.
#include "base/decimal.h"
#include "event/reader.h"

static bool read_texts(struct acr__reader *r, struct acr__event *event) {
  static const char *const keys[] = {"account", "source", "reason", "actor", "reference", "program", "of"};
  acr__span *slots[] = {&event->account,   &event->point_source, &event->reason, &event->actor,
                        &event->reference, &event->program,      &event->of};
  for (int i = 0; i < 7; i++) {
    const acr__node *node = acr__node_get(event->data, keys[i]);
    if (node && !acr__reader_text(r, node, slots[i])) return false;
  }
  return true;
}

// Points are read when the account, and so their scale, is known; here as fine as points can be.
static bool read_points(struct acr__reader *r, const acr__node *node, struct acr__event *event, int64_t *finest) {
  if (!acr__reader_decimal(r, node, 6, false, finest)) return false;
  event->points_text = acr__node_text(node);
  return true;
}

bool acr__reader_adjust(struct acr__reader *r, struct acr__event *event) {
  const acr__node *points = acr__node_get(event->data, "points");
  int64_t ignored;
  if (!points) return acr__reader_missing(r, event->data, "points", "a signed number of points");
  if (!read_points(r, points, event, &ignored) || !read_texts(r, event)) return false;
  if (event->reason.len == 0) return acr__reader_missing(r, event->data, "reason", "why the points are adjusted");
  if (event->actor.len == 0) return acr__reader_missing(r, event->data, "actor", "who adjusts them");
  return true;
}

static bool read_until(struct acr__reader *r, struct acr__event *event) {
  const acr__node *node = acr__node_get(event->data, "until");
  if (!node) return true;
  if (acr__node_kind(node) != ACR_JSON_STRING || !acr__time_parse(acr__node_text(node), &event->until))
    return acr__reader_no_time(r, node, "a time with offset such as \"2026-03-01T08:15:00-05:00\"");
  if (event->until <= event->time) return acr__reader_fail(r, "field", node, "the hold would end before it begins");
  return true;
}

bool acr__reader_spend(struct acr__reader *r, struct acr__event *event) {
  const acr__node *points = acr__node_get(event->data, "points");
  bool needs = event->kind == ACR_EVENT_SPEND || event->kind == ACR_EVENT_HOLD;
  int64_t finest = 0;
  if (!points && needs) return acr__reader_missing(r, event->data, "points", "a number of points");
  if (points && !read_points(r, points, event, &finest)) return false;
  if (points && finest <= 0) return acr__reader_fail(r, "field", points, "found %s, wanted more than 0", acr__reader_found(r, points));
  if (!read_texts(r, event) || !read_until(r, event)) return false;
  if (event->kind == ACR_EVENT_SPEND_CANCELLED && event->of.len == 0)
    return acr__reader_missing(r, event->data, "of", "the id of the points.spend event that is cancelled");
  if ((event->kind == ACR_EVENT_CAPTURE || event->kind == ACR_EVENT_RELEASE) && event->reference.len == 0 && event->of.len == 0)
    return acr__reader_missing(r, event->data, "reference", "the reference of the hold");
  if (event->kind == ACR_EVENT_HOLD && event->reference.len == 0) event->reference = event->id;
  return true;
}
