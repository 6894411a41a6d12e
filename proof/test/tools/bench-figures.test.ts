import { describe, expect, test } from 'vitest';
import { exponentOf, fastestOf, LINEARITHMIC_EXPONENT } from '../../bench/scheduler/growth.ts';
import { bareSpecOf, median, perCpuSecond } from '../../bench/signal/figures.ts';

const sizes = [120, 1000, 3000, 10_000];
const grown = (of: (hosts: number) => number) => exponentOf(sizes.map((hosts) => ({ hosts, value: of(hosts) })));

describe('growth with the fleet', () => {
  test('is the exponent of a power', () => {
    expect(grown((hosts) => 7 * hosts ** 2)).toBeCloseTo(2);
    expect(grown(() => 3)).toBeCloseTo(0);
    expect(grown((hosts) => hosts * Math.log(hosts))).toBeCloseTo(LINEARITHMIC_EXPONENT, 1);
  });

  test('leaves out sizes at which a term takes no time', () => {
    expect(grown((hosts) => (hosts < 1000 ? 0 : hosts))).toBeCloseTo(1);
  });

  test('has a fastest term', () => {
    expect(fastestOf({ reports: 1, plans: 1.9, ticks: 0.4 })).toEqual({ name: 'plans', exponent: 1.9 });
    expect(() => fastestOf({})).toThrow();
  });
});

describe('messages of a signaling node', () => {
  const counts = { sent: 100, answers: 100, answerBytes: 2000, news: 500, newsBytes: 50_000 };

  test('are counted in both directions', () => {
    expect(perCpuSecond({ ...counts, cpuMs: 70 })).toBe(10_000);
  });

  test('are as many and as large at the bare server', () => {
    expect(bareSpecOf(counts, 10)).toEqual({ answerBytes: 20, fanOuts: 0.5, fanOutBytes: 100 });
    const silent = { sent: 0, answers: 0, answerBytes: 0, news: 0, newsBytes: 0 };
    expect(bareSpecOf(silent, 10)).toEqual({ answerBytes: 0, fanOuts: 0, fanOutBytes: 0 });
  });

  test('are compared by the median', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});
