// accrue.effect.*: each is checked where it is made, at the plugin's line, and becomes a struct in the event's arena.
#include "base/mem.h"
#include "json/utf8.h"
#include "script/direct.h"
#include "script/web_hook.h"
#include <stddef.h>

enum { MADE_MAX = 4 * ACR_EFFECTS_MAX, TEXT_MAX = 65536 };
_Static_assert(TEXT_MAX == ACR_WEBHOOK_BODY_BYTES_MAX, "the longest text is a web hook's body");

enum value { TEXT, LONG_TEXT, POINTS, POSITIVE, MAX, THRESHOLD, EXPIRES, TERM, AFTER, COUNTER, DATA, END };
struct field { const char *name; enum value value; size_t at; bool required; };
#define AT(member) offsetof(struct acr__effect, member)
#define NAME(member) {#member, TEXT, AT(member), true}
#define MAYBE(member) {#member, TEXT, AT(member), false}
#define POINTS_FIELD {"points", POINTS, AT(points), true}
#define LAST {NULL, END, 0, false}

static const struct field award[] = {
    NAME(account), NAME(source), POINTS_FIELD, {"max", MAX, AT(max), false}, {"expires", EXPIRES, AT(expires), false}, LAST};
static const struct field take[] = {NAME(account), POINTS_FIELD, LAST};
static const struct field expire[] = {
    NAME(account), {"points", POINTS, AT(points), false}, {"percent", POSITIVE, AT(percent), false}, LAST};
static const struct field tag[] = {NAME(tag), {"expires", TERM, 0, false}, {"counter", COUNTER, AT(counter), false}, LAST};
static const struct field untag[] = {NAME(tag), {"counter", COUNTER, AT(counter), false}, LAST};
static const struct field emit[] = {
    NAME(event), {"data", DATA, AT(data_json), false}, {"after", AFTER, AT(duration), false}, MAYBE(to), LAST};
static const struct field offer[] = {NAME(offer), {"quantity", POSITIVE, AT(quantity), false}, LAST};
static const struct field purchase_offer[] = {NAME(offer),
                                              {"quantity", POSITIVE, AT(quantity), false},
                                              {"threshold", THRESHOLD, AT(threshold), false},
                                              MAYBE(account),
                                              LAST};
static const struct field store[] = {NAME(store), LAST};
static const struct field change_level[] = {MAYBE(program), NAME(level), LAST};
static const struct field leave[] = {MAYBE(program), MAYBE(level), LAST};
static const struct field webhook[] = {{"url", LONG_TEXT, AT(url), true},
                                       {"body", LONG_TEXT, AT(body), false},
                                       {"template", LONG_TEXT, AT(template), false},
                                       LAST};

static const struct { const char *name; const struct field *fields; } effects[] = {
  [ACR_EFFECT_AWARD] = {"award", award}, [ACR_EFFECT_DEDUCT] = {"deduct", take}, [ACR_EFFECT_SPEND] = {"spend", take},
  [ACR_EFFECT_EXPIRE] = {"expire", expire}, [ACR_EFFECT_TAG] = {"tag", tag}, [ACR_EFFECT_UNTAG] = {"untag", untag},
  [ACR_EFFECT_EMIT] = {"emit", emit}, [ACR_EFFECT_ISSUE_OFFER] = {"issue_offer", offer},
  [ACR_EFFECT_PURCHASE_OFFER] = {"purchase_offer", purchase_offer}, [ACR_EFFECT_GRANT_STORE] = {"grant_store", store},
  [ACR_EFFECT_REVOKE_STORE] = {"revoke_store", store}, [ACR_EFFECT_CHANGE_LEVEL] = {"change_level", change_level},
  [ACR_EFFECT_LEAVE] = {"leave", leave}, [ACR_EFFECT_WEBHOOK] = {"webhook", webhook}};
enum { EFFECTS = sizeof effects / sizeof *effects };

static int64_t check_integer(lua_State *L, const char *effect, const char *name) {
  if (lua_isinteger(L, -1)) return lua_tointeger(L, -1);
  if (lua_type(L, -1) == LUA_TNUMBER) {
    return luaL_error(L, "effect %s: %s is the float %f; wanted an integer in smallest units", effect, name, lua_tonumber(L, -1));
  }
  return luaL_error(L, "effect %s: %s is %s; wanted an integer", effect, name, acr__type_name(L, -1));
}

