// Sockets that have not shown a valid token yet: so many in total, so many per address. An IPv6 address counts by its /64, which is what
// one customer gets.
import { parseAddress } from './proxy.ts';

export interface WaitingLimits {
  readonly total: number;
  readonly perAddress: number;
}

export class Waiting {
  readonly #limits: WaitingLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  /** Counts one more; undefined when there are too many. The returned function takes it back, once. */
  enter(address: string): (() => void) | undefined {
    const key = addressKey(address);
    const here = this.#byAddress.get(key) ?? 0;
    if (this.#total >= this.#limits.total || here >= this.#limits.perAddress) return undefined;
    this.#total += 1;
    this.#byAddress.set(key, here + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#total -= 1;
      const left = (this.#byAddress.get(key) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(key);
      else this.#byAddress.set(key, left);
    };
  }
}

/** What counts as one address. */
export function addressKey(address: string): string {
  const bytes = parseAddress(address);
  if (bytes === undefined) return address;
  return bytes.length === 4 ? bytes.join('.') : `${bytes.slice(0, 8).join('.')}/64`;
}
