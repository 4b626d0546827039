// What can be said of a record without those in front of it but for the hash of one: that it is what was written (I11), and that the
// event, or what was published, is what was sent (I12, I15). Several threads look at records at a time.
#include "engine/verify.h"
#include "ledger/ledger.h"
#include "ledger/record.h"
#include <inttypes.h>
#include <string.h>

static acr__span text_of(const acr__node *node, const char *key) {
  const acr__node *member = node ? acr__node_get(node, key) : NULL;
  return member && acr__node_kind(member) == ACR_JSON_STRING ? acr__node_text(member) : (acr__span){NULL, 0};
}

static bool same(const acr__digest *a, acr__digest b) {
  return memcmp(a, &b, sizeof b) == 0;
}

static bool is_stars(const acr__node *node) {
  acr__span text = acr__node_text(node);
  size_t n = 0;
  while (n < text.len && text.ptr[n] == '*')
    n++;
  return n > 0 && n == text.len;
}

// A link to a member who was erased since has stars for his id.
static bool links_to_nobody(const acr__node *data) {
  const acr__node *links = data ? acr__node_get(data, "links") : NULL;
  for (const acr__node *one = links ? acr__node_first(links) : NULL; one; one = acr__node_next(one)) {
    if (acr__node_kind(one) == ACR_JSON_STRING && is_stars(one)) return true;
    for (const acr__node *id = acr__node_kind(one) == ACR_JSON_ARRAY ? acr__node_first(one) : NULL; id; id = acr__node_next(id))
      if (acr__node_kind(id) == ACR_JSON_STRING && is_stars(id)) return true;
  }
  return false;
}

static void event(struct acr__verify_hand *hand, const struct acr__record *r, acr__span line) {
  struct acr__json_fault fault;
  acr__arena_reset(hand->arena);
  const acr__json *json = acr__json_parse(hand->arena, line, NULL, &fault);
  const acr__node *root = json ? acr__json_root(json) : NULL, *data = root ? acr__node_get(root, "data") : NULL;
  if (root && same(&r->content_digest, acr__event_content(hand->v->key, text_of(root, "type"), text_of(root, "subject"),
                                                          text_of(root, "time"), data, &hand->scratch)))
    return;
  if (!links_to_nobody(data)) acr__violation(hand->v, "I12", r, "the event of record %" PRIu64 " is not the one that was sent", r->seq);
}

static void alone(struct acr__verify_hand *hand, const struct acr__record *r) {
  struct acr__payload payload;
  bool there = acr__payload_read(r->payload, &payload); // or it was erased
  bool control = r->kind == ACR_RECORD_RELEASE || r->kind == ACR_RECORD_STATUS;
  if (there && !control) event(hand, r, payload.line);
  if (control && (!there || !same(&r->content_digest, acr__digest_pair(hand->v->key, payload.line, ACR__SPAN_LIT("content")))))
    acr__violation(hand->v, "I15", r, "what record %" PRIu64 " published was changed since", r->seq);
}

void acr__verify_alone(struct acr__verify_hand *hand, const struct acr__verify_slice *slice) {
  acr__hash previous = slice->previous, stored;
  for (size_t at = 0; at < slice->len;) {
    struct acr__record r;
    const uint8_t *bytes = slice->bytes + at;
    if (!acr__record_decode(bytes, slice->len - at, slice->pos + at, &r, &stored)) return; // who reads them in order says so
    size_t n = acr__record_length(bytes, slice->len - at);
    acr__hash made = acr__record_chained(bytes, n, &previous);
    if (memcmp(&made, &stored, sizeof made) != 0)
      acr__violation(hand->v, "I11", &r, "the hash chain breaks at record %" PRIu64 ": it was changed after it was written", r.seq);
    alone(hand, &r);
    previous = stored;
    at += n;
  }
}
