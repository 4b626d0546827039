// Requests over libcurl, many at a time on one thread.
#include "base/digest.h"
#include "base/mem.h"
#include "outbox/address.h"
#include "outbox/box.h"
#include "outbox/limits.h"
#include <curl/curl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct sending {
  struct sender *sender;
  struct row *row;
  CURL *easy;
  struct curl_slist *headers;
  acr__buf url, body;
  size_t answer_bytes;
  bool is_private;
  char error[CURL_ERROR_SIZE];
  struct sending *next, **link;
};

struct sender {
  acr__outbox *outbox;
  CURLM *multi;
  struct sending *first;
  int count;
};

struct sender *acr__sender_new(acr__outbox *outbox) {
  struct sender *s = acr__mem_alloc(sizeof *s);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  *s = (struct sender){.outbox = outbox, .multi = curl_multi_init()};
  if (!s->multi) acr__mem_exhausted(sizeof *s);
  return s;
}

static void end(struct sending *s) {
  curl_multi_remove_handle(s->sender->multi, s->easy);
  curl_easy_cleanup(s->easy);
  curl_slist_free_all(s->headers);
  acr__buf_free(&s->url);
  acr__buf_free(&s->body);
  if (s->next) s->next->link = s->link;
  *s->link = s->next;
  s->sender->count--;
  free(s);
}

void acr__sender_free(struct sender *sender) {
  while (sender->first)
    end(sender->first);
  curl_multi_cleanup(sender->multi);
  curl_global_cleanup();
  free(sender);
}

void acr__sender_wake(struct sender *sender) {
  curl_multi_wakeup(sender->multi);
}

static size_t swallow(char *bytes, size_t size, size_t count, void *arg) {
  struct sending *s = arg;
  (void)bytes;
  s->answer_bytes += size * count;
  return s->answer_bytes > OUTBOX_ANSWER_BYTES ? 0 : size * count;
}

// After the name was looked up, so that no name leads to where no address may.
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address) {
  struct sending *s = arg;
  (void)purpose;
  if (!s->sender->outbox->options.private_hosts && acr__address_private(&address->addr)) {
    s->is_private = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void header(struct sending *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void header(struct sending *s, const char *format, ...) {
  char line[256];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  struct curl_slist *more = curl_slist_append(s->headers, line);
  if (!more) acr__mem_exhausted(sizeof line);
  s->headers = more;
}

// Under the time it was made at, so that who listens can refuse what is old.
static void sign(struct sending *s, const char *secret) {
  char stamp[32], hex[65];
  int len = snprintf(stamp, sizeof stamp, "%" PRId64, acr__outbox_now() / 1000000);
  acr__sign(acr__span_of(secret), (acr__span){stamp, (size_t)len}, (acr__span){(const char *)s->body.ptr, s->body.len}, hex);
  header(s, "Accrue-Signature: t=%s,v1=%s", stamp, hex);
}

static void set_up(struct sending *s) {
  const struct row *row = s->row;
  const char *secret = s->sender->outbox->options.secret;
  bool json = s->body.len && strchr("{[\"-0123456789tfn", s->body.ptr[0]);
  header(s, "Content-Type: %s", json ? "application/json" : "text/plain; charset=utf-8");
  header(s, "Accrue-Delivery: %" PRIu64 ".%d", row->seq, row->index);
  header(s, "Accrue-Attempt: %d", row->attempts + 1);
  header(s, "User-Agent: accrue/%s", ACR_VERSION);
  header(s, "Expect:");
  if (secret && *secret) sign(s, secret);
  acr__buf_u8(&s->url, 0);
  curl_easy_setopt(s->easy, CURLOPT_URL, (const char *)s->url.ptr);
  curl_easy_setopt(s->easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(s->easy, CURLOPT_POST, 1L);
  curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, s->body.len ? (const char *)s->body.ptr : "");
  curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE, (long)s->body.len);
  curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
  curl_easy_setopt(s->easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(s->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)OUTBOX_CONNECT_MS);
  curl_easy_setopt(s->easy, CURLOPT_TIMEOUT_MS, (long)OUTBOX_TIMEOUT_MS);
  curl_easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, swallow);
  curl_easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
  curl_easy_setopt(s->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(s->easy, CURLOPT_OPENSOCKETDATA, s);
  curl_easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->error);
  curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s);
}

// The row is the sender's until it is settled: nobody else touches one that is being sent.
static void begin(struct sender *sender, struct row *row) {
  acr__outbox *outbox = sender->outbox;
  struct sending *s = acr__mem_alloc(sizeof *s);
  *s = (struct sending){.sender = sender, .row = row, .easy = curl_easy_init(), .next = sender->first, .link = &sender->first};
  if (!s->easy) acr__mem_exhausted(sizeof *s);
  if (s->next) s->next->link = &s->next;
  sender->first = s;
  sender->count++;
  if (!acr__outbox_read(outbox, row, &s->url, &s->body)) { // its member was erased meanwhile
    pthread_mutex_lock(&outbox->mutex);
    acr__note_gone(outbox, row);
    acr__rows_remove(&outbox->rows, row);
    pthread_mutex_unlock(&outbox->mutex);
    end(s);
    return;
  }
  set_up(s);
  curl_multi_add_handle(sender->multi, s->easy);
}

static void finish(struct sending *s, CURLcode code) {
  static const char no_private[] = "the address is not public; --deliver-private allows it";
  long status = 0;
  char text[CURL_ERROR_SIZE];
  curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status) {
    snprintf(text, sizeof text, "HTTP %ld", status);
  } else {
    snprintf(text, sizeof text, "%s", s->is_private ? no_private : s->error[0] ? s->error : curl_easy_strerror(code));
  }
  // A status that came counts, even where the answer behind it was too long or too slow.
  acr__outbox_settle(s->sender->outbox, s->row, status, text);
  end(s);
}

int acr__sender_turn(struct sender *sender, bool begin_more, int wait_ms) {
  acr__outbox *outbox = sender->outbox;
  int64_t now = acr__outbox_now(), next = INT64_MAX;
  while (begin_more && sender->count < OUTBOX_SENDING_MAX) {
    pthread_mutex_lock(&outbox->mutex);
    struct row *row = acr__rows_take(&outbox->rows, now, &next);
    pthread_mutex_unlock(&outbox->mutex);
    if (!row) break;
    begin(sender, row);
  }
  if (next != INT64_MAX && (next - now) / 1000 < wait_ms) wait_ms = next > now ? (int)((next - now) / 1000) + 1 : 0;
  int running, left;
  curl_multi_perform(sender->multi, &running);
  struct CURLMsg *message;
  bool any = false;
  while ((message = curl_multi_info_read(sender->multi, &left))) {
    struct sending *s = NULL;
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode code = message->data.result;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &s);
    finish(s, code);
    any = true;
  }
  if (!any) curl_multi_poll(sender->multi, NULL, 0, wait_ms, NULL);
  return sender->count;
}
