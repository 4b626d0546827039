// What the calls of components share (call.c): how one begins and ends, and what is said where it fails.
#ifndef ACR_SCRIPT_CALLING_H
#define ACR_SCRIPT_CALLING_H
#include "script/costing.h"
#include "script/direct.h"

// Opens a call: number, fact, budget. false when the event's budget is gone already.
bool acr__call_begin(struct acr__call *call, const struct acr__component *component, const struct acr__fact *fact,
                     const struct acr__anchors *anchors);
// The function where it may be plain enough to do without Lua (direct.h); NULL = it is not.
struct acr__direct *acr__call_followed(const struct acr__call *call, const struct acr__component *component, int function, int vars);
// Calls it in Lua with the fact, vars and what was read; its results are on top of the stack.
bool acr__call_fact(struct acr__call *call, const struct acr__component *component, int function, int vars, int results);
// Ends a call that went well and keeps its result when it may be; `entered` = in Lua.
void acr__call_end(acr__script *script, int function, int vars, acr__fact_kind kind, bool entered, struct acr__kept *result);
// Ends it with call->error; both give false.
bool acr__call_fail(struct acr__call *call, const struct acr__component *component, const char *message);
bool acr__call_wrong(struct acr__call *call, const struct acr__component *component, const char *function, int at, const char *wanted);
#endif
