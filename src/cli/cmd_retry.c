#include "base/mem.h"
#include "cli/commands.h"
#include "cli/event_name.h"
#include "cli/grid.h"
#include "json/writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] = "usage: accrue retry SOURCE/ID | SEQ | ID [--json] [--socket PATH | --ledger FILE]\n"
                           "       accrue retry --list | --all [--json] [--socket PATH | --ledger FILE]\n"
                           "\n"
                           "Judges a parked event again, once the plugin that failed on it has been mended and published. It then\n"
                           "stands at its own place in the ledger. Due work (source accrue) is done as of its own time.\n"
                           "\n"
                           "  --list    the events that are parked, oldest first\n"
                           "  --all     judges every one of them again, oldest first; exit 1 when one is parked still\n"
                           "\n"
                           "example:\n"
                           "  accrue retry pos-17/r-1001 --socket /tmp/coffee.sock\n";

static const char *const fields[] = {"source", "id", "seq", "type", "subject", "time", NULL};

struct parked {
  acr__buf *names; // parameters of each
  size_t count;
  struct grid grid;
  acr__writer json;
};

static void note(void *arg, const acr__node *item) {
  struct parked *p = arg;
  p->names = acr__mem_resize(p->names, (p->count + 1) * sizeof *p->names);
  p->names[p->count] = (acr__buf){0};
  acr__event_name_write(&p->names[p->count++], acr__node_word(item, "source"), acr__node_word(item, "id"));
  acr__write_object(&p->json);
  for (const char *const *field = fields; *field; field++) {
    acr__span text = acr__node_word(item, *field);
    acr__grid_add(&p->grid, text);
    acr__write_key(&p->json, *field);
    if (strcmp(*field, "seq") == 0)
      acr__write_raw(&p->json, text);
    else
      acr__write_span(&p->json, text);
  }
  acr__write_object_end(&p->json);
}

static void print(const struct parked *p, bool json) {
  if (json)
    printf("%.*s\n", (int)p->json.out->len, (const char *)p->json.out->ptr);
  else if (p->count)
    acr__grid_print(&p->grid, stdout, "");
  else
    puts("no event is parked");
}

// Each on its own: what one of them gives may be what the next one waits for, and none holds up the others.
static int retry_all(struct peer *peer, const struct parked *p, bool json) {
  size_t applied = 0;
  int code = CLI_OK;
  for (size_t i = 0; i < p->count && code == CLI_OK; i++) {
    struct answer answer = {0};
    code = acr__rpc_call(peer, "parked.retry", &p->names[i], false, &answer);
    if (code == CLI_OK) applied += acr__span_is(acr__node_word(answer.result, "status"), "applied");
    acr__rpc_free(&answer);
  }
  if (code != CLI_OK) return code;
  printf(json ? "{\"applied\":%zu,\"parked\":%zu}\n" : "%zu applied, %zu parked still\n", applied, p->count - applied);
  return applied == p->count ? CLI_OK : CLI_REFUSED;
}

static int many(const struct peer_options *where, bool all, bool json) {
  struct peer peer = {.fd = -1};
  acr__buf text = {0};
  acr__arena *arena = acr__arena_new(16 * 1024);
  struct parked p = {.json = {.out = &text}};
  acr__grid_begin(&p.grid, arena, "source|id|>seq|type|subject|time");
  acr__write_array(&p.json);
  int code = acr__peer_open(&peer, "retry", where);
  if (code == CLI_OK) code = acr__events_walk(&peer, "parked.list", NULL, note, &p);
  acr__write_array_end(&p.json);
  if (code == CLI_OK && all)
    code = retry_all(&peer, &p, json);
  else if (code == CLI_OK)
    print(&p, json);
  acr__peer_close(&peer);
  for (size_t i = 0; i < p.count; i++)
    acr__buf_free(&p.names[i]);
  free(p.names);
  acr__buf_free(&text);
  acr__arena_free(arena);
  return code;
}

static int show(const struct answer *answer, bool json) {
  acr__span status = acr__node_word(answer->result, "status");
  if (!json) printf("%.*s\n", (int)status.len, status.ptr);
  return acr__span_is(status, "applied") ? CLI_OK : CLI_REFUSED;
}

int acr__cmd_retry(int argc, char **argv) {
  static const struct event_command command = {"retry", "parked.retry", show};
  struct peer_options where = {0};
  bool json = false, list = false, all = false;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}, {"--list", ARG_FLAG, &list}, {"--all", ARG_FLAG, &all}};
  struct args args = {.help = help, .options = options, .option_count = 5, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (args.word_count + list + all != 1) return acr__args_fail("retry", "wanted one of an event, --list and --all");
  return list || all ? many(&where, all, json) : acr__event_command(&command, args.words[0], &where, json);
}
