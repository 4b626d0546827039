// The view's thread: what was pushed, sealed ids, a slice of merging and of deleting in one transaction, and once more.
#include "base/mem.h"
#include "base/thread.h"
#include "ledger/sqlite/view.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
  WRITE_AT_MEMBERS = 20000,
  WRITE_AFTER_MS = 2000,
  CLOSE_MS = 1500,         // what is not written by then is taken up from the journal at the next start
  RETRY_MS = 1000,         // after a failure: a full disk may have room again
  REST_TIMES = 4,          // as long as a transaction took, while it does not fall behind: in one go it is in the way of answers
  COMMIT_POLL_MS = 10,     // for the commit in flight whose ids were sealed
  CHECKPOINT_PAGES = 2000,
  NICENESS = 10,
};

// What a transaction did, to be taken up in memory when it has succeeded.
struct changes {
  struct acr__generation *written; // list
  uint64_t flushed;
  acr__pos ids_end, members_end;
  acr__run *flushed_run, *merged;
  bool drop_finished;
};

// Generations are in order, and the later ones may hold ids of a commit that is not yet through.
static struct acr__generation *take_generations(acr__view *view) {
  acr__pos end = atomic_load(&view->journal->end);
  struct acr__generation *first = view->to_write, **link = &view->to_write;
  if (!first || first->end > end) return NULL;
  while (*link && (*link)->end <= end) link = &(*link)->next_to_write;
  view->to_write = *link;
  *link = NULL;
  if (!view->to_write) view->to_write_last = &view->to_write;
  return first;
}

static void give_back(acr__view *view, struct acr__generation *first) {
  struct acr__generation **link = &first;
  while (*link) link = &(*link)->next_to_write;
  *link = view->to_write;
  if (!view->to_write) view->to_write_last = first ? link : &view->to_write;
  view->to_write = first;
}

static int write_ids(struct acr__view_writer *writer, struct changes *changes) {
  size_t count = 0;
  for (const struct acr__generation *one = changes->written; one; one = one->next_to_write) {
    count += one->ids.count;
    changes->flushed = one->number;
    changes->ids_end = one->end;
  }
  if (count == 0) return SQLITE_OK;
  struct acr__id_entry *entries = acr__mem_alloc(count * sizeof *entries);
  count = 0;
  for (const struct acr__generation *one = changes->written; one; one = one->next_to_write) {
    for (size_t i = 0; i < one->ids.cap; i++) {
      if (one->ids.slots[i].pos) entries[count++] = one->ids.slots[i];
    }
  }
  count = acr__ids_sort(entries, count);
  acr__run_builder builder;
  acr__run_begin(&builder, writer->next_run++, count);
  changes->flushed_run = builder.run;
  int code = SQLITE_OK;
  for (size_t i = 0; i < count && code == SQLITE_OK; i++) code = acr__run_add(&builder, &writer->tables, &entries[i]);
  if (code == SQLITE_OK) code = acr__run_end(&builder, &writer->tables);
  free(entries);
  return code;
}

static acr__pos reached(acr__pos ids_end, acr__pos members_end) {
  return ids_end < members_end ? ids_end : members_end;
}

// How far the view is, and the journal's last record as it was read before: a journal without it is not the one we follow.
static int write_marks(acr__view *view, const struct acr__tail *tail, acr__pos view_end) {
  sqlite3 *db = view->writer.db;
  acr__buf anchor = {0}, end = {0};
  acr__buf_u64(&anchor, tail->pos);
  acr__buf_put(&anchor, tail->hash.bytes, sizeof tail->hash.bytes);
  acr__buf_u64(&end, view_end);
  int code = acr__db_value_put(db, "meta", ACR__SPAN_LIT("anchor"), (acr__span){(char *)anchor.ptr, anchor.len});
  if (code == SQLITE_OK) code = acr__db_value_put(db, "meta", ACR__SPAN_LIT("view_end"), (acr__span){(char *)end.ptr, end.len});
  acr__buf_free(&anchor);
  acr__buf_free(&end);
  return code;
}

