// A timeframe as a program would write it: what a component does not look into itself it may hand on.
#include "json/writer.h"
#include "script/host.h"

static void put_duration(acr__writer *out, const char *key, acr__duration duration) {
  char text[ACR_DURATION_TEXT_MAX];
  acr__write_key(out, key);
  acr__write_text(out, acr__duration_text(duration, text));
}

static void put_date(acr__writer *out, const char *key, acr__date date) {
  char text[40];
  snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  acr__write_key(out, key);
  acr__write_text(out, text);
}

static void put_unit(acr__writer *out, const char *key, acr__unit unit) {
  acr__write_key(out, key);
  acr__write_text(out, acr__unit_names[unit]);
}

void acr__write_timeframe(acr__writer *out, const acr__timeframe *frame) {
  static const char *const since[] = {[ACR_SINCE_JOINING] = "joining", [ACR_SINCE_LEVEL_ENTRY] = "level_entry",
                                      [ACR_SINCE_ANNIVERSARY] = "anniversary", [ACR_SINCE_LAST_FIRED] = "last_fired",
                                      [ACR_SINCE_LAST_MAINTENANCE] = "last_maintenance"};
  bool bounded = frame->has_last || frame->times || frame->has_this || frame->has_previous || frame->has_from || frame->has_to;
  if (!bounded && frame->since == ACR_SINCE_NONE) {
    acr__write_text(out, "lifetime");
    return;
  }
  acr__write_object(out);
  if (frame->has_last) put_duration(out, "last", frame->last);
  if (frame->times) {
    char text[40];
    snprintf(text, sizeof text, "%d times", (int)frame->times);
    acr__write_key(out, "last");
    acr__write_text(out, text);
  }
  if (frame->has_this) put_unit(out, "this", frame->this_unit);
  if (frame->has_previous) put_duration(out, "previous", frame->previous);
  if (frame->rolling) {
    acr__write_key(out, "rolling");
    acr__write_bool(out, true);
  }
  if (frame->has_from) put_date(out, "from", frame->from);
  if (frame->has_to) put_date(out, "to", frame->to);
  if (frame->since == ACR_SINCE_DATE) put_date(out, "since", frame->since_date);
  if (frame->since > ACR_SINCE_DATE) {
    acr__write_key(out, "since");
    acr__write_text(out, since[frame->since]);
  }
  if (frame->each) put_unit(out, "each", frame->each_unit);
  acr__write_object_end(out);
}
