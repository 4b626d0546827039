// Loading a template: all or nothing, with every fault of every file.
#include "base/mem.h"
#include "script/load.h"
#include <stdlib.h>

enum { NAME_BYTES_MAX = 128 };

static const char *const folders[ACR_COMPONENT_KINDS] = {"condition_types", "key_phrases", "constraints", "outcomes", "events"};

// The component that a path stands for; false when it is no component's.
static bool parse_path(acr__span path, acr__component_kind *kind, acr__span *name) {
  for (int k = 0; k < ACR_COMPONENT_KINDS; k++) {
    size_t len = strlen(folders[k]);
    if (path.len < len + 6 || memcmp(path.ptr, folders[k], len) != 0 || path.ptr[len] != '/') continue;
    *name = (acr__span){path.ptr + len + 1, path.len - len - 1};
    if (name->len < 5 || memcmp(name->ptr + name->len - 4, ".lua", 4) != 0) return false;
    name->len -= 4;
    *kind = (acr__component_kind)k;
    return true;
  }
  return false;
}

static bool good_name(acr__span name) {
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-')) return false;
  }
  return name.len > 0 && name.len <= NAME_BYTES_MAX;
}

int acr__entry_add(acr__script *script, const struct acr__entry *entry) {
  if (script->entry_count == script->entry_cap) {
    script->entry_cap = script->entry_cap ? 2 * script->entry_cap : 64;
    script->entries = acr__mem_resize(script->entries, sizeof *script->entries * (size_t)script->entry_cap);
  }
  script->entries[script->entry_count] = *entry;
  return script->entry_count++;
}

// The component whose constructor's result is on top of the stack; NULL with a fault. Pops it.
static struct acr__made *take_made(acr__script *script, acr__component_kind kind) {
  lua_State *L = script->L;
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->made_tags);
  lua_pushvalue(L, -2);
  lua_rawget(L, -2);
  struct acr__made *made = lua_touserdata(L, -1);
  lua_pop(L, 2);
  const char *wanted = acr__component_kind_name(kind);
  if (!made) {
    acr__load_fault(script->load, "wrong_kind", 0, "the file returns %s; wanted what the constructor of the kind '%s' returns",
                    acr__type_name(L, -1), wanted);
  } else if (made->component.kind != kind) {
    acr__load_fault(script->load, "wrong_kind", made->line, "found a component of the kind '%s', wanted '%s' in %s/",
                    acr__component_kind_name(made->component.kind), wanted, folders[kind]);
    made = NULL;
  }
  if (made) acr__freeze_reach(script, &made->entry.upvalues, &made->entry.upvalue_count);
  lua_pop(L, 1);
  return made;
}

static void restore_all(acr__script *script) {
  for (int i = 0; i < script->upvalue_count; i++) acr__upvalues_restore(script, &i, 1);
}

// Runs the file of one component; false when it is faulty.
static bool load_component(acr__script *script, int layer, const struct acr__file *file, acr__component_kind kind, acr__span name,
                           struct acr__component *out) {
  struct acr__load *load = script->load;
  int faults = load->diag->faults;
  load->layer = layer;
  load->file = file;
  if (!good_name(name)) {
    acr__load_fault(load, "bad_name", 0, "'%.*s' is no name of a component; wanted a-z, 0-9, _, - and .", (int)name.len, name.ptr);
    return false;
  }
  if (!acr__load_run(script, layer, file)) return false;
  restore_all(script); // what the file changed in a lib while it was loading
  struct acr__made *made = take_made(script, kind);
  if (!made || load->diag->faults > faults) return false;
  *out = made->component;
  out->name = acr__arena_span(load->arena, name);
  out->file = acr__span_of(acr__load_shown(load, layer, file->path));
  out->hash = acr__hash_bytes(file->bytes.ptr, file->bytes.len);
  out->schema.type = out->name;
  out->layer = layer;
  out->ref = acr__entry_add(script, &made->entry);
  return true;
}

static bool hidden(const struct acr__layers *layers, int layer, acr__span path) {
  for (int above = 0; above < layer; above++) {
    for (int i = 0; i < layers->layer[above].file_count; i++) {
      if (acr__span_eq(layers->layer[above].files[i].path, path)) return true;
    }
  }
  return false;
}

static bool hides(const struct acr__layers *layers, int layer, acr__span path) {
  for (int below = layer + 1; below < layers->count; below++) {
    for (int i = 0; i < layers->layer[below].file_count; i++) {
      if (acr__span_eq(layers->layer[below].files[i].path, path)) return true;
    }
  }
  return false;
}

