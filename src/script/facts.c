// Facts, items, payments and contexts: fields are read through C when a plugin asks, never copied into tables.
#include "script/host.h"

enum field {
  F_TYPE = 1, F_ID, F_TIME, F_CONTEXT, F_TRANSACTION, F_STORE, F_STORE_GROUPS, F_CHANNEL, F_CURRENCY, F_TOTAL, F_SUBTOTAL, F_TAX,
  F_SHIPPING, F_AMOUNT, F_ITEMS, F_ALL_ITEMS, F_PAYMENTS, F_DISCOUNTS, F_SYMBOL, F_QUANTITY, F_POINTS, F_ACCOUNT, F_POINT_SOURCE,
  F_REASON, F_JOINED, F_BIRTHDAY, F_TIMEZONE, F_ATTRIBUTES, F_TAGS, F_AUDIENCES, F_LEVELS, F_LEVEL, F_LEVEL_SINCE, F_LEVEL_ORDER, F_LINKS,
  F_OFFERS, F_OFFERS_REDEEMED, F_OFFERS_EXPIRED,
  F_LINE, F_SKU, F_CATEGORIES, F_LOCAL_TIME, F_BASE_POINTS,
};

struct named { const char *name; enum field field; };

#define COMMON {"type", F_TYPE}, {"id", F_ID}, {"time", F_TIME}, {"context", F_CONTEXT}
static const struct named purchase_fields[] = {
  COMMON, {"transaction", F_TRANSACTION}, {"store", F_STORE}, {"store_groups", F_STORE_GROUPS}, {"channel", F_CHANNEL},
  {"currency", F_CURRENCY}, {"total", F_TOTAL}, {"subtotal", F_SUBTOTAL}, {"tax", F_TAX}, {"shipping", F_SHIPPING},
  {"amount", F_AMOUNT}, {"items", F_ITEMS}, {"all_items", F_ALL_ITEMS}, {"payments", F_PAYMENTS}, {"discounts", F_DISCOUNTS},
  {"local_time", F_LOCAL_TIME}, {"base_points", F_BASE_POINTS}, {NULL, 0}};
static const struct named custom_fields[] = {
  COMMON, {"local_time", F_LOCAL_TIME}, {"symbol", F_SYMBOL}, {"quantity", F_QUANTITY}, {NULL, 0}};
static const struct named points_fields[] = {
  COMMON, {"local_time", F_LOCAL_TIME}, {"points", F_POINTS}, {"account", F_ACCOUNT}, {"point_source", F_POINT_SOURCE},
  {"reason", F_REASON}, {NULL, 0}};
static const struct named balance_fields[] = {COMMON, {"points", F_POINTS}, {"account", F_ACCOUNT}, {NULL, 0}};
static const struct named member_fields[] = {
  COMMON, {"joined", F_JOINED}, {"birthday", F_BIRTHDAY}, {"timezone", F_TIMEZONE}, {"attributes", F_ATTRIBUTES}, {"tags", F_TAGS},
  {"audiences", F_AUDIENCES}, {"levels", F_LEVELS}, {"level", F_LEVEL}, {"level_since", F_LEVEL_SINCE},
  {"level_order", F_LEVEL_ORDER}, {"links", F_LINKS}, {"offers", F_OFFERS}, {"offers_redeemed", F_OFFERS_REDEEMED},
  {"offers_expired", F_OFFERS_EXPIRED}, {NULL, 0}};
static const struct named item_fields[] = {
  {"line", F_LINE}, {"sku", F_SKU}, {"categories", F_CATEGORIES}, {"quantity", F_QUANTITY}, {"amount", F_AMOUNT},
  {"context", F_CONTEXT}, {NULL, 0}};
static const struct named payment_fields[] = {{"type", F_TYPE}, {"amount", F_AMOUNT}, {NULL, 0}};

