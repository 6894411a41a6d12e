import {
  limits,
  type Participant,
  type RoomRole,
  type RoomSettings,
  roomRoles,
  type Track,
  trackSources,
} from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { timeText } from '../http/time.ts';
import type { Waiter } from '../nodes/room-owners.ts';
import type { Room } from './rooms.ts';

const DAY_S = 24 * 3600;
/** Ten years; a longer ban is permanent. */
export const BAN_S_MAX = 3650 * DAY_S;
const seconds = (maximum: number) => Type.Integer({ minimum: 0, maximum });
const time = () => Type.String({ format: 'date-time' });
const count = () => Type.Integer({ minimum: 0 });

export const roomName = () => Type.String({ minLength: 1, maxLength: limits.nameLengthMax });
export const identity = () => Type.String({ minLength: 1, maxLength: limits.nameLengthMax });
export const roleSchema = () => Type.Unsafe<RoomRole>({ type: 'string', enum: [...roomRoles] });
export const sourceSchema = () =>
  Type.Union([
    Type.Literal('camera'),
    Type.Literal('microphone'),
    Type.Literal('screen_share'),
    Type.Literal('screen_share_audio'),
  ]);
/** Makes a schema of sources, like LiveKit's grant `canPublishSources`. */
export const publishSourcesSchema = () =>
  Type.Array(trackSourceSchema(), {
    maxItems: trackSources.length,
    description: 'Sources of the tracks that may be published with `canPublish`; an empty list allows all sources.',
  });
const trackSourceSchema = () => Type.Union([...sourceSchema().anyOf, Type.Literal('unknown')]);
export const attributesSchema = () =>
  Type.Record(Type.String(), Type.String(), {
    description: 'Attributes by key; an empty value removes its key.',
    maxProperties: limits.attributesMax,
  });

/** Settings of a room; `null` removes a time. */
export const settingsSchema = {
  emptyTimeoutS: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 7 * DAY_S,
      description: `How long an empty room stays open, in seconds; 0 means ${limits.roomEmptyReleaseMs / 1000} s.`,
    }),
  ),
  maxParticipants: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.participantsPerRoomMax,
      description: 'Most participants at a time; 0 means as many as the service allows.',
    }),
  ),
  metadata: Type.Optional(Type.String({ maxLength: limits.roomMetadataBytesMax })),
  lobby: Type.Optional(Type.Boolean({ description: 'A participant waits until a host admits it.' })),
  locked: Type.Optional(Type.Boolean({ description: 'Only hosts and cohosts may join.' })),
  needsHost: Type.Optional(Type.Boolean({ description: 'Other participants wait until a host is in the room.' })),
  autoRecord: Type.Optional(
    Type.Boolean({
      description:
        'The whole room is recorded from its first participant on, as one video; as tracks for a tenant that may record these alone.',
    }),
  ),
  opensAt: Type.Optional(Type.Union([time(), Type.Null()], { description: 'Before this time, only hosts may join.' })),
  endsAt: Type.Optional(Type.Union([time(), Type.Null()], { description: 'End of the booking.' })),
  hardEnd: Type.Optional(Type.Boolean({ description: 'The room ends at `endsAt`.' })),
  kind: Type.Optional(
    Type.Union([Type.Literal('meeting'), Type.Literal('show')], {
      description: 'show: people without a place on its stage only watch, and are not counted among the participants.',
    }),
  ),
  slowModeS: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: limits.slowModeMsMax / 1000,
      description: 'Seconds that an identity must wait between two posts; hosts are exempt.',
    }),
  ),
  postsMuted: Type.Optional(Type.Boolean({ description: 'Only hosts and cohosts may post.' })),
  postWords: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: limits.postWordLengthMax }), {
      maxItems: limits.postWordsMax,
      uniqueItems: true,
      description: 'A post that contains one of these words is refused; case and character width are ignored.',
    }),
  ),
  spotlight: Type.Optional(
    Type.Array(identity(), {
      maxItems: limits.spotlightMax,
      uniqueItems: true,
      description: 'Identities that every participant sees in large.',
    }),
  ),
};

