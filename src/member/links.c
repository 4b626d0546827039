#include "member/links.h"
#include "base/mem.h"
#include "member/member.h"
#include <stdlib.h>
#include <string.h>

static void add(struct acr__links *links, acr__span name, acr__span member) {
  links->all = acr__mem_resize(links->all, (links->count + 1) * sizeof *links->all);
  char *text = acr__mem_resize(NULL, name.len + member.len + 2);
  memcpy(text, name.ptr, name.len);
  text[name.len] = 0;
  memcpy(text + name.len + 1, member.ptr, member.len);
  text[name.len + 1 + member.len] = 0;
  links->all[links->count++] = (struct acr__link){{text, name.len}, {text + name.len + 1, member.len}};
}

void acr__links_free(struct acr__links *links) {
  for (uint32_t i = 0; i < links->count; i++)
    free((char *)links->all[i].name.ptr);
  free(links->all);
  *links = (struct acr__links){0};
}

size_t acr__links_bytes(const struct acr__links *links) {
  size_t bytes = links->count * sizeof *links->all;
  for (uint32_t i = 0; i < links->count; i++)
    bytes += links->all[i].name.len + links->all[i].member.len + 2;
  return bytes;
}

void acr__links_set(struct acr__links *links, acr__span name, const acr__span *members, int count) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < links->count; i++) {
    if (acr__span_eq(links->all[i].name, name))
      free((char *)links->all[i].name.ptr);
    else
      links->all[kept++] = links->all[i];
  }
  links->count = kept;
  for (int i = 0; i < count; i++)
    add(links, name, members[i]);
}

bool acr__links_redact(struct acr__links *links, acr__span member, size_t len) {
  bool any = false;
  for (uint32_t i = 0; i < links->count; i++) {
    struct acr__link *link = &links->all[i];
    if (!acr__span_eq(link->member, member)) continue;
    char *text = acr__mem_resize(NULL, link->name.len + len + 2);
    memcpy(text, link->name.ptr, link->name.len + 1);
    memset(text + link->name.len + 1, '*', len);
    text[link->name.len + 1 + len] = 0;
    free((char *)link->name.ptr);
    *link = (struct acr__link){{text, link->name.len}, {text + link->name.len + 1, len}};
    any = true;
  }
  return any;
}

void acr__links_encode(const struct acr__links *links, acr__buf *out) {
  acr__buf_varu(out, links->count);
  for (uint32_t i = 0; i < links->count; i++) {
    acr__buf_span(out, links->all[i].name);
    acr__buf_span(out, links->all[i].member);
  }
}

void acr__links_decode(acr__cursor *cur, struct acr__links *links) {
  uint64_t count = acr__get_varu(cur);
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    acr__span name = acr__get_span(cur), member = acr__get_span(cur);
    if (!name.len || !member.len) cur->bad = true;
    if (!cur->bad) add(links, name, member);
  }
}

int acr__member_link_count(const struct acr__member *member, acr__span name) {
  int count = 0;
  for (uint32_t i = 0; i < member->links.count; i++)
    count += acr__span_eq(member->links.all[i].name, name);
  return count;
}

acr__span acr__member_link(const struct acr__member *member, acr__span name, int index) {
  for (uint32_t i = 0; i < member->links.count; i++)
    if (acr__span_eq(member->links.all[i].name, name) && index-- == 0) return member->links.all[i].member;
  return (acr__span){NULL, 0};
}
