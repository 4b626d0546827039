// Walks folded functions. Each step means what the instruction that it came from means in direct_run.c.
#include "script/folded.h"
#include "script/direct_value.h"

enum { MISSES_MAX = 8, STEPS_MAX = 100000 };

struct walk {
  struct acr__fold_run *run;
  struct acr__plain slots[ACR_FOLD_SLOTS];
};

static const struct acr__fold *walk(struct walk *w, const struct acr__fold *at);

static inline const struct acr__plain *value_of(const struct walk *w, const struct acr__fold_value *value) {
  return value->slot < 0 ? &value->known : &w->slots[value->slot];
}

// context.x of the fact or an item: typed when declared, else the text that was sent.
static bool context(const struct acr__fact *fact, const struct acr__fold *at, int item, struct acr__plain *out) {
  const struct acr__schema *schema = fact->schema;
  if (!fact->event) return *out = (struct acr__plain){.tag = ACR_PLAIN_NIL}, true;
  if (at->op == ACR_FOLD_CONTEXT) {
    if (at->n >= 0 && fact->fields) return acr__plain_declared(&schema->fields[at->n], &fact->fields[at->n], out);
    return *out = acr__plain_text(acr__event_context(fact->event, at->key)), true;
  }
  if (at->n >= 0 && fact->item_fields)
    return acr__plain_declared(&schema->item_fields[at->n], &fact->item_fields[item * schema->item_field_count + at->n], out);
  return *out = acr__plain_text(acr__item_context(&fact->event->items[item], at->key)), true;
}

static bool read(const struct walk *w, const struct acr__fold *at, struct acr__plain *out) {
  const struct acr__fact *fact = w->run->fact;
  switch ((acr__fold_op)at->op) {
  case ACR_FOLD_FACT: return acr__plain_fact(fact, at->n, out);
  case ACR_FOLD_DECLARED: return fact->fields && acr__plain_declared(&fact->schema->fields[at->n], &fact->fields[at->n], out);
  case ACR_FOLD_ITEM: return acr__plain_item(fact, w->run->item[at->level], at->n, out);
  case ACR_FOLD_TIME: {
    const acr__zone *zone = at->level && fact->place ? fact->place : fact->zone;
    out->tag = ACR_PLAIN_INTEGER;
    return zone && acr__time_part(fact->time, zone, at->n, &out->i);
  }
  default: return context(fact, at, w->run->item[at->level], out);
  }
}

static bool compute(const struct walk *w, const struct acr__fold *at, struct acr__plain *out) {
  const struct acr__plain *a = value_of(w, &at->a), *b = value_of(w, &at->b);
  if (at->op == ACR_FOLD_IN) return acr__direct_in(a->set, b, out);
  return a->tag == ACR_PLAIN_INTEGER && b->tag == ACR_PLAIN_INTEGER && acr__direct_arithmetic((uint32_t)at->n, a->i, b->i, out);
}

// One item after another, as method() in direct_run.c.
static bool items(struct walk *w, const struct acr__fold *at) {
  const struct acr__fact *fact = w->run->fact;
  struct acr__direct_sum sum = {.method = (acr__direct_method)at->n};
  int *item = &w->run->item[at->level];
  for (*item = 0; fact->event && *item < fact->event->item_count; ++*item) {
    if (fact->counts && !fact->counts[*item]) continue;
    w->run->charged++;
    if (acr__direct_sum_done(&sum)) continue;
    const struct acr__fold *end = walk(w, at->other);
    if (!end) return false;
    w->run->steps += (uint64_t)end->n;
    if (!acr__direct_sum_add(&sum, value_of(w, &end->a))) return false;
  }
  w->slots[at->to] = acr__direct_sum_of(&sum);
  return true;
}

// Which way on; NULL = neither.
static const struct acr__fold *branch(const struct walk *w, const struct acr__fold *at) {
  const struct acr__plain *a = value_of(w, &at->a), *b = value_of(w, &at->b);
  bool holds;
  if (at->op == ACR_FOLD_TRUTH) return acr__direct_truth(a) ? at->next : at->other;
  if (at->op == ACR_FOLD_EQUAL) return !acr__direct_equal(a, b, &holds) ? NULL : holds ? at->next : at->other;
  if (a->tag != ACR_PLAIN_INTEGER || b->tag != ACR_PLAIN_INTEGER) return NULL;
  holds = at->op == ACR_FOLD_LESS ? a->i < b->i : a->i <= b->i;
  return holds ? at->next : at->other;
}

// To its end; NULL = to none that was foreseen.
static const struct acr__fold *walk(struct walk *w, const struct acr__fold *at) {
  while (at && at->op < ACR_FOLD_GIVE) {
    if (at->op >= ACR_FOLD_LESS) {
      at = branch(w, at);
      continue;
    }
    bool good = at->op < ACR_FOLD_IN               ? read(w, at, &w->slots[at->to])
                : at->op == ACR_FOLD_ITEMS_METHOD ? items(w, at)
                                                  : compute(w, at, &w->slots[at->to]);
    if (!good) return NULL;
    at = at->next;
  }
  return at && at->op == ACR_FOLD_GIVE ? at : NULL;
}

bool acr__folded_run(struct acr__folded *folded, struct acr__fold_run *run, struct acr__plain *results) {
  struct walk w;
  w.run = run;
  const struct acr__fold *end = folded->misses > MISSES_MAX ? NULL : walk(&w, folded->tree);
  if (end) run->steps += (uint64_t)end->n;
  if (!end || run->steps > STEPS_MAX) {
    folded->misses++;
    return false;
  }
  folded->misses = 0;
  run->looked = end->looked;
  results[0] = *value_of(&w, &end->a);
  if (folded->wanted > 1) results[1] = *value_of(&w, &end->b);
  return true;
}
