// Follows a plain function, instruction by instruction. What an instruction means here is what it means in Lua for the values that are
// let through: no floats, no texts as numbers, no order of texts, no objects but those named below. All else ends the attempt.
#include "script/direct_value.h"
#include "script/folded.h"

enum { HOOK_STEP = 1000, MISSES_MAX = 8, DEPTH_MAX = 8, STEPS_MAX = 100000 };

struct frame {
  const struct acr__direct *function;
  const struct frame *outer; // whose locals its upvalues are; NULL = the outermost function
  struct acr__plain *at;     // its registers
};

struct run {
  acr__script *script;
  const struct acr__bound *vars;
  struct acr__made *made; // NULL = it may make no tables
  uint64_t steps;   // instructions, counted as the count hook would
  uint64_t charged; // for work in C
  bool looked;      // at the fact
  int depth;
  int given; // results of the function that returned last
};

static bool follow(struct run *run, const struct frame *frame, struct acr__plain *results, int wanted);

static bool give(const struct acr__plain *from, int count, struct acr__plain *results, int wanted) {
  for (int i = 0; i < wanted; i++) results[i] = i < count ? from[i] : (struct acr__plain){.tag = ACR_PLAIN_NIL};
  return true;
}

static inline bool field(struct run *run, const struct acr__plain *object, struct acr__direct_constant *key, struct acr__plain *out) {
  return acr__direct_field(run->script, run->vars, object, key, out, &run->looked);
}

// object[text]
static bool element(struct run *run, const struct acr__plain *object, const struct acr__plain *key, struct acr__plain *out) {
  if (object->tag == ACR_PLAIN_SET && acr__direct_in(object->set, key, out)) return true;
  struct acr__direct_constant *name =
      key->tag == ACR_PLAIN_TEXT ? acr__direct_key(run->script, (acr__span){key->text, key->len}) : NULL;
  return name && field(run, object, name, out);
}

// ---- calls

// Of a function that stands in the one of `frame`, or in none.
static bool call(struct run *run, const struct frame *frame, const struct acr__direct *function, const struct acr__plain *arguments,
                 int count, struct acr__plain *results, int wanted) {
  struct acr__plain registers[ACR_DIRECT_REGISTERS];
  struct frame inner = {function, function->outside ? NULL : frame, registers};
  if ((inner.outer && function->within != frame->function) || run->depth == DEPTH_MAX || run->steps > STEPS_MAX) return false;
  give(arguments, count, registers, function->parameters);
  run->depth++;
  bool good = follow(run, &inner, results, wanted);
  run->depth--;
  return good;
}

// The function of a method, called with one item after another.
static inline bool measure(struct run *run, const struct frame *inner, int item, struct acr__plain *out) {
  const struct acr__direct_step *step = inner->function->steps;
  if (step[0].op == ACR_DO_GETFIELD && step[0].b == 0 && step[1].op == ACR_DO_RETURN1 && step[1].a == step[0].a) { // of one field
    run->steps += 2;
    return acr__plain_item(run->script->fact, item, step[0].constant->item, out);
  }
  inner->at[0] = (struct acr__plain){.tag = ACR_PLAIN_ITEM, .i = item};
  for (int i = 1; i < inner->function->parameters; i++) inner->at[i] = (struct acr__plain){.tag = ACR_PLAIN_NIL};
  return run->steps <= STEPS_MAX && follow(run, inner, out, 1);
}

static bool method(struct run *run, const struct frame *frame, const struct acr__plain *at, int arguments, struct acr__plain *out) {
  int count;
  const struct acr__direct *function = arguments > 1 && at[2].tag == ACR_PLAIN_FUNCTION ? at[2].function : NULL;
  if (at[0].tag != ACR_PLAIN_METHOD || at[1].tag != ACR_PLAIN_FACT || !function) return false;
  struct acr__plain registers[ACR_DIRECT_REGISTERS];
  struct frame inner = {function, function->outside ? NULL : frame, registers};
  if ((inner.outer && function->within != frame->function) || run->depth == DEPTH_MAX) return false;
  const int *items = acr__counting_items(run->script, &count);
  struct acr__direct_sum sum = {.method = (acr__direct_method)at[0].i};
  run->charged += (uint64_t)count;
  run->looked = true;
  run->depth++;
  for (int i = 0; i < count && !acr__direct_sum_done(&sum); i++) {
    struct acr__plain value;
    if (!measure(run, &inner, items[i], &value) || !acr__direct_sum_add(&sum, &value)) return false;
  }
  run->depth--;
  *out = acr__direct_sum_of(&sum);
  return true;
}

