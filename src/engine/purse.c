// Which accounts an event's points come from, and how many.
#include "base/decimal.h"
#include "engine/spend.h"

static bool reject_as(struct acr__reject *reject, const char *code, char *message, char *path) {
  *reject = (struct acr__reject){code, message, path, 0, 0};
  return false;
}

int acr__purse_index(const struct acr__release *release, int account) {
  for (int i = 0; release && i < release->plan->account_count; i++)
    if (release->accounts[i] == account) return i;
  return -1;
}

static bool one_account(struct acr__judgement *j, struct acr__purse *out, struct acr__reject *reject) {
  struct acr__release *owner = NULL;
  int *account = ACR__NEW(j->arena, int);
  *account = acr__account_resolve(j->releases, j->release_count, j->root->account, &owner, j->arena, reject);
  if (*account < 0) return false;
  const struct acr__plan_account *a = &owner->plan->accounts[acr__purse_index(owner, *account)];
  if (!a->spendable || a->escrow)
    return reject_as(reject, "account_not_spendable",
                     acr__arena_printf(j->arena, "the points of account \"%.80s\" %s", j->root->account.ptr,
                                       a->escrow ? "are in escrow: they are not the member's yet" : "are moved by rules only"),
                     "$.data.account");
  *out = (struct acr__purse){owner, account, 1, a->decimals};
  return true;
}

struct acr__release *acr__program_named(struct acr__judgement *j, acr__span name, struct acr__reject *reject) {
  for (int i = 0; i < j->release_count; i++)
    if (acr__span_eq(name, j->releases[i]->plan->program) || acr__span_eq(name, j->releases[i]->plan->family)) return j->releases[i];
  reject_as(reject, "program_unknown", acr__arena_printf(j->arena, "no program in force is called \"%.80s\"", name.ptr),
            "$.data.program");
  return NULL;
}

static struct acr__release *program_of(struct acr__judgement *j, struct acr__reject *reject) {
  if (j->root->program.len) return acr__program_named(j, j->root->program, reject);
  if (j->release_count == 1) return j->releases[0];
  reject_as(reject, j->release_count ? "account_ambiguous" : "account_unknown",
            acr__arena_printf(j->arena, "%d programs are in force; name the `program` or the `account`", j->release_count), "$.data");
  return NULL;
}

bool acr__purse_find(struct acr__judgement *j, struct acr__purse *out, struct acr__reject *reject) {
  if (j->root->account.len) return one_account(j, out, reject);
  struct acr__release *owner = program_of(j, reject);
  if (!owner) return false;
  const struct acr__plan *plan = owner->plan;
  int *accounts = ACR__NEW_N(j->arena, int, plan->account_count + 1);
  *out = (struct acr__purse){.owner = owner, .accounts = accounts};
  for (int i = 0; i < plan->account_count; i++) {
    if (!plan->accounts[i].is_default) continue;
    out->decimals = plan->accounts[i].decimals;
    accounts[out->account_count++] = owner->accounts[i];
  }
  if (out->account_count) return true;
  return reject_as(reject, "account_missing",
                   acr__arena_printf(j->arena, "`account` is missing, and program \"%.*s\" has no default account", (int)plan->program.len,
                                     plan->program.ptr),
                   "$.data.account");
}

bool acr__points_read(struct acr__judgement *j, int decimals, int64_t *out, struct acr__reject *reject) {
  if (acr__decimal_parse(j->root->points_text, decimals, out) == ACR_DECIMAL_OK) return true;
  return reject_as(reject, "decimals",
                   acr__arena_printf(j->arena, "found %.40s; the account has %d decimals", j->root->points_text.ptr, decimals),
                   "$.data.points");
}

bool acr__locked(struct acr__judgement *j, struct acr__reject *reject) {
  if (!j->member->locked) return false;
  reject_as(reject, "member_locked", acr__arena_text(j->arena, ACR__SPAN_LIT("the member is locked: nothing can be spent")), NULL);
  return true;
}
