// Fields have LiveKit's names where LiveKit has the same thing.

import type { Participant, RoomInfo, Track } from '@meridian/protocol';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { timeText } from '../http/time.ts';
import type { StoryEvent } from './core/story.ts';

const time = Type.String({ format: 'date-time' });

export const eventRoom = Type.Object(
  {
    sid: Type.String({
      description: 'Id of the room’s current life, which lasts from its first participant to its end.',
    }),
    name: Type.String(),
    title: Type.Optional(Type.String({ description: 'Title of the booked meeting.' })),
    metadata: Type.String(),
    createdAt: time,
    numParticipants: Type.Integer({
      description: 'Participants in the room after the event, without hidden ones.',
    }),
    locked: Type.Boolean(),
    lobby: Type.Boolean(),
    endsAt: Type.Optional(time),
  },
  { title: 'EventRoom' },
);
export const eventParticipant = Type.Object(
  {
    sid: Type.String({ description: 'Id of its session; a participant that rejoins has a new session.' }),
    identity: Type.String(),
    name: Type.String(),
    metadata: Type.String(),
    attributes: Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } }),
    joinedAt: time,
    kind: Type.String({ description: 'standard, gateway, recorder or agent' }),
    protocol: Type.String({ description: 'Protocol by which the participant is connected: webrtc, rtmp, …' }),
    region: Type.String(),
    role: Type.Union([Type.String(), Type.Null()], {
      description: 'Role that the room’s policy gives; null means the role in the participant’s token.',
    }),
  },
  { title: 'EventParticipant' },
);
export const eventTrack = Type.Object(
  {
    sid: Type.String(),
    type: Type.String({ description: 'audio or video' }),
    source: Type.String(),
    name: Type.String(),
    mimeType: Type.String(),
    width: Type.Integer(),
    height: Type.Integer(),
    muted: Type.Boolean(),
  },
  { title: 'EventTrack' },
);
export const eventBody = {
  room: eventRoom,
  participant: Type.Optional(eventParticipant),
  track: Type.Optional(eventTrack),
  reason: Type.Optional(Type.String({ description: 'Code of the reason for leaving, or for the end of the room.' })),
  estimated: Type.Optional(
    Type.Boolean({ description: 'The time is estimated, because the node that knew it has ended.' }),
  ),
};
const storedBody = Type.Object(eventBody);
export type EventBody = Static<typeof storedBody>;

export function bodyOf(
  life: { readonly sid: string; readonly room: string; readonly startedMs: number },
  { info, present, participant, track, reason, isEstimated }: StoryEvent,
): EventBody {
  return {
    room: {
      ...roomOf(info),
      sid: life.sid,
      name: life.room,
      createdAt: timeText(life.startedMs),
      numParticipants: present,
    },
    ...(participant && { participant: participantOf(participant) }),
    ...(track && { track: trackOf(track) }),
    ...(reason !== undefined && { reason }),
    ...(isEstimated === true && { estimated: true }),
  };
}

const roomOf = ({ title, metadata, locked, lobby, endsWallMs }: RoomInfo) => ({
  ...(title !== '' && { title }),
  metadata,
  locked,
  lobby,
  ...(endsWallMs > 0 && { endsAt: timeText(endsWallMs) }),
});

const participantOf = (participant: Participant): Static<typeof eventParticipant> => {
  const { sessionId, identity, name, metadata, attributes, kind, protocol, region, role, joinedWallMs } = participant;
  const joinedAt = timeText(joinedWallMs);
  const shownRole = role === '' ? null : role;
  return { sid: sessionId, identity, name, metadata, attributes, joinedAt, kind, protocol, region, role: shownRole };
};

const trackOf = ({ trackId, kind, source, name, mimeType, width, height, muted }: Track) => ({
  sid: trackId,
  type: kind,
  source,
  name,
  mimeType,
  width,
  height,
  muted,
});
