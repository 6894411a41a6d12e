// The way to a room's owner, as one signaling node has it: which node owns the room, and how it is found again.
//
// Case 1, the owner is gone or has changed: the signaling node asks the centre for the owner (perhaps this instance by
//         now), introduces itself there, and does what was asked of it at the new one. Case 2, a new owner shows
//         itself: no need to ask. Case 3, the room was taken without the centre: the centre is asked until it names an
//         owner. Nothing is asked while no client here needs an owner.
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
  /** A way to the owner that this lease names; opens the room here when it is this instance. */
  portFor(lease: Lease): Promise<RoomPort>;
  /** Whether the owner can be asked at once; if not, a link to it is being made. */
  isReachable(ownerId: string): boolean;
  /** A client here needs an owner. */
  isNeeded(): boolean;
  /**
   * Names the sessions here to an instance that may be the owner; resolves with its roster, or undefined when there is
   * nothing to say. Rejects with its refusal.
   */
  introduce(port: RoomPort): Promise<RosterView | undefined>;
  /** This one is the owner now, and has answered so. */
  onOwner(port: RoomPort, view: RosterView | undefined): void;
}

/** The way to an instance that may own the room. */
interface Candidate {
  readonly port: RoomPort;
  readonly provisional: boolean;
}

const OWNER_ATTEMPTS = 3;

