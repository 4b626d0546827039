// Folds a plain function: follows it once with its vars, and leaves open what depends on the fact. Where that decides which way it goes
// on, both ways are followed. Whatever cannot be said here is an end at which the walk stops.
#include "script/fold.h"

enum { CALLS_BEFORE = 8, USES_MAX = 8, NODES_MAX = 64, WORK_MAX = 2000, WAYS_MAX = 12 };

static const struct acr__fold *go_on(struct acr__folding *g, struct acr__way *way);

struct acr__fold *acr__fold_node(struct acr__folding *g, acr__fold_op op) {
  g->failed = g->failed || ++g->nodes > NODES_MAX;
  struct acr__fold *out = ACR__NEW(g->script->arena, struct acr__fold);
  *out = (struct acr__fold){.op = (uint8_t)op, .a = {.slot = -1}, .b = {.slot = -1}};
  return out;
}

struct acr__fold *acr__fold_slot(struct acr__folding *g, struct acr__way *way, acr__fold_op op, struct acr__fold_value *out) {
  struct acr__fold *made = acr__fold_node(g, op);
  g->failed = g->failed || way->slots == ACR_FOLD_SLOTS;
  made->to = (uint8_t)way->slots;
  *out = (struct acr__fold_value){.slot = way->slots};
  way->slots += !g->failed;
  *way->link = made;
  way->link = &made->next;
  return made;
}

// ---- calls

// A function begins, which stands in the one that runs or in none.
static bool begin(struct acr__way *way, const struct acr__direct *function, const struct acr__fold_value *arguments, int count) {
  const struct acr__act *from = &way->acts[way->act];
  if (way->act + 1 == ACR_FOLD_ACTS || (!function->outside && function->within != from->function)) return false;
  struct acr__act *act = &way->acts[way->act + 1];
  *act = (struct acr__act){.function = function, .pc = function->steps, .outer = function->outside ? -1 : way->act};
  for (int i = 0; i < function->parameters; i++)
    act->at[i] = i < count ? arguments[i] : acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_NIL});
  way->act++;
  return true;
}

// What the function that runs gives: to the one before it, or at the end of the way.
static bool give(struct acr__folding *g, struct acr__way *way, const struct acr__fold_value *values, int count) {
  const struct acr__fold_value nil = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_NIL});
  const struct acr__act *done = &way->acts[way->act];
  for (; way->act != way->base && done->tail; done = &way->acts[way->act]) way->act--;
  if (way->act == way->base) {
    struct acr__fold *end = acr__fold_node(g, ACR_FOLD_GIVE);
    end->a = count > 0 ? values[0] : nil;
    end->b = count > 1 ? values[1] : nil;
    end->n = way->steps;
    end->looked = way->looked;
    *way->link = end;
    return false;
  }
  struct acr__act *to = &way->acts[--way->act];
  int wanted = done->wanted < 0 ? count : done->wanted;
  for (int i = 0; i < wanted; i++) to->at[done->to + i] = i < count ? values[i] : nil;
  to->top = done->to + wanted;
  return done->wanted >= 0 || count <= 1;
}

// purchase:sum(function) and the like: the function is folded for itself.
static bool method(struct acr__folding *g, struct acr__way *way, const struct acr__fold_value *at, int arguments,
                   struct acr__fold_value *out) {
  bool good = arguments > 1 && at[0].slot < 0 && at[1].slot < 0 && at[2].slot < 0 && at[0].known.tag == ACR_PLAIN_METHOD &&
              at[1].known.tag == ACR_PLAIN_FACT && at[2].known.tag == ACR_PLAIN_FUNCTION;
  if (!good || way->items == ACR_FOLD_ITEMS || way->ways == WAYS_MAX) return false;
  struct acr__fold *made = acr__fold_slot(g, way, ACR_FOLD_ITEMS_METHOD, out);
  struct acr__way each = *way;
  struct acr__fold_value item = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_ITEM, .i = way->items});
  way->looked = each.looked = true;
  if (g->failed || !begin(&each, at[2].known.function, &item, 1)) return false;
  each.base = each.act;
  each.steps = 0;
  each.items++;
  each.ways++;
  made->n = (int)at[0].known.i;
  made->level = (uint8_t)way->items;
  made->other = go_on(g, &each);
  return made->other->op != ACR_FOLD_STOP;
}

