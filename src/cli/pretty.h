// JSON for people: indented, short containers on one line.
#ifndef ACR_CLI_PRETTY_H
#define ACR_CLI_PRETTY_H
#include "json/json.h"
#include <stdio.h>

// `text` is what `json` was parsed from.
void acr__pretty_print(FILE *out, const acr__json *json, const acr__node *node, acr__span text, int indent);
#endif
