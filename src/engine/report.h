// The liability report: what was issued and what became of it, by account, source and month of expiry, out of the log's operations.
#ifndef ACR_ENGINE_REPORT_H
#define ACR_ENGINE_REPORT_H
#include "engine/engine.h"

#define ACR_MONTH_NEVER INT32_MAX
#define ACR_SOURCE_DEBT (-1) // not a source: what members owe

struct acr__bucket {
  int32_t account, source, month; // month: 12 * year + month - 1 of the expiry in the program's zone
  int64_t issued, redeemed, expired, reversed, adjusted, transferred;
  int64_t held; // of what is outstanding
  int64_t lots; // what the members' lots and holds have, less debt
};

struct acr__tally {
  acr_engine *engine; // whose names and accounts the operations mean
  const acr__zone *zone;
  acr__table *index;           // key -> number + 1
  struct acr__bucket *buckets; // owned
  int count, cap;
  int64_t *posted;   // by account: the sum of its postings; owned
  acr__table *holds; // record -> struct acr__tally_hold: what open holds have of which bucket
  acr__time at;      // records of a later time are left out
  uint64_t left_out;
};

void acr__tally_begin(struct acr__tally *tally, acr_engine *engine, acr__time at);
void acr__tally_record(struct acr__tally *tally, const struct acr__record *record);
// The same of a member who was counted before: what it does to his lots is counted too.
void acr__tally_again(struct acr__tally *tally, const struct acr__record *record);
void acr__tally_member(struct acr__tally *tally, const struct acr__member *member); // into `lots`
int acr__tally_bucket(struct acr__tally *tally, int64_t account, int64_t source, int64_t expires); // its number until sorted
void acr__tally_sort(struct acr__tally *tally); // account, source, month: by number
void acr__tally_free(struct acr__tally *tally);
int64_t acr__bucket_outstanding(const struct acr__bucket *bucket);
// ---- report_liability.c
// The member of that number as he is, if there is one; one in the view alone is not kept in memory.
void acr__report_member(acr_engine *engine, uint32_t number, void (*visit)(void *arg, struct acr__member *member), void *arg);
// Every member once, likewise.
void acr__report_each(acr_engine *engine, void (*visit)(void *arg, struct acr__member *member), void *arg);
bool acr__report_counts(const acr_engine *engine, int account, bool all); // what rules alone move is no liability
const acr__zone *acr__report_zone(const acr_engine *engine); // of the newest program in force
#endif
