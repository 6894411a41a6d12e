// Preloaded into a worker, it makes the kernel refuse datagrams. REFUSE: `segments` refuses every message of segments
// (EIO), `large` those of segments above 500 bytes (EINVAL), `busy` every second call (EAGAIN), `receive` every
// receiving call (EPERM). Each refusal is a line on stderr, and so is what each call has received.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char line[] = "refused\n";

static int refuse(int error) {
  (void)!write(STDERR_FILENO, line, sizeof line - 1);
  errno = error;
  return -1;
}

static uint16_t segment_bytes(const struct msghdr *message) {
  uint16_t bytes = 0;
  if (message->msg_controllen > 0) memcpy(&bytes, CMSG_DATA(CMSG_FIRSTHDR(message)), sizeof bytes);
  return bytes;
}

// Sends the messages before the first refused one, as the kernel does.
int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
  static int (*next)(int, struct mmsghdr *, unsigned, int);
  static unsigned calls;
  if (next == NULL) next = (int (*)(int, struct mmsghdr *, unsigned, int))dlsym(RTLD_NEXT, "sendmmsg");
  const char *mode = getenv("REFUSE");
  if (mode == NULL || strcmp(mode, "receive") == 0) return next(fd, messages, count, flags);
  if (strcmp(mode, "busy") == 0) return calls++ % 2 == 0 ? refuse(EAGAIN) : next(fd, messages, count, flags);
  const int largest = strcmp(mode, "large") == 0 ? 500 : 0;
  unsigned good = 0;
  while (good < count && segment_bytes(&messages[good].msg_hdr) <= largest) good++;
  if (good > 0) return next(fd, messages, good, flags);
  return refuse(largest > 0 ? EINVAL : EIO);
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout) {
  static int (*next)(int, struct mmsghdr *, unsigned, int, struct timespec *);
  if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, "recvmmsg");
  const char *mode = getenv("REFUSE");
  if (mode != NULL && strcmp(mode, "receive") == 0) return refuse(EPERM);
  const int taken = next(fd, messages, count, flags, timeout);
  if (taken > 0) dprintf(STDERR_FILENO, "received %d messages\n", taken);
  return taken;
}
