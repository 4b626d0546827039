// Lines of files, plain or gzip, one file after another; "-" is standard input.
#ifndef ACR_CLI_INPUT_H
#define ACR_CLI_INPUT_H
#include "base/buf.h"
#include "base/span.h"

typedef enum input_result { INPUT_LINE, INPUT_END, INPUT_LATER, INPUT_FAILED } input_result;

struct input {
  const char *const *files; // borrowed
  int file_count, file;     // the open one is files[file]
  bool impatient;           // INPUT_LATER instead of waiting for a pipe
  int fd;                   // -1 when none is open
  bool regular;
  struct unzip *unzip; // NULL while the file is not gzip
  acr__buf bytes;      // from `at` on not yet taken
  size_t at;
  bool begun, file_ended;
  unsigned long long line;        // of the open file, from 1
  unsigned long long total, done; // bytes of all files as stored (total 0 = unknown), and how many were read
};

// CLI_OK, or CLI_FAILED after naming the file that cannot be read.
int acr__input_open(struct input *input, const char *const *files, int count);
// A line that is not blank, valid until the next call. After INPUT_LATER wait for acr__input_fd. INPUT_FAILED: it was said.
input_result acr__input_line(struct input *input, acr__span *line);
// What to poll for more; -1 when there is nothing to wait for.
int acr__input_fd(const struct input *input);
// How much of all files was read, in thousandths; -1 when nobody knows.
int acr__input_done(const struct input *input);
void acr__input_close(struct input *input);
#endif
