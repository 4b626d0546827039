// Gzip, a piece at a time.
#ifndef ACR_CLI_UNZIP_H
#define ACR_CLI_UNZIP_H
#include "base/buf.h"

struct unzip;

struct unzip *acr__unzip_new(void);
void acr__unzip_free(struct unzip *unzip); // NULL is fine
// Unpacks `len` bytes behind `out`. false when they are not gzip.
bool acr__unzip_feed(struct unzip *unzip, const uint8_t *bytes, size_t len, acr__buf *out);
// Did the input end where gzip ends?
bool acr__unzip_whole(const struct unzip *unzip);
#endif
