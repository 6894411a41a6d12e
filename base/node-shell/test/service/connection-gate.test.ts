import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { parseRange } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { ConnectionGate, type GatedConnection } from '../../src/index.ts';

const PROXY = '127.0.8.1';

async function guarded(o: { perAddress?: number; total?: number; proxied?: number } = {}) {
  const clock = new ManualClock();
  const ended: string[] = [];
  const limits = { total: o.total ?? 20, provenMax: 10, perAddress: o.perAddress ?? 10, provenPerAddress: 10 };
  const gate = new ConnectionGate({
    limits: {
      ...limits,
      proofMs: 5000,
      ...(o.proxied === undefined ? {} : { proxied: { total: o.proxied, provenMax: 1 } }),
    },
    trustedProxies: [parseRange(PROXY) ?? expect.unreachable()],
    clock,
    onEnded: (why) => ended.push(why),
  });
  const answers: (() => void)[] = [];
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/later') answers.push(() => response.end('late'));
    else request.on('end', () => response.end('yes'));
  });
  gate.guard(server);
  /** An upgrade is proved by a token, which comes later. */
  const upgrades: GatedConnection[] = [];
  server.on('upgrade', (request: IncomingMessage, socket) => {
    for (const over of ['error', 'end']) socket.on(over, () => socket.destroy());
    socket.resume();
    const connection = gate.connectionOf(request.socket);
    if (connection?.moveToAddress(String(request.headers['x-forwarded-for'] ?? '127.0.0.1'))) upgrades.push(connection);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const open = async (text = '', localAddress = '127.0.0.1'): Promise<Socket> => {
    const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', localAddress });
    sockets.push(socket);
    socket.on('error', () => socket.destroy()); // the socket was cut
    const accepted = once(server, 'connection');
    await once(socket, 'connect');
    await accepted;
    if (text !== '') socket.write(text);
    return socket;
  };
  return { gate, clock, ended, answers, upgrades, open };
}
const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
const upgrade = (client: string): string =>
  `GET / HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${client}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
const firstData = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);

it('silent connections of an address do not keep out a newcomer of the same address', async () => {
  const { open, ended } = await guarded({ perAddress: 5 });
  for (let index = 0; index < 40; index += 1) await open();
  expect(await firstData(await open(ask('/')))).toMatch(/^HTTP\/1.1 200/);
  expect(ended).toHaveLength(36);
});

it('silent connections of other addresses do not keep out a newcomer', async () => {
  const { open } = await guarded();
  for (let index = 0; index < 60; index += 1) await open('', `127.0.0.${2 + (index % 6)}`);
  expect(await firstData(await open(ask('/')))).toMatch(/^HTTP\/1.1 200/);
});

it('a request under way is not ended, but a request without its body is', async () => {
  const { open, answers, ended, gate } = await guarded({ perAddress: 3 });
  const asking = await open(ask('/later'));
  await expect.poll(() => gate.proven).toBe(1);
  const slow = await open('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\nx');
  const isCut = once(slow, 'close');
  for (let index = 0; index < 3; index += 1) await open();
  await isCut;
  expect(ended).toEqual(['evicted']);
  for (const answer of answers) answer();
  expect(await firstData(asking)).toMatch(/late/);
});

it('an answered connection rests, and gives way to a newcomer', async () => {
  const { open, gate } = await guarded({ perAddress: 2 });
  const first = await open(ask('/'));
  await firstData(first);
  await expect.poll(() => gate.proven).toBe(0);
  const isCut = once(first, 'close');
  await open();
  await open();
  await isCut;
  expect(gate.total).toBe(2);
});

it('a connection without a proof ends after its time, one with a request does not', async () => {
  const { open, clock, ended } = await guarded();
  const silentSocket = await open();
  const askingSocket = await open(ask('/'));
  await firstData(askingSocket);
  const isCut = once(silentSocket, 'close');
  clock.advance(5000);
  await isCut;
  expect([ended, askingSocket.destroyed]).toEqual([['late'], false]);
  askingSocket.write(ask('/'));
  expect(await firstData(askingSocket)).toMatch(/^HTTP\/1.1 200/);
});

it('an upgrade proves nothing: it has its own time, and gives way to a newcomer until it is proven', async () => {
  const { open, clock, ended, gate, upgrades } = await guarded({ perAddress: 3 });
  const [kept, late] = [await open(upgrade('127.0.0.1')), await open(upgrade('127.0.0.1'))];
  await expect.poll(() => upgrades).toHaveLength(2);
  clock.advance(6000);
  expect([ended, gate.proven]).toEqual([[], 0]);
  upgrades[0]?.prove();
  const isCut = once(late, 'close');
  for (let index = 0; index < 3; index += 1) await open();
  await isCut;
  expect([ended, kept.destroyed, gate.proven]).toEqual([['evicted'], false, 1]);
});

it('a client that a trusted proxy names is counted by its own address, and takes no place of the proxy', async () => {
  const { open, ended, gate, upgrades } = await guarded({ perAddress: 3, proxied: 4 });
  const honest = await open(upgrade('198.51.100.1'), PROXY);
  await expect.poll(() => upgrades).toHaveLength(1);
  for (let count = 1; count <= 9; count += 1) {
    await open(upgrade('203.0.113.7'), PROXY);
    await expect.poll(() => upgrades).toHaveLength(1 + count);
  }
  expect([ended.length, honest.destroyed, gate.total]).toEqual([6, false, 4]);
  for (let index = 0; index < 6; index += 1) await open('', PROXY);
  await expect.poll(() => gate.total).toBe(8);
  expect([ended.length, honest.destroyed]).toEqual([8, false]);
  // The place is given back under the client's address.
  honest.destroy();
  await expect.poll(() => gate.total).toBe(7);
});

it('a connection that serves many clients is counted among those of proxies, not by its address', async () => {
  const { gate, open, ended } = await guarded({ perAddress: 1, proxied: 2 });
  const entered: (GatedConnection | undefined)[] = [];
  const enter = gate.enter.bind(gate);
  gate.enter = (socket) => {
    const connection = enter(socket);
    entered.push(connection);
    return connection;
  };
  for (let count = 0; count < 2; count += 1) {
    await open();
    const connection = entered.at(-1);
    expect([connection?.moveToShared(), connection?.moveToShared()]).toEqual([true, true]);
  }
  await open();
  expect([gate.total, gate.proven, ended]).toEqual([3, 1, []]);
  await open();
  expect(ended).toEqual(['evicted']); // as without the others: one of this address
});
