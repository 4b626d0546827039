// The daemon's command line.
#ifndef ACR_DAEMON_OPTIONS_H
#define ACR_DAEMON_OPTIONS_H
#include "outbox/outbox.h"

struct daemon_options {
  struct acr_options engine; // template_dir, ledger, create and the bounds are filled in
  const char *socket_path;
  unsigned socket_mode;
  size_t line_bytes_max;
  size_t queue_cost_max;
  int connections_max;
  struct acr__outbox_options outbox;
  bool deliver; // web hooks are sent
  bool watch, watch_active; // the template's directory is watched; active programs are published, too
  int own_clock; // of worker.h: the ledger is told the time
};

// true to go on; else *exit_code says how to end (after --help, --version or a usage error, which were printed).
bool acr__daemon_options(int argc, char **argv, struct daemon_options *options, int *exit_code);
#endif
