// A room as one signaling node has it: the clients here, and a replica of the roster; the way to the owner is
// owner-finder.ts.
//
// Case 1, events arrive in order: applied, and sent to every client here. Case 2, a gap, or a snapshot newer than the
//         replica: the replica is replaced and the clients get a RosterSnapshot. Case 3, another owner: the signaling
//         node announces its sessions there, and goes on from its snapshot.
import {
  encodeServerFrame,
  type Participant,
  type RoomDifference,
  type RoomState,
  type RosterEvent,
  type RosterView,
  rosterEventToWire,
  rosterViewToWire,
  type Viewers,
  viewersOf,
  viewersToWire,
  type wire,
} from '@meridian/protocol';
import { type Followed, Follower, isLeading, needKey, type RenditionNeed, visible } from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { Lease, RoomJoined, RoomPort, TrackOffer } from '../ports.ts';
import { Crowd, type CrowdSeats } from './crowd.ts';
import { HostsView } from './hosts-view.ts';
import { OfferBatches, type Offers } from './offer-batches.ts';
import { OwnerFinder, type OwnerFinderOptions, passing } from './owner-finder.ts';
import { PostsView } from './posts-view.ts';
import type { RoomMember } from './room-member.ts';
import { ViewerCounts } from './viewer-counts.ts';

/** A client in front of the room. */
export interface RoomWaiter {
  /** This owner has to know of it. */
  ownerIs(epoch: number): void;
}

export interface LocalRoomOptions extends Omit<OwnerFinderOptions, 'isNeeded' | 'introduce' | 'onOwner'> {
  /** Of this signaling node. */
  selfId: string;
  crowdSeats: CrowdSeats;
  /** A participant leaves, or is replaced; or the media moves to another node: `participant` as before. */
  onLeft(participant: Participant): void;
  onDifference(difference: RoomDifference): void;
  /** The replica has changed, and the clients here know it. */
  onRoster(): void;
  onUnused(): void;
}

export class LocalRoom {
  readonly #o: LocalRoomOptions;
  readonly #owner: OwnerFinder;
  readonly #members = new Map<string, RoomMember>();
  readonly #waiters = new Set<RoomWaiter>();
  /** What the hosts here are shown. */
  readonly lobby: HostsView<wire.Lobby.$Properties>;
  readonly hands: HostsView<wire.CrowdHands.$Properties>;
  /** The clients here that watch without a place in the roster. */
  readonly crowd: Crowd;
  readonly posts: PostsView;
  #users = 0;
  readonly #follower = new Follower();
  readonly #batches: OfferBatches;
  readonly #viewers: ViewerCounts;
  #syncing = false;
  /** There was a gap again while a snapshot was on its way. */
  #missed = false;
  #fence = '';
  /** The keys of what the owner heard last. */
  #saidNeeds = '';
  #closed = false;

