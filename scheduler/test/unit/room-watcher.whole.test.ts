// Rooms that are watched, on a manual clock.
import { describe, expect, test, vi } from 'vitest';
import { fleetView } from '../../src/administration/reports.ts';
import { roomPlan } from '../../src/administration/room-plan.ts';
import { PAIRED_MEMBERS_MAX } from '../../src/moving/core/gains.ts';
import { MOVES_PER_HOUR_MAX, ROOM_REST_MS } from '../../src/moving/core/room-credit.ts';
import { type City, RoomWorld } from './support/room-world.ts';

const everywhere = { frankfurt: 1, paris: 1, stockholm: 1 };
/** In which every gain of these tests pays for a move. */
const LONG_MS = 240_000;
const rtt = (frankfurt: number, paris: number, stockholm: number) => ({ frankfurt, paris, stockholm });
/** Two members: the first is better off at the second one's host. */
async function pair(world: RoomWorld, roomKey = 't/room') {
  const a = await world.join(roomKey, rtt(6, 13, 90), ['frankfurt']);
  const b = await world.join(roomKey, rtt(60, 5, 90), ['paris']);
  expect([world.nodeOf(a), world.nodeOf(b)]).toEqual(['sfu-frankfurt-1', 'sfu-paris-1']);
  return [a, b] as const;
}

