// Sender's view of one path: unacknowledged datagrams, loss and delay. rules.c judges it.
#include <math.h>
#include <string.h>
#include "paths.h"

/** Round trip assumed before a measurement: more than that of two thirds of the Earth's circumference in fibre. */
static const double rtt_unknown_us = 300e3;
/** Time constant of the slow loss; a path that is younger has the plain mean. */
static const double slow_window_s = 30;
/**
 * Usual loss: an average over five minutes, with a margin for unseen loss. It is not used in a path's first ten
 * seconds.
 */
static const double usual_window_s = 300, usual_margin = 1.2, usual_known_s = 10, usual_least = 0.001;
static const double worse_loss = 0.05;
/** Upper bound of the evidence, so that a path that has recovered can show it soon. */
static const double score_max = 25;
/** After a suspicion, loss does not count as usual until the rules have judged it; then, if it lasts, it does. */
static const int64_t usual_kept_us = 15000000, usual_learned_us = 60000000;
/** Time constant of the expected delay ... */
static const double base_tau_s = 10;
/**
 * ... which freezes while the delay is higher by this or more, so that the delay of a slowed path does not become
 * expected.
 */
static const double base_freeze_us = 25e3;

void path_start(struct path *p, uint32_t first_seq, int64_t now_us) {
  *p = (struct path){.next_seq = first_seq, .acked = first_seq, .acked_at_us = now_us};
}

void path_send(struct path *p, int64_t now_us) {
  const struct mark *last = &p->marks[(p->first_mark + p->mark_count - 1) % MARKS];
  if (p->mark_count == 0 || now_us - last->at_us >= MARK_APART_US) {
    if (p->mark_count == MARKS) p->first_mark = (p->first_mark + 1) % MARKS, p->mark_count--;
    p->marks[(p->first_mark + p->mark_count++) % MARKS] = (struct mark){p->next_seq, now_us};
  }
  p->next_seq++;
  p->sent_at_us = now_us;
  p->buckets[p->filling].sent++;
}

/** Returns the approximate send time of the oldest unacknowledged datagram: that of the first mark at or after it. */
static int64_t unacked_since_us(const struct path *p) {
  return p->mark_count > 0 ? p->marks[p->first_mark].at_us : p->sent_at_us;
}

int64_t path_silence_us(const struct path *p, int64_t now_us) {
  if (p->next_seq == p->acked) return 0;
  const double rtt_us = p->timed ? p->rtt_us + 2 * p->rtt_var_us : rtt_unknown_us;
  const int64_t silence_us = now_us - unacked_since_us(p) - (int64_t)rtt_us;
  return silence_us > 0 ? silence_us : 0;
}

static void take_rtt(struct path *p, double sample_us) {
  if (sample_us < 0 || sample_us > 5e6) return;
  if (!p->timed) p->rtt_us = sample_us, p->rtt_var_us = sample_us / 8;
  else {
    p->rtt_var_us += (fabs(sample_us - p->rtt_us) - p->rtt_var_us) / 16;
    p->rtt_us += (sample_us - p->rtt_us) / 8;
  }
  p->timed = true;
}

/** Adds the evidence of one report: its number of packets, and whether any of them was lost. */
static void take_loss(struct path *p, uint32_t packets, bool lossy, int64_t now_us) {
  const double n = packets < 200 ? packets : 200;
  const double usual = fmin(worse_loss, fmax(usual_least, usual_margin * (p->usual_lossy + 0.5) / (p->usual_packets + 250)));
  const double now = lossy ? log((1 - pow(1 - worse_loss, n)) / (1 - pow(1 - usual, n))) : n * log((1 - worse_loss) / (1 - usual));
  p->score = fmin(score_max, fmax(0, p->score + now));
  if (now_us >= p->kept_until_us) p->usual_lossy += lossy, p->usual_packets += packets;
}

