// sample: src/engine/foreign.c
#include <lua5.4/lua.h>  // expect: foreign_header
#include <sqlite3.h>     // expect: foreign_header
#include <uv.h>          // expect: foreign_header
#include <cjson/cJSON.h> // expect: foreign_header
#include <glib.h>        // expect: foreign_header
#include <uthash.h>      // expect: foreign_header
#include <sodium.h>      // expect: foreign_header
#include <string.h>