const ownerFailures = new Set<ErrorCode | undefined>(['ROOM_OWNER_LOST', 'EPOCH_STALE', 'SHUTTING_DOWN']);
/** Failures that say nothing about what was asked: it is tried again. */
export const passing: ReadonlySet<ErrorCode | undefined> = new Set([
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
  /** The owner took the room without the centre. */
  #provisional = false;
  #centreQuestion: Timer | undefined;
  /** A media node refused this epoch, or another instance has it too: only one above it will do. */
  #above = 0;
  /**
   * The owner did not answer, under this lease: while the centre still names it, it is asked again only when it can be
   * reached.
   */
  #silent: { ownerId: string; epoch: number } | undefined;
  /** What the owner has been asked and has not answered yet. */
  readonly #asked = new Set<Promise<unknown>>();
  #resolving: Promise<RoomPort> | undefined;
  /** The owner may have taken this node for gone after it heard of some of the sessions here. */
  #isUnsure = false;
  #again: Timer | undefined;
  #closed = false;

  constructor(o: OwnerFinderOptions) {
    this.#o = o;
  }

  /** The owner, or the last one while another is looked for. */
  get owner(): { readonly ownerId: string; readonly epoch: number } {
    return this.#owner;
  }
  get isKnown(): boolean {
    return this.#port !== undefined;
  }
  get provisional(): boolean {
    return this.#provisional;
  }

  /** Takes the owner from a lease that the centre has just given, if it is newer than what is known. */
  async adopt(lease: Lease): Promise<void> {
    if (this.#port !== undefined && lease.epoch <= this.#port.epoch) return;
    // its failure reaches the caller that asked for it
    if (this.#resolving !== undefined) await this.#resolving.catch(() => undefined);
    if (this.#port !== undefined && lease.epoch <= this.#port.epoch) return;
    if (lease.epoch <= this.#above) return this.resolved();
    await this.#switchTo(await this.#o.portFor(lease), lease.provisional === true);
  }

  /** A media node knows another owner under this epoch or a newer one. */
  epochRefused(epoch: number): void {
    this.#above = Math.max(this.#above, epoch);
    this.gone(epoch);
  }

  /** The owner under this epoch is not reachable, or not the owner any more. */
  gone(epoch: number): void {
    if (this.#closed || this.#port === undefined || this.#port.epoch > epoch) return;
    this.#silent = this.#owner;
    this.#port = undefined;
    this.resolveSoon(0);
  }

  /**
   * An instance speaks as the owner under this epoch: one that is newer is the owner, without a question to the centre.
   */
  heard(ownerId: string, epoch: number): void {
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

  /**
   * The owner may have taken this node for gone: it hears of the sessions here once more, without a question to the
   * centre. What else it is to do waits meanwhile, so that no session is named that has just left.
   */
  introduceAgain(): void {
    const port = this.#port;
    if (this.#resolving !== undefined) this.#isUnsure = true;
    if (this.#closed || port === undefined || !this.#o.isNeeded()) return;
    this.#port = undefined;
    this.#resolveInBackground({ port, provisional: this.#provisional });
  }

  /** Resolves when an owner is known. */
  async resolved(): Promise<void> {
    if (this.#port === undefined) await this.#resolve();
  }

  /** Does something at the owner; when it is the owner no more, finds the new one and does it there. */
  async withOwner<T>(action: (port: RoomPort) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const port = this.#port ?? (await this.#resolve());
      const answer = action(port);
      this.#asked.add(answer);
      try {
        return await answer;
      } catch (error) {
        const code = codeOf(error);
        if (!ownerFailures.has(code) || attempt >= OWNER_ATTEMPTS) throw error;
        this.#distrust(port, code);
      } finally {
        this.#asked.delete(answer);
      }
    }
  }

  /** Sends something to the owner, without an answer. */
  post(action: (port: RoomPort) => void): void {
    if (this.#port !== undefined) action(this.#port);
  }

  /** Looks for the owner in the background as long as a client needs one. */
  resolveSoon(delayMs: number): void {
    if (this.#closed || !this.#o.isNeeded()) return;
    this.#again?.cancel();
    this.#again = this.#o.clock.after(delayMs, () => {
      if (this.#port === undefined) this.#resolveInBackground();
    });
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#again?.cancel();
    this.#centreQuestion?.cancel();
  }

  #distrust(port: RoomPort, code: ErrorCode | undefined): void {
    if (this.#port === port) this.#port = undefined;
    if (code === 'ROOM_OWNER_LOST') this.#silent = { ownerId: port.ownerId, epoch: port.epoch };
    if (code === 'EPOCH_STALE') this.#o.centre.forgetLease(this.#o.roomKey);
  }

  /** `first`: an owner to try before the centre is asked for one. */
  #resolve(first?: Candidate): Promise<RoomPort> {
    this.#resolving ??= this.#search(first).finally(() => {
      this.#resolving = undefined;
      if (!this.#isUnsure) return;
      this.#isUnsure = false;
      this.introduceAgain();
    });
    return this.#resolving;
  }

  async #search(first: Candidate | undefined): Promise<RoomPort> {
    const untilMs = this.#o.clock.nowMs() + bounds.resolveForMs;
    for (let known = first; ; known = undefined) {
      try {
        if (this.#closed) throw new MeridianError('SHUTTING_DOWN');
        const { port, provisional } = known ?? (await this.#candidate());
        // An owner that was never gone does what it was asked before: a session that has just left there must not be
        // named as present.
        if (port.ownerId === this.#owner.ownerId && port.epoch === this.#owner.epoch)
          await Promise.allSettled([...this.#asked]);
        await this.#switchTo(port, provisional);
        return port;
      } catch (error) {
        const code = codeOf(error);
        if (known !== undefined) this.#silent = this.#owner;
        if (code === 'EPOCH_STALE') this.#o.centre.forgetLease(this.#o.roomKey);
        if (this.#closed || !passing.has(code) || this.#o.clock.nowMs() >= untilMs) throw error;
      }
      await new Promise<void>((resolve) => {
        this.#o.clock.after(bounds.resolveEveryMs * (0.5 + this.#o.rng.next()), resolve);
      });
    }
  }

  /** By the word of the centre. */
  async #candidate(): Promise<Candidate> {
    const lease = await this.#o.centre.lease(this.#o.roomKey, this.#above);
    this.#assertAnswers(lease);
    return { port: await this.#o.portFor(lease), provisional: lease.provisional === true };
  }

  #assertAnswers({ ownerId, epoch }: Lease): void {
    if (epoch <= this.#above) throw new MeridianError('ROOM_OWNER_LOST');
    const isSilent = this.#silent?.ownerId === ownerId && this.#silent.epoch === epoch;
    if (isSilent && !this.#o.isReachable(ownerId)) throw new MeridianError('ROOM_OWNER_LOST');
  }

  #resolveInBackground(first?: Candidate): void {
    this.#resolve(first).catch((error: unknown) => {
      this.#o.log.warn({ roomKey: this.#o.roomKey, err: error }, 'no owner found yet');
      this.resolveSoon(1000);
    });
  }

  async #switchTo(port: RoomPort, provisional: boolean): Promise<void> {
    const view = await this.#o.introduce(port);
    if (this.#port !== undefined && this.#port.epoch > port.epoch) return;
    this.#port = port;
    this.#owner = { ownerId: port.ownerId, epoch: port.epoch };
    this.#silent = undefined;
    this.#provisional = provisional;
    if (this.#provisional) this.#askCentreSoon();
    this.#o.onOwner(port, view);
  }

  /** Whose a room is that was taken without the centre, the centre says when it is back: asked until it does. */
  #askCentreSoon(): void {
    this.#centreQuestion?.cancel();
    if (this.#closed) return;
    this.#centreQuestion = this.#o.clock.after(limits.roomLeaseRenewMs, () => {
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
