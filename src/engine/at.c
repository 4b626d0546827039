// Times of requests, and member.get, which shows a member as it is or as a clock would leave it.
#include "engine/at.h"
#include "engine/report.h"
#include "engine/shadow.h"

// `days`: behind the first instant of a date, and `less` of that.
static bool read_time(struct acr__request *request, const char *key, int days, acr__time less, acr__time *out) {
  const acr__node *node = acr__node_get(request->params, key);
  acr__date date, day;
  if (!node || acr__node_kind(node) == ACR_JSON_NULL) return true;
  acr__span text = acr__param_text(request, key);
  if (text.len && acr__time_parse(text, out)) return true;
  if (text.len && acr__date_parse(text, &date) && acr__date_add(date, (acr__duration){days, ACR_UNIT_DAY}, 1, &day)) {
    *out = acr__day_start(acr__report_zone(request->engine), day) - less;
    return true;
  }
  char buf[ACR_TIME_WHY_MAX];
  const char *why = text.len ? acr__time_why(text, buf) : NULL;
  if (why) return acr__request_fail(request, "param", "`%s`: found \"%.60s\", but %s", key, text.ptr, why);
  return acr__request_fail(request, "param", "`%s`: found \"%.60s\", wanted a time with offset such as 2026-04-01T00:00:00Z, or a date",
                           key, text.ptr ? text.ptr : "");
}

bool acr__method_ledger_time(struct acr__request *request) {
  acr__time at;
  if (!acr__param_time(request, "at", &at)) return false;
  acr__write_object(request->w);
  acr__write_key(request->w, "ledger_time");
  acr__write_time(request->w, request->engine->ledger_time);
  acr__write_key(request->w, "at");
  acr__write_time(request->w, at);
  acr__write_object_end(request->w);
  return true;
}

bool acr__param_time(struct acr__request *request, const char *key, acr__time *out) {
  *out = ACR_TIME_MAX;
  return read_time(request, key, 1, 1, out);
}

bool acr__param_from(struct acr__request *request, const char *key, acr__time *out) {
  *out = ACR_TIME_MIN;
  return read_time(request, key, 0, 0, out);
}

static void write_member(struct acr__request *request, acr_engine *engine, struct acr__member *m, acr__time at, uint64_t pieces) {
  acr__writer *w = request->w;
  acr__write_object(w);
  if (at != ACR_TIME_MAX) {
    acr__write_key(w, "at");
    acr__write_time(w, engine->ledger_time);
    acr__write_key(w, "not_posted"); // pieces of due work that this shows and the ledger does not have
    acr__write_int(w, (int64_t)pieces);
  }
  acr__member_write(engine, w, m, ACR_MEMBER_SHOWN);
  acr__write_object_end(w);
}

bool acr__method_member_get(struct acr__request *request) {
  struct acr__member *m = acr__request_member(request);
  acr__time at;
  if (!m || !acr__param_time(request, "at", &at)) return false;
  if (at == ACR_TIME_MAX) {
    write_member(request, request->engine, m, at, 0);
    return true;
  }
  acr_engine *shadow = acr__shadow_new(request->engine);
  uint64_t pieces = acr__shadow_clock(shadow, m->id, at, &m);
  write_member(request, shadow, m, at, pieces);
  acr__shadow_free(shadow);
  return true;
}
