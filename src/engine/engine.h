// The engine's own state and the stages of an event, in the order in which it passes them:
//   take (batch.c) -> admit (admit.c) -> judge (judge.c): facts (facts.c, history.c) -> rules (evaluate.c) -> outcomes (outcome.c,
//   post.c) -> entrance (entrance.c) -> derived events (derive.c) -> record and reply (batch.c, reply.c)
#ifndef ACR_ENGINE_ENGINE_H
#define ACR_ENGINE_ENGINE_H
#include "accrue.h"
#include "base/table.h"
#include "engine/accounts.h"
#include "engine/behind.h"
#include "engine/ids.h"
#include "engine/payload.h"
#include "engine/roster.h"
#include "event/event.h"
#include "ledger/ledger.h"
#include "ledger/ops.h"
#include "member/member.h"
#include "program/plan.h"
#include "json/writer.h"

typedef enum acr__status { // in the log: their numbers never change
  ACR_STATUS_CONFIGURE,
  ACR_STATUS_ACTIVE,
  ACR_STATUS_TEST,
  ACR_STATUS_PAUSED,
  ACR_STATUS_INACTIVE,
  ACR_STATUS_ARCHIVED,
  ACR_STATUS_SHADOW
} acr__status;
typedef enum acr__level_status { ACR_LEVEL_DRAFT, ACR_LEVEL_LIVE, ACR_LEVEL_PAUSED } acr__level_status;

// Replies counted for server.stats.
typedef enum acr__count {
  ACR_COUNT_APPLIED,
  ACR_COUNT_DUPLICATE,
  ACR_COUNT_CONFLICT,
  ACR_COUNT_REJECTED,
  ACR_COUNT_REFUSED,
  ACR_COUNT_PARKED,
  ACR_COUNT_OVERLOADED,
  ACR_COUNTS
} acr__count;

// One published version of template + program, with the ledger's numbers for everything its plan names.
struct acr__release {
  uint32_t number;     // from 1
  int program, family; // names
  char *label;         // "fuel-club@3"; owned
  acr__pos pos;        // of its record
  acr__status status;
  struct acr__release_level {
    int name;
    acr__level_status status;
    acr__time live_since; // ledger time when it last went live
  } * levels; // per level of the plan, known without it too; owned
  int level_count;
  char *author, *note, *zone_data; // of its record, NULL until it was loaded; owned
  int semantics;
  acr__time published;
  acr__time effective_from;
  acr__time first_active; // ledger time when it became active for the first time; ACR_TIME_NONE = never was
  acr__pos active_pos;    // of the record that said so
  acr__time active_since; // ... and when it did last; what fell due before is not its rules' business
  struct acr__change *changes; // every one of its statuses (status.h); owned
  int change_count;
  uint32_t listens; // bits by acr__raised: some rule or series of its plan names the event; and ACR_LISTENS_* (levels.h)
  bool replaced; // a later one with the same effective_from took its place
  // Loaded when it may still judge an event; NULL otherwise.
  acr__arena *arena;
  acr__script *script;
  struct acr__plan *plan;
  int *accounts;                                        // plan account -> ledger account
  int *sources, *level_names, *rule_names, *rule_ids, *type_names, *offer_names, *store_names; // plan number -> name
  uint32_t *series;                                     // plan series -> ledger series
  uint32_t *issued; // plan source -> ledger series of what it gave a member, UINT32_MAX = none is kept
  int *budgets;     // plan source -> engine->budgets, -1 = no release counts what it gives all
  uint32_t *fired;  // plan rule -> ledger series of its firings that some release feeds, UINT32_MAX = none
};

// A series that events feed: the first loaded release that has it computes its values.
struct acr__feed {
  struct acr__release *release;
  int series;
  uint32_t number;
};

int64_t acr__wall_us(void); // door.c

struct acr__item_reply {
  size_t offset, len;
  void *tag;
};

struct acr_batch {
  acr_engine *engine;
  bool open, committing;
  bool in_store; // the store has its records; from any thread
  int failed;    // of a flush
  acr__buf records;          // of this batch
  acr__pos first;            // pos of the first
  acr__pos hooks;            // the first that has web hooks; 0 = none
  struct acr__ids ids;       // of them
  bool beside;               // one of those is not its record's own
  acr__buf replies;
  struct acr__item_reply *items; // owned
  size_t item_count, item_cap;
  int names, accounts, release_count; // of the registry when it was committed
  uint32_t series;
  acr__buf budgets; // as they were when it was committed; empty = not due
  void (*done)(acr_batch *batch, int error, void *arg);
  void *arg;
};

