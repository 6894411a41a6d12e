import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEPT_ROOMS_MAX } from '../../../src/wall/kept-rooms.ts';
import { addLive, keepLive } from '../../support/live-room.ts';
import type { ScriptedRecorder } from '../../support/scripted-recorders.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let recorders: readonly ScriptedRecorder[];
beforeEach(async () => {
  api = await testApi();
  recorders = [api.recorders.fra, api.recorders.sgp];
  for (const one of recorders) one.nowMs = () => api.clock.nowMs();
});
afterEach(() => api.close());

const keep = async (room: string) =>
  (await api.ask('PUT', `/wall/rooms/${room}`, { scope: 'wall', signer: operatorKey })).json();
const put = (room: string, script: Parameters<ScriptedRecorder['rooms']['set']>[1] = {}): void => {
  for (const one of recorders) one.rooms.set(room, script);
};
const askedRooms = () => recorders.flatMap(({ asks }) => asks.flat());
/** Makes looks, 5 s apart. */
const watchAndJudge = async (count = 1): Promise<string[]> => {
  const transitions: string[] = [];
  for (let at = 0; at < count; at += 1) {
    api.clock.advance(5000);
    await keepLive(api);
    for (const { kind, key } of (await api.alarms.judging.look()) ?? []) transitions.push(`${kind} ${key}`);
  }
  return transitions;
};
const black = (blackMs: number, o = {}) => ({
  tracks: [{ identity: 'ann', trackId: 'TR_1', source: 'camera', codec: 'vp8', blackMs, ...o }],
});

describe('kept rooms', () => {
  it('are watched without pictures while they are live; other rooms are not', async () => {
    for (const room of ['acme/a', 'acme/b', 'acme/c']) put(room);
    await keep('acme/a');
    await keep('acme/b');
    await addLive(api, 'acme/a');
    await addLive(api, 'acme/c');
    expect(await api.wall.keptWatch.watch()).toMatchObject([{ tenant: 'acme', room: 'a', state: 'joining' }]);
    expect(await api.wall.keptWatch.watch()).toMatchObject([{ room: 'a', state: 'watching', participants: 1 }]);
    expect(askedRooms().map(({ roomKey, withPicture }) => [roomKey, withPicture])).toEqual([
      ['acme/a', false],
      ['acme/a', false],
    ]);
  });

  it('of a tenant that refuses the wall are neither kept nor watched', async () => {
    put('acme/a');
    await addLive(api, 'acme/a');
    await keep('acme/a');
    await api.ask('PATCH', '/tenant', { body: { wallAllowed: false } });
    expect([await api.wall.keptWatch.watch(), askedRooms()]).toEqual([[], []]);
    expect((await keep('acme/b')).code).toBe('WALL_REFUSED');
    const list = await api.ask('GET', '/wall/rooms', { scope: 'wall', signer: operatorKey });
    expect(list.json().rooms).toMatchObject([{ room: 'a', isAllowed: false }]);
  });

  it('are stored once, only for known tenants, and up to a limit', async () => {
    const first = await keep('acme/a');
    api.clock.advance(1000);
    expect(await keep('acme/a')).toEqual(first);
    expect((await keep('none/a')).code).toBe('NOT_FOUND');
    const rows = Array.from({ length: KEPT_ROOMS_MAX - 1 }, (_, at) => ({
      tenant: 'acme',
      room: `r${at}`,
      added_by: 'op',
      added_ms: 1,
    }));
    await api.store.db.insertInto('wall_rooms').values(rows).execute();
    expect((await keep('acme/more')).code).toBe('QUOTA_EXCEEDED');
    expect(await keep('acme/a')).toEqual(first);
  });

  it('are unknown to alarms if no recorder answers, and refused if a recorder refuses', async () => {
    await addLive(api, 'acme/a');
    await keep('acme/a');
    put('acme/a');
    for (const one of recorders) one.link = 'cut';
    expect(await api.wall.keptWatch.watch()).toBeUndefined();
    for (const one of recorders) Object.assign(one, { link: 'up', watchesMax: 0 });
    expect(await api.wall.keptWatch.watch()).toMatchObject([{ state: 'refused', code: 'OVERLOADED', tracks: [] }]);
  });
});

describe('a black picture of a kept room', () => {
  beforeEach(async () => {
    await addLive(api, 'acme/a');
    await keep('acme/a');
    put('acme/a', black(4000));
  });

  it('fires one alarm after 10 s, which ends when the picture is no longer black', async () => {
    expect(await watchAndJudge(2)).toEqual([]);
    put('acme/a', black(11_000));
    expect(await watchAndJudge(4)).toEqual(['fired picture-black acme/a ann']);
    put('acme/a', black(0));
    expect(await watchAndJudge(8)).toEqual(['cleared picture-black acme/a ann']);
  });

  it('keeps its alarm while recorders are away or full, until the room ends', async () => {
    put('acme/a', black(11_000));
    expect(await watchAndJudge(3)).toEqual(['fired picture-black acme/a ann']);
    for (const one of recorders) one.link = 'mute';
    expect(await watchAndJudge(10)).toEqual([]);
    for (const one of recorders) Object.assign(one, { link: 'up', watchesMax: 0 });
    expect(await watchAndJudge(10)).toEqual([]);
    await api.store.db.deleteFrom('quality_sessions').execute();
    expect(await watchAndJudge(8)).toEqual(['cleared picture-black acme/a ann']);
  });
});

it('the silence of an encoder fires an alarm, and that of a person does not', async () => {
  await addLive(api, 'acme/a', { identity: 'ann' });
  await addLive(api, 'acme/a', { identity: 'encoder', protocol: 'rtmp' });
  await keep('acme/a');
  const silent = { source: 'microphone', codec: 'opus', silentMs: 90_000, levelDb: -127 };
  put('acme/a', {
    tracks: [
      { ...silent, identity: 'ann', trackId: 'TR_1' },
      { ...silent, identity: 'encoder', trackId: 'TR_2' },
    ],
  });
  expect(await watchAndJudge(3)).toEqual(['fired sound-silent acme/a encoder']);
});
