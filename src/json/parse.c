#include "base/limits.h"
#include "json/check.h"
#include <pthread.h>
#include <stdlib.h>

enum { DEPTH_CEILING = 512, BYTES_CEILING = 1 << 30, NODES_AT_ONCE = 64 }; // offsets are 32 bits

// While this thread parses, the items that cJSON makes are the nodes of that tree. Elsewhere in the process, and on other
// threads, cJSON works as it always does.
static _Thread_local acr__check *parsing; // NULL: this thread is not

static void *tree_alloc(size_t bytes) {
  if (!parsing) return malloc(bytes);
  return bytes > sizeof(cJSON) ? acr__arena_alloc(parsing->arena, bytes) : acr__check_room(parsing);
}

static void tree_free(void *piece) {
  if (!parsing) free(piece);
}

static void install(void) {
  cJSON_Hooks hooks = {.malloc_fn = tree_alloc, .free_fn = tree_free};
  cJSON_InitHooks(&hooks);
}

void acr__check_rooms(acr__check *check) {
  check->node = acr__arena_alloc(check->arena, NODES_AT_ONCE * sizeof *check->node);
  check->nodes_end = check->node + NODES_AT_ONCE;
}

static void copy(acr__check *check, acr__span text) {
  check->copy = acr__arena_alloc(check->arena, text.len + ACR__TEXT_SLACK);
  check->end = check->copy + text.len;
  if (text.len) memcpy(check->copy, text.ptr, text.len);
  memset(check->end, 0, ACR__TEXT_SLACK);
}

static const acr__node *build(acr__check *check) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  parsing = check;
  const acr__node *root = acr__check_document(check);
  parsing = NULL;
  return root;
}

static bool small_enough(acr__check *check, size_t bytes, size_t bytes_max) {
  if (bytes_max == 0) bytes_max = ACR_LINE_BYTES_MAX;
  if (bytes_max > BYTES_CEILING) bytes_max = BYTES_CEILING;
  if (bytes <= bytes_max) return true;
  return acr__check_fail(check, check->copy, "json_size", "found %zu bytes, wanted at most %zu", bytes, bytes_max);
}

acr__json *acr__json_parse(acr__arena *arena, acr__span text, const struct acr__json_limits *limits, struct acr__json_fault *fault) {
  struct acr__json_fault ignored;
  int depth_max = limits && limits->depth_max ? limits->depth_max : ACR_JSON_DEPTH_MAX;
  acr__check check = {
      .text = text.ptr,
      .arena = arena,
      .fault = fault ? fault : &ignored,
      .depth_max = depth_max > DEPTH_CEILING ? DEPTH_CEILING : depth_max,
  };
  if (!small_enough(&check, text.len, limits ? limits->bytes_max : 0)) return NULL;
  copy(&check, text);
  const acr__node *root = build(&check);
  if (!root) return NULL;
  acr__json *json = acr__arena_alloc(arena, sizeof *json);
  *json = (acr__json){.root = root, .newlines = check.newlines, .newline_count = check.newline_count};
  return json;
}
