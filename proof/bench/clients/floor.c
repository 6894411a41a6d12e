// The least work of a server that forwards SRTP packets one to many: one thread, no ICE, no DTLS, no repair. Commands
// on stdin, answers on stdout, one per line; ends with its stdin. KEY has hexadecimal digits, and its salt follows.
//   source ID KEY                        receives from a publisher              → opened ID PORT
//   sink ID KEY SSRC_ADD SEQ_ADD         sends to a subscriber                  → opened ID PORT
//   connect SINK_ID IP PORT              names the subscriber's end
//   route SOURCE_ID SINK_ID
//   calibrate SINK_ID PACKETS BYTES      CPU time of sending alone              → calibrated {JSON}
#define _GNU_SOURCE // recvmmsg
#include "clients.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  ENDS_MAX = 2048,
  EVENTS_MAX = 64,
  LINE_BYTES_MAX = 512,
  RECEIVE_BATCH = 64,
  BATCH_BUFFER_BYTES = RECEIVE_BATCH * PACKET_BYTES_MAX,
  SEGMENTS_MAX = 64,          // of the kernel, UDP_MAX_SEGMENTS before Linux 6.9
  SEGMENTS_BYTES_MAX = 65000, // a UDP datagram before it is split
  RECEIVE_BUFFER_BYTES = 1 << 20,
  HEADER_BYTES = 12,
  KEY_BYTES_MAX = 32,
};

typedef struct {
  uint32_t ssrc, top; // top: extended highest sequence number
} Incoming;

typedef struct End {
  int id, fd;
  bool is_source, is_connected;
  Srtp srtp;
  // fields of a source
  int incoming_count, sink_count;
  Incoming incoming[STREAMS_PER_TRANSPORT_MAX];
  struct End **sinks;
  // fields of a sink
  uint32_t ssrc_add, seq_add;
} End;

typedef struct {
  uint32_t ssrc, index; // index: extended sequence number
  uint16_t header_bytes, bytes;
  uint8_t *packet; // header and decrypted payload
} Packet;

static End *ends[ENDS_MAX];
static int end_count, poller;
static struct in_addr address;
static bool segments;

void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, errno != 0 ? strerror(errno) : "failed");
  exit(1);
}

// Returns false for a full queue, which loses the packet as a network would; the receivers count the loss.
static bool send_all(const End *sink, const uint8_t *bytes, size_t count) {
  const bool sent = send(sink->fd, bytes, count, MSG_DONTWAIT) >= 0;
  if (!sent && errno != EAGAIN && errno != ENOBUFS && errno != ECONNREFUSED) fail("send");
  return sent;
}

static bool send_segments(const End *sink, uint8_t *bytes, size_t count, size_t segment_bytes) {
  if (count <= segment_bytes) return send_all(sink, bytes, count);
  union {
    struct cmsghdr header;
    uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
  } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT}};
  const uint16_t size = (uint16_t)segment_bytes;
  struct iovec part = {bytes, count};
  const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  memcpy(CMSG_DATA(&control.header), &size, sizeof size);
  const bool sent = sendmsg(sink->fd, &message, MSG_DONTWAIT) >= 0;
  if (!sent && errno != EAGAIN && errno != ENOBUFS && errno != ECONNREFUSED) fail("sendmsg");
  return sent;
}

static void iv_of(const Srtp *srtp, uint32_t ssrc, uint32_t index, uint8_t iv[12]) {
  memset(iv, 0, 2);
  put32(iv + 2, ssrc);
  put32(iv + 6, index >> 16);
  put16(iv + 10, index);
  for (int i = 0; i < 12; i++) iv[i] ^= srtp->rtp_salt[i];
}

// Writes the packet as its sink receives it; returns its length.
static size_t write_packet(End *sink, const Packet *p, uint8_t *out) {
  const uint32_t ssrc = p->ssrc + sink->ssrc_add, index = p->index + sink->seq_add;
  EVP_CIPHER_CTX *cipher = sink->srtp.rtp;
  uint8_t iv[12];
  int n = 0;
  memcpy(out, p->packet, p->header_bytes);
  put16(out + 2, index);
  put32(out + 8, ssrc);
  iv_of(&sink->srtp, ssrc, index, iv);
  EVP_CipherInit_ex(cipher, NULL, NULL, NULL, iv, -1);
  EVP_CipherUpdate(cipher, NULL, &n, out, p->header_bytes);
  EVP_CipherUpdate(cipher, out + p->header_bytes, &n, p->packet + p->header_bytes, p->bytes - p->header_bytes);
  if (!EVP_CipherFinal_ex(cipher, out + p->bytes, &n) || !EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, SRTP_TAG_BYTES, out + p->bytes))
    fail("SRTP");
  return p->bytes + SRTP_TAG_BYTES;
}

static void forward_each(End *sink, const Packet *packets, int count) {
  uint8_t out[PACKET_BYTES_MAX];
  for (int i = 0; i < count; i++) send_all(sink, out, write_packet(sink, &packets[i], out));
}

