#include "calendar/calendar.h"
#include <stdio.h>

enum { FRACTION_DIGITS_MAX = 9, FRACTION_DIGITS_KEPT = 6, DURATION_DIGITS_MAX = 9 };

static bool two_digits(acr__span text, size_t at, int most, int *out) {
  if (at + 2 > text.len) return false;
  char tens = text.ptr[at], ones = text.ptr[at + 1];
  if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return false;
  *out = (tens - '0') * 10 + (ones - '0');
  return *out <= most;
}

static bool is(acr__span text, size_t at, char c) {
  return at < text.len && text.ptr[at] == c;
}

// ".5" at `at`, if there is one, as microseconds; moves `at` behind it.
static bool fraction(acr__span text, size_t *at, int64_t *micros) {
  *micros = 0;
  if (!is(text, *at, '.')) return true;
  size_t start = ++*at;
  int64_t weight = ACR_SECOND_US / 10;
  for (; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at, weight /= 10) {
    if (*at - start < FRACTION_DIGITS_KEPT) *micros += weight * (text.ptr[*at] - '0');
  }
  return *at > start && *at - start <= FRACTION_DIGITS_MAX;
}

// "Z" or "+05:30" to the end of the text, in seconds.
static bool offset(acr__span text, size_t at, int *seconds) {
  *seconds = 0;
  if (is(text, at, 'Z') || is(text, at, 'z')) return at + 1 == text.len;
  int hours, minutes;
  bool ok = (is(text, at, '+') || is(text, at, '-')) && at + 6 == text.len && two_digits(text, at + 1, 23, &hours) &&
            text.ptr[at + 3] == ':' && two_digits(text, at + 4, 59, &minutes);
  if (ok) *seconds = (hours * 3600 + minutes * 60) * (text.ptr[at] == '-' ? -1 : 1);
  return ok;
}

bool acr__time_parse(acr__span text, acr__time *out) {
  enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; // 0001-01-01 and 9999-12-31
  acr__date date;
  int hour, minute, second, shift;
  int64_t micros;
  if (text.len < 20 || !acr__date_parse((acr__span){text.ptr, 10}, &date)) return false;
  if (!is(text, 10, 'T') && !is(text, 10, 't')) return false;
  bool clock = two_digits(text, 11, 23, &hour) && text.ptr[13] == ':' && two_digits(text, 14, 59, &minute) && text.ptr[16] == ':' &&
               two_digits(text, 17, 59, &second);
  size_t at = 19;
  if (!clock || !fraction(text, &at, &micros) || !offset(text, at, &shift)) return false;
  int64_t seconds = acr__days_of(date) * 86400LL + hour * 3600 + minute * 60 + second - shift;
  if (seconds < FIRST_DAY * 86400LL || seconds >= (LAST_DAY + 1) * 86400LL) return false;
  *out = seconds * ACR_SECOND_US + micros;
  return true;
}

static char *put_digits(char *at, int64_t value, int count) {
  for (int i = count - 1; i >= 0; i--, value /= 10)
    at[i] = (char)('0' + value % 10);
  return at + count;
}

static inline char *put_two(char *at, int value) {
  at[0] = (char)('0' + value / 10);
  at[1] = (char)('0' + value % 10);
  return at + 2;
}

int acr__time_format(acr__time time, char *buf) {
  int64_t days = time / ACR_DAY_US, rest = time % ACR_DAY_US;
  if (rest < 0) rest += ACR_DAY_US, days--;
  acr__date date = acr__date_of((int32_t)days);
  char *at = buf;
  if (date.year >= 0 && date.year <= 9999)
    at = put_two(put_two(at, date.year / 100), date.year % 100);
  else
    at += sprintf(at, "%05d", date.year);
  *at++ = '-';
  at = put_two(at, date.month);
  *at++ = '-';
  at = put_two(at, date.day);
  *at++ = 'T';
  int seconds = (int)(rest / ACR_SECOND_US);
  int64_t micros = rest % ACR_SECOND_US;
  at = put_two(at, seconds / 3600);
  *at++ = ':';
  at = put_two(at, seconds / 60 % 60);
  *at++ = ':';
  at = put_two(at, seconds % 60);
  if (micros) {
    *at++ = '.';
    at = put_digits(at, micros, FRACTION_DIGITS_KEPT);
    while (at[-1] == '0')
      at--;
  }
  *at++ = 'Z';
  *at = '\0';
  return (int)(at - buf);
}

const char *const acr__unit_names[] = {"second", "minute", "hour", "day", "week", "month", "year"};

static bool unit_of(acr__span word, acr__unit *out) {
  if (word.len > 1 && word.ptr[word.len - 1] == 's') word.len--;
  for (int i = 0; i <= ACR_UNIT_YEAR; i++) {
    if (!acr__span_is(word, acr__unit_names[i])) continue;
    *out = (acr__unit)i;
    return true;
  }
  return false;
}

const char *acr__duration_text(acr__duration duration, char buf[ACR_DURATION_TEXT_MAX]) {
  snprintf(buf, ACR_DURATION_TEXT_MAX, "%lld %s%s", (long long)duration.n, acr__unit_names[duration.unit], duration.n == 1 ? "" : "s");
  return buf;
}

bool acr__duration_parse(acr__span text, acr__duration *out) {
  acr__duration duration = {.n = 1};
  size_t at = 0;
  if (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9') {
    duration.n = 0;
    for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++) {
      if (at == DURATION_DIGITS_MAX) return false;
      duration.n = duration.n * 10 + (text.ptr[at] - '0');
    }
    if (!is(text, at++, ' ')) return false;
  }
  acr__span word = {text.ptr + at, text.len - at};
  if (duration.n == 0 || !unit_of(word, &duration.unit)) return false;
  *out = duration;
  return true;
}
