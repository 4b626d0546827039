// Timeframes as programs write them.
#include "base/decimal.h"
#include "program/compile.h"

static const struct acr__field_rule frame_fields[] = {
    {"last", NULL}, {"this", NULL},  {"previous", NULL}, {"from", NULL},
    {"to", NULL},   {"since", NULL}, {"rolling", NULL},  {"each", NULL},
};

bool acr__frame_is_lifetime(const acr__timeframe *frame) {
  return !frame->has_last && !frame->has_this && !frame->has_previous && !frame->times && !frame->has_from && !frame->has_to &&
         frame->since == ACR_SINCE_NONE;
}

// `this` and `since` begin anew at a boundary; what they have seen in between stays.
bool acr__frame_slides(const acr__timeframe *frame) {
  return frame->has_last || frame->has_previous || frame->times || frame->rolling || frame->each || frame->since == ACR_SINCE_LAST_FIRED;
}

static bool read_duration(struct acr__compile *ctx, const acr__node *node, const char *what, acr__duration *out) {
  bool is_text = acr__node_kind(node) == ACR_JSON_STRING;
  if (is_text && acr__duration_parse(acr__node_text(node), out) && out->n > 0) return true;
  acr__fault(ctx, node, "timeframe", "found %s for `%s`, wanted a duration such as \"30 days\" or \"1 year\"", acr__show(ctx, node), what);
  return false;
}

// A calendar unit: day, week, month or year.
static void read_unit(struct acr__compile *ctx, const acr__node *node, const char *what, acr__unit *out) {
  acr__duration one = {0};
  bool is_text = acr__node_kind(node) == ACR_JSON_STRING;
  if (is_text && acr__duration_parse(acr__node_text(node), &one) && one.n == 1 && one.unit >= ACR_UNIT_DAY) {
    *out = one.unit;
    return;
  }
  acr__fault(ctx, node, "timeframe", "found %s for `%s`, wanted \"day\", \"week\", \"month\" or \"year\"", acr__show(ctx, node), what);
}

// "5 times"; false when the text is none.
static bool parse_times(acr__span text, int32_t *out) {
  size_t digits = 0;
  while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9') digits++;
  acr__span rest = {text.ptr + digits, text.len - digits};
  int64_t n = 0;
  if (!acr__span_is(rest, " times") && !acr__span_is(rest, " time")) return false;
  if (acr__decimal_parse((acr__span){text.ptr, digits}, 0, &n) != ACR_DECIMAL_OK || n < 1 || n > INT32_MAX) return false;
  *out = (int32_t)n;
  return true;
}

static void read_last(struct acr__compile *ctx, const acr__node *node, acr__timeframe *frame) {
  if (!node) return;
  if (acr__node_kind(node) == ACR_JSON_STRING && parse_times(acr__node_text(node), &frame->times)) return;
  frame->has_last = read_duration(ctx, node, "last", &frame->last);
}

static bool read_date(struct acr__compile *ctx, const acr__node *node, const char *what, acr__date *out) {
  if (!node) return false;
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__date_parse(acr__node_text(node), out)) return true;
  acr__fault_date(ctx, node, "timeframe", what, "a date such as \"2026-06-01\"");
  return false;
}

static void read_since(struct acr__compile *ctx, const acr__node *node, acr__timeframe *frame) {
  static const struct { const char *word; acr__since since; } words[] = {
    {"joining", ACR_SINCE_JOINING}, {"level_entry", ACR_SINCE_LEVEL_ENTRY}, {"anniversary", ACR_SINCE_ANNIVERSARY},
    {"last_fired", ACR_SINCE_LAST_FIRED}, {"last_maintenance", ACR_SINCE_LAST_MAINTENANCE},
  };
  if (!node) return;
  acr__span text = acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : (acr__span){0};
  for (int i = 0; i < ACR_COUNT(words); i++) {
    if (!acr__span_is(text, words[i].word)) continue;
    frame->since = words[i].since;
    return;
  }
  if (acr__date_parse(text, &frame->since_date)) {
    frame->since = ACR_SINCE_DATE;
    return;
  }
  acr__fault_date(ctx, node, "timeframe", "since",
                  "a date, \"joining\", \"level_entry\", \"anniversary\", \"last_maintenance\" or \"last_fired\"");
}

// What one field cannot say alone.
static void check_whole(struct acr__compile *ctx, const acr__node *node, const acr__timeframe *frame) {
  bool pieces = frame->has_last || frame->has_this || frame->has_previous;
  if (frame->each && !pieces) {
    acr__fault(ctx, acr__node_get(node, "each"), "timeframe", "`each` goes with `last`, `this` or `previous`");
  }
  if (acr__node_get(node, "rolling") && !acr__node_get(node, "last")) {
    acr__fault(ctx, acr__node_get(node, "rolling"), "timeframe", "`rolling` goes with `last`");
  }
  if (frame->has_from && frame->has_to && acr__days_of(frame->from) > acr__days_of(frame->to)) {
    acr__fault(ctx, node, "timeframe", "`from` is later than `to`: no day lies between");
  }
  if (acr__frame_is_lifetime(frame)) {
    acr__fault(ctx, node, "timeframe",
               "found a timeframe without a bound, wanted `last`, `this`, `previous`, `from`, `to`, `since`, or the text \"lifetime\"");
  }
}

static void read_object(struct acr__compile *ctx, const acr__node *node, acr__timeframe *frame) {
  const acr__node *this_node = acr__node_get(node, "this"), *previous = acr__node_get(node, "previous"),
                  *each = acr__node_get(node, "each");
  read_last(ctx, acr__node_get(node, "last"), frame);
  frame->has_this = this_node != NULL;
  if (this_node) read_unit(ctx, this_node, "this", &frame->this_unit);
  frame->has_previous = previous && read_duration(ctx, previous, "previous", &frame->previous);
  if (frame->has_previous && frame->previous.unit < ACR_UNIT_DAY) {
    acr__fault(ctx, previous, "timeframe", "found %s for `previous`, wanted whole days, weeks, months or years", acr__show(ctx, previous));
  }
  frame->each = each != NULL;
  if (each) read_unit(ctx, each, "each", &frame->each_unit);
  frame->has_from = read_date(ctx, acr__node_get(node, "from"), "from", &frame->from);
  frame->has_to = read_date(ctx, acr__node_get(node, "to"), "to", &frame->to);
  read_since(ctx, acr__node_get(node, "since"), frame);
  frame->rolling = frame->has_last && ctx->plan->settings.rolling_windows;
  acr__bool_read(ctx, acr__node_get(node, "rolling"), "rolling", &frame->rolling);
}

bool acr__frame_read(struct acr__compile *ctx, const acr__node *node, const acr__timeframe **out) {
  int faults = ctx->diag->faults;
  acr__timeframe *frame = ACR__NEW(ctx->arena, acr__timeframe);
  *out = frame;
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__span_is(acr__node_text(node), "lifetime")) return true;
  if (acr__node_kind(node) != ACR_JSON_OBJECT) {
    acr__fault(ctx, node, "timeframe", "found %s, wanted a timeframe such as {\"last\": \"30 days\"} or \"lifetime\"",
               acr__show(ctx, node));
    return false;
  }
  acr__fields_check(ctx, node, "a timeframe", frame_fields, ACR_COUNT(frame_fields), NULL);
  read_object(ctx, node, frame);
  if (ctx->diag->faults == faults) check_whole(ctx, node, frame);
  return ctx->diag->faults == faults;
}
