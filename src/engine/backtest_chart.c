// What the page draws: points over time, and how many members got how much.
#include "engine/backtest.h"
#include <stdio.h>
#include <string.h>

// ---- over time

struct span {
  int32_t first, last; // days
  acr__unit unit;
  const char *name;
};

static bool find_span(const struct acr__backtest *b, struct span *out) {
  enum { DAYS_AS_DAYS = 92, DAYS_AS_WEEKS = 1100 };
  bool any = false;
  for (int side = 0; side < 2; side++) {
    const struct acr__sums *sums = side ? &b->after : &b->before;
    for (int i = 0; i < sums->count; i++) {
      if (sums->all[i].kind != ACR_SUM_DAY) continue;
      int32_t day = sums->all[i].key[2];
      if (!any || day < out->first) out->first = day;
      if (!any || day > out->last) out->last = day;
      any = true;
    }
  }
  if (!any) return false;
  int32_t days = out->last - out->first;
  out->unit = days <= DAYS_AS_DAYS ? ACR_UNIT_DAY : days <= DAYS_AS_WEEKS ? ACR_UNIT_WEEK : ACR_UNIT_MONTH;
  out->name = days <= DAYS_AS_DAYS ? "day" : days <= DAYS_AS_WEEKS ? "week" : "month";
  return true;
}

static int32_t start_of(const struct span *s, int32_t day) {
  return acr__days_of(acr__period_start(acr__date_of(day), s->unit));
}

static int32_t next_of(const struct span *s, int32_t start) {
  acr__date next;
  acr__date_add(acr__date_of(start), (acr__duration){1, s->unit}, 1, &next);
  return acr__days_of(next);
}

static int place_of(const int32_t *starts, int count, int32_t day) {
  int low = 0, high = count;
  while (high - low > 1) {
    int middle = low + (high - low) / 2;
    if (starts[middle] <= day)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void write_line(acr__writer *w, const char *key, const int64_t *points, int count, int decimals) {
  acr__write_key(w, key);
  acr__write_array(w);
  for (int i = 0; i < count; i++)
    acr__write_decimal(w, points[i], decimals);
  acr__write_array_end(w);
}

static void write_account(struct acr__backtest *b, acr__writer *w, int account, const int32_t *starts, int count) {
  acr__write_object(w);
  acr__write_key(w, "account");
  acr__write_text(w, b->accounts[account].label);
  for (int flow = 0; flow <= ACR_FLOW_EXPIRED; flow++) {
    acr__write_key(w, acr__flow_name((acr__flow)flow));
    acr__write_object(w);
    for (int side = 0; side < 2; side++) {
      const struct acr__sums *sums = side ? &b->after : &b->before;
      int64_t *points = ACR__NEW_N(b->arena, int64_t, count);
      memset(points, 0, (size_t)count * sizeof *points);
      for (int i = 0; i < sums->count; i++)
        if (sums->all[i].kind == ACR_SUM_DAY && sums->all[i].key[0] == account && sums->all[i].key[1] == flow)
          points[place_of(starts, count, sums->all[i].key[2])] += sums->all[i].points;
      write_line(w, side ? "after" : "before", points, count, b->accounts[account].decimals);
    }
    acr__write_object_end(w);
  }
  acr__write_object_end(w);
}

void acr__backtest_over_time(struct acr__backtest *b, acr__writer *w) {
  struct span span = {0};
  int count = 0;
  acr__write_key(w, "over_time");
  if (!find_span(b, &span)) {
    acr__write_null(w);
    return;
  }
  for (int32_t day = start_of(&span, span.first); day <= span.last; day = next_of(&span, day))
    count++;
  int32_t *starts = ACR__NEW_N(b->arena, int32_t, count);
  acr__write_object(w);
  acr__write_key(w, "unit");
  acr__write_text(w, span.name);
  acr__write_key(w, "from");
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    char text[16];
    starts[i] = i ? next_of(&span, starts[i - 1]) : start_of(&span, span.first);
    acr__date date = acr__date_of(starts[i]);
    snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
    acr__write_text(w, text);
  }
  acr__write_array_end(w);
  acr__write_key(w, "accounts");
  acr__write_array(w);
  for (int i = 0; i < b->account_count; i++)
    write_account(b, w, i, starts, count);
  acr__write_array_end(w);
  acr__write_object_end(w);
}

// ---- over members

enum { STEPS = 40 }; // 0, 1, 2, 5, 10, 20, 50 ...

static int64_t lower_edge(int step) {
  static const int64_t in_ten[] = {1, 2, 5};
  return step == 0 ? 0 : in_ten[(step - 1) % 3] * acr__pow10((step - 1) / 3);
}

static int step_of(int64_t millionths) {
  int64_t points = millionths / 1000000;
  int step = 0;
  while (step + 1 < STEPS && points >= lower_edge(step + 1))
    step++;
  return step;
}

static void write_histogram(acr__writer *w, const char *key, const int64_t *members, int steps) {
  acr__write_key(w, key);
  acr__write_array(w);
  for (int i = 0; i < steps; i++)
    acr__write_int(w, members[i]);
  acr__write_array_end(w);
}

// Members by the points that they were issued (negative ones stand at 0), and by how much that changed, less and more.
void acr__backtest_distribution(struct acr__backtest *b, acr__writer *w) {
  int64_t before[STEPS] = {0}, after[STEPS] = {0}, less[STEPS] = {0}, more[STEPS] = {0};
  int steps = 1;
  for (uint32_t n = 1; n < b->member_cap; n++) {
    int64_t was = b->members_before.all[n].issued, is = b->members_after.all[n].issued;
    if (b->who[n] == ACR_WHO_NOT) continue;
    int at[] = {step_of(was), step_of(is), step_of(is < was ? was - is : is - was)};
    before[at[0]]++;
    after[at[1]]++;
    if (is != was) (is < was ? less : more)[at[2]]++;
    for (int i = 0; i < 3; i++)
      if (at[i] >= steps) steps = at[i] + 1;
  }
  acr__write_key(w, "distribution");
  acr__write_object(w);
  acr__write_key(w, "issued_from");
  acr__write_array(w);
  for (int i = 0; i < steps; i++)
    acr__write_int(w, lower_edge(i));
  acr__write_array_end(w);
  write_histogram(w, "before", before, steps);
  write_histogram(w, "after", after, steps);
  write_histogram(w, "less", less, steps);
  write_histogram(w, "more", more, steps);
  acr__write_object_end(w);
}
