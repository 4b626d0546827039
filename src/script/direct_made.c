// Tables and effects of functions that are followed without Lua, and the functions of the host that these call.
#include "script/direct.h"
#include "script/path.h"

bool acr__made_table(struct acr__made *made, struct acr__plain *out) {
  if (made->count == ACR_MADE_TABLES) return false;
  made->tables[made->count].fields = made->tables[made->count].entries = 0;
  *out = (struct acr__plain){.tag = ACR_PLAIN_MADE, .i = made->count++};
  return true;
}

// In a constructor each name stands once; written twice it is left to Lua.
bool acr__made_set(struct acr__made *made, const struct acr__plain *table, acr__span name, const struct acr__plain *value) {
  struct acr__made_table *t = &made->tables[table->i];
  if (!name.ptr || value->tag == ACR_PLAIN_OTHER || t->fields == ACR_MADE_FIELDS) return false;
  for (int i = 0; i < t->fields; i++)
    if (t->field[i].name.ptr == name.ptr || acr__span_eq(t->field[i].name, name)) return false;
  if (value->tag != ACR_PLAIN_NIL) t->field[t->fields++] = (struct acr__made_field){name, *value};
  return true;
}

bool acr__made_append(struct acr__made *made, const struct acr__plain *table, const struct acr__plain *values, int count) {
  struct acr__made_table *t = &made->tables[table->i];
  if (t->entries || count > ACR_MADE_ENTRIES) return false;
  for (int i = 0; i < count; i++)
    t->entry[i] = values[i];
  t->entries = count;
  return true;
}

acr__native acr__native_of(lua_State *L) {
  lua_CFunction function = lua_tocfunction(L, -1);
  if (function == acr__accrue_number) return ACR_NATIVE_NUMBER;
  if (function == acr__accrue_points_per) return ACR_NATIVE_POINTS_PER;
  switch (acr__effect_made_by(L)) {
  case ACR_EFFECT_AWARD:
    return ACR_NATIVE_AWARD;
  case ACR_EFFECT_DEDUCT:
    return ACR_NATIVE_DEDUCT;
  case ACR_EFFECT_SPEND:
    return ACR_NATIVE_SPEND;
  default:
    return ACR_NATIVES;
  }
}

// number(fact, path, decimals) of a path that the fact's type has.
static bool number(const acr__script *script, const struct acr__plain *arguments, int count, struct acr__plain *out, uint64_t *charged) {
  const struct acr__fact *fact = script->fact;
  struct acr__path path;
  int64_t value;
  bool nil;
  if (count != 3 || arguments[0].tag != ACR_PLAIN_FACT || arguments[1].tag != ACR_PLAIN_TEXT || arguments[2].tag != ACR_PLAIN_INTEGER)
    return false;
  if (!fact->event || arguments[2].i < 0 || arguments[2].i > ACR_NUMBER_PLACES_MAX) return false;
  acr__span text = {arguments[1].text, arguments[1].len};
  if (!acr__path_find(text, fact->schema, fact->currency_scale, &path) || path.points) return false;
  *charged += (uint64_t)fact->event->item_count;
  if (!acr__path_value(&path, fact, &value, &nil)) return false;
  *out = (struct acr__plain){.tag = ACR_PLAIN_NIL};
  if (nil) return true;
  out->tag = ACR_PLAIN_INTEGER;
  return acr__scale(value, acr__pow10((int)arguments[2].i), acr__pow10(path.scale), ACR_ROUND_DOWN, &out->i);
}

static bool option(const acr__script *script, const struct acr__made_field *field, struct acr__points_per *rule) {
  const struct acr__plain *value = &field->value;
  acr__span text = {value->text, value->len};
  if (acr__span_is(field->name, "precision")) {
    rule->precision = (int)value->i;
    return value->tag == ACR_PLAIN_INTEGER && value->i >= 0 && value->i <= 6;
  }
  if (acr__span_is(field->name, "hurdle")) {
    rule->hurdle = value->i;
    return value->tag == ACR_PLAIN_INTEGER;
  }
  if (value->tag != ACR_PLAIN_TEXT) return false;
  if (acr__span_is(field->name, "rounding")) return acr__rounding_find(text, &rule->rounding);
  return acr__span_is(field->name, "account") && acr__points_per_account(script, text, rule);
}

static bool points_per(const acr__script *script, const struct acr__made *made, const struct acr__plain *arguments, int count,
                       struct acr__plain *out, uint64_t *charged) {
  struct acr__points_per rule = ACR_POINTS_PER_DEFAULT;
  if (count < 3 || count > 4 || (count == 4 && arguments[3].tag != ACR_PLAIN_MADE)) return false;
  for (int i = 0; i < 3; i++)
    if (arguments[i].tag != ACR_PLAIN_INTEGER) return false;
  const struct acr__made_table *options = count == 4 ? &made->tables[arguments[3].i] : NULL;
  if (options && options->entries) return false;
  for (int i = 0; options && i < options->fields; i++)
    if (!option(script, &options->field[i], &rule)) return false;
  rule.rate = arguments[1].i;
  rule.per = arguments[2].i;
  *charged += ACR_POINTS_PER_COST;
  out->tag = ACR_PLAIN_INTEGER;
  return rule.per > 0 && acr__points_per(arguments[0].i, &rule, &out->i);
}

bool acr__native_call(acr__script *script, const struct acr__made *made, acr__native native, const struct acr__plain *arguments, int count,
                      struct acr__plain *out, int *given, uint64_t *charged) {
  static const acr__effect_kind kinds[] = {
      [ACR_NATIVE_AWARD] = ACR_EFFECT_AWARD, [ACR_NATIVE_DEDUCT] = ACR_EFFECT_DEDUCT, [ACR_NATIVE_SPEND] = ACR_EFFECT_SPEND};
  *given = 1;
  if (native == ACR_NATIVE_NUMBER) return number(script, arguments, count, out, charged);
  if (native == ACR_NATIVE_POINTS_PER) return points_per(script, made, arguments, count, out, charged);
  if (count < 1 || arguments[0].tag != ACR_PLAIN_MADE || made->tables[arguments[0].i].entries) return false;
  const struct acr__made_table *table = &made->tables[arguments[0].i];
  *out = (struct acr__plain){.tag = ACR_PLAIN_EFFECT, .i = script->made_count};
  if (!acr__effect_plain(script, kinds[native], table->field, table->fields)) return false;
  *given = script->made_count - (int)out->i; // one of no points is none
  return true;
}
