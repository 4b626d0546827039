#include "cli/input.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/unzip.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 64 << 10, DONE = 1000 };

static const char *name_of(const struct input *input) {
  return input->files[input->file];
}

static input_result open_file(struct input *input) {
  bool piped = strcmp(name_of(input), "-") == 0;
  struct stat at;
  input->fd = piped ? dup(STDIN_FILENO) : open(name_of(input), O_RDONLY | O_CLOEXEC);
  if (input->fd < 0 || fstat(input->fd, &at) != 0) {
    acr__args_fail("send", "%s: %s", name_of(input), strerror(errno));
    return INPUT_FAILED;
  }
  input->regular = S_ISREG(at.st_mode);
  input->begun = input->file_ended = false;
  input->line = 0;
  return INPUT_LINE;
}

int acr__input_open(struct input *input, const char *const *files, int count) {
  *input = (struct input){.files = files, .file_count = count, .fd = -1};
  bool known = true;
  for (int i = 0; i < count; i++) {
    struct stat at;
    bool piped = strcmp(files[i], "-") == 0;
    if (piped ? fstat(STDIN_FILENO, &at) != 0 : stat(files[i], &at) != 0)
      return acr__args_fail("send", "%s: %s", files[i], strerror(errno));
    if (S_ISDIR(at.st_mode)) return acr__args_fail("send", "%s is a directory", files[i]);
    if (!piped && access(files[i], R_OK) != 0) return acr__args_fail("send", "%s: %s", files[i], strerror(errno));
    known = known && S_ISREG(at.st_mode);
    input->total += (unsigned long long)at.st_size;
  }
  if (!known) input->total = 0;
  return CLI_OK;
}

static input_result failed(const struct input *input, const char *why) {
  acr__args_fail("send", "%s, after line %llu: %s", name_of(input), input->line, why);
  return INPUT_FAILED;
}

// More bytes behind what is there; at the end of the file file_ended is set instead.
static input_result fill(struct input *input) {
  struct pollfd ready = {.fd = input->fd, .events = POLLIN};
  if (input->impatient && !input->regular && poll(&ready, 1, 0) == 0) return INPUT_LATER;
  if (input->at) {
    memmove(input->bytes.ptr, input->bytes.ptr + input->at, input->bytes.len - input->at);
    input->bytes.len -= input->at;
    input->at = 0;
  }
  uint8_t packed[READ_BYTES];
  ssize_t count = read(input->fd, packed, sizeof packed);
  if (count < 0) return errno == EINTR ? INPUT_LINE : failed(input, strerror(errno));
  if (!input->begun && count > 0) {
    input->begun = true;
    if (packed[0] == 0x1F && (count < 2 || packed[1] == 0x8B)) input->unzip = acr__unzip_new();
  }
  input->done += (unsigned long long)count;
  input->file_ended = count == 0;
  if (count == 0 && input->unzip && !acr__unzip_whole(input->unzip)) return failed(input, "the gzip data is cut off");
  if (!input->unzip) {
    acr__buf_put(&input->bytes, packed, (size_t)count);
  } else if (!acr__unzip_feed(input->unzip, packed, (size_t)count, &input->bytes)) {
    return failed(input, "the gzip data is damaged");
  }
  return INPUT_LINE;
}

static void close_file(struct input *input) {
  if (input->fd >= 0) close(input->fd);
  input->fd = -1;
  acr__unzip_free(input->unzip);
  input->unzip = NULL;
}

static bool blank(acr__span line) {
  for (size_t i = 0; i < line.len; i++) {
    if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') return false;
  }
  return true;
}

// A line of the open file, blank or not; its last one may lack the line end.
static input_result next_line(struct input *input, acr__span *line) {
  size_t seen = 0;
  for (;;) {
    size_t left = input->bytes.len - input->at;
    const char *from = left ? (const char *)input->bytes.ptr + input->at : "";
    const char *end = left > seen ? memchr(from + seen, '\n', left - seen) : NULL;
    if (!end && input->file_ended && left == 0) return INPUT_END;
    if (end || input->file_ended) {
      *line = (acr__span){from, end ? (size_t)(end - from) : left};
      input->at += line->len + (end != NULL);
      input->line++;
      return INPUT_LINE;
    }
    seen = left;
    input_result more = fill(input);
    if (more != INPUT_LINE) return more;
  }
}

input_result acr__input_line(struct input *input, acr__span *line) {
  while (input->file < input->file_count) {
    if (input->fd < 0 && open_file(input) == INPUT_FAILED) return INPUT_FAILED;
    input_result got = next_line(input, line);
    if (got == INPUT_LINE && blank(*line)) continue;
    if (got != INPUT_END) return got;
    close_file(input);
    input->file++;
  }
  return INPUT_END;
}

int acr__input_fd(const struct input *input) {
  return input->regular ? -1 : input->fd;
}

int acr__input_done(const struct input *input) {
  if (!input->total) return -1;
  return input->done >= input->total ? DONE : (int)(input->done * DONE / input->total);
}

void acr__input_close(struct input *input) {
  close_file(input);
  acr__buf_free(&input->bytes);
}
