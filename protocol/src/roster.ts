// The participants of a room and what they publish: the one description that the signaling node, the media node and the
// browser share, and its wire form. A new field of a participant: here (type, `changeOf`, `participantFromWire`) and in
// proto/media.proto; the way to the wire is a spread.
import { type Attributes, changedAttributes } from './attributes.ts';
import { type RoomRole, roomRoleOf } from './room-roles.ts';
import {
  kindFromWire,
  kindToWire,
  type LayerKind,
  layerKindFromWire,
  layerKindToWire,
  type MediaKind,
  type Quality,
  qualityFromWire,
  qualityToWire,
  sourceFromWire,
  sourceToWire,
  type TrackSource,
} from './rtp.ts';
import { wire } from './wire.ts';

export interface VideoLayer {
  readonly spatialLayer: number;
  readonly width: number;
  readonly height: number;
  readonly maxBitrateBps: number;
}

export interface Track {
  readonly trackId: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly name: string;
  readonly muted: boolean;
  readonly mimeType: string;
  readonly layerKind: LayerKind;
  readonly layers: readonly VideoLayer[];
  /** The media node its publisher is attached to. */
  readonly nodeId: string;
  readonly width: number;
  readonly height: number;
  /** It is a rendition of that track, for receivers that cannot decode it; absent: it is none. */
  readonly derivedFrom?: string;
}

/** In the order of the wire. */
const participantKinds = ['standard', 'gateway', 'recorder', 'agent'] as const;
export type ParticipantKind = (typeof participantKinds)[number];
export const isParticipantKind = (value: unknown): value is ParticipantKind =>
  participantKinds.some((kind) => kind === value);

/** An identity that may receive tracks of these sources; none means all. */
export interface AllowedSubscriber {
  readonly identity: string;
  readonly sources: readonly TrackSource[];
}

export interface Participant {
  readonly sessionId: string;
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
  readonly nodeId: string;
  /** The signaling node that holds its socket. */
  readonly signalingId: string;
  /** Of its media node. */
  readonly region: string;
  readonly joinedWallMs: number;
  readonly quality: Quality;
  readonly canPublish: boolean;
  readonly canSubscribe: boolean;
  readonly canPublishData: boolean;
  readonly admin: boolean;
  /** Present for the service, not shown to other participants. */
  readonly hidden: boolean;
  /** What takes part: a person (`standard`), or a program of this kind. */
  readonly kind: ParticipantKind;
  /** How it takes part: `webrtc`. */
  readonly protocol: string;
  readonly attributes: Attributes;
  /** '': what its token says (policy.ts). */
  readonly role: RoomRole | '';
  /** Since when its hand is up; 0: it is down. */
  readonly handRaisedWallMs: number;
  /** What its token allows, as bits of media.proto; 0: not said, as it is shown here. */
  readonly tokenRights: number;
  /** The identities that may receive its tracks; undefined: all. */
  readonly subscribers: readonly AllowedSubscriber[] | undefined;
  readonly tracks: readonly Track[];
}

/**
 * What changes each field during a stay: nothing (`fixed`); the participant itself (`self`); the service, when the
 * session moves to another node (`service`); the room's owner, on an act (`owner`); `event`: it has a change of its own
 * in `RosterChange`, and `participantChanged` leaves it alone.
 */
const changeOf = {
  sessionId: 'fixed',
  identity: 'fixed',
  name: 'self',
  metadata: 'self',
  nodeId: 'service',
  signalingId: 'service',
  region: 'service',
  joinedWallMs: 'fixed',
  quality: 'event',
  canPublish: 'owner',
  canSubscribe: 'owner',
  canPublishData: 'owner',
  admin: 'owner',
  hidden: 'fixed',
  kind: 'fixed',
  protocol: 'fixed',
  attributes: 'self',
  role: 'owner',
  handRaisedWallMs: 'owner',
  tokenRights: 'owner',
  subscribers: 'self',
  tracks: 'event',
} as const satisfies { readonly [key in keyof Participant]: 'fixed' | 'self' | 'service' | 'owner' | 'event' };

type KeyChangedBy<By> = {
  [Key in keyof Participant]: (typeof changeOf)[Key] extends By ? Key : never;
}[keyof Participant];
/** What its owner may change of a participant. */
export type ParticipantSelfKey = KeyChangedBy<'self'>;
/** What `participantChanged` may change of a participant. */
export type ParticipantMutableKey = KeyChangedBy<'self' | 'service' | 'owner'>;
/** What its media node keeps of the changes of a participant, for the room's next owner. */
export type ParticipantKeptKey = KeyChangedBy<'self' | 'owner'>;