static int compare_components(const void *left, const void *right) {
  const struct acr__component *a = left, *b = right;
  return a->kind != b->kind ? (int)a->kind - (int)b->kind : acr__span_cmp(a->name, b->name);
}

static void load_components(acr__script *script, struct acr__template *tpl) {
  const struct acr__layers *layers = script->load->layers;
  int files = 0, count = 0;
  for (int layer = 0; layer < layers->count; layer++) files += layers->layer[layer].file_count;
  struct acr__component *components = ACR__NEW_N(script->load->arena, struct acr__component, files + 1);
  struct acr__component *broken = ACR__NEW_N(script->load->arena, struct acr__component, files + 1);
  for (int layer = 0; layer < layers->count; layer++) {
    for (int i = 0; i < layers->layer[layer].file_count; i++) {
      const struct acr__file *file = &layers->layer[layer].files[i];
      acr__component_kind kind;
      acr__span name;
      if (!parse_path(file->path, &kind, &name) || hidden(layers, layer, file->path)) continue;
      if (!load_component(script, layer, file, kind, name, &components[count])) {
        broken[tpl->broken_count++] = (struct acr__component){.kind = kind, .name = acr__arena_span(script->load->arena, name)};
        continue;
      }
      components[count++].overrides = hides(layers, layer, file->path);
    }
  }
  qsort(components, (size_t)count, sizeof *components, compare_components);
  tpl->components = components;
  tpl->broken = broken;
  tpl->component_count = count;
}

static void load_manifests(struct acr__load *load, struct acr__template *tpl) {
  for (int layer = 0; layer < load->layers->count; layer++) {
    const struct acr__layer *at = &load->layers->layer[layer];
    struct acr__manifest manifest = {0};
    const struct acr__file *file = NULL;
    for (int i = 0; i < at->file_count && !file; i++) {
      if (acr__span_is(at->files[i].path, "template.lua")) file = &at->files[i];
    }
    if (!file) {
      struct acr__file missing = {ACR__SPAN_LIT("template.lua"), {0}};
      load->layer = layer;
      load->file = &missing;
      acr__load_fault(load, "missing_file", 0, "there is no template.lua; wanted return { name = ..., version = ..., api = 1 }");
    } else if (acr__manifest_read(load->arena, at->dir, file, &manifest, load->diag) && layer == 0) {
      tpl->name = manifest.name;
      tpl->version = manifest.version;
      tpl->api = manifest.api;
      tpl->extends = manifest.extends;
    }
  }
}

const struct acr__template *acr__template_read(acr__script *script, acr__arena *arena, const struct acr__layers *layers, acr__diag *diag) {
  struct acr__load load = {.arena = arena, .diag = diag, .layers = layers};
  struct acr__template *tpl = ACR__NEW(arena, struct acr__template);
  int faults = diag->faults;
  load_manifests(&load, tpl);
  load.file = NULL;
  script->load = &load;
  acr__load_libs(script);
  load_components(script, tpl);
  load.file = NULL;
  if (diag->faults == faults) acr__check_template(&load, tpl);
  script->load = NULL;
  lua_gc(script->L, LUA_GCCOLLECT); // what loading left behind
  acr__script_event_begin(script);
  return tpl;
}

const struct acr__template *acr__template_load(acr__script *script, acr__arena *arena, const struct acr__layers *layers, acr__diag *diag) {
  int faults = diag->faults;
  const struct acr__template *tpl = acr__template_read(script, arena, layers, diag);
  return diag->faults == faults ? tpl : NULL;
}

bool acr__template_broken(const struct acr__template *tpl, acr__component_kind kind, acr__span name) {
  for (int i = 0; i < tpl->broken_count; i++) {
    if (tpl->broken[i].kind == kind && acr__span_eq(tpl->broken[i].name, name)) return true;
  }
  return false;
}

const struct acr__component *acr__template_find(const struct acr__template *tpl, acr__component_kind kind, acr__span name) {
  struct acr__component key = {.kind = kind, .name = name};
  return bsearch(&key, tpl->components, (size_t)tpl->component_count, sizeof key, compare_components);
}

acr__span acr__template_nearest(const struct acr__template *tpl, acr__component_kind kind, acr__span name) {
  acr__span *names = acr__mem_alloc(sizeof *names * (size_t)(tpl->component_count + 1));
  int count = 0;
  for (int i = 0; i < tpl->component_count; i++) {
    if (tpl->components[i].kind == kind) names[count++] = tpl->components[i].name;
  }
  acr__span near = acr__nearest(name, names, count);
  free(names);
  return near;
}
