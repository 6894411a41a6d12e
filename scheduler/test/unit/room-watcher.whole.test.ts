import { describe, expect, test } from 'vitest';
import { roomPlan } from '../../src/administration/room-plan.ts';
import { type City, RoomWorld } from './support/room-world.ts';

const everywhere = { frankfurt: 1, paris: 1, stockholm: 1 };
/** Time in which every gain of these tests pays for a move. */
const LONG_MS = 240_000;
const rtt = (frankfurt: number, paris: number, stockholm: number) => ({ frankfurt, paris, stockholm });
/** Joins two members, of whom the first is better off at the second member's host. */
async function pair(world: RoomWorld, roomKey = 't/room') {
  const a = await world.join(roomKey, rtt(6, 13, 90), ['frankfurt']);
  const b = await world.join(roomKey, rtt(60, 5, 90), ['paris']);
  expect([world.nodeOf(a), world.nodeOf(b)]).toEqual(['sfu-frankfurt-1', 'sfu-paris-1']);
  return [a, b] as const;
}

describe('a room of mode relay', () => {
  test('asks its members for timings when they have been the same for a second, and no member twice', async () => {
    const world = await RoomWorld.start(everywhere);
    const [a] = await pair(world);
    expect(world.asked).toEqual([]);
    await world.pass(5000);
    expect(new Set(world.asked.map(({ sessionId }) => sessionId))).toContain(a.sessionId);
    const asked = world.asked.length;
    await world.pass(60_000);
    expect(world.asked).toHaveLength(asked);
  });

  test('moves a member to a timed host when the gain has paid for the move, explains the move, and then rests', async () => {
    const world = await RoomWorld.start(everywhere);
    const [a, b] = await pair(world);
    await world.pass(20_000);
    expect(world.orders).toEqual([]);
    await world.pass(LONG_MS);
    expect([world.nodeOf(a), world.nodeOf(b)]).toEqual(['sfu-paris-1', 'sfu-paris-1']);
    expect(world.orders.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^at eu\/paris instead of eu\/frankfurt it is \d+\.\d ms nearer to each of the others/),
    ]);
    expect(world.centre.moves.ended()).toMatchObject([{ lane: 'delay', outcome: 'moved' }]);
    await world.pass(LONG_MS);
    expect(world.orders).toHaveLength(1);
  });

  test('is watched by the next leader too, which asks for timings when it knows the members', async () => {
    const world = await RoomWorld.start(everywhere);
    const [a, b] = await pair(world);
    await world.pass(10_000);
    await world.restart();
    const asked = world.asked.length;
    await world.pass(LONG_MS);
    expect(world.asked.length).toBeGreaterThan(asked);
    expect([world.nodeOf(a), world.nodeOf(b)]).toEqual(['sfu-paris-1', 'sfu-paris-1']);
    expect(world.orders).toHaveLength(1);
  });
});

describe('the memory of a room', () => {
  /** Makes three rooms: a moved member in t/room, a given mode in t/given, and in t/other two members, one moved. */
  async function remembered() {
    const world = await RoomWorld.start(everywhere);
    const people = [];
    for (const roomKey of ['t/room', 't/other']) people.push(...(await pair(world, roomKey)));
    await world.centre.setMode('t/given', 'direct');
    await world.pass(LONG_MS);
    const keys = () => [...world.centre.rooms.list().map(({ roomKey }) => roomKey)].sort();
    expect(keys()).toEqual(['t/given', 't/other', 't/room']);
    expect(people.map((one) => world.nodeOf(one))).toEqual(Array.from({ length: 4 }, () => 'sfu-paris-1'));
    return { world, people, keys };
  }

  test('that ended while no centre led is dropped, also by the copy, so that the next meeting of its name begins anew', async () => {
    const { world, people, keys } = await remembered();
    for (const one of people.slice(0, 2)) world.leave(one);
    await world.restart();
    await world.pass(3000);
    expect(keys()).toEqual(['t/given', 't/other']);
    await world.restart();
    expect(keys()).toEqual(['t/given', 't/other']);
    const [again] = await pair(world);
    await world.pass(LONG_MS);
    expect(world.centre.rooms.get('t/room')?.made).toMatchObject([{ person: again.sessionId }]);
  });
});

describe('a wrong first ingress', () => {
  test.each(['relay', 'direct'] as const)('is corrected by a move in mode %s', async (mode) => {
    const world = await RoomWorld.start(everywhere, { modes: { default: mode, tenants: {} } });
    // The database puts both members beside Frankfurt; in the network they are beside Stockholm.
    const wrong = await world.join('t/room', rtt(80, 70, 6), ['frankfurt']);
    expect(world.nodeOf(wrong)).toBe('sfu-frankfurt-1');
    await world.pass(60_000);
    expect(world.nodeOf(wrong)).toBe('sfu-frankfurt-1');
    const other = await world.join('t/room', rtt(5, 40, 60), ['frankfurt']);
    await world.pass(60_000);
    expect([world.nodeOf(wrong), world.nodeOf(other)]).toEqual(['sfu-stockholm-1', 'sfu-frankfurt-1']);
  });
});

