/**
 * The centre's timer ticks four times a second: after this without one the process did not run (a blocked event loop, a
 * stopped machine).
 */
export const STALL_MS = 1000;
