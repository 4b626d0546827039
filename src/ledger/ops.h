// A decision as a list of operations: everything that an event did, enough to apply it again without Lua. State is what the
// operations make of it; names, accounts and series are numbers that earlier operations of the log gave out.
#ifndef ACR_LEDGER_OPS_H
#define ACR_LEDGER_OPS_H
#include "base/buf.h"

// kind, number of integers, 1 = has a text; 2 = has one that may be personal: it stands in the record's payload, to go when the
// member is erased
#define ACR_OP_MAP(X)                                                                                                          \
  X(NAME, 1, 1)      /* number; text: the name */                                                                              \
  X(ACCOUNT, 6, 0)   /* number, family, name, decimals, flags; the release that has it so */                                   \
  X(HAS_OFFER, 2, 0) /* a release, the name of an offer of it */                                                                \
  X(SERIES, 1, 1)    /* number; text: its key (16 bytes) */                                                                    \
  X(RELEASE, 4, 1)   /* number, program, family, effective from; text: label as "fuel-club@3" */                               \
  X(STATUS, 4, 0)    /* release, position of a level + 1 or 0 = the program, status, the level's name */                       \
  X(MEMBER, 1, 0)    /* a new member: joined; the id stands in the payload */                                                  \
  X(JOINED, 1, 0)    /* a member's join date, corrected */                                                                     \
  X(PROFILE, 0, 0)   /* the payload's profile data hold from here on */                                                        \
  X(TRANSACTION, 0, 1) /* text: digest of (source, transaction) where that is not the event's id (16 bytes) */                 \
  X(FACT, 3, 0)      /* series, time, value: one more fact */                                                                  \
  X(VALUE, 3, 0)     /* the same of a series that holds values, not running totals */                                          \
  X(OUTCOME, 8, 0)   /* cause of what follows: family, behavior, level + 1, rule + 1, component + 1 (names); where a rule */   \
                     /* fired: its id + 1 if not its name, 1 = met or 2 = unmet, microseconds behind the event's time */      \
  X(REACHED, 7, 0)   /* family, behavior, level + 1, rule's id (names), series, where the window began, highest multiple */    \
  X(CREDIT, 9, 0)    /* account, source, points, earned, expires, fills debt, balance after, lot index, reason */               \
  X(DEBIT, 7, 0)     /* account, sink name, points, new debt, balance after, reason, time that it counts at; its TAKEs follow */ \
  X(TAKE, 8, 0)      /* lot's record, lot's index, points; and of the lot: account, source, earned, expires, granted */        \
  X(RESTORE, 7, 0)   /* points given back: account, sink name, points, fills debt, balance after, reason, time; its GIVEs follow */ \
  X(GIVE, 8, 0)      /* back to a lot: as TAKE */                                                                              \
  X(HOLD, 1, 1)      /* until; text: digest of its reference. The DEBITs behind it are followed by HELDs */                    \
  X(HELD, 8, 0)      /* from a lot into the hold of this record: as TAKE */                                                    \
  X(CAPTURE, 4, 0)   /* of a hold: account, sink name, points, time; its CAPTUREDs follow */                                   \
  X(CAPTURED, 8, 0)  /* points of a hold that are spent: as TAKE */                                                            \
  X(HOLD_END, 1, 0)  /* the hold's record: it is closed */                                                                     \
  X(GIVEN_BACK, 2, 0) /* of a spend: its record, points */                                                                     \
  X(ACTIVE, 2, 0)    /* account, time: of what keeps its points from expiring */                                               \
  X(LOCK, 1, 0)      /* 1 = the member may not spend */                                                                        \
  X(BUDGET, 2, 0)    /* family, source: counted from here on; what it issued before follows as ISSUED, by day */               \
  X(ISSUED, 5, 0)    /* family, source, day (since 1970, program's zone), millionths of a point, the day's total after */       \
  X(CAP, 6, 0)       /* of a source: family, source, first day, day behind the last, issued in them, the most allowed */        \
  X(CLIP, 3, 1)      /* account, source name, points not given; text: why */                                                   \
  X(LEVEL, 5, 0)     /* family, level name + 1 or 0 = none, since, cause, rule + 1 or 0 = none */                               \
  X(REVIEW, 4, 0)    /* of a level's maintenance: family, last judged, the review that failed, end of grace (none = NONE) */    \
  X(TERM, 3, 0)      /* of a level: family, its term counts from, when one of the family last ended by itself */                \
  X(TAG, 3, 0)       /* tag, count after (0 = gone), expires */                                                                \
  X(AUDIENCE, 3, 0)  /* audience, 1 = in, until when */                                                                        \
  X(OFFER, 9, 0)     /* issued: family, offer, index in this record, when, valid from, until, warn, discount + 1 (name), 1 = bought */ \
  X(PAID, 3, 0)      /* family, offer, points: what the DEBITs between its OFFER and here add up to */                       \
  X(REDEEM, 5, 0)    /* family, offer, record of its issue, index there, discount + 1 (name) */                              \
  X(REINSTATE, 5, 0)  /* the same: it may be used again, as the purchase that it was used on came back */                  \
  X(WITHDRAW, 5, 0)   /* the same: it is taken back with the purchase that it was given for */                             \
  X(OFFER_END, 4, 0) /* family, offer, record of its issue, index there: its time is over */                                 \
  X(OFFER_WARNED, 4, 0) /* the same: its end was announced */                                                               \
  X(OFFER_CLIP, 3, 1) /* family, offer, how many were not issued; text: why */                                               \
  X(STORE, 3, 0)     /* family, reward store, 1 = granted */                                                                 \
  X(KEPT, 5, 0)      /* condition of the rule above, truth, measured value, 1 = it was measured + 2 = the event is part of it, */ \
                     /* multiples reached before: what a return is judged by */                                                \
  X(KEPT_READ, 4, 2) /* what a component of the rule above was told: condition, or -1 - position of an outcome; index of the */  \
                     /* read; 0 = nothing, 1 = number, 2 = text; number; text */                                                \
  X(RETURN, 4, 0)    /* of a purchase: its record, its pos, pos of the return before this one or 0, pos of this record */      \
  X(REVERSED, 7, 0)  /* of an award: its lot's record and index, points that are settled; and the lot that was asked for them, */ \
                     /* the same one or one that it rolled over into: record, index, points asked, points that had expired */  \
  X(CHANGE, 5, 0)    /* series, time, 1 = a value goes + 2 = a value comes, the one that goes, the one that comes */            \
  X(DERIVED, 3, 0)   /* index, event type, 1 = too deep: recorded, not processed. What follows belongs to it */                \
  X(DATES, 1, 0)      /* birthdays and anniversaries of the member count from this time */                                      \
  X(DUE, 4, 0)       /* this record is a piece of due work: kind, subject, boundary, 1 = it is past, 0 = no longer held back */    \
  X(PENDING, 5, 2)   /* an event for later: its number here, type (name), time, depth, link (name + 1) or 0; text: data */      \
  X(SENT, 4, 0)      /* an event over a link: its number here, type (name), link (name), what became of it (acr__sent_what) */   \
  X(PENDING_DONE, 2, 0) /* the pending event of this record, number there: its time has come */                                 \
  X(WEBHOOK, 1, 1)   /* index in this record; text: digest of url and body (16 bytes), which stand in the payload */            \
  X(CLOCK, 2, 0)     /* pieces of due work that this clock ran, those of them that were parked */                               \
  X(MERGE_OUT, 6, 0) /* into a survivor: account, name "merge", points of its lots, debt (0 or less), balance after, time */     \
  X(MERGED, 1, 0)    /* the member is empty now, and its events are those of this member (number) */                            \
  X(ABSORBED, 3, 0)  /* took over from the member of this number: events, entries. What follows up to PROFILE came from there */ \
  X(MERGE_IN, 9, 0)  /* as MERGE_OUT, then when points were last earned, redeemed, and its last activity */                     \
  X(LOTS_IN, 0, 1)   /* text: its open lots, packed */                                                                         \
  X(HOLDS_IN, 0, 1)  /* text: its holds */                                                                                     \
  X(SERIES_IN, 0, 1) /* text: the facts of one series */                                                                       \
  X(OFFERS_IN, 0, 1) /* text: its offers and reward stores */                                                                  \
  X(PENDING_IN, 6, 2) /* one event that waits for its time: record and number where it was raised, then as PENDING */            \
  X(SETTLE, 2, 0)    /* account, points: lots pay the debt of their own account. Its TAKEs follow */                             \
  X(ERASED, 0, 0)    /* who the member was is erased: payloads, id, profile; and of all who were merged into it */               \
  X(LEFT, 2, 0)      /* family, 1 = left the program, 0 = is back */                                                             \
  X(REFUSED, 0, 1)   /* text: code. Its MESSAGE follows */                                                                      \
  X(MESSAGE, 0, 2)   /* text: why, for people */                                                                                \
  X(TEXTS, 0, 1)     /* text: digest of what the record's payload has as texts of the operations above (16 bytes) */            \
  X(BALANCE, 2, 0)   /* account, spendable after the event: what the reply said */                                             \
  X(STANDING, 3, 0)  /* family, level name + 1 after the event, release that judged it: what the reply said */

