// Rows of comma-separated values (RFC 4180, lines end with a line feed).
#ifndef ACR_CLI_CSV_H
#define ACR_CLI_CSV_H
#include "base/span.h"
#include "json/json.h"
#include <stdbool.h>
#include <stdio.h>

struct csv {
  FILE *out;
  bool begun; // a field stands before the next one in its row
};

void acr__csv_field(struct csv *csv, acr__span text);
// The member `key` of an object: a text or number as it is, nothing for null or absent, JSON for objects and arrays.
void acr__csv_member(struct csv *csv, const acr__json *json, const acr__node *object, const char *key, acr__span text);
void acr__csv_end(struct csv *csv);
#endif
