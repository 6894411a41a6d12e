import { BLOCK_BYTES, HELD_CONTENTS_MAX, rpc } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transact } from '../../../src/store/transaction.ts';
import { blocksIn, ScriptedLibrary } from '../../support/scripted-libraries.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const bytes = Buffer.from('a film');
interface Made {
  readonly id: string;
  readonly item: string;
  readonly state: string;
}
const begin = async (o: object = {}): Promise<Made> =>
  (await api.ask('POST', '/library/uploads', { body: { name: 'a', bytes: bytes.length, ...o } })).json();
const keep = async (some: Buffer = bytes) => {
  const made = await begin({ bytes: some.length });
  await api.libraries.fra.ended('acme', made.id, some);
  return made;
};
const remove = (item: string) =>
  transact(api.store.db, (trx) => api.telling.library.items.delete(trx, { tenant: 'acme', id: item }));
const settle = async (passMs = 0) => {
  await api.clock.advance(passMs);
  await api.telling.jobs.settled();
};
const upkeep = async (passMs: number) => {
  await api.clock.advance(passMs);
  await api.telling.library.upkeep.run();
  await api.telling.jobs.settled();
};
const count = async (table: 'library_contents' | 'library_blocks' | 'library_uploads' | 'library_items') =>
  (await api.store.db.selectFrom(table).selectAll().execute()).length;
const item = async (id: string) =>
  api.store.db.selectFrom('library_items').select(['state', 'failure']).where('id', '=', id).executeTakeFirst();
const eraseRequests = () => api.libraries.fra.requestLog.filter((one) => one.startsWith('erase'));

