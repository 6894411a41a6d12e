// The receiving half: counts, delays, transport-cc (draft-holmer-rmcat-transport-wide-cc-extensions-01) and receiver
// reports.
#include "clients.h"
#include <string.h>

enum { DELAY_SAMPLE = 5 }; // one packet in five is decrypted for its delay: coprime to the packets of a frame
static const int64_t feedback_ns = 100000000, report_ns = 1000000000;

void receive_expect(Transport *t, uint32_t ssrc, bool is_video) {
  if (t->stream_count == STREAMS_PER_TRANSPORT_MAX) fail("too many streams");
  t->streams[t->stream_count++] = (Stream){.ssrc = ssrc, .is_video = is_video};
}

static size_t header_bytes(const uint8_t *packet, size_t bytes) {
  size_t at = 12 + 4 * (size_t)(packet[0] & 0x0f);
  if ((packet[0] & 0x10) != 0 && at + 4 <= bytes) at += 4 + 4 * (size_t)get16(packet + at + 2);
  return at <= bytes ? at : bytes;
}

// Returns the value of a one-byte header extension (RFC 8285), or NULL.
static const uint8_t *extension(const uint8_t *packet, size_t end, int id) {
  size_t at = 12 + 4 * (size_t)(packet[0] & 0x0f);
  if (id == 0 || (packet[0] & 0x10) == 0 || at + 4 > end || get16(packet + at) != 0xbede) return NULL;
  for (at += 4; at < end;) {
    if (packet[at] == 0) {
      at++;
      continue;
    }
    const size_t bytes = (size_t)(packet[at] & 0x0f) + 1;
    if (at + 1 + bytes > end) return NULL;
    if (packet[at] >> 4 == id) return packet + at + 1;
    at += 1 + bytes;
  }
  return NULL;
}

static void note_arrival(Transport *t, uint16_t seq, int64_t at) {
  if (!t->tcc_begun) {
    t->tcc_begun = true;
    t->tcc_base = seq;
    t->tcc_top = (uint16_t)(seq - 1);
  }
  // The packet is reported as lost already, or is so far ahead that the next feedback begins there.
  if ((uint16_t)(seq - t->tcc_base) >= ARRIVALS_KEPT) return;
  t->arrivals[seq % ARRIVALS_KEPT] = at;
  if ((int16_t)(seq - t->tcc_top) > 0) t->tcc_top = seq;
}

void receive_rtp(Transport *t, const uint8_t *packet, size_t bytes, int64_t at) {
  const size_t header = header_bytes(packet, bytes);
  const uint8_t *tcc = extension(packet, header, t->tcc_extension);
  if (tcc != NULL) note_arrival(t, get16(tcc), at);
  const uint32_t ssrc = get32(packet + 8);
  const uint16_t seq = get16(packet + 2);
  Stream *s = NULL;
  for (int i = 0; i < t->stream_count && s == NULL; i++)
    if (t->streams[i].ssrc == ssrc) s = &t->streams[i];
  if (s == NULL) return; // a probe or a retransmission, which carries no new media
  if (!s->begun) {
    s->begun = true;
    s->top = seq;
    s->expected_from = s->window_from = s->reported_top = (uint32_t)seq - 1;
  }
  const uint32_t extended = s->top + (uint32_t)(int32_t)(int16_t)(seq - (uint16_t)s->top);
  if ((int32_t)(extended - s->top) > 0) s->top = extended;
  s->received++;
  s->received_bytes += bytes - SRTP_TAG_BYTES;
  if (window.until_ns == 0) return;
  s->window_received++;
  window.received_bytes += bytes;
  if (s->last_ns != 0 && at - s->last_ns > window.worst_gap_ns) window.worst_gap_ns = at - s->last_ns;
  if (s->last_ns != 0) s->last_ns = at;
  if (seq % DELAY_SAMPLE != 0) return;
  uint8_t payload[PACKET_BYTES_MAX + 100];
  if (!srtp_unprotect(&t->in, packet, header, bytes, extended >> 16, payload)) {
    window.undecryptable++;
    return;
  }
  const size_t body = bytes - header - SRTP_TAG_BYTES;
  if (body < 8) return;
  uint64_t sent = 0;
  for (int i = 0; i < 8; i++) sent = sent << 8 | payload[body - 8 + (size_t)i];
  delay_add(at - (int64_t)sent);
}

