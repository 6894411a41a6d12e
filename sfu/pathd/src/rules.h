// Rules of one flow: which of its two paths the sender uses, and when it uses both. They are pure, without clock and
// socket. The daemon runs them, `pathd --replay` (on event traces) and `pathd --simulate` (on simulated links).
//
// The receiver reports both slots every 50 ms while data arrives, so every datagram is a heartbeat. Silence is the time
// that an acknowledgement is overdue. The sender reacts to the active path:
// - 120 ms of silence at 50 packets/s or more (idle: 400 ms): sends on both paths
// - 250 ms of silence (idle: 600 ms, three probes), and the standby answered since it began: switches
// - silence ends by itself: sends on one path again. For ten minutes, switches then need twice the silence, and after
//   further such silences up to eight times
// - evidence for 5 % loss (CUSUM against the usual loss of five minutes): sends on both paths; switches if the other
//   loses less than half as much; gives up after 5 s, for 5 s
// - delay up by 40 ms for 0.5 s, and the standby better by 20 ms: switches
// - after a switch or a new route: sends on both paths for 300 ms. For 2 s, only silence switches, after four times the
//   time; a reversal within 5 s doubles the 2 s, up to 60 s
// A standby without an answer for 1.2 s is not used. Unused paths are probed every 200 ms.
#ifndef PATHD_RULES_H
#define PATHD_RULES_H
#include "wire.h"

enum {
  MARKS = 128,          // remembered send times per slot ...
  MARK_APART_US = 4000, // ... this far apart: half a second, more than any judged silence
  BUCKETS = 5,          // four complete ones and the current one
  BUCKET_US = 250000,
};

enum reason { REASON_NONE, REASON_SILENCE, REASON_LOSS, REASON_DELAY, REASON_CENTRE };

struct mark {
  uint32_t seq;
  int64_t at_us;
};

/** Counts of a quarter of a second. */
struct bucket {
  uint32_t sent, expected;
  int32_t lost; // negative when datagrams came late that had been counted as lost before
  bool has_delay;
  int32_t delay_us;
};

struct path {
  bool present, timed, has_base;
  uint32_t next_seq, acked, counted;
  bool known; // a report has arrived, so acked and counted are valid
  struct mark marks[MARKS];
  uint32_t first_mark, mark_count;
  struct bucket buckets[BUCKETS];
  uint32_t filling;
  uint32_t total_expected;
  int32_t total_lost;
  double rtt_us, rtt_var_us, slow_loss, slow_weight, base_us;
  // fading sums: reports with a loss, packets, seconds; then the evidence for more loss
  double usual_lossy, usual_packets, usual_s, score;
  int64_t kept_until_us, learns_until_us; // until the first, loss does not count as usual; until the second, it does
  int64_t acked_at_us; // time of the last report with progress
  int64_t sent_at_us;
};

struct flip {
  int64_t at_us, age_us; // age: duration of the trouble before the flip
  enum reason reason;
  int slot;
};

enum both { BOTH_NO, BOTH_SILENCE, BOTH_TRIAL, BOTH_TAIL };

struct rules {
  struct path paths[SLOTS];
  int active;
  enum both both;
  int64_t both_since_us, tail_until_us, hold_us, hold_until_us, flipped_us, bucket_us, no_trial_until_us, delayed_since_us;
  uint32_t trial_expected[SLOTS];
  int32_t trial_lost[SLOTS];
  int strikes;
  int64_t strikes_until_us;
  bool flipped_ever, has_delay_ref;
  uint32_t delay_ref;
  struct flip flip; // the last flip
  uint32_t flips, both_times;
};

void rules_start(struct rules *r, int64_t now_us);
/**
 * Applies the centre's route: the primary becomes the active path. `fresh`: slots with a new path. A new active path
 * counts as a change, in whichever slot: both paths then carry everything for a moment.
 */
void rules_route(struct rules *r, int64_t now_us, int active, const bool present[SLOTS], const bool fresh[SLOTS]);
/** Records a datagram (data or probe) on a slot and returns its sequence number. */
uint32_t rules_send(struct rules *r, int64_t now_us, int slot);
/** Resets the counts of a receiver that has restarted. */
void rules_peer_anew(struct rules *r);
/** Applies a report of the receiver. The caller drops reports older than the newest. */
void rules_report(struct rules *r, int64_t now_us, const struct slot_report reports[SLOTS]);
/** Judges; returns true when the active path has changed, for the reason in `flip`. To be called every 10 to 50 ms. */
bool rules_tick(struct rules *r, int64_t now_us);

static inline bool rules_uses(const struct rules *r, int slot) {
  return r->paths[slot].present && (slot == r->active || r->both != BOTH_NO);
}
/**
 * Returns how long an acknowledgement has been overdue; 0: none is overdue.
 */
int64_t path_silence_us(const struct path *path, int64_t now_us);
/** Returns the datagrams of the last whole second. */
uint32_t path_sent(const struct path *path);
double path_loss_fast(const struct path *path);
const char *reason_name(enum reason reason);

#endif
