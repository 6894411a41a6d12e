#include "batch.h"
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <unistd.h>

// The same size as the buffers of the media worker's pipes; the kernel lowers it to its own maximum.
static const int buffer_bytes = 4 * 1024 * 1024;
/** Room for the headers of IP and UDP in a message. */
enum { HEADERS_BYTES = 48 };

static int socket_open(union address *address) {
  const int fd = socket(address->any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int one = 1;
  if (address->any.sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(fd, IPPROTO_UDP, UDP_GRO, &one, sizeof one);
  socklen_t length = address_length(address);
  if (bind(fd, &address->any, length) == 0 && getsockname(fd, &address->any, &length) == 0) return fd;
  const int why = errno;
  close(fd);
  errno = why;
  return -1;
}

bool outbox_open(struct outbox *out, union address *address) {
  int size = 0;
  socklen_t length = sizeof size;
  out->fd = socket_open(address);
  // An older kernel would ignore the size of segments and send one huge datagram.
  const bool has_segments = out->fd >= 0 && getsockopt(out->fd, IPPROTO_UDP, UDP_SEGMENT, &size, &length) == 0;
  out->segment_bytes_max = has_segments ? MESSAGE_BYTES_MAX : 0;
  return out->fd >= 0;
}

/** Returns the size of the datagrams in a message. */
static size_t segment_bytes(struct msghdr *message, size_t length) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != 0; c = CMSG_NXTHDR(message, c))
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
      int size;
      memcpy(&size, CMSG_DATA(c), sizeof size);
      return size > 0 ? (size_t)size : length;
    }
  return length;
}

/** Makes the messages ready for the kernel: all at first, and then those that it has written into. */
static void inbox_ready(struct inbox *in) {
  for (int i = in->is_made ? in->used : IN_MAX; i-- > 0;) {
    in->parts[i] = (struct iovec){in->bytes[i], IN_BYTES};
    in->messages[i].msg_hdr = (struct msghdr){
        .msg_name = &in->from[i],
        .msg_namelen = sizeof in->from[i],
        .msg_iov = &in->parts[i],
        .msg_iovlen = 1,
        .msg_control = &in->sizes[i],
        .msg_controllen = sizeof in->sizes[i],
    };
  }
  in->is_made = true;
}

int inbox_take(struct inbox *in, int fd) {
  inbox_ready(in);
  // -1: EAGAIN, or an ICMP error of an earlier datagram
  const int messages = recvmmsg(fd, in->messages, IN_MAX, MSG_DONTWAIT, 0);
  in->used = messages > 0 ? messages : 0;
  int count = 0;
  for (int i = 0; i < messages; i++) {
    const size_t length = in->messages[i].msg_len, segment = segment_bytes(&in->messages[i].msg_hdr, length);
    size_t at = 0;
    do { // an empty datagram counts too
      const size_t bytes = length - at < segment ? length - at : segment;
      in->datagrams[count++] = (struct datagram){in->bytes[i] + at, bytes, &in->from[i]};
      at += bytes;
    } while (at < length && count < IN_MAX * SEGMENTS_IN_MAX);
  }
  return count;
}

int outbox_place(struct outbox *out) {
  if (out->count == OUT_MAX) outbox_flush(out);
  return out->count;
}

void outbox_add(struct outbox *out, const union address *to, const void *head, size_t head_length, const void *body, size_t body_length) {
  const int i = outbox_place(out);
  out->to[i] = to;
  out->parts[i][0] = (struct iovec){(void *)head, head_length};
  out->parts[i][1] = (struct iovec){(void *)body, body_length};
  out->count++;
}

static size_t bytes_at(const struct outbox *out, int i) { return out->parts[i][0].iov_len + out->parts[i][1].iov_len; }

/** Returns the number of datagrams from `first` on that one message takes. */
static int run_at(const struct outbox *out, int first) {
  const size_t segment = bytes_at(out, first);
  size_t bytes = segment;
  int count = 1;
  if (segment > out->segment_bytes_max) return 1;
  for (int i = first + 1; i < out->count && count < SEGMENTS_MAX && out->to[i] == out->to[first]; i++) {
    const size_t own = bytes_at(out, i);
    if (own > segment || own == 0 || bytes + own > MESSAGE_BYTES_MAX - HEADERS_BYTES) break;
    bytes += own;
    count++;
    if (own < segment) break; // a shorter datagram is the last one of its message
  }
  return count;
}

/** Makes the messages of the datagrams from `done` on, and returns their number. */
static int messages_from(struct outbox *out, int done, int runs[OUT_MAX]) {
  int count = 0;
  for (int at = done; at < out->count; at += runs[count++]) {
    const union address *to = out->to[at];
    struct msghdr *message = &out->messages[count].msg_hdr;
    runs[count] = run_at(out, at);
    *message = (struct msghdr){.msg_name = (void *)to, .msg_namelen = address_length(to), .msg_iov = out->parts[at], .msg_iovlen = 2 * (size_t)runs[count]};
    if (runs[count] == 1) continue;
    const uint16_t segment = (uint16_t)bytes_at(out, at);
    struct cmsghdr *c = &out->sizes[count].align;
    message->msg_control = c;
    message->msg_controllen = CMSG_SPACE(sizeof segment);
    *c = (struct cmsghdr){.cmsg_level = IPPROTO_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof segment)};
    memcpy(CMSG_DATA(c), &segment, sizeof segment);
  }
  return count;
}

void outbox_flush(struct outbox *out) {
  int runs[OUT_MAX], done = 0, count = 0, from = 0;
  while (done < out->count) {
    if (from == count) {
      count = messages_from(out, done, runs);
      from = 0;
    }
    const int sent = sendmmsg(out->fd, out->messages + from, (unsigned)(count - from), MSG_DONTWAIT);
    if (sent > 0) {
      for (const int end = from + sent; from < end; from++) {
        done += runs[from];
        out->sent += (uint64_t)runs[from];
      }
    } else if (sent < 0 && errno == EINTR) continue;
    else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)) {
      out->dropped += (uint64_t)(out->count - done);
      done = out->count;
    } else if (runs[from] > 1 && (errno == EINVAL || errno == EMSGSIZE || errno == EIO)) {
      // EIO refuses segments as such. Otherwise the size alone can be wrong, for a path with a smaller MTU.
      out->segment_bytes_max = errno == EIO ? 0 : bytes_at(out, done) - 1;
      count = from = 0;
    } else { // this message cannot be sent (no route, refused); the rest may still go
      out->dropped += (uint64_t)runs[from];
      done += runs[from++];
    }
  }
  out->count = 0;
}
