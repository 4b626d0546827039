// What a durable write costs on this disk: 4 KiB appended and fdatasync'ed, 500 times. Prints p50 and p99 in microseconds.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TIMES 500
#define BLOCK 4096

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  static double taken[TIMES];
  static char block[BLOCK];
  char path[4096];
  snprintf(path, sizeof path, "%s/fsync-XXXXXX", argc > 1 ? argv[1] : ".");
  int fd = mkstemp(path);
  if (fd < 0) {
    perror(path);
    return 2;
  }
  unlink(path);
  memset(block, 'x', sizeof block);
  for (int i = 0; i < TIMES; i++) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (pwrite(fd, block, sizeof block, (off_t)i * BLOCK) != BLOCK || fdatasync(fd) != 0) {
      perror(path);
      return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    taken[i] = (double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3;
  }
  close(fd);
  qsort(taken, TIMES, sizeof *taken, by_value);
  printf("fsync_p50_us %.1f\nfsync_p99_us %.1f\n", taken[TIMES / 2], taken[TIMES * 99 / 100]);
  return 0;
}
