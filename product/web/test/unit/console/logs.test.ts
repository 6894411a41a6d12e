import { describe, expect, it } from 'vitest';
import {
  filledFields,
  filterOf,
  localTime,
  logsQuery,
  noFilter,
  prettyJson,
  spanAround,
  timeOfLocal,
} from '../../../src/console/logs/core/search.ts';
import { lineKey } from '../../../src/console/logs/use-search.ts';

describe('the filter of the page of logs', () => {
  it('is parsed from the URL made of it', () => {
    const filter = { ...noFilter, room: 'acme/会 1', words: 'a&b=c +"x"', level: 'warn', nodes: 'sfu-1,sig-1' };
    expect(filterOf(logsQuery(filter))).toEqual(filter);
  });
  it('has no fields that are empty', () => {
    expect([logsQuery(noFilter), filterOf('?other=1')]).toEqual(['', noFilter]);
    expect(filledFields({ words: '  ', room: ' a/b ' })).toEqual({ room: 'a/b' });
  });
  it('covers a minute before and after its subject', () => {
    expect(spanAround(3_600_000, 3_600_000)).toEqual({
      from: '1970-01-01T00:59:00.000Z',
      to: '1970-01-01T01:01:00.000Z',
    });
  });
});

describe('times in the form’s fields', () => {
  it.each([
    ['2026-11-26T09:00:05.000Z', 'Europe/Berlin', '2026-11-26T10:00:05'],
    ['2026-07-01T22:30:00.000Z', 'Europe/Berlin', '2026-07-02T00:30:00'],
    ['2026-03-29T00:59:59.000Z', 'Europe/Berlin', '2026-03-29T01:59:59'],
    ['2026-03-29T01:00:00.000Z', 'Europe/Berlin', '2026-03-29T03:00:00'],
    ['2026-11-26T09:00:00.000Z', 'Asia/Kolkata', '2026-11-26T14:30:00'],
    ['1970-01-01T00:00:00.000Z', 'UTC', '1970-01-01T00:00:00'],
  ])('%s in %s is %s, and back', (time, zone, local) => {
    expect(localTime(time, zone)).toBe(local);
    expect(timeOfLocal(local, zone)).toBe(time);
  });
  it.each(['', 'soon'])('%j is invalid', (text) => {
    expect([localTime(text, 'UTC'), timeOfLocal(text, 'UTC')]).toEqual(['', '']);
  });
  it('may lack the seconds', () => {
    expect(timeOfLocal('2026-11-26T10:00', 'Europe/Berlin')).toBe('2026-11-26T09:00:00.000Z');
  });
});

it('a JSON line is formatted over several lines, and a truncated line stays unchanged', () => {
  expect([prettyJson('{"a":1}'), prettyJson('{"a":')]).toEqual(['{\n  "a": 1\n}', '{"a":']);
});
it('lines of two nodes have different keys, also with the same text', () => {
  const one = { at: 'x', node: 'a', level: '', message: '', text: 't', isCut: false };
  expect(lineKey(one)).not.toBe(lineKey({ ...one, node: 'b' }));
});