export const roomSchema = Type.Object(
  {
    name: roomName(),
    sid: Type.String({
      description:
        'Id of the room’s current life, which lasts from its first participant to its end. Between two lives: id of the next one if the room was created since, else empty.',
    }),
    active: Type.Boolean({ description: 'The room has participants, or its last one left a moment ago.' }),
    createdAt: Type.Optional(time()),
    numParticipants: count(),
    numPublishers: count(),
    numWaiting: count(),
    emptyTimeoutS: seconds(7 * DAY_S),
    idleTimeoutS: count(),
    maxParticipants: count(),
    title: Type.String({ description: 'Title of the booked meeting; empty without one.' }),
    metadata: Type.String(),
    lobby: Type.Boolean(),
    locked: Type.Boolean(),
    needsHost: Type.Boolean(),
    autoRecord: Type.Boolean(),
    opensAt: Type.Union([time(), Type.Null()]),
    endsAt: Type.Union([time(), Type.Null()]),
    hardEnd: Type.Boolean(),
    kind: Type.Union([Type.Literal('meeting'), Type.Literal('show')]),
    slowModeS: count(),
    postsMuted: Type.Boolean(),
    postWords: Type.Array(Type.String()),
    spotlight: Type.Array(Type.String()),
    version: Type.Integer({
      minimum: 0,
      description: 'Version of the room’s policy; send it in `If-Match`, in quotation marks.',
    }),
    members: Type.Array(
      Type.Object({
        identity: Type.String(),
        role: Type.Optional(roleSchema()),
        canPublish: Type.Optional(Type.Boolean()),
        canPublishSources: Type.Optional(publishSourcesSchema()),
        canSubscribe: Type.Optional(Type.Boolean()),
        canPublishData: Type.Optional(Type.Boolean()),
      }),
      { description: 'Roles and rights of single identities, which override those in their tokens.' },
    ),
    bans: Type.Array(Type.Object({ identity: Type.String(), until: Type.Union([time(), Type.Null()]) }), {
      description: 'Identities that may not join; a ban without a time is permanent.',
    }),
  },
  { title: 'Room' },
);

const trackSchema = Type.Object(
  {
    sid: Type.String(),
    kind: Type.Union([Type.Literal('audio'), Type.Literal('video')]),
    source: trackSourceSchema(),
    name: Type.String(),
    muted: Type.Boolean(),
    mimeType: Type.String(),
    width: count(),
    height: count(),
  },
  { title: 'Track' },
);

export const participantSchema = Type.Object(
  {
    sid: Type.String(),
    identity: Type.String(),
    name: Type.String(),
    metadata: Type.String(),
    attributes: Type.Record(Type.String(), Type.String()),
    kind: Type.Union([
      Type.Literal('standard'),
      Type.Literal('gateway'),
      Type.Literal('recorder'),
      Type.Literal('agent'),
    ]),
    protocol: Type.String({ description: 'Protocol by which the participant is connected: webrtc, rtmp, …' }),
    role: Type.Union([roleSchema(), Type.Null()], {
      description: 'Role that the room’s policy gives; null means the role in the participant’s token.',
    }),
    permission: Type.Object({
      canPublish: Type.Boolean(),
      canPublishSources: Type.Optional(publishSourcesSchema()),
      canSubscribe: Type.Boolean(),
      canPublishData: Type.Boolean(),
      roomAdmin: Type.Boolean(),
      hidden: Type.Boolean(),
    }),
    joinedAt: time(),
    handRaisedAt: Type.Union([time(), Type.Null()]),
    region: Type.String(),
    quality: Type.Union([
      Type.Literal('unknown'),
      Type.Literal('lost'),
      Type.Literal('poor'),
      Type.Literal('good'),
      Type.Literal('excellent'),
    ]),
    tracks: Type.Array(trackSchema),
  },
  { title: 'Participant' },
);

export const waiterSchema = Type.Object(
  {
    waitId: Type.String(),
    identity: Type.String(),
    name: Type.String(),
    since: time(),
    removed: Type.Boolean({ description: 'Was removed from the room, and waits for a host who lets it in again.' }),
  },
  { title: 'Waiter' },
);

const timeOrNull = (wallMs: number): string | null => (wallMs === 0 ? null : timeText(wallMs));

