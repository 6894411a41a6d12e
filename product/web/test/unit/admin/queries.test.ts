// Repeated queries of the API, with the settings for TanStack Query.
import { environmentManager, focusManager, onlineManager, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newQueryClient, pollOptions } from '../../../src/admin/ui/queries.ts';

const EVERY_MS = 3000;

beforeEach(() => {
  vi.useFakeTimers();
  environmentManager.setIsServer(() => false); // TanStack Query sets no timers on servers
  focusManager.setFocused(true);
});
afterEach(() => {
  vi.useRealTimers();
  onlineManager.setOnline(true);
});

/** Starts a query whose answers the test gives one by one. */
function scriptedQuery(everyMs: Parameters<typeof pollOptions<number>>[0] = EVERY_MS) {
  const client = newQueryClient();
  client.mount();
  const open: PromiseWithResolvers<number>[] = [];
  const load = (): Promise<number> => {
    const call = Promise.withResolvers<number>();
    open.push(call);
    return call.promise;
  };
  const observer = new QueryObserver<number, unknown>(client, {
    queryKey: ['it'],
    queryFn: load,
    ...pollOptions(everyMs),
  });
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

it('a query runs at once, and again some time after each answer', async () => {
  const { open, calls, settled, seen } = scriptedQuery();
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

it('a query pauses while the page is hidden, and runs at once when it is shown', async () => {
  const { open, calls, settled } = scriptedQuery();
  await settled(() => open[0]?.resolve(1));
  await settled(() => focusManager.setFocused(false));
  await vi.advanceTimersByTimeAsync(5 * EVERY_MS);
  expect(calls()).toBe(1);
  await settled(() => focusManager.setFocused(true));
  expect(calls()).toBe(2);
});

it('a value stays when a call fails, with the problem, until the next scheduled call succeeds', async () => {
  const { open, calls, settled, seen } = scriptedQuery();
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

it('an answer that arrives late does not replace a value set since its call', async () => {
  const { observer, open, settled, seen } = scriptedQuery();
  await settled(() => open[0]?.resolve(1));
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  await settled(() => void observer.refetch());
  await settled(() => open[2]?.resolve(3));
  await settled(() => open[1]?.resolve(2));
  expect(seen()).toEqual([3, null]);
});

it('a query stops when an answer gives no next interval, also when the page is shown again', async () => {
  const { open, calls, settled } = scriptedQuery((value) => (value === 2 ? undefined : EVERY_MS));
  await settled(() => open[0]?.resolve(1));
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  await settled(() => open[1]?.resolve(2));
  await settled(() => focusManager.setFocused(false));
  await settled(() => focusManager.setFocused(true));
  await vi.advanceTimersByTimeAsync(5 * EVERY_MS);
  expect(calls()).toBe(2);
});

it('a value is forgotten when no page shows it, and the next page fetches it', async () => {
  const { client, observer, open, calls, close, settled } = scriptedQuery();
  await settled(() => open[0]?.resolve(1));
  close();
  await vi.advanceTimersByTimeAsync(5 * EVERY_MS);
  expect([calls(), client.getQueryData(['it'])]).toEqual([1, undefined]);
  observer.subscribe(() => undefined);
  expect(calls()).toBe(2);
});

it('a query runs without internet, since the cloud may be in the same building', () => {
  onlineManager.setOnline(false);
  expect(scriptedQuery().calls()).toBe(1);
});