// Sends runs of equal size at once, in the order of their arrival; the last packet of a run may be smaller.
static void forward_runs(End *sink, const Packet *packets, int count) {
  static uint8_t out[BATCH_BUFFER_BYTES];
  size_t filled = 0, size = 0;
  int run = 0;
  for (int i = 0; i < count; i++) {
    const size_t bytes = packets[i].bytes + SRTP_TAG_BYTES;
    const bool ends_before = run > 0 && (bytes > size || filled != (size_t)run * size || run == SEGMENTS_MAX || filled + bytes > SEGMENTS_BYTES_MAX);
    if (ends_before) send_segments(sink, out, filled, size);
    if (ends_before || run == 0) {
      filled = 0;
      run = 0;
      size = bytes;
    }
    filled += write_packet(sink, &packets[i], out + filled);
    run++;
  }
  if (run > 0) send_segments(sink, out, filled, size);
}

static Incoming *incoming_of(End *source, uint32_t ssrc, uint16_t seq) {
  for (int i = 0; i < source->incoming_count; i++)
    if (source->incoming[i].ssrc == ssrc) return &source->incoming[i];
  if (source->incoming_count == STREAMS_PER_TRANSPORT_MAX) fail("too many streams");
  Incoming *incoming = &source->incoming[source->incoming_count++];
  *incoming = (Incoming){.ssrc = ssrc, .top = seq};
  return incoming;
}

// Decrypts a packet; false for everything but an authentic RTP packet.
static bool read_packet(End *source, const uint8_t *bytes, size_t count, uint8_t *plain, Packet *packet) {
  if (count < HEADER_BYTES + SRTP_TAG_BYTES || bytes[0] < 128 || bytes[0] >= 192 || (bytes[1] >= 192 && bytes[1] <= 223)) return false;
  size_t header = HEADER_BYTES + 4 * (size_t)(bytes[0] & 0x0f);
  if ((bytes[0] & 0x10) != 0 && header + 4 <= count) header += 4 + 4 * (size_t)get16(bytes + header + 2);
  if (header + SRTP_TAG_BYTES > count) return false;
  const uint32_t ssrc = get32(bytes + 8);
  const uint16_t seq = get16(bytes + 2);
  Incoming *incoming = incoming_of(source, ssrc, seq);
  const uint32_t index = incoming->top + (uint32_t)(int32_t)(int16_t)(seq - (uint16_t)incoming->top);
  if (!srtp_unprotect(&source->srtp, bytes, header, count, index >> 16, plain + header)) return false;
  if ((int32_t)(index - incoming->top) > 0) incoming->top = index;
  memcpy(plain, bytes, header);
  *packet = (Packet){.ssrc = ssrc, .index = index, .header_bytes = (uint16_t)header, .bytes = (uint16_t)(count - SRTP_TAG_BYTES), .packet = plain};
  return true;
}

static void forward(End *source) {
  static uint8_t encrypted[RECEIVE_BATCH][PACKET_BYTES_MAX], plain[RECEIVE_BATCH][PACKET_BYTES_MAX];
  static struct iovec parts[RECEIVE_BATCH];
  static struct mmsghdr messages[RECEIVE_BATCH];
  Packet packets[RECEIVE_BATCH];
  int count = 0;
  for (int i = 0; i < RECEIVE_BATCH && messages[i].msg_hdr.msg_iov == NULL; i++) {
    parts[i] = (struct iovec){encrypted[i], sizeof encrypted[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
  const int got = recvmmsg(source->fd, messages, RECEIVE_BATCH, MSG_DONTWAIT, NULL);
  for (int i = 0; i < got; i++)
    if (read_packet(source, encrypted[i], messages[i].msg_len, plain[count], &packets[count])) count++;
  for (int i = 0; i < source->sink_count; i++) {
    if (!source->sinks[i]->is_connected) continue;
    if (segments) forward_runs(source->sinks[i], packets, count);
    else forward_each(source->sinks[i], packets, count);
  }
}

static void drop_reports(const End *sink) {
  uint8_t bytes[1];
  (void)!recv(sink->fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_TRUNC);
}

static void sink_connect(End *sink, const char *ip, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, ip, &to.sin_addr) != 1 || connect(sink->fd, (struct sockaddr *)&to, sizeof to) != 0) fail("connect");
  sink->is_connected = true;
}

static End *end_by(int id) {
  for (int i = 0; i < end_count; i++)
    if (ends[i]->id == id) return ends[i];
  errno = 0;
  fail("no such source or sink");
  return NULL;
}

static void from_hex(const char *text, uint8_t *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    unsigned byte;
    errno = 0;
    if (sscanf(text + 2 * i, "%2x", &byte) != 1) fail("a malformed key");
    out[i] = (uint8_t)byte;
  }
}

