// Lua's memory, counted against the call and the release. Plugins make small objects and leave them behind with every call:
// those blocks come from the arena and go from one object to the next without the system's allocator.
#include "base/mem.h"
#include "script/host.h"
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
enum { SPARE_MOST = 0 }; // the sanitizer is to see every block
#else
enum { SPARE_MOST = ACR_SPARE_STEP * ACR_SPARE_SIZES };
#endif

static size_t class_of(size_t bytes) { // bytes > 0
  return (bytes - 1) / ACR_SPARE_STEP;
}

static void *take(acr__script *script, size_t bytes) {
  if (bytes > SPARE_MOST) return acr__mem_alloc(bytes);
  struct acr__spare **list = &script->spare[class_of(bytes)], *block = *list;
  if (!block) return acr__arena_alloc(script->arena, (class_of(bytes) + 1) * ACR_SPARE_STEP);
  *list = block->next;
  return block;
}

static void give_back(acr__script *script, void *ptr, size_t bytes) {
  if (bytes > SPARE_MOST || bytes == 0) {
    free(ptr);
    return;
  }
  struct acr__spare *block = ptr, **list = &script->spare[class_of(bytes)];
  block->next = *list;
  *list = block;
}

static void *move(acr__script *script, void *ptr, size_t before, size_t bytes) {
  if (before > SPARE_MOST && bytes > SPARE_MOST) return acr__mem_resize(ptr, bytes);
  void *block = take(script, bytes);
  memcpy(block, ptr, before < bytes ? before : bytes);
  give_back(script, ptr, before);
  return block;
}

void *acr__script_allocate(void *arg, void *ptr, size_t osize, size_t nsize) {
  acr__script *script = arg;
  size_t before = ptr ? osize : 0;
  if (nsize == 0) {
    bool stack = ptr && ptr == script->stack;
    if (ptr) give_back(script, ptr, before);
    script->live_bytes -= before;
    if (stack) acr__stack_moved(script); // the old one goes when the new one is there
    return NULL;
  }
  if (nsize > before && script->guarded) {
    size_t more = nsize - before;
    if (script->live_bytes + more > ACR_LUA_LIVE_BYTES) return NULL; // Lua collects its garbage and asks again
    if (script->call_bytes + more > script->call_bytes_max) {
      acr__break_call(script, "the call asked for more memory than a call may");
      return NULL;
    }
    script->call_bytes += more;
    if (nsize > script->largest) script->largest = nsize;
  }
  script->live_bytes += nsize;
  script->live_bytes -= before;
  if (!ptr) {
    if (osize == LUA_TSTRING) acr__text_made(script, nsize); // a new object comes with its type
    void *block = take(script, nsize);
    if (osize == 0) acr__array_made(script, block, nsize);
    return block;
  }
  return move(script, ptr, before, nsize);
}
