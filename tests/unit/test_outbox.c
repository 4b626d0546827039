// The outbox's parts that need no server: back-off, order of rows, addresses.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "outbox/address.h"
#include "outbox/limits.h"
#include "outbox/row.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

static void test_backoff(void **state) {
  (void)state;
  assert_int_equal(acr__backoff_us(1), 1000000);
  assert_int_equal(acr__backoff_us(2), 2000000);
  assert_int_equal(acr__backoff_us(12), 2048000000);
  assert_int_equal(acr__backoff_us(13), 3600000000);
  assert_int_equal(acr__backoff_us(1000000), 3600000000);
}

static struct row *add(struct rows *rows, uint64_t seq, const char *url, int64_t next_us) {
  struct row row = {.pos = seq, .seq = seq, .index = 1, .next_us = next_us};
  return acr__rows_add(rows, &row, acr__span_of(url));
}

static void test_hosts(void **state) {
  struct rows rows;
  int64_t next;
  (void)state;
  acr__rows_init(&rows);
  for (uint64_t seq = 1; seq <= 10; seq++)
    assert_non_null(add(&rows, seq, "http://u:p@slow/a", 0));
  assert_null(add(&rows, 3, "http://slow/a", 0));
  for (int i = 1; i <= OUTBOX_HOST_SENDING_MAX; i++)
    assert_int_equal(acr__rows_take(&rows, 5, &next)->seq, i);
  assert_null(acr__rows_take(&rows, 5, &next));
  assert_int_equal(next, INT64_MAX); // not before something changes
  add(&rows, 20, "http://quick?x", 100);
  assert_int_equal(rows.host_count, 2);
  assert_null(acr__rows_take(&rows, 5, &next));
  assert_int_equal(next, 100);
  assert_int_equal(acr__rows_take(&rows, 100, &next)->seq, 20);
  // One of the slow host's is done, one waits again: its turn comes behind those that are due.
  acr__rows_remove(&rows, acr__rows_find(&rows, 1, 1));
  acr__rows_wait(&rows, acr__rows_find(&rows, 2, 1), 50);
  assert_int_equal(acr__rows_take(&rows, 100, &next)->seq, 5);
  assert_int_equal(rows.waiting, 10);
  acr__rows_give_up(&rows, acr__rows_find(&rows, 20, 1));
  assert_int_equal(rows.host_count, 1);
  assert_int_equal(rows.given_up, 1);
  assert_int_equal(acr__rows_oldest(&rows, true)->seq, 20);
  assert_int_equal(acr__rows_oldest(&rows, false)->seq, 2);
  acr__rows_free(&rows);
}

// Whatever happens in between, rows come out by time and number.
static void test_order(void **state) {
  struct rows rows;
  int64_t next, last = -1;
  uint64_t seed = 7;
  (void)state;
  acr__rows_init(&rows);
  for (uint64_t seq = 1; seq <= 500; seq++)
    add(&rows, seq, "http://h", (int64_t)((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33) % 1000);
  for (uint64_t seq = 1; seq <= 500; seq += 3)
    acr__rows_remove(&rows, acr__rows_find(&rows, seq, 1));
  for (uint64_t seq = 2; seq <= 500; seq += 3)
    acr__rows_wait(&rows, acr__rows_find(&rows, seq, 1), (int64_t)seq * 3 % 700);
  size_t left = rows.waiting;
  for (struct row *row; (row = acr__rows_take(&rows, 5000, &next)); left--) {
    assert_true(row->next_us >= last);
    last = row->next_us;
    acr__rows_remove(&rows, row);
  }
  assert_int_equal(left, 0);
  assert_int_equal(rows.host_count, 0);
  acr__rows_free(&rows);
}

static void test_url_shown(void **state) {
  (void)state;
  char *shown = acr__url_shown("https://user:pa@ss@example.com:8/x@y?a=b");
  assert_string_equal(shown, "https://example.com:8/x@y?a=b");
  free(shown);
}

static bool is_private(const char *text) {
  struct sockaddr_in four = {.sin_family = AF_INET};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6};
  if (inet_pton(AF_INET, text, &four.sin_addr) == 1) return acr__address_private((struct sockaddr *)&four);
  assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
  return acr__address_private((struct sockaddr *)&six);
}

static void test_addresses(void **state) {
  static const char *const closed[] = {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
                                       "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fc00::1",
                                       "fd12::1", "fe80::1", "ff02::1",
                                       "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"};
  static const char *const open[] = {"8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "93.184.216.34", "2606:2800:220:1::1",
                                     "::ffff:8.8.8.8", "64:ff9b::808:808"};
  (void)state;
  for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
    if (!is_private(closed[i])) print_error("%s\n", closed[i]);
    assert_true(is_private(closed[i]));
  }
  for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
    if (is_private(open[i])) print_error("%s\n", open[i]);
    assert_false(is_private(open[i]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_backoff), cmocka_unit_test(test_hosts),     cmocka_unit_test(test_order),
      cmocka_unit_test(test_url_shown), cmocka_unit_test(test_addresses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
