// Looking at a ledger as of a time.
#ifndef ACR_ENGINE_AT_H
#define ACR_ENGINE_AT_H
#include "engine/rpc.h"

// The parameter `key`: a time, or a date, which is its last instant in the zone of the newest program in force. ACR_TIME_MAX when it
// is not given; false when it is no time.
bool acr__param_time(struct acr__request *request, const char *key, acr__time *out);
// The same of a beginning: a date is its first instant in that zone; ACR_TIME_MIN when it is not given.
bool acr__param_from(struct acr__request *request, const char *key, acr__time *out);

// ---- query.c
typedef enum acr__member_detail {
  ACR_MEMBER_SHOWN, // for people and tills: at most 1,000 lots and offers, each with its record
  ACR_MEMBER_STATE  // everything that is state, without numbers of records: what two ledgers are compared by
} acr__member_detail;
void acr__write_account_key(acr_engine *engine, acr__writer *w, int account); // its label
// Members of an object that the caller opened.
void acr__member_write(acr_engine *engine, acr__writer *w, struct acr__member *m, acr__member_detail detail);
void acr__offers_write(acr_engine *engine, acr__writer *w, const struct acr__member *m, acr__member_detail detail); // offer_write.c

// ---- entries.c
typedef enum acr__entry_kind {
  ACR_ENTRY,          // of a member's ledger
  ACR_ENTRY_RECORDED, // the same, with when it was recorded
  ACR_ENTRY_DUE       // not posted: what a clock would give
} acr__entry_kind;
struct acr__entries {
  acr__span *all; // JSON texts in the engine's arena; owned
  int count, cap;
};
// Adds the entries of one record, newest first. `member` is named in each when it is not empty.
void acr__entries_of(acr_engine *engine, const struct acr__record *record, acr__entry_kind kind, acr__span member,
                     struct acr__entries *out);

// ---- purse_show.c: what of the balances can be spent, is pending, and expires soonest
void acr__purse_write(acr_engine *engine, acr__writer *w, const struct acr__member *m);
#endif
