// A member's working state: what the operations of its records have made of it. Applied the same way while an event is judged
// and when the log is taken up again.
#ifndef ACR_MEMBER_MEMBER_H
#define ACR_MEMBER_MEMBER_H
#include "ledger/ledger.h"
#include "ledger/ops.h"
#include "member/dues.h"
#include "member/holds.h"
#include "member/links.h"
#include "member/reached.h"
#include "member/returned.h"
#include "member/lots.h"
#include "member/terms.h"
#include "member/series.h"

struct acr__balance {
  int32_t account; // the ledger's account number
  int64_t lots;    // what the open lots hold
  int64_t debt;    // <= 0: what is owed; never both
  acr__time earned; // of the last points that were earned (awarded, adjusted, imported); ACR_TIME_NONE = none
  acr__time spent;  // the same of points that were redeemed
  acr__time active; // the last activity that was noted for its expiry
};

struct acr__standing { // the member's level in one family
  int32_t family;
  int32_t level; // level name, -1 = placed once, now in none
  acr__time since;
  bool left; // by member.leave: no level and no rules until a member.join
  bool back; // joined again, and is to be placed
};

// One issue of an offer. Its name is family and offer; record and index say which.
typedef enum acr__issue_state { ACR_ISSUE_HELD, ACR_ISSUE_REDEEMED, ACR_ISSUE_EXPIRED, ACR_ISSUE_WITHDRAWN } acr__issue_state;
struct acr__issue {
  int32_t family, offer;
  uint64_t seq;
  int32_t index;
  acr__issue_state state;
  acr__time issued, from, until, warn; // until, warn: ACR_TIME_MAX = never
  int32_t discount;                    // its JSON text as a name; -1 = none
};

struct acr__grant { // access to a reward store
  int32_t family, store;
};

struct acr__tag {
  int32_t tag;
  int64_t count;
  acr__time expires;
};

struct acr__belonging { // to an audience
  int32_t audience; // name
  acr__time until;  // it is over then, though it stays here; ACR_TIME_MAX = never
};

struct acr__member {
  uint32_t number;
  uint32_t standing_count, balance_count, tag_count, audience_count, series_count, issue_count, grant_count;
  acr__span id; // owned
  acr__span was; // the id under which the view may still have it; owned; empty = the same
  uint32_t into;                   // merged into the member of this number; 0 = it was not
  uint32_t merged_count, *merged;  // numbers of all who are part of it; owned
  acr__time joined;
  acr__pos prev;                   // its newest record
  acr__pos applied;                // records up to and including this pos are contained
  int64_t entries, events;         // posting lines; events applied
  struct acr__standing *standings; // these arrays are owned
  struct acr__balance *balances;
  struct acr__tag *tags;
  struct acr__belonging *audiences;
  struct acr__issue *issues; // in the order of their issue
  struct acr__grant *grants;
  struct acr__series_data *series;
  struct acr__lots lots;
  struct acr__holds holds;
  bool locked;                     // may not spend
  // profile
  bool has_birthday;
  acr__date birthday;
  const acr__zone *zone; // NULL = the program's
  char *attributes;      // owned; JSON object text or NULL
  struct acr__links links;
  struct acr__reached_list reached;
  struct acr__returned_list returned;
  struct acr__dues dues;
  struct acr__terms terms;
  // the engine's own: where it stands in the write-behind queue
  struct acr__member *dirty_prev, *dirty_next;
  acr__pos dirty_since; // 0 = clean
  uint64_t ticket;      // of its last push
  uint32_t used;        // 1 = used since the eviction hand last passed
  uint32_t due_row;
  size_t bytes;         // what it was last counted as taking
  acr__time due_next;   // when its next due work is, and what; holds while due_epoch is the engine's
  int64_t due_subject;
  uint64_t due_epoch;
};

struct acr__member *acr__member_new(uint32_t number, acr__span id);
void acr__member_set_id(struct acr__member *member, acr__span id);
void acr__member_free(struct acr__member *member);
size_t acr__member_bytes(const struct acr__member *member); // memory it takes

// The lot that a TAKE, GIVE, HELD or CAPTURED names, `remaining` its points.
struct acr__lot acr__op_lot(const struct acr__op *op);

// Applies one operation of the member's record (seq). Operations that do not concern a member's state are ignored. false when
// it cannot be: the log contradicts the state (corrupt).
bool acr__member_apply(struct acr__member *member, const struct acr__op *op, uint64_t seq);

// What can be spent of an account, less debt.
int64_t acr__member_balance(const struct acr__member *member, int account);
const struct acr__balance *acr__member_account(const struct acr__member *member, int account);        // NULL = never touched
const struct acr__standing *acr__member_standing(const struct acr__member *member, int family);       // NULL = never placed
const struct acr__series_data *acr__member_series(const struct acr__member *member, uint32_t number); // NULL = no facts
int64_t acr__member_tag(const struct acr__member *member, int tag, acr__time now);                    // 0 when it has expired
acr__time acr__member_tag_expires(const struct acr__member *member, int tag);                        // ACR_TIME_MAX = never, or no such tag
acr__time acr__member_in_audience(const struct acr__member *member, int audience); // until when; ACR_TIME_MIN = never was
bool acr__member_granted(const struct acr__member *member, int family, int store);
const struct acr__issue *acr__member_issue(const struct acr__member *member, uint64_t seq, int64_t index); // NULL = not issued
// offers.c: parts of apply.c (what is none of its operations is ignored) and state.c
bool acr__offers_apply(struct acr__member *member, const struct acr__op *op, uint64_t seq);
void acr__offers_encode(const struct acr__member *member, acr__buf *out);
bool acr__offers_decode(acr__cursor *cur, struct acr__member *member);
// merge.c: likewise
bool acr__merge_apply(struct acr__member *member, const struct acr__op *op);
bool acr__member_includes(const struct acr__member *member, uint32_t number); // it is this one, or was merged into it
void acr__member_set_attributes(struct acr__member *member, acr__span json);
void acr__member_forget(struct acr__member *member); // its profile, its links, and events that wait
bool acr__member_erased(const struct acr__member *member);

void acr__member_encode(const struct acr__member *member, acr__buf *out);
// Into a new member (number and id given). NULL when the bytes are damaged.
struct acr__member *acr__member_decode(uint32_t number, acr__span id, acr__span state);
#endif
