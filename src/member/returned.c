#include "member/returned.h"
#include "base/mem.h"
#include <string.h>

static uint32_t lower(const struct acr__returned_list *list, uint64_t seq) {
  uint32_t low = 0, high = list->count;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (list->all[mid].seq < seq)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

uint64_t acr__returned_last(const struct acr__returned_list *list, uint64_t seq) {
  uint32_t at = lower(list, seq);
  return at < list->count && list->all[at].seq == seq ? list->all[at].last : 0;
}

void acr__returned_set(struct acr__returned_list *list, uint64_t seq, uint64_t last) {
  uint32_t at = lower(list, seq);
  if (at == list->count || list->all[at].seq != seq) {
    list->all = acr__mem_resize(list->all, ((size_t)list->count + 1) * sizeof *list->all);
    memmove(list->all + at + 1, list->all + at, (list->count - at) * sizeof *list->all);
    list->count++;
  }
  list->all[at] = (struct acr__returned){seq, last};
}

void acr__returned_encode(const struct acr__returned_list *list, acr__buf *out) {
  acr__buf_varu(out, list->count);
  for (uint32_t i = 0; i < list->count; i++) {
    acr__buf_varu(out, list->all[i].seq);
    acr__buf_varu(out, list->all[i].last);
  }
}

void acr__returned_decode(acr__cursor *cur, struct acr__returned_list *list) {
  uint64_t count = acr__get_varu(cur);
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    uint64_t seq = acr__get_varu(cur), last = acr__get_varu(cur);
    if (!cur->bad) acr__returned_set(list, seq, last);
  }
}
