// member.ledger: a member's entries, by walking its records back from the newest; as of a time, and as they were known at another.
#include "base/decimal.h"
#include "engine/at.h"
#include "engine/shadow.h"
#include <stdlib.h>

// The histories of a member and of those merged into it, read together from the newest record back.
struct chains {
  acr__pos *at; // the next record of each; 0 = at its end
  acr__span *ids; // empty for the member itself
  int count;
};

static bool step_back(acr_engine *engine, acr__pos *at) {
  struct acr__record record;
  if (!acr__read_record(engine, *at, &record)) return false;
  *at = record.prev;
  return true;
}

// `from`: the cursor of a page, 0 = the newest. false when it is a record of none of them.
static bool open_chains(acr_engine *engine, const struct acr__member *member, acr__pos from, struct chains *out) {
  int most = (int)member->merged_count + 1;
  bool found = from == 0;
  *out = (struct chains){ACR__NEW_N(engine->arena, acr__pos, most), ACR__NEW_N(engine->arena, acr__span, most), most};
  for (int i = 0; i < most; i++) {
    const struct acr__member *one = i ? acr__member_at(engine, member->merged[i - 1], (acr__span){NULL, 0}) : member;
    out->at[i] = one ? one->prev : 0;
    out->ids[i] = i && one ? one->id : (acr__span){NULL, 0};
    struct acr__record record;
    if (from && most == 1 && acr__read_record(engine, from, &record) && record.member == member->number) out->at[i] = from;
    while (from && out->at[i] > from && step_back(engine, &out->at[i])) {
    }
    found = found || out->at[i] == from;
  }
  return found;
}

static int newest(const struct chains *chains) {
  int best = 0;
  for (int i = 1; i < chains->count; i++)
    if (chains->at[i] > chains->at[best]) best = i;
  return best;
}

// What a member's ledger is looked at by: entries of events up to `at`, of records up to `known`.
struct view {
  acr_engine *engine;
  acr__time at, known;
  struct acr__entries page;
};

// What is due until `at` and not posted, newest first.
static void due_entries(void *arg, const struct acr__record *record) {
  struct view *view = arg;
  if (record->time <= view->at) acr__entries_of(view->engine, record, ACR_ENTRY_DUE, (acr__span){NULL, 0}, &view->page);
}

static void not_posted(struct view *view, const struct acr__member *member) {
  acr_engine *engine = view->engine;
  struct acr__member *then;
  acr_engine *shadow = acr__shadow_new(engine);
  acr__shadow_clock(shadow, member->id, view->at, &then);
  view->engine = shadow;
  acr__arena *own = shadow->arena; // what the page holds outlives the shadow
  shadow->arena = engine->arena;
  acr__shadow_records(shadow, due_entries, view);
  shadow->arena = own;
  view->engine = engine;
  acr__shadow_free(shadow);
  for (int a = 0, b = view->page.count - 1; a < b; a++, b--) {
    acr__span swap = view->page.all[a];
    view->page.all[a] = view->page.all[b];
    view->page.all[b] = swap;
  }
}

static bool limits_of(struct acr__request *request, struct view *view, int64_t *most, int64_t *from) {
  const acr__node *before = acr__node_get(request->params, "before"), *limit = acr__node_get(request->params, "limit");
  *most = 100;
  *from = 0;
  if ((limit && acr__decimal_parse(acr__node_text(limit), 0, most) != ACR_DECIMAL_OK) || *most < 1 || *most > 1000)
    return acr__request_fail(request, "param", "`limit` is a number from 1 to 1000");
  if (before && acr__node_kind(before) != ACR_JSON_NULL &&
      (acr__decimal_parse(acr__node_text(before), 0, from) != ACR_DECIMAL_OK || *from < 1 || (acr__pos)*from >= request->engine->end))
    return acr__request_fail(request, "param", "`before` is not a cursor that a page gave");
  return acr__param_time(request, "at", &view->at) && acr__param_time(request, "known", &view->known);
}

// The pos of the next page's first record, 0 = there is none.
static acr__pos walk(struct view *view, struct chains *chains, int64_t most) {
  enum { LOOKED_MAX = 10000 }; // records of a page, though none of them be shown
  acr__entry_kind kind = view->at == ACR_TIME_MAX && view->known == ACR_TIME_MAX ? ACR_ENTRY : ACR_ENTRY_RECORDED;
  int at = newest(chains);
  for (int looked = 0; chains->at[at] && view->page.count < most && looked < LOOKED_MAX; looked++) {
    struct acr__record record;
    if (!acr__read_record(view->engine, chains->at[at], &record)) break;
    if (record.time <= view->at && record.recorded_at <= view->known)
      acr__entries_of(view->engine, &record, kind, chains->ids[at], &view->page);
    chains->at[at] = record.prev;
    at = newest(chains);
  }
  return chains->at[at];
}

bool acr__method_member_ledger(struct acr__request *request) {
  const struct acr__member *member = acr__request_member(request);
  struct view view = {.engine = request->engine};
  struct chains chains;
  int64_t most, from;
  if (!member || !limits_of(request, &view, &most, &from)) return false;
  if (!open_chains(request->engine, member, (acr__pos)from, &chains))
    return acr__request_fail(request, "param", "`before` is not a cursor of this member");
  if (!from && view.at != ACR_TIME_MAX && view.known == ACR_TIME_MAX) not_posted(&view, member);
  acr__pos next = walk(&view, &chains, most);
  acr__writer *w = request->w;
  acr__write_object(w);
  acr__write_key(w, "member");
  acr__write_span(w, member->id);
  acr__write_key(w, "entries");
  acr__write_array(w);
  for (int i = 0; i < view.page.count; i++)
    acr__write_raw(w, view.page.all[i]);
  acr__write_array_end(w);
  acr__write_key(w, "before");
  if (next)
    acr__write_int(w, (int64_t)next);
  else
    acr__write_null(w);
  acr__write_object_end(w);
  free(view.page.all);
  return true;
}