static const struct { const char *name, *type; const struct named *fields; } kinds[ACR_FACT_KINDS] = {
  [ACR_FACT_PURCHASE] = {"purchase", "purchase", purchase_fields}, [ACR_FACT_CUSTOM] = {"event", "", custom_fields},
  [ACR_FACT_POINTS] = {"points movement", "points", points_fields}, [ACR_FACT_BALANCE] = {"balance", "balance", balance_fields},
  [ACR_FACT_MEMBER] = {"member", "member", member_fields}};

static struct acr__plain plain_money(struct acr__money money) {
  return money.has ? acr__plain_integer(money.value) : (struct acr__plain){.tag = ACR_PLAIN_NIL};
}

bool acr__plain_fact(const struct acr__fact *fact, int field, struct acr__plain *out) {
  const struct acr__event *event = fact->event;
  switch ((enum field)field) {
  case F_TYPE: // `order` and `transaction` are purchases too
    *out = acr__plain_text(fact->kind == ACR_FACT_CUSTOM ? event->type : acr__span_of(kinds[fact->kind].type));
    break;
  case F_ID: *out = acr__plain_text(fact->kind == ACR_FACT_MEMBER ? fact->member->id : event ? event->id : (acr__span){0}); break;
  case F_TIME: *out = (struct acr__plain){.tag = ACR_PLAIN_TIME}; break;
  case F_LOCAL_TIME: *out = (struct acr__plain){.tag = ACR_PLAIN_LOCAL_TIME}; break;
  case F_CONTEXT: *out = (struct acr__plain){.tag = ACR_PLAIN_CONTEXT, .i = 0}; break;
  case F_SYMBOL: *out = acr__plain_text(event->type); break;
  case F_QUANTITY: *out = acr__plain_integer(event->quantity); break;
  case F_POINTS: *out = acr__plain_integer(fact->points); break;
  case F_ACCOUNT: *out = acr__plain_text(fact->account); break;
  case F_POINT_SOURCE: *out = acr__plain_text(fact->point_source); break;
  case F_REASON: *out = acr__plain_text(fact->reason); break;
  case F_TRANSACTION: *out = acr__plain_text(event->transaction); break;
  case F_STORE: *out = acr__plain_text(event->store); break;
  case F_CHANNEL: *out = acr__plain_text(event->channel); break;
  case F_CURRENCY: *out = acr__plain_text(event->currency); break;
  case F_TOTAL: *out = plain_money(event->total); break;
  case F_SUBTOTAL: *out = plain_money(event->subtotal); break;
  case F_TAX: *out = plain_money(event->tax); break;
  case F_SHIPPING: *out = plain_money(event->shipping); break;
  case F_AMOUNT: *out = acr__plain_integer(fact->amount); break;
  default: return false;
  }
  return true;
}

bool acr__plain_item(const struct acr__fact *fact, int index, int field, struct acr__plain *out) {
  const struct acr__item *item = &fact->event->items[index];
  switch ((enum field)field) {
  case F_LINE: *out = acr__plain_text(item->line); break;
  case F_SKU: *out = acr__plain_text(item->sku); break;
  case F_QUANTITY: *out = acr__plain_integer(item->quantity); break;
  case F_AMOUNT: *out = plain_money((struct acr__money){item->has_amount, item->amount}); break;
  case F_CONTEXT: *out = (struct acr__plain){.tag = ACR_PLAIN_CONTEXT, .i = index + 1}; break;
  default: return false;
  }
  return true;
}

bool acr__plain_declared(const struct acr__field *field, const struct acr__field_value *value, struct acr__plain *out) {
  *out = (struct acr__plain){.tag = ACR_PLAIN_NIL};
  if (!value->present) return true;
  switch (field->type) {
  case ACR_FIELD_TEXT:
  case ACR_FIELD_CHOICE: *out = acr__plain_text(value->text.ptr ? value->text : ACR__SPAN_LIT("")); break;
  case ACR_FIELD_BOOLEAN: *out = acr__plain_boolean(value->i != 0); break;
  case ACR_FIELD_DATE: return false;
  default: *out = acr__plain_integer(value->i);
  }
  return true;
}

