import { setImmediate as nextTask } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Store } from '../../src/room/store.ts';

it('a listener by task hears of all changes of a task once, after it, and of none when it has stopped', async () => {
  const store = new Store(0);
  const heard: number[] = [];
  const stop = store.subscribeByTask(() => heard.push(store.get()));
  const untilHeard = async (count: number): Promise<void> => {
    while (heard.length < count) await nextTask();
  };
  store.set(1);
  await Promise.resolve();
  store.set(2);
  expect(heard).toEqual([]);
  await untilHeard(1);
  store.set(3);
  await untilHeard(2);
  expect(heard).toEqual([2, 3]);
  stop();
  const isDone = Promise.withResolvers<void>();
  const stopLater = store.subscribeByTask(isDone.resolve);
  store.set(4);
  await isDone.promise;
  stopLater();
  expect(heard).toEqual([2, 3]);
});
