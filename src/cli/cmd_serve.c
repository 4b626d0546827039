#include "cli/commands.h"
#include "daemon/daemon.h"

int acr__cmd_serve(int argc, char **argv) {
  return acr__daemon_main(argc, argv);
}