struct acr_engine {
  acr_engine *of; // of a shadow (shadow.h): the engine whose state it stands on; NULL = its own
  bool trial;     // of a backtest: its batch holds the whole log, nothing is committed, nobody reads a reply
  struct acr__sums *sums; // of a trial: where the records that it makes are added up
  acr__pos base;  // of a shadow of the past: what the log had; 0 = all that there is
  struct acr__trace *trace; // trace.h; NULL but in a shadow that is asked why
  bool anew;      // of a shadow: an event whose id or transaction is known is judged all the same
  struct acr_options options;
  char *standard_dir, *template_dir, *ledger_path; // owned
  acr__ledger *ledger;
  acr__key key;
  struct acr__door *door; // what reading a line needs; other threads read it too
  acr__names *names;
  acr__span *name_json; // as JSON texts, made when first written; owned
  int name_json_count;
  struct acr__account *accounts; // owned
  int account_count;
  struct acr__accounts_book book;
  acr__table *series_keys; // key -> number + 1
  uint32_t series_count, born_cap, control_count;
  acr__pos *series_born, *controls; // by number: the record that gave it out; records of releases and statuses, in order; owned
  struct acr__release **releases; // owned, in order of publishing
  int release_count;
  struct acr__feed *feeds; // owned
  struct acr__budget *budgets; // budget.c; owned
  int budget_count;
  bool budget_due;       // a source is counted anew: to be noted before the view may contain it
  acr__pos budget_noted; // what the note in the view has of them
  int feed_count, fact_feed_count; // those of facts stand first
  bool registry_dirty;    // names, accounts, series or releases changed since the last note
  bool altered;           // members were merged or erased: the end of the log says something of its beginning
  acr__pos registry_hold; // a status changed with this record: no note until it is committed
  acr__pos safe_end;      // committed, and the saved registry covers it: states may be written behind up to here
  uint32_t noted;         // series that the view is known to hold whole; more are noted once `built_at` is contained
  acr__pos built_at;
  bool erased_aside; // of a replay: due work of those who were erased since stands in the log alone
  bool series_aside, changes_aside; // while records are applied again: series from `series_from` on come from elsewhere, whole
  uint32_t series_from; // their operations would not fit what the member has of them
  const bool *series_fed; // of a member as it was: by number, those that some release at hand feeds; NULL = all
  // members in memory
  struct acr__roster by_id;
  struct acr__member **by_number; // owned; NULL = not in memory
  uint32_t number_cap, last_member;
  struct acr__behind unwritten; // those that the view does not have as they are
  size_t loaded_count;
  uint64_t loaded_bytes;
  uint32_t clock_hand, looks;
  // the log
  uint64_t last_seq;
  acr__pos end, read_pos; // read_pos: of the record in `record`; 0 = none
  int64_t ledger_time, last_recorded_at;
  acr_batch batches[2], *filling;
  struct acr__erasing *erasing; // erase.c: members whose payloads are still to be emptied; owned; NULL = none
  struct acr_loaded *loaded;  // of the template.reload at hand, borrowed; NULL = none was loaded beside
  struct acr__unsafe *unsafe; // batch.c; owned; NULL but in the control run
  // of the line at hand
  acr__arena *arena, *spare; // `spare`: for due work, NULL = it is in use; owned
  acr__buf scratch, decision, texts, payload, record;
  struct acr__ops ops;
  uint64_t counts[ACR_COUNTS]; // per reply status, for server.stats
  uint64_t due_ran, due_parked; // pieces of due work
  uint32_t listens;             // of all releases together
  uint64_t due_epoch;           // from 1; another one whenever releases change
  struct acr__clock *clock;     // clock.c; owned; NULL before the first clock
  struct acr__beside *beside;   // beside.h: the newest shadow release; owned; NULL = there was none
  struct acr__beside *aside;    // of the engine that a shadow release stands on: that one
  struct acr_job *job;          // job.h: what was prepared for the request at hand; NULL = nothing
  struct acr__ripening *ripening; // ripen.c: facts that members are still to get; owned; NULL = none
  bool tests;                   // of a shadow: programs in test are judged as if they were active
  struct acr__preview *preview; // of a shadow: told of every review (preview.h); NULL = nobody asks
  uint64_t parked;
  struct acr__failing *failing; // failing.c; owned; NULL = nothing has failed since the start
  bool low_disk, behind; // as last looked at
};

