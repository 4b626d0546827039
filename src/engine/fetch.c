// Looks ahead of the line at hand at what the lines behind it will need: with a million members in memory hardly anything of one is in
// a cache, and each place would be waited for in turn. Nothing is changed and nothing is decided here.
#include "engine/door.h"
#include "engine/due.h"

// How many lines ahead each step is: every one needs what the one before it had brought.
enum { AHEAD_SLOTS = 12, AHEAD_NUMBER = 9, AHEAD_MEMBER = 7, AHEAD_PARTS = 4, AHEAD_FACTS = 2, CACHE_LINE = 64 };

static void fetch(const void *from, size_t bytes) {
  for (size_t at = 0; from && at < bytes; at += CACHE_LINE)
    __builtin_prefetch((const char *)from + at);
}

static const struct acr__line *event_line(const acr_ahead *ahead, size_t i) {
  const struct acr__line *line = acr__ahead_get(ahead, i);
  return line && line->event ? line : NULL;
}

// The member of a line's hash, which need not be the line's.
static struct acr__member **member_at(const acr_engine *engine, const struct acr__line *line) {
  const struct acr__roster_slot *slot = line ? acr__roster_slot(&engine->by_id, line->member) : NULL;
  return slot && slot->number && slot->hash == line->member ? &engine->by_number[slot->number] : NULL;
}

static void fetch_parts(const struct acr__member *member) {
  fetch(member->id.ptr, 1);
  fetch(member->standings, member->standing_count * sizeof *member->standings);
  fetch(member->balances, member->balance_count * sizeof *member->balances);
  fetch(member->series, member->series_count * sizeof *member->series);
  fetch(member->dues.marks, 1);
  fetch(member->terms.all, 1);
  if (member->lots.ptr) fetch(member->lots.ptr + member->lots.len, 1);
}

static void fetch_facts(const struct acr__member *member) {
  for (uint32_t i = 0; i < member->series_count; i++)
    if (member->series[i].count) fetch(&member->series[i].entries[member->series[i].count - 1], 2 * sizeof *member->series[i].entries);
}

void acr__fetch_member(const acr_engine *engine, uint32_t number, bool parts) {
  const struct acr__member *member = number < engine->number_cap ? engine->by_number[number] : NULL;
  if (member && parts) fetch_parts(member);
  if (member && !parts) fetch(member, sizeof *member);
}

void acr__fetch(acr_engine *engine, const acr_ahead *ahead, size_t i) {
  const struct acr__line *line = event_line(ahead, i + AHEAD_SLOTS);
  struct acr__member **member;
  if (line) {
    fetch(line->event, sizeof *line->event);
    fetch(acr__roster_slot(&engine->by_id, line->member), 1);
    acr__fetch_id(engine, line->id);
    if (line->purchase) acr__fetch_id(engine, line->transaction);
  }
  if ((member = member_at(engine, event_line(ahead, i + AHEAD_NUMBER)))) fetch(member, 1);
  if ((member = member_at(engine, event_line(ahead, i + AHEAD_MEMBER)))) fetch(*member, sizeof **member);
  if ((member = member_at(engine, event_line(ahead, i + AHEAD_PARTS))) && *member) fetch_parts(*member);
  if ((member = member_at(engine, event_line(ahead, i + AHEAD_FACTS))) && *member) fetch_facts(*member);
}
