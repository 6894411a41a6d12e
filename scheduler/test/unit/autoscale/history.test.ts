import { describe, expect, test } from 'vitest';
import { HISTORY_MINUTES, LoadHistory } from '../../../src/scaling/core/history.ts';

const hour = 60;
const from = 1_000 * hour;

describe('the load of a region', () => {
  test('survives a wall clock that is set back: the series waits for a minute', () => {
    const history = new LoadHistory();
    history.record('r', from, 1);
    history.record('r', from + 1, 2);
    expect(history.record('r', from - 500, 3)).toEqual([1, 3]);
    expect(history.record('r', from + 2, 4)).toEqual([1, 3, 4]);
  });

  test('follows a wall clock that stays set back from its second minute on, and is saved by that clock', () => {
    const history = new LoadHistory();
    for (const at of [0, 1, 2]) history.record('r', from + at, at);
    const back = from - 30 * hour;
    expect(history.record('r', back, 7)).toEqual([0, 1, 7]);
    expect(history.record('r', back, 8)).toEqual([0, 1, 8]);
    expect(history.record('r', back + 1, 9)).toEqual([0, 1, 8, 9]);
    expect(history.record('r', back + 3, 10)).toEqual([0, 1, 8, 9, 9, 10]);
    expect(history.hourOf('r', back)?.values.slice(0, 5)).toEqual([8, 9, 9, 10, null]);
    expect(history.record('r', back - 600, 11)).toEqual([0, 1, 8, 9, 9, 11]);
    expect(history.record('r', back - 700, 12)).toEqual([0, 1, 8, 9, 9, 12]);
    expect(history.record('r', back - 699, 13)).toEqual([0, 1, 8, 9, 9, 12, 13]);
  });

  test('covers two days at most, and restarts after a longer gap', () => {
    const history = new LoadHistory();
    let values: readonly number[] = [];
    for (let at = 0; at < HISTORY_MINUTES + 10; at += 1) values = history.record('r', from + at, at);
    expect([values.length, values[0], values.at(-1)]).toEqual([HISTORY_MINUTES, 10, HISTORY_MINUTES + 9]);
    expect(history.record('r', from + 3 * HISTORY_MINUTES, 7)).toEqual([7]);
  });

  test('of removed regions is forgotten', () => {
    const history = new LoadHistory();
    for (const region of ['a', 'b']) history.record(region, from, 1);
    history.keepOnly(new Set(['b']));
    expect([history.record('a', from + 1, 2), history.record('b', from + 1, 2)]).toEqual([[2], [1, 2]]);
  });
});

describe('a history that is saved by the hour and restored', () => {
  test('is the same, in whatever order the hours come, with unknown minutes filled in', () => {
    const history = new LoadHistory();
    for (let at = 0; at < 150; at += 1) history.record('r', from + 30 + at, at / 8);
    const hours = [0, 1, 2, 3, 4].map((index) => history.hourOf('r', from + index * hour));
    expect(hours[0]?.values.slice(0, 31)).toEqual([...Array(30).fill(null), 0]);
    const next = new LoadHistory();
    next.restore([hours[2], hours[0], hours[1], hours[4]], from + 180);
    const values = next.record('r', from + 180, 99);
    expect(values).toEqual([...Array.from({ length: 150 }, (_, at) => at / 8), 99]);
    expect(history.hourOf('other', from)).toBeUndefined();
  });

  test.each([
    { name: 'nothing', value: undefined },
    { name: 'a text', value: 'x' },
    { name: 'no region', value: { hour: 1000, values: [1] } },
    { name: 'an invalid hour', value: { region: 'r', hour: 1.5, values: [1] } },
    { name: 'a negative load', value: { region: 'r', hour: 1000, values: [-1] } },
    { name: 'a text for a load', value: { region: 'r', hour: 1000, values: ['1'] } },
    { name: 'more minutes than an hour has', value: { region: 'r', hour: 1000, values: Array(61).fill(1) } },
    { name: 'an hour in the future', value: { region: 'r', hour: 1001, values: [1] } },
    { name: 'an hour that is too old', value: { region: 'r', hour: 1000 - 49, values: [1] } },
  ])('is restored without $name', ({ value }) => {
    const history = new LoadHistory();
    history.restore([value], from);
    expect(history.record('r', from, 5)).toEqual([5]);
  });
});
