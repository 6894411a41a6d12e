// The room document: description, policy, participants and tracks of a room. The room's owner changes it; signaling
// nodes, clients and the journal follow by the same changes; media nodes and the api keep parts of it
// (docs/adr/0024-one-room-document.md).
//
// A new field of a participant is a line of `participantFields` in roster.ts. A new field of a room is a line of
// `policyFields` in policy.ts (`shown` if clients see it), or of `roomInfoFields` in roster.ts.
import { assert } from './assert.ts';
import { crowdNodesOf, isCrowdSession } from './crowd.ts';
import { limits } from './limits.ts';
import { emptyPolicy, type RoomPolicy, shownOfPolicy } from './policy.ts';
import {
  emptyRoomInfo,
  type Participant,
  type RoomInfo,
  type RosterChange,
  type RosterEvent,
  type RosterView,
  type Speaker,
  type Track,
} from './roster.ts';

/** Change of a room. A change of the policy stays at the owner; followers get its visible part (`shownEvent`). */
export type RoomChange = RosterChange | { readonly type: 'policyChanged'; readonly policy: RoomPolicy };
interface RoomEvent {
  readonly seq: number;
  readonly change: RoomChange;
}

export type RoomDifference =
  | { readonly type: 'participantJoined'; readonly participant: Participant }
  /** `participant`: before it left, with its tracks. */
  | { readonly type: 'participantLeft'; readonly participant: Participant; readonly reason: string }
  | { readonly type: 'participantChanged'; readonly participant: Participant; readonly previous: Participant }
  | { readonly type: 'trackPublished'; readonly participant: Participant; readonly track: Track }
  /** `track`: before the end. */
  | {
      readonly type: 'trackUnpublished';
      readonly participant: Participant;
      readonly track: Track;
      readonly reason: string;
    }
  | { readonly type: 'trackMuted'; readonly participant: Participant; readonly track: Track }
  | { readonly type: 'qualityChanged'; readonly participant: Participant }
  | { readonly type: 'speakersChanged'; readonly speakers: readonly Speaker[] }
  | { readonly type: 'roomChanged'; readonly info: RoomInfo; readonly previous: RoomInfo }
  | { readonly type: 'policyChanged'; readonly policy: RoomPolicy; readonly previous: RoomPolicy };

/** Part of a room that outlives its owner: media nodes and the api keep it for the next owner. */
export interface RetainedRoom {
  readonly epoch: number;
  readonly info: RoomInfo;
  readonly policy: RoomPolicy;
}
export const emptyRetainedRoom: RetainedRoom = { epoch: 0, info: emptyRoomInfo, policy: emptyPolicy };

/**
 * Returns the newer parts of two copies. `info` goes by the owner's epoch, then by the version, because an owner that
 * found no copy counts from one again; `policy` goes by the version, because the api continues the count where no owner
 * is.
 */
export function mergeRetainedRooms(a: RetainedRoom, b: RetainedRoom): RetainedRoom {
  const isLater = b.epoch > a.epoch || (b.epoch === a.epoch && b.info.version > a.info.version);
  const { epoch, info } = isLater ? b : a;
  return { epoch, info, policy: b.policy.version > a.policy.version ? b.policy : a.policy };
}

export class RoomState {
  #epoch: number;
  #seq = 0;
  readonly #participants = new Map<string, Participant>();
  /** `#participants` as a list; undefined after a change. */
  #list: readonly Participant[] | undefined;
  readonly #byIdentity = new Map<string, string>();
  readonly #publisherOf = new Map<string, string>(); // session id by track id
  #speakers: readonly Speaker[] = [];
  #info: RoomInfo;
  #policy: RoomPolicy;

  constructor(epoch: number, { info, policy }: Pick<RetainedRoom, 'info' | 'policy'> = emptyRetainedRoom) {
    this.#epoch = epoch;
    this.#info = info;
    this.#policy = policy;
  }

  static fromView(view: RosterView): RoomState {
    const state = new RoomState(view.epoch, { info: view.info, policy: emptyPolicy });
    for (const participant of view.participants) state.put(participant);
    state.#seq = view.seq;
    state.#speakers = view.speakers;
    return state;
  }

