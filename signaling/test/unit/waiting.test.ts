// Tests clients that wait in front of a room at their signaling node, against a fake owner.
import { type Access, accessOf, type ErrorCode, MeridianError, tokenScopes, type wire } from '@meridian/protocol';
import { createLogger, seededRng } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { WaitingRoom } from '../../src/clients/waiting.ts';
import { bounds } from '../../src/limits.ts';
import { setUp as setUpRoom } from './support/local-room.ts';

const claimsOf = (o: object) => ({ sub: 'gil', exp: 1, video: { room: 'lobby', roomJoin: true }, ...o });
function accessWith(o: object): Access {
  const result = accessOf(claimsOf(o), { tenant: 'acme', scopes: tokenScopes });
  if (!result.ok) throw new Error(result.code);
  return result.access;
}

function setUp() {
  const around = setUpRoom();
  const { clock, owner, room } = around;
  const waiting = new WaitingRoom({
    clock,
    log: createLogger({ name: 'test', level: 'fatal' }),
    rng: seededRng('waiting'),
  });
  /** Adds a client that wants to join; `refusals`: how often its join is refused because it was not admitted. */
  const come = (
    o: { claims?: object; tenant?: string; network?: string; refusals?: number; mustKnock?: boolean } = {},
  ) => {
    const over = new AbortController();
    const shown: wire.Waiting.$Properties[] = [];
    const state = { joins: 0, waitedMs: 0, shown, leave: () => over.abort() };
    room.use();
    const access = { ...accessWith(o.claims ?? { lobby: true }), tenant: o.tenant ?? 'acme' };
    const client = {
      network: o.network ?? '',
      show: (one: wire.Waiting.$Properties) => void shown.push(one),
      waited: (ms: number) => {
        state.waitedMs += ms;
      },
      endSignal: () => over.signal,
    };
    const outcome = waiting
      .joinWhenAdmitted({ room, access, client, mustKnock: o.mustKnock ?? false }, async () => {
        state.joins += 1;
        if (state.joins <= (o.refusals ?? 0)) throw new MeridianError('NOT_ADMITTED');
        return 'in';
      })
      .catch((error: MeridianError) => error.code)
      .finally(() => room.leaveUse());
    return Object.assign(state, { outcome });
  };
  const knocks = () => owner.asked.filter((what) => what.includes(' knock '));
  const waitIds = () => [...new Set(knocks().map((what) => what.split(' knock ')[1] ?? ''))];
  const say = (code: ErrorCode | '', why?: wire.Waiting.$Properties, from: { roomKey?: string; epoch?: number } = {}) =>
    waiting.onAnswer({ roomKey: 'acme/lobby', epoch: 1, ...from }, { waitIds: waitIds(), code, waiting: why });
  return { ...around, waiting, come, knocks, waitIds, say };
}

it('a client that need not wait joins without a knock at the owner', async () => {
  const { come, knocks } = setUp();
  const gil = come({ claims: {} });
  expect([await gil.outcome, gil.joins, knocks()]).toEqual(['in', 1, []]);
});

it('a client whose join is refused because it was not admitted knocks, and joins when it is admitted', async () => {
  const { come, knocks, settle, say, waiting, clock } = setUp();
  const gil = come({ claims: {}, refusals: 1 });
  await settle();
  expect([gil.joins, knocks().length, waiting.size, gil.shown]).toEqual([1, 1, 1, [{ reason: 'lobby', hosts: 1 }]]);
  clock.advance(5000);
  say('', undefined, { roomKey: 'acme/another' });
  say('KICKED', undefined, { epoch: 0 });
  say('', { reason: 'lobby', hosts: 2 });
  say('', { reason: 'lobby', hosts: 2 });
  say('');
  expect(await gil.outcome).toBe('in');
  expect([gil.joins, gil.waitedMs, waiting.size, gil.shown.slice(1)]).toEqual([
    2,
    5000,
    0,
    [{ reason: 'lobby', hosts: 2 }],
  ]);
});

it('a client that owners admit and then refuse gives up after some retries', async () => {
  const { come, owner } = setUp();
  owner.waits = false;
  const gil = come({ refusals: 100 });
  expect([await gil.outcome, gil.joins]).toEqual(['NOT_ADMITTED', bounds.renewedWaitsMax + 1]);
});

