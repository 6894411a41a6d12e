// Judges whether a node lives from the arrival times of its reports: the phi accrual failure detector (Hayashibara,
// Défago, Yared, Katayama: The φ Accrual Failure Detector, SRDS 2004) with a floor and a cap for each of two
// thresholds, and from other machines' reports about its machine. Case 1, late: suspect, gets no new sessions. Case 2,
// silent, and no probing machine reaches its machine: dead soon. Case 3, silent, but others reach its machine: only its
// path to the centre is cut, dead much later. Case 4, silent, and no machine reports on it: dead after
// limits.deadAfterMs, or later when its reports come irregularly. Case 5, the process has ended (its machine's kernel
// closed the link) and does not return: dead. No clock: times are arguments, of the centre's own monotonic clock.
import { limits } from '@meridian/protocol';

export type Reachability = 'reachable' | 'unreachable' | 'unknown';

/** Threshold of suspicion: at phi 3, one report in a thousand comes later. */
export const SUSPECT_PHI = 3;
/** Threshold of death: at phi 8, one report in a hundred million comes later; at one a second, once in three years. */
export const DEAD_PHI = 8;
/** Floor of suspicion, two missing reports: no pattern of arrivals makes a node suspect earlier. */
export const SUSPECT_MIN_MS = 2000;
/** Silence after which an unreachable node is dead: peers' figures are 1 s old, and a death is known within 3 s. */
export const UNREACHABLE_DEAD_MIN_MS = 2000;
export const UNREACHABLE_DEAD_MAX_MS = 2700;
/** Silence after which a node is dead when no machine reports on it, however irregular its reports are. */
export const DEAD_MAX_MS = 15_000;
/** Silence after which a node is dead though others reach its machine; longer than a cut that heals by itself. */
export const REACHABLE_DEAD_MS = 30_000;
/** Time to return after the end of a process: a node dials within `limits.centreBackoffMs` and a lost SYN's second. */
export const GONE_DEAD_MS = 2500;

/** Weight of a new gap in the exponentially weighted estimate; a gap's weight halves after about 22 newer gaps. */
const WEIGHT = 1 / 32;
/** Number of gaps below which the mean says nothing and the caps alone decide. */
const GAPS_MIN = 8;
/** Floor of the deviation: a retransmission that waits for its timer (Linux: 200 ms) is normal. */
const DEVIATION_MIN_MS = 200;

/** Mean and deviation of the gaps between reports; the paper keeps the last 1,000 gaps. */
export class Arrivals {
  #lastMs: number | undefined;
  #meanMs: number = limits.reportIntervalMs;
  #variance = 0;
  #gaps = 0;

  noteReport(nowMs: number): void {
    if (this.#lastMs !== undefined) {
      const off = nowMs - this.#lastMs - this.#meanMs;
      this.#meanMs += WEIGHT * off;
      this.#variance = (1 - WEIGHT) * (this.#variance + WEIGHT * off * off);
      this.#gaps += 1;
    }
    this.#lastMs = nowMs;
  }

  /** Ignores the gap until the next report, because the node or the centre was away. */
  pause(): void {
    this.#lastMs = undefined;
  }

  /** Returns −log10 of the chance that a living node stays silent for longer; undefined before there is a pattern. */
  phi(silentMs: number): number | undefined {
    if (this.#gaps < GAPS_MIN) return undefined;
    return phiOf(silentMs, this.#meanMs, Math.max(DEVIATION_MIN_MS, Math.sqrt(this.#variance)));
  }
}

/** Uses the logistic approximation of Bowling et al. (2009), as Akka: within 1.5e-4, precise for large phi. */
export function phiOf(silentMs: number, meanMs: number, deviationMs: number): number {
  const y = (silentMs - meanMs) / deviationMs;
  const exponent = y * (1.5976 + 0.070566 * y * y);
  // log10(1 + e^exponent), without overflow.
  return exponent > 700 ? exponent / Math.LN10 : Math.log10(1 + Math.exp(exponent));
}

export interface Silence {
  readonly silentMs: number;
  readonly phi: number | undefined;
  readonly peers: Reachability;
  /** Time since the kernel closed the link, while the node has not returned; undefined when the kernel did not. */
  readonly goneMs: number | undefined;
}

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

/** Fewer silent nodes than this do not point to a fault of the centre. */
const CROWD_MIN = 4;
/** Silence after which the centre does not doubt itself: the node is gone. */
const DOUBT_MAX_MS = 15_000;

/**
 * Whether the fault is more likely the centre's: more than half of the nodes heard within DOUBT_MAX_MS are silent at
 * once. Silence then kills no node, for at most DOUBT_MAX_MS. Lifeguard (Dadgar, Phillips, Currey 2018) calls it local
 * health.
 */
export function isLocalFault(silencesMs: readonly number[]): boolean {
  const recent = silencesMs.filter((silentMs) => silentMs < DOUBT_MAX_MS);
  const silent = recent.filter((silentMs) => silentMs >= SUSPECT_MIN_MS).length;
  return recent.length >= CROWD_MIN && silent * 2 > recent.length;
}

const UNREACHABLE_BY_MIN = 2;
/** Age limit of a report: two rounds of probes. */
const REPORT_LIFE_MS = 2500;
/** Loss from which a machine counts as unreachable; below it some probes arrive, so the machine is there. */
const LOSS_UNREACHABLE = 0.99;

/** Machines' probe reports about each other. Bounded by the machines of the fleet, by calls of `forget`. */
export class PeerReports {
  // Reports about each machine: by reported machine, then by reporting machine.
  readonly #reports = new Map<string, Map<string, { isReachable: boolean; atMs: number }>>();

  /** Records the share (0 to 1) of a machine's probes to another machine that were lost within the last second. */
  reported(fromHostId: string, toHostId: string, lossShare: number, nowMs: number): void {
    if (fromHostId === toHostId) return;
    const reports = this.#reports.get(toHostId) ?? new Map<string, { isReachable: boolean; atMs: number }>();
    this.#reports.set(toHostId, reports.set(fromHostId, { isReachable: lossShare < LOSS_UNREACHABLE, atMs: nowMs }));
  }

  /** Judges by the reports of machines that report to the centre now; a silent machine's reports do not count. */
  reachability(hostId: string, nowMs: number, isReporting: (hostId: string) => boolean): Reachability {
    let unreachable = 0;
    for (const [by, report] of this.#reports.get(hostId) ?? []) {
      if (nowMs - report.atMs > REPORT_LIFE_MS || !isReporting(by)) continue;
      if (report.isReachable) return 'reachable';
      unreachable += 1;
    }
    return unreachable >= UNREACHABLE_BY_MIN ? 'unreachable' : 'unknown';
  }

  forget(hostId: string): void {
    this.#reports.delete(hostId);
    for (const reports of this.#reports.values()) reports.delete(hostId);
  }
}
