// Random recurring meetings, with the occurrences that recurring-ical-events found in the api's calendars of them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Series } from '../../../src/meetings/core/occurrences.ts';
import { comparedTimes } from '../../support/random-series.ts';
import { digestOf } from '../../support/vectors.ts';

interface Vector {
  readonly series: Series;
  readonly count: number;
  readonly digest: string;
}

const file = new URL('../../vectors/recurrence.jsonl', import.meta.url);
const vectors = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

describe('recurring meetings across clock changes', () => {
  it('take place at the times that another program finds', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(300);
    for (const { series, count, digest } of vectors) {
      const times = comparedTimes(series);
      expect([series, times.length, digestOf(times)]).toEqual([series, count, digest]);
    }
  });
});
