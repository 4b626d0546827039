#include "cli/peer.h"
#include "cli/commands.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { READ_BYTES = 64 << 10 };

int acr__peer_connect(const char *command, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    acr__args_fail(command, "the socket path has %zu bytes, at most %zu are possible: %s", strlen(path), sizeof address.sun_path - 1, path);
    return -1;
  }
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  const char *hint = "";
  if (errno == ENOENT || errno == ECONNREFUSED) hint = "; start it with accrued DIR --ledger FILE --socket PATH, or use --ledger FILE";
  if (errno == EACCES) hint = "; its directory and its permissions say who may";
  acr__args_fail(command, "no daemon can be reached on %s: %s%s", path, strerror(errno), hint);
  if (fd >= 0) close(fd);
  return -1;
}

static int open_ledger(struct peer *peer, const struct peer_options *options) {
  struct acr_options engine = {.ledger = options->ledger, .create = options->create, .template_dir = options->template_dir};
  char *message = NULL;
  if (options->outbox) {
    peer->outbox = acr__outbox_new(&(struct acr__outbox_options){.ledger = options->ledger, .give_up_us = ACR__OUTBOX_GIVE_UP_US});
    engine.outbox = acr__outbox_request;
    engine.outbox_arg = peer->outbox;
  }
  int error = acr_engine_open(&engine, &peer->engine, &message);
  if (error == ACR_E_OK && peer->outbox && !acr__outbox_open(peer->outbox, peer->engine, &message)) error = ACR_E_IO;
  if (error == ACR_E_OK && peer->outbox) acr__outbox_take_up(peer->outbox);
  if (error == ACR_E_OK) return CLI_OK;
  const char *hint = error == ACR_E_IN_USE ? "; ask the daemon that has it with --socket PATH" : "";
  acr__args_fail(peer->command, "%s%s", message ? message : acr_error_text(error), hint);
  free(message);
  return CLI_FAILED;
}

int acr__peer_open(struct peer *peer, const char *command, const struct peer_options *options) {
  *peer = (struct peer){.command = command, .fd = -1};
  if (options->socket && options->ledger) return acr__args_fail(command, "one of --socket and --ledger, not both");
  if (options->ledger) return open_ledger(peer, options);
  const char *path = options->socket ? options->socket : getenv("ACCRUE_SOCKET");
  if (!path || !*path) return acr__args_fail(command, "wanted --socket PATH (or ACCRUE_SOCKET) of a daemon, or --ledger FILE");
  peer->fd = acr__peer_connect(command, path);
  return peer->fd >= 0 ? CLI_OK : CLI_FAILED;
}

void acr__peer_close(struct peer *peer) {
  if (peer->fd >= 0) close(peer->fd);
  acr__outbox_close(peer->outbox);
  if (peer->engine) acr_engine_close(peer->engine);
  acr__buf_free(&peer->in);
}

static int write_all(struct peer *peer, acr__span text) {
  while (text.len) {
    ssize_t count = write(peer->fd, text.ptr, text.len);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return acr__args_fail(peer->command, "the daemon has gone: %s", strerror(errno));
    text.ptr += count;
    text.len -= (size_t)count;
  }
  return CLI_OK;
}

static int read_line(struct peer *peer, acr__buf *reply) {
  size_t seen = 0;
  for (;;) {
    const uint8_t *end = peer->in.len > seen ? memchr(peer->in.ptr + seen, '\n', peer->in.len - seen) : NULL;
    if (end) {
      size_t len = (size_t)(end - peer->in.ptr);
      acr__buf_put(reply, peer->in.ptr, len);
      acr__buf_u8(reply, 0);
      reply->len--;
      memmove(peer->in.ptr, end + 1, peer->in.len - len - 1);
      peer->in.len -= len + 1;
      return CLI_OK;
    }
    seen = peer->in.len;
    acr__buf_reserve(&peer->in, READ_BYTES);
    ssize_t count = read(peer->fd, peer->in.ptr + peer->in.len, READ_BYTES);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return acr__args_fail(peer->command, "the daemon closed the connection without an answer");
    peer->in.len += (size_t)count;
  }
}

int acr__peer_ask(struct peer *peer, acr__span line, acr__buf *reply) {
  reply->len = 0;
  if (peer->engine) {
    char *text = NULL;
    int error = acr_engine_apply(peer->engine, line.ptr, line.len, &text);
    if (error != ACR_E_OK) return acr__args_fail(peer->command, "%s", acr_error_text(error));
    size_t len = strlen(text);
    while (len && text[len - 1] == '\n')
      len--;
    acr__buf_put(reply, text, len);
    acr__buf_u8(reply, 0);
    reply->len--;
    free(text);
    return CLI_OK;
  }
  int code = write_all(peer, line);
  if (code == CLI_OK) code = write_all(peer, ACR__SPAN_LIT("\n"));
  return code == CLI_OK ? read_line(peer, reply) : code;
}
