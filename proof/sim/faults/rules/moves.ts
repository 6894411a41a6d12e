// Checks how often people are moved for a room's delay (ADR 0019). The limits hold across restarts of the centre, for
// all moves that the store has not lost.
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import type { Person } from '../people.ts';
import type { SimStore } from '../store.ts';
import { type Fail, type JudgedWorld, WRITTEN_MS } from './judged-world.ts';

/** Limits of ADR 0019. The judged code has constants of its own, which a rule must not use. */
const ROOM_RESTS_MS = 60_000;
const HOUR_MS = 3_600_000;
const PER_HOUR_MAX = 4;

/** Start of a move. `wallMs` is by the centre's wall clock, its only clock that outlives a restart. */
interface BegunMove {
  readonly index: number;
  readonly wallMs: number;
  readonly atMs: number;
}

export class MoveRules {
  readonly #world: JudgedWorld;
  readonly #fail: Fail;
  readonly #begunByRoom = new Map<string, BegunMove[]>();
  /** Rooms of `#begunByRoom` that were empty for a moment since the last move. */
  readonly #emptied = new Set<string>();
  readonly #requestedSessions = new Set<string>();
  /** Number of moves for delay that were begun. `made` is the number that signaling nodes carried out. */
  begun = 0;
  made = 0;

  constructor(world: JudgedWorld, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  watch(centre: Centre): void {
    const { moves, rooms } = centre;
    this.#requestedSessions.clear();
    const request = moves.request.bind(moves);
    moves.request = (move) => {
      if (move.lane === 'delay') this.#begin(move.roomKey, move.sessionId);
      return request(move);
    };
    const drop = rooms.drop.bind(rooms);
    rooms.drop = (roomKey) => {
      // A room that was empty starts anew, also if people returned before the centre dropped it.
      if (this.#emptied.has(roomKey) || !this.#seatedRooms().has(roomKey)) this.#begunByRoom.delete(roomKey);
      return drop(roomKey);
    };
  }

  /** Call it when a centre starts from this store. Moves that the store has not lost still count. */
  survive(store: SimStore, troubleAtMs: number): void {
    const atMs = Math.max(troubleAtMs, store.lostAtMs);
    for (const [roomKey, begun] of this.#begunByRoom) {
      const written = store.get(`room/${roomKey}`) ?? '';
      const kept = begun.filter((one) => one.atMs - WRITTEN_MS >= atMs || written.includes(String(one.wallMs)));
      this.#begunByRoom.set(roomKey, kept);
    }
  }

  scan(): void {
    const seated = this.#seatedRooms();
    for (const roomKey of this.#begunByRoom.keys()) if (!seated.has(roomKey)) this.#emptied.add(roomKey);
  }

  moved({ sessionId }: Person): void {
    if (this.#requestedSessions.delete(sessionId)) this.made += 1;
  }

  #seatedRooms(): ReadonlySet<string> {
    return new Set(this.#world.people.filter((one) => one.wantsSession && one.isSeated).map(({ roomKey }) => roomKey));
  }

  #begin(roomKey: string, sessionId: string): void {
    const index = this.#world.people.find((person) => person.sessionId === sessionId)?.index;
    if (index === undefined) return;
    this.begun += 1;
    this.#requestedSessions.add(sessionId);
    const wallMs = this.#world.centreWallMs;
    const before = (this.#begunByRoom.get(roomKey) ?? []).filter((one) => wallMs - one.wallMs < HOUR_MS);
    // Moves that begin at the same moment are allowed, since people of one site move together.
    const last = before.find((one) => one.wallMs !== wallMs && wallMs - one.wallMs < ROOM_RESTS_MS);
    if (last !== undefined)
      this.#fail('room-rests', `${roomKey} moves person ${index} ${wallMs - last.wallMs} ms after ${last.index}`);
    if (before.filter((one) => one.index === index).length >= PER_HOUR_MAX)
      this.#fail('few-moves-each', `person ${index} is moved more than ${PER_HOUR_MAX} times within an hour`);
    this.#emptied.delete(roomKey);
    this.#begunByRoom.set(roomKey, [...before, { index, wallMs, atMs: this.#world.clock.nowMs() }]);
  }
}
