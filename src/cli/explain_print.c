// An explanation as a tree of lines.
#include "cli/explain.h"

#define SPAN(span) (int)(span).len, (span).len ? (span).ptr : ""

static bool is_entrance(const acr__node *rule) {
  return acr__span_is(acr__node_word(rule, "behavior"), "entrance");
}

static const acr__node *rules_of(const acr__node *place) {
  return acr__node_first(acr__node_get(place, "rules"));
}

static void add_rules(struct twig *under, const acr__node *place) {
  for (const acr__node *rule = rules_of(place); rule; rule = acr__node_next(rule))
    if (!is_entrance(rule)) acr__explain_rule(under, rule);
}

// Does any of the level's rules, which stand together, hold?
static bool entered(const acr__node *rule) {
  acr__span level = acr__node_word(rule, "level");
  for (; rule && acr__span_eq(acr__node_word(rule, "level"), level); rule = acr__node_next(rule))
    if (acr__node_kind(acr__node_get(rule, "holds")) == ACR_JSON_TRUE) return true;
  return false;
}

// Entrance rules by their level: those that were entered and the next one, unless all are asked for.
static void add_levels(struct twig *under, const acr__node *place, bool all) {
  acr__span level = {NULL, 0};
  struct twig *line = NULL;
  int missed = 0;
  for (const acr__node *rule = rules_of(place); rule; rule = acr__node_next(rule)) {
    acr__span name = acr__node_word(rule, "level");
    if (!is_entrance(rule)) continue;
    if (!level.ptr || !acr__span_eq(name, level)) {
      missed += !entered(rule);
      line = all || missed < 2 ? acr__twig_add(under, TWIG_PLAIN, "level %.*s", SPAN(name)) : NULL;
    }
    level = name;
    if (line) acr__explain_rule(line, rule);
  }
  if (missed > 1 && !all) acr__twig_add(under, TWIG_NOTE, "%d more level%s: --all", missed - 1, missed == 2 ? "" : "s");
}

static void add_place(struct twig *root, const acr__node *place, bool all) {
  acr__span level = acr__node_word(place, "level"), release = acr__node_word(place, "release"), event = acr__node_word(place, "event");
  bool raised = !acr__span_is(acr__node_word(place, "raised"), "0");
  const acr__node *base = acr__node_first(acr__node_get(place, "base"));
  struct twig *line = acr__twig_add(root, TWIG_PLAIN, "%.*s%s%.*s, level %.*s", SPAN(release), raised ? ", raised " : "",
                                    raised ? (int)event.len : 0, raised ? event.ptr : "", SPAN(level.len ? level : ACR__SPAN_LIT("none")));
  if (base) {
    struct twig *earning = acr__twig_add(line, TWIG_PLAIN, "base earning");
    for (; base; base = acr__node_next(base))
      acr__explain_outcome(earning, base);
  }
  add_rules(line, place);
  add_levels(line, place, all);
  if (acr__twig_bare(line)) acr__twig_add(line, TWIG_NOTE, "no rule looks at such an event");
}

static void add_judged(struct twig *root, const acr__node *judged, bool all) {
  for (const acr__node *place = acr__node_first(judged); place; place = acr__node_next(place))
    add_place(root, place, all);
}

static void add_effects(struct twig *under, const acr__node *reply) {
  for (const acr__node *one = acr__node_first(acr__node_get(reply, "outcomes")); one; one = acr__node_next(one))
    acr__explain_effect(under, one);
}

static void add_due(struct twig *root, const acr__node *due, bool all) {
  if (!acr__node_first(due)) return;
  struct twig *first = acr__twig_add(root, TWIG_PLAIN, "ran first, because its time had come");
  for (const acr__node *one = acr__node_first(due); one; one = acr__node_next(one)) {
    const acr__node *reply = acr__node_get(one, "reply");
    struct twig *line =
        acr__twig_add(first, TWIG_PLAIN, "%.*s at %.*s", SPAN(acr__node_word(reply, "id")), SPAN(acr__node_word(one, "at")));
    add_effects(line, reply);
    add_judged(line, acr__node_get(one, "judged"), all);
  }
}

