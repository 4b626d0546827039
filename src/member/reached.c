#include "member/reached.h"
#include "base/mem.h"

static bool same(const struct acr__reached_key *a, const struct acr__reached_key *b) {
  return a->rule == b->rule && a->level == b->level && a->behavior == b->behavior && a->family == b->family && a->series == b->series;
}

const struct acr__reached *acr__reached_find(const struct acr__reached_list *list, const struct acr__reached_key *key, acr__time from,
                                             bool *met) {
  *met = false;
  for (uint32_t i = 0; i < list->count; i++) {
    if (!same(&list->all[i].key, key)) continue;
    if (list->all[i].from == from) return &list->all[i];
    *met = *met || list->all[i].from < from;
  }
  return NULL;
}

void acr__reached_set(struct acr__reached_list *list, const struct acr__reached *reached) {
  bool met;
  struct acr__reached *found = (struct acr__reached *)acr__reached_find(list, &reached->key, reached->from, &met);
  if (!found) {
    list->all = acr__mem_resize(list->all, (list->count + 1) * sizeof *list->all);
    found = &list->all[list->count++];
  }
  *found = *reached;
}

void acr__reached_encode(const struct acr__reached_list *list, acr__buf *out) {
  acr__buf_varu(out, list->count);
  for (uint32_t i = 0; i < list->count; i++) {
    const struct acr__reached *r = &list->all[i];
    acr__buf_vari(out, r->key.family);
    acr__buf_vari(out, r->key.behavior);
    acr__buf_vari(out, r->key.level);
    acr__buf_vari(out, r->key.rule);
    acr__buf_varu(out, r->key.series);
    acr__buf_vari(out, r->from);
    acr__buf_vari(out, r->value);
  }
}

void acr__reached_decode(acr__cursor *cur, struct acr__reached_list *list) {
  uint64_t count = acr__get_varu(cur);
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    struct acr__reached r;
    r.key.family = (int32_t)acr__get_vari(cur);
    r.key.behavior = (int32_t)acr__get_vari(cur);
    r.key.level = (int32_t)acr__get_vari(cur);
    r.key.rule = (int32_t)acr__get_vari(cur);
    r.key.series = (uint32_t)acr__get_varu(cur);
    r.from = acr__get_vari(cur);
    r.value = acr__get_vari(cur);
    if (!cur->bad) acr__reached_set(list, &r);
  }
}
