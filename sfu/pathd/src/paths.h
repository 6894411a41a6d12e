#ifndef PATHD_PATHS_H
#define PATHD_PATHS_H
#include "rules.h"

void path_start(struct path *path, uint32_t first_seq, int64_t now_us);
void path_send(struct path *path, int64_t now_us);
/** `delay_us`: of the report, against the destination's reference. */
void path_report(struct path *path, int64_t now_us, const struct slot_report *report, int32_t delay_us);
/** A quarter of a second is over. */
void path_turn(struct path *path, int64_t now_us);
/** It loses more than it used to: for a while that is not taken for what it usually loses. */
void path_suspect(struct path *path, int64_t now_us);
/**
 * Evidence that it now loses one packet in twenty, more than it usually does: a sum of log likelihood ratios, never
 * below 0 (CUSUM: Page, "Continuous inspection schemes", Biometrika 41, 1954). Burst by burst: several losses in one
 * report count once, before as now.
 */
double path_score(const struct path *path);
void path_fast(const struct path *path, uint32_t *expected, int32_t *lost);
/** Least delay of the last quarters of a second, the one being filled included; false: nothing arrived. */
bool path_delay(const struct path *path, int buckets, double *delay_us);

#endif
