// The reports of activity and of levels, as a table or as CSV.
#ifndef ACR_CLI_REPORT_SHOW_H
#define ACR_CLI_REPORT_SHOW_H
#include "cli/rpc.h"

void acr__report_show(const struct answer *answer, bool levels, bool csv);
#endif
