// Client transport: ICE check, DTLS handshake, then SRTP both ways; consent is renewed during its whole life.
#define _GNU_SOURCE // recvmmsg
#include "clients.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/srtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { RECEIVE_BATCH = 64, RECEIVE_BUFFER_BYTES = 1 << 20 };
static const int64_t check_retry_ns = 200000000, consent_ns = 4000000000;
static SSL_CTX *context;
static char fingerprint[3 * EVP_MAX_MD_SIZE];

void fail(const char *what) {
  fprintf(stderr, "clients: %s: %s\n", what, errno != 0 ? strerror(errno) : "failed");
  ERR_print_errors_fp(stderr);
  exit(1);
}

int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

// Accepts any certificate: this is a load test against our own node.
static int accept_any(int ok, X509_STORE_CTX *store) {
  (void)ok;
  (void)store;
  return 1;
}

void clients_open(const char *suites) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned bytes = 0;
  context = SSL_CTX_new(DTLS_client_method());
  if (key == NULL || certificate == NULL || context == NULL) fail("OpenSSL");
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  if (!X509_digest(certificate, EVP_sha256(), digest, &bytes) || SSL_CTX_use_certificate(context, certificate) != 1 ||
      SSL_CTX_use_PrivateKey(context, key) != 1 || SSL_CTX_set_tlsext_use_srtp(context, suites) != 0)
    fail("certificate");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, accept_any);
  for (unsigned i = 0; i < bytes; i++) sprintf(fingerprint + 3 * i, i + 1 < bytes ? "%02X:" : "%02X", digest[i]);
}

const char *clients_fingerprint(void) { return fingerprint; }

static Transport *socket_open(int id, const char *ip, int port, bool sends) {
  if (transport_count == TRANSPORTS_MAX) fail("too many transports");
  Transport *t = calloc(1, sizeof *t);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  const int one = 1, buffer = RECEIVE_BUFFER_BYTES;
  if (t == NULL || inet_pton(AF_INET, ip, &to.sin_addr) != 1) fail("address");
  t->id = id;
  t->sends = sends;
  t->remote_ip = to.sin_addr.s_addr;
  t->remote_port = to.sin_port;
  t->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (t->fd < 0 || connect(t->fd, (struct sockaddr *)&to, sizeof to) != 0) fail("socket");
  setsockopt(t->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
  setsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  transports[transport_count++] = t;
  return t;
}

// Announces the port of the client's end, and its SRTP suite.
static void announce(Transport *t, const char *suite) {
  struct sockaddr_in own = {0};
  socklen_t bytes = sizeof own;
  if (getsockname(t->fd, (struct sockaddr *)&own, &bytes) != 0) fail("getsockname");
  t->state = T_UP;
  printf("up %d %d %s\n", t->id, ntohs(own.sin_port), suite);
}

static size_t bytes_of(const char *digits, uint8_t *out, size_t out_bytes) {
  size_t at = 0;
  for (unsigned value; at < out_bytes && sscanf(digits + 2 * at, "%2x", &value) == 1; at++) out[at] = (uint8_t)value;
  return at;
}

void transport_open_keyed(int id, const char *ip, int port, const char *out_key, const char *in_key, bool sends) {
  Transport *t = socket_open(id, ip, port, sends);
  uint8_t out[32 + SRTP_SALT_BYTES], in[32 + SRTP_SALT_BYTES];
  const size_t key = bytes_of(out_key, out, sizeof out) - SRTP_SALT_BYTES;
  if ((key != 16 && key != 32) || bytes_of(in_key, in, sizeof in) != key + SRTP_SALT_BYTES) {
    errno = 0;
    fail("keys");
  }
  srtp_open(&t->out, out, key, out + key, true);
  srtp_open(&t->in, in, key, in + key, false);
  announce(t, key == 32 ? "SRTP_AEAD_AES_256_GCM" : "SRTP_AEAD_AES_128_GCM");
}

void transport_open(int id, const char *ip, int port, const char *ufrag, const char *password, Role role, bool sends, int tcc_extension) {
  Transport *t = socket_open(id, ip, port, sends);
  t->role = role;
  t->tcc_extension = (uint8_t)tcc_extension;
  snprintf(t->ufrag, sizeof t->ufrag, "%s", ufrag);
  snprintf(t->password, sizeof t->password, "%s", password);
  t->ssl = SSL_new(context);
  if (t->ssl == NULL) fail("SSL_new");
  SSL_set_bio(t->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_options(t->ssl, SSL_OP_NO_QUERY_MTU);
  SSL_set_mtu(t->ssl, 1200);
  SSL_set_connect_state(t->ssl);
  t->state = T_ICE;
}

static void send_datagram(Transport *t, const uint8_t *bytes, size_t count) {
  // A full queue loses the packet as a network would; the counts show the loss.
  t->sent_bytes += count;
  if (send(t->fd, bytes, count, 0) < 0 && errno != EAGAIN && errno != ENOBUFS && errno != ECONNREFUSED) fail("send");
}

static const char *take_keys(Transport *t) {
  const SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(t->ssl);
  if (profile == NULL) fail("no SRTP profile");
  const size_t key = profile->id == SRTP_AEAD_AES_256_GCM ? 32 : 16;
  uint8_t material[88];
  if (SSL_export_keying_material(t->ssl, material, 2 * (key + 12), "EXTRACTOR-dtls_srtp", 19, NULL, 0, 0) != 1) fail("key export");
  srtp_open(&t->out, material, key, material + 2 * key, true);
  srtp_open(&t->in, material + key, key, material + 2 * key + 12, false);
  return profile->name;
}

static void handshake(Transport *t) {
  uint8_t out[4096];
  const int result = SSL_do_handshake(t->ssl);
  const int wanted = SSL_get_error(t->ssl, result);
  for (int n; (n = BIO_read(SSL_get_wbio(t->ssl), out, PACKET_BYTES_MAX - 100)) > 0;) send_datagram(t, out, (size_t)n);
  if (result == 1 && t->state != T_UP) {
    announce(t, take_keys(t));
  } else if (result != 1 && wanted != SSL_ERROR_WANT_READ) {
    t->state = T_FAILED;
    printf("failed %d\n", t->id);
  }
}

static int64_t stamp_of(struct msghdr *message, int64_t now) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec at;
      memcpy(&at, CMSG_DATA(c), sizeof at);
      return at.tv_sec * 1000000000LL + at.tv_nsec;
    }
  return now;
}

