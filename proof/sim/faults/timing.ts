// Measures the time from a node's death to its detection by the centre, and to the new sessions of its people. Waits
// during which another node is dead count apart, since the person may be sent to that node.
import type { ManualClock } from '@meridian/runtime';
import type { Person } from './people.ts';

export class Timing {
  readonly #clock: ManualClock;
  readonly #diedAtMs = new Map<string, number>();
  readonly #unseated = new Map<Person, { readonly atMs: number; readonly sessionId: string; isAmidDeaths: boolean }>();
  readonly detectedMs: number[] = [];
  readonly seatedMs: number[] = [];
  readonly seatedAmidDeathsMs: number[] = [];

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  died(nodeId: string, people: readonly Person[]): void {
    const atMs = this.#clock.nowMs();
    if (this.#diedAtMs.has(nodeId)) return;
    // Nodes that die at the same time count as a single death, as when their machine dies.
    for (const lost of this.#unseated.values()) lost.isAmidDeaths ||= lost.atMs !== atMs;
    const isAmidDeaths = [...this.#diedAtMs.values()].some((otherAtMs) => otherAtMs !== atMs);
    this.#diedAtMs.set(nodeId, atMs);
    for (const person of people) {
      if (person.wantsSession && person.nodeId === nodeId)
        this.#unseated.set(person, { atMs, sessionId: person.sessionId, isAmidDeaths });
    }
  }

  /** Forgets the death of a node that is back before the centre detected it. */
  nodeReturned(nodeId: string): void {
    this.#diedAtMs.delete(nodeId);
    for (const [person, { sessionId }] of this.#unseated)
      if (person.sessionId === sessionId) this.#unseated.delete(person);
  }

  detected(nodeId: string): void {
    const atMs = this.#diedAtMs.get(nodeId);
    if (atMs === undefined) return;
    this.detectedMs.push(this.#clock.nowMs() - atMs);
    this.#diedAtMs.delete(nodeId);
  }

  seated(person: Person): void {
    const lost = this.#unseated.get(person);
    if (lost === undefined) return;
    (lost.isAmidDeaths ? this.seatedAmidDeathsMs : this.seatedMs).push(this.#clock.nowMs() - lost.atMs);
    this.#unseated.delete(person);
  }
}
