// Keys of sessions increase with time, so that sessions of the same time are adjacent rows, without a shared counter.

/** Origin of the keys: 2020-01-01T00:00:00Z. */
const BEGIN_MS = 1_577_836_800_000;
/** With 2^32 seconds since then (until 2156), keys stay below 2^52. */
export const KEYS_PER_S = 2 ** 20;

/** Returns the first key of a second; earlier sessions have smaller keys. */
export const firstKeyAt = (wallMs: number): number => Math.max(0, Math.floor((wallMs - BEGIN_MS) / 1000)) * KEYS_PER_S;

/**
 * Returns `count` new keys in order. `random`: a whole number from 0 to KEYS_PER_S - 1, so that instances draw
 * different keys.
 */
export const newKeys = (wallMs: number, random: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => firstKeyAt(wallMs) + ((random + at) % KEYS_PER_S));
