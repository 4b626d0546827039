// The data of a purchase: contract section 6.
#include "base/limits.h"
#include "event/reader.h"

static bool read_categories(struct acr__reader *r, const acr__node *list, const acr__node *single, struct acr__item *item) {
  if (list && acr__node_kind(list) != ACR_JSON_ARRAY)
    return acr__reader_fail(r, "field", list, "found %s, wanted a list of category paths", acr__reader_found(r, list));
  int count = (list ? acr__node_count(list) : 0) + (single ? 1 : 0);
  if (count == 0) return true;
  acr__span *all = ACR__NEW_N(r->arena, acr__span, count);
  int n = 0;
  for (const acr__node *c = list ? acr__node_first(list) : NULL; c; c = acr__node_next(c))
    if (!acr__reader_text(r, c, &all[n++])) return false;
  if (single && !acr__reader_text(r, single, &all[n++])) return false;
  item->categories = all;
  item->category_count = n;
  return true;
}

static bool read_item(struct acr__reader *r, const acr__node *node, bool returned, struct acr__item *item) {
  if (acr__node_kind(node) != ACR_JSON_OBJECT)
    return acr__reader_fail(r, "field", node, "found %s, wanted an item object", acr__reader_found(r, node));
  const acr__node *categories = NULL, *category = NULL;
  item->node = node;
  item->quantity = 1000;
  for (const acr__node *n = acr__node_first(node); n; n = acr__node_next(n)) {
    acr__span key = acr__node_key(n);
    bool ok = true;
    if (acr__span_is(key, "amount")) {
      struct acr__money money = {0};
      ok = acr__reader_money(r, n, &money);
      item->amount = money.value;
      item->has_amount = true;
    } else if (acr__span_is(key, "quantity")) {
      ok = acr__reader_decimal(r, n, 3, r->env->round_decimals, &item->quantity);
    } else if (acr__span_is(key, "sku")) {
      ok = acr__reader_text(r, n, &item->sku);
    } else if (acr__span_is(key, "line")) {
      ok = acr__reader_text(r, n, &item->line);
    } else if (returned && acr__span_is(key, "of_line")) {
      ok = acr__reader_text(r, n, &item->of_line);
    } else if (acr__span_is(key, "categories")) {
      categories = n;
    } else if (acr__span_is(key, "category")) {
      category = n;
    } else if (acr__span_is(key, "context") && acr__node_kind(n) != ACR_JSON_OBJECT) {
      ok = acr__reader_fail(r, "field", n, "found %s, wanted an object", acr__reader_found(r, n));
    }
    if (!ok) return false;
  }
  return read_categories(r, categories, category, item);
}

bool acr__reader_items(struct acr__reader *r, const acr__node *node, struct acr__event *event) {
  if (acr__node_kind(node) != ACR_JSON_ARRAY)
    return acr__reader_fail(r, "field", node, "found %s, wanted a list of items", acr__reader_found(r, node));
  int count = acr__node_count(node);
  if (count > ACR_ITEMS_MAX) return acr__reader_fail(r, "field", node, "found %d items, at most %d are allowed", count, ACR_ITEMS_MAX);
  struct acr__item *items = ACR__NEW_N(r->arena, struct acr__item, count);
  int n = 0;
  for (const acr__node *i = acr__node_first(node); i; i = acr__node_next(i))
    if (!read_item(r, i, event->kind == ACR_EVENT_RETURN, &items[n++])) return false;
  event->items = items;
  event->item_count = count;
  return true;
}

static bool read_payments(struct acr__reader *r, const acr__node *node, struct acr__event *event) {
  if (acr__node_kind(node) != ACR_JSON_ARRAY)
    return acr__reader_fail(r, "field", node, "found %s, wanted a list of payments", acr__reader_found(r, node));
  struct acr__payment *all = ACR__NEW_N(r->arena, struct acr__payment, acr__node_count(node));
  int n = 0;
  for (const acr__node *p = acr__node_first(node); p; p = acr__node_next(p), n++) {
    const acr__node *type = acr__node_get(p, "type"), *amount = acr__node_get(p, "amount");
    struct acr__money money = {0};
    if (acr__node_kind(p) != ACR_JSON_OBJECT)
      return acr__reader_fail(r, "field", p, "found %s, wanted a payment object", acr__reader_found(r, p));
    if (!type) return acr__reader_missing(r, p, "type", "the kind of payment, as \"cash\"");
    if (!acr__reader_text(r, type, &all[n].type) || (amount && !acr__reader_money(r, amount, &money))) return false;
    all[n].amount = money.value;
  }
  event->payments = all;
  event->payment_count = n;
  return true;
}

static acr__span *text_slot(struct acr__event *event, acr__span key) {
  if (acr__span_is(key, "store")) return &event->store;
  if (acr__span_is(key, "channel")) return &event->channel;
  if (acr__span_is(key, "currency")) return &event->currency;
  return acr__span_is(key, "transaction") ? &event->transaction : NULL;
}

static struct acr__money *money_slot(struct acr__event *event, acr__span key) {
  if (acr__span_is(key, "total")) return &event->total;
  if (acr__span_is(key, "subtotal")) return &event->subtotal;
  if (acr__span_is(key, "tax")) return &event->tax;
  return acr__span_is(key, "shipping") ? &event->shipping : NULL;
}

static bool read_member(struct acr__reader *r, const acr__node *n, struct acr__event *event) {
  acr__span key = acr__node_key(n);
  if (acr__span_is(key, "items")) return acr__reader_items(r, n, event);
  if (acr__span_is(key, "payments")) return read_payments(r, n, event);
  acr__span *text = text_slot(event, key);
  if (text) return acr__reader_text(r, n, text);
  struct acr__money *money = money_slot(event, key);
  if (money) return acr__reader_money(r, n, money);
  if (acr__span_is(key, "discounts") && acr__node_kind(n) != ACR_JSON_ARRAY)
    return acr__reader_fail(r, "field", n, "found %s, wanted a list of discounts", acr__reader_found(r, n));
  return true;
}

bool acr__reader_purchase(struct acr__reader *r, struct acr__event *event) {
  for (const acr__node *n = acr__node_first(event->data); n; n = acr__node_next(n))
    if (!read_member(r, n, event)) return false;
  if (!event->total.has) return acr__reader_missing(r, event->data, "total", "what was charged, such as \"12.50\"");
  if (event->transaction.len == 0) event->transaction = event->id;
  return true;
}
