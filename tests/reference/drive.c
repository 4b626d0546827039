// An engine on lines of text, for tests that feed thousands of programs: one process, one answer a line.
//
//   !open DIR [LEDGER]   a new engine on the rules template DIR, in memory or on a ledger file; `ok`, or `error` and why
//   !check DIR           what `accrue check` finds in DIR, as JSON
//   !verify              every invariant of the ledger, as JSON
//   anything else        an event or a JSON-RPC request; its reply
#include "accrue.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static acr_engine *engine;

static void open_engine(char *words) {
  char *dir = strtok(words, " "), *ledger = strtok(NULL, " "), *message = NULL;
  struct acr_options options = {.ledger = ledger, .create = true, .template_dir = dir, .max_future_us = -1, .disk_free_min = 1};
  acr_engine_close(engine);
  engine = NULL;
  if (acr_engine_open(&options, &engine, &message) == ACR_E_OK)
    puts("ok");
  else
    printf("error %s\n", message ? message : "");
  free(message);
}

static void answer(char *line, size_t len) {
  char *text = NULL;
  if (strncmp(line, "!open ", 6) == 0) {
    open_engine(line + 6);
    return;
  }
  if (strncmp(line, "!check ", 7) == 0)
    acr_template_check(line + 7, NULL, &text);
  else if (engine && strcmp(line, "!verify") == 0)
    acr_engine_verify(engine, &text);
  else if (engine)
    acr_engine_apply(engine, line, len, &text);
  size_t end = text ? strlen(text) : 0;
  printf("%s%s", text ? text : "error no answer", end && text[end - 1] == '\n' ? "" : "\n");
  free(text);
}

int main(void) {
  char *line = NULL;
  size_t cap = 0;
  for (ssize_t len; (len = getline(&line, &cap, stdin)) > 0;) {
    if (line[len - 1] == '\n')
      line[--len] = '\0';
    answer(line, (size_t)len);
  }
  free(line);
  acr_engine_close(engine);
  return 0;
}
