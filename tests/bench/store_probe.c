// How fast the SQLite store is by itself: `store_probe FOLDER commits|view|ids [N]`. Prints figures; judges nothing.
//   commits   N records of 600 bytes, 100 and 1,000 a commit, no members
//   view      N events at 120,000/s: each an id and a dirty member of 1,000,000; the dirty ones are pushed in order of number, one
//             sweep a million events, states of 700 bytes
//   ids       N ids, then open again and look new and old ones up
#include "accrue.h"
#include "ledger/ledger.h"
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MEMBERS = 1000000, STATE_BYTES = 700, RATE = 120000, BATCH = 1000 };

struct probe {
  char path[512];
  acr__ledger *ledger;
  struct acr__ledger_info info;
  uint64_t seq;
  acr__pos end;
  pthread_mutex_t mutex;
  pthread_cond_t cond;
  bool flying;
  int error;
};

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t cpu_ns(void) { // of this thread
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void open_probe(struct probe *probe) {
  struct acr__ledger_options options = {.path = probe->path, .create = true};
  char *message = NULL;
  int64_t before = now_us();
  if (acr__ledger_open(&options, &probe->ledger, &probe->info, &message) != ACR_E_OK) {
    fprintf(stderr, "%s\n", message);
    exit(1);
  }
  printf("open: %.1f ms, %llu records, view_end %llu of %llu\n", (double)(now_us() - before) / 1000,
         (unsigned long long)probe->info.last_seq, (unsigned long long)probe->info.view_end, (unsigned long long)probe->info.end);
  probe->seq = probe->info.last_seq;
  probe->end = probe->info.end;
}

static void close_probe(struct probe *probe) {
  int64_t before = now_us();
  acr__ledger_close(probe->ledger);
  printf("close: %.1f ms\n", (double)(now_us() - before) / 1000);
}

static void on_done(void *arg, int error) {
  struct probe *probe = arg;
  pthread_mutex_lock(&probe->mutex);
  probe->flying = false;
  probe->error = error;
  pthread_cond_signal(&probe->cond);
  pthread_mutex_unlock(&probe->mutex);
}

static void wait_commit(struct probe *probe) {
  pthread_mutex_lock(&probe->mutex);
  while (probe->flying) pthread_cond_wait(&probe->cond, &probe->mutex);
  pthread_mutex_unlock(&probe->mutex);
  if (probe->error) exit(2);
}

static acr__digest random_digest(uint64_t number) {
  static const acr__key key = {{5}};
  return acr__digest_pair(&key, ACR__SPAN_LIT("probe"), (acr__span){(const char *)&number, sizeof number});
}

// Cheap and spread like a digest: the probe is about the store.
static acr__digest cheap_digest(uint64_t number) {
  acr__digest digest;
  uint64_t words[2] = {number * UINT64_C(0x9e3779b97f4a7c15), 0};
  words[0] ^= words[0] >> 29;
  words[0] *= UINT64_C(0xbf58476d1ce4e5b9);
  words[0] ^= words[0] >> 32;
  words[1] = (words[0] + number) * UINT64_C(0x94d049bb133111eb);
  words[1] ^= words[1] >> 31;
  memcpy(digest.bytes, words, sizeof words);
  return digest;
}

static void add_record(struct probe *probe, acr__buf *batch) {
  static char text[600 - 126];
  struct acr__record record = {.kind = ACR_RECORD_EVENT, .seq = ++probe->seq, .recorded_at = (int64_t)probe->seq,
                               .decision = {text, 60}, .payload = {text, sizeof text - 60}};
  probe->end += acr__record_encode(&record, batch);
}

// CPU of every thread since the start of the process, in ms, and over the events at hand.
static void print_threads(int64_t wall_us, uint64_t events) {
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *task; tasks && (task = readdir(tasks));) {
    char name[300], line[600];
    snprintf(name, sizeof name, "/proc/self/task/%s/stat", task->d_name);
    FILE *file = task->d_name[0] == '.' ? NULL : fopen(name, "re");
    unsigned long user, system;
    if (file && fgets(line, sizeof line, file) &&
        sscanf(strrchr(line, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2) {
      printf("  thread %s: %lu ms user, %lu ms system, %.2f us an event, %.0f %% of a core\n", task->d_name, user * 10, system * 10,
             (double)(user + system) * 10000 / (double)events, (double)(user + system) * 1000000 / (double)wall_us);
    }
    if (file) fclose(file);
  }
  if (tasks) closedir(tasks);
}

static void start_commit(struct probe *probe, acr__buf *batch, const struct acr__id_entry *ids, size_t count) {
  probe->flying = true;
  acr__ledger_commit(probe->ledger, batch->ptr, batch->len, probe->end - batch->len, ids, count, on_done, probe);
}

static void probe_commits(struct probe *probe, uint64_t records) {
  static const size_t sizes[] = {100, 1000};
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    static uint64_t all;
    uint64_t total = sizes[k] == 1 ? records / 50 : records, slowest = 0;
    acr__buf batches[2] = {{0}, {0}};
    int64_t before = now_us();
    for (uint64_t done = 0, turn = 0; done < total; done += sizes[k], turn++) {
      acr__buf *batch = &batches[turn % 2];
      batch->len = 0;
      for (size_t i = 0; i < sizes[k]; i++) add_record(probe, batch);
      int64_t waited = now_us();
      wait_commit(probe);
      waited = now_us() - waited;
      if ((uint64_t)waited > slowest) slowest = (uint64_t)waited;
      start_commit(probe, batch, NULL, 0);
    }
    wait_commit(probe);
    int64_t took = now_us() - before;
    printf("%zu a commit: %.0f records/s, %.1f us a commit, slowest wait %.1f ms\n", sizes[k], (double)total * 1e6 / (double)took,
           (double)took * (double)sizes[k] / (double)total, (double)slowest / 1000);
    all += total;
    print_threads(took, all);
    acr__buf_free(&batches[0]);
    acr__buf_free(&batches[1]);
  }
}

struct sweep {
  bool *dirty;
  uint32_t at;
};

// Pushes what of the sweep is due after `events` more events.
static void push_due(struct probe *probe, struct sweep *sweep, size_t events) {
  static struct acr__member_blob blobs[BATCH];
  static char names[BATCH][16], state[STATE_BYTES];
  size_t count = 0;
  for (size_t i = 0; i < events; i++) {
    uint32_t number = sweep->at = sweep->at % MEMBERS + 1;
    if (!sweep->dirty[number]) continue;
    sweep->dirty[number] = false;
    int len = snprintf(names[count], sizeof names[count], "M%08u", number);
    blobs[count] = (struct acr__member_blob){number, {names[count], (size_t)len}, {state, sizeof state}, {NULL, 0}};
    count++;
  }
  acr__ledger_push(probe->ledger, blobs, count, acr__ledger_committed_end(probe->ledger));
}

// All members once, as a ledger in use has them.
static void prefill(struct probe *probe, struct sweep *sweep) {
  int64_t before = now_us();
  memset(sweep->dirty, 1, MEMBERS + 1);
  for (int i = 0; i < MEMBERS; i += BATCH) push_due(probe, sweep, BATCH);
  while (acr__ledger_pushed(probe->ledger) < MEMBERS / BATCH) usleep(10000);
  printf("%d members written in %.1f s\n", MEMBERS, (double)(now_us() - before) / 1e6);
  print_threads(now_us() - before, MEMBERS);
}

static void probe_view(struct probe *probe, uint64_t events) {
  struct sweep sweep = {.dirty = calloc(MEMBERS + 1, sizeof(bool))};
  if (probe->info.last_member < MEMBERS) prefill(probe, &sweep);
  struct acr__id_entry ids[2][BATCH];
  acr__buf batches[2] = {{0}, {0}};
  uint64_t state = 88172645463325252u, found = 0;
  int64_t before = now_us(), told = before;
  for (uint64_t done = 0, turn = 0; done < events; done += BATCH, turn++) {
    acr__buf *batch = &batches[turn % 2];
    batch->len = 0;
    for (size_t i = 0; i < BATCH; i++) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      sweep.dirty[state % MEMBERS + 1] = true;
      ids[turn % 2][i] = (struct acr__id_entry){cheap_digest(probe->seq + 1), probe->end};
      found += acr__ledger_find_id(probe->ledger, ids[turn % 2][i].id) != 0;
      add_record(probe, batch);
    }
    wait_commit(probe);
    start_commit(probe, batch, ids[turn % 2], BATCH);
    push_due(probe, &sweep, BATCH);
    int64_t due = before + (int64_t)(done + BATCH) * 1000000 / RATE, now = now_us();
    if (due > now) usleep((useconds_t)(due - now));
    if (now - told < 2000000) continue;
    told = now;
    struct acr__ledger_stats stats;
    acr__ledger_stats_read(probe->ledger, &stats);
    printf("%.1f s: %llu events, lag %llu records, view %llu MB, wal %llu MB, %llu runs\n", (double)(now - before) / 1e6,
           (unsigned long long)done, (unsigned long long)stats.view_lag_records, (unsigned long long)stats.view_bytes >> 20,
           (unsigned long long)stats.wal_bytes >> 20, (unsigned long long)stats.id_runs);
  }
  wait_commit(probe);
  int64_t took = now_us() - before;
  printf("%.0f events/s, %llu ids found that were new\n", (double)events * 1e6 / (double)took, (unsigned long long)found);
  print_threads(took, events);
  acr__buf_free(&batches[0]);
  acr__buf_free(&batches[1]);
  free(sweep.dirty);
}

