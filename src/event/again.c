// A purchase out of the line of a record. Its grammar, its encoding, its keys and its digests were checked when it was accepted;
// what is left is to find its values, in one pass and without a tree. Only what has no place in the event becomes nodes, so that
// templates find it. Whatever is not plain (escapes, payments, values of another kind) is left to the general reader.
#include "base/decimal.h"
#include "base/limits.h"
#include "event/sparse.h"
#include "json/plain.h"

enum { SLACK = 16, ITEMS_FIRST = 8 }; // acr__plain_before reads so far

struct scan {
  acr__arena *arena;
  const struct acr__event_env *env;
  struct acr__event *event;
  struct acr__sparse *sparse;
  struct acr__item *items;
  int item_cap;
  char *at; // in a copy with zeros behind it
  acr__span version, time;
  acr__node *data;
};

typedef bool read_member(struct scan *s, acr__span key, void *into);

static inline void space(struct scan *s) {
  while (*s->at == ' ' || *s->at == '\t' || *s->at == '\r' || *s->at == '\n')
    s->at++;
}

static inline bool string(struct scan *s, acr__span *out) {
  char *start = s->at + 1, *end = start;
  if (*s->at != '"') return false;
  end += acr__plain_before(end);
  while ((unsigned char)*end >= 0x80) {
    end++;
    end += acr__plain_before(end);
  }
  if (*end != '"') return false;
  *end = '\0';
  *out = (acr__span){start, (size_t)(end - start)};
  s->at = end + 1;
  return true;
}

static bool text(struct scan *s, acr__span *out) {
  return string(s, out) && out->len > 0 && out->len <= ACR_TEXT_BYTES_MAX;
}

static bool number(struct scan *s, acr__span *out) {
  char *start = s->at;
  while ((*s->at >= '0' && *s->at <= '9') || *s->at == '-' || *s->at == '+' || *s->at == '.' || *s->at == 'e' || *s->at == 'E')
    s->at++;
  *out = (acr__span){start, (size_t)(s->at - start)};
  return out->len > 0;
}

static bool decimal(struct scan *s, int scale, int64_t *out) {
  acr__span digits;
  if (!(*s->at == '"' ? string(s, &digits) : number(s, &digits))) return false;
  return (s->env->round_decimals ? acr__decimal_parse_round(digits, scale, out) : acr__decimal_parse(digits, scale, out)) == ACR_DECIMAL_OK;
}

static bool money(struct scan *s, struct acr__money *out) {
  return out->has = decimal(s, s->env->currency_scale, &out->value);
}

static inline bool object(struct scan *s, read_member *member, void *into) {
  acr__span key;
  if (*s->at++ != '{') return false;
  space(s);
  if (*s->at == '}') return s->at++, true;
  while (true) {
    if (!string(s, &key)) return false;
    space(s);
    if (*s->at++ != ':') return false;
    space(s);
    if (!member(s, key, into)) return false;
    space(s);
    char next = *s->at++;
    if (next != ',') return next == '}';
    space(s);
  }
}

// ---- what has no place in the event

static bool other(struct scan *s, acr__span key, void *into) {
  static const acr__span words[] = {
      [ACR_JSON_NULL] = ACR__SPAN_LIT("null"), [ACR_JSON_FALSE] = ACR__SPAN_LIT("false"), [ACR_JSON_TRUE] = ACR__SPAN_LIT("true")};
  acr__json_kind kind = *s->at == '"' ? ACR_JSON_STRING : *s->at == 't' ? ACR_JSON_TRUE : *s->at == 'f' ? ACR_JSON_FALSE : ACR_JSON_NULL;
  acr__span value;
  acr__node **parent = into;
  if (kind == ACR_JSON_STRING) {
    if (!string(s, &value)) return false;
  } else if (number(s, &value)) {
    kind = ACR_JSON_NUMBER;
    value = acr__arena_span(s->arena, value); // nothing ends it in the line
  } else {
    value = words[kind];
    if (strncmp(s->at, value.ptr, value.len) != 0) return false;
    s->at += value.len;
  }
  if (!*parent) *parent = acr__node_new(s->arena, ACR_JSON_OBJECT, (acr__span){NULL, 0}, (acr__span){NULL, 0});
  acr__node_add(*parent, acr__node_new(s->arena, kind, key, value));
  return true;
}

static bool context(struct scan *s, acr__span key, acr__node **parent, const acr__node **out) {
  acr__node *own = acr__node_new(s->arena, ACR_JSON_OBJECT, key, (acr__span){NULL, 0});
  if (!*parent) *parent = acr__node_new(s->arena, ACR_JSON_OBJECT, (acr__span){NULL, 0}, (acr__span){NULL, 0});
  acr__node_add(*parent, own);
  if (out) *out = own;
  return object(s, other, &own);
}

