// The engine thread: takes parcels, fills batches, commits one while it fills the next, and hands committed ones to the loop.
//
// A clock is done in slices between parcels: it is set aside with what its connection sent behind it, and the events of others go
// on. With `own` the worker also tells the ledger the time at the start of each day (acr_engine_boundary).
//
// A request that takes long (acr_job) is set aside likewise: a thread of its own prepares it, slices catch up, and it is carried out
// between two parcels.
//
// A batch is closed when the store is free and nothing waits (or enough is in it, or it is old), so batches grow under load by themselves.
#ifndef ACR_DAEMON_WORKER_H
#define ACR_DAEMON_WORKER_H
#include "accrue.h"
#include "daemon/parcel.h"
#include <pthread.h>

typedef enum flight_state {
  FLIGHT_FREE,
  FLIGHT_FILLING,    // the worker's
  FLIGHT_COMMITTING, // the store's
  FLIGHT_DONE,       // the loop's: it takes the answers
  FLIGHT_GATHERED,   // the worker's again, to end the batch
} flight_state;

struct worker;

// A batch and the parcels whose lines are in it, in order.
struct flight {
  struct worker *worker;
  acr_batch *batch;
  struct parcel *first, *last;
  size_t lines, cost;
  unsigned long long number; // batches in order
  int64_t began_us;          // monotonic
  flight_state state;        // under the worker's mutex, as is who owns the rest
};

struct worker {
  acr_engine *engine;       // borrowed; only this thread drives it
  void (*ready)(void *arg); // called from any thread when a flight is FLIGHT_DONE
  void *ready_arg;
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  // Under the mutex:
  bool asleep, stopping, dropping;
  bool store_busy;             // a commit is in flight
  struct parcel *first, *last; // what waits
  struct parcel *unanswered;   // of flights that ended while the worker was stopped
  struct flight flights[2];
  bool cancelling;    // requests that take long are refused from now on
  bool job_ready;     // the job's thread has ended
  // The worker's own:
  struct parcel *taken; // what waits, taken over
  struct parcel *clock; // under way, with those that wait behind it; NULL = none of a peer
  struct parcel *clock_last;
  bool clocking, clock_own; // a clock is under way; the worker's own
  int turn;                 // whose it was: lines, clock, job
  acr_job *job;             // of the first of `jobs`; owned
  pthread_t job_thread;
  struct parcel *jobs, *jobs_last; // its request, with those that wait behind it
  int64_t clock_us;    // of what time
  int64_t boundary_us; // wall clock: when the ledger is to be told the time by itself; INT64_MAX = not
  unsigned long long numbers;
  int own; // own_clock
  bool idle_work;   // acr_engine_idle may have something to do
  int64_t quiet_us; // monotonic: when it may do it
};

typedef enum own_clock { OWN_CLOCK_OFF, OWN_CLOCK_AUTO, OWN_CLOCK_ON } own_clock;
void acr__worker_start(struct worker *worker, acr_engine *engine, own_clock own, void (*ready)(void *arg), void *arg);
// A chain of parcels (by `next`) joins the queue.
void acr__worker_push(struct worker *worker, struct parcel *first, struct parcel *last);
// The next flight whose batch is durable, in order, or NULL. Its answers may be read until acr__worker_gathered.
struct flight *acr__worker_done(struct worker *worker);
void acr__worker_gathered(struct worker *worker, struct flight *flight);
// SIGTERM: what takes long is refused, the rest goes on.
void acr__worker_cancel(struct worker *worker);
// Ends the thread: after everything that waits, or with `drop` after what was begun. Returns the parcels nobody answered.
struct parcel *acr__worker_stop(struct worker *worker, bool drop);
#endif
