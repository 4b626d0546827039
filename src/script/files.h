// The files of a rules template as bytes: read from a directory, or taken out of a ledger, and loaded the same way.
#ifndef ACR_SCRIPT_FILES_H
#define ACR_SCRIPT_FILES_H
#include "base/diag.h"

struct acr__file {
  acr__span path;   // below the template's directory: "key_phrases/litres.lua"
  acr__span bytes;
};
// One directory: the template itself or one that it extends.
struct acr__layer {
  acr__span dir;    // for messages: as the user wrote it
  const struct acr__file *files; // sorted by path
  int file_count;
};
// The template first, what it extends after it.
struct acr__layers {
  struct acr__layer layer[8];
  int count;
};

// Reads DIR (template.lua, the component folders, lib, rules, programs; nothing else) and every directory that it extends.
// `standard_dir` is what `extends = "standard"` means. Faults go to diag; false when anything could not be read.
bool acr__layers_read(acr__arena *arena, const char *dir, const char *standard_dir, struct acr__layers *out, acr__diag *diag);
#endif
