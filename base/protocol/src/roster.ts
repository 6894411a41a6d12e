// Participants of a room and their tracks, as signaling node, media node and browser share them, and their wire form.
import { type Attributes, changedAttributes } from './attributes.ts';
import { MeridianError } from './errors.ts';
import { type Codec, coded, type FieldsOf, flag, listOf, type MessageOf, messageOf, number, text } from './fields.ts';
import { type ParticipantKind, participantKinds } from './participant-kinds.ts';
import { type ShownPolicy, shownPolicyFields } from './policy.ts';
import { roomRoleOf } from './room-roles.ts';
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
  readonly nodeId: string;
  readonly width: number;
  readonly height: number;
  /** Original of which this track is a rendition, for receivers that cannot decode it. */
  readonly derivedFrom?: string;
  /** End-to-end encryption, according to its publisher. */
  readonly encryption?: Encryption;
}

export const encryptions = ['gcm', 'custom'] as const;
export type Encryption = (typeof encryptions)[number];

export interface AllowedSubscriber {
  readonly identity: string;
  readonly sources: readonly TrackSource[];
}

type ChangedBy = 'join' | 'self' | 'service' | 'owner' | 'event';
const changedBy =
  <By extends ChangedBy>(by: By) =>
  <Value, Wire>(codec: Codec<Value, Wire>) => ({ ...codec, changedBy: by });
/** Marks a field that never changes after the join. */
const fixed = changedBy('join');
const bySelf = changedBy('self');
/** Marks a field that the service changes when the session moves to another node. */
const byService = changedBy('service');
/** Marks a field that the room's owner changes when a host acts. */
const byOwner = changedBy('owner');
/** Marks a field with its own kind of `RosterChange`; `participantChanged` does not change it. */
const byEvent = changedBy('event');

/** Participant: a new field is a line here and a number in `ParticipantInfo` of proto/media.proto. */
const participantFields = {
  sessionId: fixed(text),
  identity: fixed(text),
  name: bySelf(text),
  metadata: bySelf(text),
  nodeId: byService(text),
  /** Signaling node that holds its socket. */
  signalingId: byService(text),
  region: byService(text),
  joinedWallMs: fixed(number),
  quality: byEvent(coded(qualityFromWire, qualityToWire)),
  canPublish: byOwner(flag),
  /** Sources that `canPublish` allows; undefined allows all. */
  publishSources: byOwner(coded(publishSourcesFromWire, publishSourcesToWire)),
  canSubscribe: byOwner(flag),
  canPublishData: byOwner(flag),
  admin: byOwner(flag),
  hidden: fixed(flag),
  kind: fixed(
    coded(
      (wire: number | null | undefined): ParticipantKind => participantKinds[wire ?? 0] ?? 'standard',
      (kind) => participantKinds.indexOf(kind),
    ),
  ),
  /** Protocol of its media, such as `webrtc`. */
  protocol: fixed(text),
  /** Protocol between SDKs (`clientProtocols`); the join has reduced unknown higher numbers. */
  clientProtocol: fixed(number),
  attributes: bySelf({
    read: (wire: { [key: string]: string } | null | undefined): Attributes => ({ ...wire }),
    write: (attributes: Attributes) => ({ ...attributes }),
    isSame: (a: Attributes, b: Attributes) => changedAttributes(a, b) === undefined,
  }),
  /** Role in the room; '' leaves the rights to the token (policy.ts). */
  role: byOwner(coded(roomRoleOf, (role): string => role)),
  /** Time since which its hand is up; 0 when it is down. */
  handRaisedWallMs: byOwner(number),
  /** Rights of its token, as bits of media.proto; 0 when not given: then the rights above count. */
  tokenRights: byOwner(number),
  /** Participants that may receive its tracks; undefined allows all. */
  subscribers: bySelf(coded(subscribersFromWire, subscribersToWire)),
  tracks: byEvent(listOf<Track, wire.TrackInfo.$Properties>(trackFromWire, trackToWire)),
} satisfies FieldsOf<wire.ParticipantInfo.$Properties>;
const participantMessage = messageOf<typeof participantFields, wire.ParticipantInfo.$Properties>(participantFields);

export interface Participant extends MessageOf<typeof participantFields> {}
/** Throws REQUEST_INVALID when a track has no kind. */
export const participantFromWire: (participant: wire.ParticipantInfo.$Properties) => Participant =
  participantMessage.fromWire;
export const participantToWire: (participant: Participant) => wire.ParticipantInfo.$Properties =
  participantMessage.toWire;

type KeyChangedBy<By extends ChangedBy> = {
  [Key in keyof typeof participantFields]: (typeof participantFields)[Key]['changedBy'] extends By ? Key : never;
}[keyof typeof participantFields];
export type ParticipantMutableKey = KeyChangedBy<'self' | 'service' | 'owner'>;

const keysChangedBy = <By extends ChangedBy>(...by: By[]): readonly KeyChangedBy<By>[] =>
  (participantMessage.keys as KeyChangedBy<By>[]).filter((key) =>
    by.some((one) => one === participantFields[key].changedBy),
  );
export const participantSelfKeys = keysChangedBy('self');
export const participantMutableKeys = keysChangedBy('self', 'service', 'owner');
export const participantKeptKeys = keysChangedBy('self', 'owner');

export const participantWith = <Key extends keyof Participant>(
  participant: Participant,
  changed: Pick<Participant, Key>,
  keys: readonly Key[],
): Participant => ({ ...participant, ...Object.fromEntries(keys.map((key) => [key, changed[key]])) });

export const participantsDiffer = (a: Participant, b: Participant, keys: readonly ParticipantMutableKey[]): boolean =>
  !participantMessage.isSame(a, b, keys);