typedef enum acr__op_kind {
#define ACR_OP_ENUM(name, ints, text) ACR_OP_##name,
  ACR_OP_MAP(ACR_OP_ENUM)
#undef ACR_OP_ENUM
  ACR_OP_KINDS
} acr__op_kind;

// Positions in `v`, by kind.
enum {
  ACR_CREDIT_ACCOUNT,
  ACR_CREDIT_SOURCE,
  ACR_CREDIT_POINTS,
  ACR_CREDIT_EARNED,
  ACR_CREDIT_EXPIRES,
  ACR_CREDIT_DEBT,
  ACR_CREDIT_AFTER,
  ACR_CREDIT_INDEX,
  ACR_CREDIT_REASON
};
enum { ACR_DEBIT_ACCOUNT, ACR_DEBIT_SINK, ACR_DEBIT_POINTS, ACR_DEBIT_DEBT, ACR_DEBIT_AFTER, ACR_DEBIT_REASON, ACR_DEBIT_TIME };
enum { ACR_CAPTURE_ACCOUNT, ACR_CAPTURE_SINK, ACR_CAPTURE_POINTS, ACR_CAPTURE_TIME };
enum {
  ACR_MERGE_ACCOUNT,
  ACR_MERGE_NAME,
  ACR_MERGE_LOTS,
  ACR_MERGE_DEBT,
  ACR_MERGE_AFTER,
  ACR_MERGE_TIME,
  ACR_MERGE_EARNED,
  ACR_MERGE_SPENT,
  ACR_MERGE_ACTIVE
};
// Of a lot that points are taken from or given back to.
enum {
  ACR_LOT_SEQ,
  ACR_LOT_INDEX,
  ACR_LOT_POINTS,
  ACR_LOT_ACCOUNT,
  ACR_LOT_SOURCE,
  ACR_LOT_EARNED,
  ACR_LOT_EXPIRES,
  ACR_LOT_GRANTED
};
enum { ACR_KEPT_COND, ACR_KEPT_TRUTH, ACR_KEPT_MEASURED, ACR_KEPT_FLAGS, ACR_KEPT_BEFORE };
enum { ACR_RETURN_SEQ, ACR_RETURN_POS, ACR_RETURN_PREVIOUS, ACR_RETURN_OWN };
enum {
  ACR_REVERSED_SEQ,
  ACR_REVERSED_INDEX,
  ACR_REVERSED_POINTS,
  ACR_REVERSED_ASKED_SEQ,
  ACR_REVERSED_ASKED_INDEX,
  ACR_REVERSED_ASKED, // of its account
  ACR_REVERSED_EXPIRED
};
enum { ACR_CHANGE_SERIES, ACR_CHANGE_TIME, ACR_CHANGE_HOW, ACR_CHANGE_OLD, ACR_CHANGE_NEW };
enum { ACR_ISSUED_FAMILY, ACR_ISSUED_SOURCE, ACR_ISSUED_DAY, ACR_ISSUED_POINTS, ACR_ISSUED_AFTER };
enum { ACR_CAP_FAMILY, ACR_CAP_SOURCE, ACR_CAP_FROM, ACR_CAP_TO, ACR_CAP_ISSUED, ACR_CAP_MOST };
enum {
  ACR_OUTCOME_FAMILY,
  ACR_OUTCOME_BEHAVIOR,
  ACR_OUTCOME_LEVEL,
  ACR_OUTCOME_RULE,
  ACR_OUTCOME_COMPONENT,
  ACR_OUTCOME_ID,
  ACR_OUTCOME_FIRED,
  ACR_OUTCOME_SHIFT
};
enum {
  ACR_OFFER_FAMILY,
  ACR_OFFER_NAME,
  ACR_OFFER_INDEX,
  ACR_OFFER_ISSUED,
  ACR_OFFER_FROM,
  ACR_OFFER_UNTIL,
  ACR_OFFER_WARN,
  ACR_OFFER_DISCOUNT,
  ACR_OFFER_BOUGHT
};
enum { ACR_REDEEM_FAMILY, ACR_REDEEM_NAME, ACR_REDEEM_SEQ, ACR_REDEEM_INDEX, ACR_REDEEM_DISCOUNT }; // of OFFER_END too
enum { ACR_ACCOUNT_NUMBER, ACR_ACCOUNT_FAMILY, ACR_ACCOUNT_NAME, ACR_ACCOUNT_DECIMALS, ACR_ACCOUNT_FLAGS, ACR_ACCOUNT_RELEASE };
#define ACR_ACCOUNT_ALLOW_NEGATIVE 1
#define ACR_ACCOUNT_SPENDABLE 2
#define ACR_ACCOUNT_ESCROW 4
#define ACR_ACCOUNT_DEFAULT 8

