// Sharing of items with people and groups.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { READERS_MAX } from '../../../src/library/items.ts';
import { emptyLibrary, makeItem } from '../../support/items.ts';
import { type Ask, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
afterEach(() => emptyLibrary(api));

let people = 0;
const newUser = (role: 'host' | 'member' | 'admin' = 'host', tenant = 'acme') => {
  people += 1;
  const [id, name] = [`person-${people}`, `Person ${people}`];
  return api.user({ id, name, email: `${id}@example.org`, role, tenant });
};
type User = Awaited<ReturnType<typeof newUser>>;
const newGroup = async (members: readonly User[] = [], signer?: (typeof tenants)[number]): Promise<string> => {
  people += 1;
  const o = signer === undefined ? {} : { signer };
  const { id } = (await api.ask('POST', '/groups', { ...o, body: { name: `Team ${people}` } })).json();
  if (members.length > 0)
    await api.ask('POST', `/groups/${id}/members`, { body: { add: members.map(({ user }) => user.id) } });
  return id;
};
const share = async (item: string, kind: string, reader: string, may: string, o: Ask = {}) => {
  const { statusCode, body } = await api.ask('PUT', `/library/items/${item}/readers/${kind}/${reader}`, {
    ...o,
    body: { may },
  });
  return statusCode === 204 ? 204 : [statusCode, JSON.parse(body).code];
};
const unshare = async (item: string, kind: string, reader: string) =>
  (await api.ask('DELETE', `/library/items/${item}/readers/${kind}/${reader}`)).statusCode;
const readers = async (item: string, o: Ask = {}) =>
  (await api.ask('GET', `/library/items/${item}/readers`, o)).json().data;
const listed = async (as: User, query = ''): Promise<string[]> =>
  (await api.ask('GET', `/library/items?${query}`, { as })).json().data.map(({ id }: { id: string }) => id);
const mayOf = async (item: string, as: User) => (await api.ask('GET', `/library/items/${item}`, { as })).json().may;
const link = (item: string, as: User, may = 'play') =>
  api.ask('POST', `/library/items/${item}/links`, { as, body: { may } });
const opened = async (answer: Awaited<ReturnType<typeof link>>) => {
  const payload = { token: answer.json().pageUrl.split('#')[1] };
  const { statusCode, json } = await api.app.inject({ method: 'POST', url: '/api/v1/file-links/open', payload });
  return statusCode === 200 ? 'open' : json().code;
};
const leave = (group: string, { user }: User) =>
  api.ask('POST', `/groups/${group}/members`, { body: { remove: [user.id] } });

describe('an item is not shared', () => {
  it('with what is no user or group of its tenant, nor by or of another tenant', async () => {
    const { id } = await makeItem(api);
    const [ann, stranger] = [await newUser(), await newUser('host', 'globex')];
    const foreignGroup = await newGroup([], tenants[1]);
    const foreign = await makeItem(api, { tenant: 'globex' });
    for (const [item, kind, reader] of [
      [id, 'user', 'unknown'],
      [id, 'user', stranger.user.id],
      [id, 'group', 'unknown'],
      [id, 'group', foreignGroup],
      [id, 'group', ann.user.id],
      [foreign.id, 'user', ann.user.id],
      ['unknown', 'user', ann.user.id],
    ] as const)
      expect([kind, reader, await share(item, kind, reader, 'play')]).toEqual([kind, reader, [404, 'NOT_FOUND']]);
    expect(await share(id, 'user', ann.user.id, 'play', { signer: tenants[1] })).toEqual([404, 'NOT_FOUND']);
    expect(await unshare(id, 'user', ann.user.id)).toBe(404);
    expect(await readers(id)).toEqual([]);
  });

  it.each([
    ['meeting', 'play'],
    ['nonsense', 'play'],
    ['user', 'own'],
  ])('as %s with the right to %s', async (kind, may) => {
    const { id } = await makeItem(api);
    expect(await share(id, kind, (await newUser()).user.id, may)).toEqual([400, 'REQUEST_INVALID']);
  });

  it('with more readers than its limit; those that it has may still change', async () => {
    const { id } = await makeItem(api);
    const reader = (at: number) => ({ tenant: 'acme', item: id, kind: 'user', reader: `r${at}`, may: 'play' }) as const;
    const rows = Array.from({ length: READERS_MAX - 1 }, (_, at) => reader(at));
    await api.store.db.insertInto('library_item_readers').values(rows).execute();
    const [ann, bob] = [await newUser(), await newUser()];
    expect(await share(id, 'user', ann.user.id, 'play')).toBe(204);
    expect(await share(id, 'user', bob.user.id, 'play')).toEqual([409, 'CONFLICT']);
    expect(await share(id, 'user', ann.user.id, 'change')).toBe(204);
  });
});

describe('an item that is shared', () => {
  it('is listed with its readers by name, for those who may change it', async () => {
    const [owner, ann] = [await newUser(), await newUser()];
    const { id } = await makeItem(api, { owner: owner.user.id });
    const group = await newGroup();
    expect(await share(id, 'user', ann.user.id, 'play', { as: owner })).toBe(204);
    expect(await share(id, 'group', group, 'download', { as: owner })).toBe(204);
    expect(await share(id, 'user', ann.user.id, 'change', { as: owner })).toBe(204);
    expect(await readers(id, { as: ann })).toEqual([
      { kind: 'user', id: ann.user.id, name: ann.user.name, may: 'change' },
      { kind: 'group', id: group, name: expect.stringMatching(/^Team /), may: 'download' },
    ]);
    expect([await unshare(id, 'group', group), await unshare(id, 'group', group)]).toEqual([204, 404]);
    expect(await readers(id)).toHaveLength(1);
  });

  it('shows each caller what it may do, and is found among what others shared', async () => {
    const [owner, ann, bob, cem] = [await newUser(), await newUser(), await newUser('member'), await newUser()];
    const boss = await newUser('admin');
    const { id } = await makeItem(api, { owner: owner.user.id, title: 'Turbine' });
    const open = await makeItem(api, { owner: owner.user.id, visibility: 'tenant' });
    await share(id, 'user', ann.user.id, 'download');
    await share(id, 'group', await newGroup([ann, bob]), 'change');
    expect([await mayOf(id, owner), await mayOf(id, ann), await mayOf(id, boss)]).toEqual([
      'change',
      'change',
      'change',
    ]);
    // A member may change nothing in the library, whatever is shared.
    expect([await mayOf(id, bob), await mayOf(open.id, bob), await mayOf(open.id, owner)]).toEqual([
      'download',
      'download',
      'change',
    ]);
    const { data } = (await api.ask('GET', '/library/items?shared=true', { as: ann })).json();
    expect(data).toMatchObject([{ id, may: 'change' }]);
    expect([await listed(bob, 'text=turb&shared=true'), await listed(cem, 'shared=true')]).toEqual([[id], []]);
    expect([await listed(owner, 'shared=true'), await listed(boss, 'shared=true')]).toEqual([[], []]);
    expect((await api.ask('GET', '/library/items?shared=true')).json().data).toEqual([]);
    expect(await listed(cem, 'text=turb')).toEqual([]);
  });

  it('keeps its links when a right grows', async () => {
    const [owner, ann] = [await newUser(), await newUser()];
    const { id } = await makeItem(api, { owner: owner.user.id });
    await share(id, 'user', ann.user.id, 'play');
    const made = await link(id, ann);
    await share(id, 'user', ann.user.id, 'download');
    expect(await opened(made)).toBe('open');
  });
});

describe('a link by the right of a group', () => {
  it('ends when its maker leaves the group; links of others, and by a right of its own, stay', async () => {
    const [owner, ann, bob] = [await newUser(), await newUser(), await newUser()];
    const { id } = await makeItem(api, { owner: owner.user.id });
    const own = await makeItem(api, { owner: ann.user.id });
    const group = await newGroup([ann, bob]);
    await share(id, 'group', group, 'download');
    await share(id, 'user', ann.user.id, 'play');
    const [byGroup, byOwn] = [await link(id, ann, 'download'), await link(id, ann)];
    const others = [byOwn, await link(id, bob), await link(id, owner), await link(own.id, ann)];
    await leave(group, ann);
    expect(await opened(byGroup)).toBe('TOKEN_REVOKED');
    for (const other of others) expect(await opened(other)).toBe('open');
    expect((await link(id, ann, 'download')).statusCode).toBe(403);
    const { data } = (await api.ask('GET', '/file-links', { as: ann })).json();
    expect(data.map((one: { readonly id: string }) => one.id)).not.toContain(byGroup.json().id);
    await api.ask('POST', `/groups/${group}/members`, { body: { add: [ann.user.id] } });
    expect([await opened(await link(id, ann, 'download')), await opened(byGroup)]).toEqual(['open', 'TOKEN_REVOKED']);
  });

  it('ends when the group is deleted, which is a reader no longer', async () => {
    const [owner, ann] = [await newUser(), await newUser()];
    const { id } = await makeItem(api, { owner: owner.user.id });
    const group = await newGroup([ann]);
    await share(id, 'group', group, 'download');
    const made = [await link(id, ann), await link(id, owner)];
    await api.ask('DELETE', `/groups/${group}`);
    expect(await Promise.all(made.map(opened))).toEqual(['TOKEN_REVOKED', 'open']);
    expect([await readers(id), await listed(ann)]).toEqual([[], []]);
    const grants = await api.store.db.selectFrom('file_grants').select('source').execute();
    expect(grants.filter(({ source }) => source.includes(group))).toEqual([]);
  });
});

it('a user who is deleted is a reader no longer, nor is another with the same id later', async () => {
  const ann = await newUser();
  const { id } = await makeItem(api);
  await share(id, 'user', ann.user.id, 'change');
  expect((await api.ask('DELETE', `/users/${ann.user.id}`)).statusCode).toBe(204);
  expect(await readers(id)).toEqual([]);
  const again = await api.user({ id: ann.user.id, email: 'again@example.org', role: 'host' });
  expect(await listed(again)).toEqual([]);
});

it('a user finds groups of the tenant by the beginnings of words, ignoring case', async () => {
  const make = async (name: string, signer?: (typeof tenants)[number]): Promise<string> =>
    (await api.ask('POST', '/groups', { body: { name }, ...(signer && { signer }) })).json().id;
  const [north, south] = [await make('Assembly North'), await make('Assembly South')];
  await make('Assembly Elsewhere', tenants[1]);
  const as = await newUser('member');
  const found = async (q: string) =>
    (await api.ask('GET', `/groups/find?q=${encodeURIComponent(q)}`, { as })).json().data;
  const [ofNorth, ofSouth] = [
    { id: north, name: 'Assembly North' },
    { id: south, name: 'Assembly South' },
  ];
  expect(await found('ASSEM')).toEqual([ofNorth, ofSouth]);
  expect([await found('nor'), await found('mbly'), await found('%%')]).toEqual([[ofNorth], [], []]);
});
