#include "siphash.h"

static inline uint64_t rotl(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

static inline uint64_t read64(const uint8_t *p) {
  uint64_t value = 0;
  for (int i = 7; i >= 0; i--) value = value << 8 | p[i];
  return value;
}

struct state {
  uint64_t v0, v1, v2, v3;
};

static inline void rounds(struct state *s, int count) {
  while (count-- > 0) {
    s->v0 += s->v1, s->v1 = rotl(s->v1, 13) ^ s->v0, s->v0 = rotl(s->v0, 32);
    s->v2 += s->v3, s->v3 = rotl(s->v3, 16) ^ s->v2;
    s->v0 += s->v3, s->v3 = rotl(s->v3, 21) ^ s->v0;
    s->v2 += s->v1, s->v1 = rotl(s->v1, 17) ^ s->v2, s->v2 = rotl(s->v2, 32);
  }
}

uint64_t siphash24(const uint8_t key[KEY_BYTES], const uint8_t *in, size_t length) {
  const uint64_t k0 = read64(key), k1 = read64(key + 8);
  struct state s = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
  size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    const uint64_t word = read64(in + at);
    s.v3 ^= word;
    rounds(&s, 2);
    s.v0 ^= word;
  }
  uint64_t last = (uint64_t)length << 56;
  for (size_t i = 0; at + i < length; i++) last |= (uint64_t)in[at + i] << (8 * i);
  s.v3 ^= last;
  rounds(&s, 2);
  s.v0 ^= last;
  s.v2 ^= 0xff;
  rounds(&s, 4);
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
