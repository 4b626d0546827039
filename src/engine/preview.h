// Who would be demoted: reviews as they would be judged, on a shadow.
#ifndef ACR_ENGINE_PREVIEW_H
#define ACR_ENGINE_PREVIEW_H
#include "engine/levels.h"

struct acr__preview {
  acr__writer *w; // in the list of those who do not pass
  int64_t listed, limit;
  int64_t reviews, kept, at_risk, demoted;
};

// Of a review that was judged but has done nothing yet. `to` = where the member would go, -1 = nowhere; `grace` = only told for now.
struct acr__preview_review {
  int level, to;
  acr__time at;
  bool kept, grace;
};
void acr__preview_review(struct acr__preview *preview, struct acr__case *c, const struct acr__preview_review *review);
#endif
