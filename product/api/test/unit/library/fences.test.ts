// A tenant bound to regions, and two nodes of two regions with one store: the node outside gets nothing of the tenant.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blocksIn, ScriptedLibrary } from '../../support/scripted-libraries.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

const bytes = Buffer.from('a film');
let api: TestApi;
/** In Tokyo, with the store of lib-fra. */
let twinNode: ScriptedLibrary;
beforeEach(async () => {
  api = await testApi();
  const { fra } = api.libraries;
  twinNode = new ScriptedLibrary('lib-twin', 'tokyo', fra.storeId);
  await plan([fra, twinNode]);
});
afterEach(() => api.close());

async function plan(nodes: ScriptedLibrary[]): Promise<void> {
  api.libraries.planned = nodes;
  api.libraries.plan();
  await api.telling.library.nodes.refresh();
}
const fence = (regions: string) =>
  api.store.db
    .updateTable('api_keys')
    .set({ regions })
    .where('tenant', '=', 'acme')
    .where('purpose', '=', '')
    .execute();
const begin = async (body: object = {}) =>
  (await api.ask('POST', '/library/uploads', { body: { name: 'a', bytes: bytes.length, ...body } })).json();
const get = (id: string) => api.ask('GET', `/library/uploads/${id}`);
async function keep(): Promise<string> {
  const { id } = await begin({ region: 'frankfurt' });
  await api.libraries.fra.ended('acme', id, bytes);
  twinNode.contents.set(`acme/${id}`, bytes);
  return id;
}
const take = async ({ nodeId: node, region }: ScriptedLibrary) => {
  const pools = api.telling.library.nodes.storesOf(node);
  const tasks = await api.telling.jobs.take({ node, region, kinds: ['analyse'], free: 1, affinity: false, pools });
  return tasks.map(({ kind }) => kind);
};
const coverOf = async (id: string) => {
  const { contents } = api.telling.library;
  const content = await contents.find(api.store.db, 'acme', id);
  if (content === undefined) throw new Error('it is not kept');
  return contents.makeCover(content, 0, '');
};

describe('a library node outside the fence', () => {
  it('takes no rendition tasks of the tenant, until its keys allow the region', async () => {
    await fence('frankfurt,singapore');
    await keep();
    expect(await take(twinNode)).toEqual([]);
    expect(await take(api.libraries.fra)).toEqual(['analyse']);
    await api.clock.advance(30_000);
    expect(await take(twinNode)).toEqual([]);
    await fence('frankfurt,tokyo');
    expect(await take(twinNode)).toEqual(['analyse']);
  });

  it('is requested neither a cover nor a proof, even while the node inside is away', async () => {
    const id = await keep();
    await fence('frankfurt');
    const made = await begin({ blocks: blocksIn(bytes) });
    expect(made.state).toBe('proof');
    const { nonce, ranges } = made.proof as { nonce: string; ranges: { from: number; bytes: number }[] };
    const hash = createHash('sha256').update(Buffer.from(nonce, 'base64url'));
    for (const range of ranges) hash.update(bytes.subarray(range.from, range.from + range.bytes));
    const sha256 = hash.digest('hex');
    const prove = () => api.ask('POST', `/library/uploads/${made.id}/proof`, { body: { sha256 } });
    api.libraries.fra.link = 'cut';
    await expect(coverOf(id)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
    expect([(await prove()).statusCode, twinNode.requestLog]).toEqual([503, []]);
    await fence('');
    await coverOf(id);
    expect([(await prove()).json().state, twinNode.requestLog]).toEqual([
      'done',
      [`cover acme/${id} 0`, 'digest acme'],
    ]);
  });

  it('erases the tenant’s contents in the shared store when no other node can', async () => {
    const id = await keep();
    await fence('frankfurt');
    api.libraries.fra.link = 'cut';
    const { item } = (await get(id)).json();
    await api.ask('DELETE', `/library/items/${item}`);
    await api.telling.jobs.settled();
    expect(twinNode.requestLog).toEqual([`erase acme/${id}`]);
  });
});

describe('an upload at a node that the fence now excludes', () => {
  const upkeep = async () => {
    await api.telling.library.upkeep.run();
    await api.telling.jobs.settled();
  };

  it('cannot continue, and is lost', async () => {
    const { id } = await begin({ region: 'tokyo' });
    expect(twinNode.uploads.size).toBe(1);
    await fence('tokyo');
    await upkeep();
    expect((await get(id)).json().parts).toHaveLength(1);
    await fence('frankfurt');
    twinNode.requestLog.length = 0;
    await api.clock.advance(60_000);
    expect((await get(id)).statusCode).toBe(503);
    const [listed] = (await api.ask('GET', '/library/uploads')).json().data;
    expect([listed.id, listed.parts, twinNode.requestLog]).toEqual([id, [], []]);
    await upkeep();
    expect((await get(id)).json()).toMatchObject({ state: 'refused', failure: { code: 'UPLOAD_LOST' } });
    expect([twinNode.uploads.size, twinNode.requestLog]).toEqual([0, [`drop acme/${id}`]]);
  });

  it('stays while the place of its node is unknown', async () => {
    const { id } = await begin({ region: 'tokyo' });
    await fence('frankfurt');
    await plan([api.libraries.fra]);
    await upkeep();
    const { state } = await api.store.db
      .selectFrom('library_uploads')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(state).toBe('open');
  });
});
