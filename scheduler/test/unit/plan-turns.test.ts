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
  test('gets a burst of changes as a single plan, all nodes of it at once', () => {
    const { clock, sentTo, plans } = turns(3);
    for (let change = 0; change < 50; change += 1) plans.changed();
    clock.advance(1_000);
    expect(sentTo).toEqual([name(0), name(1), name(2)]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('gets the changes since each node’s version, and a node that missed a part gets the whole plan', () => {
    const { clock, sentTo, held, state, plans } = turns(2);
    plans.registered(name(0), 1);
    state.version = 3;
    plans.changed();
    clock.advance(1_000);
    expect([sentTo, held]).toEqual([
      [name(0), name(1)],
      [1, 0],
    ]);
    plans.planMissed(name(0));
    plans.planMissed('unknown');
    clock.advance(1_000);
    expect([sentTo.slice(2), held.slice(2)]).toEqual([[name(0)], [0]]);
  });

  test('gets the plan again at a node whose link was full, and not at a node that left', () => {
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

describe('a large fleet', () => {
  test('gets the plan some nodes at a time, 1,000 nodes within 10 s, and the node served last is served last again', () => {
    const { clock, sentTo, state, plans } = turns(1_000);
    plans.changed();
    clock.advance(300);
    expect(sentTo.length).toBeLessThan(100);
    const first = [...sentTo];
    state.version = 2;
    plans.changed();
    clock.advance(9_700);
    expect(new Set(sentTo).size).toBe(1_000);
    // The nodes that got the plan before the change wait for all others.
    const again = sentTo.lastIndexOf(first[0] ?? '');
    expect(again === 0 || again >= 1_000 - first.length).toBe(true);
    clock.advance(1_000);
    expect(sentTo.length).toBe(1_000 + first.length);
  });

  test('gets no plan until the fleet is back after a takeover, unlike a small fleet', () => {
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
