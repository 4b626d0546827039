#include "daemon/worker.h"
#include "base/thread.h"
#include "daemon/daemon.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
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

static int64_t wall_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t monotonic_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool wait_at_least(const struct worker *w, size_t lines) {
  size_t found = 0;
  for (const struct parcel *one = w->taken; one && found < lines; one = one->next)
    found += one->count;
  for (const struct parcel *one = w->first; one && found < lines; one = one->next)
    found += one->count;
  return found >= lines;
}

// Answers do not wait until all that came in the meantime is done too, unless there is so much of it that fewer commits serve it better.
static bool enough(const struct worker *w, const struct flight *flight) {
  if (flight->lines >= DAEMON_BATCH_LINES_ENOUGH) return true;
  return flight->lines && monotonic_us() - flight->began_us >= DAEMON_BATCH_US_ENOUGH && !wait_at_least(w, DAEMON_BATCH_LINES_ENOUGH);
}

// Is it time for the worker's own clock?
static bool own_due(const struct worker *w) {
  return w->boundary_us != INT64_MAX && !w->clocking && !w->stopping && wall_us() >= w->boundary_us;
}

// Those that a clock kept waiting go on; the first may be the clock itself.
static void let_go(struct worker *w) {
  if (w->clock) {
    w->clock->ripe = !w->clock_own; // behind an own one peers' clocks have waited like other lines
    w->clock_last->next = w->taken;
    w->taken = w->clock;
    w->clock = w->clock_last = NULL;
  }
  w->clocking = w->clock_own = false;
}

// ---- Requests that take long

static void *prepare(void *arg) {
  struct worker *w = arg;
  acr__thread_patient(DAEMON_JOB_NICE);
  acr_job_prepare(w->job);
  pthread_mutex_lock(&w->mutex);
  w->job_ready = true;
  if (w->asleep) pthread_cond_signal(&w->wake);
  pthread_mutex_unlock(&w->mutex);
  return NULL;
}

static bool job_begun(struct worker *w, const struct parcel *parcel) {
  w->job = acr_job_begin(w->engine, parcel->lines[0].text, parcel->lines[0].len, parcel->loaded);
  if (!w->job) return false;
  w->job_ready = false;
  if (pthread_create(&w->job_thread, NULL, prepare, w) == 0) return true;
  acr_job_free(w->job); // then it is carried out without
  w->job = NULL;
  return false;
}

static void job_ended(struct worker *w) {
  struct parcel *behind = w->jobs;
  pthread_join(w->job_thread, NULL);
  acr_job_free(w->job);
  w->job = NULL;
  w->jobs = NULL;
  if (!behind) return;
  w->jobs_last->next = w->taken;
  w->taken = behind;
}

