#include "event/event.h"
#include "base/limits.h"
#include "event/reader.h"

static const char *const raised[] = {
#define ACR_RAISED_NAME(name, type) type,
    ACR_RAISED_MAP(ACR_RAISED_NAME)
#undef ACR_RAISED_NAME
};

acr__span acr__raised_type(acr__raised what) {
  return acr__span_of(raised[what]);
}

int acr__raised_find(acr__span type) {
  for (int i = 0; i < ACR_RAISED_COUNT; i++)
    if (acr__span_is(type, raised[i])) return i;
  return -1;
}

acr__event_kind acr__event_kind_of(acr__span type) {
  static const struct {
    const char *type;
    acr__event_kind kind;
  } known[] = {
      {"purchase", ACR_EVENT_PURCHASE},
      {"order", ACR_EVENT_PURCHASE},
      {"transaction", ACR_EVENT_PURCHASE},
      {"return", ACR_EVENT_RETURN},
      {"purchase.amended", ACR_EVENT_AMENDED},
      {"member.join", ACR_EVENT_JOIN},
      {"member.update", ACR_EVENT_UPDATE},
      {"member.lock", ACR_EVENT_LOCK},
      {"member.unlock", ACR_EVENT_UNLOCK},
      {"member.merge", ACR_EVENT_MERGE},
      {"member.merged", ACR_EVENT_MERGED},
      {"member.leave", ACR_EVENT_LEAVE},
      {"member.erase", ACR_EVENT_ERASE},
      {"audience.enter", ACR_EVENT_AUDIENCE_ENTER},
      {"audience.leave", ACR_EVENT_AUDIENCE_LEAVE},
      {"points.adjust", ACR_EVENT_ADJUST},
      {"points.import", ACR_EVENT_IMPORT},
      {"points.spend", ACR_EVENT_SPEND},
      {"points.spend_cancelled", ACR_EVENT_SPEND_CANCELLED},
      {"points.hold", ACR_EVENT_HOLD},
      {"points.capture", ACR_EVENT_CAPTURE},
      {"points.release", ACR_EVENT_RELEASE},
      {"offer.redeem", ACR_EVENT_REDEEM},
      {"offer.purchase", ACR_EVENT_BUY_OFFER},
      {"level.set", ACR_EVENT_LEVEL_SET},
      {"clock", ACR_EVENT_CLOCK},
  };
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (acr__span_is(type, known[i].type)) return known[i].kind;
  return ACR_EVENT_CUSTOM;
}

static bool find_kind(struct acr__reader *r, const acr__node *node, struct acr__event *event) {
  event->kind = acr__event_kind_of(event->type);
  if (r->env->outside && event->kind == ACR_EVENT_MERGED)
    return acr__reader_fail(r, "type_reserved", node,
                            "\"member.merged\" is written by Accrue itself; what merges two members is "
                            "\"member.merge\"");
  if (event->kind != ACR_EVENT_CUSTOM) return true;
  if (r->env->outside && acr__raised_find(event->type) >= 0)
    return acr__reader_fail(r, "type_reserved", node, "\"%s\" is raised by Accrue itself; nobody else sends it",
                            raised[acr__raised_find(event->type)]);
  if (r->env->type_known && r->env->type_known(r->env->arg, event->type)) return true;
  acr__span near = {NULL, 0};
  if (r->env->type_nearest) near = r->env->type_nearest(r->env->arg, event->type);
  if (near.len)
    return acr__reader_fail(r, "type_unknown", node, "no published release knows the event type \"%.80s\"; the nearest is \"%.*s\"",
                            event->type.ptr, (int)near.len, near.ptr);
  return acr__reader_fail(r, "type_unknown", node, "no published release knows the event type \"%.80s\"", event->type.ptr);
}

// The attributes of CloudEvents that we look at.
struct attributes {
  const acr__node *specversion, *id, *source, *type, *subject, *time, *data;
};

