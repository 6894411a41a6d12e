// Tests quality batches with an api that is late, refuses, or is absent.
import { MeridianError, type wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../src/clients/bounded-queue.ts';
import { QualityBatches } from '../../src/clients/quality-batches.ts';
import { bounds } from '../../src/limits.ts';

function setUp() {
  const clock = new ManualClock();
  const sent: wire.QualityBatch.$Properties[] = [];
  const api = { answer: (): Promise<unknown> => Promise.resolve({}) };
  const settled: Record<string, number> = {};
  const factsLost: string[] = [];
  const batches = new QualityBatches({
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    incarnation: 'p1',
    call: (message) => {
      sent.push(message);
      return api.answer();
    },
    onSettled: (outcome, count) => {
      settled[outcome] = (settled[outcome] ?? 0) + count;
    },
    onFactsLost: (sessionId) => factsLost.push(sessionId),
  });
  const record = (sessionId: string, count = 1) => {
    for (let each = 0; each < count; each += 1) batches.record({ sessionId, wallMs: each });
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const sizes = () => sent.map(({ records }) => records?.length);
  return { clock, batches, api, sent, settled, factsLost, record, pass, sizes };
}
const away = () => Promise.reject(new MeridianError('API_UNREACHABLE'));

describe('batches', () => {
  it('are sent within two seconds, sooner when a session has ended, and never empty', async () => {
    const { batches, sent, record, pass } = setUp();
    await pass(60_000);
    record('a');
    batches.event({ sessionId: 'a', kind: 'muted' });
    await pass(bounds.qualityEveryMs - 1);
    expect(sent).toEqual([]);
    await pass(1);
    expect(sent).toEqual([
      { facts: [], records: [{ sessionId: 'a', wallMs: 0 }], events: [{ sessionId: 'a', kind: 'muted' }] },
    ]);
    record('a');
    batches.hurry();
    await pass(bounds.qualitySoonMs);
    expect(sent).toHaveLength(2);
    await pass(60_000);
    expect(sent).toHaveLength(2);
  });

  it('are bounded, and one at a time is under way', async () => {
    const { api, sizes, record, pass } = setUp();
    const answer = Promise.withResolvers<object>();
    api.answer = () => answer.promise;
    record('a', bounds.qualityAtOnce * 2 + 1);
    await pass(bounds.qualityEveryMs);
    record('b');
    await pass(60_000);
    expect(sizes()).toEqual([bounds.qualityAtOnce]);
    api.answer = () => Promise.resolve({});
    answer.resolve({});
    await pass(0);
    expect(sizes()).toEqual([bounds.qualityAtOnce, bounds.qualityAtOnce, 2]);
  });

  it('are kept until answered: a lost answer leads to a repetition', async () => {
    const { batches, api, sent, settled, record, pass } = setUp();
    api.answer = away;
    batches.facts({ sessionId: 'a', name: 'Ann' });
    record('a', 3);
    batches.event({ sessionId: 'a', kind: 'joined' });
    await pass(bounds.qualityEveryMs);
    await pass(bounds.qualityRetryMs);
    api.answer = () => Promise.resolve({});
    await pass(bounds.qualityRetryMs);
    expect(sent).toHaveLength(3);
    expect(sent[2]).toEqual(sent[0]);
    expect([batches.size, settled]).toEqual([0, { sent: 3 }]);
    await pass(60_000);
    expect(sent).toHaveLength(3);
  });

  it('that the api will never take do not block later batches', async () => {
    const { batches, api, settled, record, pass } = setUp();
    api.answer = () => Promise.reject(new MeridianError('REQUEST_INVALID'));
    record('a', 2);
    await pass(bounds.qualityEveryMs);
    expect([batches.size, settled]).toEqual([0, { refused: 2 }]);
  });

  it('lose the oldest records and events beyond the bound, even of a batch that is under way, and count them', async () => {
    const { batches, api, sent, settled, record, pass } = setUp();
    const answer = Promise.withResolvers<object>();
    api.answer = () => answer.promise;
    record('old', 10);
    await pass(bounds.qualityEveryMs);
    record('new', bounds.qualityRecordsMax - 5);
    expect([batches.size, settled['dropped']]).toEqual([bounds.qualityRecordsMax, 5]);
    for (let each = 0; each <= bounds.qualityEventsMax; each += 1) batches.event({ kind: `${each}` });
    expect(settled['eventDropped']).toBe(1);
    api.answer = away;
    answer.resolve({});
    await pass(0);
    expect(batches.size).toBe(bounds.qualityRecordsMax - 5);
    expect(sent.at(-1)?.records?.[0]?.sessionId).toBe('new');
    expect(sent.at(-1)?.events?.[0]?.kind).toBe('1');
  });

  it('are waited for by an ordered stop for a bounded time; nothing is sent afterwards', async () => {
    const { batches, api, sent, record, pass } = setUp();
    record('a', bounds.qualityAtOnce + 1);
    await batches.flush(1000);
    expect(sent).toHaveLength(2);
    api.answer = () => new Promise(() => undefined);
    record('a');
    const flushed = batches.flush(2000);
    await pass(2000);
    await flushed;
    batches.close();
    batches.close();
    record('b');
    await pass(60_000);
    expect(sent).toHaveLength(3);
  });
});

describe('joins', () => {
  it('are sent as a portion, again under the same number until answered, and later joins in the next portion', async () => {
    const { batches, api, sent, pass } = setUp();
    api.answer = away;
    batches.join('acme', '');
    await pass(bounds.qualityEveryMs);
    batches.join('acme', 'NO_NODE');
    await pass(bounds.qualityRetryMs);
    api.answer = () => Promise.resolve({});
    await pass(bounds.qualityRetryMs);
    const said = sent.map(({ joinsOf, joinsNumber, joinsAgeMs, joins }) => [joinsOf, joinsNumber, joinsAgeMs, joins]);
    const first = [{ tenant: 'acme', code: '', count: 1 }];
    expect(said).toEqual([
      ['p1', 1, 2000, first],
      ['p1', 1, 4000, first],
      ['p1', 1, 12_000, first],
      ['p1', 2, 10_000, [{ tenant: 'acme', code: 'NO_NODE', count: 1 }]],
    ]);
    await pass(60_000);
    expect(sent).toHaveLength(4);
  });

  it('that the api will never take are counted as lost', async () => {
    const { batches, api, settled, pass } = setUp();
    api.answer = () => Promise.reject(new MeridianError('REQUEST_INVALID'));
    batches.join('acme', '');
    batches.join('', 'TOKEN_INVALID');
    await pass(bounds.qualityEveryMs);
    expect(settled['joinRefused']).toBe(2);
    await batches.flush(0);
    expect(settled['joinRefused']).toBe(2);
  });
});

describe('facts', () => {
  it('are sent as the latest of a session; facts that changed while a batch was under way are sent again', async () => {
    const { batches, api, sent, pass } = setUp();
    batches.facts({ sessionId: 'a', name: 'Ann' });
    batches.facts({ sessionId: 'a', name: 'Anna' });
    const answer = Promise.withResolvers<object>();
    api.answer = () => answer.promise;
    await pass(bounds.qualityEveryMs);
    batches.facts({ sessionId: 'a', name: 'Hannah' });
    api.answer = () => Promise.resolve({});
    answer.resolve({});
    await pass(0);
    expect(sent.map(({ facts }) => facts?.map(({ name }) => name))).toEqual([['Anna'], ['Hannah']]);
  });

  it('that cannot be kept are requested again', async () => {
    const { batches, factsLost } = setUp();
    for (let each = 0; each <= bounds.qualityFactsMax; each += 1) batches.facts({ sessionId: `s${each}` });
    expect(factsLost).toEqual(['s0']);
  });
});

it('a queue drops entries up to a number, even if some of them were dropped at the bound before', () => {
  const waiting = new BoundedQueue<number>(3);
  expect([1, 2, 3, 4, 5].map((each) => waiting.add(each))).toEqual([false, false, false, true, true]);
  expect([waiting.first(2), waiting.firstNumber, waiting.size]).toEqual([[3, 4], 2, 3]);
  waiting.dropBefore(1);
  expect(waiting.first(9)).toEqual([3, 4, 5]);
  waiting.dropBefore(4);
  expect(waiting.first(9)).toEqual([5]);
  waiting.dropBefore(99);
  expect([waiting.first(9), waiting.size, waiting.firstNumber]).toEqual([[], 0, 5]);
});
