// Spending, holds and what undoes them: answered at once, whole or not at all (domain G1-G4, R10).
#ifndef ACR_ENGINE_SPEND_H
#define ACR_ENGINE_SPEND_H
#include "engine/engine.h"

// The accounts that an event's points come from: the one it names, else the default ones of its program (domain G2).
struct acr__purse {
  const struct acr__release *owner;
  const int *accounts; // the ledger's, in the program's order; all have the same decimals
  int account_count, decimals;
};
int acr__purse_index(const struct acr__release *release, int account); // of a ledger's account in the plan, -1 = none of it
bool acr__purse_find(struct acr__judgement *j, struct acr__purse *out, struct acr__reject *reject); // false with *reject
// The event's points at that scale; false with *reject.
bool acr__points_read(struct acr__judgement *j, int decimals, int64_t *out, struct acr__reject *reject);
bool acr__locked(struct acr__judgement *j, struct acr__reject *reject); // true with *reject: the member may not spend
// Gives points back to the lots that they came from, newest first, a RESTORE an account; debts are filled first.
bool acr__give_back(struct acr__judgement *j, const struct acr__lot *lots, int count, int sink, acr__reason reason, acr__time time);

// The release in force of a program or family of this name; NULL with *reject.
struct acr__release *acr__program_named(struct acr__judgement *j, acr__span name, struct acr__reject *reject);

// Each is what the event does by being of its kind; false with *reject, or failed.
bool acr__import(struct acr__judgement *j, struct acr__reject *reject); // import.c: opening lots
bool acr__spend(struct acr__judgement *j, struct acr__reject *reject);
bool acr__spend_cancel(struct acr__judgement *j, struct acr__reject *reject);
bool acr__hold(struct acr__judgement *j, struct acr__reject *reject);
bool acr__hold_settle(struct acr__judgement *j, struct acr__reject *reject); // points.capture, points.release
// Of (the event's member, reference): what keeps a reference unique, and names a hold.
acr__digest acr__hold_digest(const acr_engine *engine, const struct acr__event *event);
// What a hold still has goes back to its lots, and it is closed; what has expired by `now` expires.
bool acr__hold_release(struct acr__judgement *j, const struct acr__hold *hold, acr__time now);
#endif
