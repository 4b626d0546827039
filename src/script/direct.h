// Plain functions, followed without entering Lua. Most plugins compare and add up a few fields: entering Lua for them, and coming
// back for every field, costs ten times what they do. Their compiled code is read once; when it has nothing but such steps it is followed
// here, on the same fields, with the same results and the same costs. Whatever is not foreseen (an error among it) ends the attempt
// without a trace, and the call goes to Lua.
#ifndef ACR_SCRIPT_DIRECT_H
#define ACR_SCRIPT_DIRECT_H
#include "script/host.h"

enum { ACR_DIRECT_REGISTERS = 32, ACR_MADE_TABLES = 8, ACR_MADE_FIELDS = 8, ACR_MADE_ENTRIES = 8 };

typedef enum acr__direct_method { ACR_DIRECT_SUM, ACR_DIRECT_COUNT, ACR_DIRECT_ANY, ACR_DIRECT_MAX, ACR_DIRECT_MIN, ACR_DIRECT_METHODS
} acr__direct_method;

// A text constant also knows which field or method it names.
struct acr__direct_constant {
  struct acr__plain value;
  acr__span text;
  uint8_t fact[ACR_FACT_KINDS], item, time; // numbers of its fieldsets; 0 = none
  acr__direct_method method; // ACR_DIRECT_METHODS = none
  const struct acr__schema *schema; // of the fact that it was last looked up in,
  int declared;                     // and which of its fields, of events or items, it is there; -1 = none
  const struct acr__component *component; // whose variables it was last looked up in,
  int variable;                           // and which of them it is; -1 = none
};

// A read-only table that functions reach by their upvalues, as those of plugins' libraries.
struct acr__direct_table {
  int contents; // registry reference
  bool answers; // for keys that it does not have, as sets, `accrue` and the globals do
  struct acr__direct_entry { // as far as they were asked for
    const struct acr__direct_entry *next;
    acr__span key;
    struct acr__plain value;
  } *entries;
};

// One instruction, made ready: its kind (enum acr__direct_op, but without gaps), registers, and what it names.
struct acr__direct_step {
  uint8_t op, a, b, c; // c of a comparison: what it has to be for the jump behind it
  int32_t n;           // an immediate, or a jump from the instruction behind this one
  union {
    struct acr__direct_constant *constant;
    const struct acr__direct *inner;
  };
};

struct acr__direct {
  const struct acr__direct_step *steps;
  const uint32_t *code; // as Lua has it
  struct acr__direct_constant *constants;
  const struct acr__direct *within; // the function that it stands in; NULL = none
  const struct acr__direct **inner; // functions inside it
  struct acr__direct_upvalue { bool in_stack; uint8_t index; } *upvalues;
  struct acr__plain *outside; // values of its upvalues when it stands in no other function; else NULL
  int code_count, constant_count, inner_count, upvalue_count, registers, parameters;
  int misses;                 // attempts that ended without a result since the last that had one
};

// Instructions of Lua 5.4 that are followed, with their numbers there. Any other ends the attempt when it is reached.
#define ACR_DIRECT_OPS(X) \
  X(MOVE, 0) X(LOADI, 1) X(LOADK, 3) X(LOADFALSE, 5) X(LFALSESKIP, 6) X(LOADTRUE, 7) X(LOADNIL, 8) X(GETUPVAL, 9) X(GETTABUP, 11) \
  X(GETTABLE, 12) X(GETFIELD, 14) X(SETFIELD, 18) X(NEWTABLE, 19) X(SELF, 20) X(ADDI, 21) X(ADDK, 22) \
  X(SUBK, 23) X(MULK, 24) X(MODK, 25) X(IDIVK, 28) X(ADD, 34) \
  X(SUB, 35) X(MUL, 36) X(MOD, 37) X(IDIV, 40) X(MMBIN, 46) X(MMBINI, 47) X(MMBINK, 48) X(UNM, 49) X(NOT, 51) X(JMP, 56) X(EQ, 57) \
  X(LT, 58) X(LE, 59) X(EQK, 60) X(EQI, 61) X(LTI, 62) X(LEI, 63) X(GTI, 64) X(GEI, 65) X(TEST, 66) X(TESTSET, 67) X(CALL, 68) \
  X(TAILCALL, 69) X(RETURN, 70) X(RETURN0, 71) X(RETURN1, 72) X(SETLIST, 78) X(CLOSURE, 79)
enum acr__direct_op {
#define ACR_DIRECT_OP(name, number) ACR_DO_##name,
  ACR_DIRECT_OPS(ACR_DIRECT_OP)
#undef ACR_DIRECT_OP
  ACR_DO_OTHER
};

// Functions of the host that are followed: those that compute points, and the effects that move them.
typedef enum acr__native { ACR_NATIVE_NUMBER, ACR_NATIVE_POINTS_PER, ACR_NATIVE_AWARD, ACR_NATIVE_DEDUCT, ACR_NATIVE_SPEND,
  ACR_NATIVES } acr__native;

// Tables that a function made which is being followed. Plugins see each only through what they put into it.
struct acr__made {
  int count;
  struct acr__made_table {
    int fields, entries;
    struct acr__made_field { acr__span name; struct acr__plain value; } field[ACR_MADE_FIELDS];
    struct acr__plain entry[ACR_MADE_ENTRIES];
  } tables[ACR_MADE_TABLES];
};

// The function behind a registry reference; NULL when it is none to follow.
struct acr__direct *acr__direct_known(acr__script *script, int function); // without steps when it is none
static inline struct acr__direct *acr__direct_of(acr__script *script, int function) {
  struct acr__direct *known = function < script->direct_cap ? script->direct[function] : NULL;
  if (!known) known = acr__direct_known(script, function);
  return known->steps ? known : NULL;
}
// The value that a table has under a text; ACR_PLAIN_OTHER for what is not followed.
struct acr__plain acr__direct_entry(acr__script *script, struct acr__direct_table *table, acr__span key);
// What a text that is computed names; NULL when there are too many of them.
struct acr__direct_constant *acr__direct_key(acr__script *script, acr__span text);
// Calls it with the fact (item < 0) or one of its items, and vars. Gives `wanted` results, the first true or false, or else nil or an
// integer; false = nothing happened, it has to be called in Lua. The script's call has begun.
bool acr__direct_call(acr__script *script, struct acr__direct *function, int vars, int item, bool truth_first, struct acr__plain *results,
                      int wanted);
// The same for a function that returns a list of effects, made from script->made_count on.
bool acr__direct_effects(acr__script *script, struct acr__direct *function, int vars, acr__arena *arena, const struct acr__effect **out,
                         int *count);

// ---- direct_field.c: false where Lua has to say what happens. *looked = at the fact
bool acr__direct_field(acr__script *script, const struct acr__bound *vars, const struct acr__plain *object,
                       struct acr__direct_constant *key, struct acr__plain *out, bool *looked);

// ---- direct_made.c: each gives false where Lua has to say what happens
bool acr__made_table(struct acr__made *made, struct acr__plain *out);
bool acr__made_set(struct acr__made *made, const struct acr__plain *table, acr__span name, const struct acr__plain *value);
bool acr__made_append(struct acr__made *made, const struct acr__plain *table, const struct acr__plain *values, int count);
// Which of them the C function on top of the stack is; ACR_NATIVES = none.
acr__native acr__native_of(lua_State *L);
// *given = how many results there are, 0 or 1; *charged grows by what it costs.
bool acr__native_call(acr__script *script, const struct acr__made *made, acr__native native, const struct acr__plain *arguments, int count,
                      struct acr__plain *out, int *given, uint64_t *charged);
#endif
