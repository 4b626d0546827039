// The ledger as a state machine: random steps through an engine on the memory store and through the model of
// support/points_model.h, compared after every step; a full verify at the end of each sequence.
#include "engine/engine.h"
#include "points_steps.h"

// ---- comparing

#define check(r, good, ...)           \
  do {                                \
    if (!(good)) {                    \
      print_error(__VA_ARGS__);       \
      show((r));                      \
      fail_msg("step %d", (r)->step); \
    }                                 \
  } while (0)

static void show(struct run *r) {
  print_error("\n%s\nafter\n", r->w.reply ? r->w.reply : "");
  for (int i = 0; i <= r->step && i < MODEL_STEPS; i++)
    print_error("%s\n", r->lines[i]);
}

static int by_birth(const void *a, const void *b) {
  const struct acr__lot *x = a, *y = b;
  if (x->seq != y->seq) return x->seq < y->seq ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static int number_of(const struct run *r, int account) {
  for (int i = 0; i < r->w.engine->account_count; i++)
    if (acr__span_eq(acr__name_text(r->w.engine, r->w.engine->accounts[i].name), acr__span_of(model_accounts[account].name))) return i;
  return -1;
}

static const char *day(int64_t time, char *out) {
  if (time == MODEL_NEVER) return "never";
  acr__time_format(time, out);
  return out;
}

static void check_lots(struct run *r, int person, const struct acr__member *member) {
  struct acr__lot found[MODEL_LOTS];
  struct acr__lots_at at = {0};
  char days[4][32];
  int count = 0, k = 0;
  while (count < MODEL_LOTS && acr__lots_next(&member->lots, &at, &found[count]))
    count++;
  qsort(found, (size_t)count, sizeof found[0], by_birth);
  for (int i = 0; i < r->m->lot_count; i++) {
    const struct model_lot *lot = &r->m->lots[i];
    if (lot->member != person || lot->left == 0) continue;
    check(r, k < count, "%s lacks a lot of %d %s", names[person], (int)lot->left, model_accounts[lot->account].name);
    check(r,
          found[k].account == number_of(r, lot->account) && found[k].remaining == lot->left && found[k].granted == lot->granted &&
              found[k].earned == lot->earned && found[k].expires == lot->expires,
          "a lot of %s has %d of %d of account %d, %s to %s, wanted %d of %d %s, %s to %s", names[person], (int)found[k].remaining,
          (int)found[k].granted, (int)found[k].account, day(found[k].earned, days[0]), day(found[k].expires, days[1]), (int)lot->left,
          (int)lot->granted, model_accounts[lot->account].name, day(lot->earned, days[2]), day(lot->expires, days[3]));
    k++;
  }
  check(r, k == count, "%s has %d lots, wanted %d", names[person], count, k);
}

// What must hold of any member, whatever the model says (assurance I3, I4, I6).
static void check_member(struct run *r, const struct acr__member *member) {
  int64_t sums[MODEL_ACCOUNTS + 1] = {0};
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  while (acr__lots_next(&member->lots, &at, &lot)) {
    check(r, lot.remaining > 0 && lot.remaining <= lot.granted, "a lot has %d of %d", (int)lot.remaining, (int)lot.granted);
    sums[lot.account] += lot.remaining;
  }
  for (uint32_t i = 0; i < member->balance_count; i++) {
    const struct acr__balance *b = &member->balances[i];
    bool may_owe = r->w.engine->accounts[b->account].flags & ACR_ACCOUNT_ALLOW_NEGATIVE;
    check(r, b->lots == sums[b->account] && b->debt <= 0 && !(b->lots && b->debt) && (may_owe || b->debt == 0),
          "an account holds %d, its lots %d, its debt is %d", (int)b->lots, (int)sums[b->account], (int)b->debt);
  }
}

static void compare(struct run *r, int person) {
  const struct acr__member *member = acr__member_find(r->w.engine, acr__span_of(names[person]));
  const struct model_member *wanted = &r->m->members[person];
  check(r, (member != NULL) == wanted->known, "%s is %sknown", names[person], member ? "" : "not ");
  if (!member) return;
  check(r, member->locked == wanted->locked, "%s is %slocked", names[person], member->locked ? "" : "not ");
  check_member(r, member);
  for (int a = 0; a < MODEL_ACCOUNTS; a++) {
    int account = number_of(r, a);
    const struct acr__balance *b = acr__member_account(member, account);
    check(r, (b ? b->debt : 0) == wanted->debt[a], "%s owes %d %s, wanted %d", names[person], b ? (int)b->debt : 0, model_accounts[a].name,
          (int)wanted->debt[a]);
    check(r, acr__holds_points(&member->holds, account) == model_held(r->m, person, a), "%s holds %d %s back, wanted %d", names[person],
          (int)acr__holds_points(&member->holds, account), model_accounts[a].name, (int)model_held(r->m, person, a));
  }
  check_lots(r, person, member);
}

static const char *answer(struct run *r) {
  const char *status = at(&r->w, "status");
  return strcmp(status, "refused") == 0 || strcmp(status, "rejected") == 0 ? at(&r->w, "error/code") : status;
}

// ---- sequences

// A line that was sent before says the same again, and one with its id and other content is a conflict; neither does anything.
static void send_again(struct run *r) {
  int of = (int)below(r, r->step + 1);
  char other[LINE_MAX_LEN], *year;
  uint64_t end = acr_engine_log_end(r->w.engine);
  if (!r->answers[of]) return;
  strcpy(other, r->lines[of]);
  year = strstr(other, "\"time\":\"20");
  bool changed = below(r, 3) == 0;
  if (changed) year[10] = '1';
  say(&r->w, "%s", other);
  const char *wanted = changed ? "conflict" : strcmp(r->answers[of], "applied") == 0 ? "duplicate" : r->answers[of];
  check(r, strcmp(answer(r), wanted) == 0, "step %d again is \"%s\", wanted \"%s\"", of, at(&r->w, "status"), wanted);
  check(r, acr_engine_log_end(r->w.engine) == end, "step %d again was written to the log", of);
}

static bool refusal(const char *code) {
  static const char *const codes[] = {"applied", "points_short", "member_locked", "already_returned", "hold_closed"};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
    if (strcmp(code, codes[i]) == 0) return true;
  return false;
}

static void one_step(struct run *r) {
  int member = (int)below(r, MODEL_MEMBERS);
  const char *wanted = some_step(r, member);
  say(&r->w, "%s", r->lines[r->step]);
  check(r, strcmp(answer(r), wanted) == 0, "the answer is \"%s\", wanted \"%s\"", answer(r), wanted);
  if (refusal(wanted)) r->answers[r->step] = strdup(wanted);
  compare(r, model_person(r->m, member));
  if (below(r, 8) == 0) send_again(r);
}

static void check_round_trip(struct run *r, const char *name) {
  struct acr__member *member = acr__member_find(r->w.engine, acr__span_of(name));
  acr__buf once = {0}, again = {0};
  if (!member) return;
  acr__member_encode(member, &once);
  struct acr__member *copy = acr__member_decode(member->number, member->id, (acr__span){(const char *)once.ptr, once.len});
  check(r, copy != NULL, "the state of %s cannot be read back", name);
  acr__member_encode(copy, &again);
  check(r, once.len == again.len && memcmp(once.ptr, again.ptr, once.len) == 0, "the state of %s reads back as another", name);
  acr__member_free(copy);
  acr__buf_free(&once);
  acr__buf_free(&again);
}

static void sequence(struct run *r, int number, bool replay) {
  struct model_settings settings = {number & 1, number & 2, number & 4, number & 8};
  char name[8], *json = NULL;
  int steps = (int)between(r, 1, MODEL_STEPS);
  sprintf(name, "p%d", number & 15);
  world_open(&r->w);
  publish(&r->w, name);
  model_begin(r->m, settings);
  r->time = INT64_C(1780272000000000); // 1 June 2026
  for (r->step = 0; r->step < steps; r->step++)
    one_step(r);
  r->step--;
  for (int i = 0; i < MODEL_MEMBERS; i++) {
    if (r->m->members[i].into < 0) compare(r, i);
    check_round_trip(r, names[i]);
  }
  int error = acr_engine_verify(r->w.engine, &json);
  check(r, error == ACR_E_OK, "%s", json);
  free(json);
  json = NULL;
  error = replay ? acr_engine_replay(r->w.engine, &json) : ACR_E_OK;
  check(r, error == ACR_E_OK, "%s", json);
  free(json);
  world_close(&r->w);
  for (int i = 0; i < steps; i++) {
    free(r->answers[i]);
    r->answers[i] = NULL;
  }
}

static void write_program(struct world *w, int number) {
  char earn[768] = "", accounts[2048] = "", all[128] = "", path[32], *text;
  for (int i = 0; i < MODEL_ACCOUNTS; i++) {
    const struct model_account *a = &model_accounts[i];
    const char *comma = i ? "," : "";
    sprintf(accounts + strlen(accounts), "%s\"%s\":{\"default\":%s,\"allow_negative\":%s,\"escrow\":%s", comma, a->name,
            a->is_default ? "true" : "false", a->may_owe ? "true" : "false", a->escrow ? "true" : "false");
    if (a->most) sprintf(accounts + strlen(accounts), ",\"max_balance\":%d", (int)a->most);
    if (a->days) sprintf(accounts + strlen(accounts), ",\"expiry\":{\"mode\":\"rolling\",\"after\":\"%d days\"", a->days);
    if (a->into >= 0) sprintf(accounts + strlen(accounts), ",\"into\":\"%s\"", model_accounts[a->into].name);
    strcat(accounts, a->days ? "}}" : "}");
    sprintf(all + strlen(all), "%s\"%s\"", comma, a->name);
    if (a->per)
      sprintf(earn + strlen(earn), "%s{\"points\":1,\"per\":\"%d.00\",\"account\":\"%s\",\"source\":\"base\"}", comma, (int)a->per / 100,
              a->name);
  }
  sprintf(path, "programs/p%d.json", number);
  assert_true(asprintf(&text,
                       "{\"program\":\"p%d\",\"effective_from\":\"2026-01-01\",\"currency\":\"USD\",\"timezone\":\"UTC\",\"accounts\":{%s},"
                       "\"sources\":{\"base\":{\"accounts\":[%s]}},\"base_earn\":[%s],\"settings\":{\"spend_order\":\"%s\","
                       "\"allow_negative_on_spend\":%s,\"on_cap\":\"%s\",\"unmatched_returns\":\"%s\"}}",
                       number, accounts, all, earn, number & 1 ? "earliest_expiry" : "fifo", number & 2 ? "true" : "false",
                       number & 4 ? "reject" : "clip", number & 8 ? "deduct" : "reject") > 0);
  world_file(w, path, text);
  free(text);
}

static int set_up(void **state) {
  struct run *r = calloc(1, sizeof *r);
  struct world *w = &r->w;
  r->m = calloc(1, sizeof *r->m);
  strcpy(w->dir, "/tmp/accrue-engine-XXXXXX");
  assert_non_null(mkdtemp(w->dir));
  w->arena = acr__arena_new(4096);
  world_template(w);
  world_file(w, "template.lua", "return { name = \"fixture\", version = \"1.0.0\", api = 1, extends = false }\n");
  for (int i = 0; i < 16; i++)
    write_program(w, i);
  *state = r;
  return 0;
}

static int clean_up(void **state) {
  struct run *r = *state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", r->w.dir);
  acr__arena_free(r->w.arena);
  free(r->w.reply);
  free(r->m);
  free(r);
  return system(command);
}

static void test_sequences(void **state) {
  struct run *r = *state;
#ifdef __OPTIMIZE__
  long count = test_scale(20000);
#else
  long count = test_scale(500);
#endif
  long begin = 0, part = 1, parts = 1;
  const char *only = getenv("ACCRUE_MODEL_ONLY"), *text = getenv("ACCRUE_TEST_PART"); // the sequence of this number alone; k/n: a part
  if (text && sscanf(text, "%ld/%ld", &part, &parts) == 2) {
    begin = count * (part - 1) / parts;
    count = count * part / parts;
  }
  if (only) {
    begin = atol(only);
    count = begin + 1;
  }
  for (long i = begin; i < count; i++) {
    r->random = (uint64_t)i;
    r->step = 0;
    print_message(only ? "sequence %ld\n" : "", i);
    sequence(r, (int)i, i % 20 == 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_sequences, set_up, clean_up)};
  return cmocka_run_group_tests_name("points model", tests, NULL, NULL);
}
