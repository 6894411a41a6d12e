import { digestOf, limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import { noLoad, report, room } from './fixtures.ts';
import { digest, n1, register } from './support/fleet.ts';

test('changed and gone rooms are merged into a node’s list, and the index of nodes by room follows', () => {
  const fleet = new Fleet();
  register(fleet, 0, {}, [room('t/a', ['s1']), room('t/b', ['s2'])]);
  const change = { roomsGone: ['t/a', 't/unknown'], roomsChanged: [room('t/b', ['s2', 's3']), room('t/c', [])] };
  const result = fleet.report('n1', report({ ...change, ...digest('s2', 's3') }), 1);
  expect(result).toEqual({ wantsFull: false });
  expect([...n1(fleet).rooms.keys()]).toEqual(['t/b', 't/c']);
  expect(fleet.holdersOf('t/a', 'sfu')).toEqual([]);
  expect(fleet.holdersOf('t/c', 'sfu')).toEqual(['n1']);
  expect(fleet.holdersOf('t/c', 'signaling')).toEqual([]);
});

test.each([
  { name: 'another count', digest: digest('s1', 's2'), wantsFull: true },
  { name: 'the same count of others', digest: digest('s9'), wantsFull: true },
  { name: 'the same', digest: digest('s1'), wantsFull: false },
])('a report whose digest says $name: full list wanted is $wantsFull', (row) => {
  const fleet = new Fleet();
  register(fleet, 0, {}, [room('t/a', ['s1'])]);
  expect(fleet.report('n1', report(row.digest), 1)).toEqual({ wantsFull: row.wantsFull });
});

test('the full list is wanted when its decisions differ from the node’s, even when its sessions are the same', () => {
  const fleet = new Fleet();
  register(fleet, 0, {}, [room('t/r', ['PA_1'], { decisionIds: ['DE_1', 'DE_2'] })]);
  const same = digest('PA_1');
  const decisionHash = digestOf(['DE_1', 'DE_2']);
  expect(fleet.report('n1', report({ ...same, decisionHash }), 1)).toEqual({ wantsFull: false });
  expect(fleet.report('n1', report({ ...same, decisionHash: digestOf(['DE_1']) }), 2)).toEqual({ wantsFull: true });
  expect(fleet.report('n1', report(same), 3)).toEqual({ wantsFull: false });
});

test('a node’s list has a new version after every change, and the same version while nothing changes', () => {
  const fleet = new Fleet();
  register(fleet, 0, {}, [room('t/a', ['s1']), room('t/b', ['s2'])]);
  const versions = [n1(fleet).listVersion];
  const said = (overrides: Parameters<typeof report>[0]): void => {
    fleet.report('n1', report(overrides), 1);
    versions.push(n1(fleet).listVersion);
  };
  said({ roomsChanged: [room('t/a', ['s3'])] });
  said({ roomsGone: ['t/b'] });
  register(fleet, 2, {}, [room('t/a', ['s3'])]);
  versions.push(n1(fleet).listVersion);
  fleet.exclude('n1');
  versions.push(n1(fleet).listVersion);
  expect(new Set(versions).size).toBe(versions.length);
  said({});
  said({ roomsGone: ['t/never'] });
  expect(new Set(versions.slice(-3)).size).toBe(1);
});

test('the digest of a room covers all sessions that living media nodes list in the room, on whatever node', () => {
  const fleet = new Fleet();
  expect(fleet.sessionsDigestOf('t/r')).toBeUndefined();
  register(fleet, 0, {}, [room('t/r', ['PA_1', 'PA_2'])]);
  register(fleet, 0, { nodeId: 'n2', hostId: 'h2' }, [room('t/r', ['PA_3'])]);
  register(fleet, 0, { nodeId: 'sig', kind: 'signaling' }, [room('t/r', ['PA_4'])]);
  const named = fleet.sessionsOf('t/r').map(({ sessionId }) => sessionId);
  expect(named.toSorted()).toEqual(['PA_1', 'PA_2', 'PA_3']);
  expect(fleet.sessionsDigestOf('t/r')).toBe(digestOf(named));
  fleet.exclude('n2');
  expect(fleet.sessionsDigestOf('t/r')).toBe(digestOf(['PA_1', 'PA_2']));
});

describe('the entries of a node are bounded', () => {
  const many = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, index) => room(`t/${prefix}-${index}`));

  test.each([
    { kind: 'sfu', most: limits.roomsPerNodeMax },
    { kind: 'signaling', most: limits.roomsPerNodeMax },
    { kind: 'edge-probe', most: 0 },
    { kind: 'scheduler', most: 0 },
  ])('for a $kind: $most rooms, over all reports and in its full list', ({ kind, most }) => {
    const fleet = new Fleet();
    register(fleet, 0, { kind }, many(10, 'first'));
    for (const turn of ['a', 'b', 'c'])
      fleet.report('n1', report({ roomsChanged: many(limits.roomsPerNodeMax, turn) }), 1);
    expect(n1(fleet).rooms.size).toBe(most);
    expect([...fleet.roomKeys()]).toHaveLength(most);
    fleet.fullReport('n1', { incarnation: n1(fleet).description.incarnation, rooms: many(5000, 'd'), load: noLoad }, 2);
    expect([...fleet.roomKeys()]).toHaveLength(most);
    // A removed room leaves a place for another, and a listed room may still change.
    fleet.report('n1', report({ roomsGone: ['t/d-0'], roomsChanged: [room('t/d-1'), room('t/e')] }), 3);
    expect(n1(fleet).rooms.has('t/e')).toBe(most > 0);
    fleet.linkDown('n1');
    fleet.exclude('n1');
    expect([...fleet.roomKeys()]).toEqual([]);
  });

  test('for sessions and decisions too, over all rooms of the node together', () => {
    const fleet = new Fleet();
    register(fleet);
    const sessionIds = Array.from({ length: limits.sessionsPerNodeMax }, (_, index) => `s${index}`);
    for (let index = 0; index < 10; index += 1)
      fleet.report('n1', report({ roomsChanged: [{ ...room(`t/${index}`), sessionIds, decisionIds: [] }] }), 1);
    expect(n1(fleet).rooms.size).toBe(4);
  });

  test('and the digest of the list equals one computed anew after any merges (seed 11)', () => {
    const fleet = new Fleet();
    register(fleet);
    let seed = 11;
    const below = (count: number): number => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed % count;
    };
    for (let turn = 0; turn < 300; turn += 1) {
      const sessionIds = Array.from({ length: below(4) }, () => `s${below(20)}`);
      const change = { roomsChanged: [{ ...room(`t/${below(8)}`), sessionIds }], roomsGone: [`t/${below(8)}`] };
      fleet.report('n1', report(change), turn);
      const listed = [...n1(fleet).rooms.values()].flatMap((held) => held.sessionIds);
      expect(n1(fleet).listed).toEqual({ count: listed.length, hash: digestOf(listed) });
    }
  });

  test('and the cost of a report grows with its changes, not with the length of the list', () => {
    const fleet = new Fleet();
    register(fleet, 0, {}, many(4000, 'a'));
    const { rooms } = n1(fleet);
    let read = 0;
    const entries = rooms[Symbol.iterator].bind(rooms);
    rooms[Symbol.iterator] = () => {
      read += 1;
      return entries();
    };
    fleet.report('n1', report({ roomsChanged: many(1, 'b') }), 1);
    expect(read).toBe(0);
    expect(n1(fleet).rooms).toBe(rooms);
  });
});
