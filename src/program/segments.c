// Audiences: who enters by events, and for how long; and parts of an A/B test, which nobody enters.
#include "program/compile.h"

enum { YEARS_MAX = 5 }; // of a period, and of a date behind the program's beginning

static const struct acr__field_rule audience_fields[] = {{"title", false}, {"description", false}, {"expiry", false}, {"split", false}};
static const struct acr__field_rule end_fields[] = {{"mode", false}, {"after", false}, {"on", false}};
static const struct acr__field_rule split_fields[] = {{"test", false}, {"from", false}, {"to", false}};

static bool within(acr__date from, acr__date date) {
  acr__date last;
  return acr__date_add(from, (acr__duration){YEARS_MAX, ACR_UNIT_YEAR}, 1, &last) && acr__days_of(date) <= acr__days_of(last);
}

static void read_period(struct acr__compile *ctx, const acr__node *node, struct acr__segment *out) {
  const acr__date any = {2000, 1, 1};
  acr__duration found;
  acr__date end;
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__duration_parse(acr__node_text(node), &found) && found.unit >= ACR_UNIT_DAY &&
      found.n > 0 && acr__date_add(any, found, 1, &end) && within(any, end))
    out->after = found;
  else
    acr__fault(ctx, node, "range", "found %s for `after`, wanted days, weeks, months or years up to %d years", acr__show(ctx, node),
               YEARS_MAX);
}

static void read_date(struct acr__compile *ctx, const acr__node *node, struct acr__segment *out) {
  const struct acr__plan *plan = ctx->plan;
  bool good = acr__node_kind(node) == ACR_JSON_STRING && acr__date_parse(acr__node_text(node), &out->on);
  if (!good)
    acr__fault_date(ctx, node, "type", "on", "a date such as \"2027-06-30\"");
  else if (plan->effective_from != ACR_TIME_MIN && plan->zone && !within(acr__local_date(plan->zone, plan->effective_from), out->on))
    acr__fault(ctx, node, "range", "found %s for `on`, wanted a date at most %d years behind `effective_from`", acr__show(ctx, node),
               YEARS_MAX);
}

// A field that goes with one mode alone.
static const acr__node *only_with(struct acr__compile *ctx, const acr__node *node, const char *key, bool wanted, const char *mode) {
  const acr__node *found = acr__node_get(node, key);
  if (wanted && !found) acr__fault(ctx, node, "missing", "`%s` is missing: the mode \"%s\" needs it", key, mode);
  if (!wanted && found) acr__fault(ctx, found, "range", "`%s` goes with the mode \"%s\"", key, mode);
  return wanted ? found : NULL;
}

static void read_end(struct acr__compile *ctx, const acr__node *node, struct acr__segment *out) {
  static const char *const modes[] = {"none", "until_anniversary", "one_year_until_anniversary", "period", "date"};
  int mode = 0;
  if (!node || !acr__fields_check(ctx, node, "the expiry of an audience", end_fields, ACR_COUNT(end_fields), NULL)) return;
  const acr__node *mode_node = acr__node_get(node, "mode");
  if (!mode_node) {
    acr__fault(ctx, node, "missing",
               "`mode` is missing from the expiry of an audience: \"none\", \"until_anniversary\", "
               "\"one_year_until_anniversary\", \"period\" or \"date\"");
    return;
  }
  if (!acr__word_read(ctx, mode_node, "mode", modes, ACR_COUNT(modes), &mode)) return;
  out->end = (acr__segment_end)mode;
  const acr__node *after = only_with(ctx, node, "after", out->end == ACR_SEGMENT_PERIOD, "period");
  const acr__node *on = only_with(ctx, node, "on", out->end == ACR_SEGMENT_DATE, "date");
  if (after) read_period(ctx, after, out);
  if (on) read_date(ctx, on, out);
}

static void read_share(struct acr__compile *ctx, const acr__node *node, const char *key, int *out) {
  const acr__node *found = acr__node_get(node, key);
  int64_t value;
  if (!found) {
    acr__fault(ctx, node, "missing", "`%s` is missing from a split: a part of the hundred, as 0 and 50", key);
    return;
  }
  if (!acr__decimal_read(ctx, found, key, 2, &value)) return;
  if (value < 0 || value > 100 * 100)
    acr__fault(ctx, found, "range", "found %s for `%s`, wanted a percentage from 0 to 100", acr__show(ctx, found), key);
  else
    *out = (int)value;
}

static void read_split(struct acr__compile *ctx, const acr__node *node, struct acr__segment *out) {
  if (!acr__fields_check(ctx, node, "a split", split_fields, ACR_COUNT(split_fields), NULL)) return;
  const acr__node *test = acr__node_get(node, "test");
  out->test = acr__node_key(node);
  if (!test)
    acr__fault(ctx, node, "missing", "`test` is missing from a split: members are divided anew for each name");
  else
    acr__name_read(ctx, test, "the name of a test", &out->test);
  read_share(ctx, node, "from", &out->from);
  read_share(ctx, node, "to", &out->to);
  if (out->to && out->from >= out->to)
    acr__fault(ctx, node, "range", "a split from %d%% to %d%% has nobody in it", out->from / 100, out->to / 100);
}

static void read_audience(struct acr__compile *ctx, const acr__node *node, struct acr__segment *out) {
  if (!acr__fields_check(ctx, node, "an audience", audience_fields, ACR_COUNT(audience_fields), NULL)) return;
  const acr__node *end = acr__node_get(node, "expiry"), *split = acr__node_get(node, "split");
  if (end && split) acr__fault(ctx, end, "range", "an audience that is a part of a split has no `expiry`: nobody enters it");
  read_end(ctx, end, out);
  if (split) read_split(ctx, split, out);
}

void acr__audiences_read(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  if (!node) return;
  bool is_list = acr__node_kind(node) == ACR_JSON_ARRAY;
  if (!is_list && acr__node_kind(node) != ACR_JSON_OBJECT) {
    acr__fault(ctx, node, "type", "found %s, wanted audiences by name as an object, or a list of their names", acr__show(ctx, node));
    return;
  }
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, acr__node_count(node) + 1);
  struct acr__segment *segments = ACR__NEW_N(ctx->arena, struct acr__segment, acr__node_count(node) + 1);
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    acr__span *name = &names[plan->audience_count];
    if (is_list ? !acr__name_read(ctx, at, "an audience's name", name)
                : !acr__name_good(ctx, at, "an audience's name", *name = acr__node_key(at)))
      continue;
    if (!is_list) read_audience(ctx, at, &segments[plan->audience_count]);
    plan->audience_count++;
  }
  plan->audiences = names;
  plan->segments = segments;
}

int acr__plan_audience_find(const struct acr__plan *plan, acr__span name) {
  for (int i = 0; i < plan->audience_count; i++)
    if (acr__span_eq(plan->audiences[i], name)) return i;
  return -1;
}
