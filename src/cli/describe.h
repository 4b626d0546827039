// A program in sentences, as acr__plan_describe wrote it, for a terminal.
#ifndef ACR_CLI_DESCRIBE_H
#define ACR_CLI_DESCRIBE_H
#include "json/json.h"

void acr__describe_print(const acr__node *program);
#endif
