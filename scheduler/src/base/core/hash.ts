// A 32-bit hash of text that spreads well: FNV-1a (Fowler, Noll, Vo) with the finaliser of MurmurHash3. Never for
// secrets.

/** Returns an integer in 0 … 2^32 − 1. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
