import { limits } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await api.ask('POST', '/rooms', { body: { name: 'gala', kind: 'show' } });
});
afterEach(() => api.close());

async function ask(path: string, signer: (typeof tenants)[number] = tenants[0]) {
  const answer = await api.ask('GET', `/rooms/${path}`, { signer });
  return { status: answer.statusCode, body: answer.json() };
}
const open = (o: Parameters<TestApi['owners']['open']>[1] = {}) =>
  api.owners.open('acme/gala', { policy: { kind: 'show' }, ...o });

describe('people of the crowd', () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      identity: `v${String(at).padStart(4, '0')}`,
      name: at % 2 === 0 ? `Ann ${at}` : `Bo ${at}`,
      joinedWallMs: at,
    }));

  it('are listed by identity, in pages, each once', async () => {
    open();
    api.owners.crowds.set('acme/gala', crowd(250));
    const found: string[] = [];
    let cursor: string | undefined = '';
    for (let pages = 1; cursor !== undefined; pages += 1) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await ask(`gala/crowd?limit=${limits.crowdPageMax - 1}${query}`);
      expect([body.total, body.missing]).toEqual([250, []]);
      found.push(...body.data.map((person: { identity: string }) => person.identity));
      cursor = body.nextCursor;
      expect(cursor === undefined).toBe(pages === 3);
    }
    expect(found).toEqual(crowd(250).map(({ identity }) => identity));
  });

  it('are found by the beginning of their names, in any case', async () => {
    open();
    api.owners.crowds.set('acme/gala', crowd(6));
    api.owners.silentNodes = ['sig-sgp'];
    expect((await ask('gala/crowd?name=aNN&limit=2')).body).toEqual({
      data: [
        { identity: 'v0000', name: 'Ann 0', joinedAt: '1970-01-01T00:00:00.000Z' },
        { identity: 'v0002', name: 'Ann 2', joinedAt: '1970-01-01T00:00:00.002Z' },
      ],
      nextCursor: expect.any(String),
      total: 6,
      missing: ['sig-sgp'],
    });
  });
});

it('hands of participants and of the crowd are one list, the longest raised first', async () => {
  open({
    participants: [
      { identity: 'ann', name: 'Ann', handRaisedWallMs: 20 },
      { identity: 'bo' },
      { identity: 'recorder', hidden: true, handRaisedWallMs: 1 },
    ],
    hands: [
      { identity: 'vera', name: 'Vera', sinceWallMs: 10 },
      { identity: 'viktor', name: 'Viktor', sinceWallMs: 30 },
    ],
  });
  expect((await ask('gala/hands')).body).toEqual({
    data: [
      { identity: 'vera', name: 'Vera', since: '1970-01-01T00:00:00.010Z', inCrowd: true },
      { identity: 'ann', name: 'Ann', since: '1970-01-01T00:00:00.020Z', inCrowd: false },
      { identity: 'viktor', name: 'Viktor', since: '1970-01-01T00:00:00.030Z', inCrowd: true },
    ],
    more: 0,
  });
});

it('an empty room has no crowd and no hands', async () => {
  expect((await ask('gala/crowd')).body).toEqual({ data: [], total: 0, missing: [] });
  expect((await ask('gala/hands')).body).toEqual({ data: [], more: 0 });
});
