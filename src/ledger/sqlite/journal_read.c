// Reading the stream out of its rows. A record may go over several rows; a row says where the first record in it begins.
#include "ledger/record.h"
#include "ledger/sqlite/journal.h"

enum { SCAN_BYTES_MAX = 4 << 20 }; // of one transaction: as long as it lasts, the WAL cannot begin anew

// ---- connections

static int open_reader(struct acr__journal_reader *reader, const char *path) {
  static const char rows[] = "SELECT pos, seq, start, data FROM log WHERE pos >= (SELECT max(pos) FROM log WHERE pos <= ?) ORDER BY pos";
  static const char at[] = "SELECT pos, start, data FROM log WHERE pos <= ? ORDER BY pos DESC LIMIT 1";
  static const char before[] = "SELECT pos, seq FROM log WHERE pos <= ? ORDER BY pos DESC LIMIT 1";
  enum { WAIT_MS = 10000 }; // while the WAL begins anew
  int code = acr__db_open_alone(path, &reader->db);
  if (code == SQLITE_OK) code = sqlite3_busy_timeout(reader->db, WAIT_MS);
  if (code == SQLITE_OK) code = acr__db_exec(reader->db, "PRAGMA query_only = ON; PRAGMA cache_size = -4096");
  if (code == SQLITE_OK) code = acr__db_prepare(reader->db, rows, &reader->rows_from);
  if (code == SQLITE_OK) code = acr__db_prepare(reader->db, at, &reader->row_at);
  if (code == SQLITE_OK) code = acr__db_prepare(reader->db, before, &reader->row_before);
  return code;
}

int acr__journal_readers_open(acr__journal *journal) {
  int code = SQLITE_OK;
  for (int i = 0; i < ACR_JOURNAL_READERS && code == SQLITE_OK; i++)
    code = open_reader(&journal->readers[i], journal->path);
  return code;
}

void acr__journal_readers_close(acr__journal *journal) {
  for (int i = 0; i < ACR_JOURNAL_READERS; i++) {
    struct acr__journal_reader *reader = &journal->readers[i];
    sqlite3_stmt *statements[] = {reader->rows_from, reader->row_at, reader->row_before};
    acr__db_finalize(statements, ACR__COUNT(statements));
    acr__db_close(reader->db);
    pthread_mutex_destroy(&reader->mutex);
  }
}

// One that nobody uses, or the first that becomes free.
static struct acr__journal_reader *take(acr__journal *journal) {
  for (int i = 0; i < ACR_JOURNAL_READERS; i++)
    if (pthread_mutex_trylock(&journal->readers[i].mutex) == 0) return &journal->readers[i];
  pthread_mutex_lock(&journal->readers[0].mutex);
  return &journal->readers[0];
}

static void give(struct acr__journal_reader *reader) {
  pthread_mutex_unlock(&reader->mutex);
}

// ---- rows

// What one call appended to `out`, behind `mark`.
struct gather {
  acr__pos pos; // wanted
  bool exact;   // pos has to be a record's place
  acr__buf *out;
  size_t mark;
  size_t max_bytes; // rows are appended until so many are there behind `pos`, and at least one whole record
  acr__pos base;    // place of the first byte appended
  size_t start;     // where the first record in it begins
};

static bool enough(const struct gather *gather) {
  size_t have = gather->out->len - gather->mark, skip = (size_t)(gather->pos - gather->base);
  if (skip < gather->start) skip = gather->start;
  if (have < skip + ACR_RECORD_FIXED) return false;
  size_t length = acr__record_length(gather->out->ptr + gather->mark + skip, have - skip);
  bool damaged = length < ACR_RECORD_FIXED || length > ACR_RECORD_BYTES_MAX; // the caller will see it; reading on is no use
  return damaged || (have - skip >= length && have - skip >= gather->max_bytes);
}

// Steps over the records of the first row; a record that begins in a row has its fixed part there.
static bool is_place(const struct gather *gather) {
  size_t have = gather->out->len - gather->mark, skip = (size_t)(gather->pos - gather->base), at = gather->start;
  while (at < skip) {
    size_t length = at < have ? acr__record_length(gather->out->ptr + gather->mark + at, have - at) : 0;
    if (length < ACR_RECORD_FIXED) return false;
    at += length;
  }
  return at == skip && at < have;
}

