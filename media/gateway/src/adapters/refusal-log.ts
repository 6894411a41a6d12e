// Logs refusals: per address the first, then at most one line a minute with the number of omitted refusals.
import { addressKey } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';

export const QUIET_MS = 60_000;
/** Addresses with lines of their own in a minute; the others share one. */
export const ADDRESSES_MAX = 100;
const OTHERS = 'others';

interface QuietPeriod {
  readonly untilMs: number;
  leftOut: number;
}

export class RefusalLog {
  readonly #clock: Clock;
  readonly #log: Logger;
  /** By address (IPv6: /64), the oldest first. */
  readonly #quiet = new Map<string, QuietPeriod>();

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  refused(address: string, why: object, text: string): void {
    const nowMs = this.#clock.nowMs();
    const key = this.#keyOf(addressKey(address), nowMs);
    const quiet = this.#quiet.get(key);
    if (quiet !== undefined && nowMs < quiet.untilMs) {
      quiet.leftOut += 1;
      return;
    }
    this.#quiet.delete(key);
    this.#quiet.set(key, { untilMs: nowMs + QUIET_MS, leftOut: 0 });
    this.#log.info({ address, ...why, leftOut: quiet?.leftOut ?? 0 }, text);
  }

  #keyOf(address: string, nowMs: number): string {
    if (this.#quiet.has(address)) return address;
    for (const [key, { untilMs }] of this.#quiet) {
      if (nowMs < untilMs || this.#quiet.size < ADDRESSES_MAX) break;
      this.#quiet.delete(key);
    }
    return this.#quiet.size < ADDRESSES_MAX ? address : OTHERS;
  }
}
