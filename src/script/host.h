// What the files of the Lua host share: the state with its budgets, and the objects that plugins see.
#ifndef ACR_SCRIPT_HOST_H
#define ACR_SCRIPT_HOST_H
#include "base/buf.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/table.h"
#include "json/writer.h"
#include "script/plain.h"
#include "script/script.h"
#include <lauxlib.h>
#include <lua.h>

// Every userdata that a plugin may hold begins with its kind.
typedef enum acr__ud_kind {
  ACR_UD_FACT, ACR_UD_ITEM, ACR_UD_PAYMENT, ACR_UD_CONTEXT, ACR_UD_ITEMS, ACR_UD_ALL_ITEMS, ACR_UD_PAYMENTS, ACR_UD_GROUPS,
  ACR_UD_CATEGORIES, ACR_UD_BASE_POINTS, ACR_UD_TAGS, ACR_UD_AUDIENCES, ACR_UD_LEVELS,
  ACR_UD_LEVEL_ORDER, ACR_UD_LINKS, ACR_UD_OFFERS, ACR_UD_ATTRIBUTES, ACR_UD_READS, // views: valid during one call
  ACR_UD_TIME, ACR_UD_DURATION, ACR_UD_TIMEFRAME, ACR_UD_CATALOG, ACR_UD_EFFECT, ACR_UD_READ, ACR_UD_PAIRS, // values
} acr__ud_kind;
#define ACR_VIEW_KINDS (ACR_UD_READS + 1)
#define ACR_UD_KINDS (ACR_UD_PAIRS + 1)
#define ACR_FACT_KINDS (ACR_FACT_MEMBER + 1)
#define ACR_EFFECT_KINDS (ACR_EFFECT_WEBHOOK + 1)

// A window on the fact of the current call, or an effect that it made. Made once, used again by later calls: `call` says for
// which.
struct acr__view {
  acr__ud_kind kind;
  int index;      // of the item, payment or effect; a context: 0 = the fact's, item + 1 otherwise
  uint64_t call;
};
// The views of one kind by their index.
struct acr__pool { struct acr__pooled { struct acr__view *view; int ref; } *slots; int cap; }; // malloc
// Numbers of an object's core fields and methods by name. Short texts are interned and these are anchored, so that the address of
// one says which it is: asking takes a few instructions where a table takes a hundred.
struct acr__fieldset { const void *text[64]; int number[64]; };
struct acr__ud_time { acr__ud_kind kind; acr__time at; const acr__zone *zone; };
struct acr__ud_duration { acr__ud_kind kind; acr__duration duration; };
struct acr__ud_timeframe { acr__ud_kind kind; const acr__timeframe *frame; };
struct acr__ud_catalog { acr__ud_kind kind; const struct acr__catalog *catalog; }; // user values: categories, items

// An upvalue that some function assigns to, with the value it had after load.
struct acr__upvalue { int function; int n; int value; }; // registry references

// What calling a component takes; acr__component.ref is its index.
struct acr__entry {
  struct acr__cost cost; // of its calls so far
  int value, test, accepts, accepts_item, portion, window, rate, effects, check, reads; // registry references; LUA_NOREF when absent
  const int *upvalues;   // indexes into script->upvalues, put back before each call; in script->arena
  int upvalue_count;
};

#define ACR_NO_ENTRY \
  {.value = LUA_NOREF, .test = LUA_NOREF, .accepts = LUA_NOREF, .accepts_item = LUA_NOREF, .portion = LUA_NOREF, \
   .window = LUA_NOREF, .rate = LUA_NOREF, .effects = LUA_NOREF, .check = LUA_NOREF, .reads = LUA_NOREF}

