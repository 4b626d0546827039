#ifndef ACR_CLI_LEVELS_H
#define ACR_CLI_LEVELS_H
#include "cli/rpc.h"

void acr__member_levels_print(const acr__node *member, acr__arena *arena); // `levels` and `progress` of member.get
#endif
