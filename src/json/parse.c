#include "base/limits.h"
#include "json/check.h"
#include <pthread.h>
#include <stdlib.h>

enum { DEPTH_CEILING = 512, BYTES_CEILING = 1 << 30, NODES_AT_ONCE = 64 }; // offsets are 32 bits

// While this thread parses, the items that cJSON makes are the nodes of this tree. Elsewhere in the process, and on
// other threads, cJSON works as it always does.
static _Thread_local struct {
  acr__arena *arena;   // NULL: this thread is not parsing
  acr__node *at, *end; // nodes that are free
} tree;

static void *tree_alloc(size_t bytes) {
  if (!tree.arena) return malloc(bytes);
  if (bytes > sizeof(cJSON)) return acr__arena_alloc(tree.arena, bytes);
  if (tree.at == tree.end) {
    tree.at = acr__arena_alloc(tree.arena, NODES_AT_ONCE * sizeof *tree.at);
    tree.end = tree.at + NODES_AT_ONCE;
  }
  return tree.at++;
}

static void tree_free(void *piece) {
  if (!tree.arena) free(piece);
}

static void install(void) {
  cJSON_Hooks hooks = {.malloc_fn = tree_alloc, .free_fn = tree_free};
  cJSON_InitHooks(&hooks);
}

static const acr__node *build(acr__check *check) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  size_t len = (size_t)(check->end - check->begin);
  pthread_once(&once, install);
  check->copy = acr__arena_alloc(check->arena, len + ACR__TEXT_SLACK);
  memcpy(check->copy, check->begin, len);
  tree.arena = check->arena;
  tree.at = tree.end = NULL;
  const acr__node *root = acr__check_document(check);
  tree.arena = NULL;
  return root;
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
  acr__check check = {
      .begin = text.ptr,
      .at = text.ptr,
      .end = text.ptr + text.len,
      .arena = arena,
      .fault = fault ? fault : &ignored,
      .depth_max = depth_max > DEPTH_CEILING ? DEPTH_CEILING : depth_max,
  };
  if (!small_enough(&check, text.len, limits ? limits->bytes_max : 0)) return NULL;
  const acr__node *root = build(&check);
  if (!root) return NULL;
  acr__json *json = acr__arena_alloc(arena, sizeof *json);
  *json = (acr__json){.root = root, .newlines = check.newlines, .newline_count = check.newline_count};
  return json;
}
