// Returns and amendments (domain 16.12), in the order of their stages:
//   original.c (the purchase and what came back of it) -> stand.c (its lines as they stand) -> given.c (what it gave) -> rejudge.c (what
//   it would give now) -> reverse.c (what is taken back), offer_back.c and exchange.c (what history counts); return.c holds them together.
#ifndef ACR_ENGINE_RETURNED_H
#define ACR_ENGINE_RETURNED_H
#include "engine/window.h"

// Room for one more at the end of an array that lives as long as the arena.
#define ACR__GROW(arena, array, count, cap)                                                                                    \
  do {                                                                                                                         \
    if ((count) < (cap)) break;                                                                                                \
    void *old_ = (array);                                                                                                      \
    (cap) = (cap) ? (cap)*2 : 16;                                                                                              \
    (array) = acr__arena_zalloc((arena), (size_t)(cap) * sizeof *(array));                                                     \
    if (old_) memcpy((array), old_, (size_t)(count) * sizeof *(array));                                                        \
  } while (0)

// ---- stand.c: what is left of a purchase
struct acr__stand {
  const struct acr__event *base; // as sent, or as last amended
  int64_t *quantities, *amounts; // left, per line of it
  int64_t total, subtotal;
  bool touched; // something came back, or it was amended
  bool voided;  // a custom event that was taken back
};
void acr__stand_begin(acr__arena *arena, const struct acr__event *base, struct acr__stand *out);
// Takes what a return gives back; false with *reject: already_returned, item_unknown.
bool acr__stand_take(struct acr__stand *stand, acr__arena *arena, const struct acr__event *returned, struct acr__reject *reject);
// The purchase as it stands, of the time of the first one; NULL = nothing is left of it.
const struct acr__event *acr__stand_event(const struct acr__stand *stand, acr__arena *arena, const struct acr__event *original);

// ---- original.c
struct acr__part { // the purchase's own record, or that of a return or amendment of it
  acr__pos pos;
  uint64_t seq;
  struct acr__op *ops;
  int op_count;
};
struct acr__original {
  const struct acr__event *event; // as it was taken: a purchase or a custom event
  uint64_t seq;
  acr__pos pos, last; // last: its newest return, 0 = none
  struct acr__part *parts; // its own record first, then its returns in the order of the log
  int part_count;
  struct acr__stand stand; // as they left it
};
// The purchase of that transaction in its source; `digest`: what acr__event_transaction says of it. 0 = there is none.
acr__pos acr__transaction_find(acr_engine *engine, acr__span source, acr__span transaction, acr__digest digest);
// The newest record of the member (which = 0), and of each that was merged into it (1 ...); false behind the last.
bool acr__newest_record(struct acr__judgement *j, uint32_t which, acr__pos *pos);
// What event `of` names: the ledger's record, or false with *reject (of_unknown, of_ambiguous).
bool acr__original_find(struct acr__judgement *j, struct acr__original *out, struct acr__reject *reject);
// A record that is known to be of a purchase or custom event, with its returns up to `last`. false = it cannot be read any more.
bool acr__original_read(acr_engine *engine, acr__arena *arena, acr__pos pos, acr__pos last, struct acr__original *out);
// Moves on to what the return or amendment at hand leaves of it; false with *reject.
bool acr__original_step(struct acr__original *original, acr__arena *arena, const struct acr__event *event, struct acr__reject *reject);

// ---- given.c
// One rule that gave something, or base earning.
struct acr__given_by {
  const struct acr__release *release;
  int64_t family, behavior, level, rule, id; // of its OUTCOMEs (names + 1); id: the rule's id
};
// All its awards to one account from one source.
struct acr__given_award {
  struct acr__given_by by;
  int64_t account, source;           // the ledger's
  int64_t left;                      // posted, less what was taken back before
  int64_t before, now;               // what it computes to as the purchase stood, and as it stands
  acr__time expires;                 // of what it gives now
};
struct acr__given_lot {
  int award;      // of which it is a part
  uint64_t seq;   // of the record that gave it
  acr__pos pos;
  int64_t index, points, reversed; // given; taken back before
  acr__time earned;
};
// What was asked before of such a lot, or of one that it rolled over into.
struct acr__given_asked {
  uint64_t seq;
  int64_t index, points, expired; // expired: of the points
};
// All that it issued of one offer, what was bought left out.
struct acr__given_offer {
  struct acr__given_by by;
  int64_t offer; // name
  int64_t left;  // issued, less what was withdrawn before
  int64_t now;   // what it computes to as the purchase stands
};
struct acr__given_issue {
  int offer; // of which it is a part
  uint64_t seq;
  int64_t index;
  bool withdrawn;
};
struct acr__given_all {
  struct acr__given_award *awards;
  struct acr__given_lot *lots;
  struct acr__given_offer *offers;
  struct acr__given_issue *issues;
  struct acr__given_asked *asked;
  int award_count, lot_count, offer_count, issue_count, asked_count, award_cap, lot_cap, offer_cap, issue_cap, asked_cap;
};
bool acr__given_read(struct acr__judgement *j, const struct acr__original *original, struct acr__given_all *out); // false = failed
bool acr__given_follow(struct acr__given_by *by, const struct acr__op *op); // whose operations follow an OUTCOME; false = the same
struct acr__given_award *acr__given_award(struct acr__given_all *all, acr__arena *arena, const struct acr__given_by *by, int64_t account,
                                          int64_t source); // a new one where there is none
