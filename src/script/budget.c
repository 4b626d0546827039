// Budgets: instructions by a count hook, bytes by the allocator (memory.c), the wall clock only against a runaway. What is exceeded stays
// exceeded until the next call: the hook then raises at every instruction, and our pcall passes the error on.
#include "script/host.h"
#include <string.h>
#include <time.h>

// Half a second, and a microsecond for each instruction that the call may take: a hundred times what they need, for what this thread has
// spent counts the time too in which a virtual machine was given no processor.
enum { MESSAGE_MAX = 1000, TIME_FREE_US = 500000, HOOKS_A_LOOK = 64, PCALL_COST = 10 };

static void count_hook(lua_State *L, lua_Debug *where);

static int64_t us_of(clockid_t clock) {
  struct timespec at;
  clock_gettime(clock, &at);
  return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

// The wall clock is cheap to read and runs on while the machine is busy with others, or stopped. So it only begins the count of the time
// that this thread itself has spent.
static bool runs_away(acr__script *script) {
  if (script->step < HOOKS_A_LOOK && script->looks++ % HOOKS_A_LOOK) return false;
  int64_t now = us_of(CLOCK_MONOTONIC), most = TIME_FREE_US + (int64_t)script->call_max;
  if (most > ACR_LUA_TIME_MS * 1000LL) most = ACR_LUA_TIME_MS * 1000LL;
  if (script->wall_start_us == 0) script->wall_start_us = now;
  if (now - script->wall_start_us <= most) return false;
  int64_t spent = us_of(CLOCK_THREAD_CPUTIME_ID);
  if (script->spent_start_us == 0) script->spent_start_us = spent;
  return spent - script->spent_start_us > most;
}

// Notes the line that runs: when memory is gone no message with it can be made.
static void note_place(acr__script *script) {
  lua_Debug frame;
  script->broken_line = 0;
  for (int level = 0; lua_getstack(script->L, level, &frame); level++) {
    lua_getinfo(script->L, "Sl", &frame);
    if (frame.currentline <= 0) continue;
    script->broken_line = frame.currentline;
    memcpy(script->broken_file, frame.short_src, sizeof script->broken_file);
    return;
  }
}

void acr__break_call(acr__script *script, const char *why) {
  if (script->broken) return;
  script->broken = why;
  note_place(script);
  script->step = 1;
  lua_sethook(script->L, count_hook, LUA_MASKCOUNT, 1);
}

void acr__watch_call(acr__script *script) {
  int step = acr__hook_step(script);
  if (script->broken || !script->guarded || step >= script->step) return;
  script->step = step;
  lua_sethook(script->L, count_hook, LUA_MASKCOUNT, step);
}

static int raise_broken(lua_State *L, const acr__script *script) {
  lua_pushstring(L, script->broken);
  return lua_error(L);
}

void acr__charge(lua_State *L, uint64_t instructions) {
  acr__script *script = acr__script_of(L);
  script->call_used += instructions;
  script->event_used += instructions;
  script->stats.instructions += instructions;
  if (!script->guarded) return;
  if (script->call_used > script->call_max) {
    acr__break_call(script, "the call ran over its budget of instructions: an endless loop, or too much work for one event");
  } else if (script->event_used > ACR_LUA_EVENT_INSTRUCTIONS && !script->load) {
    script->event_broken = true;
    acr__break_call(script, "the calls of one event ran over their common budget of instructions");
  }
  if (script->broken) raise_broken(L, script);
}

void acr__charge_bytes(lua_State *L, size_t bytes) {
  acr__script *script = acr__script_of(L);
  script->call_bytes += bytes;
  if (script->call_bytes <= script->call_bytes_max) return;
  acr__break_call(script, "the call asked for more memory than a call may");
  raise_broken(L, script);
}

static void count_hook(lua_State *L, lua_Debug *where) {
  (void)where;
  acr__script *script = acr__script_of(L);
  if (!script->guarded) return;
  if (script->broken) {
    raise_broken(L, script);
    return;
  }
  if (runs_away(script)) {
    acr__break_call(script, "the call ran for too long: too much work for one event");
    raise_broken(L, script);
    return;
  }
  acr__charge(L, acr__hook_cost(L, script));
}

static void set_limits(acr__script *script, uint64_t instructions, uint64_t bytes) {
  script->call_used = 0;
  script->call_max = instructions;
  script->call_bytes = 0;
  script->call_bytes_max = bytes;
  script->wall_start_us = script->spent_start_us = 0;
  script->broken = NULL;
  script->weight = 1;
  script->largest = 0;
}

void acr__budget_watch(acr__script *script) {
  script->step = acr__hook_step(script);
  lua_sethook(script->L, count_hook, LUA_MASKCOUNT, script->step);
}

void acr__budget_begin(acr__script *script, uint64_t instructions, uint64_t bytes) {
  set_limits(script, instructions, bytes);
  acr__budget_watch(script);
}

void acr__budget_for(acr__script *script, const struct acr__fact *fact) {
  uint64_t items = fact && fact->event && fact->event->item_count > 0 ? (uint64_t)fact->event->item_count : 0;
  uint64_t instructions = ACR_CALL_INSTRUCTIONS + items * ACR_ITEM_INSTRUCTIONS, bytes = ACR_CALL_BYTES + items * ACR_ITEM_BYTES;
  set_limits(script, instructions < ACR_LUA_CALL_INSTRUCTIONS ? instructions : ACR_LUA_CALL_INSTRUCTIONS,
             bytes < ACR_LUA_CALL_BYTES ? bytes : ACR_LUA_CALL_BYTES);
}

void acr__script_event_begin(acr__script *script) {
  script->event_used = 0;
  script->event_broken = false;
}

// A message that already names its place: "path:12: ...".
static bool has_place(const char *text) {
  for (const char *at = text; *at && *at != ' ' && *at != '\n'; at++) {
    if (*at != ':' || at[1] < '0' || at[1] > '9') continue;
    at++;
    while (*at >= '0' && *at <= '9')
      at++;
    return *at == ':';
  }
  return false;
}

int acr__message_handler(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING) {
    const char *type = lua_type(L, 1) == LUA_TNIL ? "nothing" : luaL_typename(L, 1);
    lua_pushfstring(L, "error was raised with %s as its message; wanted a text", type);
    lua_replace(L, 1);
  }
  lua_settop(L, 1);
  if (acr__script_of(L)->plain_errors || has_place(lua_tostring(L, 1))) return 1;
  lua_Debug frame;
  for (int level = 1; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline <= 0) continue;
    lua_pushfstring(L, "%s:%d: %s", frame.short_src, frame.currentline, lua_tostring(L, 1));
    return 1;
  }
  return 1;
}

