// Points that a member holds back for a purchase to come, and what of spends was given back. Points under a hold have left
// their lots, so that they can neither be spent nor expire; the hold remembers the lots for giving them back.
#ifndef ACR_MEMBER_HOLDS_H
#define ACR_MEMBER_HOLDS_H
#include "base/digest.h"
#include "member/lots.h"

struct acr__hold {
  uint64_t seq;          // its record
  acr__digest reference; // what capture and release name
  acr__time until;       // by itself released then
  struct acr__lot *lots; // owned; `remaining` = held of that lot, in the order in which they were taken
  uint32_t count;
};

struct acr__given_back { // of a spend
  uint64_t seq;          // its record
  int64_t points;        // in all, smallest units
};

struct acr__holds {
  struct acr__hold *open;       // owned, oldest first
  struct acr__given_back *back; // owned
  uint32_t open_count, back_count;
};

void acr__holds_free(struct acr__holds *holds);
size_t acr__holds_bytes(const struct acr__holds *holds);
void acr__holds_open(struct acr__holds *holds, uint64_t seq, acr__digest reference, acr__time until);
bool acr__holds_add(struct acr__holds *holds, uint64_t seq, const struct acr__lot *lot); // false = no such hold
bool acr__holds_end(struct acr__holds *holds, uint64_t seq);                             // false = no such hold
const struct acr__hold *acr__holds_find(const struct acr__holds *holds, acr__digest reference);
int64_t acr__holds_points(const struct acr__holds *holds, int account); // held of an account
acr__time acr__holds_soonest(const struct acr__holds *holds);           // ACR_TIME_MAX = none
int64_t acr__holds_given_back(const struct acr__holds *holds, uint64_t seq);
void acr__holds_give_back(struct acr__holds *holds, uint64_t seq, int64_t points);
// Holds of another member, which are left empty; the open ones stand in the order of their records.
void acr__holds_merge(struct acr__holds *holds, struct acr__holds *others);
void acr__holds_encode(const struct acr__holds *holds, acr__buf *out);
bool acr__holds_decode(acr__cursor *cur, struct acr__holds *holds);
#endif