const keysChangedBy = <By extends string>(...by: By[]): readonly KeyChangedBy<By>[] =>
  (Object.keys(changeOf) as KeyChangedBy<By>[]).filter((key) => by.some((one) => one === changeOf[key]));
export const participantSelfKeys = keysChangedBy('self');
export const participantMutableKeys = keysChangedBy('self', 'service', 'owner');
export const participantKeptKeys = keysChangedBy('self', 'owner');

/** `participant` with the values that `changed` has under `keys`. */
export const participantWith = <Key extends keyof Participant>(
  participant: Participant,
  changed: Pick<Participant, Key>,
  keys: readonly Key[],
): Participant => ({ ...participant, ...Object.fromEntries(keys.map((key) => [key, changed[key]])) });

/** Whether two participants are not the same under one of `keys`. */
export const participantsDiffer = (a: Participant, b: Participant, keys: readonly ParticipantMutableKey[]): boolean =>
  keys.some((key) => {
    if (key === 'attributes') return changedAttributes(a.attributes, b.attributes) !== undefined;
    if (key === 'subscribers') return JSON.stringify(a.subscribers) !== JSON.stringify(b.subscribers);
    return a[key] !== b[key];
  });

export interface Speaker {
  readonly sessionId: string;
  /** 0 loudest … −127 silence. */
  readonly levelDbov: number;
}

/** What a room is besides its participants. */
export interface RoomInfo {
  /** Free text of its administrators, at most `limits.roomMetadataBytesMax` bytes. */
  readonly metadata: string;
  /** One higher with every change; 0: nothing has changed yet. */
  readonly version: number;
  /** Of this life of the room, from its first person until it is over; '': the owner gives none. */
  readonly sid: string;
  /** When this life began. */
  readonly createdWallMs: number;
  /** No newcomer comes in. */
  readonly locked: boolean;
  /** A newcomer waits until a host admits it. */
  readonly lobby: boolean;
  /** Identities that all participants see large, the first largest. */
  readonly spotlight: readonly string[];
  /** Its booked end; 0: none. */
  readonly endsWallMs: number;
}

export type RosterChange =
  | { readonly type: 'participantJoined'; readonly participant: Participant }
  | { readonly type: 'participantLeft'; readonly sessionId: string; readonly reason: string }
  /** Without its tracks, which stay. */
  | { readonly type: 'participantChanged'; readonly participant: Participant }
  | { readonly type: 'trackPublished'; readonly sessionId: string; readonly track: Track }
  | { readonly type: 'trackUnpublished'; readonly sessionId: string; readonly trackId: string; readonly reason: string }
  | { readonly type: 'trackMuted'; readonly sessionId: string; readonly trackId: string; readonly muted: boolean }
  | { readonly type: 'speakersChanged'; readonly speakers: readonly Speaker[] }
  | { readonly type: 'qualityChanged'; readonly sessionId: string; readonly quality: Quality }
  | { readonly type: 'roomChanged'; readonly info: RoomInfo }
  /** Something this version does not know: it keeps its place in the order and changes nothing. */
  | { readonly type: 'unknown' };

/** One change with its place in the order: dense per room and epoch, given by the owner. */
export interface RosterEvent {
  readonly seq: number;
  readonly change: RosterChange;
}

export interface RosterView {
  readonly epoch: number;
  readonly seq: number;
  readonly participants: readonly Participant[];
  readonly speakers: readonly Speaker[];
  readonly info: RoomInfo;
}

/** Throws REQUEST_INVALID when the track has no kind. */
export function trackFromWire(track: wire.TrackInfo.$Properties): Track {
  return {
    trackId: track.trackId ?? '',
    kind: kindFromWire(track.kind),
    source: sourceFromWire(track.source),
    name: track.name ?? '',
    muted: track.muted ?? false,
    mimeType: track.mimeType ?? '',
    layerKind: layerKindFromWire(track.layerKind),
    layers: (track.layers ?? []).map((layer) => ({
      spatialLayer: layer.spatialLayer ?? 0,
      width: layer.width ?? 0,
      height: layer.height ?? 0,
      maxBitrateBps: layer.maxBitrateBps ?? 0,
    })),
    nodeId: track.nodeId ?? '',
    width: track.width ?? 0,
    height: track.height ?? 0,
    ...(track.derivedFrom ? { derivedFrom: track.derivedFrom } : {}),
  };
}

