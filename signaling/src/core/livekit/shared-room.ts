// Our roster as shown to all LiveKit clients of a signaling node; shown-room.ts has each client's own part. As in our
// client (base/client/src/core/roster.ts), repetitions and lower epochs are dropped, gaps in seq are accepted.
//
// Case 1: a frame is applied when the first client gets it; the others share the result (RoomNews).
// Case 2: a Joined newer than the roster replaces it, as after a while without clients here. The version stays, because
//         other clients of a crowd may still get the same changes in later frames.
import type { ParticipantInfo, Room } from '@livekit/protocol';
import {
  differencesBetween,
  type Participant,
  type RoomDifference,
  RoomState,
  rosterEventFromWire,
  rosterViewFromWire,
  type wire,
} from '@meridian/protocol';
import { encodedOnce, memoize } from './memoize.ts';
import { departedParticipantInfo, participantInfoOf } from './participants.ts';
import { roomOf } from './room-info.ts';
import { RoomNews } from './room-news.ts';

/** Departures remembered; few participants leave in the ten seconds that it takes to detect a dead socket. */
const departedMax = 64;

export class SharedRoom {
  readonly #name: string;
  #state: RoomState;
  /** Version of the last frame. Versions always rise: within an epoch they rise with its seq. */
  #version: number;
  /** Version that belongs to number 0 of the epoch's events. */
  #epochBase = 0;
  /** Participants that left last, by sid: a client that was away may have missed their end. */
  readonly #departed = new Map<string, ParticipantInfo>();

  /** Returns the result of a frame; undefined without news. Throws REQUEST_INVALID when a track in it has no kind. */
  readonly newsOf = memoize((frame: wire.ServerFrame.$Properties) => this.#applyFrame(frame));
  /** Returns a participant as other clients see it. */
  readonly infoOf = memoize((one: Participant) => encodedOnce(participantInfoOf(one, { version: this.#version })));

  /** Begins with the first client's Joined. Throws REQUEST_INVALID when a track of the roster has no kind. */
  constructor(joined: wire.Joined.$Properties) {
    this.#name = joined.room ?? '';
    this.#state = rosterOf(joined);
    this.#version = this.#state.seq;
  }

  /** Roster without hidden participants. */
  get state(): Pick<RoomState, 'byIdentity' | 'get' | 'info' | 'participants' | 'speakers' | 'track'> {
    return this.#state;
  }
  get version(): number {
    return this.#version;
  }
  get room(): Room {
    return roomOf({ name: this.#name, info: this.#state.info, participants: this.#state.participants() });
  }
  /** Returns the participants that left since a client's version. */
  departedSince(version: number): ParticipantInfo[] {
    // The end of a returned participant's old session would remove the new one, since clients know identities only.
    return [...this.#departed.values()].filter(
      (gone) => gone.version >= version && this.#state.byIdentity(gone.identity) === undefined,
    );
  }

  /** Takes the Joined of a new or returning client. Throws as the constructor. */
  receiveJoined(joined: wire.Joined.$Properties): void {
    const [epoch, seq] = [joined.placement?.roomEpoch ?? 0, joined.rosterSeq ?? 0];
    const { epoch: knownEpoch, seq: knownSeq } = this.#state;
    if (epoch < knownEpoch || (epoch === knownEpoch && seq <= knownSeq)) return;
    const after = rosterOf(joined);
    this.#enterEpoch(epoch);
    for (const one of this.#state.participants())
      if (after.get(one.sessionId) === undefined)
        this.#recordDeparture(departedParticipantInfo(one, { version: this.#version, reason: '' }));
    this.#state = after;
  }

  #applyFrame({ roomEvents, rosterSnapshot }: wire.ServerFrame.$Properties): RoomNews | undefined {
    if (roomEvents) return this.#follow(roomEvents);
    return rosterSnapshot ? this.#replace(rosterSnapshot) : undefined;
  }

  #follow({ roomEpoch, events }: wire.RoomEvents.$Properties): RoomNews | undefined {
    const epoch = roomEpoch ?? 0;
    if (epoch < this.#state.epoch) return undefined;
    this.#enterEpoch(epoch);
    const differences = (events ?? []).map(rosterEventFromWire).flatMap((event) => {
      const version = this.#epochBase + event.seq;
      if (version <= this.#version) return [];
      this.#version = version;
      return this.#state.apply(event);
    });
    return this.#news(differences);
  }

  /** Replaces the roster by a snapshot, whatever its seq. Participants that stayed are not announced. */
  #replace(snapshot: wire.RosterSnapshot.$Properties): RoomNews | undefined {
    const after = RoomState.fromView(rosterViewFromWire(snapshot));
    const differences = differencesBetween(this.#state, after);
    this.#epochBase = Math.max(this.#epochBase, this.#version + 1 - after.seq);
    this.#version = this.#epochBase + after.seq;
    this.#state = after;
    return this.#news(differences);
  }

  /** Enters an owner's epoch, whose events count from one again. */
  #enterEpoch(epoch: number): void {
    if (epoch === this.#state.epoch) return;
    this.#epochBase = this.#version + 1;
    this.#state.restart(epoch);
  }

  #news(differences: readonly RoomDifference[]): RoomNews | undefined {
    const news = new RoomNews(differences, this);
    for (const gone of news.departed) this.#recordDeparture(gone);
    return news;
  }

  #recordDeparture(gone: ParticipantInfo): void {
    this.#departed.set(gone.sid, gone);
    const [oldest] = this.#departed.keys();
    if (this.#departed.size > departedMax && oldest !== undefined) this.#departed.delete(oldest);
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
  const shown = self == null || self.hidden === true ? [] : [self];
  return RoomState.fromView(
    rosterViewFromWire({
      roomEpoch: placement?.roomEpoch ?? 0,
      rosterSeq: rosterSeq ?? 0,
      participants: [...shown, ...(participants ?? [])],
      speakers: speakers ?? [],
      info: roomInfo ?? {},
    }),
  );
}
