// The Lua host: the only folder that knows Lua. One closed state a release; components are loaded into it, called with facts
// and variables, and give back plain values. Nothing here is thread-safe: one engine thread.
#ifndef ACR_SCRIPT_SCRIPT_H
#define ACR_SCRIPT_SCRIPT_H
#include "base/num.h"
#include "base/portion.h"
#include "calendar/timeframe.h"
#include "event/event.h"
#include "script/component.h"
#include "script/files.h"

typedef struct acr__script acr__script;

acr__script *acr__script_new(void);
void acr__script_free(acr__script *script);

// Loads every component of the layers, the template's first; all or nothing. NULL when diag has faults. Lives in `arena`.
// The same, as far as it can be read: what has faults is left out.
const struct acr__template *acr__template_read(acr__script *script, acr__arena *arena, const struct acr__layers *layers, acr__diag *diag);
const struct acr__template *acr__template_load(acr__script *script, acr__arena *arena, const struct acr__layers *layers, acr__diag *diag);

// ---- Variables

// The typed value of one variable, as a program gave it.
struct acr__value {
  bool present;
  int64_t i;               // integer, decimal, money, points, percent, boolean, date (days), operator (acr__operator)
  acr__span text;          // text, choice, and every kind of name
  const acr__span *list;   // set, days, slots
  int list_count;
  const acr__span *categories, *items; // catalog
  int category_count, item_count;
  const acr__timeframe *timeframe;
  acr__duration duration;
};

typedef enum acr__operator { ACR_OP_GE, ACR_OP_GT, ACR_OP_EQ, ACR_OP_LE, ACR_OP_LT } acr__operator;

// Decimals of an account, so that accrue.points_per{ account = name } knows its scale.
void acr__script_account(acr__script *script, acr__span name, int decimals);

// What accrue.anniversary makes of 29 February in common years: 28 February, or 1 March.
void acr__script_leap_day(acr__script *script, bool mar1);

// Makes the read-only `vars` table of one use of a component; `values` in the order of component->vars. Runs check(vars).
// The handle lives as long as the script; -1 and *message (in arena) when check raised or refused.
int acr__script_bind(acr__script *script, const struct acr__component *component, const struct acr__value *values,
                     acr__arena *arena, char **message);

// ---- Reads: what a component asks the core to fetch before its calls

typedef enum acr__read_kind {
  ACR_READ_SUM, ACR_READ_COUNT, ACR_READ_AVERAGE, ACR_READ_MIN, ACR_READ_MAX, ACR_READ_DISTINCT, ACR_READ_LAST, // over history
  ACR_READ_BALANCE, ACR_READ_LEVEL, ACR_READ_TAGS, ACR_READ_AUDIENCES, ACR_READ_OFFERS, ACR_READ_MEMBER, ACR_READ_FIRED,
} acr__read_kind;
#define ACR_READ_KINDS (ACR_READ_FIRED + 1)
const char *acr__read_kind_name(acr__read_kind kind);

struct acr__read {
  acr__span name;
  acr__read_kind kind;
  acr__span json;                     // its fields; what stood first is "of"
  const struct acr__component *value; // `value` where it is a function; NULL otherwise
};
// Runs reads(vars) of one use of a component; false and *message (in arena) when it failed. Everything lives in the arena.
bool acr__script_reads(acr__script *script, const struct acr__component *component, int vars, acr__arena *arena,
                       const struct acr__read **out, int *count, char **message);

typedef enum acr__read_type { ACR_READ_NIL, ACR_READ_NUMBER, ACR_READ_TEXT } acr__read_type;
struct acr__read_value {
  acr__span name;
  acr__read_type type;
  int64_t number;
  acr__span text;
};

// ---- Facts

typedef enum acr__fact_kind { ACR_FACT_PURCHASE, ACR_FACT_CUSTOM, ACR_FACT_POINTS, ACR_FACT_BALANCE, ACR_FACT_MEMBER } acr__fact_kind;

