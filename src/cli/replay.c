// The --replay of `accrue verify`.
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/replay.h"
#include "cli/rpc.h"
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 64 << 10 };
static const size_t report_bytes_max = (size_t)1 << 30;

static int print(const acr__node *replay, acr__arena *arena) {
  if (acr__node_kind(acr__node_get(replay, "ok")) == ACR_JSON_NULL)
    return acr__args_fail("verify", "the log could not be replayed: %s", acr__node_word(replay, "message").ptr);
  bool ok = acr__node_kind(acr__node_get(replay, "ok")) == ACR_JSON_TRUE;
  struct grid grid;
  acr__grid_begin(&grid, arena, "member|differs in|ledger|replay");
  for (const acr__node *d = acr__node_first(acr__node_get(replay, "differences")); d; d = acr__node_next(d)) {
    acr__grid_add(&grid, acr__node_word(d, "member"));
    acr__grid_add(&grid, acr__node_word(d, "what"));
    acr__grid_add(&grid, acr__node_word(d, "ledger"));
    acr__grid_add(&grid, acr__node_word(d, "replay"));
  }
  acr__grid_print(&grid, stdout, "");
  printf("replay: records %s, of which %s were taken over (releases, statuses) and the others made again; ",
         acr__node_word(replay, "records").ptr, acr__node_word(replay, "copied").ptr);
  if (ok)
    printf("%s members, all equal, state %s\n", acr__node_word(replay, "members").ptr, acr__node_word(replay, "state").ptr);
  else
    printf("I22: %s of %s members differ, state %s, replayed %s\n", acr__node_word(replay, "different").ptr,
           acr__node_word(replay, "members").ptr, acr__node_word(replay, "state").ptr, acr__node_word(replay, "replayed").ptr);
  acr__span strayed = acr__node_word(replay, "strayed_at");
  if (strayed.len) printf("the first record that came out otherwise: %s\n", strayed.ptr);
  return ok ? CLI_OK : CLI_REFUSED;
}

int acr__replay_report(acr_engine *engine, bool json) {
  char *text = NULL;
  int error = acr_engine_replay(engine, &text), code = error == ACR_E_OK ? CLI_OK : error == ACR_E_VIOLATION ? CLI_REFUSED : CLI_FAILED;
  if (json) {
    printf(",\"replay\":%s}\n", text);
  } else {
    acr__arena *arena = acr__arena_new(ARENA_BYTES);
    struct acr__json_fault fault;
    struct acr__json_limits limits = {.bytes_max = report_bytes_max};
    acr__json *parsed = acr__json_parse(arena, acr__span_of(text), &limits, &fault);
    code = parsed ? print(acr__json_root(parsed), arena) : CLI_FAILED;
    acr__arena_free(arena);
  }
  free(text);
  return code;
}
