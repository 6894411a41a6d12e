// The media worker sends what one turn of its loop makes together, and still sends it where the kernel refuses that.
import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createWorker, setLogEventListeners, type types } from 'mediasoup';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from './kit/cloud.ts';
import { opusParameters, rtpPacket } from './kit/rtp.ts';

const ssrc = 4321;
const folder = mkdtempSync(join(tmpdir(), 'meridian-worker-batch-'));
const refuse = join(folder, 'refuse.so');
const closers: (() => unknown)[] = [];

beforeAll(() => {
  execFileSync('gcc', ['-shared', '-fPIC', '-o', refuse, join(import.meta.dirname, '../kit/refuse.c'), '-ldl']);
});
afterEach(async () => {
  setLogEventListeners();
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function socket(): Promise<Socket> {
  const made = createSocket('udp4');
  made.bind(0, '127.0.0.1');
  await once(made, 'listening');
  closers.push(() => made.close());
  return made;
}

/**
 * Starts a worker that forwards packets of one publisher to two receivers. `again`: the packets pass a second socket of
 * the worker on their way.
 */
async function world(env: Record<string, string> = {}, { again = false } = {}) {
  const lines: string[] = [];
  const add = (_: string, line: string) => void lines.push(line);
  setLogEventListeners({ ondebug: add, onwarn: add, onerror: add });
  const before = { ...process.env };
  Object.assign(process.env, env);
  const making = createWorker({ logLevel: 'debug', logTags: ['info'] });
  for (const name of Object.keys(env)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  const worker = await making;
  const closed = once(worker, 'subprocessclose');
  closers.push(() => closed);
  closers.push(() => worker.close());
  const router = await worker.createRouter({
    mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: 111 }],
  });
  const listenInfo: types.TransportListenInfo = { protocol: 'udp', ip: '127.0.0.1' };
  const from = await router.createPlainTransport({ listenInfo, comedia: true });
  const producer = await from.produce({ kind: 'audio', rtpParameters: opusParameters(ssrc) as types.RtpParameters });
  const { id } = again ? await producedAgain(router, listenInfo, producer.id) : producer;
  const receivers = await Promise.all([0, 1].map(() => receiver(router, listenInfo, id)));
  const sender = await socket();
  let seq = 0;
  /**
   * Gives the worker packets of these sizes to handle in one turn, then what `order` asks of it, and waits until each
   * receiver has all packets.
   */
  const burst = async (sizes: readonly number[], order?: () => void) => {
    const packets = sizes.map((bytes) => {
      seq += 1;
      const payload = Buffer.alloc(bytes, seq);
      return rtpPacket({ payloadType: 111, seq, timestamp: 960 * seq, ssrc, payload });
    });
    process.kill(worker.pid, 'SIGSTOP');
    try {
      for (const packet of packets)
        await new Promise((resolve) => sender.send(packet, from.tuple.localPort, '127.0.0.1', resolve));
      order?.();
    } finally {
      // A stopped process would not end either.
      process.kill(worker.pid, 'SIGCONT');
    }
    for (const { got } of receivers) await until(`${seq} packets arrive`, () => got.length >= seq);
  };
  /** Ends the worker and returns its counters, none without batches. */
  const counters = async () => {
    process.kill(worker.pid, 'SIGTERM');
    await closed;
    const line = lines.find((one) => one.includes('send batch ['));
    const of = (name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(line ?? '')?.[1]);
    return line === undefined
      ? undefined
      : { datagrams: of('datagrams'), messages: of('messages'), calls: of('calls') };
  };
  const refusals = () => lines.join('\n').match(/refused$/gm)?.length ?? 0;
  /** Returns how many messages each call has received. */
  const received = () => [...lines.join('\n').matchAll(/received (\d+) messages/g)].map(([, count]) => Number(count));
  return { receivers, burst, counters, refusals, received, lines };
}

/** Sends a producer's packets to another socket of the router, and produces them there. */
async function producedAgain(router: types.Router, listenInfo: types.TransportListenInfo, producerId: string) {
  const out = await router.createPlainTransport({ listenInfo, rtcpMux: true });
  const back = await router.createPlainTransport({ listenInfo, rtcpMux: true });
  await out.connect({ ip: '127.0.0.1', port: back.tuple.localPort });
  await back.connect({ ip: '127.0.0.1', port: out.tuple.localPort });
  const { kind, rtpParameters } = await out.consume({ producerId, rtpCapabilities: router.rtpCapabilities });
  return back.produce({ kind, rtpParameters });
}

async function receiver(router: types.Router, listenInfo: types.TransportListenInfo, producerId: string) {
  const got: Buffer[] = [];
  const sink = await socket();
  sink.on('message', (datagram) => {
    if (datagram.readUInt8(1) < 192) got.push(datagram);
  });
  const to = await router.createPlainTransport({ listenInfo, rtcpMux: true });
  await to.connect({ ip: '127.0.0.1', port: (sink.address() as AddressInfo).port });
  await to.consume({ producerId, rtpCapabilities: router.rtpCapabilities });
  return { got, close: () => to.close() };
}

/** Expects packets of these sizes, in order and whole: each is filled with its number. */
function expectAll({ receivers }: Awaited<ReturnType<typeof world>>, sizes: readonly number[]): void {
  for (const { got } of receivers) {
    const payloads = got.map((packet, index) => packet.subarray(packet.length - (sizes[index] ?? 0)));
    const wanted = sizes.map((bytes, index) => Buffer.alloc(bytes, index + 1));
    expect(payloads.map((payload) => payload.toString('hex'))).toEqual(
      wanted.map((payload) => payload.toString('hex')),
    );
  }
}

// Runs of equal size, a shorter end of a run, and sizes that fall and rise.
const sizes = [1000, 1000, 1000, 700, 700, 900, 100, 100, 100, 100, 300, 1000, 1000, 999, 1000, 120];
const counted = 2 * sizes.length;

test('datagrams of a turn leave in fewer messages and calls, in order', async () => {
  const one = await world();
  await one.burst(sizes);
  expectAll(one, sizes);
  const { datagrams = 0, messages = 0, calls = 0 } = (await one.counters()) ?? {};
  expect(datagrams).toBeGreaterThanOrEqual(counted);
  expect(messages).toBeLessThan(counted);
  expect(calls).toBeLessThan(messages);
});

test('datagrams that wait are received in one call, also more than a turn takes', async () => {
  const one = await world({ LD_PRELOAD: refuse });
  await one.burst(sizes);
  expect(one.received()).toContain(sizes.length);
  const many = [...sizes, ...Array.from({ length: 50 }, () => 400)];
  await one.burst(many);
  expectAll(one, [...sizes, ...many]);
});

test('a message of several datagrams is received as one, and its datagrams are forwarded in order', async () => {
  const one = await world({ LD_PRELOAD: refuse }, { again: true });
  const before = one.received().length;
  await one.burst(sizes);
  expectAll(one, sizes);
  const messages = one.received().slice(before);
  expect(messages).toContain(sizes.length);
  expect(messages.reduce((sum, count) => sum + count, 0)).toBeLessThan(2 * sizes.length);
});

test('where the kernel splits messages, their datagrams are forwarded in order too', async () => {
  const one = await world({ LD_PRELOAD: refuse, MERIDIAN_WORKER_OFF: 'receive-segments' }, { again: true });
  await one.burst(sizes);
  expectAll(one, sizes);
  expect(one.received().reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2 * sizes.length);
});

test('a socket that closes in the turn in which packets came still sends them', async () => {
  const one = await world();
  await one.burst(sizes, () => one.receivers[0]?.close());
  expectAll(one, sizes);
});

test('a worker with its patches off sends each by itself', async () => {
  const one = await world({ MERIDIAN_WORKER_OFF: 'all' });
  await one.burst(sizes);
  expectAll(one, sizes);
  expect(await one.counters()).toBeUndefined();
});

test('where many datagrams cannot be read in one call, they are read one by one', async () => {
  const one = await world({ LD_PRELOAD: refuse, REFUSE: 'receive' }, { again: true });
  await one.burst(Array.from({ length: 40 }, () => 300));
  expect([one.refusals(), one.received()]).toEqual([1, []]);
  expect(one.lines.filter((line) => line.includes('recvmmsg() refused'))).toHaveLength(1);
});

test('a socket that refuses segments gets single datagrams from then on', async () => {
  const one = await world({ LD_PRELOAD: refuse, REFUSE: 'segments' });
  await one.burst(sizes);
  const refused = one.refusals();
  await one.burst(sizes);
  expectAll(one, [...sizes, ...sizes]);
  expect(await one.counters()).toMatchObject({ messages: expect.toSatisfy((count: number) => count >= 2 * counted) });
  // Each receiver has its socket.
  expect([refused, one.refusals()]).toEqual([2, 2]);
  expect(one.lines.filter((line) => line.includes('UDP_SEGMENT refused'))).toHaveLength(1);
});

test('a size of segments that is refused is not tried again, but smaller ones are', async () => {
  const one = await world({ LD_PRELOAD: refuse, REFUSE: 'large' });
  await one.burst([800, 800, 800]);
  await one.burst([800, 800, 600, 600]);
  await one.burst([400, 400, 400, 400]);
  expectAll(one, [800, 800, 800, 800, 800, 600, 600, 400, 400, 400, 400]);
  const { datagrams = 0, messages = 0 } = (await one.counters()) ?? {};
  expect(datagrams - messages).toBeGreaterThanOrEqual(2 * 3);
  // At 800 and at 600, for each socket.
  expect(one.refusals()).toBe(4);
});

test('what a full socket refuses follows in order', async () => {
  const one = await world({ LD_PRELOAD: refuse, REFUSE: 'busy' });
  for (let at = 0; at < 4; at += 1) await one.burst(sizes);
  expectAll(one, [...sizes, ...sizes, ...sizes, ...sizes]);
  await one.counters();
  expect(one.refusals()).toBeGreaterThanOrEqual(4);
});
