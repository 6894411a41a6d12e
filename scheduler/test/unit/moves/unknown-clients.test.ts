// Participants whose tokens a new leader does not know: their media nodes' reports of the room's fence limit where they
// may be moved.
import { describe, expect, test } from 'vitest';
import { roomsFrom } from '../../../src/adapters/links/wire.ts';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import type { RoomHeld } from '../../../src/fleet/core/node.ts';
import { pinInRoom } from '../../../src/placing/core/unknown-client.ts';
import { description, noLoad } from '../fixtures.ts';
import { type City, RoomWorld } from '../support/room-world.ts';

const everywhere = { frankfurt: 1, paris: 1, stockholm: 1 };
const rtt = (frankfurt: number, paris: number, stockholm: number) => ({ frankfurt, paris, stockholm });
const people: readonly (readonly [number, number, number, City])[] = [
  [5, 30, 50, 'frankfurt'],
  [30, 5, 60, 'paris'],
  [30, 5, 60, 'paris'],
];

/** Gives a room of two regions the mode `single`, replaces the centre, and returns the members' nodes afterwards. */
async function takenOver(change: (world: RoomWorld) => void) {
  const world = await RoomWorld.start(everywhere, { regionsOf: { paris: 'us', stockholm: 'us' } });
  const members = [];
  for (const [a, b, c, city] of people) members.push(await world.join('t/room', rtt(a, b, c), [city]));
  const first = members.map((one) => world.nodeOf(one));
  expect(first).toEqual(['sfu-frankfurt-1', 'sfu-paris-1', 'sfu-paris-1']);
  change(world);
  world.refuse = () => 'NODE_UNREACHABLE';
  await world.centre.setMode('t/room', 'single');
  await world.pass(3000);
  await world.restart();
  world.refuse = () => undefined;
  const ordersBefore = world.orders.length;
  await world.pass(200_000);
  expect(world.centre.rooms.get('t/room')).toMatchObject({ mode: 'single', isConverging: false });
  return { first, last: members.map((one) => world.nodeOf(one)), orders: world.orders.slice(ordersBefore) };
}

describe('a room of two regions that is given the mode single, when another centre takes over', () => {
  test('gathers at one host, because every media node reports no fence', async () => {
    const { last } = await takenOver(() => undefined);
    expect(new Set(last)).toEqual(new Set(['sfu-paris-1']));
  });

  test('gathers inside its fence, because every token in it allows all of that', async () => {
    const { last, orders } = await takenOver((world) => world.fences.set('t/room', 'eu,us'));
    expect(new Set(last)).toEqual(new Set(['sfu-paris-1']));
    expect(orders.map(({ toNodeId }) => toNodeId)).toEqual(['sfu-paris-1']);
  });

  test.each(['sfu-frankfurt-1', 'sfu-paris-1'])(
    'stays where it is while %s is too old to know fences',
    async (nodeId) => {
      const { first, last, orders } = await takenOver((world) => world.fenceless.add(nodeId));
      expect(last).toEqual(first);
      expect(orders).toEqual([]);
    },
  );
});

test('unknown clients of a fenced room are not moved out of the fence, though every node inside is farther', async () => {
  const regionsOf = { paris: 'us', stockholm: 'north' };
  const nodes: Record<string, (string | undefined)[]> = {};
  for (const fence of ['eu,us', '']) {
    const world = await RoomWorld.start(everywhere, { regionsOf });
    world.fences.set('t/room', fence);
    const members = [];
    for (const city of ['frankfurt', 'paris'] as const)
      members.push(await world.join('t/room', rtt(80, 80, 6), [city]));
    await world.restart();
    await world.pass(120_000);
    nodes[fence] = members.map((one) => world.nodeOf(one));
    const outside = world.orders.filter(({ toNodeId }) => toNodeId === 'sfu-stockholm-1');
    expect(outside.length > 0).toBe(fence === '');
  }
  expect(nodes['eu,us']).not.toContain('sfu-stockholm-1');
  // Without the fence they are moved there, so the fence is what keeps them.
  expect(nodes['']).toContain('sfu-stockholm-1');
});

describe('the fence within which a participant may be placed', () => {
  /** Media nodes that hold the room, each with its reported fence. */
  function fleetOf(reportedFences: readonly (string | undefined)[]): Fleet {
    const fleet = new Fleet();
    for (const [index, fence] of reportedFences.entries()) {
      const room: RoomHeld = { roomKey: 't/r', epoch: 1, ownerId: 'sig', sessionIds: [`PA_${index}`], decisionIds: [] };
      const held = fence === undefined ? room : { ...room, fence };
      fleet.register({ description: description({ nodeId: `sfu-${index}` }), rooms: [held], load: noLoad }, 0);
    }
    const signaling: RoomHeld = { roomKey: 't/r', epoch: 1, ownerId: 'sig', sessionIds: [], decisionIds: [] };
    const sig = description({ nodeId: 'sig', kind: 'signaling' });
    fleet.register({ description: sig, rooms: [signaling], load: noLoad }, 0);
    return fleet;
  }

  test.each([
    { name: 'no node holds the room', said: [], pin: undefined, expect: 'eu' },
    { name: 'all report no fence', said: ['', ''], pin: undefined, expect: '' },
    { name: 'all report the same fence', said: ['eu,us', 'eu,us'], pin: undefined, expect: 'eu,us' },
    { name: 'a node reports no fence field', said: ['', undefined], pin: undefined, expect: 'eu' },
    { name: 'one node of a fenced room reports no field', said: [undefined, 'eu,us'], pin: undefined, expect: 'eu' },
    { name: 'the nodes contradict each other', said: ['', 'us'], pin: undefined, expect: 'eu' },
    { name: 'the nodes’ fences share no region', said: ['us', 'asia'], pin: undefined, expect: 'eu' },
    { name: 'the token is known, the room has none', said: ['', ''], pin: 'asia', expect: 'asia' },
    { name: 'the token is known and allows any region', said: [undefined], pin: '', expect: '' },
    { name: 'token and room are known', said: ['eu,us'], pin: 'asia,us', expect: 'us' },
  ])('is "$expect" when $name', ({ said, pin, expect: expected }) => {
    expect(pinInRoom(fleetOf(said), { roomKey: 't/r', regionPin: pin }, 'eu')).toBe(expected);
  });

  test('is any region after a report of no fence, which differs from a missing report', () => {
    const room = { roomKey: 't/r', epoch: 1, ownerId: 'sig', sessionIds: [], decisionIds: [] };
    const read = roomsFrom([room, { ...room, fence: null }, { ...room, fence: '' }, { ...room, fence: 'eu' }]);
    expect(read.map(({ fence }) => fence)).toEqual([undefined, undefined, '', 'eu']);
  });
});