  get epoch(): number {
    return this.#epoch;
  }
  get seq(): number {
    return this.#seq;
  }
  get size(): number {
    return this.#participants.size;
  }
  get speakers(): readonly Speaker[] {
    return this.#speakers;
  }
  get info(): RoomInfo {
    return this.#info;
  }
  get policy(): RoomPolicy {
    return this.#policy;
  }
  participants(): readonly Participant[] {
    this.#list ??= [...this.#participants.values()];
    return this.#list;
  }
  get(sessionId: string): Participant | undefined {
    return this.#participants.get(sessionId);
  }
  byIdentity(identity: string): Participant | undefined {
    return this.#participants.get(this.#byIdentity.get(identity) ?? '');
  }
  track(trackId: string): { track: Track; publisher: Participant } | undefined {
    const publisher = this.#participants.get(this.#publisherOf.get(trackId) ?? '');
    const track = publisher?.tracks.find((candidate) => candidate.trackId === trackId);
    return publisher === undefined || track === undefined ? undefined : { track, publisher };
  }
  publisherOf(trackId: string): string | undefined {
    return this.#publisherOf.get(trackId);
  }
  nodeIds(): Set<string> {
    return new Set(this.participants().flatMap((one) => (isCrowdSession(one) ? crowdNodesOf(one) : [one.nodeId])));
  }
  view(): RosterView {
    return {
      epoch: this.#epoch,
      seq: this.#seq,
      participants: this.participants(),
      speakers: this.#speakers,
      info: this.#info,
    };
  }

  apply({ seq, change }: RoomEvent): readonly RoomDifference[] {
    this.#seq = seq;
    switch (change.type) {
      case 'participantJoined':
        return this.#join(change.participant);
      case 'participantLeft':
        return this.#leave(change.sessionId, change.reason);
      case 'participantChanged':
        return this.#change(change.participant);
      case 'trackPublished':
        return this.#publish(change.sessionId, change.track);
      case 'trackUnpublished':
        return this.#unpublish(change.sessionId, change.trackId, change.reason);
      case 'trackMuted':
        return this.#mute(change.sessionId, change.trackId, change.muted);
      case 'qualityChanged': {
        const known = this.#participants.get(change.sessionId);
        if (known === undefined || known.quality === change.quality) return [];
        return [{ type: 'qualityChanged', participant: this.put({ ...known, quality: change.quality }) }];
      }
      case 'speakersChanged':
        this.#speakers = change.speakers;
        return [change];
      case 'roomChanged':
        return this.#changeInfo(change.info);
      case 'policyChanged':
        return this.#changePolicy(change.policy);
      case 'unknown':
        return [];
    }
  }

  /** Starts a new owner's epoch, in which `seq` counts from one again. */
  restart(epoch: number): void {
    this.#epoch = epoch;
    this.#seq = 0;
  }

  /** Throws InvariantError unless the indexes match the participants. For tests and simulation, after every step. */
  validate(): void {
    assert(this.#byIdentity.size === this.#participants.size, 'one identity per participant');
    let tracks = 0;
    for (const [sessionId, participant] of this.#participants) {
      assert(participant.sessionId === sessionId, 'participant under its own id');
      assert(this.#byIdentity.get(participant.identity) === sessionId, 'identity leads to its session');
      for (const track of participant.tracks)
        assert(this.#publisherOf.get(track.trackId) === sessionId, 'track leads to its publisher');
      tracks += participant.tracks.length;
    }
    assert(this.#publisherOf.size === tracks, 'no track without a publisher');
    assert(this.#participants.size <= limits.participantsPerRoomMax, 'room within its limit');
    assert(
      this.#speakers.every((speaker) => this.#participants.has(speaker.sessionId)),
      'speakers are present',
    );
  }

  protected put(participant: Participant): Participant {
    const { sessionId, identity } = participant;
    for (const { trackId } of this.#participants.get(sessionId)?.tracks ?? []) this.#publisherOf.delete(trackId);
    this.#participants.set(sessionId, participant);
    this.#list = undefined;
    this.#byIdentity.set(identity, sessionId);
    for (const { trackId } of participant.tracks) this.#publisherOf.set(trackId, sessionId);
    return participant;
  }

  protected drop({ sessionId, identity, tracks }: Participant): void {
    this.#participants.delete(sessionId);
    this.#list = undefined;
    if (this.#byIdentity.get(identity) === sessionId) this.#byIdentity.delete(identity);
    for (const { trackId } of tracks) this.#publisherOf.delete(trackId);
    this.#speakers = this.#speakers.filter((speaker) => speaker.sessionId !== sessionId);
  }

  /** Adds a session; of the sessions of an identity only the last to join stays. */
  #join(participant: Participant): RoomDifference[] {
    const existing = this.#participants.get(participant.sessionId);
    if (existing !== undefined) {
      this.put(participant);
      return differencesOf(existing, participant);
    }
    const older = this.byIdentity(participant.identity);
    const left = older === undefined ? [] : this.#leave(older.sessionId, 'DUPLICATE_IDENTITY');
    return [...left, { type: 'participantJoined', participant: this.put(participant) }];
  }

  #leave(sessionId: string, reason: string): RoomDifference[] {
    const participant = this.#participants.get(sessionId);
    if (participant === undefined) return [];
    this.drop(participant);
    return [{ type: 'participantLeft', participant, reason }];
  }

  /** `changed` has no tracks; the known tracks stay. */
  #change(changed: Participant): RoomDifference[] {
    const previous = this.#participants.get(changed.sessionId);
    if (previous === undefined) return [];
    const { nodeId } = changed;
    const tracks =
      previous.nodeId === nodeId ? previous.tracks : previous.tracks.map((track) => ({ ...track, nodeId }));
    return [{ type: 'participantChanged', participant: this.put({ ...changed, tracks }), previous }];
  }

  #publish(sessionId: string, track: Track): RoomDifference[] {
    const existing = this.#participants.get(sessionId);
    if (existing === undefined) return [];
    const before = existing.tracks.find(({ trackId }) => trackId === track.trackId);
    const otherTracks = existing.tracks.filter((other) => other !== before);
    const participant = this.put({ ...existing, tracks: [...otherTracks, track] });
    if (before === undefined) return [{ type: 'trackPublished', participant, track }];
    return before.muted === track.muted ? [] : [{ type: 'trackMuted', participant, track }];
  }

  #unpublish(sessionId: string, trackId: string, reason: string): RoomDifference[] {
    const existing = this.#participants.get(sessionId);
    const track = existing?.tracks.find((one) => one.trackId === trackId);
    if (existing === undefined || track === undefined) return [];
    const participant = this.put({ ...existing, tracks: existing.tracks.filter((other) => other !== track) });
    return [{ type: 'trackUnpublished', participant, track, reason }];
  }

  #mute(sessionId: string, trackId: string, muted: boolean): RoomDifference[] {
    const existing = this.#participants.get(sessionId);
    const before = existing?.tracks.find((one) => one.trackId === trackId);
    if (existing === undefined || before === undefined || before.muted === muted) return [];
    const track = { ...before, muted };
    const tracks = existing.tracks.map((one) => (one === before ? track : one));
    return [{ type: 'trackMuted', participant: this.put({ ...existing, tracks }), track }];
  }

  #changeInfo(info: RoomInfo): RoomDifference[] {
    const previous = this.#info;
    if (isSame(info, previous)) return [];
    this.#info = info;
    return [{ type: 'roomChanged', info, previous }];
  }

