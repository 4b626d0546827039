// A template being loaded: where faults go, which file runs.
#ifndef ACR_SCRIPT_LOAD_H
#define ACR_SCRIPT_LOAD_H
#include "script/host.h"

struct acr__load {
  acr__arena *arena;
  acr__diag *diag;
  const struct acr__layers *layers;
  int layer;                        // of the file that runs
  const struct acr__file *file;     // that runs
};

// What a constructor makes besides the component itself: the functions, as registry references.
struct acr__made {
  struct acr__component component;
  struct acr__entry entry;
  int line; // of the constructor
};

// The shown name of a file of a layer: its directory and path.
char *acr__load_shown(struct acr__load *load, int layer, acr__span path);
// A fault in the file that runs; line 0 = unknown.
void acr__load_fault(struct acr__load *load, const char *code, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));
// "; the nearest is 'x'", or an empty text.
const char *acr__load_near(struct acr__load *load, acr__span name, const acr__span *names, int count);
// The line of the plugin's code that called the C function that runs; 0 when there is none.
int acr__load_line(lua_State *L);
// The line of `name =` in the file that runs, from `line` on; `line` when it is not found.
int acr__load_field_line(const struct acr__load *load, int line, acr__span name);
// Turns an error message of Lua into a fault: "path:12: ..." gives the line.
void acr__load_lua_fault(struct acr__load *load, const char *code, const char *message);
// Runs a file; what it returned is on the stack when true.
bool acr__load_run(acr__script *script, int layer, const struct acr__file *file);
// require "name" inside a template's files.
int acr__load_require(lua_State *L);
// Runs every lib file; false when one is faulty.
bool acr__load_libs(acr__script *script);

// Variables: the declaration behind the value at `at`, or NULL. Its name is empty.
const struct acr__var *acr__var_of(lua_State *L, int at);
// Copies a declaration of an event's field; false with a fault when the type is none for fields.
bool acr__field_of(struct acr__load *load, int line, const struct acr__var *var, struct acr__field *out);

// A component's variables: names, reserved names, what operators compare. Checks placeholders of the title.
void acr__check_variables(struct acr__load *load, struct acr__component *component, int line);

// Names of other components, facts and constraints: after everything is loaded.
void acr__check_template(struct acr__load *load, const struct acr__template *tpl);
// template.lua of a layer: name, version, api, extends.
struct acr__manifest { acr__span name, version, extends; int api; bool extends_given, extends_none; };
bool acr__manifest_read(acr__arena *arena, acr__span dir, const struct acr__file *file, struct acr__manifest *out, acr__diag *diag);
#endif
