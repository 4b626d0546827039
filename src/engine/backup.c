// A copy of the ledger while it is used: the journal, and beside it the notes of which web hooks were delivered. The view follows from
// the journal, so the copy makes its own.
#include "base/mem.h"
#include "engine/rpc.h"
#include "json/writer.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// The notes are lines that are only added: a copy of a moment ago says that a few web hooks are still to be sent, and they go once more.
static bool copy_notes(const char *from, const char *to) {
  char bytes[64 * 1024];
  int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (in < 0) return errno == ENOENT;
  int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  ssize_t n = out < 0 ? -1 : 1;
  while (n > 0 && (n = read(in, bytes, sizeof bytes)) > 0) // a disk or a file: what is written short is full
    if (write(out, bytes, (size_t)n) != n) n = -1;
  bool good = n == 0 && fsync(out) == 0;
  close(in);
  if (out >= 0) close(out);
  if (!good) unlink(to);
  return good;
}

static char *beside(const char *path) {
  char *name;
  if (asprintf(&name, "%s-outbox", path) < 0) acr__mem_exhausted(strlen(path));
  return name;
}

static char *told(const char *path, const struct acr__backup *made) {
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  acr__write_object(&w);
  acr__write_key(&w, "path");
  acr__write_text(&w, path);
  acr__write_key(&w, "bytes");
  acr__write_int(&w, (int64_t)made->bytes);
  acr__write_key(&w, "records");
  acr__write_int(&w, (int64_t)made->records);
  acr__write_object_end(&w);
  char *text = strndup((const char *)out.ptr, out.len);
  acr__buf_free(&out);
  return text;
}

bool acr__method_backup(struct acr__request *request) {
  char *json = NULL, *message = NULL, *path = strndup(acr__param_text(request, "path").ptr, acr__param_text(request, "path").len);
  int error = acr_engine_backup(request->engine, path, &json, &message);
  if (error)
    acr__request_fail(request, "failed", "%s", message ? message : acr_error_text(error));
  else
    acr__write_raw(request->w, acr__span_of(json));
  free(path);
  free(json);
  free(message);
  return error == ACR_E_OK;
}

int acr_engine_backup(acr_engine *engine, const char *path, char **json, char **message) {
  struct acr__backup made = {0};
  *json = *message = NULL;
  if (*path != '/') {
    if (asprintf(message, "`path`: found \"%.200s\", wanted the absolute path of a file that is to be made", path) < 0) abort();
    return ACR_E_INVALID;
  }
  char *to = beside(path), *from = engine->ledger_path ? beside(engine->ledger_path) : NULL;
  bool there = access(to, F_OK) == 0; // of another ledger that was once there
  int error = ACR_E_OK;
  if (there && asprintf(message, "%s: there is a file of that name already; a backup replaces nothing", to) < 0) abort();
  if (there) error = ACR_E_PERMISSION;
  if (!error && from && !copy_notes(from, to)) {
    error = ACR_E_IO;
    if (asprintf(message, "%s: cannot be written: %s", to, strerror(errno)) < 0) abort();
  }
  if (!error) error = acr__ledger_backup(engine->ledger, path, &made, message);
  if (error && !there) unlink(to);
  if (!error) *json = told(path, &made);
  free(to);
  free(from);
  return error;
}
