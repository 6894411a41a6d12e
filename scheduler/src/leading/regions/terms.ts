// Terms of a region's instance: elected over the region's lease, and placing only when no leader may place there too.
// After it has taken the region's lease, the instance reads which centre leads, and waits until that leader reports
// that it keeps out. A leader, once it is elected or asked, reads which process holds the region's lease: so at least
// one sees the other.
import { type Clock, type KeyValue, type Logger, readLeaseText, type Timer } from '@meridian/runtime';
import type { Centre } from '../../centre/centre.ts';
import type { Copy } from '../../copying/copy.ts';
import { LEADER_KEY, readLeader } from '../election.ts';
import type { ElectedTerms, Terms } from '../terms.ts';

/** Time after which the lease is given back when no leader keeps out, because the leader may need it. */
const UNSETTLED_MS_MAX = 1500;
const CHECK_MS = 100;

export interface RegionTermsOptions {
  readonly elected: ElectedTerms;
  readonly kv: KeyValue;
  readonly clock: Clock;
  readonly log: Logger;
  /** Returns the term of the leader that keeps out of the region for this instance, as reported on the present link. */
  yieldingTerm(): string | undefined;
  onChange(): void;
}

export class RegionTerms implements Terms {
  readonly #o: RegionTermsOptions;
  #settled: Centre | undefined;
  #unsettledSinceMs = Number.NaN;
  /** Whether a leader has accepted this process as an instance: a lone centre never does. */
  #wasAccepted = false;
  #timer: Timer | undefined;
  #isChecking = false;

  constructor(o: RegionTermsOptions) {
    this.#o = o;
  }

  async start(): Promise<void> {
    this.#timer ??= this.#o.clock.every(CHECK_MS, () => void this.#checkRegion());
    await this.#o.elected.start();
    await this.#checkRegion();
  }

  get centre(): Centre {
    return this.#o.elected.centre;
  }
  get copy(): Copy {
    return this.#o.elected.copy;
  }
  get epoch(): number {
    return this.mayDecide() ? this.#o.elected.epoch : 0;
  }
  get leader() {
    return this.#o.elected.leader;
  }

  mayDecide(): boolean {
    return this.#settled === this.#o.elected.centre && this.#o.elected.mayDecide();
  }

  noteEpoch(epoch: number, incarnation: string): Promise<void> {
    return this.#o.elected.noteEpoch(epoch, incarnation);
  }

  isDenied(nodeId: string): Promise<boolean> {
    return this.#o.elected.isDenied(nodeId);
  }

  /** Called when the leader has reported that it keeps out of the region, or when its link is gone. */
  leaderChanged(): void {
    void this.#checkRegion();
  }

  async close(cause: string): Promise<void> {
    this.#timer?.cancel();
    await this.#o.elected.close(cause);
  }

  async #checkRegion(): Promise<void> {
    const { elected, clock, log, yieldingTerm: keepsOut, onChange } = this.#o;
    this.#wasAccepted ||= keepsOut() !== undefined;
    if (!elected.mayDecide()) {
      this.#unsettledSinceMs = Number.NaN;
      if (this.#settled === undefined) return;
      this.#settled = undefined;
      onChange();
      return;
    }
    const { centre } = elected;
    if (this.#settled === centre || this.#isChecking) return;
    if (Number.isNaN(this.#unsettledSinceMs)) this.#unsettledSinceMs = clock.nowMs();
    this.#isChecking = true;
    const isFree = await this.#isFree();
    this.#isChecking = false;
    if (!elected.mayDecide() || elected.centre !== centre) return;
    if (isFree) {
      this.#settled = centre;
      log.warn({ epoch: elected.epoch }, 'this instance places for its region');
      onChange();
    } else if (clock.nowMs() - this.#unsettledSinceMs >= UNSETTLED_MS_MAX) {
      this.#unsettledSinceMs = Number.NaN;
      elected.resign('no leader keeps out of the region');
    }
  }

  /** Whether no leader can be placing in the region. */
  async #isFree(): Promise<boolean> {
    const { kv, log, yieldingTerm: keepsOut } = this.#o;
    if (!this.#wasAccepted) return false;
    try {
      const leader = readLeader(readLeaseText(await kv.get(LEADER_KEY))?.holder);
      return leader === undefined || leader.incarnation === keepsOut();
    } catch (error) {
      log.debug({ err: error }, 'the store did not say which centre leads');
      return false;
    }
  }
}
