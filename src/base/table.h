// A table from text to a number or pointer, and interned names (over uthash, whose header stays in table.c).
#ifndef ACR_BASE_TABLE_H
#define ACR_BASE_TABLE_H
#include "base/span.h"
#include <stdint.h>

typedef struct acr__table acr__table;

acr__table *acr__table_new(void);
void acr__table_free(acr__table *table); // not what the values point to
// Keys are copied. put replaces; get gives NULL for an absent key.
void acr__table_put(acr__table *table, acr__span key, void *value);
void *acr__table_get(const acr__table *table, acr__span key);
void acr__table_remove(acr__table *table, acr__span key);
size_t acr__table_count(const acr__table *table);
// In order of insertion.
void acr__table_each(const acr__table *table, void (*visit)(acr__span key, void *value, void *arg), void *arg);

// Names numbered from 0 in order of first use.
typedef struct acr__names acr__names;
acr__names *acr__names_new(void);
void acr__names_free(acr__names *names);
int acr__names_add(acr__names *names, acr__span name);        // its number, old or new
int acr__names_find(const acr__names *names, acr__span name); // -1 when absent
acr__span acr__names_text(const acr__names *names, int number);
int acr__names_count(const acr__names *names);
void acr__names_cut(acr__names *names, int count); // forgets the newest ones, so that `count` remain
#endif
