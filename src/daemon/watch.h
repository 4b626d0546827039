// The template's directory, watched (--watch): a moment after an edit everything is loaded beside the engine, and handed to it when all
// of it holds; else what is wrong is said and the programs stay as they are. Loop thread.
#ifndef ACR_DAEMON_WATCH_H
#define ACR_DAEMON_WATCH_H
#include "daemon/server.h"

void acr__watch_start(struct server *server); // does nothing without --watch
// The engine's answer to what was handed to it: line `at` of the batch.
void acr__watch_answered(struct server *server, const acr_batch *batch, size_t at);
void acr__watch_stop(struct server *server); // its handles are closing
void acr__watch_free(struct server *server); // the loop has ended

// reload.c: hands a template.reload to the worker, which nobody waits for but the watch.
void acr__reload_push(struct server *server, acr_loaded *loaded);
#endif
