// Rules that several levels and programs use by the name of their file: "name", or {"use": "name"} with a name and a limit of its own.
#include "program/compile.h"

// "DIR/rules/NAME.json" beside "DIR/programs/PROGRAM.json".
static const char *rule_path(struct acr__compile *ctx, acr__span name) {
  const char *program = ctx->doc->file ? ctx->doc->file : "", *found = NULL;
  for (const char *at = strstr(program, "programs/"); at; at = strstr(at + 1, "programs/"))
    found = at;
  int len = found ? (int)(found - program) : 0;
  return acr__arena_printf(ctx->arena, "%.*srules/%s.json", len, program, acr__quote(ctx, name));
}

static struct acr__rule_file *find_file(const struct acr__compile *ctx, acr__span name) {
  for (int i = 0; ctx->rule_files && i < ctx->rule_files->count; i++) {
    if (acr__span_eq(ctx->rule_files->files[i].name, name)) return &ctx->rule_files->files[i];
  }
  return NULL;
}

static void fault_no_file(struct acr__compile *ctx, const acr__node *node, acr__span name) {
  int count = ctx->rule_files ? ctx->rule_files->count : 0;
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, count + 1);
  for (int i = 0; i < count; i++)
    names[i] = ctx->rule_files->files[i].name;
  acr__span near = acr__nearest(name, names, count);
  const char *hint = near.ptr ? acr__arena_printf(ctx->arena, "; did you mean `%s`?", acr__quote(ctx, near)) : "";
  acr__fault(ctx, node, "unknown_name", "unknown rule `%s`: there is no file %s%s", acr__quote(ctx, name), rule_path(ctx, name), hint);
}

// The rules file of that name, read once; NULL when it is absent, json NULL when it is broken, of which the user has been told.
static struct acr__doc *open_file(struct acr__compile *ctx, const acr__node *node, acr__span name) {
  struct acr__rule_file *file = find_file(ctx, name);
  for (int i = 0; file && i < ctx->docs.count; i++) {
    struct acr__doc *doc = *ACR__AT(&ctx->docs, struct acr__doc *, i);
    if (doc->rule_file == file) return doc;
  }
  if (!file) {
    fault_no_file(ctx, node, name);
    return NULL;
  }
  struct acr__doc *doc = ACR__NEW(ctx->arena, struct acr__doc);
  *doc = (struct acr__doc){.rule_file = file, .file = rule_path(ctx, name)};
  struct acr__json_limits limits = {.depth_max = ACR_PROGRAM_DEPTH_MAX, .bytes_max = ACR_PROGRAM_BYTES_MAX};
  struct acr__json_fault fault;
  doc->json = acr__json_parse(ctx->arena, file->text, &limits, &fault);
  if (!doc->json) {
    struct acr__place place = {.file = doc->file, .line = fault.line, .column = fault.column};
    acr__diag_add(ctx->diag, ACR_FAULT, fault.code, place, "%s", fault.message);
  }
  *ACR__PUSH(ctx->arena, &ctx->docs, struct acr__doc *) = doc;
  return doc;
}

// Everything but name and limit is the file's: a use that differed in more would be another rule.
static bool check_fields(struct acr__compile *ctx, const acr__node *node) {
  bool good = true;
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    acr__span key = acr__node_key(at);
    if (acr__span_is(key, "use") || acr__span_is(key, "rule") || acr__span_is(key, "limit")) continue;
    acr__fault(ctx, at, "unknown_field", "a use of a rules file has `use`, `rule` (a name of its own) and `limit`; `%s` is the file's",
               acr__quote(ctx, key));
    good = false;
  }
  return good;
}

bool acr__use_read(struct acr__compile *ctx, const acr__node *node, struct acr__use *out) {
  const acr__node *named = acr__node_get(node, "use");
  acr__span name = {0};
  *out = (struct acr__use){0};
  if (acr__node_kind(node) == ACR_JSON_STRING) named = node;
  if (!named) return true;
  if (!acr__text_read(ctx, named, "the name of a rules file", &name) || (named != node && !check_fields(ctx, node))) return false;
  if (named != node) {
    out->name = acr__node_get(node, "rule");
    out->limit = acr__node_get(node, "limit");
  }
  out->doc = open_file(ctx, named, name);
  if (!out->doc) return false;
  if (out->doc->json && !out->doc->faulty) return true;
  acr__use_note(ctx, out, NULL);
  return false;
}

void acr__use_note(struct acr__compile *ctx, const struct acr__use *use, const struct acr__rule *rule) {
  if (!use->doc) return;
  struct acr__rule_file *file = use->doc->rule_file;
  struct acr__rule_use *note = ACR__NEW(ctx->arena, struct acr__rule_use);
  note->program = ctx->plan->program;
  if (rule) {
    note->rule = rule->name;
    note->behavior = rule->behavior;
    if (rule->level >= 0) note->level = ctx->plan->levels[rule->level].name;
  }
  if (file->last)
    file->last->next = note;
  else
    file->first = note;
  file->last = note;
}
