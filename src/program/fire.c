// When a condition over history holds: as long as it is true, at the event that makes it true (`fire`), or at each multiple of a
// number (`every`), which the phrase itself may ask for.
#include "program/compile.h"

void acr__fire_begin(struct acr__compile *ctx, const struct acr__component *phrase, const acr__node *node) {
  const acr__node *every = acr__node_get(node, "every");
  int var = acr__compared_var(phrase), operator_var = acr__var_of_type(phrase, ACR_VAR_OPERATOR);
  ctx->every = NULL;
  if (!every || (phrase->functions & ACR_HAS_TEST)) return;
  if (phrase->every.len || phrase->reaches.len) {
    acr__fault(ctx, every, "every", "key phrase `%s` says itself what has to be reached; leave `every` out", acr__quote(ctx, phrase->name));
    return;
  }
  if (var < 0) return; // told when the comparison is read
  const acr__node *number = acr__node_get_span(node, phrase->vars[var].name);
  const acr__node *op = operator_var >= 0 ? acr__node_get_span(node, phrase->vars[operator_var].name) : NULL;
  if (number || op) {
    acr__fault(ctx, number ? number : op, "every", "`every` stands in place of `%s` and its operator; found both",
               acr__quote(ctx, phrase->vars[var].name));
  }
  ctx->every = every;
  ctx->every_var = var;
}

static void read_fire(struct acr__compile *ctx, const acr__node *fire, struct acr__cond *cond) {
  static const char *const words[] = {"crossing"};
  int word = 0;
  if (!fire || !acr__word_read(ctx, fire, "fire", words, ACR_COUNT(words), &word)) return;
  cond->crossing = true;
  if (cond->every) acr__fault(ctx, fire, "every", "`fire` does not go with multiples: they are given once each");
  if (!cond->include_current) {
    acr__fault(ctx, fire, "fire", "with `include_current` false no event of its own makes the condition true");
  }
}

static bool slides(const struct acr__cond *cond, const struct acr__held *held, int held_count) {
  bool slides = cond->timeframe && acr__frame_slides(cond->timeframe);
  for (int i = 0; i < held_count; i++) slides = slides || held[i].slides;
  return slides;
}

static void check_every(struct acr__compile *ctx, const struct acr__component *phrase, const acr__node *node, const struct acr__held *held,
                        int held_count, const struct acr__cond *cond) {
  acr__aggregate aggregate = acr__aggregate_of(phrase);
  bool grows = aggregate == ACR_AGG_SUM || aggregate == ACR_AGG_COUNT || aggregate == ACR_AGG_DISTINCT || aggregate == ACR_AGG_MAX;
  if (!grows) {
    acr__fault(ctx, node, "every", "key phrase `%s` does not add up: multiples go with a sum, a count, or a largest value",
               acr__quote(ctx, phrase->name));
  }
  if (slides(cond, held, held_count)) {
    acr__fault(ctx, node, "every", "multiples do not go with a sliding timeframe: what left it could be earned again");
  }
  if (!cond->include_current) {
    acr__fault(ctx, node, "every", "with `include_current` false no event of its own reaches a multiple");
  }
}

void acr__fire_read(struct acr__compile *ctx, const struct acr__component *phrase, const acr__node *node, const struct acr__held *held,
                    int held_count, struct acr__cond *cond) {
  static const char *const words[] = {"start"};
  const acr__node *fire = acr__node_get(node, "fire"), *every = acr__node_get(node, "every"), *from = acr__node_get(node, "from");
  const acr__node *found = fire ? fire : every ? every : from;
  int word = 0;
  if (found && cond->over != ACR_OVER_HISTORY) {
    acr__fault(ctx, found, "unknown_field", "`%.*s` goes with conditions over history; condition type `%s` is not",
               (int)acr__node_key(found).len, acr__node_key(found).ptr, acr__quote(ctx, cond->type->name));
    return;
  }
  cond->once = phrase->reaches.len != 0;
  cond->log_order = cond->once || phrase->every.len != 0;
  cond->every = cond->log_order || every != NULL;
  cond->times_max = cond->once ? 1 : ACR_EVERY_TIMES_MAX;
  read_fire(ctx, fire, cond);
  if (cond->every) check_every(ctx, phrase, every ? every : node, held, held_count, cond);
  if (every && (phrase->functions & ACR_HAS_TEST)) {
    acr__decimal_read(ctx, every, "every", 0, &cond->number);
    if (cond->number <= 0) acr__fault(ctx, every, "range", "found %s for `every`, wanted more than 0", acr__show(ctx, every));
  }
  if (from && !cond->every) acr__fault(ctx, from, "unknown_field", "`from` of a condition goes with `every`");
  cond->from_start = from && acr__word_read(ctx, from, "from", words, ACR_COUNT(words), &word);
  if (cond->from_start) {
    acr__warn(ctx, from, "from_start", "members are paid for what they have reached before the rule met them, at their next event");
  }
}

acr__span acr__fire_sentence(struct acr__compile *ctx, acr__span sentence, const struct acr__cond *cond) {
  const char *more = cond->crossing ? "at the event that makes it so" : "once for each multiple";
  if (!cond->crossing && (!cond->every || cond->log_order)) return sentence;
  return acr__span_of(acr__arena_printf(ctx->arena, "%.*s, %s", (int)sentence.len, sentence.ptr, more));
}
