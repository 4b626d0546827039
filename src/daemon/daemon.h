// The daemon as one call: what `accrued` and `accrue serve` run.
#ifndef ACR_DAEMON_DAEMON_H
#define ACR_DAEMON_DAEMON_H

enum { ACR_EXIT_OK = 0, ACR_EXIT_REFUSED = 1, ACR_EXIT_FAILED = 2, ACR_EXIT_UNKNOWN = 74 };

// Serves until SIGTERM or SIGINT. Returns the exit code: 0, 1 (the template has faults), 2 (could not); a commit whose outcome
// is unknown ends the process with 74 from within.
int acr__daemon_main(int argc, char **argv);
#endif
