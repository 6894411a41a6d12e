// Where a client is, behind the proxies that the operator trusts, and how fast clients of one address may open what
// costs a session: a viewer or publisher by RTMP, FLV or WebSocket, a native client, a WHIP session, a new programme.
import type { IncomingMessage } from 'node:http';
import { type AddressRange, AddressRates, clientAddress, isAmong } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';

/** An office behind one router comes at once, a script that opens without end does not get on. */
export const OPENS_BURST = 50;
const OPENS_PER_SECOND = 5;
/** What a WebSocket that was cut for saying too much costs its address: as many new ones. */
const CUT_OPENS = 10;
/** Addresses that have opened lately; the one that did so longest ago is forgotten. */
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

  /** The client's address in canonical text; '' of a socket that has gone. */
  addressOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    const forwarded = headers['x-forwarded-for'];
    const list = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    return clientAddress(socket.remoteAddress ?? '', list, this.#o.trustedProxies);
  }

  /**
   * Counts what the address opens: 0, or in how many ms one more is taken. A trusted proxy that names no client is the
   * address of many, which do not pay for one another.
   */
  waitMs(address: string): number {
    return this.isTrusted(address) ? 0 : this.#rates.take(address, this.#o.clock.nowMs());
  }

  /** A WebSocket of the address was cut for what it said. */
  charge(address: string): void {
    if (!this.isTrusted(address)) this.#rates.charge(address, this.#o.clock.nowMs(), CUT_OPENS);
  }
}
