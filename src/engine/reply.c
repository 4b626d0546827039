// Replies (contract 7). Everything that a reply says of an event is in its record, so that a duplicate gets the first answer.
#include "engine/engine.h"
#include "base/decimal.h"
#include <stdio.h>
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

static void head(acr__writer *w, acr__span id, acr__span source, const char *status) {
  acr__write_object(w);
  acr__write_key(w, "id");
  if (id.ptr)
    acr__write_span(w, id);
  else
    acr__write_null(w);
  acr__write_key(w, "source");
  if (source.ptr)
    acr__write_span(w, source);
  else
    acr__write_null(w);
  acr__write_key(w, "status");
  acr__write_text(w, status);
}

static acr__span text_of(const acr__node *root, const char *key) {
  const acr__node *node = acr__node_get(root, key);
  return node && acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : (acr__span){NULL, 0};
}

void acr__reply_reject(acr_engine *engine, const acr__json *json, const struct acr__reject *reject) {
  acr__writer w = {&engine->filling->replies, false};
  const acr__node *root = json ? acr__json_root(json) : NULL;
  head(&w, text_of(root, "id"), text_of(root, "source"), "rejected");
  write_error(&w, reject->code, reject->message, reject->path, reject->line, reject->column);
  acr__write_object_end(&w);
  engine->counts[ACR_COUNT_REJECTED]++;
}

void acr__reply_error(acr_engine *engine, acr__span id, acr__span source, const char *status, const char *code, const char *message) {
  acr__writer w = {&engine->filling->replies, false};
  head(&w, id, source, status);
  write_error(&w, code, message, NULL, 0, 0);
  acr__write_object_end(&w);
  engine->counts[strcmp(status, "conflict") == 0 ? ACR_COUNT_CONFLICT : ACR_COUNT_OVERLOADED]++;
}

// ---- outcomes, from the operations of a record

struct cause { int64_t family, behavior, level, rule, component, derived; };

static void name_member(acr_engine *engine, acr__writer *w, const char *key, int64_t name_plus_one) {
  if (name_plus_one == 0)
    return;
  acr__write_key(w, key);
  acr__write_span(w, acr__name_text(engine, name_plus_one - 1));
}

static void cause_members(acr_engine *engine, acr__writer *w, const struct acr__record *record, const struct cause *cause) {
  char event[40];
  if (cause->derived) {
    snprintf(event, sizeof event, "%llu.%d", (unsigned long long)record->seq, (int)cause->derived);
    acr__write_key(w, "event");
    acr__write_text(w, event);
  }
  if (cause->family < 0)
    return;
  name_member(engine, w, "level", cause->level);
  acr__write_key(w, "behavior");
  acr__write_text(w, acr__behavior_name((acr__behavior)cause->behavior));
  name_member(engine, w, "rule", cause->rule);
  name_member(engine, w, "outcome", cause->component);
}

static void account_member(acr_engine *engine, acr__writer *w, int64_t account) {
  engine->scratch.len = 0;
  acr__account_label(engine, (int)account, &engine->scratch);
  acr__write_key(w, "account");
  acr__write_span(w, (acr__span){(const char *)engine->scratch.ptr, engine->scratch.len});
}

static void points_member(acr_engine *engine, acr__writer *w, const char *key, int64_t account, int64_t points) {
  acr__write_key(w, key);
  acr__write_decimal(w, points, engine->accounts[account].decimals);
}

static void write_level(acr_engine *engine, acr__writer *w, const struct acr__op *op) {
  acr__write_key(w, "change_level");
  acr__write_object(w);
  acr__write_key(w, "family");
  acr__write_span(w, acr__name_text(engine, op->v[0]));
  acr__write_key(w, "to");
  if (op->v[1])
    acr__write_span(w, acr__name_text(engine, op->v[1] - 1));
  else
    acr__write_null(w);
  acr__write_object_end(w);
}

static void write_op(acr_engine *engine, acr__writer *w, const struct acr__record *record, const struct cause *cause, const struct acr__op *op) {
  acr__write_object(w);
  cause_members(engine, w, record, cause);
  switch (op->kind) {
  case ACR_OP_CREDIT:
    account_member(engine, w, op->v[ACR_CREDIT_ACCOUNT]);
    points_member(engine, w, "points", op->v[ACR_CREDIT_ACCOUNT], op->v[ACR_CREDIT_POINTS]);
    break;
  case ACR_OP_DEBIT:
    account_member(engine, w, op->v[ACR_DEBIT_ACCOUNT]);
    points_member(engine, w, "points", op->v[ACR_DEBIT_ACCOUNT], -op->v[ACR_DEBIT_POINTS]);
    break;
  case ACR_OP_CLIP:
    account_member(engine, w, op->v[0]);
    points_member(engine, w, "clipped", op->v[0], op->v[2]);
    acr__write_key(w, "reason");
    acr__write_span(w, op->text);
    break;
  case ACR_OP_LEVEL: write_level(engine, w, op); break;
  case ACR_OP_TAG:
    acr__write_key(w, op->v[1] ? "tag" : "untag");
    acr__write_span(w, acr__name_text(engine, op->v[0]));
    break;
  case ACR_OP_DERIVED:
    acr__write_key(w, op->v[2] ? "too_deep" : "raises");
    acr__write_span(w, acr__name_text(engine, op->v[1]));
    break;
  default: break;
  }
  acr__write_object_end(w);
}

