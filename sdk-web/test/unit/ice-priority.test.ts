import { describe, expect, it } from 'vitest';
import { outranking } from '../../src/core/ice-priority.ts';

const host = (localPreference: number): number => 64 * 2 ** 24 + localPreference * 2 ** 8 + 255;

describe('the priority of candidates after a restart', () => {
  it('is above all earlier priorities of a media node with eight addresses, and keeps their order', () => {
    // Priorities like mediasoup's: UDP has 1000 more, and each candidate 100 less than the previous.
    const firstPriorities = Array.from({ length: 16 }, (_, at) => host(10_000 - 100 * at + (at < 8 ? 1000 : 0)));
    let last = firstPriorities;
    for (let restart = 0; restart < 400; restart += 1) {
      const next = last.map(outranking);
      expect(Math.min(...next)).toBeGreaterThan(Math.max(...last));
      expect(next).toEqual(next.toSorted((a, b) => b - a));
      last = next;
    }
  });
  it('stays a valid ICE priority, below 2^31', () => {
    let priority = host(11_000);
    for (let restart = 0; restart < 10_000; restart += 1) priority = outranking(priority);
    expect(priority).toBeLessThan(2 ** 31);
  });
});