// ---- batch.c
// Appends a record for the line at hand: fills in seq, pos, ledger time; gives the pos. `ids` beside the event's own may be NULL.
acr__pos acr__append(acr_engine *engine, struct acr__record *record, const acr__digest *also);
acr__pos acr__find_id(acr_engine *engine, acr__digest id);
void acr__fetch_id(const acr_engine *engine, acr__digest id); // it will be looked for soon
void acr__batch_id(acr_engine *engine, acr__digest id, acr__pos pos); // one more for the batch at hand
void acr__batches_free(acr_engine *engine);
// Reads the record at pos, also of the batch being filled. Spans live until the next call. false = no such record.
bool acr__read_record(acr_engine *engine, acr__pos pos, struct acr__record *out);
// Calls visit for every record from `from` on, the uncommitted ones included; false when visit stopped it.
bool acr__scan(acr_engine *engine, acr__pos from, bool (*visit)(void *arg, const struct acr__record *record), void *arg);

// ---- members.c
// NULL = unknown. Of a merged member: who it is part of now.
struct acr__member *acr__member_find(acr_engine *engine, acr__span id);
struct acr__member *acr__member_whole(acr_engine *engine, struct acr__member *member); // likewise
struct acr__member *acr__member_at(acr_engine *engine, uint32_t number, acr__span id); // during recovery; id may be empty
struct acr__member *acr__member_create(acr_engine *engine, acr__span id);
void acr__member_keep(acr_engine *engine, struct acr__member *member); // takes over one that was decoded
void acr__member_drop(acr_engine *engine, struct acr__member *member); // out of memory, as if never loaded
// Undoes what the operations of the line at hand did to it.
void acr__member_reload(acr_engine *engine, struct acr__member *member);
void acr__member_rename(acr_engine *engine, struct acr__member *member, acr__span id);
void acr__members_evict(acr_engine *engine, size_t limit);
void acr__members_free(acr_engine *engine);

// ---- registry.c: names, accounts, series; as operations of the record at hand when new
int acr__name_number(acr_engine *engine, acr__span name); // adds it (and a NAME operation) when new
acr__span acr__name_text(const acr_engine *engine, int64_t number);
void acr__names_undo(acr_engine *engine); // takes back the names that the operations of the line at hand gave out
void acr__registry_apply(acr_engine *engine, const struct acr__op *op, const struct acr__record *record);
// After a commit: notes the registry as the batch had it, and lets writing behind go on to the batch's end.
void acr__registry_checkpoint(acr_engine *engine, const acr_batch *batch);
void acr__registry_altered(acr_engine *engine);
void acr__registry_note(acr_engine *engine); // as it is: after recovery, when the log has all of it
bool acr__registry_load(acr_engine *engine);
void acr__registry_forget(acr_engine *engine); // texts that can be made again
void acr__registry_free(acr_engine *engine);
acr__span acr__name_json(acr_engine *engine, int number);     // the name as a JSON text, with its quotes

// ---- release.c, publish.c
struct acr__release *acr__release_number(const acr_engine *engine, int64_t number);
// Those in force at a time, one a family, in order of first publishing; returns their number. out has room for release_count.
int acr__releases_at(const acr_engine *engine, acr__time time, struct acr__release **out);
bool acr__release_load(acr_engine *engine, struct acr__release *release, acr__diag *diag); // from its record
void acr__releases_settle(acr_engine *engine); // after a change: what is replaced, which series are fed
void acr__release_unload(struct acr__release *release);
void acr__release_free(struct acr__release *release);
bool acr__level_live(const struct acr__release *release, int level);

// ---- open.c
int acr__recover(acr_engine *engine, const struct acr__ledger_info *info, char **message);
// Applies a record's operations to its member, when it does not contain them yet. false = the log contradicts the state.
bool acr__recover_member(acr_engine *engine, struct acr__member *member, const struct acr__record *record);
char *acr__standard_dir(const char *given); // malloc'ed

