#ifndef PATHD_BATCH_H
#define PATHD_BATCH_H
#include "table.h"

enum { IN_MAX = 64, OUT_MAX = 256, IN_BYTES = 2048 };

struct inbox {
  struct mmsghdr messages[IN_MAX];
  struct iovec parts[IN_MAX];
  union address from[IN_MAX];
  uint8_t bytes[IN_MAX][IN_BYTES];
};
struct outbox {
  int fd, count;
  struct mmsghdr messages[OUT_MAX];
  struct iovec parts[OUT_MAX][2];
  uint8_t headers[OUT_MAX][HEADER_BYTES + SEAL_BYTES + REPORT_BYTES];
  uint64_t sent, dropped;
};

/**
 * Returns a bound socket with room for a burst of key frames, or -1 (see errno). Sets `address` to the bound address.
 */
int socket_open(union address *address);
/** Returns the number of datagrams read, 0 if none waits. A datagram above IN_BYTES has MSG_TRUNC in its flags. */
int inbox_take(struct inbox *inbox, int fd);
/** Returns the next free place; flushes if all are taken. */
int outbox_place(struct outbox *outbox);
void outbox_add(struct outbox *outbox, const union address *to, const void *head, size_t head_length, const void *body, size_t body_length);
/** Sends everything. Drops datagrams that do not fit the socket's queue, because waiting would only add delay. */
void outbox_flush(struct outbox *outbox);

#endif