// What a member looks like to plugins; the engine answers.
struct acr__member_view {
  acr__span id;
  acr__time joined;
  bool has_birthday;
  acr__date birthday;
  acr__span timezone;
  const void *state;
  bool (*in_audience)(const void *state, acr__span audience);
  int64_t (*tag_count)(const void *state, acr__span tag);       // 0 = not tagged
  acr__span (*level)(const void *state, acr__span family);      // empty = none
  acr__span (*attribute)(const void *state, acr__span key);     // ptr NULL = absent
  int64_t (*link_count)(const void *state, acr__span link);     // members that it leads to
  // in the family of the program at hand
  int64_t (*offer_count)(const void *state, acr__span offer, int which); // 0 = unused and not over, 1 = redeemed, 2 = over unused
  acr__span level_name;                                         // ptr NULL = none
  acr__time level_since;                                        // ACR_TIME_NONE = none
  int (*level_order)(const void *state, acr__span level);       // 1 = lowest; 0 = the program has no such level
};

// What base earning gave for an event, by account.
struct acr__base_points {
  acr__span account;
  int64_t points; // smallest units of the account
};

struct acr__fact {
  acr__fact_kind kind;
  acr__time time;
  const acr__zone *zone;            // the member's, else the program's
  const acr__zone *place;           // of `local_time`: the store's, else the program's; NULL = `zone`
  const struct acr__event *event;   // purchase, custom (also member.join, audience.enter ... as event facts)
  const struct acr__schema *schema; // declared fields; NULL = none
  const struct acr__field_value *fields, *item_fields;
  const uint8_t *counts;            // one byte an item, 1 = counts; NULL = every item
  bool narrowed;                    // constraints took lines away, so `amount` is the sum of those left
  struct acr__portion portion;      // the share of `amount` that constraints let through; `amount` is cut already
  int64_t amount;                   // what counts, minor units (contract 3.5)
  int currency_scale;
  const struct acr__base_points *base; // known to outcomes of purchases; NULL elsewhere
  int base_count;
  const acr__span *store_groups;    // of the purchase's store
  int store_group_count;
  // points movement (points, account, source, reason) and balance (points, account)
  int64_t points;
  acr__span account, point_source, reason; // reason: award adjust deduct spend transfer import expire reversal
  const struct acr__member_view *member;   // member facts
};

// ---- Listening: what plugins look at, compute and print, for whom asks why (listen.c). Where nobody listens it costs one look at a
// pointer.

struct acr__looked {
  acr__span name, value; // value.ptr NULL = it was not there
};
struct acr__heard_points { // one accrue.points_per
  int64_t amount, result;
  struct acr__points_per rule;
};
enum { ACR_LOOKED_MAX = 16, ACR_HEARD_MAX = 16 }; // what comes behind them is not kept
struct acr__listener {
  acr__arena *arena;
  struct acr__looked looked[ACR_LOOKED_MAX]; // each field once
  struct acr__heard_points points[ACR_HEARD_MAX];
  acr__span said[ACR_HEARD_MAX]; // lines
  int looked_count, points_count, said_count;
  uint64_t event_used; // the event's budget while calls are made aside
  bool event_broken;
};
void acr__script_listen(acr__script *script, struct acr__listener *listener); // NULL = no more
// From here on the listener hears anew. Calls until acr__script_aside_end cost the event nothing.
void acr__script_aside(acr__script *script);
void acr__script_aside_end(acr__script *script);

// ---- Calls. Each returns false when the plugin failed: *error then says plugin, file:line and cause, in `arena`. A function
// that does not look at the fact runs once for its variables; later calls give its result again.

struct acr__call {
  acr__script *script;
  acr__arena *arena;     // results and errors; lives as long as the event's judgement
  char *error;           // set when a call returned false
  const struct acr__read_value *reads; // of components that have `reads`
  int read_count;
};

// Resets the budget that all plugin calls of one event share.
void acr__script_event_begin(acr__script *script);

// value(fact, vars): *nil when nothing was measured. Not for components whose value is a path.
bool acr__call_value(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact, int64_t *out,
                     bool *nil);
// The same for `distinct` and `new`: value may give an integer, a text, or a list of those; in call->arena.
struct acr__given {
  bool is_text;
  int64_t number;
  acr__span text;
};
bool acr__call_values(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                      const struct acr__given **out, int *count);
// rate(vars) -> times, period.
bool acr__call_rate(struct acr__call *call, const struct acr__component *component, int vars, int64_t *times, acr__unit *period);
// test(fact, vars): the second result, when it is an integer, is what was measured.
bool acr__call_test(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact, bool *out,
                    int64_t *measured, bool *has_measured);
