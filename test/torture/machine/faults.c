/*
 * Comes between a program and the kernel (LD_PRELOAD), and makes the machine
 * fail as a control file says, which is read anew while the program runs:
 *
 *   CALL PART ERRNO SKIP TIMES   the next TIMES calls on paths that contain
 *                                PART fail, after SKIP that do not; with
 *                                -1 they wait until there is no such rule.
 *                                The call "dsync" is the part of a write
 *                                that makes it durable (O_DSYNC)
 *   clock SECONDS                the wall clock is off by so much
 *
 * Each failure is noted in a file of the same name with ".hits" behind it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MOST 32
#define REREAD_NS 5000000LL
#define HANG -1

struct rule {
  char call[16], part[256];
  int error, skip, times;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rule rules[MOST];
static int count;
static long long offset_s, read_at;
static struct stat read_state;

static long long monotonic_ns(void) {
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* What has failed in an earlier process counts as well. */
static void count_hits(const char *path) {
  char name[4096], line[4608], call[16];
  int at;
  snprintf(name, sizeof name, "%s.hits", path);
  FILE *file = fopen(name, "r");
  if (file == NULL) return;
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, "%15s %n", call, &at) != 1) continue;
    for (int i = 0; i < count; i++) {
      if (strcmp(rules[i].call, call) != 0 || strstr(line + at, rules[i].part) == NULL) continue;
      rules[i].skip = 0;
      if (rules[i].times > 0) rules[i].times--;
      break;
    }
  }
  fclose(file);
}

/* Only a file that has changed is read, so that the counts of its rules go on. */
static void reread(void) {
  const char *path = getenv("FAULTS");
  long long now = monotonic_ns();
  struct stat state;
  if (path == NULL || (read_at != 0 && now - read_at < REREAD_NS)) return;
  read_at = now;
  if (stat(path, &state) != 0) {
    count = 0;
    offset_s = 0;
    return;
  }
  if (state.st_ino == read_state.st_ino) return;
  read_state = state;
  FILE *file = fopen(path, "r");
  if (file == NULL) return;
  char line[512];
  count = 0;
  offset_s = 0;
  while (fgets(line, sizeof line, file) != NULL && count < MOST) {
    struct rule *rule = &rules[count];
    if (sscanf(line, "clock %lld", &offset_s) == 1) continue;
    if (sscanf(line, "%15s %255s %d %d %d", rule->call, rule->part, &rule->error, &rule->skip, &rule->times) == 5) count++;
  }
  fclose(file);
  count_hits(path);
}

static void note(const char *call, const char *path) {
  char name[4096], line[4608];
  snprintf(name, sizeof name, "%s.hits", getenv("FAULTS"));
  int file = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) return;
  int length = snprintf(line, sizeof line, "%s %s\n", call, path);
  if (syscall(SYS_write, file, line, length) < 0) abort();
  close(file);
}

/* As on a file system that is frozen: the call is held, and then carried out. */
static void wait_until_thawed(const char *call, const char *path) {
  int frozen = 1;
  while (frozen) {
    usleep(REREAD_NS / 1000);
    pthread_mutex_lock(&lock);
    reread();
    frozen = 0;
    for (int i = 0; i < count; i++) {
      struct rule *rule = &rules[i];
      if (rule->error == HANG && strcmp(rule->call, call) == 0 && strstr(path, rule->part) != NULL) frozen = 1;
    }
    pthread_mutex_unlock(&lock);
  }
}

/* Whether this call fails; errno says how then. */
static int fails(const char *call, const char *path) {
  int error = 0, saved = errno;
  if (getenv("FAULTS") == NULL) return 0;
  pthread_mutex_lock(&lock);
  reread();
  for (int i = 0; i < count && error == 0; i++) {
    struct rule *rule = &rules[i];
    if (strcmp(rule->call, call) != 0 || strstr(path, rule->part) == NULL) continue;
    if (rule->skip > 0) rule->skip--;
    else if (rule->times > 0) {
      rule->times--;
      error = rule->error;
    }
  }
  if (error != 0) note(call, path);
  pthread_mutex_unlock(&lock);
  if (error == HANG) {
    wait_until_thawed(call, path);
    error = 0;
  }
  errno = error != 0 ? error : saved;
  return error != 0;
}

static int fails_on(const char *call, int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails(call, path);
}

#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (real == NULL) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

/* Whether what is written is durable when the call returns. */
static int is_durable(int descriptor) {
  int saved = errno, flags = fcntl(descriptor, F_GETFL);
  errno = saved;
  return flags >= 0 && (flags & O_DSYNC) != 0;
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (descriptor > 2 && fails_on("write", descriptor)) return -1;
  ssize_t written = real(descriptor, bytes, size);
  return written > 0 && is_durable(descriptor) && fails_on("dsync", descriptor) ? -1 : written;
}
ssize_t writev(int descriptor, const struct iovec *parts, int number) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  return descriptor > 2 && fails_on("write", descriptor) ? -1 : real(descriptor, parts, number);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  return fails_on("write", descriptor) ? -1 : real(descriptor, bytes, size, at);
}
int fsync(int descriptor) {
  REAL(int, "fsync", int);
  return fails_on("fsync", descriptor) ? -1 : real(descriptor);
}
int ftruncate(int descriptor, off_t size) {
  REAL(int, "ftruncate", int, off_t);
  return fails_on("ftruncate", descriptor) ? -1 : real(descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) {
  REAL(int, "ftruncate64", int, off64_t);
  return fails_on("ftruncate", descriptor) ? -1 : real(descriptor, size);
}
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  return fails("rename", from) ? -1 : real(from, to);
}
int link(const char *from, const char *to) {
  REAL(int, "link", const char *, const char *);
  return fails("link", from) ? -1 : real(from, to);
}

static long long offset(void) {
  if (getenv("FAULTS") == NULL) return 0;
  pthread_mutex_lock(&lock);
  reread();
  long long found = offset_s;
  pthread_mutex_unlock(&lock);
  return found;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += offset();
  return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = syscall(SYS_gettimeofday, now, zone);
  if (result == 0) now->tv_sec += offset();
  return result;
}
time_t time(time_t *into) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (into != NULL) *into = now.tv_sec;
  return now.tv_sec;
}
