import { emptyPolicy, type RoomPolicy, rpc, wire } from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RoomGuards } from '../../../src/rooms/room-guards.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let warnings: unknown[];
let request: (digest: string, from: number) => Promise<wire.RoomGuards>;
/** Sends a node's request after the interval at which the list is renewed. */
let ask: (digest?: string, from?: number) => Promise<wire.RoomGuards>;
beforeEach(async () => {
  api = await testApi();
  const handlers = new Map<number, (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array>();
  const onRequest: Link['onRequest'] = (type, handler) => void handlers.set(type, handler as never);
  warnings = [];
  const log = { warn: (fields: unknown) => void warnings.push(fields) } as unknown as Logger;
  new RoomGuards({ db: api.store.db, clock: api.clock, log }).attach({ onRequest } as Link);
  request = async (digest, from) => {
    const wanted = wire.RoomGuardsRequest.encode({ digest, from }).finish();
    return wire.RoomGuards.decode((await handlers.get(rpc.roomGuards.number)?.(wanted)) ?? new Uint8Array());
  };
  ask = async (digest = '', from = 0) => {
    if (from === 0) api.clock.advance(60_000);
    return await request(digest, from);
  };
});
afterEach(() => api.close());

const store = (room: string, version: number, changes: Partial<RoomPolicy>): Promise<void> =>
  api.policies.take('acme', room, { ...emptyPolicy, version, ...changes });
const policyOfBytes = (bytes: number): Partial<RoomPolicy> => ({ lobby: true, metadata: 'm'.repeat(bytes) });
const large: Partial<RoomPolicy> = {
  lobby: true,
  members: Array.from({ length: 1000 }, (_, at) => ({ identity: `${at}${'m'.repeat(100)}`, role: 'host' as const })),
};
const keep = (tenant: string, room: string, changes: Partial<RoomPolicy>) =>
  api.policies.create(tenant, room, { idleMsMax: 0, live: { ...emptyPolicy, version: 1, ...changes } });
async function listed(): Promise<string[]> {
  const keys: string[] = [];
  for (let answer = await ask(); ; answer = await ask(answer.digest, answer.next)) {
    keys.push(...answer.rooms.map(({ roomKey }) => roomKey ?? ''));
    if (answer.next === 0) return keys;
  }
}
const listedKeys = async () => (await ask()).rooms.map(({ roomKey }) => roomKey);
const ban = (untilWallMs: number) => ({ bans: [{ identity: 'eve', untilWallMs }] });

it('the list has rooms with a lobby, a lock, a host to wait for, an opening time or bans', async () => {
  const inAnHour = api.clock.wallMs() + 3_600_000;
  await store('lobby', 1, { lobby: true });
  await store('locked', 1, { locked: true });
  await store('host', 1, { needsHost: true });
  await store('opens', 1, { opensWallMs: inAnHour });
  await store('ban', 1, ban(0));
  await store('short', 1, ban(inAnHour));
  await store('open', 1, { title: 'Open', capacity: 5, members: [{ identity: 'ann', role: 'host' }] });
  const all = ['ban', 'host', 'lobby', 'locked', 'opens', 'short'].map((name) => `acme/${name}`);
  expect(await listedKeys()).toEqual(all);
  api.clock.advance(3_600_000);
  expect(await listedKeys()).toEqual(['ban', 'host', 'lobby', 'locked'].map((name) => `acme/${name}`));
});

it('the list follows changes by owners and by REST, forgotten rooms, and rooms that lose their guards', async () => {
  await store('a', 1, { lobby: true, title: 'Board' });
  expect((await ask()).rooms).toMatchObject([
    { roomKey: 'acme/a', policy: { version: 1, lobby: true, title: 'Board' } },
  ]);
  const act = (setRoom: wire.ActSetRoom.$Properties) =>
    api.policies.act('acme', 'a', { actor: { kind: 'key', id: 'k' }, acts: [{ setRoom }] });
  await act({ lobby: false });
  expect(await listedKeys()).toEqual([]);
  await act({ locked: true });
  expect((await ask()).rooms).toMatchObject([{ policy: { version: 3, locked: true } }]);
  await api.policies.forget('acme', 'a');
  expect(await listedKeys()).toEqual([]);
  await api.policies.create('acme', 'b', { idleMsMax: 1000, live: { ...emptyPolicy, version: 1, lobby: true } });
  expect(await listedKeys()).toEqual([]);
  await api.policies.create('acme', 'c', { idleMsMax: 0, live: { ...emptyPolicy, version: 1, lobby: true } });
  expect(await listedKeys()).toEqual(['acme/c']);
});

it('the list is not sent again to a node that has it', async () => {
  await store('a', 1, { lobby: true });
  const { digest } = await ask();
  expect(await ask(digest)).toMatchObject({ isSame: true, rooms: [] });
  await store('a', 2, { lobby: true, locked: true });
  const changed = await ask(digest);
  expect(changed.isSame).toBe(false);
  expect(changed.digest).not.toBe(digest);
});

it('a long list comes in parts that fit into frames, and starts anew when it changes between two parts', async () => {
  const metadata = 'm'.repeat(4000);
  const rooms = Array.from({ length: 200 }, (_, index) => `r${String(index).padStart(3, '0')}`);
  for (const room of rooms) await store(room, 1, { lobby: true, metadata });
  const all: string[] = [];
  let answer = await ask();
  for (;;) {
    expect(wire.RoomGuards.encode(answer).finish().byteLength).toBeLessThan(300_000);
    all.push(...answer.rooms.map(({ roomKey }) => roomKey ?? ''));
    if (answer.next === 0) break;
    answer = await ask(answer.digest, answer.next);
  }
  expect(all).toEqual(rooms.map((room) => `acme/${room}`));
  expect(await ask(answer.digest, 1000)).toMatchObject({ rooms: [], next: 0 });
});

it('all parts belong to one list, even if it changes all the time', async () => {
  const rooms = Array.from({ length: 400 }, (_, at) => `r${at}`);
  for (const room of rooms) await store(room, 1, policyOfBytes(4000));
  expect((await ask()).next).toBe(1);
  // A node begins with a list that is about to be replaced.
  api.clock.advance(8400);
  const first = await request('', 0);
  const keys = first.rooms.map(({ roomKey }) => roomKey);
  const otherDigests = new Set<string>();
  for (let from = first.next; from !== 0; ) {
    api.clock.advance(1200);
    await store('r0', from + 1, policyOfBytes(4000 + from));
    otherDigests.add((await request('', 0)).digest);
    const part = await request(first.digest, from);
    expect(part.digest).toBe(first.digest);
    keys.push(...part.rooms.map(({ roomKey }) => roomKey));
    from = part.next;
  }
  expect(keys.sort()).toEqual(rooms.map((room) => `acme/${room}`).sort());
  expect(otherDigests).not.toContain(first.digest);
});

it('permanent rooms precede temporary rooms if not all fit', async () => {
  const names = (from: string) => Array.from({ length: 70 }, (_, at) => `${from}${at}`);
  // By name and by time they would come first.
  for (const name of names('a')) await store(name, 1, large);
  for (const name of names('z')) await keep('acme', name, large);
  api.clock.advance(1000);
  for (const name of names('b')) await store(name, 1, large);
  const found = await listed();
  expect(found.length).toBeLessThan(140);
  expect(found.filter((key) => key.startsWith('acme/z'))).toHaveLength(70);
  // The rest is ordered by last use.
  expect(found.filter((key) => key.startsWith('acme/a'))).toEqual([]);
});

it('each tenant gets its share, even if another could fill the list; the shortage is logged once', async () => {
  for (let at = 0; at < 140; at += 1) await keep('acme', `r${at}`, large);
  await api.policies.take('globex', 'board', { ...emptyPolicy, version: 1, locked: true });
  const found = await listed();
  expect(found).toContain('globex/board');
  expect(found.length).toBeGreaterThan(100);
  expect(found.length).toBeLessThan(140);
  await ask();
  expect(warnings).toEqual([{ sent: found.length, tenants: ['acme'], tooLarge: [] }]);
});

it('a room too large for any frame is left out, and logged once', async () => {
  const identity = (at: number) => `${at}${'名'.repeat(300)}`;
  const members = Array.from({ length: 1000 }, (_, at) => ({ identity: identity(at), role: 'host' as const }));
  await keep('acme', 'large', { lobby: true, members });
  await keep('acme', 'small', { lobby: true });
  expect(await listedKeys()).toEqual(['acme/small']);
  await ask();
  expect(warnings).toEqual([{ sent: 1, tenants: ['acme'], tooLarge: ['acme/large'] }]);
});

it('each tenant gets its share of rooms, even if another has more rooms than fit', async () => {
  await sql`insert into rooms (tenant, name, name_key, version, policy, guards, guards_version, created_ms, idle_ms_max)
    with recursive numbers (i) as (select 1 union all select i + 1 from numbers where i <= 20000)
    select 'acme', 'r' || i, 'r' || i, 1, '{"lobby":true}', 1, 1, 0, 0 from numbers`.execute(api.store.db);
  await keep('globex', 'zoo', { lobby: true });
  const found = await listed();
  expect([found.length, found.at(-1)]).toEqual([20_000, 'globex/zoo']);
  expect(warnings).toEqual([{ sent: 20_000, tenants: ['acme'], tooLarge: [] }]);
});
