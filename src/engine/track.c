#include "engine/track.h"

void acr__track_pause(struct acr__track *track) {
  if (track->shadow) acr__past_free(track->shadow);
  track->shadow = NULL;
}

static void forget(struct acr__track *track) {
  acr__track_pause(track);
  for (int i = 0; i < track->followed_count; i++)
    track->followed[i].state.len = 0;
}

// Other releases, other statuses, or series whose facts are then built of what was before them.
static bool changes_between(const acr_engine *engine, acr__pos from, acr__pos to) {
  for (uint32_t i = engine->control_count; i > 0 && engine->controls[i - 1] >= from; i--)
    if (engine->controls[i - 1] < to) return true;
  return false;
}

static void take_along(struct acr__track *track, struct acr__followed *one) {
  acr_engine *shadow = track->shadow;
  const struct acr__member *of = acr__member_at(track->engine, one->number, (acr__span){NULL, 0});
  struct acr__member *member = NULL;
  struct acr__record record;
  if (of && one->state.len) {
    member = acr__member_plant_state(shadow, one->number, of->id, &one->state);
    for (; one->done < one->count && one->records[one->done] < shadow->base; one->done++)
      if (acr__read_record(shadow, one->records[one->done], &record)) acr__recover_member(shadow, member, &record);
  } else if (of) {
    member = acr__past_member(shadow, of);
    while (one->done < one->count && one->records[one->done] < shadow->base)
      one->done++;
  }
  one->state.len = 0;
  if (member) acr__member_encode(member, &one->state);
}

bool acr__track_to(struct acr__track *track, const struct acr__place_in_log *place, char **message) {
  bool on = track->at.pos && !track->strayed && place->pos >= track->at.pos && !changes_between(track->engine, track->at.pos, place->pos);
  if (!on) forget(track);
  if (track->shadow)
    acr__past_move(track->shadow, place);
  else
    track->shadow = acr__past_new(track->engine, place, false, message);
  track->at = *place;
  track->strayed = false;
  if (!track->shadow) return false;
  for (int i = 0; i < track->followed_count; i++)
    take_along(track, &track->followed[i]);
  return true;
}

void acr__track_stray(struct acr__track *track) {
  track->strayed = true;
}

void acr__track_end(struct acr__track *track) {
  forget(track);
  for (int i = 0; i < track->followed_count; i++)
    acr__buf_free(&track->followed[i].state);
}
