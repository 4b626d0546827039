#include "ledger/ops.h"
#include "ledger/ops_pick.h"
#include "base/mem.h"
#include <endian.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  uint8_t ints;
  uint8_t text; // 2 = in the payload
} shapes[] = {
#define ACR_OP_SHAPE(name, ints, text) {#name, ints, text},
    ACR_OP_MAP(ACR_OP_SHAPE)
#undef ACR_OP_SHAPE
};

const char *acr__op_name(acr__op_kind kind) {
  return shapes[kind].name;
}

const char *acr__level_cause_name(int64_t cause) {
  static const char *const names[] = {
#define ACR_LEVEL_CAUSE_NAME(name, text) text,
      ACR_LEVEL_CAUSE_MAP(ACR_LEVEL_CAUSE_NAME)
#undef ACR_LEVEL_CAUSE_NAME
  };
  return cause >= 0 && cause < ACR_LEVEL_CAUSES ? names[cause] : "unknown";
}

const char *acr__reason_name(int64_t reason) {
  static const char *const names[] = {
#define ACR_REASON_NAME(name, text) text,
      ACR_REASON_MAP(ACR_REASON_NAME)
#undef ACR_REASON_NAME
  };
  return reason >= 0 && reason < ACR_REASONS ? names[reason] : "unknown";
}

bool acr__op_posting(const struct acr__op *op, struct acr__posting *out) {
  const int64_t *v = op->v;
  switch (op->kind) {
  case ACR_OP_CREDIT:
    *out = (struct acr__posting){
        v[ACR_CREDIT_ACCOUNT], v[ACR_CREDIT_SOURCE], v[ACR_CREDIT_POINTS], true, v[ACR_CREDIT_AFTER], (acr__reason)v[ACR_CREDIT_REASON],
        v[ACR_CREDIT_EARNED]};
    return true;
  case ACR_OP_DEBIT:
  case ACR_OP_RESTORE:
    *out = (struct acr__posting){v[ACR_DEBIT_ACCOUNT],
                                 v[ACR_DEBIT_SINK],
                                 op->kind == ACR_OP_DEBIT ? -v[ACR_DEBIT_POINTS] : v[ACR_DEBIT_POINTS],
                                 true,
                                 v[ACR_DEBIT_AFTER],
                                 (acr__reason)v[ACR_DEBIT_REASON],
                                 v[ACR_DEBIT_TIME]};
    return true;
  case ACR_OP_CAPTURE:
    *out = (struct acr__posting){v[ACR_CAPTURE_ACCOUNT], v[ACR_CAPTURE_SINK], -v[ACR_CAPTURE_POINTS], false, 0,
                                 ACR_REASON_SPEND,       v[ACR_CAPTURE_TIME]};
    return true;
  case ACR_OP_MERGE_OUT:
  case ACR_OP_MERGE_IN: {
    int64_t points = v[ACR_MERGE_LOTS] + v[ACR_MERGE_DEBT];
    *out = (struct acr__posting){v[ACR_MERGE_ACCOUNT], v[ACR_MERGE_NAME],  op->kind == ACR_OP_MERGE_IN ? points : -points, true,
                                 v[ACR_MERGE_AFTER],   ACR_REASON_MERGE, v[ACR_MERGE_TIME]};
    return points != 0;
  }
  default:
    return false;
  }
}

struct acr__op *acr__ops_add(struct acr__ops *ops, acr__op_kind kind) {
  if (ops->count == ops->cap) {
    ops->cap = ops->cap ? ops->cap * 2 : 32;
    ops->all = acr__mem_resize(ops->all, (size_t)ops->cap * sizeof *ops->all);
  }
  struct acr__op *op = &ops->all[ops->count++];
  memset(op, 0, sizeof *op);
  op->kind = kind;
  return op;
}

void acr__ops_free(struct acr__ops *ops) {
  free(ops->all);
  *ops = (struct acr__ops){0};
}

