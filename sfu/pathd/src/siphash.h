// SipHash-2-4: Aumasson, Bernstein, "SipHash: a fast short-input PRF" (2012), with its 64-bit output.
#ifndef PATHD_SIPHASH_H
#define PATHD_SIPHASH_H
#include <stddef.h>
#include <stdint.h>

enum { KEY_BYTES = 16 };

uint64_t siphash24(const uint8_t key[KEY_BYTES], const uint8_t *in, size_t length);

#endif
