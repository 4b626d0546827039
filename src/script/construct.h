// The readers of a constructor's fields: construct_read.c reads, construct.c decides what is complete.
#ifndef ACR_SCRIPT_CONSTRUCT_H
#define ACR_SCRIPT_CONSTRUCT_H
#include "script/load.h"

enum acr__field_value_kind { TEXT, NAMES, FUNCTION, PATH, VARIABLES, FIELDS, ITEM_FIELDS, OVER, AGGREGATE, EXAMPLES, DEPRECATED };
struct acr__spec { const char *name; enum acr__field_value_kind value; bool required; };

// One component under way: its table's contents stand at 2 of the stack, the field's value at the top.
struct acr__work {
  lua_State *L;
  struct acr__load *load;
  struct acr__made *made;
  int line;
};

// The line of a field of the component.
int acr__work_line(const struct acr__work *work, const char *field);
// Reads the value on top into the component; faults go to the load.
void acr__work_read(struct acr__work *work, const struct acr__spec *field);
#endif
