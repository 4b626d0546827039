// Who may use the journal's one connection. The committer comes before all others, but after each of its turns one waiting
// reader gets one, so that neither a long scan stops the commits nor the commits a scan.
#ifndef ACR_LEDGER_SQLITE_TURN_H
#define ACR_LEDGER_SQLITE_TURN_H
#include <pthread.h>
#include <stdbool.h>

typedef struct acr__turn {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  bool busy, committer_waits, reader_next;
  int readers_waiting;
} acr__turn;

void acr__turn_init(acr__turn *turn);
void acr__turn_destroy(acr__turn *turn);
void acr__turn_take_reader(acr__turn *turn);
void acr__turn_take_committer(acr__turn *turn);
void acr__turn_give_reader(acr__turn *turn);
void acr__turn_give_committer(acr__turn *turn);
#endif
