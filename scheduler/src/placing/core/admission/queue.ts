// Admitted joins that wait for their token, by class and then room by room: a room that has begun is finished before
// another begins, so a room that gives way at the bound has no members yet.
import { type AdmissionClass, admissionClasses } from './level.ts';

export interface LaneRequest {
  /** The caller's number of the request. */
  readonly id: number;
  readonly roomKey: string;
  readonly cls: AdmissionClass;
}
export interface Waiter {
  readonly request: LaneRequest;
  readonly sinceMs: number;
}
export interface QueuedRoom {
  cls: AdmissionClass;
  hasBegun: boolean;
  readonly waiting: Waiter[];
}

/** The lowest waiting class is served once in this many turns, so that none starves. */
const LOWEST_EVERY = 10;

export class AdmissionQueue<R extends QueuedRoom> {
  readonly #byClass = new Map(admissionClasses.map((cls) => [cls, { begun: new Set<R>(), fresh: new Set<R>() }]));
  #length = 0;
  #turnCount = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a join. A new room continues as live, with all its waiting joins, when a join of that class comes. */
  add(room: R, waiter: Waiter): void {
    if (rankOf(waiter.request.cls) < rankOf(room.cls)) {
      this.#setOf(room).delete(room);
      room.cls = waiter.request.cls;
    }
    room.waiting.push(waiter);
    this.#length += 1;
    this.#setOf(room).add(room);
  }

  next(): Waiter | undefined {
    this.#turnCount += 1;
    for (const cls of this.#turnCount % LOWEST_EVERY === 0 ? lowestFirst : admissionClasses) {
      const { begun, fresh } = this.#roomsOf(cls);
      const [room] = begun.size > 0 ? begun : fresh;
      if (room === undefined) continue;
      const firstWaiter = this.#shift(room);
      if (!room.hasBegun) {
        fresh.delete(room);
        room.hasBegun = true;
        if (room.waiting.length > 0) begun.add(room);
      }
      return firstWaiter;
    }
    return undefined;
  }

  isBehind(cls: AdmissionClass): boolean {
    return admissionClasses.slice(0, rankOf(cls) + 1).some((one) => {
      const { begun, fresh } = this.#roomsOf(one);
      return begun.size + fresh.size > 0;
    });
  }

  /** Returns the room that gives way first for this class: the last of the lowest class without members. */
  roomToGiveWay(cls: AdmissionClass): R | undefined {
    for (const candidateClass of lowestFirst) {
      const lastRoom = [...this.#roomsOf(candidateClass).fresh].at(-1);
      if (lastRoom !== undefined || candidateClass === cls) return lastRoom;
    }
    return undefined;
  }

  takeAll(room: R): Waiter[] {
    this.#setOf(room).delete(room);
    this.#length -= room.waiting.length;
    return room.waiting.splice(0);
  }

  /** Removes joins that wait since before `beforeMs`: rooms that have not begun by `giveUp`, other joins returned. */
  overdue(beforeMs: number, giveUp: (room: R) => void): Waiter[] {
    const late: Waiter[] = [];
    for (const cls of admissionClasses) {
      const { begun, fresh } = this.#roomsOf(cls);
      for (const room of fresh) if (room.waiting.some(({ sinceMs }) => sinceMs < beforeMs)) giveUp(room);
      for (const room of begun) {
        while ((room.waiting[0]?.sinceMs ?? beforeMs) < beforeMs) {
          const firstWaiter = this.#shift(room);
          if (firstWaiter !== undefined) late.push(firstWaiter);
        }
      }
    }
    return late;
  }

  #shift(room: R): Waiter | undefined {
    const firstWaiter = room.waiting.shift();
    this.#length -= 1;
    if (room.waiting.length === 0) this.#setOf(room).delete(room);
    return firstWaiter;
  }

  #setOf(room: R): Set<R> {
    const { begun, fresh } = this.#roomsOf(room.cls);
    return room.hasBegun ? begun : fresh;
  }

  #roomsOf(cls: AdmissionClass): { begun: Set<R>; fresh: Set<R> } {
    const found = this.#byClass.get(cls);
    if (found === undefined) throw new RangeError(`no such class: ${cls}`);
    return found;
  }
}

const lowestFirst = [...admissionClasses].reverse();
const rankOf = (cls: AdmissionClass): number => admissionClasses.indexOf(cls);
