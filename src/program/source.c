// What a point source may issue at most: `inventory` and `limit`.
#include "base/num.h"
#include "program/compile.h"
#include <inttypes.h>

enum { CAPS_MAX = 9 };
static const struct acr__field_rule limit_fields[] = {{"points", NULL}, {"per", NULL}, {"for", NULL}};

// Points at the source's finest account, as millionths.
static bool points_read(struct acr__compile *ctx, const acr__node *node, const char *what, int scale, int64_t *out) {
  int64_t points;
  if (!acr__decimal_read(ctx, node, what, scale, &points)) return false;
  if (points >= 0 && acr__mul(points, acr__pow10(ACR_CAP_SCALE - scale), out)) return true;
  acr__fault(ctx, node, "range", "found %s for `%s`, wanted 0 to %" PRId64 " points", acr__show(ctx, node), what,
             INT64_MAX / acr__pow10(ACR_CAP_SCALE));
  return false;
}

static void read_limit(struct acr__compile *ctx, const acr__node *node, struct acr__plan_source *source, struct acr__cap *caps) {
  struct acr__cap cap = {0};
  static const char *const words[] = {"all", "member"};
  int whom = 0; // domain 9.3: across everyone, unless it is personal
  int faults = ctx->diag->faults;
  if (!acr__fields_check(ctx, node, "a source's limit", limit_fields, ACR_COUNT(limit_fields), NULL)) return;
  const acr__node *points = acr__node_get(node, "points");
  if (!points) acr__fault(ctx, node, "missing", "`points` is missing from the limit of source `%s`", acr__quote(ctx, source->name));
  else points_read(ctx, points, "points", source->scale, &cap.points);
  acr__per_read(ctx, acr__node_get(node, "per"), &cap.forever, &cap.per);
  acr__word_read(ctx, acr__node_get(node, "for"), "for", words, 2, &whom);
  cap.for_all = whom == 0;
  source->caps_all = source->caps_all || cap.for_all;
  source->caps_members = source->caps_members || !cap.for_all;
  if (ctx->diag->faults == faults) caps[source->cap_count++] = cap;
}

void acr__caps_read(struct acr__compile *ctx, const acr__node *node, struct acr__plan_source *source) {
  const acr__node *inventory = acr__node_get(node, "inventory"), *limit = acr__node_get(node, "limit");
  struct acr__cap *caps = ACR__NEW_N(ctx->arena, struct acr__cap, CAPS_MAX + 1);
  source->caps = caps;
  if (inventory && points_read(ctx, inventory, "inventory", source->scale, &caps[0].points)) {
    caps[0].is_inventory = caps[0].forever = caps[0].for_all = source->caps_all = true;
    source->cap_count = 1;
  }
  if (!limit) return;
  if (acr__node_kind(limit) != ACR_JSON_ARRAY) {
    read_limit(ctx, limit, source, caps);
    return;
  }
  if (acr__node_count(limit) >= CAPS_MAX) {
    acr__fault(ctx, limit, "limit", "found %d limits of source `%s`, wanted at most %d", acr__node_count(limit),
               acr__quote(ctx, source->name), CAPS_MAX - 1);
    return;
  }
  for (const acr__node *at = acr__node_first(limit); at; at = acr__node_next(at)) read_limit(ctx, at, source, caps);
}
