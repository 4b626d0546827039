// The verifier's own model of the ledger: balances, lots and totals from the postings alone.
#ifndef ACR_ENGINE_VERIFY_H
#define ACR_ENGINE_VERIFY_H
#include "engine/engine.h"
#include "ledger/idset.h"
#include <pthread.h>

#define ACR_VERIFY_EXAMPLES 20

struct acr__violation_item {
  uint64_t at; // where it stands among the others: the record, or behind all records
  char invariant[8];
  char message[512];
  uint64_t seq;
  uint32_t member;
};

struct acr__verify_lot {
  uint64_t seq;
  int32_t index, account;
  int64_t granted, remaining;
  int64_t born; // hash of its source and dates
  int64_t earned, expires;
};
struct acr__verify_sum {
  int32_t account;
  bool leaving; // to another member, in this record
  int64_t sum, lots, debt;
  int64_t held; // in the lots, by what was put into each of them and taken out
};

struct acr__verify_hold {
  uint64_t seq;
  int64_t points;
};

struct acr__verify_issue {
  uint64_t seq;
  int32_t index, family, offer;
  int64_t from, until;
  bool redeemed, ended, withdrawn;
};

struct acr__verify_level { // the last one of a family
  int64_t family, level, since;
  uint64_t seq;
  bool fell; // by time
};

struct acr__verify_member {
  bool seen;
  bool absorbing; // the record at hand takes over from another member
  uint32_t into;  // merged into this member
  acr__pos last;
  struct acr__verify_sum *sums; // owned
  int sum_count;
  struct acr__verify_lot *lots;               // owned; open ones and emptied ones
  int lot_count, lot_cap, lot_dead, lot_from; // lot_from: in front of it there are only emptied ones
  struct acr__verify_hold *holds;             // owned; open ones
  int hold_count;
  int64_t ending;                   // points of the holds that the record at hand closes
  struct acr__verify_issue *issues; // owned
  int issue_count, issue_cap;
  struct acr__verify_level *levels; // owned
  int level_count;
};

// What a source issued over all members: by day, and all its awards together.
struct acr__verify_budget {
  int64_t family, source;
  int64_t awarded; // millionths
  struct acr__verify_day {
    int64_t day, points;
  } * days; // owned; in no order
  int count, cap;
};

struct acr__verify_release {
  int64_t number, family, from;
  bool active, once, replaced; // once: or was so; replaced: a later one that begins at the same time was active
};

struct acr__verify_term { // what a release says of an account
  int64_t release;
  int32_t account, flags;
  int at; // in `releases`; -1 = not looked for
};

struct acr__verify_gave { // by a record
  size_t first;           // of its credits
  uint32_t member;
};
struct acr__verify_credit {
  int64_t points, index;
};
struct acr__verify_amended { // a record that returns or amends a purchase
  uint64_t seq;
  int64_t of;
};

struct acr__verify {
  acr__ledger *ledger;
  const acr__key *key;
  acr__idset ids;                      // 1, or 2 = what has it was parked
  acr__table *reversed;                // record and index of a lot -> what was taken back of its award
  struct acr__verify_gave *gave;       // by record; owned
  struct acr__verify_credit *credits;  // owned
  struct acr__verify_amended *amended; // owned
  size_t gave_count, gave_cap, credit_count, credit_cap, amended_count, amended_cap;
  uint64_t records, entries, member_total;
  uint64_t last_seq;
  int64_t last_recorded_at, last_ledger_time;
  acr__hash chain;
  struct acr__verify_member *members; // by number; owned
  uint32_t member_cap;
  int32_t *account_flags;                     // by account; owned
  int32_t *account_family, *account_decimals; // owned
  struct acr__verify_release *releases;       // owned
  int release_count;
  struct acr__verify_term *terms; // in their order; owned
  int term_count;
  acr__time flags_until; // of the accounts' flags, exclusive
  acr__arena *arena;   // of the event at hand
  struct acr__ops ops; // of the record at hand
  bool ops_bad;        // they end in something else
  uint64_t lot_seq;    // of the newest lot
  int64_t lot_index;
  struct acr__verify_budget *budgets; // owned
  int budget_count;
  int account_count;
  // I2: per account the sum over members, and what sources and sinks gave and took
  int64_t *member_sums, *system_sums; // by account; owned
  struct {
    uint32_t gone, into; // 0 = nothing is on its way
    uint64_t seq;        // of the record that sent it
    struct acr__verify_member had;
  } moving;              // from one member to another, between their two records
  pthread_mutex_t mutex; // of what follows
  uint64_t violation_count;
  struct acr__violation_item examples[ACR_VERIFY_EXAMPLES]; // the first ones, in the order of the log
};