export interface Speaker {
  readonly sessionId: string;
  /** 0 loudest … −127 silence. */
  readonly levelDbov: number;
}

/**
 * A room without its participants: data of its life, and the visible part of its policy. A new field is a line here or,
 * with `shown`, in policy.ts, and a number in `RoomInfo` of proto/media.proto.
 */
const roomInfoFields = {
  /** Free text of its administrators, at most `limits.roomMetadataBytesMax` bytes. */
  metadata: text,
  /** Rises by one with every change; 0 when never changed. */
  version: number,
  /** Id of this life of the room, from its first person to its end; '' when the owner gives none. */
  sid: text,
  createdWallMs: number,
};
const roomInfoMessage = messageOf<typeof roomInfoFields & typeof shownPolicyFields, wire.RoomInfo.$Properties>({
  ...roomInfoFields,
  ...shownPolicyFields,
} satisfies FieldsOf<wire.RoomInfo.$Properties>);

export interface RoomInfo extends MessageOf<typeof roomInfoFields>, ShownPolicy {}
export const roomInfoFromWire: (info: wire.RoomInfo.$Properties | null | undefined) => RoomInfo =
  roomInfoMessage.fromWire;
export const roomInfoToWire: (info: RoomInfo) => wire.RoomInfo.$Properties = roomInfoMessage.toWire;
export const emptyRoomInfo: RoomInfo = roomInfoFromWire({});

export type RosterChange =
  | { readonly type: 'participantJoined'; readonly participant: Participant }
  | { readonly type: 'participantLeft'; readonly sessionId: string; readonly reason: string }
  /** Without tracks, which stay as they are. */
  | { readonly type: 'participantChanged'; readonly participant: Participant }
  | { readonly type: 'trackPublished'; readonly sessionId: string; readonly track: Track }
  | { readonly type: 'trackUnpublished'; readonly sessionId: string; readonly trackId: string; readonly reason: string }
  | { readonly type: 'trackMuted'; readonly sessionId: string; readonly trackId: string; readonly muted: boolean }
  | { readonly type: 'speakersChanged'; readonly speakers: readonly Speaker[] }
  | { readonly type: 'qualityChanged'; readonly sessionId: string; readonly quality: Quality }
  | { readonly type: 'roomChanged'; readonly info: RoomInfo }
  /** Change that this version does not know: it counts in the order and changes nothing. */
  | { readonly type: 'unknown' };

/** Change with its place in the order: dense per room and epoch, given by the owner. */
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
    ...(track.encryption ? { encryption: encryptionFromWire(track.encryption) } : {}),
  };
}

function encryptionFromWire(text: string): Encryption {
  const known = encryptions.find((one) => one === text);
  if (known === undefined) throw new MeridianError('REQUEST_INVALID', `encryption: ${encryptions.join(' or ')}`);
  return known;
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

export function subscribersFromWire(
  subscribers: wire.Subscribers.$Properties | null | undefined,
): readonly AllowedSubscriber[] | undefined {
  return subscribers == null
    ? undefined
    : (subscribers.allowed ?? []).map(({ identity, sources }) => ({
        identity: identity ?? '',
        sources: (sources ?? []).map(sourceFromWire),
      }));
}

export function subscribersToWire(
  subscribers: readonly AllowedSubscriber[] | undefined,
): wire.Subscribers.$Properties | null {
  return subscribers === undefined
    ? null
    : { allowed: subscribers.map(({ identity, sources }) => ({ identity, sources: sources.map(sourceToWire) })) };
}

export const mayReceive = (
  { subscribers }: Pick<Participant, 'subscribers'>,
  source: TrackSource,
  identity: string,
): boolean =>
  subscribers === undefined ||
  subscribers.some((one) => one.identity === identity && (one.sources.length === 0 || one.sources.includes(source)));

export function publishSourcesFromWire(
  sources: readonly wire.TrackSource[] | null | undefined,
): readonly TrackSource[] | undefined {
  return sources == null || sources.length === 0 ? undefined : sources.map(sourceFromWire);
}

export function publishSourcesToWire(sources: readonly TrackSource[] | undefined): wire.TrackSource[] {
  return (sources ?? []).map(sourceToWire);
}

const kindOfSource: { readonly [source in TrackSource]: MediaKind | undefined } = {
  camera: 'video',
  microphone: 'audio',
  screen_share: 'video',
  screen_share_audio: 'audio',
  unknown: undefined,
};

/** Returns whether a participant may publish this track; the kind must fit the source: a microphone is not video. */
export function mayPublish(
  { canPublish, publishSources }: Pick<Participant, 'canPublish' | 'publishSources'>,
  { source, kind }: Pick<Track, 'source' | 'kind'>,
): boolean {
  if (!canPublish || publishSources === undefined) return canPublish;
  return publishSources.includes(source) && (kindOfSource[source] ?? kind) === kind;
}

/** Participant with empty texts and no rights. */
export const emptyParticipant: Participant = participantFromWire({});

/**
 * Returns the bytes of a participant with all tracks in a snapshot, independent of quality and mute. It encodes them
 * all, so it is for joins and updates, not for every change of quality.
 */
export function participantBytes(participant: Participant): number {
  const tracks = participant.tracks.map((track) => ({ ...track, muted: true }));
  const largest = participantToWire({ ...participant, quality: 'excellent', tracks });
  return wire.RosterSnapshot.encode({ participants: [largest] }).len;
}

export const speakersFromWire = (speakers: wire.Speaker.$Properties[] | null | undefined): Speaker[] =>
  (speakers ?? []).map((speaker) => ({ sessionId: speaker.sessionId ?? '', levelDbov: speaker.levelDbov ?? -127 }));

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
