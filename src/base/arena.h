// Bump allocator: many small pieces, freed together. An arena is used by one thread at a time.
#ifndef ACR_BASE_ARENA_H
#define ACR_BASE_ARENA_H
#include "base/span.h"

typedef struct acr__arena acr__arena;

// A new arena whose blocks have at least `block_bytes`; never NULL (out of memory ends the process).
acr__arena *acr__arena_new(size_t block_bytes);
void acr__arena_free(acr__arena *arena);
// Forgets every piece but keeps the blocks for reuse.
void acr__arena_reset(acr__arena *arena);
// 16-byte aligned, not cleared; lives until reset or free.
void *acr__arena_alloc(acr__arena *arena, size_t bytes);
void *acr__arena_zalloc(acr__arena *arena, size_t bytes);
// A terminated copy of a text.
char *acr__arena_text(acr__arena *arena, acr__span text);
acr__span acr__arena_span(acr__arena *arena, acr__span text);
// A terminated, formatted text.
char *acr__arena_printf(acr__arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Bytes handed out since the last reset.
size_t acr__arena_used(const acr__arena *arena);

#define ACR__NEW(arena, type) ((type *)acr__arena_zalloc((arena), sizeof(type)))
#define ACR__NEW_N(arena, type, n) ((type *)acr__arena_zalloc((arena), sizeof(type) * (size_t)(n)))
#endif
