// Lines of files, plain or gzip, several of them merged by the `time` of the events in them; "-" is standard input.
#ifndef ACR_CLI_INPUT_H
#define ACR_CLI_INPUT_H
#include "base/arena.h"
#include "base/buf.h"
#include <stdint.h>

typedef enum input_result { INPUT_LINE, INPUT_END, INPUT_LATER, INPUT_FAILED } input_result;

struct input_file {
  const char *name; // borrowed
  int fd;           // -1 when it is not open
  bool regular;
  struct unzip *unzip; // NULL while the file is not gzip
  acr__buf bytes;      // from `at` on not yet taken
  size_t at;
  bool begun, read_whole, ended; // ended: there is no line left
  unsigned long long line;       // the last one taken out of `bytes`, from 1
  bool has_next;                 // that line waits for its turn:
  acr__span next;
  int64_t time; // of it, or of the one before it where it does not say
};

struct input {
  struct input_file *files; // owned
  int file_count;
  bool impatient;                 // INPUT_LATER instead of waiting for a pipe
  const char *name;               // the file of the last line
  unsigned long long line;        // and its number there
  unsigned long long total, done; // bytes of all files as stored (total 0 = unknown), and how many were read
  struct input_file *waits;       // behind INPUT_LATER
  acr__arena *arena;              // of one line while its time is looked for; NULL for a single file
};

// CLI_OK, or CLI_FAILED after naming the file that cannot be read.
int acr__input_open(struct input *input, const char *const *files, int count);
// A line that is not blank, valid until the next call: of all files' next lines the earliest, of equals that of the first file. Each
// file stays in its own order; a line whose time cannot be read follows the one before it. After INPUT_LATER wait for acr__input_fd.
// INPUT_FAILED: it was said.
input_result acr__input_line(struct input *input, acr__span *line);
// What to poll for more; -1 when there is nothing to wait for.
int acr__input_fd(const struct input *input);
// How much of all files was read, in thousandths; -1 when nobody knows.
int acr__input_done(const struct input *input);
void acr__input_close(struct input *input);
#endif
