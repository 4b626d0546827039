// What the files of this folder share while one program is compiled; nothing of it outlives acr__plan_compile.
#ifndef ACR_PROGRAM_COMPILE_H
#define ACR_PROGRAM_COMPILE_H
#include "base/buf.h"
#include "base/diag.h"
#include "base/limits.h"
#include "json/json.h"
#include "program/plan.h"

#define ACR_PROGRAM_BYTES_MAX (16u << 20) // 10,000 rules of 1,600 bytes
#define ACR_PROGRAM_DEPTH_MAX 64          // ACR_TREE_DEPTH_MAX groups are two JSON levels each, inside a rule of a level
#define ACR_NAME_BYTES_MAX 100            // a name is shown in replies and lists
#define ACR_COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

// A growing array in an arena. Its items move when it grows: keep indexes, not pointers.
struct acr__list {
  void *items;
  int count, cap;
};
void *acr__list_push(acr__arena *arena, struct acr__list *list, size_t item_bytes); // the new item, cleared
#define ACR__PUSH(arena, list, type) ((type *)acr__list_push((arena), (list), sizeof(type)))
#define ACR__AT(list, type, index) (&((type *)(list)->items)[index])

// One JSON text: the program, a file of rules/, or the default of a variable (which has no place that a user could look at).
struct acr__doc {
  const acr__json *json;
  const char *file;
  struct acr__rule_file *rule_file; // NULL for the program
  bool unplaced;
  // of a read: the faults are told where the component is used, with the read's name before them
  const struct acr__doc *within;
  const acr__node *at;
  const char *prefix;
  bool units;     // numbers are in smallest units, as Lua has them
  bool faulty;    // a rules file whose faults have been told
};

// Names that a program lists; once given, another name in a rule is a fault.
struct acr__known {
  bool given;
  const acr__span *names;
  int count;
};

struct acr__compile {
  acr__arena *arena;
  acr__script *script;
  const struct acr__template *tpl;
  acr__diag *diag;
  struct acr__plan *plan;
  const struct acr__doc *doc; // that the nodes at hand belong to
  const acr__node *every;     // `every` of the condition at hand, which gives variable `every_var` its value
  int every_var;
  bool takes_purchase; // an event variable of the condition at hand may name `purchase`
  bool other_program;         // the variables at hand name another program, whose levels are not known here
  bool any_name;              // there is no program: every name is taken as it is
  const acr__node *meant[16];  // misspelt fields, read as those that were meant: of these nothing more is told
  int meant_count;
  bool gaps;                  // something was passed over, as its component has faults of its own
  struct acr__rule_files *rule_files;
  struct acr__plan_account *accounts; // plan->accounts, while they are made
  struct acr__plan_source *sources;   // plan->sources
  struct acr__plan_level *levels;     // plan->levels
  struct acr__known payment_types, channels, categories, items, groups;
  struct acr__list schemas; // const struct acr__schema *: of every declared event type, money at the currency's scale
  struct acr__list types;   // acr__span: plan->types
  struct acr__list rules;   // struct acr__rule
  struct acr__list conds;   // struct acr__cond
  struct acr__list series;  // struct acr__series
  struct acr__list marks;   // struct acr__mark by condition: lint.h
  struct acr__list rule_marks; // struct acr__mark by rule
  struct acr__list notes;   // struct acr__outcome_note
  struct acr__list fired_reads; // reads.c: rules whose firings are read
  struct acr__list docs;    // struct acr__doc *: rules files that were read; json NULL = absent or broken
};

// ---- fault.c: faults at their place