static int write_all(acr__view *view, struct changes *changes, bool closing) {
  struct acr__view_writer *writer = &view->writer;
  struct acr__tail tail = acr__journal_tail(view->journal);
  int code = acr__db_run(writer->begin);
  if (code == SQLITE_OK && writer->round.pushes) {
    code = acr__round_write(view);
    if (writer->round.at == writer->round.count && writer->round.complete_to > changes->members_end) {
      changes->members_end = writer->round.complete_to;
    }
  }
  if (code == SQLITE_OK && changes->written) code = write_ids(writer, changes);
  if (code == SQLITE_OK && !closing && acr__merge_due(writer)) code = acr__merge_step(writer, &changes->merged);
  if (code == SQLITE_OK && !closing && writer->drops) code = acr__drop_step(writer, &changes->drop_finished);
  if (code == SQLITE_OK && writer->scrub)
    code = acr__db_exec(writer->db, "REPLACE INTO meta(name, value) VALUES('scrub', x'31')");
  if (code == SQLITE_OK) code = write_marks(view, &tail, reached(changes->ids_end, changes->members_end));
  if (code == SQLITE_OK) code = acr__db_run(writer->commit);
  return code;
}

// Old sets and runs are freed, and their chunks deleted, once the engine's thread has taken up the newest set.
static void free_retired(acr__view *view) {
  struct acr__view_writer *writer = &view->writer;
  if (atomic_load(&view->adopted) != atomic_load(&view->published)) return;
  while (writer->retired) {
    struct acr__retired *retired = writer->retired;
    writer->retired = retired->next;
    for (size_t i = 0; i < retired->count; i++) {
      acr__drop_add(writer, retired->runs[i]->number);
      acr__run_free(retired->runs[i]);
    }
    free(retired->set);
    free(retired);
  }
}

static void publish(acr__view *view, struct changes *changes) {
  struct acr__view_writer *writer = &view->writer;
  if (changes->drop_finished) {
    struct acr__drop *drop = writer->drops;
    writer->drops = drop->next;
    free(drop);
  }
  bool runs_changed = changes->flushed_run || changes->merged || changes->flushed > writer->flushed;
  writer->flushed = changes->flushed;
  writer->ids_end = changes->ids_end;
  writer->members_end = changes->members_end;
  if (runs_changed) {
    struct acr__retired *retired = acr__mem_alloc(sizeof *retired);
    *retired = (struct acr__retired){.next = writer->retired, .set = (acr__runset *)atomic_load(&view->published)};
    writer->retired = retired;
    if (changes->flushed_run) acr__runs_add(writer, changes->flushed_run);
    if (changes->flushed_run) atomic_fetch_add(&view->ids, changes->flushed_run->count);
    if (changes->merged) acr__merge_accept(writer, changes->merged, retired);
    atomic_store(&view->id_runs, writer->run_count);
    atomic_store(&view->published, acr__runset_new(writer));
  }
  atomic_store(&view->view_end, reached(writer->ids_end, writer->members_end));
  if (writer->round.pushes && writer->round.at == writer->round.count) {
    atomic_store(&view->pushed, writer->round.ticket);
    acr__round_free(&writer->round);
  }
}

static void undo(acr__view *view, const struct changes *changes, size_t round_at, uint32_t last_member) {
  struct acr__view_writer *writer = &view->writer;
  acr__db_run(writer->rollback);
  writer->round.at = round_at;
  writer->last_member = last_member;
  acr__run_free(changes->flushed_run);
  acr__merge_abandon(writer);
  pthread_mutex_lock(&view->mutex);
  if (changes->written) give_back(view, changes->written);
  pthread_mutex_unlock(&view->mutex);
}

