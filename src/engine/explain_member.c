// member.explain: every event of a member, and of those merged into it, explained in the order of the log, page by page. The member is
// made of its records once a page and then goes along with them: each event is judged where it stood, as event.explain does it. Other
// events may come between two that are explained.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/at.h"
#include "engine/explain.h"
#include "engine/job.h"
#include "engine/track.h"
#include <stdlib.h>
#include <string.h>

enum { PAGE = 100, PAGE_BYTES = 4 << 20, EVENT_COST = 8 }; // EVENT_COST: in members that are looked at

// A record of one of the histories.
struct one {
  acr__pos pos;
  uint64_t seq;
  acr__time time;
  bool due;       // work whose time had come
  acr__time with; // of the event straight behind it, whose explanation tells it; ACR_TIME_NONE = there is none
};

struct histories {
  struct one *all; // owned; in order
  size_t count, cap;
  struct acr__followed *followed; // owned, and their records
  acr__pos *newest;               // of each; owned
  int followed_count;
};

static bool add(acr_engine *engine, struct histories *h, struct acr__followed *of, acr__pos newest) {
  struct acr__record record;
  size_t first = h->count;
  for (acr__pos pos = newest; pos; pos = record.prev) {
    if (!acr__read_record(engine, pos, &record)) return false;
    if (h->count == h->cap) {
      h->cap = h->cap ? h->cap * 2 : 256;
      h->all = acr__mem_resize(h->all, h->cap * sizeof *h->all);
    }
    h->all[h->count++] = (struct one){pos, record.seq, record.time, acr__is_due_work(&record), ACR_TIME_NONE};
  }
  of->count = h->count - first;
  of->records = acr__mem_resize(NULL, (of->count + 1) * sizeof *of->records);
  for (size_t i = 0; i < of->count; i++)
    of->records[i] = h->all[h->count - 1 - i].pos;
  for (size_t i = first; i + 1 < h->count; i++) { // newest first: what stands straight in front of an event
    const struct one *behind = &h->all[i];
    if (h->all[i + 1].due && h->all[i + 1].seq + 1 == behind->seq) h->all[i + 1].with = behind->due ? behind->with : behind->time;
  }
  return true;
}

static int by_pos(const void *a, const void *b) {
  const struct one *x = a, *y = b;
  return (x->pos > y->pos) - (x->pos < y->pos);
}

// Whose they are, and where each begins: newest first.
static void begin_histories(acr_engine *engine, const struct acr__member *member, struct histories *h) {
  h->followed = calloc((size_t)member->merged_count + 1, sizeof *h->followed);
  h->newest = calloc((size_t)member->merged_count + 1, sizeof *h->newest);
  if (!h->followed || !h->newest) acr__mem_exhausted(sizeof *h->followed);
  for (uint32_t i = 0; i <= member->merged_count; i++) {
    const struct acr__member *one = i ? acr__member_at(engine, member->merged[i - 1], (acr__span){NULL, 0}) : member;
    if (!one) continue;
    h->followed[h->followed_count].number = one->number;
    h->newest[h->followed_count++] = one->prev;
  }
}

static bool gather(acr_engine *engine, struct histories *h) {
  h->count = 0;
  for (int i = 0; i < h->followed_count; i++) {
    free(h->followed[i].records);
    h->followed[i].records = NULL;
    if (!add(engine, h, &h->followed[i], h->newest[i])) return false;
  }
  if (h->count) qsort(h->all, h->count, sizeof *h->all, by_pos);
  return true;
}

static void histories_free(struct histories *h) {
  for (int i = 0; i < h->followed_count; i++)
    free(h->followed[i].records);
  free(h->followed);
  free(h->newest);
  free(h->all);
}

struct page {
  acr__time from, to;
  int64_t after, limit; // after: the number of a record
};

static bool read_page(struct acr__request *request, struct page *page) {
  const acr__node *after = acr__node_get(request->params, "after"), *limit = acr__node_get(request->params, "limit");
  *page = (struct page){.limit = PAGE};
  if ((limit && acr__decimal_parse(acr__node_text(limit), 0, &page->limit) != ACR_DECIMAL_OK) || page->limit < 1 || page->limit > PAGE)
    return acr__request_fail(request, "param", "`limit` is a number from 1 to %d", PAGE);
  if (after && acr__node_kind(after) != ACR_JSON_NULL &&
      (acr__decimal_parse(acr__node_text(after), 0, &page->after) != ACR_DECIMAL_OK || page->after < 0))
    return acr__request_fail(request, "param", "`after` is not what a page gave as its `next`");
  return acr__param_from(request, "from", &page->from) && acr__param_time(request, "to", &page->to);
}

