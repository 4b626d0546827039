// Lots that end at an anniversary (points_aging): in what month, as the liability report shows it. What the log says of such a lot
// names no end, for that is its member's; so it is added up from the lots that members have.
#ifndef ACR_ENGINE_REPORT_ENDS_H
#define ACR_ENGINE_REPORT_ENDS_H
#include "engine/report.h"

struct acr__ends {
  bool any;               // some account in force ages at all
  struct acr__tally sums; // `lots` of each bucket
  struct acr__ends_part { // of one member in one bucket
    uint32_t member;
    int bucket;
    int64_t points;
  } * parts; // in the order of members; owned
  size_t count, cap;
  uint32_t *changed; // members who were looked at and are others now; owned
  size_t changed_count, changed_cap;
};

void acr__ends_begin(struct acr__ends *ends, acr_engine *engine);
void acr__ends_clear(struct acr__ends *ends);                                                        // to look at everybody anew
void acr__ends_member(struct acr__ends *ends, acr_engine *engine, const struct acr__member *member); // members in order
void acr__ends_changed(struct acr__ends *ends, uint32_t member);
void acr__ends_finish(struct acr__ends *ends, acr_engine *engine); // members who have changed are looked at again
// "ends" of a row, where there is something: [{"month":..,"points":..}].
void acr__ends_write(const struct acr__ends *ends, acr_engine *names, acr__writer *w, const struct acr__bucket *row);
void acr__ends_free(struct acr__ends *ends);
#endif
