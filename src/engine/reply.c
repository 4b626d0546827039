// Replies (contract 7). Everything that a reply says of an event is in its record, so that a duplicate gets the first answer.
#include "base/decimal.h"
#include "engine/offer.h"
#include "engine/trace.h"
#include <string.h>

static void write_error(acr__writer *w, const char *code, const char *message, const char *path, int line, int column) {
  acr__write_key(w, "error");
  acr__write_object(w);
  acr__write_key(w, "code");
  acr__write_text(w, code);
  acr__write_key(w, "message");
  acr__write_text(w, message);
  if (path) {
    acr__write_key(w, "path");
    acr__write_text(w, path);
  }
  if (line) {
    acr__write_key(w, "line");
    acr__write_int(w, line);
    acr__write_key(w, "column");
    acr__write_int(w, column);
  }
  acr__write_object_end(w);
}

// What is fixed is put as bytes: a reply is on every event's way.
#define PUT(out, literal) acr__buf_put((out), (literal), sizeof(literal) - 1)

static void text_or_null(acr__writer *w, acr__span text) {
  w->comma = false;
  if (text.ptr)
    acr__write_span(w, text);
  else
    acr__write_null(w);
}

static void head(acr__writer *w, acr__span id, acr__span source, const char *status) {
  acr__write_object(w);
  PUT(w->out, "\"id\":");
  text_or_null(w, id);
  PUT(w->out, ",\"source\":");
  text_or_null(w, source);
  PUT(w->out, ",\"status\":\"");
  acr__buf_text(w->out, status);
  PUT(w->out, "\"");
}

static acr__span text_of(const acr__node *root, const char *key) {
  const acr__node *node = acr__node_get(root, key);
  return node && acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : (acr__span){NULL, 0};
}

void acr__reply_reject(acr_engine *engine, const acr__json *json, const struct acr__reject *reject) {
  acr__writer w = {&engine->filling->replies, false};
  const acr__node *root = json ? acr__json_root(json) : NULL;
  engine->counts[ACR_COUNT_REJECTED]++;
  head(&w, text_of(root, "id"), text_of(root, "source"), "rejected");
  write_error(&w, reject->code, reject->message, reject->path, reject->line, reject->column);
  acr__write_object_end(&w);
}

void acr__reply_error(acr_engine *engine, acr__span id, acr__span source, const char *status, const char *code, const char *message) {
  acr__writer w = {&engine->filling->replies, false};
  head(&w, id, source, status);
  write_error(&w, code, message, NULL, 0, 0);
  acr__write_object_end(&w);
  engine->counts[strcmp(status, "conflict") == 0 ? ACR_COUNT_CONFLICT : ACR_COUNT_OVERLOADED]++;
}

// ---- outcomes, from the operations of a record; names come escaped from a cache

struct cause {
  int64_t family, behavior, level, rule, component, derived;
};

static void put_span(acr__buf *out, acr__span text) {
  acr__buf_put(out, text.ptr, text.len);
}

// `key` is a literal.
#define PUT_NAME(engine, out, key, name_plus_one) \
  do { \
    if (name_plus_one) { \
      PUT((out), key); \
      put_span((out), acr__name_json((engine), (int)(name_plus_one)-1)); \
    } \
  } while (0)

static void put_points(const acr_engine *engine, acr__buf *out, int64_t account, int64_t points) {
  enum { DIGITS_MAX = 32 };
  int scale = engine->accounts[account].decimals;
  acr__buf_reserve(out, DIGITS_MAX + 2);
  if (scale) out->ptr[out->len++] = '"';
  out->len += (size_t)acr__decimal_format(points, scale, (char *)out->ptr + out->len);
  if (scale) out->ptr[out->len++] = '"';
}

// Everything before the closing brace but a trailing comma: the members of the cause, each followed by one.
static void put_cause(acr_engine *engine, acr__buf *out, const struct acr__record *record, const struct cause *cause) {
  if (cause->derived) acr__buf_printf(out, "\"event\":\"%llu.%d\",", (unsigned long long)record->seq, (int)cause->derived);
  if (cause->family < 0) return;
  PUT(out, "\"behavior\":\"");
  acr__buf_text(out, acr__behavior_name((acr__behavior)cause->behavior));
  PUT(out, "\"");
  PUT_NAME(engine, out, ",\"level\":", cause->level);
  PUT_NAME(engine, out, ",\"rule\":", cause->rule);
  PUT_NAME(engine, out, ",\"outcome\":", cause->component);
  PUT(out, ",");
}