// ---- items

static bool categories(struct scan *s, struct acr__item *item) {
  enum { ENTRIES_MAX = 64 };
  acr__span found[ENTRIES_MAX];
  int count = 0;
  if (*s->at++ != '[' || item->category_count) return false;
  space(s);
  while (*s->at != ']' || count) {
    if (count == ENTRIES_MAX || !text(s, &found[count++])) return false;
    space(s);
    if (*s->at != ',') break;
    s->at++;
    space(s);
  }
  if (*s->at++ != ']') return false;
  acr__span *all = acr__arena_alloc(s->arena, (size_t)(count + 1) * sizeof *all);
  memcpy(all, found, (size_t)count * sizeof *all);
  item->categories = count ? all : NULL;
  item->category_count = count;
  return true;
}

struct item_reading {
  struct acr__item *item;
  acr__node *node;
  acr__span category;
};

static bool item_member(struct scan *s, acr__span key, void *into) {
  struct item_reading *r = into;
  struct acr__item *item = r->item;
  switch (key.len) {
  case 3:
    if (acr__span_is(key, "sku")) return text(s, &item->sku);
    break;
  case 4:
    if (acr__span_is(key, "line")) return text(s, &item->line);
    break;
  case 6:
    if (acr__span_is(key, "amount")) return item->has_amount = decimal(s, s->env->currency_scale, &item->amount);
    break;
  case 7:
    if (acr__span_is(key, "context")) return context(s, key, &r->node, NULL);
    break;
  case 8:
    if (acr__span_is(key, "quantity")) return decimal(s, 3, &item->quantity);
    if (acr__span_is(key, "category")) return text(s, &r->category);
    break;
  case 10:
    if (acr__span_is(key, "categories")) return categories(s, item);
    break;
  default:
    break;
  }
  return other(s, key, &r->node);
}

static bool read_item(struct scan *s) {
  struct acr__event *event = s->event;
  if (event->item_count == ACR_ITEMS_MAX) return false;
  if (event->item_count == s->item_cap) {
    struct acr__item *before = s->items;
    s->item_cap = s->item_cap ? s->item_cap * 2 : ITEMS_FIRST;
    s->items = acr__arena_alloc(s->arena, (size_t)s->item_cap * sizeof *s->items);
    if (before) memcpy(s->items, before, (size_t)event->item_count * sizeof *before);
  }
  struct item_reading r = {.item = &s->items[event->item_count++]};
  *r.item = (struct acr__item){.quantity = 1000, .sparse = s->sparse};
  if (!object(s, item_member, &r)) return false;
  r.item->node = r.node;
  if (!r.category.len) return true;
  acr__span *all = acr__arena_alloc(s->arena, ((size_t)r.item->category_count + 1) * sizeof *all);
  if (r.item->category_count) memcpy(all, r.item->categories, (size_t)r.item->category_count * sizeof *all);
  all[r.item->category_count++] = r.category;
  r.item->categories = all;
  return true;
}

static bool items(struct scan *s) {
  if (*s->at++ != '[') return false;
  space(s);
  while (*s->at != ']' || s->event->item_count) {
    if (!read_item(s)) return false;
    space(s);
    if (*s->at != ',') break;
    s->at++;
    space(s);
  }
  return *s->at++ == ']';
}

// ---- data and envelope

static bool data_member(struct scan *s, acr__span key, void *into) {
  struct acr__event *event = s->event;
  (void)into;
  switch (key.len) {
  case 3:
    if (acr__span_is(key, "tax")) return money(s, &event->tax);
    break;
  case 5:
    if (acr__span_is(key, "total")) return money(s, &event->total);
    if (acr__span_is(key, "store")) return text(s, &event->store);
    if (acr__span_is(key, "items")) return items(s);
    break;
  case 7:
    if (acr__span_is(key, "channel")) return text(s, &event->channel);
    if (acr__span_is(key, "context")) return context(s, key, &s->data, &event->context);
    break;
  case 8:
    if (acr__span_is(key, "currency")) return text(s, &event->currency);
    if (acr__span_is(key, "subtotal")) return money(s, &event->subtotal);
    if (acr__span_is(key, "shipping")) return money(s, &event->shipping);
    if (acr__span_is(key, "payments")) return false;
    break;
  case 9:
    if (acr__span_is(key, "discounts")) return false;
    break;
  case 11:
    if (acr__span_is(key, "transaction")) return text(s, &event->transaction);
    break;
  default:
    break;
  }
  return other(s, key, &s->data);
}