void path_report(struct path *p, int64_t now_us, const struct slot_report *report, int32_t delay_us) {
  if (report->count == 0 && report->next == 0) return;
  if ((int32_t)(report->next - p->acked) < 0 || (int32_t)(p->next_seq - report->next) < 0) {
    // The report is of an earlier use of this slot, since only sent datagrams can be acknowledged.
    return;
  }
  const uint32_t advanced = report->next - p->acked;
  const uint32_t arrived = report->count - p->counted;
  struct bucket *b = &p->buckets[p->filling];
  if (p->known) {
    const int32_t lost = (int32_t)(advanced - arrived);
    b->expected += advanced, b->lost += lost;
    p->total_expected += advanced, p->total_lost += lost;
    if (advanced > 0) take_loss(p, advanced, lost > 0, now_us);
  }
  p->known = true;
  p->counted = report->count;
  if (advanced == 0) return;
  p->acked = report->next;
  p->acked_at_us = now_us;
  while (p->mark_count > 0 && (int32_t)(p->marks[p->first_mark].seq - p->acked) < 0)
    p->first_mark = (p->first_mark + 1) % MARKS, p->mark_count--;
  take_rtt(p, (double)(uint32_t)((uint32_t)now_us - report->echo_us) - report->held_us);
  if (!b->has_delay || delay_us < b->delay_us) b->delay_us = delay_us;
  b->has_delay = true;
}

static const struct bucket *bucket_back(const struct path *p, int back) {
  return &p->buckets[(p->filling + BUCKETS - back) % BUCKETS];
}

void path_suspect(struct path *p, int64_t now_us) {
  if (now_us < p->learns_until_us) return;
  p->kept_until_us = now_us + usual_kept_us;
  p->learns_until_us = p->kept_until_us + usual_learned_us;
}

double path_score(const struct path *p) {
  return p->usual_s < usual_known_s ? 0 : p->score;
}

void path_turn(struct path *p, int64_t now_us) {
  const struct bucket *done = &p->buckets[p->filling];
  if (done->expected > 0) {
    const double seconds = BUCKET_US / 1e6;
    const double loss = (double)done->lost / done->expected;
    p->slow_weight = fmin(slow_window_s, p->slow_weight + seconds);
    p->slow_loss += (loss - p->slow_loss) * seconds / p->slow_weight;
  }
  if (done->has_delay) {
    if (!p->has_base) p->base_us = done->delay_us, p->has_base = true;
    else if (done->delay_us - p->base_us < base_freeze_us)
      p->base_us += (done->delay_us - p->base_us) * BUCKET_US / 1e6 / base_tau_s;
  }
  if (done->expected > 0 && now_us >= p->kept_until_us) {
    const double seconds = BUCKET_US / 1e6, keep = 1 - seconds / usual_window_s;
    p->usual_lossy *= keep, p->usual_packets *= keep;
    p->usual_s = fmin(usual_window_s, p->usual_s + seconds);
  }
  p->filling = (p->filling + 1) % BUCKETS;
  memset(&p->buckets[p->filling], 0, sizeof(struct bucket));
}

uint32_t path_sent(const struct path *p) {
  uint32_t sent = 0;
  for (int back = 1; back < BUCKETS; back++) sent += bucket_back(p, back)->sent;
  return sent;
}

void path_fast(const struct path *p, uint32_t *expected, int32_t *lost) {
  *expected = 0, *lost = 0;
  for (int back = 0; back < BUCKETS; back++) *expected += bucket_back(p, back)->expected, *lost += bucket_back(p, back)->lost;
  if (*lost < 0) *lost = 0;
}

double path_loss_fast(const struct path *p) {
  uint32_t expected;
  int32_t lost;
  path_fast(p, &expected, &lost);
  return expected == 0 ? 0 : (double)lost / expected;
}

bool path_delay(const struct path *p, int buckets, double *delay_us) {
  bool any = false;
  for (int back = 0; back < buckets; back++) {
    const struct bucket *b = bucket_back(p, back);
    if (b->has_delay && (!any || b->delay_us < *delay_us)) *delay_us = b->delay_us, any = true;
  }
  return any;
}
