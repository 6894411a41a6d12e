// Chooses which library node ("hub" in this package) a receiver calls first.
import type { Clock } from '@meridian/runtime';

/** Time for which a node that answers, but is not the best, is used; then the better nodes are called again. */
const FALLBACK_MS = 60_000;
/** Maximum pause between two calls of a better node that stays silent, as each call costs a timeout. */
const FALLBACK_LONGEST_MS = 960_000;
const HUBS_MAX = 32;

export class HubOrder {
  readonly #clock: Clock;
  #newestHubs: readonly string[] = [];
  #sessionHubs: readonly string[] = [];
  #fallback: string | undefined;
  #fallbackUntilMs = 0;
  #fallbackMs = FALLBACK_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get hubs(): readonly string[] {
    return [...new Set([...this.#newestHubs, ...this.#sessionHubs])].slice(0, HUBS_MAX);
  }

  setSessionHubs(hubs: readonly string[]): void {
    this.#sessionHubs = hubs;
  }

  setNewestHubs(hubs: readonly string[]): void {
    if (hubs.length > 0) this.#newestHubs = hubs;
  }

  candidates(): readonly string[] {
    const { hubs } = this;
    const fallback = this.#fallback;
    if (fallback === undefined || !hubs.includes(fallback) || this.#clock.nowMs() >= this.#fallbackUntilMs) return hubs;
    return [fallback, ...hubs.filter((hub) => hub !== fallback)];
  }

  noteAnswer(hub: string): void {
    const nowMs = this.#clock.nowMs();
    if (hub === this.hubs[0]) {
      this.#fallback = undefined;
      this.#fallbackMs = FALLBACK_MS;
    } else if (this.#fallback !== hub || nowMs >= this.#fallbackUntilMs) {
      const isTried = this.#fallback !== undefined && nowMs >= this.#fallbackUntilMs;
      if (isTried) this.#fallbackMs = Math.min(FALLBACK_LONGEST_MS, 2 * this.#fallbackMs);
      this.#fallback = hub;
      this.#fallbackUntilMs = nowMs + this.#fallbackMs;
    }
  }
}
