// Admission of a region: a token bucket of joins, rooms that are let in or turned away as a whole, and a short queue
// for admitted joins that must wait. The first join of a room decides for the room (level.ts): all joins of an admitted
// room are let in or wait, and all joins of a room turned away are turned away until the same moment.
import { limits } from '@meridian/protocol';
import { FifoEvictor } from '../../../base/core/fifo-evictor.ts';
import { type AdmissionClass, AdmissionLevel, QUEUE_TARGET_MS } from './level.ts';
import { AdmissionQueue, type LaneRequest, type QueuedRoom } from './queue.ts';

/**
 * Reason for which a join is refused. `level`: its priority is above the admitted level; `room`: its room was turned
 * away before; `queue`: too many wait; `waited`: it waited too long.
 */
export type RefusalCause = 'level' | 'room' | 'queue' | 'waited';
export interface RefusedJoin {
  readonly id: number;
  readonly roomKey: string;
  readonly cls: AdmissionClass;
  readonly retryAfterMs: number;
  readonly why: RefusalCause;
}
/** Answer to a join: `in`: admitted now; `wait`: admitted, and queued for its token; `turned`: turned away. */
export type LaneAnswer =
  | { readonly type: 'in' }
  | { readonly type: 'wait' }
  | { readonly type: 'turned'; readonly turned: RefusedJoin };
export interface LaneSteps {
  readonly letIn: readonly LaneRequest[];
  readonly turned: readonly RefusedJoin[];
}

export const admissionBounds = {
  /** Size of the bucket, in seconds of its rate. */
  burstS: 2,
  /** Longest wait of a join, so that an answer comes before the signaling node gives up. */
  waitMsMax: limits.admissionWaitMsMax,
  /** Limit of waiting joins in a region: memory, and the time to find the join that gives way. */
  queueMax: 5000,
  /** Time after its last join for which an admitted room is remembered. */
  roomInMs: 5000,
  /** Limit of remembered verdicts on rooms of a region; the oldest goes, and its room is judged anew. */
  roomsMax: 20_000,
  /** First retry time, doubled for every ten seconds of overload. */
  retryMs: 1000,
  retryMsMax: 20_000,
  retryJitterMs: 1000,
  /** A retry comes a little early, so that the bucket does not overflow meanwhile. */
  retryAheadShare: 0.7,
  retryDoublesEveryMs: 10_000,
} as const;
/** Prefix of the room key of returning joins, which are judged apart; no tenant's name contains it. */
const REJOIN_PREFIX = '|';
const SWEEP_MS = 50;

interface Room extends QueuedRoom {
  readonly key: string;
  isIn: boolean;
  untilMs: number;
}

export class AdmissionLane {
  readonly level: AdmissionLevel;
  readonly #rand: () => number;
  readonly #rooms = new Map<string, Room>();
  readonly #evictor = new FifoEvictor(this.#rooms);
  readonly #queue = new AdmissionQueue<Room>();
  #perSecond: number;
  #tokens: number;
  #refilledAtMs: number;
  #sweptMs: number;
  #strainedSinceMs: number | undefined;
  #strainedAtMs = Number.NEGATIVE_INFINITY;

  /** `rand` returns 0 ≤ x < 1. */
  constructor(o: { perSecond: number; nowMs: number; rand: () => number; wallOffsetMs: number }) {
    this.level = new AdmissionLevel(o.nowMs, o.wallOffsetMs);
    this.#rand = o.rand;
    this.#perSecond = o.perSecond;
    this.#refilledAtMs = o.nowMs;
    this.#sweptMs = o.nowMs;
    this.#tokens = this.#burst;
  }

  get waiting(): number {
    return this.#queue.length;
  }
  get perSecond(): number {
    return this.#perSecond;
  }
  /** Start of the time in which joins are turned away or wait too long; undefined without strain. */
  get strainedSinceMs(): number | undefined {
    return this.#strainedSinceMs;
  }

  setRate(perSecond: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, this.#burst);
  }

  /** Judges a join. `evicted` gets the joins of a room that had to give way. */
  ask(request: LaneRequest, nowMs: number, evicted: RefusedJoin[]): LaneAnswer {
    this.#refill(nowMs);
    const key = request.cls === 'rejoin' ? `${REJOIN_PREFIX}${request.roomKey}` : request.roomKey;
    const knownRoom = this.#rooms.get(key);
    const isOver = knownRoom !== undefined && knownRoom.untilMs <= nowMs && knownRoom.waiting.length === 0;
    const room = knownRoom === undefined || isOver ? this.#judge(key, request, nowMs) : knownRoom;
    if (!room.isIn) {
      if (room === knownRoom) this.level.countAsking(request.roomKey, request.cls, nowMs);
      return this.#refused(request, room.untilMs - nowMs, room === knownRoom ? 'room' : 'level');
    }
    this.level.countCommitted(nowMs);
    return this.#join(room, request, nowMs, evicted);
  }

