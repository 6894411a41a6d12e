import { describe, expect, it } from 'vitest';
import {
  cellAfterKey,
  choiceOf,
  healthOf,
  matrixOf,
  queryOf,
  rowsOf,
  seriesOf,
  successShare,
} from '../../../src/console/dial/core/state.ts';
import type { DialCell, DialState } from '../../../src/console/types.ts';

const cell = (o: Partial<DialCell> = {}): DialCell => ({
  region: 'eu',
  kind: 'call',
  toRegion: '',
  tried: 45,
  failed: 0,
  isFailing: false,
  isOk: true,
  lastAt: '2026-11-26T09:00:00Z',
  ...o,
});
const state = (cells: readonly DialCell[], reportedAt = '2026-11-26T08:59:50Z', everyS = 20): DialState => ({
  at: '2026-11-26T09:00:00Z',
  regions: ['eu', 'ap'].map((region) => ({ region, reportedAt, everyS, probe: 'p', hostId: 'h' })),
  cells,
  faults: [],
});

describe('a cell', () => {
  it.each([
    ['that does not exist is none', undefined, 'none'],
    ['without tests is none', cell({ tried: 0 }), 'none'],
    ['with only successes is good', cell(), 'good'],
    ['with one failure is shaky', cell({ failed: 1 }), 'shaky'],
    ['whose last two tests failed is failing', cell({ failed: 2, isFailing: true, isOk: false }), 'failing'],
  ])('%s', (_, given, health) => {
    expect(healthOf(given)).toBe(health);
  });

  it('of a silent tester is old, unless its last tests failed', () => {
    expect([healthOf(cell(), true), healthOf(cell({ isFailing: true }), true)]).toEqual(['old', 'failing']);
  });

  it.each([
    [1, 0, 1],
    [1000, 1, 0.99],
    [1000, 999, 0.01],
    [45, 45, 0],
  ])('with %i tests and %i failures shows 1 or 0 only if all passed or all failed', (tried, failed, share) => {
    expect(successShare({ tried, failed })).toBe(share);
  });
});

describe('the matrix', () => {
  it('has a row per receiving and a column per sending region, and a region’s own calls on the diagonal', () => {
    const [call, pair] = [cell(), cell({ kind: 'pair', toRegion: 'ap', failed: 3 })];
    const matrix = matrixOf(state([call, pair, cell({ kind: 'stream', toRegion: 'ap' })]));
    expect([matrix.regions, [...matrix.silent]]).toEqual([['ap', 'eu'], []]);
    expect([...matrixOf(state([], '2026-11-26T08:58:00Z')).silent]).toEqual(['eu', 'ap']);
    expect([matrix.at('eu', 'eu'), matrix.at('eu', 'ap'), matrix.at('ap', 'eu')]).toEqual([call, pair, undefined]);
  });

  it.each([
    ['ArrowDown', { row: 1, column: 1 }],
    ['ArrowUp', { row: 0, column: 1 }],
    ['ArrowRight', { row: 0, column: 1 }],
    ['ArrowLeft', { row: 0, column: 0 }],
    ['Home', { row: 0, column: 0 }],
    ['End', { row: 0, column: 1 }],
    ['a', undefined],
  ])('of two regions moves the focus by the key %s', (key, expected) => {
    expect(cellAfterKey({ row: 0, column: 1 }, key, 2)).toEqual(expected);
  });
});

describe('the row of a region', () => {
  it('shows the worst of its streams', () => {
    const streams = [
      cell({ kind: 'stream', toRegion: 'ap' }),
      cell({ kind: 'stream', toRegion: 'us', failed: 2, isFailing: true }),
    ];
    const [eu, ap] = rowsOf(state([...streams, cell({ kind: 'booking' })]));
    expect(eu).toMatchObject({ stream: { toRegion: 'us' }, booking: { kind: 'booking' } });
    expect(ap).not.toHaveProperty('stream');
  });

  it.each([
    ['2026-11-26T08:59:01Z', 20, false],
    ['2026-11-26T08:59:00Z', 20, true],
    ['2026-11-26T08:59:00Z', 30, false],
  ])('with a report at %s and rounds of %i s is silent: %s', (reportedAt, everyS, isSilent) => {
    expect(rowsOf(state([], reportedAt, everyS))[0]?.isSilent).toBe(isSilent);
  });
});

describe('the URL', () => {
  it('keeps a valid choice, and ignores an invalid one', () => {
    for (const choice of [
      { kind: 'pair', region: 'new york', toRegion: 'eu' },
      { kind: 'call', region: 'eu', toRegion: '' },
    ] as const)
      expect(choiceOf(queryOf(choice))).toEqual(choice);
    expect([queryOf(undefined), choiceOf(''), choiceOf('?kind=chat&region=eu'), choiceOf('?kind=call')]).toEqual([
      '',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a chart', () => {
  it('has gaps where no test ran', () => {
    const at = (s: number): string => new Date(s * 1000).toISOString();
    const points = [
      { at: at(600), tried: 4, failed: 1, joinMs: 300 },
      { at: at(1200), tried: 2, failed: 2 },
    ];
    expect(seriesOf({ stepS: 300, points, failures: [] }, 590, 1250)).toEqual({
      times: [300, 600, 900, 1200],
      failed: [null, 0.25, null, 1],
      joinMs: [null, 300, null, null],
      firstFrameMs: [null, null, null, null],
      gapMs: [null, null, null, null],
    });
  });
});
