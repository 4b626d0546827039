// The store that forgets: everything in buffers. It serves explain, backtest and tests.
#ifndef ACR_LEDGER_MEMORY_MEMORY_H
#define ACR_LEDGER_MEMORY_MEMORY_H
#include "base/table.h"
#include "ledger/idset.h"
#include "ledger/store.h"
#include <pthread.h>

struct acr__memory_member {
  uint32_t number;
  char *id; // owned
  size_t id_len;
  acr__buf state;
};

struct acr__memory {
  acr__ledger ledger;
  pthread_mutex_t mutex; // guards the log and the members: read, scan and each_member may come from any thread
  acr__buf log;          // the stream from pos 1 on
  acr__pos *places;      // of record seq at [seq - 1]
  uint64_t records, commits;
  size_t places_cap;
  acr__hash tail_hash;
  int64_t last_recorded_at;
  int failed; // error of the first commit that did not succeed
  acr__idset ids;
  acr__table *by_id; // member id -> acr__memory_member
  struct acr__memory_member **members; // [number]; owned; NULL = no such member
  size_t members_cap;
  uint64_t tickets;
  acr__pos view_end;
  acr__table *notes; // name -> acr__buf
};

// ---- memory/members.c
bool acr__memory_load_id(acr__ledger *ledger, acr__span id, uint32_t *number, acr__buf *out);
bool acr__memory_load_number(acr__ledger *ledger, uint32_t number, acr__buf *id, acr__buf *out);
uint64_t acr__memory_push(acr__ledger *ledger, const struct acr__member_blob *members, size_t count, acr__pos complete_to);
uint64_t acr__memory_pushed(acr__ledger *ledger);
void acr__memory_each_member(acr__ledger *ledger, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg);
void acr__memory_note(acr__ledger *ledger, acr__span name, acr__span value);
bool acr__memory_note_read(acr__ledger *ledger, acr__span name, acr__buf *out);
void acr__memory_members_free(struct acr__memory *memory);
#endif
