// What a purchase comes to.
#include "base/num.h"
#include "event/event.h"

bool acr__event_amount(const struct acr__event *event, const uint8_t *counts, acr__amount_basis basis, bool narrowed, int64_t *out) {
  bool priced = false;
  for (int i = 0; i < event->item_count && !priced; i++) priced = event->items[i].has_amount;
  bool lines = narrowed || (priced && (basis == ACR_BASIS_NET || (basis == ACR_BASIS_SUBTOTAL && !event->subtotal.has)));
  if (!lines) {
    *out = basis != ACR_BASIS_TOTAL && event->subtotal.has ? event->subtotal.value : event->total.value;
    return true;
  }
  int64_t sum = 0;
  for (int i = 0; i < event->item_count; i++) {
    if ((!counts || counts[i]) && !acr__add(sum, event->items[i].amount, &sum)) return false;
  }
  *out = sum;
  return true;
}
