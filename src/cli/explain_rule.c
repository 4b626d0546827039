// A rule as it was judged, in lines.
#include "cli/explain.h"
#include <stdlib.h>

#define SPAN(span) (int)(span).len, (span).len ? (span).ptr : ""

static acr__span word(const acr__node *node, const char *key) {
  return acr__node_word(node, key);
}

static bool is_true(const acr__node *node, const char *key) {
  const acr__node *value = acr__node_get(node, key);
  return value && acr__node_kind(value) == ACR_JSON_TRUE;
}

// ---- Conditions

static void add_looked(struct twig *under, const acr__node *looked) {
  for (const acr__node *one = acr__node_first(looked); one; one = acr__node_next(one)) {
    acr__span name = acr__node_key(one);
    if (acr__node_kind(one) == ACR_JSON_NULL)
      acr__twig_add(under, TWIG_NOTE, "%.*s is not given", SPAN(name));
    else
      acr__twig_add(under, TWIG_NOTE, "%.*s is %.*s", SPAN(name), SPAN(acr__node_text(one)));
  }
}

static void add_excluded(struct twig *under, const acr__node *excluded) {
  for (const acr__node *one = acr__node_first(excluded); one; one = acr__node_next(one)) {
    acr__span lines = word(one, "lines"), of = word(one, "of_lines"), share = word(one, "share"), sentence = word(one, "sentence");
    struct twig *line;
    if (!sentence.len) sentence = word(one, "constraint");
    if (acr__span_is(of, "0"))
      line = acr__twig_add(under, TWIG_PLAIN, "there are no lines: \"%.*s\"", SPAN(sentence));
    else if (lines.len)
      line = acr__twig_add(under, TWIG_PLAIN, "%.*s of %.*s lines kept out: \"%.*s\"", SPAN(lines), SPAN(of), SPAN(sentence));
    else if (share.len)
      line = acr__twig_add(under, TWIG_PLAIN, "only %.*s of it counts: \"%.*s\"", SPAN(share), SPAN(sentence));
    else
      line = acr__twig_add(under, TWIG_PLAIN, "kept out: \"%.*s\"", SPAN(sentence));
    add_looked(line, acr__node_get(one, "looked_at"));
  }
}

static void add_window(struct twig *under, const acr__node *window) {
  acr__span from = word(window, "from"), to = word(window, "to"), outside = word(window, "outside"), inside = word(window, "inside");
  acr__span of = word(window, "of"), last = word(window, "last");
  const char *ends = to.len ? acr__arena_printf(acr__twig_arena(under), ", ends before %.*s", SPAN(to)) : "";
  long out = strtol(outside.len ? outside.ptr : "0", NULL, 10), in = strtol(inside.len ? inside.ptr : "0", NULL, 10);
  if (last.len && in < strtol(last.ptr, NULL, 10))
    acr__twig_add(under, TWIG_NOTE, "there are %ld %.*s, and it looks at the last %.*s", in, SPAN(of), SPAN(last));
  if (!window || !from.len) return;
  if (out)
    acr__twig_add(under, TWIG_NOTE, "%ld of %ld %.*s outside the window, which begins %.*s%s", out, out + in, SPAN(of), SPAN(from), ends);
  else
    acr__twig_add(under, TWIG_NOTE, "the window begins %.*s%s", SPAN(from), ends);
}

// As many decimals as say something: two of money, none that are zeros of anything finer.
static acr__span plain(acr__span number) {
  const char *point = number.len ? memchr(number.ptr, '.', number.len) : NULL;
  size_t decimals = point ? number.len - (size_t)(point - number.ptr) - 1 : 0;
  if (decimals <= 2) return number;
  while (number.ptr[number.len - 1] == '0')
    number.len--;
  if (number.ptr[number.len - 1] == '.') number.len--;
  return number;
}

static const char *distance_of(acr__arena *arena, const acr__node *condition) {
  acr__span distance = word(condition, "distance"), is = word(condition, "is");
  if (!distance.len || acr__span_is(is, "to_spare")) return "";
  return acr__arena_printf(arena, ": %.*s %.*s", SPAN(plain(distance)), SPAN(is));
}

