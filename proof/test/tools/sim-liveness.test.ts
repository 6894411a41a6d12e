// `npm run sim -- --suite liveness` in small. The command itself tests the promise with 1,000 node-days and 100 worlds.
import { expect, test } from 'vitest';
import { livenessSuite } from '../../sim/faults/suite.ts';

test('the same seed gives the same worlds, and another seed gives other worlds', async () => {
  const detected = async (seed: string): Promise<unknown> =>
    (await livenessSuite({ nodeDays: 1, seeds: 2, seed }, () => undefined)).metrics['detectedMsP50'];
  const first = await detected('a');
  expect(first).toBeGreaterThan(0);
  expect(await detected('a')).toBe(first);
  expect(await detected('b')).not.toBe(first);
});
