import type { Socket } from 'node:net';
import { TargetAddresses } from '@meridian/node-shell';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { Cdn, type RoomAdmin } from '../../src/cdn/cdn.ts';
import { RtmpServerConnection, type RtmpServerEvent } from '../../src/core/rtmp/server.ts';
import { QUEUED_BYTES_MAX } from '../../src/core/slow-viewer.ts';
import { CONNECT_MS, STALLED_MS } from '../../src/rtmp/dialer.ts';
import { FakeProgramme, serve } from '../support/cdn.ts';
import { eventually } from '../support/eventually.ts';
import { frozenServer, pendingConnections } from '../support/frozen-server.ts';
import { handshakeRandom } from '../support/rtmp-peer.ts';
import { ScriptedRoom } from '../support/scripted-room.ts';

const admin: RoomAdmin = {
  apiKey: 'one',
  room: 'lobby',
  identity: 'ann',
  fence: '',
  roomKey: 'dev/lobby' as RoomAdmin['roomKey'],
};
const videoFormat = hex(
  '170000000001640028ffe1001b67640028acd940780227e5c044000003000400000300c83c60c65801000668ebe3cb22c0',
);
const audioFormat = hex('af001190');
const body = (head: string, bytes: number): Uint8Array => {
  const made = new Uint8Array(5 + bytes);
  made.set(hex(head));
  return made;
};
const PICTURE_BYTES = 250_000;
/** Socket buffers of a connection whose peer does not read. */
const SYSTEM_BYTES_MAX = 16 * 1024 * 1024;
const KEY = '1701000000';
const DELTA = '2701000000';
const SOUND = 'af01';

let room: ScriptedRoom;
let programme: FakeProgramme;
let cdn: Cdn;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  room = await ScriptedRoom.open();
  programme = new FakeProgramme();
  const { clock, rng, publications, live } = room.base;
  const log = createLogger({ name: 'gateway', level: 'silent' });
  const addresses = new TargetAddresses({ key: 'cdnAllowed', allowed: ['127.0.0.0/8'], clock, log });
  const points = { open: () => Promise.reject(new Error('no pull')) };
  cdn = new Cdn({
    clock,
    rng,
    log,
    addresses,
    publications,
    live,
    points,
    programmes: { open: async () => programme },
  });
  ends.push(
    () => room.close(),
    () => cdn.close(),
  );
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  room.clock.advance(2000); // Times out goodbyes that no server read.
  await eventually(() => expect(room.clock.pendingTimers).toBe(0));
});

/** Starts a foreign server. It stops reading the connections of `stopsReading` once they publish. */
async function server(stopsReading: readonly number[] = []) {
  const got: RtmpServerEvent[][] = [];
  const opened = await serve((socket: Socket) => {
    const events: RtmpServerEvent[] = [];
    const number = got.push(events) - 1;
    let nowMs = 0;
    const connection = new RtmpServerConnection({ random: handshakeRandom, nowMs });
    socket.on('data', (bytes) => {
      nowMs += 100; // The pauses respect the rate that a gateway accepts.
      for (const event of connection.receive(bytes, nowMs)) {
        events.push(event);
        if (event.kind !== 'publishRequested') continue;
        event.accept();
        if (stopsReading.includes(number)) socket.pause();
      }
      for (const output of connection.takeOutput()) socket.write(output);
    });
  });
  ends.push(() => opened.close());
  return { got, url: `rtmp://127.0.0.1:${opened.port}/live/key` };
}
const statusOf = (id: string) => cdn.pushes.list(admin.roomKey).find((one) => one.id === id);
async function push(url: string): Promise<string> {
  const { id } = await cdn.push(admin, { url });
  return id;
}
const isIn = (id: string, state: string) => eventually(() => expect(statusOf(id)?.state).toBe(state));
let atMs = 0;
const give = (kind: 'audio' | 'video', bytes: Uint8Array): void => {
  atMs += 20;
  programme.give({ kind, timestampMs: atMs, body: bytes });
};
const kindsOf = (events: readonly RtmpServerEvent[] = []): string[] =>
  events.flatMap((event) =>
    event.kind === 'video' || event.kind === 'audio'
      ? [`${event.kind} ${event.body[1] === 0 ? 'format' : event.body[0] === 0x17 ? 'key' : 'unit'}`]
      : [],
  );

