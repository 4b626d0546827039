// Command lines: options in any order, --name VALUE or --name=VALUE, words in between.
#ifndef ACR_CLI_ARGS_H
#define ACR_CLI_ARGS_H
#include <stdbool.h>
#include <stddef.h>

typedef enum arg_kind {
  ARG_FLAG,  // bool *
  ARG_TEXT,  // const char **
  ARG_COUNT, // long *: 1 or more
  ARG_LIST   // struct arg_list *: may be given several times
} arg_kind;

enum { ARG_LIST_MAX = 64, ARG_WORDS_MAX = 256 };

struct arg_list {
  const char *texts[ARG_LIST_MAX];
  int count;
};

struct arg {
  const char *name; // with its dashes
  arg_kind kind;
  void *to;
};

struct args {
  const char *help; // all of --help
  const struct arg *options;
  size_t option_count;
  int words_min, words_max;
  const char *words[ARG_WORDS_MAX]; // filled
  int word_count;                   // filled
};

enum { ARGS_GO_ON = -1 };

// ARGS_GO_ON, or the exit code: 0 after --help, 2 after a usage error, which is printed.
int acr__args_read(struct args *args, int argc, char **argv);
// "accrue NAME: ..." on standard error; returns CLI_FAILED.
int acr__args_fail(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif
