// A Lua function in the form that lua_dump gives it, for who looks into compiled code. The form is that of Lua 5.4.
#ifndef ACR_SCRIPT_DUMP_H
#define ACR_SCRIPT_DUMP_H
#include "base/buf.h"
#include "script/host.h"

// Dumps the Lua function on top of the stack into `bytes` (the caller frees it) and puts the cursor at it. false = it is of a form
// that is not known here.
bool acr__dump_open(lua_State *L, acr__buf *bytes, acr__cursor *cur);
uint64_t acr__dump_size(acr__cursor *cur);
void acr__dump_skip(acr__cursor *cur, uint64_t bytes);
acr__span acr__dump_text(acr__cursor *cur); // ptr NULL = none
void acr__dump_skip_debug(acr__cursor *cur); // what stands last in a function

enum { ACR_DUMP_NIL = 0x00, ACR_DUMP_FALSE = 0x01, ACR_DUMP_TRUE = 0x11, ACR_DUMP_INTEGER = 0x03, ACR_DUMP_FLOAT = 0x13,
       ACR_DUMP_SHORT = 0x04, ACR_DUMP_LONG = 0x14 }; // tags of constants
#endif
