// Keys that two machines share to authenticate each other's datagrams (probes, the paths under pipes). Derived, not
// stored: a centre that restarts or takes over derives the same keys. HKDF-SHA256 (RFC 5869) over the cluster secret;
// the info is the sorted pair and the day, so a leaked key is worth a day and a pair.
import { hkdfSync } from 'node:crypto';

export const PAIR_KEY_BYTES = 32;
const DAY_MS = 86_400_000;
const LABEL = 'meridian pair key v1';
/** Limit of cached keys of the day; a fleet of the largest planned size has 32,640 pairs. */
const CACHED_KEYS_MAX = 40_000;

export class PairKeys {
  readonly #secret: string;
  readonly #cached = new Map<string, Uint8Array>();
  #day = Number.NaN;

  constructor(clusterSecret: string) {
    this.#secret = clusterSecret;
  }

  /** Returns the number of the day (UTC) of the present keys. */
  static dayOf(wallMs: number): number {
    return Math.floor(wallMs / DAY_MS);
  }

  /** Returns the same bytes whichever of the two hosts is named first. */
  key(a: string, b: string, day: number): Uint8Array {
    if (day !== this.#day) this.#cached.clear();
    this.#day = day;
    const [low, high] = a < b ? [a, b] : [b, a];
    const pair = JSON.stringify([low, high]); // JSON, so that different pairs never give the same text
    const cachedKey = this.#cached.get(pair);
    if (cachedKey !== undefined) return cachedKey;
    const info = `${LABEL} ${pair} ${day}`;
    const key = new Uint8Array(hkdfSync('sha256', this.#secret, '', info, PAIR_KEY_BYTES));
    if (this.#cached.size < CACHED_KEYS_MAX) this.#cached.set(pair, key);
    return key;
  }
}
