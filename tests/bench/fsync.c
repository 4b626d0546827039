// What a durable write costs on this disk. Prints p50 and p99 in microseconds.
#include "cli/fsync.h"
#include <stdio.h>

int main(int argc, char **argv) {
  struct fsync_figures figures;
  const char *folder = argc > 1 ? argv[1] : ".";
  if (!acr__fsync_measure(folder, &figures)) {
    perror(folder);
    return 2;
  }
  printf("fsync_p50_us %.1f\nfsync_p99_us %.1f\n", figures.p50_us, figures.p99_us);
  return 0;
}
