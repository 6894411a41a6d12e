import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PRESENCES_PER_ROOM_MAX, Presences } from '../../src/room/presences.ts';
import { eventually } from '../support/eventually.ts';
import { refusal, ScriptedRoom, streamKey } from '../support/scripted-room.ts';

const viewerInfo = { protocol: 'flv', clientIp: '192.0.2.1' };
const key = (identity = 'cy', o = {}) => streamKey({ use: 'play', identity, ...o });

let room: ScriptedRoom;
let presences: Presences;
beforeEach(async () => {
  room = await ScriptedRoom.open();
  presences = new Presences(room.base);
});
afterEach(() => {
  presences.close();
  expect(presences.size).toBe(0);
  room.close();
});

it('a viewer whom the room refuses for good does not watch, and a viewer without a place in the roster watches', async () => {
  room.answer = refusal('KICKED');
  await expect(presences.join(key(), viewerInfo, vi.fn())).rejects.toMatchObject({ code: 'KICKED' });
  expect(presences.size).toBe(0);
});

it('a viewer is in the roster once, without media, until the last of its connections has gone', async () => {
  const goes = await Promise.all([1, 2].map(() => presences.join(key(), viewerInfo, vi.fn())));
  expect(room.service.joins).toHaveLength(1);
  expect(room.service.joins[0]).toMatchObject({ protocol: 'flv' });
  expect(room.service.joins[0]?.sendEndpoint ?? room.service.joins[0]?.recvEndpoint ?? null).toBe(null);
  goes[0]?.();
  goes[0]?.();
  expect(presences.size).toBe(1);
  goes[1]?.();
  expect(presences.size).toBe(0);
});

it('all connections of a viewer end when the room removes it', async () => {
  const removed = [vi.fn(), vi.fn()];
  for (const one of removed) await presences.join(key(), viewerInfo, one);
  room.service.last.sendFrame({ disconnect: { code: 'KICKED', message: '', reconnect: false } });
  await eventually(() => {
    for (const one of removed) expect(one).toHaveBeenCalledExactlyOnceWith('KICKED');
  });
  expect(presences.size).toBe(0);
});

it('a viewer that also connects to another gateway continues to watch', async () => {
  const removed = vi.fn();
  await presences.join(key(), viewerInfo, removed);
  room.service.last.sendFrame({ disconnect: { code: 'DUPLICATE_IDENTITY', message: '', reconnect: false } });
  await eventually(() => expect(presences.size).toBe(0));
  expect(removed).not.toHaveBeenCalled();
});

it(`the roster has at most ${PRESENCES_PER_ROOM_MAX} viewers per room; further viewers watch without an entry`, async () => {
  const all = Array.from({ length: PRESENCES_PER_ROOM_MAX + 1 }, (_, at) =>
    presences.join(key(`v${at}`), viewerInfo, vi.fn()),
  );
  await Promise.all(all);
  expect(presences.size).toBe(PRESENCES_PER_ROOM_MAX);
  await presences.join(key('v0', { room: 'other' }), viewerInfo, vi.fn());
  expect(presences.size).toBe(PRESENCES_PER_ROOM_MAX + 1);
});
