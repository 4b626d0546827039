// A share of an amount as an exact fraction. Shares of shares multiply; what they leave is cut once, at the end.
#ifndef ACR_BASE_PORTION_H
#define ACR_BASE_PORTION_H
#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 acr__wide;

struct acr__portion {
  acr__wide n, d; // in lowest terms; d 0 = nobody asked for a share: the whole
};
// Takes n / d of what it is, with 0 <= n <= d, d > 0. false when the fraction becomes too fine for 128 bits; unchanged then.
bool acr__portion_times(struct acr__portion *portion, int64_t n, int64_t d);
// The larger of two shares stays in *portion; a share that nobody asked for says nothing. false as above.
bool acr__portion_most(struct acr__portion *portion, const struct acr__portion *other);
// The share of an amount, rounded toward zero. false when it does not fit.
bool acr__portion_of(const struct acr__portion *portion, int64_t amount, int64_t *out);
#endif
