// Keys of sessions, larger for later ones: neighbours in time are neighbour rows, without a common counter.

/** 2020-01-01T00:00:00Z. */
const BEGIN_MS = 1_577_836_800_000;
/** With 2^32 seconds since then (until 2156), keys stay below 2^52. */
export const KEYS_PER_S = 2 ** 20;

/** Returns the first key of a second: earlier sessions have smaller keys. */
export const firstKeyAt = (wallMs: number): number => Math.max(0, Math.floor((wallMs - BEGIN_MS) / 1000)) * KEYS_PER_S;

/** Returns `count` new keys in order. `random`: whole, 0 … KEYS_PER_S - 1; instances draw different keys. */
export const newKeys = (wallMs: number, random: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => firstKeyAt(wallMs) + ((random + at) % KEYS_PER_S));