static bool envelope_member(struct scan *s, acr__span key, void *into) {
  struct acr__event *event = s->event;
  switch (key.len) {
  case 2:
    if (acr__span_is(key, "id")) return text(s, &event->id);
    break;
  case 4:
    if (acr__span_is(key, "type")) return text(s, &event->type);
    if (acr__span_is(key, "time")) return text(s, &s->time);
    if (acr__span_is(key, "data")) return *(bool *)into = object(s, data_member, NULL);
    break;
  case 6:
    if (acr__span_is(key, "source")) return text(s, &event->source);
    break;
  case 7:
    if (acr__span_is(key, "subject")) return text(s, &event->subject);
    break;
  case 11:
    if (acr__span_is(key, "specversion")) return text(s, &s->version);
    break;
  default:
    break;
  }
  acr__node *unasked = NULL; // extensions of CloudEvents
  return other(s, key, &unasked);
}

static bool envelope_good(const struct scan *s) {
  const struct acr__event *event = s->event;
  return acr__span_is(s->version, "1.0") && event->id.len && event->source.len && event->subject.len && event->total.has &&
         event->type.len && acr__event_kind_of(event->type) == ACR_EVENT_PURCHASE && !acr__span_is(event->source, "accrue") &&
         !acr__span_starts(event->subject, ACR_ERASED_ID);
}

struct acr__event *acr__event_again(acr__arena *arena, acr__span line, const struct acr__event_env *env) {
  struct scan s = {.arena = arena, .env = env, .event = ACR__NEW(arena, struct acr__event), .sparse = ACR__NEW(arena, struct acr__sparse)};
  struct acr__event *event = s.event;
  char *copy = acr__arena_alloc(arena, line.len + SLACK);
  bool data = false;
  memcpy(copy, line.ptr, line.len);
  memset(copy + line.len, 0, SLACK);
  s.at = copy;
  space(&s);
  if (!env->id_digest || !object(&s, envelope_member, &data) || !data || !envelope_good(&s)) return NULL;
  space(&s);
  if (s.at != copy + line.len) return NULL;
  event->time = env->now;
  event->has_time = s.time.ptr != NULL;
  if (event->has_time && (!acr__time_parse(s.time, &event->time) || event->time > env->latest)) return NULL;
  *s.sparse = (struct acr__sparse){.arena = arena, .line = line, .event = event, .items = s.items};
  event->sparse = s.sparse;
  event->kind = ACR_EVENT_PURCHASE;
  event->quantity = 1000;
  event->joined = event->until = ACR_TIME_NONE;
  event->data = s.data;
  event->items = s.items;
  if (event->transaction.len == 0) event->transaction = event->id;
  if (env->key) event->transaction_digest = acr__event_transaction(env->key, event->source, event->transaction);
  event->id_digest = *env->id_digest;
  event->content_digest = *env->content_digest;
  return event;
}

// ---- the tree after all

bool acr__sparse_lacks(acr__span key) {
  static const acr__span names[] = {
      ACR__SPAN_LIT("sku"),      ACR__SPAN_LIT("tax"),      ACR__SPAN_LIT("line"),       ACR__SPAN_LIT("total"),
      ACR__SPAN_LIT("store"),    ACR__SPAN_LIT("items"),    ACR__SPAN_LIT("amount"),     ACR__SPAN_LIT("channel"),
      ACR__SPAN_LIT("context"),  ACR__SPAN_LIT("quantity"), ACR__SPAN_LIT("category"),   ACR__SPAN_LIT("currency"),
      ACR__SPAN_LIT("subtotal"), ACR__SPAN_LIT("shipping"), ACR__SPAN_LIT("categories"), ACR__SPAN_LIT("transaction")};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (acr__span_eq(names[i], key)) return true;
  return false;
}

void acr__sparse_whole(const struct acr__sparse *sparse) {
  struct acr__sparse *own = (struct acr__sparse *)sparse;
  struct acr__event *event = own->event;
  struct acr__json_limits limits = {0, own->line.len};
  struct acr__json_fault fault;
  if (own->whole) return;
  own->whole = true;
  event->json = acr__json_parse(own->arena, own->line, &limits, &fault);
  if (!event->json) return; // it was read before, so it can be
  event->data = acr__node_get(acr__json_root(event->json), "data");
  event->context = acr__node_get(event->data, "context");
  const acr__node *node = acr__node_first(acr__node_get(event->data, "items"));
  for (int i = 0; i < event->item_count; i++, node = acr__node_next(node))
    own->items[i].node = node;
}

void acr__event_whole(const struct acr__event *event) {
  if (event->sparse) acr__sparse_whole(event->sparse);
}
