#include "cli/progress.h"
#include "cli/tally.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR = 30, DONE = 1000 };

static const double redraw_seconds = 0.1;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void acr__progress_begin(struct progress *progress) {
  const char *term = getenv("TERM");
  bool terminal = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
  *progress = (struct progress){.shown = terminal, .begun = now()};
  progress->drawn = progress->begun;
}

double acr__progress_seconds(const struct progress *progress) {
  return now() - progress->begun;
}

void acr__progress_show(struct progress *progress, unsigned long long count, int done) {
  if (!progress->shown) return;
  double time = now(), passed = time - progress->drawn;
  if (passed < redraw_seconds) return;
  double rate = (double)(count - progress->drawn_count) / passed;
  progress->rate = progress->rate > 0 ? progress->rate * 0.8 + rate * 0.2 : rate;
  progress->drawn = time;
  progress->drawn_count = count;
  char bar[BAR + 1], number[32], speed[32];
  int filled = done < 0 ? 0 : done * BAR / DONE;
  for (int i = 0; i < BAR; i++)
    bar[i] = i < filled ? '#' : '.';
  bar[BAR] = 0;
  if (done >= 0) fprintf(stderr, "\r[%s] %3d%%  ", bar, done / 10);
  if (done < 0) fputc('\r', stderr);
  int seconds = (int)(time - progress->begun);
  fprintf(stderr, "%s events  %s/s  %d:%02d\033[K", acr__grouped(count, number), acr__grouped((unsigned long long)progress->rate, speed),
          seconds / 60, seconds % 60);
}

void acr__progress_end(struct progress *progress) {
  if (progress->shown) fputs("\r\033[K", stderr);
}
