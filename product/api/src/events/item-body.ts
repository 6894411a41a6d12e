import { libraryKinds, uploadRefusals } from '@meridian/protocol';
import { type Static, Type } from 'typebox';

/** `waiting`: the bytes have not arrived; `checking`: all bytes have arrived and are being checked. */
export const itemStates = ['waiting', 'checking', 'ready', 'refused'] as const;
export type ItemState = (typeof itemStates)[number];

export const visibilities = ['private', 'tenant'] as const;
export type Visibility = (typeof visibilities)[number];

/** Rights in items; each includes those before it. */
export const rights = ['play', 'download', 'change'] as const;
export type Right = (typeof rights)[number];

export const enumOf = <T extends string>(all: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...all], ...(description !== undefined && { description }) });
const time = Type.String({ format: 'date-time' });
export const itemFailure = Type.Object(
  { code: Type.String({ enum: Object.keys(uploadRefusals) }), detail: Type.String() },
  { title: 'ItemFailure', description: 'Why the file was refused.' },
);

const media = Type.Object(
  {
    durationMs: Type.Integer(),
    width: Type.Integer({ description: 'Width as shown, after the rotation; 0 without a picture.' }),
    height: Type.Integer(),
    rotation: Type.Integer({ description: 'Rotation in degrees, clockwise: 0, 90, 180 or 270.' }),
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
    state: enumOf(renditionStates),
    done: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the work that is done.' }),
    names: Type.Array(Type.String(), {
      description: 'Names of the sizes, the smallest first; empty for a file with sound only.',
    }),
    failure: Type.Optional(
      Type.String({ description: 'Code of the failure; no renditions exist then, and players get the original.' }),
    ),
  },
  { title: 'ItemRenditions', description: 'Streams of several sizes, for players on slow and fast connections.' },
);

export const TITLE_CHARACTERS_MAX = 256;
export const CHAPTERS_MAX = 500;
const title = Type.String({ minLength: 1, maxLength: TITLE_CHARACTERS_MAX });
export const chapters = Type.Array(
  Type.Object(
    {
      startMs: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
      title,
      kind: Type.Optional(
        enumOf(
          ['speaker', 'screen'] as const,
          'Chapter of a recording: a person begins to speak, or to share a screen.',
        ),
      ),
    },
    { title: 'ItemChapter' },
  ),
  { maxItems: CHAPTERS_MAX, description: 'Chapters in order of their start.' },
);

const timeMs = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
export const itemTrim = Type.Object(
  { fromMs: timeMs, toMs: timeMs },
  { title: 'ItemTrim', description: 'Part of the original that people get; times are of the original.' },
);
const trimming = Type.Object(
  {
    state: enumOf(['waiting', 'running'] as const),
    done: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the work that is done.' }),
  },
  { title: 'ItemTrimming', description: 'A trim that is being made; people get the former file until it is ready.' },
);

export const item = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    description: Type.String(),
    tags: Type.Array(Type.String()),
    visibility: enumOf(visibilities),
    owner: Type.String({ description: 'Id of a user; for items made with an API key, the owner named there.' }),
    name: Type.String({ description: 'Name of the file.' }),
    state: enumOf(itemStates),
    failure: Type.Optional(itemFailure),
    kind: Type.Optional(enumOf(libraryKinds)),
    type: Type.Optional(Type.String({ description: 'Media type, detected from the content.' })),
    bytes: Type.Optional(Type.Integer()),
    sha256: Type.Optional(Type.String()),
    media: Type.Optional(media),
    renditions: Type.Optional(renditions),
    cover: enumOf(['none', 'made', 'chosen']),
    coverImage: Type.Optional(
      Type.String({ description: 'A chosen cover, as a `data:` URL; only in the answer of `getItem`.' }),
    ),
    chapters,
    transcripts: Type.Array(Type.String(), { description: 'Languages of the transcripts (BCP 47).' }),
    trim: Type.Optional(itemTrim),
    trimming: Type.Optional(trimming),
    trimFailure: Type.Optional(
      Type.String({ description: 'Code of the failure of the last trim, which left the item as it was.' }),
    ),
    may: Type.Optional(enumOf(rights, 'What the caller may do, each with what is before it; not in webhooks.')),
    trashedAt: Type.Optional(
      Type.String({ format: 'date-time', description: 'Time at which the item was put into the trash.' }),
    ),
    recording: Type.Optional(Type.String({ description: 'Id of the recording of which the item is a file.' })),
    upload: Type.Optional(Type.String({ description: 'Id of the upload that delivers the bytes.' })),
    heat: Type.Optional(
      Type.Object(
        {
          level: Type.Integer({ description: 'Doublings of the views, 0 to 12.' }),
          views: Type.Integer({ description: 'Views, each of which counts half after an hour.' }),
        },
        {
          title: 'ItemHeat',
          description: 'How hot the content is; only in the answer of `getItem` to those who may change the item.',
        },
      ),
    ),
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

/** Ids of recordings contain no slash, so the two never collide. */
export const itemSidOf = (tenant: string, id: string): string => `${tenant}/items/${id}`;
