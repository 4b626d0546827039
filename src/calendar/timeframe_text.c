#include "calendar/timeframe.h"
#include <stdarg.h>
#include <stdio.h>

struct line {
  char *text;
  size_t cap, len;
};

static void put(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct line *line, const char *format, ...) {
  if (line->len + 1 >= line->cap) return;
  va_list args;
  va_start(args, format);
  int len = vsnprintf(line->text + line->len, line->cap - line->len, format, args);
  va_end(args);
  if (len < 0) return;
  line->len += (size_t)len;
  if (line->len >= line->cap) line->len = line->cap - 1;
}

// What opens the next phrase: "in ", or "in each month of " for the first that can be split.
static void lead(struct line *line, const acr__timeframe *frame, bool *each, const char *plain) {
  if (line->len) put(line, ", ");
  if (*each)
    put(line, "in each %s of ", acr__unit_names[frame->each_unit]);
  else
    put(line, "%s", plain);
  *each = false;
}

static void put_duration(struct line *line, const char *word, acr__duration duration) {
  char text[ACR_DURATION_TEXT_MAX];
  put(line, "the %s %s", word, acr__duration_text(duration, text));
}

static void put_date(struct line *line, const char *word, acr__date date) {
  put(line, "%s%s %04d-%02d-%02d", line->len ? ", " : "", word, date.year, date.month, date.day);
}

static void put_since(struct line *line, const acr__timeframe *frame) {
  static const char *const anchors[] = {
      [ACR_SINCE_JOINING] = "joining",
      [ACR_SINCE_LEVEL_ENTRY] = "entering the level",
      [ACR_SINCE_ANNIVERSARY] = "the last anniversary of joining",
      [ACR_SINCE_LAST_FIRED] = "the rule last fired",
      [ACR_SINCE_LAST_MAINTENANCE] = "the last maintenance",
      [ACR_SINCE_LEVEL_EXPIRY] = "a level last ended",
  };
  if (frame->since == ACR_SINCE_NONE) return;
  if (frame->since == ACR_SINCE_DATE)
    put_date(line, "since", frame->since_date);
  else
    put(line, "%ssince %s", line->len ? ", " : "", anchors[frame->since]);
}

int acr__timeframe_text(const acr__timeframe *frame, char *buf, size_t cap) {
  struct line line = {buf, cap, 0};
  bool each = frame->each;
  if (cap) buf[0] = '\0';
  if (frame->has_last) {
    lead(&line, frame, &each, "in ");
    put_duration(&line, "last", frame->last);
    if (frame->rolling) put(&line, " to the second");
  }
  if (frame->has_this) {
    lead(&line, frame, &each, "");
    put(&line, "this %s", acr__unit_names[frame->this_unit]);
  }
  if (frame->has_previous) {
    lead(&line, frame, &each, "in ");
    put_duration(&line, "previous", frame->previous);
  }
  if (frame->has_from) put_date(&line, "from", frame->from);
  if (frame->has_to) put_date(&line, "up to", frame->to);
  put_since(&line, frame);
  if (frame->times) put(&line, "%samong the last %d", line.len ? ", " : "", (int)frame->times);
  if (line.len == 0) put(&line, "at any time");
  return (int)line.len;
}
