// The table of aims never shows a miss as a pass: rows at, below and above their limits, figures that are not finite,
// and the result of a miss: a verdict, a line "missed: …", exit code 1.
import { describe, expect, test } from 'vitest';
import { report } from '../../sim/command.ts';
import { atLeast, atMost, missedOf, verdictsOf } from '../../sim/row.ts';
import { aimsOf, type PlacementFigures } from '../../sim/table.ts';
import type { Metrics } from '../../support/case.ts';

const NO_FIGURES = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

describe('a row', () => {
  test.each([
    { figure: 0.2, most: true, least: false },
    { figure: 0.5, most: true, least: true },
    { figure: 0.5000001, most: false, least: true },
    { figure: 0.8, most: false, least: true },
    ...NO_FIGURES.map((figure) => ({ figure, most: false, least: false })),
  ])('$figure against 0.5: at most $most, at least $least', ({ figure, most, least }) => {
    expect(atMost('share', figure, 0.5)).toEqual({ name: 'share', figure, limit: 0.5, isMet: most });
    expect(atLeast('share', figure, 0.5)).toEqual({ name: 'share', figure, limit: 0.5, isMet: least });
  });
});

describe('the aims of placement, moves and routes', () => {
  /** Figures without an aim may be missing here. */
  const figuresOf = (of: Readonly<Record<string, number>>) => of as unknown as PlacementFigures;
  const limits = Object.fromEntries(aimsOf(figuresOf({})).map(({ name, limit }) => [name, limit]));
  const names = Object.keys(limits);
  const lessIsBetter = names.filter((name) => name !== 'relayGainKeptShare');
  const missedNames = (figures: Readonly<Record<string, number>>) =>
    missedOf(aimsOf(figuresOf(figures))).map((text) => text.split(' ')[0]);

  test('are all missed without figures, and all met at their limits', () => {
    expect(names).toContain('relayGainKeptShare');
    expect(names.length).toBeGreaterThan(8);
    expect(missedNames({})).toEqual(names);
    expect(missedNames(limits)).toEqual([]);
    expect(verdictsOf(aimsOf(figuresOf(limits))).every((line) => line.endsWith(' met'))).toBe(true);
  });

  test.each(names)('%s alone is missed beyond its limit and for a figure that is not finite', (name) => {
    const limit = limits[name] ?? Number.NaN;
    const beyond = lessIsBetter.includes(name) ? limit + 1e-6 : limit - 1e-6;
    const better = lessIsBetter.includes(name) ? limit - 1e-6 : limit + 1e-6;
    for (const figure of [beyond, ...NO_FIGURES]) expect(missedNames({ ...limits, [name]: figure })).toEqual([name]);
    expect(missedNames({ ...limits, [name]: better })).toEqual([]);
  });
});

test.each([
  { what: 'a figure that is not a number', rows: [atMost('undoneShare', Number.NaN, 0.02)], code: 1 },
  { what: 'one miss among others', rows: [atMost('a', 1, 2), atLeast('kept', 0.7, 0.8)], code: 1 },
  { what: 'met rows alone', rows: [atMost('a', 2, 2), atLeast('kept', 0.8, 0.8)], code: 0 },
])('the command exits with $code for $what, and names the missed aim', ({ rows, code }) => {
  const said: string[] = [];
  const metrics: Metrics = { table: Object.fromEntries(rows.map(({ name, figure }) => [name, figure])) };
  const result = { params: {}, metrics, missed: missedOf(rows), verdicts: verdictsOf(rows) };
  expect(report(result, (line) => void said.push(line))).toBe(code);
  expect(said).toEqual(expect.arrayContaining(verdictsOf(rows)));
  expect(said.filter((line) => line.startsWith('missed: '))).toHaveLength(code);
  expect(verdictsOf(rows).filter((line) => line.endsWith(' MISSED'))).toHaveLength(code);
});
