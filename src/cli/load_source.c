#include "cli/load_source.h"
#include "base/mem.h"
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

enum { LEAP_YEARS = 4, YEAR_MAX = 9999 };

struct source {
  struct source_options options;
  uint64_t made;
  uint64_t day; // of date[]
  char date[16];
  size_t at; // in options.text
  unsigned copy, round;
  unsigned long year_max, year_step; // of the lines; of their years a round later
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
  while (n > 0)
    *out++ = digits[--n];
  return out;
}

static char *put_hex(char *out, uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4)
    *out++ = "0123456789abcdef"[number >> shift & 15];
  return out;
}

static char *put_money(const struct source *source, char *out, uint64_t cents) {
  int scale = source->options.scale;
  if (scale == 0) return put_number(out, cents, 1);
  out = put_number(out, cents / 100, 1);
  *out++ = '.';
  out = put_number(out, cents % 100, 2);
  for (; scale > 2; scale--)
    *out++ = '0';
  return out;
}

static char *put_time(struct source *source, char *out, uint64_t us) {
  uint64_t seconds = source->options.begin_s + us / 1000000u, day = seconds / 86400u;
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

static const char *pick(const struct source_names *names, uint64_t dice) {
  return names->all[dice % names->count];
}

// Store, channel and currency.
static char *put_place(const struct source *source, char *out, uint64_t dice) {
  const struct source_options *options = &source->options;
  out = put(out, "\",\"store\":\"");
  out = options->stores.count ? put(out, pick(&options->stores, dice)) : put_number(put(out, "S"), dice % 50, 1);
  out = put(out, "\",\"channel\":\"");
  out = put(out, options->channels.count ? pick(&options->channels, dice >> 8) : "pos");
  if (options->currency) out = put(put(out, "\",\"currency\":\""), options->currency);
  return put(out, "\",\"items\":[");
}

static size_t make(struct source *source, char *out) {
  static const char *const categories[] = {"fuel", "shop", "wash", "cafe"};
  const struct source_options *options = &source->options;
  uint64_t number = options->first + source->made++, dice = mix(number ^ 0x5bd1e995u), cents[3], total = 0;
  char *end = put(out, "{\"specversion\":\"1.0\",\"id\":\"");
  end = options->ordered_ids ? put_number(end, number, 12) : put_hex(end, mix(number));
  end = put(put(put(end, "\",\"source\":\""), options->source), "\",\"type\":\"purchase\",\"subject\":\"");
  if (options->subject) {
    end = put(end, options->subject);
  } else {
    end = put_number(put(end, options->member), mix(number * 2 + 1) % options->members, 7);
  }
  end = put_time(source, put(end, "\",\"time\":\""), number * options->spread_us);
  for (unsigned i = 0; i < 3; i++) {
    cents[i] = 100 + (dice >> (i * 10)) % 4000;
    total += cents[i];
  }
  end = put_money(source, put(end, "\",\"data\":{\"total\":\""), total);
  end = put_place(source, end, dice);
  for (unsigned i = 0; i < 3; i++) {
    uint64_t kind = dice >> (32 + i * 2) & 3;
    end = put_number(put(end, i ? ",{\"line\":\"" : "{\"line\":\""), i + 1, 1);
    end = put_number(put(end, "\",\"sku\":\"K"), (dice >> (i * 8)) % 5000, 4);
    end = put(put(end, "\",\"categories\":[\""), categories[kind]);
    end = put_number(put(end, "\"],\"quantity\":\""), 1 + (dice >> (40 + i)) % 3, 1);
    end = put_money(source, put(end, "\",\"amount\":\""), cents[i]);
    end = put(end, "\"");
    if (options->litres && kind == 0) end = put(put_money(source, put(end, ",\"context\":{\"litres\":\""), cents[i] / 2), "\"}");
    *end++ = '}';
  }
  end = put(end, "]}}\n");
  return (size_t)(end - out);
}

// ---- Lines played again

// Behind the string that begins at `at`, which is its opening quote.
static const char *past_string(const char *at, const char *end) {
  for (at++; at < end && *at != '"'; at++)
    if (*at == '\\') at++;
  return at < end ? at + 1 : end;
}

static const char *past_space(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
    at++;
  return at;
}

struct cursor {
  const char *at, *end;
  int depth;
};

// The next member of a line's outermost object whose value is a text: its name and where the text begins. false = none is left.
static bool next_text(struct cursor *cursor, acr__span *key, const char **value) {
  const char *end = cursor->end;
  for (const char *here = cursor->at; here < end; here++) {
    if (*here == '{' || *here == '[') cursor->depth++;
    if (*here == '}' || *here == ']') cursor->depth--;
    if (*here != '"') continue;
    const char *past = past_string(here, end), *colon = past_space(past, end);
    bool named = cursor->depth == 1 && colon < end && *colon == ':';
    const char *text = named ? past_space(colon + 1, end) : NULL;
    if (text && text < end && *text == '"') {
      *key = (acr__span){here + 1, (size_t)(past - here) - 2};
      *value = text + 1;
      cursor->at = past_string(text, end);
      return true;
    }
    here = past - 1;
  }
  return false;
}

static acr__span line_at(const struct source *source, size_t at) {
  const char *line = source->options.text.ptr + at, *end = memchr(line, '\n', source->options.text.len - at);
  return (acr__span){line, (size_t)(end - line)};
}

// From the first year of all lines to behind their last, so that a round begins when the one before it is over; 29 February stays one.
static void find_years(struct source *source) {
  unsigned long first = YEAR_MAX;
  for (size_t at = 0; at < source->options.text.len;) {
    acr__span line = line_at(source, at), key;
    struct cursor cursor = {line.ptr, line.ptr + line.len, 0};
    for (const char *value; next_text(&cursor, &key, &value);) {
      if (!acr__span_is(key, "time")) continue;
      unsigned long year = strtoul(value, NULL, 10);
      if (year < first) first = year;
      if (year > source->year_max && year <= YEAR_MAX) source->year_max = year;
    }
    at += line.len + 1;
  }
  if (source->year_max >= first) source->year_step = (source->year_max - first) / LEAP_YEARS * LEAP_YEARS + LEAP_YEARS;
}

static char *put_upto(char *out, const char **from, const char *to) {
  memcpy(out, *from, (size_t)(to - *from));
  out += to - *from;
  *from = to;
  return out;
}

// Ids, transactions and what returns name stay: they are looked for within a source, which each copy has to itself.
static size_t replay(struct source *source, char *out) {
  const struct source_options *options = &source->options;
  unsigned long later = source->year_step * source->round;
  acr__span line = line_at(source, source->at), key;
  struct cursor cursor = {line.ptr, line.ptr + line.len, 0};
  const char *from = line.ptr;
  char *at = out;
  for (const char *value; next_text(&cursor, &key, &value);) {
    if (acr__span_is(key, "source")) {
      at = put_number(put(put_upto(at, &from, value), "r"), source->round, 1);
      at = put(put_number(put(at, "c"), source->copy, 1), "-");
    } else if (acr__span_is(key, "subject") && options->copies > 1) {
      at = put(put_number(put_upto(at, &from, value), source->copy, 1), "-");
    } else if (acr__span_is(key, "time") && later && cursor.at - value > 4) {
      at = put_number(put_upto(at, &from, value), strtoul(value, NULL, 10) + later, 4);
      from = value + 4;
    }
  }
  at = put_upto(at, &from, line.ptr + line.len + 1);
  if (++source->copy == options->copies) {
    source->copy = 0;
    source->at += line.len + 1;
  }
  return (size_t)(at - out);
}

// Is there a line to play?
static bool goes_on(struct source *source) {
  if (source->at < source->options.text.len) return true;
  if (++source->round == source->options.rounds) return false;
  if (source->year_max + source->year_step * source->round > YEAR_MAX) return false;
  source->at = 0;
  return true;
}

// ---- Both

struct source *acr__source_open(const struct source_options *options) {
  struct source *source = acr__mem_alloc(sizeof *source);
  *source = (struct source){.options = *options, .year_step = LEAP_YEARS};
  if (options->text.len) find_years(source);
  return source;
}

size_t acr__source_next(struct source *source, char *out) {
  if (source->options.text.len) return goes_on(source) ? replay(source, out) : 0;
  return make(source, out);
}

void acr__source_close(struct source *source) {
  free(source);
}
