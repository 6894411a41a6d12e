// Jobs that gateways were handed and do not report yet: charged at once, so that a burst does not go to one of them.

/** A gateway reports every second; one that has not for so long is asked anew. */
export const CHARGED_MS = 10_000;
/** More than all owners ask for in that time. */
export const HANDED_MAX = 10_000;

interface Handed {
  readonly gatewayId: string;
  readonly millicores: number;
  readonly sinceMs: number;
  /** The gateway has taken it: its next report counts it. */
  takenMs: number | undefined;
}

export class HandedJobs {
  /** By job; the oldest first. */
  readonly #jobs = new Map<string, Handed>();

  get size(): number {
    return this.#jobs.size;
  }

  /** Charges a job to a gateway, in place of what was charged for the same job before. False: too many are charged. */
  hand(job: string, o: { gatewayId: string; millicores: number }, nowMs: number): boolean {
    this.#expire(nowMs);
    this.#jobs.delete(job);
    if (this.#jobs.size >= HANDED_MAX) return false;
    this.#jobs.set(job, { ...o, sinceMs: nowMs, takenMs: undefined });
    return true;
  }

  taken(job: string, nowMs: number): void {
    const handed = this.#jobs.get(job);
    if (handed !== undefined) handed.takenMs = nowMs;
  }

  /** It is not made there. */
  drop(job: string): void {
    this.#jobs.delete(job);
  }

  /** The gateway that was handed this job a moment ago. */
  gatewayOf(job: string, nowMs: number): string | undefined {
    this.#expire(nowMs);
    return this.#jobs.get(job)?.gatewayId;
  }

  /** By gateway: what its last report, heard at `heardAtMs(gatewayId)`, does not contain yet. */
  charged(heardAtMs: (gatewayId: string) => number, nowMs: number): ReadonlyMap<string, number> {
    this.#expire(nowMs);
    const sums = new Map<string, number>();
    for (const { gatewayId, millicores, takenMs } of this.#jobs.values())
      if (takenMs === undefined || heardAtMs(gatewayId) <= takenMs)
        sums.set(gatewayId, (sums.get(gatewayId) ?? 0) + millicores);
    return sums;
  }

  #expire(nowMs: number): void {
    for (const [job, { sinceMs }] of this.#jobs) {
      if (nowMs - sinceMs < CHARGED_MS) return;
      this.#jobs.delete(job);
    }
  }
}
