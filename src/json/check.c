#include "json/check.h"
#include "json/utf8.h"

static bool value(acr__check *check);

// An array in the arena with room for one more; the old copy stays behind until the arena is reset.
static void *grown(acr__arena *arena, void *old, size_t count, size_t *cap, size_t first_cap, size_t size) {
  size_t more = *cap ? *cap * 2 : first_cap;
  void *fresh = acr__arena_alloc(arena, more * size);
  if (count) memcpy(fresh, old, count * size);
  *cap = more;
  return fresh;
}

static void note_newline(acr__check *check) {
  if (check->newline_count == check->newline_cap) {
    check->newlines = grown(check->arena, check->newlines, check->newline_count, &check->newline_cap, 64, sizeof *check->newlines);
  }
  check->newlines[check->newline_count++] = (uint32_t)(check->at - check->begin);
}

static void skip_space(acr__check *check) {
  for (; check->at < check->end; check->at++) {
    char c = *check->at;
    if (c == '\n')
      note_newline(check);
    else if (c != ' ' && c != '\t' && c != '\r')
      return;
  }
}

// Mostly there is none.
static inline void space(acr__check *check) {
  if (check->at < check->end && (unsigned char)*check->at <= ' ') skip_space(check);
}

static bool next_is(const acr__check *check, char c) {
  return check->at < check->end && *check->at == c;
}

static bool deeper(acr__check *check) {
  if (++check->depth <= check->depth_max) return true;
  return acr__check_fail(check, check->at, "json_depth", "found a value nested deeper than %d levels", check->depth_max);
}

static bool array(acr__check *check) {
  if (!deeper(check)) return false;
  check->at++;
  space(check);
  if (!next_is(check, ']')) {
    while (true) {
      if (!value(check)) return false;
      space(check);
      if (!next_is(check, ',')) break;
      check->at++;
      space(check);
    }
    if (!next_is(check, ']')) return acr__check_unexpected(check, "',' or ']'");
  }
  check->at++;
  check->depth--;
  return true;
}

static bool member(acr__check *check, size_t base) {
  const char *quote = check->at;
  bool escaped;
  if (!next_is(check, '"')) return acr__check_unexpected(check, "a key in double quotes");
  if (!acr__check_string(check, &escaped) || !acr__check_key(check, base, quote, escaped)) return false;
  space(check);
  if (!next_is(check, ':')) return acr__check_unexpected(check, "':' after the key");
  check->at++;
  space(check);
  return value(check);
}

static bool object(acr__check *check) {
  if (!deeper(check)) return false;
  size_t base = check->key_count;
  check->at++;
  space(check);
  if (!next_is(check, '}')) {
    while (true) {
      if (!member(check, base)) return false;
      space(check);
      if (!next_is(check, ',')) break;
      check->at++;
      space(check);
    }
    if (!next_is(check, '}')) return acr__check_unexpected(check, "',' or '}'");
    if (!acr__check_keys_end(check, base)) return false;
  }
  check->at++;
  check->depth--;
  return true;
}

static bool literal(acr__check *check, acr__span word) {
  if ((size_t)(check->end - check->at) < word.len || memcmp(check->at, word.ptr, word.len) != 0) {
    return acr__check_unexpected(check, "a value");
  }
  check->at += word.len;
  return true;
}

static bool value_at(acr__check *check) {
  bool escaped;
  switch (check->at < check->end ? *check->at : '\0') {
  case '"':
    return acr__check_string(check, &escaped);
  case '{':
    return object(check);
  case '[':
    return array(check);
  case 't':
    return literal(check, ACR__SPAN_LIT("true"));
  case 'f':
    return literal(check, ACR__SPAN_LIT("false"));
  case 'n':
    return literal(check, ACR__SPAN_LIT("null"));
  case '-':
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9':
    return acr__check_number(check);
  default:
    return acr__check_unexpected(check, "a value");
  }
}

static bool value(acr__check *check) {
  if (check->mark_count == check->mark_cap) {
    size_t guess = (size_t)(check->end - check->begin) / 8 + 8; // a receipt has a value every 10 bytes or so
    check->marks = grown(check->arena, check->marks, check->mark_count, &check->mark_cap, guess, sizeof *check->marks);
  }
  size_t number = check->mark_count++;
  uint32_t start = (uint32_t)(check->at - check->begin);
  if (!value_at(check)) return false;
  check->marks[number] = (acr__mark){start, (uint32_t)(check->at - check->begin)};
  return true;
}

bool acr__check_document(acr__check *check) {
  if (check->end - check->at >= 3 && memcmp(check->at, "\xEF\xBB\xBF", 3) == 0) {
    return acr__check_fail(check, check->at, "json_syntax", "found a byte order mark, wanted a value");
  }
  space(check);
  if (!value(check)) return false;
  space(check);
  if (check->at == check->end) return true;
  return acr__check_fail(check, check->at, *check->at ? "json_trailing" : "json_nul",
                         "found %s behind the value, wanted the end of the text", acr__check_found(check, check->at));
}
