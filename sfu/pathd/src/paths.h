#ifndef PATHD_PATHS_H
#define PATHD_PATHS_H
#include "rules.h"

void path_start(struct path *path, uint32_t first_seq, int64_t now_us);
void path_send(struct path *path, int64_t now_us);
/** Applies a report. `delay_us` is the reported delay, relative to the flow's first one. */
void path_report(struct path *path, int64_t now_us, const struct slot_report *report, int32_t delay_us);
void path_turn(struct path *path, int64_t now_us);
/** Marks a suspicion of loss, so that the loss does not count as usual for a while. */
void path_suspect(struct path *path, int64_t now_us);
/**
 * Returns the evidence for a loss of one packet in twenty, above the usual loss: a sum of log likelihood ratios, never
 * below 0 (CUSUM: Page, "Continuous inspection schemes", Biometrika 41, 1954). Several losses in one report count once.
 */
double path_score(const struct path *path);
void path_fast(const struct path *path, uint32_t *expected, int32_t *lost);
/**
 * Finds the least delay of the last `buckets` quarters of a second, with the current one. Returns false without any.
 */
bool path_delay(const struct path *path, int buckets, double *delay_us);

#endif
