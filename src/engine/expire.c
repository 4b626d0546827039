// Points that an outcome lets expire: the oldest lots first, never more than there is (domain P9, P10).
#include "engine/offer.h"

bool acr__effect_expire(struct acr__case *c, const struct acr__effect *e, const char **problem) {
  int account = acr__plan_account_find(c->plan, e->account);
  int64_t taken;
  *problem = "account is none of this program";
  if (account < 0) return false;
  *problem = NULL;
  int number = c->release->accounts[account];
  const struct acr__balance *balance = acr__member_account(c->j->member, number);
  int64_t held = balance ? balance->lots : 0, points = e->points;
  // Rounded down: the member keeps the fraction; 10,000 hundredths take all.
  if (e->percent) points = (int64_t)((__int128)held * e->percent / 10000);
  if (points > held) points = held;
  if (points == 0) return true;
  int sink = acr__name_number(c->j->engine, ACR__SPAN_LIT("expire"));
  return acr__debit(c->j, number, sink, points, false, ACR_REASON_EXPIRE, c->event->time, &taken);
}
