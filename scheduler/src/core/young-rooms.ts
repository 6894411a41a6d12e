// A room that has just begun will grow: its node is charged for who is likely to come, or a burst of new rooms all goes to one host that looks
// empty (after Scalelite, where a young meeting counts as several users). What is expected weighs in power of two choices; it refuses nobody.
import { assert } from '@meridian/protocol';

/** A young room counts as so many sessions at least … */
const SESSIONS_EXPECTED = 3;
/** … for so long: most participants of a meeting are there within a minute of the first. */
export const YOUNG_MS = 60_000;
/** Rooms that begin within that time, at most; beyond, a room expects nobody. */
const ROOMS_MAX = 100_000;

interface YoungRoom {
  readonly nodeId: string;
  readonly untilMs: number;
  left: number;
}

export class YoungRooms {
  readonly #rooms = new Map<string, YoungRoom>(); // in order of their beginning, which is the order of their end
  readonly #expected = new Map<string, number>();

  get size(): number {
    return this.#rooms.size;
  }

  /** Sessions still expected on a node. */
  expectedOn(nodeId: string): number {
    return this.#expected.get(nodeId) ?? 0;
  }

  /** Somebody was placed. `isFirst`: into a room without anybody. */
  placed(roomKey: string, nodeId: string, isFirst: boolean, nowMs: number): void {
    const room = this.#rooms.get(roomKey);
    if (room !== undefined) {
      if (room.left > 0 && room.nodeId === nodeId) {
        room.left -= 1;
        this.#add(room.nodeId, -1);
      }
      return;
    }
    if (!isFirst || this.#rooms.size >= ROOMS_MAX) return;
    this.#rooms.set(roomKey, { nodeId, untilMs: nowMs + YOUNG_MS, left: SESSIONS_EXPECTED - 1 });
    this.#add(nodeId, SESSIONS_EXPECTED - 1);
  }

  /** Forgets rooms that are young no more. */
  tick(nowMs: number): void {
    for (const [roomKey, room] of this.#rooms) {
      if (room.untilMs > nowMs) break;
      this.#rooms.delete(roomKey);
      this.#add(room.nodeId, -room.left);
    }
  }

  #add(nodeId: string, count: number): void {
    const sum = this.expectedOn(nodeId) + count;
    assert(sum >= 0, `${sum} sessions expected on ${nodeId}`);
    if (sum === 0) this.#expected.delete(nodeId);
    else this.#expected.set(nodeId, sum);
  }
}
