// `pathd --replay` reads one event per line, `MS EVENT...` with MS never falling, and prints the resulting decisions:
//   MS route ACTIVE STANDBY? [ANEW?]    ACTIVE: slot 0 or 1; STANDBY?: 1 if it exists; ANEW?: 1 if ACTIVE has new path
//   MS send SLOT COUNT                  COUNT datagrams at once
//   MS report NEXT COUNT ECHO_MS HELD_MS DELAY_MS  NEXT COUNT ECHO_MS HELD_MS DELAY_MS     both slots
//   MS tick
// Output: `MS both on|off`, `MS flip SLOT REASON AGE_MS`.
#include "trace.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "rules.h"

static void say_changes(const struct rules *r, double ms, bool *was_both, bool flipped) {
  const bool both = r->both != BOTH_NO;
  if (both != *was_both) printf("%g both %s\n", ms, both ? "on" : "off");
  *was_both = both;
  if (flipped) printf("%g flip %d %s %g\n", ms, r->flip.slot, reason_name(r->flip.reason), (double)r->flip.age_us / 1e3);
}

static bool read_reports(const char *text, struct slot_report reports[SLOTS]) {
  double v[5 * SLOTS];
  int used;
  for (int i = 0; i < 5 * SLOTS; i++, text += used)
    if (sscanf(text, "%lf%n", &v[i], &used) != 1) return false;
  for (int i = 0; i < SLOTS; i++) {
    const double *w = v + 5 * i;
    reports[i] = (struct slot_report){(uint32_t)w[0], (uint32_t)w[1], (uint32_t)(w[2] * 1e3), (uint32_t)(w[3] * 1e3), (uint32_t)(int32_t)(w[4] * 1e3)};
  }
  return true;
}

int trace_replay(void) {
  static struct rules r;
  char line[512];
  bool was_both = false, started = false;
  for (int number = 1; fgets(line, sizeof line, stdin) != 0; number++) {
    double ms;
    char event[16];
    int used = 0, a, b, anew = 0;
    const bool headed = sscanf(line, "%lf %15s%n", &ms, event, &used) == 2;
    const char *rest = line + used;
    const int64_t at_us = headed ? (int64_t)(ms * 1e3) : 0;
    if (headed && !started) rules_start(&r, at_us), r.paths[0].present = started = true;
    struct slot_report reports[SLOTS];
    bool flipped = false;
    if (headed && strcmp(event, "tick") == 0) flipped = rules_tick(&r, at_us);
    else if (headed && strcmp(event, "route") == 0 && sscanf(rest, "%d %d %d", &a, &b, &anew) >= 2 && (a == 0 || a == 1)) {
      const bool present[SLOTS] = {a == 0 || b, a == 1 || b};
      bool fresh[SLOTS] = {present[0] && !r.paths[0].present, present[1] && !r.paths[1].present};
      if (anew) fresh[a] = true;
      rules_route(&r, at_us, a, present, fresh);
    } else if (headed && strcmp(event, "send") == 0 && sscanf(rest, "%d %d", &a, &b) == 2 && (a == 0 || a == 1)) {
      while (b-- > 0) rules_send(&r, at_us, a);
    } else if (headed && strcmp(event, "report") == 0 && read_reports(rest, reports)) rules_report(&r, at_us, reports);
    else {
      fprintf(stderr, "line %d is not an event\n", number);
      return 2;
    }
    say_changes(&r, ms, &was_both, flipped);
  }
  return 0;
}

int trace_siphash(void) {
  uint8_t key[KEY_BYTES], text[15];
  for (int i = 0; i < KEY_BYTES; i++) key[i] = (uint8_t)i;
  for (int i = 0; i < 15; i++) text[i] = (uint8_t)i;
  printf("%016" PRIx64 "\n", siphash24(key, text, sizeof text));
  return 0;
}
