/*
 * Starts a program that reads foreign media (ffmpeg, ffprobe) without network, files, rights or other processes:
 *   jail [--memory BYTES] PROGRAM ARGUMENT…     becomes PROGRAM, found in PATH
 *   jail --check                                exit code 0 where all of this works
 * The program keeps its process id, its pipes, its output, and its open files, those for reading alone. Exit codes: 125
 * when a part of the jail does not work here (PROGRAM does not run then), 127 when PROGRAM cannot be started.
 *
 * Files are closed by Landlock (Linux 5.13), network and processes by a seccomp filter. Both need no privilege and no
 * namespace, so the jail is the same for root, a user, a systemd unit and a container.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "denied.h"

enum { NO_JAIL = 125, NO_PROGRAM = 127, FILES_MAX = 64, NICENESS = 5 };
/* Threads of the account, of all its programs: above what a desktop runs, below the 32768 that a small host has. */
enum { THREADS_MAX = 16384 };
/* User and group without rights on Debian, Fedora and Arch. */
enum { UNPRIVILEGED_ID = 65534 };

/* Landlock's numbers, which headers of older kernels lack; the same on all architectures. */
enum { LANDLOCK_CREATE_RULESET = 444, LANDLOCK_ADD_RULE = 445, LANDLOCK_RESTRICT_SELF = 446 };
enum { RULE_PATH_BENEATH = 1, CREATE_RULESET_VERSION = 1 };
enum { EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3 };
/* Rights that each version of Landlock can take away: 13 of version 1, then REFER, TRUNCATE, IOCTL_DEV. */
static const uint64_t rights_of_version[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
struct path_rule {
  uint64_t rights;
  int32_t parent_fd;
} __attribute__((packed));

/* Programs, libraries, fonts and their indexes: no configuration that may hold a secret. */
static const char *const readable[] = {"/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/nix/store",
                                       "/etc/ld.so.cache", "/etc/fonts", "/var/cache/fontconfig"};

static void refuse(const char *part, const char *cure) {
  fprintf(stderr, "no sandbox: %s: %s; %s\n", part, strerror(errno), cure);
  exit(NO_JAIL);
}

static int is_input(int fd) {
  struct stat found;
  return fd != STDOUT_FILENO && fd != STDERR_FILENO && fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

/* Opens input files again for reading alone, since the service may write to them. */
static int close_writing(void) {
  for (int fd = 0; fd < FILES_MAX; fd += 1) {
    char name[32];
    if (!is_input(fd) || (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) continue;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    int again = open(name, O_RDONLY | O_CLOEXEC);
    if (again < 0 || dup2(again, fd) < 0) return -1;
    close(again);
  }
  return 0;
}

static int bound_resources(uint64_t memory_bytes) {
  const struct rlimit memory = {memory_bytes, memory_bytes}, files = {FILES_MAX, FILES_MAX}, core = {0, 0};
  struct rlimit threads;
  setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICENESS);
  if (memory_bytes > 0 && setrlimit(RLIMIT_AS, &memory) != 0) return -1;
  if (getrlimit(RLIMIT_NPROC, &threads) != 0) return -1;
  if (threads.rlim_cur > THREADS_MAX) threads.rlim_cur = threads.rlim_max = THREADS_MAX;
  if (setrlimit(RLIMIT_NPROC, &threads) != 0) return -1;
  return setrlimit(RLIMIT_NOFILE, &files) != 0 || setrlimit(RLIMIT_CORE, &core) != 0 ? -1 : 0;
}

/* Gives up all capabilities, and root's account where the capabilities for that are there. */
static int drop_rights(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  const struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
  struct __user_cap_data_struct have[2];
  for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap += 1) prctl(PR_CAPBSET_DROP, cap);
  if (geteuid() == 0 && syscall(SYS_setgroups, 0, NULL) == 0 &&
      syscall(SYS_setresgid, UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID) == 0 &&
      syscall(SYS_setresuid, UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID) != 0)
    return -1;
  /* A unit of systemd that has no capability may not call capset either. */
  if (syscall(SYS_capget, &head, have) != 0) return -1;
  const uint32_t any = have[0].permitted | have[1].permitted | have[0].inheritable | have[1].inheritable;
  if (any != 0 && syscall(SYS_capset, &head, none) != 0) return -1;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int allow(int rules, int fd, uint64_t rights) {
  const struct path_rule rule = {rights, fd};
  return syscall(LANDLOCK_ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0);
}

/* Allows what is there. */
static int allow_path(int rules, const char *path, uint64_t rights) {
  struct stat found;
  const int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return 0;
  const int is_folder = fstat(fd, &found) == 0 && S_ISDIR(found.st_mode);
  const int done = allow(rules, fd, is_folder ? rights : rights & ~(uint64_t)READ_DIR);
  close(fd);
  return done;
}

static int close_files(const char *program) {
  const long version = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
  if (version < 1) return -1;
  const long last = sizeof rights_of_version / sizeof *rights_of_version - 1;
  const uint64_t handled = rights_of_version[version < last ? version : last];
  const int rules = (int)syscall(LANDLOCK_CREATE_RULESET, &handled, sizeof handled, 0);
  if (rules < 0) return -1;
  for (size_t at = 0; at < sizeof readable / sizeof *readable; at += 1)
    if (allow_path(rules, readable[at], READ_FILE | READ_DIR | EXECUTE) != 0) return -1;
  if (program != NULL && allow_path(rules, program, READ_FILE | EXECUTE) != 0) return -1;
  if (allow_path(rules, "/dev/null", READ_FILE | WRITE_FILE) != 0) return -1;
  if (allow_path(rules, "/dev/urandom", READ_FILE) != 0) return -1;
  for (int fd = 0; fd < FILES_MAX; fd += 1)
    if (is_input(fd) && allow(rules, fd, READ_FILE) != 0) return -1;
  const int done = (int)syscall(LANDLOCK_RESTRICT_SELF, rules, 0);
  close(rules);
  return done;
}

#if defined(__x86_64__)
enum { ARCH = AUDIT_ARCH_X86_64, X32_CALLS = 0x40000000 };
#elif defined(__aarch64__)
enum { ARCH = AUDIT_ARCH_AARCH64, X32_CALLS = INT_MAX };
#else
#error the jail knows the system calls of x86-64 and ARM64 alone
#endif

static struct sock_filter filter[512];
static unsigned short filter_length = 0;
static void add(uint16_t code, uint32_t k, uint8_t when_true, uint8_t when_false) {
  filter[filter_length++] = (struct sock_filter){code, when_true, when_false, k};
}
static void answer(uint32_t with) { add(BPF_RET | BPF_K, with, 0, 0); }
static void load(size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }
static void deny(int call) {
  add(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
  answer(SECCOMP_RET_ERRNO | EPERM);
}
/* Denies the call unless its first argument passes the comparison. */
static void deny_unless(int call, uint16_t comparison, uint32_t value) {
  add(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4);
  load(offsetof(struct seccomp_data, args[0]));
  add(BPF_JMP | comparison | BPF_K, value, 0, 1);
  answer(SECCOMP_RET_ALLOW);
  answer(SECCOMP_RET_ERRNO | EPERM);
}

static int close_network_and_processes(void) {
  load(offsetof(struct seccomp_data, arch));
  add(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
  answer(SECCOMP_RET_KILL_PROCESS);
  load(offsetof(struct seccomp_data, nr));
  add(BPF_JMP | BPF_JGE | BPF_K, X32_CALLS, 0, 1);
  answer(SECCOMP_RET_KILL_PROCESS);
  for (size_t at = 0; at < sizeof denied / sizeof *denied; at += 1) deny(denied[at]);
  /* The arguments of clone3 are in memory that a filter cannot read; the C library falls back to clone. */
  add(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
  answer(SECCOMP_RET_ERRNO | ENOSYS);
  deny_unless(SYS_clone, BPF_JSET, 0x00010000 /* CLONE_THREAD */);
  deny_unless(SYS_kill, BPF_JEQ, (uint32_t)getpid());
  deny_unless(SYS_tgkill, BPF_JEQ, (uint32_t)getpid());
  deny_unless(SYS_prlimit64, BPF_JEQ, 0);
  answer(SECCOMP_RET_ALLOW);
  const struct sock_fprog program = {filter_length, filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* Returns the path of the program as execvp finds it; NULL when it is not there. */
static const char *find(const char *name, char *path, size_t size) {
  if (strchr(name, '/') != NULL) return access(name, X_OK) == 0 ? name : NULL;
  const char *folder = getenv("PATH");
  while (folder != NULL && *folder != '\0') {
    const size_t length = strcspn(folder, ":");
    if (length > 0 && (size_t)snprintf(path, size, "%.*s/%s", (int)length, folder, name) < size &&
        access(path, X_OK) == 0)
      return path;
    folder += length + (folder[length] == ':');
  }
  return NULL;
}

int main(int count, char **words) {
  int at = 1;
  uint64_t memory_bytes = 0;
  char path[PATH_MAX];
  const char *program = NULL;
  const int is_check = count == 2 && strcmp(words[1], "--check") == 0;
  if (count > 2 && strcmp(words[1], "--memory") == 0) {
    memory_bytes = strtoull(words[2], NULL, 10);
    at = 3;
  }
  if (!is_check) {
    program = at < count ? find(words[at], path, sizeof path) : NULL;
    if (program == NULL) {
      fprintf(stderr, "jail: %s: not found\n", at < count ? words[at] : "no program");
      return NO_PROGRAM;
    }
  }
  if (close_writing() != 0) refuse("open files", "/proc must be mounted");
  if (bound_resources(memory_bytes) != 0) refuse("bounds", "the hard limits of this process must not be lower");
  if (drop_rights() != 0) refuse("rights", "the process must be allowed to give up its capabilities");
  if (close_files(program) != 0)
    refuse("Landlock", "needs Linux 5.13 or newer with landlock among its security modules (lsm=landlock,…), and a "
                       "container or unit that allows the calls landlock_*");
  if (close_network_and_processes() != 0) refuse("seccomp", "needs a Linux with seccomp filters");
  if (is_check) return 0;
  execv(program, words + at);
  fprintf(stderr, "jail: %s: %s\n", program, strerror(errno));
  return NO_PROGRAM;
}
