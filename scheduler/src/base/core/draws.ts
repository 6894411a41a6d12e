// Random numbers of a decision from its 32-bit seed, so that the decision can be replayed. splitmix32: Steele, Lea and
// Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014), with the 32-bit finaliser of MurmurHash3.
// Never for secrets.

/** Returns a generator of numbers in [0, 1); the same seed gives the same sequence. */
export function drawsOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
