import { ManualClock } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { CROWD, PlanTurns } from '../../src/adapters/links/plan-turns.ts';

const name = (index: number): string => `n${String(index).padStart(3, '0')}`;

function turns(count: number) {
  const clock = new ManualClock();
  const told: string[] = [];
  const held: number[] = [];
  const full = new Set<string>();
  const state = { version: 1 as number | undefined, isWarmingUp: false };
  const plans = new PlanTurns({
    clock,
    version: () => state.version,
    links: () => count,
    isWarmingUp: () => state.isWarmingUp,
    send: (nodeId, version) => {
      if (full.has(nodeId)) return false;
      told.push(nodeId);
      held.push(version);
      return true;
    },
  });
  for (let index = 0; index < count; index += 1) plans.registered(name(index), undefined);
  return { clock, told, held, full, state, plans };
}

describe('a small fleet', () => {
  test('is told a burst of changes once, all of it', () => {
    const { clock, told, plans } = turns(3);
    for (let change = 0; change < 50; change += 1) plans.changed();
    clock.advance(1_000);
    expect(told).toEqual([name(0), name(1), name(2)]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('hears nothing that its registration has said already, nor at a centre that does not lead', () => {
    const { clock, told, state, plans } = turns(2);
    plans.registered(name(0), 1);
    plans.changed();
    clock.advance(1_000);
    expect(told).toEqual([name(1)]);
    state.version = undefined;
    plans.changed();
    clock.advance(1_000);
    expect(told).toEqual([name(1)]);
  });

  test('is told what has changed since what each holds; who has missed a plan is told all of it', () => {
    const { clock, told, held, state, plans } = turns(2);
    plans.registered(name(0), 1);
    state.version = 3;
    plans.changed();
    clock.advance(1_000);
    expect([told, held]).toEqual([
      [name(0), name(1)],
      [1, 0],
    ]);
    plans.missed(name(0));
    plans.missed('nobody');
    clock.advance(1_000);
    expect([told.slice(2), held.slice(2)]).toEqual([[name(0)], [0]]);
  });

  test('a node whose link is full is tried again, one that left is not', () => {
    const { clock, told, full, plans } = turns(3);
    for (const index of [0, 1]) full.add(name(index));
    plans.changed();
    clock.advance(100);
    expect(told).toEqual([name(2)]);
    full.clear();
    plans.gone(name(1));
    clock.advance(1_000);
    expect(told).toEqual([name(2), name(0)]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a crowd', () => {
  test('is told in turns, all within 10 s for 1,000 nodes, and who was told last comes last', () => {
    const { clock, told, state, plans } = turns(1_000);
    plans.changed();
    clock.advance(300);
    expect(told.length).toBeLessThan(100);
    const first = [...told];
    state.version = 2;
    plans.changed();
    clock.advance(9_700);
    expect(new Set(told).size).toBe(1_000);
    // Those told before the change waited for all others.
    const again = told.lastIndexOf(first[0] ?? '');
    expect(again === 0 || again >= 1_000 - first.length).toBe(true);
    clock.advance(1_000);
    expect(told.length).toBe(1_000 + first.length);
  });

  test('waits until the fleet is back after a takeover; a small fleet does not', () => {
    for (const { count, expected } of [
      { count: CROWD + 1, expected: 0 },
      { count: CROWD, expected: CROWD },
    ]) {
      const { clock, told, state, plans } = turns(count);
      state.isWarmingUp = true;
      plans.changed();
      clock.advance(1_000);
      expect(told.length).toBe(expected);
      state.isWarmingUp = false;
      clock.advance(3_000);
      expect(told.length).toBe(count);
    }
  });
});

test('closed, it tells nobody any more, however often it is closed', () => {
  const { clock, told, plans } = turns(2);
  plans.changed();
  plans.close();
  plans.close();
  plans.changed();
  clock.advance(1_000);
  expect(told).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