it('a push to a server that stops reading loses pictures to the next key frame, ends after 30 s, and restarts whole', async () => {
  const [stuck, fine] = [await server([0]), await server()];
  give('video', videoFormat);
  give('audio', audioFormat);
  const [bad, good] = [await push(stuck.url), await push(fine.url)];
  await Promise.all([isIn(bad, 'live'), isIn(good, 'live')]);
  let pictures = 0;
  for (let round = 0; round < 20; round += 1) {
    for (let at = 0; at < 10; at += 1) {
      give('video', body(at === 0 ? KEY : DELTA, PICTURE_BYTES));
      give('audio', body(SOUND, 300));
      pictures += 1;
    }
    await eventually(() => expect(kindsOf(fine.got[0])).toHaveLength(2 + 2 * pictures));
  }
  expect(statusOf(good)).toMatchObject({ state: 'live', droppedPictures: 0 });
  const takenBytes = (pictures - (statusOf(bad)?.droppedPictures ?? 0)) * PICTURE_BYTES;
  expect(takenBytes).toBeLessThan(SYSTEM_BYTES_MAX + QUEUED_BYTES_MAX);

  for (let ms = 0; ms < STALLED_MS + 2000; ms += 1000) room.clock.advance(1000);
  await isIn(bad, 'waiting');
  expect(statusOf(bad)).toMatchObject({ attempts: 1, lastError: { code: 'TIMED_OUT' } });
  give('video', body(KEY, 100));
  give('audio', body(SOUND, 300));
  room.clock.advance(1000);
  await isIn(bad, 'live');
  await eventually(() =>
    expect(kindsOf(stuck.got[1]).slice(0, 4).sort()).toEqual([
      'audio format',
      'audio unit',
      'video format',
      'video key',
    ]),
  );
  expect(kindsOf(stuck.got[1]).slice(0, 3).sort()).toEqual(['audio format', 'video format', 'video key']);
  expect(statusOf(bad)).toMatchObject({ attempts: 2 });
  expect(statusOf(good)).toMatchObject({ state: 'live', attempts: 1 });
});

it('a connection to a server that never answers ends after 5 s; the push dials again with longer pauses, and may be ended', async () => {
  const [frozen, fine] = [await frozenServer(), await server()];
  ends.push(() => frozen.close());
  const pendingBefore = pendingConnections(frozen.port);
  give('video', videoFormat);
  const [bad, good] = [await push(`rtmp://127.0.0.1:${frozen.port}/live/key`), await push(fine.url)];
  await isIn(good, 'live');
  for (const [attempts, pauseMs] of [
    [1, 1000],
    [2, 2000],
  ] as const) {
    await eventually(() => expect(pendingConnections(frozen.port)).toBe(pendingBefore + 1));
    room.clock.advance(CONNECT_MS - 1000);
    expect(statusOf(bad)?.state).toBe('connecting');
    room.clock.advance(1000);
    await isIn(bad, 'waiting');
    const lastError = { code: 'TIMED_OUT', reason: 'the server does not answer' };
    expect(statusOf(bad)).toMatchObject({ attempts, lastError });
    expect(pendingConnections(frozen.port)).toBe(pendingBefore);
    room.clock.advance(pauseMs);
    await isIn(bad, 'connecting');
  }
  await eventually(() => expect(pendingConnections(frozen.port)).toBe(pendingBefore + 1));
  const timers = room.clock.pendingTimers;
  expect(cdn.pushes.remove(admin.roomKey, bad)).toBe(true);
  await eventually(() => expect(pendingConnections(frozen.port)).toBe(pendingBefore));
  expect(room.clock.pendingTimers).toBeLessThan(timers);
  give('video', body(KEY, 100));
  await eventually(() => expect(kindsOf(fine.got[0])).toEqual(['video format', 'video key']));
});
