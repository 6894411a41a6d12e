// pathd ID INCARNATION WIRE-IP WIRE-PORT LOCAL-IP LOCAL-PORT: the forwarder under a media node's pipes
// (docs/design/paths.md).
// Without a socket, pathd --replay runs the rules on an event trace, pathd --simulate runs them for days of a simulated
// link, and pathd --siphash prints a test vector.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include "control.h"
#include "trace.h"

/** Period of the rules while media flows, and with idle pipes. Without pipes they do not run. */
static const int tick_busy_ms = 10, tick_idle_ms = 50;
static const int64_t sample_us = 1000000;

// Tables and buffers of megabytes, of which only the used ones take memory: one per process, and not on the stack.
static struct pathd pathd;

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int fail(const char *what) {
  fprintf(stderr, "pathd: %s: %s\n", what, strerror(errno));
  return 1;
}

/** Events that epoll watches: input on stdin while answers have room, room on stdout while output waits. */
struct watched {
  uint32_t in, out;
  bool reader; // false: stdout cannot be polled, or its reader is gone
};

static void watch(int poll, struct watched *w) {
  struct epoll_event in = {.events = control_has_room() ? EPOLLIN : 0, .data.fd = STDIN_FILENO};
  struct epoll_event out = {.events = control_waits() ? EPOLLOUT : 0, .data.fd = STDOUT_FILENO};
  if (in.events != w->in) epoll_ctl(poll, EPOLL_CTL_MOD, STDIN_FILENO, &in);
  if (w->reader && out.events != w->out) epoll_ctl(poll, EPOLL_CTL_MOD, STDOUT_FILENO, &out);
  w->in = in.events, w->out = out.events;
}

static int run(void) {
  const int poll = epoll_create1(EPOLL_CLOEXEC);
  const int fds[] = {STDIN_FILENO, pathd.wire.fd, pathd.local.fd};
  for (int i = 0; i < 3; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fds[i]};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fds[i], &event) != 0) return fail("epoll");
  }
  struct epoll_event idle = {.data.fd = STDOUT_FILENO};
  struct watched watched = {.in = EPOLLIN, .reader = epoll_ctl(poll, EPOLL_CTL_ADD, STDOUT_FILENO, &idle) == 0};
  struct control control = {0};
  int64_t ticked_us = 0, sampled_us = now_us();
  for (;;) {
    const int64_t before_us = now_us();
    const int tick_ms = pathd.table.flow_count == 0 ? -1 : forward_busy(&pathd, before_us) ? tick_busy_ms : tick_idle_ms;
    const int64_t left_ms = tick_ms - (before_us - ticked_us) / 1000;
    if (control_behind(&control)) control_read(&control, &pathd, before_us);
    watch(poll, &watched);
    struct epoll_event events[4];
    const int count = epoll_wait(poll, events, 4, tick_ms < 0 ? -1 : left_ms < 0 ? 0 : (int)left_ms);
    if (count < 0 && errno != EINTR) return fail("epoll_wait");
    const int64_t at_us = now_us();
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == STDIN_FILENO) {
        // a hangup without EPOLLIN means that the agent is gone
        if (watched.in == 0 || !control_read(&control, &pathd, at_us)) return 0;
      } else if (events[i].data.fd == STDOUT_FILENO) {
        control_flush();
        if ((events[i].events & (EPOLLERR | EPOLLHUP)) != 0) {
          epoll_ctl(poll, EPOLL_CTL_DEL, STDOUT_FILENO, &idle);
          watched.reader = false;
        }
      } else if (events[i].data.fd == pathd.wire.fd) forward_from_wire(&pathd, at_us);
      else forward_from_pipes(&pathd, at_us);
    }
    if (tick_ms >= 0 && at_us - ticked_us >= tick_ms * 1000) {
      forward_tick(&pathd, at_us, control_flipped);
      ticked_us = at_us;
    }
    if (at_us - sampled_us >= sample_us) {
      control_samples(&pathd, at_us);
      sampled_us = at_us;
    }
  }
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--replay") == 0) return trace_replay();
  if (argc == 2 && strcmp(argv[1], "--siphash") == 0) return trace_siphash();
  if ((argc == 7 || argc == 8) && strcmp(argv[1], "--simulate") == 0) return trace_simulate(argv + 2);
  if (argc != 7) {
    fprintf(stderr, "usage: pathd ID INCARNATION WIRE-IP WIRE-PORT LOCAL-IP LOCAL-PORT\n");
    return 2;
  }
  union address wire, local;
  char *end;
  pathd.id = (uint32_t)strtoul(argv[1], &end, 16);
  pathd.incarnation = (uint16_t)strtoul(argv[2], 0, 10);
  if (pathd.id == 0 || *end != 0 || !address_parse(argv[3], argv[4], &wire) || !address_parse(argv[5], argv[6], &local)) {
    fprintf(stderr, "pathd: not a number of a node, or not an address\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
  if (!outbox_open(&pathd.wire, &wire)) return fail("the wire's address");
  if (!outbox_open(&pathd.local, &local)) return fail("the local address");
  control_ready(address_port(&wire), address_port(&local));
  return run();
}
