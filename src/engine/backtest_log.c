// Who is judged, by whom; and the log, read once for all workers.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/backtest.h"
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 4 << 20, SAMPLE_OF = 10000 };

// ---- who

static void see_merge(struct acr__backtest *b, const struct acr__record *record) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  while (acr__op_read(&cur, &op))
    if (op.kind == ACR_OP_MERGED && op.v[0] > 0 && op.v[0] < b->member_cap) b->group[record->member] = (uint32_t)op.v[0];
}

static bool see(void *arg, const struct acr__record *record) {
  struct acr__backtest *b = arg;
  b->records++;
  if (record->member == 0 || record->member >= b->member_cap) return true;
  if (b->who[record->member] == ACR_WHO_NOT) b->who[record->member] = ACR_WHO_JUDGED;
  if (record->payload.len == 0) b->who[record->member] = ACR_WHO_COPIED;
  if (record->flags & ACR_RECORD_MERGE) see_merge(b, record);
  return true;
}

static uint32_t group_of(const struct acr__backtest *b, uint32_t number) {
  while (b->group[number] && b->group[number] != number)
    number = b->group[number];
  return number;
}

static bool read_sample(struct acr__backtest *b, int64_t *part) {
  const char *text = b->options->sample;
  size_t len = text ? strlen(text) : 0;
  *part = SAMPLE_OF;
  if (!text) return true;
  if (len > 1 && text[len - 1] == '%' && acr__decimal_parse((acr__span){text, len - 1}, 2, part) == ACR_DECIMAL_OK && *part > 0 &&
      *part <= SAMPLE_OF)
    return true;
  b->message = acr__arena_printf(b->arena, "--sample: found \"%.40s\", wanted a share of the members such as 5%%", text);
  return false;
}

static bool choose_members(struct acr__backtest *b) {
  uint8_t *named = calloc(b->member_cap, 1);
  if (!named) acr__mem_exhausted(b->member_cap);
  bool good = true;
  for (size_t i = 0; i < b->options->member_count && good; i++) {
    const struct acr__member *m = acr__member_find(b->from, acr__span_of(b->options->members[i]));
    good = m && m->number < b->member_cap;
    if (good) named[group_of(b, m->number)] = 1;
    if (!good) b->message = acr__arena_printf(b->arena, "the ledger has no member \"%.80s\"", b->options->members[i]);
  }
  for (uint32_t n = 1; n < b->member_cap; n++)
    if (!named[group_of(b, n)]) b->who[n] = ACR_WHO_NOT;
  free(named);
  return good;
}

void acr__backtest_who_came(struct acr__backtest *b) {
  for (uint32_t n = 1; n < b->member_cap; n++) {
    if (b->who[n] == ACR_WHO_AWAITED) b->who[n] = ACR_WHO_NOT;
    b->members += b->who[n] != ACR_WHO_NOT;
    b->copied += b->who[n] == ACR_WHO_COPIED;
  }
}

// What the end of the log says of its beginning: who was erased, and who became part of whom. Where nobody was, that reading is spared.
static bool look_ahead(struct acr__backtest *b) {
  b->records = b->from->last_seq;
  memset(b->who, ACR_WHO_AWAITED, b->member_cap);
  if (!b->from->altered) return true;
  b->records = 0;
  memset(b->who, ACR_WHO_NOT, b->member_cap);
  if (acr__scan(b->from, 1, see, b)) return true;
  b->message = "the log cannot be read to its end";
  return false;
}

bool acr__backtest_who(struct acr__backtest *b) {
  int64_t part;
  b->member_cap = b->from->last_member + 1;
  b->who = calloc((size_t)b->member_cap + 1, 1);
  b->group = calloc((size_t)b->member_cap + 1, sizeof *b->group);
  if (!b->who || !b->group) acr__mem_exhausted(b->member_cap);
  if (!read_sample(b, &part)) return false;
  if (!look_ahead(b)) return false;
  if (b->options->member_count && !choose_members(b)) return false;
  for (uint32_t n = 1; n < b->member_cap; n++) {
    uint32_t group = group_of(b, n);
    if (part < SAMPLE_OF && acr__fast_hash(&group, sizeof group) % SAMPLE_OF >= (uint64_t)part) b->who[n] = ACR_WHO_NOT;
  }
  return true;
}

// Members that were merged in the end are judged by one worker, so that the merge finds both.
bool acr__backtest_mine(const struct acr__run *run, const struct acr__record *record) {
  const struct acr__backtest *b = run->b;
  if (b->workers == 1) return true;
  uint32_t group = record->member < b->member_cap ? group_of(b, record->member) : 0;
  return (int)(acr__fast_hash(&group, sizeof group) % (uint64_t)b->workers) == run->number;
}

// ---- the log

void acr__log_open(struct acr__log *log, acr_engine *from, int workers) {
  *log = (struct acr__log){.from = from, .next = 1, .workers = workers};
  log->done = calloc((size_t)workers, sizeof *log->done);
  pthread_mutex_init(&log->mutex, NULL);
  pthread_cond_init(&log->moved, NULL);
}

void acr__log_close(struct acr__log *log) {
  if (!log->done) return;
  for (int i = 0; i < ACR_LOG_CHUNKS; i++)
    acr__buf_free(&log->chunks[i].bytes);
  pthread_mutex_destroy(&log->mutex);
  pthread_cond_destroy(&log->moved);
  free(log->done);
}

static uint64_t slowest(const struct acr__log *log) {
  uint64_t least = UINT64_MAX;
  for (int i = 0; i < log->workers; i++)
    if (log->done[i] < least) least = log->done[i];
  return least;
}

// With the mutex, which is let go meanwhile.
static void read_chunk(struct acr__log *log) {
  struct acr__chunk *chunk = &log->chunks[log->read % ACR_LOG_CHUNKS];
  log->reading = true;
  pthread_mutex_unlock(&log->mutex);
  chunk->bytes.len = 0;
  chunk->pos = log->next;
  acr__pos next = acr__ledger_scan(log->from->ledger, chunk->pos, CHUNK_BYTES, &chunk->bytes);
  pthread_mutex_lock(&log->mutex);
  log->reading = false;
  log->ended = next == chunk->pos;
  log->failed = log->failed || (log->ended && next < log->from->end);
  log->read += !log->ended;
  log->next = next;
  pthread_cond_broadcast(&log->moved);
}

// A worker that asks is through with the chunk before.
const struct acr__chunk *acr__log_next(struct acr__log *log, int worker) {
  const struct acr__chunk *chunk = NULL;
  pthread_mutex_lock(&log->mutex);
  uint64_t wanted = log->done[worker]++;
  pthread_cond_broadcast(&log->moved);
  for (;;) {
    if (wanted < log->read) {
      chunk = &log->chunks[wanted % ACR_LOG_CHUNKS];
      break;
    }
    if (log->ended) break;
    // A slot is free once everybody is through with what it held; `done` counts the chunk at hand, too.
    if (!log->reading && slowest(log) + ACR_LOG_CHUNKS > log->read + 1)
      read_chunk(log);
    else
      pthread_cond_wait(&log->moved, &log->mutex);
  }
  pthread_mutex_unlock(&log->mutex);
  return chunk;
}

void acr__log_leave(struct acr__log *log, int worker) {
  pthread_mutex_lock(&log->mutex);
  log->done[worker] = UINT64_MAX / 2;
  pthread_cond_broadcast(&log->moved);
  pthread_mutex_unlock(&log->mutex);
}
