// Young rooms: a room that has just begun will grow, so its node is charged for the expected participants. Otherwise a
// burst of new rooms would all go to a single host that looks empty (after Scalelite, where a young meeting counts as
// several users). Expected sessions weigh in power of two choices; no session is refused because of them.
import { assert } from '@meridian/protocol';

/** Least number of sessions that a young room counts as: a small meeting. */
export const SESSIONS_EXPECTED = 5;
/** Time for which a room is young: most participants of a meeting are there within a minute of the first. */
export const YOUNG_MS = 60_000;
/** Limit of young rooms; a room that begins beyond it expects no sessions. */
const ROOMS_MAX = 100_000;

/** Sessions still expected on a node; read only. Valid until the node is left out of `keepTallies`. */
export interface Expected {
  sessions: number;
}

interface YoungRoom {
  /** Tally of the node on which the room began, and to which its expected sessions are added. */
  readonly on: Expected;
  readonly nodeId: string;
  readonly untilMs: number;
  left: number; // expected sessions that have not come yet
}

export class YoungRooms {
  readonly #rooms = new Map<string, YoungRoom>(); // in order of their beginning, which is the order of their end
  readonly #expected = new Map<string, Expected>(); // by node

  get size(): number {
    return this.#rooms.size;
  }

  /** Returns the node's live tally, for repeated reads. */
  tallyOf(nodeId: string): Readonly<Expected> {
    return this.#expectedOn(nodeId);
  }

  /** Forgets the tallies of nodes without expected sessions outside this set. */
  keepTallies(nodeIds: ReadonlySet<string>): void {
    for (const [nodeId, { sessions }] of this.#expected) {
      // A room that has had all its expected sessions still points to its node's tally, and adds no more to it.
      if (sessions === 0 && !nodeIds.has(nodeId)) this.#expected.delete(nodeId);
    }
  }

  /** Records a placed session. `isFirst`: the room was empty before. */
  placed(roomKey: string, nodeId: string, isFirst: boolean, nowMs: number): void {
    const room = this.#rooms.get(roomKey);
    if (room !== undefined) {
      if (room.left > 0 && room.nodeId === nodeId) {
        room.left -= 1;
        add(room.on, -1);
      }
      return;
    }
    if (!isFirst || this.#rooms.size >= ROOMS_MAX) return;
    const nodeTally = this.#expectedOn(nodeId);
    this.#rooms.set(roomKey, { on: nodeTally, nodeId, untilMs: nowMs + YOUNG_MS, left: SESSIONS_EXPECTED - 1 });
    add(nodeTally, SESSIONS_EXPECTED - 1);
  }

  tick(nowMs: number): void {
    for (const [roomKey, room] of this.#rooms) {
      if (room.untilMs > nowMs) break;
      this.#rooms.delete(roomKey);
      add(room.on, -room.left);
    }
  }

  #expectedOn(nodeId: string): Expected {
    let nodeTally = this.#expected.get(nodeId);
    if (nodeTally === undefined) {
      nodeTally = { sessions: 0 };
      this.#expected.set(nodeId, nodeTally);
    }
    return nodeTally;
  }
}

function add(nodeTally: Expected, count: number): void {
  nodeTally.sessions += count;
  if (nodeTally.sessions < 0) assert(false, `${nodeTally.sessions} sessions expected on a node`);
}
