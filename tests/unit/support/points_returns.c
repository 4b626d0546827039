// What comes back in the model: what is left of a purchase's lines, and what of its awards is taken back for it.
#include "support/points_inner.h"
#include <assert.h>
#include <string.h>

// In proportion, and the pennies that are missing to the largest remainders.
static void spread(struct model_purchase *p, int64_t amount) {
  int64_t all = 0, given = 0, rests[MODEL_LINES] = {0};
  for (int i = 0; i < p->line_count; i++)
    all += p->amounts[i];
  if (all == 0) return;
  int64_t wanted = amount == p->total ? all : least(amount, all);
  for (int i = 0; i < p->line_count; i++) {
    int64_t part = p->amounts[i] * wanted / all;
    rests[i] = p->amounts[i] ? p->amounts[i] * wanted % all : -1;
    p->amounts[i] -= part;
    given += part;
  }
  for (; given < wanted; given++) {
    int best = 0;
    for (int i = 1; i < p->line_count; i++)
      if (rests[i] > rests[best]) best = i;
    rests[best] = -1;
    p->amounts[best]--;
  }
}

static const char *take_line(struct model_purchase *p, int line, int64_t pieces) {
  if (line >= p->line_count) return "item_unknown";
  if (pieces > p->quantities[line]) return "already_returned";
  int64_t amount = p->amounts[line] * pieces / p->quantities[line];
  p->quantities[line] -= pieces;
  p->amounts[line] -= amount;
  p->total = most(p->total - amount, 0);
  return NULL;
}

// Nothing is left of a purchase when nothing that was paid for is.
static int64_t stands_at(const struct model_purchase *p) {
  for (int i = 0; i < p->line_count; i++)
    if (p->quantities[i] > 0 && p->amounts[i] > 0) return p->total;
  return 0;
}

struct claim {
  int lot;
  int64_t points, own;
};

enum { CLAIMS = 16 * MODEL_ACCOUNTS };

// What expired of a lot is gone; what moved on is asked of where it is now.
static int follow(struct model *m, struct claim *c, struct claim *claims, int count) {
  struct model_lot *lot = &m->lots[c->lot];
  int64_t expired = least(lot->expired - lot->let_go, c->points - c->own);
  lot->let_go += expired;
  c->points -= expired;
  for (int i = 0; i < lot->child_count; i++) {
    struct model_lot *child = &m->lots[lot->children[i]];
    int64_t moved = least(child->credited - child->asked, c->points - c->own);
    if (moved == 0) continue;
    assert(count < CLAIMS);
    claims[count++] = (struct claim){lot->children[i], moved, 0};
    child->asked += moved;
    c->points -= moved;
  }
  return count;
}

static void take_back(struct model *m, int member, struct model_purchase *p) {
  struct claim claims[CLAIMS];
  int count = 0;
  int64_t left = stands_at(p);
  for (int i = 0; i < p->award_count; i++) {
    int64_t now = left / model_accounts[p->awards[i].account].per;
    if (p->awards[i].left <= now) continue;
    claims[count++] = (struct claim){p->awards[i].lot, p->awards[i].left - now, 0};
    p->awards[i].left = now;
  }
  for (int i = 0; i < count; i++) { // every claim's own lot before any other
    struct claim *c = &claims[i];
    c->own = least(m->lots[c->lot].left, c->points);
    m->lots[c->lot].left -= c->own;
    if (c->own < c->points) count = follow(m, c, claims, count);
  }
  for (int i = 0; i < count; i++)
    model_deduct(m, member, m->lots[claims[i].lot].account, claims[i].points - claims[i].own);
}

// Of no purchase: what a purchase of as much would have earned.
static const char *unmatched(struct model *m, int member, int64_t time, int line, int64_t amount) {
  if (!m->settings.deduct) return "of_unknown";
  for (int a = 0; a < MODEL_ACCOUNTS; a++)
    if (model_accounts[a].per && line < 0) model_deduct(m, member, a, amount / model_accounts[a].per);
  return model_applied(m, member, time);
}

const char *model_return(struct model *m, int member, int64_t time, int of, int line, int64_t amount) {
  struct model_purchase *p = &m->purchases[of];
  member = model_event(m, member, time);
  if (!p->known || model_person(m, p->member) != member) return unmatched(m, member, time, line, amount);
  if (line >= 0) {
    const char *code = take_line(p, line, amount);
    if (code) return code;
  } else {
    if (amount > p->total) return "already_returned";
    spread(p, amount);
    p->total -= amount;
  }
  take_back(m, member, p);
  return model_applied(m, member, time);
}
