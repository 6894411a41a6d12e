import { limits, MeridianError } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, type tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await ask('POST', '/rooms', { name: 'math' });
});
afterEach(() => api.close());

interface More {
  readonly signer?: (typeof tenants)[number];
  readonly headers?: Record<string, string>;
}
async function ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object, more: More = {}) {
  const answer = await api.ask(method, path, { ...more, ...(body && { body }) });
  return {
    status: answer.statusCode,
    body: answer.body === '' ? undefined : answer.json(),
    etag: answer.headers['etag'],
  };
}
const set = (breakOuts: readonly object[], o: object = {}, more: More = {}) =>
  ask('PUT', '/rooms/math/break-outs', { breakOuts, ...o }, more);
const listed = async (more: More = {}) => ask('GET', '/rooms/math/break-outs', undefined, more);
const open = () => api.owners.open('acme/math', { participants: [{ identity: 'ann' }] });
const inMs = (ms: number) => new Date(api.clock.wallMs() + ms).toISOString();
const redRoom = { name: 'Red', identities: ['bob'] };
const blue = { name: 'Blue', identities: ['cid', '李明'] };
const acts = () => api.owners.commands.map(({ act }) => act);

describe.each([
  ['with an owner', true],
  ['without people', false],
])('a room %s', (_what, isLive) => {
  beforeEach(() => {
    if (isLive) open();
  });

  it('is divided, changed and merged again; a break-out that stays keeps its id', async () => {
    expect((await listed()).body.data).toEqual([]);
    const first = await set([{ ...redRoom, endsAt: inMs(60_000) }, blue]);
    expect(first.status).toBe(200);
    const [{ id }, other] = first.body.data;
    expect(first.body.data).toEqual([
      { ...redRoom, id: expect.stringMatching(/^BO_\w{12}$/), room: `math~${id}`, endsAt: inMs(60_000) },
      { ...blue, id: expect.stringMatching(/^BO_\w{12}$/), room: `math~${other.id}`, endsAt: null },
    ]);
    expect(id).not.toBe(other.id);
    expect(first.etag).toBe(`"${first.body.version}"`);
    expect((await listed()).body).toEqual(first.body);

    const again = await set([{ id: other.id, name: 'Sky' }, { name: 'Red', identities: ['ann'] }, { name: 'Blue' }]);
    expect(again.body.data).toMatchObject([
      { id: other.id, name: 'Sky', identities: [] },
      { id, name: 'Red', identities: ['ann'], endsAt: null },
      { name: 'Blue' },
    ]);
    expect([id, other.id]).not.toContain(again.body.data[2].id);

    expect((await ask('DELETE', '/rooms/math/break-outs')).status).toBe(204);
    expect((await listed()).body).toMatchObject({ data: [], version: again.body.version + 1 });
    // A name that was used before makes a new room.
    expect((await set([redRoom])).body.data[0].id).not.toBe(id);
  });

  it('is changed only if the request names its present version', async () => {
    const { version } = (await set([redRoom])).body;
    const headers = { 'if-match': `"${version}"` };
    expect((await set([blue], {}, { headers })).body.version).toBe(version + 1);
    const late = await set([redRoom], {}, { headers });
    expect([late.status, late.body.code]).toEqual([412, 'VERSION_CONFLICT']);
    expect((await listed()).body.data).toMatchObject([blue]);
  });

  it('hides break-outs whose time is over', async () => {
    await set([{ ...redRoom, endsAt: inMs(1000) }, blue]);
    api.clock.advance(999);
    expect((await listed()).body.data).toHaveLength(2);
    api.clock.advance(1);
    expect((await listed()).body.data).toMatchObject([blue]);
  });

  it('cannot be divided while it is a show', async () => {
    await ask('PATCH', '/rooms/math', { kind: 'show' });
    const { status, body } = await set([redRoom]);
    expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect((await listed()).body.data).toEqual([]);
  });
});

it('prepared break-outs pass to the owner, and its break-outs back to the empty room', async () => {
  const before = (await set([redRoom])).body;
  const stored = await api.policies.get('acme', 'math');
  api.owners.open('acme/math', { ...(stored && { policy: stored.policy }) });
  const [keptRoom, addedRoom] = (await set([{ name: 'Red' }, blue])).body.data;
  expect(keptRoom.id).toBe(before.data[0].id);
  api.owners.live.clear();
  expect((await listed()).body.data).toMatchObject([{ id: keptRoom.id, identities: [] }, { id: addedRoom.id }]);
});