static bool upvalue(const struct frame *frame, uint32_t index, struct acr__plain *out) {
  while (frame->outer && !frame->function->upvalues[index].in_stack) {
    index = frame->function->upvalues[index].index;
    frame = frame->outer;
  }
  *out = frame->outer ? frame->outer->at[frame->function->upvalues[index].index] : frame->function->outside[index];
  return out->tag != ACR_PLAIN_OTHER;
}

// Puts a value into a register; false = not for us to say.
static bool assign(struct run *run, const struct frame *frame, const struct acr__direct_step *step) {
  struct acr__plain *at = frame->at, *a = &at[step->a], *b = &at[step->b];
  switch ((enum acr__direct_op)step->op) {
  case ACR_DO_LOADNIL: return give(NULL, 0, a, step->b + 1);
  case ACR_DO_GETUPVAL: return upvalue(frame, step->b, a);
  case ACR_DO_GETTABUP: {
    struct acr__plain object;
    return upvalue(frame, step->b, &object) && field(run, &object, step->constant, a);
  }
  case ACR_DO_GETTABLE: return element(run, b, &at[step->c], a);
  case ACR_DO_SELF: {
    bool found = step->constant->method < ACR_DIRECT_METHODS && b->tag == ACR_PLAIN_FACT && run->script->fact->kind == ACR_FACT_PURCHASE;
    a[1] = *b;
    *a = (struct acr__plain){.tag = ACR_PLAIN_METHOD, .i = (int64_t)step->constant->method};
    return found;
  }
  case ACR_DO_UNM: return b->tag == ACR_PLAIN_INTEGER && acr__direct_arithmetic(ACR_DO_SUB, 0, b->i, a);
  case ACR_DO_NOT: *a = acr__plain_boolean(!acr__direct_truth(b)); return true;
  case ACR_DO_CLOSURE: *a = (struct acr__plain){.tag = ACR_PLAIN_FUNCTION, .function = step->inner}; return true;
  default: return false;
  }
}

// The second operand of an arithmetic instruction, which is one of three kinds.
static bool operate(const struct frame *frame, const struct acr__direct_step *step) {
  const struct acr__plain *b = &frame->at[step->b], *c = &frame->at[step->c];
  struct acr__plain immediate = acr__plain_integer(step->n);
  if (step->op == ACR_DO_ADDI) c = &immediate;
  else if (step->op < ACR_DO_ADD) c = &step->constant->value;
  return b->tag == ACR_PLAIN_INTEGER && c->tag == ACR_PLAIN_INTEGER &&
         acr__direct_arithmetic(acr__direct_operation(step->op), b->i, c->i, &frame->at[step->a]);
}

// What the host does: a method with a function, or one of its own functions.
static bool host(struct run *run, const struct frame *frame, const struct acr__plain *a, int arguments, struct acr__plain *results,
                 int wanted) {
  struct acr__plain value;
  run->given = 1;
  if (a->tag != ACR_PLAIN_NATIVE) return method(run, frame, a, arguments, &value) && (run->given = 1, give(&value, 1, results, wanted));
  run->looked = run->looked || a->i == ACR_NATIVE_NUMBER;
  return acr__native_call(run->script, run->made, (acr__native)a->i, a + 1, arguments, &value, &run->given, &run->charged) &&
         give(&value, run->given, results, wanted);
}

// A call, by the register of its function; *top = behind its results where it gave all that it had.
static bool apply(struct run *run, const struct frame *frame, const struct acr__direct_step *step, const struct acr__plain **top) {
  struct acr__plain *a = &frame->at[step->a];
  bool all = step->c == 0;
  int wanted = all ? 1 : step->c - 1;
  bool good = a->tag == ACR_PLAIN_FUNCTION ? call(run, frame, a->function, a + 1, step->b - 1, a, wanted)
                                           : host(run, frame, a, step->b - 1, a, wanted);
  *top = a + run->given;
  return good && (!all || run->given <= 1);
}

