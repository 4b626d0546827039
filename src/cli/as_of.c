#include "cli/as_of.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "cli/grid.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 256 << 10, ACCOUNTS_MAX = 256 };

struct account {
  acr__span name;
  int64_t points;
  int decimals;
};

struct accounts {
  struct account all[ACCOUNTS_MAX];
  int count;
};

void acr__as_of_add(struct as_of *a, const acr__json *json, const acr__node *entry, acr__span text) {
  if (a->count == a->cap) {
    a->cap = a->cap ? a->cap * 2 : 256;
    a->all = acr__mem_resize(a->all, a->cap * sizeof *a->all);
  }
  a->all[a->count] = (struct as_of_entry){json, entry, text, acr__node_word(entry, "time"), a->count, 0};
  a->count++;
}

// Times come in UTC, as 2026-03-01T08:15:00Z or with a fraction: without the Z they sort as texts.
static int by_time(const void *left, const void *right) {
  const struct as_of_entry *a = left, *b = right;
  size_t x = a->time.len ? a->time.len - 1 : 0, y = b->time.len ? b->time.len - 1 : 0;
  int order = memcmp(a->time.ptr, b->time.ptr, x < y ? x : y);
  if (order) return order;
  if (x != y) return x < y ? -1 : 1;
  return a->order < b->order ? -1 : a->order > b->order;
}

static struct account *account_of(struct accounts *accounts, acr__span name) {
  for (int i = 0; i < accounts->count; i++)
    if (acr__span_eq(accounts->all[i].name, name)) return &accounts->all[i];
  if (accounts->count == ACCOUNTS_MAX) return NULL;
  accounts->all[accounts->count] = (struct account){.name = name};
  return &accounts->all[accounts->count++];
}

// Points come with exactly as many decimals as their account has.
static void add_up(struct as_of *a, struct accounts *accounts) {
  for (size_t i = 0; i < a->count; i++) {
    struct as_of_entry *entry = &a->all[i];
    struct account *account = account_of(accounts, acr__node_word(entry->node, "account"));
    acr__span points = acr__node_word(entry->node, "points");
    const char *dot = memchr(points.ptr, '.', points.len);
    int64_t value;
    if (!account) continue;
    account->decimals = dot ? (int)(points.len - (size_t)(dot - points.ptr) - 1) : 0;
    bool moves = acr__node_get(entry->node, "balance") != NULL; // a capture does not
    if (moves && acr__decimal_parse(points, account->decimals, &value) == ACR_DECIMAL_OK) account->points += value;
    entry->balance = account->points;
  }
}

static void write_entry(acr__writer *w, const struct as_of_entry *entry, struct accounts *accounts) {
  const struct account *account = account_of(accounts, acr__node_word(entry->node, "account"));
  acr__write_object(w);
  for (const acr__node *node = acr__node_first(entry->node); node; node = acr__node_next(node)) {
    acr__write_key_span(w, acr__node_key(node));
    if (account && acr__span_is(acr__node_key(node), "balance"))
      acr__write_decimal(w, entry->balance, account->decimals);
    else
      acr__write_raw(w, acr__node_raw(entry->json, node, entry->text));
  }
  acr__write_object_end(w);
}

static void print_json(const struct as_of *a, const char *member, size_t from, struct accounts *accounts) {
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  acr__write_object(&w);
  acr__write_key(&w, "member");
  acr__write_text(&w, member);
  acr__write_key(&w, "balances");
  acr__write_object(&w);
  for (int i = 0; i < accounts->count; i++) {
    acr__write_key_span(&w, accounts->all[i].name);
    acr__write_decimal(&w, accounts->all[i].points, accounts->all[i].decimals);
  }
  acr__write_object_end(&w);
  acr__write_key(&w, "entries");
  acr__write_array(&w);
  for (size_t i = from; i < a->count; i++)
    write_entry(&w, &a->all[i], accounts);
  acr__write_array_end(&w);
  acr__write_object_end(&w);
  acr__buf_u8(&out, '\n');
  fwrite(out.ptr, 1, out.len, stdout);
  acr__buf_free(&out);
}

static void print_table(const struct as_of *a, size_t from, struct accounts *accounts) {
  static const char *const keys[] = {"time", "recorded", "account", "points", NULL, "source", "reason", "rule"};
  struct grid grid;
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  acr__grid_begin(&grid, arena, ">seq|time|recorded|account|>points|>balance|source|reason|rule");
  for (size_t i = from; i < a->count; i++) {
    const struct as_of_entry *entry = &a->all[i];
    const struct account *account = account_of(accounts, acr__node_word(entry->node, "account"));
    char balance[40];
    acr__decimal_format(entry->balance, account ? account->decimals : 0, balance);
    acr__span seq = acr__node_word(entry->node, "seq");
    acr__grid_add(&grid, seq.len ? seq : ACR__SPAN_LIT("not posted"));
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
      acr__grid_add(&grid, keys[k] ? acr__node_word(entry->node, keys[k]) : acr__span_of(balance));
  }
  acr__grid_print(&grid, stdout, "");
  if (!grid.first) puts("no entries");
  acr__arena_free(arena);
}

void acr__as_of_print(struct as_of *a, const char *member, long limit, bool json) {
  struct accounts *accounts = acr__mem_alloc(sizeof *accounts);
  *accounts = (struct accounts){0};
  if (a->count) qsort(a->all, a->count, sizeof *a->all, by_time);
  add_up(a, accounts);
  size_t from = (size_t)limit < a->count ? a->count - (size_t)limit : 0;
  if (json)
    print_json(a, member, from, accounts);
  else
    print_table(a, from, accounts);
  free(accounts);
}

void acr__as_of_free(struct as_of *a) {
  free(a->all);
}
