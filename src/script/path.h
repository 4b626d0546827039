// Paths as the other files of the host use them.
#ifndef ACR_SCRIPT_PATH_H
#define ACR_SCRIPT_PATH_H
#include "script/script.h"

// acr__path_compile without a message.
bool acr__path_find(acr__span text, const struct acr__schema *schema, int currency_scale, struct acr__path *out);
// A path relative to an item: "amount", "quantity", "context.litres", with or without "items." before it; scale of money is
// `currency_scale`. false when it means nothing for the schema.
bool acr__path_item(acr__span text, const struct acr__schema *schema, int currency_scale, struct acr__path *out);
// One item's value; *nil when absent.
void acr__path_item_value(const struct acr__path *path, const struct acr__fact *fact, int item, int64_t *out, bool *nil);
#endif
