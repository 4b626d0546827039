// Looks ahead of the line at hand at what the lines behind it will need: with a million members in memory hardly anything of one is in
// a cache, and each place would be waited for in turn. Nothing is changed and nothing is decided here.
#include "engine/door.h"
#include "engine/due.h"

// How many lines ahead each step is: every one needs what the one before it had brought.
enum { AHEAD_SLOTS = ACR_COMING, AHEAD_NUMBER = 9, AHEAD_MEMBER = 7, AHEAD_PARTS = 4, AHEAD_FACTS = 2, CACHE_LINE = 64 };

static void fetch(const void *from, size_t bytes) {
  for (size_t at = 0; from && at < bytes; at += CACHE_LINE)
    __builtin_prefetch((const char *)from + at);
}

static const struct acr__line *event_line(const acr_ahead *ahead, size_t i) {
  const struct acr__line *line = acr__ahead_get(ahead, i);
  return line && line->event ? line : NULL;
}

static uint32_t hash_of(const struct acr__line *line) {
  return line ? line->member : 0;
}

// The member of a line's hash, which need not be the line's.
static struct acr__member **member_at(const acr_engine *engine, uint32_t hash) {
  uint32_t number = hash ? acr__roster_number(&engine->by_id, hash) : 0;
  return number ? &engine->by_number[number] : NULL;
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

// Of members by their hashes, whose slots were brought before.
static void steps(const acr_engine *engine, uint32_t number, uint32_t whole, uint32_t parts, uint32_t facts) {
  struct acr__member **member;
  if ((member = member_at(engine, number))) fetch(member, 1);
  if ((member = member_at(engine, whole))) fetch(*member, sizeof **member);
  if ((member = member_at(engine, parts)) && *member) fetch_parts(*member);
  if ((member = member_at(engine, facts)) && *member) fetch_facts(*member);
}

void acr__fetch(acr_engine *engine, const acr_ahead *ahead, size_t i) {
  const struct acr__line *line = event_line(ahead, i + AHEAD_SLOTS);
  if (line) {
    fetch(line->event, sizeof *line->event);
    fetch(acr__roster_slot(&engine->by_id, line->member), 1);
    acr__fetch_id(engine, line->id);
    if (line->purchase) acr__fetch_id(engine, line->transaction);
  }
  steps(engine, hash_of(event_line(ahead, i + AHEAD_NUMBER)), hash_of(event_line(ahead, i + AHEAD_MEMBER)),
        hash_of(event_line(ahead, i + AHEAD_PARTS)), hash_of(event_line(ahead, i + AHEAD_FACTS)));
}

void acr__fetch_coming(acr_engine *engine, const struct acr__coming *coming, size_t i) {
  const uint32_t *hashes = coming->hashes;
  fetch(acr__roster_slot(&engine->by_id, hashes[(i + AHEAD_SLOTS) % ACR_COMING_ROOM]), 1);
  steps(engine, hashes[(i + AHEAD_NUMBER) % ACR_COMING_ROOM], hashes[(i + AHEAD_MEMBER) % ACR_COMING_ROOM],
        hashes[(i + AHEAD_PARTS) % ACR_COMING_ROOM], hashes[(i + AHEAD_FACTS) % ACR_COMING_ROOM]);
}
