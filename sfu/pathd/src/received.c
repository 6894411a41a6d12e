#include "received.h"
#include <string.h>

static inline uint64_t *word_of(struct received *r, uint32_t seq) { return &r->window[seq % WINDOW_BITS / 64]; }

bool received_take(struct received *r, uint32_t seq, uint32_t sent_us, int64_t now_us) {
  const uint64_t bit = 1ull << (seq % 64);
  if (!r->any) {
    r->any = true;
    r->next = seq;
  }
  const int32_t ahead = (int32_t)(seq - r->next);
  if (ahead >= WINDOW_BITS) memset(r->window, 0, sizeof r->window);
  else
    for (uint32_t s = r->next; ahead >= 0 && s != seq; s++) *word_of(r, s) &= ~(1ull << (s % 64));
  if (ahead < -(int32_t)WINDOW_BITS) return false;
  if (ahead < 0 && (*word_of(r, seq) & bit) != 0) return false;
  *word_of(r, seq) |= bit;
  r->count++;
  const uint32_t delay_us = (uint32_t)now_us - sent_us;
  if (!r->has_delay || (int32_t)(delay_us - r->delay_us) < 0) {
    r->delay_us = delay_us;
    r->has_delay = true;
  }
  if (ahead < 0) return true;
  r->next = seq + 1;
  r->echo_us = sent_us;
  r->arrived_us = now_us;
  return true;
}

struct slot_report received_report(struct received *r, int64_t now_us) {
  if (!r->any) return (struct slot_report){0};
  const int64_t held_us = now_us - r->arrived_us;
  const struct slot_report report = {
      .next = r->next,
      .count = r->count,
      .echo_us = r->echo_us,
      .held_us = held_us > UINT32_MAX ? UINT32_MAX : (uint32_t)held_us,
      .delay_us = r->delay_us,
  };
  r->has_delay = false;
  return report;
}
