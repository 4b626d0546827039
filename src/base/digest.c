#include "base/digest.h"
#include "base/mem.h"
#include <endian.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { LOCAL_BYTES = 2048 }; // the content of an everyday event, and then some

_Static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(acr__digest), "a digest is what SipHash gives");
_Static_assert(crypto_shorthash_siphashx24_KEYBYTES <= sizeof(acr__key), "SipHash takes the first bytes of a key");

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

static uint8_t *put_prefixed(uint8_t *to, acr__span text) {
  uint64_t len = htole64(text.len);
  memcpy(to, &len, sizeof len);
  if (text.len) memcpy(to + sizeof len, text.ptr, text.len);
  return to + sizeof len + text.len;
}

void acr__key_random(acr__key *key) {
  ready();
  randombytes_buf(key->bytes, sizeof key->bytes);
}

acr__digest acr__digest_pair(const acr__key *key, acr__span a, acr__span b) {
  acr__digest digest;
  uint8_t local[LOCAL_BYTES], *input = local;
  size_t bytes = 2 * sizeof(uint64_t) + a.len + b.len;
  if (bytes > sizeof local) input = acr__mem_alloc(bytes);
  put_prefixed(put_prefixed(input, a), b);
  crypto_shorthash_siphashx24(digest.bytes, input, bytes, key->bytes);
  if (input != local) free(input);
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

void acr__sign(acr__span secret, acr__span a, acr__span b, char out[65]) {
  crypto_auth_hmacsha256_state state;
  uint8_t mac[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret.ptr, secret.len);
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)a.ptr, a.len);
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)".", 1);
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)b.ptr, b.len);
  crypto_auth_hmacsha256_final(&state, mac);
  sodium_bin2hex(out, 65, mac, sizeof mac);
}
