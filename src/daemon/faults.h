// Faults and warnings as people read them: file:line:column: message.
#ifndef ACR_DAEMON_FAULTS_H
#define ACR_DAEMON_FAULTS_H
#include "json/json.h"
#include <stdio.h>

// What is shown below a fault that has a line; NULL = nothing.
typedef void acr__fault_excerpt(FILE *out, acr__span file, long line, long column);
// One line a fault of the array (NULL is fine); each message begins with `prefix` ("" or "warning: "). Returns how many.
int acr__faults_print(FILE *out, const acr__node *faults, const char *prefix);
int acr__faults_show(FILE *out, const acr__node *faults, const char *prefix, acr__fault_excerpt *excerpt);
// A text of others on a terminal: control characters become '?'.
void acr__text_print(FILE *out, acr__span text);
#endif
