// Finds a client's address behind trusted proxies, and limits how fast clients of one address may open sessions.
import type { IncomingMessage } from 'node:http';
import { type AddressRange, AddressRates, clientAddress, isAmong } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';

/** Sessions that an address may open at once: allows an office behind one router, but stops a script. */
export const OPENS_BURST = 50;
const OPENS_PER_SECOND = 5;
/** Openings charged to an address for a socket that was cut because it sent too much. */
const CUT_CHARGE_OPENS = 10;
/** Bound of remembered addresses; the least recent is dropped. */
const ADDRESSES_MAX = 10_000;

export interface ArrivalsOptions {
  readonly trustedProxies: readonly AddressRange[];
  readonly clock: Clock;
}

export class Arrivals {
  readonly #o: ArrivalsOptions;
  readonly #rates = new AddressRates({
    perSecond: OPENS_PER_SECOND,
    burst: OPENS_BURST,
    addressesMax: ADDRESSES_MAX,
  });

  constructor(o: ArrivalsOptions) {
    this.#o = o;
  }

  isTrusted(address: string): boolean {
    return isAmong(address, this.#o.trustedProxies);
  }

  /** Returns the client's address in canonical text; `''` for a closed socket. */
  addressOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    const forwarded = headers['x-forwarded-for'];
    const list = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    return clientAddress(socket.remoteAddress ?? '', list, this.#o.trustedProxies);
  }

  /**
   * Counts an opening of the address. Returns 0, or the ms until another is allowed. A trusted proxy that names no
   * client stands for many clients and is not limited.
   */
  waitMs(address: string): number {
    return this.isTrusted(address) ? 0 : this.#rates.take(address, this.#o.clock.nowMs());
  }

  charge(address: string): void {
    if (!this.isTrusted(address)) this.#rates.charge(address, this.#o.clock.nowMs(), CUT_CHARGE_OPENS);
  }
}
