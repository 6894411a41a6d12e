// Runs the leadership of core/ with a clock and a store: carries out its actions and returns the answers.
import { MeridianError, newId } from '@meridian/protocol';
import type { Clock, Fence, KeyValue, Logger, Rng } from '@meridian/runtime';
import { Leadership, type LeadershipAction, type LeadershipTimes, leadershipTimes } from './core/leadership.ts';

export const LEADER_KEY = 'leader';
/** Interval in which the leadership is advanced: the precision with which a lapse is noticed. */
const TICK_MS = 50;

/** The leader, as stored in the lease and sent to nodes. */
export interface Leader {
  readonly id: string;
  readonly url: string;
  readonly incarnation: string; // of the term: new at every election, also of the same process
}

/** The leader as named by the store. */
export interface KnownLeader extends Leader {
  readonly epoch: number;
}

export interface ElectionOptions {
  readonly kv: KeyValue;
  readonly id: string;
  url(): string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly times?: LeadershipTimes;
  /** Called when this centre begins to lead. `forgotten`: the store may hold less than this process knows. */
  onLead(term: { epoch: number; incarnation: string; forgotten: boolean }): void;
  /** Called when this centre stops leading. The listener calls `stopped` when everything of the term is closed. */
  onStop(why: string, stopped: () => void): void;
  onOtherLeads?(): void;
}

export class Election {
  readonly #o: ElectionOptions;
  readonly #leadership: Leadership;
  readonly #times: LeadershipTimes;
  #holder = '';
  #incarnation = '';
  #firstAnswer = Promise.withResolvers<void>();
  #renewing: Promise<void> = Promise.resolve();
  #timer: { cancel(): void } | undefined;
  #closed = false;

  constructor(o: ElectionOptions) {
    this.#o = o;
    this.#times = o.times ?? leadershipTimes;
    this.#leadership = new Leadership({ act: (action) => this.#carryOut(action), times: this.#times });
  }

  /** Resolves after the store's first answer, or after a wait without one; a centre that finds no leader leads then. */
  start(): Promise<void> {
    const { clock } = this.#o;
    const tick = (): void => this.#leadership.tick(clock.nowMs());
    this.#timer ??= clock.every(TICK_MS, tick);
    tick();
    return this.#firstAnswer.promise;
  }

  /** Whether a decision is allowed at this moment; call at every decision. */
  mayDecide(): boolean {
    return !this.#closed && this.#leadership.mayDecide(this.#o.clock.nowMs());
  }

  get epoch(): number {
    return this.#leadership.epoch;
  }

  get state(): string {
    return this.#leadership.state;
  }

  get otherLeader(): KnownLeader | undefined {
    const { state, otherHolder: other } = this.#leadership;
    const leader = state === 'leader' ? undefined : readLeader(other?.holder);
    return leader === undefined || other === undefined ? undefined : { ...leader, epoch: other.epoch };
  }

  get incarnation(): string {
    return this.#incarnation;
  }

