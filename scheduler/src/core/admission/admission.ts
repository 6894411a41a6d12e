// Admission of joins before they are placed: a lane per region (lane.ts), and who counts as coming back.
import { Eldest } from '../eldest.ts';
import { AdmissionLane, type LaneAnswer, type LaneSteps, type Turned } from './lane.ts';
import type { AdmissionClass } from './level.ts';
import type { LaneRequest } from './queue.ts';

export interface AdmissionAsk {
  readonly id: number;
  /** Of the door that asks. */
  readonly region: string;
  readonly roomKey: string;
  readonly sessionId: string;
  /** The session that this one stands in for, by the client's word; '' none. */
  readonly priorSessionId: string;
  /** Somebody owns the room, or holds it. */
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

/** Sessions let in that may come back as such: a region of a hundred thousand. */
const SESSIONS_MAX = 100_000;
/** Regions come from certificates; more are not told apart. */
const REGIONS_MAX = 1024;
const OTHER_REGION = '';

export class Admission {
  readonly #o: { rand: () => number; wallOffsetMs: number; rateOf: (region: string) => number };
  readonly #lanes = new Map<string, AdmissionLane>();
  /** Session -> room; the oldest goes. */
  readonly #sessions = new Map<string, string>();
  readonly #eldest = new Eldest(this.#sessions);

  /** `rateOf`: joins a second that a region takes, from 1. */
  constructor(o: { rand: () => number; wallOffsetMs: number; rateOf: (region: string) => number }) {
    this.#o = o;
  }

  /** The class of a request; undefined: this session was let in already, and is placed once more. */
  classOf({ roomKey, sessionId, priorSessionId, isLive }: AdmissionAsk): AdmissionClass | undefined {
    if (this.#sessions.get(sessionId) === roomKey) return undefined;
    if (priorSessionId !== '' && this.#sessions.get(priorSessionId) === roomKey) return 'rejoin';
    return isLive ? 'live' : 'new';
  }

  ask(ask: AdmissionAsk, nowMs: number, evicted: Turned[]): LaneAnswer & { readonly cls: AdmissionClass | undefined } {
    const cls = this.classOf(ask);
    if (cls === undefined) return { type: 'in', cls };
    const request: LaneRequest = { id: ask.id, roomKey: ask.roomKey, cls };
    const answer = this.#laneOf(ask.region, nowMs).ask(request, nowMs, evicted);
    return { ...answer, cls };
  }

  /** The session counts as one that may come back. */
  letIn(sessionId: string, roomKey: string): void {
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, roomKey);
    if (this.#sessions.size > SESSIONS_MAX) this.#eldest.take();
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
    return { letIn, turned };
  }

  /** When to call `advance` next; undefined while nobody waits. */
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
