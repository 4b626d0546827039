#include "base/mem.h"
#include "engine/engine.h"
#include <stdlib.h>
#include <string.h>

int acr__account_number(const acr_engine *engine, int family, int name) {
  for (int i = 0; i < engine->account_count; i++)
    if (engine->accounts[i].family == family && engine->accounts[i].name == name) return i;
  return -1;
}

// ---- What the releases say of them

static void note_term(struct acr__accounts_book *book, const struct acr__account_says *term) {
  for (int i = book->term_count; i > 0 && book->terms[i - 1].release >= term->release; i--)
    if (book->terms[i - 1].release == term->release && book->terms[i - 1].account == term->account) return; // its record was read before
  book->terms = acr__mem_resize(book->terms, ((size_t)book->term_count + 1) * sizeof *book->terms);
  book->terms[book->term_count++] = *term;
}

void acr__account_apply(acr_engine *engine, const struct acr__op *op) {
  const int64_t *v = op->v;
  if (v[ACR_ACCOUNT_NUMBER] >= engine->account_count) {
    engine->accounts = acr__mem_resize(engine->accounts, ((size_t)engine->account_count + 1) * sizeof *engine->accounts);
    engine->accounts[engine->account_count++] = (struct acr__account){.family = (int)v[ACR_ACCOUNT_FAMILY],
                                                                      .name = (int)v[ACR_ACCOUNT_NAME],
                                                                      .decimals = (int)v[ACR_ACCOUNT_DECIMALS],
                                                                      .flags = (int)v[ACR_ACCOUNT_FLAGS]};
  }
  if (v[ACR_ACCOUNT_RELEASE])
    note_term(&engine->book,
              &(struct acr__account_says){(uint32_t)v[ACR_ACCOUNT_RELEASE], (int)v[ACR_ACCOUNT_NUMBER], (int)v[ACR_ACCOUNT_FLAGS]});
  acr__accounts_stale(engine);
}

void acr__has_offer_apply(acr_engine *engine, const struct acr__op *op) {
  struct acr__accounts_book *book = &engine->book;
  struct acr__offer_of one = {(uint32_t)op->v[0], (int)op->v[1]};
  for (int i = book->offer_count; i > 0 && book->offers[i - 1].release >= one.release; i--)
    if (book->offers[i - 1].release == one.release && book->offers[i - 1].name == one.name) return;
  book->offers = acr__mem_resize(book->offers, ((size_t)book->offer_count + 1) * sizeof *book->offers);
  book->offers[book->offer_count++] = one;
}

void acr__accounts_stale(acr_engine *engine) {
  engine->book.from = engine->book.until = ACR_TIME_MIN;
  engine->book.since_count = engine->book.json_key = -1;
}

// The most telling of an account's releases has the last word: one that judges before one that did once, those before one that was
// replaced, and of several the one that took effect last (domain V15). 0 = it was not in force by then.
static int rank(const acr_engine *engine, const struct acr__release *r, acr__time time) {
  bool judges = r->status == ACR_STATUS_ACTIVE || (engine->tests && r->status == ACR_STATUS_TEST);
  if (r->effective_from > time || !(judges || r->first_active != ACR_TIME_NONE)) return 0;
  return r->replaced ? 1 : judges ? 3 : 2;
}

static const struct acr__release *release_of(const acr_engine *engine, uint32_t number) {
  int at = (int)number - 1;
  bool dense = at < engine->release_count && engine->releases[at]->number == number;
  return dense ? engine->releases[at] : acr__release_number(engine, number);
}

static void span_of_times(acr_engine *engine, acr__time time) {
  struct acr__accounts_book *book = &engine->book;
  book->from = ACR_TIME_MIN;
  book->until = ACR_TIME_MAX;
  for (int i = 0; i < engine->release_count; i++) {
    acr__time from = engine->releases[i]->effective_from;
    if (from <= time && from > book->from) book->from = from;
    if (from > time && from < book->until) book->until = from;
  }
}

void acr__accounts_at(acr_engine *engine, acr__time time) {
  struct acr__accounts_book *book = &engine->book;
  if (time >= book->from && time < book->until) return;
  struct best {
    const struct acr__release *release;
    int rank;
  } *best = acr__mem_alloc(((size_t)engine->account_count + 1) * sizeof *best);
  memset(best, 0, ((size_t)engine->account_count + 1) * sizeof *best);
  for (int i = 0; i < book->term_count; i++) {
    const struct acr__account_says *term = &book->terms[i];
    const struct acr__release *release = term->account < engine->account_count ? release_of(engine, term->release) : NULL;
    if (!release) continue;
    struct best *b = &best[term->account];
    int found = rank(engine, release, time);
    if (found < b->rank || (found && found == b->rank && release->effective_from < b->release->effective_from)) continue;
    *b = (struct best){release, found};
    engine->accounts[term->account].flags = term->flags;
  }
  for (int i = 0; i < engine->account_count; i++)
    engine->accounts[i].live = best[i].rank > 0;
  free(best);
  span_of_times(engine, time);
}

void acr__accounts_of(acr_engine *engine, uint32_t release) {
  const struct acr__accounts_book *book = &engine->book;
  for (int i = 0; i < book->term_count; i++)
    if (book->terms[i].release == release) engine->accounts[book->terms[i].account].flags = book->terms[i].flags;
}

