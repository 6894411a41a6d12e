#ifndef PATHD_PATHS_H
#define PATHD_PATHS_H
#include "rules.h"

void path_start(struct path *path, uint32_t first_seq, int64_t now_us);
void path_send(struct path *path, int64_t now_us);
/** `delay_us` is the report's, relative to the destination's reference. */
void path_report(struct path *path, int64_t now_us, const struct slot_report *report, int32_t delay_us);
void path_turn(struct path *path, int64_t now_us);
/** Marks a suspicion of loss: for a while the loss does not count as usual. */
void path_suspect(struct path *path, int64_t now_us);
/**
 * Returns the evidence for a loss of one packet in twenty, above the usual loss: a sum of log likelihood ratios, never
 * below 0 (CUSUM: Page, "Continuous inspection schemes", Biometrika 41, 1954). Several losses in one report count once.
 */
double path_score(const struct path *path);
void path_fast(const struct path *path, uint32_t *expected, int32_t *lost);
/** Returns false when nothing arrived in the last quarters of a second, the present one included. */
bool path_delay(const struct path *path, int buckets, double *delay_us);

#endif
