// What a component's Lua file declared: plain data, read once at load.
#ifndef ACR_SCRIPT_COMPONENT_H
#define ACR_SCRIPT_COMPONENT_H
#include "base/digest.h"
#include "event/schema.h"

typedef enum acr__component_kind { ACR_CONDITION_TYPE, ACR_KEY_PHRASE, ACR_CONSTRAINT, ACR_OUTCOME, ACR_EVENT_TYPE } acr__component_kind;
#define ACR_COMPONENT_KINDS 5

typedef enum acr__var_type {
  ACR_VAR_OPERATOR, ACR_VAR_INTEGER, ACR_VAR_DECIMAL, ACR_VAR_MONEY, ACR_VAR_POINTS, ACR_VAR_PERCENT, ACR_VAR_TEXT, ACR_VAR_BOOLEAN,
  ACR_VAR_CHOICE, ACR_VAR_SET, ACR_VAR_CATALOG, ACR_VAR_EVENT, ACR_VAR_ACCOUNT, ACR_VAR_SOURCE, ACR_VAR_LEVEL, ACR_VAR_PROGRAM,
  ACR_VAR_AUDIENCE, ACR_VAR_TAG, ACR_VAR_OFFER, ACR_VAR_REWARD_STORE, ACR_VAR_LINK, ACR_VAR_TIMEFRAME, ACR_VAR_DURATION, ACR_VAR_DATE,
  ACR_VAR_DAYS, ACR_VAR_SLOTS,
} acr__var_type;

struct acr__var {
  acr__span name;
  acr__var_type type;
  bool optional;
  acr__span default_json;      // the default as JSON text, as a program would write it; empty = none
  acr__span min, max;          // as written ("30.00"); empty = none
  int scale;                   // decimal: given (default 0)
  acr__span of;                // operator: the variable compared; set: "text", "store", "account", "source", "event", "channel", ...
  const acr__span *choices;    // choice { of = {...} }
  int choice_count;
  acr__span help;
  acr__span setting;           // choice: the program's setting that is its default; empty = none
};

typedef enum acr__over { ACR_OVER_CURRENT, ACR_OVER_HISTORY, ACR_OVER_BALANCE, ACR_OVER_MEMBER } acr__over;
typedef enum acr__aggregate { ACR_AGG_NONE, ACR_AGG_SUM, ACR_AGG_COUNT, ACR_AGG_AVERAGE, ACR_AGG_LAST, ACR_AGG_MIN, ACR_AGG_MAX,
                              ACR_AGG_DISTINCT, ACR_AGG_NEW } acr__aggregate;

// Which functions a component has.
enum {
  ACR_HAS_VALUE = 1, ACR_HAS_TEST = 2, ACR_HAS_ACCEPTS = 4, ACR_HAS_ACCEPTS_ITEM = 8, ACR_HAS_PORTION = 16, ACR_HAS_WINDOW = 32,
  ACR_HAS_RATE = 64, ACR_HAS_EFFECTS = 128, ACR_HAS_CHECK = 256, ACR_HAS_READS = 512,
};

// A use of a component and the sentence that it reads as.
struct acr__example {
  acr__span vars;              // as JSON text
  acr__span sentence;
};

struct acr__component {
  acr__component_kind kind;
  acr__span name;              // the file's name without .lua
  acr__span file;              // as shown in messages: path below the template's directory, with the directory
  acr__span title, description, deprecated;
  acr__hash hash;              // of the file's bytes
  unsigned functions;          // ACR_HAS_*
  acr__span path;              // value = "items.context.litres": a path, not a function; empty otherwise
  const struct acr__var *vars;
  int var_count;
  const acr__span *conditions; // key phrase, constraint: names of condition types
  int condition_count;
  acr__over over;              // condition type
  const acr__span *facts;      // condition type: "purchase", custom event types, "points"; "*" = any custom event
  int fact_count;
  const acr__span *constraints;// condition type: those allowed; constraint_all when not given
  int constraint_count;
  bool constraint_all;
  acr__aggregate aggregate;    // key phrase
  acr__span every, reaches;    // key phrase: the variable whose every multiple, or which once, the value has to reach
  const acr__span *behaviors;  // outcome: where it may stand; none = everywhere
  int behavior_count;
  struct acr__schema schema;   // event type
  const struct acr__example *examples;
  int example_count, examples_line;
  int layer;                   // 0 = the template's own
  int ref;                     // the host's own: registry reference of the component's table
  bool overrides;              // an inherited component of the same kind and name is hidden by this one
};

// A loaded rules template with all it extends; components sorted by kind, then name.
struct acr__template {
  acr__span name, version;
  int api;
  acr__span extends;           // "standard", a path, or empty
  const struct acr__component *components;
  int component_count;
  const struct acr__component *broken; // kind and name of those that have faults
  int broken_count;
};

const struct acr__component *acr__template_find(const struct acr__template *tpl, acr__component_kind kind,
                                                acr__span name); // NULL when absent
// Has it such a component with faults?
bool acr__template_broken(const struct acr__template *tpl, acr__component_kind kind, acr__span name);
// The nearest name of that kind, or empty.
acr__span acr__template_nearest(const struct acr__template *tpl, acr__component_kind kind, acr__span name);
const char *acr__component_kind_name(acr__component_kind kind); // "key phrase" ...
const char *acr__var_type_name(acr__var_type type);             // "money" ...
#endif