// What a call gave that never looked at its fact; only the members of its kind of function are filled.
struct acr__kept {
  const struct acr__kept *next; // of the same vars
  int function;                 // registry reference
  acr__fact_kind kind;          // of the fact: an error that a plugin caught may name it
  uint64_t instructions;        // what the call cost
  bool truth, nil, has_measured;
  int64_t number;               // value, what test measured, or the numerator of a portion
  int64_t denominator;
  const struct acr__effect *effects;
  int effect_count;
};
// What stands in the vars of one use of a component.
struct acr__bound {
  const struct acr__component *component; // NULL = no vars have this handle
  const struct acr__plain *values; // in the order of component->vars
  struct acr__folded *folded;      // functions that are called with it (folded.h)
};
enum { ACR_STACK_BOTTOM = 1 + ACR_FACT_KINDS }; // what stays on the state's stack between calls
// What one call may cost at a small event: about a millisecond, which is what a runaway keeps other events waiting. More for each line of
// its event, up to ACR_LUA_CALL_INSTRUCTIONS and ACR_LUA_CALL_BYTES.
enum { ACR_CALL_INSTRUCTIONS = 100000, ACR_ITEM_INSTRUCTIONS = 200, ACR_CALL_BYTES = 4 << 20, ACR_ITEM_BYTES = 4096 };
enum { ACR_CALL_COST = 10 }; // instructions that entering a call counts: the hook does not see calls shorter than its step

// Small blocks that Lua gave back, by their size in steps of 16 bytes.
struct acr__spare { struct acr__spare *next; };
enum { ACR_SPARE_STEP = 16, ACR_SPARE_SIZES = 8 };

struct acr__load; // a template being loaded: load.h

struct acr__script {
  lua_State *L;
  acr__arena *arena;         // lives as long as the state
  // budgets
  size_t live_bytes;
  struct acr__spare *spare[ACR_SPARE_SIZES];
  uint64_t call_bytes, call_bytes_max;
  uint64_t call_used, call_max, event_used; // instructions
  int step;                  // of the count hook
  uint64_t weight;           // what an instruction of this call counts for
  const void *stack, *array; // Lua's stack; the last array that Lua took memory for, which is its next stack when it gives the old one back
  size_t stack_bytes, array_bytes;
  size_t largest;            // block that the call took
  unsigned looks;            // of a hook that runs often: it asks the clock now and then
  int64_t wall_start_us;     // 0 = not yet looked at in this call
  int64_t spent_start_us;    // of this thread, from when the wall clock had run long enough; 0 = it has not
  int guarded;               // depth of protected calls: limits hold only inside
  const char *broken;        // the limit that this call exceeded: sticky until the next call
  char broken_file[LUA_IDSIZE];
  int broken_line;
  bool plain_errors;         // messages without a place stay so: check(vars) speaks to the author of a program
  bool event_broken;         // the event's budget is gone
  struct acr__script_stats stats;
  // registry references
  int env, globals, accrue, snapshots, libs, var_tags, made_tags;
  int meta[ACR_UD_KINDS], fact_meta[ACR_FACT_KINDS];
  struct acr__pool pools[ACR_UD_KINDS];
  struct acr__view *fact_views[ACR_FACT_KINDS]; // they stand at the bottom of the stack, above the message handler
  struct acr__fieldset fact_names[ACR_FACT_KINDS], item_names, payment_names, time_names;
  int anchored;
  const void *effect_names[ACR_EFFECT_KINDS][8]; // addresses of the names of an effect's fields, in their order
  // components
  struct acr__entry *entries; // malloc
  int entry_count, entry_cap;
  struct acr__upvalue *upvalues; // malloc
  int upvalue_count, upvalue_cap;
  acr__table *accounts;      // name -> decimals + 1
  struct acr__load *load;    // NULL but while a template is loaded
  // the current call
  uint64_t call;             // its number
  const struct acr__fact *fact; // NULL in window, check and load
  const struct acr__anchors *anchors; // in window
  bool touched;              // the call looked at its fact or its time
  struct acr__listener *listener; // NULL = nobody
  const struct acr__read_value *reads; // what was fetched for the call
  int read_count;
  acr__arena *call_arena;    // of effects(); NULL elsewhere
  struct acr__effect *made;  // effects that the call's constructors made; malloc, reused
  int made_count, made_cap;
  int *counting;             // indexes of the items that count; malloc, valid for call number `counting_call`
  int counting_count, counting_cap;
  acr__buf scratch;          // reused: a raise in the middle leaks nothing
  uint64_t counting_call;
  bool leap_mar1;            // settings.leap_day of the program
  const struct acr__kept **kept; // by handle of the vars; malloc
  int kept_cap;
  struct acr__direct **direct;   // by registry reference of a function; malloc
  int direct_cap;
  struct acr__direct_constant *direct_keys; // in the arena
  int direct_key_count;
  struct acr__bound *bound;      // by handle of the vars; malloc
  int bound_cap;
};

