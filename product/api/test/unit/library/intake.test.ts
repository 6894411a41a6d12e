import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedLibrary, sha256Of } from '../../support/scripted-libraries.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const bytes = Buffer.from('a film');
const begin = async (o: object = {}, region = 'frankfurt') => {
  const answer = await api.ask('POST', '/library/uploads', { body: { name: 'a', bytes: bytes.length, region, ...o } });
  return answer.json() as { readonly id: string; readonly item: string };
};
const itemOf = async (id: string) => {
  const row = await api.store.db.selectFrom('library_items').selectAll().where('id', '=', id).executeTakeFirst();
  return row && [row.state, row.content, row.failure];
};
const stateOf = async (id: string) => (await api.ask('GET', `/library/uploads/${id}`)).json();
const contents = async () =>
  (await api.store.db.selectFrom('library_contents').selectAll().orderBy('created_ms').execute()).map(({ id }) => id);

describe('a report of an upload', () => {
  it('makes a content with its blocks, and the item ready', async () => {
    const { id, item } = await begin();
    expect(await api.libraries.fra.ended('acme', id, bytes)).toBe(true);
    expect(await itemOf(item)).toEqual(['ready', id, '']);
    expect(await stateOf(id)).toMatchObject({ state: 'done', parts: [] });
    const content = await api.telling.library.contents.find(api.store.db, 'acme', id);
    expect(content).toMatchObject({
      sha256: sha256Of(bytes),
      bytes: bytes.length,
      node: 'lib-fra',
      store: api.libraries.fra.storeId,
      type: 'video/mp4',
      kind: 'video',
      has_cover: 1,
      state: 'stored',
    });
    expect(JSON.parse(content?.media ?? '')).toMatchObject({ durationMs: 1000, width: 640, videoCodec: '' });
    const blocks = await api.store.db.selectFrom('library_blocks').selectAll().execute();
    expect(blocks).toEqual([{ tenant: 'acme', content: id, number: 0, sha256: sha256Of(bytes) }]);
  });

  it('gives the file the end of the type that was found; its title stays as it was typed', async () => {
    const { id, item } = await begin({ name: 'setup.bat' });
    await api.libraries.fra.ended('acme', id, bytes);
    const shown = (await api.ask('GET', `/library/items/${item}`)).json();
    expect(shown).toMatchObject({ state: 'ready', title: 'setup.bat', name: 'setup.bat.mp4' });
  });

  it('is idempotent, with the same answer', async () => {
    const { id, item } = await begin();
    const { fra } = api.libraries;
    const answers = await Promise.all([fra.ended('acme', id, bytes), fra.ended('acme', id, bytes)]);
    expect([answers, await fra.ended('acme', id, bytes)]).toEqual([[true, true], true]);
    expect([await contents(), await itemOf(item)]).toEqual([[id], ['ready', id, '']]);
  });

  it('of bytes that the tenant has in the store makes no second content; the item gets the first', async () => {
    const [one, two] = [await begin(), await begin()];
    const { fra } = api.libraries;
    expect(await fra.ended('acme', one.id, bytes)).toBe(true);
    expect([await fra.ended('acme', two.id, bytes), await fra.ended('acme', two.id, bytes)]).toEqual([false, false]);
    expect([await contents(), await itemOf(two.item)]).toEqual([[one.id], ['ready', one.id, '']]);
    const uploadInSingapore = await begin({}, 'singapore');
    expect(await api.libraries.sgp.ended('acme', uploadInSingapore.id, bytes)).toBe(true);
    expect(await contents()).toEqual([one.id, uploadInSingapore.id]);
  });

  it('of the same bytes at the same time makes one content', async () => {
    const [one, two] = [await begin(), await begin()];
    const { fra } = api.libraries;
    const answers = await Promise.all([fra.ended('acme', one.id, bytes), fra.ended('acme', two.id, bytes)]);
    expect([answers.toSorted(), (await contents()).length]).toEqual([[false, true], 1]);
  });

  it('of a failure shows nothing of the node', async () => {
    const { id } = await begin();
    const detail = '[mov,mp4 @ 0x55d1c0ffee00] moov atom not found\n/dev/stdin: Invalid data found';
    await api.libraries.fra.report({ tenant: 'acme', uploadId: id, code: 'MEDIA_BROKEN', detail });
    expect((await stateOf(id)).failure.detail).toBe('moov atom not found; the file: Invalid data found');
  });

  it('of a final failure refuses the upload and the item', async () => {
    const { id, item } = await begin();
    const refused = { tenant: 'acme', uploadId: id, code: 'MALWARE_FOUND', detail: 'Eicar'.padEnd(1000, '.') };
    for (let times = 0; times < 2; times += 1)
      expect(await api.libraries.fra.report(refused)).toMatchObject({ keep: false });
    expect(await itemOf(item)).toEqual(['refused', '', 'MALWARE_FOUND']);
    expect(await stateOf(id)).toMatchObject({ state: 'refused', failure: { code: 'MALWARE_FOUND' } });
    expect((await stateOf(id)).failure.detail).toHaveLength(500);
    expect(await api.libraries.fra.ended('acme', id, bytes)).toBe(false);
  });

  it('of other bytes than announced refuses the upload', async () => {
    const { id, item } = await begin({ sha256: '0'.repeat(64) });
    expect(await api.libraries.fra.ended('acme', id, bytes)).toBe(false);
    expect(await itemOf(item)).toEqual(['refused', '', 'HASH_MISMATCH']);
    expect(await contents()).toEqual([]);
  });
});

