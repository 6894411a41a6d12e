import { libraryKinds, uploadRefusals } from '@meridian/protocol';
import { type Static, Type } from 'typebox';

/** `waiting`: for its bytes; `checking`: the bytes are there and are being checked. */
export const itemStates = ['waiting', 'checking', 'ready', 'refused'] as const;
export type ItemState = (typeof itemStates)[number];

export const visibilities = ['private', 'tenant'] as const;
export type Visibility = (typeof visibilities)[number];

export const words = <T extends string>(all: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...all], ...(description !== undefined && { description }) });
const time = Type.String({ format: 'date-time' });
export const itemFailure = Type.Object(
  { code: Type.String({ enum: Object.keys(uploadRefusals) }), detail: Type.String() },
  { title: 'ItemFailure', description: 'Of a file that was refused.' },
);

const media = Type.Object(
  {
    durationMs: Type.Integer(),
    width: Type.Integer({ description: 'As shown, after the rotation; 0: no picture.' }),
    height: Type.Integer(),
    rotation: Type.Integer({ description: 'In degrees, clockwise: 0, 90, 180 or 270.' }),
    videoCodec: Type.String(),
    audioCodec: Type.String(),
    fps: Type.Number(),
    audioChannels: Type.Integer(),
  },
  { title: 'ItemMedia' },
);

export const renditionStates = ['waiting', 'working', 'ready', 'failed'] as const;
export type RenditionState = (typeof renditionStates)[number];
const renditions = Type.Object(
  {
    state: words(renditionStates),
    done: Type.Number({ minimum: 0, maximum: 1, description: 'How much of the work is done.' }),
    names: Type.Array(Type.String(), { description: 'Of sizes, the smallest first; of what is heard alone none.' }),
    failure: Type.Optional(Type.String({ description: 'A code: there are none then, and the original plays.' })),
  },
  { title: 'ItemRenditions', description: 'Streams of several sizes, for players on any line.' },
);

export const TITLE_CHARACTERS_MAX = 256;
export const CHAPTERS_MAX = 500;
const title = Type.String({ minLength: 1, maxLength: TITLE_CHARACTERS_MAX });
export const chapters = Type.Array(
  Type.Object({ startMs: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }), title }, { title: 'ItemChapter' }),
  { maxItems: CHAPTERS_MAX, description: 'In order of their beginnings.' },
);

export const item = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    description: Type.String(),
    tags: Type.Array(Type.String()),
    visibility: words(visibilities),
    owner: Type.String({ description: 'A user’s id; of what API keys made, as they said.' }),
    name: Type.String({ description: 'Of the file.' }),
    state: words(itemStates),
    failure: Type.Optional(itemFailure),
    kind: Type.Optional(words(libraryKinds)),
    type: Type.Optional(Type.String({ description: 'Its media type, by content.' })),
    bytes: Type.Optional(Type.Integer()),
    sha256: Type.Optional(Type.String()),
    media: Type.Optional(media),
    renditions: Type.Optional(renditions),
    cover: words(['none', 'made', 'chosen']),
    coverImage: Type.Optional(Type.String({ description: 'A chosen one, as a `data:` URL: of `getItem` alone.' })),
    chapters,
    transcripts: Type.Array(Type.String(), { description: 'Languages (BCP 47).' }),
    upload: Type.Optional(Type.String({ description: 'Id of the upload that its bytes come by.' })),
    createdAt: time,
    changedAt: time,
  },
  { title: 'LibraryItem' },
);

export type ShownItem = Static<typeof item>;
export const itemEventBody = { item };
export interface ItemEventBody {
  readonly item: ShownItem;
}

/** No collision with recordings, whose ids have no slash. */
export const itemSidOf = (tenant: string, id: string): string => `${tenant}/items/${id}`;