static void put_account(acr_engine *engine, acr__buf *out, int64_t account, acr__span key, int64_t points) {
  PUT(out, "\"account\":");
  put_span(out, acr__account_json(engine, (int)account));
  put_span(out, key);
  put_points(engine, out, account, points);
}

static void put_offer(acr_engine *engine, acr__buf *out, const struct acr__op *op) {
  acr__writer w = {out, false};
  engine->scratch.len = 0;
  acr__offer_label(engine, op->v[ACR_OFFER_FAMILY], op->v[ACR_OFFER_NAME], &engine->scratch);
  acr__write_span(&w, (acr__span){(const char *)engine->scratch.ptr, engine->scratch.len});
}

static void put_time(acr__buf *out, const char *key, acr__time time) {
  acr__writer w = {out, false};
  acr__buf_text(out, key);
  acr__write_time(&w, time);
}

// What goes on elsewhere: events raised, sent and called for.
static void put_raised(acr_engine *engine, acr__buf *out, const struct acr__record *record, const struct acr__op *op) {
  switch (op->kind) {
  case ACR_OP_PENDING:
    PUT(out, "\"raises_later\":");
    put_span(out, acr__name_json(engine, (int)op->v[1]));
    put_time(out, ",\"at\":", op->v[2]);
    break;
  case ACR_OP_SENT:
    acr__buf_text(out, op->v[3] == ACR_SENT ? "\"sends\":" : op->v[3] == ACR_SENT_UNKNOWN ? "\"target_unknown\":" : "\"sent_to_oneself\":");
    put_span(out, acr__name_json(engine, (int)op->v[1]));
    PUT(out, ",\"to\":");
    put_span(out, acr__name_json(engine, (int)op->v[2]));
    break;
  case ACR_OP_WEBHOOK:
    acr__buf_printf(out, "\"web_hook\":\"%llu.%lld\"", (unsigned long long)record->seq, (long long)op->v[0]);
    break;
  case ACR_OP_DERIVED:
    acr__buf_text(out, op->v[2] ? "\"too_deep\":" : "\"raises\":");
    put_span(out, acr__name_json(engine, (int)op->v[1]));
    break;
  default:
    break;
  }
}

static void put_op(acr_engine *engine, acr__buf *out, const struct acr__record *record, const struct acr__op *op) {
  struct acr__posting posting;
  switch (op->kind) {
  case ACR_OP_CREDIT:
  case ACR_OP_DEBIT:
  case ACR_OP_RESTORE:
  case ACR_OP_MERGE_OUT:
  case ACR_OP_MERGE_IN:
    acr__op_posting(op, &posting);
    put_account(engine, out, posting.account, ACR__SPAN_LIT(",\"points\":"), posting.points);
    if (posting.reason == ACR_REASON_REVERSAL) PUT(out, ",\"reason\":\"reversal\"");
    break;
  case ACR_OP_CAPTURE:
    put_account(engine, out, op->v[ACR_CAPTURE_ACCOUNT], ACR__SPAN_LIT(",\"captured\":"), op->v[ACR_CAPTURE_POINTS]);
    break;
  case ACR_OP_CLIP:
    put_account(engine, out, op->v[0], ACR__SPAN_LIT(",\"clipped\":"), op->v[2]);
    if (acr__span_is(op->text, "inventory") || acr__span_is(op->text, "source_limit")) PUT_NAME(engine, out, ",\"source\":", op->v[1] + 1);
    acr__buf_printf(out, ",\"reason\":\"%.*s\"", (int)op->text.len, op->text.ptr);
    break;
  case ACR_OP_LEVEL:
    PUT(out, "\"change_level\":{\"family\":");
    put_span(out, acr__name_json(engine, (int)op->v[0]));
    PUT(out, ",\"to\":");
    if (op->v[1])
      put_span(out, acr__name_json(engine, (int)op->v[1] - 1));
    else
      PUT(out, "null");
    PUT(out, "}");
    break;
  case ACR_OP_LEFT:
    acr__buf_text(out, op->v[1] ? "\"left\":" : "\"back_in\":");
    put_span(out, acr__name_json(engine, (int)op->v[0]));
    break;
  case ACR_OP_TAG:
    acr__buf_text(out, op->v[1] ? "\"tag\":" : "\"untag\":");
    put_span(out, acr__name_json(engine, (int)op->v[0]));
    break;
  case ACR_OP_OFFER:
  case ACR_OP_OFFER_CLIP:
    PUT(out, "\"offer\":");
    put_offer(engine, out, op);
    if (op->kind == ACR_OP_OFFER)
      acr__buf_printf(out, ",\"issue\":\"%llu.%lld\"", (unsigned long long)record->seq, (long long)op->v[ACR_OFFER_INDEX]);
    else
      acr__buf_printf(out, ",\"clipped\":%lld,\"reason\":\"%.*s\"", (long long)op->v[2], (int)op->text.len, op->text.ptr);
    break;
  case ACR_OP_STORE:
    PUT(out, "\"store\":");
    put_span(out, acr__name_json(engine, (int)op->v[1]));
    acr__buf_text(out, op->v[2] ? ",\"access\":\"grant\"" : ",\"access\":\"revoke\"");
    break;
  default:
    put_raised(engine, out, record, op);
    break;
  }
}

