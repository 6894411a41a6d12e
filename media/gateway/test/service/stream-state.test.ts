// Tests the shown state of a room whose encoder stops, and the quality of the path to its media node.

import { ntpOf, serialiseRtcp, shortNtp } from '@meridian/room-media/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import type { PublishPoint } from '../../src/room/publish-point.ts';
import { PublishPoints } from '../../src/room/publish-points.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';

const aac = { codec: 'aac', sampleRate: 48_000, channels: 2, config: hex('1190') } as const;
const eventually = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 20_000, interval: 2 });
const encoder = { replaced: () => undefined, ended: () => undefined };

let room: ScriptedRoom;
let points: PublishPoints;
let point: PublishPoint;
let atMs = 0;
beforeEach(async () => {
  room = await ScriptedRoom.open();
  points = new PublishPoints({ ...room.base, converters: () => ({ write: () => undefined, close: () => undefined }) });
  point = await points.open(streamKey(), { protocol: 'rtmp', clientIp: '192.0.2.1' });
  point.attach(encoder);
});
afterEach(async () => {
  await points.close();
  expect(room.clock.pendingTimers).toBe(0);
  room.close();
});

function send(thenMs = 0): void {
  point.writeAudio(encoder, { kind: 'audio', ptsMs: atMs, data: hex('aabb') }, aac);
  pass(thenMs);
}
function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += 20) room.clock.advance(20);
  atMs += ms;
}
const states = () => room.service.last.receivedOf('updateSelf').map(({ attributes }) => attributes?.['stream.state']);
const answered = (count: number) =>
  eventually(async () => {
    await new Promise(setImmediate);
    expect(states()).toHaveLength(count);
  });

it('the room learns within a second that the media have stopped, and with the next unit that they resume', async () => {
  for (let count = 0; count < 100; count += 1) send(20);
  expect(states()).toEqual([]);
  pass(700);
  expect(states()).toEqual([]);
  pass(200);
  await answered(1);
  expect(states()).toEqual(['stopped']);
  send();
  await answered(2);
  expect(states()).toEqual(['stopped', '']);
  for (let count = 0; count < 100; count += 1) send(20);
  expect(states()).toHaveLength(2);
});

it('the room learns at once that the encoder has gone, and that another sends', async () => {
  send(20);
  point.release(encoder);
  await answered(1);
  expect(states()).toEqual(['stopped']);
  point.attach(encoder);
  expect(states()).toEqual(['stopped']);
  send();
  await answered(2);
  expect(states()).toEqual(['stopped', '']);
});

it('the room learns nothing before the first unit', async () => {
  pass(5000);
  point.release(encoder);
  await new Promise(setImmediate);
  expect(states()).toEqual([]);
});

it('an encoder with few pictures may send at its own pace', async () => {
  for (let count = 0; count < 3; count += 1) send(1500); // The first interval is unknown before its end.
  await answered(2);
  for (let count = 0; count < 10; count += 1) send(1500);
  expect(states()).toEqual(['stopped', '']);
});

it('the room learns the quality of the path to the media node from its reports', async () => {
  send(20);
  await eventually(() => expect(room.packets).toHaveLength(1));
  const ssrc = room.packets[0]?.ssrc ?? 0;
  const ntp = shortNtp(ntpOf(room.clock.wallMs()));
  const report = { ssrc, fractionLost: 128, cumulativeLost: 1, highestSequence: 1, jitter: 48 };
  room.answerMedia([
    serialiseRtcp([{ type: 'rr', ssrc: 7, reports: [{ ...report, lastSr: ntp, delaySinceLastSr: 0 }] }]),
  ]);
  await eventually(() => {
    send(200);
    const said = room.service.last.receivedOf('stats');
    expect(said.length).toBeGreaterThan(0);
    expect(said[0]).toMatchObject({ outboundLoss: 0.5, jitterMs: 1 });
    expect(said[0]?.rttMs).toBeLessThan(60_000);
  });
});
