import { describe, expect, it } from 'vitest';
import { aims, missedOf, type Round, worstOf } from '../../lab/chaos/table.ts';
import { longestGap } from '../../support/longest-gap.ts';

describe('the longest gap', () => {
  const rows = [
    { name: 'is between two pictures', timesMs: [10, 20, 70, 80], expect: 50 },
    { name: 'is before the first', timesMs: [60, 100], expect: 60 },
    { name: 'is after the last', timesMs: [10, 30], expect: 70 },
    { name: 'is all of it, when nothing came', timesMs: [], expect: 100 },
    { name: 'takes no account of what came before and after', timesMs: [-50, 40, 140], expect: 60 },
    { name: 'is found where two streams are mixed', timesMs: [10, 60, 30, 90], expect: 30 },
  ];
  it.each(rows)('$name', ({ timesMs, expect: ms }) => {
    expect(longestGap(timesMs, 0, 100)).toBe(ms);
  });
});

const met: Round = { victim: 'gw-fra', fault: 'freeze', gapsMs: aims, replacedMs: 300, startedMs: 900 };

describe('a cell', () => {
  it('is the worst of its rounds, kind by kind', () => {
    const rounds = [
      { ...met, gapsMs: { people: 1, encoder: 20, flv: 3, hls: 40 } },
      { ...met, gapsMs: { people: 10, encoder: 2, flv: 30, hls: 4 } },
    ];
    expect(worstOf(rounds)).toEqual({ people: 10, encoder: 20, flv: 30, hls: 40 });
  });

  it('is met at its aims, and missed a millisecond above', () => {
    expect(missedOf('gw-fra freeze', [met])).toEqual([]);
    const late = { ...met, gapsMs: { ...aims, flv: aims.flv + 1 } };
    expect(missedOf('gw-fra freeze', [met, late])).toEqual([
      'gw-fra freeze: flv without anything new for 2001 ms, aim 2000 ms',
    ]);
  });

  it('is missed by what was frozen and not replaced, in any round', () => {
    expect(missedOf('api freeze', [{ ...met, replacedMs: Number.NaN }, met])).toEqual([
      'api freeze: it was not replaced',
    ]);
    expect(missedOf('none', [{ ...met, fault: 'kill', replacedMs: Number.NaN }])).toEqual([]);
  });
});
