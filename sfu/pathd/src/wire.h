// Wire format of pathd: a header of 32 bytes in front of every datagram, authenticated hop by hop. A relayed datagram
// also has a seal of 8 bytes behind the header, which only the two ends can make.
//
//   0      version (high 4 bits: 2 with a seal, 1 without) and kind (low 4)
//   1      bit 7: relayed (set by a relay only); bits 2-6: the destination's number of the flow, among its flows with
//          the source; bits 0-1: slot of the source's path that the datagram took
//   2..3   incarnation of the flow: a newer one resets the receiver's state, an older one is stale
//   4..7   source node
//   8..11  destination node
//   12..15 hop: the sender over this hop (the source, or the relay)
//   16..19 sequence number of the source's slot (data, probe) or of its feedback
//   20..23 send time at the source, in microseconds of its own clock
//   24..31 MAC: SipHash-2-4 under the key of this hop's direction, over header and length for data (SRTP guards the
//          rest), over all bytes for other kinds; with a seal: over header, length and seal
//   32..39 seal of a relayed datagram: the MAC under the key of source and destination, over the header as it would be
//          without a relay (hop: the source; not relayed) and the length; unless it is data, also over all bytes
//          behind the seal. So a relay can drop and delay, but not forge.
//
// Numbers are big endian. Node numbers are the first four bytes of SHA-256 of a node id.
#ifndef PATHD_WIRE_H
#define PATHD_WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "siphash.h"

enum {
  VERSION_DIRECT = 1,
  VERSION_SEALED = 2,
  HEADER_BYTES = 32,
  SEAL_BYTES = 8,
  MAC_AT = 24,
  SLOTS = 2,
  FLOWS_OF_PEER = 32, // five bits of the header
  // IPv6 payload of an Ethernet frame without UDP's header. Larger datagrams are dropped on entry, never fragmented.
  DATAGRAM_MAX = 1452,
  PAYLOAD_MAX = DATAGRAM_MAX - HEADER_BYTES - SEAL_BYTES, // on any path
  SLOT_REPORT_BYTES = 20,
  // Size of feedback. A probe is padded to it, so that no answer is longer than its probe.
  REPORT_BYTES = SLOTS * SLOT_REPORT_BYTES,
};
enum kind { KIND_DATA = 1, KIND_PROBE = 2, KIND_FEEDBACK = 3 };

struct header {
  uint8_t kind, slot, flow;
  bool relayed, sealed;
  uint16_t incarnation;
  uint32_t source, destination, hop, seq, sent_us;
};

/** Receiver's report on one slot of the sender. */
struct slot_report {
  uint32_t next;     // one above the highest sequence number received; 0 with `count` 0: nothing yet
  uint32_t count;    // datagrams received, copies not counted
  uint32_t echo_us;  // sent_us of the highest
  uint32_t held_us;  // time since the highest arrived
  uint32_t delay_us; // least (arrival - sent) since the last report, by two clocks: only differences are meaningful
};

static inline uint32_t get32(const uint8_t *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }
static inline void put32(uint8_t *p, uint32_t v) { p[0] = v >> 24, p[1] = v >> 16, p[2] = v >> 8, p[3] = v; }

/** Size of header and seal. */
static inline size_t head_bytes(const struct header *header) { return header->sealed ? HEADER_BYTES + SEAL_BYTES : HEADER_BYTES; }

void header_write(uint8_t out[HEADER_BYTES], const struct header *header);
/** Returns false for a datagram of another version, an unknown kind or a wrong length. */
bool header_read(const uint8_t *in, size_t length, struct header *header);
/**
 * Writes the seal behind the header, under the key of source and destination. To be called before `mac_write`, because
 * the MAC covers the seal.
 */
void seal_write(uint8_t head[HEADER_BYTES + SEAL_BYTES], const uint8_t *payload, size_t payload_length, const uint8_t key[KEY_BYTES]);
bool seal_holds(const uint8_t head[HEADER_BYTES + SEAL_BYTES], const uint8_t *payload, size_t payload_length, const uint8_t key[KEY_BYTES]);
/** Writes the MAC into the header. A seal follows the header directly; the payload may lie elsewhere. */
void mac_write(uint8_t *header, const uint8_t *payload, size_t payload_length, const uint8_t key[KEY_BYTES]);
bool mac_holds(const uint8_t *header, const uint8_t *payload, size_t payload_length, const uint8_t key[KEY_BYTES]);

void report_write(uint8_t out[REPORT_BYTES], const struct slot_report reports[SLOTS]);
void report_read(const uint8_t in[REPORT_BYTES], struct slot_report reports[SLOTS]);

#endif
