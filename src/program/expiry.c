// `expiry` and `warn` of an account (contract 5, domain 10).
#include "program/compile.h"
#include <strings.h>

static const struct acr__field_rule expiry_fields[] = {
  {"mode", NULL}, {"after", NULL}, {"into", NULL}, {"every", NULL}, {"on", NULL}, {"percent", NULL}, {"events", NULL},
  {"warn", NULL}, // none of any mode: told where it belongs
};
static const char *const mode_words[] = {"none", "rolling", "fixed_date", "inactivity", "activity_based", "points_aging"};
// Which fields each mode takes, in the order of expiry_fields.
static const char *const mode_takes[] = {"", "after into", "every on into", "after percent events", "after", "after"};

static bool takes(acr__expiry_mode mode, acr__span field) {
  for (const char *at = mode_takes[mode]; *at;) {
    size_t len = strcspn(at, " ");
    if (field.len == len && memcmp(at, field.ptr, len) == 0) return true;
    at += len + (at[len] == ' ');
  }
  return false;
}

static bool is_field(acr__span name) {
  for (int i = 0; i < ACR_COUNT(expiry_fields); i++)
    if (acr__span_is(name, expiry_fields[i].name)) return true;
  return false;
}

// "after, into"
static const char *listed(struct acr__compile *ctx, acr__expiry_mode mode) {
  acr__buf out = {0};
  for (const char *at = mode_takes[mode]; *at; at++) acr__buf_printf(&out, "%s%c", *at == ' ' ? "," : "", *at);
  const char *text = out.len ? acr__arena_text(ctx->arena, (acr__span){(const char *)out.ptr, out.len}) : "nothing else";
  acr__buf_free(&out);
  return text;
}

static void check_fields(struct acr__compile *ctx, const acr__node *node, acr__expiry_mode mode) {
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    acr__span name = acr__node_key(at);
    if (acr__span_is(name, "mode") || takes(mode, name) || !is_field(name)) continue; // what is no field at all is told
    if (acr__span_is(name, "warn"))
      acr__fault(ctx, at, "unknown_field", "`warn` stands in the account, beside `expiry`");
    else
      acr__fault(ctx, at, "unknown_field", "`%s` does not go with expiry mode `%s`; it takes %s", acr__quote(ctx, name),
                 mode_words[mode], listed(ctx, mode));
  }
}

static bool read_duration(struct acr__compile *ctx, const acr__node *at, const acr__node *node, const char *what, acr__duration *out) {
  if (!node) {
    acr__fault(ctx, at, "missing", "`%s` is missing: a duration such as \"12 months\"", what);
    return false;
  }
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__duration_parse(acr__node_text(node), out) && out->n > 0) return true;
  acr__fault(ctx, node, "type", "found %s for `%s`, wanted a duration such as \"12 months\"", acr__show(ctx, node), what);
  return false;
}

// TallyMarks' bounds: activity_based in months or years, 12 months to 5 years; points_aging in years, 1 to 5.
static void check_bounds(struct acr__compile *ctx, const acr__node *node, acr__expiry_mode mode, acr__duration after) {
  bool months = after.unit == ACR_UNIT_MONTH && mode == ACR_EXPIRY_ACTIVITY;
  int64_t n = months ? after.n : after.n * 12;
  if ((months || after.unit == ACR_UNIT_YEAR) && n >= 12 && n <= 60) return;
  acr__fault(ctx, node, "range", "found %s for `after`, wanted %s", acr__show(ctx, node),
             mode == ACR_EXPIRY_ACTIVITY ? "12 months to 5 years" : "1 to 5 years");
}

// ---- The day of a fixed date

static bool read_month_day(acr__span text, int *month, int *day) {
  acr__date date;
  char whole[16] = "2000-"; // a leap year: 02-29 is a day
  if (text.len != 5) return false;
  memcpy(whole + 5, text.ptr, 5);
  if (!acr__date_parse((acr__span){whole, 10}, &date)) return false;
  *month = date.month;
  *day = date.day;
  return true;
}

