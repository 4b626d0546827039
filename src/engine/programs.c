#include "engine/programs.h"
#include <stdio.h>
#include <string.h>

static bool begins(const char *text, const char *with) {
  return strncmp(text, with, strlen(with)) == 0;
}

// Fields of an event type with faults are not known, so paths to them say nothing.
static bool type_is_broken(const struct acr__template *tpl) {
  for (int i = 0; i < tpl->broken_count; i++)
    if (tpl->broken[i].kind == ACR_EVENT_TYPE) return true;
  return false;
}

static void drop(acr__diag *diag, acr__diag_item **at) {
  if ((*at)->severity == ACR_WARNING)
    diag->warnings--;
  else
    diag->faults--;
  *at = (*at)->next;
}

// Every program has a list of its own: one that another has told of a shared rule is a fault of this one too.
static void compile(struct acr__programs *p, acr__arena *arena, acr__script *script, const struct acr__file *file) {
  struct acr__checked *one = &p->all[p->count++];
  acr__diag_init(&one->diag, arena);
  one->plan = acr__plan_compile(arena, script, p->tpl, file->bytes, one->path, &p->rules, &one->diag);
  p->unread = p->unread || (one->diag.first && begins(one->diag.first->code, "json"));
  bool blind = type_is_broken(p->tpl);
  for (acr__diag_item **at = &one->diag.first; blind && *at;) {
    if (strcmp((*at)->code, "path") == 0)
      drop(&one->diag, at);
    else
      at = &(*at)->next;
  }
}

// ---- What programs say about each other

static bool is_called(const struct acr__plan *plan, acr__span name) {
  return acr__span_eq(plan->program, name) || acr__span_eq(plan->family, name);
}

// One of the programs that a name means; those of a family may differ in their levels, so it is the one that has the level.
static const struct acr__plan *meant(const struct acr__programs *p, const struct acr__plan_move *move) {
  const struct acr__plan *found = NULL;
  for (int i = 0; i < p->count; i++) {
    const struct acr__plan *plan = p->all[i].plan;
    if (!plan || !is_called(plan, move->program)) continue;
    if (!found || acr__plan_level_find(plan, move->level) >= 0) found = plan;
  }
  return found;
}

static void compare(const struct acr__programs *p, acr__arena *arena, const struct acr__plan_move *move, acr__diag *diag) {
  const struct acr__plan *other = meant(p, move);
  struct acr__place place = {move->file, move->line, move->column, move->path};
  int count = other ? other->level_count : p->count, known = 0;
  acr__span *names = ACR__NEW_N(arena, acr__span, count + 1);
  if (other && (move->level.len == 0 || acr__plan_level_find(other, move->level) >= 0)) return;
  for (int i = 0; i < count; i++) {
    if (!other && !p->all[i].plan) return; // it may be the one that has faults
    names[known++] = other ? other->levels[i].name : p->all[i].plan->program;
  }
  acr__span name = other ? move->level : move->program, near = acr__nearest(name, names, known);
  const char *hint = near.len ? acr__arena_printf(arena, "; did you mean `%.*s`?", (int)near.len, near.ptr) : "";
  if (other)
    acr__diag_add(diag, ACR_FAULT, "unknown_name", place, "program `%.*s` has no level `%.*s`%s", (int)other->program.len,
                  other->program.ptr, (int)name.len, name.ptr, hint);
  else
    acr__diag_add(diag, ACR_WARNING, "unknown_program", place, "there is no program or family `%.*s` beside this one%s", (int)name.len,
                  name.ptr, hint);
}

// Does an outcome of another program lead to the level?
static bool led_to(const struct acr__programs *p, const struct acr__plan *plan, acr__span level) {
  for (int i = 0; i < p->count; i++) {
    const struct acr__plan *other = p->all[i].plan;
    for (int k = 0; other && k < other->move_count; k++)
      if (is_called(plan, other->moves[k].program) && acr__span_eq(other->moves[k].level, level)) return true;
  }
  return false;
}

// Alone, a program cannot know which of its levels others lead to.
static void drop_reached(const struct acr__programs *p, struct acr__checked *one) {
  for (acr__diag_item **at = &one->diag.first; one->plan && *at;) {
    int level = -1;
    bool unreachable = strcmp((*at)->code, "unreachable") == 0 && sscanf((*at)->path, "$.levels[%d]", &level) == 1;
    if (unreachable && level >= 0 && level < one->plan->level_count && led_to(p, one->plan, one->plan->levels[level].name))
      drop(&one->diag, at);
    else
      at = &(*at)->next;
  }
}

void acr__programs_check(acr__arena *arena, const struct acr__layers *layers, const struct acr__template *tpl, acr__script *script,
                         struct acr__programs *out, acr__diag *diag) {
  const struct acr__layer *own = &layers->layer[0];
  *out = (struct acr__programs){.tpl = tpl, .all = ACR__NEW_N(arena, struct acr__checked, own->file_count + 1)};
  acr__bundle_rules(arena, layers, &out->rules);
  for (int i = 0; i < own->file_count; i++) {
    acr__span path = own->files[i].path;
    if (path.len <= 9 || !begins(path.ptr, "programs/")) continue;
    out->all[out->count].path = acr__arena_printf(arena, "%.*s/%.*s", (int)own->dir.len, own->dir.ptr, (int)path.len, path.ptr);
    compile(out, arena, script, &own->files[i]);
  }
  for (int i = 0; i < out->count; i++) {
    const struct acr__plan *plan = out->all[i].plan;
    drop_reached(out, &out->all[i]);
    acr__diag_merge(diag, &out->all[i].diag);
    for (int k = 0; plan && k < plan->move_count; k++)
      if (plan->moves[k].program.len && !is_called(plan, plan->moves[k].program)) compare(out, arena, &plan->moves[k], diag);
  }
}
