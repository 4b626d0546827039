// A copy of the journal while it is written. It is made through the journal's own connection, which has the file for itself: SQLite then
// puts into the copy what is committed meanwhile, and the copy ends at the last commit before its last step.
#include "ledger/sqlite/journal.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { STEP_PAGES = 64 }; // 1 MiB: a commit waits no longer than that takes

static const uint64_t room_left = 64ull << 20; // what a ledger on the same disk needs to go on

struct copy {
  acr__journal *journal;
  const char *path; // as it will be called
  char *part;       // while it is made
  uint64_t bytes, records;
  char **message;
};

static int failed(struct copy *copy, int error, const char *what, const char *why) {
  *copy->message = acr__text("%s: %s: %s", copy->path, what, why);
  return error;
}

static int room(struct copy *copy) {
  struct stat about;
  struct statvfs disk;
  char *name = acr__text("%s", copy->path);
  const char *folder = dirname(name);
  uint64_t bytes = acr__db_file_bytes(copy->journal->path, "") + acr__db_file_bytes(copy->journal->path, "-wal");
  int error = ACR_E_OK;
  if (lstat(copy->path, &about) == 0) {
    error = failed(copy, ACR_E_PERMISSION, "there is a file of that name already", "a backup replaces nothing");
  } else if (statvfs(folder, &disk) != 0) {
    error = failed(copy, ACR_E_NOT_FOUND, folder, strerror(errno));
  } else if ((uint64_t)disk.f_bavail * disk.f_frsize < bytes + room_left) {
    *copy->message = acr__text("%s: the ledger has %llu MiB, and %llu MiB are free there (64 MiB have to stay free)", copy->path,
                               (unsigned long long)(bytes >> 20), (unsigned long long)((uint64_t)disk.f_bavail * disk.f_frsize >> 20));
    error = ACR_E_IO;
  }
  free(name);
  return error;
}

// The copy's connection is used by whoever has the turn too: a commit writes to it what was copied before.
static int steps(struct copy *copy, sqlite3 *to) {
  acr__journal *journal = copy->journal;
  acr__turn_take_reader(&journal->turn);
  sqlite3_backup *backup = sqlite3_backup_init(to, "main", journal->db, "main");
  int code = backup ? SQLITE_OK : sqlite3_errcode(to);
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(backup, STEP_PAGES);
    if (code != SQLITE_OK) break;
    acr__turn_give_reader(&journal->turn);
    acr__turn_take_reader(&journal->turn);
  }
  copy->records = acr__journal_tail(journal).seq;
  if (backup) {
    int ended = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE) code = ended;
  }
  acr__turn_give_reader(&journal->turn);
  return code;
}

static int fill(struct copy *copy) {
  sqlite3 *to;
  int code = acr__db_open(copy->part, SQLITE_OPEN_READWRITE, &to);
  // A copy that does not become whole is thrown away, and the whole one is synced below: a journal of its own would help nobody.
  if (code == SQLITE_OK) code = acr__db_exec(to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
  if (code == SQLITE_OK) code = steps(copy, to);
  acr__db_close(to);
  return code == SQLITE_OK ? ACR_E_OK : failed(copy, ACR_E_IO, "the copy cannot be written", sqlite3_errstr(code));
}

static int sync_and_name(struct copy *copy) {
  int fd = open(copy->part, O_RDWR | O_CLOEXEC);
  struct stat about;
  bool good =
      fd >= 0 && fsync(fd) == 0 && fstat(fd, &about) == 0 && renameat2(AT_FDCWD, copy->part, AT_FDCWD, copy->path, RENAME_NOREPLACE) == 0;
  int error = good ? ACR_E_OK : failed(copy, ACR_E_IO, "the copy cannot be finished", strerror(errno));
  if (good) copy->bytes = (uint64_t)about.st_size;
  if (fd >= 0) close(fd);
  return error;
}

static int make(struct copy *copy) {
  int error = room(copy);
  if (error) return error;
  copy->part = acr__text("%s-part", copy->path);
  unlink(copy->part); // of a backup that did not end
  int fd = open(copy->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    error = failed(copy, errno == EACCES || errno == EROFS ? ACR_E_PERMISSION : ACR_E_IO, "cannot be created", strerror(errno));
  } else {
    close(fd);
    error = fill(copy);
    if (!error) error = sync_and_name(copy);
    if (error) unlink(copy->part);
  }
  if (!error) acr__journal_sync_folder(copy->path);
  free(copy->part);
  return error;
}

int acr__journal_backup(acr__journal *journal, const char *path, struct acr__backup *out, char **message) {
  struct copy copy = {.journal = journal, .path = path, .message = message};
  if (atomic_exchange(&journal->copying, true)) return failed(&copy, ACR_E_IN_USE, "not begun", "another backup is being made");
  int error = make(&copy);
  atomic_store(&journal->copying, false);
  *out = (struct acr__backup){.bytes = copy.bytes, .records = copy.records};
  return error;
}
