// Tests messages of a node's sockets at a WebSocket client: ws makes no frames of them.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { limits } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { WsSocket } from '../../src/adapters/clients/ws-socket.ts';

const server = createServer();
const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false });

interface Opened {
  readonly socket: WsSocket;
  readonly raw: WebSocket;
  readonly stream: Duplex;
  readonly client: WebSocket;
  readonly got: Buffer[];
}

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  for (const client of upgrader.clients) client.terminate();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function open(): Promise<Opened> {
  const upgraded = new Promise<Omit<Opened, 'client' | 'got'>>((resolve) => {
    server.once('upgrade', (request, stream, head) =>
      upgrader.handleUpgrade(request, stream, head, (raw) => {
        const socket = new WsSocket(raw, stream, new ManualClock());
        socket.listen({
          onFrame: () => undefined,
          onText: () => undefined,
          onSilent: () => undefined,
          onEnd: () => undefined,
        });
        resolve({ socket, raw, stream });
      }),
    );
  });
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: Buffer[] = [];
  client.on('message', (data: Buffer) => got.push(data));
  return { ...(await upgraded), client, got };
}

const payloadOf = (bytes: number): Buffer => Buffer.alloc(bytes, bytes % 251);

it('messages of every length arrive whole and in order, with pings and the close between them', async () => {
  const { socket, raw, client, got } = await open();
  const lengths = [0, 1, 125, 126, 65_535, 65_536, 300_000];
  const pings = vi.fn();
  client.on('ping', pings);
  for (const length of lengths) {
    expect(socket.send(payloadOf(length))).toBe(true);
    raw.ping();
  }
  const closed = new Promise((resolve) => client.once('close', resolve));
  socket.close(4000, 'the end');
  expect(await closed).toBe(4000);
  expect(got.map(({ length }) => length)).toEqual(lengths);
  expect(got.every((data) => data.equals(payloadOf(data.length)))).toBe(true);
  expect(pings).toHaveBeenCalledTimes(lengths.length);
});

it('clients that get the same bytes get the same buffer, in one write each', async () => {
  const all = [await open(), await open(), await open()];
  const writes = all.map(({ stream }) => vi.spyOn(stream, 'write'));
  const frame = payloadOf(200);
  for (const { socket } of all) socket.send(frame);
  const written = writes.map(({ mock }) => mock.calls.map(([chunk]) => chunk));
  expect(written.map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(new Set(written.flat()).size).toBe(1);
});

it('a client that reads too slowly is cut at its bound', async () => {
  const { socket, stream, client } = await open();
  client.pause();
  stream.cork();
  expect(socket.send(payloadOf(limits.clientBufferedBytesMax - 100))).toBe(true);
  expect(socket.bufferedAmount).toBeGreaterThan(limits.clientBufferedBytesMax - 100);
  expect(socket.sendUnlessWaiting(payloadOf(200), limits.clientBufferedBytesMax)).toBe(false);
  const ended = new Promise((resolve) => stream.once('close', resolve));
  expect(socket.send(payloadOf(200))).toBe(false);
  await ended;
});
