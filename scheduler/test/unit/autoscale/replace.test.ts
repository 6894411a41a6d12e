// Outdated machines (of another version than their orchestrator's): which are replaced, when, and at what cost for the
// region.
import { beforeEach, describe, expect, test } from 'vitest';
import { decide, noMemory } from '../../../src/scaling/core/decide.ts';
import type { Machine, ScaleNode, ScalePolicy } from '../../../src/scaling/core/types.ts';
import { Pods } from './pods.ts';

const policy: ScalePolicy = {
  nodesMin: 2,
  nodesMax: 10,
  targetShare: 1,
  sessionsPerNode: 100,
  horizonMinutes: 10,
  spareHost: false,
  spareRegion: false,
  startBatch: 3,
  startPauseMs: 10_000,
  startLimitMs: 120_000,
  silentLimitMs: 86_400_000,
  drainBatch: 2,
  drainPauseMs: 10_000,
  surplusHoldMs: 60_000,
  surplusShare: 0,
  emptyHoldMs: 10_000,
  drainLimitMs: 300_000,
};

let pods: Pods;
beforeEach(() => {
  pods = new Pods(policy, { a: 1, b: 1 });
  pods.run(20);
  expect(pods.orders).toEqual([]);
  pods.leastServing = Number.POSITIVE_INFINITY;
});
const isNew = (): boolean => pods.versions().every((pod) => pod.endsWith(pods.wanted));

test('two slots whose machines are all outdated get a spare, are replaced one after another, and then lose the spare', () => {
  pods.sessions('a-0', 5);
  pods.wanted = 'v2';
  expect(pods.until(isNew)).toBe(true);
  pods.run(600);
  expect(pods.orders).toEqual([
    'start a-1',
    'drain b-0', // fewest sessions
    'replace b-0',
    'undrain b-0',
    'drain a-0',
    'replace a-0',
    'undrain a-0',
    expect.stringMatching(/^drain (a-1|b-0)$/),
    expect.stringMatching(/^stop (a-1|b-0)$/),
  ]);
  expect(pods.leastServing).toBe(2);
  expect(pods.scale).toMatchObject({ serving: 2, outdated: 0, isUpgradeHeld: false });
});

test('a region that can spare a node gets no spare, and drains no surplus before all machines are new', () => {
  pods = new Pods(policy, { a: 2, b: 1 });
  pods.wanted = 'v2';
  expect(pods.until(isNew)).toBe(true);
  expect(pods.orders.filter((order) => /^(start|stop)/.test(order))).toEqual([]);
  pods.run(600);
  expect(pods.orders.filter((order) => order.startsWith('stop'))).toHaveLength(1);
  expect(pods.leastServing).toBe(2);
});

describe('a version that does not', () => {
  const inMiddle = { a: 2, b: 2 };
  const last = { a: 1, b: 1, c: 1, d: 1 };
  test.each([
    { what: 'start', slots: inMiddle },
    { what: 'live', slots: inMiddle },
    { what: 'start', slots: last },
    { what: 'live', slots: last },
  ])('$what costs a region above its need a single node, with slots $slots', ({ what, slots }) => {
    pods = new Pods(policy, slots);
    (what === 'start' ? pods.broken : pods.crashing).add('v2');
    pods.wanted = 'v2';
    pods.run(7200);
    expect(pods.leastServing).toBe(3);
    expect(pods.orders.filter((order) => order.startsWith('replace'))).toHaveLength(1);
    expect(pods.scale).toMatchObject({ serving: 3, isUpgradeHeld: true });
    // The next version continues the upgrade.
    pods.wanted = 'v3';
    expect(pods.until(isNew)).toBe(true);
  });

  test('start costs a region without a spare one node', () => {
    pods.broken.add('v2');
    pods.wanted = 'v2';
    pods.run(7200);
    expect(pods.leastServing).toBe(1);
    pods.wanted = 'v3';
    expect(pods.until(() => isNew() && pods.scale?.serving === 2)).toBe(true);
    expect(pods.leastServing).toBe(1);
  });

  test('live costs a region that needs a spare no node, because the spare shows the fault', () => {
    pods.crashing.add('v2');
    pods.wanted = 'v2';
    pods.run(7200);
    expect(pods.leastServing).toBe(2);
    expect(pods.orders).toEqual(['start a-1', 'stop a-1']);
    expect(pods.scale).toMatchObject({ serving: 2, outdated: 2, isUpgradeHeld: true });
  });
});

