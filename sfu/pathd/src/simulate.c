// Simulates one sender, one receiver and two paths of 25 and 30 ms in each direction (both directions lose alike) with
// the real rules and the real receiver. Loss comes from a two-state chain in time (Gilbert, Elliott): a burst loses
// everything, and the lengths of bursts are exponential with the given mean. With a mean of 0, each datagram is lost
// independently. No path is ever cut or slowed, so every flip is wrong, unless the first path is made worse on purpose
// (WORSE-LOSS, every two minutes until the sender leaves it). The time until it leaves is then printed.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "received.h"
#include "rules.h"
#include "trace.h"

enum { IN_FLIGHT = 4096, STEP_US = 1000 };
static const int64_t oneway_us[SLOTS] = {25000, 30000};
static const int64_t jitter_us = 4000, tick_us = 10000, feedback_us = 50000, probe_us = 200000;

struct chain {
  double loss, burst_us;
  int64_t until_us;
  bool bad;
};
struct flight {
  int64_t at_us;
  int slot;
  uint32_t seq, sent_us;
  struct slot_report reports[SLOTS];
};
struct queue { // arrivals of one path in one direction; a path does not reorder
  struct flight flights[IN_FLIGHT];
  uint32_t head, tail;
};

static uint64_t random_state;

// xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled" (2016)
static double uniform(void) {
  random_state ^= random_state >> 12, random_state ^= random_state << 25, random_state ^= random_state >> 27;
  return (double)((random_state * 2685821657736338717ull) >> 11) / 9007199254740992.0;
}

static bool loses(struct chain *c, int64_t now_us) {
  if (c->burst_us == 0) return uniform() < c->loss;
  while (now_us >= c->until_us) {
    c->bad = !c->bad;
    const double mean_us = c->bad ? c->burst_us : c->burst_us * (1 - c->loss) / c->loss;
    c->until_us += (int64_t)(-log(1 - uniform()) * mean_us) + 1;
  }
  return c->bad;
}

static struct flight *launch(struct queue *q, struct chain *c, int slot, int64_t now_us) {
  if (loses(c, now_us) || q->tail - q->head == IN_FLIGHT) return 0;
  const int64_t last_us = q->tail == q->head ? 0 : q->flights[(q->tail - 1) % IN_FLIGHT].at_us;
  struct flight *f = &q->flights[q->tail++ % IN_FLIGHT];
  const int64_t at_us = now_us + oneway_us[slot] + (int64_t)(uniform() * (double)jitter_us);
  *f = (struct flight){.at_us = at_us > last_us ? at_us : last_us, .slot = slot, .sent_us = (uint32_t)now_us};
  return f;
}

static struct flight *landed(struct queue *q, int64_t now_us) {
  return q->head != q->tail && q->flights[q->head % IN_FLIGHT].at_us <= now_us ? &q->flights[q->head++ % IN_FLIGHT] : 0;
}

static struct rules rules;
static struct received received[SLOTS];
static struct queue there[SLOTS], back[SLOTS];
static struct chain chains[2 * SLOTS];

static void send_one(int slot, int64_t now_us) {
  const uint32_t seq = rules_send(&rules, now_us, slot);
  struct flight *f = launch(&there[slot], &chains[slot], slot, now_us);
  if (f != 0) f->seq = seq;
}

static void feed_back(int64_t now_us) {
  static uint32_t said;
  said++;
  struct slot_report reports[SLOTS];
  for (int slot = 0; slot < SLOTS; slot++) reports[slot] = received_report(&received[slot], now_us);
  for (int slot = 0; slot < SLOTS; slot++) {
    struct flight *f = launch(&back[slot], &chains[SLOTS + slot], slot, now_us);
    if (f == 0) continue;
    f->seq = said;
    for (int i = 0; i < SLOTS; i++) f->reports[i] = reports[i];
  }
}

enum { WORSE_MAX = 4096 };
static const int64_t worse_every_us = 120000000, worse_limit_us = 30000000, worse_revert_us = 6000000;
struct worse {
  double loss, usual_loss, burst_us;
  int64_t since_us, left_us;
  double took_ms[WORSE_MAX];
  int count;
};

/**
 * Makes the first path lose more, without bursts, until the sender leaves it; 6 s later a route makes it the primary
 * again.
 */
