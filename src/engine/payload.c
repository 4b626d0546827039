#include "engine/engine.h"

enum { SALT_BYTES = 16 };

bool acr__payload_read(acr__span bytes, struct acr__payload *out) {
  acr__cursor cur = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len, false};
  *out = (struct acr__payload){0};
  if (bytes.len == 0) return false;
  out->texts = acr__get_span(&cur);
  out->member = acr__get_span(&cur);
  out->line = acr__get_span(&cur);
  out->derived = cur;
  return !cur.bad;
}

// The chain covers the digest, and the salt goes with the texts: afterwards nobody can tell whether a text that he guesses was it.
void acr__payload_begin(acr_engine *engine) {
  acr__key salt;
  engine->payload.len = 0;
  if (engine->texts.len == 0) {
    acr__buf_varu(&engine->payload, 0);
    return;
  }
  acr__key_random(&salt);
  acr__span mark = {(const char *)salt.bytes, SALT_BYTES}, texts = {(const char *)engine->texts.ptr, engine->texts.len};
  acr__digest digest = acr__digest_pair(&engine->key, mark, texts);
  struct acr__op op = {.kind = ACR_OP_TEXTS, .text = {(const char *)digest.bytes, sizeof digest.bytes}};
  acr__ops_encode(&(struct acr__ops){.all = &op, .count = 1}, &engine->decision, &engine->texts);
  acr__buf_varu(&engine->payload, SALT_BYTES + texts.len);
  acr__buf_put(&engine->payload, mark.ptr, mark.len);
  acr__buf_put(&engine->payload, texts.ptr, texts.len);
}

static acr__span texts_of(const struct acr__record *record) {
  struct acr__payload payload;
  return acr__payload_read(record->payload, &payload) ? payload.texts : (acr__span){NULL, 0};
}

bool acr__texts_true(const acr__key *key, const struct acr__record *record, acr__span digest) {
  acr__span all = texts_of(record);
  if (record->payload.len == 0) return true; // erased
  if (all.len < SALT_BYTES || digest.len != sizeof(acr__digest)) return false;
  acr__digest is = acr__digest_pair(key, (acr__span){all.ptr, SALT_BYTES}, (acr__span){all.ptr + SALT_BYTES, all.len - SALT_BYTES});
  return memcmp(is.bytes, digest.ptr, sizeof is.bytes) == 0;
}

struct acr__op_walk acr__ops_of(const struct acr__record *record) {
  const uint8_t *ops = (const uint8_t *)record->decision.ptr;
  struct acr__op_walk walk = {.ops = {ops, ops + record->decision.len, false}};
  acr__span texts = texts_of(record);
  if (texts.len > SALT_BYTES)
    walk.texts = (acr__cursor){(const uint8_t *)texts.ptr + SALT_BYTES, (const uint8_t *)texts.ptr + texts.len, false};
  return walk;
}
