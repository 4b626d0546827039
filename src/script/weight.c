// What an instruction may touch. Lua's count of instructions says nothing about their size, and a single one may copy all values that stand
// on the stack, or read a text from its first byte to its last. So a call that has such a large thing is watched: with many values on the
// stack each instruction is looked at and pays for those that it passes on; with a long text each counts for more.
#include "script/host.h"

// Lua's stack grows from 40 values by doubling, and 5 more: up to 160 it is not watched.
enum {
  STEP = 1000,
  TEXT_FREE = 512,
  TEXT_STEP = 256,
  SLOT = 16,
  VALUES_FREE = 160,
  STACK_FREE = (VALUES_FREE + 5) * SLOT,
  VALUES_STEP = 8,
  WALK_STEP = 64
};

int acr__hook_step(const acr__script *script) {
  if (script->stack_bytes > STACK_FREE) return 1;
  return script->weight < STEP ? (int)(STEP / script->weight) : 1;
}

uint64_t acr__hook_cost(lua_State *L, const acr__script *script) {
  uint64_t values = script->stack_bytes > STACK_FREE ? (uint64_t)lua_gettop(L) : 0;
  return (uint64_t)script->step * script->weight + (values > VALUES_FREE ? values / VALUES_STEP : 0);
}

uint64_t acr__walk_cost(const acr__script *script) {
  return script->largest / WALK_STEP;
}

void acr__array_made(acr__script *script, const void *array, size_t bytes) {
  if (!script->stack) script->stack = array; // a new state's first block after itself
  script->array = array;
  script->array_bytes = bytes;
}

void acr__stack_moved(acr__script *script) {
  script->stack = script->array;
  script->stack_bytes = script->array_bytes;
  acr__watch_call(script);
}

void acr__text_made(acr__script *script, size_t bytes) {
  if (bytes <= TEXT_FREE || !script->guarded) return;
  if (script->load) {
    if (bytes > ACR_LUA_TEXT_BYTES) acr__break_call(script, "a file made a text of more than 8192 bytes; wanted shorter ones");
    return;
  }
  uint64_t weight = 1 + bytes / TEXT_STEP;
  if (weight <= script->weight) return;
  script->weight = weight;
  acr__watch_call(script);
}
