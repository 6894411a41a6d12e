// The people of a world, with when they come, at which node they have their session, and when they leave. Rules compare
// the centre's state with these people.
import type { Clock, Rng } from '@meridian/runtime';
import { Person } from './people.ts';
import { CITIES } from './people-places.ts';
import type { SignalingNode } from './signaling-node.ts';
import type { Size } from './size.ts';

const FIRST_JOIN_MS = 1500;
const STAY_MS_MIN = 4000;

export interface CrowdWorld {
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  readonly size: Size;
  readonly signalingNodes: ReadonlyMap<string, SignalingNode>;
  readonly timing: { seated(person: Person): void };
  note(text: () => string): void;
}

export class Crowd {
  readonly people: Person[] = [];
  readonly #world: CrowdWorld;
  readonly #rng: Rng;
  readonly #inRoom = new Map<string, number>();
  stays = 0;

  constructor(world: CrowdWorld, rng: Rng) {
    this.#world = world;
    this.#rng = rng;
    const { peopleMin, joinsUntilMs } = world.size;
    const count = peopleMin + rng.int(Math.ceil(peopleMin / 5));
    for (let index = 0; index < count; index += 1) {
      this.#scheduleArrival(FIRST_JOIN_MS + rng.next() * (joinsUntilMs - FIRST_JOIN_MS));
    }
  }

  inRoom(roomKey: string): number {
    return this.#inRoom.get(roomKey) ?? 0;
  }

  scheduleJoins(overMs = 1000): void {
    const nowMs = this.#world.clock.nowMs();
    for (let index = 0; index < this.#world.size.surge; index += 1)
      this.#scheduleArrival(nowMs + this.#rng.next() * overMs);
  }

  scheduleLeaves(count: number, overMs: number): void {
    const staying = [...this.people];
    for (let left = 0; left < count && staying.length > 0; left += 1) {
      const [person] = staying.splice(this.#rng.int(staying.length), 1);
      if (person !== undefined) this.#world.clock.after(this.#rng.next() * overMs, () => this.#leave(person));
    }
  }

  seated(person: Person, nodeId: string): void {
    person.nodeId = nodeId;
    person.waitingSinceMs = undefined;
    this.#world.timing.seated(person);
    this.#world.note(() => `person ${person.index} (${person.sessionId}) sits at ${nodeId} in ${person.roomKey}`);
  }

  personOfSession(sessionId: string): Person | undefined {
    return this.people.find((person) => person.wantsSession && person.sessionId === sessionId);
  }

  /** Reconnects the people of a dead signaling node to other signaling nodes after a moment. */
  signalingNodeDied(signalingNode: SignalingNode): void {
    for (const person of [...signalingNode.people]) {
      signalingNode.people.delete(person);
      this.#world.clock.after(300 + this.#rng.next() * 1500, () => this.#comeBack(person));
    }
  }

  #scheduleArrival(atMs: number): void {
    const rng = this.#rng;
    const { clock, size } = this.#world;
    const city = CITIES[rng.int(CITIES.length)] ?? 'frankfurt';
    const person = new Person({ index: this.people.length, roomKey: `t/r${rng.int(size.rooms)}`, city, rng });
    this.people.push(person);
    const leaveAtMs = atMs + STAY_MS_MIN + rng.next() * size.stayMsMax;
    clock.after(atMs - clock.nowMs(), () => this.#enter(person));
    // A person drawn to leave in the quiet time at the end stays.
    if (leaveAtMs < size.quietFromMs) clock.after(leaveAtMs - clock.nowMs(), () => this.#leave(person));
  }

  #enter(person: Person): void {
    person.wantsSession = true;
    this.stays += 1;
    this.#inRoom.set(person.roomKey, this.inRoom(person.roomKey) + 1);
    const signalingNode = this.#signalingNode(person);
    if (signalingNode === undefined) {
      this.#world.clock.after(1000, () => this.#comeBack(person));
      return;
    }
    person.signalingId = signalingNode.spec.nodeId;
    signalingNode.enter(person);
  }

  #comeBack(person: Person): void {
    if (!person.wantsSession) return;
    const signalingNode = this.#signalingNode(person);
    if (signalingNode === undefined) {
      this.#world.clock.after(1000, () => this.#comeBack(person));
      return;
    }
    person.signalingId = signalingNode.spec.nodeId;
    if (person.isSeated) signalingNode.resume(person);
    else signalingNode.enter(person);
  }

  #leave(person: Person): void {
    if (!person.wantsSession) return;
    person.wantsSession = false;
    this.#inRoom.set(person.roomKey, this.inRoom(person.roomKey) - 1);
    this.#world.signalingNodes.get(person.signalingId)?.leave(person);
    this.#world.note(() => `person ${person.index} leaves`);
  }

  /** Returns one of two running signaling nodes, since clients try several; undefined if none runs. */
  #signalingNode(person: Person): SignalingNode | undefined {
    const signalingNodes = [...this.#world.signalingNodes.values()].filter(
      ({ process }) => process.isAlive && !process.isPaused,
    );
    return signalingNodes[(person.index + this.#rng.int(2)) % Math.max(1, signalingNodes.length)];
  }
}
