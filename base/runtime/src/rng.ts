import { createHash, randomBytes, randomInt } from 'node:crypto';

/** Randomness as an argument. Only `secureRng` makes secrets; everything else may run on a seed. */
export interface Rng {
  /** Returns a number in [0, 1). */
  next(): number;
  /** Returns a whole number in [0, maxExclusive), without modulo bias; `maxExclusive` is 1 … 2^32. */
  int(maxExclusive: number): number;
  bytes(count: number): Uint8Array;
  /**
   * Returns an independent generator. A seeded fork depends only on the seed and the label, not on earlier draws, so
   * that extra draws of a subsystem do not change other subsystems; the same label gives the same stream again.
   */
  fork(label: string): Rng;
}

/** A draw of the seeded generator has 32 bits. */
const INT_MAX_EXCLUSIVE = 2 ** 32;
const BLOCK_BYTES = 4096;
/** Longest draw from the block: keys and secrets are longer or rare, and drawn separately. */
const SHORT_BYTES_MAX = 16;
const BYTES_MAX = 65_536;

/** Returns a repeatable generator: sfc32 (Chris Doty-Humphrey, PractRand), seeded by SHA-256. Never for secrets. */
export function seededRng(seed: string): Rng {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readUInt32LE(0);
  let b = digest.readUInt32LE(4);
  let c = digest.readUInt32LE(8);
  let counter = digest.readUInt32LE(12);
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  return {
    // 53 bits from two draws, as wide as a double's mantissa.
    next: () => ((draw() >>> 5) * 2 ** 26 + (draw() >>> 6)) / 2 ** 53,
    int(maxExclusive) {
      checkIntBound(maxExclusive);
      const limit = INT_MAX_EXCLUSIVE - (INT_MAX_EXCLUSIVE % maxExclusive);
      let value = draw();
      while (value >= limit) value = draw();
      return value % maxExclusive;
    },
    bytes(count) {
      checkByteCount(count);
      const drawn = new Uint8Array(count);
      for (let at = 0; at < count; at += 1) drawn[at] = draw() >>> 24;
      return drawn;
    },
    // The length comes first, so the separator cannot be confused with the seed's own text.
    fork: (label) => seededRng(`${seed.length}:${seed}/${label}`),
  };
}

/** Returns the operating system's generator: for keys, tokens, ids and, in production, everything else. */
export function secureRng(): Rng {
  // Short draws (ids) come from a block, each byte once: a system call for 16 bytes costs as much as for 4,096.
  let block = new Uint8Array(0);
  let used = 0;
  const take = (count: number): Uint8Array => {
    if (used + count > block.length) {
      block = new Uint8Array(randomBytes(BLOCK_BYTES));
      used = 0;
    }
    const bytes = block.slice(used, used + count);
    block.fill(0, used, used + count);
    used += count;
    return bytes;
  };
  const rng: Rng = {
    next: () => randomInt(2 ** 48 - 1) / (2 ** 48 - 1),
    int(maxExclusive) {
      checkIntBound(maxExclusive);
      return randomInt(maxExclusive);
    },
    bytes(count) {
      checkByteCount(count);
      return count <= SHORT_BYTES_MAX ? take(count) : new Uint8Array(randomBytes(count));
    },
    fork: () => rng,
  };
  return rng;
}

function checkIntBound(maxExclusive: number): void {
  if (!Number.isInteger(maxExclusive) || maxExclusive < 1 || maxExclusive > INT_MAX_EXCLUSIVE) {
    throw new RangeError(`maxExclusive must be a whole number in 1 … 2^32, not ${maxExclusive}`);
  }
}

function checkByteCount(count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > BYTES_MAX) {
    throw new RangeError(`byte count must be a whole number in 0 … ${BYTES_MAX}, not ${count}`);
  }
}
