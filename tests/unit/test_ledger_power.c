// The SQLite store when the power goes: what was written and not synced is there, or not, or half of it. Every write and sync of the
// journal's files is kept, in order; at many moments the files are made as a disk may have had them, and opened.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger_files.h"
#include <dlfcn.h>

enum { FILES = 2, BLOCK = 4096, COMMITS = 80, RECORDS = 100, PAYLOAD = 5000, MOMENTS = 10 };

typedef enum deed_kind { DEED_WRITE, DEED_CUT, DEED_SYNC, DEED_SYNCED } deed_kind;

struct deed {
  deed_kind kind;
  int file;
  size_t at, len; // of a write; the length behind a cut; of DEED_SYNCED: which deed began it
  char *bytes;
  uint64_t acknowledged; // before it
};

static struct {
  pthread_mutex_t mutex;
  const char *names[FILES]; // NULL = nothing is kept
  struct deed *deeds;
  size_t count, cap;
  uint64_t acknowledged;
} kept = {.mutex = PTHREAD_MUTEX_INITIALIZER};

// ---- The system's calls, on their way from SQLite

static int file_of(int fd) {
  char link[64], name[300];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t len = readlink(link, name, sizeof name - 1);
  name[len > 0 ? len : 0] = 0;
  for (int i = 0; i < FILES; i++)
    if (kept.names[i] && strcmp(kept.names[i], name) == 0) return i;
  return -1;
}

static size_t keep(struct deed deed, const void *bytes) {
  pthread_mutex_lock(&kept.mutex);
  if (kept.count == kept.cap) {
    kept.cap = kept.cap ? 2 * kept.cap : 1024;
    kept.deeds = realloc(kept.deeds, kept.cap * sizeof *kept.deeds);
  }
  deed.acknowledged = kept.acknowledged;
  if (bytes) {
    deed.bytes = malloc(deed.len);
    memcpy(deed.bytes, bytes, deed.len);
  }
  size_t number = kept.count++;
  kept.deeds[number] = deed;
  pthread_mutex_unlock(&kept.mutex);
  return number;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
  int file = file_of(fd);
  if (file >= 0) keep((struct deed){.kind = DEED_WRITE, .file = file, .at = (size_t)at, .len = len}, bytes);
  return real(fd, bytes, len, at);
}

int ftruncate64(int fd, off64_t len) {
  static int (*real)(int, off64_t);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "ftruncate64");
  int file = file_of(fd);
  if (file >= 0) keep((struct deed){.kind = DEED_CUT, .file = file, .len = (size_t)len}, NULL);
  return real(fd, len);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
  int file = file_of(fd);
  size_t begin = file >= 0 ? keep((struct deed){.kind = DEED_SYNC, .file = file}, NULL) : 0;
  int result = real(fd);
  if (file >= 0) keep((struct deed){.kind = DEED_SYNCED, .file = file, .at = begin}, NULL);
  return result;
}

// ---- A disk

struct disk {
  uint8_t *bytes;
  size_t len, cap;
};

static void put(struct disk *disk, const void *bytes, size_t at, size_t len) {
  if (at + len > disk->cap) {
    disk->cap = 2 * (at + len);
    disk->bytes = realloc(disk->bytes, disk->cap);
  }
  if (at > disk->len) memset(disk->bytes + disk->len, 0, at - disk->len);
  memcpy(disk->bytes + at, bytes, len);
  if (at + len > disk->len) disk->len = at + len;
}

static bool coin(unsigned *state) {
  *state = *state * 1103515245u + 12345u;
  return *state >> 16 & 1;
}

// The first `count` deeds on what was there before. What no sync stands behind comes to the disk block by block as chance has it.
static void build(struct disk *disks, size_t count, unsigned chance) {
  size_t safe[FILES] = {0};
  for (size_t i = 0; i < count; i++)
    if (kept.deeds[i].kind == DEED_SYNCED && kept.deeds[i].at > safe[kept.deeds[i].file]) safe[kept.deeds[i].file] = kept.deeds[i].at;
  for (size_t i = 0; i < count; i++) {
    const struct deed *deed = &kept.deeds[i];
    struct disk *disk = &disks[deed->file];
    bool sure = i < safe[deed->file];
    if (deed->kind == DEED_CUT && (sure || coin(&chance)) && deed->len < disk->len) disk->len = deed->len;
    for (size_t from = 0; deed->kind == DEED_WRITE && from < deed->len;) {
      size_t to = (deed->at + from) / BLOCK * BLOCK + BLOCK - deed->at;
      if (to > deed->len) to = deed->len;
      if (sure || coin(&chance)) put(disk, deed->bytes + from, deed->at + from, to - from);
      from = to;
    }
  }
}

