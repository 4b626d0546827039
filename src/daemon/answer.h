// The answers that are given at the door, before the engine has seen the line. Each appends one line to `out`.
#ifndef ACR_DAEMON_ANSWER_H
#define ACR_DAEMON_ANSWER_H
#include "base/buf.h"
#include "base/span.h"

// The queue is full: nothing was done, send it again.
void acr__answer_overloaded(acr__buf *out, acr__span line);
// A line above the limit was skipped. `number` counts the lines of the connection from 1.
void acr__answer_too_long(acr__buf *out, size_t bytes_max, unsigned long long number);
// {"jsonrpc":"2.0","id":ID,"result":RESULT}, or an error when result is NULL. `line` is the request.
void acr__answer_request(acr__buf *out, acr__span line, const char *result, const char *error);
#endif
