import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Lifetime } from '../../src/check/lifetime.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const aborted = expect.objectContaining({ code: 'CONNECT_ABORTED' });

it('a lifetime closes everything once, the newest first, including later resources, and despite a failure', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const closed: string[] = [];
  const life = new Lifetime(undefined);
  life.add(() => closed.push('first'));
  life.add(() => {
    throw new Error('broken');
  });
  life.add(() => closed.push('last'));
  life.close();
  life.close();
  life.add(() => closed.push('late'));
  vi.unstubAllGlobals();
  expect(closed).toEqual(['last', 'first', 'late']);
  expect(reported).toHaveBeenCalledTimes(1);
});

it('a lifetime ends with the caller’s signal, and rejects waiting work', async () => {
  const caller = new AbortController();
  const life = new Lifetime(caller.signal);
  const waits = Promise.allSettled([life.wait(60_000), life.within(new Promise(() => undefined), 60_000)]);
  let isClosed = false;
  life.add(() => {
    isClosed = true;
  });
  caller.abort();
  expect(await waits).toEqual([
    { status: 'rejected', reason: aborted },
    { status: 'rejected', reason: aborted },
  ]);
  expect(isClosed).toBe(true);
  expect(() => life.assertNotEnded()).toThrow(aborted);
  expect(() => new Lifetime(AbortSignal.abort()).assertNotEnded()).toThrow(aborted);
  expect(vi.getTimerCount()).toBe(0);
});

it('a lifetime waits for work no longer than the given time', async () => {
  const life = new Lifetime(undefined);
  expect(await life.within(Promise.resolve(1), 10)).toBe(1);
  await expect(life.within(Promise.reject(new Error('x')), 10)).rejects.toThrow('x');
  const late = life.within(new Promise(() => undefined), 10);
  await vi.advanceTimersByTimeAsync(10);
  expect(await late).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});
