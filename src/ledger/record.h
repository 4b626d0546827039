// How the bytes of a record lie, for the stores: they walk over records without decoding them.
//
//   0  u32 payload length   0 once the payload was erased; its bytes stay, as zeros, so that no record moves
//   4  hash[32]             of the previous record's hash and everything from 36 to the end of the decision
//  36  u32 length           of the whole record
//  40  kind, flags, seq, prev, member, release, time, ledger_time, recorded_at, id and content digest
// 122  u32 decision length, then the decision, then the payload
#ifndef ACR_LEDGER_RECORD_H
#define ACR_LEDGER_RECORD_H
#include "ledger/ledger.h"

enum {
  ACR_RECORD_AT_HASH = 4,
  ACR_RECORD_AT_LENGTH = 36,
  ACR_RECORD_AT_KIND = 40,
  ACR_RECORD_AT_FLAGS = 41,
  ACR_RECORD_AT_SEQ = 42,
  ACR_RECORD_AT_PREV = 50,
  ACR_RECORD_AT_MEMBER = 58,
  ACR_RECORD_AT_RELEASE = 62,
  ACR_RECORD_AT_TIME = 66,
  ACR_RECORD_AT_LEDGER_TIME = 74,
  ACR_RECORD_AT_RECORDED = 82,
  ACR_RECORD_AT_ID = 90,
  ACR_RECORD_AT_CONTENT = 106,
  ACR_RECORD_AT_DECISION_LENGTH = 122,
  ACR_RECORD_FIXED = 126,
};

// Of a record whose fixed part is there.
uint64_t acr__record_seq(const uint8_t *bytes);
int64_t acr__record_recorded_at(const uint8_t *bytes);
acr__hash acr__record_hash(const uint8_t *bytes);
// Length of the record at `bytes` when all of it is there and its length can be right, else 0.
size_t acr__record_whole(const uint8_t *bytes, size_t len);
// True when stepping over whole records from `bytes` arrives exactly at `offset` and a whole record begins there.
bool acr__record_begins(const uint8_t *bytes, size_t len, size_t offset);
#endif
