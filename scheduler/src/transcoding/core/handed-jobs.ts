// Jobs handed to gateways within the last seconds. Until its gateway reports its load, a job is charged here, so that a
// burst does not go to a single gateway.

import { PlaceShares } from '@meridian/protocol';

/** Time for which a handed job is remembered: gateways report every second, so it has begun or failed by then. */
export const CHARGED_MS = 10_000;
/** Limit of charges: more jobs than all owners request within CHARGED_MS. A tenant and a room have shares of them. */
export const HANDED_MAX = 10_000;

interface Handed {
  readonly gatewayId: string;
  readonly millicores: number;
  readonly sinceMs: number;
  readonly leave: () => void;
  /** Time at which the gateway accepted it; the gateway's next report includes it. */
  acceptedAtMs: number | undefined;
}

export interface HandedJob {
  readonly tenant: string;
  readonly room: string;
  readonly gatewayId: string;
  readonly millicores: number;
}

export class HandedJobs {
  /** Handed jobs by their key, the oldest first. */
  readonly #jobs = new Map<string, Handed>();
  readonly #shares = new PlaceShares({ total: HANDED_MAX });

  get size(): number {
    return this.#jobs.size;
  }

  /**
   * Charges a job to a gateway and replaces an earlier charge of the job. False: too many are charged, in all, to the
   * tenant or to the room.
   */
  recordHanded(job: string, { tenant, room, ...o }: HandedJob, nowMs: number): boolean {
    this.#expire(nowMs);
    this.drop(job);
    const holder = { tenant, via: room, identity: '', address: '' };
    if (!this.#shares.hasPlace(holder)) return false;
    this.#jobs.set(job, { ...o, sinceMs: nowMs, acceptedAtMs: undefined, leave: this.#shares.enter(holder) });
    return true;
  }

  accepted(job: string, nowMs: number): void {
    const handed = this.#jobs.get(job);
    if (handed !== undefined) handed.acceptedAtMs = nowMs;
  }

  drop(job: string): void {
    this.#jobs.get(job)?.leave();
    this.#jobs.delete(job);
  }

  gatewayOf(job: string, nowMs: number): string | undefined {
    this.#expire(nowMs);
    return this.#jobs.get(job)?.gatewayId;
  }

  /** Returns, by gateway, the charges that its last report, received at `heardAtMs(gatewayId)`, cannot contain yet. */
  unreportedByGateway(heardAtMs: (gatewayId: string) => number, nowMs: number): ReadonlyMap<string, number> {
    this.#expire(nowMs);
    const sums = new Map<string, number>();
    for (const { gatewayId, millicores, acceptedAtMs: acceptedMs } of this.#jobs.values())
      if (acceptedMs === undefined || heardAtMs(gatewayId) <= acceptedMs)
        sums.set(gatewayId, (sums.get(gatewayId) ?? 0) + millicores);
    return sums;
  }

  #expire(nowMs: number): void {
    for (const [job, { sinceMs }] of this.#jobs) {
      if (nowMs - sinceMs < CHARGED_MS) return;
      this.drop(job);
    }
  }
}
