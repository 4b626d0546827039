#include "cli/input.h"
#include "base/mem.h"
#include "calendar/calendar.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/unzip.h"
#include "json/json.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 64 << 10, ARENA_BYTES = 16 << 10, DONE = 1000 };

static bool piped(const char *name) {
  return strcmp(name, "-") == 0;
}

static input_result open_file(struct input_file *file) {
  struct stat at;
  file->fd = piped(file->name) ? dup(STDIN_FILENO) : open(file->name, O_RDONLY | O_CLOEXEC);
  if (file->fd < 0 || fstat(file->fd, &at) != 0) {
    acr__args_fail("send", "%s: %s", file->name, strerror(errno));
    return INPUT_FAILED;
  }
  file->regular = S_ISREG(at.st_mode);
  return INPUT_LINE;
}

int acr__input_open(struct input *input, const char *const *files, int count) {
  *input = (struct input){0};
  bool known = true, has_pipe = false;
  for (int i = 0; i < count; i++) {
    struct stat at;
    bool pipe = piped(files[i]);
    if (pipe && has_pipe) return acr__args_fail("send", "- is named twice, and there is one standard input");
    has_pipe = has_pipe || pipe;
    if (pipe ? fstat(STDIN_FILENO, &at) != 0 : stat(files[i], &at) != 0) return acr__args_fail("send", "%s: %s", files[i], strerror(errno));
    if (S_ISDIR(at.st_mode)) return acr__args_fail("send", "%s is a directory", files[i]);
    if (!pipe && access(files[i], R_OK) != 0) return acr__args_fail("send", "%s: %s", files[i], strerror(errno));
    known = known && S_ISREG(at.st_mode);
    input->total += (unsigned long long)at.st_size;
  }
  if (!known) input->total = 0;
  input->files = acr__mem_alloc((size_t)count * sizeof *input->files);
  input->file_count = count;
  for (int i = 0; i < count; i++)
    input->files[i] = (struct input_file){.name = files[i], .fd = -1, .time = ACR_TIME_MIN};
  if (count > 1) input->arena = acr__arena_new(ARENA_BYTES);
  return CLI_OK;
}

static input_result failed(const struct input_file *file, const char *why) {
  acr__args_fail("send", "%s, after line %llu: %s", file->name, file->line, why);
  return INPUT_FAILED;
}

// More bytes behind what is there; at the end of the file read_whole is set instead.
static input_result fill(struct input *input, struct input_file *file) {
  struct pollfd ready = {.fd = file->fd, .events = POLLIN};
  if (input->impatient && !file->regular && poll(&ready, 1, 0) == 0) return INPUT_LATER;
  if (file->at) {
    memmove(file->bytes.ptr, file->bytes.ptr + file->at, file->bytes.len - file->at);
    file->bytes.len -= file->at;
    file->at = 0;
  }
  uint8_t packed[READ_BYTES];
  ssize_t count = read(file->fd, packed, sizeof packed);
  if (count < 0) return errno == EINTR ? INPUT_LINE : failed(file, strerror(errno));
  if (!file->begun && count > 0) {
    file->begun = true;
    if (packed[0] == 0x1F && (count < 2 || packed[1] == 0x8B)) file->unzip = acr__unzip_new();
  }
  input->done += (unsigned long long)count;
  file->read_whole = count == 0;
  if (count == 0 && file->unzip && !acr__unzip_whole(file->unzip)) return failed(file, "the gzip data is cut off");
  if (!file->unzip) {
    acr__buf_put(&file->bytes, packed, (size_t)count);
  } else if (!acr__unzip_feed(file->unzip, packed, (size_t)count, &file->bytes)) {
    return failed(file, "the gzip data is damaged");
  }
  return INPUT_LINE;
}

static void close_file(struct input_file *file) {
  if (file->fd >= 0) close(file->fd);
  file->fd = -1;
  acr__unzip_free(file->unzip);
  file->unzip = NULL;
  acr__buf_free(&file->bytes);
}

static bool blank(acr__span line) {
  for (size_t i = 0; i < line.len; i++) {
    if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') return false;
  }
  return true;
}

// A line of a file, blank or not; its last one may lack the line end.
static input_result next_line(struct input *input, struct input_file *file, acr__span *line) {
  size_t seen = 0;
  for (;;) {
    size_t left = file->bytes.len - file->at;
    const char *from = left ? (const char *)file->bytes.ptr + file->at : "";
    const char *end = left > seen ? memchr(from + seen, '\n', left - seen) : NULL;
    if (!end && file->read_whole && left == 0) return INPUT_END;
    if (end || file->read_whole) {
      *line = (acr__span){from, end ? (size_t)(end - from) : left};
      file->at += line->len + (end != NULL);
      file->line++;
      return INPUT_LINE;
    }
    seen = left;
    input_result more = fill(input, file);
    if (more != INPUT_LINE) return more;
  }
}

static acr__time time_of(acr__arena *arena, acr__span line, acr__time before) {
  struct acr__json_limits limits = {0};
  struct acr__json_fault fault;
  acr__time time;
  acr__arena_reset(arena);
  acr__json *json = acr__json_parse(arena, line, &limits, &fault);
  const acr__node *node = json ? acr__node_get(acr__json_root(json), "time") : NULL;
  bool said = node && acr__node_kind(node) == ACR_JSON_STRING && acr__time_parse(acr__node_text(node), &time);
  return said ? time : before;
}

// The file has its next line, or has ended.
static input_result look_ahead(struct input *input, struct input_file *file) {
  if (file->fd < 0 && open_file(file) == INPUT_FAILED) return INPUT_FAILED;
  input_result got;
  do {
    got = next_line(input, file, &file->next);
  } while (got == INPUT_LINE && blank(file->next));
  file->has_next = got == INPUT_LINE;
  if (file->has_next && input->arena) file->time = time_of(input->arena, file->next, file->time);
  if (got == INPUT_LATER) input->waits = file;
  file->ended = got == INPUT_END;
  if (file->ended) close_file(file);
  return file->ended ? INPUT_LINE : got;
}

input_result acr__input_line(struct input *input, acr__span *line) {
  struct input_file *first = NULL;
  input->waits = NULL;
  for (int i = 0; i < input->file_count; i++) {
    struct input_file *file = &input->files[i];
    if (!file->has_next && !file->ended) {
      input_result got = look_ahead(input, file);
      if (got != INPUT_LINE) return got;
    }
    if (file->has_next && (!first || file->time < first->time)) first = file;
  }
  if (!first) return INPUT_END;
  *line = first->next;
  first->has_next = false;
  input->name = first->name;
  input->line = first->line;
  return INPUT_LINE;
}

int acr__input_fd(const struct input *input) {
  return input->waits ? input->waits->fd : -1;
}

int acr__input_done(const struct input *input) {
  if (!input->total) return -1;
  return input->done >= input->total ? DONE : (int)(input->done * DONE / input->total);
}

void acr__input_close(struct input *input) {
  for (int i = 0; i < input->file_count; i++)
    close_file(&input->files[i]);
  free(input->files);
  if (input->arena) acr__arena_free(input->arena);
  *input = (struct input){0};
}
