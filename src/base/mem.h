// Memory that is always there: running out of it ends the process with one line.
#ifndef ACR_BASE_MEM_H
#define ACR_BASE_MEM_H
#include <stddef.h>

void *acr__mem_alloc(size_t bytes);
// As realloc; `ptr` may be NULL.
void *acr__mem_resize(void *ptr, size_t bytes);
// Says what ran out and aborts.
_Noreturn void acr__mem_exhausted(size_t bytes);
#endif
