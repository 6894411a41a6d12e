// The room as a LiveKit client sees it: the shared part (shared-room.ts), its own participant, tracks and version.
import type { JoinResponse, ParticipantInfo, SignalResponse } from '@livekit/protocol';
import { type Participant, participantFromWire, type Speaker, type Track, type wire } from '@meridian/protocol';
import { type JoinDetails, joinResponseOf } from './join-responses.ts';
import { leaveResponse } from './leave.ts';
import { OwnMutes } from './own-mutes.ts';
import { participantInfoOf } from './participants.ts';
import { responseOf } from './responses.ts';
import { qualitiesOf, type RoomNews, speakersChanged, updateOf } from './room-news.ts';
import type { SharedRoom } from './shared-room.ts';
import { subscribedQualityUpdate } from './subscribed-quality.ts';
import { SubscriptionNews } from './subscription-news.ts';

export interface ShownTrack {
  readonly publisherSid: string;
  readonly track: Track;
}

export class ShownRoom {
  readonly selfSid: string;
  readonly mutes = new OwnMutes();
  readonly #shared: SharedRoom;
  readonly #canUpdateMetadata: boolean;
  readonly #subscriptions = new SubscriptionNews();
  /** Own participant as last sent to the client; a hidden participant or a viewer of a crowd is not in the roster. */
  #self: Participant;
  readonly #versionAtJoin: number;
  /** Room version that the client has received. */
  #version: number;
  #speakers: readonly Speaker[];
  /** Own tracks that were reported to the client as received. */
  readonly #reportedTrackSids = new Set<string>();

  /** Throws REQUEST_INVALID when a track of the roster has no kind. */
  constructor(shared: SharedRoom, joined: wire.Joined.$Properties) {
    this.selfSid = joined.sessionId ?? '';
    this.#canUpdateMetadata = joined.canUpdateOwnMetadata === true;
    this.#self = participantFromWire(joined.self ?? {});
    this.#shared = shared;
    shared.receiveJoined(joined);
    this.#versionAtJoin = shared.version;
    this.#version = shared.version;
    this.#speakers = shared.state.speakers;
  }

  /** In a show chat consists of posts, in a meeting of data messages. */
  get isShow(): boolean {
    return this.#shared.state.info.kind === 'show';
  }
  get self(): Participant {
    return this.#self;
  }
  others(): Participant[] {
    return this.#shared.state.participants().filter(({ sessionId }) => sessionId !== this.selfSid);
  }
  /** Returns a participant, possibly the own one. */
  participant(sid: string): Participant | undefined {
    return sid === this.selfSid ? this.#self : this.#shared.state.get(sid);
  }
  byIdentity(identity: string): Participant | undefined {
    return this.#shared.state.byIdentity(identity);
  }
  /** Returns a track, possibly an own one; never a rendition. */
  track(trackSid: string): ShownTrack | undefined {
    const found = this.#shared.state.track(trackSid);
    if (found === undefined || found.track.derivedFrom !== undefined) return undefined;
    return { publisherSid: found.publisher.sessionId, track: found.track };
  }
  ownTracks(): readonly Track[] {
    return this.#self.tracks.filter(({ derivedFrom }) => derivedFrom === undefined);
  }