static void push_plain(lua_State *L, acr__script *script, const struct acr__fact *fact, const struct acr__plain *value) {
  switch (value->tag) {
  case ACR_PLAIN_FALSE:
  case ACR_PLAIN_TRUE: lua_pushboolean(L, value->tag == ACR_PLAIN_TRUE); break;
  case ACR_PLAIN_INTEGER: lua_pushinteger(L, value->i); break;
  case ACR_PLAIN_TEXT: acr__push_span(L, (acr__span){value->text, value->len}); break;
  case ACR_PLAIN_TIME: acr__push_time(L, fact->time, fact->zone); break;
  case ACR_PLAIN_LOCAL_TIME: acr__push_time(L, fact->time, fact->place ? fact->place : fact->zone); break;
  case ACR_PLAIN_CONTEXT: acr__push_view(L, script, ACR_UD_CONTEXT, (int)value->i); break;
  default: lua_pushnil(L);
  }
}

static void push_declared(lua_State *L, const struct acr__field *field, const struct acr__field_value *value) {
  struct acr__plain plain;
  if (acr__plain_declared(field, value, &plain)) push_plain(L, NULL, NULL, &plain);
  else acr__push_date(L, acr__date_of((int32_t)value->i));
}

static void push_text(lua_State *L, acr__span text) {
  if (text.ptr) acr__push_span(L, text);
  else lua_pushnil(L);
}

// The receipt's discounts as a list of records of texts: they say why, the amounts are already net of them.
static void push_discounts(lua_State *L, const struct acr__event *event) {
  lua_newtable(L);
  const acr__node *list = event->data ? acr__node_get(event->data, "discounts") : NULL;
  lua_Integer n = 0;
  for (const acr__node *node = acr__node_first(list); node; node = acr__node_next(node)) {
    acr__charge(L, 10);
    lua_newtable(L);
    for (const acr__node *field = acr__node_first(node); field; field = acr__node_next(field)) {
      acr__json_kind kind = acr__node_kind(field);
      if (acr__node_kind(node) != ACR_JSON_OBJECT || kind == ACR_JSON_ARRAY || kind == ACR_JSON_OBJECT) continue;
      acr__push_span(L, acr__node_key(field));
      acr__push_span(L, acr__node_text(field));
      lua_rawset(L, -3);
    }
    lua_rawseti(L, -2, ++n);
  }
}

static void push_purchase(lua_State *L, acr__script *script, const struct acr__fact *fact, enum field field) {
  switch (field) {
  case F_STORE_GROUPS: acr__push_view(L, script, ACR_UD_GROUPS, 0); break;
  case F_ITEMS: acr__push_view(L, script, ACR_UD_ITEMS, 0); break;
  case F_ALL_ITEMS: acr__push_view(L, script, ACR_UD_ALL_ITEMS, 0); break;
  case F_PAYMENTS: acr__push_view(L, script, ACR_UD_PAYMENTS, 0); break;
  case F_BASE_POINTS: acr__push_view(L, script, ACR_UD_BASE_POINTS, 0); break;
  default: push_discounts(L, fact->event);
  }
}

