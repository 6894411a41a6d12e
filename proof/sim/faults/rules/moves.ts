// Checks how often people are moved for a room's delay, by ADR 0019, over every change of the leading centre, as far as
// the store has kept the moves.
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import type { Person } from '../people.ts';
import type { SimStore } from '../store.ts';
import { type Fail, type JudgedWorld, WRITTEN_MS } from './judged.ts';

/** Figures of ADR 0019, deliberately not the constants of the judged code. */
const ROOM_RESTS_MS = 60_000;
const HOUR_MS = 3_600_000;
const PER_HOUR_MAX = 4;

/** Begin of a move. `wallMs` is by the wall clock of the centre that began it: no other clock outlives the centre. */
interface Begun {
  readonly index: number;
  readonly wallMs: number;
  readonly atMs: number;
}

export class MoveRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  readonly #begun = new Map<string, Begun[]>();
  /** Rooms of `#begun` that were empty for a moment since the last move. */
  readonly #emptied = new Set<string>();
  readonly #asked = new Set<string>();
  /** Number of moves for delay that were begun; `made`: number that signaling nodes carried out. */
  begun = 0;
  made = 0;

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

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
      // An ended room begins anew, even when people returned before the centre has forgotten it.
      if (this.#emptied.has(roomKey) || !this.#seatedRooms().has(roomKey)) this.#begun.delete(roomKey);
      return drop(roomKey);
    };
  }

  /** Notes that a centre starts from this store: moves that were written and not lost still count. */
  survive(store: SimStore, troubleAtMs: number): void {
    const atMs = Math.max(troubleAtMs, store.lostAtMs);
    for (const [roomKey, begun] of this.#begun) {
      const written = store.get(`room/${roomKey}`) ?? '';
      const kept = begun.filter((one) => one.atMs - WRITTEN_MS >= atMs || written.includes(String(one.wallMs)));
      this.#begun.set(roomKey, kept);
    }
  }

  scan(): void {
    const seated = this.#seatedRooms();
    for (const roomKey of this.#begun.keys()) if (!seated.has(roomKey)) this.#emptied.add(roomKey);
  }

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
    // Several people of one site who move together begin at one moment.
    const last = before.find((one) => one.wallMs !== wallMs && wallMs - one.wallMs < ROOM_RESTS_MS);
    if (last !== undefined)
      this.#fail('room-rests', `${roomKey} moves person ${index} ${wallMs - last.wallMs} ms after ${last.index}`);
    if (before.filter((one) => one.index === index).length >= PER_HOUR_MAX)
      this.#fail('few-moves-each', `person ${index} is moved more than ${PER_HOUR_MAX} times within an hour`);
    this.#emptied.delete(roomKey);
    this.#begun.set(roomKey, [...before, { index, wallMs, atMs: this.#world.clock.nowMs() }]);
  }
}
