// Tests plain HTTP connections: their bounds by address, requests, idle time and number. newcomers.test.ts has
// connections without a token.
import { connect, type Socket } from 'node:net';
import { parseRange } from '@meridian/protocol';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ClientServer } from '../../src/adapters/clients/http.ts';
import { openFilesLimit } from '../../src/adapters/open-files.ts';
import { bounds } from '../../src/limits.ts';
import { Raw } from './rig/raw-upgrade.ts';
import { until } from './rig/until.ts';

const clock = systemClock();
let server: ClientServer;
let refused: string[] = [];
let plain: Plain[] = [];
const listen = (o: { openFilesMax?: number; allowed?: string[] } = {}): Promise<ClientServer> =>
  ClientServer.listen({
    host: '127.0.0.1',
    port: 0,
    allowedOrigins: o.allowed ?? ['*'],
    trustedProxies: [parseRange('127.0.8.0/24') ?? expect.unreachable()],
    log: createLogger({ name: 'test', level: 'fatal' }),
    clock,
    development: false,
    entry: async () => [],
    missing: () => [],
    isFull: () => false,
    verify: async () => undefined,
    onLiveKit: (socket) => socket.terminate(),
    onClient: (socket: WebSocket) => socket.on('error', () => socket.terminate()),
    onEcho: (socket: WebSocket) => socket.on('error', () => socket.terminate()),
    onRefused: (why) => refused.push(why),
    openFilesMax: o.openFilesMax ?? Number.POSITIVE_INFINITY,
  });

beforeEach(() => {
  refused = [];
  plain = [];
});
afterEach(async () => {
  for (const { socket } of plain) socket.destroy();
  await server.close();
});

interface Plain {
  readonly socket: Socket;
  readonly heard: string[];
  gone: boolean;
}

/** Returns a connection that is kept alive after a request. */
function ask(localAddress: string): Plain {
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress });
  const one: Plain = { socket, heard: [], gone: false };
  socket.on('data', (data: Buffer) => one.heard.push(data.toString('latin1')));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    one.gone = true;
  });
  askAgain(one);
  plain.push(one);
  return one;
}
const askAgain = ({ socket }: Plain): boolean => socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
const askMany = (count: number, localAddress: string): Plain[] =>
  Array.from({ length: count }, () => ask(localAddress));
const isServed = (one: Plain): boolean => one.heard.some((text) => text.startsWith('HTTP/1.1 200'));
const settled = (many: readonly Plain[]): Promise<void> =>
  until(() => many.every((one) => isServed(one) || one.gone), 'every connection is served or closed');

describe('plain HTTP connections', () => {
  it('of a trusted proxy are not bounded like those of a single address', async () => {
    server = await listen();
    const many = askMany(bounds.unprovenPerAddressMax + 50, '127.0.8.1');
    await settled(many);
    expect(many.filter(isServed)).toHaveLength(many.length);
    expect(refused).toEqual([]);
  });

  it('end after `requestsPerConnectionMax` requests, and when they are idle', async () => {
    server = await listen();
    const [busy, idle] = [ask('127.0.9.1'), ask('127.0.9.1')];
    await settled([busy, idle]);
    for (let request = 1; request < bounds.requestsPerConnectionMax; request += 1) askAgain(busy);
    await until(() => busy.gone, 'the end of the busy one');
    const text = busy.heard.join('');
    expect(text.split('HTTP/1.1 200').length - 1).toBe(bounds.requestsPerConnectionMax);
    expect(text.split(/^connection: close/im).length - 1).toBe(1);
    await until(() => idle.gone, 'the end of the idle one');
  });
});

describe('the limit of open files', () => {
  it('equals the limit that the system sets', () => {
    expect(openFilesLimit()).toBeGreaterThanOrEqual(256);
  });

  it('bounds the number of connections and keeps some files in reserve; newcomers are still served', async () => {
    server = await listen({ openFilesMax: 40 });
    const many: Raw[] = [];
    for (let index = 0; index < 60; index += 1) {
      const one = new Raw(server.port, `127.0.9.${1 + index}`);
      many.push(one);
      expect(await one.opens()).toBe(true);
    }
    // A quarter of the files is kept back, three are for trusted proxies.
    await until(() => many.filter((one) => one.isOver).length === 33, 'the others have given their places');
    expect(refused).toEqual(Array.from({ length: 33 }, () => 'evicted'));
    const asking = ask('127.0.9.99');
    await settled([asking]);
    expect(isServed(asking)).toBe(true);
    for (const { socket } of many) socket.destroy();
  });
});
