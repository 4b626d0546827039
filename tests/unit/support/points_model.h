// What a ledger of points should do, as simply as it can be said: arrays of whole numbers, everything looked for from one end.
// A test sends the same steps to an engine and compares. Times are microseconds, days are those of UTC.
#ifndef ACR_TESTS_POINTS_MODEL_H
#define ACR_TESTS_POINTS_MODEL_H
#include <stdbool.h>
#include <stdint.h>

#define MODEL_DAY INT64_C(86400000000)
#define MODEL_NEVER INT64_MAX

enum { MODEL_ACCOUNTS = 6, MODEL_MEMBERS = 4, MODEL_STEPS = 200, MODEL_LOTS = 12 * MODEL_STEPS };
enum { MODEL_LINES = 3, MODEL_PARTS = 64, MODEL_CHILDREN = 16 };

struct model_account {
  const char *name;
  bool is_default, may_owe, escrow;
  int64_t most; // 0 = no maximum
  int days;     // after so many a lot expires; 0 = never
  int into;     // what expires goes there; -1 = nowhere
  int64_t per;  // base earning: pennies for one smallest unit; 0 = none
};
extern const struct model_account model_accounts[MODEL_ACCOUNTS];

struct model_settings {
  bool earliest; // lots that expire first are spent first
  bool owes;     // spending may overdraw
  bool reject;   // what does not fit under a maximum is not given at all
  bool deduct;   // a return of no purchase takes what it would have earned
};

struct model_lot {
  int member, account;
  int children[MODEL_CHILDREN], child_count; // lots that it moved on into, in parts
  int64_t credited, granted, left, earned, expires;
  int64_t expired;       // what became of it
  int64_t asked, let_go; // for returns before; let_go: of that had expired
};

struct model_part {
  int lot;
  int64_t points;
};

struct model_parts {
  struct model_part all[MODEL_PARTS];
  int count;
};

struct model_spend {      // or a hold, as long as it is open
  bool hold, open, known; // known: it spent something
  int member;
  int64_t time, until, owed, back;
  int owing; // account
  struct model_parts parts;
};

struct model_award {
  int account, lot;
  int64_t left; // less what was taken back
};

struct model_purchase {
  bool known;
  int member, line_count, award_count;
  int64_t time, total, quantities[MODEL_LINES], amounts[MODEL_LINES], prices[MODEL_LINES];
  struct model_award awards[MODEL_ACCOUNTS];
};

struct model_member {
  bool known, locked;
  int into;   // -1 = itself
  int number; // in the order in which they came
  int64_t debt[MODEL_ACCOUNTS];
};

struct model {
  struct model_settings settings;
  int64_t now;
  int member_count;
  struct model_member members[MODEL_MEMBERS];
  struct model_lot lots[MODEL_LOTS]; // in the order of their birth
  int lot_count;
  struct model_spend spends[MODEL_STEPS]; // spends, holds and purchases bear the number of their step
  struct model_purchase purchases[MODEL_STEPS];
};

void model_begin(struct model *m, struct model_settings settings);
int model_person(const struct model *m, int member); // whom the name means now
int64_t model_lots(const struct model *m, int member, int account);
int64_t model_held(const struct model *m, int member, int account);

// Each gives "applied" or the code of its refusal or rejection. accounts: one, or -1 for the default ones.
const char *model_clock(struct model *m, int64_t time);
const char *model_buy(struct model *m, int step, int member, int64_t time, const struct model_purchase *purchase);
const char *model_adjust(struct model *m, int member, int64_t time, int account, int64_t points);
const char *model_import(struct model *m, int member, int64_t time, int account, int64_t points, int64_t earned, int64_t expires);
const char *model_spend(struct model *m, int step, int member, int64_t time, int account, int64_t points);
const char *model_cancel(struct model *m, int member, int64_t time, int of, int64_t points); // points 0 = all that is left
const char *model_hold(struct model *m, int step, int member, int64_t time, int account, int64_t points, int64_t until);
const char *model_settle(struct model *m, int step, int member, int64_t time, int of, bool capture, int64_t points); // 0 = all
// line < 0: `amount` of the total; else `amount` pieces of that line.
const char *model_return(struct model *m, int member, int64_t time, int of, int line, int64_t amount);
const char *model_lock(struct model *m, int member, int64_t time, bool locked);
const char *model_merge(struct model *m, int member, int64_t time, int into);
#endif
