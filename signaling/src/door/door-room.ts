// A room as one door has it: the clients here, a replica of the roster, and the way to the owner.
//
// Case 1, events arrive in order: applied, and sent to every client here. Case 2, a gap, or a snapshot newer than the replica: the replica
// is replaced and the clients get a RosterSnapshot. Case 3, the owner is gone or has changed: the door asks the centre who owns the room
// (perhaps this instance does now), announces its sessions there, and goes on from the new owner's snapshot.
import { type ErrorCode, encodeServerFrame, limits, MeridianError, type Quality } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import {
  type Followed,
  Follower,
  type Participant,
  type Replica,
  type RosterChange,
  type RosterEvent,
  type RosterView,
  visible,
} from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { CentrePort, Lease, RoomJoined, RoomPort, TrackOffer } from '../ports.ts';
import { eventToWire, viewToWire } from '../wire/roster-wire.ts';
import { OfferBatches, type Offers } from './offer-batches.ts';

/** A client that has joined, as its room sees it. */
export interface RoomMember {
  readonly sessionId: string;
  /** By the media node's count, as the owner is told. */
  readonly adoption: number;
  /** Of the room, as the session's media node has it. */
  readonly fence: string;
  /** Of its connection, as its client measured last. */
  readonly quality: Quality;
  send(frame: Uint8Array): void;
  /** What the roster became; `changes` is undefined when all of it may have changed. */
  onRoster(changes: readonly RosterChange[] | undefined): void;
  /** The new owner does not know or want the session any more. */
  onRefused(code: ErrorCode): void;
}

export interface DoorRoomOptions {
  roomKey: string;
  centre: CentrePort;
  clock: Clock;
  log: Logger;
  rng: Rng;
  /** A way to the owner that this lease names; opens the room here when it is this instance. */
  portFor(lease: Lease): Promise<RoomPort>;
  /** Whether the owner can be asked at once; if not, a link to it is being made. */
  isReachable(ownerId: string): boolean;
  /** An administrator has removed somebody of this identity. */
  onKicked(identity: string): void;
  /** Somebody leaves by himself, or is replaced; or his media moves to another node: `participant` as he was. */
  onLeft(participant: Participant): void;
  /** The replica has changed, and the clients here have been told. */
  onRoster(): void;
  onUnused(): void;
}

/** A way to somebody who may own the room. */
interface Candidate {
  readonly port: RoomPort;
  readonly provisional: boolean;
}

const OWNER_ATTEMPTS = 3;

const ownerFailures = new Set<ErrorCode | undefined>(['ROOM_OWNER_LOST', 'EPOCH_STALE', 'SHUTTING_DOWN']);
const passing = new Set<ErrorCode | undefined>([
  'ROOM_OWNER_LOST',
  'EPOCH_STALE',
  'SHUTTING_DOWN',
  'CENTRE_UNREACHABLE',
  'RATE_LIMITED',
  'NODE_UNREACHABLE',
  'NOT_REGISTERED',
  'INTERNAL',
]);

export class DoorRoom {
  readonly #o: DoorRoomOptions;
  readonly #members = new Map<string, RoomMember>();
  #users = 0;
  #port: RoomPort | undefined;
  #owner = { ownerId: '', epoch: 0 };
  /** The owner took the room without the centre. */
  #provisional = false;
  #settling: Timer | undefined;
  /** A media node refused this epoch, or somebody else has it too: only one above it will do. */
  #above = 0;
  /** The owner did not answer, under this lease: while the centre still names it, it is asked again only when it can be reached. */
  #silent: { ownerId: string; epoch: number } | undefined;
  readonly #follower = new Follower();
  readonly #batches: OfferBatches;
  /** What the owner has been asked and has not answered yet. */
  readonly #asked = new Set<Promise<unknown>>();
  #resolving: Promise<RoomPort> | undefined;
  /** The owner may have taken this door for gone after it was told of some of the sessions here. */
  #isUnsure = false;
  #syncing = false;
  /** There was a gap again while a snapshot was on its way. */
  #missed = false;
  #again: Timer | undefined;
  #fence = '';
  #closed = false;

