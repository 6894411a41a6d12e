// How long things take: from a node's death to the centre's word of it, and to its people's new seats. A wait that
// meets another death, one that is not known yet or one that comes meanwhile, is counted apart: the person may be sent
// to a node that is dead, too.
import type { ManualClock } from '@meridian/runtime';
import type { Person } from './people.ts';

export class Timing {
  readonly #clock: ManualClock;
  readonly #dead = new Map<string, number>();
  readonly #unseated = new Map<Person, { readonly atMs: number; readonly sessionId: string; isAmidDeaths: boolean }>();
  readonly detectedMs: number[] = [];
  readonly seatedMs: number[] = [];
  readonly seatedAmidDeathsMs: number[] = [];

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  /** A node is gone for its people and for the centre. */
  died(nodeId: string, people: readonly Person[]): void {
    const atMs = this.#clock.nowMs();
    if (this.#dead.has(nodeId)) return;
    // A machine takes all of its nodes along at once: that is one death.
    for (const lost of this.#unseated.values()) lost.isAmidDeaths ||= lost.atMs !== atMs;
    const isAmidDeaths = [...this.#dead.values()].some((otherAtMs) => otherAtMs !== atMs);
    this.#dead.set(nodeId, atMs);
    for (const person of people) {
      if (person.wants && person.nodeId === nodeId)
        this.#unseated.set(person, { atMs, sessionId: person.sessionId, isAmidDeaths });
    }
  }

  /** It is back before the centre has said that it was dead: nothing was to be found out. */
  back(nodeId: string): void {
    this.#dead.delete(nodeId);
    for (const [person, { sessionId }] of this.#unseated)
      if (person.sessionId === sessionId) this.#unseated.delete(person);
  }

  detected(nodeId: string): void {
    const atMs = this.#dead.get(nodeId);
    if (atMs === undefined) return;
    this.detectedMs.push(this.#clock.nowMs() - atMs);
    this.#dead.delete(nodeId);
  }

  seated(person: Person): void {
    const lost = this.#unseated.get(person);
    if (lost === undefined) return;
    (lost.isAmidDeaths ? this.seatedAmidDeathsMs : this.seatedMs).push(this.#clock.nowMs() - lost.atMs);
    this.#unseated.delete(person);
  }
}
