#include "support/points_inner.h"
#include <assert.h>
#include <string.h>

const struct model_account model_accounts[MODEL_ACCOUNTS] = {
    {"points", true, false, false, 0, 60, 2, 100},  {"bonus", true, false, false, 90, 0, -1, 200},
    {"owing", true, true, false, 0, 20, -1, 300},   {"trial", false, false, false, 0, 15, 1, 400},
    {"pending", false, false, true, 0, 10, 3, 500}, {"plain", false, true, false, 0, 0, -1, 0},
};

void model_begin(struct model *m, struct model_settings settings) {
  memset(m, 0, sizeof *m);
  m->settings = settings;
  for (int i = 0; i < MODEL_MEMBERS; i++)
    m->members[i].into = -1;
}

int model_person(const struct model *m, int member) {
  while (m->members[member].into >= 0)
    member = m->members[member].into;
  return member;
}

int64_t model_lots(const struct model *m, int member, int account) {
  int64_t sum = 0;
  for (int i = 0; i < m->lot_count; i++)
    if (m->lots[i].member == member && m->lots[i].account == account) sum += m->lots[i].left;
  return sum;
}

int64_t model_held(const struct model *m, int member, int account) {
  int64_t sum = 0;
  for (int i = 0; i < MODEL_STEPS; i++) {
    const struct model_spend *s = &m->spends[i];
    for (int k = 0; s->open && model_person(m, s->member) == member && k < s->parts.count; k++)
      if (m->lots[s->parts.all[k].lot].account == account) sum += s->parts.all[k].points;
  }
  return sum;
}

static int64_t balance(const struct model *m, int member, int account) {
  return model_lots(m, member, account) + m->members[member].debt[account];
}

// ---- points in and out

static bool sooner(const struct model *m, int a, int b) {
  const struct model_lot *x = &m->lots[a], *y = &m->lots[b];
  if (m->settings.earliest && x->expires != y->expires) return x->expires < y->expires;
  return x->earned != y->earned ? x->earned < y->earned : a < b;
}

// Lots of these accounts that hold something, in the order in which they are spent.
static int in_order(const struct model *m, int member, const bool *accounts, int *out) {
  int count = 0;
  for (int i = 0; i < m->lot_count; i++) {
    if (m->lots[i].member != member || !accounts[m->lots[i].account] || m->lots[i].left == 0) continue;
    int at = count++;
    for (; at > 0 && sooner(m, i, out[at - 1]); at--)
      out[at] = out[at - 1];
    out[at] = i;
  }
  return count;
}

static void only(int account, bool *out) {
  memset(out, 0, MODEL_ACCOUNTS);
  out[account] = true;
}

static int64_t expiry(int account, int64_t earned) {
  int days = model_accounts[account].days;
  return days ? (earned / MODEL_DAY + days + 1) * MODEL_DAY : MODEL_NEVER;
}

// Gives the lot that is born, which is empty where a debt took all.
static int credit(struct model *m, int member, int account, int64_t points, int64_t earned, int64_t expires) {
  int64_t paid = least(points, -m->members[member].debt[account]);
  m->members[member].debt[account] += paid;
  assert(m->lot_count < MODEL_LOTS);
  m->lots[m->lot_count] = (struct model_lot){.member = member,
                                             .account = account,
                                             .credited = points,
                                             .granted = points - paid,
                                             .left = points - paid,
                                             .earned = earned,
                                             .expires = expires};
  return m->lot_count++;
}

// Takes points out of lots; gives what could not be taken. `parts` may be NULL.
static int64_t take(struct model *m, int member, const bool *accounts, int64_t points, struct model_parts *parts) {
  int order[MODEL_LOTS], count = in_order(m, member, accounts, order);
  for (int i = 0; i < count && points > 0; i++) {
    int64_t part = least(m->lots[order[i]].left, points);
    m->lots[order[i]].left -= part;
    points -= part;
    if (!parts) continue;
    assert(parts->count < MODEL_PARTS);
    parts->all[parts->count++] = (struct model_part){order[i], part};
  }
  return points;
}

void model_deduct(struct model *m, int member, int account, int64_t points) {
  bool accounts[MODEL_ACCOUNTS];
  only(account, accounts);
  points = take(m, member, accounts, points, NULL);
  if (model_accounts[account].may_owe) m->members[member].debt[account] -= points;
}

static int64_t fitting(const struct model *m, int member, int account, int64_t points) {
  int64_t room = model_accounts[account].most ? most(model_accounts[account].most - balance(m, member, account), 0) : points;
  return room >= points ? points : m->settings.reject ? 0 : room;
}

// ---- what time does

