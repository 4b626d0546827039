#include "base/table.h"
#include "base/digest.h"
#include "base/mem.h"
#include <stdlib.h>
#define uthash_fatal(message) acr__mem_exhausted(0)
#define HASH_FUNCTION(key, len, hash) ((hash) = (unsigned)acr__fast_hash((key), (len)))
#include <uthash.h>

struct entry {
  UT_hash_handle hh;
  void *value;
  char key[]; // terminated copy
};

struct acr__table {
  struct entry *head;
};

acr__table *acr__table_new(void) {
  acr__table *table = acr__mem_alloc(sizeof *table);
  table->head = NULL;
  return table;
}

void acr__table_free(acr__table *table) {
  if (!table) return;
  struct entry *entry = table->head, *next;
  HASH_CLEAR(hh, table->head); // frees the buckets; the entries stay linked
  for (; entry; entry = next) {
    next = entry->hh.next;
    free(entry);
  }
  free(table);
}

static struct entry *find(const acr__table *table, acr__span key, unsigned hash) {
  struct entry *head = table->head, *found = NULL;
  if (!key.ptr) key.ptr = ""; // memcmp wants an address even for no bytes
  HASH_FIND_BYHASHVALUE(hh, head, key.ptr, key.len, hash, found);
  return found;
}

static unsigned hash_of(acr__span key) {
  return (unsigned)acr__fast_hash(key.ptr, key.len);
}

void acr__table_put(acr__table *table, acr__span key, void *value) {
  unsigned hash = hash_of(key);
  struct entry *entry = find(table, key, hash);
  if (!entry) {
    entry = acr__mem_alloc(sizeof *entry + key.len + 1);
    if (key.len) memcpy(entry->key, key.ptr, key.len);
    entry->key[key.len] = '\0';
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, table->head, entry->key, key.len, hash, entry);
  }
  entry->value = value;
}

void *acr__table_get(const acr__table *table, acr__span key) {
  struct entry *entry = find(table, key, hash_of(key));
  return entry ? entry->value : NULL;
}

void acr__table_remove(acr__table *table, acr__span key) {
  struct entry *entry = find(table, key, hash_of(key));
  if (!entry) return;
  HASH_DELETE(hh, table->head, entry);
  free(entry);
}

size_t acr__table_count(const acr__table *table) {
  return HASH_COUNT(table->head);
}

void acr__table_each(const acr__table *table, void (*visit)(acr__span key, void *value, void *arg), void *arg) {
  for (struct entry *entry = table->head, *next; entry; entry = next) {
    next = entry->hh.next; // visit may remove the entry it is given
    visit((acr__span){entry->key, entry->hh.keylen}, entry->value, arg);
  }
}
