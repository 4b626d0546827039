#include "ledger/record.h"
#include <assert.h>
#include <endian.h>
#include <string.h>

static uint32_t u32_at(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint64_t u64_at(const uint8_t *bytes) {
  return u32_at(bytes) | (uint64_t)u32_at(bytes + 4) << 32;
}

static void put_u32(uint8_t *bytes, uint32_t value) {
  value = htole32(value);
  memcpy(bytes, &value, sizeof value);
}

static void put_u64(uint8_t *bytes, uint64_t value) {
  value = htole64(value);
  memcpy(bytes, &value, sizeof value);
}

size_t acr__record_encode(const struct acr__record *record, acr__buf *out) {
  size_t length = ACR_RECORD_FIXED + record->decision.len + record->payload.len;
  assert(length <= ACR_RECORD_BYTES_MAX);
  acr__buf_reserve(out, length);
  uint8_t *at = out->ptr + out->len;
  put_u32(at, (uint32_t)record->payload.len);
  memset(at + ACR_RECORD_AT_HASH, 0, sizeof(acr__hash)); // not sealed yet
  put_u32(at + ACR_RECORD_AT_LENGTH, (uint32_t)length);
  at[ACR_RECORD_AT_KIND] = (uint8_t)record->kind;
  at[ACR_RECORD_AT_FLAGS] = record->flags;
  put_u64(at + ACR_RECORD_AT_SEQ, record->seq);
  put_u64(at + ACR_RECORD_AT_PREV, record->prev);
  put_u32(at + ACR_RECORD_AT_MEMBER, record->member);
  put_u32(at + ACR_RECORD_AT_RELEASE, record->release);
  put_u64(at + ACR_RECORD_AT_TIME, (uint64_t)record->time);
  put_u64(at + ACR_RECORD_AT_LEDGER_TIME, (uint64_t)record->ledger_time);
  put_u64(at + ACR_RECORD_AT_RECORDED, (uint64_t)record->recorded_at);
  memcpy(at + ACR_RECORD_AT_ID, record->id_digest.bytes, sizeof record->id_digest.bytes);
  memcpy(at + ACR_RECORD_AT_CONTENT, record->content_digest.bytes, sizeof record->content_digest.bytes);
  put_u32(at + ACR_RECORD_AT_DECISION_LENGTH, (uint32_t)record->decision.len);
  out->len += ACR_RECORD_FIXED;
  acr__buf_put(out, record->decision.ptr, record->decision.len);
  acr__buf_put(out, record->payload.ptr, record->payload.len);
  return length;
}

size_t acr__record_length(const uint8_t *bytes, size_t len) {
  return len < ACR_RECORD_AT_KIND ? 0 : u32_at(bytes + ACR_RECORD_AT_LENGTH);
}

size_t acr__record_whole(const uint8_t *bytes, size_t len) {
  size_t length = acr__record_length(bytes, len);
  return length >= ACR_RECORD_FIXED && length <= ACR_RECORD_BYTES_MAX && length <= len ? length : 0;
}

bool acr__record_begins(const uint8_t *bytes, size_t len, size_t offset) {
  for (size_t at = 0; at <= offset;) {
    size_t length = acr__record_whole(bytes + at, len - at);
    if (!length) return false;
    if (at == offset) return true;
    at += length;
  }
  return false;
}

uint64_t acr__record_seq(const uint8_t *bytes) {
  return u64_at(bytes + ACR_RECORD_AT_SEQ);
}

int64_t acr__record_recorded_at(const uint8_t *bytes) {
  return (int64_t)u64_at(bytes + ACR_RECORD_AT_RECORDED);
}

acr__hash acr__record_hash(const uint8_t *bytes) {
  acr__hash hash;
  memcpy(hash.bytes, bytes + ACR_RECORD_AT_HASH, sizeof hash.bytes);
  return hash;
}

bool acr__record_decode(const uint8_t *bytes, size_t len, acr__pos pos, struct acr__record *out, acr__hash *hash) {
  size_t length = acr__record_whole(bytes, len);
  if (!length) return false;
  uint32_t payload = u32_at(bytes), decision = u32_at(bytes + ACR_RECORD_AT_DECISION_LENGTH);
  if (decision > length - ACR_RECORD_FIXED) return false;
  size_t room = length - ACR_RECORD_FIXED - decision;
  if (payload != 0 && payload != room) return false;

  uint8_t kind = bytes[ACR_RECORD_AT_KIND];
  *out = (struct acr__record){.pos = pos};
  if (kind < ACR_RECORD_EVENT || kind > ACR_RECORD_STATUS) return false;
  out->kind = (acr__record_kind)kind;
  out->flags = bytes[ACR_RECORD_AT_FLAGS];
  out->seq = u64_at(bytes + ACR_RECORD_AT_SEQ);
  out->prev = u64_at(bytes + ACR_RECORD_AT_PREV);
  out->member = u32_at(bytes + ACR_RECORD_AT_MEMBER);
  out->release = u32_at(bytes + ACR_RECORD_AT_RELEASE);
  out->time = (int64_t)u64_at(bytes + ACR_RECORD_AT_TIME);
  out->ledger_time = (int64_t)u64_at(bytes + ACR_RECORD_AT_LEDGER_TIME);
  out->recorded_at = (int64_t)u64_at(bytes + ACR_RECORD_AT_RECORDED);
  memcpy(out->id_digest.bytes, bytes + ACR_RECORD_AT_ID, sizeof out->id_digest.bytes);
  memcpy(out->content_digest.bytes, bytes + ACR_RECORD_AT_CONTENT, sizeof out->content_digest.bytes);
  out->decision = (acr__span){(const char *)bytes + ACR_RECORD_FIXED, decision};
  out->payload = (acr__span){(const char *)bytes + ACR_RECORD_FIXED + decision, payload};
  if (hash) *hash = acr__record_hash(bytes);
  return true;
}

acr__hash acr__record_chained(const uint8_t *bytes, size_t len, const acr__hash *previous) {
  assert(acr__record_whole(bytes, len));
  uint32_t decision = u32_at(bytes + ACR_RECORD_AT_DECISION_LENGTH);
  size_t end = ACR_RECORD_FIXED + (size_t)decision;
  assert(end <= len);
  return acr__hash_chain(previous, bytes + ACR_RECORD_AT_LENGTH, end - ACR_RECORD_AT_LENGTH);
}

acr__hash acr__record_seal(uint8_t *bytes, size_t len, const acr__hash *previous) {
  acr__hash hash = acr__record_chained(bytes, len, previous);
  memcpy(bytes + ACR_RECORD_AT_HASH, hash.bytes, sizeof hash.bytes);
  return hash;
}

acr__hash acr__record_chain_start(const acr__key *key) {
  return acr__hash_bytes(key->bytes, sizeof key->bytes);
}

acr__pos acr__record_payload_pos(const struct acr__record *record, const char *byte) {
  return record->pos + ACR_RECORD_FIXED + record->decision.len + (acr__pos)(byte - record->payload.ptr);
}

void acr__record_erase(const struct acr__record *record, struct acr__patch out[2]) {
  out[0] = (struct acr__patch){.at = record->pos, .len = sizeof(uint32_t)}; // its length
  out[1] = (struct acr__patch){.at = acr__record_payload_pos(record, record->payload.ptr), .len = record->payload.len};
}
