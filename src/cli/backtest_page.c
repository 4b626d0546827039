// The page: page/page.html with the other files in their places, and the result.
#include "base/buf.h"
#include "cli/backtest_show.h"
#include "cli/page.h"
#include <stdio.h>
#include <string.h>

// JSON in a script element: what could end it is written as an escape, which means the same in a JSON text.
static void put_result(acr__buf *out, acr__span json) {
  for (size_t i = 0; i < json.len; i++) {
    if (json.ptr[i] == '<')
      acr__buf_text(out, "\\u003c");
    else
      acr__buf_u8(out, (uint8_t)json.ptr[i]);
  }
}

static void put_file(acr__buf *out, acr__span name, acr__span json) {
  if (acr__span_is(name, "result")) put_result(out, json);
  for (int i = 0; acr__page_files[i].name; i++)
    if (acr__span_is(name, acr__page_files[i].name)) acr__buf_put(out, acr__page_files[i].bytes, acr__page_files[i].len);
}

static void fill(acr__buf *out, const char *at, const char *end, acr__span json) {
  const char *open, *close;
  while ((open = memmem(at, (size_t)(end - at), "{{", 2)) && (close = memmem(open, (size_t)(end - open), "}}", 2))) {
    acr__buf_put(out, at, (size_t)(open - at));
    put_file(out, (acr__span){open + 2, (size_t)(close - open - 2)}, json);
    at = close + 2;
  }
  acr__buf_put(out, at, (size_t)(end - at));
}

bool acr__backtest_page(const char *path, acr__span json) {
  acr__buf out = {0};
  for (int i = 0; acr__page_files[i].name; i++)
    if (strcmp(acr__page_files[i].name, "page.html") == 0)
      fill(&out, (const char *)acr__page_files[i].bytes, (const char *)acr__page_files[i].bytes + acr__page_files[i].len, json);
  FILE *file = fopen(path, "wb");
  bool good = file && fwrite(out.ptr, 1, out.len, file) == out.len;
  if (file && fclose(file) != 0) good = false;
  acr__buf_free(&out);
  return good;
}
