// The agent's control of a real pathd process: its restarts, and what happens when one of the two stops reading.
import { createSocket } from 'node:dgram';
import { createLogger, ManualClock, systemClock } from '@meridian/runtime';
import { afterEach, describe, expect, test } from 'vitest';
import { nodeNumberOf, Pathd } from '../../src/adapters/pathd.ts';
import type { PathOrder } from '../../src/core/index.ts';
import { pathdBin, TestPathd } from '../kit/pathd.ts';
import { until } from './kit/cloud.ts';

const keyHex = (letter: string): string => letter.repeat(32);
const peerOrder = (name: string, port: number): PathOrder => ({
  kind: 'peer',
  name,
  ip: '127.0.0.1',
  port,
  sendKey: keyHex('a'),
  receiveKeys: [keyHex('a')],
});
const flowOrder = (name: string, port: number): PathOrder => ({
  kind: 'flow',
  name,
  ip: '127.0.0.1',
  port,
  theirFlow: 0,
});
/** An order that may be sent at any time and repeatedly. */
const harmless = peerOrder('0000000c', 9);
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function agent(incarnation: number, clock?: ManualClock) {
  let startCount = 0;
  const pathd = new Pathd(
    {
      bin: pathdBin(),
      nodeId: 'me',
      wire: { ip: '127.0.0.1', port: 0 },
      localIp: '127.0.0.1',
      clock: clock ?? systemClock(),
      log: createLogger({ name: 'sfu', level: 'silent' }),
      onReady: () => {
        startCount += 1;
      },
      onEvent: () => undefined,
      onGone: () => undefined,
    },
    incarnation,
  );
  open.push(pathd);
  pathd.start();
  await until('it runs', () => startCount === 1);
  const kill = async (): Promise<void> => {
    const before = startCount;
    process.kill(pathd.pid ?? 0, 'SIGKILL');
    await until('another one runs', () => startCount > before);
  };
  return { pathd, kill, lives: () => startCount };
}

async function udp() {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  open.push({ close: () => socket.close() });
  const datagrams: Buffer[] = [];
  socket.on('message', (message) => datagrams.push(message));
  return { socket, got: datagrams, port: socket.address().port };
}

describe('the flows of a pathd', () => {
  const [first, other] = [nodeNumberOf('first'), nodeNumberOf('other')];
  /** Orders a flow to `wire` and reads the incarnation of its datagrams. */
  async function flowToFirst(incarnation: number) {
    const [wire, pipe] = [await udp(), await udp()];
    const { pathd, kill } = await agent(incarnation);
    const sendOrders = async (): Promise<void> => {
      const orders = [peerOrder(first, wire.port), flowOrder(first, pipe.port), peerOrder(other, 9)];
      expect(await Promise.all(orders.map((order) => pathd.send(order)))).toEqual(orders.map(() => undefined));
    };
    const incarnationOf = async (): Promise<number> => {
      const before = wire.got.length;
      pipe.socket.send('x', pathd.addresses?.local.port ?? 0, '127.0.0.1');
      return await until('it sends', () => wire.got.slice(before).at(-1)?.readUInt16BE(2));
    };
    const makeFlows = async (flows: number): Promise<void> => {
      const pair = [flowOrder(other, 9), { kind: 'unflow', name: other } as const];
      const orders = Array.from({ length: flows }, () => pair).flat();
      const answers = await Promise.all(orders.map((order) => pathd.send(order)));
      expect(answers.filter((error) => error !== undefined)).toEqual([]);
    };
    await sendOrders();
    return { set: sendOrders, kill, make: makeFlows, incarnationOf };
  }
  /** Difference as a receiver computes it: above 0 means newer. */
  const distance = (now: number, before: number): number => ((now - before + 0x18000) & 0xffff) - 0x8000;

  test.each([0, 65_000])('have newer incarnations after a restart of pathd (start at %i)', async (start) => {
    const { set, kill, make, incarnationOf } = await flowToFirst(start);
    for (const flows of [0, 600, 3000]) {
      await make(flows);
      const before = await incarnationOf();
      await kill();
      await set();
      expect(distance(await incarnationOf(), before)).toBeGreaterThan(flows);
    }
  });

  test('get a newer incarnation while many other flows are made, so that receivers can still order the two', async () => {
    const { set, kill, make, incarnationOf } = await flowToFirst(30_000);
    let last = await incarnationOf();
    let steps = 0;
    for (let made = 0; made < 40_000; made += 5000) {
      await make(5000);
      const now = await incarnationOf();
      expect(distance(now, last)).toBeGreaterThanOrEqual(0);
      if (now !== last) steps += 1;
      last = now;
    }
    expect(steps).toBe(2);
    await kill();
    await set();
    expect(distance(await incarnationOf(), last)).toBeGreaterThan(0);
  });
});

