import { createHash, createSecretKey } from 'node:crypto';
import { BLOCK_BYTES } from '@meridian/protocol';
import { jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blocksIn, type ScriptedLibrary, sha256Of } from '../../support/scripted-libraries.ts';
import { type Ask, operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const DAY_MS = 86_400_000;
const MIB = 1_048_576;
const globex = { signer: tenants[1] };
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

/** Two whole blocks and 3 bytes, each with a different value. */
const file = Buffer.concat([Buffer.alloc(BLOCK_BYTES, 1), Buffer.alloc(BLOCK_BYTES, 2), Buffer.alloc(3, 3)]);
const edited = Buffer.concat([file.subarray(0, BLOCK_BYTES), Buffer.alloc(BLOCK_BYTES + 3, 4)]);
const bodyOf = (bytes: Uint8Array, more: object = {}) => ({
  name: 'a.mp4',
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
const get = async (id: string, o: Ask = {}) => (await api.ask('GET', `/library/uploads/${id}`, o)).json();
const prove = (id: string, sha256: string, o: Ask = {}) =>
  api.ask('POST', `/library/uploads/${id}/proof`, { ...o, body: { sha256 } });
interface Asked {
  readonly proof: { readonly nonce: string; readonly ranges: readonly { from: number; bytes: number }[] };
}
const proofOf = ({ proof: { nonce, ranges } }: Asked, bytes: Uint8Array): string => {
  const hash = createHash('sha256').update(Buffer.from(nonce, 'base64url'));
  for (const { from, bytes: its } of ranges) hash.update(bytes.subarray(from, from + its));
  return hash.digest('hex');
};
const codeOf = async (answer: ReturnType<TestApi['ask']>) => {
  const { statusCode, json } = await answer;
  return [statusCode, json().code];
};
const keep = async (bytes: Uint8Array, node: ScriptedLibrary = api.libraries.fra, o: Ask = {}) => {
  const { id, item } = await beginUpload({ name: 'kept.mp4', bytes: bytes.length, region: node.region }, o);
  expect(await node.ended(o.signer?.key === 'globexkey' ? 'globex' : 'acme', id, bytes)).toBe(true);
  return { id, item };
};
const limit = (libraryBytes: number) =>
  api.ask('PATCH', '/tenants/acme', {
    signer: operatorKey,
    body: { limits: { libraryBytes } },
    headers: { 'if-match': '*' },
  });
const rowOf = (id: string) =>
  api.store.db.selectFrom('library_uploads').selectAll().where('id', '=', id).executeTakeFirst();
const stateOfItem = async (id: string) => {
  const row = await api.store.db.selectFrom('library_items').selectAll().where('id', '=', id).executeTakeFirst();
  return row && [row.state, row.failure || row.content];
};

describe('an invalid upload', () => {
  it.each([
    ['too few hashes', { name: 'a', bytes: BLOCK_BYTES + 1, blocks: ['0'.repeat(64)] }],
    ['too many hashes', { name: 'a', bytes: 1, blocks: ['0'.repeat(64), '1'.repeat(64)] }],
    ['an invalid hash of the file', { name: 'a', bytes: 1, blocks: [] }],
  ])('is refused: %s', async (_, body) => {
    expect(await codeOf(begin(body))).toEqual([400, 'REQUEST_INVALID']);
    expect(api.libraries.fra.uploads.size).toBe(0);
  });
});

describe('an upload', () => {
  it('is unreachable while its node is, instead of open without parts', async () => {
    const made = await beginUpload({ name: 'a.mp4', bytes: 40 * MIB, region: 'frankfurt' });
    const { libraries } = api;
    libraries.planned = [libraries.sgp];
    libraries.plan();
    expect(await codeOf(api.ask('GET', `/library/uploads/${made.id}`))).toEqual([503, 'NODE_UNREACHABLE']);
    libraries.reset();
    expect((await get(made.id)).parts).toHaveLength(made.parts.length);
  });

  it('is opened at a node before the answer, and its URLs are signed with the tenant’s signing key', async () => {
    const made = await beginUpload({ name: 'a.mp4', bytes: 40 * MIB, fingerprint: 'f', sha256: 'a'.repeat(64) });
    expect(made).toMatchObject({ state: 'open', name: 'a.mp4', bytes: 40 * MIB, knownBytes: 0, fingerprint: 'f' });
    const opened = api.libraries.fra.uploads.get(`acme/${made.id}`);
    expect(opened).toMatchObject({ bytes: 40 * MIB, name: 'a.mp4', sha256: 'a'.repeat(64), copies: [] });
    expect(opened?.expiresWallMs).toBe(api.clock.wallMs() + 7 * DAY_MS);
    expect(made.parts.map(({ from, bytes }: { from: number; bytes: number }) => ({ from, bytes }))).toEqual(
      opened?.parts.map(({ from, bytes }) => ({ from, bytes })),
    );
    const [, base, token, index] = /^(.+)\/library\/uploads\/([^/]+)\/(\d+)$/.exec(made.parts[1].url) ?? [];
    expect([base, index]).toEqual(['https://lib-fra.example.org', '1']);
    const key = await api.keys.signing('acme');
    const { payload } = await jwtVerify(token ?? '', createSecretKey(Buffer.from(key?.secret ?? '')), {
      issuer: key?.id ?? '',
      currentDate: new Date(api.clock.wallMs()),
    });
    expect(payload).toMatchObject({ upload: made.id, exp: Math.floor(api.clock.wallMs() / 1000) + 86_400 });
    expect(payload['via']).toMatch(/^UL_/);
    expect(await stateOfItem(made.item)).toEqual(['waiting', '']);
  });

  it('is hidden from other tenants and other users', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const { id } = await beginUpload({ name: 'a', bytes: 1 }, { as: ann });
    for (const o of [globex, { as: bob }]) {
      expect((await api.ask('GET', `/library/uploads/${id}`, o)).statusCode).toBe(404);
      expect((await prove(id, '0'.repeat(64), o)).statusCode).toBe(404);
      expect((await api.ask('DELETE', `/library/uploads/${id}`, o)).statusCode).toBe(404);
      expect((await api.ask('GET', '/library/uploads', o)).json().data).toEqual([]);
    }
    expect((await get(id, { as: ann })).id).toBe(id);
    expect((await get(id)).id).toBe(id);
  });

  it('is owned by its user, or by the owner that a key names', async () => {
    const ann = await api.user({ role: 'host' });
    expect(await codeOf(begin({ name: 'a', bytes: 1, owner: 'bob' }, { as: ann }))).toEqual([400, 'REQUEST_INVALID']);
    const ownUpload = await beginUpload({ name: 'a', bytes: 1, fingerprint: 'f' }, { as: ann });
    const bobs = await beginUpload({ name: 'b', bytes: 1, fingerprint: 'f', owner: 'bob' });
    const found = async (query: string, o: Ask = {}) =>
      (await api.ask('GET', `/library/uploads?${query}`, o)).json().data.map(({ id }: { id: string }) => id);
    expect(await found('fingerprint=f', { as: ann })).toEqual([ownUpload.id]);
    expect(await found('owner=bob', { as: ann })).toEqual([]);
    expect(await found('owner=bob')).toEqual([bobs.id]);
    expect(await found('state=done')).toEqual([]);
    expect((await found('fingerprint=f')).toSorted()).toEqual([bobs.id, ownUpload.id].toSorted());
  });

  it('is dropped with its item, at its node too, but not after its end', async () => {
    const { id, item } = await beginUpload({ name: 'a', bytes: file.length });
    expect((await api.ask('DELETE', `/library/uploads/${id}`)).statusCode).toBe(204);
    await api.telling.jobs.settled();
    expect(api.libraries.fra.requestLog.at(-1)).toBe(`drop acme/${id}`);
    expect([await rowOf(id), await stateOfItem(item)]).toEqual([undefined, undefined]);
    expect(await api.libraries.fra.ended('acme', id, file)).toBe(false);
    const kept = await keep(file);
    expect(await codeOf(api.ask('DELETE', `/library/uploads/${kept.id}`))).toEqual([409, 'CONFLICT']);
  });

  it('is opened again at a node that forgot it, and ends a week after its creation all the same', async () => {
    const { id } = await beginUpload({ name: 'a', bytes: 1 });
    const endMs = api.clock.wallMs() + 7 * DAY_MS;
    const { uploads } = api.libraries.fra;
    uploads.clear();
    await api.clock.advance(2 * DAY_MS);
    expect((await get(id)).parts[0].url).toContain('lib-fra');
    expect(uploads.get(`acme/${id}`)?.expiresWallMs).toBe(endMs);
    api.libraries.fra.link = 'mute';
    await api.clock.advance(5 * DAY_MS);
    expect((await get(id)).parts).toHaveLength(1);
    await api.clock.advance(1);
    await api.telling.library.upkeep.run();
    expect((await get(id)).state).toBe('expired');
  });
});

describe('a content that the tenant already has', () => {
  it('needs a proof, after which its known blocks need not be sent', async () => {
    await keep(file);
    const made = await beginUpload(bodyOf(edited));
    expect(made).toMatchObject({ state: 'proof', parts: [], knownBytes: BLOCK_BYTES });
    expect(api.libraries.fra.uploads.size).toBe(0);
    const proven = await prove(made.id, proofOf(made, edited));
    expect(proven.json()).toMatchObject({ state: 'open', knownBytes: BLOCK_BYTES });
    expect(proven.json().proof).toBeUndefined();
    const sent = proven.json().parts.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0);
    expect(sent).toBe(edited.length - BLOCK_BYTES);
    const opened = api.libraries.fra.uploads.get(`acme/${made.id}`);
    expect(opened?.copies).toMatchObject([{ from: 0, bytes: BLOCK_BYTES, contentFrom: 0 }]);
    expect(Buffer.from(opened?.blocks ?? []).toString('hex')).toBe(blocksIn(edited).join(''));
    // A client repeats the request if it has not received the answer.
    expect((await prove(made.id, '0'.repeat(64))).json()).toMatchObject({ state: 'open', knownBytes: BLOCK_BYTES });
  });

  it('completes the item at once if it is the whole file', async () => {
    const kept = await keep(file);
    const made = await beginUpload(bodyOf(file, { sha256: sha256Of(file) }));
    const proven = (await prove(made.id, proofOf(made, file))).json();
    expect([proven.state, proven.parts]).toEqual(['done', []]);
    expect(await stateOfItem(made.item)).toEqual(['ready', kept.id]);
    expect(api.libraries.fra.requestLog.filter((one) => one.startsWith('open'))).toHaveLength(1);
  });

  it('must be sent after a wrong proof, and there is only one try', async () => {
    await keep(file);
    const made = await beginUpload(bodyOf(file));
    const right = proofOf(made, file);
    const wrong = (await prove(made.id, '0'.repeat(64))).json();
    expect([wrong.state, wrong.knownBytes, wrong.proof]).toEqual(['open', 0, undefined]);
    expect(api.libraries.fra.uploads.get(`acme/${made.id}`)?.copies).toEqual([]);
    expect((await prove(made.id, right)).json()).toMatchObject({ state: 'open', knownBytes: 0 });
    expect(api.libraries.fra.digests).toHaveLength(1);
  });

  it('is digested by its node for only one of two simultaneous proofs', async () => {
    await keep(file);
    const made = await beginUpload(bodyOf(file));
    const row = await rowOf(made.id);
    if (row === undefined) throw new Error('it has no row');
    const { uploads } = api.telling.library;
    const tries = ['0'.repeat(64), proofOf(made, file)].map((sha256) =>
      uploads.prove(row, sha256, { tenant: 'acme', person: undefined }),
    );
    const ends = await Promise.allSettled(tries);
    // With several connections, the database decides which proof is first.
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
    expect(api.libraries.fra.digests).toHaveLength(1);
  });

  it('can still be proved after a failure to reach a node', async () => {
    await keep(file);
    const made = await beginUpload(bodyOf(file));
    api.libraries.fra.link = 'mute';
    expect(await codeOf(prove(made.id, proofOf(made, file)))).toEqual([503, 'NODE_UNREACHABLE']);
    expect((await get(made.id)).proof).toEqual(made.proof);
    api.libraries.fra.link = 'up';
    expect((await prove(made.id, proofOf(made, file))).json().state).toBe('done');
  });

  it('must be sent if the node no longer has it', async () => {
    await keep(file);
    const made = await beginUpload(bodyOf(file));
    api.libraries.fra.contents.clear();
    expect((await prove(made.id, proofOf(made, file))).json()).toMatchObject({ state: 'open', knownBytes: 0 });
  });

  it('is not offered if another tenant has it, or its node is away', async () => {
    await keep(file, api.libraries.fra, globex);
    expect((await beginUpload(bodyOf(file))).state).toBe('open');
    await keep(file, api.libraries.sgp);
    api.libraries.sgp.link = 'cut';
    expect((await beginUpload(bodyOf(file))).state).toBe('open');
    api.libraries.sgp.link = 'up';
    const made = await beginUpload(bodyOf(file));
    expect(made.state).toBe('proof');
    expect((await prove(made.id, '0'.repeat(64))).json().state).toBe('open');
  });

  it('is not offered for a block of another length', async () => {
    await keep(file);
    // Announces the hash of the last block, of 3 bytes, for a block of 8 MiB.
    const made = await beginUpload({ name: 'a', bytes: BLOCK_BYTES, blocks: blocksIn(file).slice(2) });
    expect([made.state, made.knownBytes]).toEqual(['open', 0]);
  });
});

describe('the limit of a tenant', () => {
  it('counts each content once, and open uploads too', async () => {
    await limit(3 * file.length);
    await keep(file);
    await beginUpload({ name: 'a', bytes: file.length });
    expect(await codeOf(begin({ name: 'b', bytes: file.length + 1 }))).toEqual([429, 'QUOTA_EXCEEDED']);
    await beginUpload({ name: 'b', bytes: file.length });
    expect(await codeOf(begin({ name: 'c', bytes: 1 }))).toEqual([429, 'QUOTA_EXCEEDED']);
    expect(await api.telling.library.usage('acme')).toEqual({
      items: 3,
      bytes: 3 * file.length,
      bytesMax: 3 * file.length,
    });
    await beginUpload({ name: 'c', bytes: 1 }, globex);
  });

  it('is not exceeded by simultaneous uploads, and a refused upload leaves nothing at its node', async () => {
    await limit(file.length);
    const allOpened = Promise.withResolvers<void>();
    let come = 0;
    api.libraries.fra.onOpen = () => {
      come += 1;
      if (come === 3) allOpened.resolve();
      return allOpened.promise;
    };
    const answers = await Promise.all([1, 2, 3].map(() => begin({ name: 'a', bytes: file.length })));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 429, 429]);
    await api.telling.jobs.settled();
    const made = answers.find(({ statusCode }) => statusCode === 201)?.json();
    expect([...api.libraries.fra.uploads.keys()]).toEqual([`acme/${made.id}`]);
  });

  it('counts an upload once under an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const [one, other] = [
      await beginUpload({ name: 'a', bytes: 1 }, { headers }),
      await beginUpload({ name: 'a', bytes: 1 }, { headers }),
    ];
    expect(other).toEqual(one);
    expect(api.libraries.fra.uploads.size).toBe(1);
  });
});
