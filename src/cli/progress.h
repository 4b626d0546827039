// The progress bar of a terminal; elsewhere it draws nothing.
#ifndef ACR_CLI_PROGRESS_H
#define ACR_CLI_PROGRESS_H
#include <stdbool.h>

struct progress {
  bool shown;
  double begun, drawn; // seconds of the monotonic clock
  unsigned long long drawn_count;
  double rate;
};

void acr__progress_begin(struct progress *progress);
// Draws now and then. `done` in thousandths, -1 = unknown.
void acr__progress_show(struct progress *progress, unsigned long long count, int done);
void acr__progress_end(struct progress *progress);
// Seconds since it began.
double acr__progress_seconds(const struct progress *progress);
#endif
