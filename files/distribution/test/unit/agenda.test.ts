// The agenda: rules first, then random sequences of orders.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agendaOf, type Stage, type Work } from '../../src/core/agenda.ts';
import { hubRetryDelayMs, retryDelayMs } from '../../src/core/retry.ts';

const [urgent, normal, bulk] = [0, 1, 2];
const work = (content: string, priority = 0, o: Partial<Work> = {}): Work =>
  Object.assign({ delivery: `DL_${content}`, content, priority, rankMs: 0, dueMs: 0 }, o);
const goingOf = (works: Work[], running: Record<string, Stage> = {}, parallel = 2, nowMs = 0): string[] => [
  ...agendaOf(works, { parallel, nowMs, running: new Map(Object.entries(running)) }).active,
];

describe('the agenda', () => {
  it.each<[string, Work[], Record<string, Stage>, string[]]>([
    ['nothing run without jobs', [], {}, []],
    ['no more jobs run than there are places', [work('a', bulk), work('b', bulk), work('c', bulk)], {}, ['a', 'b']],
    ['normal deliveries run before bulk', [work('a', bulk), work('b', normal), work('c', normal)], {}, ['b', 'c']],
    [
      'the job with the lowest rank run first, then that of the lowest id',
      [work('c', bulk, { rankMs: 2 }), work('b', bulk, { rankMs: 2 }), work('a', bulk, { rankMs: 3 })],
      {},
      ['b', 'c'],
    ],
    [
      'a job of a lower rank overtake begun ones',
      [work('a', bulk), work('b', bulk, { rankMs: 5 }), work('c', bulk, { rankMs: -1 })],
      { a: 'fetching', b: 'fetching' },
      ['c', 'a'],
    ],
    [
      'a normal delivery take the place of a bulk delivery',
      [work('a', bulk), work('b', bulk, { rankMs: 1 }), work('c', normal)],
      { a: 'fetching', b: 'fetching' },
      ['c', 'a'],
    ],
    ['only an urgent delivery run', [work('a', bulk), work('b', normal), work('c', urgent)], { a: 'fetching' }, ['c']],
    [
      'urgent deliveries use one place beyond the places of all',
      [work('a', urgent), work('b', urgent), work('c', urgent), work('d', urgent)],
      {},
      ['a', 'b', 'c'],
    ],
    [
      'an urgent delivery run while sinks have all places',
      [work('a', bulk), work('b', bulk), work('c', urgent), work('d', normal)],
      { a: 'taking', b: 'taking' },
      ['c'],
    ],
    ['no delivery displace a sink', [work('a', bulk), work('b', bulk), work('c', bulk)], { a: 'taking' }, ['b']],
    ['others run while a sink takes an urgent file', [work('a', urgent), work('b', bulk)], { a: 'taking' }, ['b']],
    ['each content run once', [work('a', bulk), work('a', bulk), work('b', bulk)], {}, ['a', 'b']],
    ['a content run by its most urgent delivery', [work('a', bulk), work('b', normal), work('a', urgent)], {}, ['a']],
    ['only due deliveries run', [work('a', bulk, { dueMs: 1 }), work('b', bulk)], {}, ['b']],
  ])('lets %s', (_what, works, running, going) => expect(goingOf(works, running)).toEqual(going));

  it('states when the next waiting delivery is due, if one is due at all', () => {
    const works = [9, 5, 0, Number.POSITIVE_INFINITY].map((fromMs, at) => work(`c${at}`, bulk, { dueMs: fromMs }));
    expect(agendaOf(works, { parallel: 1, nowMs: 1, running: new Map() }).nextMs).toBe(5);
    expect(agendaOf(works, { parallel: 1, nowMs: 9, running: new Map() }).nextMs).toBeUndefined();
  });

  it('never makes urgent deliveries wait for blocks of other deliveries, and finishes all others after the urgent ones', () => {
    const orders = fc.array(
      fc.record({ priority: fc.nat(2), blocks: fc.integer({ min: 1, max: 4 }), at: fc.nat(30), rankMs: fc.nat(9) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(orders, fc.integer({ min: 1, max: 3 }), (all, parallel) => {
        const left = all.map(({ blocks }) => blocks);
        const running = new Map<string, Stage>();
        let step = 0;
        for (; step < 400; step += 1) {
          const works = all.flatMap(({ priority, at, rankMs }, id) =>
            at <= step && (left[id] ?? 0) > 0 ? [work(String(id), priority, { rankMs })] : [],
          );
          if (works.length === 0 && step > 30) break;
          const { active: going } = agendaOf(works, { parallel, nowMs: step, running });
          const urgents = works.filter(({ priority }) => priority === 0).length;
          // Every step is a block of each running content.
          const expected = urgents > 0 ? Math.min(urgents, parallel + 1) : Math.min(works.length, parallel);
          expect(going.size).toBe(expected);
          if (urgents > 0) expect([...going].every((id) => all[Number(id)]?.priority === 0)).toBe(true);
          for (const id of going) {
            running.set(id, 'fetching');
            left[Number(id)] = (left[Number(id)] ?? 0) - 1;
            if (left[Number(id)] === 0) running.delete(id);
          }
        }
        expect(left.every((blocks) => blocks === 0)).toBe(true);
        // No place stays empty: all blocks take at most the time of one place.
        expect(step).toBeLessThanOrEqual(31 + all.reduce((sum, { blocks }) => sum + blocks, 0));
      }),
    );
  });
});

describe('the wait before a retry', () => {
  it('doubles from a second to five minutes, with jitter', () => {
    expect([1, 2, 3, 4].map((failures) => retryDelayMs(failures, 0))).toEqual([1000, 2000, 4000, 8000]);
    expect(retryDelayMs(1, 0.999)).toBe(1500);
    expect([retryDelayMs(0, 0), retryDelayMs(9, 0), retryDelayMs(10_000, 1)]).toEqual([1000, 200_000, 300_000]);
  });
  it('is between one and 15 seconds for a request to library nodes', () => {
    expect([1, 2, 3, 4, 5, 9999].map((failures) => hubRetryDelayMs(failures, 0))).toEqual([
      1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    expect(hubRetryDelayMs(5, 1)).toBe(15_000);
  });
});
