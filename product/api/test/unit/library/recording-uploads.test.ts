import { BLOCK_BYTES } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordingUpload } from '../../../src/library/recording-uploads.ts';
import type { UploadRow } from '../../../src/library/rows.ts';
import { type Transaction, transact } from '../../../src/store/transaction.ts';
import { blocksIn } from '../../support/scripted-libraries.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const film = Buffer.from('a film');
const longer = Buffer.from('a longer film');
const uploads = () => api.telling.library.recordings;
const acme = { tenant: 'acme', recording: 'RE_1' };

async function begin(bytes: Uint8Array, o: Partial<RecordingUpload> = {}): Promise<UploadRow> {
  const prepared = await uploads().prepare({
    ...acme,
    output: { name: 'p001-camera' },
    title: 'Lesson — Ann',
    owner: 'ann',
    meeting: 'MT_1',
    region: 'frankfurt',
    body: {
      name: 'p001-camera.mp4',
      bytes: bytes.length,
      blocks: blocksIn(bytes),
      fingerprint: `plan ${bytes.length}`,
    },
    ...o,
  });
  return transact(api.store.db, (trx) => uploads().store(trx, prepared));
}
const end = (row: UploadRow, bytes: Uint8Array) => api.libraries.fra.ended(row.tenant, row.id, bytes);
const shown = async (id: string) => (await api.ask('GET', `/library/items/${id}`)).json();
const eventsOf = async (item: string) =>
  (await api.store.db.selectFrom('events').select(['type', 'sid']).orderBy('sequence').execute()).flatMap((one) =>
    one.sid === `acme/items/${item}` ? [one.type] : [],
  );
const storedContents = async () =>
  (await api.store.db.selectFrom('library_contents').select('id').where('state', '=', 'stored').execute()).map(
    ({ id }) => id,
  );

describe('an upload of a recording', () => {
  it('makes an item of its owner, which hosts of the meeting may change', async () => {
    const row = await begin(film);
    expect(row).toMatchObject({ state: 'open', recording: 'RE_1', output: 'p001-camera', owner: 'ann' });
    expect(api.libraries.fra.uploads.get(`acme/${row.id}`)?.owner).toBe('');
    await end(row, film);
    expect(await shown(row.item)).toMatchObject({
      title: 'Lesson — Ann',
      owner: 'ann',
      state: 'ready',
      visibility: 'private',
      bytes: film.length,
      recording: 'RE_1',
    });
    const readers = await api.store.db.selectFrom('library_item_readers').selectAll().execute();
    expect(readers).toEqual([{ tenant: 'acme', item: row.item, kind: 'meeting', reader: 'MT_1', may: 'change' }]);
    expect(await uploads().outputsOf(api.store.db, acme)).toMatchObject([
      {
        name: 'p001-camera',
        bytes: film.length,
        item: { id: row.item, state: 'ready' },
        upload: { id: row.id, state: 'done' },
      },
    ]);
  });

  it('has URLs of its parts, and is hidden from people', async () => {
    const row = await begin(film);
    const { parts, id } = await uploads().shown(row);
    expect([parts[0]?.url.startsWith('https://lib-fra.example.org/library/uploads/'), id]).toEqual([true, row.id]);
    const ann = await api.user({ id: 'ann', role: 'host' });
    const admin = await api.user({ role: 'admin' });
    for (const o of [{ as: ann }, { as: admin }, {}])
      expect([
        (await api.ask('GET', `/library/uploads/${row.id}`, o)).statusCode,
        (await api.ask('DELETE', `/library/uploads/${row.id}`, o)).statusCode,
        (await api.ask('GET', '/library/uploads', o)).json().data,
      ]).toEqual([404, 404, []]);
    expect((await shown(row.item)).upload).toBeUndefined();
  });

  it('is found by its output and fingerprint until its item is deleted, by its own recording only', async () => {
    const row = await begin(film);
    const found = async (of = acme, output = 'p001-camera') =>
      (await uploads().find(of, output, `plan ${film.length}`))?.id;
    expect([await found(), await found(acme, 'p002-camera')]).toEqual([row.id, undefined]);
    for (const other of [
      { ...acme, recording: 'RE_2' },
      { ...acme, tenant: 'globex' },
    ])
      expect([await found(other), await uploads().get(other, row.id)]).toEqual([undefined, undefined]);
    await end(row, film);
    expect([await found(), (await uploads().get(acme, row.id))?.state]).toEqual([row.id, 'done']);
    await transact(api.store.db, (trx) => uploads().removeItem(trx, { tenant: 'acme', id: row.item }));
    expect(await found()).toBeUndefined();
  });

  it('is bound by no quota, and takes no share of people’s uploads', async () => {
    await api.ask('PATCH', '/tenants/acme', {
      signer: operatorKey,
      body: { limits: { libraryBytes: 10 } },
      headers: { 'if-match': '*' },
    });
    const ann = await api.user({ id: 'ann', role: 'host' });
    for (let at = 0; at < 100; at++) await begin(film, { output: { name: `p${at}-camera` } });
    await end(await begin(longer, { output: { name: 'room' } }), longer);
    const usage = async () => (await api.ask('GET', '/library/usage')).json().bytes;
    const own = (bytes: number) => api.ask('POST', '/library/uploads', { as: ann, body: { name: 'a', bytes } });
    expect(await usage()).toBe(0);
    expect((await own(6)).json().code).toBe('QUOTA_EXCEEDED');
    expect([(await own(5)).statusCode, await usage()]).toEqual([201, 5]);
  });

  it('copies blocks that the tenant has, after a proof', async () => {
    const long = Buffer.concat([Buffer.alloc(BLOCK_BYTES, 1), Buffer.alloc(5, 2)]);
    await end(await begin(long), long);
    const next = Buffer.concat([Buffer.alloc(BLOCK_BYTES, 1), Buffer.alloc(9, 3)]);
    const row = await begin(next);
    expect(row.state).toBe('proof');
    const proven = await uploads().prove(row, '0'.repeat(64));
    expect([proven.state, proven.item]).toEqual(['open', row.item]);
  });
});

