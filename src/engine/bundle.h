// What a release is made of, as one piece of bytes in its record: the program's text and every file of its template.
#ifndef ACR_ENGINE_BUNDLE_H
#define ACR_ENGINE_BUNDLE_H
#include "base/buf.h"
#include "engine/engine.h"
#include "script/files.h"

struct acr__bundle {
  acr__span file;    // the program's file, for messages
  acr__span program; // its text
  acr__span author, note;
  acr__span zone_data; // the version of it, and that of the core's meaning, when it was published
  int semantics;
  struct acr__layers layers;
};

void acr__bundle_write(const struct acr__bundle *bundle, acr__buf *out);
// Spans are copied into the arena. false when the bytes are damaged.
bool acr__bundle_read(acr__arena *arena, acr__span bytes, struct acr__bundle *out);
// The files rules/<name>.json of the template itself.
void acr__bundle_rules(acr__arena *arena, const struct acr__layers *layers, struct acr__rule_files *out);

void acr__release_about(struct acr__release *release, const struct acr__bundle *bundle); // author, note and what it was made by
bool acr__release_compile(struct acr__release *release, const struct acr__bundle *bundle, acr__diag *diag);
// Its name, status, dates, author and levels, as members of an object that the caller opened.
void acr__release_write(acr_engine *engine, acr__writer *w, const struct acr__release *release);
bool acr__release_bind(acr_engine *engine, struct acr__release *release); // plan numbers -> ledger numbers
#endif