  constructor(o: DoorRoomOptions) {
    this.#o = o;
    this.#batches = new OfferBatches((nodeId, trackIds) => this.withOwner((port) => port.grants(nodeId, trackIds, '')));
  }

  get roomKey(): string {
    return this.#o.roomKey;
  }
  /** The owner, or the last one while another is looked for. */
  get ownerId(): string {
    return this.#owner.ownerId;
  }
  get epoch(): number {
    return this.#owner.epoch;
  }
  /** How media nodes are told which room and under whose lease. */
  get ref(): { roomKey: string; ownerId: string; epoch: number } {
    return { roomKey: this.#o.roomKey, ...this.#owner };
  }
  /** Regions that the room's media may touch, by the owner's last word. */
  get fence(): string {
    return this.#fence;
  }
  get provisional(): boolean {
    return this.#provisional;
  }
  get replica(): Replica | undefined {
    return this.#follower.replica;
  }
  get memberCount(): number {
    return this.#members.size;
  }

  /** Keeps the room while a join is under way; each call is paid back by one `leaveUse`. */
  use(): void {
    this.#users += 1;
  }
  leaveUse(): void {
    this.#users -= 1;
    this.#closeIfUnused();
  }

  add(member: RoomMember): void {
    this.#members.set(member.sessionId, member);
  }
  remove(member: RoomMember): void {
    if (this.#members.get(member.sessionId) === member) this.#members.delete(member.sessionId);
    this.#closeIfUnused();
  }

  /** Takes the owner from a lease that the centre has just given, if it is newer than what is known. */
  async adopt(lease: Lease): Promise<void> {
    if (this.#port !== undefined && lease.epoch <= this.#port.epoch) return;
    if (this.#resolving !== undefined) await this.#resolving.catch(() => undefined); // its failure reaches whoever asked for it
    if (this.#port !== undefined && lease.epoch <= this.#port.epoch) return;
    if (lease.epoch <= this.#above) return this.resolved();
    await this.#switchTo(await this.#o.portFor(lease), lease.provisional === true);
  }

  /** A media node knows another owner under this epoch or a newer one. */
  epochRefused(epoch: number): void {
    this.#above = Math.max(this.#above, epoch);
    this.ownerGone(epoch);
  }

  /** The owner is not reachable or not the owner any more. */
  ownerGone(epoch: number): void {
    if (this.#closed || this.#port === undefined || this.#port.epoch > epoch) return;
    this.#silent = this.#owner;
    this.#port = undefined;
    this.#resolveSoon(0);
  }

  /**
   * The owner may have taken this door for gone: it hears of the sessions here once more, without a question to the centre. What else it is
   * to do waits meanwhile, so that nobody is named who has just left.
   */
  announceAgain(): void {
    const port = this.#port;
    if (this.#resolving !== undefined) this.#isUnsure = true;
    if (this.#closed || port === undefined || this.#members.size === 0) return;
    this.#port = undefined;
    this.#resolveInBackground({ port, provisional: this.#provisional });
  }

  /** Resolves when an owner is known. */
  async resolved(): Promise<void> {
    if (this.#port === undefined) await this.#resolve();
  }

  /** Lets somebody in at the owner; the replica is at least as new as the answer when this resolves. */
  async join(o: Parameters<RoomPort['join']>[0]): Promise<Omit<RoomJoined, 'view'>> {
    const { view, ...joined } = await this.withOwner((port) => port.join(o));
    this.#fence = joined.fence;
    this.#install(view);
    return joined;
  }

  /** The roster as the owner has it now. */
  async view(): Promise<RosterView> {
    const view = await this.withOwner((port) => port.snapshot());
    this.#install(view);
    return view;
  }

  /** Offers of these tracks for one node. Tracks that live on the node need no grant; questions of the same turn travel together. */
  async offers(nodeId: string, trackIds: readonly string[]): Promise<Offers> {
    const offers: TrackOffer[] = [];
    const far: string[] = [];
    for (const trackId of trackIds) {
      const found = this.replica?.track(trackId);
      if (found?.track.nodeId !== nodeId) far.push(trackId);
      else offers.push(localOffer(trackId, found.publisher.sessionId, nodeId));
    }
    if (far.length === 0) return { offers, failed: [] };
    const answer = await this.#batches.offers(nodeId, far);
    return { offers: [...offers, ...answer.offers], failed: answer.failed };
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

  /** Says something to the owner that nobody waits for. */
  tellOwner(action: (port: RoomPort) => void): void {
    if (this.#port !== undefined) action(this.#port);
  }

  /** Events of an owner; `ownerId` and `epoch` come from a link whose certificate is that owner's. */
  onEvents(ownerId: string, epoch: number, events: readonly RosterEvent[]): void {
    const isKnown = this.#port !== undefined || this.replica !== undefined;
    if (epoch > this.epoch && isKnown && this.#resolving === undefined) {
      this.#port = undefined;
      this.#o.centre.forgetLease(this.#o.roomKey);
      this.#hurryTo(ownerId, epoch);
    }
    for (const { change } of events) {
      const gone = this.replica?.get(goneOf(change));
      if (gone === undefined) continue;
      if (change.type === 'participantChanged') {
        if (change.participant.nodeId !== gone.nodeId) this.#o.onLeft(gone);
      } else if (change.type === 'participantLeft' && change.reason === 'KICKED') this.#o.onKicked(gone.identity);
      else this.#o.onLeft(gone);
    }
    this.#pass(this.#follower.events(epoch, events));
  }

  /** A frame for every client here. */
  broadcast(frame: Uint8Array): void {
    for (const member of [...this.#members.values()]) member.send(frame);
  }

  members(): RoomMember[] {
    return [...this.#members.values()];
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#again?.cancel();
    this.#settling?.cancel();
    this.#o.onUnused();
  }

  #closeIfUnused(): void {
    if (this.#users === 0 && this.#members.size === 0) this.close();
  }

  #distrust(port: RoomPort, code: ErrorCode | undefined): void {
    if (this.#port === port) this.#port = undefined;
    if (code === 'ROOM_OWNER_LOST') this.#silent = { ownerId: port.ownerId, epoch: port.epoch };
    if (code === 'EPOCH_STALE') this.#o.centre.forgetLease(this.#o.roomKey);
  }

  /** A new owner has shown itself: no need to ask the centre. */
  #hurryTo(ownerId: string, epoch: number): void {
    const lease: Lease = { roomKey: this.#o.roomKey, ownerId, epoch, nodeIds: [], created: false };
    this.adopt(lease).catch((error: unknown) => {
      this.#o.log.warn(
        { roomKey: this.#o.roomKey, ownerId, err: error },
        'a new owner did not answer; asking the centre',
      );
      this.#resolveSoon(0);
    });
  }

  /** `first`: an owner to try before the centre is asked for one. */
  #resolve(first?: Candidate): Promise<RoomPort> {
    this.#resolving ??= this.#search(first).finally(() => {
      this.#resolving = undefined;
      if (!this.#isUnsure) return;
      this.#isUnsure = false;
      this.announceAgain();
    });
    return this.#resolving;
  }

  async #search(first: Candidate | undefined): Promise<RoomPort> {
    const untilMs = this.#o.clock.nowMs() + bounds.resolveForMs;
    for (let known = first; ; known = undefined) {
      try {
        if (this.#closed) throw new MeridianError('SHUTTING_DOWN');
        const { port, provisional } = known ?? (await this.#candidate());
        // An owner that was never gone does what it was asked before: who has just left there must not be named as one who is here.
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

  /** Looks for the owner in the background as long as there are clients who need one. */
  #resolveSoon(delayMs: number): void {
    if (this.#closed || this.#members.size === 0) return;
    this.#again?.cancel();
    this.#again = this.#o.clock.after(delayMs, () => {
      if (this.#port === undefined) this.#resolveInBackground();
    });
  }

  #resolveInBackground(first?: Candidate): void {
    this.#resolve(first).catch((error: unknown) => {
      this.#o.log.warn({ roomKey: this.#o.roomKey, err: error }, 'no owner found yet');
      this.#resolveSoon(1000);
    });
  }

  /** Announces the sessions of this door to an owner and takes its roster. With nobody here there is nothing to say. */
  async #switchTo(port: RoomPort, provisional: boolean): Promise<void> {
    const before = this.replica;
    const members = this.members();
    for (let at = 0; at < members.length; at += bounds.announcedAtOnce) {
      const next = members.slice(at, at + bounds.announcedAtOnce);
      await Promise.all(next.map((member) => this.#announce(port, before, member)));
    }
    const view = members.length > 0 ? await port.snapshot() : undefined;
    if (this.#port !== undefined && this.#port.epoch > port.epoch) return;
    this.#port = port;
    this.#owner = { ownerId: port.ownerId, epoch: port.epoch };
    this.#silent = undefined;
    this.#provisional = provisional;
    if (this.#provisional) this.#settleSoon();
    if (this.#members.size === 0) this.#follower.forgetBefore(port.epoch);
    if (view !== undefined) this.#install(view);
    // Media nodes do not know it, and what was said while there was no owner is lost; only changes are told otherwise.
    for (const { sessionId, quality } of [...this.#members.values()])
      if (quality !== 'unknown') port.quality(sessionId, quality);
  }

  /** Names a session, as it is by now; who is here no more is not named. `before`: the roster that is known of the owner before. */
  async #announce(port: RoomPort, before: Replica | undefined, member: RoomMember): Promise<void> {
    const participant = before?.get(member.sessionId);
    if (participant === undefined || this.#members.get(member.sessionId) !== member) return;
    const { adoption, fence } = member;
    try {
      await port.announce({ participant, adoption, fence });
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined || passing.has(code)) throw error;
      member.onRefused(code);
    }
  }

  /** Whose a room is that was taken without the centre, the centre says when it is back: asked until it does. */
  #settleSoon(): void {
    this.#settling?.cancel();
    if (this.#closed) return;
    this.#settling = this.#o.clock.after(limits.roomLeaseRenewMs, () => {
      if (!this.#provisional) return;
      this.#o.centre
        .lease(this.#o.roomKey, this.epoch)
        .then((lease) => this.adopt(lease))
        .catch((error: unknown) =>
          this.#o.log.debug({ roomKey: this.#o.roomKey, err: error }, 'the room is provisional still'),
        )
        .finally(() => {
          if (this.#provisional) this.#settleSoon();
        });
    });
  }

  #install(view: RosterView): void {
    this.#pass(this.#follower.snapshot(view));
  }

  /** Tells the clients what became of the roster. */
  #pass({ replaced, shown, gap }: Followed): void {
    const replica = this.replica;
    if (replica === undefined) return;
    const members = [...this.#members.values()];
    if (replaced && members.length > 0) {
      // As of now: the snapshot and the events that were waiting for it.
      this.broadcast(encodeServerFrame({ rosterSnapshot: viewToWire(visible(replica.view())) }));
      for (const member of members) member.onRoster(undefined);
    } else if (shown.length > 0 && members.length > 0) {
      this.broadcast(encodeServerFrame({ roomEvents: { roomEpoch: replica.epoch, events: shown.map(eventToWire) } }));
      const changes = shown.map((event) => event.change);
      for (const member of members) member.onRoster(changes);
    }
    if (replaced || shown.length > 0) this.#o.onRoster();
    if (gap) this.#sync();
  }

  #sync(): void {
    if (this.#closed) return;
    this.#missed = this.#syncing;
    if (this.#syncing) return;
    this.#syncing = true;
    this.view()
      .catch((error: unknown) => {
        this.#o.log.warn({ roomKey: this.#o.roomKey, err: error }, 'the roster could not be fetched anew');
        this.#resolveSoon(bounds.resolveEveryMs);
      })
      .finally(() => {
        this.#syncing = false;
        if (this.#missed && this.#follower.isBehind) this.#sync();
      });
  }
}

/** Whom a change may take away from the node where he is. */
function goneOf(change: RosterChange): string {
  if (change.type === 'participantLeft') return change.sessionId;
  return change.type === 'participantChanged' ? change.participant.sessionId : '';
}

/** A track that lives on the subscriber's own node: there is nothing to pull. */
const localOffer = (trackId: string, publisherSessionId: string, nodeId: string): TrackOffer => ({
  trackId,
  publisherSessionId,
  originNodeId: nodeId,
  carrierNodeId: nodeId,
  grant: undefined,
});
