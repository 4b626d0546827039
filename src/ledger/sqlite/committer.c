// The thread that makes batches durable: seals the records, writes them as rows of one transaction, tells whoever waits, and
// copies the WAL into the file in between (copier.h).
#include "base/thread.h"
#include "ledger/record.h"
#include "ledger/sqlite/journal.h"

enum { SEAL_RECORDS = 64 }; // sealed at a time, while a reader of the batch waits

// Follows the stream over the records of a job: each begins where the one before ends and counts on from it.
static bool follows(const struct acr__tail *tail, const uint8_t *record, size_t length) {
  return length > 0 && acr__record_seq(record) == tail->seq + 1 && acr__record_recorded_at(record) >= tail->recorded_at;
}

// Seals the job's records into `tail`. The mutex keeps readers of the batch away from the bytes that change.
static int seal(acr__journal *journal, const struct acr__job *job, struct acr__tail *tail) {
  if (job->first != tail->end) return ACR_E_VIOLATION;
  int error = ACR_E_OK;
  for (size_t at = 0; at < job->len && !error;) {
    pthread_mutex_lock(&journal->mutex);
    for (int i = 0; i < SEAL_RECORDS && at < job->len && !error; i++) {
      uint8_t *record = job->records + at;
      size_t length = acr__record_whole(record, job->len - at);
      if (!follows(tail, record, length)) {
        error = ACR_E_VIOLATION;
        break;
      }
      tail->hash = acr__record_seal(record, length, &tail->hash);
      tail->seq++;
      tail->recorded_at = acr__record_recorded_at(record);
      tail->pos = job->first + at;
      at += length;
    }
    pthread_mutex_unlock(&journal->mutex);
  }
  tail->end = job->first + job->len;
  return error;
}

static int insert_row(acr__journal *journal, const struct acr__job *job, size_t from, size_t to, size_t boundary, uint64_t seq) {
  sqlite3_stmt *insert = journal->insert;
  size_t start = boundary < to ? boundary - from : to - from;
  sqlite3_bind_int64(insert, 1, (sqlite3_int64)job->first + (sqlite3_int64)from);
  sqlite3_bind_int64(insert, 2, (sqlite3_int64)seq);
  sqlite3_bind_int64(insert, 3, (sqlite3_int64)start);
  sqlite3_bind_blob64(insert, 4, job->records + from, to - from, SQLITE_STATIC);
  return acr__db_run(insert);
}

// Cuts the batch into rows. A row ends at the end of a record where it can: only a record longer than a row goes over several.
static int insert_rows(acr__journal *journal, const struct acr__job *job, uint64_t seq) {
  int code = SQLITE_OK;
  size_t from = 0, boundary = 0; // boundary: where the first record begins that is at or behind `from`
  while (from < job->len && code == SQLITE_OK) {
    size_t to = boundary, next = boundary; // next: the first boundary not in this row
    uint64_t next_seq = seq;
    if (boundary - from <= ACR_JOURNAL_ROW_BYTES) {
      while (next < job->len) {
        size_t length = acr__record_length(job->records + next, job->len - next);
        if (next + length - from > ACR_JOURNAL_ROW_BYTES) break;
        next += length;
        next_seq++;
      }
      to = next;
    }
    if (to == from || boundary - from > ACR_JOURNAL_ROW_BYTES) to = from + ACR_JOURNAL_ROW_BYTES;
    code = insert_row(journal, job, from, to, boundary, seq);
    if (to > next) { // a record longer than a row begins here
      next += acr__record_length(job->records + next, job->len - next);
      next_seq++;
    }
    from = to;
    boundary = next;
    seq = next_seq;
  }
  return code;
}

static int write_job(acr__journal *journal, const struct acr__job *job, uint64_t first_seq) {
  acr__turn_take_committer(&journal->turn);
  int code = acr__db_run(journal->begin);
  if (code == SQLITE_OK) code = insert_rows(journal, job, first_seq);
  if (code == SQLITE_OK) code = acr__db_run(journal->commit);
  sqlite3_clear_bindings(journal->insert);
  if (code != SQLITE_OK) acr__db_run(journal->rollback);
  if (code == SQLITE_OK) acr__copier_committed(&journal->copier);
  acr__turn_give_committer(&journal->turn);
  return code == SQLITE_OK ? ACR_E_OK : ACR_E_UNKNOWN_OUTCOME;
}

static void run_job(acr__journal *journal) {
  pthread_mutex_lock(&journal->mutex);
  struct acr__job job = journal->job;
  struct acr__tail tail = journal->tail;
  int error = journal->failed;
  pthread_mutex_unlock(&journal->mutex);
  uint64_t first_seq = tail.seq + 1;
  if (!error) error = seal(journal, &job, &tail);
  if (!error && job.len) error = write_job(journal, &job, first_seq);
  pthread_mutex_lock(&journal->mutex);
  if (!error) {
    journal->tail = tail;
    atomic_store(&journal->end, tail.end);
    atomic_fetch_add(&journal->commits, 1);
  }
  if (error) journal->failed = error;
  journal->job.records = NULL;
  pthread_cond_signal(&journal->idle);
  pthread_mutex_unlock(&journal->mutex);
  job.done(job.arg, error);
}

void *acr__journal_committer(void *arg) {
  acr__journal *journal = arg;
  acr__thread_prompt();
  pthread_mutex_lock(&journal->mutex);
  while (!journal->stopping || journal->job.records) {
    bool waits = journal->job.records != NULL;
    bool step = acr__copier_due(&journal->copier, waits);
    if (!step && !waits) {
      pthread_cond_wait(&journal->wake, &journal->mutex);
      continue;
    }
    pthread_mutex_unlock(&journal->mutex);
    if (step) acr__copier_step(&journal->copier, waits);
    else run_job(journal);
    pthread_mutex_lock(&journal->mutex);
  }
  pthread_mutex_unlock(&journal->mutex);
  return NULL;
}