static void add_condition(struct twig *under, const acr__node *condition, acr__arena *arena) {
  acr__span sentence = word(condition, "condition"), actual = plain(word(condition, "actual")),
            required = plain(word(condition, "required"));
  twig_mark mark = is_true(condition, "holds") ? TWIG_YES : TWIG_NO;
  acr__span other = word(condition, "not_about");
  struct twig *line;
  if (other.len) {
    acr__twig_add(under, mark, "%.*s (this is %.*s)", SPAN(sentence), SPAN(other));
    return;
  }
  if (actual.len && required.len)
    line = acr__twig_add(under, mark, "%.*s: found %.*s, wanted %.*s %.*s%s", SPAN(sentence), SPAN(actual),
                         SPAN(word(condition, "operator")), SPAN(required), distance_of(arena, condition));
  else if (actual.len)
    line = acr__twig_add(under, mark, "%.*s: found %.*s", SPAN(sentence), SPAN(actual));
  else
    line = acr__twig_add(under, mark, "%.*s", SPAN(sentence));
  add_excluded(line, acr__node_get(condition, "excluded"));
  if (mark == TWIG_NO) add_window(line, acr__node_get(condition, "window"));
  if (mark == TWIG_NO) add_looked(line, acr__node_get(condition, "looked_at"));
  if (is_true(condition, "crossed_before")) acr__twig_add(line, TWIG_NOTE, "it held before this event already");
  if (acr__node_get(condition, "reached_before") && mark == TWIG_NO)
    acr__twig_add(line, TWIG_NOTE, "reached before: %.*s", SPAN(plain(word(condition, "reached_before"))));
}

static void add_node(struct twig *under, const acr__node *node, bool root, acr__arena *arena) {
  static const char *const keys[] = {"all", "any", "none"}, *const titles[] = {"all of", "any of", "none of"};
  if (acr__node_get(node, "condition")) {
    add_condition(under, node, arena);
    return;
  }
  for (int i = 0; i < 3; i++) {
    const acr__node *list = acr__node_get(node, keys[i]);
    acr__span name = word(node, "name"), sentence = word(node, "sentence");
    if (!list) continue;
    struct twig *line = under;
    if (!root || i > 0)
      line = acr__twig_add(under, is_true(node, "holds") ? TWIG_YES : TWIG_NO, "%s%s%.*s%s%.*s", titles[i], name.len ? " " : "", SPAN(name),
                           sentence.len ? " " : "", SPAN(sentence));
    for (const acr__node *child = acr__node_first(list); child; child = acr__node_next(child))
      add_node(line, child, false, arena);
  }
}

// ---- Outcomes

static void add_sum(struct twig *under, const acr__node *sum) {
  acr__span amount = plain(word(sum, "amount")), per = plain(word(sum, "per")), units = word(sum, "units"), points = word(sum, "points");
  acr__span rate = plain(word(sum, "rate")), rounding = word(sum, "rounding");
  if (is_true(sum, "below_hurdle")) {
    acr__twig_add(under, TWIG_NOTE, "%.*s is below %.*s: nothing", SPAN(amount), SPAN(plain(word(sum, "hurdle"))));
  } else if (amount.len && units.len) {
    acr__twig_add(under, TWIG_NOTE, "%.*s / %.*s = %.*s (cut to %.*s decimals) x %.*s = %.*s, rounded %.*s", SPAN(amount), SPAN(per),
                  SPAN(units), SPAN(word(sum, "precision")), SPAN(rate), SPAN(points), SPAN(rounding));
  } else if (units.len) {
    acr__twig_add(under, TWIG_NOTE, "%.*s units x %.*s = %.*s, rounded %.*s", SPAN(units), SPAN(rate), SPAN(points), SPAN(rounding));
  }
}

void acr__explain_effect(struct twig *under, const acr__node *effect) {
  acr__span account = word(effect, "account"), points = word(effect, "points"), clipped = word(effect, "clipped");
  const acr__node *level = acr__node_get(effect, "change_level");
  acr__span to = word(level, "to"), reason = word(effect, "reason");
  if (clipped.len && account.len) {
    acr__twig_add(under, TWIG_NO, "%.*s %.*s not given: %.*s", SPAN(clipped), SPAN(account), SPAN(reason));
  } else if (points.len) {
    acr__twig_add(under, TWIG_PLAIN, "%s%.*s %.*s", points.ptr[0] == '-' ? "" : "+", SPAN(points), SPAN(account));
  } else if (level) {
    acr__twig_add(under, TWIG_PLAIN, "level %.*s: %.*s", SPAN(word(level, "family")), SPAN(to.len ? to : ACR__SPAN_LIT("none")));
  } else {
    acr__span more = {NULL, 0}, what = {NULL, 0};
    for (const acr__node *one = acr__node_first(effect); one; one = acr__node_next(one)) {
      acr__span key = acr__node_key(one);
      bool cause = acr__span_is(key, "behavior") || acr__span_is(key, "level") || acr__span_is(key, "rule") ||
                   acr__span_is(key, "outcome") || acr__span_is(key, "event");
      if (cause || what.len) continue;
      what = key;
      more = acr__node_text(one);
    }
    if (what.len) acr__twig_add(under, TWIG_PLAIN, "%.*s %.*s%s%.*s", SPAN(what), SPAN(more), reason.len ? ": " : "", SPAN(reason));
  }
}

