// Where the events of a load come from: made up, or lines that are played again for other members and years.
#ifndef ACR_CLI_LOAD_SOURCE_H
#define ACR_CLI_LOAD_SOURCE_H
#include "base/span.h"
#include <stdint.h>

enum { SOURCE_LINE_MAX = 1 << 20 };

struct source_names {
  const char *const *all;
  size_t count;
};

struct source_options {
  uint64_t first;       // number of the first event: ids and times follow from it
  uint64_t members;     // members 0 .. members-1, drawn at random
  const char *subject;  // one member for all events; NULL = drawn
  const char *source;   // of the events
  const char *member;   // what the names of drawn members begin with
  uint64_t begin_s;     // time of event 0, seconds since 1970
  uint64_t spread_us;   // event time between two events
  bool ordered_ids;     // ids that grow, else ids spread over all their values
  const char *currency; // NULL = none is sent
  int scale;            // decimals of its amounts: 0, or 2 and more
  struct source_names stores, channels;
  bool litres;     // lines of fuel have context.litres
  acr__span text;  // lines to play again instead of making events up; whole ones, the last one ended
  unsigned copies; // of each line, for so many times its members
  unsigned rounds; // through the lines, each some years later; 0 = until their years are beyond 9999
};

struct source;

struct source *acr__source_open(const struct source_options *options);
// Writes the next event with its newline to `out` (at least SOURCE_LINE_MAX bytes) and returns its length; 0 at the end.
size_t acr__source_next(struct source *source, char *out);
void acr__source_close(struct source *source);
#endif
