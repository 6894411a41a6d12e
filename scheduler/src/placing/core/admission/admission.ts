// Admission of joins before they are placed: a lane per region (lane.ts), and which joins count as returns: those that
// show a signaling node the receipt of a lost session, so often and not more.
import { FifoEvictor } from '../../../base/core/fifo-evictor.ts';
import { AdmissionLane, type LaneAnswer, type LaneSteps, type Turned } from './lane.ts';
import type { AdmissionClass } from './level.ts';
import type { LaneRequest } from './queue.ts';

export interface AdmissionAsk {
  readonly id: number;
  /** Of the signaling node that asks. */
  readonly region: string;
  readonly roomKey: string;
  readonly sessionId: string;
  /** The session that this one stands in for, which a signaling node has seen the receipt of; '' none. */
  readonly priorSessionId: string;
  /** The room has an owner, or nodes that hold it. */
  readonly isLive: boolean;
}
export interface AdmissionState {
  readonly region: string;
  readonly perSecond: number;
  readonly waiting: number;
  /** 0 … 1: priorities that are let in. */
  readonly levelShare: number;
  readonly strainedForMs: number;
}

/**
 * Sessions let in that may be placed once more, and those that have been returned from: a region of a hundred thousand.
 */
const SESSIONS_MAX = 100_000;
/**
 * So often one session may be returned from with priority: once, and twice more for a join that was let in and found no
 * place, or no node that took it.
 */
export const RETURNS_MAX = 3;
/** Regions come from certificates; beyond, they share a lane. */
const REGIONS_MAX = 1024;
const OTHER_REGION = '';

export class Admission {
  readonly #o: { rand: () => number; wallOffsetMs: number; rateOf: (region: string) => number };
  readonly #lanes = new Map<string, AdmissionLane>();
  /** Session -> room; the oldest goes. */
  readonly #sessions = new Map<string, string>();
  readonly #evictor = new FifoEvictor(this.#sessions);
  /** Session that was lost -> how many joins were let in for it, or wait to be; the oldest entry goes. */
  readonly #returns = new Map<string, number>();
  readonly #returnEvictor = new FifoEvictor(this.#returns);
  /** Returning joins that wait: request -> the session that was lost. Bounded by the lanes' queues. */
  readonly #returning = new Map<number, string>();

  /** `rateOf`: joins a second that a region takes, from 1. */
  constructor(o: { rand: () => number; wallOffsetMs: number; rateOf: (region: string) => number }) {
    this.#o = o;
  }

  /** The class of a request; undefined: this session was let in already, and is placed once more. */
  classOf({ roomKey, sessionId, priorSessionId, isLive }: AdmissionAsk): AdmissionClass | undefined {
    if (this.#sessions.get(sessionId) === roomKey) return undefined;
    if (priorSessionId !== '' && (this.#returns.get(priorSessionId) ?? 0) < RETURNS_MAX) return 'rejoin';
    return isLive ? 'live' : 'new';
  }

  ask(ask: AdmissionAsk, nowMs: number, evicted: Turned[]): LaneAnswer & { readonly cls: AdmissionClass | undefined } {
    const cls = this.classOf(ask);
    if (cls === undefined) return { type: 'in', cls };
    const request: LaneRequest = { id: ask.id, roomKey: ask.roomKey, cls };
    const answer = this.#laneOf(ask.region, nowMs).ask(request, nowMs, evicted);
    for (const { id } of evicted) this.#takeBackReturn(id);
    if (cls === 'rejoin' && answer.type !== 'turned') this.#countReturn(ask.priorSessionId);
    if (cls === 'rejoin' && answer.type === 'wait') this.#returning.set(ask.id, ask.priorSessionId);
    return { ...answer, cls };
  }

  /** The session is not asked again when it is placed once more. */
  letIn(sessionId: string, roomKey: string): void {
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, roomKey);
    if (this.#sessions.size > SESSIONS_MAX) this.#evictor.takeOldest();
  }

  /** Serves all regions by the time that has passed. */
  advance(nowMs: number): LaneSteps {
    const letIn: LaneRequest[] = [];
    const turned: Turned[] = [];
    for (const lane of this.#lanes.values()) {
      const steps = lane.advance(nowMs);
      letIn.push(...steps.letIn);
      turned.push(...steps.turned);
    }
    for (const { id } of letIn) this.#returning.delete(id);
    for (const { id } of turned) this.#takeBackReturn(id);
    return { letIn, turned };
  }

  /** When to call `advance` next; undefined while no join waits. */
  dueInMs(nowMs: number): number | undefined {
    const dues = [...this.#lanes.values()].map((lane) => lane.dueInMs(nowMs)).filter((due) => due !== undefined);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  /** The fleet has changed. */
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
    const before = this.#returns.get(priorSessionId) ?? 0;
    this.#returns.delete(priorSessionId);
    this.#returns.set(priorSessionId, before + 1);
    if (this.#returns.size > SESSIONS_MAX) this.#returnEvictor.takeOldest();
  }

  /** A join that waited to return is turned away: that was no return. */
  #takeBackReturn(id: number): void {
    const priorSessionId = this.#returning.get(id);
    if (priorSessionId === undefined) return;
    this.#returning.delete(id);
    const returns = (this.#returns.get(priorSessionId) ?? 0) - 1;
    if (returns > 0) this.#returns.set(priorSessionId, returns);
    else this.#returns.delete(priorSessionId);
  }

  #laneOf(region: string, nowMs: number): AdmissionLane {
    const known = this.#lanes.get(region);
    if (known !== undefined) return known;
    if (this.#lanes.size >= REGIONS_MAX && region !== OTHER_REGION) return this.#laneOf(OTHER_REGION, nowMs);
    const { rand, wallOffsetMs, rateOf } = this.#o;
    const lane = new AdmissionLane({ perSecond: rateOf(region), nowMs, rand, wallOffsetMs });
    this.#lanes.set(region, lane);
    return lane;
  }
}
