// Several threads that look at the records of a part of the log, a slice each, while one goes through them in their order.
#include "base/mem.h"
#include "engine/verify.h"
#include "ledger/ledger.h"
#include "ledger/record.h"
#include <stdlib.h>
#include <unistd.h>

enum { SLICE_BYTES = 128 << 10, HANDS_MAX = 8 };

struct acr__verify_crew {
  pthread_mutex_t mutex;
  pthread_cond_t moved;
  struct acr__verify_slice *slices; // of the part at hand; owned
  size_t count, cap, next, done;
  bool over;
  int hands;
  pthread_t threads[HANDS_MAX];
  struct acr__verify_hand hand[HANDS_MAX + 1]; // the last is that of who goes through them
};

// Takes the next slice and looks at it; called and left with the mutex held. false = none is left.
static bool one(struct acr__verify_crew *crew, struct acr__verify_hand *hand) {
  if (crew->next == crew->count) return false;
  struct acr__verify_slice slice = crew->slices[crew->next++];
  pthread_mutex_unlock(&crew->mutex);
  acr__verify_alone(hand, &slice);
  pthread_mutex_lock(&crew->mutex);
  if (++crew->done == crew->count) pthread_cond_broadcast(&crew->moved);
  return true;
}

static void *work(void *arg) {
  struct acr__verify_hand *hand = arg;
  struct acr__verify_crew *crew = hand->crew;
  pthread_mutex_lock(&crew->mutex);
  while (!crew->over)
    if (!one(crew, hand)) pthread_cond_wait(&crew->moved, &crew->mutex);
  pthread_mutex_unlock(&crew->mutex);
  return NULL;
}

struct acr__verify_crew *acr__verify_crew_new(struct acr__verify *v) {
  struct acr__verify_crew *crew = acr__mem_alloc(sizeof *crew);
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  *crew = (struct acr__verify_crew){.hands = 0};
  pthread_mutex_init(&crew->mutex, NULL);
  pthread_cond_init(&crew->moved, NULL);
  for (int i = 0; i <= HANDS_MAX; i++)
    crew->hand[i] = (struct acr__verify_hand){.v = v, .crew = crew};
  while (crew->hands < HANDS_MAX && crew->hands + 1 < cores) {
    struct acr__verify_hand *hand = &crew->hand[crew->hands];
    hand->arena = acr__arena_new(16 * 1024);
    if (pthread_create(&crew->threads[crew->hands], NULL, work, hand) != 0) break;
    crew->hands++;
  }
  if (!crew->hand[HANDS_MAX].arena) crew->hand[HANDS_MAX].arena = acr__arena_new(16 * 1024);
  return crew;
}

void acr__verify_crew_free(struct acr__verify_crew *crew) {
  pthread_mutex_lock(&crew->mutex);
  crew->over = true;
  pthread_cond_broadcast(&crew->moved);
  pthread_mutex_unlock(&crew->mutex);
  for (int i = 0; i < crew->hands; i++)
    pthread_join(crew->threads[i], NULL);
  for (int i = 0; i <= HANDS_MAX; i++) {
    acr__arena_free(crew->hand[i].arena);
    acr__buf_free(&crew->hand[i].scratch);
  }
  pthread_mutex_destroy(&crew->mutex);
  pthread_cond_destroy(&crew->moved);
  free(crew->slices);
  free(crew);
}

static void add(struct acr__verify_crew *crew, struct acr__verify_slice slice) {
  if (crew->count == crew->cap) {
    crew->cap = crew->cap ? crew->cap * 2 : 64;
    crew->slices = acr__mem_resize(crew->slices, crew->cap * sizeof *crew->slices);
  }
  crew->slices[crew->count++] = slice;
}

void acr__verify_crew_begin(struct acr__verify_crew *crew, const uint8_t *bytes, size_t len, acr__pos pos, const acr__hash *previous) {
  acr__hash before = *previous;
  size_t begun = 0, at = 0, n;
  pthread_mutex_lock(&crew->mutex);
  crew->count = crew->next = crew->done = 0;
  for (; (n = acr__record_whole(bytes + at, len - at)) > 0; at += n) {
    if (at + n - begun < SLICE_BYTES) continue;
    add(crew, (struct acr__verify_slice){bytes + begun, at + n - begun, pos + begun, before});
    before = acr__record_hash(bytes + at);
    begun = at + n;
  }
  if (begun < at) add(crew, (struct acr__verify_slice){bytes + begun, at - begun, pos + begun, before});
  pthread_cond_broadcast(&crew->moved);
  pthread_mutex_unlock(&crew->mutex);
}

void acr__verify_crew_end(struct acr__verify_crew *crew) {
  pthread_mutex_lock(&crew->mutex);
  while (one(crew, &crew->hand[HANDS_MAX]))
    ;
  while (crew->done < crew->count)
    pthread_cond_wait(&crew->moved, &crew->mutex);
  pthread_mutex_unlock(&crew->mutex);
}
