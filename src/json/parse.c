#include "base/limits.h"
#include "base/mem.h"
#include "json/tree.h"
#include <pthread.h>
#include <stdlib.h>

enum { DEPTH_CEILING = 512, BYTES_CEILING = 1 << 30, TREE_ALIGN = 8 }; // cJSON nests to 1,000; offsets are 32 bits

// cJSON's allocations of this thread go here while it parses. Elsewhere in the process cJSON works as it always does.
static _Thread_local struct {
  acr__arena *arena; // NULL: this thread is not parsing
  char *at, *end;    // a piece of the arena that should hold the whole tree
} tree;

static void *tree_alloc(size_t bytes) {
  if (!tree.arena) return malloc(bytes);
  size_t rounded = (bytes + TREE_ALIGN - 1) & ~(size_t)(TREE_ALIGN - 1);
  if (rounded > (size_t)(tree.end - tree.at)) return acr__arena_alloc(tree.arena, bytes);
  char *piece = tree.at;
  tree.at += rounded;
  return piece;
}

static void tree_free(void *piece) {
  if (!tree.arena) free(piece);
}

static void install(void) {
  cJSON_Hooks hooks = {.malloc_fn = tree_alloc, .free_fn = tree_free};
  cJSON_InitHooks(&hooks);
}

static cJSON *build(const acr__check *check, acr__span text) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  // Items, and texts that are no longer than they were written, each rounded up.
  size_t bytes = check->mark_count * (sizeof(cJSON) + 2 * TREE_ALIGN) + text.len;
  tree.arena = check->arena;
  tree.at = acr__arena_alloc(check->arena, bytes);
  tree.end = tree.at + bytes;
  cJSON *root = cJSON_ParseWithLengthOpts(text.ptr, text.len, NULL, false);
  tree.arena = NULL;
  return root;
}

// Numbers the items in pre-order, which is how the check has numbered their marks, and gives numbers their text.
static int number(cJSON *item, int next, const acr__mark *marks, acr__span text, acr__arena *arena) {
  for (; item; item = item->next) {
    const acr__mark *mark = &marks[next];
    if ((item->type & 0xFF) == cJSON_Number) {
      item->valuestring = acr__arena_text(arena, (acr__span){text.ptr + mark->start, mark->end - mark->start});
    }
    item->valueint = next++;
    if (item->child) next = number(item->child, next, marks, text, arena);
  }
  return next;
}

static bool small_enough(acr__check *check, size_t bytes, size_t bytes_max) {
  if (bytes_max == 0) bytes_max = ACR_LINE_BYTES_MAX;
  if (bytes_max > BYTES_CEILING) bytes_max = BYTES_CEILING;
  if (bytes <= bytes_max) return true;
  return acr__check_fail(check, check->begin, "json_size", "found %zu bytes, wanted at most %zu", bytes, bytes_max);
}

acr__json *acr__json_parse(acr__arena *arena, acr__span text, const struct acr__json_limits *limits, struct acr__json_fault *fault) {
  struct acr__json_fault ignored;
  int depth_max = limits && limits->depth_max ? limits->depth_max : ACR_JSON_DEPTH_MAX;
  if (!text.ptr) text.ptr = "";
  acr__check check; // not cleared as a whole: its local keys are large and need no clearing
  check.begin = check.at = text.ptr;
  check.end = text.ptr + text.len;
  check.arena = arena;
  check.fault = fault ? fault : &ignored;
  check.marks = NULL;
  check.newlines = NULL;
  check.mark_count = check.mark_cap = check.newline_count = check.newline_cap = 0;
  check.keys = check.keys_local;
  check.key_count = 0;
  check.key_cap = ACR__CHECK_KEYS_LOCAL;
  check.depth = 0;
  check.depth_max = depth_max > DEPTH_CEILING ? DEPTH_CEILING : depth_max;
  if (!small_enough(&check, text.len, limits ? limits->bytes_max : 0) || !acr__check_document(&check)) return NULL;

  cJSON *root = build(&check, text);
  if (!root) {
    acr__check_fail(&check, text.ptr, "json_syntax", "found a text that cJSON refuses");
    return NULL;
  }
  number(root, 0, check.marks, text, arena);
  acr__json *json = ACR__NEW(arena, acr__json);
  *json = (acr__json){.root = root, .marks = check.marks, .newlines = check.newlines, .newline_count = check.newline_count};
  return json;
}
