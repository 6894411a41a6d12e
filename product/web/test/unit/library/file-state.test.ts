import { expect, it } from 'vitest';
import {
  type FileEvent,
  type FileState,
  isOver,
  mayPause,
  mayResume,
  needsPage,
  newFile,
  nextState,
  type Phase,
  phases,
} from '../../../src/library/core/file-state.ts';

const at = (phase: Phase): FileState => ({
  ...newFile(100),
  phase,
  bytes: 40,
  upload: 'up_1',
  pace: [{ atMs: 0, bytes: 40 }],
});
const progress = (phase: 'reading' | 'sending' | 'checking' | 'done', bytes: number): FileEvent => ({
  name: 'progress',
  progress: { phase, bytes, knownBytes: 7 },
  atMs: 1000,
});

/** Next phase by event and current phase; in phases that are not listed the event changes nothing. */
const edges: readonly (readonly [FileEvent, Partial<Record<Phase, Phase>>])[] = [
  [{ name: 'begun' }, { waiting: 'reading' }],
  [{ name: 'paused' }, { waiting: 'paused', reading: 'paused', sending: 'paused' }],
  [{ name: 'resumed' }, { paused: 'waiting', failed: 'waiting' }],
  [{ name: 'ready' }, { reading: 'ready', sending: 'ready', checking: 'ready' }],
  [
    { name: 'refused', code: 'TYPE_REFUSED' },
    { reading: 'refused', sending: 'refused', checking: 'refused' },
  ],
  [
    { name: 'failed', code: 'API_UNREACHABLE' },
    { reading: 'failed', sending: 'failed', checking: 'failed' },
  ],
  [progress('sending', 50), { reading: 'sending', sending: 'sending', checking: 'sending' }],
  [progress('done', 100), { reading: 'checking', sending: 'checking', checking: 'checking' }],
  [{ name: 'known', upload: 'up_2', item: 'it_2' }, {}],
];

it.each(edges)('the event %j leads to the listed phases, and is ignored in all other phases', (event, to) => {
  for (const phase of phases) {
    const next = nextState(at(phase), event);
    expect([phase, next.phase]).toEqual([phase, to[phase] ?? phase]);
  }
});

it('an event that comes too late leaves the same state object', () => {
  for (const phase of ['paused', 'ready', 'refused', 'failed'] as const) {
    const state = at(phase);
    for (const event of [
      progress('sending', 90),
      { name: 'failed', code: 'X' } as const,
      { name: 'known', upload: 'up_9', item: '' } as const,
    ])
      expect(nextState(state, event)).toBe(state);
  }
});

it('bytes never exceed the file, and the pace starts anew with each stay in sending', () => {
  expect(nextState(at('sending'), progress('sending', 9999)).bytes).toBe(100);
  expect(nextState(at('sending'), progress('sending', 50)).pace).toHaveLength(2);
  expect(nextState(at('reading'), progress('sending', 50)).pace).toEqual([{ atMs: 1000, bytes: 50 }]);
  expect(nextState(at('sending'), { name: 'paused' }).pace).toEqual([]);
  expect(nextState(at('sending'), progress('checking', 100)).pace).toEqual([]);
});

it('the code of a failure is forgotten at the next try', () => {
  const failed = nextState(at('sending'), { name: 'failed', code: 'API_UNREACHABLE' });
  expect([failed.code, nextState(failed, { name: 'resumed' }).code]).toEqual(['API_UNREACHABLE', '']);
});

it('only the listed phases need the page, may pause, may resume, or are over', () => {
  const phasesWhere = (test: (state: FileState) => boolean) => phases.filter((phase) => test(at(phase)));
  expect(phasesWhere(needsPage)).toEqual(['waiting', 'reading', 'sending', 'paused']);
  expect(phasesWhere(mayPause)).toEqual(['waiting', 'reading', 'sending']);
  expect(phasesWhere(mayResume)).toEqual(['paused', 'failed']);
  expect(phasesWhere(isOver)).toEqual(['ready', 'refused']);
});
