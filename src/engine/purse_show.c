// What of a member's balances can be spent, what is pending, and what expires soonest: as of ledger time, whether or not the expiry of
// a lot has been posted yet (domain G5).
#include "engine/at.h"

struct sums {
  int64_t open;      // in lots that have not expired
  int64_t soon;      // in those that expire soonest
  acr__time soonest; // ACR_TIME_MAX = never
};

static struct sums sums_of(const acr_engine *engine, const struct acr__member *m, int account) {
  struct sums sums = {0, 0, ACR_TIME_MAX};
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  while (acr__lots_next(&m->lots, &at, &lot)) {
    if (lot.account != account || lot.expires <= engine->ledger_time) continue;
    sums.open += lot.remaining;
    if (lot.expires == ACR_TIME_MAX || lot.expires > sums.soonest) continue;
    if (lot.expires < sums.soonest) sums.soon = 0;
    sums.soonest = lot.expires;
    sums.soon += lot.remaining;
  }
  return sums;
}

static void write_kind(acr_engine *engine, acr__writer *w, const struct acr__member *m, const char *key, bool escrow) {
  acr__write_key(w, key);
  acr__write_object(w);
  for (int i = 0; i < engine->account_count; i++) {
    int flags = engine->accounts[i].flags;
    bool pending = (flags & ACR_ACCOUNT_ESCROW) != 0;
    const struct acr__balance *balance = acr__member_account(m, i);
    if (!engine->accounts[i].live && !balance) continue;
    if (pending != escrow || (!pending && !(flags & ACR_ACCOUNT_SPENDABLE))) continue;
    int64_t amount = balance ? sums_of(engine, m, i).open + balance->debt : 0;
    if (amount <= 0 && escrow) continue;
    acr__write_account_key(engine, w, i);
    acr__write_decimal(w, amount > 0 ? amount : 0, engine->accounts[i].decimals);
  }
  acr__write_object_end(w);
}

void acr__purse_write(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  write_kind(engine, w, m, "spendable", false);
  write_kind(engine, w, m, "pending", true);
  acr__write_key(w, "soonest");
  acr__write_array(w);
  for (uint32_t i = 0; i < m->balance_count; i++) {
    int account = m->balances[i].account;
    struct sums sums = sums_of(engine, m, account);
    if (sums.soonest == ACR_TIME_MAX) continue;
    acr__write_object(w);
    acr__write_key(w, "account");
    acr__write_raw(w, acr__account_json(engine, account));
    acr__write_key(w, "points");
    acr__write_decimal(w, sums.soon, engine->accounts[account].decimals);
    acr__write_key(w, "expires");
    acr__write_time(w, sums.soonest);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}
