// A room owned by this instance: orders events, admits and removes participants, offers tracks, and informs the
// signaling nodes with participants. A signaling node, identified by its link, speaks only for its own sessions.
// entrance.ts decides who may enter, track-routing.ts from which node a node pulls a track.
import {
  type ErrorCode,
  isBreakOutRoom,
  isCrowdSession,
  isInFence,
  limits,
  MeridianError,
  mayReceive,
  newRecordingId,
  type Participant,
  participantSelfKeys,
  participantWith,
  partsOfRoomKey,
  type RoomInfo,
  type RoomPolicy,
  type RosterView,
  type Speaker,
  type Track,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { ServiceCounters } from '../clients/context.ts';
import {
  type Act,
  type Fleet,
  hasLibrary,
  isOfCrowd,
  occupiesRoom,
  openBreakOutRooms,
  participantUnder,
  type RenditionNeed,
  type Roster,
  rankOf,
  recordingRefusal,
  withAutomaticRecording,
  withReadmitted,
  withRecordings,
} from '../core/index.ts';
import { bounds } from '../limits.ts';
import type { NodeLinks } from '../links/nodes.ts';
import type { CentrePort, RefusedTrack, RoomJoined, TrackOffer } from '../ports.ts';
import { Absences } from './absences.ts';
import { ActiveSpeakers } from './active-speakers.ts';
import { type ActResult, Acts } from './acts.ts';
import { BreakOutRemovals } from './break-out-removals.ts';
import { Emptiness } from './emptiness.ts';
import { Entrance } from './entrance.ts';
import { HeldNodes } from './held-nodes.ts';
import type { Journal, RoomJournal } from './journal.ts';
import { Lobby } from './lobby.ts';
import { OwnerMoves } from './moves.ts';
import type { OfferIssuer } from './offer-issuer.ts';
import { PolicyHolder } from './policy-holder.ts';
import { RoomPosts } from './posts.ts';
import { Recordings } from './recordings.ts';
import { changesOf, departuresOf, type RosterDependents, RosterWriter } from './roster-writer.ts';
import { askPresence } from './session-presence.ts';
import type { RoomIdentity, SignalingSink } from './signaling-sink.ts';
import { Stage } from './stage.ts';
import { TrackRouting } from './track-routing.ts';
import { WantedRenditions } from './wanted-renditions.ts';

export interface OwnedRoomOptions {
  room: RoomIdentity;
  roster: Roster;
  clock: Clock;
  log: Logger;
  rng: Rng;
  fleet(): Fleet;
  counters: Pick<ServiceCounters, 'move'>;
  nodes: NodeLinks;
  centre: Pick<CentrePort, 'transcode' | 'record'>;
  offerIssuer: OfferIssuer;
  signalingNodes: SignalingSink;
  /** The room opened with a copy of its policy, or the api has said that there is none. */
  isPolicyKnown: boolean;
  /** Stores a policy that was changed here at the api. */
  storePolicy(policy: RoomPolicy): void;
  /** Returns whether the api has not stored the latest policy. */
  isPolicyPending(): boolean;
  /** Owned without the centre: another instance may own it too, until the centre has decided. */
  provisional: boolean;
  /** Fence of the media nodes' sessions; undefined: the room is still empty. */
  fence: string | undefined;
  /** Absent: the room is not recorded. */
  journal?: Pick<Journal, 'room'> | undefined;
  /** Returns the recordings that the tenant may begin: `TenantLimits.recording`; absent: any. */
  mayRecord?(): string;
  /** Removes a person from a break-out, at its owner; absent: it stays there. */
  removeFromBreakOut?(room: string, removal: wire.ActRemove.$Properties, mayOpen: boolean): Promise<void>;
  /** Called when the room has been empty for a while, or was ended: give the lease back. */
  onOver(reason: 'empty' | 'ended'): void;
}

export class OwnedRoom {
  readonly room: RoomIdentity;
  readonly #o: OwnedRoomOptions;
  readonly #roster: Roster;
  readonly #entrance: Entrance;
  readonly #trackRouting: TrackRouting;
  readonly #activeSpeakers: ActiveSpeakers;
  readonly #absences: Absences;
  /** Changes the roster, and ends or orders sessions. */
  readonly rosterWriter: RosterWriter;
  readonly moves: OwnerMoves;
  readonly lobby: Lobby;
  readonly stage: Stage;
  readonly posts: RoomPosts;
  readonly #heldNodes: HeldNodes;
  readonly #wantedRenditions: WantedRenditions;
  readonly #recordings: Recordings;
  readonly #journal: RoomJournal | undefined;
  readonly #policy: PolicyHolder;
  readonly #breakOutRemovals: BreakOutRemovals;
  readonly #acts: Acts;
  readonly #emptiness: Emptiness;
  #closed = false;

  constructor(o: OwnedRoomOptions) {
    this.#o = o;
    this.room = o.room;
    this.#roster = o.roster;
    this.#journal = o.journal?.room(o.room, o.roster);
    const { clock, log, nodes } = o;
    const { roomKey } = o.room;
    const rosterWriter = new RosterWriter({ ...o, journal: this.#journal, dependents: () => this.#dependents() });
    this.rosterWriter = rosterWriter;
    this.#activeSpeakers = new ActiveSpeakers(clock, (speakers) => rosterWriter.apply(o.roster.setSpeakers(speakers)));
    this.#emptiness = new Emptiness({ clock, keptMs: () => this.#keptEmptyMs(), onOver: () => o.onOver('empty') });
    this.#policy = new PolicyHolder({
      isKnown: o.isPolicyKnown,
      roster: o.roster,
      clock,
      rosterWriter,
      store: (policy) => {
        o.storePolicy(policy);
        // An empty room with a changed policy is kept longer: a ban may have opened it.
        if (this.isEmpty) this.#emptiness.restart();
      },
      end: () => void this.command([{ type: 'end', reason: 'the booked end' }]),
    });
    const entrance = new Entrance({ ...o, policy: () => this.policy, isPolicyKnown: () => this.isPolicyKnown });
    this.#entrance = entrance;
    this.stage = this.#makeStage();
    this.posts = this.#makePosts();
    this.#breakOutRemovals = new BreakOutRemovals({
      clock,
      log,
      openRooms: () =>
        openBreakOutRooms(this.policy, { room: partsOfRoomKey(roomKey)?.room ?? '', nowWallMs: clock.wallMs() }),
      remove: async (breakOut, removal, mayOpen) => o.removeFromBreakOut?.(breakOut, removal, mayOpen),
    });
    this.#acts = this.#makeActs();
    this.lobby = this.#makeLobby();
    this.#heldNodes = new HeldNodes({ nodes, room: o.room, retained: () => o.roster });
    this.#trackRouting = new TrackRouting({ ...o, roomNodeIds: this.#heldNodes.ids, fence: () => entrance.fence });
    this.moves = new OwnerMoves({
      clock,
      log,
      rng: o.rng,
      fleet: () => o.fleet(),
      fence: () => entrance.fence,
      participant: (sessionId) => this.#roster.get(sessionId),
      order: (signalingId, order) => o.signalingNodes.move(signalingId, this.room, order),
      changed: () => this.#follow(),
      countMove: o.counters.move,
    });
    this.#absences = new Absences({
      clock,
      ask: (sessionIds) =>
        askPresence(
          { nodes, log, room: this.room },
          sessionIds.map((sessionId) => this.#roster.get(sessionId)).filter((one) => one !== undefined),
        ),
      onOver: (sessionId) => this.#endAbsent(sessionId),
    });
    this.#wantedRenditions = new WantedRenditions({
      clock,
      log,
      roster: o.roster,
      ask: (publisher, rendition, isWanted) => rosterWriter.order(publisher, { rendition, isWanted }),
      transcode: (order) => o.centre.transcode({ ...order, roomKey, epoch: o.room.epoch, fence: entrance.fence }),
    });
    this.#recordings = this.#makeRecordings();
    this.#follow();
    this.#recordings.review();
    this.#acts.repeatRemovals();
  }

  get closed(): boolean {
    return this.#closed;
  }
  get provisional(): boolean {
    return this.#o.provisional;
  }
  get size(): number {
    return this.#roster.size;
  }
  /** Whether no participant except recorders and watchers is in the room and no client waits in front of it. */
  get isEmpty(): boolean {
    return !this.#roster.participants().some(occupiesRoom) && this.lobby.size === 0;
  }
  get policy(): RoomPolicy {
    return this.#roster.policy;
  }
  /** Pulls of tracks between media nodes. */
  get paths(): wire.TrackPath.$Properties[] {
    return this.#trackRouting.paths();
  }
  /** False: neither a media node nor the api knew the policy. */
  get isPolicyKnown(): boolean {
    return this.#policy.isKnown;
  }

  /**
   * Admits a participant with the rights that the policy gives its token. KICKED while banned, ROOM_LOCKED, ROOM_FULL;
   * IDENTITY_MISMATCH when the signaling node speaks for another node; SESSION_UNKNOWN after a later adoption of the
   * session; FENCE_CONFLICT when the room may use regions that the newcomer's token forbids; RECORDING_ENDED for an
   * unneeded recorder. `adoption`: the media node's count; undefined if unknown.
   */
  join(
    signalingId: string,
    o: {
      participant: Participant;
      takeover: boolean;
      manualSubscribe: boolean;
      adoption: number | undefined;
      fence: string;
    },
  ): RoomJoined {
    this.#assertOpen();
    const { takeover, adoption } = o;
    const participant = participantUnder(this.policy, o.participant);
    if (participant.signalingId !== signalingId) throw new MeridianError('IDENTITY_MISMATCH');
    if (isCrowdSession(participant)) return this.#joinCrowd(participant, o);
    if (!takeover && isOfCrowd(this.policy, participant)) return this.#sendToCrowd(participant);
    const fence = this.#entrance.fenceWith({ ...o, participant });
    if (!takeover && !participant.hidden) this.lobby.assertAdmitted(participant);
    const before = this.#roster.get(participant.sessionId);
    // In a takeover the node itself has admitted the session.
    if (!takeover && !isInFence(fence, this.#o.fleet().get(participant.nodeId)?.region ?? ''))
      return { view: this.#roster.view(), offers: [], fence, outside: true, toCrowd: false };
    const changes = changesOf(this.#roster.admit(participant, { takeover, adoption }));
    this.#entrance.setFence(fence);
    this.#absences.forget(participant.sessionId);
    this.posts.inform(signalingId);
    if (before !== undefined && before.signalingId !== signalingId) {
      this.rosterWriter.order(before, {
        disconnect: 'SESSION_UNKNOWN',
        message: 'The session was resumed through another signaling node.',
        beforeAdoption: adoption,
      });
    }
    for (const { participant: older } of departuresOf(changes))
      this.rosterWriter.evict(older, 'DUPLICATE_IDENTITY', '');
    this.rosterWriter.announce(changes);
    if (takeover) this.#wantedRenditions.repeatRequests(participant.sessionId);
    const wanted = takeover || o.manualSubscribe || !participant.canSubscribe ? [] : this.#tracksFor(participant);
    return {
      view: this.#roster.view(),
      offers: wanted
        .map((trackId) => this.#trackRouting.offer(participant.nodeId, trackId, ''))
        .filter((offer) => offer !== undefined),
      fence,
      outside: false,
      toCrowd: false,
    };
  }

  leave(signalingId: string, sessionId: string, reason: string): void {
    this.#assertOpen();
    this.rosterWriter.apply(this.#roster.leave(sessionId, reason, signalingId));
  }

  publish(signalingId: string, sessionId: string, track: Track): void {
    this.#assertSpeaksFor(signalingId, sessionId);
    this.rosterWriter.apply(this.#roster.publish(sessionId, track));
  }

  unpublish(signalingId: string, sessionId: string, trackId: string, reason: string): void {
    this.#assertSpeaksFor(signalingId, sessionId);
    this.rosterWriter.apply(this.#roster.unpublish(sessionId, trackId, reason));
  }

  mute(signalingId: string, sessionId: string, trackId: string, muted: boolean): void {
    this.#assertSpeaksFor(signalingId, sessionId);
    this.rosterWriter.apply(this.#roster.mute(sessionId, trackId, muted));
  }

  /** Does an act of a participant at this signaling node. Throws as `Acts.perform`. */
  act(signalingId: string, bySessionId: string, act: Act): ActResult {
    if (bySessionId === '') return this.#removeForMainRoom(act);
    this.#assertSpeaksFor(signalingId, bySessionId);
    const actor = this.#roster.get(bySessionId);
    if (actor === undefined) throw new MeridianError('PARTICIPANT_UNKNOWN');
    return this.#acts.perform(act, { identity: actor.identity, rank: rankOf(actor) });
  }

  /** Does the act of the owner of the main room, which has no session here. */
  #removeForMainRoom(act: Act): ActResult {
    this.#assertOpen();
    const room = partsOfRoomKey(this.room.roomKey)?.room ?? '';
    if (!isBreakOutRoom(room) || act.type !== 'remove') throw new MeridianError('NOT_PERMITTED');
    // The ban alone outlives every token from before; a recorded removal would make all new guests here wait.
    return this.#acts.perform({ ...act, mayReturn: true }, 'service');
  }

  /** Does acts of a company, in order. VERSION_CONFLICT unless the room has `expectedVersion`; as `Acts.perform`. */
  command(acts: readonly Act[], expectedVersion?: number): ActResult {
    this.#assertOpen();
    if (expectedVersion !== undefined && expectedVersion !== this.policy.version)
      throw new MeridianError('VERSION_CONFLICT', `the room is at version ${this.policy.version}`);
    let total: ActResult = { affected: 0, participant: undefined, recordingId: '' };
    for (const act of acts) {
      const { affected, participant, recordingId } = this.#acts.perform(act, 'service');
      total = {
        affected: total.affected + affected,
        participant: participant ?? total.participant,
        recordingId: recordingId || total.recordingId,
      };
    }
    return total;
  }

  /** Takes the api's policy: judges waiting clients anew, and no longer keeps an empty room for the api. */
  policyStored(stored: RoomPolicy): void {
    if (this.#closed) return;
    this.#policy.found(stored);
    this.lobby.review();
    this.stage.review();
    this.#recordings.review();
    if (this.isEmpty) this.#emptiness.restart();
  }

  /** Sends the room's copy to a media node that asks for it, or whose link is back. */
  sendCopyTo(nodeId: string): void {
    this.#heldNodes.sendCopyTo(nodeId);
  }

  /** Updates name and metadata, but not the session's node, since the message may be older than a move (`moved`). */
  update(signalingId: string, changed: Participant): void {
    this.#assertSpeaksFor(signalingId, changed.sessionId);
    const before = this.#roster.get(changed.sessionId);
    if (before === undefined) return;
    const after = participantWith(before, changed, participantSelfKeys);
    this.rosterWriter.apply(this.#roster.update(after));
  }

  /** Takes a session's new node, from which all nodes pull its tracks then. OUT_OF_ORDER if it is at neither node. */
  moved(signalingId: string, o: { sessionId: string; fromNodeId: string; toNodeId: string }): void {
    const { sessionId, fromNodeId, toNodeId } = o;
    this.#assertSpeaksFor(signalingId, sessionId);
    const before = this.#roster.get(sessionId);
    if (before === undefined || before.nodeId === toNodeId) return;
    if (before.nodeId !== fromNodeId) throw new MeridianError('OUT_OF_ORDER', `the session is at ${before.nodeId}`);
    const region = this.#o.fleet().get(toNodeId)?.region ?? before.region;
    const changes = changesOf(this.#roster.update({ ...before, nodeId: toNodeId, region }));
    const carried = this.#trackRouting.restart(before.tracks.map(({ trackId }) => trackId));
    this.rosterWriter.announce(changes);
    this.#trackRouting.follow(carried, fromNodeId, toNodeId);
  }

  /** Returns offers for a node with a session of this room. `carrierNodeId` must be a known carrier of the track. */
  grants(
    pullerNodeId: string,
    trackIds: readonly string[],
    carrierNodeId: string,
  ): { offers: TrackOffer[]; failed: RefusedTrack[] } {
    this.#assertOpen();
    if (trackIds.length > limits.subscriptionsPerParticipantMax)
      throw new MeridianError('REQUEST_INVALID', 'too many tracks in one request');
    if (!this.nodeIds().has(pullerNodeId))
      throw new MeridianError('NOT_PERMITTED', 'no session of this room is on that node');
    return this.#trackRouting.grants(pullerNodeId, trackIds, carrierNodeId);
  }

  /** Info of the room; it stays readable after the ownership has ended. */
  get info(): RoomInfo {
    return this.#roster.info;
  }

  snapshot(): RosterView {
    this.#assertOpen();
    return this.#roster.view();
  }

  quality(signalingId: string, sessionId: string, quality: Participant['quality']): void {
    if (this.#closed || this.#roster.get(sessionId)?.signalingId !== signalingId) return;
    this.rosterWriter.apply(this.#roster.quality(sessionId, quality));
  }

  /** Replaces the renditions that a signaling node's sessions need. */
  needs(signalingId: string, needs: readonly RenditionNeed[]): void {
    if (!this.#closed) this.#wantedRenditions.setNeeds(signalingId, needs);
  }

  renditionRefused(signalingId: string, sessionId: string, need: RenditionNeed, code: ErrorCode): void {
    if (!this.#closed && this.#roster.get(sessionId)?.signalingId === signalingId)
      this.#wantedRenditions.refused(sessionId, need, code);
  }

  /** Takes the loudest speakers that a media node reports, except sessions that are not at this node. */
  levels(nodeId: string, speakers: readonly Speaker[]): void {
    if (this.#closed) return;
    const own = speakers.filter((speaker) => this.#roster.get(speaker.sessionId)?.nodeId === nodeId);
    this.#activeSpeakers.takeLevels(nodeId, own);
  }

  /** Takes a node's report: its granted pull of a track has begun or ended, or its carrier is in doubt. */
  carrierChanged(
    nodeId: string,
    trackId: string,
    o: { carries: boolean; fromNodeId: string; doubtful: boolean },
  ): void {
    if (!this.#closed) this.#trackRouting.takeReport(nodeId, trackId, o);
  }

  /** Restores the carriers for a new owner from the pullers that the media nodes name. */
  restoreCarriers(served: readonly { nodeId: string; trackId: string; pullerNodeIds: readonly string[] }[]): void {
    this.#trackRouting.restore(served);
  }

  /**
   * Handles a lost signaling node: its sessions wait to be announced or resumed by another. Its crowd's session leaves,
   * since the viewers come back by other nodes and would count twice; a node that is back announces it again.
   */
  signalingNodeGone(signalingId: string): void {
    if (this.#closed) return;
    this.#wantedRenditions.gone(signalingId);
    this.posts.gone(signalingId);
    const gone = this.#roster.participants().filter((participant) => participant.signalingId === signalingId);
    this.expectAnnouncements(gone.map(({ sessionId }) => sessionId));
    for (const { sessionId } of gone.filter(isCrowdSession))
      this.rosterWriter.apply(this.#roster.leave(sessionId, 'CONNECTION_LOST'));
  }

  /** Removes these sessions unless a signaling node announces them in time; later if their media flow (absences.ts). */
  expectAnnouncements(sessionIds: readonly string[]): void {
    this.#absences.expect(sessionIds, bounds.signalingNodeLostAfterMs);
  }

  /** Sends a signaling node the room's owner and epoch; the node answers with its sessions. */
  announceOwner(signalingId: string): void {
    this.#o.signalingNodes.events(signalingId, this.room, []);
  }

  nodeIds(): ReadonlySet<string> {
    return new Set([...this.#roster.nodeIds(), ...this.moves.nodeIds()]);
  }

  /** Ends this life of the room in the journal. Follow it with `close`. */
  recordEnd(reason: 'empty' | 'ended'): void {
    this.#recordings.endLife();
    this.#journal?.recordEnd(reason);
  }

  /** True once a person has been in this life of the room, until it ends. */
  get hasBegun(): boolean {
    return this.#journal?.hasBegun === true;
  }

  /** Ends the ownership. The room's clients are informed by the next owner. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#journal?.close();
    this.lobby.close();
    this.stage.close();
    this.posts.close();
    this.#absences.close();
    this.#trackRouting.close();
    this.#emptiness.close();
    this.#policy.close();
    this.#activeSpeakers.close();
    this.#wantedRenditions.close();
    this.#recordings.close();
    this.#breakOutRemovals.close();
    this.#heldNodes.close();
  }

  /** Adds the session that stands for a node's crowd. NOT_PERMITTED if the room is no show, except in a takeover. */
  #joinCrowd(
    participant: Participant,
    { takeover, adoption }: { takeover: boolean; adoption: number | undefined },
  ): RoomJoined {
    if (!takeover && this.policy.kind !== 'show') throw new MeridianError('NOT_PERMITTED', 'the room is no show');
    const changes = changesOf(this.#roster.admit(participant, { takeover, adoption }));
    this.#absences.forget(participant.sessionId);
    this.posts.inform(participant.signalingId);
    this.rosterWriter.announce(changes);
    this.stage.crowdCame(participant.signalingId);
    const { fence } = this.#entrance;
    return { view: this.#roster.view(), offers: [], fence, outside: false, toCrowd: false };
  }

  /** Throws KICKED, ROOM_LOCKED, NOT_ADMITTED. */
  #sendToCrowd(participant: Participant): RoomJoined {
    this.#entrance.assertMayWatch(participant.identity);
    this.lobby.assertAdmitted(participant);
    const { fence } = this.#entrance;
    return { view: this.#roster.view(), offers: [], fence, outside: false, toCrowd: true };
  }

  #makeActs(): Acts {
    const o = this.#o;
    return new Acts({
      posts: this.posts,
      roster: this.#roster,
      roomName: partsOfRoomKey(this.room.roomKey)?.room ?? '',
      stage: this.stage,
      clock: o.clock,
      rng: o.rng,
      changePolicy: (policy) => this.#policy.change(policy),
      rosterWriter: this.rosterWriter,
      admit: (act) => this.lobby.admit(act),
      mayRecord: () => o.mayRecord?.() ?? '',
      hasLibrary: () => this.#hasLibrary(),
      breakOutRemovals: this.#breakOutRemovals,
      onEnded: () => {
        this.lobby.end();
        o.onOver('ended');
      },
    });
  }

  #makeLobby(): Lobby {
    return new Lobby({
      clock: this.#o.clock,
      policy: () => this.policy,
      isPolicyKnown: () => this.isPolicyKnown,
      participants: () => this.#roster.participants(),
      roomSid: () => this.#roster.info.sid,
      readmit: (identities) => {
        this.#policy.change(withReadmitted(this.policy, identities));
        this.#breakOutRemovals.forget(identities);
      },
      assertMayEnter: (knocking) => this.#entrance.assertMayEnter(knocking),
      answer: (signalingId, answer) => this.#o.signalingNodes.knocked(signalingId, this.room, answer),
      show: (signalingId, lobby) => this.#o.signalingNodes.lobby(signalingId, this.room, lobby),
      sizeChanged: () => this.#follow(),
    });
  }

  #makeStage(): Stage {
    const { clock, roster, signalingNodes } = this.#o;
    return new Stage({
      clock,
      roster,
      isPolicyKnown: () => this.isPolicyKnown,
      send: (signalingId, news) => signalingNodes.crowd(signalingId, this.room, news),
    });
  }

  #makePosts(): RoomPosts {
    const { clock, rng, roster, room, signalingNodes } = this.#o;
    return new RoomPosts({
      epoch: room.epoch,
      clock,
      rng,
      roster,
      send: (signalingId, news) => signalingNodes.posts(signalingId, room, news),
    });
  }

  #makeRecordings(): Recordings {
    const { clock, log, rng, roster, centre, room } = this.#o;
    const { roomKey, epoch } = room;
    return new Recordings({
      clock,
      log,
      roster,
      isPolicyKnown: () => this.isPolicyKnown,
      record: (order) => centre.record({ ...order, roomKey, epoch, fence: this.#entrance.fence }),
      hasLibrary: () => this.#hasLibrary(),
      change: (recordings) => {
        const { policy } = this;
        this.#policy.change(withRecordings(policy, recordings));
        return this.policy !== policy;
      },
      beginAutomatic: () => {
        const { policy } = this;
        const allowed = this.#o.mayRecord?.() ?? '';
        if (recordingRefusal(allowed, '') !== undefined) return false;
        const newId = (): string => newRecordingId((count) => rng.bytes(count));
        const life = { roomSid: roster.info.sid, nowWallMs: clock.wallMs(), allowed, newId };
        this.#policy.change(withAutomaticRecording(policy, life));
        return this.policy !== policy;
      },
      remove: (recorders, code) => this.rosterWriter.remove(recorders, code, ''),
    });
  }

  #hasLibrary(): boolean {
    return hasLibrary(this.#o.fleet(), this.#entrance.fence);
  }

  #assertOpen(): void {
    if (this.#closed) throw new MeridianError('ROOM_OWNER_LOST');
  }

  #assertSpeaksFor(signalingId: string, sessionId: string): void {
    this.#assertOpen();
    const session = this.#roster.get(sessionId);
    if (session === undefined) throw new MeridianError('PARTICIPANT_UNKNOWN');
    if (session.signalingId !== signalingId)
      throw new MeridianError('SESSION_UNKNOWN', 'another signaling node holds this session');
    this.#absences.forget(sessionId);
  }

  #tracksFor({ sessionId, identity }: Participant): string[] {
    const others = this.#roster.participants().filter((participant) => participant.sessionId !== sessionId);
    return others
      .flatMap((participant) =>
        participant.tracks.filter(
          ({ derivedFrom, source }) => derivedFrom === undefined && mayReceive(participant, source, identity),
        ),
      )
      .map((track) => track.trackId)
      .slice(0, limits.subscriptionsPerParticipantMax);
  }

  #dependents(): RosterDependents {
    return {
      renditions: this.#wantedRenditions,
      recordings: this.#recordings,
      absences: this.#absences,
      trackRouting: this.#trackRouting,
      heldNodes: this.#heldNodes,
      speaking: this.#activeSpeakers,
      lobby: this.lobby,
      stage: this.stage,
      breakOutRemovals: this.#breakOutRemovals,
      follow: () => this.#follow(),
    };
  }

  /** Holds links to exactly the room's media nodes, and starts the countdown of an empty room. */
  #follow(): void {
    if (this.#closed) return;
    this.#heldNodes.setNodes(this.nodeIds());
    if (this.isEmpty) this.#emptiness.begin();
    else this.#emptiness.cancel();
  }

  #keptEmptyMs(): number {
    const isUnstored = this.#o.isPolicyPending() || (!this.isPolicyKnown && this.policy.version > 0);
    if (isUnstored) return bounds.policyUnstoredMsMax;
    const { emptyTimeoutMs } = this.policy;
    return Math.max(emptyTimeoutMs || limits.roomEmptyReleaseMs, this.#policy.isChanged ? bounds.policyLingerMs : 0);
  }

  #endAbsent(sessionId: string): void {
    const participant = this.#roster.get(sessionId);
    if (participant === undefined) return;
    // If the signaling node is alive and could only not reach this owner, it brings the client back.
    this.rosterWriter.evict(participant, 'ROOM_OWNER_LOST', '');
    this.rosterWriter.apply(this.#roster.leave(sessionId, 'CONNECTION_LOST'));
  }
}
