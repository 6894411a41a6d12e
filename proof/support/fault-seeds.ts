// Runs seeds of the fault simulator as tests, in threads of Node outside of vitest, which makes every call between
// modules slower.
import { expect, test } from 'vitest';
import { campaign, missedOf } from '../sim/faults/campaign.ts';
import { faultKinds } from '../sim/faults/faults.ts';
import { smallSize } from '../sim/faults/size.ts';

/** Time limit: some twenty times the duration on a quiet machine, so that a busy machine is no failure. */
const PATIENCE_MS = 1_800_000;

/**
 * Tests that `seeds` small worlds from `firstSeed` on break no rule; a failure's message has its seed, rule and replay.
 */
export function testSeeds(name: string, o: { firstSeed: number; seeds: number }): void {
  test(name, { timeout: PATIENCE_MS }, async () => {
    const outputLines: string[] = [];
    const nowMs = (): number => performance.now();
    const all = { kinds: faultKinds, kindsText: 'all', size: smallSize, nowMs, threads: 2 };
    const result = await campaign({ ...all, ...o }, (line) => void outputLines.push(line));
    expect(outputLines.join('\n')).toBe('');
    expect(missedOf(result)).toEqual([]);
    expect(result.metrics['seeds']).toBe(o.seeds);
  });
}
