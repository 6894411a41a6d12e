#ifndef PATHD_WAYS_H
#define PATHD_WAYS_H
#include "rules.h"

void way_start(struct way *way, uint32_t first_seq, int64_t now_us);
void way_send(struct way *way, int64_t now_us);
/** `delay_us`: of the report, against the destination's reference. */
void way_report(struct way *way, int64_t now_us, const struct slot_report *report, int32_t delay_us);
/** A quarter of a second is over. */
void way_turn(struct way *way, int64_t now_us);
/** It loses more than it used to: for a while that is not taken for what it usually loses. */
void way_suspect(struct way *way, int64_t now_us);
/** Evidence that it now loses one packet in twenty, more than it usually does: a sum of log likelihood ratios, never below 0 (CUSUM: Page, "Continuous
 * inspection schemes", Biometrika 41, 1954). Burst by burst: several losses in one report count once, before as now. */
double way_score(const struct way *way);
void way_fast(const struct way *way, uint32_t *expected, int32_t *lost);
/** Least delay of the last quarters of a second, the one being filled included; false: nothing arrived. */
bool way_delay(const struct way *way, int buckets, double *delay_us);

#endif
