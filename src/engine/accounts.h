// The ledger's accounts: what the releases say of them, and what they are called.
#ifndef ACR_ENGINE_ACCOUNTS_H
#define ACR_ENGINE_ACCOUNTS_H
#include "accrue.h"
#include "base/buf.h"
#include "calendar/calendar.h"
#include "ledger/ops.h"
#include "ledger/record.h"

struct acr__release;

struct acr__account {
  int family, name, decimals;
  int flags; // as the release in force has them, or the last one that had the account
  int live;  // 1 = some release that has it was in force; not so while it stands in drafts alone
};

struct acr__accounts_book {
  struct acr__account_says { // what a release says of an account
    uint32_t release;
    int account, flags;
  } * terms; // in order of publishing; owned
  int term_count;
  struct acr__offer_of { // a release has an offer of a name
    uint32_t release;
    int name;
  } * offers; // likewise
  int offer_count;
  acr__time from, until;     // the accounts' flags are those of these times, half-open
  struct acr__family_since { // a family takes part in names
    int family;
    acr__pos pos;   // behind this record,
    acr__time from; // when ledger time has come to this
  } * since;        // owned
  int since_count;  // -1 = to be made anew
  acr__pos pos;     // names are those of the record here; 0 = those of the end
  acr__time time;
  acr__span *json; // the accounts' names as JSON texts, made when first written; owned
  int json_count, json_key;
};

int acr__account_number(const acr_engine *engine, int family, int name); // -1
void acr__account_apply(acr_engine *engine, const struct acr__op *op);
void acr__has_offer_apply(acr_engine *engine, const struct acr__op *op);
// Releases or their statuses have changed.
void acr__accounts_stale(acr_engine *engine);
// The accounts as they are at a time: a release that is not in force then changes nothing of those that there are.
void acr__accounts_at(acr_engine *engine, acr__time time);
// ... and as one release alone has them.
void acr__accounts_of(acr_engine *engine, uint32_t release);
void acr__accounts_copy(acr_engine *to, const acr_engine *from);
void acr__accounts_forget(acr_engine *engine); // texts that can be made again
void acr__accounts_free(acr_engine *engine);

// Until the next call names are those that the record's reply has; NULL = those of now.
void acr__names_of(acr_engine *engine, const struct acr__record *record);
// A family takes part in names from when one of its releases was in force: drafts, programs in test and those that are to come do
// not take a bare name away.
bool acr__family_counts(acr_engine *engine, int64_t family);
// "wash", or "family.wash" when a release of another family that counts has an offer of that name.
void acr__offer_label(acr_engine *engine, int64_t family, int64_t name, acr__buf *out);
acr__span acr__account_json(acr_engine *engine, int account); // the label below as a JSON text
// "points", or "family.points" when two families that count have one of that name.
void acr__account_label(acr_engine *engine, int account, acr__buf *out);
#endif
