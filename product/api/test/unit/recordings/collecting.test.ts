import { describe, expect, it } from 'vitest';
import {
  type Answer,
  decide,
  type EndedRecording,
  type HeldStint,
  hasMore,
} from '../../../src/recordings/core/collecting.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const END_MS = 1_000_000_000;

const ended = (o: Partial<EndedRecording> = {}): EndedRecording => ({
  endedMs: END_MS,
  listed: ['a'],
  assembled: [],
  awaited: [],
  compositions: {},
  ...o,
});
const stint = (stintId: string, recorderId: string, o: Partial<HeldStint> = {}): HeldStint => ({
  stintId,
  recorderId,
  isComplete: true,
  journals: ['journal.jsonl'],
  startedMs: 0,
  endedMs: 10_000,
  isLater: false,
  composedOf: '',
  ...o,
});
const answer = (...stints: HeldStint[]): Answer => ({ isBusy: false, stints });
const busy = (...stints: HeldStint[]): Answer => ({ isBusy: true, stints });
const open = { isComplete: false };
const s1 = stint('s1', 'a');
const s2 = stint('s2', 'b', { startedMs: 10_000, endedMs: 40_000 });
const later = stint('s1', 'a', { isLater: true });
const composed = stint('c1', 'c', { composedOf: 's1', endedMs: 9000 });
const placeOf = ({ stintId, recorderId, journals }: HeldStint, holder = recorderId) => ({
  stintId,
  recorderId,
  holder,
  journals,
});
const from = { isComplete: true, endedMs: 10_000 };
const madeBy = (stintId: string, atMs = END_MS) => ({ s1: { ...from, stintId, atMs } });

