// What a store provides: one function for each of ledger.h. A store's own struct begins with acr__ledger.
#ifndef ACR_LEDGER_STORE_H
#define ACR_LEDGER_STORE_H
#include "accrue.h" // for its error numbers alone
#include "ledger/ledger.h"

struct acr__store {
  void (*close)(acr__ledger *ledger);
  void (*commit)(acr__ledger *ledger, uint8_t *records, size_t len, acr__pos first, const struct acr__id_entry *ids, size_t id_count,
                 void (*done)(void *arg, int error), void *arg);
  bool (*read)(acr__ledger *ledger, acr__pos pos, acr__buf *out);
  acr__pos (*scan)(acr__ledger *ledger, acr__pos from, size_t max_bytes, acr__buf *out);
  acr__pos (*find_seq)(acr__ledger *ledger, uint64_t seq);
  acr__pos (*committed_end)(acr__ledger *ledger);
  acr__pos (*find_id)(acr__ledger *ledger, acr__digest id);
  void (*fetch_id)(acr__ledger *ledger, acr__digest id);
  void (*add_id)(acr__ledger *ledger, acr__digest id, acr__pos pos);
  bool (*load_id)(acr__ledger *ledger, acr__span id, uint32_t *number, acr__buf *out);
  bool (*load_number)(acr__ledger *ledger, uint32_t number, acr__buf *id, acr__buf *out);
  uint64_t (*push)(acr__ledger *ledger, const struct acr__member_blob *members, size_t count, acr__pos complete_to);
  uint64_t (*pushed)(acr__ledger *ledger);
  int (*overwrite)(acr__ledger *ledger, const struct acr__patch *patches, size_t count);
  void (*scrub_begin)(acr__ledger *ledger);
  void (*scrub)(acr__ledger *ledger, uint64_t ticket);
  void (*each_member)(acr__ledger *ledger, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg);
  void (*note)(acr__ledger *ledger, acr__span name, acr__span value);
  bool (*note_read)(acr__ledger *ledger, acr__span name, acr__buf *out);
  void (*stats_read)(acr__ledger *ledger, struct acr__ledger_stats *out);
  uint64_t (*disk_free)(acr__ledger *ledger);
  char *(*check)(acr__ledger *ledger, bool full);
  int (*backup)(acr__ledger *ledger, const char *path, struct acr__backup *out, char **message);
};

struct acr__ledger {
  const struct acr__store *store;
};

void acr__memory_open(acr__ledger **ledger, struct acr__ledger_info *info);
int acr__sqlite_open(const struct acr__ledger_options *options, acr__ledger **ledger, struct acr__ledger_info *info, char **message);
#endif
