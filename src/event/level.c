// The data of level.set.
#include "event/reader.h"

static bool read_outcomes(struct acr__reader *r, struct acr__event *event) {
  const acr__node *node = acr__node_get(event->data, "entrance_outcomes");
  acr__json_kind kind = node ? acr__node_kind(node) : ACR_JSON_FALSE;
  bool all = kind == ACR_JSON_STRING && acr__span_is(acr__node_text(node), "all");
  if (!all && kind != ACR_JSON_TRUE && kind != ACR_JSON_FALSE)
    return acr__reader_fail(r, "field", node, "found %s, wanted true, false, or \"all\" for those of the levels passed too",
                            acr__reader_found(r, node));
  event->entrance = all ? ACR_ENTRANCE_ALL : kind == ACR_JSON_TRUE ? ACR_ENTRANCE_LEVEL : ACR_ENTRANCE_NONE;
  return true;
}

bool acr__reader_level(struct acr__reader *r, struct acr__event *event) {
  static const char *const keys[] = {"program", "reason", "actor"};
  acr__span *slots[] = {&event->program, &event->reason, &event->actor};
  const acr__node *level = acr__node_get(event->data, "level");
  if (!level) return acr__reader_missing(r, event->data, "level", "the level to move to, or null for none");
  if (acr__node_kind(level) != ACR_JSON_NULL && !acr__reader_text(r, level, &event->level)) return false;
  for (int i = 0; i < 3; i++) {
    const acr__node *node = acr__node_get(event->data, keys[i]);
    if (node && !acr__reader_text(r, node, slots[i])) return false;
  }
  if (event->reason.len == 0) return acr__reader_missing(r, event->data, "reason", "why the member is moved");
  if (event->actor.len == 0) return acr__reader_missing(r, event->data, "actor", "who moves them");
  return read_outcomes(r, event);
}