// ---- instructions

static bool assign(struct acr__folding *g, struct acr__way *way, const struct acr__direct_step *step) {
  struct acr__fold_value *at = way->acts[way->act].at, *a = &at[step->a], *b = &at[step->b], object, key;
  switch ((enum acr__direct_op)step->op) {
  case ACR_DO_MOVE: *a = *b; return true;
  case ACR_DO_LOADI: *a = acr__fold_known(acr__plain_integer(step->n)); return true;
  case ACR_DO_LOADK: *a = acr__fold_known(step->constant->value); return true;
  case ACR_DO_LFALSESKIP: way->acts[way->act].pc++; // fall through
  case ACR_DO_LOADFALSE: *a = acr__fold_known(acr__plain_boolean(false)); return true;
  case ACR_DO_LOADTRUE: *a = acr__fold_known(acr__plain_boolean(true)); return true;
  case ACR_DO_LOADNIL:
    for (int i = 0; i <= step->b; i++) a[i] = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_NIL});
    return true;
  case ACR_DO_GETUPVAL: return acr__fold_upvalue(way, step->b, a);
  case ACR_DO_GETTABUP: return acr__fold_upvalue(way, step->b, &object) && acr__fold_field(g, way, &object, step->constant, a);
  case ACR_DO_GETTABLE: object = *b, key = at[step->c]; return acr__fold_element(g, way, &object, &key, a);
  case ACR_DO_GETFIELD: object = *b; return acr__fold_field(g, way, &object, step->constant, a);
  case ACR_DO_SELF:
    object = *b;
    if (object.slot >= 0 || object.known.tag != ACR_PLAIN_FACT || g->fact->kind != ACR_FACT_PURCHASE) return false;
    a[1] = object;
    *a = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_METHOD, .i = (int64_t)step->constant->method});
    return step->constant->method < ACR_DIRECT_METHODS;
  case ACR_DO_CLOSURE: *a = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_FUNCTION, .function = step->inner}); return true;
  default: return false;
  }
}

// Arithmetic of two values.
static bool operate(struct acr__folding *g, struct acr__way *way, uint32_t op, struct acr__fold_value b, struct acr__fold_value c,
                    struct acr__fold_value *out) {
  if (b.slot < 0 && c.slot < 0) {
    *out = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_NIL});
    return b.known.tag == ACR_PLAIN_INTEGER && c.known.tag == ACR_PLAIN_INTEGER &&
           acr__direct_arithmetic(op, b.known.i, c.known.i, &out->known);
  }
  struct acr__fold *made = acr__fold_slot(g, way, ACR_FOLD_OPERATE, out);
  made->n = (int)op;
  made->a = b;
  made->b = c;
  return true;
}

static bool arithmetic(struct acr__folding *g, struct acr__way *way, const struct acr__direct_step *step) {
  struct acr__act *act = &way->acts[way->act];
  struct acr__fold_value second;
  if (step->op == ACR_DO_UNM)
    return operate(g, way, ACR_DO_SUB, acr__fold_known(acr__plain_integer(0)), act->at[step->b], &act->at[step->a]);
  if (step->op == ACR_DO_ADDI) second = acr__fold_known(acr__plain_integer(step->n));
  else second = step->op < ACR_DO_ADD ? acr__fold_known(step->constant->value) : act->at[step->c];
  act->pc++; // over what Lua would do for other operands
  return operate(g, way, acr__direct_operation(step->op), act->at[step->b], second, &act->at[step->a]);
}

