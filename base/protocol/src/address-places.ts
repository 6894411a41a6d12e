// Places that addresses share, for what has not shown a valid token yet: so many in total, so many per address. An IPv6
// address counts by its /64, which is what one customer gets. One address that fills all its places keeps no other out.
import { addressKey } from './client-address.ts';

export interface AddressPlacesLimits {
  readonly total: number;
  readonly perAddress: number;
}

/** How one of them is ended to make room. */
type End = () => void;

export class AddressPlaces {
  readonly #limits: AddressPlacesLimits;
  /** Of each address, the oldest first. */
  readonly #byAddress = new Map<string, Set<{ readonly end: End | undefined }>>();
  #total = 0;

  constructor(limits: AddressPlacesLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  /**
   * Counts one more; undefined when its address has too many. In a full house the oldest of the address with most of
   * them is ended and the newcomer gets in, unless that one cannot be ended. The returned function takes it back, once.
   */
  enter(address: string, end?: End): (() => void) | undefined {
    const key = addressKey(address);
    if ((this.#byAddress.get(key)?.size ?? 0) >= this.#limits.perAddress) return undefined;
    if (this.#total >= this.#limits.total && !this.#evict()) return undefined;
    const entry = { end };
    const here = this.#byAddress.get(key) ?? new Set();
    this.#byAddress.set(key, here.add(entry));
    this.#total += 1;
    return () => this.#leave(key, entry);
  }

  #leave(key: string, entry: { readonly end: End | undefined }): void {
    const here = this.#byAddress.get(key);
    if (here?.delete(entry) !== true) return;
    this.#total -= 1;
    if (here.size === 0) this.#byAddress.delete(key);
  }

  #evict(): boolean {
    const [first] = this.#byAddress;
    if (first === undefined) return false;
    let [key, most] = first;
    for (const [other, entries] of this.#byAddress) if (entries.size > most.size) [key, most] = [other, entries];
    const [oldest] = most;
    if (oldest?.end === undefined) return false;
    this.#leave(key, oldest);
    oldest.end();
    return true;
  }
}
