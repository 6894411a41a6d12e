// Which rooms the api names to signaling nodes as guarded.
import { emptyPolicy, type RoomPolicy, rpc, wire } from '@meridian/protocol';
import { createLogger, type Link } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RoomGuards } from '../../../src/rooms/room-guards.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let ask: (digest?: string, from?: number) => Promise<wire.RoomGuards>;
beforeEach(async () => {
  api = await testApi();
  const handlers = new Map<number, (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array>();
  const onRequest: Link['onRequest'] = (type, handler) => void handlers.set(type, handler as never);
  const log = createLogger({ name: 'test', level: 'silent' });
  new RoomGuards({ db: api.store.db, clock: api.clock, log }).attach({ onRequest } as Link);
  ask = async (digest = '', from = 0) => {
    api.clock.advance(5000);
    const request = wire.RoomGuardsWanted.encode({ digest, from }).finish();
    return wire.RoomGuards.decode((await handlers.get(rpc.roomGuards.number)?.(request)) ?? new Uint8Array());
  };
});
afterEach(() => api.close());

const store = (room: string, version: number, changes: Partial<RoomPolicy>): Promise<void> =>
  api.policies.take('acme', room, { ...emptyPolicy, version, ...changes });
const named = async () => (await ask()).rooms.map(({ roomKey }) => roomKey);
const ban = (untilWallMs: number) => ({ bans: [{ identity: 'eve', untilWallMs }] });

it('those with a lobby, a lock, a host to wait for, a time to open and bans', async () => {
  const inAnHour = api.clock.wallMs() + 3_600_000;
  await store('lobby', 1, { lobby: true });
  await store('locked', 1, { locked: true });
  await store('host', 1, { needsHost: true });
  await store('opens', 1, { opensWallMs: inAnHour });
  await store('ban', 1, ban(0));
  await store('short', 1, ban(inAnHour));
  await store('open', 1, { title: 'Open', capacity: 5, members: [{ identity: 'ann', role: 'host' }] });
  const all = ['ban', 'host', 'lobby', 'locked', 'opens', 'short'].map((name) => `acme/${name}`);
  expect(await named()).toEqual(all);
  api.clock.advance(3_600_000);
  expect(await named()).toEqual(['ban', 'host', 'lobby', 'locked'].map((name) => `acme/${name}`));
});

it('as they are now: changed by their owner or by REST, forgotten, or guarded no more', async () => {
  await store('a', 1, { lobby: true, title: 'Board' });
  expect((await ask()).rooms).toMatchObject([
    { roomKey: 'acme/a', policy: { version: 1, lobby: true, title: 'Board' } },
  ]);
  const act = (setRoom: wire.ActSetRoom.$Properties) =>
    api.policies.act('acme', 'a', { actor: { kind: 'key', id: 'k' }, acts: [{ setRoom }] });
  await act({ lobby: false });
  expect(await named()).toEqual([]);
  await act({ locked: true });
  expect((await ask()).rooms).toMatchObject([{ policy: { version: 3, locked: true } }]);
  await api.policies.forget('acme', 'a');
  expect(await named()).toEqual([]);
  await api.policies.create('acme', 'b', { idleMsMax: 1000, live: { ...emptyPolicy, version: 1, lobby: true } });
  expect(await named()).toEqual([]);
  await api.policies.create('acme', 'c', { idleMsMax: 0, live: { ...emptyPolicy, version: 1, lobby: true } });
  expect(await named()).toEqual(['acme/c']);
});

it('not again to a node that has the list', async () => {
  await store('a', 1, { lobby: true });
  const { digest } = await ask();
  expect(await ask(digest)).toMatchObject({ isSame: true, rooms: [] });
  await store('a', 2, { lobby: true, locked: true });
  const changed = await ask(digest);
  expect(changed.isSame).toBe(false);
  expect(changed.digest).not.toBe(digest);
});

it('a long list in parts that fit into frames, anew when it changes between two', async () => {
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
  const before = answer.digest;
  await store('r000', 2, {});
  const anew = await ask(before, 1);
  expect(anew.digest).not.toBe(before);
  expect(anew.rooms[0]?.roomKey).toBe('acme/r001');
  // A part that there is not.
  expect(await ask(anew.digest, 1000)).toMatchObject({ rooms: [], next: 0 });
});
