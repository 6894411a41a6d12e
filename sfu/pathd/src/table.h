// Whom this pathd knows. A peer is another node's pathd: its address and the keys of both directions; a flow is a pipe
// that this node has with it, of which there may be several. Relays are peers without a flow.
#ifndef PATHD_TABLE_H
#define PATHD_TABLE_H
#include <netinet/in.h>
#include <sys/socket.h>
#include "received.h"
#include "rules.h"

enum {
  PEERS_MAX = 4096, // every media node of the fleet
  FLOWS_MAX = 512,  // pipes of one node
  INCARNATIONS_APART = 16384, // of two flows that live: half of what a receiver can tell from an older one, in 16 bits
  // of the pipe and of the pair of hosts, each with the one before: a key changes on the two sides at two moments
  RX_KEYS_MAX = 4,
};

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

struct peer {
  uint32_t id; // 0: a free place
  union address address;
  uint8_t tx_key[KEY_BYTES], rx_keys[RX_KEYS_MAX][KEY_BYTES];
  int rx_count;
  struct flow *flows; // in no order
};

struct flow {
  struct peer *peer;
  struct flow *next; // of the same peer
  uint8_t number, theirs; // by which the peer's datagrams name it, and by which ours do
  union address pipe;
  struct rules rules;
  uint32_t via[SLOTS]; // 0: direct, else a relay's number
  struct received received[SLOTS];
  uint16_t incarnation, their_incarnation;
  bool their_incarnation_known, feedback_heard, feedback_due;
  uint32_t feedback_sent, feedback_last; // ours, and the newest of theirs
  int64_t feedback_at_us;
  uint32_t index;
};

struct table {
  struct peer peers[PEERS_MAX * 2]; // open addressing, at most half full
  uint32_t peer_count;
  struct flow *flows[FLOWS_MAX];
  uint32_t flow_count;
  struct flow *by_port[65536]; // the pipe's port on this machine
};

struct peer *peer_find(struct table *table, uint32_t id);
/** Finds or makes; 0: PEERS_MAX reached. */
struct peer *peer_add(struct table *table, uint32_t id);
void peer_remove(struct table *table, struct peer *peer);
struct flow *flow_find(const struct peer *peer, uint8_t number);
/** Finds or makes; 0: FLOWS_MAX reached, no memory, or another flow has this port. */
struct flow *flow_add(struct table *table, struct peer *peer, uint8_t number, const union address *pipe, int64_t now_us);
/**
 * Gives a flow that begins its incarnation, one above the last. Flows whose own is so far behind it that a receiver
 * might soon take the next one for an older one (`INCARNATIONS_APART`) begin anew with it: their paths stay, what is
 * known of them does not.
 */
void flow_begin(struct table *table, struct flow *flow, uint16_t *last, int64_t now_us);
void flow_remove(struct table *table, struct flow *flow);
/** The flow whose pipe sends from here. */
struct flow *flow_from(struct table *table, const union address *source);

bool address_parse(const char *ip, const char *port, union address *out);
socklen_t address_length(const union address *address);
uint16_t address_port(const union address *address);
bool address_same(const union address *a, const union address *b);

#endif
