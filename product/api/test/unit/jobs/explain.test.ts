import { describe, expect, it } from 'vitest';
import {
  type JobFacts,
  type NodeFacts,
  notYetCodes,
  nowCodes,
  whyNotYet,
  whyNow,
} from '../../../src/jobs/core/explain.ts';
import { rankOf } from '../../../src/jobs/core/rank.ts';

const nowMs = 1_800_000_000_000;
const idle: NodeFacts = {
  present: 2,
  free: 3,
  node: '',
  isLeased: false,
  affinity: undefined,
  hadTurn: false,
  isTenantFull: false,
  isLaneFull: false,
};
const facts = (o: Partial<JobFacts> = {}, nodes: Partial<NodeFacts> = {}): JobFacts => ({
  nowMs,
  state: 'waiting',
  createdMs: nowMs - 200_000,
  dueMs: nowMs - 200_000,
  reasons: [],
  isUrgent: false,
  attempts: 0,
  failure: undefined,
  before: 0,
  nodes: { ...idle, ...nodes },
  ...o,
});
const failure = { code: 'FFMPEG_FAILED', detail: 'no frames' };

const table: [JobFacts, object][] = [
  [facts(), { code: 'next', text: 'Nothing keeps it: it begins when the queue is next asked.' }],
  [facts({ nodes: undefined }), { code: 'next', text: 'Nothing keeps it: it begins when the queue is next asked.' }],
  [facts({ before: 17 }), { code: 'behind', count: 17, text: 'Before it in the queue: 17.' }],
  [facts({ before: 10_000 }), { code: 'behind', count: 10_000, text: 'Before it in the queue: 10000 or more.' }],
  [
    facts({ state: 'delayed', dueMs: nowMs + 7_200_000 }),
    { code: 'delayed', ms: 7_200_000, text: 'It was ordered for later: in 2 h.' },
  ],
  [
    facts({ state: 'delayed', dueMs: nowMs + 12_000, attempts: 2, failure }),
    {
      code: 'backoff',
      ms: 12_000,
      count: 2,
      text: 'Attempt 2 failed: FFMPEG_FAILED, no frames. The next one is in 12 s.',
    },
  ],
  [
    facts({ state: 'delayed', dueMs: nowMs + 500, attempts: 1 }),
    { code: 'backoff', ms: 500, count: 1, text: 'Attempt 1 failed. The next one is in 1 s.' },
  ],
  [
    facts({}, { isLeased: true, node: 'library-1' }),
    { code: 'lost', node: 'library-1', text: 'library-1 had it and fell silent: another node takes it.' },
  ],
  [facts({}, { present: 0, free: 0 }), { code: 'noNodes', text: 'No node has asked for work of late.' }],
  [facts({}, { free: 0 }), { code: 'nodesBusy', count: 2, text: 'Nodes without room for another task: 2.' }],
  [facts({}, { isTenantFull: true }), { code: 'tenantFull', text: 'Its tenant has as many at nodes as it may have.' }],
  [facts({}, { isLaneFull: true }), { code: 'laneFull', text: 'As many of its lane as may be are at nodes.' }],
  [
    facts({}, { affinity: { node: 'library-2', untilMs: nowMs + 4000 } }),
    { code: 'affinity', node: 'library-2', ms: 4000, text: 'For 4 s it is kept for library-2, which has its lane.' },
  ],
  [
    facts({}, { hadTurn: true }),
    { code: 'turn', text: 'Its tenant has had its turn: others that wait come first, once each.' },
  ],
];

describe('the reasons for not yet', () => {
  it.each(table)('are complete for row %#', (of, because) => {
    expect(whyNotYet(of)).toEqual([because]);
  });

  it('include each code in these rows', () => {
    const codes = table.flatMap(([of]) => whyNotYet(of).map(({ code }) => code));
    expect(new Set(codes)).toEqual(new Set(notYetCodes));
  });

  it('are listed all together', () => {
    const found = whyNotYet(facts({ before: 3 }, { free: 0, hadTurn: true, isLaneFull: true }));
    expect(found.map(({ code }) => code)).toEqual(['nodesBusy', 'laneFull', 'turn', 'behind']);
  });

  it('are absent for a running job, and an urgent job never waits for its turn', () => {
    expect(whyNotYet(facts({ state: 'running', before: 3 }, { free: 0, isLeased: true }))).toEqual([]);
    expect(whyNotYet(facts({ isUrgent: true }, { hadTurn: true }))).toMatchObject([{ code: 'next' }]);
  });
});

describe('the reasons for now', () => {
  it('are the causes of its rank, and its age', () => {
    const cause = {
      urgent: 'operator',
      order: 'person',
      deadlineMs: nowMs,
      workMs: 1_800_000,
      demand: { lastHour: 1, hourBefore: 1 },
    } as const;
    const { reasons } = rankOf({ createdMs: nowMs, ...cause });
    const found = whyNow(facts({ reasons }));
    expect(found.map(({ text }) => text)).toEqual([
      'It is urgent: 24 h up.',
      'It has a deadline: 60 min up.',
      'It was ordered by a person or a program that waits: 30 min up.',
      'What it is for is much looked at, or more than before: 10 min up.',
      'It was made 3 min ago; older ones come first.',
    ]);
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(nowCodes));
  });

  it('have age 0 for a job whose maker’s clock is ahead', () => {
    expect(whyNow(facts({ createdMs: nowMs + 5000 }))).toMatchObject([{ code: 'age', ms: 0 }]);
  });
});
