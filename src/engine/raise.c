// Default events (contract 6): what the core tells rules of by itself.
#include "engine/raise.h"
#include "engine/status.h"
#include <string.h>

bool acr__raise_wanted(const struct acr__judgement *j, acr__raised what) {
  for (int i = 0; i < j->release_count; i++)
    if (j->releases[i]->listens & 1u << what && acr__release_judges(j->engine, j->releases[i])) return true;
  return false;
}

void acr__raise(struct acr__judgement *j, acr__raised what, acr__span data) {
  if (acr__raise_wanted(j, what)) acr__derive(j, acr__raised_type(what), data);
}

static acr__span taken(struct acr__judgement *j, acr__buf *out) {
  acr__span text = acr__arena_span(j->arena, (acr__span){(const char *)out->ptr, out->len});
  acr__buf_free(out);
  return text;
}

static void put(acr__writer *w, const char *key, acr__span text) {
  if (text.len == 0) return;
  acr__write_key(w, key);
  acr__write_span(w, text);
}

void acr__raise_points(struct acr__judgement *j, acr__raised what, int account, int source, acr__reason reason, int64_t points) {
  acr_engine *engine = j->engine;
  const struct acr__rule *rule = j->cause.rule;
  acr__buf out = {0}, label = {0};
  acr__writer w = {&out, false};
  if (!acr__raise_wanted(j, what)) return;
  acr__account_label(engine, account, &label);
  acr__write_object(&w);
  acr__write_key(&w, "points");
  acr__write_decimal(&w, points, engine->accounts[account].decimals);
  put(&w, "account", (acr__span){(const char *)label.ptr, label.len});
  put(&w, "source", acr__name_text(engine, source));
  put(&w, "reason", acr__span_of(acr__reason_name(reason)));
  if (j->cause.release) put(&w, "behavior", acr__span_of(acr__behavior_name(rule ? rule->behavior : ACR_BEHAVIOR_BASE)));
  if (rule) put(&w, "rule", rule->name);
  acr__write_object_end(&w);
  acr__buf_free(&label);
  acr__raise(j, what, taken(j, &out));
}

void acr__raise_level(struct acr__judgement *j, acr__raised what, int family, int from, int to) {
  acr__buf out = {0};
  acr__writer w = {&out, false};
  if (!acr__raise_wanted(j, what)) return;
  acr__write_object(&w);
  put(&w, "program", acr__name_text(j->engine, family));
  put(&w, "from", acr__name_text(j->engine, from));
  put(&w, "to", acr__name_text(j->engine, to));
  acr__write_object_end(&w);
  acr__raise(j, what, taken(j, &out));
}

void acr__raise_term(struct acr__judgement *j, acr__raised what, int family, int level, const char *key, acr__time end) {
  acr__buf out = {0};
  acr__writer w = {&out, false};
  if (!acr__raise_wanted(j, what)) return;
  acr__write_object(&w);
  put(&w, "program", acr__name_text(j->engine, family));
  put(&w, "level", acr__name_text(j->engine, level));
  acr__write_key(&w, key);
  acr__write_time(&w, end);
  acr__write_object_end(&w);
  acr__raise(j, what, taken(j, &out));
}

void acr__raise_purchase(struct acr__judgement *j) {
  const struct acr__event *event = j->root;
  acr__buf out = {0};
  acr__writer w = {&out, false};
  if (event->kind != ACR_EVENT_PURCHASE || !acr__raise_wanted(j, ACR_RAISED_PURCHASE_COMPLETED)) return;
  j->cause = (struct acr__cause){0};
  acr__write_object(&w);
  put(&w, "transaction", event->transaction);
  put(&w, "store", event->store);
  put(&w, "channel", event->channel);
  put(&w, "currency", event->currency);
  if (event->total.has) {
    acr__event_whole(event);
    acr__write_key(&w, "total");
    acr__write_raw(&w, acr__node_raw(event->json, acr__node_get(event->data, "total"), j->line));
  }
  acr__write_object_end(&w);
  acr__raise(j, ACR_RAISED_PURCHASE_COMPLETED, taken(j, &out));
}
