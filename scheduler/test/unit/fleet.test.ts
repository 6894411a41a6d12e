import { limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { AUTOSCALER_DRAIN, Fleet, FORGET_AFTER_MS } from '../../src/fleet/core/fleet.ts';
import { publicState, sessionsSeen } from '../../src/fleet/core/node.ts';
import { description, noLoad, report, room } from './fixtures.ts';
import { digest, n1, register } from './support/fleet.ts';

describe('liveness by the given clock', () => {
  test.each([
    { afterMs: 0, expect: 'alive' },
    { afterMs: limits.suspectAfterMs - 1, expect: 'alive' },
    { afterMs: limits.suspectAfterMs, expect: 'suspect' },
    { afterMs: limits.deadAfterMs - 1, expect: 'suspect' },
    { afterMs: limits.deadAfterMs, expect: 'dead' },
    { afterMs: 1e9, expect: 'dead' },
  ])('a node silent for $afterMs ms is $expect', (row) => {
    const fleet = new Fleet();
    register(fleet, 1000);
    fleet.tick(1000 + row.afterMs);
    expect(n1(fleet).liveness).toBe(row.expect);
  });

  test('a report makes a suspect and even a dead node alive again, while its link is open', () => {
    const fleet = new Fleet();
    register(fleet);
    expect(fleet.tick(3000).suspect).toEqual(['n1']);
    fleet.report('n1', report(), 3001);
    expect(n1(fleet).liveness).toBe('alive');
    expect(fleet.tick(8001).died).toEqual(['n1']);
    fleet.report('n1', report(), 8002);
    expect(n1(fleet).liveness).toBe('alive');
  });

  test('a closed link makes a node suspect at once; only a registration brings it back', () => {
    const fleet = new Fleet();
    register(fleet);
    fleet.linkDown('n1');
    expect([n1(fleet).liveness, publicState(n1(fleet))]).toEqual(['suspect', 'suspect']);
    fleet.report('n1', report(), 10);
    expect(n1(fleet).liveness).toBe('suspect');
    register(fleet, 20);
    expect(publicState(n1(fleet))).toBe('alive');
  });

  test('a dead node is forgotten after two minutes, unless its link is still open', () => {
    const fleet = new Fleet();
    register(fleet);
    expect(fleet.tick(FORGET_AFTER_MS).forgotten).toEqual([]);
    fleet.linkDown('n1');
    expect(fleet.tick(FORGET_AFTER_MS - 1).forgotten).toEqual([]);
    expect(fleet.tick(FORGET_AFTER_MS).forgotten).toHaveLength(1);
    expect(fleet.get('n1')).toBeUndefined();
  });

  test('a node of the copy is suspect, then dead, unless it registers', () => {
    const fleet = new Fleet();
    fleet.restore(description(), 0);
    expect(publicState(n1(fleet))).toBe('suspect');
    fleet.tick(limits.deadAfterMs);
    expect(publicState(n1(fleet))).toBe('dead');
    register(fleet, 6000);
    fleet.restore(description({ incarnation: 'older' }), 6001);
    expect([publicState(n1(fleet)), n1(fleet).description.incarnation]).toEqual(['alive', 'i1']);
  });
});

describe('registration', () => {
  test('of the same incarnation again is idempotent', () => {
    const fleet = new Fleet();
    const rooms = [room('t/a', ['s1', 's2']), room('t/b', ['s3'])];
    expect(register(fleet, 0, {}, rooms)).toEqual({ ok: true, isRestart: false });
    fleet.drain('n1', 'test');
    const before = structuredClone({ ...n1(fleet), revision: 0, listVersion: 0 });
    expect(register(fleet, 0, {}, rooms)).toEqual({ ok: true, isRestart: false });
    expect({ ...n1(fleet), revision: 0, listVersion: 0 }).toEqual(before);
    expect(fleet.holdersOf('t/a', 'sfu')).toEqual(['n1']);
  });

  test('of another incarnation drops unnamed rooms, and keeps the drain command', () => {
    const fleet = new Fleet();
    register(fleet, 0, {}, [room('t/a', ['s1']), room('t/b', ['s2'])]);
    fleet.drain('n1', 'test');
    expect(register(fleet, 1, { incarnation: 'i2' }, [room('t/b', ['s2'])])).toMatchObject({ isRestart: true });
    expect(fleet.holdersOf('t/a', 'sfu')).toEqual([]);
    expect(fleet.holdersOf('t/b', 'sfu')).toEqual(['n1']);
    expect(n1(fleet).drainReason).toBe('test');
  });

  test('after a repair of any length finds the orders of operators in force, and no order of the autoscaler', () => {
    const fleet = new Fleet();
    const away = (nodeId: string, incarnation: string) => {
      fleet.linkDown(nodeId);
      fleet.tick(2 * FORGET_AFTER_MS);
      expect(fleet.get(nodeId)).toBeUndefined();
      register(fleet, 0, { nodeId, incarnation });
      return [fleet.get(nodeId)?.drainReason, fleet.get(nodeId)?.cordonReason];
    };
    register(fleet);
    fleet.drain('n1', 'kernel');
    fleet.cordon('n1', 'rack');
    expect(away('n1', 'i2')).toEqual(['kernel', 'rack']);
    fleet.drain('n1', `${AUTOSCALER_DRAIN}more than needed`);
    expect(away('n1', 'i3')).toEqual([undefined, 'rack']);
    fleet.cordon('n1', undefined);
    expect(away('n1', 'i4')).toEqual([undefined, undefined]);
  });

  test('of a new process under a name that the autoscaler has drained ends that drain; an operator’s drain stays', () => {
    const fleet = new Fleet();
    register(fleet);
    for (const [reason, incarnation, want] of [
      [`${AUTOSCALER_DRAIN}more than needed`, 'i2', undefined],
      ['kernel', 'i3', 'kernel'],
    ] as const) {
      fleet.drain('n1', reason);
      register(fleet, 0, { incarnation: fleet.get('n1')?.description.incarnation ?? '' });
      expect(fleet.get('n1')?.drainReason).toBe(reason);
      register(fleet, 0, { incarnation });
      expect(fleet.get('n1')?.drainReason).toBe(want);
    }
  });

  test('is not needed to change or lift the orders for an absent node; orders for an unknown node are refused', () => {
    const fleet = new Fleet();
    fleet.setCommandsAhead('n1', { drainReason: 'kernel' });
    expect([fleet.cordon('n1', 'rack'), fleet.drain('n1', undefined)]).toEqual([true, true]);
    expect([...fleet.commandsAhead.keys()]).toEqual(['n1']);
    expect(fleet.cordon('n1', undefined)).toBe(true);
    expect([...fleet.commandsAhead.keys()]).toEqual([]);
    for (const reason of ['rack', undefined]) expect(fleet.cordon('n1', reason)).toBe(false);
    for (const reason of ['rack', undefined]) expect(fleet.drain('n1', reason)).toBe(false);
  });

  test('of absent nodes is awaited with orders for at most as many nodes as a fleet may have', () => {
    const fleet = new Fleet({ nodesMax: 2 });
    for (const nodeId of ['n1', 'n2', 'n3']) {
      register(fleet, 0, { nodeId });
      fleet.cordon(nodeId, 'rack');
      fleet.linkDown(nodeId);
      fleet.tick(2 * FORGET_AFTER_MS);
    }
    expect([...fleet.commandsAhead.keys()]).toEqual(['n1', 'n2']);
  });

  test('of a node too many is refused, and known nodes still register', () => {
    const fleet = new Fleet({ nodesMax: 1 });
    register(fleet);
    expect(register(fleet, 0, { nodeId: 'n2' })).toEqual({ ok: false });
    expect(register(fleet, 0)).toMatchObject({ ok: true });
  });
});

describe('reports', () => {
  test.each([
    { name: 'an unknown node', nodeId: 'unknown', incarnation: 'i1' },
    { name: 'an old incarnation', nodeId: 'n1', incarnation: 'i0' },
    { name: 'no incarnation', nodeId: 'n1', incarnation: '' },
  ])('of $name are ignored and prove no life', (row) => {
    const fleet = new Fleet();
    register(fleet);
    expect(fleet.report(row.nodeId, report({ incarnation: row.incarnation }), 4000)).toBe('ignored');
    fleet.tick(4000);
    expect(n1(fleet).liveness).toBe('suspect');
  });

  test('of a dead node’s rooms and sessions no longer count', () => {
    const fleet = new Fleet();
    register(fleet, 0, {}, [room('t/a', ['s1'])]);
    fleet.tick(limits.deadAfterMs);
    expect(fleet.holdersOf('t/a', 'sfu')).toEqual([]);
    expect(sessionsSeen(n1(fleet))).toBe(0);
  });

  test('of a shut-out node’s rooms are forgotten with the node, also when it comes back', () => {
    const fleet = new Fleet();
    register(fleet);
    fleet.exclude('n1');
    fleet.report('n1', report({ roomsChanged: [room('t/late', ['s1'])], ...digest('s1') }), 1);
    fleet.tick(1 + FORGET_AFTER_MS);
    expect(fleet.get('n1')).toBeUndefined();
    expect([...fleet.roomKeys()]).toEqual([]);
    register(fleet, 2 + FORGET_AFTER_MS);
    expect(fleet.holdersOf('t/late', 'sfu')).toEqual([]);
  });
});

describe('a node that lies about its load', () => {
  const sessions = Array.from({ length: 10 }, (_, index) => `s${index}`);
  const honestLoad = { sessions: 10 };
  const loaded = () => {
    const fleet = new Fleet();
    register(fleet, 0, {}, [room('t/a', sessions)], { ...noLoad, sessions: 10 });
    return fleet;
  };

  test.each([
    { name: 'claims no sessions', load: { sessions: 0 }, ...digest(...sessions), lies: true },
    { name: 'claims 7 of 10', load: { sessions: 7 }, ...digest(...sessions), lies: true },
    { name: 'claims 8 of 10 (20 %)', load: { sessions: 8 }, ...digest(...sessions), lies: false },
    { name: 'claims twice as many', load: { sessions: 20 }, ...digest(...sessions), lies: true },
    { name: 'gives an empty digest', load: { sessions: 0 }, ...digest(), lies: true },
    {
      name: 'gives a digest of other sessions',
      load: honestLoad,
      ...digest(...sessions.map((id) => `${id}x`)),
      lies: true,
    },
    { name: 'tells the truth', load: honestLoad, ...digest(...sessions), lies: false },
  ])('and $name for 10 s is distrusted: $lies', (row) => {
    const fleet = loaded();
    for (let nowMs = 1000; nowMs <= 10_000; nowMs += 1000) {
      fleet.report('n1', report(row), nowMs);
      expect(n1(fleet).distrust).toBeUndefined();
    }
    fleet.report('n1', report(row), 11_000);
    expect(n1(fleet).distrust !== undefined).toBe(row.lies);
    expect(sessionsSeen(n1(fleet))).toBeGreaterThanOrEqual(10); // never less than the centre knows
  });

  test('is trusted again as soon as its figures agree, and a contradiction of less than 10 s is forgiven', () => {
    const fleet = loaded();
    const reportLie = report({ load: { sessions: 0 }, ...digest(...sessions) });
    const reportTruth = report({ load: honestLoad, ...digest(...sessions) });
    for (let nowMs = 1000; nowMs <= 9000; nowMs += 1000) fleet.report('n1', reportLie, nowMs);
    fleet.report('n1', reportTruth, 10_000);
    for (let nowMs = 11_000; nowMs <= 20_000; nowMs += 1000) fleet.report('n1', reportLie, nowMs);
    expect(n1(fleet).distrust).toBeUndefined();
    fleet.report('n1', reportLie, 21_000);
    expect([n1(fleet).distrust !== undefined, publicState(n1(fleet))]).toEqual([true, 'suspect']);
    fleet.report('n1', reportTruth, 22_000);
    expect([n1(fleet).distrust, publicState(n1(fleet))]).toEqual([undefined, 'alive']);
  });

  test('is not a node with moving people, whose decisions are on its list before and after they live there', () => {
    const decisions = ['d1', 'd2', 'd3', 'd4', 'd5'];
    const moving = { ...room('t/a', sessions), decisionIds: [...sessions.map((id) => `of ${id}`), ...decisions] };
    const held = (sessionsClaimed: number): string | undefined => {
      const fleet = new Fleet();
      register(fleet, 0, {}, [moving], { ...noLoad, sessions: sessionsClaimed });
      const heard = report({ load: { sessions: sessionsClaimed }, ...digest(...sessions) });
      for (let nowMs = 1000; nowMs <= 20_000; nowMs += 1000) fleet.report('n1', heard, nowMs);
      return n1(fleet).distrust;
    };
    expect(held(15)).toBeUndefined();
    expect(held(40)).toContain('claimed load 35, digest 10, list 10');
    expect(held(0)).toContain('claimed load 0, digest 10, list 10');
  });

  test('is not a node where people without a decision live while others move, nor one with a wrong number of second homes', () => {
    // A session that was admitted without the centre has no decision: a room with one such session and one that moves
    // in names as many sessions as decisions.
    const rooms = sessions.map((id, index) => ({
      ...room(`t/${id}`, [id]),
      decisionIds: index < 4 ? [`moves ${id}`] : [],
    }));
    const held = (load: { sessions: number; secondHomes: number }): string | undefined => {
      const fleet = new Fleet();
      register(fleet, 0, {}, rooms, { ...noLoad, ...load });
      for (let nowMs = 1000; nowMs <= 20_000; nowMs += 1000)
        fleet.report('n1', report({ load: { ...noLoad, ...load }, ...digest(...sessions) }), nowMs);
      return n1(fleet).distrust;
    };
    expect(held({ sessions: 14, secondHomes: 4 })).toBeUndefined();
    expect(held({ sessions: 14, secondHomes: 0 })).toContain('claimed load 14, digest 10, list 10');
    expect(held({ sessions: 40, secondHomes: 30 })).toContain('claimed load 36, digest 10, list 10');
    expect(held({ sessions: 0, secondHomes: 4 })).toContain('claimed load 0, digest 10, list 10');
  });

  test('stays distrusted over a new link, and is trusted as a new process', () => {
    const fleet = loaded();
    const reportLie = report({ load: { sessions: 0 }, ...digest(...sessions) });
    for (let nowMs = 1000; nowMs <= 11_000; nowMs += 1000) fleet.report('n1', reportLie, nowMs);
    register(fleet, 11_500, {}, [room('t/a', sessions)], { ...noLoad, sessions: 10 });
    expect(n1(fleet).distrust).toContain('claimed load 0, digest 10, list 10');
    register(fleet, 12_000, { incarnation: 'i2' }, []);
    expect(n1(fleet).distrust).toBeUndefined();
  });

  test('is not a node whose figures differ by a single session, nor a signaling node, which gets no sessions', () => {
    const fleet = new Fleet();
    register(fleet, 0, { kind: 'signaling' });
    register(fleet, 0, { nodeId: 'n2' }, [room('t/a', ['s1'])]);
    for (let nowMs = 1000; nowMs <= 30_000; nowMs += 1000) {
      fleet.report('n1', report({ load: { sessions: 500 } }), nowMs);
      fleet.report('n2', report({ load: { sessions: 2 }, ...digest('s1') }), nowMs);
    }
    expect([n1(fleet).distrust, fleet.get('n2')?.distrust]).toEqual([undefined, undefined]);
  });
});