export function shownRoom(room: Room): Static<typeof roomSchema> {
  const { policy } = room;
  return {
    name: room.name,
    sid: room.sid,
    active: room.isLive,
    ...(room.createdWallMs > 0 && { createdAt: timeText(room.createdWallMs) }),
    numParticipants: room.participants,
    numPublishers: room.publishers,
    numWaiting: room.waiting,
    emptyTimeoutS: policy.emptyTimeoutMs / 1000,
    idleTimeoutS: room.idleMsMax / 1000,
    maxParticipants: policy.capacity,
    title: policy.title,
    metadata: room.metadata,
    lobby: policy.lobby,
    locked: policy.locked,
    needsHost: policy.needsHost,
    autoRecord: policy.autoRecord,
    opensAt: timeOrNull(policy.opensWallMs),
    endsAt: timeOrNull(policy.endsWallMs),
    hardEnd: policy.hardEnd,
    kind: policy.kind || 'meeting',
    slowModeS: policy.slowModeMs / 1000,
    postsMuted: policy.postsMuted,
    postWords: [...policy.postWords],
    spotlight: [...policy.spotlight],
    version: policy.version,
    members: policy.members.map(({ role, publishSources, ...member }) => ({
      ...member,
      ...(publishSources && { canPublishSources: [...publishSources] }),
      ...(role !== '' && { role }),
    })),
    bans: policy.bans.map((ban) => ({ identity: ban.identity, until: timeOrNull(ban.untilWallMs) })),
  };
}

/** Omits renditions, which belong to the service. */
export const tracksOf = ({ tracks }: Participant): Track[] =>
  tracks.filter(({ derivedFrom }) => derivedFrom === undefined);

export function shownParticipant(participant: Participant): Static<typeof participantSchema> {
  const { sessionId, identity, name, metadata, attributes, kind, protocol, role, region, quality } = participant;
  const { canPublish, publishSources, canSubscribe, canPublishData, admin, hidden } = participant;
  const limited = publishSources && { canPublishSources: [...publishSources] };
  return {
    sid: sessionId,
    identity,
    name,
    metadata,
    attributes: { ...attributes },
    kind,
    protocol,
    role: role === '' ? null : role,
    permission: { canPublish, ...limited, canSubscribe, canPublishData, roomAdmin: admin, hidden },
    joinedAt: timeText(participant.joinedWallMs),
    handRaisedAt: timeOrNull(participant.handRaisedWallMs),
    region,
    quality,
    tracks: tracksOf(participant).map(({ trackId, kind, source, name, muted, mimeType, width, height }) => ({
      sid: trackId,
      kind,
      source,
      name,
      muted,
      mimeType,
      width,
      height,
    })),
  };
}

export const shownWaiter = ({ waitId, identity, name, sinceWallMs, removed }: Waiter): Static<typeof waiterSchema> => ({
  waitId,
  identity,
  name,
  since: timeText(sinceWallMs),
  removed,
});

const wallMsOf = (text: string | null): number => (text === null ? 0 : Date.parse(text));

export function settingsOf(body: Static<ReturnType<typeof Type.Object<typeof settingsSchema>>>): RoomSettings {
  const { emptyTimeoutS, maxParticipants, opensAt, endsAt, metadata, lobby, locked } = body;
  const { needsHost, autoRecord, hardEnd, spotlight, kind, slowModeS, postsMuted, postWords } = body;
  return {
    ...(emptyTimeoutS !== undefined && { emptyTimeoutMs: emptyTimeoutS * 1000 }),
    ...(maxParticipants !== undefined && { capacity: maxParticipants }),
    ...(opensAt !== undefined && { opensWallMs: wallMsOf(opensAt) }),
    ...(endsAt !== undefined && { endsWallMs: wallMsOf(endsAt) }),
    ...(metadata !== undefined && { metadata }),
    ...(lobby !== undefined && { lobby }),
    ...(locked !== undefined && { locked }),
    ...(needsHost !== undefined && { needsHost }),
    ...(autoRecord !== undefined && { autoRecord }),
    ...(hardEnd !== undefined && { hardEnd }),
    ...(spotlight !== undefined && { spotlight }),
    ...(kind !== undefined && { kind: kind === 'show' ? ('show' as const) : ('' as const) }),
    ...(slowModeS !== undefined && { slowModeMs: slowModeS * 1000 }),
    ...(postsMuted !== undefined && { postsMuted }),
    ...(postWords !== undefined && { postWords }),
  };
}
