// Random calls around publishing, as in publishing-model.test.ts, but many.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { failureOf } from '../publishing-model.ts';
import { stubBrowser } from '../publishing-world.ts';

beforeAll(() => stubBrowser());
afterAll(() => void vi.unstubAllGlobals());

it('after each of many sequences of calls, the service and the senders are in the state of the last call', async () => {
  const first = Math.floor(Math.random() * 2 ** 31);
  for (let seed = first; seed < first + 100_000; seed += 1)
    expect(await failureOf(seed), `from ${first}`).toBeUndefined();
});
