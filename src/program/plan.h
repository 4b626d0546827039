// A program as the engine runs it: flat arrays, every name resolved, every variable bound. Made by compile.c, never changed.
#ifndef ACR_PROGRAM_PLAN_H
#define ACR_PROGRAM_PLAN_H
#include "base/num.h"
#include "program/settings.h"
#include "program/terms.h"
#include "script/script.h"

typedef enum acr__behavior {
  ACR_BEHAVIOR_BASE,
  ACR_BEHAVIOR_ENTRANCE,
  ACR_BEHAVIOR_PURCHASE,
  ACR_BEHAVIOR_EVENT,
  ACR_BEHAVIOR_MAINTENANCE
} acr__behavior;
const char *acr__behavior_name(acr__behavior behavior); // "base", "entrance", ...

// `expiry` of an account.
typedef enum acr__expiry_mode {
  ACR_EXPIRY_NONE,
  ACR_EXPIRY_ROLLING,    // each lot after `after`
  ACR_EXPIRY_FIXED,      // every lot at the next fixed date
  ACR_EXPIRY_INACTIVITY, // a share of the balance when nothing happened for `after`
  ACR_EXPIRY_ACTIVITY,   // at the anniversary: everything when nothing was earned for `after`
  ACR_EXPIRY_AGING       // at the anniversary: lots older than `after`
} acr__expiry_mode;
struct acr__expiry {
  acr__expiry_mode mode;
  acr__duration after;
  int into;                // account that what expires moves to, -1 = it is gone
  acr__unit every;         // FIXED: week, month, year
  int month, day;          // its last day; a week's 1 = Monday
  int64_t percent;         // INACTIVITY: hundredths of a percent
  const acr__span *events; // INACTIVITY: types that count as activity; none = earning and spending
  int event_count;
  bool has_warn;
  acr__duration warn;
};

struct acr__plan_account {
  acr__span name;
  int decimals;
  bool is_default, allow_negative, spendable, escrow, active;
  bool has_max;
  int64_t max_balance;     // smallest units
  acr__span group;
  struct acr__expiry expiry;
};

// `limit` of a rule: at most `times` in one calendar period of the program's zone, or ever.
struct acr__limit {
  int64_t times;           // 0 = no limit
  bool forever;
  acr__unit per;           // day, week, month or year
};

// What a source may issue at most: `inventory` of the whole ledger, or one of its limits.
struct acr__cap {
  int64_t points;          // millionths
  bool is_inventory;
  bool forever;
  acr__unit per;           // a calendar period of the program's zone
  bool for_all;            // over all members; else each member has it
};
#define ACR_CAP_SCALE 6 // accounts of all decimals add up

struct acr__plan_source {
  acr__span name;
  const int *accounts;     // plan accounts that it may deposit into
  int account_count;
  int scale;               // the most decimals of these
  const struct acr__cap *caps; // inventory first, then in the order of the program
  int cap_count;
  bool caps_members, caps_all; // some cap is for each member, for all
  acr__digest issued_key;  // of the series of what it gave a member, whether or not one is kept
};

// A constraint in use.
struct acr__narrow {
  acr__span sentence; const struct acr__component *component;
  int vars;                // handle of acr__script_bind
};

// At most so many facts a calendar period count.
struct acr__rate {
  int64_t times;
  acr__unit period;
};

// What the facts of a series are: those that events bring, or what the engine itself notes of a member.
typedef enum acr__series_kind { ACR_SERIES_FACTS, ACR_SERIES_FIRED, ACR_SERIES_ISSUED } acr__series_kind;