  /** Serves waiting joins with the present tokens, and turns away those that have waited too long. */
  advance(nowMs: number): LaneSteps {
    this.#refill(nowMs);
    const turned = this.#overdue(nowMs);
    const letIn: LaneRequest[] = [];
    while (this.#tokens >= 1) {
      const next = this.#queue.next();
      if (next === undefined) break;
      const waitedMs = nowMs - next.sinceMs;
      if (waitedMs > QUEUE_TARGET_MS) this.#noteStrain(nowMs);
      this.level.queued(waitedMs, nowMs);
      this.#tokens -= 1;
      letIn.push(next.request);
    }
    if (nowMs - this.#strainedAtMs > admissionBounds.roomInMs) this.#strainedSinceMs = undefined;
    return { letIn, turned };
  }

  /** Returns the time until the next `advance`; undefined while no join waits. */
  dueInMs(nowMs: number): number | undefined {
    if (this.#queue.length === 0) return undefined;
    const tokens = this.#tokens + (Math.max(0, nowMs - this.#refilledAtMs) * this.#perSecond) / 1000;
    return tokens >= 1 ? 0 : Math.min(SWEEP_MS, ((1 - tokens) * 1000) / this.#perSecond);
  }

  #judge(key: string, { roomKey, cls }: LaneRequest, nowMs: number): Room {
    const priority = this.level.countAsking(roomKey, cls, nowMs);
    const free = this.#tokens - this.#queue.length;
    const isIn = priority < this.level.limit(cls, { free, perSecond: this.#perSecond }, nowMs);
    if (!isIn) this.#noteStrain(nowMs);
    const aheadMs = isIn ? 0 : (this.level.joinsAhead(cls, priority, nowMs) * 1000) / this.#perSecond;
    const untilMs = nowMs + (isIn ? admissionBounds.roomInMs : this.#retryMs(nowMs, aheadMs));
    const room: Room = { key, cls, isIn, hasBegun: false, untilMs, waiting: [] };
    this.#rooms.delete(key);
    this.#rooms.set(key, room);
    if (this.#rooms.size > admissionBounds.roomsMax) this.#forgetOldest();
    return room;
  }

  /** Forgets the oldest room without waiting joins; older rooms with waiting joins count as newly judged. */
  #forgetOldest(): void {
    for (let roomsLeft = this.#rooms.size; roomsLeft > 0; roomsLeft -= 1) {
      const room = this.#evictor.takeOldestEntry()?.[1];
      if (room === undefined || room.waiting.length === 0) return;
      this.#rooms.set(room.key, room);
    }
  }

  #join(room: Room, request: LaneRequest, nowMs: number, evicted: RefusedJoin[]): LaneAnswer {
    room.untilMs = nowMs + admissionBounds.roomInMs;
    if (this.#tokens >= 1 && !this.#queue.isBehind(request.cls)) {
      this.#tokens -= 1;
      room.hasBegun ||= room.waiting.length === 0;
      this.level.queued(0, nowMs);
      return { type: 'in' };
    }
    if (this.#queue.length >= this.#queueMax) {
      this.#noteStrain(nowMs);
      const victim = room.hasBegun ? this.#queue.roomToGiveWay(request.cls) : room;
      if (victim !== undefined) this.#giveUp(victim, 'queue', nowMs, evicted);
      if (victim === undefined || victim === room) return this.#refused(request, this.#retryMs(nowMs), 'queue');
    }
    this.#queue.add(room, { request, sinceMs: nowMs });
    return { type: 'wait' };
  }

  #overdue(nowMs: number): RefusedJoin[] {
    const turned: RefusedJoin[] = [];
    if (this.#queue.length === 0 || nowMs - this.#sweptMs < SWEEP_MS) return turned;
    this.#sweptMs = nowMs;
    const late = this.#queue.overdue(nowMs - admissionBounds.waitMsMax, (room) =>
      this.#giveUp(room, 'waited', nowMs, turned),
    );
    for (const { request } of late) turned.push(this.#turned(request, this.#retryMs(nowMs), 'waited'));
    return turned;
  }

  #giveUp(room: Room, why: RefusalCause, nowMs: number, turned: RefusedJoin[]): void {
    const retryMs = this.#retryMs(nowMs);
    for (const { request } of this.#queue.takeAll(room)) turned.push(this.#turned(request, retryMs, why));
    room.isIn = false;
    room.untilMs = nowMs + retryMs;
  }

  get #burst(): number {
    return Math.max(1, this.#perSecond * admissionBounds.burstS);
  }
  /** The number of joins that are served within the longest wait, whatever the rate. */
  get #queueMax(): number {
    const served = (this.#perSecond * admissionBounds.waitMsMax) / 1000;
    return Math.min(admissionBounds.queueMax, Math.max(1, Math.floor(served)));
  }

  #refill(nowMs: number): void {
    const passedS = Math.max(0, nowMs - this.#refilledAtMs) / 1000;
    this.#refilledAtMs = Math.max(this.#refilledAtMs, nowMs);
    this.#tokens = Math.min(this.#burst, this.#tokens + passedS * this.#perSecond);
  }

  #noteStrain(nowMs: number): void {
    this.#strainedAtMs = nowMs;
    this.#strainedSinceMs ??= nowMs;
  }

  /** Returns the time until earlier joins (`aheadMs` of work) are in; a lasting strain raises it. */
  #retryMs(nowMs: number, aheadMs = 0): number {
    const { retryMs, retryMsMax, retryDoublesEveryMs, retryAheadShare } = admissionBounds;
    this.#noteStrain(nowMs);
    const doublings = (nowMs - (this.#strainedSinceMs ?? nowMs)) / retryDoublesEveryMs;
    return Math.min(retryMsMax, Math.max(retryMs * 2 ** doublings, aheadMs * retryAheadShare));
  }

  #refused(request: LaneRequest, retryMs: number, why: RefusalCause): LaneAnswer {
    return { type: 'turned', turned: this.#turned(request, retryMs, why) };
  }

  /** Turns a join away until the room's verdict ends, plus up to a second, so that joins do not return at once. */
  #turned({ id, roomKey, cls }: LaneRequest, retryMs: number, why: RefusalCause): RefusedJoin {
    return {
      id,
      roomKey,
      cls,
      retryAfterMs: Math.ceil(Math.max(retryMs, 1) + this.#rand() * admissionBounds.retryJitterMs),
      why,
    };
  }
}
