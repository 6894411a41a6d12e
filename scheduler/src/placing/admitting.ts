// Gate in front of placements: joins that the pure part (core/admission) lets in pass, joins that must wait wait here,
// and the rest are refused with a retry time. The gate also computes each region's rate from its media nodes' reports,
// and shows when a region is overloaded.
import { nodeKind, partsOfRoomKey } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import { publicState } from '../fleet/core/node.ts';
import { Admission, type AdmissionClass, type AdmissionState, type RefusedJoin } from './core/admission/index.ts';

export interface AdmittingOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  fleet(): Fleet;
  isExpected(roomKey: string): boolean;
  /** Joins a second that a core of a media node takes. */
  readonly joinsPerCore: number;
}
export interface GateAsk {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly priorSessionId: string;
  readonly priorProven: boolean;
}
/** `words`: explanation for the client; '' for none. */
export type GateAnswer =
  | { readonly ok: true; readonly waitedMs: number; readonly words: string }
  | { readonly ok: false; readonly retryAfterMs: number; readonly words: string };

/** Least rate of a region, in joins a second: without own media nodes it places in others, or its fleet just starts. */
const RATE_MIN = 20;
/** A busy node takes fewer joins; at this CPU share it takes a tenth. */
const BUSY_CPU = 0.9;
const FREE_SHARE_MIN = 0.1;
/** Shorter waits are not mentioned to clients. */
const NAMED_WAIT_MS_MIN = 20;

interface Waiting {
  readonly region: string;
  readonly sessionId: string;
  readonly roomKey: string;
  readonly sinceMs: number;
  resolve(answer: GateAnswer): void;
}

