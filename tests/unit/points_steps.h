// Random steps for the model of support/points_model.h: each writes its line and gives what the model says to it.
#ifndef ACR_TESTS_POINTS_STEPS_H
#define ACR_TESTS_POINTS_STEPS_H
#include "engine_fixture.h"
#include "support/points_model.h"
#include <time.h>

enum { LINE_MAX_LEN = 512 };

static const char *const names[MODEL_MEMBERS] = {"ann", "bob", "cyd", "dan"};

struct run {
  struct world w; // of this sequence: the engine
  struct model *m;
  uint64_t random;
  int step;
  int64_t time; // of the newest event
  char lines[MODEL_STEPS][LINE_MAX_LEN];
  char *answers[MODEL_STEPS]; // owned; NULL = what was rejected, and may come again
};

static int64_t below(struct run *r, int64_t n) {
  return test_below(&r->random, n);
}

static int64_t between(struct run *r, int64_t low, int64_t high) {
  return low + below(r, high - low + 1);
}

static void stamp(int64_t time, char *out) {
  time_t seconds = (time_t)(time / 1000000);
  struct tm tm;
  gmtime_r(&seconds, &tm);
  strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

// Mostly a little later than the newest, now and then late.
static int64_t some_time(struct run *r) {
  static const int64_t hours[] = {1, 12, 24, 72, 400};
  int64_t time = r->time;
  if (below(r, 5) == 0) return time - between(r, 0, 30 * 24 * 3600) * 1000000;
  return r->time = time + below(r, hours[below(r, 5)] * 3600) * 1000000;
}

static int some_account(struct run *r) {
  return (int)below(r, MODEL_ACCOUNTS);
}

static void line(struct run *r, const char *type, int member, int64_t time, const char *format, ...) __attribute__((format(printf, 5, 6)));
static void line(struct run *r, const char *type, int member, int64_t time, const char *format, ...) {
  char data[LINE_MAX_LEN / 2], when[32], subject[32] = "";
  va_list args;
  va_start(args, format);
  vsnprintf(data, sizeof data, format, args);
  va_end(args);
  stamp(time, when);
  if (member >= 0) snprintf(subject, sizeof subject, "\"subject\":\"%s\",", names[member]);
  snprintf(r->lines[r->step], LINE_MAX_LEN,
           "{\"specversion\":\"1.0\",\"id\":\"s%d\",\"source\":\"pos\",\"type\":\"%s\",%s\"time\":\"%s\",\"data\":{%s}}", r->step, type,
           subject, when, data);
}

// A step of before, more often a late one.
static int earlier(struct run *r) {
  int64_t a = below(r, r->step + 1), b = below(r, r->step + 1);
  return (int)(a > b ? a : b);
}

static const char *of_account(int account, char *out) {
  *out = 0;
  if (account >= 0) sprintf(out, ",\"account\":\"%s\"", model_accounts[account].name);
  return out;
}

static const char *buy_some(struct run *r, int member) {
  struct model_purchase p = {.line_count = (int)between(r, 1, MODEL_LINES)};
  char items[LINE_MAX_LEN / 2] = "", *end = items;
  int64_t time = some_time(r);
  for (int i = 0; i < p.line_count; i++) {
    p.quantities[i] = between(r, 1, 4);
    p.amounts[i] = between(r, 1, 9000);
    p.total += p.amounts[i];
    end += sprintf(end, "%s{\"line\":\"%d\",\"quantity\":%d,\"amount\":\"%d.%02d\"}", i ? "," : "", i, (int)p.quantities[i],
                   (int)(p.amounts[i] / 100), (int)(p.amounts[i] % 100));
  }
  p.total += below(r, 3) ? 0 : below(r, 500); // shipping
  line(r, "purchase", member, time, "\"total\":\"%d.%02d\",\"items\":[%s]", (int)(p.total / 100), (int)(p.total % 100), items);
  return model_buy(r->m, r->step, member, time, &p);
}

static const char *adjust_some(struct run *r, int member) {
  int account = some_account(r);
  int64_t time = some_time(r), points = below(r, 3) ? between(r, 1, 80) : -between(r, 1, 60);
  line(r, "points.adjust", member, time, "\"points\":\"%d\",\"account\":\"%s\",\"reason\":\"r\",\"actor\":\"a\"", (int)points,
       model_accounts[account].name);
  return model_adjust(r->m, member, time, account, points);
}

static const char *import_some(struct run *r, int member) {
  int account = some_account(r);
  int64_t time = some_time(r), points = between(r, 1, 50), earned = time - below(r, 20 * 24 * 3600) * 1000000;
  int64_t expires = earned + between(r, 1, 40 * 24 * 3600) * 1000000;
  char from[32], to[32];
  stamp(earned, from);
  stamp(expires, to);
  line(r, "points.import", member, time, "\"lots\":[{\"points\":\"%d\",\"account\":\"%s\",\"earned\":\"%s\",\"expires\":\"%s\"}]",
       (int)points, model_accounts[account].name, from, to);
  return model_import(r->m, member, time, account, points, earned, expires);
}

static const char *spend_some(struct run *r, int member) {
  int account = below(r, 2) ? -1 : some_account(r);
  int64_t time = some_time(r), points = between(r, 1, 70);
  char text[64];
  line(r, "points.spend", member, time, "\"points\":\"%d\"%s", (int)points, of_account(account, text));
  return model_spend(r->m, r->step, member, time, account, points);
}

static const char *hold_some(struct run *r, int member) {
  int account = below(r, 2) ? -1 : some_account(r);
  int64_t time = some_time(r), points = between(r, 1, 50), until = time + between(r, 1, 20 * 24) * INT64_C(3600000000);
  char text[64], when[32];
  stamp(until, when);
  line(r, "points.hold", member, time, "\"points\":\"%d\",\"reference\":\"h%d\",\"until\":\"%s\"%s", (int)points, r->step, when,
       of_account(account, text));
  return model_hold(r->m, r->step, member, time, account, points, until);
}

// What an earlier step did is looked for a few times, so that most of what refers to one finds it.
static int earlier_of(struct run *r, int member, bool hold) {
  int of = earlier(r);
  for (int i = 0; i < 40; i++, of = earlier(r)) {
    const struct model_spend *s = &r->m->spends[of];
    if (s->known && s->hold == hold && (s->open || !hold || i > 30) && model_person(r->m, s->member) == model_person(r->m, member)) break;
  }
  return of;
}

static const char *cancel_some(struct run *r, int member) {
  int of = earlier_of(r, member, false);
  int64_t time = some_time(r), points = below(r, 2) ? between(r, 1, 30) : 0;
  char text[32] = "";
  if (points) sprintf(text, ",\"points\":\"%d\"", (int)points);
  line(r, "points.spend_cancelled", member, time, "\"of\":\"s%d\"%s", of, text);
  return model_cancel(r->m, member, time, of, points);
}

static const char *settle_some(struct run *r, int member) {
  int of = earlier_of(r, member, true);
  bool capture = below(r, 3) > 0;
  int64_t time = some_time(r), points = capture && below(r, 2) ? between(r, 1, 40) : 0;
  char text[32] = "";
  if (points) sprintf(text, ",\"points\":\"%d\"", (int)points);
  line(r, capture ? "points.capture" : "points.release", member, time, "\"reference\":\"h%d\"%s", of, text);
  return model_settle(r->m, r->step, member, time, of, capture, points);
}

static const char *return_some(struct run *r, int member) {
  int of = earlier(r);
  for (int i = 0; i < 40 && !(r->m->purchases[of].known && model_person(r->m, r->m->purchases[of].member) == model_person(r->m, member));
       i++)
    of = earlier(r);
  const struct model_purchase *p = &r->m->purchases[of];
  int64_t time = some_time(r);
  if (below(r, 2)) {
    int which = (int)below(r, p->known && below(r, 10) ? p->line_count : MODEL_LINES);
    int64_t pieces = between(r, 1, 3);
    line(r, "return", member, time, "\"of\":\"s%d\",\"items\":[{\"of_line\":\"%d\",\"quantity\":%d}]", of, which, (int)pieces);
    return model_return(r->m, member, time, of, which, pieces);
  }
  int64_t amount = p->total && below(r, 3) == 0 ? p->total : between(r, 1, 6000);
  line(r, "return", member, time, "\"of\":\"s%d\",\"total\":\"%d.%02d\"", of, (int)(amount / 100), (int)(amount % 100));
  return model_return(r->m, member, time, of, -1, amount);
}

static const char *lock_some(struct run *r, int member) {
  bool locked = !r->m->members[model_person(r->m, member)].locked && below(r, 3) == 0;
  int64_t time = some_time(r);
  line(r, locked ? "member.lock" : "member.unlock", member, time, " ");
  return model_lock(r->m, member, time, locked);
}

static const char *merge_some(struct run *r, int member) {
  int into = (int)below(r, MODEL_MEMBERS);
  int64_t time = some_time(r);
  line(r, "member.merge", member, time, "\"into\":\"%s\"", names[into]);
  return model_merge(r->m, member, time, into);
}

static const char *clock_some(struct run *r) {
  int64_t time = some_time(r);
  line(r, "clock", -1, time, " ");
  return model_clock(r->m, time);
}

static const char *some_step(struct run *r, int member) {
  int64_t n = below(r, 100);
  return n < 26   ? buy_some(r, member)
         : n < 36 ? adjust_some(r, member)
         : n < 42 ? import_some(r, member)
         : n < 56 ? spend_some(r, member)
         : n < 63 ? cancel_some(r, member)
         : n < 71 ? hold_some(r, member)
         : n < 79 ? settle_some(r, member)
         : n < 92 ? return_some(r, member)
         : n < 95 ? lock_some(r, member)
         : n < 97 ? merge_some(r, member)
                  : clock_some(r);
}

#endif
