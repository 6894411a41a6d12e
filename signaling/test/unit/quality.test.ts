import { type Quality, qualityOf, transmissionRating } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { type Measured, nextQuality, unknownQuality } from '../../src/core/index.ts';
import vectors from '../vectors/quality.json' with { type: 'json' };

const perfect: Measured = { rttMs: 0, outboundLoss: 0, inboundLoss: 0, jitterMs: 0, freezeMs: 0, periodMs: 2000 };
const measuredFrom = (row: object | null): Measured | undefined =>
  row === null
    ? undefined
    : {
        ...perfect,
        ...Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === 'NaN' ? Number.NaN : value])),
      };
const sample: Record<string, Measured | undefined> = {
  excellent: perfect,
  good: { ...perfect, inboundLoss: 0.08 },
  poor: { ...perfect, inboundLoss: 0.5 },
  lost: undefined,
};

describe('one period', () => {
  it.each(vectors.periods.map((row) => [row.name, row] as const))('%s', (_name, row) => {
    expect(qualityOf(measuredFrom(row.measured))).toBe(row.quality);
  });

  it('is rated by the E-model: 93.2 less the impairments of delay and loss', () => {
    expect(transmissionRating(perfect)).toBeCloseTo(93.2 - 0.024 * 40, 6);
    expect(transmissionRating({ ...perfect, rttMs: 400, jitterMs: 10 })).toBeCloseTo(
      93.2 - 0.024 * 260 - 0.11 * (260 - 177.3),
      6,
    );
    expect(transmissionRating({ ...perfect, outboundLoss: 0.01, inboundLoss: 0.05 })).toBeCloseTo(
      93.2 - 0.96 - (95 * 5) / 30.1,
      6,
    );
  });
});

describe('several periods', () => {
  it.each(vectors.series.map((row) => [row.name, row] as const))('%s', (_name, row) => {
    let state = unknownQuality;
    const shown: Quality[] = [];
    for (const period of row.periods) {
      state = nextQuality(state, sample[period]);
      shown.push(state.shown);
    }
    expect(shown).toEqual(row.shown);
  });
});
