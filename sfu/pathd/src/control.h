// Reads the agent's lines from stdin, and writes answers and events to stdout. `NUMBER COMMAND` is answered with
// `ok NUMBER` or `error NUMBER why`. Lines have at most 1023 bytes; IDs have 8, keys 32 hexadecimal digits. Commands:
// - `peer ID IP PORT TX-KEY RX-KEY…`, `unpeer ID`: another pathd (at most 4096)
// - `flow ID[.N] IP PORT [THEIRS]`, `unflow ID[.N]`: a pipe (at most 512); N, THEIRS: its number (< 32) here and there
// - `route ID[.N] PRIMARY STANDBY`: `direct` or a relay's ID; STANDBY may be `none`
// - `status`: `status name=count…` before the answer
//
// Events:
// - `ready WIRE-PORT LOCAL-PORT`
// - `incarnation N`
// - `flip ID[.N] VIA REASON AGE-MS`
// - every second for each path: `sample ID[.N] VIA ACTIVE RTT-MS DELAY-CHANGE-MS JITTER-MS LOSS-FAST LOSS-SLOW SENT
//   SILENCE-MS TIMES-BOTH`
//
// Unread output is bounded (64 kB): samples are dropped first, then flips. The end of stdin ends the process.
#ifndef PATHD_CONTROL_H
#define PATHD_CONTROL_H
#include "forward.h"

enum { LINE_MAX_BYTES = 1024, READ_BYTES = 4096 };

struct control {
  char line[LINE_MAX_BYTES];
  size_t length;
  bool skipping; // true inside a line that is too long
  char bytes[READ_BYTES]; // input; the last lines wait until the agent has read answers
  size_t at, count;
};

/** Executes lines as long as their answers have room. Returns false at the end of stdin, which ends pathd. */
bool control_read(struct control *control, struct pathd *pathd, int64_t now_us);
/** Writes waiting output; `control_read` may then have more to do. */
void control_flush(void);
bool control_waits(void);
/** Returns true while lines wait because their answers have no room. */
bool control_behind(const struct control *control);
bool control_has_room(void);
void control_flipped(const struct flow *flow);
void control_samples(const struct pathd *pathd, int64_t now_us);
/** Writes the first line of this process. Never waits. */
void control_ready(uint16_t wire_port, uint16_t local_port);

#endif