test.each(Array.from({ length: 32 }, (_, at) => 5 * at))('a new leader after %i s completes the upgrade', (afterS) => {
  pods.wanted = 'v2';
  pods.run(afterS);
  pods.newTerm();
  expect(pods.until(() => isNew() && pods.scale?.serving === 3)).toBe(true);
  const replaced = pods.orders.filter((order) => order.startsWith('replace'));
  expect([...replaced].sort()).toEqual(['replace a-0', 'replace b-0']);
  expect(pods.orders.filter((order) => order.startsWith('start'))).toEqual(['start a-1']);
  expect(pods.leastServing).toBe(2);
});

test.each(['drain', 'replace', 'undrain'])('an upgrade that is reverted after the first %s is undone', (verb) => {
  pods.wanted = 'v2';
  expect(pods.until(() => pods.orders.some((order) => order.startsWith(verb)))).toBe(true);
  pods.wanted = 'v1';
  expect(pods.until(() => isNew() && pods.scale?.serving === 3)).toBe(true);
  pods.run(600);
  expect(pods.scale).toMatchObject({ serving: 2, outdated: 0, draining: 0 });
  expect(pods.leastServing).toBe(2);
});

test('a full cluster, which has no place for a spare, upgrades without a spare', () => {
  pods.hostsFree = 2;
  pods.wanted = 'v2';
  expect(pods.until(() => isNew() && pods.scale?.serving === 2)).toBe(true);
  expect(pods.leastServing).toBe(1);
  expect(pods.orders.slice(0, 3)).toEqual(['start a-1', 'stop a-1', 'drain a-0']);
  expect(pods.orders.filter((order) => order.startsWith('start'))).toHaveLength(1);
});

test('a full cluster upgrades even when the leader changes while the spare waits for a place', () => {
  pods.hostsFree = 2;
  pods.wanted = 'v2';
  pods.run(30);
  pods.newTerm();
  expect(pods.until(() => isNew() && pods.scale?.serving === 2)).toBe(true);
  expect(pods.leastServing).toBe(1);
});

test('a region at its bound of nodes upgrades without a spare', () => {
  const full = new Pods(Object.assign({}, policy, { nodesMax: 2 }), { a: 1, b: 1 });
  full.wanted = 'v2';
  expect(full.until(() => full.versions().join() === 'a-0 v2,b-0 v2')).toBe(true);
  expect(full.orders.some((order) => order.startsWith('start'))).toBe(false);
});

test('a drain that takes too long ends in the replacement', () => {
  pods.sessions('a-0', 1);
  pods.sessions('b-0', 2);
  pods.isStuck = true;
  pods.wanted = 'v2';
  expect(pods.until(() => pods.orders.includes('drain a-0'))).toBe(true);
  const sinceS = pods.nowS;
  expect(pods.until(() => pods.orders.includes('replace a-0'))).toBe(true);
  expect(pods.nowS - sinceS).toBeGreaterThanOrEqual(300);
  expect(pods.nowS - sinceS).toBeLessThanOrEqual(310);
});

test('a pod that is deleted by hand gets no replacement, because it comes back itself', () => {
  pods.deletePod('a-0');
  pods.run(600);
  expect(pods.orders).toEqual([]);
  expect(pods.leastServing).toBe(1);
});

test('a pod that is deleted by hand and does not come back is replaced after a time', () => {
  pods.hostsFree = 1;
  pods.deletePod('a-0');
  pods.run(110);
  expect(pods.orders).toEqual([]);
  pods.run(60);
  expect(pods.orders[0]).toBe('stop a-0');
});

