/** Silence of the timer (4 ticks a second) that counts as a stall: a blocked event loop, a stopped machine. */
export const STALL_MS = 1000;
