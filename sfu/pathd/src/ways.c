// What the sender knows of one way: what is unacknowledged since when, loss, delay. The judging is in rules.c.
#include <math.h>
#include <string.h>
#include "ways.h"

/** Before a way has been timed: more than two thirds of the world's circumference and back in fibre. */
static const double rtt_unknown_us = 300e3;
/** Weight of the slow window in seconds: 30 s, and the plain mean until it is that old. */
static const double slow_window_s = 30;
/** What a way usually loses is learned over five minutes; a little more than was seen, for what was not; and not at all in its first ten seconds. */
static const double usual_window_s = 300, usual_margin = 1.2, usual_known_s = 10, usual_least = 0.001;
/** The loss that is looked for, per packet. */
static const double worse_loss = 0.05;
/** Beyond it more evidence does not count: a way that has recovered must be able to show it. */
static const double score_max = 25;
/** A way that begins to lose must not pass for one that always does before it has been judged; one that goes on losing is one that always does. */
static const int64_t usual_kept_us = 15000000, usual_learned_us = 60000000;
/** The delay a way is expected to have follows what it has with this time constant ... */
static const double base_tau_s = 10;
/** ... but not while it has risen by more than this: a way that gets slower must not pass for normal. */
static const double base_freeze_us = 25e3;

void way_start(struct way *w, uint32_t first_seq, int64_t now_us) {
  *w = (struct way){.next_seq = first_seq, .acked = first_seq, .acked_at_us = now_us};
}

void way_send(struct way *w, int64_t now_us) {
  const struct mark *last = &w->marks[(w->first_mark + w->mark_count - 1) % MARKS];
  if (w->mark_count == 0 || now_us - last->at_us >= MARK_APART_US) {
    if (w->mark_count == MARKS) w->first_mark = (w->first_mark + 1) % MARKS, w->mark_count--;
    w->marks[(w->first_mark + w->mark_count++) % MARKS] = (struct mark){w->next_seq, now_us};
  }
  w->next_seq++;
  w->sent_at_us = now_us;
  w->buckets[w->filling].sent++;
}

/** The oldest unacknowledged datagram was sent at about this time: the first mark at or behind it. */
static int64_t unacked_since_us(const struct way *w) {
  return w->mark_count > 0 ? w->marks[w->first_mark].at_us : w->sent_at_us;
}

int64_t way_silence_us(const struct way *w, int64_t now_us) {
  if (w->next_seq == w->acked) return 0;
  const double rtt_us = w->timed ? w->rtt_us + 2 * w->rtt_var_us : rtt_unknown_us;
  const int64_t silence_us = now_us - unacked_since_us(w) - (int64_t)rtt_us;
  return silence_us > 0 ? silence_us : 0;
}

static void take_rtt(struct way *w, double sample_us) {
  if (sample_us < 0 || sample_us > 5e6) return;
  if (!w->timed) w->rtt_us = sample_us, w->rtt_var_us = sample_us / 8;
  else {
    w->rtt_var_us += (fabs(sample_us - w->rtt_us) - w->rtt_var_us) / 16;
    w->rtt_us += (sample_us - w->rtt_us) / 8;
  }
  w->timed = true;
}

/** One report: so many packets, and whether any of them was lost. */
static void take_loss(struct way *w, uint32_t packets, bool lossy, int64_t now_us) {
  const double n = packets < 200 ? packets : 200;
  const double usual = fmin(worse_loss, fmax(usual_least, usual_margin * (w->usual_lossy + 0.5) / (w->usual_packets + 250)));
  const double now = lossy ? log((1 - pow(1 - worse_loss, n)) / (1 - pow(1 - usual, n))) : n * log((1 - worse_loss) / (1 - usual));
  w->score = fmin(score_max, fmax(0, w->score + now));
  if (now_us >= w->kept_until_us) w->usual_lossy += lossy, w->usual_packets += packets;
}

