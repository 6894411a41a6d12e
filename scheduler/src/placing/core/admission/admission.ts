// Admission of joins before placement: a lane per region (lane.ts), and the joins that count as returns: those that
// show a signaling node the receipt of a lost session, up to RETURNS_MAX times.
import { FifoEvictor } from '../../../base/core/fifo-evictor.ts';
import { AdmissionLane, type LaneAnswer, type LaneSteps, type RefusedJoin } from './lane.ts';
import type { AdmissionClass } from './level.ts';
import type { LaneRequest } from './queue.ts';

export interface AdmissionAsk {
  readonly id: number;
  readonly region: string;
  readonly roomKey: string;
  readonly sessionId: string;
  /** Lost session that this session replaces, whose receipt a signaling node has verified; '' for none. */
  readonly priorSessionId: string;
  readonly isLive: boolean;
}
export interface AdmissionState {
  readonly region: string;
  readonly perSecond: number;
  readonly waiting: number;
  /** Share of priorities that are let in, 0 … 1. */
  readonly levelShare: number;
  readonly strainedForMs: number;
}

/** Bound of remembered sessions and returns: a region of a hundred thousand. */
const SESSIONS_MAX = 100_000;
/** Joins for a lost session that count as returns: the first, and two more if it was not placed or not accepted. */
export const RETURNS_MAX = 3;
/** Regions come from certificates; regions beyond the limit share a lane. */
const REGIONS_MAX = 1024;
const OTHER_REGION = '';

export class Admission {
  readonly #o: { rand: () => number; wallOffsetMs: number; rateOf: (region: string) => number };
  readonly #lanes = new Map<string, AdmissionLane>();
  /** Room by admitted session; the oldest entry goes. */
  readonly #sessions = new Map<string, string>();
  readonly #evictor = new FifoEvictor(this.#sessions);
  /** Number of joins admitted or waiting for a lost session; the oldest entry goes. */
  readonly #returns = new Map<string, number>();
  readonly #returnEvictor = new FifoEvictor(this.#returns);
  /** Lost session by request id of each waiting return. Bounded by the lanes' queues. */
  readonly #returning = new Map<number, string>();

  /** `rateOf`: joins a second that a region takes, from 1. */
  constructor(o: { rand: () => number; wallOffsetMs: number; rateOf: (region: string) => number }) {
    this.#o = o;
  }

  /** Returns the class of a request; undefined: this session was let in already, and is placed again. */
  classOf({ roomKey, sessionId, priorSessionId, isLive }: AdmissionAsk): AdmissionClass | undefined {
    if (this.#sessions.get(sessionId) === roomKey) return undefined;
    if (priorSessionId !== '' && (this.#returns.get(priorSessionId) ?? 0) < RETURNS_MAX) return 'rejoin';
    return isLive ? 'live' : 'new';
  }

  ask(
    ask: AdmissionAsk,
    nowMs: number,
    evicted: RefusedJoin[],
  ): LaneAnswer & { readonly cls: AdmissionClass | undefined } {
    const cls = this.classOf(ask);
    if (cls === undefined) return { type: 'in', cls };
    const request: LaneRequest = { id: ask.id, roomKey: ask.roomKey, cls };
    const answer = this.#laneOf(ask.region, nowMs).ask(request, nowMs, evicted);
    for (const { id } of evicted) this.#takeBackReturn(id);
    if (cls === 'rejoin' && answer.type !== 'turned') this.#countReturn(ask.priorSessionId);
    if (cls === 'rejoin' && answer.type === 'wait') this.#returning.set(ask.id, ask.priorSessionId);
    return { ...answer, cls };
  }

  noteAdmitted(sessionId: string, roomKey: string): void {
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, roomKey);
    if (this.#sessions.size > SESSIONS_MAX) this.#evictor.takeOldest();
  }

  advance(nowMs: number): LaneSteps {
    const letIn: LaneRequest[] = [];
    const turned: RefusedJoin[] = [];
    for (const lane of this.#lanes.values()) {
      const steps = lane.advance(nowMs);
      letIn.push(...steps.letIn);
      turned.push(...steps.turned);
    }
    for (const { id } of letIn) this.#returning.delete(id);
    for (const { id } of turned) this.#takeBackReturn(id);
    return { letIn, turned };
  }

  /** Returns the time until the next `advance`; undefined while no join waits. */
  dueInMs(nowMs: number): number | undefined {
    const dues = [...this.#lanes.values()].map((lane) => lane.dueInMs(nowMs)).filter((due) => due !== undefined);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  setRates(nowMs: number): void {
    for (const [region, lane] of this.#lanes) lane.setRate(this.#o.rateOf(region), nowMs);
  }

  states(nowMs: number): AdmissionState[] {
    return [...this.#lanes].map(([region, lane]) => ({
      region,
      perSecond: lane.perSecond,
      waiting: lane.waiting,
      levelShare: lane.level.share,
      strainedForMs: lane.strainedSinceMs === undefined ? 0 : nowMs - lane.strainedSinceMs,
    }));
  }

  #countReturn(priorSessionId: string): void {
    const earlierReturns = this.#returns.get(priorSessionId) ?? 0;
    this.#returns.delete(priorSessionId);
    this.#returns.set(priorSessionId, earlierReturns + 1);
    if (this.#returns.size > SESSIONS_MAX) this.#returnEvictor.takeOldest();
  }

  /** A waiting return that is turned away does not count as a return. */
  #takeBackReturn(id: number): void {
    const priorSessionId = this.#returning.get(id);
    if (priorSessionId === undefined) return;
    this.#returning.delete(id);
    const returns = (this.#returns.get(priorSessionId) ?? 0) - 1;
    if (returns > 0) this.#returns.set(priorSessionId, returns);
    else this.#returns.delete(priorSessionId);
  }

  #laneOf(region: string, nowMs: number): AdmissionLane {
    const knownLane = this.#lanes.get(region);
    if (knownLane !== undefined) return knownLane;
    if (this.#lanes.size >= REGIONS_MAX && region !== OTHER_REGION) return this.#laneOf(OTHER_REGION, nowMs);
    const { rand, wallOffsetMs, rateOf } = this.#o;
    const lane = new AdmissionLane({ perSecond: rateOf(region), nowMs, rand, wallOffsetMs });
    this.#lanes.set(region, lane);
    return lane;
  }
}
