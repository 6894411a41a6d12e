// Peers and flows of this pathd. A peer is another node's pathd, with its address and the keys of both directions. A
// flow is a pipe of this node to a peer; a peer may have several. Relays are peers without a flow.
#ifndef PATHD_TABLE_H
#define PATHD_TABLE_H
#include <netinet/in.h>
#include <sys/socket.h>
#include "received.h"
#include "rules.h"

enum {
  PEERS_MAX = 4096, // enough for every media node of the fleet
  FLOWS_MAX = 512,  // pipes of one node
  // Largest distance of two flows' incarnations: half of the range in which a receiver can order 16-bit numbers.
  INCARNATIONS_APART = 16384,
  // Keys of the pipe and of the pair of hosts, each with its predecessor, because the two sides change a key at
  // different moments.
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
  struct flow *flows; // unordered
};

struct flow {
  struct peer *peer;
  struct flow *next; // of the same peer
  uint8_t number, theirs; // number in the peer's datagrams, and number in ours
  union address pipe;
  struct rules rules;
  uint32_t via[SLOTS]; // 0: direct, else a relay's number
  struct received received[SLOTS];
  uint16_t incarnation, their_incarnation;
  bool their_incarnation_known, feedback_heard, feedback_due;
  uint32_t feedback_sent, feedback_last; // sequence numbers: of our last feedback, and of the peer's newest
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
/** Finds or makes a peer. Returns 0 at PEERS_MAX. */
struct peer *peer_add(struct table *table, uint32_t id);
void peer_remove(struct table *table, struct peer *peer);
struct flow *flow_find(const struct peer *peer, uint8_t number);
/** Finds or makes a flow. Returns 0 at FLOWS_MAX, without memory, or when another flow has this port. */
struct flow *flow_add(struct table *table, struct peer *peer, uint8_t number, const union address *pipe, int64_t now_us);
/**
 * Gives a new flow its incarnation, one above the last. Restarts flows whose incarnation is too far behind
 * (`INCARNATIONS_APART`) under a new one, because a receiver might otherwise take their next one for older. Their paths
 * stay, but their measurements do not.
 */
void flow_begin(struct table *table, struct flow *flow, uint16_t *last, int64_t now_us);
void flow_remove(struct table *table, struct flow *flow);
/** Returns the flow whose pipe sends from this address. */
struct flow *flow_from(struct table *table, const union address *source);

bool address_parse(const char *ip, const char *port, union address *out);
socklen_t address_length(const union address *address);
uint16_t address_port(const union address *address);
bool address_same(const union address *a, const union address *b);

#endif
