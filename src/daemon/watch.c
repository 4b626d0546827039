#include "daemon/watch.h"
#include "base/arena.h"
#include "base/mem.h"
#include "daemon/faults.h"
#include "json/json.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
  SETTLE_MS = 100,   // an editor writes, renames and removes: looked at when nothing happened for so long
  MISSING_MS = 1000, // a directory that is gone is looked for again
  DIRS_MAX = 8,      // that a template and what it extends have
  ARENA_BYTES = 64 << 10,
  REPORT_BYTES_MAX = 64 << 20
};

// A directory that is watched: a template's, or a folder in it.
struct watched {
  uv_fs_event_t handle;
  struct watch *watch;
  struct watched *next;
  dev_t device; // by which a new directory of the same name is told
  ino_t inode;
  bool wanted;
  char path[];
};

struct watch {
  struct server *server;
  uv_timer_t timer;
  uv_work_t work;
  struct watched *all;
  char *dirs[DIRS_MAX]; // owned
  int dir_count;
  unsigned char digest[16]; // of the files that were loaded last
  acr_loaded *loaded;       // by the work thread
  bool loading;             // a work thread loads, or the engine takes over
  bool again;               // something happened meanwhile
  bool missing;             // a directory is gone
  bool faulty, told;        // as it was last loaded; something was loaded before
};

static void settle(uv_timer_t *timer);

static void something_happened(struct watch *watch) {
  if (watch->server->stopping) return;
  watch->again = true;
  uv_timer_start(&watch->timer, settle, SETTLE_MS, 0);
}

static bool ends_with(const char *name, const char *end) {
  size_t len = strlen(name), end_len = strlen(end);
  return len > end_len && strcmp(name + len - end_len, end) == 0;
}

// Is it a file of a template, or a folder? Editors leave much else for a moment.
static bool matters(const char *name) {
  return !name || (name[0] != '.' && (ends_with(name, ".lua") || ends_with(name, ".json") || !strchr(name, '.')));
}

static void changed(uv_fs_event_t *handle, const char *name, int events, int status) {
  struct watched *one = handle->data;
  const char *own = strrchr(one->path, '/');
  (void)events;
  if (status < 0 || matters(name) || (own && strcmp(name, own + 1) == 0)) something_happened(one->watch);
}

// ---- Which directories

static void gone(uv_handle_t *handle) {
  free(handle->data);
}

static void want(struct watch *watch, const char *path) {
  struct stat about;
  struct watched *one = watch->all;
  if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) return;
  while (one && (strcmp(one->path, path) != 0 || one->device != about.st_dev || one->inode != about.st_ino))
    one = one->next;
  if (one) {
    one->wanted = true;
    return;
  }
  size_t len = strlen(path) + 1;
  one = acr__mem_alloc(sizeof *one + len);
  *one = (struct watched){.watch = watch, .next = watch->all, .device = about.st_dev, .inode = about.st_ino, .wanted = true};
  memcpy(one->path, path, len);
  uv_fs_event_init(&watch->server->loop, &one->handle);
  one->handle.data = one;
  watch->all = one;
  int error = uv_fs_event_start(&one->handle, changed, path, 0);
  if (error) fprintf(stderr, "accrued: %s cannot be watched: %s\n", path, uv_strerror(error));
}

// The directory and its folders.
static bool want_dir(struct watch *watch, const char *path) {
  DIR *dir = opendir(path);
  if (!dir) return false;
  want(watch, path);
  for (struct dirent *entry; (entry = readdir(dir));) {
    char folder[4096];
    bool is_folder = entry->d_name[0] != '.' && !strchr(entry->d_name, '.');
    if (is_folder && snprintf(folder, sizeof folder, "%s/%s", path, entry->d_name) < (int)sizeof folder) want(watch, folder);
  }
  closedir(dir);
  return true;
}

static void drop_unwanted(struct watch *watch) {
  for (struct watched **at = &watch->all; *at;) {
    struct watched *one = *at;
    if (one->wanted) {
      at = &one->next;
      continue;
    }
    *at = one->next;
    uv_close((uv_handle_t *)&one->handle, gone);
  }
}

static void look_around(struct watch *watch) {
  watch->missing = false;
  for (struct watched *one = watch->all; one; one = one->next)
    one->wanted = false;
  for (int i = 0; i < watch->dir_count; i++)
    if (!want_dir(watch, watch->dirs[i])) watch->missing = true;
  drop_unwanted(watch);
}

// The directories of what was loaded; the template's own stands first and stays.
static void take_dirs(struct watch *watch, const acr_loaded *loaded) {
  const char *dir;
  for (int i = 1; i < watch->dir_count; i++)
    free(watch->dirs[i]);
  watch->dir_count = 1;
  while (watch->dir_count < DIRS_MAX && (dir = acr_loaded_dir(loaded, watch->dir_count)))
    watch->dirs[watch->dir_count++] = strdup(dir);
  look_around(watch);
}

// ---- What is said

static const acr__node *read_json(acr__arena *arena, const char *text, size_t len) {
  struct acr__json_fault fault;
  struct acr__json_limits limits = {.bytes_max = REPORT_BYTES_MAX};
  acr__json *json = acr__json_parse(arena, (acr__span){text, len}, &limits, &fault);
  return json ? acr__json_root(json) : NULL;
}

