// Rights of readers: users, groups, and the hosts of a recording's meeting.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Right } from '../../../src/library/readers.ts';
import { makeItem } from '../../support/items.ts';
import { type Ask, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const user = (id: string, role: 'host' | 'member' | 'admin' = 'host') =>
  api.user({ id, email: `${id}@example.org`, role });
type User = Awaited<ReturnType<typeof user>>;
const itemOf = async (
  readers: readonly (readonly [kind: 'user' | 'group' | 'meeting', reader: string, may: Right])[],
) => {
  const { id } = await makeItem(api, { owner: 'owner' });
  for (const [kind, reader, may] of readers)
    await api.store.db
      .insertInto('library_item_readers')
      .values({ tenant: 'acme', item: id, kind, reader, may })
      .execute();
  return id;
};
const makeMeeting = async (people: object): Promise<string> => {
  const localStart = new Date(api.clock.wallMs() + 3_600_000).toISOString().slice(0, 19);
  const times = { localStart, timeZone: 'UTC' };
  const body = { title: 'Review', ...times, durationMinutes: 60, ...people };
  const answer = await api.ask('POST', '/meetings', { body });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json().id;
};
const changeMeeting = async (id: string, body: object) => {
  const { etag = '' } = (await api.ask('GET', `/meetings/${id}`)).headers;
  const answer = await api.ask('PATCH', `/meetings/${id}`, { body, headers: { 'if-match': String(etag) } });
  if (answer.statusCode !== 200) throw new Error(answer.body);
};
const listed = async (as: User): Promise<string[]> =>
  (await api.ask('GET', '/library/items', { as })).json().data.map((one: { readonly id: string }) => one.id);
const seen = async (id: string, as: User) => [
  (await api.ask('GET', `/library/items/${id}`, { as })).statusCode,
  (await listed(as)).includes(id),
];
const link = (id: string, o: Ask, may: 'play' | 'download' = 'play') =>
  api.ask('POST', `/library/items/${id}/links`, { ...o, body: { may } });
const opened = async (answer: Awaited<ReturnType<typeof link>>) => {
  const token = answer.json().pageUrl.split('#')[1];
  const { statusCode, json } = await api.app.inject({
    method: 'POST',
    url: '/api/v1/file-links/open',
    payload: { token },
  });
  return statusCode === 200 ? 'open' : json().code;
};

describe('readers', () => {
  it('see the item; others do not', async () => {
    const [ann, bob, cem] = [await user('ann'), await user('bob'), await user('cem', 'member')];
    const group = (await api.ask('POST', '/groups', { body: { name: 'Team' } })).json().id;
    await api.ask('POST', `/groups/${group}/members`, { body: { add: ['bob'] } });
    const ofUser = await itemOf([['user', 'ann', 'play']]);
    const ofGroup = await itemOf([['group', group, 'play']]);
    expect([await listed(ann), await listed(bob), await listed(cem)]).toEqual([[ofUser], [ofGroup], []]);
    for (const [id, as, sees] of [
      [ofUser, ann, true],
      [ofUser, bob, false],
      [ofUser, cem, false],
      [ofGroup, ann, false],
      [ofGroup, bob, true],
      [ofGroup, cem, false],
    ] as const)
      expect([id, ...(await seen(id, as))]).toEqual([id, sees ? 200 : 404, sees]);
    await api.ask('POST', `/groups/${group}/members`, { body: { remove: ['bob'] } });
    expect(await seen(ofGroup, bob)).toEqual([404, false]);
  });

  it('of another tenant with the same ids see nothing', async () => {
    const id = await itemOf([['user', 'ann', 'change']]);
    const twin = await api.user({ id: 'ann', email: 'ann@globex.example', role: 'host', tenant: 'globex' });
    expect(await seen(id, twin)).toEqual([404, false]);
    for (const o of [{ as: twin }, { signer: tenants[1] }]) expect((await link(id, o)).statusCode).toBe(404);
  });

  it.each([
    ['play', [201, 403, 403]],
    ['download', [201, 201, 403]],
    ['change', [201, 201, 200]],
  ] as const)('with %s have that right and no more', async (may, expected) => {
    const ann = await user('ann');
    const id = await itemOf([['user', 'ann', may]]);
    const change = (method: 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object) =>
      api.ask(method, `/library/items/${id}${path}`, { as: ann, ...(body && { body }) });
    expect([
      (await link(id, { as: ann })).statusCode,
      (await link(id, { as: ann }, 'download')).statusCode,
      (await change('PATCH', '', { title: 'Mine' })).statusCode,
    ]).toEqual(expected);
    const refused = may === 'change' ? [200, 204, 204] : [403, 403, 403];
    expect([
      (await change('PUT', '/cover', { atMs: 1 })).statusCode,
      (await change('PUT', '/transcripts/en', { vtt: 'WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n' })).statusCode,
      (await change('DELETE', '')).statusCode,
    ]).toEqual(refused);
  });

  it.each(['play', 'download'] as const)('with %s share the item no further, and trash nothing', async (may) => {
    const ann = await user('ann');
    const id = await itemOf([['user', 'ann', may]]);
    const path = `/library/items/${id}`;
    const codes = [
      await api.ask('GET', `${path}/readers`, { as: ann }),
      await api.ask('PUT', `${path}/readers/user/ann`, { as: ann, body: { may: 'change' } }),
      await api.ask('DELETE', `${path}/readers/user/ann`, { as: ann }),
      await api.ask('POST', `${path}/trash`, { as: ann }),
      await api.ask('POST', `${path}/restore`, { as: ann }),
    ].map(({ statusCode }) => statusCode);
    expect(codes).toEqual([403, 403, 403, 403, 403]);
    await api.ask('POST', `${path}/trash`);
    expect((await api.ask('POST', `${path}/restore`, { as: ann })).statusCode).toBe(404);
    expect((await api.ask('DELETE', path, { as: ann })).statusCode).toBe(404);
    expect((await api.ask('GET', '/library/items?trashed=true', { as: ann })).json().data).toEqual([]);
  });

  it('see and end links of others to the item only with the right to change it', async () => {
    const [ann, bob] = [await user('ann'), await user('bob')];
    const id = await itemOf([
      ['user', 'ann', 'download'],
      ['user', 'bob', 'change'],
    ]);
    const made = (await link(id, {})).json();
    const links = async (as: User) => (await api.ask('GET', `/library/items/${id}/links`, { as })).json().data.length;
    expect([await links(ann), await links(bob)]).toEqual([0, 1]);
    const end = async (as: User) => (await api.ask('DELETE', `/library/links/${made.id}`, { as })).statusCode;
    expect([await end(ann), await end(bob)]).toEqual([404, 204]);
  });
});

describe('hosts and cohosts of the meeting', () => {
  it('may change the item; invitees and others do not see it', async () => {
    const invitees = [
      { email: 'dan@example.org', name: 'Dan', role: 'cohost' },
      { userId: 'eve', email: '', name: 'Eve', role: 'host' },
      { email: 'fay@example.org', name: 'Fay' },
    ];
    const meeting = await makeMeeting({ hosts: ['ann'], cohosts: ['bob'], invitees });
    const id = await itemOf([['meeting', meeting, 'change']]);
    const other = await itemOf([['meeting', await makeMeeting({ hosts: ['gus'] }), 'change']]);
    for (const host of ['ann', 'bob', 'dan', 'eve']) {
      const as = await user(host);
      expect([host, await listed(as)]).toEqual([host, [id]]);
      expect((await api.ask('PATCH', `/library/items/${id}`, { as, body: { title: host } })).statusCode).toBe(200);
      expect(await seen(other, as)).toEqual([404, false]);
    }
    for (const one of ['fay', 'hal']) expect([one, ...(await seen(id, await user(one)))]).toEqual([one, 404, false]);
  });

  it('lose the right, and their links, when they are hosts no longer; links of others stay', async () => {
    const meeting = await makeMeeting({ hosts: ['ann'], cohosts: ['bob'] });
    const id = await itemOf([['meeting', meeting, 'change']]);
    const [ann, bob, owner] = [await user('ann'), await user('bob', 'member'), await user('owner')];
    const [ofBob, ofOwner, ofKey] = [await link(id, { as: bob }), await link(id, { as: owner }), await link(id, {})];
    await changeMeeting(meeting, { title: 'Retrospective' });
    expect([await opened(ofBob), await opened(ofOwner), await opened(ofKey)]).toEqual(['open', 'open', 'open']);
    await changeMeeting(meeting, { cohosts: [] });
    expect([await opened(ofBob), await opened(ofOwner), await opened(ofKey)]).toEqual([
      'TOKEN_REVOKED',
      'open',
      'open',
    ]);
    expect(await seen(id, bob)).toEqual([404, false]);
    expect((await link(id, { as: bob })).statusCode).toBe(404);
    expect((await api.ask('GET', '/file-links', { as: bob })).json().data).toEqual([]);
    expect(await opened(await link(id, { as: ann }))).toBe('open');
  });

  it('make links by their own right where they have one, which stay', async () => {
    const meeting = await makeMeeting({ hosts: ['ann'], cohosts: ['bob'] });
    const id = await itemOf([
      ['meeting', meeting, 'change'],
      ['user', 'bob', 'play'],
    ]);
    const bob = await user('bob');
    const [plays, downloads] = [await link(id, { as: bob }), await link(id, { as: bob }, 'download')];
    await changeMeeting(meeting, { cohosts: [] });
    expect([await opened(plays), await opened(downloads)]).toEqual(['open', 'TOKEN_REVOKED']);
  });
});
