#ifndef PATHD_WAYS_H
#define PATHD_WAYS_H
#include "rules.h"

void way_start(struct way *way, uint32_t first_seq, int64_t now_us);
void way_send(struct way *way, int64_t now_us);
/** `delay_us`: of the report, against the destination's reference. */
void way_report(struct way *way, int64_t now_us, const struct slot_report *report, int32_t delay_us);
/** A quarter of a second is over. */
void way_turn(struct way *way);
void way_fast(const struct way *way, uint32_t *expected, int32_t *lost);
/** Least delay of the last quarters of a second, the one being filled included; false: nothing arrived. */
bool way_delay(const struct way *way, int buckets, double *delay_us);

#endif
