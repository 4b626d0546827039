// Results of calls that never looked at their fact. By contract the same inputs give the same result, and such a call's only
// input is its `vars`: it runs once. What it cost is counted each time all the same, so that an event's budget does not depend
// on what ran before it.
#include "base/mem.h"
#include "script/host.h"

// Longer lists of effects are made anew each time: what is kept stays small beside the program that it serves.
enum { EFFECTS_KEPT = 16, TEXT_KEPT = 4096 };

#define TEXT(member) offsetof(struct acr__effect, member)
static const size_t texts[] = {TEXT(account), TEXT(source), TEXT(tag), TEXT(event), TEXT(to),   TEXT(program),
                               TEXT(level),   TEXT(offer),  TEXT(store), TEXT(url), TEXT(body), TEXT(template), TEXT(data_json)};
enum { TEXTS = sizeof texts / sizeof *texts };

static acr__span *text_of(struct acr__effect *effect, int n) {
  return (acr__span *)(void *)((char *)effect + texts[n]);
}

static bool small_enough(const struct acr__kept *result) {
  size_t bytes = 0;
  for (int i = 0; i < result->effect_count; i++) {
    struct acr__effect effect = result->effects[i];
    for (int n = 0; n < TEXTS; n++) bytes += text_of(&effect, n)->len;
  }
  return result->effect_count <= EFFECTS_KEPT && bytes <= TEXT_KEPT;
}

static const struct acr__effect *copy_effects(acr__arena *arena, const struct acr__effect *effects, int count) {
  struct acr__effect *copy = ACR__NEW_N(arena, struct acr__effect, count + 1);
  for (int i = 0; i < count; i++) {
    copy[i] = effects[i];
    for (int n = 0; n < TEXTS; n++) {
      acr__span *text = text_of(&copy[i], n);
      if (text->len) *text = acr__arena_span(arena, *text);
    }
  }
  return copy;
}

void acr__keep(acr__script *script, int vars, const struct acr__kept *result) {
  if (script->touched || vars < 0 || script->listener || !small_enough(result)) return;
  // An event with fewer lines could not pay for it.
  if (script->call_used > ACR_CALL_INSTRUCTIONS || script->call_bytes > ACR_CALL_BYTES) return;
  if (vars >= script->kept_cap) {
    int cap = vars + vars / 2 + 64;
    script->kept = acr__mem_resize(script->kept, sizeof *script->kept * (size_t)cap);
    memset(script->kept + script->kept_cap, 0, sizeof *script->kept * (size_t)(cap - script->kept_cap));
    script->kept_cap = cap;
  }
  struct acr__kept *kept = ACR__NEW(script->arena, struct acr__kept);
  *kept = *result;
  kept->instructions = script->call_used;
  kept->next = script->kept[vars];
  if (result->effects) kept->effects = copy_effects(script->arena, result->effects, result->effect_count);
  script->kept[vars] = kept;
}

const struct acr__kept *acr__recall(acr__script *script, int function, int vars, acr__fact_kind kind) {
  if (vars < 0 || vars >= script->kept_cap || script->listener) return NULL; // who listens hears it again
  const struct acr__kept *kept = script->kept[vars];
  while (kept && (kept->function != function || kept->kind != kind)) kept = kept->next;
  if (!kept) return NULL;
  uint64_t cost = kept->instructions + ACR_CALL_COST;
  if (script->event_broken || script->event_used + cost > ACR_LUA_EVENT_INSTRUCTIONS) return NULL; // it has to fail, as it would have
  script->event_used += cost;
  script->stats.instructions += cost;
  script->stats.calls++;
  return kept;
}

void acr__forget_all(acr__script *script) {
  if (script->kept_cap) memset(script->kept, 0, sizeof *script->kept * (size_t)script->kept_cap);
}
