/**
 * Time without a timer tick after which the process counts as stalled (a blocked event loop, a stopped machine). The
 * centre's timer ticks four times a second.
 */
export const STALL_MS = 1000;
