// Which library node a receiver asks first.
import type { Clock } from '@meridian/runtime';

/** A worse one that answers is kept so long; then the better one is tried. */
const KEPT_MS = 60_000;
/** Of a better one that goes on being silent: each try costs the time until it is found so. */
const KEPT_LONGEST_MS = 960_000;
const HUBS_MAX = 32;

/** The first that answers is kept. */
export class HubOrder {
  readonly #clock: Clock;
  /** By the newest answer to a poll; by the session before. */
  #newest: readonly string[] = [];
  #session: readonly string[] = [];
  #kept: string | undefined;
  #keptUntilMs = 0;
  #keptMs = KEPT_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Best first, each once. */
  get hubs(): readonly string[] {
    return [...new Set([...this.#newest, ...this.#session])].slice(0, HUBS_MAX);
  }

  /** What a session says. */
  begin(hubs: readonly string[]): void {
    this.#session = hubs;
  }

  /** What a library node says, best first. */
  use(hubs: readonly string[]): void {
    if (hubs.length > 0) this.#newest = hubs;
  }

  /** In which order to ask now. */
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