static void look_up(struct probe *probe, uint64_t from, uint64_t step, const char *what) {
  enum { LOOKS = 300000 };
  acr__digest *ids = calloc(LOOKS, sizeof *ids);
  uint64_t found = 0;
  for (uint64_t i = 0; i < LOOKS; i++) ids[i] = random_digest(from + i * step);
  int64_t before = cpu_ns();
  for (uint64_t i = 0; i < LOOKS; i++) found += acr__ledger_find_id(probe->ledger, ids[i]) != 0;
  int64_t took = cpu_ns() - before;
  printf("%s ids: %.3f us of CPU each, %llu of %d found\n", what, (double)took / 1000 / LOOKS, (unsigned long long)found, LOOKS);
  free(ids);
}

static void probe_ids(struct probe *probe, uint64_t count) {
  int64_t before = now_us();
  for (uint64_t i = 0; i < count; i++) acr__ledger_add_id(probe->ledger, random_digest(i), 1);
  printf("added %llu ids in %.1f s\n", (unsigned long long)count, (double)(now_us() - before) / 1e6);
  close_probe(probe);
  open_probe(probe);
  for (int i = 0; i < 3; i++) {
    struct acr__ledger_stats stats;
    acr__ledger_stats_read(probe->ledger, &stats);
    printf("%llu ids in %llu runs, view %llu MB\n", (unsigned long long)stats.ids, (unsigned long long)stats.id_runs,
           (unsigned long long)stats.view_bytes >> 20);
    look_up(probe, count, 1, "new");
    look_up(probe, 0, count / 300000, "old");
    sleep(2);
  }
}

int main(int argc, char **argv) {
  struct probe probe = {.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};
  if (argc < 3) {
    fprintf(stderr, "store_probe FOLDER commits|view|ids [N]\n");
    return 64;
  }
  uint64_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : 3000000;
  snprintf(probe.path, sizeof probe.path, "%s/probe.ledger", argv[1]);
  open_probe(&probe);
  if (strcmp(argv[2], "commits") == 0) probe_commits(&probe, count);
  else if (strcmp(argv[2], "view") == 0) probe_view(&probe, count);
  else probe_ids(&probe, count);
  close_probe(&probe);
  return 0;
}
