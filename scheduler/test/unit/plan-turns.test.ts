import { ManualClock } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { CROWD_LINKS, PlanTurns } from '../../src/adapters/links/plan-turns.ts';

const name = (index: number): string => `n${String(index).padStart(3, '0')}`;

function turns(count: number) {
  const clock = new ManualClock();
  const sentTo: string[] = [];
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
      sentTo.push(nodeId);
      held.push(version);
      return true;
    },
  });
  for (let index = 0; index < count; index += 1) plans.registered(name(index), undefined);
  return { clock, sentTo, held, full, state, plans };
}

describe('a small fleet', () => {
  test('gets a burst of changes once, all of it', () => {
    const { clock, sentTo, plans } = turns(3);
    for (let change = 0; change < 50; change += 1) plans.changed();
    clock.advance(1_000);
    expect(sentTo).toEqual([name(0), name(1), name(2)]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('gets the changes since its version; a node that has missed a plan gets all of it', () => {
    const { clock, sentTo, held, state, plans } = turns(2);
    plans.registered(name(0), 1);
    state.version = 3;
    plans.changed();
    clock.advance(1_000);
    expect([sentTo, held]).toEqual([
      [name(0), name(1)],
      [1, 0],
    ]);
    plans.missed(name(0));
    plans.missed('unknown');
    clock.advance(1_000);
    expect([sentTo.slice(2), held.slice(2)]).toEqual([[name(0)], [0]]);
  });

  test('a node whose link is full is retried, one that left is not', () => {
    const { clock, sentTo, full, plans } = turns(3);
    for (const index of [0, 1]) full.add(name(index));
    plans.changed();
    clock.advance(100);
    expect(sentTo).toEqual([name(2)]);
    full.clear();
    plans.gone(name(1));
    clock.advance(1_000);
    expect(sentTo).toEqual([name(2), name(0)]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a crowd', () => {
  test('gets the plan in turns, all within 10 s for 1,000 nodes, and the last node comes last again', () => {
    const { clock, sentTo, state, plans } = turns(1_000);
    plans.changed();
    clock.advance(300);
    expect(sentTo.length).toBeLessThan(100);
    const first = [...sentTo];
    state.version = 2;
    plans.changed();
    clock.advance(9_700);
    expect(new Set(sentTo).size).toBe(1_000);
    // The nodes that got it before the change waited for all others.
    const again = sentTo.lastIndexOf(first[0] ?? '');
    expect(again === 0 || again >= 1_000 - first.length).toBe(true);
    clock.advance(1_000);
    expect(sentTo.length).toBe(1_000 + first.length);
  });

  test('waits until the fleet is back after a takeover; a small fleet does not', () => {
    for (const { count, expected } of [
      { count: CROWD_LINKS + 1, expected: 0 },
      { count: CROWD_LINKS, expected: CROWD_LINKS },
    ]) {
      const { clock, sentTo, state, plans } = turns(count);
      state.isWarmingUp = true;
      plans.changed();
      clock.advance(1_000);
      expect(sentTo.length).toBe(expected);
      state.isWarmingUp = false;
      clock.advance(3_000);
      expect(sentTo.length).toBe(count);
    }
  });
});

test('the schedule sends nothing after close, however often it is closed', () => {
  const { clock, sentTo, plans } = turns(2);
  plans.changed();
  plans.close();
  plans.close();
  plans.changed();
  clock.advance(1_000);
  expect(sentTo).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