static bool within(const struct page *page, acr__time time) {
  return time != ACR_TIME_NONE && time >= page->from && time <= page->to;
}

struct explained {
  struct acr__report_run run;
  struct page page;
  struct histories histories;
  struct acr__track track;
  acr__buf out;
  acr__writer w;
  char *id, *failed; // owned
  const char *error; // the code of `failed`
  size_t at;         // of histories.all
  int64_t count;
  uint64_t next; // the number of the last record that the page looked at, 0 = there are no more
  bool gathered;
};

static void gather_ahead(struct acr__report_run *run, acr_engine *reader) {
  struct explained *e = (struct explained *)run;
  e->gathered = gather(reader, &e->histories); // what is not committed yet is read on the engine's thread
}

static bool explain_one(struct explained *e, acr_engine *engine, acr__pos pos) {
  struct acr__request request = {.engine = engine, .w = &e->w};
  struct acr__record record;
  if (acr__read_record(engine, pos, &record) && acr__explain_record(&request, &e->track, &record)) return true;
  e->error = request.error ? request.error : "ledger";
  e->failed = strdup(request.error ? request.message : "the member's history cannot be read");
  return false;
}

// The shadow of the track lives for one slice: behind it the members, and the names that they go by, are others.
static bool rest(struct acr__report_run *run, acr_engine *engine, size_t members) {
  struct explained *e = (struct explained *)run;
  struct histories *h = &e->histories;
  if (!e->gathered && !(e->gathered = gather(engine, h))) {
    e->error = "ledger";
    e->failed = strdup("the member's history cannot be read");
  }
  e->track.engine = engine;
  e->track.followed = h->followed;
  e->track.followed_count = h->followed_count;
  for (size_t cost = 0; e->at < h->count && !e->failed && !e->next && cost < members; e->at++) {
    const struct one *one = &h->all[e->at];
    if (one->seq <= (uint64_t)e->page.after || !within(&e->page, one->time) || within(&e->page, one->with)) continue;
    if (e->count == e->page.limit || e->out.len > PAGE_BYTES) {
      e->next = one->seq - 1;
      break;
    }
    e->count++;
    cost += EVENT_COST;
    explain_one(e, engine, one->pos);
  }
  acr__track_pause(&e->track);
  return e->at < h->count && !e->failed && !e->next;
}

static void free_run(struct acr__report_run *run) {
  struct explained *e = (struct explained *)run;
  acr__track_end(&e->track);
  histories_free(&e->histories);
  acr__buf_free(&e->out);
  acr__buf_free(&e->run.log.bytes);
  free(e->failed);
  free(e->id);
  free(e);
}

struct acr__report_run *acr__explain_begin(struct acr__request *request) {
  const struct acr__member *member = acr__request_member(request);
  struct page page;
  if (!member || !read_page(request, &page)) return NULL;
  struct explained *e = acr__mem_alloc(sizeof *e);
  *e = (struct explained){.page = page, .id = strndup(member->id.ptr, member->id.len)};
  e->run = (struct acr__report_run){.ahead = gather_ahead, .rest = rest, .free = free_run};
  e->w = (acr__writer){&e->out, false};
  begin_histories(request->engine, member, &e->histories);
  acr__write_array(&e->w);
  return &e->run;
}

bool acr__method_member_explain(struct acr__request *request) {
  struct explained *e = (struct explained *)acr__report_made(request, ACR_JOB_EXPLAIN, acr__explain_begin);
  acr__writer *w = request->w;
  if (!e) return false;
  if (e->failed) {
    acr__request_fail(request, e->error, "%s", e->failed);
    acr__report_done(request, &e->run);
    return false;
  }
  acr__write_array_end(&e->w);
  acr__write_object(w);
  acr__write_key(w, "member");
  acr__write_text(w, e->id);
  acr__write_key(w, "events");
  acr__write_raw(w, (acr__span){(const char *)e->out.ptr, e->out.len});
  acr__write_key(w, "next");
  if (e->next)
    acr__write_int(w, (int64_t)e->next);
  else
    acr__write_null(w);
  acr__write_object_end(w);
  acr__report_done(request, &e->run);
  return true;
}
