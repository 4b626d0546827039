// The journal's file before SQLite has it: whose is it, is it ours, is it new enough. Everything here happens before a connection
// is open in this process: closing a descriptor of the file would drop SQLite's locks on it.
#include "ledger/sqlite/journal.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot(const char *path, const char *what, int error, char **message) {
  *message = acr__text("%s: %s: %s", path, what, strerror(error));
  if (error == EACCES || error == EPERM || error == EROFS) return ACR_E_PERMISSION;
  return error == ENOENT || error == ENOTDIR ? ACR_E_NOT_FOUND : ACR_E_IO;
}

int acr__journal_lock(const char *path, int *fd, bool *created, char **message) {
  char *name = acr__text("%s-lock", path);
  int error = ACR_E_OK, flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  *fd = open(name, flags | O_CREAT | O_EXCL, 0600);
  *created = *fd >= 0;
  if (*fd < 0 && errno == EEXIST) *fd = open(name, flags);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (*fd < 0) {
    error = cannot(name, "cannot open the lock file", errno, message);
  } else if (fcntl(*fd, F_OFD_SETLK, &lock) != 0) {
    bool held = errno == EAGAIN || errno == EACCES;
    error = held ? ACR_E_IN_USE : cannot(name, "cannot lock", errno, message);
    if (held) *message = acr__text("%s: another process has the ledger open; stop it first or ask it over its socket", path);
    close(*fd);
    *fd = -1;
  }
  free(name);
  return error;
}

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int judge(const char *path, const uint8_t *header, ssize_t len, char **message) {
  enum { AT_USER_VERSION = 60, AT_APPLICATION = 68, HEADER = 100 };
  if (len < HEADER || memcmp(header, "SQLite format 3", 16) != 0 || big_endian(header + AT_APPLICATION) != ACR_DB_JOURNAL_ID) {
    *message = acr__text("%s is not an Accrue ledger; it was left as it is", path);
    return ACR_E_NOT_A_LEDGER;
  }
  uint32_t format = big_endian(header + AT_USER_VERSION);
  if (format > ACR_DB_FORMAT) {
    *message = acr__text("%s was written by a newer version of Accrue (format %u, this one reads up to %d)", path, format, ACR_DB_FORMAT);
    return ACR_E_NEWER;
  }
  if (format < ACR_DB_FORMAT) {
    *message = acr__text("%s was written by an older version of Accrue (format %u, this one reads %d): take its events out with `accrue "
                         "export` of that version, and send them to a new ledger",
                         path, format, ACR_DB_FORMAT);
    return ACR_E_OLDER;
  }
  return ACR_E_OK;
}

int acr__journal_look(const char *path, char **message) {
  struct stat about;
  if (stat(path, &about) != 0) return cannot(path, "cannot open the ledger", errno, message);
  if (!S_ISREG(about.st_mode)) {
    *message = acr__text("%s is not a file, so it is not an Accrue ledger", path);
    return ACR_E_NOT_A_LEDGER;
  }
  if (about.st_size == 0) {
    *message = acr__text("%s is empty, there is no ledger in it", path);
    return ACR_E_NOT_FOUND;
  }
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return cannot(path, "cannot open the ledger", errno, message);
  uint8_t header[100];
  ssize_t len = pread(fd, header, sizeof header, 0);
  close(fd);
  return judge(path, header, len, message);
}

static const char schema[] =
    "PRAGMA page_size = 16384;"
    "PRAGMA synchronous = FULL;"
    "BEGIN IMMEDIATE;"
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL);"
    // pos: place of the first byte; seq: number of the first record that begins in this row or behind it; start: where in data it
    // begins, the length of data when behind it.
    "CREATE TABLE log(pos INTEGER PRIMARY KEY, seq INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;"
    "CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;";

static int fill(const char *path) {
  sqlite3 *db;
  int code = acr__db_open(path, SQLITE_OPEN_READWRITE, &db);
  if (code != SQLITE_OK) return code;
  acr__key key;
  acr__key_random(&key);
  char *stamp = acr__text("PRAGMA application_id = %d; PRAGMA user_version = %d;", ACR_DB_JOURNAL_ID, ACR_DB_FORMAT);
  code = acr__db_exec(db, schema);
  if (code == SQLITE_OK) code = acr__db_exec(db, stamp);
  if (code == SQLITE_OK) code = acr__db_value_put(db, "meta", ACR__SPAN_LIT("key"), (acr__span){(char *)key.bytes, sizeof key.bytes});
  if (code == SQLITE_OK) code = acr__db_exec(db, "COMMIT");
  free(stamp);
  acr__db_close(db);
  return code;
}

void acr__journal_sync_folder(const char *path) {
  char *copy = strdup(path);
  int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  free(copy);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

int acr__journal_create(const char *path, char **message) {
  if (acr__db_file_bytes(path, "-wal") > 0) {
    *message = acr__text("%s-wal belongs to a ledger whose main file is missing; restore that file or move the rest away", path);
    return ACR_E_CORRUPT;
  }
  char *fresh = acr__text("%s-new", path), *rest = acr__text("%s-new-journal", path);
  unlink(fresh); // of a creation that did not end
  unlink(rest);
  int error = ACR_E_OK, fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    error = cannot(path, "cannot create the ledger", errno, message);
  } else {
    close(fd);
    int code = fill(fresh);
    if (code != SQLITE_OK) {
      *message = acr__text("%s: cannot create the ledger: %s", path, sqlite3_errstr(code));
      error = ACR_E_IO;
    } else if (rename(fresh, path) != 0) {
      error = cannot(path, "cannot create the ledger", errno, message);
    }
    if (error) unlink(fresh);
    else acr__journal_sync_folder(path);
  }
  free(fresh);
  free(rest);
  return error;
}
