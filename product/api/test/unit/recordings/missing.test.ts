// Finds the parts of its order that a recording lacks, at both ends and between; a difference of clocks is no hole.
import { expect, it } from 'vitest';
import { holesMax } from '../../../src/events/core/recording-story.ts';
import { type MadeRecording, withBeside, withMissing } from '../../../src/recordings/core/missing.ts';

/** Beginning and end, in seconds. */
type Seconds = readonly [number, number];
const stintsOf = (text: string) =>
  text.split(' ').flatMap((one) => {
    const [recorderId = '', from = ''] = one.split('@');
    return recorderId === '' ? [] : [{ recorderId, fromMs: Number(from) * 1000 }];
  });
/** Makes a recording with these parts; the gaps between them are its holes. */
function made(parts: readonly Seconds[]): MadeRecording {
  const [[from] = [0, 0], [, to] = [0, 0]] = [parts[0], parts.at(-1)];
  const holes = parts.slice(1).map(([next], at) => ({ fromMs: (parts[at]?.[1] ?? 0) * 1000, toMs: next * 1000 }));
  const holeMs = holes.reduce((sum, hole) => sum + hole.toMs - hole.fromMs, 0);
  return { startedMs: from * 1000, durationMs: (to - from) * 1000, holeMs, holes };
}

it.each<[string, Seconds, string, Seconds[], Seconds, string[]]>([
  ['nothing', [0, 25], 'a@0', [[0, 25]], [0, 25], []],
  ['the start', [0, 25], 'a@0 b@10', [[10.3, 25]], [0, 25], ['0-10.3 a']],
  ['the end', [0, 25], 'a@0', [[0, 10]], [0, 25], ['10-25 a']],
  ['the start and the end', [0, 30], 'a@0 b@10 c@20', [[10, 20]], [0, 30], ['0-10 a', '20-30 c']],
  [
    'the middle, which another recorder recorded',
    [0, 30],
    'a@0 b@10 a@20',
    [
      [0, 10],
      [20, 30],
    ],
    [0, 30],
    ['10-20 b'],
  ],
  ['all but the last of three stints', [0, 30], 'a@0 b@10 c@20', [[20, 30]], [0, 30], ['0-10 a', '10-20 b']],
  ['all but the first of three stints', [0, 30], 'a@0 b@10 c@20', [[0, 10]], [0, 30], ['10-20 b', '20-30 c']],
  ['both stints of a recorder that came twice', [0, 30], 'a@0 a@10 b@20', [[20, 30]], [0, 30], ['0-20 a']],
  [
    'a change of recorders that took a while',
    [0, 30],
    'a@0 b@12',
    [
      [0, 10],
      [12.2, 30],
    ],
    [0, 30],
    ['10-12.2 a'],
  ],
  [
    'a short change of recorders',
    [0, 30],
    'a@0 b@10.5',
    [
      [0, 10],
      [10.6, 30],
    ],
    [0, 30],
    ['10-10.6 a'],
  ],
  ['the end, after an overlapping change of recorders', [0, 30], 'a@0 b@20', [[0, 25]], [0, 30], ['25-30 b']],
  ['a start without a named recorder', [0, 25], '', [[10, 25]], [0, 25], ['0-10 ']],
  // A room without tracks, or with muted tracks: the stint took place.
  ['nothing of stints without media', [0, 30], 'a@0 b@10', [[0, 30]], [0, 30], []],
  ['nothing if the recorder’s clock is behind', [0, 25], 'a@0', [[0.4, 25.4]], [0, 25.4], []],
  ['nothing if the recorder’s clock is ahead', [0, 25], 'a@0', [[-0.4, 24.6]], [-0.4, 24.6], []],
  ['nothing if the edges differ as much as clocks may', [0, 25], 'a@0', [[1, 24]], [0, 24], []],
  ['edges that differ by 1 ms too much', [0, 25], 'a@0', [[1.001, 23.999]], [0, 25], ['0-1.001 a', '23.999-25 a']],
])('a recording lacks %s', (_, [from, to], stints, parts, whole, holes) => {
  const ordered = { startedMs: from * 1000, endedMs: to * 1000, stints: stintsOf(stints) };
  const found = withMissing(ordered, made(parts));
  const rounded = (ms: number): number => Math.round(ms) / 1000;
  expect([rounded(found.startedMs), rounded(found.startedMs + found.durationMs)]).toEqual(whole);
  expect(found.holes.map((hole) => `${rounded(hole.fromMs)}-${rounded(hole.toMs)} ${hole.recorderId}`)).toEqual(holes);
  const sumMs = found.holes.reduce((sum, hole) => sum + hole.toMs - hole.fromMs, 0);
  expect(rounded(found.holeMs)).toBe(rounded(sumMs));
  // A hole that the recorder has stated is not stated twice.
  expect(withMissing(ordered, found)).toEqual(found);
});

it('an order without an end has no holes', () => {
  const ordered = { startedMs: 0, endedMs: null, stints: [] };
  expect(withMissing(ordered, made([[0, 10]]))).toMatchObject({ durationMs: 10_000, holes: [] });
});

it('holes beyond the limit of a row are counted, and not listed', () => {
  const parts = Array.from({ length: holesMax + 2 }, (_, at): Seconds => [at * 20, at * 20 + 10]);
  const found = withMissing({ startedMs: 0, endedMs: null, stints: stintsOf('a@0') }, made(parts));
  expect([found.holes.length, found.holeMs]).toEqual([holesMax, (holesMax + 1) * 10_000]);
});

const secondsOf = ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): string =>
  `${fromMs / 1000}-${toMs / 1000}`;
it.each<[string, Seconds[], Seconds[], Seconds, string[]]>([
  ['before the other files', [[20, 30]], [[0, 10]], [0, 30], ['10-20']],
  ['after them', [[0, 10]], [[20, 30]], [0, 30], ['10-20']],
  [
    'in a hole',
    [
      [0, 10],
      [20, 30],
    ],
    [[12, 15]],
    [0, 30],
    ['10-12', '15-20'],
  ],
  [
    'over a hole',
    [
      [0, 10],
      [20, 30],
    ],
    [[5, 25]],
    [0, 30],
    [],
  ],
  [
    'with a hole, where the other files have media',
    [[0, 30]],
    [
      [5, 10],
      [15, 20],
    ],
    [0, 30],
    [],
  ],
  [
    'with a hole in a hole',
    [
      [0, 10],
      [20, 30],
    ],
    [
      [8, 12],
      [14, 22],
    ],
    [0, 30],
    ['12-14'],
  ],
])('files %s leave the times that both lack', (_name, former, beside, [from, to], holes) => {
  const both = withBeside(made(former), made(beside));
  expect([both.startedMs, both.startedMs + both.durationMs]).toEqual([from * 1000, to * 1000]);
  expect(both.holes.map(secondsOf)).toEqual(holes);
  expect(both.holeMs).toBe(both.holes.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0));
});

it('files beside others keep the holes of tracks', () => {
  const hole = { fromMs: 1000, toMs: 2000, identity: 'ann', source: 'camera' };
  const both = withBeside({ ...made([[0, 10]]), holes: [hole] }, made([[20, 30]]));
  expect([both.holes, both.holeMs]).toEqual([[hole, { fromMs: 10_000, toMs: 20_000 }], 10_000]);
});