export function trackToWire(track: Track): wire.TrackInfo.$Properties {
  return {
    ...track,
    kind: kindToWire(track.kind),
    source: sourceToWire(track.source),
    layerKind: layerKindToWire(track.layerKind),
    layers: [...track.layers],
  };
}

/** Throws REQUEST_INVALID when a track has no kind. */
export function participantFromWire(participant: wire.ParticipantInfo.$Properties): Participant {
  return {
    sessionId: participant.sessionId ?? '',
    identity: participant.identity ?? '',
    name: participant.name ?? '',
    metadata: participant.metadata ?? '',
    nodeId: participant.nodeId ?? '',
    signalingId: participant.signalingId ?? '',
    region: participant.region ?? '',
    joinedWallMs: participant.joinedWallMs ?? 0,
    quality: qualityFromWire(participant.quality),
    canPublish: participant.canPublish ?? false,
    canSubscribe: participant.canSubscribe ?? false,
    canPublishData: participant.canPublishData ?? false,
    admin: participant.admin ?? false,
    hidden: participant.hidden ?? false,
    kind: participantKinds[participant.kind ?? 0] ?? 'standard',
    protocol: participant.protocol ?? '',
    attributes: { ...participant.attributes },
    role: roomRoleOf(participant.role),
    handRaisedWallMs: participant.handRaisedWallMs ?? 0,
    tokenRights: participant.tokenRights ?? 0,
    subscribers: subscribersFromWire(participant.subscribers),
    tracks: (participant.tracks ?? []).map(trackFromWire),
  };
}

export function participantToWire(participant: Participant): wire.ParticipantInfo.$Properties {
  return {
    ...participant,
    quality: qualityToWire(participant.quality),
    kind: participantKinds.indexOf(participant.kind),
    subscribers: subscribersToWire(participant.subscribers),
    tracks: participant.tracks.map(trackToWire),
  };
}

export const subscribersFromWire = (
  subscribers: wire.Subscribers.$Properties | null | undefined,
): readonly AllowedSubscriber[] | undefined =>
  subscribers == null
    ? undefined
    : (subscribers.allowed ?? []).map(({ identity, sources }) => ({
        identity: identity ?? '',
        sources: (sources ?? []).map(sourceFromWire),
      }));

export const subscribersToWire = (
  subscribers: readonly AllowedSubscriber[] | undefined,
): wire.Subscribers.$Properties | null =>
  subscribers === undefined
    ? null
    : { allowed: subscribers.map(({ identity, sources }) => ({ identity, sources: sources.map(sourceToWire) })) };

/** Whether `identity` may receive a track of this source of the publisher, as that one says. */
export const mayReceive = (
  { subscribers }: Pick<Participant, 'subscribers'>,
  source: TrackSource,
  identity: string,
): boolean =>
  subscribers === undefined ||
  subscribers.some((one) => one.identity === identity && (one.sources.length === 0 || one.sources.includes(source)));

/** None: every text empty, no rights. */
export const emptyParticipant: Participant = participantFromWire({});

/**
 * Bytes of a participant with all tracks in a snapshot, whatever its quality and whether or not they are muted. It
 * encodes them all: for joins and updates, not for every change of quality.
 */
export function participantBytes(participant: Participant): number {
  const tracks = participant.tracks.map((track) => ({ ...track, muted: true }));
  const largest = participantToWire({ ...participant, quality: 'excellent', tracks });
  return wire.RosterSnapshot.encode({ participants: [largest] }).len;
}

export const speakersFromWire = (speakers: wire.Speaker.$Properties[] | null | undefined): Speaker[] =>
  (speakers ?? []).map((speaker) => ({ sessionId: speaker.sessionId ?? '', levelDbov: speaker.levelDbov ?? -127 }));

export const roomInfoFromWire = (info: wire.RoomInfo.$Properties | null | undefined): RoomInfo => ({
  metadata: info?.metadata ?? '',
  version: info?.version ?? 0,
  sid: info?.sid ?? '',
  createdWallMs: info?.createdWallMs ?? 0,
  locked: info?.locked ?? false,
  lobby: info?.lobby ?? false,
  spotlight: [...(info?.spotlight ?? [])],
  endsWallMs: info?.endsWallMs ?? 0,
});

