// Titles with their variables filled in, and constraints put behind.
#include "program/sentence.h"
#include "base/decimal.h"

struct saying {
  struct acr__compile *ctx;
  const struct acr__vars *vars;
  acr__buf out;
  bool gap;    // something was left out where we are
  bool framed; // a timeframe was said
};

// ---- Text

static char last_of(const struct saying *s) {
  return s->out.len ? (char)s->out.ptr[s->out.len - 1] : ' ';
}

static bool is_pause(char c) {
  return c == ',' || c == ';' || c == ':' || c == '.';
}

// One character of the title: what stood around a gap closes up, and of two pauses the first stays, but for a full stop.
static void put_char(struct saying *s, char c) {
  if (s->gap && c == ' ' && last_of(s) == ' ') return;
  if (s->gap && is_pause(c)) {
    if (s->out.len == 0) return;
    if (last_of(s) == ' ') s->out.len--;
    if (is_pause(last_of(s)) && c != '.') return;
    if (is_pause(last_of(s))) s->out.len--;
  }
  if (c != ' ' && !is_pause(c)) s->gap = false;
  acr__buf_u8(&s->out, (uint8_t)c);
}

static acr__span finish(struct saying *s) {
  while (s->gap && s->out.len && (last_of(s) == ' ' || (is_pause(last_of(s)) && last_of(s) != '.')))
    s->out.len--;
  acr__span text = acr__arena_span(s->ctx->arena, (acr__span){(const char *)s->out.ptr, s->out.len});
  acr__buf_free(&s->out);
  return text;
}

// ---- Placeholders

// What stands between an opening character at text[0] and its closing one; false when it never closes.
static bool enclosed(acr__span text, char close, acr__span *inside) {
  const char *end = text.len > 1 ? memchr(text.ptr + 1, close, text.len - 1) : NULL;
  if (!end) return false;
  *inside = (acr__span){text.ptr + 1, (size_t)(end - text.ptr) - 1};
  return true;
}

// Takes the part of `rest` before the next | that stands in no braces; false at the end.
static bool next_part(acr__span *rest, acr__span *part) {
  if (!rest->ptr) return false;
  int depth = 0;
  for (size_t i = 0; i < rest->len; i++) {
    depth += (rest->ptr[i] == '{') - (rest->ptr[i] == '}');
    if (rest->ptr[i] != '|' || depth) continue;
    *part = (acr__span){rest->ptr, i};
    *rest = (acr__span){rest->ptr + i + 1, rest->len - i - 1};
    return true;
  }
  *part = *rest;
  *rest = (acr__span){0};
  return true;
}

static int find_var(const struct acr__component *component, acr__span name) {
  for (int i = 0; i < component->var_count; i++) {
    if (acr__span_eq(component->vars[i].name, name)) return i;
  }
  return -1;
}

// The variable of a placeholder's inside, and its two words when it has them.
static int placeholder(const struct saying *s, acr__span inside, acr__span words[2]) {
  acr__span name;
  next_part(&inside, &name);
  for (int i = 0; i < 2; i++) {
    words[i] = (acr__span){0};
    if (inside.ptr) next_part(&inside, &words[i]);
  }
  return find_var(s->vars->component, name);
}

static bool said(const struct saying *s, int var) {
  return var >= 0 && acr__value_said(&s->vars->component->vars[var], &s->vars->values[var]);
}

// A boolean with words is said even where it is false; without words only the placeholder's presence counts.
static bool complete(const struct saying *s, acr__span part) {
  for (size_t i = 0; i < part.len; i++) {
    acr__span inside, words[2];
    if (part.ptr[i] != '{' || !enclosed((acr__span){part.ptr + i, part.len - i}, '}', &inside)) continue;
    if (!said(s, placeholder(s, inside, words))) return false;
  }
  return true;
}

static void put_placeholder(struct saying *s, acr__span inside) {
  acr__span words[2];
  int var = placeholder(s, inside, words);
  if (!said(s, var)) {
    s->gap = true;
    return;
  }
  const struct acr__var *declared = &s->vars->component->vars[var];
  s->gap = false;
  if (declared->type == ACR_VAR_TIMEFRAME) s->framed = true;
  bool number = acr__var_is_numeric(declared->type);
  if (number || declared->type != ACR_VAR_BOOLEAN || !words[0].ptr) acr__value_say(s->vars, var, &s->out);
  if (!words[0].ptr || (!number && declared->type != ACR_VAR_BOOLEAN)) return;
  if (number) acr__buf_u8(&s->out, ' ');
  bool first = number ? s->vars->values[var].i == acr__pow10(s->vars->scales[var]) : s->vars->values[var].i != 0;
  acr__span word = first ? words[0] : words[1];
  s->gap = word.len == 0;
  acr__buf_put(&s->out, word.ptr, word.len);
}

