#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/input.h"
#include "daemon/faults.h"
#include "json/writer.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char help[] =
    "usage: accrue simulate EVENT.json | FILE.ndjson | - [--member M] [--at TIME] [--program P | --template DIR/programs/P.json]\n"
    "                       [--all] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "What would happen, with the whole reason why: each event is judged after those before it, and all of it is thrown away. Nothing\n"
    "is written and no limit is used up. An event that the ledger has already is judged as if it came once more. A subject that\n"
    "the ledger does not know is a new member. Exit 1: an event was rejected, refused or parked.\n"
    "\n"
    "  --member M      the events are of this member, whoever their subject is\n"
    "  --at TIME       they happen at that time, with the ledger as it was or would be then; else each at its own, with the ledger\n"
    "                  as it is. A date is its end in the program's zone\n"
    "  --program P     under this program, whatever its status; P@3 is its third version\n"
    "  --template P    under this program of a rules template, all of its levels live, as if it were published: history counts\n"
    "  --all           rules of levels that are far away too\n"
    "\n"
    "example:\n"
    "  accrue simulate basket.json --member m-42 --template club/programs/next.json --ledger coffee.ledger\n";

// A file is one event over several lines, or events one a line.
static int read_events(const char *file, acr__buf *out) {
  const char *const files[] = {file};
  struct input input;
  acr__span line;
  acr__buf text = {0};
  input_result result;
  int code = acr__input_open(&input, files, 1);
  if (code != CLI_OK) return code;
  while ((result = acr__input_line(&input, &line)) == INPUT_LINE) {
    acr__buf_put(&text, line.ptr, line.len);
    acr__buf_u8(&text, '\n');
  }
  acr__input_close(&input);
  acr__arena *arena = acr__arena_new(64 * 1024);
  struct acr__json_limits limits = {0, (size_t)64 << 20};
  struct acr__json_fault fault;
  bool whole = text.len && acr__json_parse(arena, (acr__span){(const char *)text.ptr, text.len}, &limits, &fault) != NULL;
  acr__buf_u8(out, '[');
  for (size_t at = 0; at < text.len && !whole;) {
    const char *from = (const char *)text.ptr + at, *end = memchr(from, '\n', text.len - at);
    size_t len = (size_t)(end - from);
    if (!acr__json_parse(arena, (acr__span){from, len}, &limits, &fault))
      code = acr__args_fail("simulate", "%s: found no JSON: %s", file, fault.message);
    if (code != CLI_OK) break;
    if (at) acr__buf_u8(out, ',');
    acr__buf_put(out, from, len);
    at += len + 1;
  }
  if (whole) acr__buf_put(out, text.ptr, text.len - 1);
  acr__buf_u8(out, ']');
  if (code == CLI_OK && text.len == 0) code = acr__args_fail("simulate", "%s holds no event", file);
  acr__arena_free(arena);
  acr__buf_free(&text);
  return result == INPUT_FAILED ? CLI_FAILED : code;
}

static void put(acr__writer *w, const char *key, const char *value) {
  if (!value) return;
  acr__write_key(w, key);
  acr__write_text(w, value);
}

static int verdict(const acr__node *result) {
  int code = CLI_OK;
  for (const acr__node *one = acr__node_first(acr__node_get(result, "events")); one; one = acr__node_next(one))
    if (!acr__span_is(acr__node_word(acr__node_get(one, "reply"), "status"), "applied")) code = CLI_REFUSED;
  return code;
}

static int ask(const struct peer_options *where, const acr__buf *params, bool json, const struct explain_options *shown) {
  struct peer peer = {.fd = -1};
  struct answer answer = {0};
  int code = acr__peer_open(&peer, "simulate", where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, "event.simulate", params, json, &answer);
  if (code == CLI_OK) {
    if (json)
      acr__rpc_print(&answer);
    else
      acr__explain_print(&answer, shown);
    code = verdict(answer.result);
  }
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  return code;
}

int acr__cmd_simulate(int argc, char **argv) {
  struct peer_options where = {0};
  struct explain_options shown = {0};
  bool json = false;
  const char *member = NULL, *program = NULL, *template = NULL, *at = NULL;
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &json},
                          {"--all", ARG_FLAG, &shown.all},
                          {"--member", ARG_TEXT, &member},
                          {"--program", ARG_TEXT, &program},
                          {"--template", ARG_TEXT, &template},
                          {"--at", ARG_TEXT, &at}};
  struct args args = {.help = help, .options = options, .option_count = 8, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (program && template) return acr__args_fail("simulate", "one of --program and --template, not both");
  char *path = template ? realpath(template, NULL) : NULL; // the daemon may stand elsewhere
  if (template && !path) return acr__args_fail("simulate", "%s: %s", template, strerror(errno));
  acr__buf params = {0}, events = {0};
  acr__writer w = {.out = &params};
  code = read_events(args.words[0], &events);
  acr__write_object(&w);
  put(&w, "member", member);
  put(&w, "program", program);
  put(&w, "path", path);
  put(&w, "at", at);
  acr__write_key(&w, "events");
  acr__write_raw(&w, (acr__span){(const char *)events.ptr, events.len});
  acr__write_object_end(&w);
  for (size_t i = 0; i < params.len; i++)
    if (params.ptr[i] == '\n') params.ptr[i] = ' '; // white space between tokens: a text has none
  if (code == CLI_OK) code = ask(&where, &params, json, &shown);
  acr__buf_free(&params);
  acr__buf_free(&events);
  free(path);
  return code;
}