static inline acr__script *acr__script_of(lua_State *L) {
  return *(acr__script **)lua_getextraspace(L);
}
static inline acr__ud_kind acr__ud_kind_of(lua_State *L, int at) { // ACR_UD_KINDS when it is no userdata
  const acr__ud_kind *kind = lua_type(L, at) == LUA_TUSERDATA ? lua_touserdata(L, at) : NULL;
  return kind ? *kind : ACR_UD_KINDS;
}
static inline acr__span acr__lua_span(lua_State *L, int at) { // of a string; valid while it is on the stack
  acr__span text = {0};
  text.ptr = lua_tolstring(L, at, &text.len);
  return text;
}
static inline void acr__push_span(lua_State *L, acr__span text) {
  lua_pushlstring(L, text.len ? text.ptr : "", text.len);
}

// ---- budget.c
// Pays for work done in C; raises when the budget is gone.
void acr__charge(lua_State *L, uint64_t instructions);
// The same for bytes taken from an arena on a plugin's behalf.
void acr__charge_bytes(lua_State *L, size_t bytes);
// Starts a call's own budget; counting starts anew, so that what a call costs does not depend on the calls before it.
void acr__budget_begin(acr__script *script, uint64_t instructions, uint64_t bytes);
// The same with what a call about the fact (may be NULL) may cost: it grows with the lines that there are to look at, so that what runs
// away at a receipt of three ends soon. Nothing counts yet: acr__budget_watch has to come before Lua is entered.
void acr__budget_for(acr__script *script, const struct acr__fact *fact);
void acr__budget_watch(acr__script *script);
// Notes that the call exceeded a limit: from now on every instruction of it raises.
void acr__break_call(acr__script *script, const char *why);
// Lets the count hook run as often as what the call has by now asks for.
void acr__watch_call(acr__script *script);
// As lua_pcall inside a C function that Lua called, whose stack has its message handler at `handler`; the budget holds inside.
static inline int acr__protect_with(acr__script *script, int args, int results, int handler) {
  script->guarded++;
  int status = lua_pcall(script->L, args, results, handler);
  script->guarded--;
  if (status == LUA_ERRMEM && !script->broken) acr__break_call(script, "plugins hold more memory than a release may");
  return status;
}
// The same outside of Lua, with the handler at the bottom of the state's stack.
static inline int acr__protect(acr__script *script, int args, int results) {
  return acr__protect_with(script, args, results, 1);
}
// The message of a failed acr__protect, popped: bounded, printable, in `arena`.
char *acr__script_error(acr__script *script, acr__arena *arena);
int acr__message_handler(lua_State *L);
int acr__base_pcall(lua_State *L);

// ---- weight.c
int acr__hook_step(const acr__script *script);
// What the instructions since the hook last ran count for.
uint64_t acr__hook_cost(lua_State *L, const acr__script *script);
// What looking for a table's keys costs beside those that are found: where they were it stays large, and no table is larger than what the
// call took.
uint64_t acr__walk_cost(const acr__script *script);
// The allocator's word: Lua takes memory for an array; gives back that of its stack; makes a text of so many bytes.
void acr__array_made(acr__script *script, const void *array, size_t bytes);
void acr__stack_moved(acr__script *script);
void acr__text_made(acr__script *script, size_t bytes);

// ---- memory.c
void *acr__script_allocate(void *arg, void *ptr, size_t osize, size_t nsize);

