// A good ledger is rewritten with one thing wrong in it, and verify names what. The copy's chain is sealed anew by its store, so that
// it is the posting that is found and not the chain.
#ifndef ACR_TESTS_PLANT_FIXTURE_H
#define ACR_TESTS_PLANT_FIXTURE_H
#include "engine_fixture.h"
#include "engine/engine.h"
#include "ledger/store.h"

enum { RECORDS_MAX = 64 };
struct copy { struct acr__record record; struct acr__ops ops; acr__buf decision, payload; };
struct copies { struct copy all[RECORDS_MAX]; int count; };

static inline struct copies *read_all(struct world *w) {
  struct copies *copies = calloc(1, sizeof *copies);
  acr__buf bytes = {0};
  acr__pos pos = 1, next = acr__ledger_scan(w->engine->ledger, 1, 64u << 20, &bytes);
  for (size_t at = 0; at < bytes.len; copies->count++) {
    struct copy *copy = &copies->all[copies->count];
    size_t n = acr__record_length(bytes.ptr + at, bytes.len - at);
    assert_true(acr__record_decode(bytes.ptr + at, n, pos, &copy->record, NULL));
    acr__buf_put(&copy->decision, copy->record.decision.ptr, copy->record.decision.len);
    acr__buf_put(&copy->payload, copy->record.payload.ptr, copy->record.payload.len);
    struct acr__record own = copy->record;
    own.decision = (acr__span){(const char *)copy->decision.ptr, copy->decision.len};
    own.payload = (acr__span){(const char *)copy->payload.ptr, copy->payload.len};
    assert_true(acr__ops_decode(acr__ops_of(&own), &copy->ops));
    at += n;
    pos += n;
  }
  assert_int_equal(pos, next);
  acr__buf_free(&bytes);
  return copies;
}

static inline void copies_free(struct copies *copies) {
  for (int i = 0; i < copies->count; i++) {
    acr__ops_free(&copies->all[i].ops);
    acr__buf_free(&copies->all[i].decision);
    acr__buf_free(&copies->all[i].payload);
  }
  free(copies);
}

// ---- a store that holds what it was given, right or wrong: the true ones refuse some of this

struct held { struct acr__ledger ledger; acr__buf bytes; };

static inline acr__pos held_scan(acr__ledger *ledger, acr__pos from, size_t max_bytes, acr__buf *out) {
  struct held *held = (struct held *)ledger;
  (void)max_bytes;
  acr__buf_put(out, held->bytes.ptr + from - 1, held->bytes.len + 1 - (size_t)from);
  return held->bytes.len + 1;
}

static inline bool held_read(acr__ledger *ledger, acr__pos pos, acr__buf *out) {
  struct held *held = (struct held *)ledger;
  acr__buf_put(out, held->bytes.ptr + pos - 1, acr__record_length(held->bytes.ptr + pos - 1, held->bytes.len + 1 - pos));
  return true;
}

static inline acr__pos held_find_seq(acr__ledger *ledger, uint64_t seq) {
  struct held *held = (struct held *)ledger;
  struct acr__record record;
  for (size_t at = 0; at < held->bytes.len; at += acr__record_length(held->bytes.ptr + at, held->bytes.len - at))
    if (acr__record_decode(held->bytes.ptr + at, held->bytes.len - at, at + 1, &record, NULL) && record.seq == seq)
      return at + 1;
  return 0;
}

static inline acr__pos held_end(acr__ledger *ledger) {
  return ((struct held *)ledger)->bytes.len + 1;
}

static inline char *held_check(acr__ledger *ledger, bool full) {
  (void)ledger;
  (void)full;
  return NULL;
}

static inline void held_members(acr__ledger *ledger, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg) {
  (void)ledger;
  (void)visit;
  (void)arg;
}

static const struct acr__store held_store = {.read = held_read, .find_seq = held_find_seq, .scan = held_scan,
    .committed_end = held_end, .check = held_check,
    .each_member = held_members};

