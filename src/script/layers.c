// The files of a template and of what it extends, read from directories.
#include "script/load.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { JSON_BYTES_MAX = 16 << 20, LAYERS_MAX = 8 };

struct reading {
  acr__arena *arena;
  acr__diag *diag;
  const char *dir;             // as the user wrote it
  struct acr__file files[ACR_TEMPLATE_FILES_MAX];
  int count;
};

static void fault(struct reading *reading, const char *code, const char *path, const char *message) {
  struct acr__place place = {.file = path ? acr__arena_printf(reading->arena, "%s/%s", reading->dir, path) : reading->dir};
  acr__diag_add(reading->diag, ACR_FAULT, code, place, "%s", message);
}

static bool ends_with(const char *name, const char *end) {
  size_t len = strlen(name), end_len = strlen(end);
  return len > end_len && strcmp(name + len - end_len, end) == 0;
}

static bool read_bytes(int fd, char *to, size_t bytes) {
  while (bytes > 0) {
    ssize_t n = read(fd, to, bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    bytes -= (size_t)n;
  }
  return true;
}

// Reads DIR/path into the list.
static void read_one(struct reading *reading, const char *path) {
  const char *full = acr__arena_printf(reading->arena, "%s/%s", reading->dir, path);
  int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a FIFO must not hold us up
  struct stat about;
  if (fd < 0) {
    fault(reading, "file", path, strerror(errno));
    return;
  }
  size_t most = ends_with(path, ".lua") ? ACR_SOURCE_BYTES_MAX : JSON_BYTES_MAX;
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
    fault(reading, "file", path, "is not a regular file");
  } else if ((size_t)about.st_size > most) {
    fault(reading, "too_large", path, acr__arena_printf(reading->arena, "has %lld bytes; %zu are allowed", (long long)about.st_size, most));
  } else if (reading->count == ACR_TEMPLATE_FILES_MAX) {
    fault(reading, "too_many", path, acr__arena_printf(reading->arena, "a template has at most %d files", ACR_TEMPLATE_FILES_MAX));
  } else {
    char *bytes = acr__arena_alloc(reading->arena, (size_t)about.st_size + 1);
    if (read_bytes(fd, bytes, (size_t)about.st_size)) {
      bytes[about.st_size] = 0;
      struct acr__file *file = &reading->files[reading->count++];
      file->path = acr__span_of(acr__arena_text(reading->arena, acr__span_of(path)));
      file->bytes = (acr__span){bytes, (size_t)about.st_size};
    } else {
      fault(reading, "file", path, "could not be read whole");
    }
  }
  close(fd);
}

static void read_folder(struct reading *reading, const char *folder, const char *suffix) {
  DIR *dir = opendir(acr__arena_printf(reading->arena, "%s/%s", reading->dir, folder));
  if (!dir) {
    if (errno != ENOENT) fault(reading, "file", folder, strerror(errno));
    return;
  }
  for (struct dirent *entry; (entry = readdir(dir));) {
    if (entry->d_name[0] == '.' || !ends_with(entry->d_name, suffix)) continue;
    read_one(reading, acr__arena_printf(reading->arena, "%s/%s", folder, entry->d_name));
  }
  closedir(dir);
}

static int compare_files(const void *a, const void *b) {
  return acr__span_cmp(((const struct acr__file *)a)->path, ((const struct acr__file *)b)->path);
}

static void read_layer(struct reading *reading, struct acr__layer *out) {
  static const char *const lua[] = {"condition_types", "key_phrases", "constraints", "outcomes", "events", "lib"};
  static const char *const json[] = {"rules", "programs"};
  reading->count = 0;
  read_one(reading, "template.lua");
  for (size_t i = 0; i < sizeof lua / sizeof *lua; i++) read_folder(reading, lua[i], ".lua");
  for (size_t i = 0; i < sizeof json / sizeof *json; i++) read_folder(reading, json[i], ".json");
  struct acr__file *files = ACR__NEW_N(reading->arena, struct acr__file, reading->count + 1);
  memcpy(files, reading->files, sizeof *files * (size_t)reading->count);
  qsort(files, (size_t)reading->count, sizeof *files, compare_files);
  *out = (struct acr__layer){
      .dir = acr__span_of(acr__arena_text(reading->arena, acr__span_of(reading->dir))), .files = files, .file_count = reading->count};
}

static const struct acr__file *template_file(const struct acr__layer *layer) {
  for (int i = 0; i < layer->file_count; i++) {
    if (acr__span_is(layer->files[i].path, "template.lua")) return &layer->files[i];
  }
  return NULL;
}

// The directory that the layer extends, or NULL when it extends none; faults go to the diagnostics.
static const char *next_dir(struct reading *reading, const struct acr__layer *layer, const char *standard_dir) {
  struct acr__manifest manifest;
  const struct acr__file *file = template_file(layer);
  if (!file || !acr__manifest_read(reading->arena, layer->dir, file, &manifest, reading->diag) || manifest.extends_none) return NULL;
  if (!acr__span_is(manifest.extends, "standard")) {
    return acr__arena_printf(reading->arena, "%s/%.*s", reading->dir, (int)manifest.extends.len, manifest.extends.ptr);
  }
  struct stat own, standard;
  bool itself = standard_dir && stat(reading->dir, &own) == 0 && stat(standard_dir, &standard) == 0 && own.st_ino == standard.st_ino &&
                own.st_dev == standard.st_dev;
  if (itself && !manifest.extends_given) return NULL; // the standard template extends nothing
  if (!standard_dir) fault(reading, "file", "template.lua", "extends the standard template, which was not found");
  return standard_dir;
}

bool acr__layers_read(acr__arena *arena, const char *dir, const char *standard_dir, struct acr__layers *out, acr__diag *diag) {
  struct reading *reading = ACR__NEW(arena, struct reading);
  *reading = (struct reading){.arena = arena, .diag = diag};
  struct stat seen[LAYERS_MAX], about;
  int faults = diag->faults;
  out->count = 0;
  for (; dir && diag->faults == faults;) {
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/') len--;
    reading->dir = acr__arena_text(arena, (acr__span){dir, len});
    if (stat(reading->dir, &about) != 0 || !S_ISDIR(about.st_mode)) {
      fault(reading, "file", NULL, "there is no such directory");
      break;
    }
    for (int i = 0; i < out->count; i++) {
      if (seen[i].st_ino != about.st_ino || seen[i].st_dev != about.st_dev) continue;
      fault(reading, "cycle", NULL, "the template extends itself over others");
      return false;
    }
    if (out->count == LAYERS_MAX) {
      fault(reading, "too_many", NULL, acr__arena_printf(arena, "templates extend each other more than %d deep", LAYERS_MAX));
      break;
    }
    seen[out->count] = about;
    read_layer(reading, &out->layer[out->count]);
    dir = next_dir(reading, &out->layer[out->count++], standard_dir);
  }
  return diag->faults == faults;
}
