#include "script/web_hook.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/limits.h"
#include "json/json.h"
#include <string.h>
#include <strings.h>

static const char *const hole_texts[ACR_HOLE_KINDS] = {
#define ACR_HOLE_TEXT(name, text) text,
    ACR_HOLE_MAP(ACR_HOLE_TEXT)
#undef ACR_HOLE_TEXT
};

char *acr__url_fault(acr__arena *arena, acr__span url) {
  size_t scheme = 0;
  if (url.len > 7 && strncasecmp(url.ptr, "http://", 7) == 0) scheme = 7;
  if (url.len > 8 && strncasecmp(url.ptr, "https://", 8) == 0) scheme = 8;
  if (url.len > ACR_WEBHOOK_URL_BYTES_MAX)
    return acr__arena_printf(arena, "the url has %zu bytes; wanted at most %u", url.len, ACR_WEBHOOK_URL_BYTES_MAX);
  for (size_t i = 0; i < url.len; i++)
    if ((unsigned char)url.ptr[i] <= 0x20 || (unsigned char)url.ptr[i] >= 0x7F)
      return acr__arena_printf(arena, "the url has a blank, a control or a letter that is not ASCII at byte %zu; write it as %%XX",
                               i + 1);
  if (!scheme)
    return acr__arena_printf(arena, "the url is \"%.*s\"; wanted http:// or https:// and a host", url.len > 80 ? 80 : (int)url.len,
                             url.len ? url.ptr : "");
  acr__span rest = {url.ptr + scheme, url.len - scheme};
  size_t host = 0;
  while (host < rest.len && !strchr("/?#", rest.ptr[host]))
    host++;
  const char *login = host ? memrchr(rest.ptr, '@', host) : NULL;
  size_t begin = login ? (size_t)(login - rest.ptr) + 1 : 0;
  if (begin == host || rest.ptr[begin] == ':')
    return acr__arena_printf(arena, "the url names no host; wanted as \"https://example.com/hook\"");
  return NULL;
}

static void recognize(struct acr__hole *hole) {
  hole->kind = ACR_HOLE_KINDS;
  for (int kind = 0; kind < ACR_HOLE_KINDS; kind++) {
    acr__span known = acr__span_of(hole_texts[kind]);
    bool open = known.ptr[known.len - 1] == '.';
    bool begins = hole->text.len >= known.len && memcmp(hole->text.ptr, known.ptr, known.len) == 0;
    if (!begins || open != (hole->text.len > known.len)) continue;
    hole->kind = (acr__hole_kind)kind;
    hole->name = (acr__span){hole->text.ptr + known.len, hole->text.len - known.len};
  }
}

// A brace with a small letter behind it is never JSON outside of strings, so it opens a hole.
bool acr__hole_next(struct acr__hole_walk *walk, struct acr__hole *out) {
  acr__span text = walk->text;
  for (size_t i = walk->at; i < text.len; i++) {
    char c = text.ptr[i];
    if (c == '\\' && walk->quoted) i++;
    if (c == '"') walk->quoted = !walk->quoted;
    if (c != '{' || i + 1 >= text.len || text.ptr[i + 1] < 'a' || text.ptr[i + 1] > 'z') continue;
    const char *end = memchr(text.ptr + i, '}', text.len - i);
    size_t len = end ? (size_t)(end - text.ptr) - i : text.len - i;
    *out = (struct acr__hole){.text = {text.ptr + i + 1, len - 1}, .at = i, .end = i + len + (end != NULL), .quoted = walk->quoted};
    recognize(out);
    if (!end) out->kind = ACR_HOLE_KINDS;
    walk->at = out->end;
    return true;
  }
  walk->at = text.len;
  return false;
}

static char *unknown(acr__arena *arena, const struct acr__hole *hole) {
  acr__span names[ACR_HOLE_KINDS];
  for (int i = 0; i < ACR_HOLE_KINDS; i++)
    names[i] = acr__span_of(hole_texts[i]);
  int shown = hole->text.len > 80 ? 80 : (int)hole->text.len;
  acr__span near = acr__nearest(hole->text, names, ACR_HOLE_KINDS);
  if (near.len)
    return acr__arena_printf(arena, "the body has {%.*s}, which is nothing that it can show; the nearest is {%.*s}", shown, hole->text.ptr,
                             (int)near.len, near.ptr);
  return acr__arena_printf(arena,
                           "the body has {%.*s}, which is nothing that it can show; wanted as {event.id}, {data.FIELD}, {member.id}, "
                           "{balance.ACCOUNT}",
                           shown, hole->text.ptr);
}

char *acr__web_hook_template_fault(acr__arena *arena, acr__span text) {
  struct acr__hole_walk walk = {.text = text};
  struct acr__hole hole;
  struct acr__json_fault fault;
  acr__buf filled = {0};
  size_t at = 0;
  if (text.len > ACR_WEBHOOK_BODY_BYTES_MAX)
    return acr__arena_printf(arena, "the body has %zu bytes; wanted at most %u", text.len, ACR_WEBHOOK_BODY_BYTES_MAX);
  while (acr__hole_next(&walk, &hole)) {
    if (hole.kind == ACR_HOLE_KINDS) {
      acr__buf_free(&filled);
      return unknown(arena, &hole);
    }
    acr__buf_put(&filled, text.ptr + at, hole.at - at);
    if (!hole.quoted) acr__buf_u8(&filled, '0');
    at = hole.end;
  }
  acr__buf_put(&filled, text.ptr + at, text.len - at);
  bool good = acr__json_parse(arena, (acr__span){(const char *)filled.ptr, filled.len}, NULL, &fault) != NULL;
  acr__buf_free(&filled);
  return good ? NULL : acr__arena_printf(arena, "the body is no JSON once its {holes} are filled: %s", fault.message);
}

struct names {
  acr__span names[64];
  int count;
};

static void note_name(acr__span key, void *value, void *arg) {
  struct names *all = arg;
  (void)value;
  if (all->count < 64) all->names[all->count++] = key;
}

char *acr__web_hook_account_fault(acr__arena *arena, acr__span text, const acr__table *accounts) {
  struct acr__hole_walk walk = {.text = text};
  struct acr__hole hole;
  struct names all = {.count = 0};
  if (acr__table_count(accounts) == 0) return NULL;
  while (acr__hole_next(&walk, &hole)) {
    if (hole.kind != ACR_HOLE_BALANCE || acr__table_get(accounts, hole.name)) continue;
    acr__table_each(accounts, note_name, &all);
    acr__span near = acr__nearest(hole.name, all.names, all.count);
    return acr__arena_printf(arena, "the body has {%.*s}, but the program has no such account%s%.*s", (int)hole.text.len, hole.text.ptr,
                             near.len ? "; the nearest is " : "", (int)near.len, near.ptr ? near.ptr : "");
  }
  return NULL;
}
