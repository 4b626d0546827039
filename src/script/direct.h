// Plain functions, followed without entering Lua. Most plugins compare and add up a few fields: entering Lua for them, and coming
// back for every field, costs ten times what they do. Their compiled code is read once; when it has nothing but such steps it is followed
// here, on the same fields, with the same results and the same costs. Whatever is not foreseen (an error among it) ends the attempt
// without a trace, and the call goes to Lua.
#ifndef ACR_SCRIPT_DIRECT_H
#define ACR_SCRIPT_DIRECT_H
#include "script/host.h"

enum { ACR_DIRECT_REGISTERS = 32 };

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
  struct acr__direct_entry { // as far as they were asked for
    const struct acr__direct_entry *next;
    acr__span key;
    struct acr__plain value;
  } *entries;
};

struct acr__direct {
  const uint32_t *code;
  struct acr__direct_constant *constants;
  const struct acr__direct *within; // the function that it stands in; NULL = none
  const struct acr__direct **inner; // functions inside it
  struct acr__direct_upvalue { bool in_stack; uint8_t index; } *upvalues;
  struct acr__plain *outside; // values of its upvalues when it stands in no other function; else NULL
  int code_count, constant_count, inner_count, upvalue_count, registers, parameters;
  int misses;                 // attempts that ended without a result since the last that had one
};

// Instructions of Lua 5.4 that are followed, by their numbers.
enum acr__direct_op {
  ACR_DO_MOVE = 0, ACR_DO_LOADI = 1, ACR_DO_LOADK = 3, ACR_DO_LOADFALSE = 5, ACR_DO_LFALSESKIP = 6, ACR_DO_LOADTRUE = 7,
  ACR_DO_LOADNIL = 8, ACR_DO_GETUPVAL = 9, ACR_DO_GETTABUP = 11, ACR_DO_GETTABLE = 12, ACR_DO_GETFIELD = 14, ACR_DO_SELF = 20,
  ACR_DO_ADDI = 21,
  ACR_DO_ADDK = 22, ACR_DO_SUBK = 23, ACR_DO_MULK = 24, ACR_DO_MODK = 25, ACR_DO_IDIVK = 28, ACR_DO_ADD = 34, ACR_DO_SUB = 35,
  ACR_DO_MUL = 36, ACR_DO_MOD = 37, ACR_DO_IDIV = 40, ACR_DO_MMBIN = 46, ACR_DO_MMBINI = 47, ACR_DO_MMBINK = 48, ACR_DO_UNM = 49,
  ACR_DO_NOT = 51, ACR_DO_JMP = 56, ACR_DO_EQ = 57, ACR_DO_LT = 58, ACR_DO_LE = 59, ACR_DO_EQK = 60, ACR_DO_EQI = 61, ACR_DO_LTI = 62,
  ACR_DO_LEI = 63, ACR_DO_GTI = 64, ACR_DO_GEI = 65, ACR_DO_TEST = 66, ACR_DO_TESTSET = 67, ACR_DO_CALL = 68, ACR_DO_TAILCALL = 69,
  ACR_DO_RETURN = 70, ACR_DO_RETURN0 = 71, ACR_DO_RETURN1 = 72, ACR_DO_CLOSURE = 79,
};

static inline uint32_t acr__direct_op(uint32_t code) { return code & 0x7f; }
static inline uint32_t acr__direct_a(uint32_t code) { return code >> 7 & 0xff; }
static inline bool acr__direct_k(uint32_t code) { return code >> 15 & 1; }
static inline uint32_t acr__direct_b(uint32_t code) { return code >> 16 & 0xff; }
static inline uint32_t acr__direct_c(uint32_t code) { return code >> 24; }
static inline int32_t acr__direct_sb(uint32_t code) { return (int32_t)acr__direct_b(code) - 127; }
static inline int32_t acr__direct_sc(uint32_t code) { return (int32_t)acr__direct_c(code) - 127; }
static inline uint32_t acr__direct_bx(uint32_t code) { return code >> 15; }
static inline int32_t acr__direct_sbx(uint32_t code) { return (int32_t)acr__direct_bx(code) - 65535; }
static inline int32_t acr__direct_jump(uint32_t code) { return (int32_t)(code >> 7) - 16777215; }

// The function behind a registry reference; NULL when it is none to follow.
struct acr__direct *acr__direct_of(acr__script *script, int function);
// The value that a table has under a text; ACR_PLAIN_OTHER for what is not followed.
struct acr__plain acr__direct_entry(acr__script *script, struct acr__direct_table *table, acr__span key);
// What a text that is computed names; NULL when there are too many of them.
struct acr__direct_constant *acr__direct_key(acr__script *script, acr__span text);
// Calls it with the fact (item < 0) or one of its items, and vars. Gives `wanted` results, the first true or false, or else nil or an
// integer; false = nothing happened, it has to be called in Lua. The script's call has begun.
bool acr__direct_call(acr__script *script, struct acr__direct *function, int vars, int item, bool truth_first, struct acr__plain *results,
                      int wanted);
#endif
