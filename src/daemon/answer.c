#include "daemon/answer.h"
#include "daemon/glance.h"
#include "json/writer.h"

enum { RPC_FAILED = -32000, RPC_OVERLOADED = -32001 };

static const char overloaded[] = "too many lines are waiting; nothing was done: send it again a little later";

static void begin_rpc(acr__writer *w, struct glance seen) {
  acr__write_object(w);
  acr__write_key(w, "jsonrpc");
  acr__write_text(w, "2.0");
  acr__write_key(w, "id");
  if (seen.id.len) {
    acr__write_raw(w, seen.id);
  } else {
    acr__write_null(w);
  }
}

static void rpc_error(acr__writer *w, int code, const char *message, const char *name) {
  acr__write_key(w, "error");
  acr__write_object(w);
  acr__write_key(w, "code");
  acr__write_int(w, code);
  acr__write_key(w, "message");
  acr__write_text(w, message);
  acr__write_key(w, "data");
  acr__write_object(w);
  acr__write_key(w, "code");
  acr__write_text(w, name);
  acr__write_object_end(w);
  acr__write_object_end(w);
}

static void status(acr__writer *w, const char *word, const char *code, const char *message) {
  acr__write_key(w, "status");
  acr__write_text(w, word);
  acr__write_key(w, "error");
  acr__write_object(w);
  acr__write_key(w, "code");
  acr__write_text(w, code);
  acr__write_key(w, "message");
  acr__write_text(w, message);
}

void acr__answer_overloaded(acr__buf *out, acr__span line) {
  struct glance seen = acr__glance(line);
  acr__writer w = {.out = out};
  if (seen.method.len && !seen.event) {
    begin_rpc(&w, seen);
    rpc_error(&w, RPC_OVERLOADED, overloaded, "queue_full");
  } else {
    acr__write_object(&w);
    if (seen.id.len) {
      acr__write_key(&w, "id");
      acr__write_raw(&w, seen.id);
    }
    if (seen.source.len) {
      acr__write_key(&w, "source");
      acr__write_raw(&w, seen.source);
    }
    status(&w, "overloaded", "queue_full", overloaded);
    acr__write_object_end(&w);
  }
  acr__write_object_end(&w);
  acr__buf_u8(out, '\n');
}

void acr__answer_too_long(acr__buf *out, size_t bytes_max, unsigned long long number) {
  acr__buf message = {0};
  acr__buf_printf(&message, "line 1, column %zu: a line has at most %zu bytes; line %llu of this connection has more and was skipped",
                  bytes_max + 1, bytes_max, number);
  acr__buf_u8(&message, 0);
  acr__writer w = {.out = out};
  acr__write_object(&w);
  status(&w, "rejected", "json_size", (const char *)message.ptr);
  acr__write_key(&w, "line");
  acr__write_int(&w, 1);
  acr__write_key(&w, "column");
  acr__write_int(&w, (int64_t)bytes_max + 1);
  acr__write_object_end(&w);
  acr__write_object_end(&w);
  acr__buf_u8(out, '\n');
  acr__buf_free(&message);
}

void acr__answer_request(acr__buf *out, acr__span line, const char *result, const char *error) {
  acr__writer w = {.out = out};
  begin_rpc(&w, acr__glance(line));
  if (result) {
    acr__write_key(&w, "result");
    acr__write_raw(&w, acr__span_of(result));
  } else {
    rpc_error(&w, RPC_FAILED, error, "failed");
  }
  acr__write_object_end(&w);
  acr__buf_u8(out, '\n');
}
