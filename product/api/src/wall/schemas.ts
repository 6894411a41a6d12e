import { Type } from 'typebox';
import { Time } from '../http/time.ts';

const milliseconds = (description: string) => Type.Integer({ minimum: 0, description });

export const WallTrack = Type.Object(
  {
    identity: Type.String(),
    trackId: Type.String(),
    source: Type.String({ description: 'camera, microphone, screen_share, screen_share_audio or unknown' }),
    codec: Type.String(),
    isStream: Type.Boolean({ description: 'True if an encoder sends the track, not a browser.' }),
    blackMs: milliseconds('How long its picture has been black; 0 if it is not black.'),
    frozenMs: milliseconds('How long its picture has not changed.'),
    silentMs: milliseconds('How long its sound has been silent.'),
    noneMs: milliseconds('How long none of its media has arrived.'),
    levelDb: Type.Number({
      description: 'Level of the sound in dBFS over the last second: at most 0; -127 means silence.',
    }),
  },
  { title: 'WallTrack', description: 'A track that is published and not muted.' },
);

export const WallRoom = Type.Object(
  {
    tenant: Type.String(),
    room: Type.String(),
    state: Type.Union(['joining', 'watching', 'refused', 'over'].map((state) => Type.Literal(state))),
    code: Type.String({
      description:
        'Why it is refused, or cannot be seen: OVERLOADED (recorders already watch as many rooms as they can), E2EE, WALL_REFUSED (by its tenant), NODE_UNREACHABLE (no recorder), FENCED_OUT (no recorder inside its fence), CENTRE_UNREACHABLE, NOT_FOUND.',
    }),
    participants: Type.Integer({ minimum: 0 }),
    tracks: Type.Array(WallTrack, { description: 'At most 50 tracks.' }),
    picture: Type.Optional(
      Type.String({
        description: 'A small JPEG of all its pictures, in base64; absent if unchanged since the last event.',
      }),
    ),
  },
  { title: 'WallRoom' },
);

export const KeptWallRoom = Type.Object(
  {
    tenant: Type.String(),
    room: Type.String(),
    addedBy: Type.String({ description: 'Id of the user, or of the operator’s key.' }),
    addedAt: Time,
    isAllowed: Type.Boolean({ description: 'False if its tenant refuses the wall; the room is not watched.' }),
    sessions: Type.Integer({ minimum: 0, description: 'People in the room now; 0 if it is not live.' }),
  },
  { title: 'KeptWallRoom' },
);
