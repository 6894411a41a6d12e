// A room at a signaling node: the clients here, and a replica of the roster; owner-finder.ts finds the owner.
//
// Case 1: events in order are applied and sent to every client here.
// Case 2: after a gap, or with a newer snapshot, the replica is replaced, and the clients get a RosterSnapshot.
// Case 3: the signaling node announces its sessions to a new owner, and continues from its snapshot.
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
import { Follower, type FollowResult, isLeading, needKey, type RenditionNeed, visible } from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { Lease, RoomJoined, RoomPort, TrackOffer } from '../ports.ts';
import { Crowd, type CrowdSeats } from './crowd.ts';
import { HostsView } from './hosts-view.ts';
import { OfferBatches, type Offers } from './offer-batches.ts';
import { OwnerFinder, type OwnerFinderOptions, temporaryCodes } from './owner-finder.ts';
import { PostsView } from './posts-view.ts';
import type { RoomMember } from './room-member.ts';
import { ShownEvents } from './shown-events.ts';
import { ViewerCounts } from './viewer-counts.ts';

export interface RoomWaiter {
  /** Called when the room has a new owner, at which the waiting client has to knock again. */
  onNewOwner(epoch: number): void;
}

export interface LocalRoomOptions extends Omit<OwnerFinderOptions, 'isNeeded' | 'introduce' | 'onOwner'> {
  selfId: string;
  crowdSeats: CrowdSeats;
  /** Called when a participant leaves, is replaced or moves to another node: `participant` as before. */
  onLeft(participant: Participant): void;
  onDifference(difference: RoomDifference): void;
  /** Called after a change of the replica, once the clients here know it. */
  onRoster(): void;
  onUnused(): void;
}

export class LocalRoom {
  readonly #o: LocalRoomOptions;
  readonly #owner: OwnerFinder;
  readonly #members = new Map<string, RoomMember>();
  readonly #waiters = new Set<RoomWaiter>();
  /** Waiting clients, for the hosts here. */
  readonly lobby: HostsView<wire.Lobby.$Properties>;
  readonly hands: HostsView<wire.CrowdHands.$Properties>;
  /** Clients here that watch without a place in the roster. */
  readonly crowd: Crowd;
  readonly posts: PostsView;
  #userCount = 0;
  readonly #follower = new Follower();
  readonly #offerBatches: OfferBatches;
  readonly #viewers: ViewerCounts;
  readonly #shownEvents: ShownEvents;
  #isSyncing = false;
  /** There was another gap while a snapshot was on its way. */
  #hasMissedGap = false;
  #fence = '';
  /** Keys of the needs that the owner received last. */
  #reportedNeeds = '';
  #closed = false;

