// Arguments: `swept` or `precise`, and the SRTP suites in their order. A precise client sends each packet at its time;
// a swept one sends at the next sweep. Commands on stdin, answers on stdout, one per line; ends with its stdin.
//   transport ID send|recv IP PORT UFRAG PASSWORD controlling|controlled TCC_EXTENSION
//   keyed ID send|recv IP PORT KEY_OF_SENT KEY_OF_RECEIVED           both → up ID OWN_PORT SUITE | failed ID
//   publish ID SSRC video|audio PAYLOAD_TYPE PACKETS_PER_FRAME PACKET_BYTES LEVEL_EXTENSION PHASE_MS
//   trace NUMBER PERIOD_US                                           a trace without packets
//   packet NUMBER AT_US BYTES FLAGS                                  the next packet of a trace
//   replay ID SSRC PAYLOAD_TYPE TRACE_NUMBER PHASE_MS
//   expect ID SSRC video|audio
//   measure MILLISECONDS                                             → measured {JSON}
//   tally                                                            → tally {JSON}, bytes so far by transport
#include "clients.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// Sweeping avoids blocked receivers: the node would pay for waking an idle processor at every packet, which no network
// card requires.
static const int64_t sweep_ns = 2000000;
enum { EVENTS_MAX = 512, LINE_BYTES_MAX = 512, BUCKET_US = 5, BUCKETS = 1000000 };

Trace traces[TRACES_MAX];
Transport *transports[TRANSPORTS_MAX];
int transport_count;
Window window;
static uint32_t delays[BUCKETS], latenesses[BUCKETS];
static int poller;
static bool is_precise;
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
      t->streams[j].last_ns = t->streams[j].begun ? now : 0;
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
      if (s->last_ns != 0 && now - s->last_ns > window.worst_gap_ns) window.worst_gap_ns = now - s->last_ns;
      if (!s->begun) continue;
      expected += s->top - s->window_from;
      received += s->window_received;
      *(s->is_video ? &video : &audio) += s->window_received;
    }
  }
  const double seconds = (double)(now - window.from_ns) / 1e9;
  printf("measured {\"seconds\":%.3f,\"streams\":%d,\"silentStreams\":%d,\"expectedPackets\":%llu,\"receivedPackets\":%llu,\"videoPackets\":%llu,"
         "\"audioPackets\":%llu,\"receivedBytes\":%llu,\"ownDrops\":%llu,\"undecryptable\":%llu,\"delayMsP50\":%.3f,\"delayMsP99\":%.3f,"
         "\"delayMsP999\":%.3f,\"worstGapMs\":%.1f,\"sendLateMsP99\":%.2f,\"cpuMs\":%.1f}\n",
         seconds, streams, silent, (unsigned long long)expected, (unsigned long long)received, (unsigned long long)video,
         (unsigned long long)audio, (unsigned long long)window.received_bytes, (unsigned long long)drops,
         (unsigned long long)window.undecryptable, delay_ms(0.5), delay_ms(0.99), delay_ms(0.999), (double)window.worst_gap_ns / 1e6, lateness_ms(0.99), cpu_ms() - cpu_before_ms);
  window.until_ns = 0;
}

static void tally(void) {
  printf("tally {");
  for (int i = 0; i < transport_count; i++) {
    const Transport *t = transports[i];
    uint64_t received = 0;
    for (int j = 0; j < t->stream_count; j++) received += t->streams[j].received_bytes;
    printf("%s\"%d\":[%llu,%llu]", i > 0 ? "," : "", t->id, (unsigned long long)received, (unsigned long long)t->sent_bytes);
  }
  printf("}\n");
}

static Transport *transport_by(int id) {
  for (int i = 0; i < transport_count; i++)
    if (transports[i]->id == id) return transports[i];
  errno = 0;
  fail("no such transport");
  return NULL;
}

static Trace *trace_by(int number) {
  if (number >= 0 && number < TRACES_MAX) return &traces[number];
  errno = 0;
  fail("no such trace");
  return NULL;
}

