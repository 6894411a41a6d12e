// Values of the api that pages ask for again and again, by the settings that they give to TanStack Query.
import { environmentManager, focusManager, onlineManager, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { again, askingClient } from '../../../src/admin/ui/asked.ts';

const EVERY_MS = 3000;

beforeEach(() => {
  vi.useFakeTimers();
  environmentManager.setIsServer(() => false); // it sets no timers on servers
  focusManager.setFocused(true);
});
afterEach(() => {
  vi.useRealTimers();
  onlineManager.setOnline(true);
});

/** Answers that the test gives, one by one. */
function polled(everyMs: Parameters<typeof again<number>>[0] = EVERY_MS) {
  const client = askingClient();
  client.mount();
  const open: PromiseWithResolvers<number>[] = [];
  const load = (): Promise<number> => {
    const call = Promise.withResolvers<number>();
    open.push(call);
    return call.promise;
  };
  const observer = new QueryObserver<number, unknown>(client, { queryKey: ['it'], queryFn: load, ...again(everyMs) });
  const close = observer.subscribe(() => undefined);
  const settled = async (act: () => void): Promise<void> => {
    act();
    await vi.advanceTimersByTimeAsync(0);
  };
  const seen = () => {
    const { data, error } = observer.getCurrentResult();
    return [data, error];
  };
  return { client, observer, open, calls: () => open.length, close, settled, seen };
}

it('is asked for at once, and again some time after each answer', async () => {
  const { open, calls, settled, seen } = polled();
  expect(calls()).toBe(1);
  await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
  expect(calls()).toBe(1);
  await settled(() => open[0]?.resolve(7));
  expect(seen()).toEqual([7, null]);
  await vi.advanceTimersByTimeAsync(EVERY_MS - 1);
  expect(calls()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls()).toBe(2);
});

it('is not asked for while the page is hidden, and at once when it is shown', async () => {
  const { open, calls, settled } = polled();
  await settled(() => open[0]?.resolve(1));
  await settled(() => focusManager.setFocused(false));
  await vi.advanceTimersByTimeAsync(5 * EVERY_MS);
  expect(calls()).toBe(1);
  await settled(() => focusManager.setFocused(true));
  expect(calls()).toBe(2);
});

it('stays when a call fails, with the problem, until one succeeds; none is made before its time', async () => {
  const { open, calls, settled, seen } = polled();
  const problem = new Error('no answer');
  await settled(() => open[0]?.resolve(1));
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  await settled(() => open[1]?.reject(problem));
  expect(seen()).toEqual([1, problem]);
  await vi.advanceTimersByTimeAsync(EVERY_MS - 1);
  expect(calls()).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  await settled(() => open[2]?.resolve(3));
  expect(seen()).toEqual([3, null]);
});

it('is not replaced by the answer to an earlier call', async () => {
  const { observer, open, settled, seen } = polled();
  await settled(() => open[0]?.resolve(1));
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  await settled(() => void observer.refetch());
  await settled(() => open[2]?.resolve(3));
  await settled(() => open[1]?.resolve(2));
  expect(seen()).toEqual([3, null]);
});

it('is asked for no more when an answer says so, when the page is shown again as little as by time', async () => {
  const { open, calls, settled } = polled((value) => (value === 2 ? undefined : EVERY_MS));
  await settled(() => open[0]?.resolve(1));
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  await settled(() => open[1]?.resolve(2));
  await settled(() => focusManager.setFocused(false));
  await settled(() => focusManager.setFocused(true));
  await vi.advanceTimersByTimeAsync(5 * EVERY_MS);
  expect(calls()).toBe(2);
});

it('is forgotten when no page shows it, and asked for by the next one', async () => {
  const { client, observer, open, calls, close, settled } = polled();
  await settled(() => open[0]?.resolve(1));
  close();
  await vi.advanceTimersByTimeAsync(5 * EVERY_MS);
  expect([calls(), client.getQueryData(['it'])]).toEqual([1, undefined]);
  observer.subscribe(() => undefined);
  expect(calls()).toBe(2);
});

it('is asked for without internet: the cloud may stand in the same building', () => {
  onlineManager.setOnline(false);
  expect(polled().calls()).toBe(1);
});
