/** Boost of a delivery's rank for each level of heat of its content. */
export const HOT_STEP_MS = 2 * 3_600_000;
