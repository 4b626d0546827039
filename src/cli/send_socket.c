#include "base/mem.h"
#include "cli/commands.h"
#include "cli/send.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { BYTES_MAX = 1 << 20, READ_BYTES = 256 << 10, POLL_MS = 100, WAIT_MS_MIN = 5, WAIT_MS_MAX = 1000 };

// A line on the way. Its text stays until the reply: an overloaded one is sent again.
struct way {
  size_t len; // with its line end
  const char *file;
  unsigned long long line;
};

struct pipeline {
  struct sending *s;
  int fd;
  acr__buf text; // of the lines on the way, one behind the other; [head, sent) was sent
  size_t head, sent;
  struct way *ring; // of the same lines; `window` places
  size_t first, count;
  acr__buf again; // texts of the overloaded lines, in order
  struct way *agains;
  size_t again_count;
  acr__buf in; // reply bytes from `taken` on
  size_t taken;
  bool input_ended, input_later;
  int wait_ms;
  char why[TALLY_CODE_BYTES]; // the code of the last overloaded reply
  bool told;                  // that the daemon takes nothing
};

static void put(struct pipeline *p, acr__span line, struct way way) {
  acr__buf_put(&p->text, line.ptr, line.len);
  if (way.len > line.len) acr__buf_u8(&p->text, '\n');
  p->ring[(p->first + p->count++) % (size_t)p->s->window] = way;
}

// Overloaded lines go again when everything else on the way was answered, so that they stay in order.
static void send_again(struct pipeline *p) {
  struct timespec pause = {p->wait_ms / 1000, p->wait_ms % 1000 * 1000000L};
  nanosleep(&pause, NULL);
  p->wait_ms = p->wait_ms * 2 < WAIT_MS_MAX ? p->wait_ms * 2 : WAIT_MS_MAX;
  if (p->wait_ms == WAIT_MS_MAX && !p->told) acr__args_fail("send", "the daemon takes nothing at the moment (%s); waiting", p->why);
  p->told = p->wait_ms == WAIT_MS_MAX;
  const char *at = (const char *)p->again.ptr;
  for (size_t i = 0; i < p->again_count; i++) {
    put(p, (acr__span){at, p->agains[i].len}, p->agains[i]);
    at += p->agains[i].len;
  }
  p->again.len = p->again_count = 0;
}

static int top_up(struct pipeline *p) {
  if (p->count == 0 && p->again_count) send_again(p);
  if (p->head == p->text.len) p->head = p->sent = p->text.len = 0;
  if (p->head > BYTES_MAX) {
    memmove(p->text.ptr, p->text.ptr + p->head, p->text.len - p->head);
    p->text.len -= p->head;
    p->sent -= p->head;
    p->head = 0;
  }
  p->input_later = false;
  while (!p->input_ended && !p->input_later && !p->again_count && p->count < (size_t)p->s->window && p->text.len - p->head < BYTES_MAX) {
    acr__span line;
    input_result got = acr__input_line(&p->s->input, &line);
    if (got == INPUT_FAILED) return CLI_FAILED;
    p->input_ended = got == INPUT_END;
    p->input_later = got == INPUT_LATER;
    if (got == INPUT_LINE) put(p, line, (struct way){line.len + 1, p->s->input.name, p->s->input.line});
  }
  return CLI_OK;
}

static int take_reply(struct pipeline *p, acr__span reply) {
  int shown = (int)(reply.len < 200 ? reply.len : 200);
  if (p->count == 0) return acr__args_fail("send", "the daemon sent a reply to nothing: %.*s", shown, reply.ptr);
  struct way *way = &p->ring[p->first];
  reply_status status = acr__tally_status(reply);
  if (status == REPLY_OVERLOADED) {
    acr__buf_put(&p->again, p->text.ptr + p->head, way->len);
    p->agains[p->again_count++] = *way;
    acr__tally_code(reply, p->why);
  } else {
    acr__send_reply(p->s, status, reply, way->file, way->line);
    p->wait_ms = WAIT_MS_MIN;
  }
  p->head += way->len;
  p->first = (p->first + 1) % (size_t)p->s->window;
  p->count--;
  return CLI_OK;
}

static int lost(const struct pipeline *p, const char *why) {
  return acr__args_fail("send",
                        "the connection was lost (%s): %llu lines were answered, %zu were on the way and may have been applied; "
                        "send the same input again, what was applied comes back as duplicate",
                        why, p->s->tally.total, p->count + p->again_count);
}

static int receive(struct pipeline *p) {
  acr__buf_reserve(&p->in, READ_BYTES);
  ssize_t count = read(p->fd, p->in.ptr + p->in.len, READ_BYTES);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return CLI_OK;
  if (count <= 0) return lost(p, count == 0 ? "the daemon closed it" : strerror(errno));
  size_t seen = p->in.len;
  p->in.len += (size_t)count;
  for (;;) {
    const uint8_t *from = p->in.ptr + (seen > p->taken ? seen : p->taken);
    const uint8_t *end = memchr(from, '\n', (size_t)(p->in.ptr + p->in.len - from));
    if (!end) break;
    const uint8_t *begin = p->in.ptr + p->taken;
    p->taken = (size_t)(end - p->in.ptr) + 1;
    int code = take_reply(p, (acr__span){(const char *)begin, (size_t)(end - begin)});
    if (code != CLI_OK) return code;
  }
  memmove(p->in.ptr, p->in.ptr + p->taken, p->in.len - p->taken);
  p->in.len -= p->taken;
  p->taken = 0;
  return CLI_OK;
}

static int run(struct pipeline *p) {
  for (;;) {
    int code = top_up(p);
    if (code != CLI_OK) return code;
    if (p->count == 0 && p->again_count == 0 && p->input_ended) return CLI_OK;
    bool unsent = p->sent < p->text.len;
    struct pollfd polled[2] = {{.fd = p->fd, .events = (short)(POLLIN | (unsent ? POLLOUT : 0))},
                               {.fd = p->input_later ? acr__input_fd(&p->s->input) : -1, .events = POLLIN}};
    if (poll(polled, 2, POLL_MS) < 0 && errno != EINTR) return lost(p, strerror(errno));
    short events = polled[0].revents;
    if (events & POLLOUT) {
      ssize_t count = write(p->fd, p->text.ptr + p->sent, p->text.len - p->sent);
      if (count > 0) p->sent += (size_t)count;
      if (count < 0 && errno != EAGAIN && errno != EINTR && !(events & POLLIN)) return lost(p, strerror(errno));
    }
    if (events & (POLLIN | POLLHUP | POLLERR)) code = receive(p);
    if (code != CLI_OK) return code;
    acr__progress_show(&p->s->progress, p->s->tally.total, acr__input_done(&p->s->input));
  }
}

int acr__send_socket(struct sending *s, int fd) {
  size_t places = (size_t)s->window;
  struct pipeline p = {.s = s,
                       .fd = fd,
                       .wait_ms = WAIT_MS_MIN,
                       .ring = acr__mem_alloc(places * sizeof *p.ring),
                       .agains = acr__mem_alloc(places * sizeof *p.agains)};
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  s->input.impatient = true;
  int code = run(&p);
  acr__buf_free(&p.text);
  acr__buf_free(&p.again);
  acr__buf_free(&p.in);
  free(p.ring);
  free(p.agains);
  return code;
}