void acr__accounts_copy(acr_engine *to, const acr_engine *from) {
  struct acr__accounts_book *book = &to->book;
  to->account_count = from->account_count;
  to->accounts = acr__mem_resize(NULL, ((size_t)from->account_count + 1) * sizeof *to->accounts);
  if (from->account_count) memcpy(to->accounts, from->accounts, (size_t)from->account_count * sizeof *to->accounts);
  *book = (struct acr__accounts_book){.term_count = from->book.term_count, .offer_count = from->book.offer_count};
  book->terms = acr__mem_resize(NULL, ((size_t)from->book.term_count + 1) * sizeof *book->terms);
  if (book->term_count) memcpy(book->terms, from->book.terms, (size_t)book->term_count * sizeof *book->terms);
  book->offers = acr__mem_resize(NULL, ((size_t)from->book.offer_count + 1) * sizeof *book->offers);
  if (book->offer_count) memcpy(book->offers, from->book.offers, (size_t)book->offer_count * sizeof *book->offers);
  acr__accounts_stale(to);
}

// ---- What they are called

static void make_since(acr_engine *engine) {
  struct acr__accounts_book *book = &engine->book;
  book->since_count = 0;
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__release *r = engine->releases[i];
    bool known = r->first_active == ACR_TIME_NONE;
    for (int k = 0; k < book->since_count && !known; k++) {
      const struct acr__family_since *s = &book->since[k];
      known = s->family == r->family && s->pos <= r->active_pos && s->from <= r->effective_from;
    }
    if (known) continue;
    book->since = acr__mem_resize(book->since, ((size_t)book->since_count + 1) * sizeof *book->since);
    book->since[book->since_count++] = (struct acr__family_since){r->family, r->active_pos, r->effective_from};
  }
}

void acr__names_of(acr_engine *engine, const struct acr__record *record) {
  engine->book.pos = record ? record->pos : 0;
  engine->book.time = record ? record->ledger_time : 0;
}

static bool reached(const acr_engine *engine, acr__pos pos, acr__time from) {
  const struct acr__accounts_book *book = &engine->book;
  return book->pos ? pos < book->pos && from <= book->time : from <= engine->ledger_time;
}

static bool release_counts(const acr_engine *engine, const struct acr__release *release) {
  return release->first_active != ACR_TIME_NONE && reached(engine, release->active_pos, release->effective_from);
}

bool acr__family_counts(acr_engine *engine, int64_t family) {
  struct acr__accounts_book *book = &engine->book;
  if (book->since_count < 0) make_since(engine);
  for (int i = 0; i < book->since_count; i++)
    if (book->since[i].family == family && reached(engine, book->since[i].pos, book->since[i].from)) return true;
  return false;
}

// Of all that are ever reached, this many are: in the order of the log they only become more.
static int names_key(acr_engine *engine) {
  const struct acr__accounts_book *book = &engine->book;
  int count = 0;
  if (book->since_count < 0) make_since(engine);
  for (int i = 0; i < book->since_count; i++)
    count += reached(engine, book->since[i].pos, book->since[i].from);
  return count;
}

void acr__account_label(acr_engine *engine, int account, acr__buf *out) {
  const struct acr__account *a = &engine->accounts[account];
  bool shared = false;
  for (int i = 0; i < engine->account_count; i++) {
    const struct acr__account *other = &engine->accounts[i];
    if (i == account || other->name != a->name || shared) continue;
    shared = !acr__family_counts(engine, a->family) || acr__family_counts(engine, other->family);
  }
  if (shared) {
    acr__span family = acr__name_text(engine, a->family);
    acr__buf_put(out, family.ptr, family.len);
    acr__buf_u8(out, '.');
  }
  acr__span name = acr__name_text(engine, a->name);
  acr__buf_put(out, name.ptr, name.len);
}

void acr__offer_label(acr_engine *engine, int64_t family, int64_t name, acr__buf *out) {
  const struct acr__accounts_book *book = &engine->book;
  acr__span offer = acr__name_text(engine, name), of = acr__name_text(engine, family);
  bool counts = acr__family_counts(engine, family), shared = false;
  for (int i = 0; i < book->offer_count && !shared; i++) {
    const struct acr__release *release = book->offers[i].name == name ? release_of(engine, book->offers[i].release) : NULL;
    shared = release && release->family != family && (!counts || release_counts(engine, release));
  }
  if (shared) {
    acr__buf_put(out, of.ptr, of.len);
    acr__buf_u8(out, '.');
  }
  acr__buf_put(out, offer.ptr, offer.len);
}

void acr__accounts_forget(acr_engine *engine) {
  struct acr__accounts_book *book = &engine->book;
  for (int i = 0; i < book->json_count; i++)
    free((char *)book->json[i].ptr);
  book->json_count = 0;
}

acr__span acr__account_json(acr_engine *engine, int account) {
  struct acr__accounts_book *book = &engine->book;
  int key = names_key(engine);
  if (book->json_count != engine->account_count || book->json_key != key) {
    acr__accounts_forget(engine);
    book->json = acr__mem_resize(book->json, (size_t)engine->account_count * sizeof *book->json);
    for (int i = 0; i < engine->account_count; i++) {
      acr__buf label = {0}, text = {0};
      acr__writer w = {&text, false};
      acr__account_label(engine, i, &label);
      acr__write_span(&w, (acr__span){(const char *)label.ptr, label.len});
      book->json[i] = (acr__span){(const char *)text.ptr, text.len};
      acr__buf_free(&label);
    }
    book->json_count = engine->account_count;
    book->json_key = key;
  }
  return book->json[account];
}

void acr__accounts_free(acr_engine *engine) {
  acr__accounts_forget(engine);
  free(engine->book.json);
  free(engine->book.since);
  free(engine->book.terms);
  free(engine->book.offers);
  free(engine->accounts);
}
