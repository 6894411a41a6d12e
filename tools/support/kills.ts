import { deathsPerMinuteMax } from '@meridian/runtime/child';

/**
 * The minute in which the supervisor counts a child's deaths, and a second, as it hears of them later than the killer.
 */
export const killsWithinMs = 61_000;

/** When which node was killed, so that none is killed so often that the supervisor would wait a minute. */
export class Kills {
  readonly #atMs = new Map<string, number[]>();

  note(nodeId: string): void {
    this.#atMs.set(nodeId, [...(this.#atMs.get(nodeId) ?? []), performance.now()]);
  }

  mayDie(nodeId: string): boolean {
    const sinceMs = performance.now() - killsWithinMs;
    return (this.#atMs.get(nodeId) ?? []).filter((atMs) => atMs >= sinceMs).length < deathsPerMinuteMax;
  }
}
