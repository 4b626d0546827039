// Members into the view: everything that was pushed by now as one list sorted by number, a slice of it a transaction. Sorted,
// neighbours share pages, and a page is written once however many of its members changed.
#include "base/mem.h"
#include "ledger/sqlite/view.h"
#include <stdlib.h>

enum { SLICE_MEMBERS = 4000, SLICE_BYTES = 4 << 20 };

static int compare(const void *a, const void *b) {
  uint64_t left = ((const struct acr__round_member *)a)->key, right = ((const struct acr__round_member *)b)->key;
  return (left > right) - (left < right);
}

void acr__round_begin(acr__view *view, struct acr__push *pushes) {
  struct acr__round *round = &view->writer.round;
  *round = (struct acr__round){.pushes = pushes};
  for (struct acr__push *push = pushes; push; push = push->next) round->count += push->count;
  round->members = acr__mem_alloc(round->count * sizeof *round->members);
  uint64_t order = 0, last = 0;
  bool sorted = true;
  for (struct acr__push *push = pushes; push; push = push->next) {
    for (size_t i = 0; i < push->count; i++, order++) {
      uint64_t key = (uint64_t)push->members[i].number << 32 | order;
      round->members[order] = (struct acr__round_member){key, &push->members[i]};
      sorted = sorted && key > last;
      last = key;
    }
    round->ticket = push->ticket;
    if (push->complete_to > round->complete_to) round->complete_to = push->complete_to;
  }
  if (!sorted) qsort(round->members, round->count, sizeof *round->members, compare);
}

void acr__round_free(struct acr__round *round) {
  acr__view_push_free(round->pushes);
  free(round->members);
  *round = (struct acr__round){0};
}

static void bind(sqlite3_stmt *statement, int column, acr__span bytes) {
  sqlite3_bind_blob64(statement, column, bytes.ptr ? bytes.ptr : "", bytes.len, SQLITE_STATIC);
}

static int insert_id(struct acr__view_writer *writer, const struct acr__member_blob *member) {
  bind(writer->insert_id, 1, member->id);
  sqlite3_bind_int64(writer->insert_id, 2, member->number);
  return acr__db_run(writer->insert_id);
}

static int rename_member(struct acr__view_writer *writer, const struct acr__member_blob *member) {
  bind(writer->drop_id, 1, member->was);
  sqlite3_bind_int64(writer->drop_id, 2, member->number);
  int code = acr__db_run(writer->drop_id);
  return code == SQLITE_OK ? insert_id(writer, member) : code;
}

static int insert_member(struct acr__view_writer *writer, const struct acr__member_blob *member) {
  sqlite3_bind_int64(writer->insert_member, 1, member->number);
  bind(writer->insert_member, 2, member->id);
  bind(writer->insert_member, 3, member->state);
  int code = acr__db_run(writer->insert_member);
  return code == SQLITE_OK ? insert_id(writer, member) : code;
}

static int write_member(struct acr__view_writer *writer, const struct acr__member_blob *member) {
  if (member->number <= writer->last_member) {
    bind(writer->update_member, 1, member->id);
    bind(writer->update_member, 2, member->state);
    sqlite3_bind_int64(writer->update_member, 3, member->number);
    int code = acr__db_run(writer->update_member);
    bool there = code == SQLITE_OK && sqlite3_changes(writer->db) > 0;
    if (there && member->was.len) return rename_member(writer, member);
    if (code != SQLITE_OK || there) return code;
  } else {
    writer->last_member = member->number;
  }
  return insert_member(writer, member);
}

static int write_notes(struct acr__view_writer *writer) {
  int code = SQLITE_OK;
  for (struct acr__push *push = writer->round.pushes; push; push = push->next) {
    for (struct acr__view_note *note = push->notes; note && code == SQLITE_OK; note = note->next) {
      acr__span name = {(char *)note->name.ptr, note->name.len}, value = {(char *)note->value.ptr, note->value.len};
      code = acr__db_value_put(writer->db, "note", name, value);
    }
  }
  return code;
}

int acr__round_write(acr__view *view) {
  struct acr__view_writer *writer = &view->writer;
  struct acr__round *round = &writer->round;
  size_t bytes = 0, end = round->at + SLICE_MEMBERS < round->count ? round->at + SLICE_MEMBERS : round->count;
  int code = SQLITE_OK;
  for (; round->at < end && bytes < SLICE_BYTES && code == SQLITE_OK; round->at++) {
    const struct acr__round_member *member = &round->members[round->at];
    bool superseded = round->at + 1 < round->count && member[1].key >> 32 == member->key >> 32;
    if (superseded) continue;
    bytes += member->blob->state.len;
    code = write_member(writer, member->blob);
  }
  if (code == SQLITE_OK && round->at == round->count) code = write_notes(writer);
  return code;
}
