// What the parts of the model share.
#ifndef ACR_TESTS_POINTS_INNER_H
#define ACR_TESTS_POINTS_INNER_H
#include "support/points_model.h"

static inline int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static inline int64_t most(int64_t a, int64_t b) {
  return a > b ? a : b;
}

int model_event(struct model *m, int member, int64_t time); // whose it is, after what was due before it
const char *model_applied(struct model *m, int member, int64_t time);
void model_deduct(struct model *m, int member, int account, int64_t points); // down to nothing, or into debt
#endif
