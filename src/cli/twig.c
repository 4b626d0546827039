#include "cli/twig.h"
#include "daemon/faults.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct twig {
  acr__arena *arena;
  twig_mark mark;
  acr__span text;
  struct twig *first, *last, *next;
};

struct twig *acr__twig_new(acr__arena *arena) {
  struct twig *twig = ACR__NEW(arena, struct twig);
  twig->arena = arena;
  return twig;
}

struct twig *acr__twig_add(struct twig *under, twig_mark mark, const char *format, ...) {
  struct twig *twig = acr__twig_new(under->arena);
  va_list args;
  char *text;
  va_start(args, format);
  if (vasprintf(&text, format, args) < 0) abort();
  va_end(args);
  twig->text = acr__arena_span(under->arena, acr__span_of(text));
  free(text);
  twig->mark = mark;
  *(under->last ? &under->last->next : &under->first) = twig;
  under->last = twig;
  return twig;
}

acr__arena *acr__twig_arena(const struct twig *twig) {
  return twig->arena;
}

bool acr__twig_bare(const struct twig *twig) {
  return twig->first == NULL;
}

static bool coloured(FILE *out) {
  const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
  return isatty(fileno(out)) && !(no && no[0]) && !(term && strcmp(term, "dumb") == 0);
}

static void print_line(const struct twig *twig, FILE *out, bool colour) {
  static const char *const signs[] = {"", "\u2713 ", "\u2717 ", ""};
  static const char *const codes[] = {"", "\033[32m", "\033[31m", "\033[2m"};
  bool whole = twig->mark == TWIG_NOTE;
  if (colour) fputs(codes[twig->mark], out);
  fputs(signs[twig->mark], out);
  if (colour && twig->mark && !whole) fputs("\033[0m", out);
  acr__text_print(out, twig->text);
  if (colour && whole) fputs("\033[0m", out);
  fputc('\n', out);
}

enum { PREFIX_MAX = 512 };

static void print_under(const struct twig *twig, char *prefix, FILE *out, bool colour) {
  size_t len = strlen(prefix);
  for (const struct twig *one = twig->first; one; one = one->next) {
    fputs(prefix, out);
    fputs(one->next ? "\u251c\u2500 " : "\u2514\u2500 ", out);
    print_line(one, out, colour);
    if (len + 8 < PREFIX_MAX) strcpy(prefix + len, one->next ? "\u2502  " : "   ");
    print_under(one, prefix, out, colour);
    prefix[len] = 0;
  }
}

void acr__twig_print(const struct twig *root, FILE *out) {
  bool colour = coloured(out);
  char prefix[PREFIX_MAX] = "";
  for (const struct twig *one = root->first; one; one = one->next) {
    print_line(one, out, colour);
    print_under(one, prefix, out, colour);
  }
}
