// Members and notes of the memory store.
#include "base/mem.h"
#include "ledger/memory/memory.h"
#include <assert.h>
#include <stdlib.h>

static struct acr__memory *of(acr__ledger *ledger) {
  return (struct acr__memory *)ledger;
}

static const struct acr__memory_member *member_at(const struct acr__memory *memory, size_t number) {
  return number < memory->members_cap ? memory->members[number] : NULL;
}

bool acr__memory_load_id(acr__ledger *ledger, acr__span id, uint32_t *number, acr__buf *out) {
  const struct acr__memory_member *member = acr__table_get(of(ledger)->by_id, id);
  if (!member) return false;
  *number = member->number;
  acr__buf_put(out, member->state.ptr, member->state.len);
  return true;
}

bool acr__memory_load_number(acr__ledger *ledger, uint32_t number, acr__buf *id, acr__buf *out) {
  const struct acr__memory_member *member = member_at(of(ledger), number);
  if (!member) return false;
  acr__buf_put(id, member->id, member->id_len);
  acr__buf_put(out, member->state.ptr, member->state.len);
  return true;
}

static struct acr__memory_member *member_of(struct acr__memory *memory, const struct acr__member_blob *blob) {
  if (blob->number >= memory->members_cap) {
    size_t cap = memory->members_cap ? memory->members_cap : 16;
    while (cap <= blob->number) cap *= 2;
    memory->members = acr__mem_resize((void *)memory->members, cap * sizeof(void *));
    for (size_t i = memory->members_cap; i < cap; i++) memory->members[i] = NULL;
    memory->members_cap = cap;
  }
  struct acr__memory_member *member = memory->members[blob->number];
  if (member) return member;
  member = acr__mem_alloc(sizeof *member);
  *member = (struct acr__memory_member){.number = blob->number, .id = acr__mem_alloc(blob->id.len), .id_len = blob->id.len};
  if (blob->id.len) memcpy(member->id, blob->id.ptr, blob->id.len);
  memory->members[blob->number] = member;
  acr__table_put(memory->by_id, blob->id, member);
  return member;
}

static void rename_member(struct acr__memory *memory, struct acr__memory_member *member, acr__span id) {
  acr__table_remove(memory->by_id, (acr__span){member->id, member->id_len});
  member->id = acr__mem_resize(member->id, id.len);
  memcpy(member->id, id.ptr, id.len);
  member->id_len = id.len;
  acr__table_put(memory->by_id, id, member);
}

uint64_t acr__memory_push(acr__ledger *ledger, const struct acr__member_blob *members, size_t count, acr__pos complete_to) {
  struct acr__memory *memory = of(ledger);
  pthread_mutex_lock(&memory->mutex);
  for (size_t i = 0; i < count; i++) {
    assert(members[i].number > 0);
    struct acr__memory_member *member = member_of(memory, &members[i]);
    if (members[i].was.len) rename_member(memory, member, members[i].id);
    member->state.len = 0;
    acr__buf_put(&member->state, members[i].state.ptr, members[i].state.len);
  }
  if (complete_to > memory->view_end) memory->view_end = complete_to;
  uint64_t ticket = ++memory->tickets;
  pthread_mutex_unlock(&memory->mutex);
  return ticket;
}

uint64_t acr__memory_pushed(acr__ledger *ledger) {
  return of(ledger)->tickets;
}

// The visitor sees a copy: it may take its time and call back while the engine pushes on.
void acr__memory_each_member(acr__ledger *ledger, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg) {
  struct acr__memory *memory = of(ledger);
  acr__buf id = {0}, state = {0};
  bool more = true, inside = true;
  for (uint32_t number = 1; more && inside; number++) {
    id.len = state.len = 0;
    pthread_mutex_lock(&memory->mutex);
    inside = number < memory->members_cap;
    bool found = inside && acr__memory_load_number(ledger, number, &id, &state);
    pthread_mutex_unlock(&memory->mutex);
    if (!found) continue;
    more = visit(arg, number, (acr__span){(const char *)id.ptr, id.len}, (acr__span){(const char *)state.ptr, state.len});
  }
  acr__buf_free(&id);
  acr__buf_free(&state);
}

void acr__memory_note(acr__ledger *ledger, acr__span name, acr__span value) {
  struct acr__memory *memory = of(ledger);
  acr__buf *note = acr__table_get(memory->notes, name);
  if (!note) {
    note = acr__mem_alloc(sizeof *note);
    *note = (acr__buf){0};
    acr__table_put(memory->notes, name, note);
  }
  note->len = 0;
  acr__buf_put(note, value.ptr, value.len);
}

bool acr__memory_note_read(acr__ledger *ledger, acr__span name, acr__buf *out) {
  const acr__buf *note = acr__table_get(of(ledger)->notes, name);
  if (note) acr__buf_put(out, note->ptr, note->len);
  return note != NULL;
}

static void free_note(acr__span name, void *value, void *arg) {
  (void)name;
  (void)arg;
  acr__buf_free(value);
  free(value);
}

void acr__memory_members_free(struct acr__memory *memory) {
  for (size_t i = 0; i < memory->members_cap; i++) {
    if (!memory->members[i]) continue;
    free(memory->members[i]->id);
    acr__buf_free(&memory->members[i]->state);
    free(memory->members[i]);
  }
  free((void *)memory->members);
  acr__table_free(memory->by_id);
  acr__table_each(memory->notes, free_note, NULL);
  acr__table_free(memory->notes);
}