  fence(): Fence {
    return { leaseKey: LEADER_KEY, holder: this.#holder, fence: this.#leadership.epoch };
  }

  fenced(holder: string): void {
    if (holder === this.#holder) this.#leadership.fenced(this.#o.clock.nowMs());
  }

  /**
   * Takes note of an epoch that a node has obeyed in this term. Resolves when the present epoch has been raised above
   * it, or a single report cannot raise it so far. Throws NOT_LEADER while this centre leads below it because the store
   * has not confirmed the rise: a node that obeys a higher epoch may be granted nothing.
   */
  async noteEpoch(epoch: number, incarnation: string): Promise<void> {
    const isOwn = incarnation === this.#incarnation;
    if (epoch === 0 || !this.#leadership.noteEpoch(epoch, isOwn, this.#o.clock.nowMs())) return;
    const isBelow = (): boolean => epoch > this.epoch || (epoch === this.epoch && !isOwn);
    if (isBelow()) await this.#renewing;
    if (isBelow() && this.#leadership.state === 'leader')
      throw new MeridianError(
        'NOT_LEADER',
        `epoch ${epoch} has been obeyed, and the store has not raised ours above it`,
      );
  }

  resign(why: string): void {
    this.#leadership.resign(this.#o.clock.nowMs(), why);
  }

  /** Gives the lease back, so that another leads at once. Idempotent. */
  async close(cause: string): Promise<void> {
    if (this.#closed) return;
    this.#timer?.cancel();
    const isLeader = this.#leadership.state === 'leader';
    const holder = this.#holder;
    this.#leadership.resign(this.#o.clock.nowMs(), cause);
    this.#closed = true;
    this.#firstAnswer.resolve();
    if (isLeader) await this.#releaseLease(holder);
  }

  #carryOut(action: LeadershipAction): void {
    if (this.#closed) return;
    const { log, onLead, onStop, clock } = this.#o;
    switch (action.what) {
      case 'take':
        void this.#takeLease(action);
        return;
      case 'renew':
        this.#renewing = this.#renewLease(action.raiseTo, action.sentAtMs);
        return;
      case 'release':
        void this.#releaseLease(this.#holder);
        return;
      case 'lead':
        log.warn({ epoch: action.epoch, forgotten: action.forgotten }, 'this centre leads');
        onLead({ epoch: action.epoch, incarnation: this.#incarnation, forgotten: action.forgotten });
        return;
      case 'raised':
        log.warn({ epoch: action.epoch }, 'the epoch was raised above one that a node has obeyed');
        return;
      case 'stop':
        log.warn({ epoch: this.#leadership.epoch, why: action.why }, 'this centre leads no more');
        onStop(action.why, () => this.#leadership.stopped(clock.nowMs()));
    }
  }

  async #takeLease(action: Extract<LeadershipAction, { what: 'take' }>): Promise<void> {
    const { kv, id, rng, clock, log } = this.#o;
    const { above, evenIfForgotten, sentAtMs } = action;
    const incarnation = newId('DE_', (count) => rng.bytes(count)).replace('DE_', 'CE_');
    const holder = JSON.stringify({ id, url: this.#o.url(), incarnation } satisfies Leader);
    const answer = await kv
      .takeLease(LEADER_KEY, holder, { ttlMs: this.#times.leaseMs, above, evenIfForgotten })
      .catch((error: unknown) => {
        log.debug({ err: error }, 'the store did not say which centre leads');
        return { what: 'unanswered' } as const;
      });
    if (this.#closed) {
      if (answer.what === 'taken') await this.#releaseLease(holder);
      return;
    }
    if (answer.what === 'taken') {
      this.#holder = holder;
      this.#incarnation = incarnation;
    }
    const holderBefore = this.#leadership.otherHolder?.holder;
    this.#leadership.takeAnswered(answer, sentAtMs, clock.nowMs());
    if (answer.what === 'held' && answer.holder !== holderBefore) this.#o.onOtherLeads?.();
    this.#firstAnswer.resolve();
  }

  async #renewLease(raiseTo: number, sentAtMs: number): Promise<void> {
    const { kv, clock, log } = this.#o;
    const holder = this.#holder;
    const answer = await kv.renewLease(LEADER_KEY, holder, { ttlMs: this.#times.leaseMs, raiseTo }).then(
      (epoch) => epoch ?? ('lost' as const),
      (error: unknown) => {
        log.debug({ err: error }, 'the lease was not renewed');
        return undefined;
      },
    );
    if (holder === this.#holder && !this.#closed) this.#leadership.renewAnswered(answer, sentAtMs, clock.nowMs());
  }

  async #releaseLease(holder: string): Promise<void> {
    await this.#o.kv.releaseLease(LEADER_KEY, holder).catch((error: unknown) => {
      this.#o.log.warn({ err: error }, 'the lease could not be given back; it lapses');
    });
  }
}

export function readLeader(holder: string | undefined): Leader | undefined {
  if (holder === undefined) return undefined;
  try {
    const { id, url, incarnation } = JSON.parse(holder) as Partial<Record<keyof Leader, unknown>>;
    if (typeof id !== 'string' || typeof url !== 'string' || typeof incarnation !== 'string') return undefined;
    return { id, url, incarnation };
  } catch {
    // The value was not written by a centre of this cluster, so there is no leader to send nodes to.
    return undefined;
  }
}