  constructor(o: LocalRoomOptions) {
    this.#o = o;
    this.#owner = new OwnerFinder({
      ...o,
      isNeeded: () => this.#members.size > 0 || this.#waiters.size > 0,
      introduce: (port) => this.#introduce(port),
      onOwner: (port, view) => this.#follow(port, view),
    });
    this.lobby = new HostsView<wire.Lobby.$Properties>({
      empty: {},
      isEmpty: ({ waiters }) => (waiters ?? []).length === 0,
      show: (lobby) => this.#showHosts({ lobby }),
    });
    this.hands = new HostsView<wire.CrowdHands.$Properties>({
      empty: {},
      isEmpty: ({ hands }) => (hands ?? []).length === 0,
      show: (crowdHands) => this.#showHosts({ crowdHands }),
    });
    this.crowd = new Crowd({ ...o, seats: o.crowdSeats, room: this });
    this.posts = new PostsView({
      clock: o.clock,
      show: (frame) => this.#sendMembers(frame),
      showCrowd: (frame) => this.crowd.send(frame),
      tellOwner: (action) => this.tellOwner(action),
    });
    this.#viewers = new ViewerCounts({
      clock: o.clock,
      now: () => viewersOf(this.replica?.participants() ?? []),
      tell: (viewers) => {
        if (this.#members.size > 0) this.broadcast(encodeServerFrame({ roomViewers: viewersToWire(viewers) }));
      },
    });
    this.#batches = new OfferBatches((nodeId, trackIds) => this.withOwner((port) => port.grants(nodeId, trackIds, '')));
  }

  get roomKey(): string {
    return this.#o.roomKey;
  }
  /** The owner, or the last one while another is looked for. */
  get ownerId(): string {
    return this.#owner.owner.ownerId;
  }
  get epoch(): number {
    return this.#owner.owner.epoch;
  }
  /** The room and its lease, for messages to media nodes. */
  get ref(): { roomKey: string; ownerId: string; epoch: number } {
    return { roomKey: this.#o.roomKey, ...this.#owner.owner };
  }
  /** Regions that the room's media may touch, by the owner's last word. */
  get fence(): string {
    return this.#fence;
  }
  get provisional(): boolean {
    return this.#owner.provisional;
  }
  get replica(): RoomState | undefined {
    return this.#follower.replica;
  }
  /** How many watch by gateways, as the clients here know it. */
  get viewers(): Viewers {
    return this.#viewers.shown;
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
    this.needsChanged();
    this.#closeIfUnused();
  }

  /** A client waits in front of the room: it hears of another owner. */
  addWaiter(waiter: RoomWaiter): void {
    this.#waiters.add(waiter);
  }
  removeWaiter(waiter: RoomWaiter): void {
    this.#waiters.delete(waiter);
  }

  /** A host that has just come, or come back, is shown what hosts see: waiting clients, raised hands. */
  showHost(member: RoomMember): void {
    const [lobby, crowdHands] = [this.lobby.last, this.hands.last];
    if (!this.#isHost(member)) return;
    if (lobby !== undefined) member.send(encodeServerFrame({ lobby }));
    if (crowdHands !== undefined) member.send(encodeServerFrame({ crowdHands }));
  }

  /** Takes the owner from a lease that the centre has just given, if it is newer than what is known. */
  adopt(lease: Lease): Promise<void> {
    return this.#owner.adopt(lease);
  }

  /** A media node knows another owner under this epoch or a newer one. */
  epochRefused(epoch: number): void {
    this.#owner.epochRefused(epoch);
  }

  /** The owner is not reachable or not the owner any more. */
  ownerGone(epoch: number): void {
    this.#owner.gone(epoch);
  }

  /** The owner may have taken this node for gone: it hears of the sessions here once more. */
  announceAgain(): void {
    this.#owner.introduceAgain();
  }

  /** Resolves when an owner is known. */
  resolved(): Promise<void> {
    return this.#owner.resolved();
  }

  /** Has the owner let a participant in; the replica is at least as new as the answer when this resolves. */
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

  /**
   * Offers of these tracks for one node. Tracks that live on the node need no grant; questions of the same turn travel
   * together.
   */
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
  withOwner<T>(action: (port: RoomPort) => Promise<T>): Promise<T> {
    return this.#owner.withOwner(action);
  }

  /** Sends something to the owner, without an answer. */
  tellOwner(action: (port: RoomPort) => void): void {
    this.#owner.post(action);
  }

  /** A client here needs another rendition, or one no more: the owner hears when that changes the whole. */
  needsChanged(): void {
    const needs = this.#needs();
    const said = [...needs.keys()].sort().join();
    if (said === this.#saidNeeds) return;
    this.#saidNeeds = said;
    this.tellOwner((port) => port.needs([...needs.values()]));
  }

  /** Events of an owner; `ownerId` and `epoch` come from a link whose certificate is that owner's. */
  onEvents(ownerId: string, epoch: number, events: readonly RosterEvent[]): void {
    // With nothing to follow there is nothing to be taken over.
    if (this.#owner.isKnown || this.replica !== undefined) this.#owner.heard(ownerId, epoch);
    this.#pass(this.#follower.events(epoch, events));
  }

  /** A frame for every client here, the crowd too. */
  broadcast(frame: Uint8Array): void {
    for (const member of [...this.#members.values()]) member.send(frame);
  }

  /** A frame for the participants here alone. */
  #sendMembers(frame: Uint8Array): void {
    for (const member of [...this.#members.values()]) if (member !== this.crowd) member.send(frame);
  }

  members(): RoomMember[] {
    return [...this.#members.values()];
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.crowd.close();
    this.#viewers.close();
    this.posts.close();
    this.#owner.close();
    this.#o.onUnused();
  }

  #closeIfUnused(): void {
    if (this.#users === 0 && this.#members.size === 0) this.close();
  }

  /**
   * Announces the sessions of this node to an owner and asks for its roster. With no client here there is nothing to
   * say.
   */
  async #introduce(port: RoomPort): Promise<RosterView | undefined> {
    const before = this.replica;
    const members = this.members();
    for (let at = 0; at < members.length; at += bounds.announcedAtOnce) {
      const next = members.slice(at, at + bounds.announcedAtOnce);
      await Promise.all(next.map((member) => this.#announce(port, before, member)));
    }
    return members.length > 0 ? port.snapshot() : undefined;
  }

  #follow(port: RoomPort, view: RosterView | undefined): void {
    if (this.#members.size === 0) this.#follower.forgetBefore(port.epoch);
    if (view !== undefined) this.#install(view);
    this.lobby.ownerIs(port.epoch);
    this.hands.ownerIs(port.epoch);
    this.crowd.ownerIs(port);
    this.posts.ownerIs(port.epoch, this.#members.size > 0);
    for (const waiter of this.#waiters) waiter.ownerIs(port.epoch);
    // Media nodes do not know it, and what was said while there was no owner is lost; otherwise the owner hears of
    // changes only.
    for (const { sessionId, quality } of [...this.#members.values()])
      if (quality !== 'unknown') port.quality(sessionId, quality);
    this.#saidNeeds = '';
    this.needsChanged();
  }

  #showHosts(message: Pick<wire.ServerFrame.$Properties, 'lobby' | 'crowdHands'>): void {
    const frame = encodeServerFrame(message);
    for (const member of this.#members.values()) if (this.#isHost(member)) member.send(frame);
  }

  #isHost(member: RoomMember): boolean {
    const participant = this.replica?.get(member.sessionId);
    return participant !== undefined && isLeading(participant);
  }

  #needs(): Map<string, RenditionNeed> {
    return new Map(this.members().flatMap(({ needs }) => needs.map((need) => [needKey(need), need] as const)));
  }

  /**
   * Names a session, as it is by now; one that is here no more is not named. `before`: the roster that is known of the
   * owner before.
   */
  async #announce(port: RoomPort, before: RoomState | undefined, member: RoomMember): Promise<void> {
    const participant = before?.get(member.sessionId);
    if (participant === undefined || this.#members.get(member.sessionId) !== member) return;
    const { adoption, fence } = member;
    try {
      await port.announce({ participant, adoption, fence });
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined || passing.has(code)) throw error;
      member.evict(code, '');
    }
  }

  #install(view: RosterView): void {
    this.#pass(this.#follower.snapshot(view));
  }

  /** Informs the clients of what became of the roster. */
  #pass({ replaced, shown, differences, gap }: Followed): void {
    const replica = this.replica;
    if (replica === undefined) return;
    for (const difference of differences) {
      this.#noteGone(difference);
      this.#o.onDifference(difference);
    }
    const members = [...this.#members.values()];
    if (replaced && members.length > 0) {
      this.crowd.replaced();
      // As of now: the snapshot and the events that were waiting for it.
      this.broadcast(encodeServerFrame({ rosterSnapshot: rosterViewToWire(visible(replica.view())) }));
      for (const member of members) member.onRoster(undefined);
    } else if (shown.length > 0 && members.length > 0) {
      const events = encodeServerFrame({
        roomEvents: { roomEpoch: replica.epoch, events: shown.map(rosterEventToWire) },
      });
      this.#sendMembers(events);
      this.crowd.events(replica.epoch, shown);
      for (const member of members) member.onRoster(differences);
    }
    if (replaced || shown.length > 0) {
      this.#o.onRoster();
      this.#viewers.changed();
    }
    if (gap) this.#sync();
  }

  #noteGone(difference: RoomDifference): void {
    if (difference.type === 'participantLeft' && difference.reason !== 'KICKED') this.#o.onLeft(difference.participant);
    if (difference.type === 'participantChanged' && difference.previous.nodeId !== difference.participant.nodeId)
      this.#o.onLeft(difference.previous);
  }

  #sync(): void {
    if (this.#closed) return;
    this.#missed = this.#syncing;
    if (this.#syncing) return;
    this.#syncing = true;
    this.view()
      .catch((error: unknown) => {
        this.#o.log.warn({ roomKey: this.#o.roomKey, err: error }, 'the roster could not be fetched anew');
        this.#owner.resolveSoon(bounds.resolveEveryMs);
      })
      .finally(() => {
        this.#syncing = false;
        if (this.#missed && this.#follower.isBehind) this.#sync();
      });
  }
}

/** A track that lives on the subscriber's own node: there is nothing to pull. */
const localOffer = (trackId: string, publisherSessionId: string, nodeId: string): TrackOffer => ({
  trackId,
  publisherSessionId,
  originNodeId: nodeId,
  carrierNodeId: nodeId,
  grant: undefined,
});
