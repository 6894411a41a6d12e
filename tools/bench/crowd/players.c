// Players of HLS that look at nothing: each has a connection and an address of its own, asks for the playlist once a
// target duration, and fetches each segment that is new in it. Lines in, lines out:
//   open IP PORT COUNT FOLDER TARGET_MS   `opened` once each has got a segment
//   count     `counted BYTES PLAYLISTS SEGMENTS ERRORS STARVED`: of all so far; STARVED of now: without a new segment
//             for three target durations
//   close     `closed`
// `failed WHY` when a connection cannot be made.
#define _GNU_SOURCE // strcasestr
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX = 20000, SWEEP_US = 2000, HEAD_BYTES = 4096, LIST_BYTES = 32768, FOLDER_BYTES = 2048, BUFFER_BYTES = 1 << 18, TICK_MS = 10 };
enum State { IDLE, PLAYLIST, SEGMENT };

struct Player {
  int fd;
  enum State state;
  int head_bytes, list_bytes;
  long long left;              // of the body; -1: its head has not come whole
  long long next_ms, asked_ms; // of the playlist
  long long got_ms;            // the last segment
  long long last, newest;      // numbers of segments: fetched, and in the playlist
  int status;
  char head[HEAD_BYTES], list[LIST_BYTES];
};

static struct Player *players;
static int count, waiting, epoll_fd, target_ms;
static long long bytes, playlists, segments, errors;
static char folder[FOLDER_BYTES], host[80], buffer[BUFFER_BYTES];
static struct sockaddr_in server;

static long long now_ms(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000LL + at.tv_nsec / 1000000;
}

static void say(const char *line) {
  puts(line);
  fflush(stdout);
}

static int dial(int index) {
  // 127.1.0.1 and on: one for each.
  struct sockaddr_in from = {.sin_family = AF_INET};
  from.sin_addr.s_addr = htonl(0x7f010001u + (unsigned)index + (unsigned)(index / 250) * 6u);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof from) < 0) return -1;
  if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0) return -1;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)index};
  return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -1 : fd;
}

static void fail(struct Player *player, const char *why) {
  errors += 1;
  if (errors <= 3) fprintf(stderr, "a player: %s\n", why);
  if (player->fd >= 0) close(player->fd);
  player->fd = dial((int)(player - players));
  player->state = IDLE;
  player->next_ms = now_ms() + target_ms;
}

static void ask(struct Player *player, enum State what) {
  static char request[FOLDER_BYTES + 256];
  char file[48] = "media.m3u8";
  if (what == SEGMENT) snprintf(file, sizeof file, "seg-%lld.m4s", player->last);
  int length = snprintf(request, sizeof request, "GET %s/%s HTTP/1.1\r\nhost: %s\r\nuser-agent: players\r\n\r\n", folder, file, host);
  player->state = what;
  player->head_bytes = player->list_bytes = 0;
  player->left = -1;
  if (write(player->fd, request, (size_t)length) != length) fail(player, "its request was not taken");
}

// What follows when an answer has come whole.
static void go_on(struct Player *player) {
  if (player->status != 200) {
    char why[64];
    snprintf(why, sizeof why, "status %d", player->status);
    return fail(player, why);
  }
  if (player->state == PLAYLIST) {
    playlists += 1;
    player->list[player->list_bytes < LIST_BYTES ? player->list_bytes : LIST_BYTES - 1] = 0;
    long long newest = -1;
    for (char *at = player->list; (at = strstr(at, "\nseg-")) != NULL; at += 5) newest = atoll(at + 5);
    if (newest > player->newest) player->newest = newest;
    else player->asked_ms -= target_ms / 2; // nothing new: again after half of the time
    if (player->last < 0) player->last = player->newest - 1;
  } else {
    segments += 1;
    player->got_ms = now_ms();
    if (waiting > 0 && player->last >= 0 && player->status == 200 && player->head[HEAD_BYTES - 1] == 0) {
      player->head[HEAD_BYTES - 1] = 1; // its first one
      if (--waiting == 0) say("opened");
    }
  }
  if (player->last < player->newest) {
    player->last += 1;
    return ask(player, SEGMENT);
  }
  player->state = IDLE;
  player->next_ms = player->asked_ms + target_ms;
}

