// What requests and answers about the library look like.
import { BLOCK_BYTES, LIBRARY_FILE_BYTES_MAX, libraryKinds, uploadRefusals } from '@meridian/protocol';
import { Type } from 'typebox';
import { itemStates, uploadStates, visibilities } from './rows.ts';

const words = <T extends string>(all: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...all], ...(description !== undefined && { description }) });
const time = Type.String({ format: 'date-time' });
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const TITLE_CHARACTERS_MAX = 256;
export const TAGS_MAX = 32;
export const CHAPTERS_MAX = 500;
const title = Type.String({ minLength: 1, maxLength: TITLE_CHARACTERS_MAX });
const description = Type.String({ maxLength: 4096 });
const tags = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: TAGS_MAX, uniqueItems: true });
const chapters = Type.Array(
  Type.Object({ startMs: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }), title }, { title: 'ItemChapter' }),
  { maxItems: CHAPTERS_MAX, description: 'In order of their beginnings.' },
);
const visibility = words(visibilities, 'private: its owner and administrators; tenant: all users of the tenant.');
const failure = Type.Object(
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
    failure: Type.Optional(failure),
    kind: Type.Optional(words(libraryKinds)),
    type: Type.Optional(Type.String({ description: 'Its media type, by content.' })),
    bytes: Type.Optional(Type.Integer()),
    sha256: Type.Optional(Type.String()),
    media: Type.Optional(media),
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

export const itemChange = Type.Object(
  {
    title: Type.Optional(title),
    description: Type.Optional(description),
    tags: Type.Optional(tags),
    visibility: Type.Optional(visibility),
    chapters: Type.Optional(chapters),
  },
  { title: 'LibraryItemChange', minProperties: 1 },
);

export const newUpload = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255, pattern: '^[^/\\\\\\u0000-\\u001f\\u007f]+$' }),
    bytes: Type.Integer({ minimum: 1, maximum: LIBRARY_FILE_BYTES_MAX }),
    blocks: Type.Optional(
      Type.Array(hash, {
        maxItems: LIBRARY_FILE_BYTES_MAX / BLOCK_BYTES,
        description: 'SHA-256 of each block of 8 MiB, all of them: what the tenant has is not sent again.',
      }),
    ),
    sha256: Type.Optional({ ...hash, description: 'Of the whole: other bytes are refused.' }),
    fingerprint: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Of the file, the same on each device of its user, which finds the upload by it.',
      }),
    ),
    title: Type.Optional(title),
    description: Type.Optional(description),
    tags: Type.Optional(tags),
    visibility: Type.Optional(visibility),
    owner: Type.Optional(
      Type.String({ maxLength: 128, description: 'Of API keys alone: the user of the company’s system.' }),
    ),
    region: Type.Optional(Type.String({ maxLength: 64, description: 'Where it is best sent to.' })),
  },
  { title: 'NewUpload' },
);

const range = { from: Type.Integer(), bytes: Type.Integer() };
export const upload = Type.Object(
  {
    id: Type.String(),
    item: Type.String(),
    name: Type.String(),
    bytes: Type.Integer(),
    state: words(uploadStates),
    failure: Type.Optional(failure),
    fingerprint: Type.Optional(Type.String()),
    proof: Type.Optional(
      Type.Object(
        {
          nonce: Type.String({ description: 'Base64url.' }),
          ranges: Type.Array(Type.Object(range, { title: 'UploadRange' })),
        },
        { title: 'UploadProof', description: 'In state `proof`: what `proveUpload` is asked for.' },
      ),
    ),
    parts: Type.Array(
      Type.Object(
        {
          ...range,
          url: Type.String({ description: 'A tus 1.0 upload that is there already: HEAD, then PATCH. For 24 hours.' }),
        },
        { title: 'UploadPart' },
      ),
      { description: 'In state `open`: ranges of the file to send, at once if you like.' },
    ),
    knownBytes: Type.Integer({ description: 'Bytes of the file that need not be sent.' }),
    createdAt: time,
    expiresAt: Type.String({ format: 'date-time', description: 'Without its end it is forgotten then.' }),
  },
  { title: 'LibraryUpload' },
);

export const uploadProof = Type.Object(
  { sha256: { ...hash, description: 'Over the nonce and the bytes of all ranges, in their order.' } },
  { title: 'NewUploadProof' },
);