static void push_member(lua_State *L, acr__script *script, const struct acr__fact *fact, enum field field) {
  const struct acr__member_view *member = fact->member;
  switch (field) {
  case F_JOINED:
    if (member->joined == ACR_TIME_NONE) lua_pushnil(L);
    else acr__push_time(L, member->joined, fact->zone);
    break;
  case F_BIRTHDAY:
    if (member->has_birthday) acr__push_date(L, member->birthday);
    else lua_pushnil(L);
    break;
  case F_TIMEZONE: push_text(L, member->timezone); break;
  case F_ATTRIBUTES: acr__push_view(L, script, ACR_UD_ATTRIBUTES, 0); break;
  case F_TAGS: acr__push_view(L, script, ACR_UD_TAGS, 0); break;
  case F_AUDIENCES: acr__push_view(L, script, ACR_UD_AUDIENCES, 0); break;
  case F_LEVEL: push_text(L, member->level_name); break;
  case F_LEVEL_SINCE:
    if (member->level_since == ACR_TIME_NONE) lua_pushnil(L);
    else acr__push_time(L, member->level_since, fact->zone);
    break;
  case F_LEVEL_ORDER: acr__push_view(L, script, ACR_UD_LEVEL_ORDER, 0); break;
  case F_LINKS: acr__push_view(L, script, ACR_UD_LINKS, 0); break;
  case F_OFFERS:
  case F_OFFERS_REDEEMED:
  case F_OFFERS_EXPIRED: acr__push_view(L, script, ACR_UD_OFFERS, (int)field - F_OFFERS); break;
  default: acr__push_view(L, script, ACR_UD_LEVELS, 0);
  }
}

static void push_fact(lua_State *L, acr__script *script, const struct acr__fact *fact, enum field field) {
  struct acr__plain value;
  if (acr__plain_fact(fact, (int)field, &value)) push_plain(L, script, fact, &value);
  else if (fact->kind == ACR_FACT_MEMBER) push_member(L, script, fact, field);
  else push_purchase(L, script, fact, field);
}

static int find_field(const struct acr__field *fields, int count, acr__span name) {
  for (int i = 0; i < count; i++) {
    if (acr__span_eq(fields[i].name, name)) return i;
  }
  return -1;
}

// Names of the core and declared ones, for the nearest.
static int unknown(lua_State *L, const char *what, const struct named *fields, const struct acr__field *declared, int declared_count) {
  acr__span names[64], name = lua_type(L, 2) == LUA_TSTRING ? acr__lua_span(L, 2) : ACR__SPAN_LIT("?");
  int count = 0;
  for (; fields->name; fields++) names[count++] = acr__span_of(fields->name);
  for (int i = 0; i < declared_count && count < 64; i++) names[count++] = declared[i].name;
  return acr__unknown_field(L, what, name, names, count);
}

static int push_fact_field(lua_State *L, acr__script *script) {
  const struct acr__fact *fact = script->fact;
  int number = acr__fieldset_number(L, 2, &script->fact_names[fact->kind]);
  if (number > 0) {
    push_fact(L, script, fact, (enum field)number);
    if (script->listener) acr__hear_field(L, "", acr__lua_span(L, 2));
    return 1;
  }
  const struct acr__schema *schema = fact->fields ? fact->schema : NULL;
  if (lua_type(L, 2) == LUA_TSTRING) {
    acr__span name = acr__lua_span(L, 2);
    int at = schema ? find_field(schema->fields, schema->field_count, name) : -1;
    if (at >= 0) {
      push_declared(L, &schema->fields[at], &fact->fields[at]);
      if (script->listener) acr__hear_field(L, "", name);
      return 1;
    }
    if (fact->kind == ACR_FACT_CUSTOM && acr__span_is(name, "audience") && fact->event->audience.len) {
      acr__push_span(L, fact->event->audience);
      return 1;
    }
  }
  return unknown(L, kinds[fact->kind].name, kinds[fact->kind].fields, schema ? schema->fields : NULL, schema ? schema->field_count : 0);
}

static int fact_index(lua_State *L) {
  acr__script *script = acr__script_of(L);
  acr__own_view(L, script);
  return push_fact_field(L, script);
}

// Lua asks here what it did not find in the table of methods, which it hands over in place of the fact; there is but one.
static int purchase_index(lua_State *L) {
  acr__script *script = acr__script_of(L);
  script->touched = true;
  if (!script->fact || script->fact->kind != ACR_FACT_PURCHASE) return luaL_error(L, "a fact of a call that is over");
  return push_fact_field(L, script);
}

