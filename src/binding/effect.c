// What an outcome proposed, as a table with the fields that it was made with.
#include "binding/unit.h"

static void set_text(lua_State *lua, const char *name, acr__span text) {
  if (!text.len) return;
  acr__lua_push_span(lua, text);
  lua_setfield(lua, -2, name);
}

static void set_integer(lua_State *lua, const char *name, bool present, int64_t value) {
  if (!present) return;
  lua_pushinteger(lua, value);
  lua_setfield(lua, -2, name);
}

static void set_duration(lua_State *lua, const struct acr__effect *effect) {
  static const char *const units[] = {"seconds", "minutes", "hours", "days", "weeks", "months", "years"};
  if (!effect->has_duration) return;
  lua_pushfstring(lua, "%I %s", (LUAI_UACINT)effect->duration.n, units[effect->duration.unit]);
  lua_setfield(lua, -2, effect->kind == ACR_EFFECT_EMIT ? "after" : "expires");
}

void acr__unit_push_effect(lua_State *lua, const struct acr__effect *effect) {
  static const char *const kinds[] = {"award",       "deduct",         "spend",       "expire",       "tag",          "untag", "emit",
                                      "issue_offer", "purchase_offer", "grant_store", "revoke_store", "change_level", "leave", "webhook"};
  lua_newtable(lua);
  lua_pushstring(lua, kinds[effect->kind]);
  lua_setfield(lua, -2, "effect");
  set_text(lua, "account", effect->account);
  set_text(lua, "source", effect->source);
  set_text(lua, "tag", effect->tag);
  set_text(lua, "event", effect->event);
  set_text(lua, "to", effect->to);
  set_text(lua, "program", effect->program);
  set_text(lua, "level", effect->level);
  set_text(lua, "offer", effect->offer);
  set_text(lua, "store", effect->store);
  set_text(lua, "url", effect->url);
  set_text(lua, "body", effect->body);
  set_text(lua, "template", effect->template);
  set_text(lua, "data", effect->data_json);
  set_integer(lua, "points", effect->kind <= ACR_EFFECT_SPEND || (effect->kind == ACR_EFFECT_EXPIRE && effect->points), effect->points);
  set_integer(lua, "max", effect->has_max, effect->max);
  set_integer(lua, "threshold", effect->has_threshold, effect->threshold);
  set_integer(lua, "expires", effect->has_expires, effect->has_expires ? effect->expires : 0);
  set_integer(lua, "percent", effect->percent != 0, effect->percent);
  bool counted = effect->kind == ACR_EFFECT_ISSUE_OFFER || effect->kind == ACR_EFFECT_PURCHASE_OFFER;
  set_integer(lua, "quantity", counted && effect->quantity, effect->quantity);
  set_duration(lua, effect);
  if (effect->counter) {
    lua_pushboolean(lua, true);
    lua_setfield(lua, -2, "counter");
  }
}
