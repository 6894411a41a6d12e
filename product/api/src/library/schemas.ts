import { BLOCK_BYTES, LIBRARY_FILE_BYTES_MAX } from '@meridian/protocol';
import { Type } from 'typebox';
import { chapters, enumOf, itemFailure as failure, TITLE_CHARACTERS_MAX } from '../events/item-body.ts';
import { uploadStates, visibilities } from './rows.ts';

const time = Type.String({ format: 'date-time' });
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const TAGS_MAX = 32;
const title = Type.String({ minLength: 1, maxLength: TITLE_CHARACTERS_MAX });
const description = Type.String({ maxLength: 4096 });
const tags = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: TAGS_MAX, uniqueItems: true });
const visibility = enumOf(
  visibilities,
  'private: visible to its owner and administrators; tenant: visible to all users of the tenant.',
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
        description:
          'SHA-256 of each block of 8 MiB, for all blocks of the file. Blocks of items that the caller may read are not sent again.',
      }),
    ),
    sha256: Type.Optional({
      ...hash,
      description: 'SHA-256 of the whole file; an upload with other bytes is refused.',
    }),
    fingerprint: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description:
          'Fingerprint of the file. Another device of the same user that computes the same value continues this upload.',
      }),
    ),
    title: Type.Optional(title),
    description: Type.Optional(description),
    tags: Type.Optional(tags),
    visibility: Type.Optional(visibility),
    owner: Type.Optional(
      Type.String({
        maxLength: 128,
        description: 'User of the company’s own system that owns the item. Only API keys may set it.',
      }),
    ),
    region: Type.Optional(
      Type.String({ maxLength: 64, description: 'Region to which the client sends the file best.' }),
    ),
  },
  { title: 'NewUpload' },
);

const range = { from: Type.Integer(), bytes: Type.Integer() };
export const upload = Type.Object(
  {
    id: Type.String(),
    item: Type.String(),
    owner: Type.String({ description: 'User who began it, or the owner that an API key named; may be empty.' }),
    name: Type.String(),
    bytes: Type.Integer(),
    state: enumOf(uploadStates),
    failure: Type.Optional(failure),
    fingerprint: Type.Optional(Type.String()),
    proof: Type.Optional(
      Type.Object(
        {
          nonce: Type.String({ description: 'Random bytes to be hashed before the ranges, in base64url.' }),
          ranges: Type.Array(Type.Object(range, { title: 'UploadRange' })),
        },
        { title: 'UploadProof', description: 'In state `proof`: byte ranges whose hash `proveUpload` expects.' },
      ),
    ),
    parts: Type.Array(
      Type.Object(
        {
          ...range,
          url: Type.String({
            description:
              'URL of a tus 1.0 upload that already exists: HEAD gives its offset, PATCH sends bytes. Valid for 24 hours.',
          }),
        },
        { title: 'UploadPart' },
      ),
      { description: 'In state `open`: ranges of the file to send, in any order or in parallel.' },
    ),
    knownBytes: Type.Integer({
      description: 'Bytes of the file that the service already has, which need not be sent.',
    }),
    createdAt: time,
    expiresAt: Type.String({
      format: 'date-time',
      description: 'Time at which an upload that is not complete is removed.',
    }),
  },
  { title: 'LibraryUpload' },
);

export const uploadProof = Type.Object(
  { sha256: { ...hash, description: 'SHA-256 over the nonce and then the bytes of all ranges, in their order.' } },
  { title: 'NewUploadProof' },
);
