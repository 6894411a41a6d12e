import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { Uplink } from '../../src/h5/uplink.ts';

let server: WebSocketServer;
let uplink: Uplink | undefined;
afterEach(() => {
  uplink?.close();
  for (const socket of server.clients) socket.terminate();
  server.close();
});

/** What an uplink tells, one line after the other; `serve` gets its connections. */
async function uplinkTo(serve: (socket: ServerSocket, count: number) => void, renewUrl?: () => Promise<string>) {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let count = 0;
  server.on('connection', (socket) => serve(socket, ++count));
  const said: string[] = [];
  const made = new Uplink(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, renewUrl, 1000, {
    opened: () => said.push('opened'),
    lost: () => said.push('lost'),
    keyWanted: () => said.push('key'),
    ended: (code) => said.push(`ended ${code}`),
  });
  uplink = made;
  return { said, uplink: made };
}

test('refuses what is no address of a WebSocket', () => {
  server = new WebSocketServer({ noServer: true });
  const handlers = {
    opened: () => undefined,
    lost: () => undefined,
    keyWanted: () => undefined,
    ended: () => undefined,
  };
  expect(() => new Uplink('nowhere at all', undefined, 1000, handlers)).toThrow(DOMException);
});

test.each<[string, number, string, string]>([
  ['with a code', 1008, 'STREAM_KEY_INVALID: no such key', 'ended STREAM_KEY_INVALID'],
  ['without a code', 1008, 'go away', 'ended REFUSED'],
  ['with a very long code', 1008, 'A'.repeat(100), `ended ${'A'.repeat(64)}`],
  ['at its end', 1000, 'TOKEN_EXPIRED', 'ended undefined'],
])('ends when the server closes %s', async (_name, code, reason, last) => {
  const { said, uplink: made } = await uplinkTo((socket) => socket.close(code, reason));
  await expect.poll(() => said.at(-1)).toBe(last);
  expect(made.isOpen).toBe(false);
  made.send(new Uint8Array(10));
});

test('asks where to come back to, again when no answer comes', async () => {
  const other = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(other, 'listening');
  let asked = 0;
  const renewUrl = async () => {
    asked += 1;
    if (asked === 1) throw new Error('no answer');
    return asked === 2 ? 'nowhere at all' : `ws://127.0.0.1:${(other.address() as AddressInfo).port}`;
  };
  const { said } = await uplinkTo((socket) => socket.close(1001, 'NODE_DRAINING'), renewUrl);
  await once(other, 'connection');
  await expect.poll(() => said.at(-1)).toBe('opened');
  expect(said).toEqual(['opened', 'lost', 'lost', 'lost', 'opened']);
  for (const socket of other.clients) socket.terminate();
  other.close();
});

test('gives up asking when it is closed', async () => {
  const answer = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  const { said, uplink: made } = await uplinkTo(
    (socket) => socket.close(1001),
    () => {
      asked.resolve();
      return answer.promise;
    },
  );
  await asked.promise;
  made.close();
  answer.resolve('nowhere at all');
  await answer.promise;
  expect(said).toEqual(['opened', 'lost']);
});

test('comes back when the connection is lost, and reports nothing after its close', async () => {
  const arrived: number[] = [];
  const { said, uplink: made } = await uplinkTo((socket, count) => {
    socket.on('message', (bytes: Buffer) => arrived.push(bytes.length));
    if (count === 1) socket.terminate();
    else if (count === 2) socket.close(1011, 'TOKEN_EXPIRED');
    else for (const message of ['key', 'something else', Buffer.from('key')]) socket.send(message);
  });
  await expect.poll(() => said.at(-1)).toBe('key');
  expect(said).toEqual(['opened', 'lost', 'opened', 'lost', 'opened', 'key']);
  made.send(new Uint8Array(123));
  await expect.poll(() => arrived).toEqual([123]);
  made.close();
  made.close();
  for (const socket of server.clients) socket.terminate();
  await expect.poll(() => server.clients.size).toBe(0);
  expect(said.length).toBe(6);
});

test('has room until much waits, and gives up a connection that takes nothing for ten seconds', async () => {
  const { said, uplink: made } = await uplinkTo((socket) => socket.pause());
  await expect.poll(() => said).toEqual(['opened']);
  expect(made.hasRoom(0)).toBe(true);
  // More than the buffers of both sides.
  for (let part = 0; part < 64; part += 1) made.send(new Uint8Array(1 << 20));
  expect(made.bufferedBytes).toBeGreaterThan(1000);
  expect(made.hasRoom(10)).toBe(false);
  expect(made.hasRoom(10_009)).toBe(false);
  expect(said).toEqual(['opened']);
  expect(made.hasRoom(10_010)).toBe(false);
  expect(said).toEqual(['opened', 'lost']);
  expect(made.isOpen).toBe(false);
});
