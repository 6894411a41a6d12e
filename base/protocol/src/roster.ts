// The participants of a room and what they publish: the one description that the signaling node, the media node and the
// browser share, and its wire form.
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
  /** The media node its publisher is attached to. */
  readonly nodeId: string;
  readonly width: number;
  readonly height: number;
  /** It is a rendition of that track, for receivers that cannot decode it; absent: it is none. */
  readonly derivedFrom?: string;
  /** Its frames are encrypted from end to end; absent: they are not, as far as its publisher says. */
  readonly encryption?: Encryption;
}

export const encryptions = ['gcm', 'custom'] as const;
export type Encryption = (typeof encryptions)[number];

/** An identity that may receive tracks of these sources; none means all. */
export interface AllowedSubscriber {
  readonly identity: string;
  readonly sources: readonly TrackSource[];
}

/** By what a field of a participant changes during a stay; see `participantFields`. */
type ChangedBy = 'join' | 'self' | 'service' | 'owner' | 'event';
const changedBy =
  <By extends ChangedBy>(by: By) =>
  <Value, Wire>(codec: Codec<Value, Wire>) => ({ ...codec, changedBy: by });
/** Never: it is as it was when the participant joined. */
const fixed = changedBy('join');
/** By the participant itself. */
const bySelf = changedBy('self');
/** By the service, when the session moves to another node. */
const byService = changedBy('service');
/** By the room's owner, when a host acts. */
const byOwner = changedBy('owner');
/** By a change of its own in `RosterChange`; `participantChanged` leaves it alone. */
const byEvent = changedBy('event');

/** A participant: a new field is a line here and a number in `ParticipantInfo` of proto/media.proto. */
const participantFields = {
  sessionId: fixed(text),
  identity: fixed(text),
  name: bySelf(text),
  metadata: bySelf(text),
  nodeId: byService(text),
  /** The signaling node that holds its socket. */
  signalingId: byService(text),
  /** Of its media node. */
  region: byService(text),
  joinedWallMs: fixed(number),
  quality: byEvent(coded(qualityFromWire, qualityToWire)),
  canPublish: byOwner(flag),
  /** With `canPublish`: tracks of these alone; undefined: of all. */
  publishSources: byOwner(coded(publishSourcesFromWire, publishSourcesToWire)),
  canSubscribe: byOwner(flag),
  canPublishData: byOwner(flag),
  admin: byOwner(flag),
  /** Present for the service, not shown to other participants. */
  hidden: fixed(flag),
  /** A person (`standard`), or a program of this kind. */
  kind: fixed(
    coded(
      (wire: number | null | undefined): ParticipantKind => participantKinds[wire ?? 0] ?? 'standard',
      (kind) => participantKinds.indexOf(kind),
    ),
  ),
  /** How it takes part: `webrtc`. */
  protocol: fixed(text),
  attributes: bySelf({
    read: (wire: { [key: string]: string } | null | undefined): Attributes => ({ ...wire }),
    write: (attributes: Attributes) => ({ ...attributes }),
    isSame: (a: Attributes, b: Attributes) => changedAttributes(a, b) === undefined,
  }),
  /** '': what its token says (policy.ts). */
  role: byOwner(coded(roomRoleOf, (role): string => role)),
  /** Since when its hand is up; 0: it is down. */
  handRaisedWallMs: byOwner(number),
  /** What its token allows, as bits of media.proto; 0: not said, as it is shown here. */
  tokenRights: byOwner(number),
  /** The participants that may receive its tracks; undefined: all. */
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
/** What `participantChanged` may change of a participant. */
export type ParticipantMutableKey = KeyChangedBy<'self' | 'service' | 'owner'>;

const keysChangedBy = <By extends ChangedBy>(...by: By[]): readonly KeyChangedBy<By>[] =>
  (participantMessage.keys as KeyChangedBy<By>[]).filter((key) =>
    by.some((one) => one === participantFields[key].changedBy),
  );
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
  !participantMessage.isSame(a, b, keys);

export interface Speaker {
  readonly sessionId: string;
  /** 0 loudest … −127 silence. */
  readonly levelDbov: number;
}

/**
 * A room besides its participants: what its life adds, and what clients see of its policy. A new field is a line here
 * or, with `shown`, in policy.ts, and a number in `RoomInfo` of proto/media.proto.
 */
const roomInfoFields = {
  /** Free text of its administrators, at most `limits.roomMetadataBytesMax` bytes. */
  metadata: text,
  /** One higher with every change; 0: never changed. */
  version: number,
  /** Of this life of the room, from its first person until it is over; '': the owner gives none. */
  sid: text,
  /** When this life began. */
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
/** Of a room that was never changed. */
export const emptyRoomInfo: RoomInfo = roomInfoFromWire({});

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

/** Whether `identity` may receive a track of this source of the publisher, as that one says. */
export const mayReceive = (
  { subscribers }: Pick<Participant, 'subscribers'>,
  source: TrackSource,
  identity: string,
): boolean =>
  subscribers === undefined ||
  subscribers.some((one) => one.identity === identity && (one.sources.length === 0 || one.sources.includes(source)));

/** Of the wire, where an empty list says that there is no limit. */
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

/**
 * Whether a participant may publish this track. If it is limited to some sources, the track has to be what its source
 * says: a picture is no microphone.
 */
export function mayPublish(
  { canPublish, publishSources }: Pick<Participant, 'canPublish' | 'publishSources'>,
  { source, kind }: Pick<Track, 'source' | 'kind'>,
): boolean {
  if (!canPublish || publishSources === undefined) return canPublish;
  return publishSources.includes(source) && (kindOfSource[source] ?? kind) === kind;
}

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