static bool tail_call(struct run *run, const struct frame *frame, const struct acr__direct_step *step, struct acr__plain *results,
                      int wanted) {
  const struct acr__plain *a = &frame->at[step->a];
  return a->tag == ACR_PLAIN_FUNCTION ? call(run, frame, a->function, a + 1, step->b - 1, results, wanted)
                                      : host(run, frame, a, step->b - 1, results, wanted);
}

// Into a table that the function made; `top` is behind a list whose length a call gave.
static bool fill(struct run *run, const struct frame *frame, const struct acr__direct_step *step, const struct acr__plain *top) {
  const struct acr__plain *a = &frame->at[step->a];
  if (!run->made || a->tag != ACR_PLAIN_MADE) return false;
  if (step->op == ACR_DO_SETLIST) return acr__made_append(run->made, a, a + 1, step->b ? step->b : (int)(top - a) - 1);
  const struct acr__plain *value = step->n >= 0 ? &frame->function->constants[step->n].value : &frame->at[step->c];
  return acr__made_set(run->made, a, step->constant->text, value);
}

// A comparison of integers; a jump belongs to it.
#define ORDER(which, comparison, other) \
  case which: \
    if (a->tag != ACR_PLAIN_INTEGER || !(other)) return false; \
    pc += (comparison) == step->c ? step->n : 1; \
    break

static bool follow(struct run *run, const struct frame *frame, struct acr__plain *results, int wanted) {
  const struct acr__direct_step *pc = frame->function->steps;
  const struct acr__plain *top = NULL; // behind the results of a call that gave all it had
  struct acr__plain *const at = frame->at;
  while (true) {
    const struct acr__direct_step *step = pc++;
    struct acr__plain *a = &at[step->a];
    const struct acr__plain *b = &at[step->b];
    bool holds;
    run->steps++;
    switch ((enum acr__direct_op)step->op) {
    case ACR_DO_RETURN1:
      run->given = 1;
      if (wanted == 1) return *results = *a, true;
      return give(a, 1, results, wanted);
    case ACR_DO_RETURN0: return run->given = 0, give(a, 0, results, wanted);
    case ACR_DO_RETURN: return run->given = step->b ? step->b - 1 : (int)(top - a), give(a, run->given, results, wanted);
    case ACR_DO_JMP: pc += step->n; break;
    case ACR_DO_GETFIELD:
      if (!field(run, b, step->constant, a)) return false;
      break;
    case ACR_DO_MOVE: *a = *b; break;
    case ACR_DO_LOADI: a->tag = ACR_PLAIN_INTEGER, a->i = step->n; break;
    case ACR_DO_LOADK: *a = step->constant->value; break;
    case ACR_DO_LFALSESKIP: pc++; // fall through
    case ACR_DO_LOADFALSE: a->tag = ACR_PLAIN_FALSE; break;
    case ACR_DO_LOADTRUE: a->tag = ACR_PLAIN_TRUE; break;
    ORDER(ACR_DO_LT, a->i < b->i, b->tag == ACR_PLAIN_INTEGER);
    ORDER(ACR_DO_LE, a->i <= b->i, b->tag == ACR_PLAIN_INTEGER);
    ORDER(ACR_DO_LTI, a->i < step->b - 127, true);
    ORDER(ACR_DO_LEI, a->i <= step->b - 127, true);
    ORDER(ACR_DO_GTI, a->i > step->b - 127, true);
    ORDER(ACR_DO_GEI, a->i >= step->b - 127, true);
    case ACR_DO_EQI:
      if (a->tag > ACR_PLAIN_TEXT) return false;
      pc += (a->tag == ACR_PLAIN_INTEGER && a->i == step->b - 127) == step->c ? step->n : 1;
      break;
    case ACR_DO_EQ:
    case ACR_DO_EQK:
      if (!acr__direct_equal(a, step->op == ACR_DO_EQ ? b : &step->constant->value, &holds)) return false;
      pc += holds == step->c ? step->n : 1;
      break;
    case ACR_DO_TEST: pc += acr__direct_truth(a) == step->c ? step->n : 1; break;
    case ACR_DO_TESTSET:
      if (acr__direct_truth(b) == step->c) *a = *b;
      pc += acr__direct_truth(b) == step->c ? step->n : 1;
      break;
    case ACR_DO_CALL:
      if (!apply(run, frame, step, &top)) return false;
      break;
    case ACR_DO_TAILCALL: return tail_call(run, frame, step, results, wanted);
    case ACR_DO_NEWTABLE:
      if (!run->made || !acr__made_table(run->made, a)) return false;
      pc++; // over the rest of its size
      break;
    case ACR_DO_SETFIELD:
    case ACR_DO_SETLIST:
      if (!fill(run, frame, step, top)) return false;
      break;
    case ACR_DO_ADDI: case ACR_DO_ADDK: case ACR_DO_SUBK: case ACR_DO_MULK: case ACR_DO_MODK: case ACR_DO_IDIVK: case ACR_DO_ADD:
    case ACR_DO_SUB: case ACR_DO_MUL: case ACR_DO_MOD: case ACR_DO_IDIV:
      if (!operate(frame, step)) return false;
      pc++; // over what Lua would do for other operands
      break;
    default:
      if (!assign(run, frame, step)) return false;
    }
  }
}