static void add_head(struct twig *root, const acr__node *result) {
  const acr__node *event = acr__node_get(result, "event"), *reply = acr__node_get(result, "reply"), *error = acr__node_get(reply, "error");
  acr__span type = acr__node_word(event, "type"), status = acr__node_word(reply, "status"), time = acr__node_word(result, "time");
  if (!time.len) time = acr__node_word(event, "time");
  struct twig *line;
  if (acr__node_kind(event) == ACR_JSON_NULL)
    line = acr__twig_add(root, TWIG_PLAIN, "event %.*s of %.*s, which was erased; what was decided is all that is left of it",
                         SPAN(acr__node_word(result, "seq")), SPAN(acr__node_word(result, "time")));
  else
    line = acr__twig_add(root, TWIG_PLAIN, "%.*s %.*s of %.*s, %.*s, %.*s", SPAN(type), SPAN(acr__node_word(reply, "id")),
                         SPAN(acr__node_word(reply, "source")), SPAN(acr__node_word(reply, "member")), SPAN(time));
  struct twig *did = acr__twig_add(line, TWIG_PLAIN, "%.*s%s%.*s", SPAN(status), error ? ": " : "", SPAN(acr__node_word(error, "message")));
  add_effects(did, reply);
  const acr__node *exact = acr__node_get(result, "exact");
  if (exact && acr__node_kind(exact) == ACR_JSON_FALSE)
    acr__twig_add(line, TWIG_NO, "judged again it does something else than the ledger has: what follows is not how it was");
}

static void add_list(struct twig *root, const acr__node *list, const char *title) {
  if (!list) return;
  struct twig *line = acr__twig_add(root, TWIG_PLAIN, "%s", title);
  add_rules(line, list);
  for (const acr__node *rule = rules_of(list); rule; rule = acr__node_next(rule))
    if (is_entrance(rule)) acr__explain_rule(line, rule);
  if (acr__twig_bare(line)) acr__twig_add(line, TWIG_NOTE, "no rule: only an outcome or the staff gives it");
}

static void add_level(struct twig *root, const acr__node *result) {
  acr__span held = acr__node_word(result, "held"), stands = acr__node_word(result, "stands");
  const acr__node *live = acr__node_get(result, "live");
  struct twig *line = acr__twig_add(root, TWIG_PLAIN, "%.*s of %.*s, %.*s as of %.*s, in %.*s now", SPAN(acr__node_word(result, "level")),
                                    SPAN(acr__node_word(result, "release")), SPAN(acr__node_word(result, "member")),
                                    SPAN(acr__node_word(result, "time")), SPAN(held.len ? held : ACR__SPAN_LIT("no level")));
  if (live && acr__node_kind(live) == ACR_JSON_FALSE) acr__twig_add(line, TWIG_NO, "the level is not live: nobody gets into it");
  if (acr__span_is(stands, "below")) acr__twig_add(line, TWIG_NOTE, "it stands below the level that the member holds");
  add_list(line, acr__node_get(result, "entrance"), "to get in, any of");
  add_list(line, acr__node_get(result, "maintenance"), "to stay, any of");
}

static void add_balances(struct twig *root, const acr__node *reply) {
  const acr__node *first = acr__node_first(acr__node_get(reply, "balances"));
  struct twig *line = first ? acr__twig_add(root, TWIG_PLAIN, "afterwards") : NULL;
  for (const acr__node *one = first; one; one = acr__node_next(one))
    acr__twig_add(line, TWIG_PLAIN, "%.*s %.*s", SPAN(acr__node_key(one)), SPAN(acr__node_text(one)));
  for (const acr__node *one = acr__node_first(acr__node_get(reply, "levels")); one && line; one = acr__node_next(one))
    acr__twig_add(line, TWIG_PLAIN, "level %.*s: %.*s", SPAN(acr__node_key(one)),
                  SPAN(acr__node_kind(one) == ACR_JSON_NULL ? ACR__SPAN_LIT("none") : acr__node_text(one)));
}

static void add_event(struct twig *root, const acr__node *result, bool all) {
  add_head(root, result);
  add_due(root, acr__node_get(result, "due"), all);
  add_judged(root, acr__node_get(result, "judged"), all);
}

void acr__explain_print(const struct answer *answer, const struct explain_options *options) {
  const acr__node *result = answer->result, *events = acr__node_get(result, "events");
  struct twig *root = acr__twig_new(answer->arena);
  for (const acr__node *one = acr__node_first(events); one; one = acr__node_next(one)) {
    add_event(root, one, options->all);
    add_balances(root, acr__node_get(one, "reply"));
  }
  if (!events && acr__node_get(result, "entrance"))
    add_level(root, result);
  else if (!events)
    add_event(root, result, options->all);
  acr__twig_print(root, stdout);
}
