// Runs the changes of spatial layers of one track on this node. Changes that have to wait run at the same moment
// (core/switching.ts computes the wait).
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { phaseOf, switchDelayMs, switchTimes } from '../core/index.ts';

type Change = () => Promise<void>;

export class SwitchMoments {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #phase: number;
  /** Waiting changes by subscriber: a newer change replaces the older. Bounded by the track's consumers. */
  readonly #waiting = new Map<string, Change>();
  #openedAtMs: number | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(o: { clock: Clock; log: Logger; trackId: string }) {
    this.#clock = o.clock;
    this.#log = o.log;
    this.#phase = phaseOf(o.trackId);
  }

  /**
   * Calls `change` at once or later, and not at all after `forget` or `close`. `isCostly`: the track has other
   * receivers, which also get the change's key frame, so the change may have to wait.
   */
  request(key: string, change: Change, isCostly: boolean): void {
    if (this.#closed) return;
    const waitMs = isCostly ? this.#waitMs() : 0;
    if (waitMs > 0) {
      this.#waiting.set(key, change);
      this.#timer ??= this.#clock.after(waitMs, () => this.#runWaiting());
      return;
    }
    this.#waiting.delete(key);
    if (isCostly) this.#recordOpening();
    this.#runChange(change);
  }

  forget(key: string): void {
    this.#waiting.delete(key);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#waiting.clear();
  }

  #waitMs(): number {
    const { nowMs, wallMs } = { nowMs: this.#clock.nowMs(), wallMs: this.#clock.wallMs() };
    return switchDelayMs({ nowMs, wallMs, windowStartMs: this.#openedAtMs, phase: this.#phase });
  }

  #runWaiting(): void {
    this.#timer = undefined;
    const due = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#openedAtMs = this.#clock.nowMs();
    for (const change of due) this.#runChange(change);
  }

  #runChange(change: Change): void {
    change().catch((error: unknown) => this.#log.warn({ err: error }, 'a change of layers failed'));
  }

  /** Starts a period of `openMs` in which all changes run at once; a change within it does not prolong it. */
  #recordOpening(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#openedAtMs === undefined || nowMs - this.#openedAtMs >= switchTimes.openMs) this.#openedAtMs = nowMs;
  }
}
