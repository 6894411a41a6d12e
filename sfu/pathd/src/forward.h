// Forwards datagrams: from a pipe to the wire, from the wire to a pipe, or through as a relay.
#ifndef PATHD_FORWARD_H
#define PATHD_FORWARD_H
#include "batch.h"

struct counters {
  uint64_t from_pipes, to_pipes, relayed, probes, feedbacks;
  uint64_t malformed, unknown, forged, replayed, looped, oversize, unroutable;
};
struct pathd {
  uint32_t id;
  uint16_t incarnation; // that of the newest flow
  struct table table;
  struct inbox inbox;
  struct outbox wire, local;
  struct counters counters;
};

void forward_from_pipes(struct pathd *pathd, int64_t now_us);
void forward_from_wire(struct pathd *pathd, int64_t now_us);
/** Sends due feedback and probes, and runs the rules. Calls `flipped` for every flow that changed its active path. */
void forward_tick(struct pathd *pathd, int64_t now_us, void (*flipped)(const struct flow *flow));
/** Returns true when a pipe or a peer sent something within the last second, so that the next tick should come soon. */
bool forward_busy(const struct pathd *pathd, int64_t now_us);

#endif