typedef enum acr__sent_what { ACR_SENT, ACR_SENT_UNKNOWN, ACR_SENT_ONESELF } acr__sent_what;
enum { ACR_LEVEL_FAMILY, ACR_LEVEL_NAME, ACR_LEVEL_SINCE, ACR_LEVEL_CAUSE, ACR_LEVEL_RULE };
enum { ACR_REVIEW_FAMILY, ACR_REVIEW_AT, ACR_REVIEW_FAILED, ACR_REVIEW_GRACE };
enum { ACR_TERM_FAMILY, ACR_TERM_REACHED, ACR_TERM_EXPIRED };
// Why a member came into a level.
#define ACR_LEVEL_CAUSE_MAP(X) X(PLACED, "placed") X(ENTRANCE, "entrance") X(OUTCOME, "outcome") X(MAINTENANCE, "maintenance") \
  X(EXPIRY, "expiry") X(MANUAL, "level.set") X(RELEASE, "release") X(LEFT, "member.leave") X(RETURN, "return")
typedef enum acr__level_cause {
#define ACR_LEVEL_CAUSE_ENUM(name, text) ACR_LEVEL_CAUSE_##name,
  ACR_LEVEL_CAUSE_MAP(ACR_LEVEL_CAUSE_ENUM)
#undef ACR_LEVEL_CAUSE_ENUM
  ACR_LEVEL_CAUSES
} acr__level_cause;
const char *acr__level_cause_name(int64_t cause); // "unknown" for what no cause has