describe('a later version of a file', () => {
  it('replaces the content of its item when the recording has its whole version, not before', async () => {
    const first = await begin(film);
    await end(first, film);
    const second = await begin(longer, { title: 'Another title', owner: 'bob' });
    expect(second.item).toBe(first.item);
    expect(await shown(first.item)).toMatchObject({ state: 'ready', bytes: film.length });
    await end(second, longer);
    expect([await shown(first.item), (await storedContents()).toSorted()]).toMatchObject([
      { state: 'ready', bytes: film.length },
      [first.id, second.id].toSorted(),
    ]);
    const held = (await uploads().get(acme, second.id)) ?? expect.fail();
    expect([held.state, (await uploads().shown(held)).state]).toEqual(['held', 'done']);
    await transact(api.store.db, (trx) => uploads().give(trx, held));
    expect(await shown(first.item)).toMatchObject({ bytes: longer.length, title: 'Lesson — Ann', owner: 'ann' });
    expect(await storedContents()).toEqual([second.id]);
    expect(await eventsOf(first.item)).toEqual(['item.ready', 'item.ready']);
    const readers = await api.store.db.selectFrom('library_item_readers').select('item').execute();
    expect(readers).toEqual([{ item: first.item }]);
  });

  it.each([
    ['the version fails', (trx: Transaction) => uploads().releaseHeld(trx, acme)],
    [
      'the item is deleted',
      async (trx: Transaction, { item: id }: UploadRow) =>
        void (await uploads().removeItem(trx, { tenant: 'acme', id })),
    ],
  ])('is erased when %s', async (name, remove) => {
    const first = await begin(film);
    await end(first, film);
    const second = await begin(longer);
    await end(second, longer);
    await transact(api.store.db, (trx) => remove(trx, first));
    await api.clock.advance(60_000);
    await api.telling.library.upkeep.run();
    expect(await storedContents()).toEqual(name === 'the version fails' ? [first.id] : []);
  });

  it('ends the unfinished upload of the former', async () => {
    const first = await begin(film);
    const second = await begin(longer);
    expect([second.item, await uploads().get(acme, first.id)]).toEqual([first.item, undefined]);
    expect(await end(first, film)).toBe(false);
    await end(second, longer);
    expect(await shown(first.item)).toMatchObject({ state: 'ready', bytes: longer.length });
  });

  it('makes a refused item ready, and a refused one leaves the item as it is', async () => {
    const first = await begin(film);
    const refusal = { code: 'HASH_MISMATCH', detail: 'wrong' };
    await api.libraries.fra.ended('acme', first.id, film, refusal);
    expect(await shown(first.item)).toMatchObject({ state: 'refused' });
    const second = await begin(film);
    await end(second, film);
    const third = await begin(longer);
    await api.libraries.fra.ended('acme', third.id, longer, refusal);
    const after = await shown(first.item);
    expect([second.item, after.state, after.bytes, after.failure]).toEqual([
      first.item,
      'ready',
      film.length,
      undefined,
    ]);
  });

  it('keeps the item that the rows of the recording name, after its uploads are forgotten', async () => {
    const first = await begin(film);
    await end(first, film);
    const media = {
      source: 'camera' as const,
      identity: 'ann',
      participant: 'Ann',
      offset_ms: 0,
      duration_ms: 1,
      width: 1,
      bytes: 1,
      chapters: '[]',
      height: 1,
    };
    const output = { ...acme, name: 'p001-camera', item: first.item, ...media };
    await api.store.db.insertInto('recording_outputs').values(output).execute();
    await api.store.db.deleteFrom('library_uploads').execute();
    expect((await begin(longer)).item).toBe(first.item);
  });
});

it('whoever deletes a file of a recording is heard, in the same transaction', async () => {
  const deleted: string[] = [];
  api.items.onDeleted(async (_, { recording, id }) => void deleted.push(`${recording} ${id}`));
  const row = await begin(film);
  await end(row, film);
  const other = await api.ask('POST', '/library/uploads', { body: { name: 'a', bytes: 1 } });
  for (const id of [row.item, other.json().item]) await api.ask('DELETE', `/library/items/${id}`);
  expect(deleted).toEqual([`RE_1 ${row.item}`]);
  expect(await api.store.db.selectFrom('library_item_readers').selectAll().execute()).toEqual([]);
});