static void expire(struct model *m, int member, int64_t upto, int64_t time) {
  for (int a = 0; a < MODEL_ACCOUNTS; a++) {
    bool accounts[MODEL_ACCOUNTS];
    int order[MODEL_LOTS], into = model_accounts[a].into;
    only(a, accounts);
    int count = in_order(m, member, accounts, order);
    for (int i = 0; i < count; i++) {
      struct model_lot *lot = &m->lots[order[i]];
      int64_t points = lot->left;
      if (lot->expires > upto) continue;
      int64_t room = into >= 0 ? points : 0; // what there is no room for is gone
      if (room && model_accounts[into].most) room = least(points, most(model_accounts[into].most - balance(m, member, into), 0));
      lot->left = 0;
      lot->expired += points - room;
      if (room == 0) continue;
      assert(lot->child_count < MODEL_CHILDREN);
      lot->children[lot->child_count++] = credit(m, member, into, room, time, expiry(into, time));
    }
  }
}

// To the lots that the points came from, the last ones first; debts are filled before.
static void give_back(struct model *m, int member, const struct model_parts *parts) {
  for (int a = 0; a < MODEL_ACCOUNTS; a++) {
    int64_t total = 0;
    for (int i = 0; i < parts->count; i++)
      if (m->lots[parts->all[i].lot].account == a) total += parts->all[i].points;
    int64_t paid = least(total, -m->members[member].debt[a]);
    m->members[member].debt[a] += paid;
    total -= paid;
    for (int i = parts->count - 1; i >= 0; i--) {
      struct model_lot *lot = &m->lots[parts->all[i].lot];
      int64_t part = lot->account == a ? least(parts->all[i].points, total) : 0;
      lot->left += part;
      total -= part;
    }
  }
}

static int64_t next_due(const struct model *m, int member) {
  int64_t at = MODEL_NEVER;
  for (int i = 0; i < m->lot_count; i++)
    if (m->lots[i].member == member && m->lots[i].left) at = least(at, m->lots[i].expires);
  for (int i = 0; i < MODEL_STEPS; i++)
    if (m->spends[i].open && model_person(m, m->spends[i].member) == member) at = least(at, m->spends[i].until);
  return at;
}

// What falls due at one boundary belongs to the instant before it.
static void boundary(struct model *m, int member, int64_t at) {
  for (int i = 0; i < MODEL_STEPS; i++) {
    struct model_spend *hold = &m->spends[i];
    if (!hold->open || hold->until > at || model_person(m, hold->member) != member) continue;
    hold->open = false;
    give_back(m, member, &hold->parts);
  }
  expire(m, member, at, at - 1);
  m->now = most(m->now, at);
}

static void due(struct model *m, int member, int64_t upto) {
  for (int64_t at; (at = next_due(m, member)) <= upto && at != MODEL_NEVER;)
    boundary(m, member, at);
}

int model_event(struct model *m, int member, int64_t time) {
  member = model_person(m, member);
  due(m, member, most(time, m->now));
  return member;
}

const char *model_applied(struct model *m, int member, int64_t time) {
  if (!m->members[member].known) m->members[member].number = m->member_count++;
  m->members[member].known = true;
  m->now = most(m->now, time);
  return "applied";
}

const char *model_clock(struct model *m, int64_t time) {
  int64_t upto = most(time, m->now);
  for (;;) { // the earliest of all first, members in the order in which they came
    int64_t first = MODEL_NEVER;
    int whose = -1;
    for (int i = 0; i < MODEL_MEMBERS; i++) {
      int64_t at = next_due(m, i);
      if (at > upto || at > first || (at == first && (whose < 0 || m->members[i].number > m->members[whose].number))) continue;
      first = at;
      whose = i;
    }
    if (whose < 0) break;
    boundary(m, whose, first);
  }
  m->now = upto;
  return "applied";
}

// ---- events

const char *model_buy(struct model *m, int step, int member, int64_t time, const struct model_purchase *purchase) {
  struct model_purchase *p = &m->purchases[step];
  member = model_event(m, member, time);
  *p = *purchase;
  p->known = true;
  p->member = member;
  p->time = time;
  for (int a = 0; a < MODEL_ACCOUNTS; a++) {
    int64_t per = model_accounts[a].per, points = per ? fitting(m, member, a, p->total / per) : 0;
    if (points == 0) continue;
    p->awards[p->award_count++] = (struct model_award){a, credit(m, member, a, points, time, expiry(a, time)), points};
  }
  return model_applied(m, member, time);
}

const char *model_adjust(struct model *m, int member, int64_t time, int account, int64_t points) {
  member = model_event(m, member, time);
  if (points < 0) {
    if (!model_accounts[account].may_owe && balance(m, member, account) < -points) return "points_short";
    model_deduct(m, member, account, -points);
  } else {
    int64_t fits = fitting(m, member, account, points);
    if (fits) credit(m, member, account, fits, time, expiry(account, time));
  }
  return model_applied(m, member, time);
}

const char *model_import(struct model *m, int member, int64_t time, int account, int64_t points, int64_t earned, int64_t expires) {
  member = model_event(m, member, time);
  credit(m, member, account, points, earned, expires);
  expire(m, member, most(time, m->now), time);
  return model_applied(m, member, time);
}

