#include "cli/args.h"
#include "base/diag.h"
#include "cli/commands.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int acr__args_fail(const char *command, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fprintf(stderr, "accrue %s: ", command);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  return CLI_FAILED;
}

static const struct arg *find(const struct args *args, const char *text, size_t len) {
  for (size_t i = 0; i < args->option_count; i++) {
    if (strlen(args->options[i].name) == len && memcmp(args->options[i].name, text, len) == 0) return &args->options[i];
  }
  return NULL;
}

static int unknown(const struct args *args, const char *command, acr__span name) {
  enum { NAMES_MAX = 32 };
  acr__span names[NAMES_MAX];
  int count = 0;
  for (size_t i = 0; i < args->option_count && count < NAMES_MAX; i++)
    names[count++] = acr__span_of(args->options[i].name);
  acr__span near = acr__nearest(name, names, count);
  if (near.len) return acr__args_fail(command, "unknown option %.*s; did you mean %.*s?", (int)name.len, name.ptr, (int)near.len, near.ptr);
  return acr__args_fail(command, "unknown option %.*s; accrue %s --help shows the options", (int)name.len, name.ptr, command);
}

static int take_value(const struct arg *option, const char *command, const char *value) {
  if (option->kind == ARG_TEXT) {
    *(const char **)option->to = value;
  } else if (option->kind == ARG_LIST) {
    struct arg_list *list = option->to;
    if (list->count == ARG_LIST_MAX) return acr__args_fail(command, "%s: at most %d times", option->name, ARG_LIST_MAX);
    list->texts[list->count++] = value;
  } else {
    char *end;
    errno = 0;
    long count = strtol(value, &end, 10);
    if (end == value || *end || errno || count < 1)
      return acr__args_fail(command, "%s wants a number of 1 or more; found '%s'", option->name, value);
    *(long *)option->to = count;
  }
  return ARGS_GO_ON;
}

static int check_words(const struct args *args, const char *command) {
  if (args->word_count < args->words_min) {
    const char *line_end = strchr(args->help, '\n');
    return acr__args_fail(command, "something is missing; %.*s", (int)(line_end - args->help), args->help);
  }
  if (args->word_count > args->words_max)
    return acr__args_fail(command, "one word too many: '%s'; accrue %s --help shows what is wanted", args->words[args->words_max], command);
  return ARGS_GO_ON;
}

int acr__args_read(struct args *args, int argc, char **argv) {
  bool words_only = false;
  for (int i = 1; i < argc; i++) {
    const char *text = argv[i];
    if (words_only || text[0] != '-' || text[1] == 0) {
      if (args->word_count == ARG_WORDS_MAX) return acr__args_fail(argv[0], "at most %d words", ARG_WORDS_MAX);
      args->words[args->word_count++] = text;
      continue;
    }
    if (strcmp(text, "--") == 0) {
      words_only = true;
      continue;
    }
    if (strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0) {
      fputs(args->help, stdout);
      return CLI_OK;
    }
    const char *equals = strchr(text, '=');
    size_t len = equals ? (size_t)(equals - text) : strlen(text);
    const struct arg *option = find(args, text, len);
    if (!option) return unknown(args, argv[0], (acr__span){text, len});
    if (option->kind == ARG_FLAG) {
      if (equals) return acr__args_fail(argv[0], "%s takes no value", option->name);
      *(bool *)option->to = true;
      continue;
    }
    if (!equals && i + 1 == argc) return acr__args_fail(argv[0], "%s wants a value", option->name);
    int code = take_value(option, argv[0], equals ? equals + 1 : argv[++i]);
    if (code != ARGS_GO_ON) return code;
  }
  return check_words(args, argv[0]);
}
