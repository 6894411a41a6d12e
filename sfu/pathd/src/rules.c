#include "rules.h"
#include "paths.h"

/** A path is busy from 50 packets/s, one stream of 20 ms audio, less a tenth that may fall into the next second. */
static const uint32_t busy_packets = 45;
static const int64_t busy_both_us = 120000, busy_flip_us = 250000;
/** An idle path is probed every 200 ms: two probes are missing, then three. */
static const int64_t idle_both_us = 400000, idle_flip_us = 600000;
/**
 * A silence that ended by itself shows that losses come in bursts. Each doubles the wait before later flips, up to
 * eight times the first wait. Packets flow on both paths meanwhile.
 */
enum { STRIKES_MAX = 3, HOLD_SHIFT = 2 };
static const int64_t strikes_kept_us = 600000000;
/** No flip goes to a standby that is silent, or has not been acknowledged, for this long. */
static const int64_t standby_silence_us = 300000, standby_age_us = 1200000;
/** Time on both paths after a change, so that no packets under way are lost. */
static const int64_t tail_us = 300000;
/**
 * Time after a flip in which only silence flips, after four times the wait. Doubles when a flip is reversed within 5 s.
 */
static const int64_t hold_first_us = 2000000, hold_max_us = 60000000, taken_back_us = 5000000, hold_forgotten_us = 60000000;
/**
 * Bounds of the evidence for a loss of 5 % (`path_score`). At the first, both paths carry everything; at the second, a
 * flip follows if the other path has lost less than half as much meanwhile. A wrong suspicion only costs bytes, but a
 * flip must be right: the second bound is so high that two paths with equal loss flip less than once a day
 * (`pathd --simulate`).
 */
static const double score_suspected = 4, score_judged = 11, score_cleared = 1;
/**
 * Length of a trial: if the other path does not prove better in this time, both lose alike, which is no reason to flip.
 * At 50 packets/s and 5 % loss, the evidence takes up to five seconds. After the pause, another trial may start.
 */
static const int64_t trial_us = 5000000, trial_pause_us = 5000000;
enum { TRIAL_OTHER_MIN = 15 };
/** A flip by delay: a rise of 50 ms (40 with a margin) for half a second, and the other path better by 20 ms. */
static const double delay_rise_us = 40e3, delay_gain_us = 20e3;
static const int64_t delay_lasts_us = 500000;

const char *reason_name(enum reason reason) {
  static const char *const names[] = {"none", "silence", "loss", "delay", "centre"};
  return names[reason];
}

void rules_start(struct rules *r, int64_t now_us) {
  *r = (struct rules){.hold_us = hold_first_us, .bucket_us = now_us};
  for (int slot = 0; slot < SLOTS; slot++) path_start(&r->paths[slot], 1, now_us);
}

/** Starts the time in which only silence flips; doubles it if this change reverses one of the last 5 s. */
static void note_change(struct rules *r, int64_t now_us) {
  const int64_t since_us = now_us - r->flipped_us;
  if (r->flipped_ever && since_us < taken_back_us) r->hold_us = r->hold_us * 2 > hold_max_us ? hold_max_us : r->hold_us * 2;
  else if (!r->flipped_ever || since_us > hold_forgotten_us + r->hold_us) r->hold_us = hold_first_us;
  r->hold_until_us = now_us + r->hold_us;
  r->flipped_us = now_us;
  r->flipped_ever = true;
}

static void set_both(struct rules *r, int64_t now_us, enum both both) {
  if (r->both == BOTH_NO && both != BOTH_NO) r->both_times++;
  r->both = both;
  r->both_since_us = now_us;
}

/** Makes another path the active one and forgets the evidence against the old. */
static void take_path(struct rules *r, int64_t now_us, int slot) {
  r->active = slot;
  r->paths[slot].score = 0;
  r->delayed_since_us = 0;
  note_change(r, now_us);
  if (!r->paths[1 - slot].present) return;
  set_both(r, now_us, BOTH_TAIL);
  r->tail_until_us = now_us + tail_us;
}

void rules_route(struct rules *r, int64_t now_us, int active, const bool present[SLOTS], const bool fresh[SLOTS]) {
  const bool replaced = r->paths[active].present && fresh[active];
  for (int slot = 0; slot < SLOTS; slot++) {
    if (fresh[slot]) path_start(&r->paths[slot], r->paths[slot].next_seq, now_us);
    r->paths[slot].present = present[slot];
  }
  if (active != r->active || replaced) take_path(r, now_us, active);
}

uint32_t rules_send(struct rules *r, int64_t now_us, int slot) {
  const uint32_t seq = r->paths[slot].next_seq;
  path_send(&r->paths[slot], now_us);
  return seq;
}

void rules_peer_anew(struct rules *r) {
  for (int slot = 0; slot < SLOTS; slot++) r->paths[slot].known = false;
}

void rules_report(struct rules *r, int64_t now_us, const struct slot_report reports[SLOTS]) {
  for (int slot = 0; slot < SLOTS; slot++) {
    if (!r->has_delay_ref && reports[slot].count > 0) r->delay_ref = reports[slot].delay_us, r->has_delay_ref = true;
    path_report(&r->paths[slot], now_us, &reports[slot], (int32_t)(reports[slot].delay_us - r->delay_ref));
  }
}

