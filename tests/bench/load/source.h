// Where the events of a load come from: made up, or a file with its ids, members and years changed.
#ifndef BENCH_LOAD_SOURCE_H
#define BENCH_LOAD_SOURCE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_LINE_MAX (1u << 20)

struct source_options {
  uint64_t first;       // number of the first event: ids and times follow from it
  uint64_t members;     // members 0 .. members-1, drawn at random
  const char *subject;  // one member for all events; NULL = drawn
  uint64_t spread_us;   // event time between two events
  bool ordered_ids;     // ids that grow, else ids spread over all their values
  const char *file;     // replay this file instead of making events up
  unsigned copies;      // of each line of the file, for so many times its members
  unsigned rounds;      // through the file, each two years later
};

struct source;

struct source *source_open(const struct source_options *options);
// Writes the next event with its newline to `out` (at least SOURCE_LINE_MAX bytes) and returns its length; 0 at the end.
size_t source_next(struct source *source, char *out);
void source_close(struct source *source);
#endif
