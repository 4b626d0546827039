#include "base/arena.h"
#include "base/mem.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

enum { ALIGN = 16, BLOCK_MIN = 256 };

struct block {
  struct block *next;
  size_t cap;
  _Alignas(ALIGN) uint8_t bytes[];
};

struct acr__arena {
  struct block *first, *current; // current and those behind it are free to fill
  size_t block_bytes;
  size_t at; // in current
  size_t used;
};

// For the address sanitizer: what is not handed out, or was before a reset, is out of bounds.
static void close_bytes(void *ptr, size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  ASAN_POISON_MEMORY_REGION(ptr, bytes);
#else
  (void)ptr, (void)bytes;
#endif
}

static void open_bytes(void *ptr, size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  ASAN_UNPOISON_MEMORY_REGION(ptr, bytes);
#else
  (void)ptr, (void)bytes;
#endif
}

static size_t round_up(size_t bytes) {
  if (bytes > SIZE_MAX - ALIGN) acr__mem_exhausted(bytes);
  return (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct block *block_new(size_t cap) {
  if (cap > SIZE_MAX - sizeof(struct block)) acr__mem_exhausted(cap);
  struct block *block = acr__mem_alloc(sizeof *block + cap);
  block->next = NULL;
  block->cap = cap;
  close_bytes(block->bytes, cap);
  return block;
}

acr__arena *acr__arena_new(size_t block_bytes) {
  acr__arena *arena = acr__mem_alloc(sizeof *arena);
  arena->block_bytes = round_up(block_bytes < BLOCK_MIN ? BLOCK_MIN : block_bytes);
  arena->first = arena->current = block_new(arena->block_bytes);
  arena->at = arena->used = 0;
  return arena;
}

void acr__arena_free(acr__arena *arena) {
  if (!arena) return;
  for (struct block *block = arena->first, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  free(arena);
}

void acr__arena_reset(acr__arena *arena) {
  close_bytes(arena->first->bytes, arena->first->cap);
  arena->current = arena->first;
  arena->at = arena->used = 0;
}

// Makes a block of at least `bytes` the current one: the next if it is large enough, else a new one before it.
static void next_block(acr__arena *arena, size_t bytes) {
  struct block *next = arena->current->next;
  if (!next || next->cap < bytes) {
    struct block *fresh = block_new(bytes > arena->block_bytes ? bytes : arena->block_bytes);
    fresh->next = next;
    arena->current->next = fresh;
    next = fresh;
  }
  close_bytes(next->bytes, next->cap); // it may have been in use before a reset
  arena->current = next;
  arena->at = 0;
}

void *acr__arena_alloc(acr__arena *arena, size_t bytes) {
  size_t rounded = round_up(bytes);
  if (rounded > arena->current->cap - arena->at) next_block(arena, rounded);
  void *piece = arena->current->bytes + arena->at;
  open_bytes(piece, bytes);
  arena->at += rounded;
  arena->used += bytes;
  return piece;
}

void *acr__arena_zalloc(acr__arena *arena, size_t bytes) {
  return memset(acr__arena_alloc(arena, bytes), 0, bytes);
}

char *acr__arena_text(acr__arena *arena, acr__span text) {
  char *copy = acr__arena_alloc(arena, text.len + 1);
  if (text.len) memcpy(copy, text.ptr, text.len);
  copy[text.len] = '\0';
  return copy;
}

acr__span acr__arena_span(acr__arena *arena, acr__span text) {
  return (acr__span){acr__arena_text(arena, text), text.len};
}

char *acr__arena_printf(acr__arena *arena, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  size_t cap = len < 0 ? 1 : (size_t)len + 1;
  char *text = acr__arena_alloc(arena, cap);
  text[0] = '\0';
  if (len >= 0) vsnprintf(text, cap, format, again);
  va_end(again);
  return text;
}

size_t acr__arena_used(const acr__arena *arena) {
  return arena->used;
}
