// A CloudEvents line as a struct: parsed, checked, exact. Everything lives in the arena that it was parsed into.
#ifndef ACR_EVENT_EVENT_H
#define ACR_EVENT_EVENT_H
#include "base/buf.h"
#include "base/digest.h"
#include "calendar/calendar.h"
#include "event/schema.h"
#include "json/json.h"

typedef enum acr__event_kind {
  ACR_EVENT_PURCHASE,
  ACR_EVENT_RETURN,
  ACR_EVENT_AMENDED, // purchase.amended
  ACR_EVENT_JOIN,
  ACR_EVENT_UPDATE,
  ACR_EVENT_AUDIENCE_ENTER,
  ACR_EVENT_AUDIENCE_LEAVE,
  ACR_EVENT_ADJUST,
  ACR_EVENT_IMPORT,
  ACR_EVENT_SPEND,
  ACR_EVENT_SPEND_CANCELLED,
  ACR_EVENT_HOLD,
  ACR_EVENT_CAPTURE,
  ACR_EVENT_RELEASE,
  ACR_EVENT_LOCK,
  ACR_EVENT_UNLOCK,
  ACR_EVENT_MERGE,
  ACR_EVENT_MERGED, // member.merged: the survivor's record, written by the core alone
  ACR_EVENT_LEAVE,
  ACR_EVENT_ERASE,
  ACR_EVENT_REDEEM,    // offer.redeem
  ACR_EVENT_BUY_OFFER, // offer.purchase
  ACR_EVENT_LEVEL_SET,
  ACR_EVENT_CLOCK,
  ACR_EVENT_CUSTOM
} acr__event_kind;

// Which entrance outcomes a move by staff gives: of the level, or of those that it passes too.
typedef enum acr__entrance_given { ACR_ENTRANCE_NONE, ACR_ENTRANCE_LEVEL, ACR_ENTRANCE_ALL } acr__entrance_given;

struct acr__item {
  acr__span line, sku;
  acr__span of_line; // of a return: the line of the purchase
  const acr__span *categories; // `category` counts as one entry
  int category_count;
  int64_t quantity; // thousandths; 1000 when absent
  int64_t amount;   // minor units; 0 when absent
  bool has_amount;
  const acr__node *node; // the item as sent
  const struct acr__sparse *sparse; // as of its event
};

struct acr__payment {
  acr__span type;
  int64_t amount; // minor units
};

struct acr__money {
  bool has;
  int64_t value;
};

// What member.join and member.update say of one link: the members that it leads to from now on.
struct acr__event_link {
  acr__span name;
  const acr__span *members;
  int member_count;
  const acr__node *node;
};

// One opening lot of points.import.
struct acr__import_lot {
  acr__span points_text;            // decimal, more than 0; its scale is the account's
  acr__span account, source;        // empty where absent
  acr__time earned, expires;        // ACR_TIME_NONE where absent
  bool earned_is_date, expires_is_date; // that day's midnight in UTC, the zone is the reader's to apply; it expires with its end
};

struct acr__event {
  acr__event_kind kind;
  acr__span id, source, type, subject; // subject empty for `clock`
  acr__time time;
  bool has_time;
  const acr__json *json;
  const struct acr__sparse *sparse; // of acr__event_again: its tree has but what has no place here; NULL = it has all
  const acr__node *data;      // may be NULL
  const acr__node *context;   // data.context; may be NULL
  acr__digest id_digest;      // of (source, id)
  acr__digest content_digest; // of type, subject, time, data
  acr__digest transaction_digest; // of a purchase: of (source, transaction)
  // purchase
  acr__span transaction, store, channel, currency;
  struct acr__money total, subtotal, tax, shipping;
  const struct acr__item *items;
  int item_count;
  const struct acr__payment *payments;
  int payment_count;
  // custom events
  int64_t quantity; // times performed, thousandths; 1000 when absent
  // points.adjust, points.spend and the like
  acr__span points_text; // decimal as sent; its scale is the account's. Empty where it may be absent and is
  acr__span account, point_source, reason, actor, reference;
  acr__span program;     // whose default accounts are meant
  acr__span of;          // id of the event that this one undoes; of a return: the transaction, or a custom event's id
  bool reinstate_offers; // return
  acr__time until;       // points.hold; ACR_TIME_NONE when absent
  const struct acr__import_lot *lots;
  int lot_count;
  // offer.redeem, offer.purchase; `store` as of a purchase
  acr__span offer, issue;
  // level.set; `program`, `reason`, `actor` as above
  acr__span level; // empty = none
  acr__entrance_given entrance;
  // member.merge; member.leave
  acr__span into;
  bool forfeit;
  // audience.enter, audience.leave
  acr__span audience;
  // member.join, member.update
  acr__time joined;    // ACR_TIME_NONE when absent
  bool joined_is_date; // given as a date: `joined` is that day's midnight in UTC, the zone is the reader's to apply
  bool has_birthday;
  acr__date birthday;
  acr__span timezone;          // empty when absent; known to the zone data
  const acr__node *attributes; // object or NULL
  const struct acr__event_link *links;
  int link_count;
};

