// The page of a link: it opens an item without a sign-in.
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { transact } from '../../../src/store/transaction.ts';
import { emptyLibrary, makeContent, makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
afterEach(async () => {
  await emptyLibrary(api);
  for (const table of ['recordings', 'recording_outputs', 'recording_posts'] as const)
    await api.store.db.deleteFrom(table).execute();
});

const post = (path: string, payload: object) =>
  api.app.inject({ method: 'POST', url: `/api/v1/file-links/open${path}`, payload });
const open = (token: string) => post('', { token });
const refusal = async (answer: ReturnType<typeof open>) => {
  const { statusCode, json } = await answer;
  return [statusCode, json().code];
};
const make = async (id: string, body: object = {}, o: object = {}) => {
  const answer = await api.ask('POST', `/library/items/${id}/links`, { body, ...o });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json() as { readonly id: string; readonly pageUrl: string; readonly url: string };
};
const tokenOf = ({ pageUrl }: { readonly pageUrl: string }) => pageUrl.split('#')[1] ?? '';

const recordedItem = async () => {
  const item = await makeItem(api, { title: 'Review' });
  const { db } = api.store;
  await db.updateTable('library_items').set({ recording: 'RE_1' }).where('id', '=', item.id).execute();
  const key = { tenant: 'acme', recording: 'RE_1' };
  const media = { source: 'camera', duration_ms: 9000, width: 1, height: 1, bytes: 1, chapters: '[]' } as const;
  const outputs = [
    { name: 'p001-camera', item: item.id, identity: 'ann', participant: 'Ann', offset_ms: 1000 },
    { name: 'p002-camera', item: 'LI_other', identity: 'bo', participant: 'Bo', offset_ms: 0 },
    { name: 'p003-camera', item: 'LI_later', identity: 'cy', participant: 'Cy', offset_ms: 10_000 },
  ];
  for (const output of outputs)
    await db
      .insertInto('recording_outputs')
      .values({ ...key, ...media, ...output })
      .execute();
  const said = { kind: 'chat', name: 'Ann', style: '' };
  const posts = JSON.stringify([
    { ...said, ms: 999, text: 'before' },
    { ...said, ms: 1000, text: 'hi' },
    { ...said, ms: 10_000, text: 'after' },
  ]);
  await db
    .insertInto('recording_posts')
    .values({ ...key, page: 0, posts })
    .execute();
  const empty = {
    sequence: 0,
    hole_ms: 0,
    holes: '[]',
    bytes: 0,
    files: '[]',
    failure: '',
    assembled: '[]',
    awaited: '[]',
  };
  await db
    .insertInto('recordings')
    .values({
      ...empty,
      tenant: 'acme',
      id: 'RE_1',
      room: 'demo',
      sid: 'RM_1',
      meeting: '',
      occurrence: '',
      identity: '',
      mode: 'tracks',
      layout: '',
      made_by: '',
      state: 'finished',
      started_ms: 0,
      ended_ms: 9000,
      estimated: 0,
      recorders: '[]',
      stints: '[]',
      epoch: 1,
      seq: 1,
      told: 1,
      version: 1,
      duration_ms: 9000,
      settled_ms: null,
      deleted_ms: null,
      erased_ms: null,
    })
    .execute();
  return item;
};

describe('whoever has a link', () => {
  it('sees the item, its recording and URLs of the file, without a sign-in', async () => {
    const { id } = await recordedItem();
    await transact(api.store.db, (trx) =>
      api.items.change(trx, { tenant: 'acme', id }, { chapters: JSON.stringify([{ startMs: 0, title: 'Begin' }]) }),
    );
    const vtt = 'WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n';
    await api.ask('PUT', `/library/items/${id}/transcripts/en`, { body: { vtt } });
    const link = await make(id, { may: 'download', expiresInS: 60 });
    expect(link.pageUrl).toMatch(/^https:\/\/meet\.example\.org\/watch#[^/#]+$/);
    const token = tokenOf(link);
    const answer = await open(token);
    expect(answer.json()).toMatchObject({
      may: 'download',
      item: { title: 'Review', kind: 'video', languages: ['en'], chapters: [{ startMs: 0, title: 'Begin' }] },
      recording: {
        startedAt: '1970-01-01T00:00:00.000Z',
        durationMs: 9000,
        offsetMs: 1000,
        participants: [
          { identity: 'ann', name: 'Ann' },
          { identity: 'bo', name: 'Bo' },
        ],
      },
      postPages: 1,
      link: { id: link.id, url: link.url, pageUrl: link.pageUrl },
    });
    for (const secret of ['owner', 'tags', 'visibility', 'id', 'sha256'])
      expect(answer.json().item).not.toHaveProperty(secret);
    expect((await post('/transcripts', { token, language: 'en' })).json()).toEqual({ vtt });
    expect((await post('/posts', { token, page: 0 })).json().posts).toMatchObject([{ name: 'Ann', text: 'hi' }]);
    expect(await refusal(post('/transcripts', { token, language: 'zh' }))).toEqual([404, 'NOT_FOUND']);
    expect(await refusal(post('/posts', { token, page: 1 }))).toEqual([404, 'NOT_FOUND']);
  });

  it('sees none of a recording of which it is not known yet which time the file shows', async () => {
    const { id } = await recordedItem();
    await api.store.db.deleteFrom('recording_outputs').where('item', '=', id).execute();
    const token = tokenOf(await make(id));
    expect((await open(token)).json().recording.participants).toEqual([]);
    expect((await post('/posts', { token, page: 0 })).json().posts).toEqual([]);
  });

  it('sees the participants of the part that a trim has kept', async () => {
    const { id } = await recordedItem();
    const { db } = api.store;
    await db.updateTable('recording_outputs').set({ duration_ms: 2000 }).where('identity', '=', 'bo').execute();
    const trim = JSON.stringify({ fromMs: 1000, toMs: 9000 });
    await db.updateTable('library_items').set({ trim }).where('id', '=', id).execute();
    const { recording } = (await open(tokenOf(await make(id)))).json();
    expect([recording.offsetMs, recording.participants]).toEqual([2000, [{ identity: 'ann', name: 'Ann' }]]);
  });

  it('gets null for an item that is no recording', async () => {
    const { id } = await makeItem(api);
    expect((await open(tokenOf(await make(id)))).json()).toMatchObject({ recording: null, postPages: 0, may: 'play' });
  });

  it('gets the present file, once a later version is stored', async () => {
    const { id } = await recordedItem();
    const link = await make(id);
    const before = (await open(tokenOf(link))).json().link;
    const content = await makeContent(api);
    await transact(api.store.db, (trx) => api.items.ready(trx, 'acme', id, content));
    const after = (await open(tokenOf(link))).json();
    expect([before.url, after.link.url === link.url, after.expiresAt]).toEqual([link.url, false, before.expiresAt]);
    const claims = JSON.parse(
      Buffer.from(after.link.url.split('/').at(-2)?.split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims).toMatchObject({ content: content.id, via: link.id, item: id });
  });
});

describe('a link is refused', () => {
  it('after its end, and after its item is deleted', async () => {
    const { id } = await makeItem(api);
    const [link, other] = [await make(id), await make(id)];
    expect((await api.ask('DELETE', `/file-links/${link.id}`)).statusCode).toBe(204);
    for (const answer of [open(tokenOf(link)), post('/posts', { token: tokenOf(link), page: 0 })])
      expect(await refusal(answer)).toEqual([401, 'TOKEN_REVOKED']);
    expect((await open(tokenOf(other))).statusCode).toBe(200);
    await api.ask('DELETE', `/library/items/${id}`);
    expect(await refusal(open(tokenOf(other)))).toEqual([404, 'NOT_FOUND']);
  });

  it('after a right that it came from has ended', async () => {
    const { id } = await makeItem(api, { visibility: 'tenant' });
    const ann = await api.user({ id: 'ann', role: 'admin' });
    const link = await make(id, {}, { as: ann });
    await api.ask('PATCH', `/library/items/${id}`, { body: { visibility: 'private' } });
    expect(await refusal(open(tokenOf(link)))).toEqual([401, 'TOKEN_REVOKED']);
  });

  it('after it has expired', async () => {
    const { id } = await makeItem(api);
    const link = await make(id, { expiresInS: 1 });
    await api.clock.advance(3_600_000);
    expect(await refusal(open(tokenOf(link)))).toEqual([401, 'TOKEN_EXPIRED']);
  });

  it('if it is none, is of another kind, or is signed by another tenant or a key without the scope', async () => {
    const { id } = await makeItem(api);
    const signing = await api.keys.signing('acme');
    const nowS = Math.floor(api.clock.wallMs() / 1000);
    const signed = (claims: object, key = { id: signing?.id ?? '', secret: signing?.secret ?? '' }) =>
      new SignJWT({ iat: nowS, exp: nowS + 60, ...claims })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(key.id)
        .sign(Buffer.from(key.secret));
    const right = { content: 'up_aaaaaaaaaaaaaaaaaaaa', item: id, may: 'play', via: 'LL_1', sources: [] };
    expect((await open(await signed(right))).statusCode).toBe(200);
    const globex = { id: tenants[1].key, secret: tenants[1].secret };
    const wrong = [
      'nonsense',
      await signed({ ...right, may: 'change' }),
      await signed({ ...right, item: '' }),
      await signed({ upload: 'up_aaaaaaaaaaaaaaaaaaaa', via: 'UL_1' }),
      await signed({ video: { room: 'demo', roomJoin: true } }),
      await signed(right, { id: signing?.id ?? '', secret: 'another secret of thirty-two chars' }),
      await signed(right, { id: 'unknown', secret: signing?.secret ?? '' }),
    ];
    for (const token of wrong) expect([token, ...(await refusal(open(token)))]).toEqual([token, 401, 'TOKEN_INVALID']);
    expect(await refusal(open(await signed(right, globex)))).toEqual([404, 'NOT_FOUND']);
    await api.store.db.updateTable('api_keys').set({ scopes: 'rooms:join' }).where('id', '=', globex.id).execute();
    expect(await refusal(open(await signed(right, globex)))).toEqual([401, 'TOKEN_INVALID']);
  });

  it('while its file is not ready, or no node has it', async () => {
    const { id } = await makeItem(api);
    const token = tokenOf(await make(id));
    api.libraries.planned = [];
    api.libraries.plan();
    expect(await refusal(open(token))).toEqual([503, 'NODE_UNREACHABLE']);
  });
});
