#include "wire.h"
#include <string.h>

void header_write(uint8_t out[HEADER_BYTES], const struct header *h) {
  out[0] = (uint8_t)((h->sealed ? VERSION_SEALED : VERSION_DIRECT) << 4 | h->kind);
  out[1] = (uint8_t)((h->relayed ? 0x80 : 0) | h->flow << 2 | h->slot);
  out[2] = h->incarnation >> 8;
  out[3] = h->incarnation & 0xff;
  put32(out + 4, h->source);
  put32(out + 8, h->destination);
  put32(out + 12, h->hop);
  put32(out + 16, h->seq);
  put32(out + 20, h->sent_us);
}

bool header_read(const uint8_t *in, size_t length, struct header *h) {
  if (length < HEADER_BYTES || length > DATAGRAM_MAX || (in[0] >> 4 != VERSION_DIRECT && in[0] >> 4 != VERSION_SEALED)) return false;
  h->sealed = in[0] >> 4 == VERSION_SEALED;
  h->kind = in[0] & 0x0f;
  h->relayed = (in[1] & 0x80) != 0;
  h->flow = in[1] >> 2 & (FLOWS_OF_PEER - 1);
  h->slot = in[1] & 0x03;
  h->incarnation = (uint16_t)(in[2] << 8 | in[3]);
  h->source = get32(in + 4);
  h->destination = get32(in + 8);
  h->hop = get32(in + 12);
  h->seq = get32(in + 16);
  h->sent_us = get32(in + 20);
  if (length < head_bytes(h)) return false;
  const size_t payload = length - head_bytes(h);
  const bool fits = h->kind == KIND_DATA ? payload > 0 : (h->kind == KIND_PROBE || h->kind == KIND_FEEDBACK) && payload == REPORT_BYTES;
  return fits && h->slot < SLOTS && h->source != h->destination && h->relayed == (h->hop != h->source);
}

static uint64_t get64(const uint8_t *p) { return (uint64_t)get32(p) << 32 | get32(p + 4); }

static void put64(uint8_t *p, uint64_t v) { put32(p, (uint32_t)(v >> 32)), put32(p + 4, (uint32_t)v); }

/** Returns the MAC over header and length, and over the payload unless it is data. */
static uint64_t whole_mac(const uint8_t *header, const uint8_t *payload, size_t length, const uint8_t *key) {
  uint8_t text[MAC_AT + 4 + 8];
  memcpy(text, header, MAC_AT);
  put32(text + MAC_AT, (uint32_t)length);
  if ((header[0] & 0x0f) == KIND_DATA) return siphash24(key, text, MAC_AT + 4);
  const uint64_t inner = siphash24(key, payload, length);
  memcpy(text + MAC_AT + 4, &inner, 8);
  return siphash24(key, text, sizeof text);
}

static uint64_t mac_of(const uint8_t *header, const uint8_t *payload, size_t length, const uint8_t *key) {
  if (header[0] >> 4 != VERSION_SEALED) return whole_mac(header, payload, length, key);
  uint8_t text[MAC_AT + 4 + SEAL_BYTES];
  memcpy(text, header, MAC_AT);
  put32(text + MAC_AT, (uint32_t)length);
  memcpy(text + MAC_AT + 4, header + HEADER_BYTES, SEAL_BYTES);
  return siphash24(key, text, sizeof text);
}

static uint64_t seal_of(const uint8_t *header, const uint8_t *payload, size_t length, const uint8_t *key) {
  uint8_t unrelayed[MAC_AT];
  memcpy(unrelayed, header, MAC_AT);
  unrelayed[1] &= 0x7f;
  memcpy(unrelayed + 12, header + 4, 4);
  return whole_mac(unrelayed, payload, length, key);
}

// Compares whole words, so that no timing reveals how far a guess was right.
bool mac_holds(const uint8_t *header, const uint8_t *payload, size_t length, const uint8_t key[KEY_BYTES]) {
  return (get64(header + MAC_AT) ^ mac_of(header, payload, length, key)) == 0;
}

bool seal_holds(const uint8_t head[HEADER_BYTES + SEAL_BYTES], const uint8_t *payload, size_t length, const uint8_t key[KEY_BYTES]) {
  return (get64(head + HEADER_BYTES) ^ seal_of(head, payload, length, key)) == 0;
}

void mac_write(uint8_t *header, const uint8_t *payload, size_t length, const uint8_t key[KEY_BYTES]) {
  put64(header + MAC_AT, mac_of(header, payload, length, key));
}

void seal_write(uint8_t head[HEADER_BYTES + SEAL_BYTES], const uint8_t *payload, size_t length, const uint8_t key[KEY_BYTES]) {
  put64(head + HEADER_BYTES, seal_of(head, payload, length, key));
}

void report_write(uint8_t out[REPORT_BYTES], const struct slot_report reports[SLOTS]) {
  for (int slot = 0; slot < SLOTS; slot++, out += SLOT_REPORT_BYTES) {
    put32(out, reports[slot].next);
    put32(out + 4, reports[slot].count);
    put32(out + 8, reports[slot].echo_us);
    put32(out + 12, reports[slot].held_us);
    put32(out + 16, reports[slot].delay_us);
  }
}

void report_read(const uint8_t in[REPORT_BYTES], struct slot_report reports[SLOTS]) {
  for (int slot = 0; slot < SLOTS; slot++, in += SLOT_REPORT_BYTES)
    reports[slot] = (struct slot_report){get32(in), get32(in + 4), get32(in + 8), get32(in + 12), get32(in + 16)};
}