describe('a content', () => {
  it('is deleted with the last of two items, at its node too', async () => {
    const [one, two] = [await keep(), await keep()];
    await remove(one.item);
    await settle();
    expect([eraseRequests(), await count('library_contents')]).toEqual([[], 1]);
    await remove(two.item);
    await settle();
    expect([eraseRequests(), await count('library_contents'), await count('library_blocks')]).toEqual([
      [`erase acme/${one.id}`],
      0,
      0,
    ]);
    await transact(api.store.db, (trx) => api.telling.library.contents.releaseUnused(trx, 'acme', one.id));
    await settle();
    expect(eraseRequests()).toHaveLength(1);
  });

  it('being deleted is neither found nor shared, and a new content of the same bytes stays', async () => {
    const one = await keep();
    api.libraries.fra.link = 'mute';
    await remove(one.item);
    await settle();
    api.libraries.fra.link = 'up';
    expect((await begin({ blocks: blocksIn(bytes) })).state).toBe('open');
    const two = await begin();
    expect(await api.libraries.fra.ended('acme', two.id, bytes)).toBe(true);
    await settle(HOUR_MS);
    expect(eraseRequests()).toEqual([`erase acme/${one.id}`]);
    expect((await api.telling.library.contents.find(api.store.db, 'acme', two.id))?.state).toBe('stored');
  });

  it('is requested to be erased again until its node, or another node of the store, answers', async () => {
    const one = await keep();
    const twinNode = new ScriptedLibrary('lib-twin', 'tokyo', api.libraries.fra.storeId);
    const { fra } = api.libraries;
    fra.link = 'cut';
    await remove(one.item);
    await settle(HOUR_MS);
    expect(await count('library_contents')).toBe(1);
    api.libraries.planned = [twinNode];
    api.libraries.plan();
    await api.telling.library.nodes.refresh();
    await settle(HOUR_MS);
    expect([twinNode.requestLog, await count('library_contents')]).toEqual([[`erase acme/${one.id}`], 0]);
  });

  it('counts as gone for nodes with copies as soon as no item refers to it, or its tenant is unknown', async () => {
    const [deletedContent, keptContent] = [await keep(), await keep(Buffer.from('another film'))];
    const goneOf = async (ids: readonly string[], tenant = 'acme') => {
      const contents = ids.map((contentId) => ({ tenant, contentId }));
      return (await api.libraries.sgp.sendToApi(rpc.goneContents, { contents })).contentIds;
    };
    expect(await goneOf([deletedContent.id, keptContent.id])).toEqual([]);
    expect(await goneOf([keptContent.id], 'other')).toEqual([keptContent.id]);
    api.libraries.fra.link = 'cut';
    await remove(deletedContent.item);
    await settle();
    expect(await goneOf([deletedContent.id, 'up_never', keptContent.id])).toEqual([deletedContent.id, 'up_never']);
    expect(await goneOf([])).toEqual([]);
    const manyIds = Array.from({ length: HELD_CONTENTS_MAX }, (_, at) => `up_${at}`);
    expect(await goneOf(manyIds)).toEqual(manyIds);
    await expect(goneOf([...manyIds, deletedContent.id])).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('is forgotten when its node has been gone for a month, not before', async () => {
    const one = await keep();
    api.libraries.planned = [api.libraries.sgp];
    api.libraries.plan();
    await remove(one.item);
    for (let days = 0; days < 29; days += 1) await settle(DAY_MS);
    expect(await count('library_contents')).toBe(1);
    for (let days = 0; days < 2; days += 1) await settle(DAY_MS);
    expect([await count('library_contents'), api.libraries.sgp.requestLog]).toEqual([0, []]);
  });

  it('stays while an upload copies from it, and is deleted with the upload', async () => {
    const film = Buffer.concat([Buffer.alloc(BLOCK_BYTES, 1), bytes]);
    const one = await keep(film);
    const cut = Buffer.concat([film.subarray(0, BLOCK_BYTES), Buffer.from('another end')]);
    const made = await begin({ bytes: cut.length, blocks: blocksIn(cut) });
    expect(made.state).toBe('proof');
    await remove(one.item);
    await settle();
    expect(eraseRequests()).toEqual([]);
    await api.ask('DELETE', `/library/uploads/${made.id}`);
    await settle();
    expect(eraseRequests()).toEqual([`erase acme/${one.id}`]);
  });

  it('gets another cover at its node', async () => {
    const { id } = await keep();
    const { contents } = api.telling.library;
    const content = await contents.find(api.store.db, 'acme', id);
    if (content === undefined) throw new Error('it is not kept');
    await contents.makeCover(content, 1500, 'ada');
    expect(api.libraries.fra.requestLog.at(-1)).toBe(`cover acme/${id} 1500 ada`);
    api.libraries.fra.link = 'cut';
    await expect(contents.makeCover(content, 1500, 'ada')).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
  });

  it('is kept as long as the tenant sets, from its item’s last change', async () => {
    const old = await keep();
    await api.clock.advance(3 * DAY_MS);
    const youngItem = await keep(Buffer.from('another film'));
    await api.ask('PATCH', '/tenant/retention', { body: { libraryDays: 2 } });
    expect((await api.ask('GET', '/tenant/retention')).json().libraryDays).toBe(2);
    await api.keeping.retentions.purge(AbortSignal.timeout(5000));
    await settle();
    expect(eraseRequests()).toEqual([`erase acme/${old.id}`]);
    expect((await item(youngItem.item))?.state).toBe('ready');
  });
});

describe('an upload that is never finished', () => {
  it('expires a week after its creation, however often its client asks for it, and its node forgets it', async () => {
    const made = await begin();
    await upkeep(6 * DAY_MS);
    await api.ask('GET', `/library/uploads/${made.id}`);
    expect((await item(made.item))?.state).toBe('waiting');
    api.libraries.fra.link = 'mute';
    await upkeep(DAY_MS + 1);
    expect(await item(made.item)).toEqual({ state: 'refused', failure: 'UPLOAD_EXPIRED' });
    expect((await api.ask('GET', `/library/uploads/${made.id}`)).json()).toMatchObject({
      state: 'expired',
      failure: { code: 'UPLOAD_EXPIRED' },
    });
    expect(api.libraries.fra.uploads.size).toBe(1);
    api.libraries.fra.link = 'up';
    await settle(HOUR_MS);
    expect(api.libraries.fra.uploads.size).toBe(0);
    await upkeep(31 * DAY_MS);
    expect(await count('library_uploads')).toBe(0);
  });

  it('is lost when its node has been gone for a day, but not if the node returns earlier', async () => {
    const made = await begin();
    const allNodes = api.libraries.planned;
    const nodesGoneFor = async (forMs: number) => {
      api.libraries.planned = [api.libraries.sgp];
      api.libraries.plan();
      await upkeep(0);
      await upkeep(forMs);
    };
    await nodesGoneFor(23 * HOUR_MS);
    api.libraries.planned = allNodes;
    api.libraries.plan();
    await nodesGoneFor(2 * HOUR_MS);
    expect((await item(made.item))?.state).toBe('waiting');
    expect((await api.ask('GET', `/library/uploads/${made.id}`)).json().code).toBe('NODE_UNREACHABLE');
    await upkeep(DAY_MS);
    expect(await item(made.item)).toEqual({ state: 'refused', failure: 'UPLOAD_LOST' });
  });

  it('is deleted with its item', async () => {
    const made = await begin();
    await remove(made.item);
    await upkeep(0);
    expect([await count('library_uploads'), api.libraries.fra.uploads.size]).toEqual([0, 0]);
  });

  it('keeps its content if its report comes after its row was deleted', async () => {
    const made = await keep();
    await upkeep(40 * DAY_MS);
    expect(await count('library_uploads')).toBe(0);
    expect(await api.libraries.fra.ended('acme', made.id, bytes)).toBe(true);
  });
});
