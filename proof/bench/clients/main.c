// Commands on stdin, answers on stdout, one per line; ends with its stdin.
//   transport ID send|recv IP PORT UFRAG PASSWORD TCC_EXTENSION      → up ID | failed ID
//   publish ID SSRC video|audio PAYLOAD_TYPE PACKETS_PER_FRAME PACKET_BYTES LEVEL_EXTENSION PHASE_MS
//   expect ID SSRC video|audio
//   measure MILLISECONDS                                             → measured {JSON}
#include "clients.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// Sweeping avoids blocked receivers: the node would pay for waking an idle processor at every packet, which no network
// card requires.
static const struct timespec sweep = {.tv_nsec = 2000000};
enum { EVENTS_MAX = 512, LINE_BYTES_MAX = 512, BUCKET_US = 100, BUCKETS = 50000 };

Transport *transports[TRANSPORTS_MAX];
int transport_count;
Window window;
static uint32_t delays[BUCKETS], latenesses[BUCKETS];
static int poller;
static double cpu_before_ms;

static void bucket_add(uint32_t *buckets, int64_t ns) {
  const int64_t index = ns / (BUCKET_US * 1000);
  buckets[index < 0 ? 0 : index >= BUCKETS ? BUCKETS - 1 : index]++;
}
static double bucket_share_ms(const uint32_t *buckets, double share) {
  uint64_t count = 0, seen = 0;
  for (int i = 0; i < BUCKETS; i++) count += buckets[i];
  for (int i = 0; i < BUCKETS; i++) {
    seen += buckets[i];
    if (count > 0 && (double)seen >= share * (double)count) return (i + 0.5) * BUCKET_US / 1000.0;
  }
  return 0;
}
void delay_add(int64_t ns) { bucket_add(delays, ns); }
double delay_ms(double share) { return bucket_share_ms(delays, share); }
void lateness_add(int64_t ns) {
  if (window.until_ns != 0) bucket_add(latenesses, ns);
}
double lateness_ms(double share) { return bucket_share_ms(latenesses, share); }
void delays_clear(void) {
  memset(delays, 0, sizeof delays);
  memset(latenesses, 0, sizeof latenesses);
}

static double cpu_ms(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static void window_open(int64_t now, int ms) {
  delays_clear();
  window = (Window){.from_ns = now, .until_ns = now + ms * 1000000LL};
  cpu_before_ms = cpu_ms();
  for (int i = 0; i < transport_count; i++) {
    Transport *t = transports[i];
    t->drops_before = transport_drops(t);
    for (int j = 0; j < t->stream_count; j++) {
      t->streams[j].window_received = 0;
      t->streams[j].window_from = t->streams[j].top;
    }
  }
}

static void window_close(int64_t now) {
  uint64_t expected = 0, received = 0, drops = 0, video = 0, audio = 0;
  int streams = 0, silent = 0;
  for (int i = 0; i < transport_count; i++) {
    Transport *t = transports[i];
    drops += transport_drops(t) - t->drops_before;
    if (t->sends) continue;
    for (int j = 0; j < t->stream_count; j++) {
      const Stream *s = &t->streams[j];
      streams++;
      if (s->window_received == 0) silent++;
      if (!s->begun) continue;
      expected += s->top - s->window_from;
      received += s->window_received;
      *(s->is_video ? &video : &audio) += s->window_received;
    }
  }
  const double seconds = (double)(now - window.from_ns) / 1e9;
  printf("measured {\"seconds\":%.3f,\"streams\":%d,\"silentStreams\":%d,\"expectedPackets\":%llu,\"receivedPackets\":%llu,\"videoPackets\":%llu,"
         "\"audioPackets\":%llu,\"receivedBytes\":%llu,\"ownDrops\":%llu,\"undecryptable\":%llu,\"delayMsP50\":%.2f,\"delayMsP99\":%.2f,"
         "\"delayMsP999\":%.2f,\"sendLateMsP99\":%.2f,\"cpuMs\":%.1f}\n",
         seconds, streams, silent, (unsigned long long)expected, (unsigned long long)received, (unsigned long long)video,
         (unsigned long long)audio, (unsigned long long)window.received_bytes, (unsigned long long)drops,
         (unsigned long long)window.undecryptable, delay_ms(0.5), delay_ms(0.99), delay_ms(0.999), lateness_ms(0.99), cpu_ms() - cpu_before_ms);
  window.until_ns = 0;
}

static Transport *transport_by(int id) {
  for (int i = 0; i < transport_count; i++)
    if (transports[i]->id == id) return transports[i];
  errno = 0;
  fail("no such transport");
  return NULL;
}

static void command(const char *line) {
  char word[16], ip[64], ufrag[64], password[64];
  int id, a, b, c, d, e;
  unsigned ssrc;
  if (sscanf(line, "transport %d %15s %63s %d %63s %63s %d", &id, word, ip, &a, ufrag, password, &b) == 7) {
    transport_open(id, ip, a, ufrag, password, strcmp(word, "send") == 0, b);
    Transport *t = transports[transport_count - 1];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = t};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, t->fd, &event) != 0) fail("epoll");
  } else if (sscanf(line, "publish %d %u %15s %d %d %d %d %d", &id, &ssrc, word, &a, &b, &c, &d, &e) == 8) {
    publish_add(transport_by(id), ssrc, strcmp(word, "video") == 0, a, b, c, d, e);
  } else if (sscanf(line, "expect %d %u %15s", &id, &ssrc, word) == 3) {
    receive_expect(transport_by(id), ssrc, strcmp(word, "video") == 0);
  } else if (sscanf(line, "measure %d", &a) == 1) {
    window_open(now_ns(), a);
  } else {
    errno = 0;
    fail(line);
  }
}

// Returns false when stdin has ended: the benchmark is gone.
static bool commands(void) {
  static char text[1 << 16];
  static size_t filled;
  const ssize_t got = read(STDIN_FILENO, text + filled, sizeof text - filled - 1);
  if (got == 0) return false;
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  filled += (size_t)got;
  text[filled] = 0;
  char *line = text;
  for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = 0;
    command(line);
  }
  filled -= (size_t)(line - text);
  memmove(text, line, filled);
  if (filled > LINE_BYTES_MAX) fail("a line that does not end");
  return true;
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) fail("epoll");
  clients_open();
  printf("fingerprint %s\n", clients_fingerprint());
  while (commands()) {
    struct epoll_event events[EVENTS_MAX];
    int64_t now = now_ns();
    for (int got = EVENTS_MAX; got == EVENTS_MAX;) {
      got = epoll_wait(poller, events, EVENTS_MAX, 0);
      for (int i = 0; i < got; i++) transport_readable(events[i].data.ptr, now);
    }
    now = now_ns();
    for (int i = 0; i < transport_count; i++) transport_tick(transports[i], now);
    if (window.until_ns != 0 && now >= window.until_ns) window_close(now);
    nanosleep(&sweep, NULL);
  }
  for (int i = 0; i < transport_count; i++) transport_close(transports[i]);
  return 0;
}
