// Chooses the rooms to let in under overload. After DAGOR (Zhou and others, "Overload control for scaling WeChat
// microservices", SoCC 2018): every request has a priority, its class and then a hash of its room, so that all requests
// for a room are answered alike, here and at any other instance; the admitted level is found from a histogram of the
// requests; queuing time above 20 ms lowers it by 5 % a window, a good window raises it by 1 %. Two additions, because
// joins come in seconds and not in minutes: the level is computed at once, from the joins of the next second at the
// present rate; and the joins of admitted rooms are subtracted first. The hash is salted with the minute, and a lower
// class keeps a small share, so no room is last for ever.
import { hashOf } from '../../../base/core/hash.ts';

/** In the order of service. rejoin: its session was lost; live: into a running room; new: a room begins. */
export const admissionClasses = ['rejoin', 'live', 'new'] as const;
export type AdmissionClass = (typeof admissionClasses)[number];

/** Priorities of a class, as DAGOR's 128 user priorities. */
const STEPS = 128;
/** DAGOR's threshold, α and β; its window is a second. */
export const QUEUE_TARGET_MS = 20;
const TRUST_LOWERED = 0.95;
const TRUST_RAISED = 1.01;
const FEEDBACK_WINDOW_MS = 250;
/** Floor of the feedback: below it the fleet's figures are wrong, and the level alone does not help. */
const TRUST_MIN = 0.5;
/** Horizon of the estimate, half of its look-back window, and the shortest duration that a burst counts as. */
const HORIZON_S = 1;
const HALF_WINDOW_MS = 50;
const LOOK_BACK_MS_MIN = 5;
/** Number of joins in the window below which their rate is taken for chance. */
const JOINS_MIN = 12;
/** With a second's worth of tokens available, up to this multiple of the capacity may still be chance. */
const CHANCE_FACTOR = 2;
/** Share of the rest for a lower class while a higher class takes all. */
const LOWER_CLASS_SHARE = 0.05;
/** Period of a salt. WeChat uses an hour; a participant waits for a meeting for minutes only. */
const SALT_PERIOD_MS = 60_000;

interface HalfWindow {
  sinceMs: number;
  committed: number;
  readonly open: Uint32Array;
  askingCount: number;
}

export class AdmissionLevel {
  readonly #wallOffsetMs: number;
  #current: HalfWindow;
  #previous: HalfWindow;
  #queuedMs = 0;
  #served = 0;
  #feedbackAtMs: number;
  #trust = 1;
  #share = 1;

  /** `wallOffsetMs`: wall time less the time of the calls. */
  constructor(nowMs: number, wallOffsetMs: number) {
    this.#wallOffsetMs = wallOffsetMs;
    this.#current = half(nowMs);
    this.#previous = half(nowMs);
    this.#feedbackAtMs = nowMs;
  }

  /** Share of recent requests that are let in, 0 … 1. */
  get share(): number {
    return this.#share;
  }

  countCommitted(nowMs: number): void {
    this.#roll(nowMs);
    this.#current.committed += 1;
  }