int acr__base_pcall(lua_State *L) {
  luaL_checkany(L, 1);
  acr__script *script = acr__script_of(L);
  acr__charge(L, PCALL_COST);
  int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  if (status == LUA_ERRMEM) acr__break_call(script, "plugins hold more memory than a release may");
  if (script->broken) return raise_broken(L, script);
  lua_pushboolean(L, status == LUA_OK);
  lua_insert(L, 1);
  return lua_gettop(L);
}

char *acr__script_error(acr__script *script, acr__arena *arena) {
  lua_State *L = script->L;
  size_t len = 0;
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;
  // Out of memory has no message of its own; the limit that was reached says more.
  if (script->broken && (!text || !strstr(text, script->broken))) {
    text = script->broken_line ? acr__arena_printf(arena, "%s:%d: %s", script->broken_file, script->broken_line, script->broken)
                               : script->broken;
    len = strlen(text);
  } else if (!text) {
    text = "an error without a message";
    len = strlen(text);
  }
  bool cut = len > MESSAGE_MAX;
  if (cut) len = MESSAGE_MAX;
  char *copy = acr__arena_alloc(arena, len + 4);
  for (size_t i = 0; i < len; i++)
    copy[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i];
  memcpy(copy + len, cut ? "..." : "", cut ? 4 : 1);
  lua_pop(L, 1);
  return copy;
}
