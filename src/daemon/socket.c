#include "daemon/daemon.h"
#include "daemon/limits.h"
#include "daemon/server.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

__attribute__((format(printf, 1, 2))) static int refuse(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("accrued: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  return ACR_EXIT_FAILED;
}

// The directory must be there and let us make a file in it.
static int check_directory(const char *path, char directory[DAEMON_SOCKET_PATH_MAX + 1]) {
  char copy[DAEMON_SOCKET_PATH_MAX + 1];
  strcpy(copy, path); // the length was checked
  strcpy(directory, dirname(copy));
  struct stat at;
  if (stat(directory, &at) != 0) {
    if (errno == ENOENT) return refuse("no directory %s for the socket %s: make it first (mkdir -p)", directory, path);
    return refuse("the directory %s of the socket %s: %s", directory, path, strerror(errno));
  }
  if (!S_ISDIR(at.st_mode)) return refuse("%s is not a directory; the socket %s cannot be made in it", directory, path);
  if (access(directory, W_OK | X_OK) != 0)
    return refuse("no permission to make the socket %s in %s: choose another --socket or let this user write there", path, directory);
  return ACR_EXIT_OK;
}

// 0 when somebody listens, else the error of connecting.
static int probe(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  int error = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
  close(fd);
  return error == EAGAIN ? 0 : error; // its backlog is full
}

// A socket file that nobody listens on is removed; anything else stays.
static int clear_path(const char *path) {
  struct stat at;
  if (lstat(path, &at) != 0) return errno == ENOENT ? ACR_EXIT_OK : refuse("the socket %s: %s", path, strerror(errno));
  if (!S_ISSOCK(at.st_mode)) return refuse("%s exists and is not a socket: choose another --socket", path);
  int error = probe(path);
  if (error == 0) return refuse("another daemon answers on %s: stop it, or choose another --socket", path);
  if (error == EACCES) return refuse("%s belongs to another daemon, or to another user: choose another --socket", path);
  if (error != ECONNREFUSED) return refuse("the socket %s: %s", path, strerror(error));
  if (unlink(path) != 0 && errno != ENOENT) return refuse("the old socket %s cannot be removed: %s", path, strerror(errno));
  return ACR_EXIT_OK;
}

static int listen_on(struct server *server, const char *path, uv_connection_cb connected) {
  uv_pipe_init(&server->loop, &server->listener, 0);
  server->listener.data = server;
  mode_t before = umask(~server->options.socket_mode & 0777); // no moment with wider permissions; no thread runs yet
  int error = uv_pipe_bind(&server->listener, path);
  umask(before);
  if (error == 0) error = uv_listen((uv_stream_t *)&server->listener, DAEMON_BACKLOG, connected);
  if (error == 0) return ACR_EXIT_OK;
  return refuse("cannot listen on %s: %s", path, uv_strerror(error));
}

int acr__server_listen(struct server *server, uv_connection_cb connected) {
  const char *path = server->options.socket_path;
  size_t len = strlen(path);
  if (len > DAEMON_SOCKET_PATH_MAX)
    return refuse("the socket path has %zu bytes, at most %d are possible: %s", len, DAEMON_SOCKET_PATH_MAX, path);
  char directory[DAEMON_SOCKET_PATH_MAX + 1];
  int code = check_directory(path, directory);
  if (code != ACR_EXIT_OK) return code;
  // Two daemons that start at once must not take each other's new socket for an old one.
  int lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock >= 0) flock(lock, LOCK_EX);
  code = clear_path(path);
  if (code == ACR_EXIT_OK) code = listen_on(server, path, connected);
  if (lock >= 0) close(lock);
  return code;
}
