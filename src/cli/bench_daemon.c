#include "cli/bench.h"
#include "cli/commands.h"
#include "daemon/daemon.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_US = 10000, LOG_BYTES = 64 << 10 };

static volatile sig_atomic_t served; // ends with the command

static void end_served(int number) {
  (void)number;
  if (served > 0) kill((pid_t)served, SIGTERM); // the load notices that it has gone
}

static void serve(const char *template_dir) {
  char *words[] = {(char *)"serve",        (char *)template_dir, (char *)"--ledger",     (char *)"ledger",
                   (char *)"--socket",     (char *)"socket",     (char *)"--clock",      (char *)"off",
                   (char *)"--max-future", (char *)"none",       (char *)"--no-deliver", NULL};
  int log = open("log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  signal(SIGINT, SIG_IGN); // of a terminal; the parent passes it on
  if (log < 0 || dup2(log, STDERR_FILENO) < 0) _exit(CLI_FAILED);
  _exit(acr__daemon_main((int)(sizeof words / sizeof *words) - 1, words));
}

static size_t read_log(char *text) {
  int fd = open("log", O_RDONLY | O_CLOEXEC);
  ssize_t len = fd < 0 ? 0 : read(fd, text, LOG_BYTES - 1);
  if (fd >= 0) close(fd);
  text[len > 0 ? len : 0] = 0;
  return len > 0 ? (size_t)len : 0;
}

// Until it takes events.
static int wait_ready(struct bench_daemon *daemon) {
  char text[LOG_BYTES];
  for (;;) {
    int status = 0;
    bool gone = waitpid(daemon->pid, &status, WNOHANG) != 0;
    size_t len = read_log(text);
    if (strstr(text, "accrued: ready on ")) return CLI_OK;
    if (gone) {
      daemon->pid = 0;
      fwrite(text, 1, len, stderr);
      if (WIFEXITED(status) && WEXITSTATUS(status) == ACR_EXIT_REFUSED) return CLI_REFUSED; // faults, which it has shown
      return acr__args_fail("bench", "no daemon could be started");
    }
    usleep(WAIT_US);
  }
}

int acr__bench_start(struct bench_daemon *daemon, const char *template_dir, const char *parent) {
  struct sigaction action = {.sa_handler = end_served, .sa_flags = SA_RESTART};
  snprintf(daemon->folder, sizeof daemon->folder, "%s/accrue-bench-XXXXXX", parent);
  if (!mkdtemp(daemon->folder) || chdir(daemon->folder) != 0) {
    int why = errno;
    daemon->folder[0] = 0;
    return acr__args_fail("bench", "no folder can be made in %s: %s; --folder DIR is another place", parent, strerror(why));
  }
  fflush(NULL);
  daemon->pid = fork();
  if (daemon->pid == 0) serve(template_dir);
  if (daemon->pid < 0) return acr__args_fail("bench", "no process can be made: %s", strerror(errno));
  served = daemon->pid;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  return wait_ready(daemon);
}

void acr__bench_stop(struct bench_daemon *daemon) {
  if (daemon->pid > 0) {
    kill(daemon->pid, SIGTERM);
    waitpid(daemon->pid, NULL, 0);
  }
  served = 0;
  if (!daemon->folder[0]) return;
  DIR *files = opendir(daemon->folder);
  for (struct dirent *file; files && (file = readdir(files));)
    if (file->d_name[0] != '.') unlinkat(dirfd(files), file->d_name, 0);
  if (files) closedir(files);
  rmdir(daemon->folder);
}

pid_t acr__bench_peer(int fd) {
  struct ucred who = {0};
  socklen_t len = sizeof who;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 ? who.pid : 0;
}

double acr__bench_cpu(pid_t pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = pid > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  if (len <= 0) return -1;
  text[len] = 0;
  unsigned long long user, system;
  const char *behind = strrchr(text, ')'); // the name may have blanks and parentheses
  bool good = behind && sscanf(behind + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system) == 2;
  return good ? (double)(user + system) / (double)sysconf(_SC_CLK_TCK) : -1;
}
