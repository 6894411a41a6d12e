import { BLOCK_BYTES, LIBRARY_FILE_BYTES_MAX } from '@meridian/protocol';
import { Type } from 'typebox';
import { chapters, itemFailure as failure, TITLE_CHARACTERS_MAX, words } from '../events/item-body.ts';
import { uploadStates, visibilities } from './rows.ts';

const time = Type.String({ format: 'date-time' });
const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const TAGS_MAX = 32;
const title = Type.String({ minLength: 1, maxLength: TITLE_CHARACTERS_MAX });
const description = Type.String({ maxLength: 4096 });
const tags = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: TAGS_MAX, uniqueItems: true });
const visibility = words(visibilities, 'private: its owner and administrators; tenant: all users of the tenant.');
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