static End *end_open(int id, bool is_source, const char *digits) {
  uint8_t key[KEY_BYTES_MAX + SRTP_SALT_BYTES];
  const size_t key_bytes = strlen(digits) / 2 - SRTP_SALT_BYTES;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = address};
  socklen_t at_bytes = sizeof at;
  const int buffer = RECEIVE_BUFFER_BYTES;
  End *end = calloc(1, sizeof *end);
  errno = 0;
  if (end == NULL || end_count == ENDS_MAX) fail("too many sources and sinks");
  if (key_bytes != 16 && key_bytes != 32) fail("a malformed key");
  end->id = id;
  end->is_source = is_source;
  from_hex(digits, key, key_bytes + SRTP_SALT_BYTES);
  srtp_open(&end->srtp, key, key_bytes, key + key_bytes, !is_source);
  if (is_source) end->sinks = calloc(ENDS_MAX, sizeof *end->sinks);
  if (is_source && end->sinks == NULL) fail("memory");
  end->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (end->fd < 0 || bind(end->fd, (struct sockaddr *)&at, sizeof at) != 0 || getsockname(end->fd, (struct sockaddr *)&at, &at_bytes) != 0)
    fail("socket");
  setsockopt(end->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(end->fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, end->fd, &event) != 0) fail("epoll");
  ends[end_count++] = end;
  printf("opened %d %d\n", id, ntohs(at.sin_port));
  return end;
}

static double cpu_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

// Sends groups of datagrams, each after the wire has taken the one before. Returns the CPU time of a datagram, in ns.
// To the receiver, which drops them, zeros are neither STUN, DTLS nor RTP.
static double calibrate_way(const End *sink, int packets, int group, int bytes, bool in_runs) {
  static uint8_t zeros[SEGMENTS_BYTES_MAX];
  static const struct timespec pause = {.tv_nsec = 1000000};
  double ns = 0;
  int sent = 0;
  for (int tried = 0; tried < packets; tried += group) {
    bool all = true;
    const double from = cpu_ns();
    if (in_runs) all = send_segments(sink, zeros, (size_t)(group * bytes), (size_t)bytes);
    else
      for (int i = 0; i < group; i++) all = send_all(sink, zeros, (size_t)bytes) && all;
    const double until = cpu_ns();
    nanosleep(&pause, NULL);
    if (!all) continue; // the wire was full
    ns += until - from;
    sent += group;
  }
  return sent == 0 ? 0 : ns / sent;
}

static void calibrate(const End *sink, int packets, int bytes) {
  errno = 0;
  if (!sink->is_connected || bytes < 1 || bytes > PACKET_BYTES_MAX) fail("nothing to calibrate with");
  const int group = SEGMENTS_BYTES_MAX / bytes < SEGMENTS_MAX ? SEGMENTS_BYTES_MAX / bytes : SEGMENTS_MAX;
  const double each = calibrate_way(sink, packets, group, bytes, false), runs = calibrate_way(sink, packets, group, bytes, true);
  printf("calibrated {\"sendNs\":%.0f,\"segmentNs\":%.0f,\"segments\":%d}\n", each, runs, group);
}

static void command(const char *line) {
  char word[100];
  int id, a, b;
  unsigned ssrc_add, seq_add;
  if (sscanf(line, "source %d %99s", &id, word) == 2) {
    end_open(id, true, word);
  } else if (sscanf(line, "connect %d %99s %d", &id, word, &a) == 3) {
    sink_connect(end_by(id), word, a);
  } else if (sscanf(line, "sink %d %99s %u %u", &id, word, &ssrc_add, &seq_add) == 4) {
    End *sink = end_open(id, false, word);
    sink->ssrc_add = ssrc_add;
    sink->seq_add = seq_add;
  } else if (sscanf(line, "route %d %d", &a, &b) == 2) {
    End *source = end_by(a);
    errno = 0;
    if (source->sink_count == ENDS_MAX) fail("too many routes");
    source->sinks[source->sink_count++] = end_by(b);
  } else if (sscanf(line, "calibrate %d %d %d", &id, &a, &b) == 3) {
    calibrate(end_by(id), a, b);
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

int main(int count, char **arguments) {
  errno = 0;
  if (count != 3 || inet_pton(AF_INET, arguments[1], &address) != 1) fail("usage: floor ADDRESS each|segments");
  segments = strcmp(arguments[2], "segments") == 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event input = {.events = EPOLLIN};
  if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0) fail("epoll");
  for (bool open = true; open;) {
    struct epoll_event events[EVENTS_MAX];
    const int got = epoll_wait(poller, events, EVENTS_MAX, -1);
    if (got < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < got; i++) {
      End *end = events[i].data.ptr;
      if (end == NULL) open = commands();
      else if (end->is_source) forward(end);
      else drop_reports(end);
    }
  }
  for (int i = 0; i < end_count; i++) {
    srtp_close(&ends[i]->srtp);
    close(ends[i]->fd);
    free(ends[i]->sinks);
    free(ends[i]);
  }
  return 0;
}
