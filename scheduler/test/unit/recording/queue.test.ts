import { describe, expect, test } from 'vitest';
import { chooseRecorders } from '../../../src/recording/core/choice.ts';
import { CHARGED_MS, HANDED_MAX, HandedRecordings } from '../../../src/recording/core/handed-recordings.ts';
import { nothingKept } from '../../../src/recording/core/kept-slots.ts';
import { NO_RECORDER, NO_SLOTS, planQueue as planWith, TOO_LARGE } from '../../../src/recording/core/plan-queue.ts';
import type { Recorder, RecordingAsk } from '../../../src/recording/core/types.ts';
import {
  WAITING_MAX,
  WAITING_MS,
  WAITING_OF_TENANT_MAX,
  Waiting,
  type WaitingEntry,
} from '../../../src/recording/core/waiting.ts';
import { frankfurt, singapore } from '../fixtures.ts';

const place = { hostId: 'host-media', region: 'eu', ...frankfurt };
const ask = (key: string, o: Partial<RecordingAsk> = {}): RecordingAsk => ({
  key,
  tenant: 't',
  fence: '',
  priority: 0,
  slots: 1,
  avoidIds: [],
  place,
  ...o,
});
const recorder = (nodeId: string, o: Partial<Recorder> = {}): Recorder => ({
  nodeId,
  hostId: `host-${nodeId}`,
  region: 'eu',
  slots: 10,
  freeSlots: 10,
  ...frankfurt,
  ...o,
});
const entry = (key: string, sinceMs: number, o: Partial<RecordingAsk> = {}) => ({ ask: ask(key, o), sinceMs });
const full = [recorder('a', { freeSlots: 0 })];
const none = new Map<string, number>();
const planQueue = (
  entries: readonly WaitingEntry[],
  recorders: readonly Recorder[],
  running: ReadonlyMap<string, number>,
): ReturnType<typeof planWith> => planWith(entries, recorders, running, nothingKept());
const keysOf = (plan: ReturnType<typeof planQueue>): string[] => plan.order.map((planned) => planned.entry.ask.key);

describe('the choice of recorders', () => {
  const far = recorder('far', { region: 'ap', ...singapore });
  test.each([
    { name: 'is empty without recorders', recorders: [], want: [] },
    { name: 'leaves out a recorder outside the fence', recorders: [far], o: { fence: 'eu' }, want: [] },
    { name: 'needs enough free slots', recorders: [recorder('a', { freeSlots: 1 })], o: { slots: 2 }, want: [] },
    { name: 'leaves out one that lost it', recorders: [recorder('a'), far], o: { avoidIds: ['a'] }, want: ['far'] },
    {
      name: 'prefers the host, then the region, then the distance',
      recorders: [far, recorder('a'), recorder('b', { hostId: 'host-media', freeSlots: 1 })],
      want: ['b', 'a', 'far'],
    },
    { name: 'prefers most free slots', recorders: [recorder('a', { freeSlots: 2 }), recorder('b')], want: ['b', 'a'] },
    { name: 'orders equal recorders by id', recorders: [recorder('b'), recorder('a')], want: ['a', 'b'] },
  ])('$name', (row) => {
    expect(chooseRecorders(ask('x', row.o), row.recorders)).toEqual(row.want);
  });
});