it('an announcement is sent with the list of break-outs, and an empty room refuses both', async () => {
  const empty = await set([redRoom], { message: 'to your groups' });
  expect([empty.status, empty.body.code]).toEqual([404, 'PARTICIPANT_UNKNOWN']);
  expect((await listed()).body.data).toEqual([]);
  open();
  expect((await set([redRoom], { message: 'to your groups' })).status).toBe(200);
  expect((await ask('PUT', '/rooms/math/break-outs', { breakOuts: [], message: 'come back' })).status).toBe(200);
  expect(acts()).toMatchObject([
    { breakOuts: { set: true, breakOuts: [{ ...redRoom, breakOutId: '', endsWallMs: 0 }], message: 'to your groups' } },
    { breakOuts: { set: true, breakOuts: [], message: 'come back' } },
  ]);
});

describe('before the owner is asked', () => {
  const manyIdentities = (count: number) => Array.from({ length: count }, (_, at) => `p${at}`);
  it.each<[string, readonly object[], string, object?]>([
    ['51 break-outs', manyIdentities(limits.breakOutsMax + 1).map((name) => ({ name })), '/breakOuts'],
    ['no name', [{ name: '' }], '/breakOuts/0/name'],
    ['an invisible name', [{ name: '\u2800' }], '/breakOuts'],
    ['too long a name', [{ name: 'x'.repeat(65) }], '/breakOuts'],
    ['the same name twice', [redRoom, { name: 'Red' }], '/breakOuts'],
    ['a person in two break-outs', [redRoom, { name: 'Blue', identities: ['bob'] }], '/breakOuts'],
    ['a person twice in one break-out', [{ name: 'Red', identities: ['bob', 'bob'] }], '/breakOuts'],
    ['an invalid identity', [{ name: 'Red', identities: ['a\u200bb'] }], '/breakOuts'],
    [
      'a person more than rooms have',
      [
        { name: 'a', identities: manyIdentities(600) },
        { name: 'b', identities: manyIdentities(1001).slice(600) },
      ],
      '/breakOuts',
    ],
    ['an invalid id', [{ ...redRoom, id: 'BO_1' }], '/breakOuts/0/id'],
    [
      'the same id twice',
      [
        { ...redRoom, id: 'BO_0123456789ab' },
        { ...blue, id: 'BO_0123456789ab' },
      ],
      '/breakOuts',
    ],
    ['a break-out that has ended', [blue, { ...redRoom, endsAt: '2001-01-01T00:00:00Z' }], '/breakOuts/1/endsAt'],
    ['an invalid time', [{ ...redRoom, endsAt: 'soon' }], '/breakOuts/0/endsAt'],
    [
      'too many bytes',
      [{ name: 'Red', identities: manyIdentities(500).map((name) => name.padEnd(120, 'x')) }],
      '/breakOuts',
    ],
    ['too long a message', [redRoom], '/message', { message: 'x'.repeat(501) }],
    ['an invisible message', [redRoom], '/message', { message: '\u200b' }],
  ])('%s is refused', async (_what, breakOuts, pointer, more) => {
    open();
    const { status, body } = await set(breakOuts, more);
    const pointers = new Set(body.errors?.map((field: { pointer: string }) => field.pointer));
    expect([status, [...pointers]]).toEqual([400, [pointer]]);
    expect(acts()).toEqual([]);
  });
});

it('a break-out room cannot be divided', async () => {
  const name = 'math~BO_0123456789ab';
  await ask('POST', '/rooms', { name });
  const { status, body } = await ask('PUT', `/rooms/${encodeURIComponent(name)}/break-outs`, { breakOuts: [redRoom] });
  expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
});

it('the owner’s refusal is returned', async () => {
  open();
  api.owners.refusal = new MeridianError('REQUEST_INVALID', 'this room can have no break-out rooms');
  const { status, body } = await set([redRoom]);
  expect([status, body.detail]).toEqual([400, 'this room can have no break-out rooms']);
});
