// JSON-RPC requests and the methods that answer them.
#ifndef ACR_ENGINE_RPC_H
#define ACR_ENGINE_RPC_H
#include "engine/engine.h"

void acr__take_request(acr_engine *engine, const acr__json *json, acr__span line);
struct acr__request {
  acr_engine *engine;
  const acr__json *json;
  const acr__node *params;
  acr__span line;
  acr__writer *w;
  const char *error;
  char *message;
  acr__span data;
};
struct acr__member *acr__request_member(struct acr__request *request); // of param `member`; NULL = failed
// The record of params `source` and `id`, or `seq`; false = failed.
bool acr__request_event(struct acr__request *request, struct acr__record *record);
typedef bool (*acr__method)(struct acr__request *request);
bool acr__method_member_get(struct acr__request *request);
bool acr__method_member_ledger(struct acr__request *request);
bool acr__method_event_explain(struct acr__request *request);
bool acr__method_member_explain(struct acr__request *request);
bool acr__method_event_simulate(struct acr__request *request);
bool acr__method_event_get(struct acr__request *request);
bool acr__method_backup(struct acr__request *request); // where no daemon answers it beside the engine
bool acr__method_event_find(struct acr__request *request);
bool acr__method_program_list(struct acr__request *request);
bool acr__method_program_describe(struct acr__request *request);
bool acr__method_program_publish(struct acr__request *request);
bool acr__method_program_set(struct acr__request *request);
bool acr__method_template_describe(struct acr__request *request);
bool acr__method_parked_list(struct acr__request *request);
bool acr__method_template_reload(struct acr__request *request); // reload.c
bool acr__method_parked_retry(struct acr__request *request);
bool acr__method_export(struct acr__request *request);
bool acr__method_activity(struct acr__request *request);
bool acr__method_levels(struct acr__request *request);
bool acr__method_liability(struct acr__request *request); // report_liability.c
bool acr__method_forecast(struct acr__request *request); // report_forecast.c
bool acr__method_stats(struct acr__request *request);
bool acr__method_plugins_stats(struct acr__request *request);
bool acr__method_maintenance_preview(struct acr__request *request);
bool acr__method_ledger_time(struct acr__request *request); // at.c: its own, and what a time or a date is here
bool acr__method_outbox(struct acr__request *request); // web_hook_log.c
struct acr__bundle;
// program.publish of what is there as bytes (NULL = of the file that the request names); `effective_from` in place of the program's
// own unless it is ACR_TIME_NONE.
bool acr__publish_bundle(struct acr__request *request, const struct acr__bundle *bundle, acr__time effective_from);
bool acr__request_fail(struct acr__request *request, const char *error, const char *format, ...) __attribute__((format(printf, 3, 4)));
acr__span acr__param_text(const struct acr__request *request, const char *key); // empty when absent
#endif