// Whole or not at all.
static const char *take_whole(struct model *m, struct model_spend *out, int account, int64_t points) {
  bool accounts[MODEL_ACCOUNTS];
  int64_t held = 0;
  int owing = -1;
  if (account >= 0 && model_accounts[account].escrow) return "account_not_spendable";
  if (m->members[out->member].locked) return "member_locked";
  for (int a = 0; a < MODEL_ACCOUNTS; a++) {
    accounts[a] = account >= 0 ? a == account : model_accounts[a].is_default;
    if (accounts[a]) held += model_lots(m, out->member, a);
    if (accounts[a] && owing < 0 && model_accounts[a].may_owe && m->settings.owes && !out->hold) owing = a;
  }
  if (held < points && owing < 0) return "points_short";
  out->owed = take(m, out->member, accounts, points, &out->parts);
  out->owing = owing;
  if (out->owed) m->members[out->member].debt[owing] -= out->owed;
  out->known = true;
  out->open = out->hold;
  return model_applied(m, out->member, out->time);
}

const char *model_spend(struct model *m, int step, int member, int64_t time, int account, int64_t points) {
  m->spends[step] = (struct model_spend){.member = model_event(m, member, time), .time = time};
  return take_whole(m, &m->spends[step], account, points);
}

const char *model_hold(struct model *m, int step, int member, int64_t time, int account, int64_t points, int64_t until) {
  m->spends[step] = (struct model_spend){.member = model_event(m, member, time), .time = time, .hold = true, .until = until};
  return take_whole(m, &m->spends[step], account, points);
}

static int64_t total(const struct model_parts *parts) {
  int64_t sum = 0;
  for (int i = 0; i < parts->count; i++)
    sum += parts->all[i].points;
  return sum;
}

// As far as it goes from one end: leaves out `skip` points, keeps `keep` of those that follow.
static struct model_parts cut(const struct model_parts *parts, bool newest, int64_t skip, int64_t keep) {
  struct model_parts out = *parts;
  for (int k = 0; k < out.count; k++) {
    struct model_part *part = &out.all[newest ? out.count - 1 - k : k];
    int64_t gone = least(part->points, skip);
    skip -= gone;
    part->points = least(part->points - gone, keep);
    keep -= part->points;
  }
  return out;
}

const char *model_cancel(struct model *m, int member, int64_t time, int of, int64_t points) {
  struct model_spend *s = &m->spends[of];
  member = model_event(m, member, time);
  if (!s->known || s->hold || model_person(m, s->member) != member) return "of_unknown";
  int64_t left = total(&s->parts) + s->owed - s->back;
  points = points ? points : left;
  if (points > left || left == 0) return "already_returned";
  int64_t owed = least(most(s->owed - s->back, 0), points); // what was spent on credit was spent last
  struct model_parts parts = cut(&s->parts, true, most(s->back - s->owed, 0), points - owed);
  s->back += points;
  if (owed) credit(m, member, s->owing, owed, s->time, MODEL_NEVER);
  give_back(m, member, &parts);
  expire(m, member, most(time, m->now), time);
  return model_applied(m, member, time);
}

const char *model_settle(struct model *m, int step, int member, int64_t time, int of, bool capture, int64_t points) {
  struct model_spend *hold = &m->spends[of];
  member = model_event(m, member, time);
  if (!hold->known || !hold->hold || model_person(m, hold->member) != member) return "hold_unknown";
  if (!hold->open) return "hold_closed";
  int64_t held = total(&hold->parts), taken = capture ? points ? points : held : 0;
  if (taken > held) return "points_short";
  struct model_parts rest = cut(&hold->parts, false, taken, held);
  if (capture)
    m->spends[step] = (struct model_spend){.known = true, .member = member, .time = time, .parts = cut(&hold->parts, false, 0, taken)};
  hold->open = false;
  give_back(m, member, &rest);
  expire(m, member, most(time, m->now), time);
  return model_applied(m, member, time);
}

const char *model_lock(struct model *m, int member, int64_t time, bool locked) {
  member = model_event(m, member, time);
  m->members[member].locked = locked;
  return model_applied(m, member, time);
}

const char *model_merge(struct model *m, int member, int64_t time, int into) {
  if (member == into) return "merge_self";
  if (m->members[member].into >= 0) return "merge_merged";
  if (!m->members[into].known) return "member_unknown";
  if (m->members[into].into >= 0) return "merge_merged";
  model_event(m, member, time);
  model_event(m, into, time);
  if (!m->members[member].known) m->members[member].number = m->member_count++;
  m->members[member].known = true;
  struct model_member *gone = &m->members[member], *stays = &m->members[into];
  for (int i = 0; i < m->lot_count; i++)
    if (m->lots[i].member == member) m->lots[i].member = into;
  gone->into = into;
  stays->locked = stays->locked || gone->locked;
  for (int a = 0; a < MODEL_ACCOUNTS; a++) { // where one owed and the other had, what was had pays
    bool accounts[MODEL_ACCOUNTS];
    only(a, accounts);
    stays->debt[a] += gone->debt[a];
    gone->debt[a] = 0;
    stays->debt[a] = -take(m, into, accounts, -stays->debt[a], NULL);
  }
  return model_applied(m, into, time);
}
