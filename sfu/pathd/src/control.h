// Lines of the agent on stdin, answers and events on stdout. docs/pathd.md has the table.
#ifndef PATHD_CONTROL_H
#define PATHD_CONTROL_H
#include "forward.h"

enum { LINE_MAX_BYTES = 1024 };

struct control {
  char line[LINE_MAX_BYTES];
  size_t length;
  bool skipping; // the rest of a line that was too long
};

/** False: stdin has ended, the agent is gone, and so are we. */
bool control_read(struct control *control, struct pathd *pathd, int64_t now_us);
void control_flipped(const struct flow *flow);
/** One line per flow and way. */
void control_samples(const struct pathd *pathd, int64_t now_us);
/** Never waits: what the agent does not read in time is lost, answers included; it asks again. */
void control_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
