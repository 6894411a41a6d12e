// Shares of one user in what the tenant's users have in common, and what an upload shows of files of others.
import { createHash } from 'node:crypto';
import { BLOCK_BYTES } from '@meridian/protocol';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shareOf } from '../../../src/access/core/shares.ts';
import { OPEN_UPLOADS_MAX, UNOPENED_MS } from '../../../src/library/uploads.ts';
import { blocksIn } from '../../support/scripted-libraries.ts';
import { type Ask, operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const secretFile = Buffer.concat([Buffer.alloc(BLOCK_BYTES, 1), Buffer.alloc(5, 2)]);
const bodyOf = (bytes: Uint8Array, more: object = {}) => ({
  name: 'a.pdf',
  bytes: bytes.length,
  blocks: blocksIn(bytes),
  ...more,
});
const begin = (body: object, o: Ask = {}) => api.ask('POST', '/library/uploads', { ...o, body });
const beginUpload = async (body: object, o: Ask = {}) => {
  const answer = await begin(body, o);
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json();
};
const refusalOf = async (answer: ReturnType<typeof begin>) => {
  const { statusCode, json } = await answer;
  return [statusCode, json().code, json().detail];
};
const keep = async (bytes: Uint8Array, o: Ask = {}, more: object = {}) => {
  const { id, item } = await beginUpload({ name: 'kept.pdf', bytes: bytes.length, ...more }, o);
  const isKept = await api.libraries.fra.ended('acme', id, bytes);
  return { id, item, isKept };
};
const claimsOfLink = async (item: string, o: Ask) => {
  const { url } = (await api.ask('POST', `/library/items/${item}/links`, { ...o, body: {} })).json();
  return decodeJwt(/contents\/([^/]+)\//.exec(url)?.[1] ?? '');
};
interface Asked {
  readonly id: string;
  readonly proof: { readonly nonce: string; readonly ranges: readonly { from: number; bytes: number }[] };
}
const prove = async ({ id, proof: { nonce, ranges } }: Asked, bytes: Uint8Array, o: Ask = {}) => {
  const hash = createHash('sha256').update(Buffer.from(nonce, 'base64url'));
  for (const { from, bytes: its } of ranges) hash.update(bytes.subarray(from, from + its));
  return (await api.ask('POST', `/library/uploads/${id}/proof`, { ...o, body: { sha256: hash.digest('hex') } })).json();
};
const limit = (libraryBytes: number) =>
  api.ask('PATCH', '/tenants/acme', {
    signer: operatorKey,
    body: { limits: { libraryBytes } },
    headers: { 'if-match': '*' },
  });
/** Copies an upload's row, which is quicker than so many requests. */
const copyUpload = async (id: string, copies: number) => {
  const { db } = api.store;
  const row = await db.selectFrom('library_uploads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const rows = Array.from({ length: copies }, (_, at) => Object.assign({}, row, { id: `${id}${at}` }));
  await db.insertInto('library_uploads').values(rows).execute();
};

it.each([
  [1000, 100],
  [15, 1],
  [1, 1],
])('of a bound of %i one user may use %i', (bound, share) => {
  expect(shareOf(bound)).toBe(share);
});

describe('a user who announces uploads', () => {
  it('has a share of the open uploads, and cannot use up those of others', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const { id } = await beginUpload({ name: 'a', bytes: 1 }, { as: ann });
    await copyUpload(id, shareOf(OPEN_UPLOADS_MAX) - 1);
    expect(await refusalOf(begin({ name: 'a', bytes: 1 }, { as: ann }))).toEqual([
      429,
      'QUOTA_EXCEEDED',
      'You already have 100 open uploads. Finish or delete some.',
    ]);
    await beginUpload({ name: 'b', bytes: 1 }, { as: bob });
    await beginUpload({ name: 'c', bytes: 1 });
    expect((await api.ask('DELETE', `/library/uploads/${id}`, { as: ann })).statusCode).toBe(204);
    await beginUpload({ name: 'a', bytes: 1 }, { as: ann });
  });

  it('reserves at most half of the bytes that others leave free', async () => {
    await limit(1000);
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    // Bytes of others count in steps of 1/64 of the quota: 200 as 13 steps of 16, which are 208.
    await beginUpload({ name: 'a', bytes: 200 });
    const refusal = [
      429,
      'QUOTA_EXCEEDED',
      'Your open uploads would take more than half of the free storage. Finish or delete some, or send a smaller file.',
    ];
    expect(await refusalOf(begin({ name: 'a', bytes: 397 }, { as: ann }))).toEqual(refusal);
    await beginUpload({ name: 'a', bytes: 300 }, { as: ann });
    expect(await refusalOf(begin({ name: 'a', bytes: 97 }, { as: ann }))).toEqual(refusal);
    await beginUpload({ name: 'a', bytes: 96 }, { as: ann });
    expect(await refusalOf(begin({ name: 'a', bytes: 1 }, { as: ann }))).toEqual(refusal);
    await beginUpload({ name: 'b', bytes: 190 }, { as: bob });
  });

  it('cannot search the limit for the bytes of others, whatever it stores itself', async () => {
    await limit(6400);
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const mostOf = async (): Promise<number> => {
      let [fits, tooMany] = [0, 6401];
      while (tooMany - fits > 1) {
        const bytes = Math.floor((fits + tooMany) / 2);
        const answer = await begin({ name: 'b', bytes }, { as: bob });
        if (answer.statusCode === 429) tooMany = bytes;
        else {
          fits = bytes;
          await api.ask('DELETE', `/library/uploads/${answer.json().id}`, { as: bob });
        }
      }
      return fits;
    };
    await keep(Buffer.alloc(1001), { as: ann });
    expect(await mostOf()).toBe((6400 - 1100) / 2);
    await keep(Buffer.alloc(98, 1), { as: ann });
    expect(await mostOf()).toBe((6400 - 1100) / 2);
    await keep(Buffer.alloc(50, 2), { as: bob });
    expect(await mostOf()).toBe((6400 - 1100 - 50) / 2);
    expect((await refusalOf(begin({ name: 'b', bytes: 5000 }, { as: bob })))[2]).not.toMatch(/\d/);
  });

  it('is not bounded below the tenant as an administrator or by an API key', async () => {
    await limit(1000);
    const admin = await api.user({ role: 'admin' });
    const { id } = await beginUpload({ name: 'a', bytes: 600 }, { as: admin });
    await api.ask('DELETE', `/library/uploads/${id}`, { as: admin });
    await beginUpload({ name: 'a', bytes: 600 });
  });
});

describe('open uploads of a tenant', () => {
  it('are listed for administrators with their owners, who delete them, and for nobody else', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const admin = await api.user({ role: 'admin' });
    const { id } = await beginUpload({ name: 'a.pdf', bytes: 7 }, { as: ann });
    const listed = async (query: string, o: Ask) => (await api.ask('GET', `/library/uploads?${query}`, o)).json();
    expect((await listed('state=open', { as: admin })).data).toEqual([]);
    const { data } = await listed('state=open&everyone=true', { as: admin });
    expect(data).toMatchObject([{ id, owner: ann.user.id, name: 'a.pdf', bytes: 7, parts: [] }]);
    expect((await listed(`owner=${bob.user.id}&everyone=true`, { as: admin })).data).toEqual([]);
    expect((await listed('everyone=true', {})).data[0].parts).toHaveLength(1);
    expect(await refusalOf(api.ask('GET', '/library/uploads?everyone=true', { as: bob }))).toEqual([
      403,
      'NOT_PERMITTED',
      'only administrators see uploads of others',
    ]);
    expect((await api.ask('DELETE', `/library/uploads/${id}`, { as: bob })).statusCode).toBe(404);
    expect((await api.ask('GET', `/library/uploads/${id}`, { as: admin })).statusCode).toBe(404);
    expect((await api.ask('DELETE', `/library/uploads/${id}`, { as: admin })).statusCode).toBe(204);
    expect((await listed('everyone=true', { as: admin })).data).toEqual([]);
  });

  it('expire within minutes while they wait for a proof', async () => {
    await keep(secretFile);
    const made = await beginUpload(bodyOf(secretFile));
    await api.clock.advance(UNOPENED_MS);
    await api.telling.library.upkeep.run();
    expect((await api.ask('GET', `/library/uploads/${made.id}`)).json().state).toBe('proof');
    await api.clock.advance(1);
    await api.telling.library.upkeep.run();
    expect((await api.ask('GET', `/library/uploads/${made.id}`)).json().state).toBe('expired');
  });

  it('live for a week once a node has opened them after a proof', async () => {
    await keep(secretFile);
    const made = await beginUpload(bodyOf(secretFile));
    const wrong = await prove(made, Buffer.alloc(secretFile.length));
    const weekOn = new Date(api.clock.wallMs() + 7 * 86_400_000).toISOString();
    expect([wrong.state, wrong.expiresAt]).toEqual(['open', weekOn]);
    expect(api.libraries.fra.uploads.get(`acme/${made.id}`)?.expiresWallMs).toBe(Date.parse(weekOn));
  });
});

describe('a file that only others may read', () => {
  it('is not shown to exist: the same answer as for an unknown file, until all bytes have come', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    await keep(secretFile, { as: ann });
    const unknown = Buffer.concat([Buffer.alloc(BLOCK_BYTES, 8), Buffer.alloc(5, 9)]);
    const [known, other] = [
      await beginUpload(bodyOf(secretFile), { as: bob }),
      await beginUpload(bodyOf(unknown), { as: bob }),
    ];
    const shape = ({ state, knownBytes, parts, proof }: typeof known) => ({
      state,
      knownBytes,
      proof,
      parts: parts.map(({ from, bytes }: { from: number; bytes: number }) => ({ from, bytes })),
    });
    expect(shape(known)).toEqual(shape(other));
    expect(known.state).toBe('open');
  });

  it('is not shown to exist after all bytes have come either: by its item, its renditions, or a link’s claims', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const first = await keep(secretFile, { as: ann });
    await api.store.db.updateTable('library_renditions').set({ state: 'ready' }).execute();
    const own = await keep(secretFile, { as: bob });
    expect(own.isKept).toBe(true);
    const shown = (await api.ask('GET', `/library/items/${own.item}`, { as: bob })).json();
    expect(shown).toMatchObject({ state: 'ready', renditions: { state: 'waiting', done: 0 } });
    expect(await claimsOfLink(own.item, { as: bob })).toMatchObject({ content: own.id, item: own.item });
    // The owner's own second copy, and one of a file that all may read, are the same content.
    expect(await keep(secretFile, { as: bob })).toMatchObject({ isKept: false });
    await api.ask('PATCH', `/library/items/${first.item}`, { as: ann, body: { visibility: 'tenant' } });
    expect(await keep(secretFile, { as: await api.user({ role: 'host' }) })).toMatchObject({ isKept: false });
  });

  it('is known to its owner, to administrators and API keys, and to all users once it is the tenant’s', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const admin = await api.user({ role: 'admin' });
    const { item } = await keep(secretFile, { as: ann });
    const stateFor = async (o: Ask) => (await beginUpload(bodyOf(secretFile), o)).state;
    expect(await Promise.all([{ as: ann }, { as: admin }, {}].map(stateFor))).toEqual(['proof', 'proof', 'proof']);
    expect(await stateFor({ as: bob })).toBe('open');
    await api.ask('PATCH', `/library/items/${item}`, { as: ann, body: { visibility: 'tenant' } });
    expect(await stateFor({ as: bob })).toBe('proof');
  });

  it('must be sent if it became private between the offer and the proof', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const { item } = await keep(secretFile, { as: ann }, { visibility: 'tenant' });
    const made = await beginUpload(bodyOf(secretFile), { as: bob });
    expect(made.state).toBe('proof');
    await api.ask('PATCH', `/library/items/${item}`, { as: ann, body: { visibility: 'private' } });
    expect(await prove(made, secretFile, { as: bob })).toMatchObject({ state: 'open', knownBytes: 0 });
  });

  it('does not show in the usage that a user sees, which counts own items only', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const admin = await api.user({ role: 'admin' });
    await limit(100 * BLOCK_BYTES);
    const bytesMax = 100 * BLOCK_BYTES;
    const usageFor = async (o: Ask) => (await api.ask('GET', '/library/usage', o)).json();
    await keep(secretFile, { as: ann });
    expect(await usageFor({ as: bob })).toEqual({ items: 0, bytes: 0, bytesMax });
    await keep(secretFile, { as: bob });
    await beginUpload({ name: 'b', bytes: 3 }, { as: bob });
    expect(await usageFor({ as: bob })).toEqual({ items: 2, bytes: secretFile.length + 3, bytesMax });
    for (const o of [{ as: admin }, {}])
      expect(await usageFor(o)).toEqual({ items: 3, bytes: 2 * secretFile.length + 3, bytesMax });
  });
});
