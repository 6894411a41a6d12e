// Tests floods of clients without a key: parsing is bounded, and a client of another address is served as usual.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { ConnectionGate, type ConnectionLimits, FixedKeys } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import { concatBytes } from '@meridian/room-media/core';
import { type Clock, createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { UNPROVEN_BYTES_MAX } from '../../src/adapters/discard.ts';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { encodeMessage, messageType } from '../../src/core/rtmp/chunks.ts';
import { commandMessage } from '../../src/core/rtmp/commands.ts';
import { HANDSHAKE_BYTES } from '../../src/core/rtmp/handshake.ts';
import { httpLimits } from '../../src/gates.ts';
import { Arrivals } from '../../src/http/arrivals.ts';
import { addFlv } from '../../src/http/flv.ts';
import { buildHttp } from '../../src/http/server.ts';
import { Sockets } from '../../src/http/sockets.ts';
import { RtmpListener } from '../../src/rtmp/listener.ts';
import { eventually } from '../support/eventually.ts';
import type { FloodOptions } from '../support/flooder.ts';
import { ScriptedRoom } from '../support/scripted-room.ts';

const log = createLogger({ name: 'gateway', level: 'silent' });
const ATTACKER = '127.0.0.66';
const HONEST = '127.0.0.9';
const REQUESTS = 20;
/** A tenth of a gateway's limits. */
const LIMITS: ConnectionLimits = {
  total: 400,
  provenMax: 360,
  perAddress: 100,
  provenPerAddress: 100,
  proofMs: httpLimits.proofMs,
};
/** Work of the flood's connections and a garbage collection; parsing the flood would take seconds. */
const NOISE_MS = 500;
/** Bound after the opening, with a piece that a socket reads at once before and after. */
const READ_BYTES_MAX = UNPROVEN_BYTES_MAX + 2 * 65_536;

const gateOf = (clock: Clock) => new ConnectionGate({ limits: LIMITS, trustedProxies: [], clock });

let room: ScriptedRoom;
let http: Awaited<ReturnType<typeof buildHttp>>;
let rtmp: RtmpListener;
let port: number;
const handler = vi.fn<(socket: WebSocket) => Promise<void>>();
const ends: (() => unknown)[] = [];
let accepted: Socket[];

beforeEach(async () => {
  room = await ScriptedRoom.open();
  handler.mockReset();
  accepted = [];
  const { tokens, rng, clock } = room.base;
  const wallMs = (): number => clock.wallMs();
  const keys = new StreamKeys(new FixedKeys([room.apiKey]), { rng, wallMs });
  const arrivals = new Arrivals({ clock, trustedProxies: [] });
  const [httpGate, rtmpGate] = [gateOf(clock), gateOf(clock)];
  const ways = { tokens, keys, wallMs, placing: {} as never };
  http = await buildHttp({ ways, allowedOrigins: ['*'], log, arrivals, gate: httpGate });
  const sockets = new Sockets(http, { allowedOrigins: ['*'], log, arrivals, clock, gate: httpGate });
  addFlv(http, { keys, programmes: {} as never, clock, near: {} as never, sockets });
  sockets.add({ pattern: /^\/it$/, messageBytesMax: 1024, handler });
  http.server.on('connection', (socket) => void accepted.push(socket));
  port = Number(new URL(await http.listen({ host: '127.0.0.1', port: 0 })).port);
  const enter = rtmpGate.enter.bind(rtmpGate);
  vi.spyOn(rtmpGate, 'enter').mockImplementation((socket) => {
    accepted.push(socket);
    return enter(socket);
  });
  const open = () => Promise.reject(new Error('nothing is asked for'));
  rtmp = await RtmpListener.listen({ ip: '127.0.0.1', port: 0 }, { clock, rng, log, gate: rtmpGate, open });
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await http.close();
  const closed = rtmp.close('the test is over');
  await eventually(() => room.clock.advance(2000));
  await closed;
  await eventually(() => expect(room.clock.pendingTimers).toBe(0));
  room.close();
});

/** Opens the attacker's connections; resolves when they flood. */
async function flood(o: Omit<FloodOptions, 'localAddress'>): Promise<void> {
  const workerData: FloodOptions = { ...o, localAddress: ATTACKER };
  const worker = new Worker(new URL('../support/flooder.ts', import.meta.url), { workerData });
  ends.push(() => worker.terminate());
  await once(worker, 'message');
}

async function requestHealth(): Promise<void> {
  const asked = request({ port, host: '127.0.0.1', localAddress: HONEST, path: '/healthz', agent: false }).end();
  const [response] = await once(asked, 'response');
  expect(response.statusCode).toBe(200);
  await once(response.resume(), 'end');
}
/** Returns the processor time of this thread, the server's, so that the machine's load does not count. */
async function workMs(flooding: () => Promise<void> = async () => undefined): Promise<number> {
  const before = process.threadCpuUsage();
  await flooding();
  for (let at = 0; at < REQUESTS; at += 1) await requestHealth();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Masked, empty pings of a browser. */
const pings = Buffer.alloc(6 * 10_000, Buffer.from([0x89, 0x80, 1, 2, 3, 4]));
const upgrade = (path: string): Buffer =>
  Buffer.from(
    [
      `GET ${path} HTTP/1.1`,
      'host: gw',
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      `sec-websocket-key: ${'A'.repeat(22)}==`,
      '\r\n',
    ].join('\r\n'),
  );
/** Opening up to a stream, then empty messages: one for each byte of the flood. */
const rtmpOpening = concatBytes([
  Uint8Array.of(3),
  new Uint8Array(2 * HANDSHAKE_BYTES),
  encodeMessage(
    commandMessage({ name: 'connect', transactionId: 1, streamId: 0, values: [new Map([['app', 'live']])] }),
    { chunkStreamId: 3, chunkBytes: 128 },
  ),
  encodeMessage(
    { typeId: messageType.acknowledgement, streamId: 0, timestampMs: 0, payload: new Uint8Array(0) },
    { chunkStreamId: 2, chunkBytes: 128 },
  ),
]);
const emptyMessages = new Uint8Array(60_000).fill(0xc2);

describe('a flood', () => {
  it.each([
    [
      'of pings by WebSockets whose key is refused',
      () => ({ port, connections: 45, opening: upgrade('/live/xxxx.flv'), answerBytes: 100, flood: pings }),
    ],
    [
      'of messages by RTMP without a key',
      () => ({ port: rtmp.port, connections: 20, opening: rtmpOpening, answerBytes: 3073, flood: emptyMessages }),
    ],
  ])('%s is not read, and delays no other client', async (_what, flooding) => {
    await workMs();
    const quietMs = await workMs();
    const o = flooding();
    const floodedMs = await workMs(() => flood(o));
    expect(floodedMs).toBeLessThan(2 * quietMs + NOISE_MS);
    const flooded = accepted.filter(({ bytesRead }) => bytesRead > 10_000);
    expect(flooded.length).toBeGreaterThan(0);
    await eventually(() => expect(flooded.filter(({ destroyed }) => !destroyed)).toEqual([]));
    expect(Math.max(...flooded.map(({ bytesRead }) => bytesRead))).toBeLessThan(o.opening.length + READ_BYTES_MAX);
  });
});

describe('a WebSocket', () => {
  const dial = (): WebSocket => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/it`, { localAddress: ATTACKER });
    ends.push(() => socket.terminate());
    socket.on('error', () => undefined); // The socket may be cut.
    return socket;
  };

  it('is read once it is accepted, and not before', async () => {
    const letIn = Promise.withResolvers<void>();
    const heard: string[] = [];
    handler.mockImplementation((socket) => {
      socket.on('message', (message) => void heard.push(String(message)));
      return letIn.promise;
    });
    const socket = dial();
    await once(socket, 'open');
    for (let at = 0; at < 20; at += 1) socket.send(String(at));
    await eventually(() => expect(accepted[0]?.bytesRead).toBeGreaterThan(200));
    expect(heard).toEqual([]);
    letIn.resolve();
    await eventually(() => expect(heard).toHaveLength(20));
  });

  it('that leaves before it is accepted leaves nothing to parse', async () => {
    let parsed = 0;
    handler.mockImplementation((socket) => {
      socket.on('ping', () => {
        parsed += 1;
      });
      return new Promise(() => undefined);
    });
    const socket = connect({ port, host: '127.0.0.1', localAddress: ATTACKER });
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([upgrade('/it'), pings.subarray(0, 6000)]));
    await eventually(() => expect(handler).toHaveBeenCalled());
    await eventually(() => expect(accepted[0]?.bytesRead).toBeGreaterThan(6000));
    const closed = once(accepted[0] as Socket, 'close');
    room.clock.advance(httpLimits.proofMs);
    await closed;
    expect(parsed).toBe(0);
  });

  it('that is accepted may publish, and is cut when it exceeds its rate', async () => {
    handler.mockResolvedValue();
    const socket = dial();
    await once(socket, 'open');
    const code = once(socket, 'close');
    for (let second = 0; second < 20; second += 1) {
      for (let at = 0; at < 100; at += 1) socket.send(Buffer.alloc(1000));
      await eventually(() => expect(accepted[0]?.bytesRead).toBeGreaterThan((second + 1) * 100_000));
      room.clock.advance(1000);
    }
    expect(socket.readyState).toBe(socket.OPEN);
    for (let at = 0; at < 5000; at += 1) socket.pong(); // ws itself limits pings that it answers, so these are pongs.
    expect((await code)[0]).toBe(1006);
    // The address is charged with 10 of its 50 openings.
    let opened = 0;
    for (let at = 0; at < 50; at += 1) {
      const next = dial();
      await new Promise((resolve) => next.on('open', resolve).on('close', resolve));
      if (next.readyState === next.OPEN) opened += 1;
    }
    expect(opened).toBe(40);
  });

  it('that is refused gets the end of the connection too, and its further messages are not parsed', async () => {
    let parsed = 0;
    handler.mockImplementation(async (socket) => {
      socket.on('ping', () => {
        parsed += 1;
      });
      throw new MeridianError('TOKEN_INVALID');
    });
    const socket = connect({ port, host: '127.0.0.1', localAddress: ATTACKER, allowHalfOpen: true });
    const ended = once(socket.resume(), 'end');
    socket.write(upgrade('/it'));
    await ended;
    socket.end(pings.subarray(0, 6000));
    await eventually(() => expect(accepted[0]?.closed).toBe(true));
    expect([accepted[0]?.bytesRead, parsed]).toEqual([upgrade('/it').length + 6000, 0]);
  });

  it('that is refused gets the reason although it has sent data, and is gone at once', async () => {
    handler.mockImplementation(async (socket) => {
      await eventually(() => expect(accepted[0]?.bytesRead).toBeGreaterThan(30_000));
      expect(socket.isPaused).toBe(true);
      throw new MeridianError('TOKEN_INVALID');
    });
    const socket = dial();
    await once(socket, 'open');
    for (let at = 0; at < 50; at += 1) socket.send(Buffer.alloc(1000));
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([1008, 'TOKEN_INVALID']);
    await eventually(() => expect(accepted[0]?.closed).toBe(true));
  });
});

describe('idle connections beyond the bound', () => {
  const IDLE_ADDRESSES = 5;
  const idle = async (to: number, connections: number): Promise<void> => {
    for (let at = 0; at < connections; at += 1) {
      const socket = connect({ port: to, host: '127.0.0.1', localAddress: `127.0.1.${1 + (at % IDLE_ADDRESSES)}` });
      ends.push(() => socket.destroy());
      socket.on('error', () => undefined);
      if (at % 100 === 0) await once(socket, 'connect'); // The accept queue is bounded.
    }
    await eventually(() => expect(accepted).toHaveLength(connections));
  };

  it('keep no newcomer from HTTP', async () => {
    await idle(port, LIMITS.total + 50);
    for (let at = 0; at < 14; at += 1) await requestHealth();
  });

  it('keep no newcomer from RTMP', async () => {
    await idle(rtmp.port, LIMITS.total + 50);
    expect(rtmp.connections).toBe(LIMITS.total);
    for (let at = 0; at < 14; at += 1) {
      const honest = connect({ port: rtmp.port, host: '127.0.0.1', localAddress: '127.0.1.1' });
      ends.push(() => honest.destroy());
      honest.write(rtmpOpening);
      expect((await once(honest, 'data'))[0].length).toBeGreaterThan(0);
    }
  });
});
