// What a durable write costs on a disk: 4 KiB appended and synced, some hundred times.
#ifndef ACR_CLI_FSYNC_H
#define ACR_CLI_FSYNC_H
#include <stdbool.h>

struct fsync_figures {
  double p50_us, p99_us;
};

// In a file of its own in `folder`, which is gone behind it; for two seconds at most. false: errno says why.
bool acr__fsync_measure(const char *folder, struct fsync_figures *out);
#endif