// What a comparison asks: op of a and b; false = none that is known here.
static bool question(const struct acr__act *act, const struct acr__direct_step *step, acr__fold_op *op, struct acr__fold_value *a,
                     struct acr__fold_value *b) {
  struct acr__fold_value number = acr__fold_known(acr__plain_integer(step->b - 127));
  *a = *b = act->at[step->a];
  switch ((enum acr__direct_op)step->op) {
  case ACR_DO_LT: *op = ACR_FOLD_LESS; *b = act->at[step->b]; return true;
  case ACR_DO_LE: *op = ACR_FOLD_LESS_EQUAL; *b = act->at[step->b]; return true;
  case ACR_DO_LTI: *op = ACR_FOLD_LESS; *b = number; return true;
  case ACR_DO_LEI: *op = ACR_FOLD_LESS_EQUAL; *b = number; return true;
  case ACR_DO_GTI: *op = ACR_FOLD_LESS; *a = number; return true;
  case ACR_DO_GEI: *op = ACR_FOLD_LESS_EQUAL; *a = number; return true;
  case ACR_DO_EQ: *op = ACR_FOLD_EQUAL; *b = act->at[step->b]; return true;
  case ACR_DO_EQI: *op = ACR_FOLD_EQUAL; *b = number; return true;
  case ACR_DO_EQK: *op = ACR_FOLD_EQUAL; *b = acr__fold_known(step->constant->value); return true;
  case ACR_DO_TEST: *op = ACR_FOLD_TRUTH; return true;
  case ACR_DO_TESTSET:
  case ACR_DO_NOT: *op = ACR_FOLD_TRUTH; *a = act->at[step->b]; return true;
  default: return false;
  }
}

// The answer where both are known.
static bool answer(acr__fold_op op, const struct acr__plain *a, const struct acr__plain *b, bool *out) {
  if (op == ACR_FOLD_TRUTH) return *out = acr__direct_truth(a), true;
  if (op == ACR_FOLD_EQUAL) return acr__direct_equal(a, b, out);
  *out = op == ACR_FOLD_LESS ? a->i < b->i : a->i <= b->i;
  return a->tag == ACR_PLAIN_INTEGER && b->tag == ACR_PLAIN_INTEGER;
}

// On behind a comparison whose answer is known.
static void take(struct acr__way *way, const struct acr__direct_step *step, bool holds) {
  struct acr__act *act = &way->acts[way->act];
  if (step->op == ACR_DO_NOT) {
    act->at[step->a] = acr__fold_known(acr__plain_boolean(!holds));
    return;
  }
  if (step->op == ACR_DO_TESTSET && holds == step->c) act->at[step->a] = act->at[step->b];
  act->pc += holds == step->c ? step->n : 1;
}

// false = the way ends here, in two others or none.
static bool compare(struct acr__folding *g, struct acr__way *way, const struct acr__direct_step *step) {
  struct acr__fold_value a, b;
  acr__fold_op op = ACR_FOLD_TRUTH;
  bool holds;
  if (!question(&way->acts[way->act], step, &op, &a, &b)) return false;
  bool open = a.slot >= 0 || (b.slot >= 0 && op != ACR_FOLD_TRUTH);
  if (!open) return answer(op, &a.known, &b.known, &holds) && (take(way, step, holds), true);
  if (way->ways == WAYS_MAX) return false;
  struct acr__fold *made = acr__fold_node(g, op);
  *way->link = made;
  made->a = a;
  made->b = b;
  way->ways++;
  struct acr__way then = *way, other = *way;
  take(&then, step, true);
  take(&other, step, false);
  made->next = go_on(g, &then);
  made->other = go_on(g, &other);
  return false;
}

// A call, whose results go to registers or, of a tail call, to whom the caller's go. false = the way ends here.
static bool call(struct acr__folding *g, struct acr__way *way, const struct acr__direct_step *step) {
  struct acr__fold_value *a = &way->acts[way->act].at[step->a], value;
  bool tail = step->op == ACR_DO_TAILCALL;
  if (a->slot < 0 && a->known.tag == ACR_PLAIN_FUNCTION && begin(way, a->known.function, a + 1, step->b - 1)) {
    struct acr__act *act = &way->acts[way->act];
    act->to = step->a;
    act->wanted = step->c - 1;
    act->tail = tail;
    return true;
  }
  bool done = a->slot < 0 && a->known.tag == ACR_PLAIN_METHOD && method(g, way, a, step->b - 1, &value);
  if (!done) return false;
  if (tail) return give(g, way, &value, 1);
  for (int i = 0; i < (step->c ? step->c - 1 : 1); i++) a[i] = i == 0 ? value : acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_NIL});
  way->acts[way->act].top = step->a + 1;
  return true;
}