static bool read_weekday(acr__span text, int *day) {
  static const char *const words[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  for (int i = 0; i < 7; i++) {
    if (text.len != strlen(words[i]) || strncasecmp(text.ptr, words[i], text.len) != 0) continue;
    *day = i + 1;
    return true;
  }
  return false;
}

static bool read_on(struct acr__compile *ctx, const acr__node *node, struct acr__expiry *out) {
  acr__span text = acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : (acr__span){0};
  const char *wanted = "a month and day such as \"12-31\"";
  int64_t day = 0;
  switch (out->every) {
  case ACR_UNIT_YEAR:
    if (text.len && read_month_day(text, &out->month, &out->day)) return true;
    break;
  case ACR_UNIT_MONTH:
    wanted = "a day of the month, 1 to 31";
    if (acr__decimal_read(ctx, node, "on", 0, &day) && day >= 1 && day <= 31) {
      out->day = (int)day;
      return true;
    }
    break;
  default:
    wanted = "a weekday such as \"sunday\"";
    if (text.len && read_weekday(text, &out->day)) return true;
    break;
  }
  acr__fault(ctx, node, "type", "found %s for `on`, wanted %s", acr__show(ctx, node), wanted);
  return false;
}

// Without `on` the last day of the period.
static void read_fixed(struct acr__compile *ctx, const acr__node *node, struct acr__expiry *out) {
  static const char *const words[] = {"week", "month", "year"};
  const acr__node *on = acr__node_get(node, "on"), *every = acr__node_get(node, "every");
  int word = 2;
  acr__word_read(ctx, every, "every", words, 3, &word);
  out->every = word == 0 ? ACR_UNIT_WEEK : word == 1 ? ACR_UNIT_MONTH : ACR_UNIT_YEAR;
  out->month = 12;
  out->day = word == 0 ? 7 : 31;
  if (on) read_on(ctx, on, out);
}

static void read_inactivity(struct acr__compile *ctx, const acr__node *node, struct acr__expiry *out) {
  const acr__node *percent = acr__node_get(node, "percent"), *events = acr__node_get(node, "events");
  out->percent = 100 * 100;
  if (percent && acr__decimal_read(ctx, percent, "percent", 2, &out->percent) && (out->percent <= 0 || out->percent > 100 * 100))
    acr__fault(ctx, percent, "range", "found %s for `percent`, wanted more than 0 and at most 100", acr__show(ctx, percent));
  if (!events) return;
  acr__names_read(ctx, events, "an event type", &out->events, &out->event_count);
  for (int i = 0; i < out->event_count; i++) {
    if (!acr__span_is(out->events[i], "purchase")) acr__name_check(ctx, events, ACR__SPAN_LIT("event"), out->events[i]);
  }
}

static void read_into(struct acr__compile *ctx, const acr__node *node, int own, struct acr__expiry *out) {
  acr__span name = {0};
  if (!node || !acr__text_read(ctx, node, "an account's name", &name)) return;
  if (!acr__name_check(ctx, node, ACR__SPAN_LIT("account"), name)) return;
  out->into = acr__plan_account_find(ctx->plan, name);
  const struct acr__plan_account *from = &ctx->plan->accounts[own], *to = &ctx->plan->accounts[out->into];
  if (out->into == own) {
    acr__fault(ctx, node, "range", "account `%s` cannot expire into itself", acr__quote(ctx, name));
  } else if (to->decimals < from->decimals) {
    acr__fault(ctx, node, "range", "account `%s` has %d decimals, account `%s` %d: what expires would not fit", acr__quote(ctx, to->name),
               to->decimals, acr__quote(ctx, from->name), from->decimals);
  }
}

void acr__expiry_read(struct acr__compile *ctx, const acr__node *account, int own, struct acr__expiry *out) {
  const acr__node *node = acr__node_get(account, "expiry"), *warn = acr__node_get(account, "warn"), *mode_node;
  out->into = -1;
  if (node) {
    int mode = -1;
    if (!acr__fields_check(ctx, node, "`expiry`", expiry_fields, ACR_COUNT(expiry_fields), NULL)) return;
    mode_node = acr__node_get(node, "mode");
    if (!mode_node) acr__fault(ctx, node, "missing", "`mode` is missing from `expiry`: rolling, fixed_date, inactivity, ...");
    if (!mode_node || !acr__word_read(ctx, mode_node, "mode", mode_words, ACR_COUNT(mode_words), &mode)) return;
    out->mode = (acr__expiry_mode)mode;
    ctx->plan->idles = ctx->plan->idles || out->mode >= ACR_EXPIRY_INACTIVITY;
    check_fields(ctx, node, out->mode);
    bool timed = takes(out->mode, ACR__SPAN_LIT("after")) && read_duration(ctx, node, acr__node_get(node, "after"), "after", &out->after);
    if (timed && (out->mode == ACR_EXPIRY_ACTIVITY || out->mode == ACR_EXPIRY_AGING))
      check_bounds(ctx, acr__node_get(node, "after"), out->mode, out->after);
    if (timed && out->mode == ACR_EXPIRY_INACTIVITY && out->after.unit < ACR_UNIT_DAY)
      acr__fault(ctx, acr__node_get(node, "after"), "range", "inactivity is counted in days, weeks, months or years");
    if (out->mode == ACR_EXPIRY_FIXED) read_fixed(ctx, node, out);
    if (out->mode == ACR_EXPIRY_INACTIVITY) read_inactivity(ctx, node, out);
    read_into(ctx, acr__node_get(node, "into"), own, out);
  }
  out->has_warn = warn && read_duration(ctx, warn, warn, "warn", &out->warn);
  if (warn && out->mode != ACR_EXPIRY_ROLLING && out->mode != ACR_EXPIRY_FIXED)
    acr__fault(ctx, warn, "unknown_field", "`warn` goes with points that have a date of expiry: modes rolling and fixed_date");
}