export const roomInfoToWire = (info: RoomInfo): wire.RoomInfo.$Properties => ({
  ...info,
  spotlight: [...info.spotlight],
});

/** Of a room that was never changed. */
export const emptyRoomInfo: RoomInfo = roomInfoFromWire({});

export function rosterViewFromWire(view: wire.RosterSnapshot.$Properties | null | undefined): RosterView {
  return {
    epoch: view?.roomEpoch ?? 0,
    seq: view?.rosterSeq ?? 0,
    participants: (view?.participants ?? []).map(participantFromWire),
    speakers: speakersFromWire(view?.speakers),
    info: roomInfoFromWire(view?.info),
  };
}

export function rosterViewToWire(view: RosterView): wire.RosterSnapshot.$Properties {
  return {
    roomEpoch: view.epoch,
    rosterSeq: view.seq,
    participants: view.participants.map(participantToWire),
    speakers: [...view.speakers],
    info: roomInfoToWire(view.info),
  };
}

export function rosterEventFromWire(event: wire.RoomEvent.$Properties): RosterEvent {
  return { seq: event.seq ?? 0, change: changeFromWire(event) };
}

function changeFromWire(event: wire.RoomEvent.$Properties): RosterChange {
  const sessionId = (message: { sessionId?: string | null }): string => message.sessionId ?? '';
  if (event.participantJoined)
    return { type: 'participantJoined', participant: participantFromWire(event.participantJoined.participant ?? {}) };
  if (event.participantLeft)
    return {
      type: 'participantLeft',
      sessionId: sessionId(event.participantLeft),
      reason: event.participantLeft.reason ?? '',
    };
  if (event.participantChanged)
    return { type: 'participantChanged', participant: participantFromWire(event.participantChanged.participant ?? {}) };
  if (event.trackPublished)
    return {
      type: 'trackPublished',
      sessionId: sessionId(event.trackPublished),
      track: trackFromWire(event.trackPublished.track ?? {}),
    };
  if (event.trackUnpublished) {
    const { trackId, reason } = event.trackUnpublished;
    return {
      type: 'trackUnpublished',
      sessionId: sessionId(event.trackUnpublished),
      trackId: trackId ?? '',
      reason: reason ?? '',
    };
  }
  if (event.trackMuted)
    return {
      type: 'trackMuted',
      sessionId: sessionId(event.trackMuted),
      trackId: event.trackMuted.trackId ?? '',
      muted: event.trackMuted.muted ?? false,
    };
  if (event.speakersChanged)
    return { type: 'speakersChanged', speakers: speakersFromWire(event.speakersChanged.speakers) };
  if (event.qualityChanged)
    return {
      type: 'qualityChanged',
      sessionId: sessionId(event.qualityChanged),
      quality: qualityFromWire(event.qualityChanged.quality),
    };
  if (event.roomChanged) return { type: 'roomChanged', info: roomInfoFromWire(event.roomChanged.info) };
  return { type: 'unknown' };
}

export function rosterEventToWire({ seq, change }: RosterEvent): wire.RoomEvent.$Properties {
  switch (change.type) {
    case 'participantJoined':
      return { seq, participantJoined: { participant: participantToWire(change.participant) } };
    case 'participantLeft':
      return { seq, participantLeft: { sessionId: change.sessionId, reason: change.reason } };
    case 'participantChanged':
      return { seq, participantChanged: { participant: participantToWire({ ...change.participant, tracks: [] }) } };
    case 'trackPublished':
      return { seq, trackPublished: { sessionId: change.sessionId, track: trackToWire(change.track) } };
    case 'trackUnpublished':
      return { seq, trackUnpublished: { sessionId: change.sessionId, trackId: change.trackId, reason: change.reason } };
    case 'trackMuted':
      return { seq, trackMuted: { sessionId: change.sessionId, trackId: change.trackId, muted: change.muted } };
    case 'speakersChanged':
      return { seq, speakersChanged: { speakers: [...change.speakers] } };
    case 'qualityChanged':
      return { seq, qualityChanged: { sessionId: change.sessionId, quality: qualityToWire(change.quality) } };
    case 'roomChanged':
      return { seq, roomChanged: { info: roomInfoToWire(change.info) } };
    case 'unknown':
      return { seq };
  }
}
