/*
 * Stands in ffmpeg's place and tries what media that took ffmpeg over would try:
 *   attack FOLDER VICTIM TCP_PORT UDP_PORT       prints a line with the name of each attempt that succeeds
 * FOLDER has a file `secret` and a Unix socket `socket`; VICTIM is the id of a process of the same user; file 3 is
 * an input file that was opened for reading and writing.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

extern char **environ;
static const char *folder;
static pid_t victim;
static int tcp_port, udp_port;

static void report(const char *name, int succeeded) {
  if (succeeded) printf("%s\n", name);
  fflush(stdout);
}
static const char *at(const char *name) {
  static char paths[4][512];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}
static const char *proc(const char *name) {
  static char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", victim, name);
  return path;
}
static int reads(const char *path) {
  char byte;
  const int fd = open(path, O_RDONLY);
  const int done = fd >= 0 && read(fd, &byte, 1) == 1;
  if (fd >= 0) close(fd);
  return done;
}
static int lists(const char *path) {
  DIR *opened = opendir(path);
  const int done = opened != NULL && readdir(opened) != NULL;
  if (opened != NULL) closedir(opened);
  return done;
}
static int closes(int fd) { return fd >= 0 && close(fd) == 0; }
static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){AF_INET, htons((uint16_t)port), {htonl(INADDR_LOOPBACK)}, {0}};
}
static struct sockaddr_un socket_in_folder(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, at("socket"), sizeof address.sun_path - 1);
  return address;
}
static int child_ends(pid_t child) {
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, NULL, 0);
  return child > 0;
}
static void *nothing(void *of) { return of; }

static void attack_files(void) {
  report("read a file", reads(at("secret")));
  report("read the environment of a process", reads(proc("environ")));
  report("read the command line of a process", reads(proc("cmdline")));
  report("list processes", lists("/proc"));
  report("list a folder", lists(folder));
  report("list the root", lists("/"));
  report("read /etc/passwd", reads("/etc/passwd"));
  report("write a file", closes(open(at("secret"), O_WRONLY)));
  report("make a file", closes(open(at("made"), O_CREAT | O_WRONLY, 0666)));
  report("make a folder", mkdir(at("folder"), 0777) == 0);
  report("make a temporary file", closes(open("/tmp", O_TMPFILE | O_WRONLY, 0600)));
  report("make a link", link(at("secret"), at("link")) == 0);
  report("make a symbolic link", symlink("/etc", at("symlink")) == 0);
  report("change a mode", chmod(at("secret"), 0666) == 0);
  report("change times", utimes(at("secret"), NULL) == 0);
  report("change an attribute", setxattr(at("secret"), "user.attack", "", 0, 0) == 0);
  report("cut a file", truncate(at("secret"), 3) == 0);
  report("rename a file", rename(at("secret"), at("renamed")) == 0);
  report("remove a file", unlink(at("renamed")) == 0 || unlink(at("secret")) == 0);
  report("write into its input", pwrite(3, "x", 1, 0) == 1);
  report("map its input for writing", mmap(NULL, 1, PROT_WRITE, MAP_SHARED, 3, 0) != MAP_FAILED);
  report("open its input for writing", closes(open("/proc/self/fd/3", O_RDWR)));
  report("watch a folder", inotify_add_watch(inotify_init1(0), folder, IN_ALL_EVENTS) >= 0);
}

static void attack_network(void) {
  const struct sockaddr_in tcp = loopback(tcp_port), udp = loopback(udp_port), any = loopback(0);
  const struct sockaddr_un local = socket_in_folder();
  const struct sockaddr_un abstract = {.sun_family = AF_UNIX, .sun_path = "\0meridian-attack"};
  int pair[2];
  report("connect by TCP", connect(socket(AF_INET, SOCK_STREAM, 0), (const void *)&tcp, sizeof tcp) == 0);
  report("send by UDP", sendto(socket(AF_INET, SOCK_DGRAM, 0), "x", 1, 0, (const void *)&udp, sizeof udp) == 1);
  report("connect to a Unix socket", connect(socket(AF_UNIX, SOCK_STREAM, 0), (const void *)&local, sizeof local) == 0);
  report("bind an abstract socket",
         bind(socket(AF_UNIX, SOCK_STREAM, 0), (const void *)&abstract, sizeof abstract) == 0);
  report("bind a port", bind(socket(AF_INET, SOCK_STREAM, 0), (const void *)&any, sizeof any) == 0);
  report("open netlink", closes(socket(AF_NETLINK, SOCK_RAW, 0)));
  report("make a pair of sockets", socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
}

static void attack_processes(void) {
  char word;
  struct rlimit bound = {0, 0};
  struct iovec here = {&word, 1}, there = {(void *)&victim, 1};
  cpu_set_t cpus;
  report("fork", child_ends(fork()));
  report("fork by clone3", child_ends((pid_t)syscall(SYS_clone3, (uint64_t[11]){[4] = SIGCHLD}, 88)));
  pid_t spawned;
  char *words[] = {"true", NULL};
  report("spawn a program", posix_spawn(&spawned, "/bin/true", NULL, NULL, words, environ) == 0);
  report("signal a process", kill(victim, 0) == 0);
  report("signal by tgkill", syscall(SYS_tgkill, victim, victim, 0) == 0);
  report("open a process", closes((int)syscall(SYS_pidfd_open, victim, 0)));
  report("read the memory of a process",
         process_vm_readv(victim, &here, 1, &there, 1, 0) == 1 || reads(proc("maps")));
  report("trace a process", ptrace(PTRACE_SEIZE, victim, NULL, NULL) == 0);
  report("read bounds of a process", syscall(SYS_prlimit64, victim, RLIMIT_NOFILE, NULL, &bound) == 0);
  report("change the priority of a process", setpriority(PRIO_PROCESS, (id_t)victim, 19) == 0);
  sched_getaffinity(0, sizeof cpus, &cpus);
  report("change the cores of a process", sched_setaffinity(victim, sizeof cpus, &cpus) == 0);
  const int shared = shmget(0x4d455249, 4096, IPC_CREAT | 0600);
  if (shared >= 0) shmctl(shared, IPC_RMID, NULL);
  report("share memory by name", shared >= 0);
}

static void attack_rights(void) {
  struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct have[2] = {{0, 0, 0}, {0, 0, 0}};
  struct rlimit threads;
  syscall(SYS_capget, &head, have);
  getrlimit(RLIMIT_NPROC, &threads);
  report("have a capability", (have[0].permitted | have[1].permitted) != 0);
  report("be root", geteuid() == 0 || setuid(0) == 0);
  report("make a namespace", unshare(CLONE_NEWUSER) == 0);
  report("have unbounded threads", threads.rlim_max > 16384);
  report("take 4 GB of memory", mmap(NULL, 4ul << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

/* Must work in every sandbox: without them the other attempts would fail for a wrong reason. */
static void decode(void) {
  pthread_t thread;
  const int works = reads("/proc/self/fd/3") && reads("/bin/sh") && closes(open("/dev/null", O_WRONLY)) &&
                    pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
  report(works ? "decode" : "NOT decode", 1);
}

int main(int count, char **words) {
  if (count != 5) return 2;
  folder = words[1];
  victim = atoi(words[2]);
  tcp_port = atoi(words[3]);
  udp_port = atoi(words[4]);
  signal(SIGPIPE, SIG_IGN);
  decode();
  attack_network();
  attack_processes();
  attack_files();
  attack_rights();
  return 0;
}