// What a history condition looks at; one serves every condition that differs only in operator, number and timeframe.
struct acr__series {
  acr__series_kind kind;
  acr__span level, id;                 // FIRED: identity of the rule; level empty = program-wide. ISSUED: `id` is the source
  acr__behavior behavior;
  acr__digest key;                     // identity over releases: condition type's facts, constraints, value, variables, their source hashes
  unsigned kinds;                      // of fact: bits 1 << PURCHASE, CUSTOM, POINTS
  const int *types;                    // CUSTOM: plan event types, sorted; none = any custom event
  int type_count;
  const struct acr__narrow *narrows;   // accepts and accepts_item constraints (windows are not part of a series)
  int narrow_count;
  const struct acr__rate *rates;
  int rate_count;
  bool names_account;                  // POINTS: a constraint names accounts, so escrow and unspendable ones are not left out
  const struct acr__component *phrase; // its value; NULL path and no function: every fact counts 1
  int vars;                            // handle: variables less operator, compared number and timeframe
  bool has_path;
  struct acr__path path;
  acr__aggregate aggregate;
  bool numbered;                       // its count gives facts their number for ever: a return takes none out (domain N7)
  bool keeps_zeros;                    // the number of facts matters (`last n times`, a rate), so those of value 0 are stored too
};

static inline bool acr__series_is_of(const struct acr__series *series, acr__fact_kind kind) {
  return series->kinds >> kind & 1;
}
bool acr__holds_values(acr__aggregate aggregate); // the series keeps values, not running totals

// What is fetched before a call of a component that has `reads`.
typedef enum acr__read_field {
  ACR_READ_FIELD_ID,
  ACR_READ_FIELD_JOINED,
  ACR_READ_FIELD_BIRTHDAY,
  ACR_READ_FIELD_TIMEZONE,
  ACR_READ_FIELD_LEVEL_SINCE,
  ACR_READ_FIELD_ATTRIBUTE,
  ACR_READ_FIELD_LINK
} acr__read_field;

struct acr__plan_read {
  acr__span name;
  acr__read_kind kind;
  int cond;                            // over history, and fired: index into plan->conds
  const int *accounts;                 // balance: plan accounts that are added up,
  int account_count;
  int decimals;                        // at this scale
  acr__read_field field;               // member
  int state;                           // offers: which of acr__member_view.offer_count
  acr__span text;                      // level: the family; tags, audiences, offers: the name; member: the attribute or link
};

struct acr__plan_reads {
  const struct acr__plan_read *all;
  int count;
};

struct acr__cond {
  const struct acr__component *type, *phrase;
  acr__over over;
  int vars;                            // handle
  bool has_operator;                   // value compared; otherwise test()
  acr__operator op;
  int64_t number;                      // what is compared with, at `number_scale`
  int number_scale;                    // for messages
  int64_t value_mul;                   // the measured value is multiplied by this to reach number_scale
  bool has_path;
  struct acr__path path;               // current and balance: value is a path
  const struct acr__narrow *narrows;   // own and inherited accepts, accepts_item and (current only) window constraints
  int narrow_count;
  const struct acr__narrow *windows;   // history: window constraints
  int window_count;
  const acr__timeframe *timeframe;     // history: variable timeframe; NULL = lifetime
  bool include_current;                // history
  bool crossing;                       // history: true only at the event whose own fact makes it true
  bool every;                          // history: true at multiples of `number` never reached under the rule
  int times_max;                       // so many of them in one event; 1 with `once`
  bool once;                           // there is but one multiple
  bool from_start;                     // multiples of before the rule met the member are given too
  bool asks_fired;                     // history: some window begins where the rule last fired
  bool log_order;                      // history: facts count as they stand in the log, whatever their time
  int series;                          // history: index into plan->series, else -1
  const int *types;                    // current over custom events: plan event types, sorted; type_count 0 = any
  int type_count;
  bool is_purchase, is_custom;         // current: looks at purchases; at other events
  bool is_movement;                    // current: of what moved points it looks at the movement,
  bool names_account;                  // of escrow and unspendable accounts too, for a constraint names accounts
  const int *accounts;                 // balance: plan accounts that are added up
  int account_count;
  bool same_facts;                     // history with catalog, store, channel, payment_type, check_size or context: holds
                                       // only when the current fact passes its narrows too (contract 4), in purchase and event behaviors
  bool is_read;                        // it measures for a read; no rule has it in its tree
  struct acr__plan_reads reads;        // of its key phrase
  const char *path_text;               // JSON path in the program, for messages
  acr__span sentence;                  // with its own constraints
};

