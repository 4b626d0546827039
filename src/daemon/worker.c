#include "daemon/worker.h"
#include "daemon/daemon.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef enum action { ACT_SLEEP, ACT_BEGIN, ACT_FILL, ACT_COMMIT, ACT_END, ACT_IDLE, ACT_QUIT } action;

// Called by the store when a commit has ended. Without durability no answer may leave, so the process ends here.
static void committed(acr_batch *batch, int error, void *arg) {
  struct flight *flight = arg;
  struct worker *w = flight->worker;
  assert(batch == flight->batch);
  if (error != ACR_E_OK) {
    fprintf(stderr, "accrued: %s (%s): start again and send what was not answered once more\n", acr_error_text(ACR_E_UNKNOWN_OUTCOME),
            acr_error_text(error));
    _exit(ACR_EXIT_UNKNOWN);
  }
  pthread_mutex_lock(&w->mutex);
  flight->state = FLIGHT_DONE;
  w->store_busy = false;
  if (w->asleep) pthread_cond_signal(&w->wake);
  pthread_mutex_unlock(&w->mutex);
  w->ready(w->ready_arg);
}

static struct flight *in_state(struct worker *w, flight_state state) {
  for (int i = 0; i < 2; i++) {
    if (w->flights[i].state == state) return &w->flights[i];
  }
  return NULL;
}

static void join_chain(struct parcel **first, struct parcel **last, struct parcel *from, struct parcel *to) {
  if (*first) {
    (*last)->next = from;
  } else {
    *first = from;
  }
  *last = to;
}

static bool full(const struct flight *flight) {
  return flight->lines > DAEMON_BATCH_LINES_MAX - DAEMON_PARCEL_LINES || flight->cost >= DAEMON_BATCH_COST_MAX;
}

// What to do next, and with which flight; under the mutex, and the flight's new state is set here.
static action decide(struct worker *w, struct flight **flight) {
  *flight = in_state(w, FLIGHT_GATHERED);
  if (!*flight && w->stopping) *flight = in_state(w, FLIGHT_DONE); // the loop gathers no more
  if (*flight) return ACT_END;
  if (!w->taken && !w->dropping) {
    w->taken = w->first;
    w->first = w->last = NULL;
  }
  bool waits = w->taken && !w->dropping;
  struct flight *filling = *flight = in_state(w, FLIGHT_FILLING);
  if (filling) {
    if (!w->store_busy && (!waits || filling->lines >= DAEMON_BATCH_LINES_ENOUGH || full(filling))) {
      filling->state = FLIGHT_COMMITTING;
      w->store_busy = true;
      return ACT_COMMIT;
    }
    return waits && !full(filling) ? ACT_FILL : ACT_SLEEP;
  }
  *flight = in_state(w, FLIGHT_FREE);
  if (*flight && waits) {
    (*flight)->state = FLIGHT_FILLING;
    return ACT_BEGIN;
  }
  bool all_free = w->flights[0].state == FLIGHT_FREE && w->flights[1].state == FLIGHT_FREE;
  if (!all_free) return ACT_SLEEP;
  if (w->stopping) return ACT_QUIT;
  return w->idle_work ? ACT_IDLE : ACT_SLEEP;
}

static void fill(struct worker *w, struct flight *flight) {
  struct parcel *parcel = w->taken;
  w->taken = parcel->next;
  parcel->next = NULL;
  for (unsigned i = 0; i < parcel->count; i++)
    acr_batch_take_ahead(flight->batch, parcel->ahead, i, parcel->lines[i].text, parcel->lines[i].len, parcel);
  join_chain(&flight->first, &flight->last, parcel, parcel);
  flight->lines += parcel->count;
  flight->cost += parcel->cost;
}

static void end(struct worker *w, struct flight *flight) {
  acr_batch_end(flight->batch);
  pthread_mutex_lock(&w->mutex);
  if (flight->first) {
    flight->last->next = w->unanswered;
    w->unanswered = flight->first;
  }
  *flight = (struct flight){.worker = w};
  pthread_mutex_unlock(&w->mutex);
}

static void act(struct worker *w, action what, struct flight *flight) {
  switch (what) {
  case ACT_BEGIN:
    flight->batch = acr_batch_begin(w->engine);
    flight->number = ++w->numbers;
    w->idle_work = true;
    fill(w, flight);
    break;
  case ACT_FILL:
    fill(w, flight);
    break;
  case ACT_COMMIT:
    acr_batch_commit(flight->batch, committed, flight);
    break;
  case ACT_END:
    end(w, flight);
    break;
  case ACT_IDLE:
    w->idle_work = acr_engine_idle(w->engine);
    break;
  case ACT_SLEEP:
  case ACT_QUIT:
    break;
  }
}

static void *run(void *arg) {
  struct worker *w = arg;
  for (;;) {
    struct flight *flight;
    pthread_mutex_lock(&w->mutex);
    action what = decide(w, &flight);
    if (what == ACT_SLEEP) {
      w->asleep = true;
      pthread_cond_wait(&w->wake, &w->mutex);
      w->asleep = false;
    }
    pthread_mutex_unlock(&w->mutex);
    if (what == ACT_QUIT) return NULL;
    act(w, what, flight);
  }
}

void acr__worker_start(struct worker *w, acr_engine *engine, void (*ready)(void *arg), void *arg) {
  *w = (struct worker){.engine = engine, .ready = ready, .ready_arg = arg, .idle_work = true};
  w->flights[0].worker = w->flights[1].worker = w;
  pthread_mutex_init(&w->mutex, NULL);
  pthread_cond_init(&w->wake, NULL);
  if (pthread_create(&w->thread, NULL, run, w) == 0) return;
  fputs("accrued: the system gives no thread\n", stderr);
  abort();
}

void acr__worker_push(struct worker *w, struct parcel *first, struct parcel *last) {
  pthread_mutex_lock(&w->mutex);
  join_chain(&w->first, &w->last, first, last);
  if (w->asleep) pthread_cond_signal(&w->wake);
  pthread_mutex_unlock(&w->mutex);
}

struct flight *acr__worker_done(struct worker *w) {
  struct flight *first = NULL;
  pthread_mutex_lock(&w->mutex);
  for (int i = 0; i < 2; i++) {
    struct flight *flight = &w->flights[i];
    if (flight->state == FLIGHT_DONE && (!first || flight->number < first->number)) first = flight;
  }
  pthread_mutex_unlock(&w->mutex);
  return first;
}

void acr__worker_gathered(struct worker *w, struct flight *flight) {
  pthread_mutex_lock(&w->mutex);
  flight->first = flight->last = NULL;
  flight->state = FLIGHT_GATHERED;
  if (w->asleep) pthread_cond_signal(&w->wake);
  pthread_mutex_unlock(&w->mutex);
}

struct parcel *acr__worker_stop(struct worker *w, bool drop) {
  pthread_mutex_lock(&w->mutex);
  w->stopping = true;
  w->dropping = drop;
  pthread_cond_signal(&w->wake);
  pthread_mutex_unlock(&w->mutex);
  pthread_join(w->thread, NULL);
  struct parcel *last = w->taken;
  while (last && last->next)
    last = last->next;
  struct parcel *left = w->taken ? w->taken : w->first;
  if (last) last->next = w->first;
  if (w->unanswered) {
    for (last = w->unanswered; last->next;)
      last = last->next;
    last->next = left;
    left = w->unanswered;
  }
  pthread_mutex_destroy(&w->mutex);
  pthread_cond_destroy(&w->wake);
  return left;
}