// Into a ledger of its own, every record at its new place and sealed, and verified there. The caller frees the report.
static inline char *rewrite(const struct world *w, struct copies *copies, int *error) {
  struct held held = {.ledger = {&held_store}};
  acr_engine engine = {.ledger = &held.ledger};
  acr__pos places[RECORDS_MAX] = {0};
  acr__buf decision = {0}, texts = {0}; // texts: the payload has them
  char *json = NULL;
  engine.key = w->engine->key; // of what the texts have as digest
  acr__hash chain = acr__record_chain_start(&engine.key);
  for (int i = 0; i < copies->count; i++) {
    struct acr__record record = copies->all[i].record;
    size_t at = held.bytes.len;
    places[i] = at + 1;
    for (int k = 0; k < i; k++)
      if (copies->all[i].record.prev == copies->all[k].record.pos)
        record.prev = places[k];
    decision.len = 0;
    acr__ops_encode(&copies->all[i].ops, &decision, &texts);
    record.decision = (acr__span){(const char *)decision.ptr, decision.len};
    record.payload = (acr__span){(const char *)copies->all[i].payload.ptr, copies->all[i].payload.len};
    acr__record_encode(&record, &held.bytes);
    chain = acr__record_seal(held.bytes.ptr + at, held.bytes.len - at, &chain);
  }
  *error = acr_engine_verify(&engine, &json);
  acr__buf_free(&held.bytes);
  acr__buf_free(&decision);
  acr__buf_free(&texts);
  return json;
}

static inline struct acr__op *op_of(struct copies *copies, int record, acr__op_kind kind, int nth) {
  struct acr__ops *ops = &copies->all[record - 1].ops;
  for (int i = 0; i < ops->count; i++)
    if (ops->all[i].kind == kind && nth-- == 0)
      return &ops->all[i];
  fail_msg("record %d has no such operation", record);
  return NULL;
}

static inline void drop_op(struct copies *copies, int record, struct acr__op *op) {
  struct acr__ops *ops = &copies->all[record - 1].ops;
  memmove(op, op + 1, (size_t)(ops->all + ops->count - (op + 1)) * sizeof *op);
  ops->count--;
}

static inline void add_op(struct copies *copies, int record, struct acr__op op) {
  *acr__ops_add(&copies->all[record - 1].ops, op.kind) = op;
}

struct plant { const char *what; void (*change)(struct copies *copies); const char *invariant; int record; };

static inline bool names(struct world *w, const char *json, const char *invariant, int record) {
  for (int i = 0; i < 20; i++) {
    char path[64], seq[16];
    snprintf(path, sizeof path, "violations/%d/invariant", i);
    const char *found = at_of(w, json, path);
    if (strcmp(found, "-") == 0)
      return false;
    bool same = strcmp(found, invariant) == 0;
    snprintf(path, sizeof path, "violations/%d/seq", i);
    snprintf(seq, sizeof seq, "%d", record);
    if (same && strcmp(at_of(w, json, path), seq) == 0)
      return true;
  }
  return false;
}

// A true copy of the ledger holds; with any of these it does not, and the report names its invariant and record.
static inline void assert_plants(struct world *w, const struct plant *plants, size_t count, int records) {
  int error, missed = 0;
  struct copies *copies = read_all(w);
  assert_int_equal(copies->count, records);
  char *json = rewrite(w, copies, &error), said[16];
  if (error)
    print_error("%s\n", json);
  assert_int_equal(error, ACR_E_OK);
  snprintf(said, sizeof said, "%d", records);
  assert_string_equal(at_of(w, json, "records"), said);
  free(json);
  copies_free(copies);
  for (size_t i = 0; i < count; i++) {
    copies = read_all(w);
    plants[i].change(copies);
    json = rewrite(w, copies, &error);
    bool found = error == ACR_E_VIOLATION && names(w, json, plants[i].invariant, plants[i].record);
    if (!found)
      print_error("%s: wanted %s at record %d: %s\n", plants[i].what, plants[i].invariant, plants[i].record, json);
    missed += !found;
    free(json);
    copies_free(copies);
  }
  assert_int_equal(missed, 0);
}

#endif