// ---- judge.c: one event being judged
struct acr__cause {
  const struct acr__chain *chain; // of the event at hand; NULL = it was sent
  const struct acr__release *release;
  const struct acr__rule *rule; // NULL = none
};

struct acr__judgement {
  acr_engine *engine;
  acr__arena *arena;
  struct acr__member *member;
  bool new_member;
  const struct acr__event *root;
  uint64_t seq;  // that the record will get
  int lot_index; // next lot of this record
  struct acr__release **releases;
  int release_count;
  char *failed;                      // a plugin's failure: the event parks
  struct acr__derived *first, *last; // waiting
  int derived_count;
  acr__buf derived_data, hook_data; // for the payload
  int hook_count;
  acr__span line;             // the event as sent
  int account;                // points.adjust: the ledger's account,
  struct acr__release *owner; // and the release that has it; also of the offer of
  int offer, offer_family, offer_name, issue_index; // of the event: plan number (-1 = vanished) and names; newest issue of this record
  bool retry, looked;                               // of a parked event; what falls due next is known already (due.h)
  int level;                  // level.set: of the owner, -1 = none
  bool timed;                 // brought by time or staff: nobody is placed, nobody climbs (domain T6)
  const struct acr__left *left; // entrance.c: families that an outcome took the member out of
  struct acr__delivery *deliveries; // over links, newest first, for when the record stands
  struct acr__merging *merging; // merge.c: what moves to another member once the record stands
  const struct acr__out *giving; // the outcome whose effects are being done; NULL = none
  struct acr__cause cause;    // what is being done: events that are raised continue its chain
};

// An event (or a derived one) under one release.
struct acr__cond_result {
  bool truth, narrowed, has_measured, held; // held: the event at hand is part of
  int64_t measured, held_measured, before;  // this value; multiples reached before it
  int times;            // history with `every`: multiples reached
  acr__time from;       // in the window that begins here,
  int64_t reached;      // the highest of them
  const uint8_t *counts; // current purchase: the lines let through
  struct acr__portion portion; // and the share of it
  const struct acr__read_value *reads; // what its key phrase was told
  int read_count;
};
struct acr__case {
  struct acr__judgement *j;
  struct acr__release *release;
  const struct acr__plan *plan;
  const struct acr__event *event;
  const struct acr__chain *chain;   // what raised it; NULL for the event that was sent
  int type;                         // plan event type, -1 = none
  struct acr__fact fact;            // the whole event: every line that counts
  uint8_t *feed_accepts;            // per engine feed: the event was let through by the series
  int *feed_stored;                 // and how many values of it were stored
  struct acr__cond_result *results; // per plan condition
  uint8_t *evaluated;
  const struct acr__kept *kept; struct acr__computed *tally; // returned.h: judged by what was kept; awards are added up, not given
  bool retro;                       // late.h: the member's level is the one of the event's time
  struct acr__base_points *base;    // per account of the plan, once base earning has run
};

// ---- facts.c
bool acr__case_begin(struct acr__case *c, struct acr__judgement *j, struct acr__release *release, const struct acr__event *event,
                     struct acr__reject *reject); // false = a declared field is wrong
// Narrows a fact: false in *holds when a constraint does not let it through. Lines, portion and amount of `fact` are narrowed in place.
bool acr__narrow_fact(struct acr__case *c, const struct acr__narrow *narrows, int count, struct acr__fact *fact, bool *holds);
// What counts of a purchase by a basis: its lines where they were narrowed, times its portion, cut once.
bool acr__fact_amount(const struct acr__case *c, struct acr__fact *fact, acr__amount_basis basis);
const acr__zone *acr__zone_of(const struct acr__case *c);
struct acr__call acr__call_of(const struct acr__case *c);
bool acr__fail(struct acr__judgement *j, const struct acr__rule *rule, const char *message); // always false
bool acr__types_have(const int *types, int count, int type);
bool acr__series_takes(const struct acr__series *series, const struct acr__case *c); // is its event of a kind of fact of the series?

// ---- history.c
// Facts are kept whether or not a release is in force: `cases` may be none.
bool acr__feed_event(struct acr__judgement *j, const struct acr__event *event, struct acr__case *cases, int case_count);
bool acr__feed_points(struct acr__judgement *j, int account, int source, acr__reason reason, int64_t points, acr__time time);
void acr__points_fact(const struct acr__plan *plan, const struct acr__account *account, acr__span account_name, acr__span source,
                      acr__reason reason, int64_t points, acr__time time, struct acr__fact *out);