typedef enum acr__node_kind { ACR_NODE_ALL, ACR_NODE_ANY, ACR_NODE_NONE, ACR_NODE_COND } acr__tree_kind;
struct acr__tree {        // node 0 is the root; children stand behind their parent
  acr__tree_kind kind;
  int cond;               // ACR_NODE_COND: index into plan->conds
  int first_child;        // index into the same array; -1 = none
  int next;               // sibling; -1 = last
  acr__span name;         // of a group, as given
  acr__span sentence;     // of a group: its own constraints
};

struct acr__out {
  const struct acr__component *component;
  int vars;
  int rank, position;
  bool basis_purchase;                 // "basis": "purchase"
  bool on_unmet;
  const struct acr__narrow *narrows;   // its own constraints
  int narrow_count;
  struct acr__plan_reads reads;
  const char *path_text;               // JSON path in the program, for messages
  acr__span sentence;
};

struct acr__rule {
  acr__span name, id;                  // id defaults to name
  acr__behavior behavior;
  int level;                           // -1 = program-wide
  int index;                           // position in its list
  bool no_rules;                       // "no rules": always true
  const struct acr__tree *tree;
  int tree_count;
  const struct acr__out *outs;         // sorted by rank, then position
  int out_count;
  bool gives_met, gives_unmet;         // some outcome is for that case
  struct acr__limit limit;
  bool has_from, has_until;
  acr__time from, until;               // half-open: `until` is the start of the day behind the one it names
  acr__digest fired_key;               // of the series of its firings, whether or not one is kept
  const int *types;                    // event behavior: plan event types that wake it, sorted; 0 = any custom event
  int type_count;
};

struct acr__earn {                     // base_earn: native, no Lua
  struct acr__points_per rate;
  int account, source;
  acr__amount_basis basis;             // total unless it carries `basis`
  bool count_all;                      // false when constraints narrow
  const struct acr__narrow *narrows;
  int narrow_count;
  acr__span sentence;
};

// Where an outcome moves members to, with its place in the file: programs are compared with each other once all are read.
struct acr__plan_move {
  acr__span program, level; // program empty = the rule's own; level empty = out of it
  const char *file, *path;
  int line, column;
};

struct acr__rule_list { const int *rules; int count; }; // indexes into plan->rules, in order

struct acr__plan_level {
  acr__span name;
  struct acr__rule_list entrance, purchase, maintenance;
  const struct acr__rule_list *event;  // per plan event type (plan->type_count of them): the rules it wakes, in order
  const struct acr__earn *base_earn;   // replaces the program's when has_base_earn
  int base_earn_count;
  bool has_base_earn;
  int threshold_rule;                  // the rule made of `threshold`, -1 = none (it also stands in entrance)
  struct acr__schedule schedule;
  acr__level_end end;
  acr__duration end_after, end_warn;   // n 0 = none
  int spend_series;                    // END_SPEND: the purchases that keep the level, index into plan->series
};

struct acr__plan_store {
  acr__span name;
  const acr__zone *zone;               // NULL = the program's
  const acr__span *groups;
  int group_count;
};

struct acr__plan_link {
  acr__span name;
  int max;                             // members that it may lead to
};

typedef enum acr__discount { ACR_DISCOUNT_NONE, ACR_DISCOUNT_PERCENT, ACR_DISCOUNT_AMOUNT, ACR_DISCOUNT_FREE } acr__discount;

// What a member may be given, buy with points and use once at a till.
struct acr__plan_offer {
  acr__span name, title;
  bool for_sale;                       // it has a price; 0 is a price too
  int64_t price;                       // smallest units of `accounts`, which all have the same decimals
  const int *accounts;                 // plan accounts that pay: the named one, else the default ones
  int account_count;
  bool has_term, has_from, has_to;     // valid: a term from the issue on, or dates (inclusive, in the program's zone)
  acr__duration term;
  acr__date from, to;
  int64_t times;                       // issued to a member at most so often per period; 0 = as often as one likes
  bool forever;                        // ... in all
  acr__unit per;                       // ... in each of these calendar periods of the program's zone
  acr__discount discount;
  acr__span discount_json;             // as written: the till applies it
  const struct acr__narrow *redeem;    // what an offer.redeem event has to pass
  int redeem_count;
  bool has_warn;
  acr__duration warn;                  // so long before its end offer.expiring is raised
};