static bool lives(const struct path *p, int64_t now_us) {
  return p->present && p->known && path_silence_us(p, now_us) < standby_silence_us && now_us - p->acked_at_us < standby_age_us;
}

static bool flip(struct rules *r, int64_t now_us, enum reason reason, int64_t age_us) {
  take_path(r, now_us, 1 - r->active);
  r->flip = (struct flip){now_us, age_us, reason, r->active};
  r->flips++;
  return true;
}

static bool judge_silence(struct rules *r, int64_t now_us, const struct path *active, const struct path *other) {
  const bool busy = path_sent(active) >= busy_packets;
  const int64_t silence_us = path_silence_us(active, now_us);
  if (r->both == BOTH_SILENCE && silence_us < busy_both_us / 2) {
    set_both(r, now_us, BOTH_NO);
    if (r->strikes < STRIKES_MAX) r->strikes++;
    r->strikes_until_us = now_us + strikes_kept_us;
    return false;
  }
  if (silence_us < (busy ? busy_both_us : idle_both_us)) return false;
  if (r->both != BOTH_SILENCE) set_both(r, now_us, BOTH_SILENCE);
  if (now_us > r->strikes_until_us) r->strikes = 0;
  const int shift = now_us < r->hold_until_us && r->strikes < HOLD_SHIFT ? HOLD_SHIFT : r->strikes;
  // The other path must have answered since the silence began: when both are silent, neither is known to be better.
  const bool answered = other->acked_at_us > r->both_since_us && lives(other, now_us);
  if (silence_us < (busy ? busy_flip_us : idle_flip_us) << shift || !answered) return false;
  return flip(r, now_us, REASON_SILENCE, silence_us);
}

/**
 * Runs a sequential test, in which both paths carry the same packets until the active one has proved worse, or is
 * cleared, or the time is over.
 */
static bool judge_trial(struct rules *r, int64_t now_us) {
  struct path *active = &r->paths[r->active];
  const struct path *other = &r->paths[1 - r->active];
  const uint32_t expected = active->total_expected - r->trial_expected[r->active];
  const int32_t lost = active->total_lost - r->trial_lost[r->active];
  const uint32_t other_expected = other->total_expected - r->trial_expected[1 - r->active];
  const int32_t other_lost = other->total_lost - r->trial_lost[1 - r->active];
  const bool better = other_expected >= TRIAL_OTHER_MIN && lives(other, now_us) && lost > 0 &&
                      (double)other_lost / other_expected < (double)lost / expected / 2;
  if (better && path_score(active) >= score_judged) return flip(r, now_us, REASON_LOSS, now_us - r->both_since_us);
  const bool over = now_us - r->both_since_us >= trial_us + (int64_t)active->rtt_us;
  if (!over && path_score(active) >= score_cleared) return false;
  if (over) active->score = 0, r->no_trial_until_us = now_us + trial_pause_us;
  set_both(r, now_us, BOTH_NO);
  return false;
}

static void suspect_loss(struct rules *r, int64_t now_us, struct path *active) {
  if (now_us < r->no_trial_until_us || path_sent(active) < busy_packets || path_score(active) < score_suspected) return;
  path_suspect(active, now_us);
  set_both(r, now_us, BOTH_TRIAL);
  for (int slot = 0; slot < SLOTS; slot++)
    r->trial_expected[slot] = r->paths[slot].total_expected, r->trial_lost[slot] = r->paths[slot].total_lost;
}

static bool judge_delay(struct rules *r, int64_t now_us, const struct path *active, const struct path *other) {
  double here_us, there_us;
  const bool risen = active->has_base && path_delay(active, 2, &here_us) && here_us - active->base_us > delay_rise_us;
  if (!risen) {
    r->delayed_since_us = 0;
    return false;
  }
  if (r->delayed_since_us == 0) r->delayed_since_us = now_us;
  if (now_us - r->delayed_since_us < delay_lasts_us || !lives(other, now_us)) return false;
  // Both paths have the same two clocks, so their delays compare directly.
  if (!path_delay(other, BUCKETS, &there_us) || here_us - there_us < delay_gain_us) return false;
  return flip(r, now_us, REASON_DELAY, now_us - r->delayed_since_us);
}

bool rules_tick(struct rules *r, int64_t now_us) {
  while (now_us - r->bucket_us >= BUCKET_US) {
    r->bucket_us += BUCKET_US;
    for (int slot = 0; slot < SLOTS; slot++) path_turn(&r->paths[slot], now_us);
  }
  const struct path *active = &r->paths[r->active], *other = &r->paths[1 - r->active];
  if (!other->present) {
    if (r->both != BOTH_NO) set_both(r, now_us, BOTH_NO);
    return false;
  }
  if (r->both == BOTH_TAIL) {
    if (now_us < r->tail_until_us) return false;
    set_both(r, now_us, BOTH_NO);
  }
  if (judge_silence(r, now_us, active, other)) return true;
  if (r->both == BOTH_SILENCE) return false;
  if (r->both == BOTH_TRIAL) return judge_trial(r, now_us);
  if (now_us < r->hold_until_us || !lives(other, now_us)) return false;
  if (judge_delay(r, now_us, active, other)) return true;
  suspect_loss(r, now_us, &r->paths[r->active]);
  return false;
}
