// Reading the stream out of its rows. A record may go over several rows; a row says where the first record in it begins.
#include "ledger/record.h"
#include "ledger/sqlite/journal.h"

enum { SCAN_BYTES_MAX = 4 << 20 }; // of one turn: about a millisecond

// What one turn appended to `out`, behind `mark`.
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

// The record at gather->pos, where the first row has it whole: it alone is appended, as rows are much larger than records.
static bool one_record(struct gather *gather, acr__span row, bool *good) {
  const uint8_t *bytes = (const uint8_t *)row.ptr;
  size_t skip = (size_t)(gather->pos - gather->base), at = gather->start, length = 0;
  while (at < skip && at < row.len && (length = acr__record_length(bytes + at, row.len - at)) >= ACR_RECORD_FIXED)
    at += length;
  *good = at == skip && at < row.len;
  length = *good ? acr__record_whole(bytes + at, row.len - at) : 0;
  if (length == 0) return false;
  acr__buf_put(gather->out, bytes + at, length);
  gather->base = gather->pos;
  gather->start = 0;
  return true;
}

// With the turn. False when there is no such row or place, when the rows have a gap or cannot be read.
static bool gather_rows(acr__journal *journal, struct gather *gather) {
  sqlite3_stmt *rows = journal->rows_from;
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
      bool alone = gather->exact && gather->max_bytes == 1 && one_record(gather, data, &good);
      first = !alone && good;
      if (alone || !good) break;
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

bool acr__journal_read(acr__journal *journal, acr__pos pos, acr__buf *out) {
  if (pos == 0) return false;
  if (pos >= atomic_load(&journal->end) && read_job(journal, pos, out)) return true;
  if (pos >= atomic_load(&journal->end)) return false; // after the job: it may just have been committed
  struct gather gather = {.pos = pos, .exact = true, .out = out, .max_bytes = 1};
  size_t mark = out->len;
  acr__turn_take_reader(&journal->turn);
  bool good = gather_rows(journal, &gather);
  acr__turn_give_reader(&journal->turn);
  size_t have = out->len - mark, skip = (size_t)(pos - gather.base);
  size_t length = good ? acr__record_whole(out->ptr + mark + skip, have - skip) : 0;
  keep(out, mark, skip, length);
  return length > 0;
}

acr__pos acr__journal_scan(acr__journal *journal, acr__pos from, size_t max_bytes, acr__buf *out) {
  if (from == 0 || from >= atomic_load(&journal->end)) return from;
  if (max_bytes > SCAN_BYTES_MAX) max_bytes = SCAN_BYTES_MAX;
  struct gather gather = {.pos = from, .exact = true, .out = out, .max_bytes = max_bytes ? max_bytes : 1};
  size_t mark = out->len;
  acr__turn_take_reader(&journal->turn);
  bool good = gather_rows(journal, &gather);
  acr__turn_give_reader(&journal->turn);
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
static bool row_before(acr__journal *journal, acr__pos pos, acr__pos *begin, uint64_t *seq) {
  sqlite3_stmt *row = journal->row_before;
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
  return row_before(journal, pos, &begin, &seq) ? begin : 0;
}

// With the turn: the place of the last row whose seq is at most the one wanted. That row holds the record's first byte.
static acr__pos row_of_seq(acr__journal *journal, uint64_t seq) {
  acr__pos low = 1, high = atomic_load(&journal->end), found = 0, begin;
  uint64_t row_seq;
  while (low < high) {
    acr__pos middle = low + (high - low) / 2;
    if (!row_before(journal, middle, &begin, &row_seq)) return 0;
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
  acr__turn_take_reader(&journal->turn);
  gather.pos = row_of_seq(journal, seq);
  bool good = gather.pos > 0 && gather_rows(journal, &gather);
  acr__turn_give_reader(&journal->turn);
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
  bool good = code == SQLITE_ROW && gather_rows(journal, &gather);
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
