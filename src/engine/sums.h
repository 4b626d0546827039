// Sums over records: what a log did, by account, rule, level and offer, out of the operations alone. Two logs are compared by sums
// that the same code made of both.
#ifndef ACR_ENGINE_SUMS_H
#define ACR_ENGINE_SUMS_H
#include "engine/engine.h"

// kind, what its key is, what `count` and `points` are
typedef enum acr__sum_kind {
  ACR_SUM_FATE,   // acr__fate: events
  ACR_SUM_POINTS, // account, acr__flow: postings; points
  ACR_SUM_DAY,    // account, acr__flow, day since 1970 in the program's zone: postings; points
  ACR_SUM_RULE,   // family, behavior, level + 1, rule + 1: times met; times unmet
  ACR_SUM_GIVEN,  // family, behavior, level + 1, rule + 1, account: postings; points given less points taken
  ACR_SUM_MOVE,   // family, from level + 1, to level + 1, cause: members
  ACR_SUM_LEVEL,  // family, level + 1: members that are in it
  ACR_SUM_OFFER,  // family, offer, acr__offer_fate: issues
  ACR_SUM_KINDS
} acr__sum_kind;

typedef enum acr__flow {
  ACR_FLOW_ISSUED, // awarded, imported
  ACR_FLOW_SPENT,
  ACR_FLOW_EXPIRED,
  ACR_FLOW_REVERSED,    // taken back by returns
  ACR_FLOW_ADJUSTED,    // by people, and deducted by rules
  ACR_FLOW_OUTSTANDING, // from the log's beginning on: what members have, less what they owe, and what is held
  ACR_FLOWS
} acr__flow;
const char *acr__flow_name(acr__flow flow);

typedef enum acr__fate { ACR_FATE_APPLIED, ACR_FATE_REFUSED, ACR_FATE_PARKED, ACR_FATE_DUE, ACR_FATES } acr__fate;
typedef enum acr__offer_fate { ACR_OFFER_ISSUED_FREE, ACR_OFFER_SOLD, ACR_OFFER_USED, ACR_OFFER_OVER, ACR_OFFER_FATES } acr__offer_fate;

struct acr__sum {
  acr__sum_kind kind;
  int32_t key[5];
  int64_t count, points; // smallest units
  int32_t given;         // of a RULE: place + 1 of what it gave last, a GIVEN; 0 = nothing yet
};

// One member over all accounts that are owed for, in millionths of a point.
struct acr__sums_member {
  int64_t issued, spent, expired, outstanding;
};

// By member number; shared by those who take records of different members.
struct acr__sums_members {
  struct acr__sums_member *all; // owned
  int32_t *levels;              // of member n in family i: level name + 1 at n * family_count + i; 0 = none; owned
  uint32_t cap;                 // others are not kept one by one
  int family_count;
};

struct acr__twin;

struct acr__sums {
  const acr_engine *engine; // whose names and accounts the operations mean
  const acr__zone *zone;
  acr__time from, to;   // records of other times are left out (outstanding points: those from `to` on)
  struct acr__sum *all; // owned
  int count, cap;
  int *index; // open addressing; owned
  uint32_t mask;
  struct acr__sums_members *members;
  const int *families;        // names, as `members` counts them; borrowed
  acr__time day_from, day_to; // of the day looked at last
  int32_t day;
  int *flow_rows; // by account and flow: place + 1 of POINTS, and of the DAY looked at last; owned
  int flow_accounts;
  bool overflow;          // some sum is not right
  bool whole;             // records of no member are wanted, too
  struct acr__twin *twin; // NULL = this ledger is summed alone
};

// Of two ledgers that are summed beside each other: a record that both have alike is counted once, for both. That is so when its
// operations are the same bytes and its numbers mean the same names and accounts in both, so that both sums would have grown by the
// same; a member who moves between levels stood in the same ones on both sides.
struct acr__twin {
  const acr_engine *engine;         // the other ledger's
  const struct acr__record *record; // that it has at this place of the log and that nobody has counted yet; NULL = none
  struct acr__sums both;            // the levels of its members are the other ledger's
  int names;                        // so many are known to be the same
  bool apart;                       // one is not
};

void acr__sums_begin(struct acr__sums *sums, const acr_engine *engine, const acr__zone *zone, acr__time from, acr__time to);
void acr__sums_free(struct acr__sums *sums);
void acr__sums_record(struct acr__sums *sums, const struct acr__record *record);
// The same of a record whose operations are at hand.
void acr__sums_decided(struct acr__sums *sums, const struct acr__record *record, const struct acr__ops *ops);
struct acr__sum *acr__sums_at(struct acr__sums *sums, acr__sum_kind kind, const int32_t key[5]); // made when it is new
const struct acr__sum *acr__sums_find(const struct acr__sums *sums, acr__sum_kind kind, const int32_t key[5]);
void acr__sums_add(struct acr__sums *sums, acr__sum_kind kind, const int32_t key[5], int64_t count, int64_t points);
bool acr__account_owed(const acr_engine *engine, int account); // its points are a liability

void acr__sums_members_begin(struct acr__sums_members *members, uint32_t cap, int family_count);
void acr__sums_members_grow(struct acr__sums_members *members, uint32_t cap);
void acr__sums_members_free(struct acr__sums_members *members);
void acr__sums_members_add(struct acr__sums_members *members, const struct acr__sums_members *more, bool *overflow); // not their levels
#endif