// Records behind each other, and the hash of the one in front of them.
struct acr__verify_slice {
  const uint8_t *bytes;
  size_t len;
  acr__pos pos;
  acr__hash previous;
};

// What a thread has for itself.
struct acr__verify_hand {
  struct acr__verify *v;
  struct acr__verify_crew *crew;
  acr__arena *arena;
  acr__buf scratch;
};

void acr__verify_alone(struct acr__verify_hand *hand, const struct acr__verify_slice *slice); // verify_alone.c

// ---- verify_crew.c
struct acr__verify_crew *acr__verify_crew_new(struct acr__verify *v);
void acr__verify_crew_begin(struct acr__verify_crew *crew, const uint8_t *bytes, size_t len, acr__pos pos, const acr__hash *previous);
void acr__verify_crew_end(struct acr__verify_crew *crew); // when all of these were looked at
void acr__verify_crew_free(struct acr__verify_crew *crew);

void acr__violation(struct acr__verify *v, const char *invariant, const struct acr__record *record, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
struct acr__verify_member *acr__verify_member(struct acr__verify *v, uint32_t number);
void acr__verify_member_free(struct acr__verify_member *m); // what it owns
struct acr__verify_sum *acr__verify_sum_of(struct acr__verify_member *m, int64_t account);
int64_t acr__verify_born(int64_t source, acr__time earned, acr__time expires);
void acr__verify_merge_op(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *record, const struct acr__op *op);
void acr__verify_merge_end(struct acr__verify *v, const struct acr__record *record); // NULL = the log is at its end
void acr__verify_registry(struct acr__verify *v, const struct acr__record *record); // verify_registry.c
void acr__verify_postings(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *record, bool moved);
void acr__verify_lot_add(struct acr__verify_member *m, struct acr__verify_lot lot);
void acr__verify_lot_op(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *record, const struct acr__op *op,
                        int64_t account);
void acr__verify_spent(struct acr__verify *v, const struct acr__verify_member *m, const struct acr__record *record,
                       const struct acr__op *op); // before the operation that takes them
void acr__verify_past(struct acr__verify *v, const struct acr__verify_member *m, const struct acr__record *record); // after a run
void acr__verify_hold_end(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *record, const struct acr__op *op);
void acr__verify_lots(struct acr__verify *v, const struct acr__verify_member *m, const struct acr__record *record);     // against the sums
void acr__verify_lots_all(struct acr__verify *v, const struct acr__verify_member *m, const struct acr__record *record); // one by one
void acr__verify_offers(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *record, bool moved);
void acr__verify_levels(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *record, bool moved);
void acr__verify_budgets(struct acr__verify *v, const struct acr__record *record); // verify_budgets.c
void acr__verify_events(struct acr__verify *v, const struct acr__record *record);  // verify_events.c
void acr__verify_hooks(struct acr__verify *v, const struct acr__record *record);   // verify_hooks.c
void acr__verify_returns(struct acr__verify *v, const struct acr__record *record); // verify_returns.c
void acr__verify_totals(struct acr__verify *v);
void acr__verify_states(struct acr__verify *v, acr__pos end); // the view's members against the model
void acr__verify_free(struct acr__verify *v);
#endif
