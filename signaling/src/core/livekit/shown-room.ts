// The room as one LiveKit client is shown it: our roster, and what of each change the client hears. It follows events
// as our own client does (client/src/core/roster.ts): repetitions and lower epochs are dropped, a step over a seq is
// taken.
import type { JoinResponse, SignalResponse } from '@livekit/protocol';
import {
  differencesBetween,
  type Participant,
  participantFromWire,
  type RoomDifference,
  RoomState,
  type RosterEvent,
  rosterEventFromWire,
  rosterViewFromWire,
  type Track,
  type wire,
} from '@meridian/protocol';
import { type JoinDetails, joinResponseOf } from './first-answers.ts';
import { leaveResponse } from './leave.ts';
import { OwnMutes } from './own-mutes.ts';
import { participantInfoOf } from './participants.ts';
import { responseOf } from './responses.ts';
import { roomOf } from './room-info.ts';
import { RoomNews } from './room-news.ts';
import { subscribedQualityUpdate } from './subscribed-quality.ts';
import { SubscriptionNews } from './subscription-news.ts';

export interface ShownTrack {
  readonly publisherSid: string;
  readonly track: Track;
}

export class ShownRoom {
  readonly selfSid: string;
  readonly name: string;
  readonly mutes = new OwnMutes();
  readonly #canUpdateMetadata: boolean;
  readonly #news: RoomNews;
  readonly #subscriptions = new SubscriptionNews();
  #state: RoomState;
  /** As the roster had it last; one that is hidden or of a crowd is not there. */
  #self: Participant;