// What to do next, and with which flight; under the mutex, and the flight's new state is set here.
static action decide(struct worker *w, struct flight **flight) {
  *flight = in_state(w, FLIGHT_GATHERED);
  if (!*flight && w->stopping) *flight = in_state(w, FLIGHT_DONE); // the loop gathers no more
  if (*flight) return ACT_END;
  if (w->stopping && w->clock_own) let_go(w); // the next start goes on with it
  if (w->cancelling && w->job) acr_job_cancel(w->job);
  if (!w->taken && !w->dropping) {
    w->taken = w->first;
    w->first = w->last = NULL;
  }
  bool lines = w->taken && !w->dropping;
  bool waits = lines || ((w->clocking || (w->job && w->job_ready)) && !w->dropping) || own_due(w);
  struct flight *filling = *flight = in_state(w, FLIGHT_FILLING);
  if (filling) {
    bool begun = !waits || filling->lines; // answers do not wait for a clock
    if (!w->store_busy && ((!lines && begun) || enough(w, filling) || full(filling))) {
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
  if (w->stopping) return w->job && !w->dropping ? ACT_SLEEP : ACT_QUIT;
  return w->idle_work && monotonic_us() >= w->quiet_us ? ACT_IDLE : ACT_SLEEP;
}

// ---- Clocks

// Lines of a connection stay in their order: they wait behind its clock, or its request.
static bool stands_in(const struct parcel *waiting, const struct parcel *parcel) {
  for (; waiting; waiting = waiting->next)
    if (waiting->conn == parcel->conn) return true;
  return false;
}

static bool set_aside(struct worker *w, struct parcel *parcel) {
  int64_t time_us = 0;
  bool alone = parcel->count == 1 && !parcel->ripe && !parcel->loaded, clock = alone && acr_ahead_clock(parcel->ahead, 0, &time_us);
  bool job = parcel->loaded || (alone && acr_ahead_job(parcel->ahead, 0)); // releases change one after another
  if (!stands_in(w->jobs, parcel) && (clock || stands_in(w->clock, parcel))) {
    if (!w->clocking) w->clock_us = time_us;
    w->clocking = true;
    join_chain(&w->clock, &w->clock_last, parcel, parcel);
  } else if (stands_in(w->jobs, parcel) || (job && (w->job || job_begun(w, parcel)))) {
    join_chain(&w->jobs, &w->jobs_last, parcel, parcel);
  } else {
    return false;
  }
  return true;
}

static void own_ended(struct worker *w, struct flight *flight) {
  bool taken = acr_batch_clock(flight->batch, w->clock_us);
  flight->lines++;
  w->boundary_us = taken ? acr_engine_boundary(w->engine, wall_us(), w->own == OWN_CLOCK_ON) : wall_us() + DAEMON_CLOCK_RETRY_MS * 1000LL;
}

static void slice(struct worker *w, struct flight *flight) {
  bool more;
  size_t ran = acr_batch_due(flight->batch, w->clock_us, DAEMON_CLOCK_PIECES, &more);
  flight->lines += ran;
  flight->cost += ran * DAEMON_LINE_COST;
  if (more) return;
  if (w->clock_own) own_ended(w, flight);
  let_go(w);
}

static void in_flight(struct flight *flight, struct parcel *parcel) {
  join_chain(&flight->first, &flight->last, parcel, parcel);
  flight->lines += parcel->count;
  flight->cost += parcel->cost;
}

static void fill(struct worker *w, struct flight *flight) {
  struct parcel *parcel = w->taken;
  w->taken = parcel->next;
  parcel->next = NULL;
  if (set_aside(w, parcel)) return;
  if (parcel->loaded) acr_batch_take_loaded(flight->batch, parcel->lines[0].text, parcel->lines[0].len, parcel->loaded, parcel);
  for (unsigned i = 0; i < parcel->count && !parcel->loaded; i++)
    acr_batch_take_ahead(flight->batch, parcel->ahead, i, parcel->lines[i].text, parcel->lines[i].len, parcel);
  in_flight(flight, parcel);
}

static void job_slice(struct worker *w, struct flight *flight) {
  bool more;
  size_t ran = acr_batch_job(flight->batch, w->job, DAEMON_CLOCK_PIECES, &more);
  flight->lines += ran;
  flight->cost += ran * DAEMON_LINE_COST;
  if (more) return;
  struct parcel *parcel = w->jobs;
  w->jobs = parcel->next;
  parcel->next = NULL;
  acr_batch_take_job(flight->batch, w->job, parcel->lines[0].text, parcel->lines[0].len, parcel);
  in_flight(flight, parcel);
  job_ended(w);
}

// A parcel, or a slice of what is under way: in turns.
static void work(struct worker *w, struct flight *flight, bool job_ready) {
  if (own_due(w)) {
    w->clocking = w->clock_own = true;
    w->clock_us = acr_engine_boundary(w->engine, wall_us(), w->own == OWN_CLOCK_ON);
    if (w->clock_us > wall_us()) { // a peer has told it meanwhile
      w->boundary_us = w->clock_us;
      w->clocking = w->clock_own = false;
    }
  }
  for (int left = 3; left; left--) {
    w->turn = (w->turn + 1) % 3;
    if (w->turn == 0 && w->taken) return fill(w, flight);
    if (w->turn == 1 && w->clocking) return slice(w, flight);
    if (w->turn == 2 && w->job && job_ready) return job_slice(w, flight);
  }
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
  if (w->own != OWN_CLOCK_OFF && !w->clocking) w->boundary_us = acr_engine_boundary(w->engine, wall_us(), w->own == OWN_CLOCK_ON);
}

static void act(struct worker *w, action what, struct flight *flight, bool job_ready) {
  switch (what) {
  case ACT_BEGIN:
    flight->batch = acr_batch_begin(w->engine);
    flight->began_us = monotonic_us();
    flight->number = ++w->numbers;
    w->idle_work = true;
    w->quiet_us = flight->began_us + DAEMON_QUIET_MS * 1000;
    work(w, flight, job_ready);
    break;
  case ACT_FILL:
    work(w, flight, job_ready);
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

// Until somebody wakes it, or until its own clock is due, or what can wait. A flight's end wakes it.
static void sleep_on(struct worker *w) {
  int64_t now = wall_us(), until_us = w->clocking || now >= w->boundary_us ? INT64_MAX : w->boundary_us;
  int64_t quiet = w->quiet_us - monotonic_us();
  if (w->idle_work && quiet > 0 && now + quiet < until_us) until_us = now + quiet;
  if (until_us == INT64_MAX) {
    pthread_cond_wait(&w->wake, &w->mutex);
    return;
  }
  struct timespec until = {.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
  pthread_cond_timedwait(&w->wake, &w->mutex, &until);
}

static void *run(void *arg) {
  struct worker *w = arg;
  acr__thread_prompt();
  for (;;) {
    struct flight *flight;
    pthread_mutex_lock(&w->mutex);
    action what = decide(w, &flight);
    if (what == ACT_SLEEP) {
      w->asleep = true;
      sleep_on(w);
      w->asleep = false;
    }
    bool job_ready = w->job_ready;
    pthread_mutex_unlock(&w->mutex);
    if (what == ACT_QUIT) return NULL;
    act(w, what, flight, job_ready);
  }
}

void acr__worker_start(struct worker *w, acr_engine *engine, own_clock own, void (*ready)(void *arg), void *arg) {
  *w = (struct worker){.engine = engine, .ready = ready, .ready_arg = arg, .idle_work = true, .own = own, .boundary_us = INT64_MAX};
  if (own != OWN_CLOCK_OFF) w->boundary_us = acr_engine_boundary(engine, wall_us(), own == OWN_CLOCK_ON);
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

void acr__worker_cancel(struct worker *w) {
  pthread_mutex_lock(&w->mutex);
  w->cancelling = true;
  if (w->asleep) pthread_cond_signal(&w->wake);
  pthread_mutex_unlock(&w->mutex);
}

struct parcel *acr__worker_stop(struct worker *w, bool drop) {
  pthread_mutex_lock(&w->mutex);
  w->stopping = w->cancelling = true;
  w->dropping = drop;
  pthread_cond_signal(&w->wake);
  pthread_mutex_unlock(&w->mutex);
  pthread_join(w->thread, NULL);
  let_go(w); // what was not done in time
  if (w->job) {
    acr_job_cancel(w->job);
    job_ended(w);
  }
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