describe('a room of mode single', () => {
  test('moves as a whole to a better site that all members have timed, and stays there', async () => {
    const world = await RoomWorld.start(everywhere, { modes: { default: 'relay', tenants: { t: 'single' } } });
    const people = [];
    for (let count = 0; count < 4; count += 1) people.push(await world.join('t/room', rtt(60, 8, 70), ['frankfurt']));
    expect(new Set(people.map((one) => world.nodeOf(one)))).toEqual(new Set(['sfu-frankfurt-1']));
    await world.pass(LONG_MS);
    expect(new Set(people.map((one) => world.nodeOf(one)))).toEqual(new Set(['sfu-paris-1']));
    expect(world.orders).toHaveLength(4);
    expect(world.centre.rooms.get('t/room')).toMatchObject({ isConverging: false });
    expect(world.centre.rooms.get('t/room')?.made).toHaveLength(1);
    await world.restart();
    await world.join('t/room', rtt(60, 8, 70), ['paris']);
    await world.pass(LONG_MS);
    expect(world.orders).toHaveLength(4);
  });
});

describe('a change of the mode of a living room', () => {
  const spread: readonly (readonly [number, number, number, City])[] = [
    [5, 30, 50, 'frankfurt'],
    [5, 30, 50, 'frankfurt'],
    [30, 5, 60, 'paris'],
    [50, 60, 5, 'stockholm'],
  ];
  async function three() {
    const world = await RoomWorld.start(everywhere);
    const people = [];
    for (const [a, b, c, city] of spread) people.push(await world.join('t/room', rtt(a, b, c), [city]));
    const first = people.map((one) => world.nodeOf(one));
    return { world, people, first };
  }

  test('to single gathers all members at a host, and to direct sends each to its nearest again, as for new members', async () => {
    const { world, people, first } = await three();
    expect(new Set(first).size).toBe(3);
    expect(await world.centre.setMode('t/room', 'single')).toBe(true);
    await world.pass(20_000);
    expect(new Set(people.map((one) => world.nodeOf(one)))).toEqual(new Set(['sfu-frankfurt-1']));
    expect(world.centre.rooms.get('t/room')).toMatchObject({ mode: 'single', isConverging: false });
    const far = await world.join('t/room', rtt(50, 60, 5), ['stockholm']);
    expect(world.nodeOf(far)).toBe('sfu-frankfurt-1');
    await world.pass(60_000);
    await world.centre.setMode('t/room', 'direct');
    await world.pass(90_000);
    expect(people.map((one) => world.nodeOf(one))).toEqual(first);
    expect(world.nodeOf(far)).toBe('sfu-stockholm-1');
    expect(world.centre.rooms.get('t/room')).toMatchObject({ mode: 'direct', isConverging: false });
  });

  test('is completed by the next centre when the first is replaced in the middle', async () => {
    const { world, people } = await three();
    world.refuse = () => 'NODE_UNREACHABLE';
    await world.centre.setMode('t/room', 'single');
    await world.pass(1500);
    await world.restart();
    world.refuse = () => undefined;
    expect(world.centre.modeOf('t/room', undefined)).toBe('single');
    await world.pass(30_000);
    expect(new Set(people.map((one) => world.nodeOf(one))).size).toBe(1);
  });
});

describe('a room with a fence', () => {
  const regionsOf = { stockholm: 'north' };

  test('by the reports of its media nodes places joins inside the fence, and shows the fence in its plan', async () => {
    const world = await RoomWorld.start(everywhere, { regionsOf });
    const first = await world.join('t/room', rtt(5, 30, 50), ['frankfurt']);
    const near = await world.join('t/free', rtt(80, 70, 6), ['stockholm', 'frankfurt']);
    world.fences.set('t/room', 'eu');
    await world.pass(1000);
    const second = await world.join('t/room', rtt(80, 70, 6), ['stockholm', 'frankfurt']);
    expect([first, near].map((one) => world.nodeOf(one))).toEqual(['sfu-frankfurt-1', 'sfu-stockholm-1']);
    expect(world.nodeOf(second)).not.toBe('sfu-stockholm-1');
    const { words, regions: bound } = roomPlan(world.centre, 't/room', world.clock);
    expect(bound).toEqual(['eu']);
    expect(words).toContain('It is bound to eu: no media node and no relay outside has anything of it.');
    expect(roomPlan(world.centre, 't/free', world.clock).regions).toEqual([]);
  });

  test('moves no member out of the fence, however much nearer a site outside is', async () => {
    const world = await RoomWorld.start(everywhere, { regionsOf });
    const people = [];
    for (const roomKey of ['t/room', 't/free']) {
      people.push(await world.join(roomKey, rtt(80, 70, 6), ['frankfurt']));
      await world.join(roomKey, rtt(5, 30, 50), ['frankfurt']);
    }
    world.fences.set('t/room', 'eu');
    await world.pass(LONG_MS);
    const [kept, moved] = people.map((one) => world.nodeOf(one));
    expect(moved).toBe('sfu-stockholm-1');
    expect(kept).not.toBe('sfu-stockholm-1');
    // The moves that the plan shows are none: no move was even tried.
    const { moves } = roomPlan(world.centre, 't/room', world.clock);
    expect(moves).toMatchObject({ madeMsAgo: [], waiting: [], running: [] });
    expect(
      world.orders.filter(({ roomKey, toNodeId }) => roomKey === 't/room' && toNodeId === 'sfu-stockholm-1'),
    ).toEqual([]);
  });
});
