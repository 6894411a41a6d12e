// Keys of sessions: whole numbers that JavaScript can hold, larger for later sessions. Rows of sessions of one time lie
// together, a back-up restores them as they are, and instances need no counter in common.

/** 2020-01-01T00:00:00Z. */
const BEGIN_MS = 1_577_836_800_000;
/** With 2^32 seconds since then (until 2156) a key is below 2^52. */
export const KEYS_PER_S = 2 ** 20;

/** The first key of a second: all sessions that were made before it have smaller ones. */
export const firstKeyAt = (wallMs: number): number => Math.max(0, Math.floor((wallMs - BEGIN_MS) / 1000)) * KEYS_PER_S;

/**
 * Keys of `count` new sessions, in order. `random`: whole, 0 … KEYS_PER_S - 1, so that instances draw different ones.
 */
export const newKeys = (wallMs: number, random: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => firstKeyAt(wallMs) + ((random + at) % KEYS_PER_S));
