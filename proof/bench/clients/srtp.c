// SRTP and SRTCP with AES-GCM: RFC 7714; key derivation: RFC 3711, 4.3 (the AES counter mode of the same key size).
#include "clients.h"
#include <string.h>

static void derive(const uint8_t *key, size_t key_bytes, const uint8_t salt[12], uint8_t label, uint8_t *out, size_t out_bytes) {
  uint8_t iv[16] = {0}, zeros[32] = {0};
  int written = 0;
  memcpy(iv, salt, 12);
  iv[7] ^= label;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  if (context == NULL || !EVP_EncryptInit_ex(context, key_bytes == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), NULL, key, iv) ||
      !EVP_EncryptUpdate(context, out, &written, zeros, (int)out_bytes))
    fail("key derivation");
  EVP_CIPHER_CTX_free(context);
}

static EVP_CIPHER_CTX *cipher_of(const uint8_t *key, size_t key_bytes, bool encrypts) {
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  if (context == NULL || !EVP_CipherInit_ex(context, key_bytes == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm(), NULL, key, NULL, encrypts))
    fail("AES-GCM");
  return context;
}

void srtp_open(Srtp *srtp, const uint8_t *key, size_t key_bytes, const uint8_t salt[12], bool encrypts) {
  uint8_t session[32];
  derive(key, key_bytes, salt, 0, session, key_bytes);
  srtp->rtp = cipher_of(session, key_bytes, encrypts);
  derive(key, key_bytes, salt, 2, srtp->rtp_salt, 12);
  derive(key, key_bytes, salt, 3, session, key_bytes);
  srtp->rtcp = cipher_of(session, key_bytes, encrypts);
  derive(key, key_bytes, salt, 5, srtp->rtcp_salt, 12);
  srtp->rtcp_index = 0;
}

void srtp_close(Srtp *srtp) {
  EVP_CIPHER_CTX_free(srtp->rtp);
  EVP_CIPHER_CTX_free(srtp->rtcp);
}

static void rtp_iv(const Srtp *srtp, const uint8_t *packet, uint32_t roc, uint8_t iv[12]) {
  memset(iv, 0, 12);
  memcpy(iv + 2, packet + 8, 4);
  put32(iv + 6, roc);
  memcpy(iv + 10, packet + 2, 2);
  for (int i = 0; i < 12; i++) iv[i] ^= srtp->rtp_salt[i];
}

size_t srtp_protect(Srtp *srtp, uint8_t *packet, size_t header_bytes, size_t bytes, uint32_t roc) {
  uint8_t iv[12];
  int n = 0;
  rtp_iv(srtp, packet, roc, iv);
  EVP_CipherInit_ex(srtp->rtp, NULL, NULL, NULL, iv, -1);
  EVP_CipherUpdate(srtp->rtp, NULL, &n, packet, (int)header_bytes);
  EVP_CipherUpdate(srtp->rtp, packet + header_bytes, &n, packet + header_bytes, (int)(bytes - header_bytes));
  if (!EVP_CipherFinal_ex(srtp->rtp, packet + bytes, &n)) fail("SRTP");
  EVP_CIPHER_CTX_ctrl(srtp->rtp, EVP_CTRL_AEAD_GET_TAG, SRTP_TAG_BYTES, packet + bytes);
  return bytes + SRTP_TAG_BYTES;
}

bool srtp_unprotect(Srtp *srtp, const uint8_t *packet, size_t header_bytes, size_t bytes, uint32_t roc, uint8_t *payload) {
  uint8_t iv[12], end[16];
  int n = 0;
  if (bytes < header_bytes + SRTP_TAG_BYTES) return false;
  const size_t body = bytes - header_bytes - SRTP_TAG_BYTES;
  rtp_iv(srtp, packet, roc, iv);
  EVP_CipherInit_ex(srtp->rtp, NULL, NULL, NULL, iv, -1);
  EVP_CIPHER_CTX_ctrl(srtp->rtp, EVP_CTRL_AEAD_SET_TAG, SRTP_TAG_BYTES, (void *)(packet + bytes - SRTP_TAG_BYTES));
  EVP_CipherUpdate(srtp->rtp, NULL, &n, packet, (int)header_bytes);
  EVP_CipherUpdate(srtp->rtp, payload, &n, packet + header_bytes, (int)body);
  return EVP_CipherFinal_ex(srtp->rtp, end, &n) == 1;
}

size_t srtcp_protect(Srtp *srtp, uint8_t *packet, size_t bytes) {
  uint8_t iv[12] = {0}, word[4];
  int n = 0;
  srtp->rtcp_index += 1;
  memcpy(iv + 2, packet + 4, 4);
  put32(iv + 8, srtp->rtcp_index);
  for (int i = 0; i < 12; i++) iv[i] ^= srtp->rtcp_salt[i];
  put32(word, 0x80000000u | srtp->rtcp_index);
  EVP_CipherInit_ex(srtp->rtcp, NULL, NULL, NULL, iv, -1);
  EVP_CipherUpdate(srtp->rtcp, NULL, &n, packet, 8);
  EVP_CipherUpdate(srtp->rtcp, NULL, &n, word, 4);
  EVP_CipherUpdate(srtp->rtcp, packet + 8, &n, packet + 8, (int)bytes - 8);
  if (!EVP_CipherFinal_ex(srtp->rtcp, packet + bytes, &n)) fail("SRTCP");
  EVP_CIPHER_CTX_ctrl(srtp->rtcp, EVP_CTRL_AEAD_GET_TAG, SRTP_TAG_BYTES, packet + bytes);
  memcpy(packet + bytes + SRTP_TAG_BYTES, word, 4);
  return bytes + SRTCP_EXTRA_BYTES;
}
