// What is left of a purchase: lines, amounts and totals, return by return (contract 6, the matching of lines).
#include "base/decimal.h"
#include "engine/returned.h"
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

void acr__stand_begin(acr__arena *arena, const struct acr__event *base, struct acr__stand *out) {
  *out = (struct acr__stand){.base = base, .total = base->total.value, .subtotal = base->subtotal.value};
  out->quantities = ACR__NEW_N(arena, int64_t, base->item_count + 1);
  out->amounts = ACR__NEW_N(arena, int64_t, base->item_count + 1);
  for (int i = 0; i < base->item_count; i++) {
    out->quantities[i] = base->items[i].quantity;
    out->amounts[i] = base->items[i].amount;
  }
}

static bool refuse(struct acr__reject *reject, const char *code, char *message, char *path) {
  *reject = (struct acr__reject){code, message, path, 0, 0};
  return false;
}

// ---- which lines a returned item is about

static bool is_named(const struct acr__item *line, const struct acr__item *item) {
  if (item->of_line.len) return acr__span_eq(line->line, item->of_line);
  return item->sku.len ? acr__span_eq(line->sku, item->sku) : acr__span_eq(line->line, item->line);
}

static bool same_price(const struct acr__item *line, const struct acr__item *item) {
  return item->has_amount && (wide)line->amount * item->quantity == (wide)item->amount * line->quantity;
}

// Those of its own unit amount first, then the others, each in order; returns their number.
static int candidates(const struct acr__event *base, const struct acr__item *item, int *out) {
  int count = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < base->item_count; i++)
      if (is_named(&base->items[i], item) && same_price(&base->items[i], item) == (pass == 0)) out[count++] = i;
  return count;
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

// What a line's amount falls by when `taken` of its quantity goes: in proportion, the last piece takes the rest.
static int64_t share(const struct acr__stand *stand, int line, int64_t taken) {
  int64_t left = stand->quantities[line], amount = stand->amounts[line];
  return taken == left ? amount : (int64_t)((wide)amount * taken / left);
}

// Returns what the lines' amounts fell by in all.
static int64_t take_lines(struct acr__stand *stand, const struct acr__item *item, const int *lines, int count) {
  int64_t need = item->quantity, money = item->amount, sum = 0;
  for (int i = 0; i < count && (need > 0 || (i == 0 && item->quantity == 0)); i++) {
    int line = lines[i];
    int64_t taken = least(stand->quantities[line], need), amount;
    if (taken <= 0 && item->quantity) continue;
    if (!item->has_amount)
      amount = taken ? share(stand, line, taken) : 0;
    else
      amount = least(taken == need ? money : (int64_t)((wide)item->amount * taken / item->quantity), stand->amounts[line]);
    if (item->has_amount) money -= amount;
    stand->quantities[line] -= taken;
    stand->amounts[line] -= amount;
    need -= taken;
    sum += amount;
  }
  return sum;
}

// Thousandths, as people write them: 2, 0.5.
static char *quantity_text(acr__arena *arena, int64_t quantity) {
  char text[32];
  int len = acr__decimal_format(quantity, 3, text);
  while (text[len - 1] == '0')
    len--;
  return acr__arena_printf(arena, "%.*s", text[len - 1] == '.' ? len - 1 : len, text);
}

static bool take_item(struct acr__stand *stand, acr__arena *arena, const struct acr__item *item, int number, int64_t *sum,
                      struct acr__reject *reject) {
  const struct acr__event *base = stand->base;
  int *lines = ACR__NEW_N(arena, int, base->item_count + 1), count = candidates(base, item, lines);
  const char *what = item->of_line.len ? item->of_line.ptr : item->sku.len ? item->sku.ptr : item->line.ptr;
  int64_t left = 0;
  if (count == 0)
    return refuse(reject, "item_unknown", acr__arena_printf(arena, "the purchase has no line \"%.80s\"", what),
                  acr__arena_printf(arena, "$.data.items[%d]", number));
  for (int i = 0; i < count; i++)
    left += stand->quantities[lines[i]] > 0 ? stand->quantities[lines[i]] : 0;
  if (item->quantity > left)
    return refuse(reject, "already_returned",
                  acr__arena_printf(arena, "of line \"%.80s\" of the purchase %s are left, %s came back", what, quantity_text(arena, left),
                                    quantity_text(arena, item->quantity)),
                  acr__arena_printf(arena, "$.data.items[%d]", number));
  *sum += take_lines(stand, item, lines, count);
  return true;
}

