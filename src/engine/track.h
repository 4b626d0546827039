// Places of the log, one behind another, at which past events are judged again. Members that are followed are made of their records
// once and then taken along, by the records between one place and the next; what is judged at a place is forgotten at the next.
#ifndef ACR_ENGINE_TRACK_H
#define ACR_ENGINE_TRACK_H
#include "engine/past.h"

struct acr__followed {
  uint32_t number;
  acr__pos *records;  // all of its own, in order; borrowed
  size_t count, done; // done: how many of them `state` contains
  acr__buf state;     // empty = it was not known yet
};

struct acr__track {
  acr_engine *engine;
  acr_engine *shadow; // where it stands; NULL = nowhere yet
  struct acr__place_in_log at;
  bool strayed;
  struct acr__followed *followed; // may be none; borrowed
  int followed_count;
};

// Stands at that place. NULL in track->shadow and *message (in the engine's arena) when a release cannot be loaded any more.
bool acr__track_to(struct acr__track *track, const struct acr__place_in_log *place, char **message);
void acr__track_stray(struct acr__track *track); // what was judged here was not as it was: nothing of it may be left
// Its shadow goes, those who are followed stay as they are: between two slices of what takes long, while the engine changes.
void acr__track_pause(struct acr__track *track);
void acr__track_end(struct acr__track *track);
#endif
