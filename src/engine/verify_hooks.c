// I27: web hooks stand in the record of their cause, numbered from 1, as they were asked for.
#include "engine/verify.h"
#include "engine/web_hook.h"
#include <inttypes.h>
#include <string.h>

void acr__verify_hooks(struct acr__verify *v, const struct acr__record *r) {
  struct acr__hook_walk walk;
  struct acr__hook hook;
  int count = 0;
  bool any = r->flags & ACR_RECORD_HOOKS;
  for (int i = 0; i < v->ops.count && !any; i++)
    any = v->ops.all[i].kind == ACR_OP_WEBHOOK;
  if (!any) return;
  acr__hooks_begin(r, &walk);
  while (acr__hooks_next(&walk, &hook)) {
    if (hook.index != ++count) acr__violation(v, "I27", r, "web hook %d of record %" PRIu64 " is numbered %d", count, r->seq, hook.index);
    if (walk.erased) continue;
    acr__digest made = acr__digest_pair(v->key, hook.url, hook.body);
    if (memcmp(&made, &hook.digest, sizeof made) != 0)
      acr__violation(v, "I27", r, "web hook %" PRIu64 ".%d is not what was asked for", r->seq, hook.index);
  }
  bool moved = r->kind != ACR_RECORD_PARKED && !(r->flags & ACR_RECORD_REFUSED);
  if (count && !moved) acr__violation(v, "I27", r, "record %" PRIu64 " moved nothing, but has web hooks", r->seq);
  if ((count > 0) != ((r->flags & ACR_RECORD_HOOKS) != 0))
    acr__violation(v, "I27", r, "record %" PRIu64 " does not say rightly whether it has web hooks", r->seq);
}