it('a client keeps waiting while no owner can be asked, and knocks at the next owner', async () => {
  const { come, knocks, owner, room, setLease, settle } = setUp();
  const gil = come();
  await settle();
  setLease({ ownerId: 'two', epoch: 2 });
  owner.view = { ...owner.view, epoch: 2 };
  room.ownerGone(1);
  await settle(1);
  await settle();
  expect(knocks().map((what) => what.split(' ')[0])).toEqual(['one#1', 'two#2']);
  owner.failure = 'CENTRE_UNREACHABLE';
  await settle(bounds.knockEveryMs);
  owner.failure = undefined;
  owner.waits = false;
  await settle(bounds.resolveEveryMs * 4);
  expect(await gil.outcome).toBe('in');
});

it('a client finds the new owner when the old owner denies owning the room', async () => {
  const { come, knocks, owner, say, setLease, settle } = setUp();
  come();
  await settle();
  setLease({ ownerId: 'two', epoch: 2 });
  owner.view = { ...owner.view, epoch: 2 };
  say('ROOM_OWNER_LOST');
  await settle(1);
  await settle();
  expect(knocks().at(-1)).toMatch(/^two#2/);
});

it.each(['NOT_ADMITTED', 'KICKED', 'ROOM_ENDED'] as const)(
  'a wait ends with %s by the owner’s answer',
  async (code) => {
    const { come, settle, say, unused } = setUp();
    const gil = come();
    await settle();
    say(code);
    expect([await gil.outcome, gil.joins]).toEqual([code, 0]);
    await settle();
    expect(unused()).toBe(1);
  },
);

it('a wait ends with the owner’s answer to a later knock', async () => {
  const { come, owner, settle } = setUp();
  const gil = come();
  await settle();
  owner.failure = 'ROOM_LOCKED';
  await settle(bounds.knockEveryMs);
  expect(await gil.outcome).toBe('ROOM_LOCKED');
});

it('a first knock that fails fails the join', async () => {
  const { come, owner } = setUp();
  owner.failure = 'ROOM_FULL';
  expect(await come().outcome).toBe('ROOM_FULL');
});

it('a wait ends with its connection, even while the owner is being asked, and the owner is informed', async () => {
  const { come, owner, settle, waiting, waitIds } = setUp();
  const gil = come();
  await settle();
  gil.leave();
  await gil.outcome;
  const answered = Promise.withResolvers<void>();
  owner.answers = answered.promise;
  const bob = come({ claims: { lobby: true, sub: 'bob' } });
  await settle();
  bob.leave();
  expect(waiting.size).toBe(1);
  expect(await bob.outcome).toBe('NOT_ADMITTED');
  answered.resolve();
  await settle();
  expect(waiting.size).toBe(0);
  expect(owner.asked.filter((what) => what.includes('unknock'))).toEqual(
    waitIds().map((waitId) => `one#1 unknock ${waitId}`),
  );
});

it('a tenant, a link and a network have shares of the places for waiting clients, and others still wait', async () => {
  const { come, settle, waiting } = setUp();
  const all: ReturnType<typeof come>[] = [];
  /** Returns how many clients wait until one is refused with OVERLOADED. */
  const fill = async (o: Parameters<typeof come>[0]): Promise<number> => {
    const before = waiting.size;
    for (;;) {
      const size = waiting.size;
      const one = come(o);
      if (waiting.size === size) {
        expect(await one.outcome).toBe('OVERLOADED');
        return size - before;
      }
      all.push(one);
    }
  };
  const most = bounds.waitersMax;
  const ofLink = { lobby: true, via: 'JL_1' };
  expect(await fill({ network: '192.0.2.1' })).toBe(most / 4);
  expect(await fill({ network: '192.0.2.2', claims: ofLink })).toBe(most / 8);
  expect(await fill({ network: '192.0.2.3', claims: { ...ofLink, via: 'JL_2' } })).toBeGreaterThan(most / 20);
  expect(await fill({ claims: ofLink })).toBe(0);
  const ofTenant = waiting.size + (await fill({}));
  expect([ofTenant, waiting.size]).toEqual([most / 2, most / 2]);
  expect(await fill({ tenant: 'umbrella' })).toBe(most / 4);
  await settle();
  for (const one of all) one.leave();
  await Promise.all(all.map((one) => one.outcome));
  expect(waiting.size).toBe(0);
});

it('a bounded number of clients may wait', async () => {
  const { come, waiting } = setUp();
  const all = Array.from({ length: bounds.waitersMax }, (_, at) => come({ tenant: `t${at % 500}` }));
  expect([waiting.size, await come({ tenant: 'more' }).outcome]).toEqual([bounds.waitersMax, 'OVERLOADED']);
  for (const one of all) one.leave();
  await Promise.all(all.map((one) => one.outcome));
  expect(waiting.size).toBe(0);
});