// The end of the last day that a duration or a written date includes, or the very time given.
static acr__time check_expires(lua_State *L, acr__script *script, const char *effect) {
  acr__time now = 0, at = 0;
  const acr__zone *zone = NULL;
  acr__call_now(script, &now, &zone);
  acr__duration term;
  acr__date date;
  if (acr__ud_kind_of(L, -1) == ACR_UD_TIME) {
    at = ((const struct acr__ud_time *)lua_touserdata(L, -1))->at;
  } else if (lua_type(L, -1) == LUA_TSTRING && acr__date_parse(acr__lua_span(L, -1), &date)) {
    at = acr__day_start(zone, acr__date_of(acr__days_of(date) + 1));
  } else if (acr__to_duration(L, -1, &term)) {
    static const int64_t seconds[] = {1, 60, 3600};
    int64_t span = 0;
    if (term.unit <= ACR_UNIT_HOUR) {
      if (!acr__mul(term.n, seconds[term.unit] * ACR_SECOND_US, &span) || !acr__add(now, span, &at)) at = now;
    } else if (acr__date_add(acr__local_date(zone, now), term, 1, &date) && acr__date_valid(date)) {
      at = acr__day_start(zone, acr__date_of(acr__days_of(date) + 1));
    }
  } else {
    luaL_error(L, "effect %s: expires is %s; wanted a time, a date or a duration as '30 days'", effect, acr__type_name(L, -1));
  }
  if (at <= now) luaL_error(L, "effect %s: expires lies before the event", effect);
  return at;
}

static acr__span kept_text(lua_State *L, acr__script *script, const char *effect, acr__span text, size_t most) {
  if (text.len > most) luaL_error(L, "effect %s: a text is longer than %d bytes", effect, (int)most);
  size_t plain = 0;
  while (plain < text.len && (signed char)text.ptr[plain] > 0) plain++;
  for (size_t at = plain, len; at < text.len; at += len) {
    len = acr__utf8_len(text.ptr + at, text.ptr + text.len);
    if (!len || !text.ptr[at]) luaL_error(L, "effect %s: a text is not UTF-8 at byte %d", effect, (int)at + 1);
  }
  acr__charge_bytes(L, text.len);
  return acr__arena_span(script->call_arena, text);
}

static acr__span check_data(lua_State *L, acr__script *script) {
  if (lua_type(L, -1) == LUA_TSTRING) {
    struct acr__json_fault fault;
    acr__span text = acr__lua_span(L, -1);
    acr__charge_bytes(L, 8 * text.len);
    const acr__json *json = acr__json_parse(script->call_arena, text, NULL, &fault);
    if (!json) luaL_error(L, "effect emit: data is no JSON: %s", fault.message);
    if (acr__node_kind(acr__json_root(json)) != ACR_JSON_OBJECT) luaL_error(L, "effect emit: data is no JSON object");
    return kept_text(L, script, "emit", text, TEXT_MAX);
  }
  if (lua_type(L, -1) != LUA_TTABLE) luaL_error(L, "effect emit: data is %s; wanted a table", acr__type_name(L, -1));
  script->scratch.len = 0;
  acr__lua_json(L, -1, &script->scratch, true);
  acr__span text = kept_text(L, script, "emit", (acr__span){(const char *)script->scratch.ptr, script->scratch.len}, TEXT_MAX);
  if (!text.len || text.ptr[0] != '{') luaL_error(L, "effect emit: data is a list; wanted a record");
  return text;
}

static void read_term(lua_State *L, acr__script *script, const char *effect, struct acr__effect *out) {
  bool is_date = false;
  acr__date date;
  if (lua_type(L, -1) == LUA_TSTRING) is_date = acr__date_parse(acr__lua_span(L, -1), &date);
  if (!is_date && acr__to_duration(L, -1, &out->duration)) {
    out->has_duration = true;
    return;
  }
  out->expires = check_expires(L, script, effect);
  out->has_expires = true;
}

