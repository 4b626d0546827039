#include "accrue.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/excerpt.h"
#include "cli/grid.h"
#include "cli/rpc.h"
#include "daemon/faults.h"
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: accrue check DIR [--json] [--strict] [--sentences] [--max-points N]\n"
    "\n"
    "Loads the rules template DIR, what it extends and all its programs, and shows every fault at once as\n"
    "file:line:column: message, and the line below it. Exit 0 when there is none, 1 when there is one (with --strict a warning is one\n"
    "too). Where all load, each function of the template's components is tried out with made-up facts and the variables of its\n"
    "examples, twice, in states that share nothing: one that fails, runs without end or answers differently is a fault.\n"
    "\n"
    "  --json       the whole report\n"
    "  --strict     warnings count\n"
    "  --sentences  each program as people read it\n"
    "  --max-points N  warn when one purchase of 100 can earn more than N points in all accounts (10000): base earning and every\n"
    "               purchase rule of a level together, as if all of them held, limits left out\n"
    "\n"
    "example:\n"
    "  accrue check examples/coffee-club\n";

enum { ARENA_BYTES = 64 << 10, POINTS_MOST = 10000 };
static const size_t report_bytes_max = (size_t)1 << 30;

static void print_report(const acr__node *root, acr__arena *arena) {
  acr__span name = acr__node_word(root, "template"), version = acr__node_word(root, "version");
  if (name.len) {
    acr__text_print(stdout, name);
    putchar(' ');
    acr__text_print(stdout, version);
    acr__span components = acr__node_word(root, "components");
    printf(": %.*s components\n", (int)components.len, components.ptr);
  }
  struct grid grid;
  acr__grid_begin(&grid, arena, "program|file|>series|>bytes a member|>points for 100 at most");
  const acr__node *program = acr__node_first(acr__node_get(root, "programs"));
  for (; program; program = acr__node_next(program)) {
    if (!acr__node_get(program, "series")) continue; // it has faults, which are told
    acr__grid_add(&grid, acr__node_word(program, "program"));
    acr__grid_add(&grid, acr__node_word(program, "file"));
    acr__grid_add(&grid, acr__node_word(program, "series"));
    acr__grid_add(&grid, acr__node_word(program, "bytes_per_member"));
    acr__grid_add(&grid, acr__node_word(acr__node_get(program, "worst_case"), "points"));
  }
  acr__grid_print(&grid, stdout, "  ");
}

// Where the files of rules/ are used.
static void print_uses(const acr__node *root, acr__arena *arena) {
  struct grid grid;
  acr__grid_begin(&grid, arena, "rules file|program|level|behavior|rule");
  for (const acr__node *file = acr__node_first(acr__node_get(root, "rule_files")); file; file = acr__node_next(file)) {
    for (const acr__node *use = acr__node_first(acr__node_get(file, "uses")); use; use = acr__node_next(use)) {
      acr__grid_add(&grid, acr__node_word(file, "rule_file"));
      acr__grid_add(&grid, acr__node_word(use, "program"));
      acr__grid_add(&grid, acr__node_word(use, "level"));
      acr__grid_add(&grid, acr__node_word(use, "behavior"));
      acr__grid_add(&grid, acr__node_word(use, "rule"));
    }
  }
  acr__grid_print(&grid, stdout, "  ");
}

static void print_sentences(const acr__node *root) {
  const acr__node *program = acr__node_first(acr__node_get(root, "programs"));
  for (; program; program = acr__node_next(program)) {
    const acr__node *sentences = acr__node_get(program, "sentences");
    if (!sentences) continue;
    putchar('\n');
    acr__text_print(stdout, acr__node_word(program, "program"));
    putchar('\n');
    acr__describe_print(sentences);
  }
}

// A warning for every program of which one purchase can earn more. Whole points are enough to compare.
static int print_dear(const acr__node *root, long most) {
  int count = 0;
  const acr__node *program = acr__node_first(acr__node_get(root, "programs"));
  for (; program; program = acr__node_next(program)) {
    const acr__node *worst = acr__node_get(program, "worst_case");
    acr__span points = acr__node_word(worst, "points"), level = acr__node_word(worst, "level");
    acr__span purchase = acr__node_word(worst, "purchase"), file = acr__node_word(program, "file");
    if (!points.len || strtoll(points.ptr, NULL, 10) < most + (memchr(points.ptr, '.', points.len) ? 0 : 1)) continue;
    fprintf(stderr, "%.*s: warning: one purchase of %.*s can earn %.*s points at level `%.*s`, more than %ld (--max-points)\n",
            (int)file.len, file.ptr, (int)purchase.len, purchase.ptr, (int)points.len, points.ptr, (int)level.len,
            level.len ? level.ptr : "", most);
    count++;
  }
  return count;
}

static int report(const char *text, bool json, bool strict, bool sentences, long most) {
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  struct acr__json_fault fault;
  struct acr__json_limits limits = {.bytes_max = report_bytes_max};
  acr__json *parsed = acr__json_parse(arena, acr__span_of(text), &limits, &fault);
  const acr__node *root = parsed ? acr__json_root(parsed) : NULL;
  int faults = acr__faults_show(stderr, acr__node_get(root, "faults"), "", acr__excerpt_print);
  int warnings = acr__faults_show(stderr, acr__node_get(root, "warnings"), "warning: ", acr__excerpt_print) + print_dear(root, most);
  if (json) {
    puts(text);
  } else {
    print_report(root, arena);
    print_uses(root, arena);
    printf("%d fault%s, %d warning%s\n", faults, faults == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
    if (sentences) print_sentences(root);
  }
  acr__arena_free(arena);
  return faults || (strict && warnings) ? CLI_REFUSED : CLI_OK;
}

int acr__cmd_check(int argc, char **argv) {
  bool json = false, strict = false, sentences = false;
  long most = POINTS_MOST;
  struct arg options[] = {{"--json", ARG_FLAG, &json},
                          {"--strict", ARG_FLAG, &strict},
                          {"--sentences", ARG_FLAG, &sentences},
                          {"--max-points", ARG_COUNT, &most}};

  struct args args = {.help = help, .options = options, .option_count = 4, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  char *text = NULL;
  int error = acr_template_try(args.words[0], NULL, &text);
  if (text && (error == ACR_E_OK || error == ACR_E_FAULTS)) {
    code = report(text, json, strict, sentences, most);
    if (error == ACR_E_FAULTS) code = CLI_REFUSED;
  } else {
    bool there = access(args.words[0], F_OK) == 0;
    code = acr__args_fail("check", "%s: %s", args.words[0], there ? acr_error_text(error) : "there is no such directory");
  }
  free(text);
  return code;
}
