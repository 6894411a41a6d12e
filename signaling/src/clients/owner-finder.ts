// Finds a room's owner for a signaling node, again after each change.
//
// Case 1: when the owner is gone or has changed, the node asks the centre for it (perhaps this instance by now),
// introduces itself there, and repeats the pending requests.
// Case 2: a new owner that announces itself is taken without asking the centre.
// Case 3: for a room that was taken without the centre, the centre is asked until it names an owner.
// While no client here needs an owner, nothing is asked.
import { type ErrorCode, limits, MeridianError, type RosterView } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { CentrePort, Lease, RoomPort } from '../ports.ts';

export interface OwnerFinderOptions {
  readonly roomKey: string;
  readonly centre: CentrePort;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  /** Returns a port to the lease's owner; opens the room here when it is this instance. */
  portFor(lease: Lease): Promise<RoomPort>;
  /** Returns whether the owner can be asked at once; if not, a link to it is being dialled. */
  isReachable(ownerId: string): boolean;
  isNeeded(): boolean;
  /** Announces the sessions here to a possible owner; resolves with its roster, undefined without sessions. */
  introduce(port: RoomPort): Promise<RosterView | undefined>;
  /** Called when an instance has answered as the owner. */
  onOwner(port: RoomPort, view: RosterView | undefined): void;
}

/** Instance that may own the room. */
interface Candidate {
  readonly port: RoomPort;
  readonly provisional: boolean;
}

const OWNER_ATTEMPTS = 3;

const ownerFailures = new Set<ErrorCode | undefined>(['ROOM_OWNER_LOST', 'EPOCH_STALE', 'SHUTTING_DOWN']);
/** Failures independent of the request, which is retried. */
export const temporaryCodes: ReadonlySet<ErrorCode | undefined> = new Set([
  'ROOM_OWNER_LOST',
  'EPOCH_STALE',
  'SHUTTING_DOWN',
  'CENTRE_UNREACHABLE',
  'RATE_LIMITED',
  'NODE_UNREACHABLE',
  'NOT_REGISTERED',
  'INTERNAL',
]);

export class OwnerFinder {
  readonly #o: OwnerFinderOptions;
  #port: RoomPort | undefined;
  #owner = { ownerId: '', epoch: 0 };
  #provisional = false;
  #centreTimer: Timer | undefined;
  /** Highest epoch that a media node has refused or that two owners have; the next owner needs a higher one. */
  #refusedEpoch = 0;
  /** Lease whose owner did not answer. While the centre names this owner, it is asked only if a link to it is open. */
  #unansweredLease: { ownerId: string; epoch: number } | undefined;
  readonly #pendingRequests = new Set<Promise<unknown>>();
  #resolving: Promise<RoomPort> | undefined;
  /** The owner may have lost this node for a moment after it learned of some of the sessions here. */
  #isUnsure = false;
  #retryTimer: Timer | undefined;
  #closed = false;

  constructor(o: OwnerFinderOptions) {
    this.#o = o;
  }

  /** Owner, or the last owner while a new one is searched. */
  get owner(): { readonly ownerId: string; readonly epoch: number } {
    return this.#owner;
  }
  get isKnown(): boolean {
    return this.#port !== undefined;
  }
  get provisional(): boolean {
    return this.#provisional;
  }

