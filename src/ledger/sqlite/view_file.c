// The view's file: whose it is, whether it can be believed, and how it is left.
#include "ledger/record.h"
#include "ledger/sqlite/view.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char schema[] =
    "PRAGMA page_size = 16384;"
    "BEGIN IMMEDIATE;"
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL);"
    "CREATE TABLE note(name TEXT PRIMARY KEY, value BLOB NOT NULL);"
    "CREATE TABLE member(number INTEGER PRIMARY KEY, id BLOB NOT NULL, state BLOB NOT NULL);"
    "CREATE TABLE member_id(id BLOB PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE idrun(number INTEGER PRIMARY KEY, count INTEGER NOT NULL, last INTEGER NOT NULL, blocks INTEGER NOT NULL,"
    " fences BLOB NOT NULL);"
    "CREATE TABLE idchunk(key INTEGER PRIMARY KEY, entries BLOB NOT NULL);"
    "CREATE TABLE idfilter(key INTEGER PRIMARY KEY, bits BLOB NOT NULL);";

// Names one run of the machine; empty when the system does not say.
static void boot_id(char out[40]) {
  out[0] = '\0';
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
  if (!file) return;
  if (!fgets(out, 40, file)) out[0] = '\0';
  fclose(file);
}

static int put(sqlite3 *db, const char *name, const void *bytes, size_t len) {
  return acr__db_value_put(db, "meta", acr__span_of(name), (acr__span){bytes, len});
}

