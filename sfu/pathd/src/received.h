// Receiver's view of one slot of a sender. Copies do not count, nor datagrams too old for the window.
#ifndef PATHD_RECEIVED_H
#define PATHD_RECEIVED_H
#include "wire.h"

enum { WINDOW_BITS = 1024 }; // enough for reordering of 100 ms at 10,000 packets/s

struct received {
  uint64_t window[WINDOW_BITS / 64];
  uint32_t next, count, echo_us, delay_us;
  int64_t arrived_us;
  bool any, has_delay;
};

/** Records a datagram. Returns true for its first copy. */
bool received_take(struct received *r, uint32_t seq, uint32_t sent_us, int64_t now_us);
struct slot_report received_report(struct received *r, int64_t now_us);

#endif
