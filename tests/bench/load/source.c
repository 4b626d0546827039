#include "source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BASE_SECONDS 1735689600u // 2025-01-01T00:00:00Z
#define YEAR_STEP 2

struct source {
  struct source_options options;
  uint64_t made;
  uint64_t day;     // of date[]
  char date[16];
  const char *text; // the mapped file
  size_t text_len, at;
  unsigned copy, round;
};

// A bijection of 64-bit numbers without visible order, so that equal numbers give equal events and no id comes twice.
static uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static char *put(char *out, const char *text) {
  size_t len = strlen(text);
  memcpy(out, text, len);
  return out + len;
}

static char *put_number(char *out, uint64_t number, unsigned width) {
  char digits[20];
  unsigned n = 0;
  do {
    digits[n++] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0 || n < width);
  while (n > 0) *out++ = digits[--n];
  return out;
}

static char *put_hex(char *out, uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4) *out++ = "0123456789abcdef"[number >> shift & 15];
  return out;
}

static char *put_money(char *out, uint64_t cents) {
  out = put_number(out, cents / 100, 1);
  *out++ = '.';
  return put_number(out, cents % 100, 2);
}

static char *put_time(struct source *source, char *out, uint64_t us) {
  uint64_t seconds = BASE_SECONDS + us / 1000000u, day = seconds / 86400u;
  if (day != source->day) {
    time_t at = (time_t)seconds;
    struct tm civil;
    gmtime_r(&at, &civil);
    strftime(source->date, sizeof source->date, "%Y-%m-%dT", &civil);
    source->day = day;
  }
  out = put(out, source->date);
  out = put_number(out, seconds / 3600u % 24, 2);
  *out++ = ':';
  out = put_number(out, seconds / 60 % 60, 2);
  *out++ = ':';
  out = put_number(out, seconds % 60, 2);
  *out++ = '.';
  out = put_number(out, us / 1000u % 1000, 3);
  return put(out, "Z");
}

static size_t make(struct source *source, char *out) {
  static const char *const categories[] = {"fuel", "shop", "wash", "cafe"};
  uint64_t number = source->options.first + source->made++, dice = mix(number ^ 0x5bd1e995u), cents[3], total = 0;
  char *end = put(out, "{\"specversion\":\"1.0\",\"id\":\"");
  end = source->options.ordered_ids ? put_number(end, number, 12) : put_hex(end, mix(number));
  end = put(end, "\",\"source\":\"bench\",\"type\":\"purchase\",\"subject\":\"");
  if (source->options.subject) {
    end = put(end, source->options.subject);
  } else {
    end = put_number(put(end, "m"), mix(number * 2 + 1) % source->options.members, 7);
  }
  end = put_time(source, put(end, "\",\"time\":\""), number * source->options.spread_us);
  for (unsigned i = 0; i < 3; i++) {
    cents[i] = 100 + (dice >> (i * 10)) % 4000;
    total += cents[i];
  }
  end = put_money(put(end, "\",\"data\":{\"total\":\""), total);
  end = put_number(put(end, "\",\"store\":\"S"), dice % 50, 1);
  end = put(end, "\",\"channel\":\"pos\",\"currency\":\"USD\",\"items\":[");
  for (unsigned i = 0; i < 3; i++) {
    uint64_t kind = dice >> (32 + i * 2) & 3;
    end = put_number(put(end, i ? ",{\"line\":\"" : "{\"line\":\""), i + 1, 1);
    end = put_number(put(end, "\",\"sku\":\"K"), (dice >> (i * 8)) % 5000, 4);
    end = put(put(end, "\",\"categories\":[\""), categories[kind]);
    end = put_number(put(end, "\"],\"quantity\":\""), 1 + (dice >> (40 + i)) % 3, 1);
    end = put_money(put(end, "\",\"amount\":\""), cents[i]);
    if (kind == 0) end = put(put_money(put(end, "\",\"context\":{\"litres\":\""), cents[i] / 2), "\"}}");
    else end = put(end, "\"}");
  }
  end = put(end, "]}}\n");
  return (size_t)(end - out);
}

// Copies text up to and including `key`, which every line of a replayed file has before its data.
static const char *upto(char **out, const char *from, const char *end, const char *key) {
  const char *found = memmem(from, (size_t)(end - from), key, strlen(key));
  if (!found) {
    fprintf(stderr, "load: a line without %s\n", key);
    exit(2);
  }
  found += strlen(key);
  memcpy(*out, from, (size_t)(found - from));
  *out += found - from;
  return found;
}

static size_t replay(struct source *source, char *out) {
  if (source->at == source->text_len && ++source->round < source->options.rounds) source->at = 0;
  if (source->at == source->text_len) return 0;
  const char *line = source->text + source->at, *end = memchr(line, '\n', source->text_len - source->at);
  if (!end) end = source->text + source->text_len - 1;
  char *at = out;
  const char *rest = upto(&at, line, end, "\"id\":\"");
  *at++ = (char)('a' + source->round);
  at = put_number(at, source->copy, 1);
  *at++ = '-';
  rest = upto(&at, rest, end, "\"subject\":\"");
  at = put_number(at, source->copy, 1);
  *at++ = '-';
  rest = upto(&at, rest, end, "\"time\":\"");
  at = put_number(at, strtoul(rest, NULL, 10) + YEAR_STEP * source->round, 4);
  memcpy(at, rest + 4, (size_t)(end + 1 - rest - 4));
  at += end + 1 - rest - 4;
  if (++source->copy == source->options.copies) {
    source->copy = 0;
    source->at = (size_t)(end + 1 - source->text);
  }
  return (size_t)(at - out);
}

struct source *source_open(const struct source_options *options) {
  struct source *source = calloc(1, sizeof *source);
  if (!source) abort();
  source->options = *options;
  if (!options->file) return source;
  struct stat status;
  int fd = open(options->file, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &status) < 0 || status.st_size == 0) {
    perror(options->file);
    exit(2);
  }
  source->text_len = (size_t)status.st_size;
  void *mapped = mmap(NULL, source->text_len, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped == MAP_FAILED) {
    perror(options->file);
    exit(2);
  }
  source->text = mapped;
  close(fd);
  return source;
}

size_t source_next(struct source *source, char *out) {
  return source->text ? replay(source, out) : make(source, out);
}

void source_close(struct source *source) {
  free(source);
}
