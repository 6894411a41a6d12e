// The questions of src/load-sampler.ts to the worker, and the load that it reports. The node is pretended.
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import type { EngineUsage } from '../../src/engine.ts';
import { LoadSampler } from '../../src/load-sampler.ts';
import type { MediaNode } from '../../src/media/node.ts';

const sessionCount = 120;

function samplerOf(traffic: EngineUsage['traffic']) {
  const clock = new ManualClock();
  const asked = { webrtc: 0, plain: 0 };
  const heardBytes: number[] = [];
  const transportOf = (kind: 'webrtc' | 'plain') => ({
    id: kind,
    kind,
    traffic: async () => {
      asked[kind] += 1;
      return { txBps: 1000, rxBps: 100, sentBytes: 0, receivedBytes: 7 };
    },
  });
  const sessions = new Map(
    Array.from({ length: sessionCount }, (_, at) => [
      String(at),
      {
        transports: at === 0 ? [transportOf('plain')] : [transportOf('webrtc'), transportOf('webrtc')],
        recordReceived: (_id: string, bytes: number) => heardBytes.push(bytes),
      },
    ]),
  );
  const engine: { usage: EngineUsage | undefined } = { usage: undefined };
  const node = {
    hasWorker: true,
    incarnation: 'i1',
    engine,
    counts: { sessions: sessionCount, consumers: 2 * sessionCount, producers: 2 },
    pipes: { pipes: async () => [] },
    rooms: { sessions },
  };
  const sampler = new LoadSampler({
    node: node as unknown as MediaNode,
    clock,
    log: createLogger({ name: 'test', level: 'fatal' }),
    resources: { cpuCores: 2, bandwidthBps: 1e9 },
  });
  onTestFinished(() => sampler.close());
  let usage: EngineUsage = { atMs: 0, cpuMs: 0, rssBytes: 0, traffic };
  /** Takes a sample a second after the last one. The worker has worked `cpuMs` and moved bytes meanwhile. */
  const sample = async (cpuMs: number, sentBytes = 0, receivedBytes = 0) => {
    clock.advance(1000);
    usage = {
      ...usage,
      atMs: clock.nowMs(),
      cpuMs: usage.cpuMs + cpuMs,
      traffic: usage.traffic && {
        sentBytes: usage.traffic.sentBytes + sentBytes,
        receivedBytes: usage.traffic.receivedBytes + receivedBytes,
      },
    };
    engine.usage = usage;
    await sampler.sample();
    return sampler.load();
  };
  return { asked, clock, engine, heardBytes, node, sample, sampler };
}

it('a worker that counts its traffic is asked for plain endpoints only', async () => {
  const { asked, heardBytes, sample } = samplerOf({ sentBytes: 0, receivedBytes: 0 });
  await sample(0);
  Object.assign(asked, { webrtc: 0, plain: 0 });
  for (let second = 0; second < 10; second += 1) await sample(100);
  expect(asked).toEqual({ webrtc: 0, plain: 10 });
  expect(heardBytes.at(-1)).toBe(7);
});

it('its bit rates are those of the whole worker between two answers', async () => {
  const { sample } = samplerOf({ sentBytes: 5_000_000, receivedBytes: 9 });
  await sample(0);
  expect(await sample(0, 250_000, 1000)).toMatchObject({ txBps: 2_000_000, rxBps: 8000 });
  expect(await sample(0)).toMatchObject({ txBps: 0, rxBps: 0 });
});

it('a stock worker is asked for 32 transports a second in turn, and their bit rates are added up', async () => {
  const { asked, sample } = samplerOf(undefined);
  await sample(0);
  expect(asked.webrtc + asked.plain).toBe(32);
  for (let second = 0; second < 9; second += 1) await sample(0);
  expect(asked.webrtc + asked.plain).toBe(320);
  expect(await sample(0)).toMatchObject({ txBps: 239_000, rxBps: 23_900 });
});

it('the worker counts with the time between its own answers, also when one is late', async () => {
  const { clock, sample, sampler } = samplerOf({ sentBytes: 0, receivedBytes: 0 });
  await sample(0);
  const { cpu = 0 } = await sample(600, 125_000);
  expect(cpu).toBeGreaterThanOrEqual(0.3);
  clock.advance(1000);
  await sampler.sample();
  expect(sampler.load().cpu).toBeGreaterThanOrEqual(0.3);
  expect(sampler.load().txBps).toBe(1_000_000);
});

it('a new worker begins anew', async () => {
  const { node, sample } = samplerOf({ sentBytes: 1e9, receivedBytes: 1e9 });
  await sample(1000);
  await sample(1000, 125_000);
  node.incarnation = 'i2';
  await sample(0);
  expect(await sample(0, 125)).toMatchObject({ txBps: 1000 });
});
