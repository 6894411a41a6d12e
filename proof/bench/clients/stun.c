// A STUN binding request (RFC 8489, RFC 8445): username, priority, controlling, nomination, integrity, fingerprint.
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

size_t stun_request(uint8_t *out, const char *remote_ufrag, const char *password, uint32_t transaction) {
  char username[80];
  uint8_t word[8] = {0x6e, 0x00, 0x1e, 0xff, 0, 0, 0, 1}, digest[20];
  unsigned digest_bytes = sizeof digest;
  put16(out, 0x0001);
  put32(out + 4, 0x2112a442u);
  memset(out + 8, 0, 12);
  put32(out + 16, transaction);
  const int username_bytes = snprintf(username, sizeof username, "%s:cli", remote_ufrag);
  size_t at = attribute(out, 20, 0x0006, username, (size_t)username_bytes);
  at = attribute(out, at, 0x0024, word, 4);  // priority
  at = attribute(out, at, 0x802a, word, 8);  // controlling
  at = attribute(out, at, 0x0025, "", 0);    // use this candidate
  put16(out + 2, (uint32_t)(at - 20 + 24));
  if (HMAC(EVP_sha1(), password, (int)strlen(password), out, at, digest, &digest_bytes) == NULL) fail("HMAC");
  at = attribute(out, at, 0x0008, digest, sizeof digest);
  put16(out + 2, (uint32_t)(at - 20 + 8));
  put32(word, crc32_of(out, at) ^ 0x5354554eu);
  return attribute(out, at, 0x8028, word, 4);
}
