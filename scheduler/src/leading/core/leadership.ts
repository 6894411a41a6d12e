// Election of the deciding centre. The leader holds a lease in the shared store under an epoch that only grows; the
// others poll and take the lease when it lapses or is given back. Safe without trust in any other machine's clock: the
// leader stops deciding `marginMs` before its lease can lapse, counted from the moment the renewal was SENT; the store
// refuses its late writes (its fence); nodes refuse its late messages (a lower epoch). Under these times a dead leader
// is found after at most leaseMs + pollMs. After C. Gray, D. Cheriton, "Leases" (SOSP 1989), and M. Burrows, "The
// Chubby lock service" (OSDI 2006) for the sequencers. No clock, no IO: times are arguments, and `act` is called with
// each action.
import { Machine, type Table } from '@meridian/protocol';
import { EpochJumps } from './epoch-jumps.ts';

export interface LeadershipTimes {
  readonly leaseMs: number;
  readonly renewMs: number;
  readonly marginMs: number;
  readonly pollMs: number;
}

/** With these a leader survives three unanswered renewals in a row, and a dead leader is followed within 2.3 s. */
export const leadershipTimes: LeadershipTimes = {
  leaseMs: 2000,
  renewMs: 400,
  // Covers a clock drift of 1 %, the store's rounding, and the time between the check and the message.
  marginMs: 400,
  pollMs: 300,
};

export type LeadershipAction =
  | { readonly what: 'take'; readonly above: number; readonly evenIfForgotten: boolean; readonly sentAtMs: number }
  | { readonly what: 'renew'; readonly raiseTo: number; readonly sentAtMs: number }
  | { readonly what: 'release' }
  /** `forgotten`: the store had lost its memory and may hold less than this process knows. */
  | { readonly what: 'lead'; readonly epoch: number; readonly forgotten: boolean }
  | { readonly what: 'raised'; readonly epoch: number }
  | { readonly what: 'stop'; readonly why: string };

export type TakeAnswer =
  | { readonly what: 'taken'; readonly fence: number }
  | { readonly what: 'held'; readonly fence: number; readonly holder: string; readonly leftMs: number }
  | { readonly what: 'forgotten' }
  | { readonly what: 'unanswered' };

type State = 'follower' | 'asking' | 'leader' | 'stopping';
type Event =
  | 'due'
  | 'taken'
  | 'takenLate'
  | 'held'
  | 'forgotten'
  | 'unanswered'
  | 'renewed'
  | 'lost'
  | 'lapsed'
  | 'resigned'
  | 'stopped';
type Effect = 'ask' | 'lead' | 'renew' | 'extend' | 'stop' | 'release';

/** Stopping is a separate state: the lease is not taken again before everything of the last term is closed. */
export const leadershipTable: Table<State, Event, Effect> = {
  follower: { due: { next: 'asking', effects: ['ask'] } },
  asking: {
    taken: { next: 'leader', effects: ['lead'] },
    takenLate: { next: 'follower', effects: ['release'] },
    held: { next: 'follower' },
    forgotten: { next: 'follower' },
    unanswered: { next: 'follower' },
  },
  leader: {
    due: { next: 'leader', effects: ['renew'] },
    renewed: { next: 'leader', effects: ['extend'] },
    lost: { next: 'stopping', effects: ['stop'] },
    lapsed: { next: 'stopping', effects: ['stop'] },
    resigned: { next: 'stopping', effects: ['stop', 'release'] },
  },
  stopping: { stopped: { next: 'follower' } },
};

interface Facts {
  readonly nowMs: number;
  readonly sentAtMs?: number;
  readonly fence?: number;
  readonly why?: string;
}

export class Leadership {
  readonly #onAction: (action: LeadershipAction) => void;
  readonly #times: LeadershipTimes;
  readonly #machine: Machine<State, Event, Effect, Facts>;
  #dueAtMs = Number.NEGATIVE_INFINITY;
  #decideUntilMs = Number.NEGATIVE_INFINITY;
  #epoch = 0;
  /** Highest epoch that the store or a node has named: the next taken epoch is above it. */
  #highestEpoch = 0;
  readonly #jumps = new EpochJumps();
  #raiseTo = 0;
  #holder: { epoch: number; holder: string } | undefined;
  /** End of the last lease seen in the store, by this process's clock. */
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #hasForgotten = false;