export class Admitting {
  readonly #o: AdmittingOptions;
  readonly #admission: Admission;
  readonly #waiting = new Map<number, Waiting>(); // bounded by the lanes' queues
  readonly #strained = new Set<string>();
  #nextId = 1;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(o: AdmittingOptions) {
    this.#o = o;
    this.#admission = new Admission({
      rand: () => o.rng.next(),
      wallOffsetMs: o.clock.wallMs() - o.clock.nowMs(),
      rateOf: (region) => this.#rateOf(region),
    });
  }

  /** Answers when it is the join's turn, within `admissionWaitMsMax`; never rejects. An invalid room key passes. */
  enter(ask: GateAsk, signalingId: string): Promise<GateAnswer> | GateAnswer {
    const { clock, metrics } = this.#o;
    const fleet = this.#o.fleet();
    const { roomKey, sessionId } = ask;
    const priorSessionId = ask.priorProven ? ask.priorSessionId : '';
    const isLive = this.#o.isExpected(roomKey) || fleet.isHeld(roomKey, nodeKind.media);
    // A room that has an owner or a holder was checked when it came.
    if (this.#isClosed || (!isLive && partsOfRoomKey(roomKey) === undefined)) return admittedAtOnce;
    const nowMs = clock.nowMs();
    const region = fleet.get(signalingId)?.description.region ?? '';
    const id = this.#nextId++;
    const evicted: RefusedJoin[] = [];
    const answer = this.#admission.ask({ id, region, roomKey, sessionId, priorSessionId, isLive }, nowMs, evicted);
    for (const turned of evicted) this.#turnAway(turned);
    if (answer.type === 'in') {
      if (answer.cls !== undefined) this.#count(answer.cls, 'in');
      this.#admission.noteAdmitted(sessionId, roomKey);
      return admittedAtOnce;
    }
    if (answer.type === 'turned') {
      this.#count(answer.turned.cls, answer.turned.why);
      return this.#refusal(region, answer.turned);
    }
    return new Promise((resolve) => {
      this.#waiting.set(id, { region, sessionId, roomKey, sinceMs: nowMs, resolve });
      metrics.admissionWaiting.set(this.#waiting.size);
      this.#arm();
    });
  }

  /** Updates the rates and metrics of regions once a second, and logs when a region becomes overloaded or recovers. */
  update(): void {
    const { clock, metrics, log } = this.#o;
    const nowMs = clock.nowMs();
    this.#admission.setRates(nowMs);
    if (this.#waiting.size === 0) this.#advance(); // strain also ends without new joins
    metrics.admissionLevel.reset();
    for (const state of this.#admission.states(nowMs)) {
      const { region, perSecond, waiting, levelShare, strainedForMs } = state;
      metrics.admissionLevel.set({ region }, strainedForMs > 0 ? levelShare : 1);
      metrics.admissionRate.set({ region }, perSecond);
      if (strainedForMs > 0 && !this.#strained.has(region)) {
        this.#strained.add(region);
        log.warn(
          { region, perSecond, waiting, levelShare },
          'region overloaded: joins wait or are turned away by room',
        );
      } else if (strainedForMs === 0 && this.#strained.delete(region)) {
        log.info({ region, perSecond }, 'region takes every join again');
      }
    }
  }

  states(): AdmissionState[] {
    return this.#admission.states(this.#o.clock.nowMs());
  }

  /** Lets waiting joins pass: the placement itself reports the end of the service. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    for (const waiting of this.#waiting.values()) waiting.resolve(admittedAtOnce);
    this.#waiting.clear();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    const dueInMs = this.#admission.dueInMs(this.#o.clock.nowMs());
    if (dueInMs === undefined) return;
    this.#timer = this.#o.clock.after(Math.max(1, dueInMs), () => {
      this.#timer = undefined;
      this.#advance();
      this.#arm();
    });
  }

  #advance(): void {
    const { clock, metrics } = this.#o;
    const nowMs = clock.nowMs();
    const { letIn, turned } = this.#admission.advance(nowMs);
    for (const { id, cls } of letIn) {
      const waiting = this.#removeWaiting(id);
      if (waiting === undefined) continue;
      const waitedMs = nowMs - waiting.sinceMs;
      this.#count(cls, 'waited');
      metrics.admissionQueueMs.observe(waitedMs);
      this.#admission.noteAdmitted(waiting.sessionId, waiting.roomKey);
      waiting.resolve({ ok: true, waitedMs, words: wordsOfWait(waiting.region, waitedMs) });
    }
    for (const refused of turned) this.#turnAway(refused);
    metrics.admissionWaiting.set(this.#waiting.size);
  }

  #turnAway(turned: RefusedJoin): void {
    this.#count(turned.cls, turned.why === 'waited' ? 'tooLong' : turned.why);
    const waiting = this.#removeWaiting(turned.id);
    waiting?.resolve(this.#refusal(waiting.region, turned));
  }

  #removeWaiting(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #refusal(region: string, { cls, retryAfterMs }: RefusedJoin): GateAnswer {
    const perSecond = Math.round(this.#rateOf(region));
    const words = `overloaded: more joins than the ${perSecond} a second that region ${region} takes; this room is turned away for now (${cls})`;
    return { ok: false, retryAfterMs, words };
  }

  #count(cls: AdmissionClass, outcome: string): void {
    this.#o.metrics.admissions.inc(cls, outcome);
  }

  /** Sums the cores of the region's serving media nodes less their CPU load; without any, the whole fleet's. */
  #rateOf(region: string): number {
    const { joinsPerCore } = this.#o;
    let ownRegionCores = 0;
    let allCores = 0;
    for (const node of this.#o.fleet().list()) {
      if (node.description.kind !== nodeKind.media || publicState(node) !== 'alive') continue;
      const free = Math.min(1, Math.max(FREE_SHARE_MIN, (BUSY_CPU - node.load.cpu) / BUSY_CPU));
      const rate = node.description.capacity.cpuCores * joinsPerCore * free;
      allCores += rate;
      if (node.description.region === region) ownRegionCores += rate;
    }
    return Math.max(RATE_MIN, ownRegionCores > 0 ? ownRegionCores : allCores);
  }
}

const admittedAtOnce: GateAnswer = { ok: true, waitedMs: 0, words: '' };
const wordsOfWait = (region: string, waitedMs: number): string =>
  waitedMs > NAMED_WAIT_MS_MIN
    ? `waited ${Math.round(waitedMs)} ms for its turn: region ${region} has more joins than it takes at once`
    : '';
