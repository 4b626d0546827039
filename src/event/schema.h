// Declared fields of events: what a template's events/<type>.lua says, checked at the door.
#ifndef ACR_EVENT_SCHEMA_H
#define ACR_EVENT_SCHEMA_H
#include "base/span.h"
#include <stdint.h>

typedef enum acr__field_type {
  ACR_FIELD_INTEGER,
  ACR_FIELD_DECIMAL,
  ACR_FIELD_MONEY,
  ACR_FIELD_PERCENT,
  ACR_FIELD_TEXT,
  ACR_FIELD_BOOLEAN,
  ACR_FIELD_CHOICE,
  ACR_FIELD_DATE
} acr__field_type;

struct acr__field {
  acr__span name;
  acr__field_type type;
  int scale; // of a decimal; percent 2; money: of the program's currency, filled in when a program is compiled
  bool optional;
  bool has_min, has_max; // numbers, at `scale`
  int64_t min, max;
  const acr__span *choices;
  int choice_count;
};

// The fields of one event type. A custom type's fields stand in `data` itself; a purchase's in `data` or `data.context`,
// its item fields in the item or in item.context.
struct acr__schema {
  acr__span type; // "purchase", or a custom event type
  const struct acr__field *fields;
  int field_count;
  const struct acr__field *item_fields;
  int item_field_count;
};

// The value of a declared field: numbers, booleans (0/1) and dates (days since 1970) in i, texts and choices in text.
struct acr__field_value {
  bool present;
  int64_t i;
  acr__span text;
};
#endif
