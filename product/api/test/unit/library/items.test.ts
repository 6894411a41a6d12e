import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { transact } from '../../../src/store/transaction.ts';
import { emptyLibrary, makeContent, makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

const PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAA=';
let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
afterEach(() => emptyLibrary(api));

type Asked = Parameters<TestApi['ask']>;
const ask = (...args: Asked) => api.ask(...args);
const get = async (id: string, o: Asked[2] = {}) => (await ask('GET', `/library/items/${id}`, o)).json();
const listed = async (query = '', o: Asked[2] = {}): Promise<string[]> =>
  (await ask('GET', `/library/items?${query}`, o)).json().data.map(({ id }: { id: string }) => id);
const patch = (id: string, body: object, o: Asked[2] = {}) => ask('PATCH', `/library/items/${id}`, { ...o, body });
const events = async (id: string): Promise<string[]> =>
  (await ask('GET', `/events?sid=${id}`))
    .json()
    .data.map((one: { event: string; sequence: number }) => `${one.sequence} ${one.event}`)
    .toSorted();
const askedTo = (what: string): string[] => api.libraries.fra.requestLog.filter((one) => one.startsWith(what));
const covers = (): string[] => askedTo('cover ');
const erasedContents = async (): Promise<string[]> => {
  await api.telling.jobs.settled();
  return askedTo('erase ');
};
const codeOf = (answer: Awaited<ReturnType<typeof ask>>): [number, unknown] => [
  answer.statusCode,
  answer.statusCode < 400 ? '' : answer.json().code,
];

describe('a tenant’s library', () => {
  it('is closed to other tenants: no item can be read, changed, linked or deleted, and no content counted', async () => {
    const { id } = await makeItem(api, { visibility: 'tenant' });
    const signer = tenants[1];
    const path = `/library/items/${id}`;
    const vtt = 'WEBVTT\n\n00:00.000 --> 00:01.000\nA';
    for (const [method, subpath, body] of [
      ['GET', ''],
      ['PATCH', '', { title: 'Mine' }],
      ['DELETE', ''],
      ['PUT', '/cover', { image: PNG }],
      ['PUT', '/cover', { atMs: 1 }],
      ['POST', '/links', {}],
      ['GET', '/transcripts/en'],
      ['PUT', '/transcripts/en', { vtt }],
      ['DELETE', '/transcripts/en'],
    ] as const)
      expect([subpath, codeOf(await ask(method, path + subpath, { signer, ...(body && { body }) }))]).toEqual([
        subpath,
        [404, 'NOT_FOUND'],
      ]);
    expect([await listed('', { signer }), covers()]).toEqual([[], []]);
    expect((await ask('GET', '/library/usage', { signer })).json()).toEqual({ items: 0, bytes: 0, bytesMax: 0 });
    expect(await get(id)).toMatchObject({ title: 'Lesson', cover: 'made' });
  });

  it('shows no content of another tenant, even if a row names it', async () => {
    const foreign = await makeContent(api, 'globex');
    const { id } = await makeItem(api, {});
    await api.store.db.updateTable('library_items').set({ content: foreign.id }).where('id', '=', id).execute();
    expect(await get(id)).not.toHaveProperty('sha256');
    expect(codeOf(await ask('POST', `/library/items/${id}/links`, { body: {} }))).toEqual([409, 'CONFLICT']);
  });
});

describe('users', () => {
  it('see and change their own items and see the tenant’s; administrators see and change all', async () => {
    const [ann, bob] = [await api.user({ id: 'ann', role: 'host' }), await api.user({ id: 'bob', role: 'host' })];
    const [boss, member] = [
      await api.user({ id: 'boss', role: 'admin' }),
      await api.user({ id: 'mei', role: 'member' }),
    ];
    const ownItem = await makeItem(api, { owner: 'ann' });
    const open = await makeItem(api, { owner: 'ann', visibility: 'tenant' });
    const bothIds = [ownItem.id, open.id].toSorted();
    const listedBy = async (as: typeof ann) => (await listed('', { as })).toSorted();
    expect([await listedBy(ann), await listedBy(boss)]).toEqual([bothIds, bothIds]);
    expect([await listedBy(bob), await listedBy(member)]).toEqual([[open.id], [open.id]]);
    expect(await listed('owner=ann', { as: bob })).toEqual([open.id]);
    expect((await get(ownItem.id, { as: bob })).code).toBe('NOT_FOUND');
    const title = { title: 'New' };
    const changeBy = async (id: string, as: typeof ann) => codeOf(await patch(id, title, { as }));
    expect(await changeBy(ownItem.id, bob)).toEqual([404, 'NOT_FOUND']);
    for (const [method, below, body] of [
      ['PATCH', '', title],
      ['DELETE', ''],
      ['PUT', '/cover', { image: PNG }],
      ['PUT', '/transcripts/en', { vtt: 'WEBVTT\n\n00:00.000 --> 00:01.000\nA' }],
      ['DELETE', '/transcripts/en'],
    ] as const)
      expect(
        codeOf(await ask(method, `/library/items/${open.id}${below}`, { as: bob, ...(body && { body }) })),
      ).toEqual([403, 'NOT_PERMITTED']);
    expect(await changeBy(open.id, member)).toEqual([403, 'NOT_PERMITTED']);
    expect([await changeBy(ownItem.id, ann), await changeBy(ownItem.id, boss)]).toEqual([
      [200, ''],
      [200, ''],
    ]);
    // A member may link to an item that the whole tenant sees.
    expect((await ask('POST', `/library/items/${open.id}/links`, { as: member, body: {} })).statusCode).toBe(201);
    expect((await ask('DELETE', `/library/items/${open.id}`, { as: ann })).statusCode).toBe(204);
  });
});

describe('a list', () => {
  it('has pages, the newest first, and filters by tag, kind, state and owner', async () => {
    const made = [
      await makeItem(api, { tags: ['a', 'b c'], owner: 'ann' }),
      await makeItem(api, { tags: ['x"a', 'x,"a', 'ab'], kind: 'document', owner: 'bob' }),
      await makeItem(api, { tags: ['c\\'], state: 'waiting' }),
    ];
    const [first = '', second = '', third = ''] = made.map(({ id }) => id);
    for (const [at, id] of [first, second, third].entries())
      await api.store.db.updateTable('library_items').set({ created_ms: at }).where('id', '=', id).execute();
    expect(await listed()).toEqual([third, second, first]);
    const page = (await ask('GET', '/library/items?limit=2')).json();
    expect(page.data).toHaveLength(2);
    expect(await listed(`limit=2&cursor=${page.nextCursor}`)).toEqual([first]);
    const tagged = (tag: string) => listed(`tag=${encodeURIComponent(tag)}`);
    expect([await tagged('a'), await tagged('b'), await tagged('b c'), await tagged('x"a')]).toEqual([
      [first],
      [],
      [first],
      [second],
    ]);
    expect([await tagged('c\\'), await tagged('","'), await tagged('%'), await tagged('[')]).toEqual([
      [third],
      [],
      [],
      [],
    ]);
    expect([await listed('kind=video'), await listed('kind=document')]).toEqual([[first], [second]]);
    expect([await listed('state=waiting'), await listed('owner=bob')]).toEqual([[third], [second]]);
    for (const query of ['kind=virus', 'state=gone', 'limit=0', 'cursor=x', 'tag=a&tag=b'])
      expect([query, (await ask('GET', `/library/items?${query}`)).statusCode]).toEqual([query, 400]);
  });

  it('leaves out chosen cover images, however large', async () => {
    const { id } = await makeItem(api, {});
    await ask('PUT', `/library/items/${id}/cover`, { body: { image: PNG } });
    const answer = await ask('GET', '/library/items');
    expect(answer.json().data).toMatchObject([{ id, cover: 'chosen' }]);
    expect(answer.body).not.toContain('data:image');
  });
});

describe('an item', () => {
  it('is shown with the facts of its content', async () => {
    const { id } = await makeItem(api, { title: '安全', tags: ['a'], name: 'x.mp4' });
    expect(await get(id)).toMatchObject({
      id,
      title: '安全',
      tags: ['a'],
      visibility: 'private',
      owner: 'ann',
      name: 'x.mp4',
      state: 'ready',
      kind: 'video',
      type: 'video/mp4',
      bytes: 1000,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      media: { durationMs: 60_000, width: 1280 },
      cover: 'made',
      chapters: [],
      transcripts: [],
    });
    expect(await get((await makeItem(api, { state: 'waiting' })).id)).not.toHaveProperty('bytes');
    expect(await get((await makeItem(api, { kind: 'document' })).id)).not.toHaveProperty('media');
  });

  it('is not changed in a version that another caller has changed', async () => {
    const { id } = await makeItem(api, {});
    const { headers } = await ask('GET', `/library/items/${id}`);
    const etag = String(headers['etag']);
    const same = await ask('GET', `/library/items/${id}`, { headers: { 'if-none-match': etag } });
    expect(same.statusCode).toBe(304);
    const first = await patch(id, { title: 'First' }, { headers: { 'if-match': etag } });
    expect([first.statusCode, first.headers['etag'] !== etag]).toEqual([200, true]);
    const late = await patch(id, { title: 'Late' }, { headers: { 'if-match': etag } });
    expect(codeOf(late)).toEqual([412, 'VERSION_CONFLICT']);
    expect((await get(id)).title).toBe('First');
    expect((await patch(id, { title: 'Any' })).statusCode).toBe(200);
  });

  it('gets a new version when its file arrives', async () => {
    const { id } = await makeItem(api, { state: 'waiting' });
    const { headers } = await ask('GET', `/library/items/${id}`);
    await transact(api.store.db, async (trx) => api.items.ready(trx, 'acme', id, await makeContentIn(trx)));
    const again = await ask('GET', `/library/items/${id}`, { headers: { 'if-none-match': String(headers['etag']) } });
    expect([again.statusCode, again.json().state]).toEqual([200, 'ready']);
  });

  it('takes chapters in any order, with different times within its length', async () => {
    const { id } = await makeItem(api, {});
    const chapter = (startMs: number) => ({ startMs, title: `at ${startMs}` });
    const sorted = await patch(id, { chapters: [chapter(30_000), chapter(0), chapter(59_999)] });
    expect(sorted.json().chapters).toEqual([chapter(0), chapter(30_000), chapter(59_999)]);
    const refusalOf = async (chapters: object[]) => (await patch(id, { chapters })).json().errors;
    expect(await refusalOf([chapter(1), chapter(60_000)])).toMatchObject([{ pointer: '/chapters/1/startMs' }]);
    expect(await refusalOf([chapter(1), chapter(2), chapter(1)])).toMatchObject([{ pointer: '/chapters/2/startMs' }]);
    expect(await refusalOf([{ startMs: -1, title: 'a' }])).toMatchObject([{ pointer: '/chapters/0/startMs' }]);
    expect((await patch(id, { chapters: Array.from({ length: 501 }, (_, at) => chapter(at)) })).statusCode).toBe(400);
    const waiting = await makeItem(api, { state: 'waiting' });
    expect((await patch(waiting.id, { chapters: [chapter(9_000_000)] })).statusCode).toBe(200);
  });
});

describe('a cover', () => {
  const put = (id: string, body: object) => ask('PUT', `/library/items/${id}/cover`, { body });
  const png = (width: number, bytes: number): string => {
    const file = Buffer.alloc(bytes);
    Buffer.from(PNG.slice(PNG.indexOf(',') + 1), 'base64').copy(file);
    file.writeUInt32BE(width, 16);
    return `data:image/png;base64,${file.toString('base64')}`;
  };

  it.each([
    ['text that is not a URL', 'cover.png'],
    ['a URL of another site', 'https://example.org/cover.png'],
    ['an HTML page', `data:text/html;base64,${Buffer.from('<script>').toString('base64')}`],
    ['an SVG', `data:image/svg+xml;base64,${Buffer.from('<svg/>').toString('base64')}`],
    ['bytes of another type', PNG.replace('png', 'jpeg')],
    ['invalid base64', 'data:image/png;base64,!!!!'],
    ['a URL with text after the base64', `${PNG}" onload="x`],
    ['too large', png(1, 300_003)],
    ['too wide', png(4097, 100)],
  ])('cannot be %s', async (_, image) => {
    const { id } = await makeItem(api, {});
    expect((await put(id, { image })).json()).toMatchObject({ status: 400, errors: [{ pointer: '/image' }] });
    expect((await get(id)).cover).toBe('made');
  });

  it('is a picture of at most 300 kB, or the frame at a time of the video', async () => {
    const { id } = await makeItem(api, {});
    const chosen = png(4096, 300_000);
    expect((await put(id, { image: chosen })).json()).toMatchObject({ cover: 'chosen', coverImage: chosen });
    expect(await get(id)).toMatchObject({ cover: 'chosen', coverImage: chosen });
    const made = (await put(id, { atMs: 59_999 })).json();
    expect([made.cover, made.coverImage, covers()]).toEqual(['made', undefined, [expect.stringMatching(/59999$/)]]);
    expect((await put(id, { atMs: 60_000 })).json().errors).toMatchObject([{ pointer: '/atMs' }]);
    expect(codeOf(await put(id, { atMs: 1, image: PNG }))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('takes the share of the user who asks for a frame', async () => {
    const ann = await api.user({ role: 'host' });
    const { id } = await makeItem(api, { owner: ann.user.id });
    await api.ask('PUT', `/library/items/${id}/cover`, { as: ann, body: { atMs: 7 } });
    expect(covers()).toEqual([expect.stringMatching(new RegExp(` 7 ${ann.user.id}$`))]);
  });

  it('cannot be a frame of a document, or of a file that has not arrived', async () => {
    for (const o of [{ kind: 'document' }, { state: 'waiting' }] as const)
      expect(codeOf(await put((await makeItem(api, o)).id, { atMs: 1 }))).toEqual([409, 'CONFLICT']);
    expect(covers()).toEqual([]);
  });

  it('stays unchanged if the node fails to make it', async () => {
    const { id } = await makeItem(api, {});
    await put(id, { image: PNG });
    api.libraries.fra.link = 'cut';
    expect(codeOf(await put(id, { atMs: 1 }))).toEqual([503, 'NODE_UNREACHABLE']);
    expect((await get(id)).cover).toBe('chosen');
  });
});

const makeContentIn = async (db: TestApi['store']['db']) => makeContent({ ...api, store: { ...api.store, db } });

describe('the end of an upload', () => {
  const rolledBack = <T>(work: (trx: Parameters<TestApi['items']['drop']>[0]) => Promise<T>) =>
    transact(api.store.db, work);

  it('is reported once, and events of an item are numbered', async () => {
    const { id } = await makeItem(api, { state: 'waiting' });
    const content = await makeContent(api);
    await rolledBack((trx) => api.items.ready(trx, 'acme', id, content));
    await rolledBack((trx) => api.items.ready(trx, 'acme', id, content));
    await rolledBack((trx) => api.items.refused(trx, 'acme', id, { code: 'MALWARE_FOUND', detail: '' }));
    expect([await events(id), (await get(id)).state, await erasedContents()]).toEqual([['1 item.ready'], 'ready', []]);
    expect((await ask('DELETE', `/library/items/${id}`)).statusCode).toBe(204);
    expect((await ask('DELETE', `/library/items/${id}`)).statusCode).toBe(404);
    expect(await events(id)).toEqual(['1 item.ready', '2 item.deleted']);
    expect(await erasedContents()).toEqual([`erase acme/${content.id}`]);
  });

  it('is reported with the fields of the reference', async () => {
    const { id } = await makeItem(api, { title: 'Told', visibility: 'tenant' });
    const [event] = (await ask('GET', `/events?event=item.ready`)).json().data;
    expect(event).toMatchObject({ event: 'item.ready', sequence: 1, item: { id, title: 'Told', kind: 'video' } });
    expect(event.item).toEqual({ ...(await get(id)), may: undefined, heat: undefined });
  });

  it('can be a refusal, with a code and a text for people', async () => {
    const { id } = await makeItem(api, { state: 'waiting' });
    const failure = { code: 'TYPE_REFUSED', detail: 'application/x-dosexec' };
    await rolledBack((trx) => api.items.refused(trx, 'acme', id, failure));
    await rolledBack((trx) => api.items.refused(trx, 'acme', id, { code: 'UPLOAD_LOST', detail: '' }));
    expect(await get(id)).toMatchObject({ state: 'refused', failure });
    expect(await events(id)).toEqual(['1 item.refused']);
  });

  it('after its item is deleted releases the content, without an event', async () => {
    const { id } = await makeItem(api, { state: 'waiting' });
    await ask('DELETE', `/library/items/${id}`);
    const content = await makeContent(api);
    await rolledBack((trx) => api.items.ready(trx, 'acme', id, content));
    await rolledBack((trx) => api.items.refused(trx, 'acme', id, { code: 'UPLOAD_EXPIRED', detail: '' }));
    expect([await events(id), await erasedContents()]).toEqual([['1 item.deleted'], [`erase acme/${content.id}`]]);
  });

  it('with a second content releases that content', async () => {
    const { id } = await makeItem(api, {});
    const { sha256 } = await get(id);
    const other = await makeContent(api);
    await rolledBack((trx) => api.items.ready(trx, 'acme', id, other));
    expect([(await get(id)).sha256, await erasedContents()]).toEqual([sha256, [`erase acme/${other.id}`]]);
  });

  it('by cancellation deletes the item silently with its transcripts, but never a ready item', async () => {
    const { id } = await makeItem(api, { state: 'waiting' });
    const ready = await makeItem(api, {});
    const vtt = 'WEBVTT\n\n00:00.000 --> 00:01.000\nA';
    for (const one of [id, ready.id])
      expect((await ask('PUT', `/library/items/${one}/transcripts/en`, { body: { vtt } })).statusCode).toBe(204);
    for (const one of [id, ready.id]) await rolledBack((trx) => api.items.drop(trx, 'acme', one));
    expect([await events(id), await listed()]).toEqual([[], [ready.id]]);
    const left = await api.store.db.selectFrom('library_transcripts').select('item').execute();
    expect(left).toEqual([{ item: ready.id }]);
  });

  it('comes at once when its item is deleted', async () => {
    const { id, tenant } = await makeItem(api, { state: 'waiting' });
    const texts = { name: 'a', fingerprint: '', sha256: '', blocks: '', node: 'n', store: 's', proof: '' };
    const upload = { tenant, id: 'up_1', item: id, owner: 'ann', bytes: 7, parts: '[]', copies: '[]', created_ms: 1 };
    const row = { ...texts, ...upload, state: 'open', expires_ms: 9e15 } as const;
    await api.store.db.insertInto('library_uploads').values(row).execute();
    expect([(await get(id)).upload, (await ask('GET', '/library/usage')).json().bytes]).toEqual(['up_1', 7]);
    await ask('DELETE', `/library/items/${id}`);
    const { expires_ms } = await api.store.db.selectFrom('library_uploads').selectAll().executeTakeFirstOrThrow();
    expect(expires_ms).toBeLessThanOrEqual(api.clock.wallMs());
  });

  it('is undone with its transaction, together with its event', async () => {
    const { id } = await makeItem(api, {});
    const broken = rolledBack(async (trx) => {
      await api.items.delete(trx, { tenant: 'acme', id });
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect([(await get(id)).id, await events(id)]).toEqual([id, ['1 item.ready']]);
  });
});

it('a content of two items counts once, and is deleted with the last of them', async () => {
  const first = await makeItem(api, {});
  const row = await api.store.db.selectFrom('library_contents').selectAll().executeTakeFirstOrThrow();
  const second = await makeItem(api, { state: 'waiting' });
  await transact(api.store.db, (trx) => api.items.ready(trx, 'acme', second.id, row));
  const usage = async () => (await ask('GET', '/library/usage')).json();
  const state = async () =>
    (await api.store.db.selectFrom('library_contents').selectAll().executeTakeFirst())?.state ?? 'gone';
  expect(await usage()).toEqual({ items: 2, bytes: 1000, bytesMax: 0 });
  await ask('DELETE', `/library/items/${first.id}`);
  expect([await usage(), await state()]).toEqual([{ items: 1, bytes: 1000, bytesMax: 0 }, 'stored']);
  await ask('DELETE', `/library/items/${second.id}`);
  await api.telling.jobs.settled();
  expect([await usage(), await state()]).toEqual([{ items: 0, bytes: 0, bytesMax: 0 }, 'gone']);
});