void way_report(struct way *w, int64_t now_us, const struct slot_report *report, int32_t delay_us) {
  if (report->count == 0 && report->next == 0) return;
  if ((int32_t)(report->next - w->acked) < 0 || (int32_t)(w->next_seq - report->next) < 0) {
    // Of another life of this slot. Only what has been sent can be acknowledged.
    return;
  }
  const uint32_t advanced = report->next - w->acked;
  const uint32_t arrived = report->count - w->counted;
  struct bucket *b = &w->buckets[w->filling];
  if (w->known) {
    const int32_t lost = (int32_t)(advanced - arrived);
    b->expected += advanced, b->lost += lost;
    w->total_expected += advanced, w->total_lost += lost;
    if (advanced > 0) take_loss(w, advanced, lost > 0, now_us);
  }
  w->known = true;
  w->counted = report->count;
  if (advanced == 0) return;
  w->acked = report->next;
  w->acked_at_us = now_us;
  while (w->mark_count > 0 && (int32_t)(w->marks[w->first_mark].seq - w->acked) < 0)
    w->first_mark = (w->first_mark + 1) % MARKS, w->mark_count--;
  take_rtt(w, (double)(uint32_t)((uint32_t)now_us - report->echo_us) - report->held_us);
  if (!b->has_delay || delay_us < b->delay_us) b->delay_us = delay_us;
  b->has_delay = true;
}

static const struct bucket *bucket_back(const struct way *w, int back) {
  return &w->buckets[(w->filling + BUCKETS - back) % BUCKETS];
}

void way_suspect(struct way *w, int64_t now_us) {
  if (now_us < w->learns_until_us) return;
  w->kept_until_us = now_us + usual_kept_us;
  w->learns_until_us = w->kept_until_us + usual_learned_us;
}

double way_score(const struct way *w) {
  return w->usual_s < usual_known_s ? 0 : w->score;
}

void way_turn(struct way *w, int64_t now_us) {
  const struct bucket *done = &w->buckets[w->filling];
  if (done->expected > 0) {
    const double seconds = BUCKET_US / 1e6;
    const double loss = (double)done->lost / done->expected;
    w->slow_weight = fmin(slow_window_s, w->slow_weight + seconds);
    w->slow_loss += (loss - w->slow_loss) * seconds / w->slow_weight;
  }
  if (done->has_delay) {
    if (!w->has_base) w->base_us = done->delay_us, w->has_base = true;
    else if (done->delay_us - w->base_us < base_freeze_us)
      w->base_us += (done->delay_us - w->base_us) * BUCKET_US / 1e6 / base_tau_s;
  }
  if (done->expected > 0 && now_us >= w->kept_until_us) {
    const double seconds = BUCKET_US / 1e6, keep = 1 - seconds / usual_window_s;
    w->usual_lossy *= keep, w->usual_packets *= keep;
    w->usual_s = fmin(usual_window_s, w->usual_s + seconds);
  }
  w->filling = (w->filling + 1) % BUCKETS;
  memset(&w->buckets[w->filling], 0, sizeof(struct bucket));
}

uint32_t way_sent(const struct way *w) {
  uint32_t sent = 0;
  for (int back = 1; back < BUCKETS; back++) sent += bucket_back(w, back)->sent;
  return sent;
}

void way_fast(const struct way *w, uint32_t *expected, int32_t *lost) {
  *expected = 0, *lost = 0;
  for (int back = 0; back < BUCKETS; back++) *expected += bucket_back(w, back)->expected, *lost += bucket_back(w, back)->lost;
  if (*lost < 0) *lost = 0;
}

double way_loss_fast(const struct way *w) {
  uint32_t expected;
  int32_t lost;
  way_fast(w, &expected, &lost);
  return expected == 0 ? 0 : (double)lost / expected;
}

bool way_delay(const struct way *w, int buckets, double *delay_us) {
  bool any = false;
  for (int back = 0; back < buckets; back++) {
    const struct bucket *b = bucket_back(w, back);
    if (b->has_delay && (!any || b->delay_us < *delay_us)) *delay_us = b->delay_us, any = true;
  }
  return any;
}
