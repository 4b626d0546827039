// A tree of lines for the terminal.
#ifndef ACR_CLI_TWIG_H
#define ACR_CLI_TWIG_H
#include "base/arena.h"
#include "base/span.h"
#include <stdio.h>

typedef enum twig_mark { TWIG_PLAIN, TWIG_YES, TWIG_NO, TWIG_NOTE } twig_mark;
struct twig;

struct twig *acr__twig_new(acr__arena *arena); // the root, which is not printed
// The last line under `under`.
struct twig *acr__twig_add(struct twig *under, twig_mark mark, const char *format, ...) __attribute__((format(printf, 3, 4)));
acr__arena *acr__twig_arena(const struct twig *twig);
bool acr__twig_bare(const struct twig *twig); // nothing is under it
// Lines with branches; in colour where `out` is a terminal that wants it. Control characters become '?'.
void acr__twig_print(const struct twig *root, FILE *out);
#endif