static void trace_add(Trace *trace, TracePacket packet) {
  if (trace->count == TRACE_PACKETS_MAX || packet.bytes > PACKET_BYTES_MAX - SRTP_TAG_BYTES) fail("a trace beyond its bounds");
  trace->packets[trace->count++] = packet;
}

static void listen_to_last(void) {
  Transport *t = transports[transport_count - 1];
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = t};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, t->fd, &event) != 0) fail("epoll");
}

static void command(const char *line) {
  char word[16], ip[64], ufrag[100], password[100], role[16];
  int id, a, b, c, d, e;
  unsigned ssrc;
  if (sscanf(line, "transport %d %15s %63s %d %63s %63s %15s %d", &id, word, ip, &a, ufrag, password, role, &b) == 8) {
    transport_open(id, ip, a, ufrag, password, strcmp(role, "controlled") == 0 ? R_CONTROLLED : R_CONTROLLING, strcmp(word, "send") == 0, b);
    listen_to_last();
  } else if (sscanf(line, "keyed %d %15s %63s %d %99s %99s", &id, word, ip, &a, ufrag, password) == 6) {
    transport_open_keyed(id, ip, a, ufrag, password, strcmp(word, "send") == 0);
    listen_to_last();
  } else if (sscanf(line, "trace %d %d", &a, &b) == 2) {
    *trace_by(a) = (Trace){.period_ns = b * 1000LL};
  } else if (sscanf(line, "packet %d %d %d %d", &a, &b, &c, &d) == 4) {
    trace_add(trace_by(a), (TracePacket){.at_ns = b * 1000LL, .bytes = c, .flags = d});
  } else if (sscanf(line, "replay %d %u %d %d %d", &id, &ssrc, &a, &b, &c) == 5) {
    publish_replay(transport_by(id), ssrc, a, trace_by(b), c);
  } else if (sscanf(line, "publish %d %u %15s %d %d %d %d %d", &id, &ssrc, word, &a, &b, &c, &d, &e) == 8) {
    publish_add(transport_by(id), ssrc, strcmp(word, "video") == 0, a, b, c, d, e);
  } else if (sscanf(line, "expect %d %u %15s", &id, &ssrc, word) == 3) {
    receive_expect(transport_by(id), ssrc, strcmp(word, "video") == 0);
  } else if (sscanf(line, "measure %d", &a) == 1) {
    window_open(now_ns(), a);
  } else if (strcmp(line, "tally") == 0) {
    tally();
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

static void sleep_until(int64_t ns) {
  const struct timespec at = {.tv_sec = ns / 1000000000LL, .tv_nsec = ns % 1000000000LL};
  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL);
}

// Returns the earliest time at which a publisher sends.
static int64_t due_ns(void) {
  int64_t due = INT64_MAX;
  for (int i = 0; i < transport_count; i++) {
    const Transport *t = transports[i];
    const int64_t own = t->sends && t->state == T_UP ? publish_due_ns(t) : INT64_MAX;
    if (own < due) due = own;
  }
  return due;
}

// Sends what becomes due before the next sweep.
static void send_until(int64_t end_ns) {
  for (int64_t due = due_ns(); due < end_ns; due = due_ns()) {
    sleep_until(due);
    const int64_t now = now_ns();
    for (int i = 0; i < transport_count; i++)
      if (transports[i]->sends && transports[i]->state == T_UP) publish_tick(transports[i], now);
  }
}

int main(int argument_count, char **arguments) {
  errno = 0;
  if (argument_count != 3) fail("arguments: swept|precise SUITES");
  is_precise = strcmp(arguments[1], "precise") == 0;
  prctl(PR_SET_TIMERSLACK, 1UL);
  setvbuf(stdout, NULL, _IOLBF, 0);
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) fail("epoll");
  clients_open(arguments[2]);
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
    const int64_t end_ns = now + sweep_ns;
    if (is_precise) send_until(end_ns);
    sleep_until(end_ns);
  }
  for (int i = 0; i < transport_count; i++) transport_close(transports[i]);
  return 0;
}
