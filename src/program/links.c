// Links between members: their names, and to how many members each may lead.
#include "program/compile.h"

enum { LINK_MEMBERS_MAX = 1000 }; // they stand in the member's state

static const struct acr__field_rule link_fields[] = {{"max", NULL}, {"title", NULL}, {"description", NULL}};

void acr__links_read(struct acr__compile *ctx, const acr__node *node) {
  if (!node) return;
  if (acr__node_kind(node) != ACR_JSON_OBJECT) {
    acr__fault(ctx, node, "type", "found %s, wanted links by name as an object", acr__show(ctx, node));
    return;
  }
  struct acr__plan_link *links = ACR__NEW_N(ctx->arena, struct acr__plan_link, acr__node_count(node) + 1);
  ctx->plan->links = links;
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    acr__name_good(ctx, at, "a link's name", acr__node_key(at));
    if (!acr__fields_check(ctx, at, "a link", link_fields, ACR_COUNT(link_fields), NULL)) continue;
    const acr__node *max = acr__node_get(at, "max");
    int64_t most = 1;
    if (acr__decimal_read(ctx, max, "max", 0, &most) && (most < 1 || most > LINK_MEMBERS_MAX)) {
      acr__fault(ctx, max, "range", "found %s for `max`, wanted 1 to %d", acr__show(ctx, max), LINK_MEMBERS_MAX);
    }
    links[ctx->plan->link_count++] = (struct acr__plan_link){acr__node_key(at), (int)most};
  }
}
