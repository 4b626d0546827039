#include "daemon/daemon.h"

int main(int argc, char **argv) {
  return acr__daemon_main(argc, argv);
}
