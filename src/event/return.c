// The data of return and purchase.amended (contract 6). What they are about is looked for later: only the ledger knows.
#include "event/reader.h"

static bool read_member(struct acr__reader *r, const acr__node *n, struct acr__event *event) {
  acr__span key = acr__node_key(n);
  acr__json_kind kind = acr__node_kind(n);
  if (acr__span_is(key, "of")) return acr__reader_text(r, n, &event->of);
  if (acr__span_is(key, "items")) return acr__reader_items(r, n, event);
  if (acr__span_is(key, "total")) return acr__reader_money(r, n, &event->total);
  if (acr__span_is(key, "currency")) return acr__reader_text(r, n, &event->currency);
  if (acr__span_is(key, "store")) return acr__reader_text(r, n, &event->store);
  if (acr__span_is(key, "channel")) return acr__reader_text(r, n, &event->channel);
  if (!acr__span_is(key, "reinstate_offers")) return true;
  if (kind != ACR_JSON_TRUE && kind != ACR_JSON_FALSE)
    return acr__reader_fail(r, "field", n, "found %s, wanted true or false", acr__reader_found(r, n));
  event->reinstate_offers = kind == ACR_JSON_TRUE;
  return true;
}

static bool check_item(struct acr__reader *r, const struct acr__item *item) {
  if (item->of_line.len == 0 && item->sku.len == 0 && item->line.len == 0)
    return acr__reader_missing(r, item->node, "of_line", "the line of the purchase, or the `sku`");
  if (item->quantity < 0)
    return acr__reader_fail(r, "field", acr__node_get(item->node, "quantity"), "found less than 0; what comes back is counted upwards");
  if (item->amount < 0)
    return acr__reader_fail(r, "field", acr__node_get(item->node, "amount"), "found less than 0; what is given back is counted upwards");
  return true;
}

bool acr__reader_return(struct acr__reader *r, struct acr__event *event) {
  for (const acr__node *n = acr__node_first(event->data); n; n = acr__node_next(n))
    if (!read_member(r, n, event)) return false;
  if (event->item_count == 0 && !event->total.has)
    return acr__reader_missing(r, event->data, "items", "what comes back, or the `total` that was given back");
  if (event->total.has && event->total.value < 0)
    return acr__reader_fail(r, "field", acr__node_get(event->data, "total"), "found less than 0; what is given back is counted upwards");
  for (int i = 0; i < event->item_count; i++)
    if (!check_item(r, &event->items[i])) return false;
  return true;
}

bool acr__reader_amended(struct acr__reader *r, struct acr__event *event) {
  const acr__node *transaction = acr__node_get(event->data, "transaction");
  if (!transaction) return acr__reader_missing(r, event->data, "transaction", "the purchase that is amended");
  const acr__node *of = acr__node_get(event->data, "of");
  if (!acr__reader_purchase(r, event)) return false;
  event->of = event->transaction;
  return !of || acr__reader_fail(r, "field", of, "a purchase.amended names its purchase as `transaction`");
}