  constructor(o: LocalRoomOptions) {
    this.#o = o;
    this.#owner = new OwnerFinder({
      ...o,
      isNeeded: () => this.#members.size > 0 || this.#waiters.size > 0,
      introduce: (port) => this.#introduce(port),
      onOwner: (port, view) => this.#followOwner(port, view),
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
      current: () => viewersOf(this.replica?.participants() ?? []),
      show: (viewers) => {
        if (this.#members.size > 0) this.broadcast(encodeServerFrame({ roomViewers: viewersToWire(viewers) }));
      },
    });
    this.#shownEvents = new ShownEvents({ clock: o.clock, show: (events, seqOf) => this.#showEvents(events, seqOf) });
    this.#offerBatches = new OfferBatches((nodeId, trackIds) =>
      this.withOwner((port) => port.grants(nodeId, trackIds, '')),
    );
  }

  get roomKey(): string {
    return this.#o.roomKey;
  }
  /** Owner, or the last owner while a new one is searched. */
  get ownerId(): string {
    return this.#owner.owner.ownerId;
  }
  get epoch(): number {
    return this.#owner.owner.epoch;
  }
  /** Room and lease, for messages to media nodes. */
  get ref(): { roomKey: string; ownerId: string; epoch: number } {
    return { roomKey: this.#o.roomKey, ...this.#owner.owner };
  }
  /** Regions that the room's media may use, by the owner's latest answer. */
  get fence(): string {
    return this.#fence;
  }
  get provisional(): boolean {
    return this.#owner.provisional;
  }
  get replica(): RoomState | undefined {
    return this.#follower.replica;
  }
  /** Numbers of viewers that gateways report, as the clients here know them. */
  get viewers(): Viewers {
    return this.#viewers.shown;
  }
  get memberCount(): number {
    return this.#members.size;
  }

  /** Keeps the room during a join; each call needs a `leaveUse`. */
  use(): void {
    this.#userCount += 1;
  }
  leaveUse(): void {
    this.#userCount -= 1;
    this.#closeIfUnused();
  }

  add(member: RoomMember): void {
    this.#members.set(member.sessionId, member);
    this.#shownEvents.joined(member, this.replica?.seq ?? 0);
  }
  remove(member: RoomMember): void {
    if (this.#members.get(member.sessionId) === member) this.#members.delete(member.sessionId);
    if (this.#reportedNeeds !== '') this.needsChanged();
    this.#closeIfUnused();
  }

  /** Adds a client that waits in front of the room; it is informed of new owners. */
  addWaiter(waiter: RoomWaiter): void {
    this.#waiters.add(waiter);
  }
  removeWaiter(waiter: RoomWaiter): void {
    this.#waiters.delete(waiter);
  }

  /** Shows waiting clients and raised hands to a host that has just come or come back. */
  showHost(member: RoomMember): void {
    const [lobby, crowdHands] = [this.lobby.last, this.hands.last];
    if (!this.#isHost(member)) return;
    if (lobby !== undefined) member.send(encodeServerFrame({ lobby }));
    if (crowdHands !== undefined) member.send(encodeServerFrame({ crowdHands }));
  }

  /** Takes the owner of a new lease, if it is newer than the known owner. */
  adopt(lease: Lease): Promise<void> {
    return this.#owner.adopt(lease);
  }

  /** Handles a media node that knows another owner under this epoch or a newer one. */
  epochRefused(epoch: number): void {
    this.#owner.epochRefused(epoch);
  }

  /** Handles an owner that is unreachable or has lost the room. */
  ownerGone(epoch: number): void {
    this.#owner.gone(epoch);
  }

  /** Announces the sessions again to an owner that may have lost this node for a moment. */
  announceAgain(): void {
    this.#owner.introduceAgain();
  }

  awaitOwner(): Promise<void> {
    return this.#owner.awaitOwner();
  }

  /** Has the owner admit a participant; when this resolves, the replica is at least as new as the answer. */
  async join(o: Parameters<RoomPort['join']>[0]): Promise<Omit<RoomJoined, 'view'>> {
    const { view, ...joined } = await this.withOwner((port) => port.join(o));
    this.#fence = joined.fence;
    this.#applySnapshot(view);
    return joined;
  }

  async view(): Promise<RosterView> {
    const view = await this.withOwner((port) => port.snapshot());
    this.#applySnapshot(view);
    return view;
  }

  /** Returns offers for a node, without grants for its own tracks; requests of the same turn are batched. */
  async offers(nodeId: string, trackIds: readonly string[]): Promise<Offers> {
    const offers: TrackOffer[] = [];
    const remoteIds: string[] = [];
    for (const trackId of trackIds) {
      const found = this.replica?.track(trackId);
      if (found?.track.nodeId !== nodeId) remoteIds.push(trackId);
      else offers.push(localOffer(trackId, found.publisher.sessionId, nodeId));
    }
    if (remoteIds.length === 0) return { offers, failed: [] };
    const answer = await this.#offerBatches.offers(nodeId, remoteIds);
    return { offers: [...offers, ...answer.offers], failed: answer.failed };
  }

  /** Runs an action at the owner; if the owner has changed, at the new one. */
  withOwner<T>(action: (port: RoomPort) => Promise<T>): Promise<T> {
    return this.#owner.withOwner(action);
  }

  tellOwner(action: (port: RoomPort) => void): void {
    this.#owner.post(action);
  }

  /** Reports the needed renditions to the owner if their set has changed. */
  needsChanged(): void {
    const needs = this.#needs();
    const needsKey = [...needs.keys()].sort().join();
    if (needsKey === this.#reportedNeeds) return;
    this.#reportedNeeds = needsKey;
    this.tellOwner((port) => port.needs([...needs.values()]));
  }

  /** Takes events of an owner; `ownerId` and `epoch` come from a link with that owner's certificate. */
  onEvents(ownerId: string, epoch: number, events: readonly RosterEvent[]): void {
    // Without a roster to follow, a new owner does not matter.
    if (this.#owner.isKnown || this.replica !== undefined) this.#owner.onAnnounced(ownerId, epoch);
    this.#applyResult(this.#follower.events(epoch, events));
  }

  /** Sends a frame to every client here, including the crowd. */
  broadcast(frame: Uint8Array): void {
    this.#shownEvents.flush();
    for (const member of [...this.#members.values()]) member.send(frame);
  }

  /** Informs the clients here of the latest newcomers, one of which may be the sender of what comes next. */
  showNewcomers(): void {
    this.#shownEvents.flush();
  }

  /** Sends a frame to the participants here, without the crowd. */
  #sendMembers(frame: Uint8Array): void {
    this.#shownEvents.flush();
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
    this.#shownEvents.drop();
    this.posts.close();
    this.#owner.close();
    this.#o.onUnused();
  }

  #closeIfUnused(): void {
    if (this.#userCount === 0 && this.#members.size === 0) this.close();
  }

  /** Announces the sessions of this node to an owner and fetches its roster. Returns undefined without clients here. */
  async #introduce(port: RoomPort): Promise<RosterView | undefined> {
    const before = this.replica;
    const members = this.members();
    for (let at = 0; at < members.length; at += bounds.announcedAtOnce) {
      const next = members.slice(at, at + bounds.announcedAtOnce);
      await Promise.all(next.map((member) => this.#announce(port, before, member)));
    }
    return members.length > 0 ? port.snapshot() : undefined;
  }

  #followOwner(port: RoomPort, view: RosterView | undefined): void {
    if (this.#members.size === 0) this.#follower.forgetBefore(port.epoch);
    if (view !== undefined) this.#applySnapshot(view);
    this.lobby.onNewOwner(port.epoch);
    this.hands.onNewOwner(port.epoch);
    this.crowd.onNewOwner(port);
    this.posts.onNewOwner(port.epoch, this.#members.size > 0);
    for (const waiter of this.#waiters) waiter.onNewOwner(port.epoch);
    // Media nodes do not know qualities, and reports without an owner are lost; later the owner gets changes only.
    for (const { sessionId, quality } of [...this.#members.values()])
      if (quality !== 'unknown') port.quality(sessionId, quality);
    this.#reportedNeeds = '';
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

  /** Announces the present state of a session if it is still here. `before`: the roster of the earlier owner. */
  async #announce(port: RoomPort, before: RoomState | undefined, member: RoomMember): Promise<void> {
    const participant = before?.get(member.sessionId);
    if (participant === undefined || this.#members.get(member.sessionId) !== member) return;
    const { adoption, fence } = member;
    try {
      await port.announce({ participant, adoption, fence });
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined || temporaryCodes.has(code)) throw error;
      member.evict(code, '');
    }
  }

  #applySnapshot(view: RosterView): void {
    this.#applyResult(this.#follower.snapshot(view));
  }

  #applyResult({ replaced, shown, differences, gap }: FollowResult): void {
    const replica = this.replica;
    if (replica === undefined) return;
    for (const difference of differences) {
      this.#reportDeparture(difference);
      this.#o.onDifference(difference);
    }
    const members = [...this.#members.values()];
    if (replaced) this.#shownEvents.drop();
    if (replaced && members.length > 0) {
      this.crowd.onRosterReplaced();
      // The snapshot as of now includes the events that were waiting for it.
      this.broadcast(encodeServerFrame({ rosterSnapshot: rosterViewToWire(visible(replica.view())) }));
      for (const member of members) member.onRoster(undefined);
    } else if (shown.length > 0 && members.length > 0) {
      this.#shownEvents.add(shown, differences);
      for (const member of this.#concernedBy(differences, members)) member.onRoster(differences);
    }
    if (replaced || shown.length > 0) {
      this.#o.onRoster();
      this.#viewers.changed();
    }
    if (gap) this.#sync();
  }

  #showEvents(shown: readonly RosterEvent[], seqOf: ReadonlyMap<RoomMember, number>): void {
    const { replica } = this;
    if (replica === undefined) return;
    const { epoch } = replica;
    const frame = eventsFrame(epoch, shown);
    for (const member of [...this.#members.values()]) {
      if (member === this.crowd) continue;
      const seq = seqOf.get(member);
      const later = seq === undefined ? shown : shown.filter((event) => event.seq > seq);
      if (later.length > 0) member.send(later.length === shown.length ? frame : eventsFrame(epoch, later));
    }
    this.crowd.events(epoch, shown);
  }

  /** Most differences concern the members that they name, and not each of a thousand. */
  #concernedBy(differences: readonly RoomDifference[], members: readonly RoomMember[]): Iterable<RoomMember> {
    if (differences.some(mayConcernAll)) return members;
    const named = new Set<RoomMember>();
    for (const one of differences) {
      const member = 'participant' in one ? this.#members.get(one.participant.sessionId) : undefined;
      if (member !== undefined) named.add(member);
    }
    return named;
  }

  #reportDeparture(difference: RoomDifference): void {
    if (difference.type === 'participantLeft' && difference.reason !== 'KICKED') this.#o.onLeft(difference.participant);
    if (difference.type === 'participantChanged' && difference.previous.nodeId !== difference.participant.nodeId)
      this.#o.onLeft(difference.previous);
  }

  #sync(): void {
    if (this.#closed) return;
    this.#hasMissedGap = this.#isSyncing;
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    this.view()
      .catch((error: unknown) => {
        this.#o.log.warn({ roomKey: this.#o.roomKey, err: error }, 'the roster could not be fetched anew');
        this.#owner.resolveSoon(bounds.resolveEveryMs);
      })
      .finally(() => {
        this.#isSyncing = false;
        if (this.#hasMissedGap && this.#follower.isBehind) this.#sync();
      });
  }
}

const eventsFrame = (roomEpoch: number, events: readonly RosterEvent[]): Uint8Array =>
  encodeServerFrame({ roomEvents: { roomEpoch, events: events.map(rosterEventToWire) } });

/** Returns whether a difference may change what others receive: tracks, or the right to receive them. */
function mayConcernAll(one: RoomDifference): boolean {
  switch (one.type) {
    case 'trackPublished':
    case 'trackUnpublished':
      return true;
    case 'participantJoined':
    case 'participantLeft':
      return one.participant.tracks.length > 0 || one.participant.subscribers !== undefined;
    case 'participantChanged':
      return one.participant.subscribers !== undefined || one.previous.subscribers !== undefined;
    default:
      return false;
  }
}

/** Returns the offer of a track on the subscriber's own node, where nothing is pulled. */
const localOffer = (trackId: string, publisherSessionId: string, nodeId: string): TrackOffer => ({
  trackId,
  publisherSessionId,
  originNodeId: nodeId,
  carrierNodeId: nodeId,
  grant: undefined,
});
