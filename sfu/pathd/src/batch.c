#include "batch.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

// The same size as the buffers of the media worker's pipes; the kernel lowers it to its own maximum.
static const int buffer_bytes = 4 * 1024 * 1024;

int socket_open(union address *address) {
  const int fd = socket(address->any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int one = 1;
  if (address->any.sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  socklen_t length = address_length(address);
  if (bind(fd, &address->any, length) == 0 && getsockname(fd, &address->any, &length) == 0) return fd;
  const int why = errno;
  close(fd);
  errno = why;
  return -1;
}

int inbox_take(struct inbox *in, int fd) {
  for (int i = 0; i < IN_MAX; i++) {
    in->parts[i] = (struct iovec){in->bytes[i], IN_BYTES};
    in->messages[i].msg_hdr = (struct msghdr){.msg_name = &in->from[i], .msg_namelen = sizeof in->from[i], .msg_iov = &in->parts[i], .msg_iovlen = 1};
  }
  const int count = recvmmsg(fd, in->messages, IN_MAX, MSG_DONTWAIT, 0);
  return count < 0 ? 0 : count; // EAGAIN, or an ICMP error of an earlier datagram
}

int outbox_place(struct outbox *out) {
  if (out->count == OUT_MAX) outbox_flush(out);
  return out->count;
}

void outbox_add(struct outbox *out, const union address *to, const void *head, size_t head_length, const void *body, size_t body_length) {
  const int i = outbox_place(out);
  out->parts[i][0] = (struct iovec){(void *)head, head_length};
  out->parts[i][1] = (struct iovec){(void *)body, body_length};
  out->messages[i].msg_hdr = (struct msghdr){.msg_name = (void *)to, .msg_namelen = address_length(to), .msg_iov = out->parts[i], .msg_iovlen = body_length > 0 ? 2 : 1};
  out->count++;
}

void outbox_flush(struct outbox *out) {
  int done = 0;
  while (done < out->count) {
    const int sent = sendmmsg(out->fd, out->messages + done, (unsigned)(out->count - done), MSG_DONTWAIT);
    if (sent > 0) {
      done += sent;
      out->sent += (uint64_t)sent;
    } else if (sent < 0 && errno == EINTR) continue;
    else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)) {
      out->dropped += (uint64_t)(out->count - done);
      done = out->count;
    } else { // this datagram cannot be sent (no route, refused); the rest may still go
      out->dropped++;
      done++;
    }
  }
  out->count = 0;
}
