#include "engine/payload.h"
#include "engine/web_hook.h"
#include "script/web_hook.h"
#include <string.h>

// ---- filling a template

static void write_node(acr__writer *w, const acr__node *node) {
  switch (acr__node_kind(node)) {
  case ACR_JSON_STRING:
    acr__write_span(w, acr__node_text(node));
    break;
  case ACR_JSON_ARRAY:
    acr__write_array(w);
    for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at))
      write_node(w, at);
    acr__write_array_end(w);
    break;
  case ACR_JSON_OBJECT:
    acr__write_object(w);
    for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
      acr__write_key_span(w, acr__node_key(at));
      write_node(w, at);
    }
    acr__write_object_end(w);
    break;
  default:
    acr__write_raw(w, acr__node_text(node));
  }
}

static void write_path(acr__writer *w, const acr__node *node, acr__span path) {
  while (node && path.len) {
    const char *point = memchr(path.ptr, '.', path.len);
    size_t len = point ? (size_t)(point - path.ptr) : path.len;
    node = acr__node_get_span(node, (acr__span){path.ptr, len});
    path = point ? (acr__span){point + 1, path.len - len - 1} : (acr__span){NULL, 0};
  }
  if (node)
    write_node(w, node);
  else
    acr__write_null(w);
}

static void write_attribute(acr__writer *w, const struct acr__case *c, acr__span path) {
  struct acr__json_fault fault;
  acr__span text = acr__span_of(c->j->member->attributes);
  acr__json *json = text.len ? acr__json_parse(c->j->arena, text, NULL, &fault) : NULL;
  write_path(w, json ? acr__json_root(json) : NULL, path);
}

static void write_balance(acr__writer *w, const struct acr__case *c, acr__span name) {
  int account = acr__plan_account_find(c->plan, name);
  if (account < 0)
    acr__write_null(w);
  else
    acr__write_decimal(w, acr__member_balance(c->j->member, c->release->accounts[account]), c->plan->accounts[account].decimals);
}

static void write_known(acr__writer *w, acr__span text) {
  if (text.len)
    acr__write_span(w, text);
  else
    acr__write_null(w);
}

// What fills a hole, as a JSON value.
static void write_hole(acr__writer *w, const struct acr__case *c, const struct acr__hole *hole) {
  const struct acr__event *event = c->event;
  const struct acr__member *m = c->j->member;
  const struct acr__standing *s = acr__member_standing(m, c->release->family);
  switch (hole->kind) {
  case ACR_HOLE_EVENT_ID: acr__write_span(w, event->id); break;
  case ACR_HOLE_EVENT_SOURCE: acr__write_span(w, event->source); break;
  case ACR_HOLE_EVENT_TYPE: acr__write_span(w, event->type); break;
  case ACR_HOLE_EVENT_TIME: acr__write_time(w, event->time); break;
  case ACR_HOLE_EVENT_SEQ: acr__write_int(w, (int64_t)c->j->seq); break;
  case ACR_HOLE_EVENT_DATA: write_path(w, event->data, (acr__span){NULL, 0}); break;
  case ACR_HOLE_MEMBER_ID: acr__write_span(w, m->id); break;
  case ACR_HOLE_MEMBER_LEVEL: write_known(w, s && s->level >= 0 ? acr__name_text(c->j->engine, s->level) : (acr__span){NULL, 0}); break;
  case ACR_HOLE_MEMBER_JOINED: acr__write_time(w, m->joined); break;
  case ACR_HOLE_MEMBER_BIRTHDAY:
    write_known(w, m->has_birthday ? acr__span_of(acr__arena_printf(c->j->arena, "%04d-%02d-%02d", m->birthday.year, m->birthday.month,
                                                                    m->birthday.day))
                                   : (acr__span){NULL, 0});
    break;
  case ACR_HOLE_MEMBER_TIMEZONE: write_known(w, acr__span_of(acr__zone_name(acr__zone_of(c)))); break;
  case ACR_HOLE_PROGRAM: acr__write_span(w, c->plan->program); break;
  case ACR_HOLE_RULE: write_known(w, c->j->cause.rule ? c->j->cause.rule->name : (acr__span){NULL, 0}); break;
  case ACR_HOLE_DATA: write_path(w, event->data, hole->name); break;
  case ACR_HOLE_ATTRIBUTE: write_attribute(w, c, hole->name); break;
  case ACR_HOLE_BALANCE: write_balance(w, c, hole->name); break;
  case ACR_HOLE_KINDS: acr__write_null(w); break;
  }
}

