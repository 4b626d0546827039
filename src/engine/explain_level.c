// What a level takes of a member: its entrance rules, looked at now. Nothing is given and nothing is marked as reached.
#include "engine/at.h"
#include "engine/explain.h"
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/past.h"
#include "engine/returned.h"

static int find(struct acr__release **releases, int count, acr__span level, acr__span program, struct acr__release **out) {
  for (int i = 0; i < count; i++) {
    const struct acr__plan *plan = releases[i]->plan;
    bool meant = !program.len || acr__span_eq(program, plan->program) || acr__span_eq(program, plan->family);
    int at = meant ? acr__plan_level_find(plan, level) : -1;
    if (at < 0) continue;
    *out = releases[i];
    return at;
  }
  return -1;
}

static bool unknown(struct acr__request *request, struct acr__release **releases, int count, acr__span level) {
  enum { NAMES_MAX = 256 };
  acr__span names[NAMES_MAX];
  int n = 0;
  for (int i = 0; i < count; i++)
    for (int k = 0; k < releases[i]->plan->level_count && n < NAMES_MAX; k++)
      names[n++] = releases[i]->plan->levels[k].name;
  acr__span near = acr__nearest(level, names, n);
  if (near.len)
    return acr__request_fail(request, "level_unknown", "no program in force has the level \"%.*s\"; the nearest is \"%.*s\"",
                             (int)(level.len < 80 ? level.len : 80), level.ptr, (int)near.len, near.ptr);
  return acr__request_fail(request, "level_unknown", "no program in force has the level \"%.*s\"", (int)(level.len < 80 ? level.len : 80),
                           level.ptr);
}

static void write_list(struct acr__request *request, struct acr__case *c, const char *key, const struct acr__rule_list *list) {
  acr_engine *shadow = c->j->engine;
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    bool holds;
    if (acr__rule_dated(c, rule)) acr__rule_holds(c, rule, &holds);
  }
  acr__write_key(request->w, key);
  acr__write_object(request->w);
  acr__explain_rules(shadow, request->w, shadow->trace, list, c->plan);
  acr__write_object_end(request->w);
}

static void write_level(struct acr__request *request, struct acr__case *c, int level) {
  acr__writer *w = request->w;
  acr_engine *engine = c->j->engine;
  const struct acr__standing *s = acr__member_standing(c->j->member, c->release->family);
  const struct acr__plan_level *wanted = &c->plan->levels[level];
  int held = s ? acr__level_index(c->release, s->level) : -1;
  acr__write_object(w);
  acr__write_key(w, "member");
  acr__write_span(w, c->j->member->id);
  acr__write_key(w, "time");
  acr__write_time(w, c->event->time);
  acr__write_key(w, "family");
  acr__write_span(w, acr__name_text(engine, c->release->family));
  acr__write_key(w, "release");
  acr__write_text(w, c->release->label);
  acr__write_key(w, "level");
  acr__write_span(w, wanted->name);
  acr__write_key(w, "live");
  acr__write_bool(w, acr__level_live(c->release, level));
  acr__write_key(w, "held");
  if (held >= 0)
    acr__write_span(w, c->plan->levels[held].name);
  else
    acr__write_null(w);
  acr__write_key(w, "stands"); // the level asked for
  acr__write_text(w, held == level ? "held" : held > level ? "below" : "above");
  write_list(request, c, "entrance", &wanted->entrance);
  if (held == level && wanted->maintenance.count) write_list(request, c, "maintenance", &wanted->maintenance);
  acr__write_object_end(w);
}

static bool look(struct acr__request *request, acr_engine *shadow, struct acr__member *member, acr__span level) {
  struct acr__judgement j = {.engine = shadow, .arena = shadow->arena, .member = member, .seq = shadow->last_seq + 1};
  struct acr__computed nothing = {0};
  struct acr__reject reject = {0};
  struct acr__case c;
  struct acr__release *release = NULL;
  acr__span none = {NULL, 0};
  struct acr__release **releases = ACR__NEW_N(j.arena, struct acr__release *, shadow->release_count + 1);
  int count = acr__releases_at(shadow, shadow->ledger_time, releases);
  int at = find(releases, count, level, acr__param_text(request, "program"), &release);
  if (at < 0) return unknown(request, releases, count, level);
  acr__span line =
      acr__sent_line(shadow, j.arena, ACR__SPAN_LIT("look"), ACR__SPAN_LIT("look"), member->id, shadow->ledger_time, none, none, 0);
  j.root = acr__core_event(shadow, j.arena, line, &reject);
  j.releases = releases;
  j.release_count = count;
  acr__script_event_begin(release->plan->script);
  if (!j.root || !acr__case_begin(&c, &j, release, j.root, &reject))
    return acr__request_fail(request, "ledger", "the level cannot be looked at");
  c.tally = &nothing;
  write_level(request, &c, at);
  return true;
}

bool acr__explain_level(struct acr__request *request) {
  acr_engine *engine = request->engine;
  acr__span level = acr__param_text(request, "level");
  struct acr__member *member = acr__request_member(request);
  char *message;
  acr__time at;
  if (!member || !acr__param_time(request, "at", &at)) return false;
  if (at == ACR_TIME_MAX) at = engine->ledger_time;
  struct acr__place_in_log place;
  acr__past_find(engine, at, &place);
  acr_engine *shadow = at < engine->ledger_time ? acr__past_new(engine, &place, false, &message) : acr__shadow_new(engine);
  if (!shadow) return acr__request_fail(request, "ledger", "%s", message);
  acr__shadow_clock(shadow, member->id, at, &member);
  acr__trace_begin(shadow, engine->arena);
  shadow->trace->looking = true;
  bool good = member ? look(request, shadow, member, level) : acr__request_fail(request, "member_unknown", "the member was not known then");
  acr__trace_end(shadow);
  acr__past_free(shadow);
  return good;
}
