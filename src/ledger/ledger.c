#include "ledger/store.h"

int acr__ledger_open(const struct acr__ledger_options *options, acr__ledger **ledger, struct acr__ledger_info *info, char **message) {
  *ledger = NULL;
  *message = NULL;
  *info = (struct acr__ledger_info){0};
  if (options->path) return acr__sqlite_open(options, ledger, info, message);
  acr__memory_open(ledger, info);
  return ACR_E_OK;
}

void acr__ledger_close(acr__ledger *ledger) {
  if (ledger) ledger->store->close(ledger);
}

void acr__ledger_commit(acr__ledger *ledger, uint8_t *records, size_t len, acr__pos first, const struct acr__id_entry *ids, size_t id_count,
                        void (*done)(void *arg, int error), void *arg) {
  ledger->store->commit(ledger, records, len, first, ids, id_count, done, arg);
}

bool acr__ledger_read(acr__ledger *ledger, acr__pos pos, acr__buf *out) {
  return ledger->store->read(ledger, pos, out);
}

acr__pos acr__ledger_scan(acr__ledger *ledger, acr__pos from, size_t max_bytes, acr__buf *out) {
  return ledger->store->scan(ledger, from, max_bytes, out);
}

acr__pos acr__ledger_find_seq(acr__ledger *ledger, uint64_t seq) {
  return ledger->store->find_seq(ledger, seq);
}

acr__pos acr__ledger_committed_end(acr__ledger *ledger) {
  return ledger->store->committed_end(ledger);
}

acr__pos acr__ledger_find_id(acr__ledger *ledger, acr__digest id) {
  return ledger->store->find_id(ledger, id);
}

void acr__ledger_fetch_id(acr__ledger *ledger, acr__digest id) {
  ledger->store->fetch_id(ledger, id);
}

void acr__ledger_add_id(acr__ledger *ledger, acr__digest id, acr__pos pos) {
  ledger->store->add_id(ledger, id, pos);
}

bool acr__ledger_load_id(acr__ledger *ledger, acr__span id, uint32_t *number, acr__buf *out) {
  return ledger->store->load_id(ledger, id, number, out);
}

bool acr__ledger_load_number(acr__ledger *ledger, uint32_t number, acr__buf *id, acr__buf *out) {
  return ledger->store->load_number(ledger, number, id, out);
}

uint64_t acr__ledger_push(acr__ledger *ledger, const struct acr__member_blob *members, size_t count, acr__pos complete_to) {
  return ledger->store->push(ledger, members, count, complete_to);
}

uint64_t acr__ledger_pushed(acr__ledger *ledger) {
  return ledger->store->pushed(ledger);
}

void acr__ledger_each_member(acr__ledger *ledger, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg) {
  ledger->store->each_member(ledger, visit, arg);
}

void acr__ledger_note(acr__ledger *ledger, acr__span name, acr__span value) {
  ledger->store->note(ledger, name, value);
}

bool acr__ledger_note_read(acr__ledger *ledger, acr__span name, acr__buf *out) {
  return ledger->store->note_read(ledger, name, out);
}

void acr__ledger_stats_read(acr__ledger *ledger, struct acr__ledger_stats *out) {
  *out = (struct acr__ledger_stats){0};
  ledger->store->stats_read(ledger, out);
}

uint64_t acr__ledger_disk_free(acr__ledger *ledger) {
  return ledger->store->disk_free(ledger);
}

char *acr__ledger_check(acr__ledger *ledger, bool full) {
  return ledger->store->check(ledger, full);
}

int acr__ledger_overwrite(acr__ledger *ledger, const struct acr__patch *patches, size_t count) {
  return ledger->store->overwrite(ledger, patches, count);
}

void acr__ledger_scrub_begin(acr__ledger *ledger) {
  ledger->store->scrub_begin(ledger);
}

void acr__ledger_scrub(acr__ledger *ledger, uint64_t ticket) {
  ledger->store->scrub(ledger, ticket);
}

int acr__ledger_backup(acr__ledger *ledger, const char *path, struct acr__backup *out, char **message) {
  return ledger->store->backup(ledger, path, out, message);
}
