// The line of a file that a fault is about.
#ifndef ACR_CLI_EXCERPT_H
#define ACR_CLI_EXCERPT_H
#include "base/span.h"
#include <stdio.h>

// "    12 | the line", and below it the column where there is one (0 = none). Nothing when the file has no such line.
void acr__excerpt_print(FILE *out, acr__span file, long line, long column);
#endif
