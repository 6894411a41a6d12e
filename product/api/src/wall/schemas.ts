import { Type } from 'typebox';
import { Time } from '../http/time.ts';

const milliseconds = (description: string) => Type.Integer({ minimum: 0, description });

export const WallTrack = Type.Object(
  {
    identity: Type.String(),
    trackId: Type.String(),
    source: Type.String({ description: 'camera, microphone, screen_share, screen_share_audio, unknown' }),
    codec: Type.String(),
    isStream: Type.Boolean({ description: 'It comes from an encoder, not from a person’s browser.' }),
    blackMs: milliseconds('For how long its picture has been black; 0: it is not.'),
    frozenMs: milliseconds('For how long its picture has not changed.'),
    silentMs: milliseconds('For how long its sound has been silent.'),
    noneMs: milliseconds('For how long no media of it has come.'),
    levelDb: Type.Number({ description: 'Of sound, dBFS, over the last second: at most 0; -127: silence.' }),
  },
  { title: 'WallTrack', description: 'One that is published and not muted.' },
);

export const WallRoom = Type.Object(
  {
    tenant: Type.String(),
    room: Type.String(),
    state: Type.Union(['joining', 'watching', 'refused', 'over'].map((state) => Type.Literal(state))),
    code: Type.String({
      description:
        'Why it is refused, or cannot be seen: OVERLOADED (recorders watch as many rooms as they can), E2EE, WALL_REFUSED (by its tenant), NODE_UNREACHABLE (no recorder), FENCED_OUT (none inside its fence), CENTRE_UNREACHABLE, NOT_FOUND.',
    }),
    participants: Type.Integer({ minimum: 0 }),
    tracks: Type.Array(WallTrack, { description: 'At most 50.' }),
    picture: Type.Optional(Type.String({ description: 'A small JPEG of all of them, base64. Absent: as before.' })),
  },
  { title: 'WallRoom' },
);

export const KeptWallRoom = Type.Object(
  {
    tenant: Type.String(),
    room: Type.String(),
    addedBy: Type.String({ description: 'Id of a user, or of the operator’s key.' }),
    addedAt: Time,
    isAllowed: Type.Boolean({ description: 'False: its tenant refuses; it is not watched.' }),
    sessions: Type.Integer({ minimum: 0, description: 'People in it now; 0: it is not live.' }),
  },
  { title: 'KeptWallRoom' },
);
