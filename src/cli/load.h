// A load: events sent to a daemon over its socket, and how long each took. One connection a thread, with a window of outstanding events
// or at a fixed rate. With a rate a round trip begins when the event was due, not when there was room to send it, so a stall counts for
// every event that it held up.
#ifndef ACR_CLI_LOAD_H
#define ACR_CLI_LOAD_H
#include "cli/load_hist.h"
#include "cli/load_source.h"

struct load_options {
  const char *socket;
  struct source_options source;
  uint64_t count; // events in all; 0 = no bound
  uint64_t rate;  // events a second in all; 0 = as the window lets
  unsigned window, connections, seconds;
  // Each reply, on the thread of its connection: was it `applied`?
  void (*reply)(void *arg, acr__span line, bool applied);
  void *reply_arg;
  unsigned slice_s; // so often `slice` is told how far it is; 0 = never
  void (*slice)(void *arg, double at_s, double events_per_s);
  void *slice_arg;
};

struct load_figures {
  uint64_t sent, answered;
  double seconds;
  struct hist hist; // of round trips, in tenths of a microsecond
  char fault[256];  // why it ended early
};

// Sends until `count`, `seconds` or the end of the source; false = fault.
bool acr__bench_load(const struct load_options *options, struct load_figures *figures);
#endif