// Says durably that from now on only this run of the machine can vouch for the file.
static int mark(sqlite3 *db, bool clean) {
  char boot[40];
  boot_id(boot);
  int code = acr__db_exec(db, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
  if (code == SQLITE_OK) code = put(db, "boot", boot, strlen(boot));
  if (code == SQLITE_OK) code = put(db, "clean", clean ? "1" : "0", 1);
  if (code == SQLITE_OK) code = acr__db_exec(db, "COMMIT");
  if (code == SQLITE_OK && !clean) code = acr__db_exec(db, "PRAGMA synchronous = OFF");
  return code;
}

static bool same(sqlite3 *db, const char *name, const void *bytes, size_t len) {
  acr__buf value = {0};
  int code = acr__db_value(db, "meta", acr__span_of(name), &value);
  bool equal = code == SQLITE_ROW && value.len == len && (len == 0 || memcmp(value.ptr, bytes, len) == 0);
  acr__buf_free(&value);
  return equal;
}

// Written to the end of the last run, or by this run of the machine, whose page cache has everything.
static bool settled(sqlite3 *db) {
  char boot[40];
  boot_id(boot);
  return same(db, "clean", "1", 1) || (boot[0] && same(db, "boot", boot, strlen(boot)));
}

// The journal's last record at the time of the last transaction is still in the journal.
static bool follows(acr__view *view) {
  acr__buf anchor = {0}, record = {0};
  bool good = acr__db_value(view->writer.db, "meta", ACR__SPAN_LIT("anchor"), &anchor) == SQLITE_ROW;
  acr__cursor cur = {anchor.ptr, anchor.ptr + anchor.len, false};
  acr__pos pos = good ? acr__get_u64(&cur) : 0;
  const uint8_t *hash = good ? acr__get_bytes(&cur, sizeof(acr__hash)) : NULL;
  good = good && !cur.bad;
  if (good && pos > 0) {
    good = acr__journal_read(view->journal, pos, &record);
    good = good && memcmp(record.ptr + ACR_RECORD_AT_HASH, hash, sizeof(acr__hash)) == 0;
  }
  acr__buf_free(&anchor);
  acr__buf_free(&record);
  return good;
}

static int stamps(acr__view *view, struct acr__view_info *info) {
  sqlite3 *db = view->writer.db;
  const acr__key *key = &view->journal->key;
  int64_t application = 0, format = 0, last_member = 0;
  acr__db_number(db, "PRAGMA application_id", &application);
  acr__db_number(db, "PRAGMA user_version", &format);
  bool ours = application == ACR_DB_VIEW_ID && format == ACR_DB_FORMAT && same(db, "key", key->bytes, sizeof key->bytes);
  if (!ours || !settled(db) || !follows(view)) return SQLITE_CORRUPT;
  acr__buf end = {0};
  int code = acr__db_value(db, "meta", ACR__SPAN_LIT("view_end"), &end);
  acr__cursor cur = {end.ptr, end.ptr + end.len, false};
  info->view_end = code == SQLITE_ROW ? acr__get_u64(&cur) : 0;
  bool good = !cur.bad && info->view_end >= 1 && info->view_end <= atomic_load(&view->journal->end);
  acr__buf_free(&end);
  code = acr__db_number(db, "SELECT max(number) FROM member", &last_member);
  info->last_member = (uint32_t)last_member;
  return good && code == SQLITE_ROW ? SQLITE_OK : SQLITE_CORRUPT;
}

// Chunks of runs that were being written or deleted when the process ended.
static int find_strays(struct acr__view_writer *writer) {
  int64_t key = 0;
  for (;;) {
    char *sql = acr__text("SELECT min(key) FROM (SELECT min(key) AS key FROM idchunk WHERE key >= %lld UNION ALL"
                          " SELECT min(key) FROM idfilter WHERE key >= %lld)", (long long)key, (long long)key);
    int64_t found = 0;
    int code = acr__db_number(writer->db, sql, &found);
    free(sql);
    if (code != SQLITE_ROW || found == 0) return code == SQLITE_ROW ? SQLITE_OK : code;
    int64_t number = found >> ACR_RUN_KEY_BITS;
    bool live = false;
    for (size_t i = 0; i < writer->run_count; i++) live = live || writer->runs[i]->number == number;
    if (!live) acr__drop_add(writer, number);
    if (number >= writer->next_run) writer->next_run = number + 1;
    key = (number + 1) << ACR_RUN_KEY_BITS;
  }
}

static int note_wal_pages(void *arg, sqlite3 *db, const char *name, int pages) {
  (void)db;
  (void)name;
  ((struct acr__view_writer *)arg)->wal_pages = pages;
  return SQLITE_OK;
}

static int prepare(struct acr__view_writer *writer) {
  static const struct { const char *sql; size_t at; } all[] = {
      {"BEGIN IMMEDIATE", offsetof(struct acr__view_writer, begin)},
      {"COMMIT", offsetof(struct acr__view_writer, commit)},
      {"ROLLBACK", offsetof(struct acr__view_writer, rollback)},
      {"UPDATE member SET id = ?, state = ? WHERE number = ?", offsetof(struct acr__view_writer, update_member)},
      {"INSERT INTO member(number, id, state) VALUES(?, ?, ?)", offsetof(struct acr__view_writer, insert_member)},
      {"REPLACE INTO member_id(id, number) VALUES(?, ?)", offsetof(struct acr__view_writer, insert_id)},
      // By then the same id may be another member's.
      {"DELETE FROM member_id WHERE id = ? AND number = ?", offsetof(struct acr__view_writer, drop_id)},
  };
  int code = SQLITE_OK;
  for (size_t i = 0; i < ACR__COUNT(all) && code == SQLITE_OK; i++) {
    code = acr__db_prepare(writer->db, all[i].sql, (sqlite3_stmt **)((char *)writer + all[i].at));
  }
  return code == SQLITE_OK ? acr__run_tables_prepare(writer->db, &writer->tables) : code;
}

static int configure(sqlite3 *db) {
  sqlite3_busy_timeout(db, 1000);
  return acr__db_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0;"
                          "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA secure_delete = ON");
}

int acr__view_file_open(acr__view *view, struct acr__view_info *info) {
  struct acr__view_writer *writer = &view->writer;
  int code = acr__db_open_alone(view->path, &writer->db);
  if (code == SQLITE_OK) code = configure(writer->db);
  if (code == SQLITE_OK) code = stamps(view, info);
  if (code == SQLITE_OK) writer->runs = acr__runs_load(writer->db, &writer->run_count, &code);
  if (code != SQLITE_OK) return code;
  writer->next_run = 1;
  for (size_t i = 0; i < writer->run_count; i++) {
    if (writer->runs[i]->number >= writer->next_run) writer->next_run = writer->runs[i]->number + 1;
    atomic_fetch_add(&view->ids, writer->runs[i]->count);
  }
  atomic_store(&view->id_runs, writer->run_count);
  writer->last_member = info->last_member;
  writer->ids_end = writer->members_end = info->view_end;
  code = acr__view_scrub_left(writer);
  if (code == SQLITE_OK) code = find_strays(writer);
  if (code == SQLITE_OK) code = prepare(writer);
  if (code == SQLITE_OK) code = mark(writer->db, false);
  sqlite3_wal_hook(writer->db, note_wal_pages, writer);
  writer->file_fd = open(view->path, O_RDONLY | O_CLOEXEC);
  return code;
}