static void collect(const acr__node *root, struct attributes *a) {
  for (const acr__node *n = acr__node_first(root); n; n = acr__node_next(n)) {
    acr__span key = acr__node_key(n);
    if (acr__span_is(key, "id"))
      a->id = n;
    else if (acr__span_is(key, "type"))
      a->type = n;
    else if (acr__span_is(key, "time"))
      a->time = n;
    else if (acr__span_is(key, "data"))
      a->data = n;
    else if (acr__span_is(key, "source"))
      a->source = n;
    else if (acr__span_is(key, "subject"))
      a->subject = n;
    else if (acr__span_is(key, "specversion"))
      a->specversion = n;
  }
}

static bool required_text(struct acr__reader *r, const acr__node *root, const acr__node *node, const char *key, acr__span *out) {
  if (!node) return acr__reader_missing(r, root, key, "a text");
  return acr__reader_text(r, node, out);
}

static bool read_time(struct acr__reader *r, const acr__node *node, struct acr__event *event) {
  event->time = r->env->now;
  event->has_time = node != NULL;
  if (!node) return true;
  if (acr__node_kind(node) != ACR_JSON_STRING || !acr__time_parse(acr__node_text(node), &event->time))
    return acr__reader_no_time(r, node, "a time with offset such as \"2026-03-01T08:15:00-05:00\"");
  if (event->time > r->env->latest) {
    char latest[40];
    acr__time_format(r->env->latest, latest);
    return acr__reader_fail(r, "time_in_future", node, "%.40s is ahead of the clock; events up to %s are taken", acr__node_text(node).ptr,
                            latest);
  }
  return true;
}

static bool read_envelope(struct acr__reader *r, const acr__node *root, const struct attributes *a, struct acr__event *event) {
  acr__span version;
  if (!required_text(r, root, a->specversion, "specversion", &version)) return false;
  if (!acr__span_is(version, "1.0"))
    return acr__reader_fail(r, "field", a->specversion, "found %s, wanted \"1.0\"", acr__reader_found(r, a->specversion));
  if (!required_text(r, root, a->id, "id", &event->id) || !required_text(r, root, a->source, "source", &event->source) ||
      !required_text(r, root, a->type, "type", &event->type))
    return false;
  if (r->env->outside && acr__span_is(event->source, "accrue"))
    return acr__reader_fail(r, "source_reserved", a->source, "the source \"accrue\" is that of Accrue's own events; give yours another");
  bool is_clock = acr__span_is(event->type, "clock");
  if (a->subject && acr__node_kind(a->subject) != ACR_JSON_NULL) {
    if (is_clock) return acr__reader_fail(r, "field", a->subject, "a `clock` has no subject: it is everybody's");
    if (!acr__reader_text(r, a->subject, &event->subject)) return false;
    if (r->env->outside && acr__span_starts(event->subject, ACR_ERASED_ID))
      return acr__reader_fail(r, "member_erased", a->subject, "\"%.40s\" is what is left of a member who was erased; wanted a member",
                              event->subject.ptr);
  } else if (!is_clock) {
    acr__reader_missing(r, root, "subject", "the member that the event belongs to");
    r->reject->code = "member_missing";
    return false;
  }
  if (!read_time(r, a->time, event)) return false;
  if (a->data && acr__node_kind(a->data) != ACR_JSON_OBJECT)
    return acr__reader_fail(r, "field", a->data, "found %s, wanted an object", acr__reader_found(r, a->data));
  event->data = a->data;
  const acr__node *context = acr__node_get(a->data, "context");
  if (context && acr__node_kind(context) != ACR_JSON_OBJECT)
    return acr__reader_fail(r, "field", context, "found %s, wanted an object", acr__reader_found(r, context));
  event->context = context;
  return true;
}

acr__digest acr__event_content(const acr__key *key, acr__span type, acr__span subject, acr__span time, const acr__node *data,
                               acr__buf *scratch) {
  scratch->len = 0;
  acr__buf_span(scratch, type);
  acr__buf_span(scratch, subject);
  acr__buf_span(scratch, time);
  if (data) acr__node_canonical(data, scratch);
  return acr__digest_pair(key, (acr__span){(const char *)scratch->ptr, scratch->len}, ACR__SPAN_LIT("content"));
}