// Reads the value on top of the stack into its place.
static void read_value(lua_State *L, acr__script *script, const char *effect, const struct field *field, struct acr__effect *out) {
  void *to = (char *)out + field->at;
  int64_t number;
  switch (field->value) {
  case TEXT:
  case LONG_TEXT:
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "effect %s: %s is %s; wanted a text", effect, field->name, acr__type_name(L, -1));
    *(acr__span *)to = kept_text(L, script, effect, acr__lua_span(L, -1), field->value == LONG_TEXT ? TEXT_MAX : ACR_TEXT_BYTES_MAX);
    break;
  case POINTS:
  case POSITIVE:
  case MAX:
  case THRESHOLD:
    number = check_integer(L, effect, field->name);
    if (number < (field->value != POINTS) || number > ACR_POINTS_MAX) {
      const char *hint = number < 0 && strcmp(effect, "award") == 0 ? "; accrue.effect.deduct takes points" : "";
      luaL_error(L, "effect %s: %s is %I; wanted %s%s", effect, field->name, (LUAI_UACINT)number,
                 number > 0 ? "at most 2^53 - 1" : field->value != POINTS ? "more than 0" : "0 or more", hint);
    }
    *(int64_t *)to = number;
    if (field->value == MAX) out->has_max = true;
    if (field->value == THRESHOLD) out->has_threshold = true;
    break;
  case EXPIRES:
    out->expires = check_expires(L, script, effect);
    out->has_expires = true;
    break;
  case TERM: read_term(L, script, effect, out); break;
  case AFTER:
    if (!acr__to_duration(L, -1, &out->duration))
      luaL_error(L, "effect emit: after is %s; wanted a duration as '30 days'", acr__type_name(L, -1));
    out->has_duration = true;
    break;
  case COUNTER:
    if (lua_type(L, -1) != LUA_TBOOLEAN) luaL_error(L, "effect %s: counter is %s; wanted true or false", effect, acr__type_name(L, -1));
    out->counter = lua_toboolean(L, -1);
    break;
  case DATA: out->data_json = check_data(L, script); break;
  case END: break;
  }
}

static int refuse_unknown(lua_State *L, const char *effect, const struct field *fields) {
  acr__span names[8];
  int count = 0;
  for (const struct field *field = fields; field->name; field++) names[count++] = acr__span_of(field->name);
  acr__span foreign = acr__foreign_key(L, 2, names, count);
  if (!foreign.len) return luaL_error(L, "effect %s has a field without a name", effect);
  return acr__unknown_field(L, lua_pushfstring(L, "effect %s", effect), foreign, names, count);
}

// Puts the value of field n of the table at 2 to 3 + n, nil where none is given, and gives the number of fields.
static int take_fields(lua_State *L, const acr__script *script, acr__effect_kind kind) {
  const void *const *names = script->effect_names[kind];
  int count = 0;
  while (names[count]) count++;
  lua_settop(L, 2 + count);
  for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
    const void *key = lua_topointer(L, -2);
    int n = 0;
    while (n < count && names[n] != key) n++;
    if (n == count) return refuse_unknown(L, effects[kind].name, effects[kind].fields);
    lua_copy(L, -1, 3 + n);
  }
  return count;
}

// The effect that is made next.
static struct acr__effect *next_effect(acr__script *script, acr__effect_kind kind) {
  if (script->made_count == script->made_cap) {
    script->made_cap = script->made_cap ? 2 * script->made_cap : 16;
    script->made = acr__mem_resize(script->made, sizeof *script->made * (size_t)script->made_cap);
  }
  struct acr__effect *made = &script->made[script->made_count];
  *made = (struct acr__effect){.kind = kind, .quantity = kind != ACR_EFFECT_PURCHASE_OFFER};
  return made;
}

static int push_effect(lua_State *L, acr__script *script, const struct acr__effect *made) {
  if (script->made_count == MADE_MAX) return luaL_error(L, "more than %d effects made in one call", MADE_MAX);
  *next_effect(script, made->kind) = *made;
  acr__push_view(L, script, ACR_UD_EFFECT, script->made_count++);
  return 1;
}

static void check_webhook(lua_State *L, acr__script *script, const struct acr__effect *made) {
  if (made->body.ptr && made->template.ptr) luaL_error(L, "effect webhook wants either body or template");
  acr__charge_bytes(L, 8 * made->template.len);
  const char *fault = acr__url_fault(script->call_arena, made->url);
  if (!fault && made->template.ptr) fault = acr__web_hook_template_fault(script->call_arena, made->template);
  if (fault) luaL_error(L, "effect webhook: %s", fault);
}

