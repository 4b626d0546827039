// Hashes: keyed 128-bit digests (event ids and contents), 256-bit content and chain hashes, and a fast table hash.
#ifndef ACR_BASE_DIGEST_H
#define ACR_BASE_DIGEST_H
#include "base/span.h"
#include <stdint.h>

typedef struct acr__digest { uint8_t bytes[16]; } acr__digest;
typedef struct acr__hash { uint8_t bytes[32]; } acr__hash;
typedef struct acr__key { uint8_t bytes[32]; } acr__key; // of one ledger, random at its birth

void acr__key_random(acr__key *key);
// SipHash-2-4-128 under the first 16 bytes of `key`; `a` and `b` are length-prefixed so that no two pairs run together.
// Who lacks the key cannot make two pairs of one digest; with a key that is known it guards against accidents only.
acr__digest acr__digest_pair(const acr__key *key, acr__span a, acr__span b);
// BLAKE2b-256, unkeyed. Hash of a file, and of (previous hash, bytes) for the chain.
acr__hash acr__hash_bytes(const void *bytes, size_t len);
acr__hash acr__hash_chain(const acr__hash *previous, const void *bytes, size_t len);
// HMAC-SHA-256 of "a.b" under a secret of any length, as 64 lower-case hex digits, terminated.
void acr__sign(acr__span secret, acr__span a, acr__span b, char out[65]);
// 64-bit, not for anything an adversary may choose against (XXH3).
uint64_t acr__fast_hash(const void *bytes, size_t len);
// 64 lower-case hex digits, terminated.
void acr__hash_hex(const acr__hash *hash, char out[65]);
#endif
