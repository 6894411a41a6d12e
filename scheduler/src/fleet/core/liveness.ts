// Whether a node lives, judged from when its reports come in: the phi accrual failure detector (Hayashibara, Défago,
// Yared, Katayama: The φ Accrual Failure Detector, SRDS 2004) with a floor and a cap for each of two thresholds, and
// what other machines say of its machine.
// Case 1, late: suspect, gets no new sessions.
// Case 2, silent, and no machine that probes it reaches it: dead soon.
// Case 3, silent, but others reach its machine: it is cut off from us only, and dead much later.
// Case 4, silent, and no machine reports on it: dead after limits.deadAfterMs, or later when its reports come
// irregularly.
// Case 5, its process has ended (its machine's kernel closed the link) and does not come back.
// No clock: times are arguments, of the centre's own monotonic clock.
import { limits } from '@meridian/protocol';

/** What the machines that probe a machine say of it. */
export type Reachability = 'reachable' | 'unreachable' | 'unknown';

/** phi 3: one report in a thousand comes later than this. */
export const SUSPECT_PHI = 3;
/** phi 8: one in a hundred million, a report a second for three years. */
export const DEAD_PHI = 8;
/** Two reports missing: no pattern of arrivals makes a node suspect earlier. */
export const SUSPECT_MIN_MS = 2000;
/**
 * With the reports of other machines: no earlier, because their figures are a second old; no later, so that a death is
 * known within 3 s.
 */
export const UNREACHABLE_DEAD_MIN_MS = 2000;
export const UNREACHABLE_DEAD_MAX_MS = 2700;
/** Without them: however irregular its reports are. */
export const DEAD_MAX_MS = 15_000;
/**
 * Others reach its machine: its media goes on, and it dials us again every second. Longer than any cut that heals by
 * itself.
 */
export const REACHABLE_DEAD_MS = 30_000;
/**
 * Its kernel said that the process ended. One that lives dials again within `limits.centreBackoffMs` and a lost SYN's
 * second.
 */
export const GONE_DEAD_MS = 2500;

/** Gaps that count: the estimate is exponentially weighted, a gap's weight halves after about 22 newer ones. */
const WEIGHT = 1 / 32;
/** Before it a mean says nothing: the caps alone decide. */
const GAPS_MIN = 8;
/** A retransmission that waits for its timer (Linux: 200 ms) is nothing unusual. */
const DEVIATION_MIN_MS = 200;

/**
 * Mean and deviation of the gaps between a node's reports. The paper keeps the last 1,000 gaps; this keeps two numbers.
 */
export class Arrivals {
  #lastMs: number | undefined;
  #meanMs: number = limits.reportIntervalMs;
  #variance = 0;
  #gaps = 0;

  /** A report came in. */
  heard(nowMs: number): void {
    if (this.#lastMs !== undefined) {
      const off = nowMs - this.#lastMs - this.#meanMs;
      this.#meanMs += WEIGHT * off;
      this.#variance = (1 - WEIGHT) * (this.#variance + WEIGHT * off * off);
      this.#gaps += 1;
    }
    this.#lastMs = nowMs;
  }

  /** The node was away, or we were: the next gap is none. */
  pause(): void {
    this.#lastMs = undefined;
  }

