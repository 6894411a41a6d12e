// Bytes of an FLV file on a connection.
import { connect, type Socket } from 'node:net';
import { FixedKeys } from '@meridian/node-shell';
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { addFlv } from '../../src/http/flv.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Sockets } from '../../src/http/sockets.ts';
import { Placing } from '../../src/placing/placing.ts';
import type { MergedViewer } from '../../src/room/merged-writes.ts';
import type { Programmes } from '../../src/room/programmes.ts';
import { gatesOf } from '../support/gates.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';

const log = createLogger({ name: 'gateway', level: 'silent' });
let room: ScriptedRoom;
let http: Awaited<ReturnType<typeof buildHttp>>;
let port: number;
let key: string;
let viewers: MergedViewer[];
let left: number;
let sent: number;
const asked: Socket[] = [];

beforeEach(async () => {
  [viewers, left, sent] = [[], 0, 0];
  const clock = systemClock();
  room = await ScriptedRoom.open();
  const keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng: secureRng(), wallMs: () => clock.wallMs() });
  key = keys.seal(streamKey({ use: 'play' }));
  const seat = {
    watch: (viewer: MergedViewer) => void viewers.push(viewer),
    sent: (bytes: number) => {
      sent += bytes;
    },
    close: () => {
      left += 1;
    },
  };
  const programmes = { seat: async () => seat } as unknown as Programmes;
  const place = { region: 'fra', latitude: 0, longitude: 0 };
  const self = { nodeId: 'gw', rtmpUrl: 'rtmp://host', publicUrl: 'http://host', ...place };
  const placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
  const gate = gatesOf(clock).http;
  const ways = { tokens: room.base.tokens, keys, wallMs: () => clock.wallMs(), placing };
  http = await buildHttp({ ways, allowedOrigins: ['*'], log, gate });
  const sockets = new Sockets(http, { allowedOrigins: ['*'], log, clock, gate });
  addFlv(http, { keys, programmes, sockets, clock, near: { placing, allowedOrigins: ['*'] } });
  port = Number(new URL(await http.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterEach(async () => {
  for (const socket of asked.splice(0)) socket.destroy();
  await http.close();
  room.close();
});

/** Sends requests on one connection. Returns what has come since, and whether it was closed. */
function asking(...requests: readonly string[]) {
  const got = { text: '', isClosed: false };
  const socket = connect(port, '127.0.0.1');
  asked.push(socket);
  socket.setEncoding('latin1').on('data', (text: string) => {
    got.text += text;
  });
  socket.on('close', () => {
    got.isClosed = true;
  });
  socket.write(requests.join(''));
  return got;
}
const get = (version: string): string => `GET /live/${key}.flv HTTP/${version}\r\nHost: here\r\n\r\n`;
const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);
const tag = Buffer.from('0123456789abcdefXYZ', 'latin1');

it('viewers get the same bytes in chunks of HTTP 1.1, and the end of the file as its last chunk', async () => {
  const both = [asking(get('1.1')), asking(get('1.1'))];
  await until('both watch', () => viewers.length === 2);
  for (const viewer of viewers) for (const bytes of [tag, tag.subarray(0, 5)]) viewer.write(bytes);
  const body = `13\r\n${tag.toString('latin1')}\r\n5\r\n01234\r\n`;
  await until('the bytes come', () => both.every(({ text }) => bodyOf(text).length >= body.length));
  expect(both.map(({ text }) => bodyOf(text))).toEqual([body, body]);
  expect(both[0]?.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(sent).toBe(48);
  viewers[0]?.ended('IDLE');
  viewers[1]?.ended('TOO_SLOW');
  const end = (at: number): boolean => bodyOf(both[at]?.text ?? '').endsWith('0\r\n\r\n');
  await until('one gets the end, the other is cut', () => end(0) && both[1]?.isClosed === true);
  expect(end(1)).toBe(false);
  await until('the slow one has left', () => left >= 1);
});

it('a client of HTTP 1.0 gets the bytes alone, up to the end of its connection', async () => {
  const got = asking(get('1.0'));
  await until('it watches', () => viewers.length === 1);
  viewers[0]?.write(tag);
  viewers[0]?.ended('IDLE');
  await until('it is over', () => got.isClosed);
  expect(bodyOf(got.text)).toBe(tag.toString('latin1'));
});

it('a file behind another on the same connection waits for the end of that one', async () => {
  const got = asking(get('1.1'), get('1.1'));
  await until('both watch', () => viewers.length === 2);
  viewers[1]?.write(Buffer.from('second'));
  viewers[0]?.write(Buffer.from('first'));
  viewers[0]?.ended('IDLE');
  await until('the second comes', () => got.text.includes('second'));
  viewers[1]?.write(tag);
  await until('and goes on', () => got.text.endsWith(`13\r\n${tag.toString('latin1')}\r\n`));
  expect(got.text.indexOf('5\r\nfirst\r\n0\r\n\r\n')).toBeGreaterThan(0);
  expect(got.text.indexOf('first')).toBeLessThan(got.text.indexOf('second'));
});
