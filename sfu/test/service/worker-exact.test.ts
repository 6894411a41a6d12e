// The patches of the media worker change its cost, not its packets, counts and sender reports. `npm run lab --
// worker-exact` compares a million packets, or another program with the installed one.
import { expect, it } from 'vitest';
import { compareWorkers } from '../kit/exact/compare.ts';

it('the worker sends the same packets with its patches and without', async () => {
  const { packets, packetsOf, probes, reports, differences } = await compareWorkers({
    packets: 10_000,
    seed: 1,
    reference: { off: 'all' },
    tested: { off: 'key-picture' },
  });
  expect(differences).toEqual([]);
  expect(packets).toBeGreaterThanOrEqual(10_000);
  const repaired = Object.keys(packetsOf).filter((label) => label.endsWith('repairs'));
  expect(repaired.length).toBeGreaterThan(10);
  expect(Math.min(...probes)).toBeGreaterThan(0);
  expect(Math.min(...reports)).toBeGreaterThan(3);
});
