// The reaction rules of one destination: which of its two paths the sender takes, and when it takes both. Pure: no
// clock, no socket. Driven by the daemon, by `pathd --replay` (event traces) and by `pathd --simulate` (link-days).
//
// The receiver reports both slots every 50 ms while data arrives; every datagram is a heartbeat; silence is how long an
// acknowledgement is overdue. The sender reacts to the active path:
// - 120 ms of silence at 50 packets/s or more (idle: 400 ms): sends on both paths
// - 250 ms (idle: 600 ms, three probes), and the standby answered since: switches
// - silence ends by itself: sends on one; for ten minutes later switches need twice the silence, up to eight times
// - evidence for 5 % loss (CUSUM against the usual loss of five minutes): sends on both; switches if the other loses
//   less than half; gives up after 5 s, for 5 s
// - delay up by 40 ms for 0.5 s, standby better by 20 ms: switches
// - after a switch or a new route: sends on both for 300 ms; for 2 s only four times longer silence switches; reversals
//   within 5 s double this, to 60 s
// A standby without an answer for 1.2 s is not used. Unused paths are probed every 200 ms.
#ifndef PATHD_RULES_H
#define PATHD_RULES_H
#include "wire.h"

enum {
  MARKS = 128,          // moments of sending remembered per slot ...
  MARK_APART_US = 4000, // ... this far apart: half a second, more than any silence that is judged
  BUCKETS = 5,          // four whole ones and the one being filled
  BUCKET_US = 250000,
};

enum reason { REASON_NONE, REASON_SILENCE, REASON_LOSS, REASON_DELAY, REASON_CENTRE };

struct mark {
  uint32_t seq;
  int64_t at_us;
};

/** Sums of a quarter of a second. */
struct bucket {
  uint32_t sent, expected;
  int32_t lost; // may be negative: what came late was counted as lost before
  bool has_delay;
  int32_t delay_us;
};

struct path {
  bool present, timed, has_base;
  uint32_t next_seq, acked, counted;
  bool known; // a report has come: acked and counted mean something
  struct mark marks[MARKS];
  uint32_t first_mark, mark_count;
  struct bucket buckets[BUCKETS];
  uint32_t filling;
  uint32_t total_expected;
  int32_t total_lost;
  double rtt_us, rtt_var_us, slow_loss, slow_weight, base_us;
  // reports with a loss and packets, as a fading sum over so many seconds; evidence for more than that
  double usual_lossy, usual_packets, usual_s, score;
  int64_t kept_until_us, learns_until_us; // what is usual is not learned anew while more is suspected, for a while
  int64_t acked_at_us; // when the last report came that showed progress
  int64_t sent_at_us;
};

struct flip {
  int64_t at_us, age_us; // age: how long the trouble lasted before the flip
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
  struct flip flip; // the last one
  uint32_t flips, both_times;
};

void rules_start(struct rules *r, int64_t now_us);
/**
 * What the centre wants: the primary becomes the active path. `fresh`: slots whose path is another one than before.
 * That the active path is another one counts as a change, in whichever slot: both paths carry everything for a moment.
 */
void rules_route(struct rules *r, int64_t now_us, int active, const bool present[SLOTS], const bool fresh[SLOTS]);
/** A datagram (data or probe) goes out on a slot; its sequence number. */
uint32_t rules_send(struct rules *r, int64_t now_us, int slot);
/** The receiver has begun anew: what it counted before is no measure of what it counts now. */
void rules_peer_anew(struct rules *r);
/** The receiver's word. Reports that are older than one heard before must not come here. */
void rules_report(struct rules *r, int64_t now_us, const struct slot_report reports[SLOTS]);
/** Judges. True: the active path has changed, `flip` says why. Call it every 10 to 20 ms. */
bool rules_tick(struct rules *r, int64_t now_us);

static inline bool rules_uses(const struct rules *r, int slot) {
  return r->paths[slot].present && (slot == r->active || r->both != BOTH_NO);
}
/** How long something has been missing at the receiver, as far as the sender can know by now; 0: nothing is. */
int64_t path_silence_us(const struct path *path, int64_t now_us);
/** Datagrams of the last whole second. */
uint32_t path_sent(const struct path *path);
double path_loss_fast(const struct path *path);
const char *reason_name(enum reason reason);

#endif
