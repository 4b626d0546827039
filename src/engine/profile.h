// What a member is: profile, links, and what plugins see of them.
#ifndef ACR_ENGINE_PROFILE_H
#define ACR_ENGINE_PROFILE_H
#include "engine/engine.h"

// ---- profile.c
// Are the links of member.join and member.update ones that a program in force has, to others, and not too many?
bool acr__links_known(struct acr__judgement *j, struct acr__reject *reject);
// The most members that a program in force lets the link lead to; 0 when none has it.
int acr__link_max(const struct acr__judgement *j, acr__span name);
// When the member joined, by its event: a date begins in the member's zone, else the program's. ACR_TIME_NONE when it does not say.
acr__time acr__joined_of(const struct acr__judgement *j);
void acr__profile_apply(struct acr__member *member, const struct acr__event *event, acr__span line);
// member.join, member.update: the profile and the join date from here on.
bool acr__profile_take(struct acr__judgement *j);

// ---- leave.c
bool acr__leave(struct acr__judgement *j, struct acr__reject *reject); // member.leave
bool acr__rejoin(struct acr__judgement *j);                            // member.join: back into the programs that it left

// ---- member_facts.c
// The view lives as long as the case.
void acr__member_view_of(struct acr__case *c, struct acr__member_view *out);
#endif
