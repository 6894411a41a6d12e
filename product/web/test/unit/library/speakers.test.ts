import { describe, expect, it } from 'vitest';
import { readPositions, withPosition } from '../../../src/library/core/remembered.ts';
import { type SpokenChapter, speakersOf } from '../../../src/library/core/speakers.ts';

const speaks = (startMs: number, title: string): SpokenChapter => ({ startMs, title, kind: 'speaker' });

describe('speakers of a recording', () => {
  it.each([
    ['none in chapters that a person wrote', [{ startMs: 0, title: 'Welcome' }], []],
    [
      'the longest first, each until the next one',
      [speaks(0, 'Ann'), speaks(1000, 'Bob'), speaks(7000, 'Ann')],
      [
        ['Bob', 6000, [[1000, 7000]]],
        [
          'Ann',
          4000,
          [
            [0, 1000],
            [7000, 10_000],
          ],
        ],
      ],
    ],
    [
      'a shared screen does not end their moment',
      [speaks(0, 'Ann'), { startMs: 500, title: 'Bob', kind: 'screen' as const }, speaks(3000, 'Ann')],
      [['Ann', 10_000, [[0, 10_000]]]],
    ],
    ['a chapter behind the end has no length', [speaks(12_000, 'Ann')], [['Ann', 0, [[12_000, 12_000]]]]],
  ] as const)('are %s', (_what, chapters, speakers) => {
    const found = speakersOf(chapters, 10_000);
    expect(
      found.map(({ name, totalMs, moments }) => [name, totalMs, moments.map(({ startMs, endMs }) => [startMs, endMs])]),
    ).toEqual(speakers);
  });
});

describe('positions of links', () => {
  it.each([[null], ['{'], ['[]'], ['"a"'], ['null'], ['{"a":"x","b":-1,"c":null}']])('are none in %s', (stored) => {
    expect(readPositions(stored)).toEqual({});
  });

  it('are kept for the latest 50 links', () => {
    let positions = readPositions('{"first":5}');
    for (let at = 0; at < 49; at++) positions = withPosition(positions, `link${at}`, 1.5);
    expect(positions['first']).toBe(5);
    positions = withPosition(withPosition(positions, 'first', 7.9), 'newest', 1);
    expect([positions['first'], positions['link0'], Object.keys(positions).length]).toEqual([7, undefined, 50]);
  });
});
