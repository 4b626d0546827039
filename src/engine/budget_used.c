#include "base/mem.h"
#include "engine/budget.h"
#include <stdlib.h>

static int64_t below(const acr_engine *of, int budget, int64_t day) {
  return budget < of->budget_count ? acr__budget_sum(&of->budgets[budget], day, day + 1) : 0;
}

void acr__budgets_used_keep(struct acr__budgets_used *used, const acr_engine *shadow) {
  if (used->count < shadow->budget_count) {
    used->all = acr__mem_resize(used->all, (size_t)shadow->budget_count * sizeof *used->all);
    for (; used->count < shadow->budget_count; used->count++)
      used->all[used->count] = (struct acr__budget){.family = shadow->budgets[used->count].family};
  }
  for (int i = 0; i < shadow->budget_count; i++) {
    const struct acr__budget *budget = &shadow->budgets[i];
    for (int k = 0; k < budget->count; k++) {
      int64_t more = budget->days[k].points - below(shadow->of, i, budget->days[k].day);
      if (more) acr__budget_day_of(&used->all[i], budget->days[k].day)->points = more;
    }
  }
}

void acr__budgets_used_give(const struct acr__budgets_used *used, acr_engine *shadow) {
  for (int i = 0; i < used->count && i < shadow->budget_count; i++)
    for (int k = 0; k < used->all[i].count; k++) {
      struct acr__budget_day *day = acr__budget_day_of(&shadow->budgets[i], used->all[i].days[k].day);
      if (!acr__add(day->points, used->all[i].days[k].points, &day->points)) day->points = INT64_MAX;
    }
}

void acr__budgets_used_free(struct acr__budgets_used *used) {
  for (int i = 0; i < used->count; i++)
    free(used->all[i].days);
  free(used->all);
}
