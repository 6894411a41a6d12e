import { describe, expect, it } from 'vitest';
import {
  beginReasons,
  type JobFacts,
  type NodeFacts,
  notYetCodes,
  nowCodes,
  waitingReasons,
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
  [facts(), { code: 'next', text: 'Nothing delays it: it begins when the queue is next checked.' }],
  [facts({ nodes: undefined }), { code: 'next', text: 'Nothing delays it: it begins when the queue is next checked.' }],
  [facts({ before: 17 }), { code: 'behind', count: 17, text: 'Tasks before it in the queue: 17.' }],
  [facts({ before: 10_000 }), { code: 'behind', count: 10_000, text: 'Tasks before it in the queue: 10000 or more.' }],
  [
    facts({ state: 'delayed', dueMs: nowMs + 7_200_000 }),
    { code: 'delayed', ms: 7_200_000, text: 'It is scheduled for later: in 2 h.' },
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
    { code: 'lost', node: 'library-1', text: 'library-1 ran it and stopped reporting: another node will take it.' },
  ],
  [facts({}, { present: 0, free: 0 }), { code: 'noNodes', text: 'No node has asked for tasks recently.' }],
  [facts({}, { free: 0 }), { code: 'nodesBusy', count: 2, text: 'All nodes are busy: 2.' }],
  [
    facts({}, { isTenantFull: true }),
    { code: 'tenantFull', text: 'Its tenant has as many running tasks as are allowed.' },
  ],
  [facts({}, { isLaneFull: true }), { code: 'laneFull', text: 'Its lane has as many running tasks as are allowed.' }],
  [
    facts({}, { affinity: { node: 'library-2', untilMs: nowMs + 4000 } }),
    {
      code: 'affinity',
      node: 'library-2',
      ms: 4000,
      text: 'For 4 s it is reserved for library-2, which serves its lane.',
    },
  ],
  [
    facts({}, { hadTurn: true }),
    { code: 'turn', text: 'Its tenant has had its turn: each other waiting tenant comes first, once.' },
  ],
];

describe('the reasons why a job has not begun', () => {
  it.each(table)('are complete for row %#', (of, because) => {
    expect(waitingReasons(of)).toEqual([because]);
  });

  it('include each code in these rows', () => {
    const codes = table.flatMap(([of]) => waitingReasons(of).map(({ code }) => code));
    expect(new Set(codes)).toEqual(new Set(notYetCodes));
  });

  it('are listed all together', () => {
    const found = waitingReasons(facts({ before: 3 }, { free: 0, hadTurn: true, isLaneFull: true }));
    expect(found.map(({ code }) => code)).toEqual(['nodesBusy', 'laneFull', 'turn', 'behind']);
  });

  it('are absent for a running job, and never the tenant’s turn for an urgent job', () => {
    expect(waitingReasons(facts({ state: 'running', before: 3 }, { free: 0, isLeased: true }))).toEqual([]);
    expect(waitingReasons(facts({ isUrgent: true }, { hadTurn: true }))).toMatchObject([{ code: 'next' }]);
  });
});

describe('the reasons why a job begins now', () => {
  it('are the causes of its rank, and its age', () => {
    const cause = {
      urgent: 'operator',
      order: 'person',
      deadlineMs: nowMs,
      workMs: 1_800_000,
      heat: 1,
    } as const;
    const { reasons } = rankOf({ createdMs: nowMs, ...cause });
    const found = beginReasons(facts({ reasons }));
    expect(found.map(({ text }) => text)).toEqual([
      'The task is urgent: 24 h up.',
      'The task has a deadline: 60 min up.',
      'A person or a program that waits ordered it: 30 min up.',
      'Its item is viewed often: 10 min up.',
      'The task was created 3 min ago; older tasks come first.',
    ]);
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(nowCodes));
  });

  it('have age 0 for a job whose maker’s clock is ahead', () => {
    expect(beginReasons(facts({ createdMs: nowMs + 5000 }))).toMatchObject([{ code: 'age', ms: 0 }]);
  });
});
