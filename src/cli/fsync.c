#include "cli/fsync.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 500, BLOCK = 4096 };

static const double seconds_max = 2;

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static bool measure(int fd, struct fsync_figures *out) {
  double taken[TIMES], begun = now_us();
  char block[BLOCK];
  int count = 0;
  memset(block, 'x', sizeof block);
  while (count < TIMES && now_us() - begun < seconds_max * 1e6) {
    double from = now_us();
    if (pwrite(fd, block, sizeof block, (off_t)count * BLOCK) != BLOCK || fdatasync(fd) != 0) return false;
    taken[count++] = now_us() - from;
  }
  qsort(taken, (size_t)count, sizeof *taken, by_value);
  *out = (struct fsync_figures){.p50_us = taken[count / 2], .p99_us = taken[count * 99 / 100]};
  return true;
}

bool acr__fsync_measure(const char *folder, struct fsync_figures *out) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/fsync-XXXXXX", folder);
  int fd = mkostemp(path, O_CLOEXEC);
  if (fd < 0) return false;
  unlink(path);
  bool good = measure(fd, out);
  close(fd);
  return good;
}