struct acr__given_asked acr__given_asked(const struct acr__given_all *given, uint64_t seq, int64_t index);
struct acr__given_offer *acr__given_offer(struct acr__given_all *all, acr__arena *arena, const struct acr__given_by *by, int64_t offer);
struct acr__release *acr__given_release(struct acr__judgement *j, int64_t number); // loaded; NULL = failed

// ---- rejudge.c
// Reads what the records gave, and judges the rules that gave it on the purchase as it stands (NULL: nothing is left) and as it stood
// before. false = failed.
bool acr__rejudge(struct acr__judgement *j, const struct acr__original *original, const struct acr__event *before,
                  const struct acr__event *now, struct acr__given_all *out);
// What a case would award, while one is being computed without being given.
struct acr__computed {
  struct acr__computed_row {
    int account, source; // of the plan
    int64_t points;
    acr__time expires;
  } * rows;
  int count;
  struct acr__computed_offer {
    int offer; // of the plan
    int64_t quantity;
  } * offers;
  int offer_count;
};
int acr__rule_times(const struct acr__case *c, const struct acr__rule *rule); // kept.c: how often a rule that holds gives
bool acr__rule_tally(struct acr__case *c, const struct acr__rule *rule, bool met); // outcome.c
bool acr__computed_add(struct acr__case *c, int account, int source, int64_t points, acr__time expires);
bool acr__computed_offer(struct acr__case *c, acr__span offer, int64_t quantity);
// What the record kept of a rule's conditions and reads, for a case that is judged again.
struct acr__kept {
  const struct acr__op *ops; // of the rule at hand
  int count;
  struct acr__case *first;   // the event that the kept values hold
  int level;                 // name + 1 of the level that base earning went by; 0 = none
};
bool acr__kept_condition(struct acr__case *c, int cond, const struct acr__rule *rule, struct acr__cond_result *out);
void acr__kept_reads(struct acr__case *c, int of, const struct acr__plan_reads *reads, struct acr__call *call);

// ---- gone.c
struct acr__gone {
  int64_t expired; // points of the lot
  struct acr__gone_child { // a lot that is born of what rolled over: record, index,
    uint64_t seq;
    int64_t index, points; // points of it, in those of its account,
    int account;           // which is the ledger's
  } * children;            // in the order of their birth
  int count, cap;
};
void acr__gone_find(struct acr__judgement *j, uint64_t seq, int64_t index, struct acr__gone *out); // walks its records back
int64_t acr__gone_scale(const acr_engine *engine, int from, int into); // points of an account for one of that which rolls into it

// ---- reverse.c
void acr__given_cause(struct acr__judgement *j, const struct acr__given_award *award); // whose postings follow
bool acr__reverse(struct acr__judgement *j, const struct acr__given_all *given);

// ---- offer_back.c
bool acr__offers_reinstate(struct acr__judgement *j, const struct acr__original *original);
bool acr__offers_withdraw(struct acr__judgement *j, const struct acr__given_all *given);

// ---- exchange.c
struct acr__exchanged {
  int how; // as of CHANGE
  int64_t old, new;
};
// What is to be done to a series that had the old values of a fact and shall have the new ones; out has room for all of them.
int acr__exchange_plan(const struct acr__series *series, const struct acr__taken *old, const struct acr__taken *new,
                       struct acr__exchanged *out);
// What history counts of the purchase: as it stood, as it stands; NULL = it is no fact.
bool acr__exchange(struct acr__judgement *j, const struct acr__event *before, const struct acr__event *now);

// ---- unmatched.c: a return of no purchase, under the programs that deduct what it would have earned. false with *reject, or failed.
bool acr__unmatched_wanted(const struct acr__judgement *j);
bool acr__unmatched(struct acr__judgement *j, struct acr__reject *reject);
const struct acr__plan_level *acr__live_level(const struct acr__case *c); // derive.c: NULL = in none that is live
bool acr__fall(struct acr__case *c); // entrance.c: down to the highest level whose entrance still holds

// ---- return.c: what a return or an amendment does by being one
bool acr__return(struct acr__judgement *j, struct acr__case *cases, struct acr__reject *reject);
#endif
