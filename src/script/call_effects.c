// Calling an outcome: the effects that it gives back, which are those that it made in this call.
#include "script/calling.h"
#include "script/seen.h"

// The effects of the list on top, in order, into the arena; NULL and *message when it holds anything else.
static const struct acr__effect *read_effects(struct acr__call *call, int *count, char **message) {
  acr__script *script = call->script;
  lua_State *L = script->L;
  lua_Integer high = 0;
  bool named = false;
  *count = 0;
  acr__push_raw(L, -1);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    lua_Integer key = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
    if (key > high) high = key;
    named = named || key < 1;
  }
  *message = named ? "effects returned a table with named fields; wanted a list of effects" : NULL;
  if (!named && high > ACR_EFFECTS_MAX) *message = acr__arena_printf(call->arena, "effects returned more than %d effects", ACR_EFFECTS_MAX);
  if (*message) return NULL;
  struct acr__effect *list = ACR__NEW_N(call->arena, struct acr__effect, high + 1);
  for (lua_Integer i = 1; i <= high; i++) {
    lua_rawgeti(L, -1, i);
    const struct acr__view *effect = acr__ud_kind_of(L, -1) == ACR_UD_EFFECT ? lua_touserdata(L, -1) : NULL;
    if (effect && effect->call == script->call) {
      list[(*count)++] = script->made[effect->index];
    } else if (!lua_isnil(L, -1)) {
      *message = acr__arena_printf(call->arena, "effects returned a list with %s at %lld; wanted accrue.effect.NAME { ... }",
                                   acr__type_name(L, -1), (long long)i);
      return NULL;
    }
    lua_pop(L, 1);
  }
  return list;
}

static bool effects_in_lua(struct acr__call *call, const struct acr__component *component, int function, int vars, struct acr__kept *out) {
  acr__script *script = call->script;
  char *message;
  script->made_count = 0; // an attempt without Lua may have made some
  script->call_arena = call->arena;
  if (!acr__call_fact(call, component, function, vars, 1)) return false;
  if (lua_type(script->L, -1) != LUA_TTABLE) return acr__call_wrong(call, component, "effects", -1, "a list of effects");
  out->effects = read_effects(call, &out->effect_count, &message);
  return out->effects || acr__call_fail(call, component, message);
}

bool acr__call_effects(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                       const struct acr__effect **out, int *count) {
  COSTS(call, component);
  acr__script *script = call->script;
  int function = script->entries[component->ref].effects;
  const struct acr__kept *known = acr__recall(script, function, vars, fact->kind);
  struct acr__kept result = {0};
  if (!known) {
    script->made_count = 0;
    if (!acr__call_begin(call, component, fact, NULL)) return false;
    struct acr__direct *plain = acr__call_followed(call, component, function, vars);
    bool entered = !plain || !acr__direct_effects(script, plain, vars, call->arena, &result.effects, &result.effect_count);
    if (entered && !effects_in_lua(call, component, function, vars, &result)) return false;
    acr__call_end(script, function, vars, fact->kind, entered, &result);
    known = &result;
  }
  *out = known->effects;
  *count = known->effect_count;
  acr__seen(component, *count > 0);
  return true;
}
