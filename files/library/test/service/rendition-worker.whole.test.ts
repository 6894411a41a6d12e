import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import type { RenditionPlan } from '../../src/core/renditions/plan.ts';
import type { RenditionContext } from '../../src/renditions/rendition-context.ts';
import { renditionWorker } from '../../src/renditions/worker.ts';
import { ffmpeg, HandQueue, log, Rig } from '../support/renditions.ts';

const SMALL = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=4'];
const TONE = ['-f', 'lavfi', '-i', 'sine=d=4'];
const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];

let rig: Rig;
let context: RenditionContext;
let clip: Buffer;
beforeAll(async () => {
  rig = await new Rig().start();
  context = await rig.shop();
  await ffmpeg(...SMALL, ...TONE, ...FAST, '-movflags', '+faststart', rig.path('clip.mp4'));
  clip = await readFile(rig.path('clip.mp4'));
  await rig.put(clip);
});
beforeEach(() => {
  rig.store.fails = () => undefined;
});
afterAll(() => rig.close());

const plan: RenditionPlan = {
  ladder: [{ name: '96p', width: 160, height: 96, codec: 'h264', crf: 25, maxKbps: 300 }],
  chunks: [{ fromMs: 0, toMs: 4000 }],
  durationMs: 4000,
  hasSound: true,
  rate: { num: 25, den: 1 },
  av1: { pays: false, saving: 0 },
};

const namesWith = async (lease: string): Promise<string[]> =>
  (await rig.names()).filter((name) => name.includes(lease));

it('a task that loses its lease while running is abandoned, and its objects are removed', async () => {
  const queue = new HandQueue();
  const isLost = Promise.withResolvers<void>();
  let before: string[] = [];
  // The picture is in the store; its list waits until the lease is lost.
  rig.store.fails = async (call, key) => {
    if (call !== 'put' || !key.includes('segments-0-lost')) return undefined;
    before = await namesWith('lost');
    queue.lease = () => {
      isLost.resolve();
      return { isHeld: false, leaseMs: 0 };
    };
    await isLost.promise;
    return undefined;
  };
  queue.add('chunk', 'encode', { plan, chunk: 0 }, { lease: 'lost', leaseMs: 600 });
  queue.lease = () => ({ isHeld: true, leaseMs: 600 });
  const worker = renditionWorker({ context, port: queue, slots: 1, clock: rig.clock, log });
  await isLost.promise;
  await until('the worker is free', () => worker.running === 0);
  expect(before).toContain('96p-0-lost.mp4');
  expect(await namesWith('lost')).toEqual([]);
  expect(queue.outcomes.size).toBe(0);
  await worker.close();
});

it('a task is abandoned when the queue has been silent for the length of its lease', async () => {
  const queue = new HandQueue();
  queue.lease = () => {
    throw new Error('the api is away');
  };
  queue.add('chunk', 'encode', { plan, chunk: 0 }, { lease: 'unheard', leaseMs: 300 });
  rig.store.fails = async (call, key) => {
    if (call === 'put' && key.includes('segments-0-unheard')) await until('it is left off', () => isAborted());
    return undefined;
  };
  let isAborted = (): boolean => false;
  const codes: string[] = [];
  const onEnded = (_kind: string, code: string): void => void codes.push(code);
  const worker = renditionWorker({ context, port: queue, slots: 1, clock: rig.clock, log, onEnded });
  const lapsedMs = rig.clock.nowMs() + 300;
  isAborted = () => rig.clock.nowMs() > lapsedMs;
  await until('the task was begun and the worker is free', () => codes.length > 0 && worker.running === 0);
  expect(codes).toEqual(['LEASE_LOST']);
  expect(await namesWith('unheard')).toEqual([]);
  expect(queue.outcomes.size).toBe(0);
  await worker.close();
});

it('a worker reports the end of a task until the queue answers, and a failed task leaves no objects', async () => {
  const queue = new HandQueue();
  let tries = 0;
  queue.lease = () => {
    tries += 1;
    if (tries === 1) throw new Error('the api is away');
    return { isHeld: true, leaseMs: 60_000 };
  };
  rig.store.fails = (call, key) => (call === 'put' && key.includes('segments-0-fails') ? new Error('x') : undefined);
  queue.add('chunk', 'encode', { plan, chunk: 0 }, { lease: 'fails' });
  queue.add('odd', 'transmogrify', {});
  const worker = renditionWorker({ context, port: queue, slots: 1, clock: rig.clock, log });
  expect(await queue.ended('chunk')).toEqual({ code: 'INTERNAL', detail: '', retryable: true });
  await until('the worker is free', () => worker.running === 0);
  expect([tries, await namesWith('fails'), queue.waiting.length]).toEqual([2, [], 1]);
  await worker.close();
});