static void put_part(struct saying *s, acr__span part) {
  for (size_t i = 0; i < part.len; i++) {
    acr__span inside, rest = {part.ptr + i, part.len - i};
    if (part.ptr[i] == '{' && enclosed(rest, '}', &inside)) {
      put_placeholder(s, inside);
      i += inside.len + 1;
    } else {
      put_char(s, part.ptr[i]);
    }
  }
}

static void put_title(struct saying *s, acr__span title) {
  for (size_t i = 0; i < title.len;) {
    acr__span choices, part, rest = {title.ptr + i, title.len - i};
    if (title.ptr[i] != '[' || !enclosed(rest, ']', &choices)) {
      size_t plain = 1;
      while (plain < rest.len && rest.ptr[plain] != '[')
        plain++;
      put_part(s, (acr__span){rest.ptr, plain});
      i += plain;
      continue;
    }
    i += choices.len + 2;
    bool found = false;
    while (!found && next_part(&choices, &part))
      found = complete(s, part);
    if (found)
      put_part(s, part);
    else
      s->gap = true;
  }
}

acr__span acr__sentence(struct acr__compile *ctx, const struct acr__vars *vars, const acr__timeframe *frame) {
  struct saying s = {.ctx = ctx, .vars = vars};
  put_title(&s, vars->component->title);
  if (frame && !s.framed && !acr__frame_is_lifetime(frame)) {
    put_char(&s, ' ');
    s.gap = false;
    acr__frame_say(frame, &s.out);
  }
  return finish(&s);
}

// ---- Constraints

static bool is_clause(acr__span text) {
  return text.len > 0 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z';
}

// The first letter goes small, but not that of "SKU".
static void put_clause(acr__buf *out, acr__span text) {
  bool word = text.len < 2 || text.ptr[1] == ' ' || (text.ptr[1] >= 'a' && text.ptr[1] <= 'z');
  acr__buf_u8(out, (uint8_t)(word ? text.ptr[0] - 'A' + 'a' : text.ptr[0]));
  acr__buf_put(out, text.ptr + 1, text.len - 1);
}

acr__span acr__sentence_narrowed(struct acr__compile *ctx, acr__span sentence, const struct acr__held *held, int count) {
  if (count == 0) return sentence;
  acr__buf out = {0};
  acr__buf_put(&out, sentence.ptr, sentence.len);
  for (int i = 0; i < count; i++) {
    if (is_clause(held[i].sentence) || held[i].sentence.len == 0) continue;
    if (out.len) acr__buf_u8(&out, ' ');
    acr__buf_put(&out, held[i].sentence.ptr, held[i].sentence.len);
  }
  const char *word = "where";
  for (int i = 0; i < count; i++) {
    if (!is_clause(held[i].sentence)) continue;
    acr__buf_printf(&out, "%s%s ", out.len ? " " : "", word);
    put_clause(&out, held[i].sentence);
    word = "and";
  }
  acr__span text = acr__arena_span(ctx->arena, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
  return text;
}

// ---- Base earning

acr__span acr__sentence_earn(struct acr__compile *ctx, const struct acr__earn *earn, const struct acr__held *held, int count) {
  const struct acr__plan *plan = ctx->plan;
  if (earn->account < 0 || earn->source < 0) return (acr__span){0};
  const char *basis = acr__basis_words[earn->basis];
  char points[32], per[32], hurdle[32];
  acr__decimal_format(earn->rate.rate, earn->rate.rate_scale, points);
  acr__decimal_format(earn->rate.per, plan->currency_scale, per);
  acr__decimal_format(earn->rate.hurdle, plan->currency_scale, hurdle);
  acr__span account = plan->accounts[earn->account].name, source = plan->sources[earn->source].name;
  const char *from = earn->rate.hurdle ? acr__arena_printf(ctx->arena, " from %s on", hurdle) : "";
  const char *text =
      acr__arena_printf(ctx->arena, "%s point%s per %s of the %s%s%s into %s from %s", points, strcmp(points, "1") == 0 ? "" : "s", per,
                        basis, earn->basis == ACR_BASIS_NET ? " amount" : "", from, acr__quote(ctx, account), acr__quote(ctx, source));
  return acr__sentence_narrowed(ctx, acr__span_of(text), held, count);
}