// Does the budget of call and event hold what it cost? Then it is counted, as acr__charge and the hook would have.
static bool pay(acr__script *script, const struct run *run) {
  uint64_t cost = run->charged + run->steps / HOOK_STEP * HOOK_STEP;
  if (script->call_used + cost > script->call_max || script->event_used + cost > ACR_LUA_EVENT_INSTRUCTIONS) return false;
  script->call_used += cost;
  script->event_used += cost;
  script->stats.instructions += cost;
  return true;
}

// Each attempt is a miss until it has ended well.
static bool attempt(struct run *run, struct acr__direct *function, int item, struct acr__plain *results, int wanted) {
  struct acr__plain registers[ACR_DIRECT_REGISTERS];
  struct frame frame = {function, NULL, registers};
  if (function->misses > MISSES_MAX) return false;
  for (int i = 2; i < function->parameters; i++) registers[i] = (struct acr__plain){.tag = ACR_PLAIN_NIL};
  registers[0] = (struct acr__plain){.tag = item < 0 ? ACR_PLAIN_FACT : ACR_PLAIN_ITEM, .i = item};
  registers[1] = (struct acr__plain){.tag = ACR_PLAIN_VARS};
  function->misses++;
  return follow(run, &frame, results, wanted);
}

static bool well(const struct run *run, struct acr__direct *function) {
  if (!pay(run->script, run)) return false;
  function->misses = 0;
  run->script->stats.direct++;
  run->script->touched = run->looked;
  return true;
}

// The same by its tree, where it is folded.
static bool folded(struct run *run, const struct acr__direct *function, int vars, int item, struct acr__plain *results, int wanted) {
  struct acr__folded *known = acr__folded_of(run->script, function, vars, item >= 0, wanted);
  if (!known) return false;
  struct acr__fold_run walk = {.fact = run->script->fact, .item = {item}};
  if (!acr__folded_run(known, &walk, results)) return false;
  run->steps = walk.steps;
  run->charged = walk.charged;
  run->looked = walk.looked;
  run->script->stats.folded++;
  return true;
}

bool acr__direct_call(acr__script *script, struct acr__direct *function, int vars, int item, bool truth_first, struct acr__plain *results,
                      int wanted) {
  struct run run = {.script = script, .vars = &script->bound[vars]};
  if (!folded(&run, function, vars, item, results, wanted) && !attempt(&run, function, item, results, wanted)) return false;
  bool is_truth = results->tag == ACR_PLAIN_FALSE || results->tag == ACR_PLAIN_TRUE;
  return results->tag <= ACR_PLAIN_INTEGER && is_truth == truth_first && well(&run, function);
}

bool acr__direct_effects(acr__script *script, struct acr__direct *function, int vars, acr__arena *arena, const struct acr__effect **out,
                         int *count) {
  struct acr__made made;
  struct run run = {.script = script, .vars = &script->bound[vars], .made = &made};
  struct acr__plain result;
  made.count = 0;
  *count = 0;
  if (!attempt(&run, function, -1, &result, 1) || result.tag != ACR_PLAIN_MADE) return false;
  const struct acr__made_table *table = &made.tables[result.i];
  if (table->fields) return false;
  struct acr__effect *list = ACR__NEW_N(arena, struct acr__effect, table->entries + 1);
  for (int i = 0; i < table->entries; i++) {
    if (table->entry[i].tag == ACR_PLAIN_EFFECT) list[(*count)++] = script->made[table->entry[i].i];
    else if (table->entry[i].tag != ACR_PLAIN_NIL) return false;
  }
  *out = list;
  return well(&run, function);
}
