#include "base/mem.h"
#include <stdio.h>
#include <stdlib.h>

_Noreturn void acr__mem_exhausted(size_t bytes) {
  fprintf(stderr, "accrue: out of memory (%zu bytes wanted)\n", bytes);
  abort();
}

void *acr__mem_alloc(size_t bytes) {
  void *ptr = malloc(bytes ? bytes : 1);
  if (!ptr) acr__mem_exhausted(bytes);
  return ptr;
}

void *acr__mem_resize(void *ptr, size_t bytes) {
  void *grown = realloc(ptr, bytes ? bytes : 1);
  if (!grown) acr__mem_exhausted(bytes);
  return grown;
}