  /** Counts a join of a room that is not admitted yet; returns its priority within its class. */
  countAsking(roomKey: string, cls: AdmissionClass, nowMs: number): number {
    this.#roll(nowMs);
    const priority = priorityOf(roomKey, nowMs + this.#wallOffsetMs);
    const at = admissionClasses.indexOf(cls) * STEPS + priority;
    this.#current.open[at] = (this.#current.open[at] ?? 0) + 1;
    this.#current.askingCount += 1;
    return priority;
  }

  queued(ms: number, nowMs: number): void {
    this.#queuedMs += ms;
    this.#served += 1;
    if (nowMs - this.#feedbackAtMs < FEEDBACK_WINDOW_MS) return;
    const isSlow = this.#queuedMs / this.#served > QUEUE_TARGET_MS;
    this.#trust = isSlow ? Math.max(TRUST_MIN, this.#trust * TRUST_LOWERED) : Math.min(1, this.#trust * TRUST_RAISED);
    this.#feedbackAtMs = nowMs;
    this.#queuedMs = 0;
    this.#served = 0;
  }

  /**
   * Returns the limit below which priorities are let in: all (`Infinity`), or as many as fit. `free`: joins that can be
   * taken at once; `perSecond`: the rate after that. Returning joins are let in while more than a second's worth is
   * free: a dead node sends its participants back within milliseconds, but no more than it had, which is no rate; and
   * no other class goes before them.
   */
  limit(cls: AdmissionClass, o: { free: number; perSecond: number }, nowMs: number): number {
    this.#roll(nowMs);
    const ahead = this.#horizonFactor(nowMs);
    const canTake = Math.max(0, o.free) + o.perSecond * HORIZON_S;
    const committed = (this.#current.committed + this.#previous.committed) * ahead;
    const asking = (this.#current.askingCount + this.#previous.askingCount) * ahead;
    this.#share = 1;
    if (cls === 'rejoin' && o.free > o.perSecond) return Number.POSITIVE_INFINITY;
    const seen = ahead > 0 ? (committed + asking) / ahead : 0;
    const isChance = seen < JOINS_MIN || committed + asking <= canTake * (o.free > o.perSecond ? CHANCE_FACTOR : 1);
    if (isChance) return Number.POSITIVE_INFINITY;
    const joinsLeft = Math.max(0, canTake * this.#trust - committed);
    this.#share = asking > 0 ? Math.min(1, joinsLeft / asking) : 1;
    return this.#limitOf(cls, joinsLeft / ahead);
  }

  /** Returns the joins a second that go before this priority. A burst after a pause counts as half a window. */
  joinsAhead(cls: AdmissionClass, priority: number, nowMs: number): number {
    this.#roll(nowMs);
    let count = this.#current.committed + this.#previous.committed;
    const end = admissionClasses.indexOf(cls) * STEPS + priority;
    for (let index = 0; index < end; index += 1) count += this.#at(index);
    return count * Math.min(this.#horizonFactor(nowMs), (HORIZON_S * 1000) / HALF_WINDOW_MS);
  }

  /** Factor from the joins of the window to those of the horizon. */
  #horizonFactor(nowMs: number): number {
    return HORIZON_S / (Math.max(LOOK_BACK_MS_MIN, nowMs - this.#previous.sinceMs) / 1000);
  }

  /** Returns the steps of the class that fit into `left` joins: higher classes go first, lower keep their share. */
  #limitOf(cls: AdmissionClass, left: number): number {
    let rest = left;
    for (const [index, one] of admissionClasses.entries()) {
      const lower = admissionClasses.slice(index + 1).filter((_, below) => this.#countOf(index + 1 + below) > 0);
      const classJoins = Math.max(0, rest - lower.length * LOWER_CLASS_SHARE * left);
      if (one === cls) return this.#stepsWithin(index, classJoins);
      rest -= Math.min(classJoins, this.#countOf(index));
    }
    return 0;
  }

  #stepsWithin(index: number, room: number): number {
    let below = 0;
    for (let step = 0; step < STEPS; step += 1) {
      below += this.#at(index * STEPS + step);
      if (below > room) return step;
    }
    return Number.POSITIVE_INFINITY;
  }

  #countOf(index: number): number {
    let count = 0;
    for (let step = 0; step < STEPS; step += 1) count += this.#at(index * STEPS + step);
    return count;
  }

  #at(index: number): number {
    return (this.#current.open[index] ?? 0) + (this.#previous.open[index] ?? 0);
  }

  #roll(nowMs: number): void {
    const passedMs = nowMs - this.#current.sinceMs;
    if (passedMs < HALF_WINDOW_MS) return;
    const recycledHalf = this.#previous;
    this.#previous = this.#current;
    this.#current = recycledHalf;
    if (passedMs >= 2 * HALF_WINDOW_MS) clear(this.#previous, nowMs);
    clear(this.#current, nowMs);
  }
}

const half = (sinceMs: number): HalfWindow => ({
  sinceMs,
  committed: 0,
  open: new Uint32Array(admissionClasses.length * STEPS),
  askingCount: 0,
});

/** Reuses the older half for a new one; otherwise every join would allocate two. */
function clear(half: HalfWindow, sinceMs: number): void {
  half.sinceMs = sinceMs;
  half.committed = 0;
  if (half.askingCount > 0) half.open.fill(0);
  half.askingCount = 0;
}

/** Returns 0 … 127, 0 first, from the room and the minute: the same at every instance. */
export function priorityOf(roomKey: string, wallMs: number): number {
  return hashOf(`${Math.floor(wallMs / SALT_PERIOD_MS)}|${roomKey}`) % STEPS;
}
