// Since nine digits can be guessed, wrong numbers are counted. Beyond the limit no meeting is read, so even the time of
// a refusal reveals nothing.
import { addressKey } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { FairSlots } from '../access/fair-slots.ts';
import { SharedTries } from '../access/tries.ts';
import { Problem } from '../http/problems.ts';

/** At most 430,000 of 900 million numbers can be tried in a day. Right numbers do not count. */
const triesLimits = {
  ofAddress: { perSecond: 0.05, burst: 30 },
  ofAll: { perSecond: 5, burst: 1000 },
  ofNetwork: { perSecond: 3 / 86_400, burst: 3 },
};
/** Limits of concurrent lookups. Without turns, those of one address would all finish before the first is counted. */
const turnsLimits = { total: 1000, perAddress: 1, waiting: 20_000, waitingPerAddress: 1000 };
/** A wrong number repeated within this time counts once: people reload the page of yesterday's meeting. */
const AGAIN_MS = 3_600_000;
/** More than `ofAddress` allows within `AGAIN_MS`. */
const NUMBERS_MAX = 256;
/** Beyond the limit, the address with the oldest wrong number is removed, and its numbers count again. */
const ADDRESSES_MAX = 100_000;

export interface NumberCaller {
  readonly number: string;
  /** Absent for a browser that has never joined. */
  readonly browserId?: string;
  readonly clientIp: string;
}

export interface FoundNumber {
  /** The number belongs to a meeting that can be joined. */
  readonly isOne: boolean;
  /** The browser has joined by this number before. */
  readonly isKnown: boolean;
}

export interface NumberTriesOptions {
  /** Returns whether the browser joined by this number before. Must make the same queries for every number. */
  hasJoinedBy(number: string, browserId: string): Promise<boolean>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export class NumberTries {
  readonly #o: NumberTriesOptions;
  readonly #tries = new SharedTries(triesLimits);
  readonly #slots = new FairSlots(turnsLimits);
  readonly #wrongNumbers = new WrongNumbers();

  constructor(o: NumberTriesOptions) {
    this.#o = o;
  }

  /**
   * Counts a wrong number once an hour per address. Throws RATE_LIMITED, except for known browsers, and for wrong
   * numbers counted before.
   */
  look<T extends FoundNumber>(caller: NumberCaller, find: () => Promise<T>): Promise<T> {
    return this.#slots.run(caller.clientIp, async () => {
      const { number, clientIp } = caller;
      const { clock } = this.#o;
      const isRepeated = this.#wrongNumbers.has(clientIp, number, clock.nowMs());
      if (!isRepeated) await this.#refuse(caller);
      const found = await find();
      if (found.isKnown || isRepeated) return found;
      const countedTry = this.#tries.take('', clientIp, clock.nowMs());
      refuseFor(countedTry);
      if (found.isOne) countedTry.giveBack(clock.nowMs());
      else this.#wrongNumbers.add(clientIp, number, clock.nowMs());
      return found;
    });
  }

  async #refuse({ number, browserId = '', clientIp }: NumberCaller): Promise<void> {
    const retryAfterMs = this.#tries.retryAfterMs('', clientIp, this.#o.clock.nowMs());
    if (retryAfterMs === 0) return;
    if (browserId === '' || !(await this.#o.hasJoinedBy(number, browserId))) refuseFor({ retryAfterMs });
  }
}

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

function keepNewest<V>(map: Map<string, V>, key: string, value: V, sizeMax: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.size > sizeMax ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}

function refuseFor({ retryAfterMs }: { readonly retryAfterMs: number }): void {
  if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
}
