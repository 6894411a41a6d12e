// Viewers that look at nothing: each connection says its hello and counts the bytes that come. Lines in, lines out:
//   open IP PORT COUNT HELLO SIGN   both in hex; SIGN, which may be -, is said every 5 s.
//                                   Answered by `opened` once each has got media
//   count                           `counted BYTES READS`, of all so far
//   close                           `closed`
// `failed WHY` when a connection breaks.
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX = 4096, PER_ADDRESS = 100, HELLO_BYTES = 8192, SIGN_S = 5, BUFFER_BYTES = 1 << 18 };
// What answers take, and more: behind it there is media.
enum { MEDIA_BYTES = 16384 };

static int sockets[MAX], waiting, connections, epoll_fd;
static long long received[MAX], total_bytes, total_reads;
static uint8_t hello[HELLO_BYTES], sign[64], buffer[BUFFER_BYTES];
static int hello_bytes, sign_bytes;
static time_t signed_at;

static int from_hex(const char *text, uint8_t *out, int most) {
  int count = 0;
  unsigned byte;
  for (; count < most && isxdigit(text[2 * count]) && sscanf(text + 2 * count, "%2x", &byte) == 1; count++) out[count] = (uint8_t)byte;
  return count;
}

static void say(const char *line) {
  puts(line);
  fflush(stdout);
}

static void close_all(void) {
  for (int i = 0; i < connections; i++)
    if (sockets[i] >= 0) close(sockets[i]);
  connections = waiting = 0;
}

static int open_one(int index, const struct sockaddr_in *to) {
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(0x7f000002u + (unsigned)(index / PER_ADDRESS));
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof from) < 0) return -1;
  if (connect(fd, (const struct sockaddr *)to, sizeof *to) < 0) return -1;
  if (write(fd, hello, (size_t)hello_bytes) != hello_bytes) return -1;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
  return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -1 : fd;
}

static void open_all(char *arguments) {
  char ip[64], *line = arguments;
  struct sockaddr_in to = {.sin_family = AF_INET};
  int port, count, at = 0;
  if (sscanf(line, "%63s %d %d %n", ip, &port, &count, &at) != 3 || count < 1 || count > MAX) return say("failed open");
  inet_pton(AF_INET, ip, &to.sin_addr);
  to.sin_port = htons((uint16_t)port);
  char *rest = strchr(line + at, ' ');
  hello_bytes = from_hex(line + at, hello, HELLO_BYTES);
  sign_bytes = rest == NULL ? 0 : from_hex(rest + 1, sign, sizeof sign);
  waiting = connections = count;
  for (int i = 0; i < count; i++) {
    received[i] = 0;
    sockets[i] = open_one(i, &to);
    if (sockets[i] < 0) {
      printf("failed a connection: %s\n", strerror(errno));
      fflush(stdout);
      return;
    }
  }
}

static void hear(int index) {
  ssize_t count = read(sockets[index], buffer, sizeof buffer);
  if (count <= 0) {
    printf("failed connection %d ended: %s\n", index, count == 0 ? "by the server" : strerror(errno));
    fflush(stdout);
    close(sockets[index]);
    sockets[index] = -1;
    return;
  }
  total_bytes += count;
  total_reads += 1;
  if (received[index] < MEDIA_BYTES && received[index] + count >= MEDIA_BYTES && --waiting == 0) say("opened");
  received[index] += count;
}

static void obey(char *line) {
  if (strncmp(line, "open ", 5) == 0) open_all(line + 5);
  else if (strncmp(line, "count", 5) == 0) {
    printf("counted %lld %lld\n", total_bytes, total_reads);
    fflush(stdout);
  } else if (strncmp(line, "close", 5) == 0) {
    close_all();
    say("closed");
  }
}

int main(void) {
  static char line[4 * HELLO_BYTES];
  enum { COMMANDS = MAX };
  epoll_fd = epoll_create1(0);
  struct epoll_event command = {.events = EPOLLIN, .data.u32 = COMMANDS}, ready[256];
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &command);
  setvbuf(stdin, NULL, _IOLBF, sizeof line);
  for (;;) {
    int count = epoll_wait(epoll_fd, ready, 256, 1000);
    for (int i = 0; i < count; i++) {
      if (ready[i].data.u32 != COMMANDS) {
        if (ready[i].data.u32 < (uint32_t)connections && sockets[ready[i].data.u32] >= 0) hear((int)ready[i].data.u32);
      } else if (fgets(line, sizeof line, stdin) == NULL) return 0;
      else obey(line);
    }
    time_t now = time(NULL);
    if (sign_bytes == 0 || now - signed_at < SIGN_S) continue;
    signed_at = now;
    for (int i = 0; i < connections; i++)
      if (sockets[i] >= 0 && write(sockets[i], sign, (size_t)sign_bytes) < 0) say("failed a sign of life");
  }
}