describe('a pathd that does not answer', () => {
  test('is ended and restarted, and the waiting orders fail', async () => {
    const clock = new ManualClock();
    const { pathd, lives } = await agent(1, clock);
    const before = pathd.pid ?? 0;
    process.kill(before, 'SIGSTOP');
    const answers = Promise.all([pathd.send(harmless), pathd.send(harmless)]);
    clock.advance(5000);
    expect(pathd.pid).toBe(before);
    clock.advance(1000);
    expect(await answers).toEqual(['pathd is not there', 'pathd is not there']);
    await until('another one runs', () => {
      clock.advance(0);
      return lives() === 2;
    });
    expect(await pathd.send(harmless)).toBeUndefined();
    expect(pathd.pid).not.toBe(before);
  });

  test('is left alone while answers come, and when no order waits for one', async () => {
    const clock = new ManualClock();
    const { pathd } = await agent(1, clock);
    const before = pathd.pid;
    clock.advance(60_000);
    for (let i = 0; i < 20; i += 1) {
      const answer = pathd.send(harmless);
      clock.advance(4000);
      expect(await answer).toBeUndefined();
    }
    expect(pathd.pid).toBe(before);
  });
});

describe('an agent that does not read for a while', () => {
  test('gets every answer, and media flows meanwhile', async () => {
    const one = await TestPathd.start('0000000a');
    open.push(one);
    const [wire, pipe] = [await udp(), await udp()];
    await one.send(`peer 0000000b 127.0.0.1 ${wire.port} ${keyHex('a')} ${keyHex('b')}`);
    await one.send(`flow 0000000b 127.0.0.1 ${pipe.port}`);
    const orderCount = 10_000;
    const answers = (): string[] => one.lines.filter((line) => /^ok 1\d{5}$/.test(line));
    one.child.stdout.pause();
    for (let i = 0; i < orderCount; i += 1) one.child.stdin.write(`${100_000 + i} status\n`);
    await until('media flows', () => {
      pipe.socket.send('x', one.localPort, '127.0.0.1');
      return wire.got.filter((message) => message[0] === 0x11).length > 20;
    });
    expect(answers()).toEqual([]);
    one.child.stdout.resume();
    await until('all answers are there', () => answers().length === orderCount);
    expect(answers()).toEqual(Array.from({ length: orderCount }, (_, i) => `ok ${100_000 + i}`));
    expect(await one.send('dance')).toBe('unknown command');
  });

  test('leaves no pathd behind when it ends', async () => {
    const one = await TestPathd.start('0000000a');
    one.child.stdout.pause();
    for (let i = 0; i < 10_000; i += 1) one.child.stdin.write(`${i} status\n`);
    await until('its answers wait', () => one.child.stdin.writableLength > 0);
    const ended = new Promise((resolve) => one.child.once('exit', resolve));
    one.child.stdin.on('error', () => undefined);
    one.child.stdin.destroy();
    one.child.stdout.destroy();
    await ended;
    expect(one.child.exitCode).toBe(0);
  });
});
