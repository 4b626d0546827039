// What comes back in the model: what is left of a purchase's lines, and what of its awards is taken back for it.
#include "support/points_inner.h"
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
  struct model_award *award;
  int lot;
  int64_t points, own;
  bool moved;
};

// What expired of a lot is gone; what moved on is asked of where it is now.
static bool follow(struct model *m, struct claim *c, struct claim *next) {
  const struct model_lot *lot = &m->lots[c->lot];
  int64_t expired = least(most(lot->expired - c->award->expired, 0), c->points - c->own);
  c->award->expired += expired;
  c->award->left -= expired;
  c->points -= expired;
  int64_t moved = c->moved ? 0 : least(lot->moved - c->award->moved, c->points - c->own);
  if (moved <= 0) return false;
  *next = (struct claim){c->award, lot->child, moved, 0, true};
  c->award->moved += moved;
  c->points -= moved;
  return true;
}

static void take_back(struct model *m, int member, struct model_purchase *p) {
  struct claim claims[2 * MODEL_ACCOUNTS];
  int count = 0;
  int64_t left = stands_at(p);
  for (int i = 0; i < p->award_count; i++) {
    int64_t back = p->awards[i].left - left / model_accounts[p->awards[i].account].per;
    if (back > 0) claims[count++] = (struct claim){&p->awards[i], p->awards[i].lot, back, 0, false};
  }
  for (int i = 0; i < count; i++) { // every claim's own lot before any other
    struct claim *c = &claims[i];
    c->own = least(m->lots[c->lot].left, c->points);
    m->lots[c->lot].left -= c->own;
    if (c->own < c->points && follow(m, c, &claims[count])) count++;
  }
  for (int i = 0; i < count; i++) {
    claims[i].award->left -= claims[i].points;
    model_deduct(m, member, m->lots[claims[i].lot].account, claims[i].points - claims[i].own);
  }
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