  joinResponse(details: JoinDetails): JoinResponse {
    return joinResponseOf(details, {
      room: this.#shared.room,
      participant: this.#ownInfo(),
      otherParticipants: this.others().map(this.#shared.infoOf),
    });
  }

  /** Returns the messages after the JoinResponse: speakers and connection qualities. */
  firstMessages(): SignalResponse[] {
    return [
      ...this.#newlyReceived(),
      ...qualitiesOf(this.#shared.state.participants()),
      ...speakersChanged([], this.#speakers),
    ];
  }

  /**
   * Returns the whole room for a returning client, since messages to its dead socket are lost. Throws REQUEST_INVALID
   * when a track of the roster has no kind.
   */
  resumed(joined: wire.Joined.$Properties): SignalResponse[] {
    const shared = this.#shared;
    const before = this.ownTracks();
    shared.receiveJoined(joined);
    this.#version = shared.version;
    this.#self = participantFromWire(joined.self ?? {});
    this.#speakers = shared.state.speakers;
    const present = [this.#ownInfo(), ...this.others().map(shared.infoOf)];
    return [
      ...updateOf([...shared.departedSince(this.#versionAtJoin), ...present]),
      ...this.#repeatedMutes(before),
      ...this.#newlyReceived(),
      ...qualitiesOf(this.#shared.state.participants()),
      ...speakersChanged(shared.state.participants(), this.#speakers),
      responseOf('roomUpdate', { room: shared.room }),
    ];
  }

  /**
   * Returns the client's messages for a frame, in order, if it brings news of the roster, tracks or subscriptions.
   * Throws REQUEST_INVALID when a track in it has no kind.
   */
  apply(frame: wire.ServerFrame.$Properties): SignalResponse[] {
    if (frame.roomEvents || frame.rosterSnapshot) return this.#applyNews(this.#shared.newsOf(frame));
    if (frame.rightsChanged?.self) return this.#applyRights(participantFromWire(frame.rightsChanged.self));
    if (frame.layerDemand) return this.#demand(frame.layerDemand);
    if (frame.disconnect) return [leaveResponse(frame.disconnect.code ?? '')];
    return this.#subscriptions.apply(frame, (trackSid) => this.track(trackSid)?.publisherSid);
  }

  /** Reports that a preference about a track was refused with this code. */
  subscriptionRefused(trackSid: string, code: string): SignalResponse[] {
    const frame = { subscriptionsAdded: { failed: [{ trackId: trackSid, code }] } };
    return this.#subscriptions.apply(frame, (sid) => this.track(sid)?.publisherSid);
  }

  #applyNews(news: RoomNews | undefined): SignalResponse[] {
    if (news === undefined || news.version <= this.#version) return [];
    this.#version = news.version;
    this.#self = this.#shared.state.get(this.selfSid) ?? this.#self;
    for (const { type, track } of news.tracks)
      if (type === 'trackUnpublished') this.#subscriptions.forget(track.trackId);
    const speakers = news.speakersSince(this.#speakers);
    this.#speakers = news.speakers ?? this.#speakers;
    return [
      ...this.#update(news),
      ...this.#ownTracksChanged(news),
      ...this.#newlyReceived(),
      ...news.qualities,
      ...speakers,
      ...news.room,
    ];
  }

  /** Returns the update, unless it is only about the client's own tracks, of which other messages inform the client. */
  #update({ update, participants, changedSids }: RoomNews): readonly SignalResponse[] {
    const { selfSid } = this;
    if (!participants.has(selfSid)) return update;
    const own = changedSids.has(selfSid) ? [this.#ownInfo()] : [];
    return updateOf([...participants.values()].flatMap((info) => (info.sid === selfSid ? own : [info])));
  }

  #ownTracksChanged({ tracks: trackChanges }: RoomNews): SignalResponse[] {
    const own = trackChanges.filter(({ publisherSid, track }) => publisherSid === this.selfSid && !track.derivedFrom);
    return own.flatMap(({ type, track }) => {
      const { trackId, muted } = track;
      if (type === 'trackMuted') return this.mutes.observe(trackId, muted) ? muteOf(track) : [];
      if (type === 'trackPublished') return [];
      this.mutes.forget(trackId);
      this.#reportedTrackSids.delete(trackId);
      return responseOf('trackUnpublished', { trackSid: trackId });
    });
  }

  /** Repeats the mute of every muted track, since a message may be lost, and the unmutes of a host. */
  #repeatedMutes(before: readonly Track[]): SignalResponse[] {
    const isHosts = ({ trackId, muted }: Track): boolean =>
      before.some((was) => was.trackId === trackId && was.muted !== muted) && this.mutes.observe(trackId, muted);
    return this.ownTracks().flatMap((track) => (isHosts(track) || track.muted ? [muteOf(track)] : []));
  }

  /**
   * Reports tracks as received, for which agents wait with their speech (`wait_for_subscription`). Only media nodes
   * know the receivers; here the presence of another participant that may receive is enough.
   */
  #newlyReceived(): SignalResponse[] {
    const waiting = this.ownTracks().filter(({ trackId }) => !this.#reportedTrackSids.has(trackId));
    if (waiting.length === 0 || !this.others().some(({ canSubscribe }) => canSubscribe)) return [];
    for (const { trackId } of waiting) this.#reportedTrackSids.add(trackId);
    return waiting.map(({ trackId }) => responseOf('trackSubscribed', { trackSid: trackId }));
  }

  /** Applies changed rights only if the own participant is not in the roster, which otherwise shows them. */
  #applyRights(self: Participant): SignalResponse[] {
    if (this.#shared.state.get(this.selfSid) !== undefined) return [];
    this.#self = self;
    return updateOf([this.#ownInfo()]);
  }

  /** Moves and catch-up streams do not exist for these clients. */
  #demand({ trackId, maxSpatialLayer, moveId }: wire.LayerDemand.$Properties): SignalResponse[] {
    const track = this.ownTracks().find((one) => one.trackId === trackId);
    if (track === undefined || moveId) return [];
    return [responseOf('subscribedQualityUpdate', subscribedQualityUpdate(track, maxSpatialLayer ?? 0))];
  }

  #ownInfo(): ParticipantInfo {
    return participantInfoOf(this.#self, {
      version: this.#shared.version,
      canUpdateMetadata: this.#canUpdateMetadata,
    });
  }
}

const muteOf = ({ trackId, muted }: Track): SignalResponse => responseOf('mute', { sid: trackId, muted });