describe('a single round', () => {
  const old = { isOutdated: true as const, wantedVersion: 'v2' };
  const machine = (nodeId: string, more: Partial<Machine> = {}): Machine =>
    Object.assign({ nodeId, region: 'r', state: 'running' as const }, more);
  const node = (nodeId: string, more: Partial<ScaleNode> = {}): ScaleNode =>
    Object.assign(
      {
        nodeId,
        hostId: nodeId,
        region: 'r',
        load: 0,
        sessions: 0,
        state: 'serving' as const,
        isLate: false,
        isDrainOurs: false,
        isReplaced: false,
      },
      more,
    );
  const regions = [{ region: 'r', history: [0], bookedNow: 0, bookedNext: 0 }];
  const orders = (machines: Machine[], nodes: ScaleNode[], p: Partial<ScalePolicy> = { nodesMin: 1 }): string[] =>
    decide({ nowMs: 0, nodes, machines, regions }, noMemory, Object.assign({}, policy, p)).actions.map(
      ({ verb, nodeId }) => `${verb} ${nodeId}`,
    );
  const ours = { state: 'draining' as const, isDrainOurs: true };
  const replaced = Object.assign({ isReplaced: true }, ours);
  const ready = [machine('n'), machine('o', old)];

  test.each<{ name: string; machines: Machine[]; nodes: ScaleNode[]; want: string[] }>([
    {
      name: 'drains the outdated machine of a calm region',
      machines: ready,
      nodes: [node('n'), node('o')],
      want: ['drain o'],
    },
    {
      name: 'drains the machine with fewest sessions',
      machines: [machine('n'), machine('o', old), machine('p', old)],
      nodes: [node('n'), node('o', { sessions: 2 }), node('p', { sessions: 1 })],
      want: ['drain p'],
    },
    {
      name: 'waits for a new machine that is late',
      machines: ready,
      nodes: [node('n', { isLate: true }), node('o')],
      want: [],
    },
    {
      name: 'waits for an outdated machine that is late',
      machines: ready,
      nodes: [node('n'), node('o', { isLate: true })],
      want: [],
    },
    {
      name: 'waits for a starting machine',
      machines: [...ready, machine('s', { state: 'starting' })],
      nodes: [node('n'), node('o')],
      want: [],
    },
    {
      name: 'waits for an ending machine',
      machines: [...ready, machine('s', { state: 'stopping' })],
      nodes: [node('n'), node('o')],
      want: [],
    },
    {
      name: 'waits for a machine that the autoscaler has drained',
      machines: [...ready, machine('s')],
      nodes: [node('n'), node('o'), node('s', Object.assign({ sessions: 1 }, ours))],
      want: [],
    },
    {
      name: 'waits for a new machine that an administrator has drained',
      machines: [machine('n'), machine('m'), machine('o', old)],
      nodes: [node('n', { state: 'draining' }), node('m'), node('o')],
      want: [],
    },
    {
      name: 'leaves an outdated machine that an administrator has drained',
      machines: [machine('n'), machine('m'), machine('o', old)],
      nodes: [node('n'), node('m'), node('o', { state: 'draining' })],
      want: [],
    },
    {
      name: 'replaces at once a machine that has never served',
      machines: [machine('n'), machine('o', Object.assign({ state: 'starting' as const }, old))],
      nodes: [node('n')],
      want: ['replace o'],
    },
    {
      name: 'replaces at once a machine that has failed',
      machines: [machine('n'), machine('o', Object.assign({ state: 'failed' as const }, old))],
      nodes: [node('n'), node('o', { state: 'away', sessions: 1 })],
      want: ['replace o'],
    },
    {
      name: 'leaves a machine that is called failed and carries people',
      machines: [machine('n'), machine('o', Object.assign({ state: 'failed' as const }, old))],
      nodes: [node('n'), node('o', { sessions: 1 })],
      want: [],
    },
    {
      name: 'counts a machine that is drained for replacement as starting',
      machines: [machine('n'), machine('o', old)],
      nodes: [node('n', { state: 'away' }), node('o', replaced)],
      want: [],
    },
    {
      name: 'lets a new machine serve again',
      machines: [machine('n'), machine('o')],
      nodes: [node('n'), node('o', replaced)],
      want: ['undrain o'],
    },
    {
      name: 'does not undrain the predecessor, which is ending',
      machines: [machine('n'), machine('o', { state: 'starting' })],
      nodes: [node('n'), node('o', replaced)],
      want: [],
    },
  ])('$name', ({ machines, nodes, want }) => expect(orders(machines, nodes)).toEqual(want));

  test('ignores the last report of a late node, whose machine is replaced when the node reports again', () => {
    const look = (nowMs: number, isLate: boolean) => {
      const nodes = [node('n'), node('o', Object.assign({ isLate, sessions: 1 }, replaced))];
      return { nowMs, nodes, machines: ready, regions };
    };
    const { memory } = decide(look(0, false), noMemory, policy);
    const verbs = (isLate: boolean) =>
      decide(look(policy.drainLimitMs, isLate), memory, policy).actions.map(({ verb }) => verb);
    expect([verbs(true), verbs(false)]).toEqual([[], ['replace']]);
  });
});
