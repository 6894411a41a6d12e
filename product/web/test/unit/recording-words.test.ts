import { expect, it } from 'vitest';
import { sayOf } from '../../src/core/messages/both-languages.ts';
import { recordingNoteTexts, recordingStateTexts } from '../../src/core/messages/recording-states.ts';
import { type RecordingFacts, recordingNotes, recordingState } from '../../src/core/recording-words.ts';

const recording = (change: Partial<RecordingFacts> = {}): RecordingFacts => ({
  state: 'finished',
  mode: 'composed',
  failure: null,
  holeMs: 0,
  holes: [],
  outputs: [{ source: 'composed' }],
  ...change,
});

const sayState = sayOf(recordingStateTexts, 'en');
const sayNote = sayOf(recordingNoteTexts, 'en');
const task = (kind: 'compose' | 'assemble', state: 'waiting' | 'running', done = 0) =>
  recording({ state: 'finishing', outputs: [], task: { kind, state, done } });

it.each([
  [recording(), 'Ready'],
  [recording({ trashedAt: '2026-11-30T00:00:00Z' }), 'In the trash'],
  [recording({ state: 'running' }), 'Being recorded'],
  [recording({ state: 'running', later: true }), 'Being recorded; the video is made after the meeting'],
  [recording({ state: 'ended', task: null }), 'Waiting for processing'],
  [recording({ state: 'finishing' }), 'Processing'],
  [task('compose', 'waiting'), 'The video waits to be made'],
  [task('compose', 'running', 0.999), 'Making the video: 99 %'],
  [task('compose', 'running', 7), 'Making the video: 100 %'],
  [task('assemble', 'waiting'), 'The files wait to be made'],
  [task('assemble', 'running'), 'Making the files: 0 %'],
  [recording({ state: 'failed', failure: 'X' }), 'Processing failed'],
] as const)('the state of a recording is said in words: %#', (facts, words) => {
  const { key, values } = recordingState(facts);
  expect(sayState(key, values)).toBe(words);
});

const hole = (identity: string | null, source: string | null) => ({ identity, source });

it.each([
  [recording(), []],
  [recording({ holes: [hole(null, null)], holeMs: 65_000 }), ['1 part is missing, 1:05 in total.']],
  [recording({ holes: [hole(null, null), hole(null, null)], holeMs: 12_000 }), ['2 parts are missing, 0:12 in total.']],
  [
    recording({
      holes: [hole(null, null), hole('a', 'camera'), hole('a', 'camera'), hole('b', 'screen')],
      holeMs: 900,
    }),
    ['1 part is missing, 0:01 in total.', '2 tracks have gaps; the others are whole.'],
  ],
  [
    recording({ outputs: [{ source: 'camera' }], failure: 'COMPOSE_FAILED' }),
    ['One video could not be made of it: there is a file of each person and screen instead.'],
  ],
  [recording({ mode: 'tracks', outputs: [{ source: 'camera' }] }), []],
  [recording({ state: 'finishing', failure: 'NO_LIBRARY' }), ['It takes longer, and is tried again (NO_LIBRARY).']],
  [recording({ state: 'failed', failure: 'RECORDING_UNKNOWN' }), ['Nothing of this recording could be found.']],
  [recording({ state: 'failed', failure: 'RECORDING_TOO_LONG' }), ['It is too long to be made into files.']],
  [recording({ state: 'failed', failure: 'MEDIA_INVALID' }), ['The files could not be made (MEDIA_INVALID).']],
  [recording({ state: 'running', failure: 'NO_LIBRARY' }), []],
] as const)('what else there is to know of it is said in sentences: %#', (facts, sentences) => {
  expect(recordingNotes(facts).map(({ key, values }) => sayNote(key, values))).toEqual(sentences);
});