acr__digest acr__event_transaction(const acr__key *key, acr__span source, acr__span transaction) {
  static const char mark[] = "transaction/"; // keeps transactions apart from event ids
  char scope[ACR_TEXT_BYTES_MAX + sizeof mark];
  memcpy(scope, mark, sizeof mark - 1);
  memcpy(scope + sizeof mark - 1, source.ptr, source.len);
  return acr__digest_pair(key, (acr__span){scope, sizeof mark - 1 + source.len}, transaction);
}

// Contract 6: same content means equal type, subject, time and data as parsed JSON.
static void digest(const struct acr__event_env *env, const struct attributes *a, struct acr__event *event) {
  if (env->key && event->kind == ACR_EVENT_PURCHASE)
    event->transaction_digest = acr__event_transaction(env->key, event->source, event->transaction);
  if (env->id_digest) {
    event->id_digest = *env->id_digest;
    event->content_digest = *env->content_digest;
    return;
  }
  acr__buf local = {0};
  acr__span time = a->time ? acr__node_text(a->time) : (acr__span){NULL, 0};
  event->id_digest = acr__digest_pair(env->key, event->source, event->id);
  event->content_digest =
      acr__event_content(env->key, event->type, event->subject, time, event->data, env->scratch ? env->scratch : &local);
  acr__buf_free(&local);
}

static bool read_data(struct acr__reader *r, struct acr__event *event) {
  switch (event->kind) {
  case ACR_EVENT_PURCHASE:
    return acr__reader_purchase(r, event);
  case ACR_EVENT_RETURN:
    return acr__reader_return(r, event);
  case ACR_EVENT_AMENDED:
    return acr__reader_amended(r, event);
  case ACR_EVENT_JOIN:
  case ACR_EVENT_UPDATE:
  case ACR_EVENT_MERGED:
    return acr__reader_profile(r, event);
  case ACR_EVENT_MERGE:
    return acr__reader_merge(r, event);
  case ACR_EVENT_LEAVE:
    return acr__reader_leave(r, event);
  case ACR_EVENT_AUDIENCE_ENTER:
  case ACR_EVENT_AUDIENCE_LEAVE:
    return acr__reader_audience(r, event);
  case ACR_EVENT_LEVEL_SET:
    return acr__reader_level(r, event);
  case ACR_EVENT_ADJUST:
    return acr__reader_adjust(r, event);
  case ACR_EVENT_REDEEM:
  case ACR_EVENT_BUY_OFFER:
    return acr__reader_offer(r, event);
  case ACR_EVENT_IMPORT:
    return acr__reader_import(r, event);
  case ACR_EVENT_SPEND:
  case ACR_EVENT_SPEND_CANCELLED:
  case ACR_EVENT_HOLD:
  case ACR_EVENT_CAPTURE:
  case ACR_EVENT_RELEASE:
    return acr__reader_spend(r, event);
  case ACR_EVENT_LOCK:
  case ACR_EVENT_UNLOCK:
  case ACR_EVENT_ERASE:
  case ACR_EVENT_CLOCK:
    return true;
  case ACR_EVENT_CUSTOM:
    break;
  }
  return acr__reader_custom(r, event);
}

struct acr__event *acr__event_read(acr__arena *arena, const acr__json *json, const struct acr__event_env *env, struct acr__reject *reject) {
  struct acr__reader reader = {arena, json, env, reject};
  struct acr__event *event = ACR__NEW(arena, struct acr__event);
  struct attributes a = {0};
  const acr__node *root = acr__json_root(json);
  event->json = json;
  event->quantity = 1000;
  event->joined = event->until = ACR_TIME_NONE;
  collect(root, &a);
  if (!read_envelope(&reader, root, &a, event) || !find_kind(&reader, a.type, event) || !read_data(&reader, event)) return NULL;
  digest(env, &a, event);
  return event;
}