// ---- closed.c
// Puts the closed library into script->globals and makes script->env.
void acr__open_closed(acr__script *script);
void acr__open_string(lua_State *L); // pushes the table
void acr__open_table(lua_State *L);
int acr__base_tostring(lua_State *L);
// Lets the function of the table cost an instruction for every two of its arguments.
void acr__pay_by_values(lua_State *L, int table, const char *name);
int acr__base_next(lua_State *L);
int acr__base_pairs(lua_State *L);
int acr__base_pairs_step(lua_State *L);
// The text keys of the table at `at` in sorted order, so that messages do not depend on the state; raises when there are more
// than `most`. *others: it has keys that are no texts.
int acr__sorted_keys(lua_State *L, int at, acr__span *out, int most, bool *others);
// The first of the table's text keys that is none of `names`; empty when all are, "[1]" for a list entry.
acr__span acr__foreign_key(lua_State *L, int at, const acr__span *names, int count);
// What a plugin's author calls the value at `at`: "text", "nothing", "number" ...
const char *acr__type_name(lua_State *L, int at);

// ---- listen.c: where somebody listens
void acr__hear_field(lua_State *L, const char *of, acr__span name); // its value is on top of the stack
void acr__hear_points(acr__script *script, int64_t amount, const struct acr__points_per *rule, int64_t result);
int acr__base_print(lua_State *L);

// ---- kept.c
// Keeps the result of the call that just ended well, when it depended on its vars alone.
void acr__keep(acr__script *script, int vars, const struct acr__kept *result);
// What this call gave before, its costs counted; NULL when it has to run.
const struct acr__kept *acr__recall(acr__script *script, int function, int vars, acr__fact_kind kind);
// Something that calls may ask about besides fact and vars has changed.
void acr__forget_all(acr__script *script);

// ---- freeze.c
// Makes the table at `at` read-only in place: its contents move behind a face with the same identity.
void acr__freeze(lua_State *L, int at);
// Pushes the table that holds the contents: the one behind a read-only face, else the table itself.
void acr__push_raw(lua_State *L, int at);
bool acr__is_frozen(lua_State *L, int at);
// Makes everything that the value on top of the stack reaches read-only, and notes the upvalues that its functions assign to:
// their indexes into script->upvalues go to *out (in script->arena).
void acr__freeze_reach(acr__script *script, const int **out, int *count);
// Puts upvalues back to what they were after load.
void acr__upvalues_restore(acr__script *script, const int *indexes, int count);
// Which upvalues of the Lua function on top of the stack are ever assigned to, by it or by functions inside it.
void acr__assigned_upvalues(lua_State *L, bool assigned[256]);

// ---- accrue.c, effects.c, vars.c ...: parts of the table `accrue`, which is on top of the stack
void acr__open_accrue(acr__script *script);
enum { ACR_NUMBER_PLACES_MAX = 9 };
int acr__accrue_number(lua_State *L); // number.c
enum { ACR_POINTS_PER_COST = 20 };
#define ACR_POINTS_PER_DEFAULT ((struct acr__points_per){.precision = 2, .rounding = ACR_ROUND_DOWN})
int acr__accrue_points_per(lua_State *L);
bool acr__rounding_find(acr__span name, acr__rounding *out);
bool acr__points_per_account(const acr__script *script, acr__span account, struct acr__points_per *rule); // false = there is none
// What base earning gave into an account; raises where that is not known.
int64_t acr__base_points_of(lua_State *L, const struct acr__fact *fact, acr__span account);
void acr__open_effects(lua_State *L);
// The effect that the function on top of the stack makes; ACR_EFFECT_KINDS = it makes none.
acr__effect_kind acr__effect_made_by(lua_State *L);
// Makes an effect that moves points, of fields that were read without Lua; none when it moves none. false = Lua has to say.
struct acr__made_field;
bool acr__effect_plain(acr__script *script, acr__effect_kind kind, const struct acr__made_field *given, int count);
void acr__open_constructors(lua_State *L);
void acr__open_var_constructors(lua_State *L);
// Metatables and pools of everything that acr__ud_kind lists.
void acr__open_objects(acr__script *script);
void acr__open_facts(acr__script *script);
void acr__open_times(acr__script *script);
void acr__open_var_objects(acr__script *script);