// ---- a total without items

struct rest {
  int line;
  wide rest;
};

static int larger_rest(const void *a, const void *b) {
  const struct rest *x = a, *y = b;
  if (x->rest != y->rest) return x->rest > y->rest ? -1 : 1;
  return x->line - y->line;
}

// In proportion to what is left of the lines, cut, and what is missing by ones to the largest remainders.
static int64_t spread(struct acr__stand *stand, acr__arena *arena, int64_t total) {
  const struct acr__event *base = stand->base;
  int64_t all = 0, given = 0;
  int count = 0;
  struct rest *rests = ACR__NEW_N(arena, struct rest, base->item_count + 1);
  for (int i = 0; i < base->item_count; i++)
    all += stand->amounts[i] > 0 ? stand->amounts[i] : 0;
  if (all == 0) return 0;
  int64_t wanted = total == stand->total ? all : least(total, all); // all of it is all of every line
  for (int i = 0; i < base->item_count; i++) {
    if (stand->amounts[i] <= 0) continue;
    wide product = (wide)stand->amounts[i] * wanted;
    rests[count++] = (struct rest){i, product % all};
    stand->amounts[i] -= (int64_t)(product / all);
    given += (int64_t)(product / all);
  }
  qsort(rests, (size_t)count, sizeof *rests, larger_rest);
  for (int k = 0; given < wanted; k++, given++)
    stand->amounts[rests[k].line]--;
  return wanted;
}

bool acr__stand_take(struct acr__stand *stand, acr__arena *arena, const struct acr__event *returned, struct acr__reject *reject) {
  int64_t sum = 0;
  stand->touched = true;
  if (returned->item_count == 0) {
    if (returned->total.value > stand->total || stand->total <= 0)
      return refuse(reject, "already_returned", acr__arena_printf(arena, "less is left of the purchase than is given back"),
                    "$.data.total");
    sum = spread(stand, arena, returned->total.value);
  }
  for (int i = 0; i < returned->item_count; i++)
    if (!take_item(stand, arena, &returned->items[i], i, &sum, reject)) return false;
  int64_t total = returned->total.has ? returned->total.value : sum;
  stand->total = stand->total > total ? stand->total - total : 0;
  stand->subtotal = stand->subtotal > sum ? stand->subtotal - sum : 0;
  return true;
}

// ---- as an event

static bool is_left(const struct acr__stand *stand, int line) {
  const struct acr__item *item = &stand->base->items[line];
  return !(item->quantity && !stand->quantities[line]) && !(item->amount && !stand->amounts[line]);
}

// Domain N1: what nobody has any more and nobody paid for is no purchase. A present that came with it is not what is left.
static bool is_gone(const struct acr__stand *stand) {
  bool priced = false, left = false, paid = false;
  if (!stand->touched) return false;
  for (int i = 0; i < stand->base->item_count; i++) {
    priced = priced || stand->base->items[i].amount > 0;
    left = left || is_left(stand, i);
    paid = paid || (is_left(stand, i) && stand->amounts[i] > 0);
  }
  if (stand->base->item_count == 0) return stand->total <= 0;
  return priced ? !paid : !left;
}

const struct acr__event *acr__stand_event(const struct acr__stand *stand, acr__arena *arena, const struct acr__event *original) {
  if (stand->voided || (original->kind == ACR_EVENT_PURCHASE && is_gone(stand))) return NULL;
  if (!stand->touched) return original;
  struct acr__event *out = ACR__NEW(arena, struct acr__event);
  struct acr__item *items = ACR__NEW_N(arena, struct acr__item, stand->base->item_count + 1);
  *out = *stand->base;
  out->kind = original->kind;
  out->id = original->id;
  out->source = original->source;
  out->type = original->type;
  out->time = original->time;
  out->items = items;
  out->item_count = 0;
  for (int i = 0; i < stand->base->item_count; i++) {
    if (!is_left(stand, i)) continue;
    items[out->item_count] = stand->base->items[i];
    items[out->item_count].quantity = stand->quantities[i];
    items[out->item_count++].amount = stand->amounts[i];
  }
  out->total.value = stand->total;
  out->subtotal.value = stand->subtotal;
  return out;
}
