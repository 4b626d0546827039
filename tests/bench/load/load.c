// The load generator by itself; prints events a second per slice, then the round trips.
#include "cli/load.h"
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEGIN_S 1735689600u // 2025-01-01T00:00:00Z

static _Atomic unsigned long long others; // replies that were not `applied`

static void reply(void *arg, acr__span line, bool applied) {
  (void)arg;
  if (applied || others++ > 0) return;
  fprintf(stderr, "load: not applied: %.*s\n", (int)(line.len < 1000 ? line.len : 1000), line.ptr);
}

static void slice(void *arg, double at_s, double events_per_s) {
  (void)arg;
  printf("slice %.1f s: %.0f events/s\n", at_s, events_per_s);
  fflush(stdout);
}

static acr__span map(const char *file) {
  struct stat status;
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  void *mapped = fd < 0 || fstat(fd, &status) < 0 || status.st_size == 0
                     ? MAP_FAILED
                     : mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped == MAP_FAILED) {
    perror(file);
    exit(2);
  }
  close(fd);
  acr__span text = {mapped, (size_t)status.st_size};
  if (text.ptr[text.len - 1] == '\n') return text;
  fprintf(stderr, "load: %s: the last line is not ended\n", file);
  exit(2);
}

static void usage(void) {
  fputs("usage: bench_load --socket PATH [--count N] [--seconds N] [--window N | --rate N] [--connections N] [--slice N]\n"
        "  made up: [--first N] [--members N] [--subject ID] [--spread-us N] [--ordered-ids]\n"
        "  from a file: --replay FILE [--copies N] [--rounds N]\n",
        stderr);
  exit(2);
}

static struct load_options parse(int argc, char **argv) {
  static const struct option known[] = {
      {"socket", 1, 0, 's'},  {"count", 1, 0, 'n'},       {"seconds", 1, 0, 't'},   {"window", 1, 0, 'w'},
      {"rate", 1, 0, 'r'},    {"connections", 1, 0, 'c'}, {"slice", 1, 0, 'l'},     {"first", 1, 0, 'f'},
      {"members", 1, 0, 'm'}, {"subject", 1, 0, 'u'},     {"spread-us", 1, 0, 'p'}, {"ordered-ids", 0, 0, 'o'},
      {"replay", 1, 0, 'y'},  {"copies", 1, 0, 'k'},      {"rounds", 1, 0, 'd'},    {0, 0, 0, 0}};
  struct load_options options = {.window = 1000,
                                 .connections = 1,
                                 .slice_s = 5,
                                 .slice = slice,
                                 .reply = reply,
                                 .source = {.members = 1000000,
                                            .spread_us = 700000,
                                            .copies = 1,
                                            .rounds = 1,
                                            .source = "bench",
                                            .member = "m",
                                            .begin_s = BEGIN_S,
                                            .currency = "USD",
                                            .scale = 2,
                                            .litres = true}};
  for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    uint64_t number = optarg ? strtoull(optarg, NULL, 10) : 0;
    switch (c) {
    case 's':
      options.socket = optarg;
      break;
    case 'n':
      options.count = number;
      break;
    case 't':
      options.seconds = (unsigned)number;
      break;
    case 'w':
      options.window = (unsigned)number;
      break;
    case 'r':
      options.rate = number;
      break;
    case 'c':
      options.connections = (unsigned)number;
      break;
    case 'l':
      options.slice_s = (unsigned)number;
      break;
    case 'f':
      options.source.first = number;
      break;
    case 'm':
      options.source.members = number;
      break;
    case 'u':
      options.source.subject = optarg;
      break;
    case 'p':
      options.source.spread_us = number;
      break;
    case 'o':
      options.source.ordered_ids = true;
      break;
    case 'y':
      options.source.text = map(optarg);
      break;
    case 'k':
      options.source.copies = (unsigned)number;
      break;
    case 'd':
      options.source.rounds = (unsigned)number;
      break;
    default:
      usage();
    }
  }
  if (!options.socket || !options.window || !options.connections || !options.source.members || optind < argc) usage();
  return options;
}

int main(int argc, char **argv) {
  struct load_options options = parse(argc, argv);
  static struct load_figures figures;
  if (!acr__bench_load(&options, &figures)) {
    fprintf(stderr, "load: %s\n", figures.fault);
    return 2;
  }
  const struct hist *all = &figures.hist;
  printf("events %llu\nnot_applied %llu\n", (unsigned long long)figures.sent, others);
  printf("seconds %.3f\nevents_per_s %.0f\n", figures.seconds, (double)figures.sent / figures.seconds);
  printf("p50_us %.1f\np99_us %.1f\n", (double)hist_quantile(all, 500) / 10, (double)hist_quantile(all, 990) / 10);
  printf("p999_us %.1f\nmax_us %.1f\n", (double)hist_quantile(all, 999) / 10, (double)all->max / 10);
  return others ? 1 : 0;
}
