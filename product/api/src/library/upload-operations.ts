import type { Clock, Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { ownerOnly, type Principal } from '../access/core/scopes.ts';
import type { ApiKeys } from '../access/keys.ts';
import { sourcesOfUploader } from '../access/link-grants.ts';
import { operations } from '../http/operation.ts';
import { Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { Library } from './library.ts';
import { type UploadRow, uploadStates } from './rows.ts';
import { newUpload, upload, uploadProof } from './schemas.ts';
import { findUpload, shownUpload, urlEndMs } from './upload-rows.ts';
import { invalid, type Uploader } from './uploads.ts';

const tag = 'Library';
const params = Type.Object({ upload: Type.String({ minLength: 1, maxLength: 64 }) });

const query = Type.Object({
  ...pageQuery.properties,
  fingerprint: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  state: Type.Optional(Type.String({ enum: [...uploadStates] })),
  owner: Type.Optional(Type.String({ maxLength: 128 })),
  everyone: Type.Optional(
    Type.Boolean({
      description:
        'Also uploads of others, without their parts. Only administrators may use it; an API key always may see all.',
    }),
  ),
});

const writing = operations({ tag, scope: 'library:write' });
export const findUploads = writing('findUploads', 'GET /library/uploads', {
  summary: 'List uploads of the caller, the newest first; an API key lists those of `owner`.',
  description: 'Administrators list those of the whole tenant with `everyone`, and may delete each.',
  query,
  answers: { 200: pageOf(upload, 'LibraryUploadPage') },
});
export const createUpload = writing('createUpload', 'POST /library/uploads', {
  summary: 'Create an upload and an item for it.',
  description:
    'Bytes of items that the caller may read need not be sent: with `blocks`, the state may be `proof`, in which the client must prove within ten minutes that it has them. In state `open`, send `parts` by tus: an upload of which no byte has come and for which its client has not asked for ten minutes is removed. One user has at most a tenth of the tenant’s open uploads, with at most half of the bytes that others leave free.',
  body: newUpload,
  bodyBytesMax: 1_500_000,
  answers: { 201: upload },
  problems: ['QUOTA_EXCEEDED'],
  idempotent: true,
});
const writingOfUpload = operations({ tag, scope: 'library:write', params });
export const getUpload = writingOfUpload('getUpload', 'GET /library/uploads/{upload}', {
  summary: 'Get an upload, with new URLs of its parts.',
  answers: { 200: upload },
});
export const proveUpload = writingOfUpload('proveUpload', 'POST /library/uploads/{upload}/proof', {
  summary: 'Prove that the client has the bytes that it need not send. After a wrong proof, it must send all of them.',
  body: uploadProof,
  answers: { 200: upload },
  problems: ['CONFLICT'],
});
export const deleteUpload = writingOfUpload('deleteUpload', 'DELETE /library/uploads/{upload}', {
  summary: 'Abort an unfinished upload and delete its item.',
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});

const byTime = new Paging(
  [
    { column: 'created_ms', type: 'number' },
    { column: 'id', type: 'string' },
  ],
  'descending',
);

export interface UploadDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly library: Pick<Library, 'uploads' | 'nodes'>;
}

export function addUploadOperations(routes: Routes, o: UploadDeps): void {
  const { db, library } = o;
  const { uploads } = library;
  routes.add(findUploads, async ({ principal, query }) => {
    const rows = await listedUploads(db, principal, query);
    const { data, ...more } = byTime.page(query, rows, (row) => row);
    const signing = await signingOf(o, principal);
    const failures = await failuresOf(db, principal.tenant, data);
    const body = await Promise.all(
      // Whoever has the URLs of parts may send them.
      data.map((row) => shownUpload(row, isOwn(principal, row) ? signing : undefined, failures.get(row.item))),
    );
    return { body: { data: body, ...more } };
  });
  routes.add(createUpload, async ({ principal, body, atomically }) => {
    const prepared = await uploads.prepare(uploaderOf(principal), ownerOf(principal, body.owner), body);
    const signing = { key: prepared.key, clock: o.clock, rng: o.rng, nodes: library.nodes };
    try {
      return await atomically(async (trx) => {
        const row = await uploads.store(trx, prepared);
        const sources = await sourcesOfUploader(trx, principal, urlEndMs(o.clock));
        return { status: 201, body: await shownUpload(row, Object.assign({ sources }, signing)) };
      });
    } catch (error) {
      await uploads.abandon(prepared);
      throw error;
    }
  });
  const shownFromStore = async (principal: Principal, row: UploadRow) => {
    const failures = await failuresOf(db, row.tenant, [row]);
    return { body: await shownUpload(row, await signingOf(o, principal), failures.get(row.item)) };
  };
  routes.add(getUpload, async ({ principal, params: { upload: id } }) =>
    shownFromStore(principal, await uploads.resume(await visibleUpload(db, principal, id))),
  );
  routes.add(proveUpload, async ({ principal, params: { upload: id }, body }) =>
    shownFromStore(
      principal,
      await uploads.prove(await visibleUpload(db, principal, id), body.sha256, uploaderOf(principal)),
    ),
  );
  routes.add(deleteUpload, async ({ principal, params: { upload: id }, atomically }) => {
    const row = await deletableUpload(db, principal, id);
    return atomically((trx) => uploads.delete(trx, row));
  });
}

/** Limits a user to own uploads; an API key sees all of the tenant. */
const isOwn = ({ kind, id }: Principal, { owner }: Pick<UploadRow, 'owner'>): boolean =>
  kind !== 'user' || owner === id;

const uploaderOf = (principal: Principal): Uploader => ({ tenant: principal.tenant, person: ownerOnly(principal) });

function ownerOf({ kind, id }: Principal, asked: string | undefined): string {
  if (kind !== 'user') return asked ?? '';
  if (asked !== undefined) throw invalid('/owner', 'may be set by API keys only');
  return id;
}

/** Rejects with NOT_FOUND. */
async function visibleUpload(db: Database, principal: Principal, id: string): Promise<UploadRow> {
  const row = await findUpload(db, principal.tenant, id);
  if (row === undefined || row.recording !== '' || !isOwn(principal, row)) throw new Problem('NOT_FOUND');
  return row;
}

/** Finds uploads of others too, for administrators. Rejects with NOT_FOUND. */
async function deletableUpload(db: Database, principal: Principal, id: string): Promise<UploadRow> {
  const row = await findUpload(db, principal.tenant, id);
  const isOfOther = row !== undefined && ownerOnly(principal) !== undefined && !isOwn(principal, row);
  if (row === undefined || row.recording !== '' || isOfOther) throw new Problem('NOT_FOUND');
  return row;
}

/** Rejects with NOT_PERMITTED for a user who is not an administrator and asks for uploads of everyone. */
async function listedUploads(db: Database, principal: Principal, filter: Static<typeof query>): Promise<UploadRow[]> {
  const { kind, id, tenant } = principal;
  if (filter.everyone === true && ownerOnly(principal) !== undefined)
    throw new Problem('NOT_PERMITTED', 'only administrators see uploads of others');
  let found = db
    .selectFrom('library_uploads')
    .selectAll()
    .where((eb) => eb.and({ tenant, recording: '' }))
    .$call(byTime.ofPage(filter));
  const state = uploadStates.find((one) => one === filter.state);
  if (kind === 'user' && filter.everyone !== true) found = found.where('owner', '=', id);
  if (filter.owner !== undefined) found = found.where('owner', '=', filter.owner);
  if (filter.fingerprint !== undefined) found = found.where('fingerprint', '=', filter.fingerprint);
  if (state !== undefined) found = found.where('state', '=', state);
  return found.execute();
}

async function signingOf({ db, keys, clock, rng, library: { nodes } }: UploadDeps, principal: Principal) {
  const key = await keys.signing(principal.tenant);
  if (key === undefined) return undefined;
  const sources = await transact(db, (trx) => sourcesOfUploader(trx, principal, urlEndMs(clock)));
  return { key, sources, clock, rng, nodes };
}

async function failuresOf(db: Database, tenant: string, rows: readonly UploadRow[]) {
  const items = rows.filter(({ state }) => state === 'refused' || state === 'expired').map(({ item }) => item);
  if (items.length === 0) return new Map<string, never>();
  const found = await db
    .selectFrom('library_items')
    .select(['id', 'failure as code', 'detail'])
    .where('tenant', '=', tenant)
    .where('id', 'in', items)
    .execute();
  return new Map(found.map(({ id, code, detail }) => [id, { code, detail }]));
}
