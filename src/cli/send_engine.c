#include "base/mem.h"
#include "cli/commands.h"
#include "cli/send.h"
#include <pthread.h>
#include <stdlib.h>

// A commit to wait for.
struct commit {
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  bool done;
  int error;
};

static void committed(acr_batch *batch, int error, void *arg) {
  struct commit *commit = arg;
  (void)batch;
  pthread_mutex_lock(&commit->mutex);
  commit->done = true;
  commit->error = error;
  pthread_cond_signal(&commit->wake);
  pthread_mutex_unlock(&commit->mutex);
}

struct place {
  const char *file;
  unsigned long long line;
};

// One batch, committed and answered; what the input said last.
static input_result batch(struct sending *s, acr_engine *engine, struct place *places) {
  acr_batch *open = acr_batch_begin(engine);
  input_result got = INPUT_LINE;
  long count = 0;
  acr__span line;
  while (count < s->window && (got = acr__input_line(&s->input, &line)) == INPUT_LINE) {
    places[count++] = (struct place){s->input.name, s->input.line};
    acr_batch_take(open, line.ptr, line.len, NULL);
  }
  struct commit commit = {.mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
  acr_batch_commit(open, committed, &commit);
  pthread_mutex_lock(&commit.mutex);
  while (!commit.done)
    pthread_cond_wait(&commit.wake, &commit.mutex);
  pthread_mutex_unlock(&commit.mutex);
  if (commit.error != ACR_E_OK) {
    acr__args_fail("send", "%s; %llu lines were answered: send the file again", acr_error_text(commit.error), s->tally.total);
    got = INPUT_FAILED;
  }
  for (long i = 0; i < count && commit.error == ACR_E_OK; i++) {
    acr__span reply;
    void *tag;
    acr_batch_reply(open, (size_t)i, &reply.ptr, &reply.len, &tag);
    if (reply.len && reply.ptr[reply.len - 1] == '\n') reply.len--;
    acr__send_reply(s, acr__tally_status(reply), reply, places[i].file, places[i].line);
  }
  acr_batch_end(open);
  return got;
}

int acr__send_engine(struct sending *s, acr_engine *engine) {
  struct place *places = acr__mem_alloc((size_t)s->window * sizeof *places);
  input_result got;
  do {
    got = batch(s, engine, places);
    acr__progress_show(&s->progress, s->tally.total, acr__input_done(&s->input));
  } while (got == INPUT_LINE);
  free(places);
  if (got == INPUT_END && s->tally.statuses[REPLY_OVERLOADED])
    return acr__args_fail("send", "%llu lines were not taken (overloaded): send the file again later", s->tally.statuses[REPLY_OVERLOADED]);
  return got == INPUT_END ? CLI_OK : CLI_FAILED;
}
