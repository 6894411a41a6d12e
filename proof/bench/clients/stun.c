// STUN binding requests and responses (RFC 8489, RFC 8445). A request has username, priority, role, nomination by a
// controlling agent, integrity and fingerprint.
#include "clients.h"
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

static uint32_t crc32_of(const uint8_t *bytes, size_t count) {
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

static size_t attribute(uint8_t *out, size_t at, int type, const void *value, size_t bytes) {
  put16(out + at, (uint32_t)type);
  put16(out + at + 2, (uint32_t)bytes);
  memset(out + at + 4, 0, (bytes + 3) & ~(size_t)3);
  memcpy(out + at + 4, value, bytes);
  return at + 4 + ((bytes + 3) & ~(size_t)3);
}

// Adds integrity and fingerprint; returns the length of the message.
static size_t sealed(uint8_t *out, size_t at, const char *password) {
  uint8_t digest[20], word[4];
  unsigned digest_bytes = sizeof digest;
  put16(out + 2, (uint32_t)(at - 20 + 24));
  if (HMAC(EVP_sha1(), password, (int)strlen(password), out, at, digest, &digest_bytes) == NULL) fail("HMAC");
  at = attribute(out, at, 0x0008, digest, sizeof digest);
  put16(out + 2, (uint32_t)(at - 20 + 8));
  put32(word, crc32_of(out, at) ^ 0x5354554eu);
  return attribute(out, at, 0x8028, word, 4);
}

size_t stun_request(uint8_t *out, const char *remote_ufrag, const char *password, Role role, uint32_t transaction) {
  char username[80];
  const uint8_t word[8] = {0x6e, 0x00, 0x1e, 0xff, 0, 0, 0, 1};
  put16(out, 0x0001);
  put32(out + 4, 0x2112a442u);
  memset(out + 8, 0, 12);
  put32(out + 16, transaction);
  const int username_bytes = snprintf(username, sizeof username, "%s:" LOCAL_UFRAG, remote_ufrag);
  size_t at = attribute(out, 20, 0x0006, username, (size_t)username_bytes);
  at = attribute(out, at, 0x0024, word, 4);  // priority
  at = attribute(out, at, role == R_CONTROLLING ? 0x802a : 0x8029, word, 8); // role, with its tie-breaker
  if (role == R_CONTROLLING) at = attribute(out, at, 0x0025, "", 0);          // use this candidate
  return sealed(out, at, password);
}

size_t stun_response(uint8_t *out, const uint8_t *request, uint32_t ip, uint16_t port) {
  uint8_t address[8] = {0, 1};
  put16(out, 0x0101);
  memcpy(out + 4, request + 4, 16); // cookie, transaction
  memcpy(address + 2, &port, 2);
  memcpy(address + 4, &ip, 4);
  for (int i = 0; i < 2; i++) address[2 + i] ^= out[4 + i];
  for (int i = 0; i < 4; i++) address[4 + i] ^= out[4 + i];
  return sealed(out, attribute(out, 20, 0x0020, address, sizeof address), LOCAL_PASSWORD);
}
