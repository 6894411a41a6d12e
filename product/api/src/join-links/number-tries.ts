// Nine digits can be tried, so looks at numbers of meetings that are none are counted. A caller beyond the bound learns
// nothing, also not by the time of the refusal: no meeting is read for it.
import { addressKey } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { FairSlots } from '../access/fair-slots.ts';
import { SharedTries } from '../access/tries.ts';
import { Problem } from '../http/problems.ts';

/**
 * Numbers of meetings that are none. Of 900 million numbers at most 430,000 are tried in a day. Right ones are free,
 * and browsers that came in before are always answered.
 */
const triesLimits = {
  ofAddress: { perSecond: 0.05, burst: 30 },
  ofAll: { perSecond: 5, burst: 1000 },
  ofNetwork: { perSecond: 3 / 86_400, burst: 3 },
};
/**
 * Looks of one address come one after the other (a few queries each): at once they would all be read before the first
 * is counted. A thousand wait: more than an office that joins at nine.
 */
const turnsLimits = { total: 1000, perAddress: 1, waiting: 20_000, waitingPerAddress: 1000 };
/** An office opens the link of yesterday's meeting, and each reload of it, as one wrong number. */
const AGAIN_MS = 3_600_000;
/** More than `ofAddress` lets through in `AGAIN_MS`. */
const NUMBERS_MAX = 256;
/** As many as `Tries` keeps; what was wrong longest ago is forgotten, and counts again. */
const ADDRESSES_MAX = 100_000;

export interface NumberCaller {
  readonly number: string;
  /** Absent: of a browser that never came. */
  readonly browserId?: string;
  readonly clientIp: string;
}

export interface FoundNumber {
  /** Whether there is a meeting that can be joined. */
  readonly isOne: boolean;
  /** Whether the browser came in by it before. */
  readonly isKnown: boolean;
}

export interface NumberTriesOptions {
  /** Whether a browser came in by a number before. Makes the same queries for every number. */
  cameBy(number: string, browserId: string): Promise<boolean>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export class NumberTries {
  readonly #o: NumberTriesOptions;
  readonly #tries = new SharedTries(triesLimits);
  readonly #turns = new FairSlots(turnsLimits);
  readonly #wrong = new WrongNumbers();

  constructor(o: NumberTriesOptions) {
    this.#o = o;
  }

  /**
   * What `find` finds. A number that is none counts, once an hour of an address. RATE_LIMITED: too many of them; then
   * `find` runs only for a browser that came in by the number before, or a number that this address knows to be none.
   */
  look<T extends FoundNumber>(caller: NumberCaller, find: () => Promise<T>): Promise<T> {
    return this.#turns.run(caller.clientIp, async () => {
      const { number, clientIp } = caller;
      const { clock } = this.#o;
      const isRepeated = this.#wrong.has(clientIp, number, clock.nowMs());
      if (!isRepeated) await this.#refuse(caller);
      const found = await find();
      if (found.isKnown || isRepeated) return found;
      const counted = this.#tries.take('', clientIp, clock.nowMs());
      refuseFor(counted);
      if (found.isOne) counted.giveBack(clock.nowMs());
      else this.#wrong.add(clientIp, number, clock.nowMs());
      return found;
    });
  }

  async #refuse({ number, browserId = '', clientIp }: NumberCaller): Promise<void> {
    const retryAfterMs = this.#tries.retryAfterMs('', clientIp, this.#o.clock.nowMs());
    if (retryAfterMs === 0) return;
    if (browserId === '' || !(await this.#o.cameBy(number, browserId))) refuseFor({ retryAfterMs });
  }
}

/** Which numbers were none, by address. */
class WrongNumbers {
  readonly #ofAddress = new Map<string, Map<string, number>>();

  has(address: string, number: string, nowMs: number): boolean {
    const atMs = this.#ofAddress.get(addressKey(address))?.get(number);
    return atMs !== undefined && nowMs - atMs < AGAIN_MS;
  }

  add(address: string, number: string, nowMs: number): void {
    const key = addressKey(address);
    const numbers = this.#ofAddress.get(key) ?? new Map<string, number>();
    keepNewest(numbers, number, nowMs, NUMBERS_MAX);
    keepNewest(this.#ofAddress, key, numbers, ADDRESSES_MAX);
  }
}

/** As the last one of at most `sizeMax`. */
function keepNewest<V>(map: Map<string, V>, key: string, value: V, sizeMax: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.size > sizeMax ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}

function refuseFor({ retryAfterMs }: { readonly retryAfterMs: number }): void {
  if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
}
