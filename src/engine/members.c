// Members in memory: found, made, let go.
#include "base/mem.h"
#include "engine/ripen.h"
#include "engine/past.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void acr__member_keep(acr_engine *engine, struct acr__member *member) {
  if (member->number >= engine->number_cap) {
    uint32_t cap = engine->number_cap ? engine->number_cap * 2 : 1024;
    while (cap <= member->number)
      cap *= 2;
    engine->by_number = acr__mem_resize(engine->by_number, cap * sizeof *engine->by_number);
    memset(engine->by_number + engine->number_cap, 0, (cap - engine->number_cap) * sizeof *engine->by_number);
    engine->number_cap = cap;
  }
  engine->by_number[member->number] = member;
  acr__roster_put(&engine->by_id, member->id, member->number);
  engine->loaded_count++;
  member->bytes = acr__member_bytes(member);
  engine->loaded_bytes += member->bytes;
  if (member->number > engine->last_member) engine->last_member = member->number;
}

static struct acr__member *decode(acr_engine *engine, uint32_t number, acr__span id, const acr__buf *state) {
  struct acr__member *member = acr__member_decode(number, id, (acr__span){(const char *)state->ptr, state->len});
  if (!member) { // judging on, as if it were unknown, would give it a second life
    fprintf(stderr,
            "accrue: the state of member %u in the ledger's view is damaged; remove the -view file, it is rebuilt from the journal\n",
            number);
    abort();
  }
  acr__member_keep(engine, member);
  return member;
}

struct acr__member *acr__member_whole(acr_engine *engine, struct acr__member *member) {
  while (member && member->into)
    member = acr__member_at(engine, member->into, (acr__span){NULL, 0});
  return member;
}

// A shadow has members of its own, as the engine below it has them at this moment.
static struct acr__member *copy(acr_engine *shadow, const struct acr__member *of) {
  if (!of) return NULL;
  if (shadow->base) return acr__past_member(shadow, of);
  shadow->scratch.len = 0;
  acr__member_encode(of, &shadow->scratch);
  return decode(shadow, of->number, of->id, &shadow->scratch);
}

struct acr__member *acr__member_own(acr_engine *engine, acr__span id) {
  struct acr__member *member = acr__roster_find(&engine->by_id, engine->by_number, id);
  if (!member && engine->of) {
    const struct acr__member *of = acr__member_own(engine->of, id);
    if (of) member = acr__member_at(engine, of->number, of->id);
  } else if (!member && engine->loaded_count < engine->last_member) { // else all that there are were looked at
    uint32_t number;
    engine->scratch.len = 0;
    bool there = acr__ledger_load_id(engine->ledger, id, &number, &engine->scratch);
    bool erased = there && number < engine->number_cap && engine->by_number[number]; // else it would have been found by its id
    if (there && !erased) member = decode(engine, number, id, &engine->scratch);
  }
  if (engine->ripening && member) acr__ripen_member(engine, member);
  return member;
}

struct acr__member *acr__member_find(acr_engine *engine, acr__span id) {
  struct acr__member *member = acr__member_whole(engine, acr__member_own(engine, id));
  if (member) member->used = 1;
  return member;
}

struct acr__member *acr__member_plant(acr_engine *shadow, uint32_t number, acr__span id) {
  struct acr__member *member = acr__member_new(number, id);
  acr__member_keep(shadow, member);
  return member;
}

struct acr__member *acr__member_plant_state(acr_engine *shadow, uint32_t number, acr__span id, const acr__buf *state) {
  return decode(shadow, number, id, state);
}

struct acr__member *acr__member_at(acr_engine *engine, uint32_t number, acr__span id) {
  struct acr__member *there = number < engine->number_cap ? engine->by_number[number] : NULL;
  if (there && engine->ripening) acr__ripen_member(engine, there);
  if (there) return there;
  if (engine->of) return copy(engine, acr__member_at(engine->of, number, id));
  acr__buf stored_id = {0};
  struct acr__member *member = NULL;
  engine->scratch.len = 0;
  if (acr__ledger_load_number(engine->ledger, number, &stored_id, &engine->scratch))
    member = decode(engine, number, (acr__span){(const char *)stored_id.ptr, stored_id.len}, &engine->scratch);
  acr__buf_free(&stored_id);
  if (!member && id.len) {
    member = acr__member_new(number, id);
    acr__member_keep(engine, member);
  }
  if (engine->ripening && member) acr__ripen_member(engine, member);
  return member;
}

struct acr__member *acr__member_create(acr_engine *engine, acr__span id) {
  struct acr__member *member = acr__member_new(engine->last_member + 1, id);
  acr__member_keep(engine, member);
  member->used = 1;
  return member;
}

void acr__member_drop(acr_engine *engine, struct acr__member *member) {
  acr__member_clean(engine, member);
  engine->by_number[member->number] = NULL;
  acr__roster_remove(&engine->by_id, member->id, member->number);
  engine->loaded_count--;
  engine->loaded_bytes -= member->bytes;
  if (member->number == engine->last_member && member->prev == 0) engine->last_member--; // it never came to be
  acr__member_free(member);
}

void acr__member_rename(acr_engine *engine, struct acr__member *member, acr__span id) {
  acr__roster_remove(&engine->by_id, member->id, member->number);
  if (!member->was.len) {
    member->was = member->id;
    member->id = (acr__span){NULL, 0};
  }
  acr__member_set_id(member, id);
  acr__roster_put(&engine->by_id, member->id, member->number);
}

void acr__members_evict(acr_engine *engine, size_t limit) {
  if (engine->loaded_bytes < engine->options.member_bytes_max) return;
  uint64_t pushed = acr__ledger_pushed(engine->ledger);
  for (; limit && engine->loaded_bytes >= engine->options.member_bytes_max; limit--) {
    if (++engine->clock_hand >= engine->number_cap) engine->clock_hand = 0;
    struct acr__member *member = engine->by_number[engine->clock_hand];
    if (!member) continue;
    if (member->used)
      member->used = 0; // a second chance
    else if (!member->dirty_since && member->ticket <= pushed)
      acr__member_drop(engine, member);
  }
}

void acr__members_free(acr_engine *engine) {
  for (uint32_t i = 0; i < engine->number_cap; i++)
    acr__member_free(engine->by_number[i]);
  free(engine->by_number);
  acr__roster_free(&engine->by_id);
  acr__behind_free(&engine->unwritten);
}
