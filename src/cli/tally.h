// What became of the lines that were sent: counts by status and code, with the first example of each code.
#ifndef ACR_CLI_TALLY_H
#define ACR_CLI_TALLY_H
#include "base/span.h"
#include "cli/args.h"
#include "json/writer.h"
#include <stdio.h>

typedef enum reply_status {
  REPLY_APPLIED,
  REPLY_DUPLICATE,
  REPLY_REFUSED,
  REPLY_CONFLICT,
  REPLY_REJECTED,
  REPLY_PARKED,
  REPLY_OVERLOADED,
  REPLY_OTHER,
  REPLY_STATUSES
} reply_status;

enum { TALLY_CODES_MAX = 64, TALLY_CODE_BYTES = 64, TALLY_TEXT_BYTES = 400 };

struct tally_code {
  char code[TALLY_CODE_BYTES];
  reply_status status;
  unsigned long long count, line; // `line` and the rest: of the first
  const char *file;
  char message[TALLY_TEXT_BYTES], path[TALLY_TEXT_BYTES];
};

struct tally {
  unsigned long long statuses[REPLY_STATUSES];
  unsigned long long total;
  struct tally_code codes[TALLY_CODES_MAX];
  int code_count;
};

// The status of a reply line, found without parsing it.
reply_status acr__tally_status(acr__span reply);
// Its code, cut to TALLY_CODE_BYTES with the terminator; empty when it has none.
void acr__tally_code(acr__span reply, char code[TALLY_CODE_BYTES]);
// Counts one reply, to line `line` of `file`.
void acr__tally_add(struct tally *tally, reply_status status, acr__span reply, const char *file, unsigned long long line);
// Was anything rejected, parked or in conflict whose code is not in `allow`?
bool acr__tally_bad(const struct tally *tally, const struct arg_list *allow);
void acr__tally_print(const struct tally *tally, const struct arg_list *allow, FILE *out);
// Members statuses and codes of an object that was begun.
void acr__tally_write(const struct tally *tally, acr__writer *w);
void acr__tally_json(const struct tally *tally, double seconds, FILE *out);
// "1,234,567"; buf holds 32 bytes.
char *acr__grouped(unsigned long long number, char *buf);
#endif
