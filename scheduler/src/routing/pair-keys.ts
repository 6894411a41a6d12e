// Keys that two machines share so that they know each other's datagrams (probes, the paths under pipes). Derived, not
// stored: a centre that starts again, or takes over, derives the same. HKDF-SHA256 (RFC 5869) over the cluster secret;
// the information is the pair, sorted, and the day, so a key that leaks is worth one day and one pair.
import { hkdfSync } from 'node:crypto';

export const PAIR_KEY_BYTES = 32;
const DAY_MS = 86_400_000;
const LABEL = 'meridian pair key v1';
/** A fleet of the largest planned size has 32,640 pairs: what is derived is kept for the day. */
const KEPT_MAX = 40_000;

export class PairKeys {
  readonly #secret: string;
  readonly #kept = new Map<string, Uint8Array>();
  #day = Number.NaN;

  constructor(clusterSecret: string) {
    this.#secret = clusterSecret;
  }

  /** The number of the day (UTC) that keys are of now. */
  static dayOf(wallMs: number): number {
    return Math.floor(wallMs / DAY_MS);
  }

  /** The same bytes whichever of the two hosts is named first. */
  key(a: string, b: string, day: number): Uint8Array {
    if (day !== this.#day) this.#kept.clear();
    this.#day = day;
    const [low, high] = a < b ? [a, b] : [b, a];
    const pair = JSON.stringify([low, high]); // no two pairs read alike
    const kept = this.#kept.get(pair);
    if (kept !== undefined) return kept;
    const info = `${LABEL} ${pair} ${day}`;
    const key = new Uint8Array(hkdfSync('sha256', this.#secret, '', info, PAIR_KEY_BYTES));
    if (this.#kept.size < KEPT_MAX) this.#kept.set(pair, key);
    return key;
  }
}