static int item_index(lua_State *L) {
  acr__script *script = acr__script_of(L);
  const struct acr__view *view = acr__own_view(L, script);
  int field = acr__fieldset_number(L, 2, &script->item_names);
  struct acr__plain value;
  if (acr__plain_item(script->fact, view->index, field, &value)) push_plain(L, script, script->fact, &value);
  else if (field == F_CATEGORIES) acr__push_view(L, script, ACR_UD_CATEGORIES, view->index);
  else return unknown(L, "an item", item_fields, NULL, 0);
  return 1;
}

static int payment_index(lua_State *L) {
  acr__script *script = acr__script_of(L);
  const struct acr__view *view = acr__own_view(L, script);
  const struct acr__payment *payment = &script->fact->event->payments[view->index];
  int field = acr__fieldset_number(L, 2, &script->payment_names);
  if (field == 0) return unknown(L, "a payment", payment_fields, NULL, 0);
  if (field == F_TYPE) push_text(L, payment->type);
  else lua_pushinteger(L, payment->amount);
  if (script->listener) acr__hear_field(L, "payments.", acr__lua_span(L, 2));
  return 1;
}

// context.x: typed when declared, else the text that was sent, nil when absent.
static int context_index(lua_State *L) {
  const struct acr__view *view = acr__own_view(L, acr__script_of(L));
  const struct acr__fact *fact = acr__script_of(L)->fact;
  if (lua_type(L, 2) != LUA_TSTRING || !fact->event) return 0;
  acr__span name = acr__lua_span(L, 2);
  const struct acr__schema *schema = fact->schema;
  int item = view->index - 1;
  if (item < 0) {
    int at = schema && fact->fields ? find_field(schema->fields, schema->field_count, name) : -1;
    if (at >= 0) push_declared(L, &schema->fields[at], &fact->fields[at]);
    else push_text(L, acr__event_context(fact->event, name));
    if (acr__script_of(L)->listener) acr__hear_field(L, "context.", name);
    return 1;
  }
  int at = schema && fact->item_fields ? find_field(schema->item_fields, schema->item_field_count, name) : -1;
  if (at >= 0) push_declared(L, &schema->item_fields[at], &fact->item_fields[item * schema->item_field_count + at]);
  else push_text(L, acr__item_context(&fact->event->items[item], name));
  return 1;
}

static void add_names(lua_State *L, struct acr__fieldset *names, const struct named *fields) {
  for (; fields->name; fields++) acr__fieldset_add(L, acr__script_of(L), names, fields->name, (int)fields->field);
}

// Methods stand in a table before the function that answers for fields: they are found without a call into C.
static void open_purchase_methods(lua_State *L, int meta) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, meta);
  lua_newtable(L);
  luaL_setfuncs(L, acr__purchase_methods, 0);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, purchase_index);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

void acr__open_facts(acr__script *script) {
  lua_State *L = script->L;
  for (int kind = 0; kind < ACR_FACT_KINDS; kind++) {
    add_names(L, &script->fact_names[kind], kinds[kind].fields);
    script->fact_meta[kind] = acr__new_meta(L, kinds[kind].name, fact_index);
    acr__push_view(L, script, ACR_UD_FACT, kind); // and stays there
    script->fact_views[kind] = lua_touserdata(L, -1);
  }
  open_purchase_methods(L, script->fact_meta[ACR_FACT_PURCHASE]);
  add_names(L, &script->item_names, item_fields);
  add_names(L, &script->payment_names, payment_fields);
  script->meta[ACR_UD_ITEM] = acr__new_meta(L, "item", item_index);
  script->meta[ACR_UD_PAYMENT] = acr__new_meta(L, "payment", payment_index);
  script->meta[ACR_UD_CONTEXT] = acr__new_meta(L, "context", context_index);
}