// Sends transport-cc feedback in two-bit symbols, seven to a chunk: 1 is a delta of one byte, 2 of two bytes, in steps
// of 250 µs.
static void send_feedback(Transport *t) {
  uint8_t packet[20 + 2 * ARRIVALS_KEPT / 7 + 4 + 2 * ARRIVALS_KEPT + SRTCP_EXTRA_BYTES] = {0x8f, 205};
  uint8_t deltas[2 * ARRIVALS_KEPT];
  const int count = (uint16_t)(t->tcc_top - t->tcc_base + 1);
  int64_t at_ns = 0;
  size_t delta_bytes = 0, at = 20;
  put32(packet + 4, 1);
  put32(packet + 8, t->stream_count > 0 ? t->streams[0].ssrc : 0);
  put16(packet + 12, t->tcc_base);
  put16(packet + 14, (uint32_t)count);
  for (int i = 0; i < count; i += 7) {
    uint16_t chunk = 0xc000;
    for (int j = i; j < i + 7 && j < count; j++) {
      int64_t *arrival = &t->arrivals[(uint16_t)(t->tcc_base + j) % ARRIVALS_KEPT];
      if (*arrival == 0) continue;
      if (at_ns == 0) {
        at_ns = *arrival / 64000000 * 64000000;
        put32(packet + 16, (uint32_t)(at_ns / 64000000) << 8 | t->tcc_count++);
      }
      int64_t ticks = (*arrival - at_ns) / 250000;
      if (ticks > 32767) ticks = 32767;
      if (ticks < -32768) ticks = -32768;
      at_ns += ticks * 250000;
      const bool small = ticks >= 0 && ticks <= 255;
      if (!small) deltas[delta_bytes++] = (uint8_t)((uint64_t)ticks >> 8);
      deltas[delta_bytes++] = (uint8_t)ticks;
      chunk |= (uint16_t)((small ? 1 : 2) << (12 - 2 * (j - i)));
      *arrival = 0;
    }
    put16(packet + at, chunk);
    at += 2;
  }
  memcpy(packet + at, deltas, delta_bytes);
  at += delta_bytes;
  const size_t padding = (4 - at % 4) % 4;
  if (padding > 0) {
    packet[0] |= 0x20;
    packet[at + padding - 1] = (uint8_t)padding;
    at += padding;
  }
  put16(packet + 2, (uint32_t)(at / 4 - 1));
  t->tcc_base = (uint16_t)(t->tcc_top + 1);
  transport_send_rtcp(t, packet, at);
}

static void send_report(Transport *t) {
  uint8_t packet[8 + 24 * STREAMS_PER_TRANSPORT_MAX + SRTCP_EXTRA_BYTES] = {0x80, 201};
  size_t at = 8;
  put32(packet + 4, 1);
  for (int i = 0; i < t->stream_count; i++) {
    Stream *s = &t->streams[i];
    if (!s->begun) continue;
    const uint32_t expected = s->top - s->reported_top, received = s->received - s->reported_received;
    const uint32_t lost = expected > received ? expected - received : 0;
    const uint32_t lost_in_all = s->top - s->expected_from > s->received ? s->top - s->expected_from - s->received : 0;
    put32(packet + at, s->ssrc);
    put32(packet + at + 4, (expected > 0 ? 255 * lost / expected : 0) << 24 | (lost_in_all & 0x7fffff));
    put32(packet + at + 8, s->top);
    s->reported_top = s->top;
    s->reported_received = s->received;
    packet[0]++;
    at += 24;
  }
  if (at == 8) return;
  put16(packet + 2, (uint32_t)(at / 4 - 1));
  transport_send_rtcp(t, packet, at);
}

void receive_tick(Transport *t, int64_t now) {
  if (t->tcc_begun && t->tcc_top != (uint16_t)(t->tcc_base - 1) && now >= t->next_feedback_ns) {
    send_feedback(t);
    t->next_feedback_ns = now + feedback_ns;
  }
  if (now >= t->next_report_ns) {
    send_report(t);
    t->next_report_ns = now + report_ns;
  }
}