static void expect_everything(struct fixture *fix, size_t moment, unsigned chance, const acr__buf *before) {
  struct fixture *other = NULL;
  struct disk disks[FILES] = {0};
  assert_int_equal(set_up_closed((void **)&other), 0);
  for (int i = 0; i < FILES; i++)
    if (before[i].len) put(&disks[i], before[i].ptr, 0, before[i].len);
  build(disks, moment, chance);
  for (int i = 0; i < FILES; i++)
    if (disks[i].len) write_file(i ? beside(other, "-wal") : other->path, disks[i].bytes, disks[i].len);
  char *message = NULL;
  uint64_t acknowledged = moment ? kept.deeds[moment - 1].acknowledged : 0;
  if (try_open(other, false, &message) != ACR_E_OK) fail_msg("moment %zu: %s", moment, message);
  if (other->info.last_seq < acknowledged)
    fail_msg("moment %zu of %zu: %llu records are there, %llu were acknowledged", moment, kept.count,
             (unsigned long long)other->info.last_seq, (unsigned long long)acknowledged);
  assert_true(other->info.last_seq <= fix->seq);
  char *found = acr__ledger_check(other->ledger, true);
  if (found) fail_msg("moment %zu: %s", moment, found);
  assert_int_equal(tear_down((void **)&other), 0);
  for (int i = 0; i < FILES; i++)
    free(disks[i].bytes);
}

static void write_a_lot(struct fixture *fix) {
  for (int i = 0; i < COMMITS; i++) {
    for (int k = 0; k < RECORDS; k++)
      add_record(fix, 40, PAYLOAD);
    assert_int_equal(commit_batch(fix), ACR_E_OK);
    pthread_mutex_lock(&kept.mutex);
    kept.acknowledged = fix->seq;
    pthread_mutex_unlock(&kept.mutex);
    if (i % 16 == 15) usleep(60000); // a pause, in which the WAL begins anew when there is enough in it
  }
}

static void test_power_goes(void **state) {
  struct fixture *fix = *state;
  char *names[FILES] = {strdup(fix->path), strdup(beside(fix, "-wal"))};
  close_ledger(fix);
  acr__buf before[FILES] = {read_file(names[0])};
  for (int i = 0; i < FILES; i++)
    kept.names[i] = names[i];
  open_ledger(fix);
  write_a_lot(fix);
  close_ledger(fix);
  for (int i = 0; i < FILES; i++)
    kept.names[i] = NULL;
  size_t begun = 0, synced_alone = 0; // the WAL anew; syncs of the file
  for (size_t i = 0; i < kept.count; i++) {
    begun += kept.deeds[i].kind == DEED_WRITE && kept.deeds[i].file == 1 && kept.deeds[i].at == 0;
    synced_alone += kept.deeds[i].kind == DEED_SYNCED && kept.deeds[i].file == 0;
  }
  assert_true(begun >= 2 && synced_alone > begun); // the moments that count are among them
  for (unsigned i = 0; i <= MOMENTS; i++)
    expect_everything(fix, kept.count * i / MOMENTS, i, before);
  // Those right behind a new beginning: half of the new WAL may be there and all of the old one is gone.
  for (size_t i = 0; i < kept.count; i++)
    if (kept.deeds[i].kind == DEED_WRITE && kept.deeds[i].file == 1 && kept.deeds[i].at == 0)
      for (size_t more = 1; more < 12 && i + more <= kept.count; more += 10)
        expect_everything(fix, i + more, (unsigned)(i + more), before);
  for (size_t i = 0; i < kept.count; i++)
    free(kept.deeds[i].bytes);
  free(kept.deeds);
  for (int i = 0; i < FILES; i++) {
    acr__buf_free(&before[i]);
    free(names[i]);
  }
  open_ledger(fix);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_power_goes, set_up, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