// False when there is no such row or place, when the rows have a gap or cannot be read.
static bool gather_rows(const struct acr__journal_reader *reader, struct gather *gather) {
  sqlite3_stmt *rows = reader->rows_from;
  bool good = true, first = true;
  int code;
  gather->mark = gather->out->len;
  sqlite3_bind_int64(rows, 1, (sqlite3_int64)gather->pos);
  while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
    acr__pos pos = (acr__pos)sqlite3_column_int64(rows, 0);
    acr__span data = acr__db_column(rows, 3);
    if (first) {
      gather->base = pos;
      gather->start = (size_t)sqlite3_column_int64(rows, 2);
    }
    good = pos == gather->base + (gather->out->len - gather->mark);
    if (good) acr__buf_put(gather->out, data.ptr, data.len);
    if (good && first && gather->exact) good = is_place(gather);
    first = false;
    if (!good || enough(gather)) break;
  }
  sqlite3_reset(rows);
  return good && !first && (code == SQLITE_ROW || code == SQLITE_DONE);
}

// Moves the bytes [from, from + len) behind mark to the mark and cuts the rest.
static void keep(acr__buf *out, size_t mark, size_t from, size_t len) {
  if (len) memmove(out->ptr + mark, out->ptr + mark + from, len);
  out->len = mark + len;
}

// A record of the commit in flight, out of the caller's buffer.
static bool read_job(acr__journal *journal, acr__pos pos, acr__buf *out) {
  bool found = false;
  pthread_mutex_lock(&journal->mutex);
  const struct acr__job *job = &journal->job;
  if (job->records && pos >= job->first && pos - job->first < job->len) {
    size_t offset = (size_t)(pos - job->first);
    found = acr__record_begins(job->records, job->len, offset);
    if (found) acr__buf_put(out, job->records + offset, acr__record_whole(job->records + offset, job->len - offset));
  }
  pthread_mutex_unlock(&journal->mutex);
  return found;
}

// The record at `pos`, out of the row that it begins in. *longer = it goes on in the next row, and was not read.
static bool read_alone(const struct acr__journal_reader *reader, acr__pos pos, acr__buf *out, bool *longer) {
  sqlite3_stmt *row = reader->row_at;
  size_t length = 0;
  *longer = false;
  sqlite3_bind_int64(row, 1, (sqlite3_int64)pos);
  if (sqlite3_step(row) == SQLITE_ROW) {
    acr__span data = acr__db_column(row, 2);
    const uint8_t *bytes = (const uint8_t *)data.ptr;
    size_t skip = (size_t)(pos - (acr__pos)sqlite3_column_int64(row, 0)), at = (size_t)sqlite3_column_int64(row, 1), step;
    while (at < skip && at < data.len && (step = acr__record_length(bytes + at, data.len - at)) >= ACR_RECORD_FIXED)
      at += step;
    bool place = at == skip && at < data.len;
    length = place ? acr__record_whole(bytes + at, data.len - at) : 0;
    *longer = place && length == 0;
    if (length) acr__buf_put(out, bytes + at, length);
  }
  sqlite3_reset(row);
  return length > 0;
}

static bool read_rows(const struct acr__journal_reader *reader, acr__pos pos, acr__buf *out) {
  struct gather gather = {.pos = pos, .exact = true, .out = out, .max_bytes = 1};
  size_t mark = out->len;
  bool good = gather_rows(reader, &gather);
  size_t have = out->len - mark, skip = (size_t)(pos - gather.base);
  size_t length = good ? acr__record_whole(out->ptr + mark + skip, have - skip) : 0;
  keep(out, mark, skip, length);
  return length > 0;
}

bool acr__journal_read(acr__journal *journal, acr__pos pos, acr__buf *out) {
  if (pos == 0) return false;
  if (pos >= atomic_load(&journal->end) && read_job(journal, pos, out)) return true;
  if (pos >= atomic_load(&journal->end)) return false; // after the job: it may just have been committed
  bool longer;
  struct acr__journal_reader *reader = take(journal);
  bool found = read_alone(reader, pos, out, &longer) || (longer && read_rows(reader, pos, out));
  give(reader);
  return found;
}

acr__pos acr__journal_scan(acr__journal *journal, acr__pos from, size_t max_bytes, acr__buf *out) {
  if (from == 0 || from >= atomic_load(&journal->end)) return from;
  if (max_bytes > SCAN_BYTES_MAX) max_bytes = SCAN_BYTES_MAX;
  struct gather gather = {.pos = from, .exact = true, .out = out, .max_bytes = max_bytes ? max_bytes : 1};
  size_t mark = out->len;
  struct acr__journal_reader *reader = take(journal);
  bool good = gather_rows(reader, &gather);
  give(reader);
  size_t have = out->len - mark, skip = (size_t)(from - gather.base), whole = 0;
  while (good) {
    size_t length = acr__record_whole(out->ptr + mark + skip + whole, have - skip - whole);
    if (!length || (whole && whole + length > max_bytes)) break;
    whole += length;
  }
  keep(out, mark, skip, whole);
  return from + whole;
}