static void follow(struct cause *cause, const struct acr__op *op) {
  if (op->kind == ACR_OP_OUTCOME)
    *cause = (struct cause){op->v[ACR_OUTCOME_FAMILY], op->v[ACR_OUTCOME_BEHAVIOR], op->v[ACR_OUTCOME_LEVEL], op->v[ACR_OUTCOME_RULE],
                            op->v[ACR_OUTCOME_COMPONENT], cause->derived};
  else if (op->kind == ACR_OP_DERIVED)
    *cause = (struct cause){-1, 0, 0, 0, 0, op->v[0]};
}

void acr__write_outcomes(acr_engine *engine, acr__writer *w, const struct acr__record *record) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct cause cause = {-1, 0, 0, 0, 0, 0};
  struct acr__op op;
  acr__write_array(w);
  while (acr__op_read(&cur, &op)) {
    follow(&cause, &op);
    if (op.kind == ACR_OP_CREDIT || op.kind == ACR_OP_DEBIT || op.kind == ACR_OP_CLIP || op.kind == ACR_OP_LEVEL || op.kind == ACR_OP_TAG ||
        op.kind == ACR_OP_DERIVED)
      write_op(engine, w, record, &cause, &op);
  }
  acr__write_array_end(w);
}

static void write_closing(acr_engine *engine, acr__writer *w, const struct acr__record *record, acr__op_kind kind) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  acr__write_object(w);
  while (acr__op_read(&cur, &op)) {
    if (op.kind != kind)
      continue;
    if (kind == ACR_OP_BALANCE) {
      engine->scratch.len = 0;
      acr__account_label(engine, (int)op.v[0], &engine->scratch);
      acr__write_key_span(w, (acr__span){(const char *)engine->scratch.ptr, engine->scratch.len});
      acr__write_decimal(w, op.v[1], engine->accounts[op.v[0]].decimals);
    } else {
      acr__write_key_span(w, acr__name_text(engine, op.v[0]));
      if (op.v[1])
        acr__write_span(w, acr__name_text(engine, op.v[1] - 1));
      else
        acr__write_null(w);
    }
  }
  acr__write_object_end(w);
}

static void write_refusal(acr__writer *w, const struct acr__record *record) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  while (acr__op_read(&cur, &op)) {
    if (op.kind != ACR_OP_REFUSED)
      continue;
    const char *feed = memchr(op.text.ptr, '\n', op.text.len);
    size_t n = feed ? (size_t)(feed - op.text.ptr) : op.text.len;
    acr__write_key(w, "error");
    acr__write_object(w);
    acr__write_key(w, "code");
    acr__write_span(w, (acr__span){op.text.ptr, n});
    acr__write_key(w, "message");
    acr__write_span(w, feed ? (acr__span){feed + 1, op.text.len - n - 1} : op.text);
    acr__write_object_end(w);
  }
}

void acr__write_reply(acr_engine *engine, acr__writer *w, const struct acr__record *record, acr__span id, acr__span source, acr__span member,
                      const char *status) {
  const struct acr__release *release = acr__release_number(engine, record->release);
  bool moved = record->kind != ACR_RECORD_PARKED && !(record->flags & ACR_RECORD_REFUSED);
  head(w, id, source, status);
  acr__write_key(w, "seq");
  acr__write_int(w, (int64_t)record->seq);
  if (member.len) {
    acr__write_key(w, "member");
    acr__write_span(w, member);
  }
  if (release) {
    acr__write_key(w, "release");
    acr__write_text(w, release->label);
  }
  if (record->flags & ACR_RECORD_LATE) {
    acr__write_key(w, "late");
    acr__write_bool(w, true);
  }
  if (moved && record->member) {
    acr__write_key(w, "outcomes");
    acr__write_outcomes(engine, w, record);
    acr__write_key(w, "offers");
    acr__write_array(w);
    acr__write_array_end(w);
    acr__write_key(w, "balances");
    write_closing(engine, w, record, ACR_OP_BALANCE);
    acr__write_key(w, "levels");
    write_closing(engine, w, record, ACR_OP_STANDING);
  } else if (!moved) {
    write_refusal(w, record);
  }
  acr__write_object_end(w);
}

void acr__reply_record(acr_engine *engine, const struct acr__record *record, acr__span id, acr__span source, acr__span member, const char *status) {
  acr__writer w = {&engine->filling->replies, false};
  acr__write_reply(engine, &w, record, id, source, member, status);
  engine->counts[strcmp(status, "applied") == 0     ? ACR_COUNT_APPLIED
                 : strcmp(status, "duplicate") == 0 ? ACR_COUNT_DUPLICATE
                 : strcmp(status, "refused") == 0   ? ACR_COUNT_REFUSED
                                                    : ACR_COUNT_PARKED]++;
}