describe('the api keeps no content', () => {
  const otherNode = new ScriptedLibrary('lib-other', 'tokyo');

  it('from a node other than the upload’s, unless it shares the store', async () => {
    const { id, item } = await begin();
    const twinNode = new ScriptedLibrary('lib-twin', 'tokyo', api.libraries.fra.storeId);
    api.libraries.planned.push(otherNode, twinNode);
    api.libraries.plan();
    expect(await otherNode.ended('acme', id, bytes)).toBe(false);
    expect(await itemOf(item)).toEqual(['waiting', '', '']);
    expect(await twinNode.ended('acme', id, bytes)).toBe(true);
    expect(await itemOf(item)).toEqual(['ready', id, '']);
    expect(await otherNode.ended('acme', id, bytes)).toBe(false);
  });

  it('from a node that is not a library node', async () => {
    const { id, item } = await begin();
    const said = { tenant: 'acme', uploadId: id, code: 'MALWARE_FOUND', storeId: api.libraries.fra.storeId };
    expect(await api.libraries.fra.report(said, 'recorder')).toMatchObject({ keep: false });
    expect(await itemOf(item)).toEqual(['waiting', '', '']);
  });

  it('for an upload that is unknown, of another tenant, or without its proof', async () => {
    const { id, item } = await begin();
    const { fra } = api.libraries;
    expect(await fra.ended('acme', 'up_unknown', bytes)).toBe(false);
    expect(await fra.ended('globex', id, bytes)).toBe(false);
    expect(await fra.ended('nobody', id, bytes)).toBe(false);
    expect(await fra.ended('acme', id, bytes)).toBe(true);
    const uploadWithProof = await begin({ blocks: [sha256Of(bytes)] });
    expect(await fra.ended('acme', uploadWithProof.id, bytes)).toBe(false);
    expect([await itemOf(item), await itemOf(uploadWithProof.item)]).toEqual([
      ['ready', id, ''],
      ['waiting', '', ''],
    ]);
  });

  it('for an upload that was given up, or whose item was deleted', async () => {
    const [one, two] = [await begin(), await begin()];
    await api.ask('DELETE', `/library/uploads/${one.id}`);
    await api.store.db.updateTable('library_items').set({ deleted_ms: 1 }).where('id', '=', two.item).execute();
    for (const { id } of [one, two]) expect(await api.libraries.fra.ended('acme', id, bytes)).toBe(false);
    expect(await contents()).toEqual([]);
  });

  it('after the erasure of the tenant, and nodes delete what they had', async () => {
    const [kept, open] = [await begin(), await begin({ bytes: 7 })];
    const { fra } = api.libraries;
    await fra.ended('acme', kept.id, bytes);
    const erased = await api.ask('DELETE', '/tenants/acme', { signer: operatorKey, headers: { 'if-match': '*' } });
    expect(erased.statusCode).toBeLessThan(300);
    await api.telling.jobs.settled();
    expect(fra.requestLog.slice(-2).toSorted()).toEqual([`drop acme/${open.id}`, `erase acme/${kept.id}`]);
    for (const { id } of [kept, open]) expect(await fra.ended('acme', id, bytes)).toBe(false);
    expect(await contents()).toEqual([]);
    expect((await api.ask('GET', '/library/uploads', { signer: tenants[1] })).statusCode).toBe(200);
  });
});

describe('an impossible report', () => {
  it.each<[string, Partial<wire.UploadEnded.$Properties>]>([
    ['without bytes', { bytes: 0 }],
    ['with a fraction of a byte', { bytes: 6.5 }],
    ['with too few hashes', { blocks: new Uint8Array(31) }],
    ['with too many hashes', { blocks: new Uint8Array(64) }],
    ['with an invalid SHA-256', { sha256: 'x' }],
    ['of an unknown kind', { kind: 'malware' }],
    ['of no type', { type: '' }],
    ['of no store', { storeId: '' }],
    ['with an invalid code', { code: 'SO_SO' }],
  ])('is refused, %s, and the upload goes on', async (_, wrong) => {
    const { id, item } = await begin();
    await expect(api.libraries.fra.ended('acme', id, bytes, wrong)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await itemOf(item)).toEqual(['waiting', '', '']);
    expect(await api.libraries.fra.ended('acme', id, bytes)).toBe(true);
  });
});