// Number and place of the row that holds the byte at `pos`: the greatest that begins at or before it.
static bool row_before(const struct acr__journal_reader *reader, acr__pos pos, acr__pos *begin, uint64_t *seq) {
  sqlite3_stmt *row = reader->row_before;
  sqlite3_bind_int64(row, 1, (sqlite3_int64)pos);
  bool found = sqlite3_step(row) == SQLITE_ROW;
  if (found) {
    *begin = (acr__pos)sqlite3_column_int64(row, 0);
    *seq = (uint64_t)sqlite3_column_int64(row, 1);
  }
  sqlite3_reset(row);
  return found;
}

acr__pos acr__journal_row(acr__journal *journal, acr__pos pos) {
  acr__pos begin = 0;
  uint64_t seq;
  struct acr__journal_reader *reader = take(journal);
  bool found = row_before(reader, pos, &begin, &seq);
  give(reader);
  return found ? begin : 0;
}

// The place of the last row whose seq is at most the one wanted. That row holds the record's first byte.
static acr__pos row_of_seq(const struct acr__journal_reader *reader, acr__pos end, uint64_t seq) {
  acr__pos low = 1, high = end, found = 0, begin;
  uint64_t row_seq;
  while (low < high) {
    acr__pos middle = low + (high - low) / 2;
    if (!row_before(reader, middle, &begin, &row_seq)) return 0;
    if (row_seq <= seq) {
      found = begin;
      low = middle + 1;
    } else {
      high = begin;
    }
  }
  return found;
}

acr__pos acr__journal_find_seq(acr__journal *journal, uint64_t seq) {
  struct acr__tail tail = acr__journal_tail(journal);
  if (seq == 0 || seq > tail.seq) return 0;
  acr__buf bytes = {0};
  struct gather gather = {.out = &bytes, .max_bytes = 1};
  struct acr__journal_reader *reader = take(journal);
  gather.pos = row_of_seq(reader, atomic_load(&journal->end), seq);
  bool good = gather.pos > 0 && gather_rows(reader, &gather);
  give(reader);
  acr__pos found = 0;
  for (size_t at = gather.start; good && at + ACR_RECORD_FIXED <= bytes.len; at += acr__record_length(bytes.ptr + at, bytes.len - at)) {
    good = acr__record_length(bytes.ptr + at, bytes.len - at) >= ACR_RECORD_FIXED;
    if (!good || acr__record_seq(bytes.ptr + at) != seq) continue;
    found = gather.base + at;
    break;
  }
  acr__buf_free(&bytes);
  return found;
}

bool acr__journal_find_tail(acr__journal *journal) {
  acr__buf bytes = {0};
  struct gather gather = {.out = &bytes, .max_bytes = SIZE_MAX};
  struct acr__tail *tail = &journal->tail;
  *tail = (struct acr__tail){.end = 1, .recorded_at = INT64_MIN, .hash = acr__record_chain_start(&journal->key)};
  int64_t pos = 0;
  // The last row in which a record begins; behind it there can only be the rest of that record.
  int code = acr__db_number(journal->db, "SELECT pos FROM log WHERE start < length(data) ORDER BY pos DESC LIMIT 1", &pos);
  if (code == SQLITE_DONE) return acr__db_number(journal->db, "SELECT pos FROM log LIMIT 1", &pos) == SQLITE_DONE;
  gather.pos = (acr__pos)pos;
  bool good = code == SQLITE_ROW && gather_rows(&journal->readers[0], &gather);
  struct acr__record record;
  size_t at = gather.start;
  while (good && at < bytes.len) {
    good = acr__record_decode(bytes.ptr + at, bytes.len - at, gather.base + at, &record, &tail->hash);
    if (!good) break;
    *tail = (struct acr__tail){record.pos, 0, record.seq, record.recorded_at, record.ledger_time, tail->hash};
    at += acr__record_whole(bytes.ptr + at, bytes.len - at);
  }
  tail->end = gather.base + bytes.len;
  acr__buf_free(&bytes);
  return good && tail->pos > 0;
}