type Row = readonly [
  name: string,
  recording: EndedRecording,
  answers: Readonly<Record<string, Answer>>,
  ageMs: number,
  expected: object,
];
const rows: readonly Row[] = [
  ['no answer: wait', ended(), {}, 0, { do: 'wait', againMs: SECOND_MS }],
  ['an answer without stints: wait', ended(), { a: answer() }, 60 * SECOND_MS, { do: 'wait', againMs: 15_000 }],
  ['nothing for a day: fail', ended(), { a: answer() }, DAY_MS, { do: 'fail', awaited: [] }],
  ['nothing for a day, with one away: it is awaited', ended(), {}, DAY_MS, { do: 'fail', awaited: ['a'] }],
  ['no recorder listed, and none has anything: wait', ended({ listed: [] }), {}, 0, { do: 'wait' }],
  ['all stints: assemble', ended(), { a: answer(s1) }, 0, { do: 'assemble', marks: ['s1'], awaited: [], lane: 'a' }],
  ['a busy recorder: wait', ended(), { a: busy(s1) }, 10 * MINUTE_MS, { do: 'wait', againMs: 30_000 }],
  ['a busy recorder that is not listed: wait', ended(), { a: answer(s1), b: busy() }, 0, { do: 'wait' }],
  ['busy for a day: awaited', ended(), { a: busy(s1) }, DAY_MS, { do: 'assemble', marks: ['s1'], awaited: ['a'] }],
  ['an incomplete stint: wait', ended(), { a: answer(stint('s1', 'a', open)) }, 0, { do: 'wait' }],
  [
    'an incomplete stint after two minutes: as it is',
    ended(),
    { a: answer(stint('s1', 'a', open)) },
    2 * MINUTE_MS,
    { do: 'assemble', marks: ['s1~'], awaited: [] },
  ],
  ['a listed recorder is away: wait', ended({ listed: ['a', 'b'] }), { a: answer(s1) }, 119_999, { do: 'wait' }],
  [
    'a listed recorder is away for two minutes: awaited',
    ended({ listed: ['a', 'b'] }),
    { a: answer(s1) },
    2 * MINUTE_MS,
    { do: 'assemble', marks: ['s1'], awaited: ['b'] },
  ],
  [
    'a listed recorder has nothing: not awaited',
    ended({ listed: ['a', 'b'] }),
    { a: answer(s1), b: answer() },
    0,
    { do: 'assemble', marks: ['s1'], awaited: [] },
  ],
  [
    'stints of a recorder that is not listed count',
    ended(),
    { a: answer(), b: answer(s2) },
    0,
    { do: 'assemble', marks: ['s2'], lane: 'b' },
  ],
  [
    'stints are in order of time, and the lane has the most time',
    ended({ listed: ['b', 'a'] }),
    { b: answer(s2), a: answer(s1) },
    0,
    {
      do: 'assemble',
      lane: 'b',
      stints: [
        { stintId: 's1', recorderId: 'a', holder: 'a', journals: ['journal.jsonl'] },
        { stintId: 's2', recorderId: 'b', holder: 'b', journals: ['journal.jsonl'] },
      ],
    },
  ],
  [
    'a shared store: the complete copy, read by the recorder that has the most',
    ended({ listed: ['a', 'b'] }),
    { a: answer(stint('s1', 'a', open), s2), c: answer(s1, s2) },
    2 * MINUTE_MS,
    {
      do: 'assemble',
      awaited: ['b'],
      lane: 'a',
      stints: [
        { stintId: 's1', recorderId: 'a', holder: 'c', journals: ['journal.jsonl'] },
        { stintId: 's2', recorderId: 'b', holder: 'a', journals: ['journal.jsonl'] },
      ],
    },
  ],
  [
    'a version, and the awaited recorder is away: keep',
    ended({ listed: ['a', 'b'], assembled: ['s1'], awaited: ['b'] }),
    { a: answer(s1) },
    DAY_MS,
    { do: 'keep', awaited: ['b'], againMs: 10 * MINUTE_MS },
  ],
  [
    'the awaited recorder returns with a stint: a new version of all',
    ended({ listed: ['a', 'b'], assembled: ['s1'], awaited: ['b'] }),
    { a: answer(s1), b: answer(s2) },
    DAY_MS,
    { do: 'assemble', marks: ['s1', 's2'], awaited: [], isBeside: false },
  ],
  [
    'it returns with nothing: nothing is awaited any more',
    ended({ listed: ['a', 'b'], assembled: ['s1'], awaited: ['b'] }),
    { a: answer(s1), b: answer() },
    DAY_MS,
    { do: 'keep', awaited: [] },
  ],
  [
    'it returns while the recorder of the version is away: wait for that one too',
    ended({ listed: ['a', 'b'], assembled: ['s1'], awaited: ['b'] }),
    { b: answer(s2) },
    DAY_MS,
    { do: 'keep', awaited: ['a', 'b'] },
  ],
  [
    'the recorder of the version is away for thirty days: files beside its files',
    ended({ listed: ['a', 'b'], assembled: ['s1'], awaited: ['a', 'b'] }),
    { b: answer(s2) },
    30 * DAY_MS,
    { do: 'assemble', stints: [placeOf(s2)], marks: ['s1', 's2'], awaited: [], isBeside: true },
  ],
  [
    'its stint is gone, and no recorder is away: files beside its files',
    ended({ listed: ['a', 'b'], assembled: ['s1'] }),
    { a: answer(), b: answer(s2) },
    DAY_MS,
    { do: 'assemble', stints: [placeOf(s2)], marks: ['s1', 's2'], isBeside: true },
  ],
  [
    'its stint is erased: files beside its files, without that stint',
    ended({ listed: ['a', 'b'], assembled: ['s1!'], awaited: ['b'] }),
    { a: answer(s1), b: answer(s2) },
    DAY_MS,
    { do: 'assemble', stints: [placeOf(s2)], marks: ['s1!', 's2'], awaited: [], isBeside: true },
  ],
  [
    'a version beside has all: keep',
    ended({ listed: ['a', 'b'], assembled: ['s1!', 's2'] }),
    { a: answer(), b: answer(s2) },
    DAY_MS,
    { do: 'keep', awaited: [] },
  ],
  [
    'one of its files was deleted: keep',
    ended({ listed: ['a', 'b'], assembled: ['s1', '!'] }),
    { a: answer(s1), b: answer(s2) },
    DAY_MS,
    { do: 'keep', awaited: [] },
  ],
  [
    'the recorder of an incomplete stint returns, and completes it: a new version',
    ended({ listed: ['a'], assembled: ['s1~'], awaited: ['a'] }),
    { a: answer(s1) },
    DAY_MS,
    { do: 'assemble', marks: ['s1'] },
  ],
  [
    'it returns, and cannot complete it, but may have brought more of it: a new version, once',
    ended({ listed: ['a'], assembled: ['s1~'], awaited: ['a'] }),
    { a: answer(stint('s1', 'a', open)) },
    DAY_MS,
    { do: 'assemble', marks: ['s1~'], awaited: [] },
  ],
  [
    'tracks that are to be composed: compose',
    ended(),
    { a: answer(later) },
    0,
    { do: 'compose', stints: [{ stint: placeOf(later), from }], againMs: SECOND_MS },
  ],
  [
    'only the stint that was left for later is composed',
    ended({ listed: ['a', 'b'] }),
    { a: answer(later), b: answer(s2) },
    0,
    { do: 'compose', stints: [{ stint: placeOf(later), from }] },
  ],
  ['a recorder still stores: nothing is composed', ended(), { a: busy(later) }, 0, { do: 'wait' }],
  ['the task waits or runs', ended({ compositions: { s1: from } }), { a: answer(later) }, 0, { do: 'compose' }],
  [
    'composed: the composed stints in place of the tracks, which are marked',
    ended({ compositions: madeBy('c1') }),
    { a: answer(later), c: answer(composed), b: answer(s2) },
    0,
    { do: 'assemble', stints: [placeOf(composed), placeOf(s2)], marks: ['s1', 's2'], awaited: [], lane: 'b' },
  ],
  [
    'composed twice: the stint that the last task named counts',
    ended({ compositions: madeBy('c1') }),
    { a: answer(later, stint('c0', 'a', { composedOf: 's1' })), c: answer(composed) },
    0,
    { do: 'assemble', stints: [placeOf(composed)], marks: ['s1'] },
  ],
  [
    'composed by a run that no task named: compose',
    ended(),
    { a: answer(later), c: answer(composed) },
    0,
    { do: 'compose' },
  ],
  [
    'the composed stint is not stored yet: wait',
    ended({ compositions: madeBy('c1') }),
    { a: answer(later), c: answer({ ...composed, ...open }) },
    10 * MINUTE_MS,
    { do: 'wait' },
  ],
  [
    'its recorder is away: wait',
    ended({ compositions: madeBy('c1') }),
    { a: answer(later) },
    MINUTE_MS,
    { do: 'wait' },
  ],
  [
    'its recorder is away for two minutes: compose anew',
    ended({ compositions: madeBy('c1') }),
    { a: answer(later) },
    2 * MINUTE_MS,
    { do: 'compose' },
  ],
  [
    'it could not be composed: its tracks',
    ended({ compositions: { s1: { ...from, failure: 'NO_PICTURE_TRANSCODER', atMs: END_MS } } }),
    { a: answer(later) },
    0,
    { do: 'assemble', stints: [placeOf(later)], marks: ['s1'] },
  ],
  [
    'more of a composed stint has come: compose anew',
    ended({
      assembled: ['s1~'],
      awaited: ['a'],
      compositions: { s1: { ...from, isComplete: false, stintId: 'c1', atMs: END_MS } },
    }),
    { a: answer(later), c: answer(composed) },
    DAY_MS,
    { do: 'compose' },
  ],
  [
    'more of an incomplete stint has come since it was composed: compose anew',
    ended({ compositions: { s1: { isComplete: false, endedMs: 5000, stintId: 'c1', atMs: END_MS } } }),
    { a: answer({ ...later, ...open }), c: answer(composed) },
    2 * MINUTE_MS,
    { do: 'compose', stints: [{ stint: placeOf(later), from: { isComplete: false, endedMs: 10_000 } }] },
  ],
  [
    'the composed stint is not stored for a day: compose anew',
    ended({ compositions: madeBy('c1') }),
    { a: answer(later), c: answer({ ...composed, ...open }) },
    DAY_MS,
    { do: 'compose' },
  ],
  [
    'the composed stint of one of two is not there yet: wait',
    ended({ listed: ['a', 'b'], compositions: madeBy('c1') }),
    { a: answer(later), b: answer(s2) },
    0,
    { do: 'wait' },
  ],
  [
    'the composed stint of one is not there yet, and another is not composed: compose that one',
    ended({ listed: ['a', 'b'], compositions: madeBy('c1') }),
    { a: answer(later), b: answer({ ...s2, isLater: true }) },
    0,
    { do: 'compose', stints: [{ stint: placeOf(s2) }] },
  ],
  [
    'a version has what was composed: keep',
    ended({ assembled: ['s1'], compositions: madeBy('c1') }),
    { a: answer(later), c: answer(composed) },
    DAY_MS,
    { do: 'keep', awaited: [] },
  ],
  [
    'a missing stint returns that was left for later: that one is composed',
    ended({ listed: ['a', 'b'], assembled: ['s1'], awaited: ['b'], compositions: madeBy('c1') }),
    { a: answer(later), b: answer({ ...s2, isLater: true }), c: answer(composed) },
    DAY_MS,
    { do: 'compose', stints: [{ stint: placeOf(s2), from: { isComplete: true, endedMs: 40_000 } }] },
  ],
  [
    'thirty days are over: nothing is awaited',
    ended({ listed: ['a', 'b'], assembled: ['s1'], awaited: ['b'] }),
    { a: answer(s1) },
    30 * DAY_MS,
    { do: 'keep', awaited: [] },
  ],
  ['a clock that was set back counts as the end', ended(), {}, -DAY_MS, { do: 'wait', againMs: SECOND_MS }],
];

describe('what becomes of an ended recording', () => {
  it.each(rows)('%s', (_name, recording, answers, ageMs, expected) => {
    expect(decide(recording, new Map(Object.entries(answers)), END_MS + ageMs)).toMatchObject(expected);
  });
});

describe('what a recorder has beyond a version', () => {
  it.each([
    ['a stint of the version', answer(s1), ['s1'], false],
    ['an erased stint', answer(s1), ['s1!'], false],
    ['a stint of which the version has a part', answer(s1), ['s1~'], false],
    ['what was composed of a stint', answer(s1, composed), ['s1'], false],
    ['another stint', answer(s1, s2), ['s1'], true],
    ['data that it still stores', busy(s1), ['s1'], true],
    ['another stint, after a file was deleted', answer(s1, s2), ['s1', '!'], false],
  ] as const)('%s', (_name, held, marks, expected) => {
    expect(hasMore(held, marks)).toBe(expected);
  });
});