describe('the order in which recordings begin', () => {
  test('is priority, then a lost recorder, then the tenant with fewest slots, then age', () => {
    const entries = [
      entry('young', 9, { tenant: 'b' }),
      entry('old', 1, { tenant: 'b' }),
      entry('busy', 0, { tenant: 'a' }),
      entry('lost', 10, { tenant: 'a', avoidIds: ['gone'] }),
      entry('first', 20, { tenant: 'c', priority: 9 }),
    ];
    const recorders = [recorder('a', { slots: 100, freeSlots: 0 })];
    expect(keysOf(planQueue(entries, recorders, new Map([['a', 3]])))).toEqual([
      'first',
      'lost',
      'old',
      'young',
      'busy',
    ]);
  });

  test('puts a tenant beyond its share behind others, whatever its priority, and gives a lone tenant all slots', () => {
    const own = Array.from({ length: 10 }, (_, count) => entry(`a${count}`, count, { tenant: 'a', priority: 9 }));
    const others = Array.from({ length: 5 }, (_, count) => entry(`b${count}`, 50 + count, { tenant: 'b' }));
    const shared = planQueue(own.concat(others), [recorder('r')], none);
    const begun = shared.order.filter(({ recorderId }) => recorderId !== undefined);
    expect(begun.filter((planned) => planned.entry.ask.tenant === 'b')).toHaveLength(5);
    const alone = planQueue(own, [recorder('r')], none);
    expect(alone.order.every(({ recorderId }) => recorderId === 'r')).toBe(true);
  });

  test('lets a large recording save up slots, so that smaller recordings do not pass it for ever', () => {
    const plan = planQueue(
      [entry('large', 0, { slots: 8 }), entry('small', 1)],
      [recorder('r', { freeSlots: 3 })],
      none,
    );
    expect(plan.order.map(({ recorderId, reason }) => recorderId ?? reason)).toEqual([NO_SLOTS, NO_SLOTS]);
    expect(plan.order.map(({ slotsAhead }) => slotsAhead)).toEqual([5, 6]);
  });

  test('gives the reason for a recording that no recorder can hold, which delays no other', () => {
    const entries = [entry('fenced', 0, { fence: 'us' }), entry('huge', 1, { slots: 11 }), entry('one', 2)];
    const plan = planQueue(entries, [recorder('r')], none);
    expect(plan.order.map(({ recorderId, reason }) => recorderId ?? reason)).toEqual([NO_RECORDER, TOO_LARGE, 'r']);
  });

  test('does not count a recording that no recorder can hold as ahead of others', () => {
    const entries = [entry('fenced', 0, { fence: 'us' }), entry('huge', 1, { slots: 11 }), entry('one', 2)];
    expect(planQueue(entries, full, none).order.map(({ slotsAhead }) => slotsAhead)).toEqual([0, 0, 1]);
  });

  test.each([1, 2, 3, 4, 5])('gives no slot twice, and is the same for any order of requests (seed %i)', (seed) => {
    let state = seed;
    const next = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let round = 0; round < 40; round += 1) {
      const recorders = Array.from({ length: 1 + next(5) }, (_, count) =>
        recorder(`r${count}`, { freeSlots: next(11) }),
      );
      const entries = Array.from({ length: next(60) }, (_, count) =>
        entry(`k${count}`, next(1000), {
          tenant: `t${next(6)}`,
          priority: next(3),
          slots: 1 + next(4),
          avoidIds: next(5) === 0 ? ['r0'] : [],
        }),
      );
      const running = new Map([['t0', next(9)]]);
      const plan = planQueue(entries, recorders, running);
      expect(new Set(keysOf(plan)).size).toBe(entries.length);
      for (const { nodeId, freeSlots } of recorders) {
        const given = plan.order.filter(({ recorderId }) => recorderId === nodeId);
        const sum = given.reduce((slots, planned) => slots + planned.entry.ask.slots, 0);
        expect(sum, `seed ${seed}, round ${round}`).toBeLessThanOrEqual(freeSlots);
      }
      expect(keysOf(planQueue(entries.toReversed(), recorders, running))).toEqual(keysOf(plan));
    }
  });
});

test('a waiting recording lapses when its request is not repeated, and keeps its age when it is', () => {
  const waiting = new Waiting();
  for (let count = 0; count < 9; count += 1) waiting.put(ask(`k${count}`), 0);
  expect(waiting.put(ask('k7', { priority: 3 }), 1)).toBe(undefined);
  expect(waiting.list(WAITING_MS)).toEqual([{ ask: ask('k7', { priority: 3 }), sinceMs: 0 }]);
  expect(waiting.list(WAITING_MS + 1)).toEqual([]);
});

test('a waiting recording too many, of a tenant or of all, is refused; recordings that lapse or begin leave their place', () => {
  const waiting = new Waiting();
  const tenants = WAITING_MAX / WAITING_OF_TENANT_MAX;
  const put = (tenant: number, count: number, nowMs: number) =>
    waiting.put(ask(`${tenant}/${count}`, { tenant: `t${tenant}` }), nowMs);
  for (let count = 0; count < WAITING_OF_TENANT_MAX; count += 1) expect(put(0, count, 0)).toBe(undefined);
  expect([put(0, -1, 1), put(0, 7, 1), put(1, 0, 1)]).toEqual(['tenant', undefined, undefined]);
  for (let tenant = 1; tenant < tenants; tenant += 1)
    for (let count = 0; count < WAITING_OF_TENANT_MAX; count += 1) put(tenant, count, 1);
  expect([waiting.size, put(tenants, 0, 1), put(1, 7, 1)]).toEqual([WAITING_MAX, 'queue', undefined]);
  waiting.delete('0/0');
  waiting.delete('0/0');
  expect([put(0, -1, 1), put(0, -2, 1), put(tenants, 0, 1)]).toEqual([undefined, 'queue', 'queue']);
  expect([put(0, 0, WAITING_MS + 1), waiting.size]).toEqual([undefined, 1]);
});

test('a recording handed to a recorder is charged until a report contains it, or its time is over', () => {
  const handed = new HandedRecordings();
  const recording = { key: 'k', tenant: 't', recorderId: 'r', slots: 2, later: false };
  for (const atMs of [0, 1]) expect(handed.recordHanded(recording, atMs)).toBe(true);
  expect(handed.unreported(() => 99, 2)).toEqual([expect.objectContaining(recording)]);
  handed.accepted('k', 'r', false, 50);
  expect([handed.unreported(() => 50, 60).length, handed.unreported(() => 51, 60).length]).toEqual([1, 0]);
  expect(handed.list(1 + CHARGED_MS)).toEqual([]);
  for (let count = 0; count < HANDED_MAX; count += 1) handed.recordHanded({ ...recording, key: `k${count}` }, 20_000);
  expect(handed.recordHanded({ ...recording, key: 'one more' }, 20_000)).toBe(false);
});

test('no recording begins when no slot is free', () => {
  expect(planQueue([entry('k', 0)], full, none).order[0]).toMatchObject({ recorderId: undefined, reason: NO_SLOTS });
});