static void follow(struct cause *cause, const struct acr__op *op) {
  if (op->kind == ACR_OP_OUTCOME)
    *cause = (struct cause){op->v[ACR_OUTCOME_FAMILY], op->v[ACR_OUTCOME_BEHAVIOR],  op->v[ACR_OUTCOME_LEVEL],
                            op->v[ACR_OUTCOME_RULE],   op->v[ACR_OUTCOME_COMPONENT], cause->derived};
  else if (op->kind == ACR_OP_DERIVED)
    *cause = (struct cause){-1, 0, 0, 0, 0, op->v[0]};
}

static bool shown(const struct acr__op *op) {
  switch (op->kind) {
  case ACR_OP_MERGE_IN:
    return op->v[ACR_MERGE_LOTS] + op->v[ACR_MERGE_DEBT] != 0;
  case ACR_OP_CREDIT:
  case ACR_OP_DEBIT:
  case ACR_OP_RESTORE:
  case ACR_OP_MERGE_OUT:
  case ACR_OP_CAPTURE:
  case ACR_OP_CLIP:
  case ACR_OP_LEVEL:
  case ACR_OP_LEFT:
  case ACR_OP_TAG:
  case ACR_OP_PENDING:
  case ACR_OP_SENT:
  case ACR_OP_DERIVED:
  case ACR_OP_OFFER:
  case ACR_OP_OFFER_CLIP:
  case ACR_OP_STORE:
  case ACR_OP_WEBHOOK:
    return true;
  default:
    return false;
  }
}

bool acr__effect_write(acr_engine *engine, acr__buf *out, const struct acr__record *record, const struct acr__op *op) {
  if (!shown(op)) return false;
  put_op(engine, out, record, op);
  return true;
}

// Of a record's operations: where balances and standings begin, which no outcome stands behind; how many families it judged.
struct closing {
  int first, families;
};

static struct closing closing_of(const struct acr__ops *ops) {
  struct closing closing = {0, 0};
  while (closing.first < ops->count && ops->all[closing.first].kind != ACR_OP_STANDING && ops->all[closing.first].kind != ACR_OP_BALANCE)
    closing.first++;
  for (int i = closing.first; i < ops->count; i++)
    closing.families += ops->all[i].kind == ACR_OP_STANDING;
  return closing;
}

static void put_outcomes(acr_engine *engine, acr__buf *out, const struct acr__record *record, const struct acr__ops *ops,
                         const struct closing *closing) {
  struct cause cause = {-1, 0, 0, 0, 0, 0};
  bool comma = false;
  PUT(out, ",\"outcomes\":[");
  for (int i = 0; i < closing->first; i++) {
    const struct acr__op *op = &ops->all[i];
    follow(&cause, op);
    if (op->kind == ACR_OP_LEVEL && op->v[1] == 0 && cause.family < 0) continue; // placed in no level: nothing that a till would show
    if (!shown(op)) continue;
    if (comma) PUT(out, ",");
    PUT(out, "{");
    put_cause(engine, out, record, &cause);
    put_op(engine, out, record, op);
    PUT(out, "}");
    comma = true;
  }
  PUT(out, "]");
  acr__offers_reply(engine, out, record, ops);
}