// ---- load.c
int acr__entry_add(acr__script *script, const struct acr__entry *entry); // its index

// ---- reads.c
void acr__open_reads(lua_State *L); // pushes the table accrue.read
void acr__open_read_objects(acr__script *script);

// ---- objects.c
// Makes the view of this kind and index.
void acr__make_view(lua_State *L, acr__script *script, acr__ud_kind kind, int index);
// Pushes the view of this kind and index, made valid for the current call.
static inline void acr__push_view(lua_State *L, acr__script *script, acr__ud_kind kind, int index) {
  const struct acr__pool *pool = &script->pools[kind];
  if (index >= pool->cap || !pool->slots[index].view) acr__make_view(L, script, kind, index);
  pool->slots[index].view->call = script->call;
  lua_rawgeti(L, LUA_REGISTRYINDEX, pool->slots[index].ref);
}
// Raises: the view at `at` belongs to an earlier call.
int acr__view_is_over(lua_State *L, int at);
// The view that a metamethod was called for by Lua itself; raises when its call is over. From here on the call has looked.
static inline const struct acr__view *acr__own_view(lua_State *L, acr__script *script) {
  const struct acr__view *view = lua_touserdata(L, 1);
  script->touched = true;
  if (view->call != script->call || !script->fact) acr__view_is_over(L, 1);
  return view;
}
// The view at `at`; raises when it is none of that kind or of an earlier call. From here on the call has looked.
const struct acr__view *acr__check_view(lua_State *L, int at, acr__ud_kind kind);
// Makes a metatable { __index = index, __newindex = refusal } and refers to it.
int acr__new_meta(lua_State *L, const char *name, lua_CFunction index);
// The address that every text equal to this short one has from now on.
const void *acr__anchor_name(lua_State *L, acr__script *script, const char *name);
// Gives a name its number (> 0).
void acr__fieldset_add(lua_State *L, acr__script *script, struct acr__fieldset *names, const char *name, int number);
// The number of the name at `at`; 0 when it is none of them.
static inline int acr__fieldset_number(lua_State *L, int at, const struct acr__fieldset *names) {
  const void *text = lua_topointer(L, at);
  for (size_t slot = ((uintptr_t)text >> 4) % 64; names->text[slot]; slot = (slot + 1) % 64) {
    if (names->text[slot] == text) return names->number[slot];
  }
  return 0;
}
// Raises: there is no such field, with the nearest.
int acr__unknown_field(lua_State *L, const char *what, acr__span name, const acr__span *names, int count);
// Items of the fact that count, as indexes.
const int *acr__counting_items(acr__script *script, int *count);
void acr__push_time(lua_State *L, acr__time at, const acr__zone *zone);
void acr__push_duration(lua_State *L, acr__duration duration);
void acr__push_date(lua_State *L, acr__date date);
// A duration object or a text such as "30 days".
bool acr__to_duration(lua_State *L, int at, acr__duration *out);
// The time of the current call and its zone; false when there is none.
bool acr__call_now(acr__script *script, acr__time *at, const acr__zone **zone);
extern const luaL_Reg acr__purchase_methods[]; // sum, count ...: sums.c

// ---- facts.c, times.c: fields by their numbers in the fieldsets; false = something that is no plain value, or no such field
bool acr__plain_fact(const struct acr__fact *fact, int field, struct acr__plain *out);
bool acr__plain_item(const struct acr__fact *fact, int index, int field, struct acr__plain *out);
bool acr__plain_declared(const struct acr__field *field, const struct acr__field_value *value, struct acr__plain *out);
bool acr__time_part(acr__time at, const acr__zone *zone, int field, int64_t *out); // year ... minute

// ---- frame_json.c
void acr__write_timeframe(acr__writer *out, const acr__timeframe *frame); // as a program would write it

// ---- tojson.c
// Writes the value at `at` as JSON; raises for floats, functions, cycles. An empty table is {} or [].
void acr__lua_json(lua_State *L, int at, acr__buf *out, bool empty_is_object);
#endif
