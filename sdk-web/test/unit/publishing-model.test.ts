// Random calls around publishing, against a model (../publishing-model.ts). The long run tries many more.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { failedSeeds, failureOf } from '../publishing-model.ts';
import { stubBrowser } from '../publishing-world.ts';

beforeAll(() => stubBrowser());
afterAll(() => void vi.unstubAllGlobals());

it('whatever the page does to its tracks, the service and the senders end in the state of the last call', async () => {
  for (const seed of failedSeeds) expect(await failureOf(seed)).toBeUndefined();
  for (let seed = 1; seed <= 700; seed += 1) expect(await failureOf(seed)).toBeUndefined();
});

it('the same holds for calls that nobody has tried', async () => {
  const first = Math.floor(Math.random() * 2 ** 31);
  for (let seed = first; seed < first + 300; seed += 1) expect(await failureOf(seed), `from ${first}`).toBeUndefined();
});
