import { describe, expect, test } from 'vitest';
import { busyMsOf, useBetween } from '../../bench/capacity/processor.ts';
import { breakCause, claimError, type Measured, type Move, nextMove } from '../../bench/capacity/search.ts';

const window = (change: Partial<Measured> = {}): Measured => ({
  rooms: 4,
  consumers: 144,
  delayMsP99: 5,
  lossShare: 0,
  silentShare: 0,
  cpuCores: 0.2,
  disturbed: false,
  ...change,
});
const o = { roomsMax: 10 };

describe('a window', () => {
  test.each<[string, Partial<Measured>, string | undefined]>([
    ['without any delay, because nothing arrived, is broken', { delayMsP99: Number.NaN }, 'delay'],
    ['at every bound is within the limits', { delayMsP99: 50, lossShare: 0.005, silentShare: 0.01 }, undefined],
    ['above the delay is broken', { delayMsP99: 50.1 }, 'delay'],
    ['above the loss is broken', { lossShare: 0.0051 }, 'loss'],
    ['with silent streams is broken', { silentShare: 0.011 }, 'silence'],
    ['beyond every bound is broken by its loss', { delayMsP99: 99, lossShare: 1, silentShare: 1 }, 'loss'],
  ])('%s', (_name, change, want) => expect(breakCause(window(change))).toBe(want));
});

describe('the search', () => {
  test('begins with four rooms, or with the maximum if it is lower', () => {
    expect(nextMove([], o)).toEqual({ move: 'load', rooms: 4 });
    expect(nextMove([], { roomsMax: 1 })).toEqual({ move: 'load', rooms: 1 });
  });
  test('grows by a quarter below half a core, then by a twentieth, by at least one room, and never above the maximum', () => {
    expect(nextMove([window({ rooms: 12 })], { roomsMax: 50 })).toEqual({ move: 'load', rooms: 15 });
    expect(nextMove([window({ rooms: 40, cpuCores: 0.55 })], { roomsMax: 50 })).toEqual({ move: 'load', rooms: 42 });
    expect(nextMove([window({ cpuCores: 0.55 })], o)).toEqual({ move: 'load', rooms: 5 });
    expect(nextMove([window({ rooms: 9 })], o)).toEqual({ move: 'load', rooms: 10 });
  });
  test('ends without a break at the maximum', () => {
    const last = window({ rooms: 10 });
    expect(nextMove([window(), last], o)).toEqual({ move: 'done', held: last, broke: undefined, cause: undefined });
  });
  test('accepts a single window within the bounds, even a disturbed one', () => {
    expect(nextMove([window({ disturbed: true })], o)).toEqual({ move: 'load', rooms: 5 });
  });
  test('continues after a break that was not seen twice', () => {
    const windows = [window(), window({ rooms: 6, lossShare: 1 })];
    expect(nextMove(windows, o)).toEqual({ move: 'again' });
    expect(nextMove([...windows, window({ rooms: 6 })], o)).toEqual({ move: 'load', rooms: 8 });
  });
  test('ends with a break seen twice, and returns the largest lower load that was within the limits', () => {
    const held = window({ rooms: 5 });
    const broke = window({ rooms: 6, delayMsP99: 80 });
    const move: Move = nextMove([window(), held, window({ rooms: 6, lossShare: 1 }), broke], o);
    expect(move).toEqual({ move: 'done', held, broke, cause: 'delay' });
  });
  test('accepts breaks in disturbed windows only after four', () => {
    const noisy = window({ rooms: 6, lossShare: 1, disturbed: true });
    expect(nextMove([window(), noisy, noisy, noisy], o)).toEqual({ move: 'again' });
    expect(nextMove([window(), noisy, noisy, noisy, noisy], o)).toMatchObject({ move: 'done', cause: 'loss' });
  });
  test('returns no load when the first load breaks', () => {
    const broke = window({ lossShare: 1 });
    expect(nextMove([broke, broke], o)).toEqual({ move: 'done', held: undefined, broke, cause: 'loss' });
  });
});

test('the error of a claim compares it with the carried load', () => {
  expect(claimError(600, 800)).toBeCloseTo(-0.25, 9);
  expect(claimError(1000, 800)).toBeCloseTo(0.25, 9);
  expect(claimError(600, 0)).toBeNaN();
});

describe('use of a processor', () => {
  test('counts everything but idle and waiting time, of that processor alone', () => {
    const text =
      'cpu  1 1 1 1\ncpu0 100 20 30 4000 500 1 2 3 0 0\ncpu10 7 0 0 0 0 0 0 0 0 0\ncpu1 5 0 0 0 0 0 0 0 0 0\n';
    expect(busyMsOf(text, 0)).toBe(1560); // 156 ticks of 10 ms
    expect(busyMsOf(text, 1)).toBe(50);
    expect(() => busyMsOf(text, 2)).toThrow('no processor 2');
  });
  test('between two readings is split into our processes and others, never below zero', () => {
    const from = { atMs: 1000, processMs: [100, 200], busyMs: 5000 };
    const used = useBetween(from, { atMs: 3000, processMs: [200, 1400], busyMs: 6600 });
    expect(used.cores).toEqual([0.05, 0.6]);
    expect(used.othersShare).toBeCloseTo(0.15, 9);
    expect(useBetween(from, { atMs: 2000, processMs: [200, 1200], busyMs: 6000 }).othersShare).toBe(0);
  });
});
