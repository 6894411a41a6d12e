// Requests are counted in this process: n instances allow n times as many, but no request waits for a database.
import { AddressRates, type Bucket, type BucketLimits, takeTokens } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/core/scopes.ts';
import { Problem } from './problems.ts';

export interface RateLimits {
  /** Default rate of an API key or a user. */
  readonly caller: BucketLimits;
  /** Rate of an address (for IPv6, a /64) without authentication. */
  readonly visitor: BucketLimits;
  /** Rate of refused tokens and sessions, by address. */
  readonly refused: BucketLimits;
}

export const usualRates: RateLimits = {
  caller: { perSecond: 50, burst: 100 },
  visitor: { perSecond: 10, burst: 100 },
  refused: { perSecond: 5, burst: 50 },
};

/** An entry takes 100 bytes; the caller with the oldest request is removed first. */
const CALLERS_MAX = 100_000;

export class Rates {
  readonly #o: { readonly clock: Clock; readonly limits: RateLimits };
  readonly #callers = new Map<string, Bucket>();
  readonly #visitors: AddressRates;
  readonly #refused: AddressRates;

  constructor(o: { readonly clock: Clock; readonly limits: RateLimits }) {
    this.#o = o;
    this.#visitors = new AddressRates({ ...o.limits.visitor, addressesMax: CALLERS_MAX });
    this.#refused = new AddressRates({ ...o.limits.refused, addressesMax: CALLERS_MAX });
  }

  /** Throws RATE_LIMITED with the time to wait. */
  count({ ip }: Pick<FastifyRequest, 'ip'>, principal: Principal | undefined): void {
    const nowMs = this.#o.clock.nowMs();
    refuseFor(principal === undefined ? this.#visitors.take(ip, nowMs) : this.#take(principal, nowMs));
  }

  /** Throws RATE_LIMITED after too many refusals. Valid tokens and sessions from the address are not affected. */
  countRefused({ ip }: Pick<FastifyRequest, 'ip'>): void {
    refuseFor(this.#refused.take(ip, this.#o.clock.nowMs()));
  }

  #take({ kind, tenant, id, perSecond }: Principal, nowMs: number): number {
    const limits = perSecond === undefined ? this.#o.limits.caller : { perSecond, burst: 2 * perSecond };
    const key = `${kind} ${tenant} ${id}`;
    const { bucket, retryAfterMs } = takeTokens(this.#callers.get(key), limits, nowMs);
    this.#callers.delete(key);
    this.#callers.set(key, bucket);
    const [oldest] = this.#callers.size > CALLERS_MAX ? this.#callers.keys() : [];
    if (oldest !== undefined) this.#callers.delete(oldest);
    return retryAfterMs;
  }
}

function refuseFor(retryAfterMs: number): void {
  if (retryAfterMs > 0) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs });
}
