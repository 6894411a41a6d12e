// Tasks of a queue whose leases go, that cannot be asked, or hears nothing.
import { mkdirSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOOK_AGAIN_MS } from '@meridian/opener';
import { ManualClock } from '@meridian/runtime';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { until } from '../../../runtime/test/support/until.ts';
import type { RenditionPlan } from '../../src/core/renditions/plan.ts';
import { startRenditions } from '../../src/renditions/start.ts';
import { RenditionWorker } from '../../src/renditions/worker.ts';
import type { Workshop } from '../../src/renditions/workshop.ts';
import { ffmpeg, HandQueue, log, Rig } from '../support/renditions.ts';

const SMALL = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=4'];
const TONE = ['-f', 'lavfi', '-i', 'sine=d=4'];
const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];

let rig: Rig;
let shop: Workshop;
let clip: Buffer;
beforeAll(async () => {
  rig = await new Rig().start();
  shop = await rig.shop();
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

it('a task whose lease is gone in the middle is left off, and its objects go', async () => {
  const queue = new HandQueue();
  const isLost = Promise.withResolvers<void>();
  let before: string[] = [];
  // The picture is in the store; its list waits until the lease is gone.
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
  const worker = new RenditionWorker({ shop, port: queue, slots: 1, clock: rig.clock, log });
  await isLost.promise;
  await until('the worker is free', () => worker.running === 0);
  expect(before).toContain('96p-0-lost.mp4');
  expect(await namesWith('lost')).toEqual([]);
  expect(queue.outcomes.size).toBe(0);
  await worker.close();
});

it('a task is left off when the queue has not been heard for as long as its lease', async () => {
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
  const worker = new RenditionWorker({ shop, port: queue, slots: 1, clock: rig.clock, log });
  const lapsedMs = rig.clock.nowMs() + 300;
  isAborted = () => rig.clock.nowMs() > lapsedMs;
  await until('the worker is free', () => queue.waiting.length === 0 && worker.running === 0);
  expect(await namesWith('unheard')).toEqual([]);
  expect(queue.outcomes.size).toBe(0);
  await worker.close();
});

it('says the end of a task again until the queue has heard it, and what failed leaves nothing', async () => {
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
  const worker = new RenditionWorker({ shop, port: queue, slots: 1, clock: rig.clock, log });
  expect(await queue.ended('chunk')).toEqual({ code: 'INTERNAL', detail: '', retryable: true });
  await until('the worker is free', () => worker.running === 0);
  expect([tries, await namesWith('fails'), queue.waiting.length]).toEqual([2, [], 1]);
  await worker.close();
});

it('keeps what it has made when the queue may have counted it, and the answer was lost', async () => {
  const queue = new HandQueue();
  let tries = 0;
  queue.lease = () => {
    tries += 1;
    if (tries === 1) throw new Error('the answer is lost');
    return { isHeld: false, leaseMs: 0 };
  };
  queue.add('chunk', 'encode', { plan, chunk: 0 }, { lease: 'unsure' });
  const worker = new RenditionWorker({ shop, port: queue, slots: 1, clock: rig.clock, log });
  await queue.ended('chunk');
  await until('the worker is free', () => worker.running === 0);
  expect((await namesWith('unsure')).length).toBeGreaterThan(0);
  await worker.close();
});

it('a worker that closes leaves its tasks to others at once', async () => {
  const queue = new HandQueue();
  const isWaiting = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  rig.store.fails = async (call, key) => {
    if (call !== 'put' || !key.includes('96p-init-closed')) return undefined;
    isWaiting.resolve();
    await goOn.promise;
    return undefined;
  };
  queue.add('chunk', 'encode', { plan, chunk: 0 }, { lease: 'closed' });
  const worker = new RenditionWorker({ shop, port: queue, slots: 1, clock: rig.clock, log });
  await isWaiting.promise;
  const closed = worker.close();
  goOn.resolve();
  await closed;
  expect(await queue.ended('chunk')).toMatchObject({ code: 'TASK_ABORTED', retryable: true });
  expect(await namesWith('closed')).toEqual([]);
});

it('a worker that closes when no api is there does not wait for the end of its leases', async () => {
  const queue = new HandQueue();
  const isWaiting = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  queue.lease = () => {
    throw new Error('the api is away');
  };
  rig.store.fails = async (call, key) => {
    if (call !== 'put' || !key.includes('96p-init-alone')) return undefined;
    isWaiting.resolve();
    await goOn.promise;
    return undefined;
  };
  queue.add('chunk', 'encode', { plan, chunk: 0 }, { lease: 'alone', leaseMs: 60_000 });
  const ended: string[][] = [];
  const onEnded = (kind: string, code: string): void => void ended.push([kind, code]);
  const worker = new RenditionWorker({ shop, port: queue, slots: 1, clock: rig.clock, log, onEnded });
  await isWaiting.promise;
  const closed = worker.close();
  goOn.resolve();
  await closed;
  expect([ended, await namesWith('alone')]).toEqual([[['encode', 'LEASE_LOST']], []]);
});

it('a node reads its sources though its ffmpeg has no rights, and does what the queue gives it once it has one', async () => {
  const queue = new HandQueue();
  const clock = new ManualClock();
  const tools = rig.path('tools');
  mkdirSync(tools);
  for (const name of ['unshare', 'setpriv', 'prlimit', 'nice', 'true'])
    symlinkSync(`/usr/bin/${name}`, join(tools, name));
  vi.stubEnv('PATH', tools);
  const ended: string[][] = [];
  const started = await startRenditions({
    store: rig.store,
    port: queue,
    folder: rig.path('started/sources'),
    sourceBytesMax: 1_000_000,
    cores: 1,
    threads: 1,
    h264Preset: 'ultrafast',
    av1Preset: 12,
    clock,
    log,
    onEnded: (kind, code) => void ended.push([kind, code]),
  });
  vi.unstubAllEnvs();
  queue.add('sound', 'sound', { plan });
  expect(started.running).toBe(0);
  clock.advance(LOOK_AGAIN_MS);
  expect((await queue.result('sound', 'sound')).codecs).toBe('mp4a.40.2');
  await until('no task runs', () => started.running === 0);
  expect(ended).toEqual([['sound', '']]);
  await started.close();
});