void acr__explain_outcome(struct twig *under, const acr__node *outcome) {
  acr__span amount = word(outcome, "amount"), lines = word(outcome, "lines");
  struct twig *line = acr__twig_add(under, TWIG_PLAIN, "%.*s", SPAN(word(outcome, "sentence")));
  add_excluded(line, acr__node_get(outcome, "excluded"));
  if (lines.len)
    acr__twig_add(line, TWIG_NOTE, "%.*s of %.*s lines count, worth %.*s", SPAN(lines), SPAN(word(outcome, "of_lines")), SPAN(amount));
  for (const acr__node *sum = acr__node_first(acr__node_get(outcome, "arithmetic")); sum; sum = acr__node_next(sum))
    add_sum(line, sum);
  for (const acr__node *said = acr__node_first(acr__node_get(outcome, "said")); said; said = acr__node_next(said))
    acr__twig_add(line, TWIG_NOTE, "says: %.*s", SPAN(acr__node_text(said)));
  for (const acr__node *one = acr__node_first(acr__node_get(outcome, "effects")); one; one = acr__node_next(one))
    acr__explain_effect(line, one);
}

// ---- The rule

static const char *say_limit(acr__arena *arena, const acr__node *limit) {
  acr__span frees = word(limit, "frees");
  const char *forever =
      acr__span_is(word(limit, "per"), "forever") ? "for ever" : acr__arena_printf(arena, "a %.*s", SPAN(word(limit, "per")));
  return acr__arena_printf(arena, "limit %.*s %s: %.*s used, %.*s left%s%.*s", SPAN(word(limit, "of")), forever, SPAN(word(limit, "used")),
                           SPAN(word(limit, "left")), frees.len ? ", frees up " : "", SPAN(frees));
}

static const char *say_why(acr__arena *arena, const acr__node *rule) {
  acr__span why = word(rule, "why"), from = word(rule, "from"), until = word(rule, "until");
  if (acr__span_is(why, "limit")) return ": its limit is used up";
  if (acr__span_is(why, "chain")) return ": it is what raised this event";
  if (acr__span_is(why, "draft")) return ": its level is not live";
  if (acr__span_is(why, "dates"))
    return acr__arena_printf(arena, ": not in force then%s%.*s%s%.*s", from.len ? ", from " : "", SPAN(from), until.len ? ", before " : "",
                             SPAN(until));
  return is_true(rule, "unmet") ? ": not met, which has outcomes of its own" : "";
}

void acr__explain_rule(struct twig *under, const acr__node *rule) {
  acr__arena *arena = acr__twig_arena(under);
  const acr__node *limit = acr__node_get(rule, "limit"), *when = acr__node_get(rule, "when");
  acr__span fired = word(rule, "fired");
  acr__span of = acr__span_is(word(rule, "behavior"), "entrance") ? (acr__span){NULL, 0} : word(rule, "level");
  bool gave = fired.len && !acr__span_is(fired, "0");
  bool many = gave && !acr__span_is(fired, "1");
  bool holds = is_true(rule, "holds") && !acr__node_get(rule, "why");
  struct twig *line = acr__twig_add(under, gave || holds ? TWIG_YES : TWIG_NO, "%.*s%s%.*s%s%s%s%.*s%s", SPAN(word(rule, "rule")),
                                    of.len ? " (" : "", SPAN(of), of.len ? ")" : "", say_why(arena, rule), many ? " (" : "",
                                    many ? (int)fired.len : 0, many ? fired.ptr : "", many ? " times)" : "");
  if (limit) acr__twig_add(line, TWIG_NOTE, "%s", say_limit(arena, limit));
  if (when) add_node(line, when, true, arena);
  for (const acr__node *one = acr__node_first(acr__node_get(rule, "outcomes")); one; one = acr__node_next(one))
    acr__explain_outcome(line, one);
}
