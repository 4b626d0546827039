#include "ledger/sqlite/turn.h"

void acr__turn_init(acr__turn *turn) {
  *turn = (acr__turn){.busy = false};
  pthread_mutex_init(&turn->mutex, NULL);
  pthread_cond_init(&turn->changed, NULL);
}

void acr__turn_destroy(acr__turn *turn) {
  pthread_cond_destroy(&turn->changed);
  pthread_mutex_destroy(&turn->mutex);
}

void acr__turn_take_reader(acr__turn *turn) {
  pthread_mutex_lock(&turn->mutex);
  turn->readers_waiting++;
  while (turn->busy || (turn->committer_waits && !turn->reader_next)) pthread_cond_wait(&turn->changed, &turn->mutex);
  turn->readers_waiting--;
  turn->busy = true;
  turn->reader_next = false;
  pthread_mutex_unlock(&turn->mutex);
}

void acr__turn_take_committer(acr__turn *turn) {
  pthread_mutex_lock(&turn->mutex);
  turn->committer_waits = true;
  while (turn->busy || turn->reader_next) pthread_cond_wait(&turn->changed, &turn->mutex);
  turn->committer_waits = false;
  turn->busy = true;
  pthread_mutex_unlock(&turn->mutex);
}

static void give(acr__turn *turn, bool reader_next) {
  pthread_mutex_lock(&turn->mutex);
  turn->busy = false;
  turn->reader_next = reader_next && turn->readers_waiting > 0;
  if (turn->readers_waiting > 0 || turn->committer_waits) pthread_cond_broadcast(&turn->changed);
  pthread_mutex_unlock(&turn->mutex);
}

void acr__turn_give_reader(acr__turn *turn) {
  give(turn, false);
}

void acr__turn_give_committer(acr__turn *turn) {
  give(turn, true);
}
