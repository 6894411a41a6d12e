// The leader as a candidate in the election of a region. It takes the lease when it is free, and gives it back while an
// instance of the region is linked.
import type { Clock, KeyValue, Link, Logger, Rng } from '@meridian/runtime';
import { Election, type KnownLeader, LEADER_KEY } from '../election.ts';

/** Process that places for a region: this leader, an instance of the region, or none at the moment (`nobody`). */
export interface RegionPlacer {
  readonly region: string;
  readonly by: 'leader' | 'instance' | 'nobody';
  readonly epoch: number;
  readonly incarnation: string;
  readonly instanceId: string;
  /** Instances with a link here, placing or standing by. */
  readonly linkedIds: readonly string[];
}

/** Time for which the leader leaves the lease to a linked instance, which polls the store every 300 ms. */
const LEASE_FREE_MS = 1500;
/** Interval in which an instance asks the leader for the lease; a frozen instance does not ask. */
export const LEASE_REQUEST_MS = 400;
/** Age up to which an instance's last request for the lease counts. */
const REQUEST_AGE_MS_MAX = 1000;
/** Time for which requests of an instance are ignored after it did not take a lease that was left to it. */
const NOT_TAKEN_MS = 15_000;

export interface RegionCandidateOptions {
  readonly region: string;
  readonly kv: KeyValue;
  readonly id: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Restores the charges of the last holder after the lease was taken. */
  restore(): Promise<void>;
  onChange(): void;
}

export class RegionCandidate {
  readonly #o: RegionCandidateOptions;
  readonly #instanceLinks = new Set<Link>();
  #election: Election | undefined;
  #holdsLease = false;
  /** Time until which the lease is left to an instance. */
  #freeUntilMs = Number.NEGATIVE_INFINITY;
  /** Time until which requests of instances are ignored, after none took the lease. */
  #keptUntilMs = Number.NEGATIVE_INFINITY;
  #requestedAtMs = Number.NEGATIVE_INFINITY;
  #highestEpoch = { epoch: 0, incarnation: '' };
  #reportedPlacer = '';
  #isClosed = false;

  constructor(o: RegionCandidateOptions) {
    this.#o = o;
  }

  /** Joins the election. Resolves when the store has answered which process holds the lease. Idempotent. */
  async stand(): Promise<void> {
    if (this.#election !== undefined || this.#isClosed) return;
    const { log } = this.#o;
    const election = new Election({
      ...this.#o,
      // The region's nodes are linked to the leader already: the region's lease must not send nodes there.
      url: () => '',
      log: log.child({ placingFor: this.#o.region }),
      onLead: () => {
        this.#o.restore().then(
          () => {
            if (this.#election !== election) return;
            this.#holdsLease = true;
            this.#reportChange();
          },
          (error: unknown) => {
            log.error({ err: error }, 'the lease of the region cannot be used; it is given back');
            election.resign('the charges of the region could not be restored');
          },
        );
      },
      onStop: (_why, stopped) => {
        this.#holdsLease = false;
        stopped();
      },
    });
    this.#election = election;
    await election.noteEpoch(this.#highestEpoch.epoch, this.#highestEpoch.incarnation);
    await election.start();
    this.#reportChange();
  }

  /** Takes an instance's request for the lease: the leader keeps out until the instance had its time to take it. */
  leaseRequested(link: Link, nowMs: number): void {
    if (link.closed || this.#isClosed) return;
    this.#instanceLinks.add(link);
    this.#requestedAtMs = nowMs;
    if (this.#election === undefined) this.#freeUntilMs = Math.max(this.#freeUntilMs, nowMs + LEASE_FREE_MS);
  }

  instanceGone(link: Link): void {
    this.#instanceLinks.delete(link);
  }

  async noteEpoch(epoch: number, incarnation: string): Promise<void> {
    if (epoch > this.#highestEpoch.epoch) this.#highestEpoch = { epoch, incarnation };
    await this.#election?.noteEpoch(epoch, incarnation);
  }

  isOurs(): boolean {
    return this.#holdsLease && this.#election?.mayDecide() === true;
  }

  /** Returns the link of the placing instance. Undefined: this leader or no process places, or it is not linked. */
  instance(): Link | undefined {
    const holder = this.#holder();
    return holder === undefined ? undefined : [...this.#instanceLinks].find((link) => link.remote.id === holder.id);
  }

  placer(): RegionPlacer {
    const { region, id } = this.#o;
    const linkedIds = [...this.#instanceLinks].map((link) => link.remote.id).sort();
    const election = this.#election;
    if (election !== undefined && this.isOurs())
      return {
        region,
        by: 'leader',
        epoch: election.epoch,
        incarnation: election.incarnation,
        instanceId: id,
        linkedIds,
      };
    const holder = this.#holder();
    if (election === undefined || holder === undefined)
      return { region, by: 'nobody', epoch: this.#highestEpoch.epoch, incarnation: '', instanceId: '', linkedIds };
    const { incarnation, epoch, id: instanceId } = holder;
    return { region, by: 'instance', epoch, incarnation, instanceId, linkedIds };
  }

  /** Gives the lease back to an instance, and joins the election again when none took it. Called often. */
  async tick(): Promise<void> {
    const { clock } = this.#o;
    const nowMs = clock.nowMs();
    if (this.#isClosed) return;
    if (this.#election === undefined) {
      if (nowMs >= this.#freeUntilMs || (await this.#isHeld())) await this.stand();
      return;
    }
    const isAsked = this.#instanceLinks.size > 0 && nowMs - this.#requestedAtMs <= REQUEST_AGE_MS_MAX;
    if (this.#holder() !== undefined) this.#keptUntilMs = Number.NEGATIVE_INFINITY;
    if (this.isOurs() && isAsked && nowMs >= this.#keptUntilMs) await this.#yield(nowMs);
    this.#reportChange();
  }

  /** Gives the lease back. Idempotent. */
  async close(cause: string): Promise<void> {
    this.#isClosed = true;
    this.#holdsLease = false;
    this.#instanceLinks.clear();
    const election = this.#election;
    this.#election = undefined;
    await election?.close(cause);
  }

  async #yield(nowMs: number): Promise<void> {
    const election = this.#election;
    if (election === undefined) return;
    this.#highestEpoch = { epoch: election.epoch, incarnation: election.incarnation };
    this.#holdsLease = false;
    this.#election = undefined;
    this.#freeUntilMs = nowMs + LEASE_FREE_MS;
    this.#keptUntilMs = nowMs + NOT_TAKEN_MS;
    await election.close('an instance of the region is here');
  }

  async #isHeld(): Promise<boolean> {
    const { kv, log, region } = this.#o;
    const found = await kv.get(LEADER_KEY).catch((error: unknown) => {
      log.debug({ region, err: error }, 'the store did not say which process places for the region');
      return undefined;
    });
    return found !== undefined && this.#election === undefined && !this.#isClosed;
  }

  #holder(): KnownLeader | undefined {
    const otherLeader = this.#election?.otherLeader;
    return otherLeader?.id === this.#o.id ? undefined : otherLeader;
  }

  #reportChange(): void {
    const { by, epoch, instanceId } = this.placer();
    const placerText = `${by} ${epoch} ${instanceId}`;
    if (placerText === this.#reportedPlacer) return;
    this.#reportedPlacer = placerText;
    this.#o.onChange();
  }
}