// A shop window of offers: open to members of its levels and to those that a rule let in.
struct acr__plan_reward_store {
  acr__span name;
  const int *offers;                   // plan offers
  int offer_count;
  const int *levels;                   // plan levels
  int level_count;
};

// Names that a program lists for its rules to use.
struct acr__plan_names {
  const acr__span *names;
  int count;
};

struct acr__plan {
  acr__span program, family, title, description;
  acr__hash hash;                      // of the program's text
  acr__time effective_from;            // local midnight in the program's zone; ACR_TIME_MIN when absent
  acr__span effective_from_text;
  acr__span currency;
  int currency_scale;                  // decimals of the currency (ISO 4217)
  const acr__zone *zone;
  acr__amount_basis amount_basis;
  struct acr__settings settings;
  int points_scale;                    // the most decimals of any account: points of facts and comparisons are at this scale
  const struct acr__plan_account *accounts;
  int account_count;
  bool idles;                          // some account expires by inactivity, or at the anniversary
  const struct acr__plan_source *sources;
  int source_count;
  const acr__span *audiences;
  const struct acr__segment *segments; // of each audience
  int audience_count;
  const struct acr__plan_link *links;
  int link_count;
  const struct acr__plan_store *stores;
  int store_count;
  struct acr__plan_names payment_types, channels, categories, items;
  const struct acr__plan_offer *offers;
  int offer_count;
  const struct acr__plan_reward_store *reward_stores;
  int reward_store_count;
  const acr__span *types;              // event types that rules or series look at, besides purchases
  int type_count;
  const struct acr__schema **schemas;  // declared fields per plan event type; NULL where the type declares none
  const struct acr__schema *purchase_schema; // NULL when the template declares none
  const struct acr__earn *base_earn;
  int base_earn_count;
  const struct acr__plan_level *levels;// lowest first
  bool implied_level;                  // the program has no `levels`: one is made up, and is live
  int level_count;
  struct acr__rule_list purchase;      // program-wide
  const struct acr__rule_list *event;  // program-wide, per plan event type
  const struct acr__rule *rules;
  int rule_count;
  const struct acr__cond *conds;
  int cond_count;
  const struct acr__series *series;
  int series_count;
  const struct acr__plan_move *moves;
  int move_count;
  const struct acr__template *tpl;
  acr__script *script;                 // owned by the release
};

// A file of rules/, and where programs use it: noted as they are compiled, also by those with faults.
struct acr__rule_use {
  acr__span program, level; // level empty = program-wide
  acr__behavior behavior;
  acr__span rule;           // its name there; empty when the file is faulty
  struct acr__rule_use *next;
};
struct acr__rule_file {
  acr__span name, text;     // without rules/ and .json
  struct acr__rule_use *first, *last;
};
struct acr__rule_files {
  struct acr__rule_file *files;
  int count;
};

// Reads, checks and binds a program. Every fault goes to diag with JSON path, line and column; NULL when there are any.
// `file` is for messages. Everything lives in `arena`; the plan keeps `script` and `tpl` but owns neither.
struct acr__plan *acr__plan_compile(acr__arena *arena, acr__script *script, const struct acr__template *tpl, acr__span text,
                                    const char *file, struct acr__rule_files *rules, acr__diag *diag);

// Fills in of a purchase or custom fact, whose kind and event are set, what depends on the program: lines that count, amount, store
// and place. false when the amounts of its lines add up to too much.
bool acr__plan_fact(const struct acr__plan *plan, acr__arena *arena, struct acr__fact *fact);

int acr__plan_account_find(const struct acr__plan *plan, acr__span name); // -1 when absent
int acr__plan_source_find(const struct acr__plan *plan, acr__span name);
int acr__plan_offer_find(const struct acr__plan *plan, acr__span name);
int acr__plan_reward_store_find(const struct acr__plan *plan, acr__span name);
int acr__plan_level_find(const struct acr__plan *plan, acr__span name);
int acr__plan_audience_find(const struct acr__plan *plan, acr__span name); // -1
int acr__plan_type_find(const struct acr__plan *plan, acr__span type);
const struct acr__plan_store *acr__plan_store_find(const struct acr__plan *plan, acr__span name); // NULL when absent
#endif