static void worsen(struct worse *w, int64_t now_us) {
  if (w->loss == 0) return;
  if (w->since_us == 0 && w->left_us == 0 && now_us % worse_every_us == 0) {
    w->since_us = now_us;
    chains[0] = (struct chain){.loss = w->loss};
  }
  if (w->since_us != 0 && (rules.active == 1 || now_us - w->since_us >= worse_limit_us)) {
    if (w->count < WORSE_MAX) w->took_ms[w->count++] = (double)(now_us - w->since_us) / 1e3;
    w->since_us = 0, w->left_us = now_us;
    chains[0] = (struct chain){w->usual_loss, w->burst_us, now_us, true};
  }
  if (w->left_us == 0 || now_us - w->left_us < worse_revert_us) return;
  w->left_us = 0;
  rules_route(&rules, now_us, 0, (const bool[]){true, true}, (const bool[]){false, false});
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void say_worse(struct worse *w) {
  if (w->count == 0) return;
  qsort(w->took_ms, (size_t)w->count, sizeof w->took_ms[0], by_size);
  printf(",\"worsened\":%d,\"reactMsP50\":%.0f,\"reactMsP99\":%.0f", w->count, w->took_ms[w->count / 2], w->took_ms[w->count * 99 / 100]);
}

int trace_simulate(char **arguments) {
  const uint64_t seed = strtoull(arguments[0], 0, 10);
  const double days = atof(arguments[1]), pps = atof(arguments[2]), loss = atof(arguments[3]), burst_ms = atof(arguments[4]);
  static struct worse worse;
  worse = (struct worse){.loss = arguments[5] == 0 ? 0 : atof(arguments[5]), .usual_loss = loss, .burst_us = loss == 0 ? 0 : burst_ms * 1e3};
  if (!(days > 0 && pps > 0 && pps <= 1000 && loss >= 0 && loss < 1 && burst_ms >= 0)) return 2;
  random_state = seed * 2685821657736338717ull + 88172645463325252ull;
  for (int i = 0; i < 2 * SLOTS; i++) chains[i] = (struct chain){loss, loss == 0 ? 0 : burst_ms * 1e3, 0, true};
  rules_start(&rules, 0);
  rules.paths[0].present = true;
  rules_route(&rules, 0, 0, (const bool[]){true, true}, (const bool[]){false, true});
  uint64_t reasons[5] = {0}, both_ms = 0;
  int64_t next_us = 0, fed_us = 0;
  uint32_t heard = 0;
  bool due = false;
  const int64_t end_us = (int64_t)(days * 86400e6);
  for (int64_t now_us = STEP_US; now_us < end_us; now_us += STEP_US) {
    worsen(&worse, now_us);
    for (; next_us <= now_us; next_us += (int64_t)(1e6 / pps))
      for (int slot = 0; slot < SLOTS; slot++)
        if (rules_uses(&rules, slot)) send_one(slot, now_us);
    for (int slot = 0; slot < SLOTS; slot++) {
      for (struct flight *f; (f = landed(&there[slot], now_us)) != 0;) due |= received_take(&received[slot], f->seq, f->sent_us, now_us);
      for (struct flight *f; (f = landed(&back[slot], now_us)) != 0;) {
        if (f->seq <= heard) continue; // a copy from the other path
        heard = f->seq;
        rules_report(&rules, now_us, f->reports);
      }
    }
    if (due && now_us - fed_us >= feedback_us) feed_back(now_us), fed_us = now_us, due = false;
    if (now_us % tick_us != 0) continue;
    if (rules_tick(&rules, now_us)) reasons[rules.flip.reason]++;
    if (rules.both != BOTH_NO) both_ms += tick_us / 1000;
    for (int slot = 0; slot < SLOTS; slot++)
      if (now_us - rules.paths[slot].sent_at_us >= probe_us) send_one(slot, now_us);
  }
  printf("{\"linkDays\":%g,\"flips\":%u,\"bySilence\":%llu,\"byLoss\":%llu,\"byDelay\":%llu,\"bothShare\":%.6f,\"bothTimes\":%u", days,
         rules.flips, (unsigned long long)reasons[REASON_SILENCE], (unsigned long long)reasons[REASON_LOSS],
         (unsigned long long)reasons[REASON_DELAY], (double)both_ms / (days * 86400e3), rules.both_times);
  say_worse(&worse);
  printf("}\n");
  return 0;
}