// The tree of what a way does from here on.
static const struct acr__fold *go_on(struct acr__folding *g, struct acr__way *way) {
  way->root = NULL;
  way->link = &way->root;
  for (bool on = true; on;) {
    struct acr__act *act = &way->acts[way->act];
    const struct acr__direct_step *step = act->pc++;
    g->failed = g->failed || ++g->work > WORK_MAX;
    if (g->failed) break;
    way->steps++;
    switch ((enum acr__direct_op)step->op) {
    case ACR_DO_RETURN0: on = give(g, way, NULL, 0); break;
    case ACR_DO_RETURN1: on = give(g, way, &act->at[step->a], 1); break;
    case ACR_DO_RETURN: on = give(g, way, &act->at[step->a], step->b ? step->b - 1 : act->top - step->a); break;
    case ACR_DO_JMP: act->pc += step->n; break;
    case ACR_DO_LT: case ACR_DO_LE: case ACR_DO_LTI: case ACR_DO_LEI: case ACR_DO_GTI: case ACR_DO_GEI: case ACR_DO_EQ: case ACR_DO_EQI:
    case ACR_DO_EQK: case ACR_DO_TEST: case ACR_DO_TESTSET: case ACR_DO_NOT:
      on = compare(g, way, step);
      break;
    case ACR_DO_CALL: case ACR_DO_TAILCALL: on = call(g, way, step); break;
    case ACR_DO_UNM: case ACR_DO_ADDI: case ACR_DO_ADDK: case ACR_DO_SUBK: case ACR_DO_MULK: case ACR_DO_MODK: case ACR_DO_IDIVK:
    case ACR_DO_ADD: case ACR_DO_SUB: case ACR_DO_MUL: case ACR_DO_MOD: case ACR_DO_IDIV:
      on = arithmetic(g, way, step);
      break;
    default: on = assign(g, way, step);
    }
  }
  if (!*way->link) *way->link = acr__fold_node(g, ACR_FOLD_STOP);
  return way->root;
}

static const struct acr__fold *fold(acr__script *script, const struct acr__direct *function, int vars, bool of_item) {
  struct acr__folding g = {.script = script, .vars = &script->bound[vars], .fact = script->fact};
  struct acr__way way = {.act = 0, .items = of_item};
  struct acr__act *act = &way.acts[0];
  *act = (struct acr__act){.function = function, .pc = function->steps, .outer = -1};
  act->at[0] = acr__fold_known((struct acr__plain){.tag = of_item ? ACR_PLAIN_ITEM : ACR_PLAIN_FACT});
  act->at[1] = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_VARS});
  for (int i = 2; i < function->parameters; i++) act->at[i] = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_NIL});
  const struct acr__fold *root = go_on(&g, &way);
  return g.failed || root->op == ACR_FOLD_STOP ? NULL : root;
}

struct acr__folded *acr__folded_of(acr__script *script, const struct acr__direct *function, int vars, bool of_item, int wanted) {
  const struct acr__fact *fact = script->fact;
  if (vars >= script->bound_cap || !script->bound[vars].component) return NULL; // no vars have this handle
  struct acr__folded *one = script->bound[vars].folded;
  int uses = 0;
  while (one && (one->function != function || one->schema != fact->schema || one->kind != fact->kind))
    one = one->next, uses++;
  if (!one) {
    if (uses == USES_MAX) return NULL;
    one = ACR__NEW(script->arena, struct acr__folded);
    *one = (struct acr__folded){script->bound[vars].folded, function, fact->schema, fact->kind, wanted, 0, 0, NULL};
    script->bound[vars].folded = one;
  }
  bool due = one->calls < CALLS_BEFORE && function->misses == 0 && ++one->calls == CALLS_BEFORE;
  if (due) one->tree = fold(script, function, vars, of_item);
  return one->tree && one->wanted == wanted ? one : NULL;
}
