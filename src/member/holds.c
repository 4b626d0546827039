#include "member/holds.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

void acr__holds_free(struct acr__holds *holds) {
  for (uint32_t i = 0; i < holds->open_count; i++)
    free(holds->open[i].lots);
  free(holds->open);
  free(holds->back);
  *holds = (struct acr__holds){0};
}

size_t acr__holds_bytes(const struct acr__holds *holds) {
  size_t bytes = holds->open_count * sizeof *holds->open + holds->back_count * sizeof *holds->back;
  for (uint32_t i = 0; i < holds->open_count; i++)
    bytes += holds->open[i].count * sizeof *holds->open[i].lots;
  return bytes;
}

void acr__holds_open(struct acr__holds *holds, uint64_t seq, acr__digest reference, acr__time until) {
  holds->open = acr__mem_resize(holds->open, ((size_t)holds->open_count + 1) * sizeof *holds->open);
  holds->open[holds->open_count++] = (struct acr__hold){seq, reference, until, NULL, 0};
}

static struct acr__hold *at(const struct acr__holds *holds, uint64_t seq) {
  for (uint32_t i = holds->open_count; i > 0; i--)
    if (holds->open[i - 1].seq == seq) return &holds->open[i - 1];
  return NULL;
}

bool acr__holds_add(struct acr__holds *holds, uint64_t seq, const struct acr__lot *lot) {
  struct acr__hold *hold = at(holds, seq);
  if (!hold) return false;
  hold->lots = acr__mem_resize(hold->lots, ((size_t)hold->count + 1) * sizeof *hold->lots);
  hold->lots[hold->count++] = *lot;
  return true;
}

bool acr__holds_end(struct acr__holds *holds, uint64_t seq) {
  struct acr__hold *hold = at(holds, seq);
  if (!hold) return false;
  free(hold->lots);
  size_t behind = (size_t)(holds->open + holds->open_count - (hold + 1));
  memmove(hold, hold + 1, behind * sizeof *hold);
  holds->open_count--;
  return true;
}

const struct acr__hold *acr__holds_find(const struct acr__holds *holds, acr__digest reference) {
  for (uint32_t i = 0; i < holds->open_count; i++)
    if (memcmp(&holds->open[i].reference, &reference, sizeof reference) == 0) return &holds->open[i];
  return NULL;
}

int64_t acr__holds_points(const struct acr__holds *holds, int account) {
  int64_t points = 0;
  for (uint32_t i = 0; i < holds->open_count; i++)
    for (uint32_t k = 0; k < holds->open[i].count; k++)
      if (holds->open[i].lots[k].account == account) points += holds->open[i].lots[k].remaining;
  return points;
}

acr__time acr__holds_soonest(const struct acr__holds *holds) {
  acr__time soonest = ACR_TIME_MAX;
  for (uint32_t i = 0; i < holds->open_count; i++)
    if (holds->open[i].until < soonest) soonest = holds->open[i].until;
  return soonest;
}

int64_t acr__holds_given_back(const struct acr__holds *holds, uint64_t seq) {
  for (uint32_t i = 0; i < holds->back_count; i++)
    if (holds->back[i].seq == seq) return holds->back[i].points;
  return 0;
}

void acr__holds_give_back(struct acr__holds *holds, uint64_t seq, int64_t points) {
  for (uint32_t i = 0; i < holds->back_count; i++)
    if (holds->back[i].seq == seq) {
      holds->back[i].points += points;
      return;
    }
  holds->back = acr__mem_resize(holds->back, ((size_t)holds->back_count + 1) * sizeof *holds->back);
  holds->back[holds->back_count++] = (struct acr__given_back){seq, points};
}

void acr__holds_merge(struct acr__holds *holds, struct acr__holds *others) {
  size_t count = (size_t)holds->open_count + others->open_count;
  holds->open = acr__mem_resize(holds->open, (count + 1) * sizeof *holds->open);
  for (uint32_t i = 0; i < others->open_count; i++) {
    uint32_t place = holds->open_count++;
    for (; place && holds->open[place - 1].seq > others->open[i].seq; place--)
      holds->open[place] = holds->open[place - 1];
    holds->open[place] = others->open[i];
  }
  others->open_count = 0; // its lots have another owner
  for (uint32_t i = 0; i < others->back_count; i++)
    acr__holds_give_back(holds, others->back[i].seq, others->back[i].points);
  acr__holds_free(others);
}

void acr__holds_encode(const struct acr__holds *holds, acr__buf *out) {
  acr__buf_varu(out, holds->open_count);
  for (uint32_t i = 0; i < holds->open_count; i++) {
    const struct acr__hold *hold = &holds->open[i];
    acr__buf_varu(out, hold->seq);
    acr__buf_put(out, &hold->reference, sizeof hold->reference);
    acr__buf_vari(out, hold->until);
    acr__buf_varu(out, hold->count);
    for (uint32_t k = 0; k < hold->count; k++) {
      const struct acr__lot *lot = &hold->lots[k];
      acr__buf_varu(out, lot->seq);
      acr__buf_vari(out, lot->index);
      acr__buf_vari(out, lot->account);
      acr__buf_vari(out, lot->source);
      acr__buf_vari(out, lot->earned);
      acr__buf_vari(out, lot->expires);
      acr__buf_vari(out, lot->granted);
      acr__buf_vari(out, lot->remaining);
    }
  }
  acr__buf_varu(out, holds->back_count);
  for (uint32_t i = 0; i < holds->back_count; i++) {
    acr__buf_varu(out, holds->back[i].seq);
    acr__buf_vari(out, holds->back[i].points);
  }
}

static void get_bytes(acr__cursor *cur, void *out, size_t n) {
  if ((size_t)(cur->end - cur->ptr) < n) cur->bad = true;
  if (cur->bad) return;
  memcpy(out, cur->ptr, n);
  cur->ptr += n;
}

static bool decode_hold(acr__cursor *cur, struct acr__holds *holds) {
  acr__digest reference = {{0}};
  uint64_t seq = acr__get_varu(cur);
  get_bytes(cur, &reference, sizeof reference);
  acr__time until = acr__get_vari(cur);
  uint64_t count = acr__get_varu(cur);
  if (cur->bad || count > (uint64_t)(cur->end - cur->ptr)) return false;
  acr__holds_open(holds, seq, reference, until);
  for (uint64_t k = 0; k < count && !cur->bad; k++) {
    struct acr__lot lot = {.seq = acr__get_varu(cur)};
    lot.index = acr__get_vari(cur);
    lot.account = acr__get_vari(cur);
    lot.source = acr__get_vari(cur);
    lot.earned = acr__get_vari(cur);
    lot.expires = acr__get_vari(cur);
    lot.granted = acr__get_vari(cur);
    lot.remaining = acr__get_vari(cur);
    if (lot.remaining <= 0 || lot.remaining > lot.granted) return false;
    acr__holds_add(holds, seq, &lot);
  }
  return !cur->bad;
}

bool acr__holds_decode(acr__cursor *cur, struct acr__holds *holds) {
  uint64_t count = acr__get_varu(cur);
  if (cur->bad || count > (uint64_t)(cur->end - cur->ptr)) return false;
  for (uint64_t i = 0; i < count; i++)
    if (!decode_hold(cur, holds)) return false;
  count = acr__get_varu(cur);
  if (cur->bad || count > (uint64_t)(cur->end - cur->ptr)) return false;
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    uint64_t seq = acr__get_varu(cur);
    acr__holds_give_back(holds, seq, acr__get_vari(cur));
  }
  return !cur->bad;
}