  /** −log10 of the chance that a living node is silent for longer; undefined before there is a pattern. */
  phi(silentMs: number): number | undefined {
    if (this.#gaps < GAPS_MIN) return undefined;
    return phiOf(silentMs, this.#meanMs, Math.max(DEVIATION_MIN_MS, Math.sqrt(this.#variance)));
  }
}

/**
 * phi of a silence under a normal distribution of gaps. The tail is the logistic approximation of Bowling et al.
 * (2009), which Akka uses too: within 1.5e-4, and it does not run out of digits before phi is far above any threshold.
 */
export function phiOf(silentMs: number, meanMs: number, deviationMs: number): number {
  const y = (silentMs - meanMs) / deviationMs;
  const exponent = y * (1.5976 + 0.070566 * y * y);
  // log10(1 + e^exponent), without leaving the range of numbers.
  return exponent > 700 ? exponent / Math.LN10 : Math.log10(1 + Math.exp(exponent));
}

export interface Silence {
  readonly silentMs: number;
  readonly phi: number | undefined;
  readonly peers: Reachability;
  /** Since its kernel closed the link, and it has not come back; undefined: it did not. */
  readonly goneMs: number | undefined;
}

/** What a silence makes of a node. */
export function judgeSilence({ silentMs, phi, peers, goneMs }: Silence): 'alive' | 'suspect' | 'dead' {
  const isDead = (): boolean => {
    if (goneMs !== undefined && goneMs >= GONE_DEAD_MS) return true;
    if (peers === 'reachable') return silentMs >= REACHABLE_DEAD_MS;
    const isPhi = (phi ?? Number.POSITIVE_INFINITY) >= DEAD_PHI;
    if (peers === 'unreachable')
      return silentMs >= UNREACHABLE_DEAD_MAX_MS || (isPhi && phi !== undefined && silentMs >= UNREACHABLE_DEAD_MIN_MS);
    return silentMs >= DEAD_MAX_MS || (isPhi && silentMs >= limits.deadAfterMs);
  };
  if (isDead()) return 'dead';
  const isLate = phi !== undefined && phi >= SUSPECT_PHI && silentMs >= SUSPECT_MIN_MS;
  return isLate || silentMs >= limits.suspectAfterMs ? 'suspect' : 'alive';
}

/** Fewer nodes than this are no crowd: their silence says nothing of us. */
const CROWD_MIN = 4;
/** Longer than this we do not doubt ourselves: a node that is silent for so long is gone. */
const DOUBT_MAX_MS = 15_000;

/**
 * Whether the fault is more likely ours than the nodes': more than half of those that were here a moment ago are silent
 * at once. Then silence counts as no node's death, for at most DOUBT_MAX_MS. Lifeguard (Dadgar, Phillips, Currey 2018)
 * calls it local health.
 */
export function isLocalFault(silencesMs: readonly number[]): boolean {
  const recent = silencesMs.filter((silentMs) => silentMs < DOUBT_MAX_MS);
  const silent = recent.filter((silentMs) => silentMs >= SUSPECT_MIN_MS).length;
  return recent.length >= CROWD_MIN && silent * 2 > recent.length;
}

/** How many machines have to report that they do not reach another. */
const UNREACHABLE_BY_MIN = 2;
/** A report older than two rounds of probes does not count. */
const REPORT_LIFE_MS = 2500;
/** Probes that get through although others do not: a machine under loss is there. */
const LOSS_UNREACHABLE = 0.99;

/**
 * What machines say of one another in their probe reports. Bounded by the machines of the fleet: `forget` them with it.
 */
export class PeerReports {
  readonly #reports = new Map<string, Map<string, { isReachable: boolean; atMs: number }>>(); // of -> by

  /** `by` reports how many of its probes of `of` were lost within the last second (0 to 1). */
  reported(by: string, of: string, lossShare: number, nowMs: number): void {
    if (by === of) return;
    const reports = this.#reports.get(of) ?? new Map<string, { isReachable: boolean; atMs: number }>();
    this.#reports.set(of, reports.set(by, { isReachable: lossShare < LOSS_UNREACHABLE, atMs: nowMs }));
  }

  /** `isHere`: whether a machine reports to the centre itself; the reports of one that is silent do not count. */
  reachability(hostId: string, nowMs: number, isHere: (hostId: string) => boolean): Reachability {
    let unreachable = 0;
    for (const [by, report] of this.#reports.get(hostId) ?? []) {
      if (nowMs - report.atMs > REPORT_LIFE_MS || !isHere(by)) continue;
      if (report.isReachable) return 'reachable';
      unreachable += 1;
    }
    return unreachable >= UNREACHABLE_BY_MIN ? 'unreachable' : 'unknown';
  }

  /** No node of the fleet is on this machine any more. */
  forget(hostId: string): void {
    this.#reports.delete(hostId);
    for (const reports of this.#reports.values()) reports.delete(hostId);
  }
}
