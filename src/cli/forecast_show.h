// What accrue report liability --forecast prints: points by account and month ahead.
#ifndef ACR_CLI_FORECAST_SHOW_H
#define ACR_CLI_FORECAST_SHOW_H
#include "cli/rpc.h"

void acr__forecast_show(const struct answer *answer, bool csv);
#endif