static void put_closing(acr_engine *engine, acr__buf *out, const struct acr__ops *ops, const struct closing *closing) {
  bool comma = false;
  PUT(out, ",\"balances\":{");
  for (int i = closing->first; i < ops->count; i++) {
    const struct acr__op *op = &ops->all[i];
    if (op->kind != ACR_OP_BALANCE) continue;
    if (comma) PUT(out, ",");
    put_span(out, acr__account_json(engine, (int)op->v[0]));
    PUT(out, ":");
    put_points(engine, out, op->v[0], op->v[1]);
    comma = true;
  }
  comma = false;
  PUT(out, "},\"levels\":{");
  for (int i = closing->first; i < ops->count; i++) {
    const struct acr__op *op = &ops->all[i];
    if (op->kind != ACR_OP_STANDING) continue;
    if (comma) PUT(out, ",");
    put_span(out, acr__name_json(engine, (int)op->v[0]));
    PUT(out, ":");
    if (op->v[1])
      put_span(out, acr__name_json(engine, (int)op->v[1] - 1));
    else
      PUT(out, "null");
    comma = true;
  }
  PUT(out, "}");
}

// `releases` maps family to release; `release` stands beside it when there is only one.
static void put_releases(acr_engine *engine, acr__writer *w, const struct acr__record *record, const struct acr__ops *ops,
                         const struct closing *closing) {
  int count = closing->families;
  const struct acr__release *only = acr__release_number(engine, record->release);
  if (only && count < 2) {
    PUT(w->out, ",\"release\":");
    text_or_null(w, acr__span_of(only->label));
  }
  if (count == 0) return;
  PUT(w->out, ",\"releases\":{");
  w->comma = false;
  for (int i = closing->first; i < ops->count; i++) {
    const struct acr__release *release = ops->all[i].kind == ACR_OP_STANDING ? acr__release_number(engine, ops->all[i].v[2]) : NULL;
    if (!release) continue;
    acr__write_raw(w, acr__name_json(engine, release->family));
    PUT(w->out, ":");
    text_or_null(w, acr__span_of(release->label));
  }
  acr__write_object_end(w);
}

static void write_refusal(acr__writer *w, const struct acr__ops *ops) {
  for (int i = 0; i + 1 < ops->count; i++) {
    const struct acr__op *op = &ops->all[i];
    if (op->kind != ACR_OP_REFUSED) continue;
    acr__span message = op[1].text;
    acr__write_key(w, "error");
    acr__write_object(w);
    acr__write_key(w, "code");
    acr__write_span(w, op->text);
    acr__write_key(w, "message");
    acr__write_span(w, message.len ? message : ACR__SPAN_LIT("why was erased with the member"));
    acr__write_object_end(w);
  }
}

void acr__write_reply(acr_engine *engine, acr__writer *w, const struct acr__record *record, const struct acr__ops *ops, acr__span id,
                      acr__span source, acr__span member, const char *status) {
  bool moved = record->kind != ACR_RECORD_PARKED && !(record->flags & ACR_RECORD_REFUSED);
  struct closing closing = closing_of(ops);
  acr__names_of(engine, record);
  head(w, id, source, status);
  PUT(w->out, ",\"seq\":");
  w->comma = false;
  acr__write_int(w, (int64_t)record->seq);
  if (member.len) {
    PUT(w->out, ",\"member\":");
    text_or_null(w, member);
  }
  put_releases(engine, w, record, ops, &closing);
  if (record->flags & ACR_RECORD_LATE) PUT(w->out, ",\"late\":true");
  for (int i = 0; i < ops->count && moved && !record->member; i++)
    if (ops->all[i].kind == ACR_OP_CLOCK)
      acr__buf_printf(w->out, ",\"due\":{\"ran\":%lld,\"parked\":%lld}", (long long)ops->all[i].v[0], (long long)ops->all[i].v[1]);
  if (moved && record->member) {
    put_outcomes(engine, w->out, record, ops, &closing);
    put_closing(engine, w->out, ops, &closing);
  } else if (!moved) {
    write_refusal(w, ops);
  }
  acr__write_object_end(w);
  acr__names_of(engine, NULL);
}

void acr__reply_record(acr_engine *engine, const struct acr__record *record, const struct acr__ops *ops, acr__span id, acr__span source,
                       acr__span member, const char *status) {
  acr__writer w = {&engine->filling->replies, false};
  if (!engine->trial) acr__write_reply(engine, &w, record, ops, id, source, member, status);
  engine->counts[strcmp(status, "applied") == 0     ? ACR_COUNT_APPLIED
                 : strcmp(status, "duplicate") == 0 ? ACR_COUNT_DUPLICATE
                 : strcmp(status, "refused") == 0   ? ACR_COUNT_REFUSED
                                                    : ACR_COUNT_PARKED]++;
}
