#include "cli/tally.h"
#include "cli/rpc.h"
#include "daemon/faults.h"

enum { STATUS_WITHIN = 4096, ARENA_BYTES = 8192 };

static const char *const names[REPLY_STATUSES] = {"applied",  "duplicate", "refused",    "conflict",
                                                  "rejected", "parked",    "overloaded", "other"};

// A quote inside a string is escaped, so this text stands nowhere but at the member itself.
static acr__span after(acr__span reply, const char *member) {
  size_t within = reply.len < STATUS_WITHIN ? reply.len : STATUS_WITHIN;
  const char *found = memmem(reply.ptr, within, member, strlen(member));
  if (!found) return (acr__span){0};
  const char *value = found + strlen(member);
  const char *end = memchr(value, '"', (size_t)(reply.ptr + reply.len - value));
  return end ? (acr__span){value, (size_t)(end - value)} : (acr__span){0};
}

reply_status acr__tally_status(acr__span reply) {
  acr__span word = after(reply, "\"status\":\"");
  for (int i = 0; i < REPLY_OTHER; i++) {
    if (acr__span_is(word, names[i])) return (reply_status)i;
  }
  return REPLY_OTHER;
}

static void copy(char *to, size_t cap, acr__span text) {
  if (text.len >= cap) text.len = cap - 1;
  if (text.len) memcpy(to, text.ptr, text.len);
  to[text.len] = 0;
}

void acr__tally_code(acr__span reply, char code[TALLY_CODE_BYTES]) {
  copy(code, TALLY_CODE_BYTES, after(reply, "\"code\":\""));
}

static void first_example(struct tally_code *code, acr__span reply, const char *file, unsigned long long line) {
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(arena, reply, NULL, &fault);
  const acr__node *error = json ? acr__node_get(acr__json_root(json), "error") : NULL;
  copy(code->message, sizeof code->message, acr__node_word(error, "message"));
  copy(code->path, sizeof code->path, acr__node_word(error, "path"));
  code->file = file;
  code->line = line;
  acr__arena_free(arena);
}

void acr__tally_add(struct tally *tally, reply_status status, acr__span reply, const char *file, unsigned long long line) {
  tally->total++;
  tally->statuses[status]++;
  if (status == REPLY_APPLIED || status == REPLY_DUPLICATE) return;
  acr__span word = after(reply, "\"code\":\"");
  if (!word.len) word = acr__span_of(status == REPLY_OTHER ? "request" : names[status]);
  if (word.len >= TALLY_CODE_BYTES) word.len = TALLY_CODE_BYTES - 1;
  struct tally_code *code = tally->codes;
  for (int i = 0; i < tally->code_count; i++, code++) {
    if (code->status != status || !acr__span_is(word, code->code)) continue;
    code->count++;
    return;
  }
  if (tally->code_count == TALLY_CODES_MAX) return; // the statuses still count it
  tally->code_count++;
  copy(code->code, sizeof code->code, word);
  code->status = status;
  code->count = 1;
  first_example(code, reply, file, line);
}

static bool allowed(const struct tally_code *code, const struct arg_list *allow) {
  for (int i = 0; i < allow->count; i++) {
    for (const char *at = allow->texts[i]; *at;) {
      size_t len = strcspn(at, ",");
      if (acr__span_is((acr__span){at, len}, code->code)) return true;
      at += len + (at[len] == ',');
    }
  }
  return false;
}

bool acr__tally_bad(const struct tally *tally, const struct arg_list *allow) {
  unsigned long long good = 0;
  for (int i = 0; i < tally->code_count; i++) {
    const struct tally_code *code = &tally->codes[i];
    bool counts = code->status == REPLY_REJECTED || code->status == REPLY_PARKED || code->status == REPLY_CONFLICT;
    if (counts && allowed(code, allow)) good += code->count;
  }
  return tally->statuses[REPLY_REJECTED] + tally->statuses[REPLY_PARKED] + tally->statuses[REPLY_CONFLICT] > good;
}

char *acr__grouped(unsigned long long number, char *buf) {
  char digits[24];
  int len = snprintf(digits, sizeof digits, "%llu", number), at = 0;
  for (int i = 0; i < len; i++) {
    if (i && (len - i) % 3 == 0) buf[at++] = ',';
    buf[at++] = digits[i];
  }
  buf[at] = 0;
  return buf;
}

void acr__tally_print(const struct tally *tally, const struct arg_list *allow, FILE *out) {
  char number[32];
  for (int i = 0; i < REPLY_STATUSES; i++) {
    if (!tally->statuses[i]) continue;
    fprintf(out, "  %-12s%15s\n", names[i], acr__grouped(tally->statuses[i], number));
    for (int k = 0; k < tally->code_count; k++) {
      const struct tally_code *code = &tally->codes[k];
      if ((int)code->status != i) continue;
      fprintf(out, "    %-24s %s%s; the first: %s line %llu: ", code->code, acr__grouped(code->count, number),
              allowed(code, allow) ? " (allowed)" : "", code->file, code->line);
      acr__text_print(out, acr__span_of(code->message));
      if (code->path[0]) fputs(" (", out);
      acr__text_print(out, acr__span_of(code->path));
      fputs(code->path[0] ? ")\n" : "\n", out);
    }
  }
}

void acr__tally_write(const struct tally *tally, acr__writer *w) {
  acr__write_key(w, "statuses");
  acr__write_object(w);
  for (int i = 0; i < REPLY_STATUSES; i++) {
    acr__write_key(w, names[i]);
    acr__write_int(w, (int64_t)tally->statuses[i]);
  }
  acr__write_object_end(w);
  acr__write_key(w, "codes");
  acr__write_array(w);
  for (int i = 0; i < tally->code_count; i++) {
    const struct tally_code *code = &tally->codes[i];
    acr__write_object(w);
    acr__write_key(w, "status");
    acr__write_text(w, names[code->status]);
    acr__write_key(w, "code");
    acr__write_text(w, code->code);
    acr__write_key(w, "count");
    acr__write_int(w, (int64_t)code->count);
    acr__write_key(w, "file");
    acr__write_text(w, code->file);
    acr__write_key(w, "line");
    acr__write_int(w, (int64_t)code->line);
    acr__write_key(w, "message");
    acr__write_text(w, code->message);
    acr__write_key(w, "path");
    acr__write_text(w, code->path);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

void acr__tally_json(const struct tally *tally, double seconds, FILE *out) {
  acr__buf text = {0};
  acr__writer w = {.out = &text};
  acr__write_object(&w);
  acr__write_key(&w, "events");
  acr__write_int(&w, (int64_t)tally->total);
  acr__write_key(&w, "milliseconds");
  acr__write_int(&w, (int64_t)(seconds * 1000));
  acr__tally_write(tally, &w);
  acr__write_object_end(&w);
  acr__buf_u8(&text, '\n');
  fwrite(text.ptr, 1, text.len, out);
  acr__buf_free(&text);
}