// Inside a JSON string: a text without its quotes, nothing for null, and whatever else escaped once more.
static void put_quoted(acr__buf *out, acr__span value) {
  acr__buf escaped = {0};
  acr__writer w = {&escaped, false};
  if (value.ptr[0] == '"') {
    acr__buf_put(out, value.ptr + 1, value.len - 2);
  } else if (!acr__span_is(value, "null")) {
    acr__write_span(&w, value);
    acr__buf_put(out, escaped.ptr + 1, escaped.len - 2);
  }
  acr__buf_free(&escaped);
}

static void fill(const struct acr__case *c, acr__span template, acr__buf *out) {
  struct acr__hole_walk walk = {.text = template};
  struct acr__hole hole;
  acr__buf value = {0};
  size_t at = 0;
  while (acr__hole_next(&walk, &hole) && out->len <= ACR_WEBHOOK_BODY_BYTES_MAX) {
    acr__writer w = {&value, false};
    value.len = 0;
    write_hole(&w, c, &hole);
    acr__buf_put(out, template.ptr + at, hole.at - at);
    if (hole.quoted)
      put_quoted(out, (acr__span){(const char *)value.ptr, value.len});
    else
      acr__buf_put(out, value.ptr, value.len);
    at = hole.end;
  }
  acr__buf_put(out, template.ptr + at, template.len - at);
  acr__buf_free(&value);
}

// ---- the effect

bool acr__effect_webhook(struct acr__case *c, const struct acr__effect *e) {
  struct acr__judgement *j = c->j;
  acr__buf filled = {0};
  acr__span body = e->body;
  if (j->hook_count == ACR_WEBHOOKS_MAX) return acr__fail(j, NULL, "the event would call more than 100 web hooks");
  if (e->template.ptr) {
    fill(c, e->template, &filled);
    body = acr__arena_span(j->arena, (acr__span){(const char *)filled.ptr, filled.len});
    acr__buf_free(&filled);
  }
  if (body.len > ACR_WEBHOOK_BODY_BYTES_MAX)
    return acr__fail(j, NULL, acr__arena_printf(j->arena, "the body of a web hook has more than %u bytes", ACR_WEBHOOK_BODY_BYTES_MAX));
  acr__digest *digest = ACR__NEW(j->arena, acr__digest);
  *digest = acr__digest_pair(&j->engine->key, e->url, body);
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_WEBHOOK);
  op->v[0] = ++j->hook_count;
  op->text = (acr__span){(const char *)digest->bytes, sizeof digest->bytes};
  acr__buf_span(&j->hook_data, e->url);
  acr__buf_span(&j->hook_data, body);
  return true;
}

// ---- reading them

void acr__hooks_begin(const struct acr__record *record, struct acr__hook_walk *walk) {
  struct acr__payload payload;
  struct acr__op op;
  acr__cursor ops = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  *walk = (struct acr__hook_walk){.ops = ops};
  walk->erased = !acr__payload_read(record->payload, &payload);
  walk->payload = payload.derived;
  while (acr__op_read(&ops, &op)) // the data of derived events stand in front
    if (op.kind == ACR_OP_DERIVED && !walk->erased) acr__get_span(&walk->payload);
}

bool acr__hooks_next(struct acr__hook_walk *walk, struct acr__hook *out) {
  struct acr__op op;
  while (acr__op_read(&walk->ops, &op)) {
    if (op.kind != ACR_OP_WEBHOOK) continue;
    *out = (struct acr__hook){.index = (int)op.v[0]};
    if (op.text.len == sizeof out->digest.bytes) memcpy(out->digest.bytes, op.text.ptr, op.text.len);
    if (walk->erased) return true;
    out->url = acr__get_span(&walk->payload);
    out->body = acr__get_span(&walk->payload);
    return true;
  }
  return false;
}