// ---- evaluate.c
bool acr__looks_at(const struct acr__case *c, const struct acr__cond *cond); // over the current event: is this one of its facts?
bool acr__rule_holds(struct acr__case *c, const struct acr__rule *rule, bool *holds);

// ---- outcome.c
// What the rule gives when it is met, or when it is not; nothing where its limit is used up.
bool acr__rule_outcomes(struct acr__case *c, const struct acr__rule *rule, bool met);
bool acr__base_earn(struct acr__case *c);
void acr__outcome_op(struct acr__case *c, acr__behavior behavior, int level, const struct acr__rule *rule, acr__span component);

// ---- post.c
bool acr__credit(struct acr__judgement *j, int account, int source_name, int64_t points, acr__time earned, acr__time expires,
                 acr__reason reason);
// Takes points from the oldest lots; what they do not hold becomes debt when `may_owe`, else it is not taken. *taken = what was.
bool acr__debit(struct acr__judgement *j, int account, int sink_name, int64_t points, bool may_owe, acr__reason reason, acr__time time,
                int64_t *taken);
// The open lots of some of one program's accounts in the order in which they are spent (domain G1), in the arena.
struct acr__lot *acr__lots_in_order(struct acr__judgement *j, const int *accounts, int account_count, int *count);
void acr__lots_sort(const struct acr__judgement *j, struct acr__lot *lots, int count); // into that order
struct acr__taking {
  const int *accounts; // the ledger's
  int account_count, sink;
  acr__reason reason;
  acr__time time; // that it counts at
  int64_t points; // smallest units
  int owing;      // account that owes what the lots do not hold, -1 = none: it is not taken
};
// Takes points from lots in their order, a debit an account; `remaining` of each becomes what was taken of it. A hold's go into
// the hold of this record.
bool acr__take(struct acr__judgement *j, const struct acr__taking *taking, struct acr__lot *lots, int count, int64_t *short_by);
bool acr__apply(struct acr__judgement *j, struct acr__op *op);
struct acr__op *acr__lot_op(struct acr__judgement *j, acr__op_kind kind, const struct acr__lot *lot, int64_t points); // not applied yet

// ---- derive.c
bool acr__case_rules(struct acr__case *cases, int count); // rules, outcomes and entrance of one event under all releases

// ---- admit.c
void acr__take_event(acr_engine *engine, const acr__json *json, const struct acr__event *event, acr__span line);

// ---- judge.c
bool acr__judge(acr_engine *engine, struct acr__judgement *j, struct acr__case *cases, struct acr__reject *reject);
void acr__judge_undo(acr_engine *engine, struct acr__judgement *j); // the member as before, no operations
// Encodes the operations and appends the record to the member's history.
void acr__record_finish(acr_engine *engine, struct acr__judgement *j, struct acr__record *record, acr__span line, const acr__digest *also);

// ---- adjust.c
// Finds the account a name means: the ledger's number, or -1 with *reject.
int acr__account_resolve(struct acr__release **releases, int count, acr__span name, struct acr__release **owner, acr__arena *arena,
                         struct acr__reject *reject);

bool acr__adjust(struct acr__judgement *j, struct acr__reject *reject); // false with *reject: points_short and others
char *acr__verify_first(acr_engine *engine); // verify.c: the first violation with its invariant, malloc'ed; NULL when all holds
bool acr__overloaded(acr_engine *engine); // health.c: the view has fallen too far back

// ---- reply.c: everything a reply says is in the record
void acr__reply_reject(acr_engine *engine, const acr__json *json, const struct acr__reject *reject);
void acr__reply_record(acr_engine *engine, const struct acr__record *record, const struct acr__ops *ops, acr__span id, acr__span source,
                       acr__span member, const char *status);
void acr__reply_error(acr_engine *engine, acr__span id, acr__span source, const char *status, const char *code, const char *message);
void acr__write_time(acr__writer *w, acr__time time); // null for never and none
void acr__write_reply(acr_engine *engine, acr__writer *w, const struct acr__record *record, const struct acr__ops *ops, acr__span id,
                      acr__span source, acr__span member, const char *status);

// ---- check.c
void acr__diag_write(const acr__diag *diag, acr__writer *w); // members "faults" and "warnings"
#endif