static void hear(struct Player *player) {
  if (player->fd < 0) return;
  ssize_t got = read(player->fd, buffer, BUFFER_BYTES);
  if (got <= 0) return fail(player, got == 0 ? "its server ended the connection" : strerror(errno));
  bytes += got;
  if (player->state == IDLE) return fail(player, "an answer to no question");
  char *from = buffer;
  if (player->left < 0) {
    int room = HEAD_BYTES - 2 - player->head_bytes, taken = got < room ? (int)got : room;
    memcpy(player->head + player->head_bytes, buffer, (size_t)taken);
    int had = player->head_bytes;
    player->head_bytes += taken;
    char mark = player->head[player->head_bytes];
    player->head[player->head_bytes] = 0;
    char *end = strstr(player->head, "\r\n\r\n");
    if (end == NULL) {
      player->head[player->head_bytes] = mark;
      if (taken == room) fail(player, "a head without end");
      return;
    }
    char *length = strcasestr(player->head, "\r\ncontent-length:");
    player->status = atoi(player->head + 9);
    if (length == NULL || length > end) return fail(player, "an answer without its length");
    player->left = atoll(length + 17);
    int used = (int)(end + 4 - player->head) - had;
    from += used;
    got -= used;
  }
  if (player->state == PLAYLIST && player->list_bytes + got < LIST_BYTES) {
    memcpy(player->list + player->list_bytes, from, (size_t)got);
    player->list_bytes += (int)got;
  }
  player->left -= got;
  if (player->left < 0) return fail(player, "more than its length");
  if (player->left == 0) go_on(player);
}

static void close_all(void) {
  for (int i = 0; i < count; i++)
    if (players[i].fd >= 0) close(players[i].fd);
  count = waiting = 0;
}

static void open_all(const char *line) {
  char ip[64];
  int port, wanted;
  if (sscanf(line, "%63s %d %d %2047s %d", ip, &port, &wanted, folder, &target_ms) != 5 || wanted < 1 || wanted > MAX) return say("failed open");
  server.sin_family = AF_INET;
  server.sin_port = htons((unsigned short)port);
  inet_pton(AF_INET, ip, &server.sin_addr);
  snprintf(host, sizeof host, "%s:%d", ip, port);
  waiting = wanted;
  long long at = now_ms();
  for (count = 0; count < wanted; count++) {
    struct Player *player = &players[count];
    player->state = IDLE;
    player->head[HEAD_BYTES - 1] = 0;
    player->last = player->newest = -1;
    player->got_ms = at;
    player->next_ms = at + (long long)target_ms * count / wanted;
    player->fd = dial(count);
    if (player->fd >= 0) continue;
    printf("failed a connection: %s\n", strerror(errno));
    fflush(stdout);
    return;
  }
}

static void say_count(void) {
  int starved = 0;
  long long at = now_ms();
  for (int i = 0; i < count; i++) starved += at - players[i].got_ms > 3LL * target_ms;
  printf("counted %lld %lld %lld %lld %d\n", bytes, playlists, segments, errors, starved);
  fflush(stdout);
}

int main(void) {
  static char line[4 * FOLDER_BYTES];
  enum { COMMANDS = MAX, EVENTS = 4096 };
  players = calloc(MAX, sizeof *players);
  epoll_fd = epoll_create1(0);
  struct epoll_event command = {.events = EPOLLIN, .data.u32 = COMMANDS}, ready[EVENTS];
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &command);
  setvbuf(stdin, NULL, _IOLBF, sizeof line);
  long long ticked_ms = 0;
  for (;;) {
    // It is asleep when something comes: players of a real server are elsewhere, and cost it no waking up.
    usleep(SWEEP_US);
    int events = epoll_wait(epoll_fd, ready, EVENTS, 0);
    for (int i = 0; i < events; i++) {
      if (ready[i].data.u32 != COMMANDS) {
        if (ready[i].data.u32 < (unsigned)count) hear(&players[ready[i].data.u32]);
      } else if (fgets(line, sizeof line, stdin) == NULL) return 0;
      else if (strncmp(line, "open ", 5) == 0) open_all(line + 5);
      else if (strncmp(line, "count", 5) == 0) say_count();
      else if (strncmp(line, "close", 5) == 0) {
        close_all();
        say("closed");
      }
    }
    long long at = now_ms();
    if (at - ticked_ms < TICK_MS) continue;
    ticked_ms = at;
    for (int i = 0; i < count; i++) {
      struct Player *player = &players[i];
      if (player->state != IDLE || player->next_ms > at) continue;
      if (player->fd < 0) fail(player, "no connection");
      else {
        player->asked_ms = at;
        ask(player, PLAYLIST);
      }
    }
  }
}