  /** Takes the owner of a new lease, if it is newer than the known owner. */
  async adopt(lease: Lease): Promise<void> {
    if (this.#port !== undefined && lease.epoch <= this.#port.epoch) return;
    // A failure reaches the caller that began the search.
    if (this.#resolving !== undefined) await this.#resolving.catch(() => undefined);
    if (this.#port !== undefined && lease.epoch <= this.#port.epoch) return;
    if (lease.epoch <= this.#refusedEpoch) return this.awaitOwner();
    await this.#switchTo(await this.#o.portFor(lease), lease.provisional === true);
  }

  /** Handles a media node that knows another owner under this epoch or a newer one. */
  epochRefused(epoch: number): void {
    this.#refusedEpoch = Math.max(this.#refusedEpoch, epoch);
    this.gone(epoch);
  }

  /** Handles an owner of this epoch that is unreachable or has lost the room. */
  gone(epoch: number): void {
    if (this.#closed || this.#port === undefined || this.#port.epoch > epoch) return;
    this.#unansweredLease = this.#owner;
    this.#port = undefined;
    this.resolveSoon(0);
  }

  /** Takes a newer owner that announces itself, without asking the centre. */
  onAnnounced(ownerId: string, epoch: number): void {
    if (epoch <= this.#owner.epoch || this.#resolving !== undefined) return;
    this.#port = undefined;
    this.#o.centre.forgetLease(this.#o.roomKey);
    const lease: Lease = { roomKey: this.#o.roomKey, ownerId, epoch, nodeIds: [], created: false };
    this.adopt(lease).catch((error: unknown) => {
      this.#o.log.warn(
        { roomKey: this.#o.roomKey, ownerId, err: error },
        'a new owner did not answer; asking the centre',
      );
      this.resolveSoon(0);
    });
  }

  /** Announces the sessions again to an owner that may have lost them, before any later request. */
  introduceAgain(): void {
    const port = this.#port;
    if (this.#resolving !== undefined) this.#isUnsure = true;
    if (this.#closed || port === undefined || !this.#o.isNeeded()) return;
    this.#port = undefined;
    this.#resolveInBackground({ port, provisional: this.#provisional });
  }

  /** Resolves when an owner is known. */
  async awaitOwner(): Promise<void> {
    if (this.#port === undefined) await this.#resolve();
  }

  /** Runs an action at the owner; if the owner has changed, at the new one. */
  async withOwner<T>(action: (port: RoomPort) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const port = this.#port ?? (await this.#resolve());
      const answer = action(port);
      this.#pendingRequests.add(answer);
      try {
        return await answer;
      } catch (error) {
        const code = codeOf(error);
        if (!ownerFailures.has(code) || attempt >= OWNER_ATTEMPTS) throw error;
        this.#distrust(port, code);
      } finally {
        this.#pendingRequests.delete(answer);
      }
    }
  }

  post(action: (port: RoomPort) => void): void {
    if (this.#port !== undefined) action(this.#port);
  }

  /** Looks for the owner in the background as long as a client needs one. */
  resolveSoon(delayMs: number): void {
    if (this.#closed || !this.#o.isNeeded()) return;
    this.#retryTimer?.cancel();
    this.#retryTimer = this.#o.clock.after(delayMs, () => {
      if (this.#port === undefined) this.#resolveInBackground();
    });
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#retryTimer?.cancel();
    this.#centreTimer?.cancel();
  }

  #distrust(port: RoomPort, code: ErrorCode | undefined): void {
    if (this.#port === port) this.#port = undefined;
    if (code === 'ROOM_OWNER_LOST') this.#unansweredLease = { ownerId: port.ownerId, epoch: port.epoch };
    if (code === 'EPOCH_STALE') this.#o.centre.forgetLease(this.#o.roomKey);
  }

  /** Finds the owner, in one search for all callers. A candidate that is given is tried before the centre is asked. */
  #resolve(firstCandidate?: Candidate): Promise<RoomPort> {
    this.#resolving ??= this.#search(firstCandidate).finally(() => {
      this.#resolving = undefined;
      if (!this.#isUnsure) return;
      this.#isUnsure = false;
      this.introduceAgain();
    });
    return this.#resolving;
  }

  async #search(firstCandidate: Candidate | undefined): Promise<RoomPort> {
    const untilMs = this.#o.clock.nowMs() + bounds.resolveForMs;
    for (let known = firstCandidate; ; known = undefined) {
      try {
        if (this.#closed) throw new MeridianError('SHUTTING_DOWN');
        const { port, provisional } = known ?? (await this.#candidate());
        // Its earlier requests come first: a session that has just left must not be announced again.
        if (port.ownerId === this.#owner.ownerId && port.epoch === this.#owner.epoch)
          await Promise.allSettled([...this.#pendingRequests]);
        await this.#switchTo(port, provisional);
        return port;
      } catch (error) {
        const code = codeOf(error);
        if (known !== undefined) this.#unansweredLease = this.#owner;
        if (code === 'EPOCH_STALE') this.#o.centre.forgetLease(this.#o.roomKey);
        if (this.#closed || !temporaryCodes.has(code) || this.#o.clock.nowMs() >= untilMs) throw error;
      }
      await new Promise<void>((resolve) => {
        this.#o.clock.after(bounds.resolveEveryMs * (0.5 + this.#o.rng.next()), resolve);
      });
    }
  }

  /** Returns the owner that the centre names. */
  async #candidate(): Promise<Candidate> {
    const lease = await this.#o.centre.lease(this.#o.roomKey, this.#refusedEpoch);
    this.#assertAnswers(lease);
    return { port: await this.#o.portFor(lease), provisional: lease.provisional === true };
  }

  #assertAnswers({ ownerId, epoch }: Lease): void {
    if (epoch <= this.#refusedEpoch) throw new MeridianError('ROOM_OWNER_LOST');
    const isSilent = this.#unansweredLease?.ownerId === ownerId && this.#unansweredLease.epoch === epoch;
    if (isSilent && !this.#o.isReachable(ownerId)) throw new MeridianError('ROOM_OWNER_LOST');
  }

  #resolveInBackground(firstCandidate?: Candidate): void {
    this.#resolve(firstCandidate).catch((error: unknown) => {
      this.#o.log.warn({ roomKey: this.#o.roomKey, err: error }, 'no owner found yet');
      this.resolveSoon(1000);
    });
  }

  async #switchTo(port: RoomPort, provisional: boolean): Promise<void> {
    const view = await this.#o.introduce(port);
    if (this.#port !== undefined && this.#port.epoch > port.epoch) return;
    this.#port = port;
    this.#owner = { ownerId: port.ownerId, epoch: port.epoch };
    this.#unansweredLease = undefined;
    this.#provisional = provisional;
    if (this.#provisional) this.#askCentreSoon();
    this.#o.onOwner(port, view);
  }

  /** Asks the centre for the owner of a room that was taken without it, until it answers. */
  #askCentreSoon(): void {
    this.#centreTimer?.cancel();
    if (this.#closed) return;
    this.#centreTimer = this.#o.clock.after(limits.roomLeaseRenewMs, () => {
      if (!this.#provisional) return;
      this.#o.centre
        .lease(this.#o.roomKey, this.#owner.epoch)
        .then((lease) => this.adopt(lease))
        .catch((error: unknown) =>
          this.#o.log.debug({ roomKey: this.#o.roomKey, err: error }, 'the room is provisional still'),
        )
        .finally(() => {
          if (this.#provisional) this.#askCentreSoon();
        });
    });
  }
}
