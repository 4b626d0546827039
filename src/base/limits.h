// Every limit, with its reason. Reaching one is an error with a name, never a truncation.
#ifndef ACR_BASE_LIMITS_H
#define ACR_BASE_LIMITS_H

#define ACR_LINE_BYTES_MAX (1u << 20)      // one event or request; a receipt of 1,114 lines is 158 KB
#define ACR_JSON_DEPTH_MAX 32              // deeper than any receipt, shallow enough for any stack
#define ACR_ITEMS_MAX 10000                // lines of a receipt
#define ACR_ERASED_ID "erased/"               // and a number: the id of what is left of a member who was erased
#define ACR_TEXT_BYTES_MAX 1024            // an id, source, subject, store, sku ...: a key, not a document
#define ACR_CHAIN_DEPTH_MAX 8              // derived events (domain E5)
#define ACR_TREE_DEPTH_MAX 16              // nested all/any/none
#define ACR_RULES_MAX 10000                // of a program
#define ACR_LEVELS_MAX 100                 // of a program
#define ACR_ACCOUNTS_MAX 1000              // of a ledger
#define ACR_DIAG_MAX 200                   // faults shown of one load
#define ACR_SOURCE_BYTES_MAX (256u << 10)  // one Lua file
#define ACR_TEMPLATE_FILES_MAX 2000        // files of a rules template
#define ACR_LUA_EVENT_INSTRUCTIONS 2000000 // of all plugin calls of one event
#define ACR_LUA_CALL_INSTRUCTIONS 1000000  // of one plugin call at most; less for a small event (script/host.h)
#define ACR_LUA_LOAD_INSTRUCTIONS 10000000 // of loading one file
#define ACR_LUA_LIVE_BYTES (64u << 20)     // of one release's state, all components together
#define ACR_LUA_CALL_BYTES (16u << 20)     // allocated (not live) in one plugin call at most, likewise
#define ACR_LUA_TEXT_BYTES 8192            // of one text that a file makes while it is loaded: calls read it at no cost
#define ACR_LUA_TIME_MS 2000               // of a call's own time at most: a runaway that neither counter sees (script/budget.c)
#define ACR_EFFECTS_MAX 1000               // of one outcome
#define ACR_VALUES_MAX 10000               // different values of one fact, as many as a receipt has lines
#define ACR_WINDOW_FACTS_MAX 100000        // looked at one by one where a window does not end now; 27 a day for ten years
#define ACR_EVERY_TIMES_MAX 100            // multiples that one event is paid for (contract 4)
#define ACR_WEBHOOKS_MAX 100               // of one event: each is a request to somebody else's server
#define ACR_WEBHOOK_URL_BYTES_MAX 2048u    // what servers commonly take
#define ACR_WEBHOOK_BODY_BYTES_MAX 65536u  // of a web hook: a notification, not a document
#define ACR_OPS_MAX 100000                 // of one event's decision
#define ACR_JOURNAL_ROW_BYTES 16320u       // of one journal row: with SQLite's own bytes it fills a page of 16 KiB and needs no other
#define ACR_POINTS_MAX 9007199254740991LL  // 2^53-1: fits every JSON reader
#define ACR_FUTURE_US (5LL * 60 * 1000000) // an event may be ahead of the wall clock by so much
#endif
