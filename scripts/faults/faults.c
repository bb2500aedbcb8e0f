// A disk that fails on purpose, for scripts/check-faults: loaded in front of the C library (LD_PRELOAD), it counts the
// calls that change files below a folder, and at the Nth of them something goes wrong.
//
//   FAULTS_UNDER   the folder; other files are left alone
//   FAULTS_AT      N, counted from 1; 0 counts alone
//   FAULTS_KIND    kill    the process ends before the call
//                  tear    a write writes half of its bytes, then the process ends
//                  lose    the process ends, and of all files only what was synced is left
//                  unname  as lose; and names that were given or taken since their folder was synced are as before
//                  eio, enospc   the call fails, and so do all writes that follow it
//                  eintr   the call fails once with EINTR
//                  short   from this call on, writes write one byte, then half of what they are asked
//   FAULTS_LOG     a file: one line a call, in the order in which they came
//   FAULTS_SAVED   a folder on the same disk, where `unname` keeps what was replaced or removed
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { most_files = 4096, most_steps = 4096 };

/// A file, by its inode: how many of its bytes are known to be on disk.
typedef struct {
  dev_t device;
  ino_t inode;
  off_t synced;
  char path[PATH_MAX];
} File;

/// A name that was given (`to` alone), taken (`from` alone) or changed, and not synced yet.
typedef struct {
  char from[PATH_MAX], to[PATH_MAX], saved[PATH_MAX];
  int is_folder, is_done;
} Step;

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static long calls, at;
static const char *kind = "", *under, *saved_folder;
static int log_descriptor = -1;
static int is_failing, is_short, saved_count;
static File files[most_files];
static int file_count;
static Step steps[most_steps];
static int step_count;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  under = getenv("FAULTS_UNDER");
  saved_folder = getenv("FAULTS_SAVED");
  kind = getenv("FAULTS_KIND") ? getenv("FAULTS_KIND") : "";
  at = getenv("FAULTS_AT") ? atol(getenv("FAULTS_AT")) : 0;
  const char *path = getenv("FAULTS_LOG");
  if (path) log_descriptor = REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
}

static int is_kind(const char *name) { return strcmp(kind, name) == 0; }

static int is_below(const char *path) { return under && strncmp(path, under, strlen(under)) == 0; }

/// The absolute path of a name, which need not exist.
static void absolute(int folder, const char *path, char *result) {
  char start[PATH_MAX] = "";
  if (path[0] != '/') {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t count = folder == AT_FDCWD ? (getcwd(start, sizeof start) ? (ssize_t)strlen(start) : 0)
                                       : readlink(link, start, sizeof start - 1);
    start[count > 0 ? count : 0] = 0;
  }
  (void)!snprintf(result, PATH_MAX, "%s%s%s", start, path[0] == '/' ? "" : "/", path);
  size_t length = strlen(result);
  while (length > 1 && result[length - 1] == '/') result[--length] = 0;
}

static void path_of(int descriptor, char *result) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t count = readlink(link, result, PATH_MAX - 1);
  result[count > 0 ? count : 0] = 0;
}

static File *file_of(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status)) return NULL;
  for (int index = 0; index < file_count; index++)
    if (files[index].device == status.st_dev && files[index].inode == status.st_ino) return &files[index];
  if (file_count == most_files || !S_ISREG(status.st_mode)) return NULL;
  File *file = &files[file_count++];
  *file = (File){.device = status.st_dev, .inode = status.st_ino, .synced = status.st_size};
  path_of(descriptor, file->path);
  return file;
}

static void parent(const char *path, char *result) {
  snprintf(result, PATH_MAX, "%s", path);
  char *slash = strrchr(result, '/');
  if (slash) *slash = 0;
}

/// Notes a change of a name before it is made, and keeps what it would destroy.
static void note(const char *from, const char *to, int is_folder) {
  if (!is_kind("unname") || step_count == most_steps) return;
  Step *step = &steps[step_count++];
  memset(step, 0, sizeof *step);
  step->is_folder = is_folder;
  snprintf(step->from, PATH_MAX, "%s", from ? from : "");
  snprintf(step->to, PATH_MAX, "%s", to ? to : "");
  const char *lost = to && from ? to : from;
  if (lost && !is_folder && saved_folder) {
    snprintf(step->saved, PATH_MAX, "%s/%d", saved_folder, saved_count++);
    if (REAL(link)(lost, step->saved)) step->saved[0] = 0;
  }
}

/// The folder's names are on disk.
static void settle(const char *folder) {
  char place[PATH_MAX];
  for (int index = 0; index < step_count; index++) {
    parent(steps[index].to[0] ? steps[index].to : steps[index].from, place);
    if (strcmp(place, folder) == 0) steps[index].is_done = 1;
  }
}