void acr__view_file_remove(const char *path) {
  static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
  for (size_t i = 0; i < ACR__COUNT(suffixes); i++) {
    char *name = acr__text("%s%s", path, suffixes[i]);
    unlink(name);
    free(name);
  }
}

int acr__view_file_create(acr__view *view) {
  acr__view_file_remove(view->path);
  int fd = open(view->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return SQLITE_CANTOPEN;
  close(fd);
  sqlite3 *db = NULL;
  uint8_t anchor[8 + sizeof(acr__hash)] = {0}, one[8] = {1};
  char *stamp = acr__text("PRAGMA application_id = %d; PRAGMA user_version = %d;", ACR_DB_VIEW_ID, ACR_DB_FORMAT);
  int code = acr__db_open(view->path, SQLITE_OPEN_READWRITE, &db);
  if (code == SQLITE_OK) code = acr__db_exec(db, schema);
  if (code == SQLITE_OK) code = acr__db_exec(db, stamp);
  if (code == SQLITE_OK) code = put(db, "key", view->journal->key.bytes, sizeof view->journal->key.bytes);
  if (code == SQLITE_OK) code = put(db, "anchor", anchor, sizeof anchor);
  if (code == SQLITE_OK) code = put(db, "view_end", one, sizeof one);
  if (code == SQLITE_OK) code = put(db, "clean", "1", 1);
  if (code == SQLITE_OK) code = acr__db_exec(db, "COMMIT");
  free(stamp);
  acr__db_close(db);
  return code;
}

// Left to itself the system writes FILE-view half a minute later, hundreds of megabytes at once, and a commit's sync waits behind
// them. It waits as well behind a whole checkpoint that is on its way: so a few pages are at a time.
static void write_out(int fd) {
  enum { PIECE = 4 << 20, ON_THE_WAY = 2 * PIECE };
  struct stat file;
  if (fd < 0 || fstat(fd, &file) != 0) return;
  for (off_t at = 0; at < file.st_size + ON_THE_WAY; at += PIECE) {
    if (at < file.st_size) sync_file_range(fd, at, PIECE, SYNC_FILE_RANGE_WRITE);
    if (at >= ON_THE_WAY) sync_file_range(fd, at - ON_THE_WAY, PIECE, SYNC_FILE_RANGE_WAIT_BEFORE);
  }
}

void acr__view_file_copy_wal(struct acr__view_writer *writer) {
  sqlite3_wal_checkpoint_v2(writer->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  write_out(writer->file_fd);
}

void acr__view_file_settle(acr__view *view) {
  struct acr__view_writer *writer = &view->writer;
  acr__db_exec(writer->db, "PRAGMA synchronous = FULL");
  int code = sqlite3_wal_checkpoint_v2(writer->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  if (code == SQLITE_OK) code = mark(writer->db, true);
  if (code == SQLITE_OK) sqlite3_wal_checkpoint_v2(writer->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void acr__view_file_close(acr__view *view) {
  struct acr__view_writer *writer = &view->writer;
  sqlite3_stmt *all[] = {writer->begin, writer->commit, writer->rollback, writer->update_member, writer->insert_member, writer->insert_id,
                         writer->drop_id};
  acr__db_finalize(all, ACR__COUNT(all));
  acr__run_tables_finalize(&writer->tables);
  acr__db_close(writer->db);
  if (writer->file_fd > 0) close(writer->file_fd);
}

int acr__view_reader_connect(const char *path, sqlite3 **db) {
  int code = acr__db_open_alone(path, db);
  if (code != SQLITE_OK) return code;
  sqlite3_busy_timeout(*db, 5000);
  sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  return acr__db_exec(*db, "PRAGMA cache_size = -8192; PRAGMA query_only = ON");
}