// What the core itself raises; usable as triggers, never sent from outside.
#define ACR_RAISED_MAP(X)                                                                                                      \
  X(POINTS_EARNED, "points.earned")                                                                                            \
  X(POINTS_SPENT, "points.spent")                                                                                              \
  X(POINTS_EXPIRED, "points.expired")                                                                                          \
  X(POINTS_EXPIRING, "points.expiring")                                                                                        \
  X(LEVEL_PROMOTED, "level.promoted")                                                                                          \
  X(LEVEL_DEMOTED, "level.demoted")                                                                                            \
  X(LEVEL_AT_RISK, "level.at_risk")                                                                                            \
  X(LEVEL_EXPIRING, "level.expiring")                                                                                          \
  X(OFFER_ISSUED, "offer.issued")                                                                                              \
  X(OFFER_PURCHASED, "offer.purchased")                                                                                        \
  X(OFFER_REDEEMED, "offer.redeemed")                                                                                          \
  X(OFFER_EXPIRING, "offer.expiring")                                                                                          \
  X(PURCHASE_COMPLETED, "purchase.completed")                                                                                  \
  X(MEMBER_BIRTHDAY, "member.birthday")                                                                                        \
  X(MEMBER_ANNIVERSARY, "member.anniversary")

typedef enum acr__raised {
#define ACR_RAISED_ENUM(name, type) ACR_RAISED_##name,
  ACR_RAISED_MAP(ACR_RAISED_ENUM)
#undef ACR_RAISED_ENUM
  ACR_RAISED_COUNT
} acr__raised;
acr__span acr__raised_type(acr__raised what);
acr__event_kind acr__event_kind_of(acr__span type); // CUSTOM for a type that is none of the core's
int acr__raised_find(acr__span type); // -1 when it is none of them

// What a transaction is known by; no event id has the same.
acr__digest acr__event_transaction(const acr__key *key, acr__span source, acr__span transaction);

// Of what makes two events the same: type, subject, time and data as sent; `time` empty where there was none.
acr__digest acr__event_content(const acr__key *key, acr__span type, acr__span subject, acr__span time, const acr__node *data,
                               acr__buf *scratch);

// Why a line is no event: code and sentence of the `rejected` reply, with the JSON path or position.
struct acr__reject {
  const char *code; // static: json_syntax..., envelope, member_missing, type_unknown, decimals, field, ...
  char *message;    // in the arena
  char *path;       // JSON path, may be NULL
  int line, column; // of broken JSON; 0 otherwise
};

typedef enum acr__amount_basis { ACR_BASIS_NET, ACR_BASIS_SUBTOTAL, ACR_BASIS_TOTAL } acr__amount_basis;
// What a purchase comes to (contract 6): net is the lines, else the subtotal, else the total; subtotal falls back to the lines.
// `narrowed`: only the lines that `counts` marks, whatever the basis (NULL = every line). false when the lines add up to too much.
bool acr__event_amount(const struct acr__event *event, const uint8_t *counts, acr__amount_basis basis, bool narrowed, int64_t *out);

struct acr__event_env {
  const acr__key *key; // of the ledger
  int currency_scale;  // decimals of the programs' currency
  bool round_decimals; // settings.excess_decimals = round
  acr__time now;       // wall clock: taken where `time` is absent
  acr__time latest;    // an event after this is rejected (time_in_future)
  bool outside;        // sent by somebody: what the core alone raises is rejected
  // Is this a custom event type that some release declares? and the names for "nearest".
  bool (*type_known)(void *arg, acr__span type);
  acr__span (*type_nearest)(void *arg, acr__span type);
  void *arg;
  acr__buf *scratch; // for canonical bytes; may be NULL
  const acr__digest *id_digest, *content_digest; // both known from an earlier reading; NULL = not
};

// Reads an event out of a parsed line (an object with `specversion`). NULL and *reject when it is not valid.
struct acr__event *acr__event_read(acr__arena *arena, const acr__json *json, const struct acr__event_env *env, struct acr__reject *reject);

// The same of a purchase's line that was read before, checked, and stands in a record: without a tree of what has a place in the
// event. NULL = it has to be read as any line. The line is to live as long as the event.
struct acr__event *acr__event_again(acr__arena *arena, acr__span line, const struct acr__event_env *env);
// Makes the tree of such an event whole, of any other it does nothing.
void acr__event_whole(const struct acr__event *event);

// A raw value that templates may look at but did not declare: data.context.KEY, else data.KEY of no core field; of an item
// item.context.KEY, else item.KEY. As text (numbers as written), absent = empty with ptr NULL.
acr__span acr__event_context(const struct acr__event *event, acr__span key);
acr__span acr__item_context(const struct acr__item *item, acr__span key);

// Reads the declared fields of `schema` from the event: `fields` has field_count values, `item_fields` item_count *
// item_field_count (row per item). false and *reject (code `field`) on the first that is missing or ill-typed.
bool acr__event_fields(acr__arena *arena, const struct acr__event *event, const struct acr__schema *schema, int currency_scale,
                       struct acr__field_value **fields, struct acr__field_value **item_fields, struct acr__reject *reject);
#endif
