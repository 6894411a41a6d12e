// Chooses which library node a receiver calls first.
import type { Clock } from '@meridian/runtime';

/** A node that answers, but is not the best, is used for this time; then the better ones are tried again. */
const KEPT_MS = 60_000;
/** Longest time between tries of a better node that stays silent, as each try costs a timeout. */
const KEPT_LONGEST_MS = 960_000;
const HUBS_MAX = 32;

export class HubOrder {
  readonly #clock: Clock;
  #newest: readonly string[] = [];
  #session: readonly string[] = [];
  #kept: string | undefined;
  #keptUntilMs = 0;
  #keptMs = KEPT_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get hubs(): readonly string[] {
    return [...new Set([...this.#newest, ...this.#session])].slice(0, HUBS_MAX);
  }

  begin(hubs: readonly string[]): void {
    this.#session = hubs;
  }

  use(hubs: readonly string[]): void {
    if (hubs.length > 0) this.#newest = hubs;
  }

  now(): readonly string[] {
    const { hubs } = this;
    const kept = this.#kept;
    if (kept === undefined || !hubs.includes(kept) || this.#clock.nowMs() >= this.#keptUntilMs) return hubs;
    return [kept, ...hubs.filter((hub) => hub !== kept)];
  }

  answered(hub: string): void {
    const nowMs = this.#clock.nowMs();
    if (hub === this.hubs[0]) {
      this.#kept = undefined;
      this.#keptMs = KEPT_MS;
    } else if (this.#kept !== hub || nowMs >= this.#keptUntilMs) {
      const isTried = this.#kept !== undefined && nowMs >= this.#keptUntilMs;
      if (isTried) this.#keptMs = Math.min(KEPT_LONGEST_MS, 2 * this.#keptMs);
      this.#kept = hub;
      this.#keptUntilMs = nowMs + this.#keptMs;
    }
  }
}
