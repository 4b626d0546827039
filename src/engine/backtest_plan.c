// The programs of the directory: read, compiled once to know their faults, and matched with what they replace.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/backtest.h"
#include "engine/budget.h"
#include <string.h>
#include <sys/stat.h>

static bool fail(struct acr__backtest *b, const char *message) {
  b->message = message;
  return false;
}

static bool is_program(acr__span path) {
  return path.len > 14 && memcmp(path.ptr, "programs/", 9) == 0 && memcmp(path.ptr + path.len - 5, ".json", 5) == 0;
}

static bool wanted(const struct acr__backtest *b, const struct acr__candidate *c) {
  return !b->options->program || acr__span_is(c->compiled.plan->program, b->options->program);
}

static bool compile_all(struct acr__backtest *b, const struct acr__layers *layers) {
  const struct acr__layer *own = &layers->layer[0];
  b->candidates = ACR__NEW_N(b->arena, struct acr__candidate, own->file_count + 1);
  for (int i = 0; i < own->file_count; i++) {
    if (!is_program(own->files[i].path)) continue;
    struct acr__candidate *c = &b->candidates[b->candidate_count++];
    *c = (struct acr__candidate){.replaces = -1, .effective_from = ACR_TIME_NONE};
    c->bundle.file =
        acr__span_of(acr__arena_printf(b->arena, "%s/%.*s", b->options->template_dir, (int)own->files[i].path.len, own->files[i].path.ptr));
    c->bundle.program = own->files[i].bytes;
    c->bundle.layers = *layers;
    c->compiled.arena = acr__arena_new(64 * 1024);
    bool good = acr__release_compile(&c->compiled, &c->bundle, &b->diag);
    if (good && wanted(b, c)) continue;
    acr__release_unload(&c->compiled);
    b->candidate_count--;
  }
  return b->diag.faults == 0;
}

// In place of all its releases, from the first day on that one of them is for.
static void match(struct acr__backtest *b, struct acr__candidate *c) {
  for (int i = 0; i < b->from->release_count; i++) {
    const struct acr__release *r = b->from->releases[i];
    if (!acr__span_eq(acr__name_text(b->from, r->program), c->compiled.plan->program)) continue;
    if (c->replaces < 0 || r->effective_from < c->effective_from) c->effective_from = r->effective_from;
    c->replaces = r->program;
  }
}

struct acr__candidate *acr__candidate_for(const struct acr__backtest *b, acr__span program) {
  for (int i = 0; i < b->candidate_count; i++)
    if (acr__span_eq(b->candidates[i].compiled.plan->program, program)) return &b->candidates[i];
  return NULL;
}

// ---- whether members touch each other

static const char *touches(struct acr__backtest *b, const struct acr__plan *plan, const char *label) {
  for (int i = 0; i < plan->source_count; i++)
    if (plan->sources[i].caps_all)
      return acr__arena_printf(b->arena, "%s: the members share what source \"%.*s\" may issue", label, (int)plan->sources[i].name.len,
                               plan->sources[i].name.ptr);
  if (plan->link_count)
    return acr__arena_printf(b->arena, "%s: the link \"%.*s\" leads from member to member", label, (int)plan->links[0].name.len,
                             plan->links[0].name.ptr);
  return NULL;
}

static void see_together(struct acr__backtest *b) {
  for (int i = 0; i < b->candidate_count && !b->together; i++)
    b->together = touches(b, b->candidates[i].compiled.plan, acr__arena_text(b->arena, b->candidates[i].compiled.plan->program));
  for (int i = 0; i < b->from->release_count && !b->together; i++) {
    const struct acr__release *r = b->from->releases[i];
    if (acr__candidate_for(b, acr__name_text(b->from, r->program))) continue;
    b->together = r->plan ? touches(b, r->plan, r->label) : acr__arena_printf(b->arena, "%s: it is not in force any more", r->label);
  }
}

// ---- what is counted

static void add_family(struct acr__backtest *b, acr__span family) {
  for (int i = 0; i < b->family_count; i++)
    if (acr__span_eq(b->families[i], family)) return;
  b->families[b->family_count++] = family;
}

static void list_families(struct acr__backtest *b) {
  b->families = ACR__NEW_N(b->arena, acr__span, b->from->release_count + b->candidate_count + 1);
  for (int i = 0; i < b->from->release_count; i++)
    add_family(b, acr__name_text(b->from, b->from->releases[i]->family));
  for (int i = 0; i < b->candidate_count; i++)
    add_family(b, b->candidates[i].compiled.plan->family);
}

// A date counts whole: `last` = where it ends.
static bool read_time(struct acr__backtest *b, const char *name, const char *text, bool last, acr__time *out) {
  acr__span span = acr__span_of(text);
  acr__date date, next;
  *out = last ? ACR_TIME_MAX : ACR_TIME_MIN;
  if (!text) return true;
  if (acr__time_parse(span, out)) {
    *out += last;
    return true;
  }
  char buf[ACR_TIME_WHY_MAX];
  const char *why = acr__time_why(span, buf);
  if (why) return fail(b, acr__arena_printf(b->arena, "%s: found \"%.60s\", but %s", name, text, why));
  if (!acr__date_parse(span, &date) || !acr__date_add(date, (acr__duration){1, ACR_UNIT_DAY}, 1, &next))
    return fail(b,
                acr__arena_printf(b->arena, "%s: found \"%.60s\", wanted a date such as 2026-03-01 or a time such as 2026-03-01T00:00:00Z",
                                  name, text));
  *out = acr__day_start(b->zone, last ? next : date);
  return true;
}

static bool read_point_value(struct acr__backtest *b) {
  int64_t value;
  const char *text = b->options->point_value;
  if (!text || (acr__decimal_parse(acr__span_of(text), ACR_CAP_SCALE, &value) == ACR_DECIMAL_OK && value >= 0)) return true;
  return fail(b, acr__arena_printf(b->arena, "--point-value: found \"%.40s\", wanted an amount such as 0.01", text));
}

bool acr__backtest_plan(struct acr__backtest *b) {
  struct acr__layers layers;
  struct stat info;
  if (!read_point_value(b)) return false;
  if (stat(b->options->template_dir, &info) != 0 || !S_ISDIR(info.st_mode))
    return fail(b, acr__arena_printf(b->arena, "there is no directory %.300s", b->options->template_dir));
  if (!acr__layers_read(b->arena, b->options->template_dir, b->from->standard_dir, &layers, &b->diag) || !compile_all(b, &layers))
    return false;
  if (b->candidate_count == 0 && b->options->program)
    return fail(b, acr__arena_printf(b->arena, "%.300s has no program \"%.80s\"", b->options->template_dir, b->options->program));
  if (b->candidate_count == 0)
    return fail(b, acr__arena_printf(b->arena, "%.300s has no programs in its folder `programs`", b->options->template_dir));
  for (int i = 0; i < b->candidate_count; i++)
    match(b, &b->candidates[i]);
  b->zone = b->candidates[0].compiled.plan->zone;
  list_families(b);
  see_together(b);
  if (!read_time(b, "--from", b->options->from, false, &b->from_time) || !read_time(b, "--to", b->options->to, true, &b->to_time))
    return false;
  return b->from_time < b->to_time || fail(b, "--from lies behind --to, so nothing would be counted");
}
