#include "program/example.h"
#include "program/sentence.h"

static const struct acr__field_rule phrase_fields[] = {{"timeframe", NULL}, {"constraints", NULL}};

// What a use says, by the fields that it may have.
static acr__span say(struct acr__compile *ctx, const struct acr__component *component, const acr__node *root) {
  bool phrase = component->kind == ACR_KEY_PHRASE;
  const char *what = acr__arena_printf(ctx->arena, "%s `%s`", acr__component_kind_name(component->kind), acr__quote(ctx, component->name));
  const acr__node *frame_node = phrase ? acr__node_get(root, "timeframe") : NULL;
  const acr__timeframe *frame = NULL;
  struct acr__list held = {0};
  struct acr__vars vars;
  int handle;
  if (!acr__fields_check(ctx, root, what, phrase_fields, phrase ? ACR_COUNT(phrase_fields) : 0, component)) return (acr__span){0};
  if (!acr__vars_read(ctx, component, root, NULL, root, &vars) || ctx->diag->faults || !acr__vars_bind(ctx, &vars, root, &handle))
    return (acr__span){0};
  if (frame_node) acr__frame_read(ctx, frame_node, &frame);
  if (phrase) acr__narrows_read(ctx, acr__node_get(root, "constraints"), &held);
  if (ctx->diag->faults) return (acr__span){0};
  return acr__sentence_narrowed(ctx, acr__sentence(ctx, &vars, frame), held.items, held.count);
}

acr__span acr__example_sentence(acr__arena *arena, acr__script *script, const struct acr__template *tpl,
                                const struct acr__component *component, acr__span vars, acr__diag *diag) {
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(arena, vars.len ? vars : ACR__SPAN_LIT("{}"), NULL, &fault);
  if (!json) {
    acr__diag_add(diag, ACR_FAULT, fault.code, (struct acr__place){0}, "%s", fault.message);
    return (acr__span){0};
  }
  struct acr__doc doc = {.json = json, .unplaced = true};
  struct acr__plan *plan = ACR__NEW(arena, struct acr__plan);
  *plan = (struct acr__plan){
      .currency_scale = 2, .points_scale = 6, .zone = acr__zone_find(ACR__SPAN_LIT("UTC")), .tpl = tpl, .script = script};
  struct acr__compile ctx = {.arena = arena, .script = script, .tpl = tpl, .diag = diag, .plan = plan, .doc = &doc, .any_name = true};
  return say(&ctx, component, acr__json_root(json));
}

static void check_one(acr__arena *arena, acr__script *script, const struct acr__template *tpl, const struct acr__component *component,
                      int number, acr__diag *diag) {
  const struct acr__example *example = &component->examples[number];
  struct acr__place place = {.file = acr__arena_text(arena, component->file), .line = component->examples_line};
  acr__diag own;
  acr__diag_init(&own, arena);
  acr__span read = acr__example_sentence(arena, script, tpl, component, example->vars, &own);
  if (own.first && own.faults) {
    acr__diag_add(diag, ACR_WARNING, "example", place, "example %d cannot be used: %s", number + 1, own.first->message);
  } else if (example->sentence.len == 0) {
    acr__diag_add(diag, ACR_WARNING, "example", place, "example %d has no sentence; it reads \"%.*s\"", number + 1, (int)read.len,
                  read.ptr);
  } else if (!acr__span_eq(read, example->sentence)) {
    acr__diag_add(diag, ACR_WARNING, "example", place, "example %d says \"%.*s\", but reads \"%.*s\"", number + 1,
                  (int)example->sentence.len, example->sentence.ptr, (int)read.len, read.len ? read.ptr : "");
  }
}

void acr__examples_check(acr__arena *arena, acr__script *script, const struct acr__template *tpl, acr__diag *diag) {
  for (int i = 0; i < tpl->component_count; i++) {
    const struct acr__component *component = &tpl->components[i];
    for (int k = 0; component->layer == 0 && k < component->example_count; k++)
      check_one(arena, script, tpl, component, k, diag);
  }
}