static void say_faults(struct watch *watch, const char *report, int faults) {
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  acr__faults_print(stderr, acr__node_get(read_json(arena, report, strlen(report)), "faults"), "");
  fprintf(stderr, "accrued: %s was edited and has %d fault%s: programs stay as they are\n", watch->dirs[0], faults, faults == 1 ? "" : "s");
  acr__arena_free(arena);
}

static void word(const acr__node *object, const char *key) {
  const acr__node *value = acr__node_get(object, key);
  if (value && acr__node_kind(value) == ACR_JSON_STRING) acr__text_print(stderr, acr__node_text(value));
}

static bool did(const acr__node *program, const char *what) {
  return acr__span_is(acr__node_text(acr__node_get(program, "did")), what);
}

static void say_program(const struct watch *watch, const acr__node *program) {
  bool reloaded = did(program, "reloaded");
  fputs(", ", stderr);
  if (did(program, "unpublished")) {
    word(program, "program");
    fputs(" is not published", stderr);
    return;
  }
  word(program, "release");
  fputs(" is ", stderr);
  word(program, "status");
  if (reloaded) {
    fputs(" in place of ", stderr);
    word(program, "was");
  } else if (did(program, "left") && !watch->server->options.watch_active) {
    fputs(" and stays until it is published", stderr);
  }
}

static void say_result(struct watch *watch, const acr__node *result) {
  bool any = watch->told;
  const acr__node *first = acr__node_first(acr__node_get(result, "programs"));
  for (const acr__node *program = first; program; program = acr__node_next(program))
    any = any || did(program, "reloaded");
  if (!any) return;
  acr__faults_print(stderr, acr__node_get(result, "warnings"), "warning: ");
  fprintf(stderr, "accrued: %s was %s", watch->dirs[0], watch->faulty ? "mended" : "edited");
  for (const acr__node *program = first; program; program = acr__node_next(program))
    say_program(watch, program);
  fputc('\n', stderr);
}

// ---- One load at a time

static void load(uv_work_t *request) {
  struct watch *watch = request->data;
  watch->loaded = acr_loaded_new(watch->dirs[0], watch->server->options.engine.standard_dir, watch->digest);
}

// What happened while it was loaded or taken over is looked at now.
static void ended(struct watch *watch) {
  watch->loading = false;
  watch->told = true;
  if (watch->again) something_happened(watch);
}

static void loaded(uv_work_t *request, int status) {
  struct watch *watch = request->data;
  acr_loaded *now = watch->loaded;
  int faults = 0;
  watch->loaded = NULL;
  if (now && !watch->server->stopping && status == 0) take_dirs(watch, now);
  if (!now || watch->server->stopping || status != 0) {
    acr_loaded_free(now);
    ended(watch);
    return;
  }
  const char *report = acr_loaded_report(now, &faults);
  if (watch->again) { // it is not what is there any more
    memset(watch->digest, 0, sizeof watch->digest);
    acr_loaded_free(now);
    ended(watch);
  } else if (faults) {
    say_faults(watch, report, faults);
    watch->faulty = true;
    acr_loaded_free(now);
    ended(watch);
  } else {
    acr__reload_push(watch->server, now);
  }
}

void acr__watch_answered(struct server *server, const acr_batch *batch, size_t at) {
  struct watch *watch = server->watch;
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  const char *text;
  size_t len;
  void *tag;
  acr_batch_reply(batch, at, &text, &len, &tag);
  const acr__node *root = read_json(arena, text, len - 1), *error = acr__node_get(root, "error");
  if (error) {
    fprintf(stderr, "accrued: %s was edited, programs stay as they are: ", watch->dirs[0]);
    word(error, "message");
    fputc('\n', stderr);
  } else {
    say_result(watch, acr__node_get(root, "result"));
  }
  watch->faulty = error != NULL;
  acr__arena_free(arena);
  ended(watch);
}

static void settle(uv_timer_t *timer) {
  struct watch *watch = timer->data;
  if (watch->loading) return; // its end comes back to it
  watch->again = false;
  look_around(watch);
  if (watch->missing) {
    uv_timer_start(timer, settle, MISSING_MS, 0);
    return;
  }
  watch->loading = true;
  if (uv_queue_work(&watch->server->loop, &watch->work, load, loaded) != 0) acr__mem_exhausted(sizeof watch->work);
}

// ---- Life

void acr__watch_start(struct server *server) {
  if (!server->options.watch) return;
  struct watch *watch = server->watch = acr__mem_alloc(sizeof *watch);
  *watch = (struct watch){.server = server, .dir_count = 1};
  watch->dirs[0] = realpath(server->options.engine.template_dir, NULL);
  if (!watch->dirs[0]) watch->dirs[0] = strdup(server->options.engine.template_dir);
  uv_timer_init(&server->loop, &watch->timer);
  watch->timer.data = watch->work.data = watch;
  look_around(watch);
  uv_timer_start(&watch->timer, settle, 0, 0); // what was edited while no daemon ran
}

void acr__watch_stop(struct server *server) {
  struct watch *watch = server->watch;
  if (!watch) return;
  for (struct watched *one = watch->all; one; one = one->next)
    one->wanted = false;
  drop_unwanted(watch);
  uv_close((uv_handle_t *)&watch->timer, NULL);
}

void acr__watch_free(struct server *server) {
  struct watch *watch = server->watch;
  if (!watch) return;
  for (int i = 0; i < watch->dir_count; i++)
    free(watch->dirs[i]);
  free(watch);
  server->watch = NULL;
}