  #changePolicy(policy: RoomPolicy): RoomDifference[] {
    const previous = this.#policy;
    this.#policy = policy;
    const shown = { ...this.#info, ...shownOfPolicy(policy) };
    const isShown = !isSame(shown, this.#info);
    return [
      { type: 'policyChanged', policy, previous },
      ...(isShown ? this.#changeInfo({ ...shown, version: shown.version + 1 }) : []),
    ];
  }
}

/** Converts an event for clients, which do not have the policy: a change of it becomes a change of its visible part. */
export function shownEvent({ seq, change }: RoomEvent, differences: readonly RoomDifference[]): RosterEvent {
  if (change.type !== 'policyChanged') return { seq, change };
  const shown = differences.find(({ type }) => type === 'roomChanged');
  return {
    seq,
    change: shown?.type === 'roomChanged' ? { type: 'roomChanged', info: shown.info } : { type: 'unknown' },
  };
}

/** Returns the differences of snapshot `after` from `before`. Participants that stayed are not announced again. */
export function differencesBetween(before: RoomState, after: RoomState): RoomDifference[] {
  const leftParticipants = before.participants().filter(({ sessionId }) => after.get(sessionId) === undefined);
  const { info, speakers } = after;
  return [
    ...leftParticipants.map((participant) => ({ type: 'participantLeft', participant, reason: '' }) as const),
    ...after.participants().flatMap((participant): RoomDifference[] => {
      const known = before.get(participant.sessionId);
      return known === undefined ? [{ type: 'participantJoined', participant }] : differencesOf(known, participant);
    }),
    { type: 'speakersChanged', speakers },
    ...(isSame(info, before.info) ? [] : [{ type: 'roomChanged', info, previous: before.info } as const]),
  ];
}

function differencesOf(previous: Participant, participant: Participant): RoomDifference[] {
  const isChanged = !isSame({ ...previous, tracks: 0, quality: 0 }, { ...participant, tracks: 0, quality: 0 });
  const trackOf = (one: Participant, trackId: string): Track | undefined =>
    one.tracks.find((track) => track.trackId === trackId);
  const removedTracks = previous.tracks.filter(({ trackId }) => trackOf(participant, trackId) === undefined);
  return [
    ...(isChanged ? [{ type: 'participantChanged', participant, previous } as const] : []),
    ...(previous.quality === participant.quality ? [] : [{ type: 'qualityChanged', participant } as const]),
    ...removedTracks.map((track) => ({ type: 'trackUnpublished', participant, track, reason: '' }) as const),
    ...participant.tracks.flatMap((track): RoomDifference[] => {
      const before = trackOf(previous, track.trackId);
      if (before === undefined) return [{ type: 'trackPublished', participant, track }];
      return before.muted === track.muted ? [] : [{ type: 'trackMuted', participant, track }];
    }),
  ];
}

const isSame = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);
