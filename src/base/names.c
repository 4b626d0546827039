#include "base/mem.h"
#include "base/table.h"
#include <stdlib.h>

struct acr__names {
  acr__table *numbers; // name -> number + 1, as NULL means absent
  acr__span *texts;    // by number; each points into its own copy
  int count, cap;
};

acr__names *acr__names_new(void) {
  acr__names *names = acr__mem_alloc(sizeof *names);
  *names = (acr__names){.numbers = acr__table_new()};
  return names;
}

void acr__names_free(acr__names *names) {
  if (!names) return;
  for (int i = 0; i < names->count; i++)
    free((void *)(uintptr_t)names->texts[i].ptr);
  free(names->texts);
  acr__table_free(names->numbers);
  free(names);
}

int acr__names_find(const acr__names *names, acr__span name) {
  return (int)(intptr_t)acr__table_get(names->numbers, name) - 1;
}

int acr__names_add(acr__names *names, acr__span name) {
  int number = acr__names_find(names, name);
  if (number >= 0) return number;
  if (names->count == names->cap) {
    names->cap = names->cap ? names->cap * 2 : 16;
    names->texts = acr__mem_resize(names->texts, sizeof *names->texts * (size_t)names->cap);
  }
  char *copy = acr__mem_alloc(name.len + 1);
  if (name.len) memcpy(copy, name.ptr, name.len);
  copy[name.len] = '\0';
  number = names->count++;
  names->texts[number] = (acr__span){copy, name.len};
  acr__table_put(names->numbers, name, (void *)((intptr_t)number + 1));
  return number;
}

acr__span acr__names_text(const acr__names *names, int number) {
  return number >= 0 && number < names->count ? names->texts[number] : (acr__span){0};
}

void acr__names_cut(acr__names *names, int count) {
  while (names->count > count) {
    acr__span *last = &names->texts[--names->count];
    acr__table_remove(names->numbers, *last);
    free((void *)(uintptr_t)last->ptr);
  }
}

int acr__names_count(const acr__names *names) {
  return names->count;
}