enum { ACR_DUE_KIND, ACR_DUE_SUBJECT, ACR_DUE_AT, ACR_DUE_PAST };

// Why points moved, as plugins see it (contract 3.2).
#define ACR_REASON_MAP(X) X(AWARD, "award") X(ADJUST, "adjust") X(DEDUCT, "deduct") X(SPEND, "spend") X(HOLD, "hold") \
  X(EXPIRE, "expire") X(TRANSFER, "transfer") X(IMPORT, "import") X(MERGE, "merge") X(REVERSAL, "reversal")
typedef enum acr__reason {
#define ACR_REASON_ENUM(name, text) ACR_REASON_##name,
  ACR_REASON_MAP(ACR_REASON_ENUM)
#undef ACR_REASON_ENUM
  ACR_REASONS
} acr__reason;
const char *acr__reason_name(int64_t reason); // "award" ...; "unknown" for what no reason has

#define ACR_OP_INTS 9
struct acr__op {
  acr__op_kind kind;
  int64_t v[ACR_OP_INTS];
  acr__span text; // not owned
};

// The operations of one decision while it is being made. Grows; entries are never moved out of order.
struct acr__ops {
  struct acr__op *all; // owned; malloc
  int count, cap;
};
struct acr__op *acr__ops_add(struct acr__ops *ops, acr__op_kind kind); // zeroed
void acr__ops_free(struct acr__ops *ops);

// What an operation posts: points in or out of a member's account, or (captured) held points that are spent now.
struct acr__posting {
  int64_t account, other; // other: name of the source or sink
  int64_t points;         // signed; of a capture negative, though the balance does not move
  bool moves;             // false: the balance stays, `after` is none
  int64_t after;
  acr__reason reason;
  int64_t time;           // that it counts at
};
bool acr__op_posting(const struct acr__op *op, struct acr__posting *out); // false = it posts nothing

const char *acr__op_name(acr__op_kind kind);
// Texts that may be personal are appended to `texts`, each with its length.
void acr__ops_encode(const struct acr__ops *ops, acr__buf *out, acr__buf *texts);
// The next operation of an encoded decision; false at its end, or with cur->bad when it is malformed. Texts point into it; those
// that may be personal are left empty.
bool acr__op_read(acr__cursor *cur, struct acr__op *out);

// The operations of a record with all their texts. Where the texts were erased they are empty.
struct acr__op_walk {
  acr__cursor ops, texts;
};
bool acr__op_next(struct acr__op_walk *walk, struct acr__op *out);
// Appends all operations; false when the decision is malformed.
bool acr__ops_decode(struct acr__op_walk walk, struct acr__ops *ops);
#endif
