// Uploads into the library over REST. Their bytes go to library nodes.
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { uploadStates } from './rows.ts';
import { newUpload, upload, uploadProof } from './schemas.ts';

const tag = 'Library';
const params = Type.Object({ upload: Type.String({ minLength: 1, maxLength: 64 }) });

export const findUploads = operation({
  id: 'findUploads',
  method: 'GET',
  path: '/library/uploads',
  tag,
  scope: 'library:write',
  summary: 'Uploads of the caller, the newest first: of a user its own, of an API key those of `owner`.',
  query: Type.Object({
    ...pageQuery.properties,
    fingerprint: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    state: Type.Optional(Type.String({ enum: [...uploadStates] })),
    owner: Type.Optional(Type.String({ maxLength: 128 })),
  }),
  answers: { 200: pageOf(upload, 'LibraryUploadPage') },
});
export const createUpload = operation({
  id: 'createUpload',
  method: 'POST',
  path: '/library/uploads',
  tag,
  scope: 'library:write',
  summary: 'Begin an upload, and an item for it.',
  description:
    'Bytes that the tenant has need not be sent: with `blocks`, state `proof` asks for a proof that the client has them. In state `open`, `parts` are sent by tus.',
  body: newUpload,
  bodyBytesMax: 1_500_000, // the hashes of all blocks of the largest file
  answers: { 201: upload },
  problems: ['QUOTA_EXCEEDED'],
  idempotent: true,
});
export const getUpload = operation({
  id: 'getUpload',
  method: 'GET',
  path: '/library/uploads/{upload}',
  tag,
  scope: 'library:write',
  summary: 'An upload, with new URLs of its parts.',
  params,
  answers: { 200: upload },
});
export const proveUpload = operation({
  id: 'proveUpload',
  method: 'POST',
  path: '/library/uploads/{upload}/proof',
  tag,
  scope: 'library:write',
  summary: 'Prove that the client has the bytes that it need not send. After a wrong proof all are sent.',
  params,
  body: uploadProof,
  answers: { 200: upload },
  problems: ['CONFLICT'],
});
export const deleteUpload = operation({
  id: 'deleteUpload',
  method: 'DELETE',
  path: '/library/uploads/{upload}',
  tag,
  scope: 'library:write',
  summary: 'Give up an upload that is under way, and its item.',
  params,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});

export function addUploadOperations(routes: Routes): void {
  for (const one of [findUploads, createUpload, getUpload, proveUpload, deleteUpload] as const)
    routes.add(one as typeof deleteUpload, async () => {
      throw new Error('not built yet');
    });
}
