// What came of a backtest: tables for a terminal, a page for a browser.
#ifndef ACR_CLI_BACKTEST_SHOW_H
#define ACR_CLI_BACKTEST_SHOW_H
#include "base/arena.h"
#include "json/json.h"

void acr__backtest_print(const acr__node *result, acr__arena *arena);
// One file with everything in it; false when it cannot be written, errno says why.
bool acr__backtest_page(const char *file, acr__span json);
#endif
