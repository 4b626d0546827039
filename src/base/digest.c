#include "base/digest.h"
#include "base/mem.h"
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static void start_sodium(void) {
  if (sodium_init() >= 0) return;
  fputs("accrue: libsodium cannot start (no random source?)\n", stderr);
  abort();
}

static void ready(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start_sodium);
}

static void update(crypto_generichash_state *state, const void *bytes, size_t len) {
  if (len) crypto_generichash_update(state, bytes, len);
}

static void update_prefixed(crypto_generichash_state *state, acr__span text) {
  uint8_t prefix[8];
  for (size_t i = 0; i < sizeof prefix; i++)
    prefix[i] = (uint8_t)((uint64_t)text.len >> (8 * i));
  update(state, prefix, sizeof prefix);
  update(state, text.ptr, text.len);
}

void acr__key_random(acr__key *key) {
  ready();
  randombytes_buf(key->bytes, sizeof key->bytes);
}

acr__digest acr__digest_pair(const acr__key *key, acr__span a, acr__span b) {
  ready();
  acr__digest digest;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key->bytes, sizeof key->bytes, sizeof digest.bytes);
  update_prefixed(&state, a);
  update_prefixed(&state, b);
  crypto_generichash_final(&state, digest.bytes, sizeof digest.bytes);
  return digest;
}

acr__hash acr__hash_bytes(const void *bytes, size_t len) {
  ready();
  acr__hash hash;
  crypto_generichash(hash.bytes, sizeof hash.bytes, bytes, len, NULL, 0);
  return hash;
}

acr__hash acr__hash_chain(const acr__hash *previous, const void *bytes, size_t len) {
  ready();
  acr__hash hash;
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, sizeof hash.bytes);
  update(&state, previous->bytes, sizeof previous->bytes);
  update(&state, bytes, len);
  crypto_generichash_final(&state, hash.bytes, sizeof hash.bytes);
  return hash;
}

uint64_t acr__fast_hash(const void *bytes, size_t len) {
  return XXH3_64bits(bytes, len);
}

void acr__hash_hex(const acr__hash *hash, char out[65]) {
  sodium_bin2hex(out, 65, hash->bytes, sizeof hash->bytes);
}
