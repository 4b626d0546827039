// Shared by the files of this folder: reading members of an event with checks, the first failure kept as the reject.
#ifndef ACR_EVENT_READER_H
#define ACR_EVENT_READER_H
#include "event/event.h"

struct acr__reader {
  acr__arena *arena;
  const acr__json *json;
  const struct acr__event_env *env;
  struct acr__reject *reject; // filled by the first failure
};

// Fills the reject with the path of `node` (or of `parent` and `key` when the node is absent); always false.
bool acr__reader_fail(struct acr__reader *r, const char *code, const acr__node *node, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool acr__reader_missing(struct acr__reader *r, const acr__node *parent, const char *key, const char *wanted);
// "the text \"x\"", "an object" ...: what was found, for messages.
const char *acr__reader_found(struct acr__reader *r, const acr__node *node);

// That a node is no time or date: why its text is none, or else `wanted`; always false.
bool acr__reader_no_time(struct acr__reader *r, const acr__node *node, const char *wanted);

// Each checks one node that is known to be there.
bool acr__reader_text(struct acr__reader *r, const acr__node *node, acr__span *out); // a string of 1..1024 bytes
bool acr__reader_decimal(struct acr__reader *r, const acr__node *node, int scale, bool round, int64_t *out);
bool acr__reader_money(struct acr__reader *r, const acr__node *node, struct acr__money *out);
bool acr__reader_date(struct acr__reader *r, const acr__node *node, acr__date *out);

bool acr__reader_purchase(struct acr__reader *r, struct acr__event *event);
bool acr__reader_items(struct acr__reader *r, const acr__node *node, struct acr__event *event);
bool acr__reader_return(struct acr__reader *r, struct acr__event *event);
bool acr__reader_amended(struct acr__reader *r, struct acr__event *event);
bool acr__reader_profile(struct acr__reader *r, struct acr__event *event); // member.join, member.update
bool acr__reader_merge(struct acr__reader *r, struct acr__event *event);
bool acr__reader_leave(struct acr__reader *r, struct acr__event *event);
bool acr__reader_audience(struct acr__reader *r, struct acr__event *event);
bool acr__reader_adjust(struct acr__reader *r, struct acr__event *event);
bool acr__reader_import(struct acr__reader *r, struct acr__event *event); // points.import
// A time with offset, or a date: then that day's midnight in UTC and *is_date.
bool acr__reader_moment(struct acr__reader *r, const acr__node *node, acr__time *out, bool *is_date);
bool acr__reader_spend(struct acr__reader *r, struct acr__event *event); // points.spend, .spend_cancelled, .hold, .capture, .release
bool acr__reader_level(struct acr__reader *r, struct acr__event *event); // level.set
bool acr__reader_offer(struct acr__reader *r, struct acr__event *event);
bool acr__reader_custom(struct acr__reader *r, struct acr__event *event);
#endif