/// Leaves of each file what was synced, wherever it is by now.
static void lose_bytes(void) {
  for (int index = 0; index < file_count; index++) {
    struct stat status;
    if (stat(files[index].path, &status) || status.st_ino != files[index].inode) continue;
    if (status.st_size > files[index].synced && truncate(files[index].path, files[index].synced)) abort();
  }
}

static void lose_names(void) {
  for (int index = step_count - 1; index >= 0; index--) {
    const Step *step = &steps[index];
    if (step->is_done) continue;
    if (step->from[0] && step->to[0]) {
      REAL(rename)(step->to, step->from);
      if (step->saved[0]) REAL(rename)(step->saved, step->to);
    } else if (step->from[0]) {
      if (step->is_folder) REAL(mkdir)(step->from, 0777);
      else if (step->saved[0]) REAL(rename)(step->saved, step->from);
    } else if (step->is_folder) {
      REAL(rmdir)(step->to);
    } else {
      REAL(unlink)(step->to);
    }
  }
}

__attribute__((noreturn)) static void end(void) {
  if (is_kind("lose") || is_kind("unname")) lose_bytes();
  if (is_kind("unname")) lose_names();
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void record(const char *call, const char *path) {
  if (log_descriptor < 0) return;
  char line[PATH_MAX + 64];
  const int count = snprintf(line, sizeof line, "%ld %s %s\n", calls, call, path);
  (void)!REAL(write)(log_descriptor, line, (size_t)count);
}

/// Counts a call; where it is to fail, its error number.
///
/// - is_write: it could be done in part.
static int fault(const char *call, const char *path, int is_write) {
  calls++;
  record(call, path);
  const int is_it = at > 0 && calls == at;
  if (is_it) {
    if (is_kind("kill") || is_kind("lose") || is_kind("unname") || (is_kind("tear") && !is_write)) end();
    if (is_kind("eio") || is_kind("enospc")) is_failing = 1;
    if (is_kind("short")) is_short = 1;
    if (is_kind("eintr") && strcmp(call, "rename") && strcmp(call, "unlink") && strcmp(call, "rmdir")) return EINTR;
  }
  // A disk that is full still gives names away and syncs; one that is broken does nothing any more.
  if (is_failing && is_kind("eio") && strcmp(call, "unlink") && strcmp(call, "rmdir")) return EIO;
  if (is_failing && is_kind("enospc") && (is_write || !strcmp(call, "create") || !strcmp(call, "mkdir"))) return ENOSPC;
  return 0;
}

/// How many bytes a write is to write.
static size_t part(size_t count) {
  if (is_kind("tear") && calls == at) return count / 2;
  if (!is_short || count < 2) return count;
  return calls == at ? 1 : count / 2;
}

#define LOCKED(body) \
  do { \
    pthread_mutex_lock(&lock); \
    body; \
    pthread_mutex_unlock(&lock); \
  } while (0)

// Files

static int open_counted(int folder, const char *path, int flags, mode_t mode) {
  __typeof__(&openat) real = REAL(openat);
  char whole[PATH_MAX];
  absolute(folder, path, whole);
  const int changes = flags & (O_CREAT | O_TRUNC);
  if (!is_below(whole) || (flags & O_ACCMODE) == O_RDONLY) return real(folder, path, flags, mode);
  int result, error = 0;
  LOCKED({
    const int is_new = access(whole, F_OK) != 0;
    if (changes) error = fault(is_new ? "create" : "open", whole, 0);
    if (!error && is_new && (flags & O_CREAT)) note(NULL, whole, 0);
    result = error ? -1 : real(folder, path, flags, mode);
    if (error) errno = error;
    if (result >= 0) {
      File *file = file_of(result);
      if (file && (is_new || (flags & O_TRUNC))) file->synced = 0;
      if (file) snprintf(file->path, PATH_MAX, "%s", whole);
    }
  });
  return result;
}

int openat(int folder, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_counted(folder, path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_counted(AT_FDCWD, path, flags, mode);
}

int open64(const char *, int, ...) __attribute__((alias("open")));
int openat64(int, const char *, int, ...) __attribute__((alias("openat")));

/// Whether a descriptor is of a file below the folder.
static int is_counted(int descriptor, char *path) {
  if (descriptor <= 2 || descriptor == log_descriptor) return 0;
  path_of(descriptor, path);
  return is_below(path);
}

static ssize_t write_counted(int descriptor, const void *bytes, size_t count, off_t offset) {
  char path[PATH_MAX];
  if (!is_counted(descriptor, path))
    return offset < 0 ? REAL(write)(descriptor, bytes, count) : REAL(pwrite)(descriptor, bytes, count, offset);
  ssize_t result;
  LOCKED({
    file_of(descriptor);
    const int error = fault("write", path, 1);
    const size_t some = part(count);
    result = error ? -1 : offset < 0 ? REAL(write)(descriptor, bytes, some) : REAL(pwrite)(descriptor, bytes, some, offset);
    if (is_kind("tear") && calls == at) end();
    if (error) errno = error;
  });
  return result;
}

ssize_t write(int descriptor, const void *bytes, size_t count) { return write_counted(descriptor, bytes, count, -1); }

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return write_counted(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int, const void *, size_t, off64_t) __attribute__((alias("pwrite")));

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  char path[PATH_MAX];
  if (count > 0 && is_counted(descriptor, path)) return write_counted(descriptor, parts[0].iov_base, parts[0].iov_len, -1);
  return REAL(writev)(descriptor, parts, count);
}

int ftruncate(int descriptor, off_t length) {
  char path[PATH_MAX];
  if (!is_counted(descriptor, path)) return REAL(ftruncate)(descriptor, length);
  int result;
  LOCKED({
    File *file = file_of(descriptor);
    const int error = fault("truncate", path, 0);
    result = error ? -1 : REAL(ftruncate)(descriptor, length);
    if (error) errno = error;
    if (!error && file && file->synced > length) file->synced = length;
  });
  return result;
}

int ftruncate64(int, off64_t) __attribute__((alias("ftruncate")));

int fsync(int descriptor) {
  char path[PATH_MAX];
  if (!is_counted(descriptor, path)) return REAL(fsync)(descriptor);
  int result;
  LOCKED({
    const int error = fault("fsync", path, 0);
    struct stat status;
    // Nothing has to reach a real disk here; what counts is that it was asked for.
    result = error ? -1 : 0;
    if (error) errno = error;
    if (!error && !fstat(descriptor, &status)) {
      if (S_ISDIR(status.st_mode)) {
        settle(path);
      } else {
        File *file = file_of(descriptor);
        if (file) file->synced = status.st_size;
      }
    }
  });
  return result;
}

int fdatasync(int) __attribute__((alias("fsync")));

// Names

/// Files below a folder that got another name have another path.
static void follow(const char *from, const char *to) {
  const size_t length = strlen(from);
  for (int index = 0; index < file_count; index++) {
    char *path = files[index].path;
    if (strncmp(path, from, length) == 0 && (path[length] == 0 || path[length] == '/')) {
      char rest[PATH_MAX];
      snprintf(rest, sizeof rest, "%s", path + length);
      snprintf(path, PATH_MAX, "%s%s", to, rest);
    }
  }
}

static int rename_counted(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  char old[PATH_MAX], new[PATH_MAX];
  absolute(from_folder, from, old);
  absolute(to_folder, to, new);
  if (!is_below(new) && !is_below(old)) return REAL(renameat2)(from_folder, from, to_folder, to, flags);
  int result;
  LOCKED({
    const int error = fault("rename", new, 0);
    if (!error) note(old, new, 0);
    result = error ? -1 : REAL(renameat2)(from_folder, from, to_folder, to, flags);
    if (error) errno = error;
    if (result == 0) follow(old, new);
    else if (!error && is_kind("unname")) step_count--;
  });
  return result;
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  return rename_counted(from_folder, from, to_folder, to, flags);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  return rename_counted(from_folder, from, to_folder, to, 0);
}

int rename(const char *from, const char *to) { return rename_counted(AT_FDCWD, from, AT_FDCWD, to, 0); }

static int remove_counted(int folder, const char *path, int flags) {
  char whole[PATH_MAX];
  absolute(folder, path, whole);
  if (!is_below(whole)) return REAL(unlinkat)(folder, path, flags);
  int result;
  LOCKED({
    const int error = fault(flags & AT_REMOVEDIR ? "rmdir" : "unlink", whole, 0);
    if (!error) note(whole, NULL, flags & AT_REMOVEDIR);
    result = error ? -1 : REAL(unlinkat)(folder, path, flags);
    if (error) errno = error;
    else if (result && is_kind("unname")) step_count--;
  });
  return result;
}

int unlinkat(int folder, const char *path, int flags) { return remove_counted(folder, path, flags); }
int unlink(const char *path) { return remove_counted(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return remove_counted(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode) {
  char whole[PATH_MAX];
  absolute(folder, path, whole);
  if (!is_below(whole)) return REAL(mkdirat)(folder, path, mode);
  int result;
  LOCKED({
    const int error = fault("mkdir", whole, 0);
    if (!error) note(NULL, whole, 1);
    result = error ? -1 : REAL(mkdirat)(folder, path, mode);
    if (error) errno = error;
    else if (result && is_kind("unname")) step_count--;
  });
  return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