bool acr__call_accepts(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact, bool *out);
bool acr__call_accepts_item(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                            int item, bool *out);
// portion(fact, vars): 0 <= *numerator <= *denominator, *denominator > 0.
bool acr__call_portion(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                       int64_t *numerator, int64_t *denominator);
// window(vars, now): half-open. The anchors serve timeframe variables: vars.timeframe:window(now).
bool acr__call_window(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__anchors *anchors,
                      acr__time *from, acr__time *to);

typedef enum acr__effect_kind { ACR_EFFECT_AWARD, ACR_EFFECT_DEDUCT, ACR_EFFECT_SPEND, ACR_EFFECT_EXPIRE, ACR_EFFECT_TAG, ACR_EFFECT_UNTAG,
                                ACR_EFFECT_EMIT, ACR_EFFECT_ISSUE_OFFER, ACR_EFFECT_PURCHASE_OFFER, ACR_EFFECT_GRANT_STORE,
                                ACR_EFFECT_REVOKE_STORE, ACR_EFFECT_CHANGE_LEVEL, ACR_EFFECT_LEAVE, ACR_EFFECT_WEBHOOK } acr__effect_kind;

struct acr__effect {
  acr__effect_kind kind;
  acr__span account, source;
  int64_t points;             // > 0 after the constructor's check (a zero award is dropped by it)
  bool has_max; int64_t max;
  bool has_threshold; int64_t threshold; // purchase_offer: one after another while the balance is there
  bool has_expires; acr__time expires;
  bool has_duration; acr__duration duration; // tag: its term; emit: `after`
  bool counter;               // tag counts
  acr__span tag, event, to, program, level, offer, store, url, body;
  acr__span template;         // webhook: JSON with holes that the core fills, in place of a body (script/web_hook.h)
  acr__span data_json;        // emit: JSON object text; empty = none
  int64_t quantity, percent;
};

// effects(event, vars): in the arena, or in the script's own memory when the result was kept.
bool acr__call_effects(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                       const struct acr__effect **out, int *count);

// ---- Paths without Lua

typedef enum acr__path_root {
  ACR_PATH_AMOUNT,
  ACR_PATH_TOTAL,
  ACR_PATH_SUBTOTAL,
  ACR_PATH_TAX,
  ACR_PATH_SHIPPING,
  ACR_PATH_QUANTITY,
  ACR_PATH_FIELD,
  ACR_PATH_ITEM_AMOUNT,
  ACR_PATH_ITEM_QUANTITY,
  ACR_PATH_ITEM_FIELD,
  ACR_PATH_POINTS,
  ACR_PATH_BASIS // the core's own, no path names it: the purchase on the basis that `field` is
} acr__path_root;
struct acr__path {
  acr__path_root root;
  int field;      // index into the schema for ACR_PATH_FIELD, ACR_PATH_ITEM_FIELD
  int scale;      // decimals of the value it gives
  bool money, points; // money at the currency's scale; points at the program's
};
// Compiles "total", "amount", "quantity", "points", "context.litres", "items.amount", "items.quantity", "items.context.litres",
// or a custom event's field by its name. false and *message when the path means nothing for this schema (NULL = none).
bool acr__path_compile(acr__arena *arena, acr__span text, const struct acr__schema *schema, int currency_scale, struct acr__path *out,
                       char **message);
// false on overflow. *nil when the value is absent. Items: summed over those that count.
bool acr__path_value(const struct acr__path *path, const struct acr__fact *fact, int64_t *out, bool *nil);

// ---- Costs, for server.stats
struct acr__script_stats { // direct: calls that did not enter Lua; folded: those of them that walked a tree
  uint64_t calls, direct, folded, instructions, failures;
  size_t live_bytes;
};
void acr__script_stats_read(const acr__script *script, struct acr__script_stats *out);
// What one component's calls cost. One call in ACR_COST_SAMPLE is timed, so the time of few calls is rough.
struct acr__cost { uint64_t calls, instructions, failures, timed, ns; };
enum { ACR_COST_SAMPLE = 64 };
const struct acr__cost *acr__script_cost(const acr__script *script, const struct acr__component *component);
#endif