  /** Throws REQUEST_INVALID when a track of the roster has no kind. */
  constructor(joined: wire.Joined.$Properties, o: { readonly canUpdateMetadata?: boolean } = {}) {
    this.selfSid = joined.sessionId ?? '';
    this.name = joined.room ?? '';
    this.#canUpdateMetadata = o.canUpdateMetadata ?? false;
    this.#self = participantFromWire(joined.self ?? {});
    this.#state = rosterOf(joined);
    this.#news = new RoomNews({
      selfSid: this.selfSid,
      mutes: this.mutes,
      infoOf: (participant, version) => this.#infoOf(participant, version),
      room: () => this.#room(),
    });
  }

  /** Chat is posts there, in a meeting data messages. */
  get isShow(): boolean {
    return this.#state.info.kind === 'show';
  }
  /** The own participant, as the roster has it now. */
  get self(): Participant {
    return this.#state.get(this.selfSid) ?? this.#self;
  }
  /** All that the roster has but the own one. */
  others(): Participant[] {
    return this.#state.participants().filter(({ sessionId }) => sessionId !== this.selfSid);
  }
  /** The own one too. */
  participant(sid: string): Participant | undefined {
    return sid === this.selfSid ? this.self : this.#state.get(sid);
  }
  byIdentity(identity: string): Participant | undefined {
    return this.#state.byIdentity(identity);
  }
  /** Own ones too; renditions never. */
  track(trackSid: string): ShownTrack | undefined {
    const found = this.#state.track(trackSid);
    if (found === undefined || found.track.derivedFrom !== undefined) return undefined;
    return { publisherSid: found.publisher.sessionId, track: found.track };
  }
  ownTracks(): readonly Track[] {
    return this.self.tracks.filter(({ derivedFrom }) => derivedFrom === undefined);
  }

  joinResponse(details: JoinDetails): JoinResponse {
    return joinResponseOf(details, {
      room: this.#room(),
      participant: this.#infoOf(this.self, this.#news.nextVersion()),
      otherParticipants: this.others().map((other) => this.#infoOf(other, this.#news.nextVersion())),
    });
  }

  /** To be sent after the JoinResponse: speakers, and how good connections are. */
  firstMessages(): SignalResponse[] {
    return this.#news.first(this.#state);
  }

  /**
   * The room as the answer to the client's return has it. All of it, as what was said since its socket broke without a
   * word has not come to it. Throws REQUEST_INVALID when a track of the roster has no kind.
   */
  resumed(joined: wire.Joined.$Properties): SignalResponse[] {
    const after = rosterOf(joined);
    const differences = differencesBetween(this.#state, after);
    this.#state = after;
    this.#self = participantFromWire(joined.self ?? {});
    return this.#news.again(differences, after);
  }

  /**
   * What the client is to hear of a frame, in order; nothing of a frame that says nothing new, or that is not about the
   * roster, tracks and subscriptions. Throws REQUEST_INVALID when a track in it has no kind.
   */
  apply(frame: wire.ServerFrame.$Properties): SignalResponse[] {
    if (frame.roomEvents) return this.#follow(frame.roomEvents);
    if (frame.rosterSnapshot) return this.#replace(frame.rosterSnapshot);
    if (frame.rightsChanged?.self) return this.#rights(participantFromWire(frame.rightsChanged.self));
    if (frame.layerDemand) return this.#demand(frame.layerDemand);
    if (frame.disconnect) return [leaveResponse(frame.disconnect.code ?? '')];
    return this.#subscriptions.apply(frame, (trackSid) => this.track(trackSid)?.publisherSid);
  }

  /** A preference about a track was refused with this code. */
  subscriptionRefused(trackSid: string, code: string): SignalResponse[] {
    const frame = { subscriptionsAdded: { failed: [{ trackId: trackSid, code }] } };
    return this.#subscriptions.apply(frame, (sid) => this.track(sid)?.publisherSid);
  }

  #follow({ roomEpoch, events }: wire.RoomEvents.$Properties): SignalResponse[] {
    const epoch = roomEpoch ?? 0;
    if (epoch < this.#state.epoch) return [];
    if (epoch > this.#state.epoch) this.#state.restart(epoch);
    const differences = (events ?? []).map(rosterEventFromWire).flatMap((event) => this.#applied(event));
    return this.#tell(differences);
  }

  #applied(event: RosterEvent): readonly RoomDifference[] {
    return event.seq <= this.#state.seq ? [] : this.#state.apply(event);
  }

  /** Participants that stayed are not announced again. */
  #replace(snapshot: wire.RosterSnapshot.$Properties): SignalResponse[] {
    const after = RoomState.of(rosterViewFromWire(snapshot));
    const differences = differencesBetween(this.#state, after);
    this.#state = after;
    return this.#tell(differences);
  }

  #tell(differences: readonly RoomDifference[]): SignalResponse[] {
    this.#self = this.self;
    for (const one of differences) if (one.type === 'trackUnpublished') this.#subscriptions.forget(one.track.trackId);
    return this.#news.of(differences, this.#state);
  }

  /** The roster says so too, unless it does not have the own participant. */
  #rights(self: Participant): SignalResponse[] {
    if (this.#state.get(this.selfSid) !== undefined) return [];
    this.#self = self;
    return [responseOf('update', { participants: [this.#infoOf(self, this.#news.nextVersion())] })];
  }

  /** Moves and catch-up streams are not made with these clients. */
  #demand({ trackId, maxSpatialLayer, moveId }: wire.LayerDemand.$Properties): SignalResponse[] {
    const track = this.ownTracks().find((one) => one.trackId === trackId);
    if (track === undefined || moveId) return [];
    return [responseOf('subscribedQualityUpdate', subscribedQualityUpdate(track, maxSpatialLayer ?? 0))];
  }

  #infoOf(participant: Participant, version: number): ReturnType<typeof participantInfoOf> {
    const isOwn = participant.sessionId === this.selfSid;
    return participantInfoOf(participant, { version, canUpdateMetadata: isOwn && this.#canUpdateMetadata });
  }

  #room(): ReturnType<typeof roomOf> {
    const participants = this.#state.participants().filter(({ hidden }) => !hidden);
    return roomOf({ name: this.name, info: this.#state.info, participants });
  }
}

function rosterOf({
  self,
  participants,
  placement,
  rosterSeq,
  speakers,
  roomInfo,
}: wire.Joined.$Properties): RoomState {
  return RoomState.of(
    rosterViewFromWire({
      roomEpoch: placement?.roomEpoch ?? 0,
      rosterSeq: rosterSeq ?? 0,
      participants: [self ?? {}, ...(participants ?? [])],
      speakers: speakers ?? [],
      info: roomInfo ?? {},
    }),
  );
}