describe('a room of mode relay', () => {
  test('asks its people for timings when they are the same for a second, and none twice', async () => {
    const world = await RoomWorld.start(everywhere);
    const [a] = await pair(world);
    expect(world.asked).toEqual([]);
    await world.pass(5000);
    expect(new Set(world.asked.map(({ sessionId }) => sessionId))).toContain(a.sessionId);
    const asked = world.asked.length;
    await world.pass(60_000);
    expect(world.asked).toHaveLength(asked);
  });

  test('asks a member that could not be asked again, at the next look', async () => {
    const world = await RoomWorld.start(everywhere);
    world.isLinkFull = true;
    await pair(world);
    await world.pass(5000);
    expect(world.asked).toEqual([]);
    world.isLinkFull = false;
    await world.pass(1250);
    expect(world.asked).not.toEqual([]);
  });

  test('asks a hundred people a second, and the others of a larger room in the next', async () => {
    const world = await RoomWorld.start(everywhere);
    const people = [];
    for (let count = 0; count < 120; count += 1)
      people.push(await world.join('t/large', rtt(6, 13, 90), ['frankfurt']));
    await world.pass(6000);
    expect(new Set(world.asked.map(({ sessionId }) => sessionId)).size).toBe(people.length);
  });

  test('moves a member to where was timed once that has paid, says why, and then rests', async () => {
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

  test('of which people come and go moves a member when the new ones need it, each a minute after the last at the earliest', async () => {
    const world = await RoomWorld.start(everywhere);
    const movedAtMs: number[] = [];
    world.answering = async () => void movedAtMs.push(world.clock.nowMs());
    const [a, b] = await pair(world);
    await world.pass(LONG_MS);
    expect(world.nodeOf(a)).toBe('sfu-paris-1');
    world.leave(b);
    for (let count = 0; count < 3; count += 1) await world.join('t/room', rtt(5, 60, 90), ['frankfurt', 'paris']);
    await world.pass(LONG_MS);
    expect(world.orders.map(({ sessionId, toNodeId }) => [sessionId, toNodeId])).toEqual([
      [a.sessionId, 'sfu-paris-1'],
      [a.sessionId, 'sfu-frankfurt-1'],
    ]);
    expect((movedAtMs[1] ?? 0) - (movedAtMs[0] ?? 0)).toBeGreaterThanOrEqual(ROOM_REST_MS);
  });

  test('moves the same person, that joins anew each time, for a higher price each time, also across a restart', async () => {
    const world = await RoomWorld.start(everywhere);
    const b = await world.join('t/room', rtt(90, 90, 5), ['stockholm']);
    let moves = 0;
    for (let round = 0; round < 5; round += 1) {
      const a = await world.join('t/room', rtt(6, 50, 18), ['frankfurt', 'stockholm'], 'the same one');
      expect(world.nodeOf(a)).toBe('sfu-frankfurt-1');
      await world.pass(300_000);
      if (world.nodeOf(a) === 'sfu-stockholm-1') moves += 1;
      world.leave(a);
      if (round === 1) await world.restart();
      await world.pass(2000);
    }
    expect(moves).toBeGreaterThanOrEqual(2);
    expect(moves).toBeLessThan(MOVES_PER_HOUR_MAX);
    expect(world.centre.rooms.get('t/room')?.made).toEqual(
      Array.from({ length: moves }, () => expect.objectContaining({ person: 'the same one' })),
    );
    const another = await world.join('t/room', rtt(6, 50, 18), ['frankfurt', 'stockholm'], 'another one');
    await world.pass(120_000);
    expect([world.nodeOf(another), world.nodeOf(b)]).toEqual(['sfu-stockholm-1', 'sfu-stockholm-1']);
  });

  test('goes on under the next leader, which asks for timings once it hears of the members', async () => {
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

  test('saves nothing while no member is seen', async () => {
    const world = await RoomWorld.start(everywhere);
    const [a, b] = await pair(world);
    await world.pass(10_000);
    const unseen = vi.spyOn(world.centre.fleet, 'roomKeys').mockImplementation(() => new Set<string>().values());
    await world.pass(LONG_MS);
    unseen.mockRestore();
    await world.pass(3000);
    expect([world.nodeOf(a), world.nodeOf(b)]).toEqual(['sfu-frankfurt-1', 'sfu-paris-1']);
    await world.pass(LONG_MS);
    expect(world.orders).toHaveLength(1);
  });

  test('pays twice for a move that did not come about', async () => {
    const world = await RoomWorld.start(everywhere);
    await pair(world);
    world.refuse = () => 'SESSION_UNKNOWN';
    for (let step = 0; step < 2000 && world.orders.length === 0; step += 1) await world.pass(250);
    const firstMs = world.clock.nowMs();
    expect(world.centre.rooms.get('t/room')?.made).toHaveLength(1);
    for (let step = 0; step < 4000 && world.orders.length === 1; step += 1) await world.pass(250);
    expect(world.clock.nowMs() - firstMs).toBeGreaterThan(ROOM_REST_MS);
  });

  test('moves a member to the same site when sites have got other numbers a moment before', async () => {
    const moved = async (numbersChangeAtMs: number): Promise<{ atMs: number; world: RoomWorld }> => {
      const world = await RoomWorld.start(everywhere);
      const [a] = await pair(world);
      let atMs = 0;
      for (; world.orders.length === 0 && atMs < LONG_MS; atMs += 250) {
        // Gains are not computed anew meanwhile for another reason.
        if (atMs === numbersChangeAtMs - 2500) world.tellsNodeTimes = false;
        if (atMs === numbersChangeAtMs) world.register('sfu-aachen', 'aachen');
        await world.pass(250);
      }
      expect(world.nodeOf(a)).toBe('sfu-paris-1');
      return { atMs, world };
    };
    const { atMs } = await moved(-1);
    const { world } = await moved(atMs - 2500);
    expect(world.orders[0]?.reason).toContain('at eu/paris instead of eu/frankfurt');
  });

  test('moves no member where nothing is gained, nor in a room that is too large for pairs', async () => {
    const world = await RoomWorld.start(everywhere);
    for (let count = 0; count < 3; count += 1) await world.join('t/good', rtt(5, 30, 50));
    for (let count = 0; count <= PAIRED_MEMBERS_MAX; count += 1) {
      await world.join(
        't/large',
        count === 0 ? rtt(6, 13, 90) : rtt(60, 5, 90),
        count === 0 ? ['frankfurt'] : ['paris'],
      );
    }
    await world.pass(LONG_MS);
    expect(world.orders.filter(({ reason }) => !reason.includes('eu/frankfurt it is'))).toEqual([]);
    expect(world.orders.filter(({ roomKey }) => roomKey === 't/good')).toEqual([]);
    expect(world.orders.filter(({ toNodeId }) => toNodeId === 'sfu-frankfurt-1')).toEqual([]);
  });
});

describe('a room at the bound of what is remembered', () => {
  test.each(['relay', 'single'] as const)('of mode %s moves no member when the move cannot be booked', async (mode) => {
    const world = await RoomWorld.start(everywhere, { modes: { default: mode, tenants: {} } });
    vi.spyOn(world.centre.rooms, 'made').mockReturnValue(undefined);
    for (let count = 0; count < 2; count += 1) await world.join('t/room', rtt(60, 8, 70), ['frankfurt']);
    await world.pass(LONG_MS);
    expect(world.orders).toEqual([]);
  });
});

describe('what is remembered of a room', () => {
  /** Of t/room a member was moved, t/given got its mode; two are in t/other, of which one was moved. */
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

  test('that ended while no centre led is forgotten, also by the copy: the next meeting of that name begins anew', async () => {
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

  test.each([
    { restarts: false, leader: 'the same leader' },
    { restarts: true, leader: 'the next leader' },
  ])(
    'stays under $leader for a rest after the last move, though it has neither members nor an owner',
    async ({ restarts }) => {
      const world = await RoomWorld.start(everywhere);
      const [a, b] = await pair(world);
      for (let step = 0; step < 2000 && world.orders.length === 0; step += 1) await world.pass(250);
      const movedAtMs = world.clock.nowMs();
      expect(world.nodeOf(a)).toBe('sfu-paris-1');
      for (const one of [a, b]) world.leave(one);
      if (restarts) await world.restart();
      while (world.clock.nowMs() - movedAtMs < ROOM_REST_MS - 2000) await world.pass(1000);
      expect(world.centre.fleet.digestIn('t/room')).toBeUndefined();
      expect(world.centre.rooms.get('t/room')?.made).toHaveLength(1);
      await world.pass(5000);
      expect(world.centre.rooms.get('t/room')).toBeUndefined();
    },
  );

  test('stays while the media node that may hold it has neither come back nor died, and while its owner waits for its people', async () => {
    const { world, people, keys } = await remembered();
    world.silent.add('sfu-paris-1');
    await world.restart();
    await world.pass(2000);
    expect(world.centre.fleet.get('sfu-paris-1')?.liveness).toBe('suspect');
    expect(keys()).toEqual(['t/given', 't/other', 't/room']);
    world.comeBack('sfu-paris-1');
    await world.pass(3000);
    expect(keys()).toEqual(['t/given', 't/other', 't/room']);
    world.silent.add('sfu-paris-1');
    await world.restart();
    await world.pass(30_000);
    expect(world.centre.fleet.get('sfu-paris-1')?.liveness).toBe('dead');
    expect(keys()).toEqual(['t/given', 't/other', 't/room']);
    for (const one of people) world.leave(one);
    await world.pass(3000);
    expect(keys()).toEqual(['t/given']);
  });
});

describe('a wrong first ingress', () => {
  test.each(['relay', 'direct'] as const)('is corrected in mode %s, for the sake of its members', async (mode) => {
    const world = await RoomWorld.start(everywhere, { modes: { default: mode, tenants: {} } });
    // The database puts them beside Frankfurt; in the network they are beside Stockholm.
    const wrong = await world.join('t/room', rtt(80, 70, 6), ['frankfurt']);
    expect(world.nodeOf(wrong)).toBe('sfu-frankfurt-1');
    await world.pass(60_000);
    expect(world.nodeOf(wrong)).toBe('sfu-frankfurt-1');
    const other = await world.join('t/room', rtt(5, 40, 60), ['frankfurt']);
    await world.pass(60_000);
    expect([world.nodeOf(wrong), world.nodeOf(other)]).toEqual(['sfu-stockholm-1', 'sfu-frankfurt-1']);
  });

  test('of less than 10 ms is none in mode direct', async () => {
    const world = await RoomWorld.start(everywhere, { modes: { default: 'direct', tenants: {} } });
    await world.join('t/room', rtt(15, 6, 90), ['frankfurt']);
    await world.join('t/room', rtt(5, 50, 90), ['frankfurt']);
    await world.pass(LONG_MS);
    expect(world.orders).toEqual([]);
  });
});

describe('a room of mode single', () => {
  test('moves as a whole to where all members have timed, and stays there', async () => {
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

  const single = { modes: { default: 'relay', tenants: { t: 'single' } } } as const;
  async function four(world: RoomWorld) {
    const people = [];
    for (let count = 0; count < 4; count += 1) people.push(await world.join('t/room', rtt(60, 8, 70), ['frankfurt']));
    return people;
  }

  test.each([
    'the leader changes after the first order',
    'the leader changes before the first order',
    'one cannot be moved for two minutes',
  ])('is at the new host in the end when %s', async (what) => {
    const world = await RoomWorld.start(everywhere, single);
    const people = await four(world);
    if (what.startsWith('one')) {
      world.refuse = ({ sessionId }) => (sessionId === people[3]?.sessionId ? 'MOVE_FAILED' : undefined);
      await world.pass(120_000);
      expect(people.map((one) => world.nodeOf(one))).toContain('sfu-frankfurt-1');
    } else {
      const isBegun = (): boolean =>
        what.includes('before') ? world.centre.rooms.get('t/room')?.isConverging === true : world.orders.length > 0;
      if (what.includes('before')) world.refuse = () => 'RATE_LIMITED';
      for (let step = 0; step < 200 && !isBegun(); step += 1) await world.pass(250);
      expect(isBegun()).toBe(true);
      await world.restart();
    }
    world.refuse = () => undefined;
    await world.pass(200_000);
    expect(people.map((one) => world.nodeOf(one))).toEqual(people.map(() => 'sfu-paris-1'));
    expect(world.centre.rooms.get('t/room')).toMatchObject({ isConverging: false });
  });

  test('follows newcomers when most of it is elsewhere', async () => {
    const world = await RoomWorld.start(everywhere, single);
    const people = await four(world);
    await world.pass(LONG_MS);
    expect(world.orders).toHaveLength(4);
    for (let count = 0; count < 8; count += 1)
      people.push(await world.join('t/room', rtt(80, 90, 5), ['frankfurt', 'paris', 'stockholm']));
    expect(people.map((one) => world.nodeOf(one))).toEqual(people.map(() => 'sfu-paris-1'));
    await world.pass(2 * LONG_MS);
    expect(people.map((one) => world.nodeOf(one))).toEqual(people.map(() => 'sfu-stockholm-1'));
  });

  test('without a possible move tries again', async () => {
    const world = await RoomWorld.start(everywhere, single);
    const people = await four(world);
    world.refuse = () => 'MOVE_FAILED';
    const tries = () => world.centre.rooms.get('t/room')?.made.length ?? 0;
    for (let step = 0; step < 100 && tries() < 2; step += 1) await world.pass(10_000);
    expect(tries()).toBe(2);
    world.refuse = () => undefined;
    await world.pass(600_000);
    expect(people.map((one) => world.nodeOf(one))).toEqual(people.map(() => 'sfu-paris-1'));
  });
});

describe('the mode of a living room is changed', () => {
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

  test('to single and all members go to one host, to direct and each to its nearest again; new members follow', async () => {
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

  test('a centre that is replaced in the middle: the next one brings it to its end', async () => {
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

  test.each([
    { command: 'cordon', moved: false },
    { command: 'drain', moved: true },
  ] as const)('to single and all members are at one node already: a $command of it moves them: $moved', async (row) => {
    const world = await RoomWorld.start(everywhere);
    const people = [];
    for (let count = 0; count < 2; count += 1) people.push(await world.join('t/room', rtt(5, 30, 50)));
    await world.centre[row.command]('sfu-frankfurt-1', 'a test');
    await world.centre.setMode('t/room', 'single');
    await world.pass(20_000);
    expect(people.some((one) => world.nodeOf(one) !== 'sfu-frankfurt-1')).toBe(row.moved);
  });

  test('moves that never succeed are given up, and the room is left as it is', async () => {
    const { world, people, first } = await three();
    world.refuse = () => 'NODE_UNREACHABLE';
    await world.centre.setMode('t/room', 'single');
    await world.pass(400_000);
    expect(world.centre.rooms.get('t/room')).toMatchObject({ isConverging: false });
    expect(people.map((one) => world.nodeOf(one))).toEqual(first);
    const orders = world.orders.length;
    await world.pass(60_000);
    expect(world.orders).toHaveLength(orders);
  });

  test.each([
    { name: 'while another one could not be reached', before: 'direct' },
    { name: 'once more while it could not be reached', before: 'relay' },
  ] as const)('is tried as often when it is given $name', async ({ before: modeBefore }) => {
    const orders: number[] = [];
    for (const triesBefore of [false, true]) {
      const world = await RoomWorld.start(everywhere, { modes: { default: 'single', tenants: {} } });
      for (const [a, b, c, city] of spread) await world.join('t/room', rtt(a, b, c), [city]);
      await world.pass(3000); // until it is known how far their nodes are
      world.refuse = () => 'NODE_UNREACHABLE';
      if (triesBefore) {
        await world.centre.setMode('t/room', modeBefore);
        for (let step = 0; step < 2000 && world.centre.moves.ended().length < 8; step += 1) await world.pass(250);
      }
      const ordered = () => world.orders.filter(({ reason }) => reason.startsWith("the room's mode")).length;
      const before = ordered();
      await world.centre.setMode('t/room', 'relay');
      await world.pass(400_000);
      expect(world.centre.rooms.get('t/room')).toMatchObject({ mode: 'relay', isConverging: false });
      orders.push(ordered() - before);
    }
    expect(orders[0]).toBeGreaterThan(0);
    expect(orders[1]).toBe(orders[0]);
  });

  test('a mode that is taken back is the tenant’s again, and is forgotten with the room', async () => {
    const world = await RoomWorld.start(everywhere, { modes: { default: 'direct', tenants: { t: 'relay' } } });
    const one = await world.join('t/room', rtt(5, 30, 50));
    await world.centre.setMode('t/room', 'single');
    await world.centre.setMode('t/room', undefined);
    expect([world.centre.modeOf('t/room', undefined), world.centre.modeOf('u/room', undefined)]).toEqual([
      'relay',
      'direct',
    ]);
    expect(world.centre.modeOf('u/room', 'single')).toBe('single');
    await world.pass(3000);
    world.leave(one);
    await world.pass(5000);
    expect(world.centre.rooms.size).toBe(0);
  });
});

describe('a room with a fence', () => {
  const regionsOf = { stockholm: 'north' };

  test('as its media nodes report it binds joins, and the plan says so', async () => {
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

  test('moves no member out of it, however much nearer the site outside', async () => {
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
    // Nor is it tried.
    const { moves } = roomPlan(world.centre, 't/room', world.clock);
    expect(moves).toMatchObject({ madeMsAgo: [], waiting: [], running: [] });
    expect(
      world.orders.filter(({ roomKey, toNodeId }) => roomKey === 't/room' && toNodeId === 'sfu-stockholm-1'),
    ).toEqual([]);
  });
});

test('the plan of a room with a fence has no relay outside it', async () => {
  const world = await RoomWorld.start(everywhere, { regionsOf: { stockholm: 'north' } });
  for (const roomKey of ['t/room', 't/wide', 't/free']) {
    await world.join(roomKey, rtt(5, 30, 50), ['frankfurt']);
    await world.join(roomKey, rtt(40, 5, 50), ['paris', 'frankfurt']);
  }
  world.fences.set('t/room', 'eu').set('t/wide', 'eu,north');
  await world.pass(1000);
  vi.spyOn(world.centre.routing, 'pathOf').mockReturnValue({ via: 'host-sfu-stockholm-1', delayMs: 9 });
  const viaOf = (roomKey: string) => roomPlan(world.centre, roomKey, world.clock).paths.map(({ via }) => via);
  expect(['t/room', 't/wide', 't/free'].map(viaOf)).toEqual([[''], ['host-sfu-stockholm-1'], ['host-sfu-stockholm-1']]);
});

describe('the plan of a room in words', () => {
  test('goes through the charges of a node once, however many are in the room', async () => {
    const world = await RoomWorld.start(everywhere);
    const people = [];
    for (let count = 0; count < 6; count += 1) people.push(await world.join('t/room', rtt(5, 30, 50)));
    const list = vi.spyOn(world.centre.ledger, 'list');
    const { members } = roomPlan(world.centre, 't/room', world.clock);
    expect(members.map(({ sessionId }) => sessionId).sort()).toEqual(people.map(({ sessionId }) => sessionId).sort());
    expect(members.map(({ decisionId }) => decisionId)).not.toContain(null);
    expect(list).toHaveBeenCalledTimes(new Set(members.map(({ nodeId }) => nodeId)).size);
  });

  test('says where each member is, by which path, in which mode, and what was moved why', async () => {
    const world = await RoomWorld.start(everywhere);
    const wrong = await world.join('t/room', rtt(80, 70, 6), ['frankfurt']);
    await world.join('t/room', rtt(5, 30, 50), ['frankfurt']);
    await world.pass(LONG_MS);
    const { words, members, mode } = roomPlan(world.centre, 't/room', world.clock);
    expect(mode).toBe('relay');
    expect(members).toHaveLength(2);
    const text = words.join('\n');
    expect(text).toContain('Room t/room: 2 in it, on 2 hosts; mode relay (of the service); sig-frankfurt owns it');
    expect(text).toContain(
      `${wrong.sessionId}, taken to be in frankfurt, at sfu-stockholm-1 (eu/stockholm), round trip 6 ms, timed; why: decision DE_`,
    );
    expect(text).toMatch(/sfu-frankfurt-1 to sfu-stockholm-1: direct, \d+(\.\d+)? ms one way\./);
    expect(text).toMatch(/Moves for its delay in the last hour: 1, the last \d+ s ago/);
    expect(text).toMatch(/s ago: PA_\w+ from sfu-frankfurt-1 to sfu-stockholm-1: moved; at eu\/stockholm instead of/);
    // Of a host in another city than the signaling node's a guess has fractions, of which words say nothing.
    const far = await RoomWorld.start({ paris: 1 });
    const guessed = await far.join('t/guessed', rtt(5, 30, 50), []);
    const shown = roomPlan(far.centre, 't/guessed', far.clock);
    expect(shown.members).toMatchObject([{ sessionId: guessed.sessionId, isTimed: false }]);
    expect(shown.words[1]).toMatch(/, round trip about \d+ ms; why: /);
    expect(Number.isInteger(shown.members[0]?.rttMs)).toBe(false);
    expect(roomPlan(world.centre, 't/none', world.clock).words).toEqual([
      'Room t/none is empty. Its mode would be relay (of the service).',
    ]);
  });

  test('says of a room that was given back that it has no owner, as of one that never was', async () => {
    const world = await RoomWorld.start({ frankfurt: 1 });
    const { leases } = world.centre;
    const { lease } = leases.acquire('t/room', 'sig-1', world.clock.nowMs());
    const shown = () => {
      const { lease: owned, tree } = roomPlan(world.centre, 't/room', world.clock);
      return { ownerId: owned?.ownerId, epoch: owned?.epoch, chosenBy: tree.chosenBy };
    };
    expect(shown()).toEqual({ ownerId: 'sig-1', epoch: lease.epoch, chosenBy: 'sig-1' });
    expect(leases.release('t/room', 'sig-1', lease.epoch)).toBe(true);
    const never = roomPlan(world.centre, 't/none', world.clock);
    const { lease: owned, tree } = roomPlan(world.centre, 't/room', world.clock);
    expect([owned, tree.chosenBy]).toEqual([null, null]);
    expect([never.lease, never.tree.chosenBy]).toEqual([null, null]);
    // The fleet's list has the epoch, which is remembered, and null for the owner.
    const [listed] = fleetView(world.centre, world.clock.nowMs()).leases;
    expect(listed).toMatchObject({ ownerId: null, epoch: lease.epoch, isLive: false });
  });
});

test('a tick looks at a few rooms when each takes long, and the next goes on where it stopped', async () => {
  const world = await RoomWorld.start({ frankfurt: 4 });
  const rooms = Array.from({ length: 60 }, (_, index) => `t/${index}`);
  for (const roomKey of rooms) await world.join(roomKey, rtt(5, 30, 50));
  const looked = (): number => rooms.filter((key) => world.centre.roomWatcher.sameSinceMs(key) !== undefined).length;
  expect(looked()).toBe(0);
  world.clock.advance(2000);
  const real = world.clock.nowMs.bind(world.clock);
  let slowMs = 0;
  vi.spyOn(world.clock, 'nowMs').mockImplementation(() => {
    slowMs += 3;
    return real() + slowMs;
  });
  let ticks = 0;
  for (let before = -1; looked() < rooms.length && ticks < 100; ticks += 1) {
    before = looked();
    world.centre.roomWatcher.tick();
    expect(looked() - before).toBeLessThanOrEqual(16);
  }
  expect(looked()).toBe(rooms.length);
  expect(ticks).toBeGreaterThan(3);
});