static bool transaction(acr__view *view, struct acr__generation *generations, bool closing) {
  struct acr__view_writer *writer = &view->writer;
  struct changes changes = {.written = generations, .flushed = writer->flushed, .ids_end = writer->ids_end,
                            .members_end = writer->members_end};
  size_t round_at = writer->round.at;
  uint32_t last_member = writer->last_member;
  int code = write_all(view, &changes, closing);
  if (code != SQLITE_OK) {
    if (acr__db_is_damage(code)) acr__view_stop(view, writer->db, code);
    if (!writer->retry_at_ms) fprintf(stderr, "accrue: %s: %s; trying again\n", view->path, sqlite3_errmsg(writer->db));
    writer->retry_at_ms = acr__view_now_ms() + RETRY_MS;
    undo(view, &changes, round_at, last_member);
    return false;
  }
  writer->retry_at_ms = 0;
  publish(view, &changes);
  if (writer->wal_pages >= CHECKPOINT_PAGES) acr__view_file_copy_wal(writer);
  return true;
}

// With the mutex. Milliseconds until there is something to do; 0 = now, -1 = when somebody calls.
static int64_t due_in(const acr__view *view) {
  const struct acr__view_writer *writer = &view->writer;
  int64_t now = acr__view_now_ms();
  if (now < writer->retry_at_ms) return writer->retry_at_ms - now;
  if (now < writer->rest_to_ms && view->queued_members < WRITE_AT_MEMBERS && !acr__view_scrub_due(view)) return writer->rest_to_ms - now;
  if (writer->round.pushes || view->queued_members >= WRITE_AT_MEMBERS || writer->drops) return 0;
  if (acr__merge_due(writer) || acr__view_scrub_due(view)) return 0;
  if (view->to_write) return view->to_write->end <= atomic_load(&view->journal->end) ? 0 : COMMIT_POLL_MS;
  if (!view->queue) return writer->retired ? WRITE_AFTER_MS : -1;
  int64_t passed = now - view->queued_at_ms;
  return passed < WRITE_AFTER_MS ? WRITE_AFTER_MS - passed : 0;
}

static void wait_for(acr__view *view, int64_t ms) {
  if (ms < 0) {
    pthread_cond_wait(&view->wake, &view->mutex);
    return;
  }
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += (ms % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  pthread_cond_timedwait(&view->wake, &view->mutex, &until);
}

static struct acr__push *take_queue(acr__view *view) {
  bool full = view->queued_members >= WRITE_AT_MEMBERS, old = acr__view_now_ms() - view->queued_at_ms >= WRITE_AFTER_MS;
  if (view->writer.round.pushes || !(full || old || view->closing_ms || acr__view_scrub_due(view))) return NULL;
  struct acr__push *pushes = view->queue;
  view->queue = NULL;
  view->queue_last = &view->queue;
  view->queued_members = 0;
  return pushes;
}

// After a failed commit nothing more is written: the next start finds out what the journal has.
static bool nothing_left(const acr__view *view) {
  if (acr__journal_failed(view->journal)) return true;
  bool ids_left = view->to_write && view->to_write->end <= atomic_load(&view->journal->end);
  return !view->queue && !view->writer.round.pushes && !ids_left;
}

void *acr__view_thread(void *arg) {
  acr__view *view = arg;
  acr__thread_patient(NICENESS);
  pthread_mutex_lock(&view->mutex);
  for (;;) {
    bool closing = view->closing_ms != 0;
    if (closing && (nothing_left(view) || acr__view_now_ms() - view->closing_ms > CLOSE_MS)) break;
    free_retired(view);
    int64_t ms = closing ? 0 : due_in(view);
    if (ms != 0) {
      wait_for(view, ms);
      continue;
    }
    struct acr__push *pushes = take_queue(view);
    struct acr__generation *generations = take_generations(view);
    view->writer.scrub = view->scrub_begun;
    bool due = acr__view_scrub_due(view);
    pthread_mutex_unlock(&view->mutex);
    int64_t began_ms = acr__view_now_ms();
    if (pushes) acr__round_begin(view, pushes);
    bool good = transaction(view, generations, closing);
    if (due && good) acr__view_scrub_run(view);
    int64_t ended_ms = acr__view_now_ms();
    view->writer.rest_to_ms = ended_ms + REST_TIMES * (ended_ms - began_ms);
    pthread_mutex_lock(&view->mutex);
    if (!good && view->closing_ms) break;
  }
  pthread_mutex_unlock(&view->mutex);
  return NULL;
}
