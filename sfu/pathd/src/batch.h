#ifndef PATHD_BATCH_H
#define PATHD_BATCH_H
#include "table.h"

enum {
  IN_MAX = 64,
  OUT_MAX = 256,
  MESSAGE_BYTES_MAX = 65536,
  // Buffers that lie a power of two apart would share the same lines of the processor's cache.
  IN_BYTES = MESSAGE_BYTES_MAX + 320,
  // Most datagrams in a message: sent by every Linux that has segments, and received from any.
  SEGMENTS_MAX = 64,
  SEGMENTS_IN_MAX = 128,
};

/** A received datagram; it stays in place until the next `inbox_take`. */
struct datagram {
  uint8_t *bytes;
  size_t length;
  const union address *from;
};
/** Size of the datagrams in a message, as the kernel gives and takes it. */
union segment_size {
  struct cmsghdr align;
  uint8_t bytes[CMSG_SPACE(sizeof(int))];
};
struct inbox {
  bool is_made;
  /** Messages of the last call. */
  int used;
  struct mmsghdr messages[IN_MAX];
  struct iovec parts[IN_MAX];
  union address from[IN_MAX];
  union segment_size sizes[IN_MAX];
  struct datagram datagrams[IN_MAX * SEGMENTS_IN_MAX];
  uint8_t bytes[IN_MAX][IN_BYTES];
};
struct outbox {
  int fd, count;
  /** Longer datagrams leave one by one. It falls when the kernel refuses a size, and to 0 when it refuses segments. */
  size_t segment_bytes_max;
  const union address *to[OUT_MAX];
  struct iovec parts[OUT_MAX][2];
  struct mmsghdr messages[OUT_MAX];
  union segment_size sizes[OUT_MAX];
  uint8_t headers[OUT_MAX][HEADER_BYTES + SEAL_BYTES + REPORT_BYTES];
  uint64_t sent, dropped;
};

/**
 * Opens a bound socket with room for a burst of key frames; returns false on failure (see errno). Sets `address` to the
 * bound address.
 */
bool outbox_open(struct outbox *outbox, union address *address);
/**
 * Returns the number of datagrams read, 0 if none waits. The kernel may pass equal datagrams of a sender in one message
 * (UDP_GRO), which is taken apart here.
 */
int inbox_take(struct inbox *inbox, int fd);
/** Returns the next free place; flushes if all are taken. */
int outbox_place(struct outbox *outbox);
void outbox_add(struct outbox *outbox, const union address *to, const void *head, size_t head_length, const void *body, size_t body_length);
/**
 * Sends everything: datagrams in a row to one address and of one size, of which the last may be shorter, as a message
 * that the kernel splits (UDP_SEGMENT). Where it refuses that, they go one by one, from then on. Drops datagrams
 * that do not fit the socket's queue, because waiting would only add delay.
 */
void outbox_flush(struct outbox *outbox);

#endif