// As acr__buf_vari, into space that is there, eight bytes of it beyond what is written: every event writes some hundred of these.
static inline uint8_t *put_vari(uint8_t *at, int64_t value) {
  uint64_t rest = (uint64_t)value << 1 ^ -(uint64_t)(value < 0);
  if (rest < 0x80) {
    *at = (uint8_t)rest;
    return at + 1;
  }
  if (rest < 0x4000) {
    at[0] = (uint8_t)(rest | 0x80);
    at[1] = (uint8_t)(rest >> 7);
    return at + 2;
  }
  if (rest >> 56 == 0) { // seven bits to a byte, all at once
    unsigned bytes = (70 - (unsigned)__builtin_clzll(rest)) / 7;
    rest = (rest & 0x000000000fffffffu) | (rest & 0x00fffffff0000000u) << 4;
    rest = (rest & 0x00003fff00003fffu) | (rest & 0x0fffc0000fffc000u) << 2;
    rest = (rest & 0x007f007f007f007fu) | (rest & 0x3f803f803f803f80u) << 1;
    rest |= 0x8080808080808080u >> (72 - 8 * bytes); // all but the last go on
    rest = htole64(rest);
    memcpy(at, &rest, sizeof rest);
    return at + bytes;
  }
  for (; rest >= 0x80; rest >>= 7)
    *at++ = (uint8_t)(rest | 0x80);
  *at++ = (uint8_t)rest;
  return at;
}

void acr__ops_encode(const struct acr__ops *ops, acr__buf *out, acr__buf *texts) {
  enum { VARI_BYTES_MAX = 10 };
  for (int i = 0; i < ops->count; i++) {
    const struct acr__op *op = &ops->all[i];
    acr__buf_reserve(out, 1 + ACR_OP_INTS * VARI_BYTES_MAX + sizeof(uint64_t));
    uint8_t *at = out->ptr + out->len;
    *at++ = (uint8_t)op->kind;
    for (int k = 0; k < shapes[op->kind].ints; k++)
      at = put_vari(at, op->v[k]);
    out->len = (size_t)(at - out->ptr);
    if (shapes[op->kind].text) acr__buf_span(shapes[op->kind].text == 2 ? texts : out, op->text);
  }
}

// Most numbers of a decision are small, and whoever reads a log reads a hundred for each event.
static inline int64_t get_vari(acr__cursor *cur) {
  if (cur->ptr >= cur->end || *cur->ptr >= 0x80) return acr__get_vari(cur);
  int64_t coded = *cur->ptr++;
  return coded & 1 ? ~(coded >> 1) : coded >> 1;
}

bool acr__op_read(acr__cursor *cur, struct acr__op *out) {
  if (cur->bad || cur->ptr >= cur->end) return false;
  uint8_t kind = *cur->ptr++;
  if (kind >= ACR_OP_KINDS) {
    cur->bad = true;
    return false;
  }
  out->kind = (acr__op_kind)kind;
  out->text = (acr__span){NULL, 0};
  for (int k = 0; k < shapes[kind].ints; k++)
    out->v[k] = get_vari(cur);
  if (shapes[kind].text == 1) out->text = acr__get_span(cur);
  return !cur->bad;
}

// false = an integer without an end. Eight bytes at once: the last byte of an integer has its high bit clear.
static bool skip_integers(acr__cursor *cur, int count) {
  const uint8_t *at = cur->ptr, *end = cur->end;
  while (count && end - at >= 8) {
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    uint64_t last = ~le64toh(bytes) & 0x8080808080808080u;
    int there = (int)((last >> 7) * 0x0101010101010101u >> 56);
    if (there <= count) {
      at += 8;
      count -= there;
      if (count == 0) at -= __builtin_clzll(last) / 8; // what stands behind the last one is none of it
      continue;
    }
    while (--count)
      last &= last - 1;
    at += __builtin_ctzll(last) / 8 + 1;
  }
  for (; count; count--) {
    while (at < end && *at & 0x80)
      at++;
    if (at++ >= end) return false;
  }
  cur->ptr = at;
  return true;
}

bool acr__op_pick(acr__cursor *cur, const bool wanted[ACR_OP_KINDS], struct acr__op *out) {
  while (!cur->bad && cur->ptr < cur->end) {
    uint8_t kind = *cur->ptr;
    if (kind >= ACR_OP_KINDS || wanted[kind]) return acr__op_read(cur, out);
    cur->ptr++;
    cur->bad = !skip_integers(cur, shapes[kind].ints);
    if (!cur->bad && shapes[kind].text == 1) acr__get_span(cur);
  }
  return false;
}

bool acr__op_next(struct acr__op_walk *walk, struct acr__op *out) {
  if (!acr__op_read(&walk->ops, out)) return false;
  if (shapes[out->kind].text == 2 && walk->texts.ptr < walk->texts.end) out->text = acr__get_span(&walk->texts);
  walk->ops.bad |= walk->texts.bad;
  return !walk->ops.bad;
}

bool acr__ops_decode(struct acr__op_walk walk, struct acr__ops *ops) {
  struct acr__op op = {0};
  while (acr__op_next(&walk, &op))
    *acr__ops_add(ops, op.kind) = op;
  return !walk.ops.bad;
}