static void take(Transport *t, uint8_t *bytes, size_t count, int64_t at) {
  if (count < 12 || t->state == T_FAILED) return;
  if (bytes[0] < 4) { // STUN, whose integrity is not checked
    if (get16(bytes) == 0x0001 && count >= 20) {
      uint8_t response[256];
      send_datagram(t, response, stun_response(response, bytes, t->remote_ip, t->remote_port));
    } else if (t->state == T_ICE && get16(bytes) == 0x0101) {
      t->state = T_DTLS;
      handshake(t);
    }
  } else if (bytes[0] >= 20 && bytes[0] < 64) {
    if (t->state == T_DTLS) {
      BIO_write(SSL_get_rbio(t->ssl), bytes, (int)count);
      handshake(t);
    }
  } else if (bytes[0] >= 128 && bytes[0] < 192 && t->state == T_UP && (bytes[1] < 192 || bytes[1] > 223)) {
    receive_rtp(t, bytes, count, at);
  }
}

void transport_readable(Transport *t, int64_t now) {
  static uint8_t buffers[RECEIVE_BATCH][PACKET_BYTES_MAX + 100], control[RECEIVE_BATCH][64];
  struct mmsghdr messages[RECEIVE_BATCH];
  struct iovec parts[RECEIVE_BATCH];
  for (int got = RECEIVE_BATCH; got == RECEIVE_BATCH;) {
    for (int i = 0; i < RECEIVE_BATCH; i++) {
      parts[i] = (struct iovec){buffers[i], sizeof buffers[i]};
      messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = control[i], .msg_controllen = sizeof control[i]}};
    }
    got = recvmmsg(t->fd, messages, RECEIVE_BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < got; i++) take(t, buffers[i], messages[i].msg_len, stamp_of(&messages[i].msg_hdr, now));
  }
}

void transport_tick(Transport *t, int64_t now) {
  if (t->state == T_FAILED) return;
  if (t->ssl != NULL && now >= t->next_check_ns) {
    uint8_t request[256];
    static uint32_t transaction;
    send_datagram(t, request, stun_request(request, t->ufrag, t->password, t->role, ++transaction));
    t->next_check_ns = now + (t->state == T_ICE ? check_retry_ns : consent_ns);
  }
  if (t->state == T_DTLS) {
    struct timeval left;
    if (DTLSv1_get_timeout(t->ssl, &left) && left.tv_sec == 0 && left.tv_usec == 0) {
      DTLSv1_handle_timeout(t->ssl);
      handshake(t);
    }
  }
  if (t->state != T_UP) return;
  if (t->sends) publish_tick(t, now);
  else receive_tick(t, now);
}

void transport_send_rtcp(Transport *t, uint8_t *packet, size_t bytes) { send_datagram(t, packet, srtcp_protect(&t->out, packet, bytes)); }

uint32_t transport_drops(const Transport *t) {
  uint32_t info[SK_MEMINFO_VARS] = {0};
  socklen_t bytes = sizeof info;
  if (getsockopt(t->fd, SOL_SOCKET, SO_MEMINFO, info, &bytes) != 0) fail("SO_MEMINFO");
  return info[SK_MEMINFO_DROPS];
}

void transport_close(Transport *t) {
  if (t->state == T_UP) {
    srtp_close(&t->out);
    srtp_close(&t->in);
  }
  SSL_free(t->ssl);
  close(t->fd);
  free(t);
}
