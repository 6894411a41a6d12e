// How often people are moved for a room's delay: what ADR 0019 promises, over every change of the leading centre, as
// far as the store has kept it.
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import type { Person } from '../people.ts';
import type { SimStore } from '../store.ts';
import { type Fail, type JudgedWorld, WRITTEN_MS } from './judged.ts';

/** ADR 0019's figures on purpose, and not the constants of the code that is judged by them. */
const ROOM_RESTS_MS = 60_000;
const HOUR_MS = 3_600_000;
const PER_HOUR_MAX = 4;

/** By the wall clock of the centre that began it: the only one that outlives it. */
interface Begun {
  readonly index: number; // of the person
  readonly wallMs: number;
  readonly atMs: number;
}

export class MoveRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  readonly #begun = new Map<string, Begun[]>(); // by room
  /** Of these, rooms that were empty for a moment since the last move. */
  readonly #emptied = new Set<string>();
  /** Sessions that were asked to move for a room's delay, and have not yet. */
  readonly #asked = new Set<string>();
  /** Moves for delay that were begun, and that signaling nodes have carried out. */
  begun = 0;
  made = 0;

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  /** A new centre's process. */
  watch(centre: Centre): void {
    const { moves, rooms } = centre;
    this.#asked.clear();
    const request = moves.request.bind(moves);
    moves.request = (move) => {
      if (move.lane === 'delay') this.#begin(move.roomKey, move.sessionId);
      return request(move);
    };
    const drop = rooms.drop.bind(rooms);
    rooms.drop = (roomKey) => {
      // A room that has ended begins anew, also when people came back before the centre has forgotten it.
      if (this.#emptied.has(roomKey) || !this.#seatedRooms().has(roomKey)) this.#begun.delete(roomKey);
      return drop(roomKey);
    };
  }

  /** A centre starts from this store: what was written holds, and so does what was not lost. */
  survive(store: SimStore, troubleAtMs: number): void {
    const atMs = Math.max(troubleAtMs, store.lostAtMs);
    for (const [roomKey, begun] of this.#begun) {
      const written = store.get(`room/${roomKey}`) ?? '';
      const kept = begun.filter((one) => one.atMs - WRITTEN_MS >= atMs || written.includes(String(one.wallMs)));
      this.#begun.set(roomKey, kept);
    }
  }

  /** Far more often than an empty room is given back. */
  scan(): void {
    const seated = this.#seatedRooms();
    for (const roomKey of this.#begun.keys()) if (!seated.has(roomKey)) this.#emptied.add(roomKey);
  }

  /** A signaling node has moved a person. */
  moved({ sessionId }: Person): void {
    if (this.#asked.delete(sessionId)) this.made += 1;
  }

  #seatedRooms(): ReadonlySet<string> {
    return new Set(this.#world.people.filter((one) => one.wants && one.isSeated).map(({ roomKey }) => roomKey));
  }

  #begin(roomKey: string, sessionId: string): void {
    const index = this.#world.people.find((person) => person.sessionId === sessionId)?.index;
    if (index === undefined) return;
    this.begun += 1;
    this.#asked.add(sessionId);
    const wallMs = this.#world.centreWallMs;
    const before = (this.#begun.get(roomKey) ?? []).filter((one) => wallMs - one.wallMs < HOUR_MS);
    // Several people of one site that go together begin at one moment.
    const last = before.find((one) => one.wallMs !== wallMs && wallMs - one.wallMs < ROOM_RESTS_MS);
    if (last !== undefined)
      this.#fail('room-rests', `${roomKey} moves person ${index} ${wallMs - last.wallMs} ms after ${last.index}`);
    if (before.filter((one) => one.index === index).length >= PER_HOUR_MAX)
      this.#fail('few-moves-each', `person ${index} is moved more than ${PER_HOUR_MAX} times within an hour`);
    this.#emptied.delete(roomKey);
    this.#begun.set(roomKey, [...before, { index, wallMs, atMs: this.#world.clock.nowMs() }]);
  }
}
