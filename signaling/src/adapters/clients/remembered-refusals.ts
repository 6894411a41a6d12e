// Refusals of LiveKit clients' joins, which `/rtc/validate` repeats: a page cannot read why its socket did not open,
// and its SDK asks there at once. A request there joins nothing.
import { createHash } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import type { ConnectQuery } from '../../core/index.ts';
import { bounds } from '../../limits.ts';
import type { HttpRefusal } from './refuse-upgrade.ts';

type Asked = Pick<ConnectQuery, 'token' | 'reconnect'>;

export class RememberedRefusals {
  readonly #clock: Clock;
  readonly #refusals = new Map<string, { readonly refusal: HttpRefusal; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(asked: Asked, refusal: HttpRefusal): void {
    const key = keyOf(asked);
    this.#refusals.delete(key);
    this.#refusals.set(key, { refusal, untilMs: this.#clock.nowMs() + bounds.refusalsRememberedMs });
    const [oldest] = this.#refusals.size > bounds.refusalsRememberedMax ? this.#refusals.keys() : [];
    if (oldest !== undefined) this.#refusals.delete(oldest);
  }

  /** Returns the last refusal of a join by this token; undefined without one or after `refusalsRememberedMs`. */
  of(asked: Asked): HttpRefusal | undefined {
    const found = this.#refusals.get(keyOf(asked));
    return found !== undefined && this.#clock.nowMs() < found.untilMs ? found.refusal : undefined;
  }
}

/** Keeps no token in memory. */
const keyOf = ({ token, reconnect }: Asked): string =>
  `${reconnect} ${createHash('sha256').update(token).digest('base64')}`;
