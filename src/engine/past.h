// The past: a shadow (shadow.h) that stands where the log stood at one record. Releases, statuses and series are those of that day;
// its members are made of their own records up to there, when they are asked for.
#ifndef ACR_ENGINE_PAST_H
#define ACR_ENGINE_PAST_H
#include "engine/built.h"
#include "engine/shadow.h"

struct acr__place_in_log {
  acr__pos pos;          // the first record that has not been yet
  uint64_t seq;          // its number
  acr__time ledger_time; // as it was
};
// `own`: with releases of its own even where none has changed since, so that more can be published in it. NULL and *message (in the
// engine's arena) when a release cannot be loaded any more.
acr_engine *acr__past_new(acr_engine *of, const struct acr__place_in_log *at, bool own, char **message);
// Goes on to a later place, with no member and nothing done. No release or status may have been recorded in between.
void acr__past_move(acr_engine *shadow, const struct acr__place_in_log *at);
void acr__past_free(acr_engine *shadow);
// The first record behind every one whose ledger time is at or before `time`.
void acr__past_find(acr_engine *of, acr__time time, struct acr__place_in_log *out);

// ---- members.c
struct acr__member *acr__member_own(acr_engine *engine, acr__span id); // as acr__member_find: itself, even where it was merged
struct acr__member *acr__member_plant(acr_engine *shadow, uint32_t number, acr__span id); // a new one of that number
struct acr__member *acr__member_plant_state(acr_engine *shadow, uint32_t number, acr__span id, const acr__buf *state);

// ---- past_member.c: as it was there; NULL = it was not known yet
struct acr__member *acr__past_member(acr_engine *shadow, const struct acr__member *of);
#endif
