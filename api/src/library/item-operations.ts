// Items of the library over REST.
import { libraryKinds } from '@meridian/protocol';
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { EXPIRES_IN_S_MAX, EXPIRES_IN_S_USUAL, rightsOfLinks } from '../recordings/links.ts';
import { itemStates } from './rows.ts';
import { item, itemChange } from './schemas.ts';

const tag = 'Library';
const params = Type.Object({ item: Type.String({ minLength: 1, maxLength: 64 }) });
const language = Type.String({ pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$', maxLength: 32 });
const transcriptParams = Type.Object({ item: params.properties.item, language });

export const listItems = operation({
  id: 'listItems',
  method: 'GET',
  path: '/library/items',
  tag,
  scope: 'library:read',
  summary: 'Items that the caller sees, the newest first.',
  query: Type.Object({
    ...pageQuery.properties,
    text: Type.Optional(
      Type.String({
        maxLength: 256,
        description: 'Words, or their beginnings, of title, tags, description, file name.',
      }),
    ),
    tag: Type.Optional(Type.String({ maxLength: 64 })),
    kind: Type.Optional(Type.String({ enum: [...libraryKinds] })),
    state: Type.Optional(Type.String({ enum: [...itemStates] })),
    owner: Type.Optional(Type.String({ maxLength: 128 })),
  }),
  answers: { 200: pageOf(item, 'LibraryItemPage') },
});
export const getItem = operation({
  id: 'getItem',
  method: 'GET',
  path: '/library/items/{item}',
  tag,
  scope: 'library:read',
  summary: 'An item.',
  params,
  answers: { 200: item },
  versioned: 'ifGiven',
});
export const updateItem = operation({
  id: 'updateItem',
  method: 'PATCH',
  path: '/library/items/{item}',
  tag,
  scope: 'library:write',
  summary: 'Change an item’s texts, chapters or visibility.',
  description: 'A user without the role of an administrator changes its own items.',
  params,
  body: itemChange,
  answers: { 200: item },
  versioned: 'ifGiven',
});
export const deleteItem = operation({
  id: 'deleteItem',
  method: 'DELETE',
  path: '/library/items/{item}',
  tag,
  scope: 'library:write',
  summary: 'Delete an item; its content goes with the last item that has it.',
  params,
  answers: { 204: Type.Null() },
});
export const setItemCover = operation({
  id: 'setItemCover',
  method: 'PUT',
  path: '/library/items/{item}/cover',
  tag,
  scope: 'library:write',
  summary: 'Choose the cover: a picture, or a time of the video.',
  params,
  bodyBytesMax: 450_000,
  body: Type.Union([
    Type.Object({ image: Type.String({ description: 'A `data:` URL of a PNG, JPEG or WebP, at most 300 kB.' }) }),
    Type.Object({ atMs: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }) }),
  ]),
  answers: { 200: item },
  problems: ['CONFLICT'],
});
export const createItemLink = operation({
  id: 'createItemLink',
  method: 'POST',
  path: '/library/items/{item}/links',
  tag,
  scope: 'library:read',
  summary: 'A link with which anybody opens the item’s file.',
  description: 'It needs no sign-in, until it expires or is revoked. Nothing is stored of it.',
  params,
  body: Type.Object(
    {
      expiresInS: Type.Optional(Type.Integer({ minimum: 1, maximum: EXPIRES_IN_S_MAX, default: EXPIRES_IN_S_USUAL })),
      may: Type.Optional(Type.String({ enum: [...rightsOfLinks], default: 'play' })),
    },
    { title: 'NewItemLink' },
  ),
  answers: {
    201: Type.Object(
      {
        id: Type.String({ description: 'Revokes it: `POST /revocations` with it as `via`.' }),
        url: Type.String({ description: 'The file: for players, by ranges.' }),
        coverUrl: Type.Optional(Type.String()),
        expiresAt: Type.String({ format: 'date-time' }),
      },
      { title: 'ItemLink' },
    ),
  },
  problems: ['CONFLICT'],
  idempotent: true,
});
const transcript = Type.Object({ vtt: Type.String({ maxLength: 500_000 }) }, { title: 'ItemTranscript' });
export const getTranscript = operation({
  id: 'getTranscript',
  method: 'GET',
  path: '/library/items/{item}/transcripts/{language}',
  tag,
  scope: 'library:read',
  summary: 'A transcript, as WebVTT.',
  params: transcriptParams,
  answers: { 200: transcript },
});
export const putTranscript = operation({
  id: 'putTranscript',
  method: 'PUT',
  path: '/library/items/{item}/transcripts/{language}',
  tag,
  scope: 'library:write',
  summary: 'Add or replace a transcript. Searches find its item by what is said.',
  params: transcriptParams,
  body: transcript,
  bodyBytesMax: 1_100_000, // of 500,000 characters, some in two or three bytes
  answers: { 204: Type.Null() },
});
export const deleteTranscript = operation({
  id: 'deleteTranscript',
  method: 'DELETE',
  path: '/library/items/{item}/transcripts/{language}',
  tag,
  scope: 'library:write',
  summary: 'Take a transcript away.',
  params: transcriptParams,
  answers: { 204: Type.Null() },
});
export const getLibraryUsage = operation({
  id: 'getLibraryUsage',
  method: 'GET',
  path: '/library/usage',
  tag,
  scope: 'library:read',
  summary: 'What the tenant keeps, and may keep.',
  answers: {
    200: Type.Object(
      {
        items: Type.Integer(),
        bytes: Type.Integer({ description: 'Of all contents, each counted once, and of uploads under way.' }),
        bytesMax: Type.Integer({ description: '0: no limit.' }),
      },
      { title: 'LibraryUsage' },
    ),
  },
});

export function addItemOperations(routes: Routes): void {
  for (const one of [
    listItems,
    getItem,
    updateItem,
    deleteItem,
    setItemCover,
    createItemLink,
    getTranscript,
    putTranscript,
    deleteTranscript,
    getLibraryUsage,
  ] as const)
    routes.add(one as typeof deleteItem, async () => {
      throw new Error('not built yet');
    });
}