// Upvalue 1 says which effect.
static int make_effect(lua_State *L) {
  acr__script *script = acr__script_of(L);
  acr__effect_kind kind = (acr__effect_kind)lua_tointeger(L, lua_upvalueindex(1));
  const char *name = effects[kind].name;
  if (!script->call_arena) return luaL_error(L, "effect %s: effects are made inside effects() only", name);
  if (lua_type(L, 1) != LUA_TTABLE) return luaL_error(L, "effect %s wants a table, found %s", name, acr__type_name(L, 1));
  lua_settop(L, 1);
  acr__push_raw(L, 1);
  struct acr__effect made = {.kind = kind, .quantity = kind != ACR_EFFECT_PURCHASE_OFFER};
  int count = take_fields(L, script, kind);
  for (int n = 0; n < count; n++) {
    const struct field *field = &effects[kind].fields[n];
    bool given = !lua_isnil(L, 3 + n);
    if (!given && field->required) return luaL_error(L, "effect %s: %s is missing", name, field->name);
    if (!given) continue;
    lua_pushvalue(L, 3 + n);
    read_value(L, script, name, field, &made);
    lua_settop(L, 2 + count);
  }
  if (kind == ACR_EFFECT_EXPIRE && (made.points > 0) == (made.percent > 0))
    return luaL_error(L, "effect expire wants either points or percent");
  if (kind == ACR_EFFECT_TAG && made.counter && (made.has_expires || made.has_duration))
    return luaL_error(L, "effect tag wants either counter or expires: a tag counts or has a term, never both");
  if (made.percent > 10000 && kind == ACR_EFFECT_EXPIRE)
    return luaL_error(L, "effect expire: percent is %I hundredths of a percent; wanted at most 10000", (LUAI_UACINT)made.percent);
  if (kind == ACR_EFFECT_PURCHASE_OFFER && made.quantity == 0 && !made.has_threshold) made.quantity = 1;
  if (kind == ACR_EFFECT_WEBHOOK) check_webhook(L, script, &made);
  bool moves_points = kind == ACR_EFFECT_AWARD || kind == ACR_EFFECT_DEDUCT || kind == ACR_EFFECT_SPEND;
  if (moves_points && made.points == 0) return 0; // nothing to do; a list of effects may hold nothing
  return push_effect(L, script, &made);
}

acr__effect_kind acr__effect_made_by(lua_State *L) {
  if (lua_tocfunction(L, -1) != make_effect || !lua_getupvalue(L, -1, 1)) return ACR_EFFECT_KINDS;
  acr__effect_kind kind = (acr__effect_kind)lua_tointeger(L, -1);
  lua_pop(L, 1);
  return kind;
}

// Texts of letters that need no look at their encoding, and points; whatever asks for more goes to Lua.
static bool plain_value(const struct field *field, const struct acr__plain *value, struct acr__effect *out) {
  void *to = (char *)out + field->at;
  if (field->value == TEXT && value->tag == ACR_PLAIN_TEXT && value->len <= ACR_TEXT_BYTES_MAX) {
    for (uint32_t i = 0; i < value->len; i++)
      if ((signed char)value->text[i] <= 0) return false;
    *(acr__span *)to = (acr__span){value->text, value->len};
    return true;
  }
  if ((field->value != POINTS && field->value != MAX) || value->tag != ACR_PLAIN_INTEGER) return false;
  if (value->i < (field->value != POINTS) || value->i > ACR_POINTS_MAX) return false;
  *(int64_t *)to = value->i;
  if (field->value == MAX) out->has_max = true;
  return true;
}

bool acr__effect_plain(acr__script *script, acr__effect_kind kind, const struct acr__made_field *given, int count) {
  if (script->made_count == MADE_MAX) return false;
  struct acr__effect *made = next_effect(script, kind);
  int found = 0;
  for (const struct field *field = effects[kind].fields; field->name; field++) {
    int n = 0;
    while (n < count && !acr__span_is(given[n].name, field->name)) n++;
    if (n == count && field->required) return false;
    if (n < count && !plain_value(field, &given[n].value, made)) return false;
    found += n < count;
  }
  if (found != count) return false;
  script->made_count += made->points != 0;
  return true;
}

void acr__open_effects(lua_State *L) {
  acr__script *script = acr__script_of(L);
  lua_createtable(L, 0, EFFECTS);
  for (int kind = 0; kind < EFFECTS; kind++) {
    lua_pushinteger(L, kind);
    lua_pushcclosure(L, make_effect, 1);
    lua_setfield(L, -2, effects[kind].name);
    for (int n = 0; effects[kind].fields[n].name; n++) {
      script->effect_names[kind][n] = acr__anchor_name(L, script, effects[kind].fields[n].name);
    }
  }
}
