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

/** Runs an uplink and logs its events, one line each; `serve` gets its connections. */
async function uplinkTo(serve: (socket: ServerSocket, count: number) => void, renewUrl?: () => Promise<string>) {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let count = 0;
  server.on('connection', (socket) => serve(socket, ++count));
  const events: string[] = [];
  const uplinkUnderTest = new Uplink(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, renewUrl, 1000, {
    opened: () => events.push('opened'),
    onLost: () => events.push('lost'),
    keyWanted: () => events.push('key'),
    onEnded: (code) => events.push(`ended ${code}`),
  });
  uplink = uplinkUnderTest;
  return { said: events, uplink: uplinkUnderTest };
}

test('an uplink asks for a URL before it reconnects, and again after a failure', async () => {
  const secondServer = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(secondServer, 'listening');
  let requestCount = 0;
  const renewUrl = async () => {
    requestCount += 1;
    if (requestCount === 1) throw new Error('no answer');
    return requestCount === 2 ? 'nowhere at all' : `ws://127.0.0.1:${(secondServer.address() as AddressInfo).port}`;
  };
  const { said } = await uplinkTo((socket) => socket.close(1001, 'NODE_DRAINING'), renewUrl);
  await once(secondServer, 'connection');
  await expect.poll(() => said.at(-1)).toBe('opened');
  expect(said).toEqual(['opened', 'lost', 'lost', 'lost', 'opened']);
  for (const socket of secondServer.clients) socket.terminate();
  secondServer.close();
});

test('an uplink reconnects when the connection is lost, and reports nothing after its close', async () => {
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