  constructor(o: { act(action: LeadershipAction): void; times?: LeadershipTimes }) {
    this.#onAction = o.act;
    this.#times = o.times ?? leadershipTimes;
    this.#machine = new Machine({
      table: leadershipTable,
      initial: 'follower',
      apply: (effect, facts) => this.#apply(effect, facts as Facts),
    });
  }

  get state(): State {
    return this.#machine.state;
  }

  /** Epoch of this centre's present or last term; 0 before its first. */
  get epoch(): number {
    return this.#epoch;
  }

  get otherHolder(): { epoch: number; holder: string } | undefined {
    return this.#holder;
  }

  /** Whether a decision is allowed at this moment; call before every decision. */
  mayDecide(nowMs: number): boolean {
    return this.#machine.state === 'leader' && nowMs < this.#decideUntilMs;
  }

  /** Stops an expired term, renews, polls for a free lease. Call often (every 50 ms). */
  tick(nowMs: number): void {
    if (this.state === 'leader' && nowMs >= this.#decideUntilMs) {
      this.#machine.dispatch('lapsed', { nowMs, why: 'the lease was not renewed in time' });
    }
    if (nowMs >= this.#dueAtMs) this.#machine.dispatch('due', { nowMs });
  }

  /** Takes the store's answer to a `take`; every `take` gets a single answer. */
  takeAnswered(answer: TakeAnswer, sentAtMs: number, nowMs: number): void {
    const { leaseMs, marginMs, pollMs } = this.#times;
    this.#dueAtMs = nowMs + pollMs;
    if (answer.what === 'taken') {
      this.#highestEpoch = Math.max(this.#highestEpoch, answer.fence);
      const isLate = nowMs >= sentAtMs + leaseMs - marginMs;
      this.#machine.dispatch(isLate ? 'takenLate' : 'taken', { nowMs, sentAtMs, fence: answer.fence });
      return;
    }
    if (answer.what === 'held') {
      this.#highestEpoch = Math.max(this.#highestEpoch, answer.fence);
      this.#holder = { epoch: answer.fence, holder: answer.holder };
      this.#heldUntilMs = nowMs + answer.leftMs;
      this.#dueAtMs = Math.min(this.#dueAtMs, nowMs + answer.leftMs + 1);
      this.#hasForgotten = false;
    }
    if (answer.what === 'forgotten') {
      this.#hasForgotten = true;
      this.#dueAtMs = Math.min(this.#dueAtMs, Math.max(nowMs, this.#heldUntilMs));
    }
    this.#machine.dispatch(answer.what, { nowMs });
  }

  /** `lost`: this centre no longer holds the lease. A missing answer changes nothing: it may come a term later. */
  renewAnswered(answer: number | 'lost' | undefined, sentAtMs: number, nowMs: number): void {
    if (answer === undefined) return;
    if (answer === 'lost') this.#machine.dispatch('lost', { nowMs, why: 'the lease is not ours any more' });
    else this.#machine.dispatch('renewed', { nowMs, sentAtMs, fence: answer });
  }

  /** The store has refused a write: another centre has led since. */
  fenced(nowMs: number): void {
    this.#machine.dispatch('lost', { nowMs, why: 'the store refused a write under our epoch' });
  }

  /** Gives the lease back; nothing is decided from here on. */
  resign(nowMs: number, why: string): void {
    this.#machine.dispatch('resigned', { nowMs, why });
  }

  stopped(nowMs: number): void {
    this.#dueAtMs = nowMs;
    this.#machine.dispatch('stopped', { nowMs });
  }

  /**
   * Takes note of an epoch that a node has obeyed (`isOwn`: of the present term). An epoch above the present one, or
   * equal and not its own, means that the store has lost its memory: the present epoch is raised above it, as far as a
   * single report may raise it (epoch-jumps.ts). False when it is not raised that far: a node must not use up the
   * numbers.
   */
  noteEpoch(epoch: number, isOwn: boolean, nowMs: number): boolean {
    if (!Number.isSafeInteger(epoch) || epoch < 0) return false;
    const highest = Math.max(this.#highestEpoch, this.#epoch);
    const isOver = this.state === 'leader' && epoch >= this.#epoch && !(isOwn && epoch === this.#epoch);
    const target = isOver ? epoch + 1 : epoch;
    this.#highestEpoch = this.#jumps.raise(highest, target, nowMs);
    const reached = Math.min(target, this.#highestEpoch);
    if (isOver && reached > this.#epoch) {
      this.#raiseTo = Math.max(this.#raiseTo, reached);
      this.#machine.dispatch('due', { nowMs });
    }
    return reached === target;
  }

  #apply(effect: Effect, facts: Facts): void {
    const { nowMs } = facts;
    const { renewMs, pollMs } = this.#times;
    switch (effect) {
      case 'ask': {
        this.#dueAtMs = nowMs + pollMs;
        const evenIfForgotten = this.#hasForgotten && nowMs >= this.#heldUntilMs;
        this.#onAction({ what: 'take', above: this.#highestEpoch, evenIfForgotten, sentAtMs: nowMs });
        return;
      }
      case 'lead':
        this.#epoch = facts.fence ?? 0;
        this.#raiseTo = 0;
        this.#holder = undefined;
        this.#dueAtMs = nowMs + renewMs;
        this.#extend(facts);
        this.#onAction({ what: 'lead', epoch: this.#epoch, forgotten: this.#hasForgotten });
        this.#hasForgotten = false;
        return;
      case 'renew':
        this.#dueAtMs = nowMs + renewMs;
        this.#onAction({ what: 'renew', raiseTo: this.#raiseTo, sentAtMs: nowMs });
        return;
      case 'extend':
        this.#extend(facts);
        this.#raised(facts.fence ?? 0);
        return;
      case 'stop':
        this.#decideUntilMs = Number.NEGATIVE_INFINITY;
        this.#onAction({ what: 'stop', why: facts.why ?? '' });
        return;
      case 'release':
        this.#onAction({ what: 'release' });
    }
  }

  #extend({ sentAtMs = Number.NEGATIVE_INFINITY }: Facts): void {
    const { leaseMs, marginMs } = this.#times;
    this.#decideUntilMs = Math.max(this.#decideUntilMs, sentAtMs + leaseMs - marginMs);
  }

  #raised(epoch: number): void {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    this.#highestEpoch = Math.max(this.#highestEpoch, epoch);
    this.#onAction({ what: 'raised', epoch });
  }
}
