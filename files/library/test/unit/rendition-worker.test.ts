// A worker whose queue falls silent.
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import type { RenditionContext } from '../../src/renditions/rendition-context.ts';
import { renditionWorker } from '../../src/renditions/worker.ts';
import { HandQueue, log } from '../support/renditions.ts';

it.each([
  ['never', 0, 30_000],
  ['once, a third of the lease after its begin', 1, 40_000],
])('a task is abandoned exactly at the end of its lease: renewed %s', async (_when, renewals, overMs) => {
  const clock = new ManualClock();
  const queue = new HandQueue();
  queue.add('title', 'analyse', {}, { leaseMs: 30_000 });
  queue.lease = () => {
    if (clock.nowMs() > renewals * 10_000) throw new Error('the api is away');
    return { isHeld: true, leaseMs: 30_000 };
  };
  // The source never arrives, so only the signal ends the task.
  const take = (_store: unknown, _key: string, signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ended by its signal'))));
  const context = { sources: { take }, store: { list: async () => [] } } as unknown as RenditionContext;
  const codes: string[] = [];
  const onEnded = (_kind: string, code: string): void => void codes.push(code);
  const worker = renditionWorker({ context, port: queue, slots: 1, clock, log, onEnded });
  const until = async (ms: number): Promise<void> => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (clock.step(ms));
  };
  await until(overMs - 1);
  expect([codes, worker.running]).toEqual([[], 1]);
  await until(overMs);
  expect([codes, worker.running, queue.outcomes.size]).toEqual([['LEASE_LOST'], 0, 0]);
  await worker.close();
});
