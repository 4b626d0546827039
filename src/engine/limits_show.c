// What of the limits is used: in member.get for the member, in program.list for what is counted over all. As of ledger time.
#include "engine/budget.h"
#include "engine/limits.h"

static const char *per_word(bool forever, acr__unit per) {
  static const char *const words[] = {
      [ACR_UNIT_DAY] = "day", [ACR_UNIT_WEEK] = "week", [ACR_UNIT_MONTH] = "month", [ACR_UNIT_YEAR] = "year"};
  return forever ? "forever" : words[per];
}

static acr__time now_of(const acr_engine *engine) {
  return engine->ledger_time > ACR_TIME_MIN ? engine->ledger_time : 0; // nothing has happened yet
}

static void write_period(acr__writer *w, bool forever, acr__unit per, acr__time frees) {
  acr__write_key(w, "per");
  acr__write_text(w, per_word(forever, per));
  acr__write_key(w, "frees");
  acr__write_time(w, frees);
}

static void write_points(acr__writer *w, const char *key, int64_t millionths, int scale) {
  acr__write_key(w, key);
  acr__write_decimal(w, millionths / acr__pow10(ACR_CAP_SCALE - scale), scale);
}

static void write_rule(acr_engine *engine, acr__writer *w, const struct acr__member *m, const struct acr__release *release, int index) {
  const struct acr__rule *rule = &release->plan->rules[index];
  const struct acr__series_data *data = rule->limit.times ? acr__member_series(m, release->fired[index]) : NULL;
  acr__time from, to;
  acr__limit_period(release->plan->zone, rule->limit.forever, rule->limit.per, now_of(engine), &from, &to);
  int64_t used = data ? acr__series_count(data, from, to) : 0;
  if (used == 0) return;
  acr__write_object(w);
  acr__write_key(w, "family");
  acr__write_span(w, release->plan->family);
  if (rule->level >= 0) {
    acr__write_key(w, "level");
    acr__write_span(w, release->plan->levels[rule->level].name);
  }
  acr__write_key(w, "behavior");
  acr__write_text(w, acr__behavior_name(rule->behavior));
  acr__write_key(w, "rule");
  acr__write_span(w, rule->name);
  acr__write_key(w, "used");
  acr__write_int(w, used);
  acr__write_key(w, "of");
  acr__write_int(w, rule->limit.times);
  write_period(w, rule->limit.forever, rule->limit.per, to);
  acr__write_object_end(w);
}

static void write_source(acr_engine *engine, acr__writer *w, const struct acr__member *m, const struct acr__release *release, int index) {
  const struct acr__plan_source *source = &release->plan->sources[index];
  const struct acr__series_data *data = source->caps_members ? acr__member_series(m, release->issued[index]) : NULL;
  for (int i = 0; data && i < source->cap_count; i++) {
    const struct acr__cap *cap = &source->caps[i];
    acr__time from, to;
    acr__limit_period(release->plan->zone, cap->forever, cap->per, now_of(engine), &from, &to);
    int64_t used = cap->for_all ? 0 : acr__series_sum(data, from, to);
    if (used == 0) continue;
    acr__write_object(w);
    acr__write_key(w, "family");
    acr__write_span(w, release->plan->family);
    acr__write_key(w, "source");
    acr__write_span(w, source->name);
    write_points(w, "used", used, source->scale);
    write_points(w, "of", cap->points, source->scale);
    write_period(w, cap->forever, cap->per, to);
    acr__write_object_end(w);
  }
}

void acr__write_limits(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  struct acr__release **releases = ACR__NEW_N(engine->arena, struct acr__release *, engine->release_count + 1);
  int count = acr__releases_at(engine, now_of(engine), releases);
  acr__write_key(w, "limits");
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    for (int k = 0; k < releases[i]->plan->rule_count; k++)
      write_rule(engine, w, m, releases[i], k);
    for (int k = 0; k < releases[i]->plan->source_count; k++)
      write_source(engine, w, m, releases[i], k);
  }
  acr__write_array_end(w);
}

// ---- sources of a release

static void write_cap(acr_engine *engine, acr__writer *w, const struct acr__release *release, int source, const struct acr__cap *cap) {
  const struct acr__plan_source *s = &release->plan->sources[source];
  int budget = release->budgets[source];
  acr__time from, to;
  int64_t first, behind;
  acr__write_object(w);
  acr__write_key(w, "source");
  acr__write_span(w, s->name);
  acr__write_key(w, "cap");
  acr__write_text(w, cap->is_inventory ? "inventory" : "limit");
  acr__write_key(w, "for");
  acr__write_text(w, cap->for_all ? "all" : "member");
  write_points(w, "points", cap->points, s->scale);
  if (cap->for_all && budget >= 0) {
    acr__budget_days(release->plan->zone, cap, now_of(engine), &first, &behind);
    int64_t issued = acr__budget_sum(&engine->budgets[budget], first, behind);
    write_points(w, "issued", issued, s->scale);
    write_points(w, "left", cap->points > issued ? cap->points - issued : 0, s->scale);
  }
  acr__limit_period(release->plan->zone, cap->forever, cap->per, now_of(engine), &from, &to);
  bool begun = engine->ledger_time > ACR_TIME_MIN; // before the first event nobody knows which period it is
  write_period(w, cap->forever, cap->per, begun ? to : ACR_TIME_NONE);
  acr__write_object_end(w);
}

void acr__write_caps(acr_engine *engine, acr__writer *w, const struct acr__release *release) {
  acr__write_key(w, "caps");
  acr__write_array(w);
  for (int i = 0; i < release->plan->source_count; i++)
    for (int k = 0; k < release->plan->sources[i].cap_count; k++)
      write_cap(engine, w, release, i, &release->plan->sources[i].caps[k]);
  acr__write_array_end(w);
}
