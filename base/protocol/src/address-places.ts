// Limits connections without a valid token, in total and per address. An IPv6 address counts by its /64, the network of
// a customer. An address that fills all its places does not keep other addresses out.
import { addressKey } from './client-address.ts';

export interface AddressPlacesLimits {
  readonly total: number;
  readonly perAddress: number;
}

type End = () => void;

export class AddressPlaces {
  readonly #limits: AddressPlacesLimits;
  readonly #byAddress = new Map<string, Set<{ readonly end: End | undefined }>>();
  #total = 0;

  constructor(limits: AddressPlacesLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  /**
   * Counts a connection; returns undefined when its address has too many. When all places are taken, the oldest
   * connection of the address with the most is ended for the newcomer, unless it cannot be ended. The returned function
   * gives the place back, once.
   */
  enter(address: string, end?: End): (() => void) | undefined {
    const key = addressKey(address);
    if ((this.#byAddress.get(key)?.size ?? 0) >= this.#limits.perAddress) return undefined;
    if (this.#total >= this.#limits.total && !this.#evict()) return undefined;
    const entry = { end };
    const ofAddress = this.#byAddress.get(key) ?? new Set();
    this.#byAddress.set(key, ofAddress.add(entry));
    this.#total += 1;
    return () => this.#leave(key, entry);
  }

  #leave(key: string, entry: { readonly end: End | undefined }): void {
    const ofAddress = this.#byAddress.get(key);
    if (ofAddress?.delete(entry) !== true) return;
    this.#total -= 1;
    if (ofAddress.size === 0) this.#byAddress.delete(key);
  }

  #evict(): boolean {
    const [first] = this.#byAddress;
    if (first === undefined) return false;
    let [key, most] = first;
    for (const [candidateKey, entries] of this.#byAddress)
      if (entries.size > most.size) [key, most] = [candidateKey, entries];
    const [oldest] = most;
    if (oldest?.end === undefined) return false;
    this.#leave(key, oldest);
    oldest.end();
    return true;
  }
}
