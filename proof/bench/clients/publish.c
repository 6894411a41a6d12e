// Made-up media: to a router every packet looks like VP8 or opus, and ends with the time of its sending. Frames of
// equal packets are paced like WebRTC's; a trace has its own times and sizes.
#include "clients.h"
#include <string.h>
#include <sys/socket.h>

enum { FRAMES_PER_KEY_FRAME = 60, KEY_FRAME_FACTOR = 4, OPUS_CLOCK_PER_PACKET = 960, VP8_CLOCK_PER_FRAME = 3000 };
static const int64_t video_interval_ns = 33333333, audio_interval_ns = 20000000, spacing_max_ns = 2000000, report_ns = 1000000000;

void publish_add(Transport *t, uint32_t ssrc, bool is_video, int payload_type, int frame_packets, int packet_bytes, int level_extension, int phase_ms) {
  if (t->stream_count == STREAMS_PER_TRANSPORT_MAX) fail("too many streams");
  Stream *s = &t->streams[t->stream_count++];
  *s = (Stream){.ssrc = ssrc, .is_video = is_video, .payload_type = (uint8_t)payload_type, .frame_packets = frame_packets,
                .packet_bytes = packet_bytes, .level_extension = (uint8_t)level_extension, .seq = 1};
  s->interval_ns = is_video ? video_interval_ns : audio_interval_ns;
  s->spacing_ns = s->interval_ns * 2 / (5 * frame_packets); // two and a half times the rate, as WebRTC paces
  if (s->spacing_ns > spacing_max_ns) s->spacing_ns = spacing_max_ns;
  s->next_frame_ns = now_ns() + phase_ms * 1000000LL;
}

void publish_replay(Transport *t, uint32_t ssrc, int payload_type, const Trace *trace, int phase_ms) {
  publish_add(t, ssrc, true, payload_type, 1, 0, 0, 0);
  Stream *s = &t->streams[t->stream_count - 1];
  s->trace = trace;
  s->period_from_ns = now_ns() + phase_ms * 1000000LL;
  s->next_packet_ns = s->period_from_ns + trace->packets[0].at_ns;
}

static size_t header_of(const Stream *s, bool last, uint8_t *packet) {
  packet[0] = s->level_extension != 0 ? 0x90 : 0x80;
  packet[1] = (uint8_t)(s->payload_type | (s->is_video && last ? 0x80 : 0));
  put16(packet + 2, s->seq);
  put32(packet + 4, s->timestamp);
  put32(packet + 8, s->ssrc);
  if (s->level_extension == 0) return 12;
  put32(packet + 12, 0xbede0001u);
  put32(packet + 16, (uint32_t)s->level_extension << 28 | 0x009e0000u); // voice, -30 dBov
  return 20;
}

static void send_packet(Transport *t, Stream *s, size_t bytes, bool first, bool last, int64_t now) {
  uint8_t packet[PACKET_BYTES_MAX];
  const size_t header = header_of(s, last, packet);
  memset(packet + header, 0x5a, bytes - header);
  // VP8 payload descriptor (RFC 7741): start of frame, 15-bit picture id; then the key-frame bit and the size
  if (s->is_video) {
    const uint8_t start[] = {first ? 0x90 : 0x80, 0x80, (uint8_t)(0x80 | (s->picture >> 8 & 0x7f)), (uint8_t)s->picture,
                             s->key_frame ? 0x10 : 0x11, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02};
    memcpy(packet + header, start, sizeof start);
  }
  for (int i = 0; i < 8; i++) packet[bytes - 8 + i] = (uint8_t)((uint64_t)now >> (56 - 8 * i));
  const size_t total = srtp_protect(&t->out, packet, header, bytes, s->roc);
  (void)!send(t->fd, packet, total, MSG_DONTWAIT); // a full queue loses the packet as a network would
  s->seq++;
  if (s->seq == 0) s->roc++;
  s->sent_packets++;
  s->sent_bytes += (uint32_t)bytes;
}

static void send_report(Transport *t, Stream *s, int64_t now) {
  uint8_t report[28 + SRTCP_EXTRA_BYTES] = {0x80, 200, 0, 6};
  put32(report + 4, s->ssrc);
  put32(report + 8, (uint32_t)(now / 1000000000LL + 2208988800LL));
  put32(report + 12, (uint32_t)((uint64_t)(now % 1000000000LL) * 4294967296ULL / 1000000000ULL));
  put32(report + 16, s->timestamp); // accurate to a frame, which is enough to align layers
  put32(report + 20, s->sent_packets);
  put32(report + 24, s->sent_bytes);
  transport_send_rtcp(t, report, 28);
}

static void begin_frame(Stream *s) {
  s->frame++;
  s->picture = (uint16_t)((s->picture + 1) & 0x7fff);
  s->timestamp += s->is_video ? VP8_CLOCK_PER_FRAME : OPUS_CLOCK_PER_PACKET;
}

static void replay_tick(Transport *t, Stream *s, int64_t now) {
  const Trace *trace = s->trace;
  while (now >= s->next_packet_ns) {
    const TracePacket *packet = &trace->packets[s->trace_at];
    const bool first = (packet->flags & P_FIRST) != 0;
    lateness_add(now - s->next_packet_ns);
    s->key_frame = (packet->flags & P_KEY) != 0;
    if (first) begin_frame(s);
    send_packet(t, s, (size_t)packet->bytes, first, (packet->flags & P_LAST) != 0, now_ns());
    s->trace_at++;
    if (s->trace_at == trace->count) {
      s->trace_at = 0;
      s->period_from_ns += trace->period_ns;
    }
    s->next_packet_ns = s->period_from_ns + trace->packets[s->trace_at].at_ns;
  }
}

static void stream_tick(Transport *t, Stream *s, int64_t now) {
  if (s->trace != NULL) {
    replay_tick(t, s, now);
    return;
  }
  if (s->packets_left == 0 && now >= s->next_frame_ns) {
    s->key_frame = s->is_video && s->frame % FRAMES_PER_KEY_FRAME == 0;
    s->packets_left = s->frame_packets * (s->key_frame ? KEY_FRAME_FACTOR : 1);
    // packets after a key frame are late
    if (s->next_packet_ns < s->next_frame_ns) s->next_packet_ns = s->next_frame_ns;
    s->next_frame_ns += s->interval_ns;
    begin_frame(s);
  }
  const int frame_packets = s->frame_packets * (s->key_frame ? KEY_FRAME_FACTOR : 1);
  while (s->packets_left > 0 && now >= s->next_packet_ns) {
    lateness_add(now - s->next_packet_ns);
    send_packet(t, s, (size_t)s->packet_bytes, s->packets_left == frame_packets, s->packets_left == 1, now_ns());
    s->packets_left--;
    s->next_packet_ns += s->spacing_ns;
  }
}

int64_t publish_due_ns(const Transport *t) {
  int64_t due = INT64_MAX;
  for (int i = 0; i < t->stream_count; i++) {
    const Stream *s = &t->streams[i];
    const int64_t next = s->trace != NULL || s->packets_left > 0 ? s->next_packet_ns : s->next_frame_ns;
    if (next < due) due = next;
  }
  return due;
}

void publish_tick(Transport *t, int64_t now) {
  const bool reports = now >= t->next_report_ns;
  if (reports) t->next_report_ns = now + report_ns;
  for (int i = 0; i < t->stream_count; i++) {
    stream_tick(t, &t->streams[i], now);
    if (reports && t->streams[i].sent_packets > 0) send_report(t, &t->streams[i], now);
  }
}
