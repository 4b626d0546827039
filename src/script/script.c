// The closed Lua state: its life and its costs.
#include "base/mem.h"
#include "script/host.h"
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BLOCK = 16384 };

static int give_up(lua_State *L) {
  fprintf(stderr, "accrue: Lua failed outside of a protected call: %s\n", lua_tostring(L, -1));
  return 0; // Lua aborts
}

acr__script *acr__script_new(void) {
  acr__script *script = acr__mem_alloc(sizeof *script);
  *script = (struct acr__script){.arena = acr__arena_new(ARENA_BLOCK), .accounts = acr__table_new(), .weight = 1};
  lua_State *L = lua_newstate(acr__script_allocate, script);
  if (!L) acr__mem_exhausted(0);
  script->L = L;
  *(acr__script **)lua_getextraspace(L) = script;
  lua_atpanic(L, give_up);
  lua_pushcfunction(L, acr__message_handler); // stays at the bottom of the stack
  int *const tables[] = {&script->snapshots, &script->libs, &script->var_tags, &script->made_tags,
                         &script->anchored};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    lua_newtable(L);
    *tables[i] = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  acr__open_objects(script);
  acr__open_closed(script);
  acr__open_accrue(script);
  acr__script_event_begin(script);
  return script;
}

void acr__script_free(acr__script *script) {
  if (!script) return;
  lua_close(script->L);
  acr__table_free(script->accounts);
  acr__arena_free(script->arena);
  acr__buf_free(&script->scratch);
  free(script->entries);
  free(script->upvalues);
  free(script->made);
  free(script->counting);
  free(script->kept);
  free(script->direct);
  free(script->bound);
  for (int kind = 0; kind < ACR_UD_KINDS; kind++) free(script->pools[kind].slots);
  free(script);
}

void acr__script_account(acr__script *script, acr__span name, int decimals) {
  acr__forget_all(script); // accrue.points_per may have been asked about it
  acr__table_put(script->accounts, name, (void *)(intptr_t)(decimals + 1));
}

void acr__script_leap_day(acr__script *script, bool mar1) {
  acr__forget_all(script); // accrue.anniversary may have been asked
  script->leap_mar1 = mar1;
}

const struct acr__cost *acr__script_cost(const acr__script *script, const struct acr__component *component) {
  return &script->entries[component->ref].cost;
}

void acr__script_stats_read(const acr__script *script, struct acr__script_stats *out) {
  *out = script->stats;
  out->live_bytes = script->live_bytes;
}