// A fault at a node of ctx->doc (NULL = the whole text). One that was already told is not told again.
void acr__fault(struct acr__compile *ctx, const acr__node *node, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void acr__warn(struct acr__compile *ctx, const acr__node *node, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// The warning that its author asks for where a component is used that is to go.
void acr__warn_deprecated(struct acr__compile *ctx, const acr__node *node, const struct acr__component *component);
// "unknown `what` `name`; did you mean `nearest`?" or what there is.
void acr__fault_unknown(struct acr__compile *ctx, const acr__node *node, const char *what, acr__span name, const acr__span *names,
                        int count);
// Has the component faults that its author knows of? Then nothing more is said where it is used.
bool acr__is_broken(struct acr__compile *ctx, acr__component_kind kind, acr__span name);
// A node in words: "number 5", "text "abc"", "a list". In the arena.
const char *acr__show(struct acr__compile *ctx, const acr__node *node);
// A fault: what stands there is no date, by what is wrong with it where it looks like one.
void acr__fault_date(struct acr__compile *ctx, const acr__node *node, const char *code, const char *what, const char *wanted);
// A text of the user for a message: control characters replaced, cut at 60 bytes. Terminated, in the arena.
const char *acr__quote(struct acr__compile *ctx, acr__span text);

// ---- field.c: fields of objects

struct acr__field_rule {
  const char *name;
  const char *owner; // what has such a field, where people look for it here; else NULL
};
// Every member of the object is one of `rules` or a variable of `component` (may be NULL), else a fault. false when it is no object.
bool acr__fields_check(struct acr__compile *ctx, const acr__node *object, const char *what, const struct acr__field_rule *rules,
                       int rule_count, const struct acr__component *component);
// Reads the misspelt member, which was told, as the one that was meant.
void acr__field_meant(struct acr__compile *ctx, const acr__node *member, acr__span meant);
// The member that says what the object is; one that is misspelt so is told and taken for it. NULL = there is none.
const acr__node *acr__key_field(struct acr__compile *ctx, const acr__node *object, const char *name, const char *what);
// Readers of one field. An absent node (NULL) leaves *out alone and is right; false after a fault.
bool acr__text_read(struct acr__compile *ctx, const acr__node *node, const char *what, acr__span *out);
bool acr__name_read(struct acr__compile *ctx, const acr__node *node, const char *what, acr__span *out);
bool acr__name_good(struct acr__compile *ctx, const acr__node *node, const char *what, acr__span name);
bool acr__bool_read(struct acr__compile *ctx, const acr__node *node, const char *what, bool *out);
bool acr__word_read(struct acr__compile *ctx, const acr__node *node, const char *what, const char *const *words, int count, int *out);
bool acr__decimal_read(struct acr__compile *ctx, const acr__node *node, const char *what, int scale, int64_t *out);
// One text or a list of texts; every one a good name.
bool acr__names_read(struct acr__compile *ctx, const acr__node *node, const char *what, const acr__span **out, int *count);
bool acr__in_names(const acr__span *names, int count, acr__span name);
void acr__names_sort(acr__span *names, int *count); // and without doubles

// ---- raised.c: fields of the events that the core raises
const struct acr__schema *acr__raised_schema(const struct acr__compile *ctx, acr__raised what);

struct acr__vars;

// ---- currency.c
int acr__currency_scale(acr__span code); // -1 when it is no currency code

// ---- settings.c, accounts.c, places.c, earn.c, levels.c: parts of a program
void acr__settings_read(struct acr__compile *ctx, const acr__node *node);
// The word that a setting has, as a variable that names it takes it; NULL when there is no such setting of words.
const char *acr__setting_word(const struct acr__settings *settings, acr__span name);
void acr__accounts_read(struct acr__compile *ctx, const acr__node *node);
void acr__expiry_read(struct acr__compile *ctx, const acr__node *account, int own, struct acr__expiry *out); // accounts are known
void acr__sources_read(struct acr__compile *ctx, const acr__node *node);
// A fault when the source may not deposit into the account.
void acr__deposit_check(struct acr__compile *ctx, const acr__node *node, int source, int account);
void acr__stores_read(struct acr__compile *ctx, const acr__node *node);
void acr__audiences_read(struct acr__compile *ctx, const acr__node *node);
void acr__links_read(struct acr__compile *ctx, const acr__node *node);
void acr__known_lists_read(struct acr__compile *ctx, const acr__node *program);
extern const char *const acr__basis_words[3]; // net subtotal total
// offers.c: once accounts, stores and levels are known.
void acr__offers_read(struct acr__compile *ctx, const acr__node *node);
void acr__reward_stores_read(struct acr__compile *ctx, const acr__node *node);
// An outcome that pays for an offer out of a named account: the one that the offer is priced in.
void acr__offer_check(struct acr__compile *ctx, const struct acr__vars *vars);
void acr__earn_read(struct acr__compile *ctx, const acr__node *node, const struct acr__earn **out, int *count);
// Their names first, as rules of any level may name any level.
void acr__level_names_read(struct acr__compile *ctx, const acr__node *node);
// The levels and the program-wide lists.
void acr__levels_read(struct acr__compile *ctx, const acr__node *program);
// Indexes of the rules of one list, compiled; level -1 = program-wide.
void acr__rules_read(struct acr__compile *ctx, const acr__node *node, acr__behavior behavior, int level, struct acr__list *indexes);
// The entrance rule that `threshold` stands for; its index in ctx->rules, -1 after a fault.
int acr__threshold_read(struct acr__compile *ctx, const acr__node *node, int level); // once the level's end is read

// ---- terms.c: how long members stay in a level
void acr__schedule_read(struct acr__compile *ctx, const acr__node *node, struct acr__schedule *out);
void acr__level_end_read(struct acr__compile *ctx, const acr__node *node, struct acr__plan_level *out);
// The series of what members spend on a basis, by which levels have thresholds and end.
int acr__spend_series(struct acr__compile *ctx, acr__amount_basis basis, const acr__node *node);

// ---- limit.c: how often and when a rule gives its outcomes
bool acr__limit_read(struct acr__compile *ctx, const acr__node *node, struct acr__limit *out);
// "day", "week", "month", "year" or "forever", also as "1 month" and "lifetime".
bool acr__per_read(struct acr__compile *ctx, const acr__node *node, bool *forever, acr__unit *per);
// `limit`, `from` and `until` of a rule or a threshold.
void acr__rule_terms_read(struct acr__compile *ctx, const acr__node *node, struct acr__rule *rule);
// The series of the firings of the rule that this identity means, in whatever release; its index in ctx->series.
int acr__fired_series(struct acr__compile *ctx, acr__behavior behavior, acr__span level, acr__span id);
void acr__caps_read(struct acr__compile *ctx, const acr__node *node, struct acr__plan_source *source); // source.c: `inventory`, `limit`
void acr__limits_finish(struct acr__compile *ctx); // when all is read: whose firings are kept, and what sources gave each member

// ---- rule_file.c: rules/<name>.json

// One entry of a list of rules.
struct acr__use {
  struct acr__doc *doc;          // of the rules file; NULL = written in place
  const acr__node *name, *limit; // what the use says itself
};
// false after a fault, or when the file's faults have been told.
bool acr__use_read(struct acr__compile *ctx, const acr__node *node, struct acr__use *out);
void acr__use_note(struct acr__compile *ctx, const struct acr__use *use, const struct acr__rule *rule);

// ---- types.c: event types
void acr__types_start(struct acr__compile *ctx);           // those that the template declares, and all schemas
int acr__type_add(struct acr__compile *ctx, acr__span name); // its number, old or new
const struct acr__schema *acr__schema_of(const struct acr__compile *ctx, acr__span type);
// May a rule look at this event type? A fault and false when not.
bool acr__type_is_purchase(acr__span name);
bool acr__type_check(struct acr__compile *ctx, const acr__node *node, acr__span name);

// ---- value.c: variables

// The variables of one use of a component, as given.
struct acr__vars {
  const struct acr__component *component;
  struct acr__value *values; // in the order of component->vars
  const acr__node **nodes;   // where each stands; NULL = absent or a default
  int *scales;               // of numeric ones
};
// Reads the variables of `component` from an object, or `bare` as the value of its only variable. Other fields of the object are
// not looked at. `at` is where a missing variable is told. false after a fault.
bool acr__vars_read(struct acr__compile *ctx, const struct acr__component *component, const acr__node *object, const acr__node *bare,
                    const acr__node *at, struct acr__vars *out);
// acr__script_bind with a fault at `at`; false when it refused.
bool acr__vars_bind(struct acr__compile *ctx, const struct acr__vars *vars, const acr__node *at, int *handle);
bool acr__var_is_numeric(acr__var_type type);
// Index of the variable with this type, or -1.
int acr__var_of_type(const struct acr__component *component, acr__var_type type);

// ---- value_name.c, value_list.c, frame.c: kinds of values
// Is `name` known as a `kind` ("account", "store", "text" ...)? A fault and false when the program lists them and it is not among them.
bool acr__name_check(struct acr__compile *ctx, const acr__node *node, acr__span kind, acr__span name);
bool acr__set_read(struct acr__compile *ctx, const acr__node *node, const struct acr__var *var, struct acr__value *out);
bool acr__catalog_read(struct acr__compile *ctx, const acr__node *node, struct acr__value *out);
bool acr__days_read(struct acr__compile *ctx, const acr__node *node, struct acr__value *out);
bool acr__slots_read(struct acr__compile *ctx, const acr__node *node, struct acr__value *out);
bool acr__frame_read(struct acr__compile *ctx, const acr__node *node, const acr__timeframe **out);
bool acr__frame_is_lifetime(const acr__timeframe *frame);
bool acr__frame_slides(const acr__timeframe *frame); // its beginning moves on with time
bool acr__operator_parse(acr__span text, int64_t *out);

// ---- value_key.c
// Equal for equal values, over releases. `skip` (may be NULL) marks variables that are left out.
void acr__vars_key(acr__buf *out, const struct acr__vars *vars, const bool *skip);

// ---- narrow.c: constraints

struct acr__held {
  const struct acr__vars *vars; // NULL after a fault
  struct acr__narrow narrow;
  const acr__node *node;
  acr__span key;      // the same for the same constraint with the same variables
  acr__span sentence;
  bool names_account;
  bool slides;        // a window that moves on with time
  bool asks_fired;    // a window since the rule last fired
  bool used;          // of a group: some condition inside takes it
};
// Reads a `constraints` object into a list of struct acr__held. NULL node = none.
void acr__narrows_read(struct acr__compile *ctx, const acr__node *node, struct acr__list *held);
bool acr__narrow_fits(const struct acr__component *constraint, const struct acr__component *type);
bool acr__narrow_applies(const struct acr__component *constraint, const struct acr__component *type); // and has what it narrows
// A fault and false when the condition type has nothing that the constraint narrows.
bool acr__narrow_works(struct acr__compile *ctx, const struct acr__held *held, const struct acr__component *type);
// Does it go with the fact of the moment in this behavior?
bool acr__narrow_fits_current(const struct acr__compile *ctx, const struct acr__component *constraint, acr__behavior behavior);
void acr__fault_narrow(struct acr__compile *ctx, const struct acr__held *held, const char *where);

// ---- tree.c, condition.c, measure.c, series.c, outcome.c

// The groups around a condition.
struct acr__scope {
  const struct acr__scope *outer;
  struct acr__held *held;
  int count;
};
// The rule being compiled.
struct acr__building {
  acr__behavior behavior;
  int level;
  acr__span id;           // of the rule
  struct acr__list tree;  // struct acr__tree
  bool wakes_purchase, wakes_custom, wakes_any;
  struct acr__list types; // int: plan event types that wake it
};
void acr__tree_read(struct acr__compile *ctx, struct acr__building *rule, const acr__node *when);
// Index into ctx->conds, or -1 after a fault.
int acr__condition_read(struct acr__compile *ctx, struct acr__building *rule, const acr__node *node, const struct acr__scope *scope);
const char *acr__path_text(struct acr__compile *ctx, const acr__node *node); // its place in the program or rules file
// Which facts a condition looks at.
struct acr__facts {
  bool purchase, points, custom; // over the current event points are moved by events: custom is set too
  const int *types;              // custom: none = any
  int type_count;
};
bool acr__facts_read(struct acr__compile *ctx, const struct acr__component *type, const struct acr__vars *vars, const acr__node *node,
                     struct acr__facts *out);
bool acr__moves_points(acr__span type); // an event that the core raises of a movement of points
// Operator, compared number and path of a condition. `skip` gets the variables that are no part of its series.
bool acr__measure_read(struct acr__compile *ctx, const struct acr__facts *facts, const struct acr__vars *vars, const acr__node *node,
                       struct acr__cond *cond, bool *skip);
// The variable that the measured value is compared with; -1 when there is none.
int acr__compared_var(const struct acr__component *phrase);
// fire.c: `fire`, `every` and `from` of a condition. `begin` before its variables are read, for `every` gives one its value.
void acr__fire_begin(struct acr__compile *ctx, const struct acr__component *phrase, const acr__node *node);
void acr__fire_read(struct acr__compile *ctx, const struct acr__component *phrase, const acr__node *node, const struct acr__held *held,
                    int held_count, struct acr__cond *cond);
// What the sentence of such a condition goes on with.
acr__span acr__fire_sentence(struct acr__compile *ctx, acr__span sentence, const struct acr__cond *cond);
// The same for a read, which compares nothing.
bool acr__measured_read(struct acr__compile *ctx, const struct acr__facts *facts, const struct acr__vars *vars, const acr__node *node,
                        struct acr__cond *cond, bool *skip);
acr__aggregate acr__aggregate_of(const struct acr__component *phrase);
// A condition over history for a read: what it measures, with the constraints and the timeframe of `node`. `value` has the
// variables of the function that gives the value; it may be the same as `vars`. Index into ctx->conds, or -1 after a fault.
int acr__measured_condition(struct acr__compile *ctx, const acr__node *node, const struct acr__component *type,
                            const struct acr__vars *vars, const struct acr__vars *value);
// The series of a history condition, shared with those that equal it; -1 after a fault.
int acr__series_of(struct acr__compile *ctx, const struct acr__facts *facts, const struct acr__vars *vars, const bool *skip,
                   const struct acr__cond *cond, const struct acr__held *held, int held_count, const acr__node *node);
bool acr__names_account(const struct acr__held *held, int count); // some constraint names accounts
// ---- reads.c
// What the component's reads(vars) asks for; `vars` are bound to the handle. A fault and false when it is wrong.
bool acr__reads_read(struct acr__compile *ctx, const struct acr__building *rule, const struct acr__vars *vars, int handle,
                     const acr__node *node, struct acr__plan_reads *out);
void acr__reads_finish(struct acr__compile *ctx); // when all rules are read: are there those whose firings are read?

void acr__outcomes_read(struct acr__compile *ctx, const acr__node *node, const struct acr__building *building, struct acr__rule *rule);
#endif
