// `npm run sim -- --suite liveness` in small. The promise itself: 1,000 node-days and 100 worlds, by command.
import { expect, test } from 'vitest';
import { livenessSuite } from '../../sim/faults/suite.ts';

test('another seed is other worlds, the same one the same', async () => {
  const detected = async (seed: string): Promise<unknown> =>
    (await livenessSuite({ nodeDays: 1, seeds: 2, seed }, () => undefined)).metrics['detectedMsP50'];
  const first = await detected('a');
  expect(first).toBeGreaterThan(0);
  expect(await detected('a')).toBe(first);
  expect(await detected('b')).not.toBe(first);
});
