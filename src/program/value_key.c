// A text that is equal for equal values: the identity of series over releases. Every text is length-prefixed.
#include "program/compile.h"

static void put_text(acr__buf *out, const char *tag, acr__span text) {
  acr__buf_printf(out, "%s%zu:", tag, text.len);
  acr__buf_put(out, text.ptr, text.len);
}

static void put_list(acr__buf *out, const char *tag, const acr__span *list, int count) {
  acr__buf_printf(out, "%s%d", tag, count);
  for (int i = 0; i < count; i++) put_text(out, ",", list[i]);
}

static void put_frame(acr__buf *out, const acr__timeframe *f) {
  acr__buf_printf(out, "f%d.%lld.%d,%d.%d,%d.%lld.%d,%d,%d,", f->has_last, (long long)f->last.n, (int)f->last.unit, f->has_this,
                  (int)f->this_unit, f->has_previous, (long long)f->previous.n, (int)f->previous.unit, f->rolling, (int)f->times);
  acr__buf_printf(out, "%d.%d,%d.%d,%d.%d,%d.%d", f->has_from, f->has_from ? acr__days_of(f->from) : 0, f->has_to,
                  f->has_to ? acr__days_of(f->to) : 0, (int)f->since, f->since == ACR_SINCE_DATE ? acr__days_of(f->since_date) : 0, f->each,
                  (int)f->each_unit);
}

static void put_value(acr__buf *out, const struct acr__var *var, const struct acr__value *value, int scale) {
  switch (var->type) {
  case ACR_VAR_SET:
  case ACR_VAR_DAYS:
  case ACR_VAR_SLOTS: put_list(out, "l", value->list, value->list_count); break;
  case ACR_VAR_CATALOG:
    put_list(out, "c", value->categories, value->category_count);
    put_list(out, "i", value->items, value->item_count);
    break;
  case ACR_VAR_TIMEFRAME: put_frame(out, value->timeframe); break;
  case ACR_VAR_DURATION: acr__buf_printf(out, "d%lld.%d", (long long)value->duration.n, (int)value->duration.unit); break;
  case ACR_VAR_OPERATOR:
  case ACR_VAR_BOOLEAN:
  case ACR_VAR_DATE: acr__buf_printf(out, "n%lld", (long long)value->i); break;
  default:
    if (acr__var_is_numeric(var->type)) acr__buf_printf(out, "n%lld/%d", (long long)value->i, scale);
    else put_text(out, "t", value->text);
  }
}

void acr__vars_key(acr__buf *out, const struct acr__vars *vars, const bool *skip) {
  char hex[65];
  acr__hash_hex(&vars->component->hash, hex);
  put_text(out, "component ", vars->component->name);
  acr__buf_printf(out, " %s", hex);
  for (int i = 0; i < vars->component->var_count; i++) {
    if ((skip && skip[i]) || !vars->values[i].present) continue;
    put_text(out, " ", vars->component->vars[i].name);
    acr__buf_text(out, "=");
    put_value(out, &vars->component->vars[i], &vars->values[i], vars->scales[i]);
  }
  acr__buf_text(out, "\n");
}
