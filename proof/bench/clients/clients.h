// Many light WebRTC clients in one thread: real ICE, DTLS 1.2 and SRTP (AES-GCM), no codec. A client sends made-up VP8
// or opus packets that carry the time of their sending, or receives, counts, reads that time and answers with
// transport-cc and receiver reports. No client sends or requests retransmissions: no network card lies between, and
// losses shall be visible. A transport with given keys does without ICE and DTLS.
#pragma once
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  TRANSPORTS_MAX = 2048,
  STREAMS_PER_TRANSPORT_MAX = 24, // sent or received
  PACKET_BYTES_MAX = 1500,
  ARRIVALS_KEPT = 1024, // transport-cc numbers between two feedbacks; a power of two
};

// ---- time: all in ns; the wall clock because the kernel stamps arrivals with it
int64_t now_ns(void);

// ---- SRTP, AEAD_AES_128_GCM or AEAD_AES_256_GCM (RFC 7714), one direction of one transport
typedef struct {
  EVP_CIPHER_CTX *rtp, *rtcp;
  uint8_t rtp_salt[12], rtcp_salt[12];
  uint32_t rtcp_index;
} Srtp;
enum { SRTP_TAG_BYTES = 16, SRTCP_EXTRA_BYTES = 20, SRTP_SALT_BYTES = 12 };
void srtp_open(Srtp *srtp, const uint8_t *key, size_t key_bytes, const uint8_t salt[12], bool encrypts);
void srtp_close(Srtp *srtp);
// encrypts in place; returns the new length
size_t srtp_protect(Srtp *srtp, uint8_t *packet, size_t header_bytes, size_t bytes, uint32_t roc);
bool srtp_unprotect(Srtp *srtp, const uint8_t *packet, size_t header_bytes, size_t bytes, uint32_t roc, uint8_t *payload);
size_t srtcp_protect(Srtp *srtp, uint8_t *packet, size_t bytes); // encrypts in place; returns the new length

// ---- ICE: binding requests of a full agent, and responses to those of another
#define LOCAL_UFRAG "clients0"
#define LOCAL_PASSWORD "passwordOfLightClients00"
typedef enum { R_CONTROLLING, R_CONTROLLED } Role;
size_t stun_request(uint8_t *out, const char *remote_ufrag, const char *password, Role role, uint32_t transaction);
// ip and port are those of the sender of the request, in the order of the network
size_t stun_response(uint8_t *out, const uint8_t *request, uint32_t ip, uint16_t port);

// ---- a trace: packets of a camera with their times, which repeat after a period
enum { TRACES_MAX = 8, TRACE_PACKETS_MAX = 4096, P_FIRST = 1, P_LAST = 2, P_KEY = 4 };
typedef struct {
  int64_t at_ns;
  int bytes; // of RTP, before SRTP
  int flags; // P_FIRST, P_LAST: of its frame
} TracePacket;
typedef struct {
  int64_t period_ns;
  int count;
  TracePacket packets[TRACE_PACKETS_MAX];
} Trace;
extern Trace traces[TRACES_MAX];

// ---- one stream in either direction
typedef struct {
  uint32_t ssrc;
  bool is_video;
  // fields of a sent stream
  uint8_t payload_type, level_extension; // level_extension: id of the audio level, 0: none
  uint16_t seq, picture;
  uint32_t roc, timestamp, frame, sent_packets, sent_bytes;
  int frame_packets, packet_bytes, packets_left;
  bool key_frame;
  int64_t next_frame_ns, next_packet_ns, interval_ns, spacing_ns;
  const Trace *trace; // NULL: frames of equal packets
  int trace_at;
  int64_t period_from_ns;
  // fields of a received stream
  bool begun;
  uint32_t top; // extended highest sequence number
  uint32_t received, expected_from, window_received, window_from, reported_received, reported_top;
  int64_t last_ns; // arrival of the last packet since the window opened, 0: none
  uint64_t received_bytes; // of RTP, before SRTP
} Stream;

typedef enum { T_ICE, T_DTLS, T_UP, T_FAILED } TransportState;
typedef struct {
  int id, fd;
  TransportState state;
  char ufrag[64], password[64];
  Role role;
  uint32_t remote_ip; // in the order of the network, as the port
  uint16_t remote_port;
  SSL *ssl; // NULL: its keys were given
  Srtp out, in;
  int64_t next_check_ns, next_feedback_ns, next_report_ns;
  uint8_t tcc_extension; // id of transport-wide-cc in received packets, 0: none
  bool sends;
  int stream_count;
  Stream streams[STREAMS_PER_TRANSPORT_MAX];
  // transport-cc: arrival time by sequence number, 0: not arrived
  int64_t arrivals[ARRIVALS_KEPT];
  bool tcc_begun;
  uint16_t tcc_base, tcc_top;
  uint8_t tcc_count;
  uint64_t sent_bytes; // of all datagrams but those of streams
  uint32_t drops_before; // the kernel's count of datagrams dropped at this socket when the window began
} Transport;

extern Transport *transports[TRANSPORTS_MAX];
extern int transport_count;

// ---- measurements within a window
typedef struct {
  int64_t from_ns, until_ns; // until_ns 0: no window is open
  uint64_t received_bytes, undecryptable;
  int64_t worst_gap_ns; // between two packets of a stream that ran when the window opened
} Window;
extern Window window;
void delays_clear(void);
void delay_add(int64_t delay_ns);
double delay_ms(double share);
void lateness_add(int64_t late_ns);
double lateness_ms(double share);

// ---- transport.c
void clients_open(const char *suites);
const char *clients_fingerprint(void);
void transport_open(int id, const char *ip, int port, const char *ufrag, const char *password, Role role, bool sends, int tcc_extension);
// Keys in hexadecimal digits, each with its salt: that of sent packets and that of received ones.
void transport_open_keyed(int id, const char *ip, int port, const char *out_key, const char *in_key, bool sends);
void transport_readable(Transport *t, int64_t now);
void transport_tick(Transport *t, int64_t now);
void transport_close(Transport *t);
void transport_send_rtcp(Transport *t, uint8_t *packet, size_t bytes);
uint32_t transport_drops(const Transport *t);
void fail(const char *what);

// ---- publish.c, receive.c
void publish_add(Transport *t, uint32_t ssrc, bool is_video, int payload_type, int frame_packets, int packet_bytes, int level_extension, int phase_ms);
void publish_replay(Transport *t, uint32_t ssrc, int payload_type, const Trace *trace, int phase_ms);
void publish_tick(Transport *t, int64_t now);
int64_t publish_due_ns(const Transport *t); // time of the next packet
void receive_expect(Transport *t, uint32_t ssrc, bool is_video);
void receive_rtp(Transport *t, const uint8_t *packet, size_t bytes, int64_t at_ns);
void receive_tick(Transport *t, int64_t now);

static inline void put16(uint8_t *p, uint32_t v) { p[0] = v >> 8; p[1] = v; }
static inline void put32(uint8_t *p, uint32_t v) { put16(p, v >> 16); put16(p + 2, v); }
static inline uint16_t get16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t get32(const uint8_t *p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }
