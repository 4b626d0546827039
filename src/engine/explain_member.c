// member.explain: every event of a member, and of those merged into it, explained in the order of the log, page by page. The member is
// made of its records once a page and then goes along with them: each event is judged where it stood, as event.explain does it.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/at.h"
#include "engine/explain.h"
#include "engine/track.h"
#include <stdlib.h>

enum { PAGE = 100, PAGE_BYTES = 4 << 20 };

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

static bool gather(acr_engine *engine, const struct acr__member *member, struct histories *h) {
  bool good = true;
  h->followed = calloc((size_t)member->merged_count + 1, sizeof *h->followed);
  if (!h->followed) acr__mem_exhausted(sizeof *h->followed);
  for (uint32_t i = 0; i <= member->merged_count && good; i++) {
    const struct acr__member *one = i ? acr__member_at(engine, member->merged[i - 1], (acr__span){NULL, 0}) : member;
    struct acr__followed *of = &h->followed[h->followed_count];
    if (!one) continue;
    of->number = one->number;
    h->followed_count++;
    good = add(engine, h, of, one->prev);
  }
  if (h->count) qsort(h->all, h->count, sizeof *h->all, by_pos);
  return good;
}

static void histories_free(struct histories *h) {
  for (int i = 0; i < h->followed_count; i++)
    free(h->followed[i].records);
  free(h->followed);
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

// The number of the last record that the page looked at, 0 = there are no more.
static bool write_events(struct acr__request *request, const struct page *page, struct histories *h, uint64_t *next) {
  struct acr__track track = {.engine = request->engine, .followed = h->followed, .followed_count = h->followed_count};
  struct acr__record record;
  bool good = true;
  int64_t count = 0;
  *next = 0;
  for (size_t i = 0; i < h->count && good && !*next; i++) {
    const struct one *one = &h->all[i];
    if (one->seq <= (uint64_t)page->after || !within(page, one->time) || within(page, one->with)) continue;
    if (count == page->limit || request->w->out->len > PAGE_BYTES) {
      *next = one->seq - 1;
      break;
    }
    count++;
    good = acr__read_record(request->engine, one->pos, &record) && acr__explain_record(request, &track, &record);
  }
  acr__track_end(&track);
  return good;
}

bool acr__method_member_explain(struct acr__request *request) {
  const struct acr__member *member = acr__request_member(request);
  struct histories h = {0};
  struct page page;
  uint64_t next = 0;
  acr__writer *w = request->w;
  if (!member || !read_page(request, &page)) return false;
  acr__write_object(w);
  acr__write_key(w, "member");
  acr__write_span(w, member->id);
  acr__write_key(w, "events");
  acr__write_array(w);
  bool good = gather(request->engine, member, &h) && write_events(request, &page, &h, &next);
  acr__write_array_end(w);
  acr__write_key(w, "next");
  if (next)
    acr__write_int(w, (int64_t)next);
  else
    acr__write_null(w);
  acr__write_object_end(w);
  histories_free(&h);
  return good || request->error || acr__request_fail(request, "ledger", "the member's history cannot be read");
}
