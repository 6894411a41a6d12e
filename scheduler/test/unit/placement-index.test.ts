import { beforeEach, describe, expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import { Ledger } from '../../src/placing/core/ledger.ts';
import { PlacementIndex } from '../../src/placing/core/placement-index.ts';
import { YoungRooms } from '../../src/placing/core/young-rooms.ts';
import { description, noLoad, report } from './fixtures.ts';

let fleet: Fleet;
let index: PlacementIndex;
const register = (nodeId: string) =>
  fleet.register({ description: description({ nodeId }), rooms: [], load: noLoad }, 0);
const stateOf = (nodeId: string) => index.nodes(0).find((node) => node.nodeId === nodeId);

beforeEach(() => {
  fleet = new Fleet();
  index = new PlacementIndex({ fleet, ledger: new Ledger(), young: new YoungRooms() });
  for (const nodeId of ['a', 'b']) {
    register(nodeId);
    fleet.report(nodeId, report(), 0);
  }
  index.refresh(0);
});

describe('the index of placement', () => {
  test.each([
    ['drained', () => fleet.drain('a', 'to be repaired'), { drainReason: 'to be repaired' }],
    ['cordoned', () => fleet.cordon('a', 'by hand'), { cordonReason: 'by hand' }],
    ['cut off', () => fleet.linkDown('a'), { isLinked: false, liveness: 'suspect' }],
    ['shut out', () => fleet.exclude('a'), { isLinked: false, liveness: 'dead' }],
  ])('sees that a node is %s, and keeps its sites', (_what, change, seen) => {
    const { sites } = index;
    change();
    expect(stateOf('a')).toMatchObject(seen);
    expect(index.sites).toBe(sites);
  });

  test('computes the share of fresh nodes after each change', () => {
    expect(index.freshShare).toBe(1);
    fleet.tick(60_000);
    index.refresh(60_000);
    expect(index.freshShare).toBe(0);
  });

  test('sees a node that comes, one that registers again, and one that is forgotten', () => {
    register('c');
    expect(stateOf('c')).toBeDefined();
    register('a');
    fleet.drain('a', 'again');
    expect(stateOf('a')).toMatchObject({ drainReason: 'again' });
    fleet.linkDown('b');
    fleet.tick(10_000);
    fleet.tick(200_000);
    expect(fleet.get('b')).toBeUndefined();
    index.refresh(200_000);
    expect(index.hostOfNode('b')).toBeUndefined();
  });
});
