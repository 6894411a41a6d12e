import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import type { Booking } from '../../src/placing/core/bookings.ts';
import { utilisation, withOwnSeatsFree } from '../../src/placing/core/filters/capacity.ts';
import { reserved as reservedFilter } from '../../src/placing/core/filters/reserved.ts';
import { EMPTY_MS, RESERVE_AHEAD_MS, RESERVED_ROOMS_MAX, Reservations } from '../../src/placing/core/reservations.ts';
import type { NodeView } from '../../src/placing/core/view.ts';
import { type NodeOverrides, node, verdict, view } from './fixtures.ts';

const START = 1_000_000_000;
const booking = (overrides: Partial<Booking> = {}): Booking => ({
  id: 'b',
  region: 'eu',
  roomKey: 't/booked',
  sessions: 40,
  startsAtMs: START,
  endsAtMs: START + 3_600_000,
  ...overrides,
});

/** Reservations over nodes whose seats this test charges itself. */
function world(overrides: readonly NodeOverrides[], bookings: readonly Booking[]) {
  const seats = new Map<string, Map<string, number>>();
  const state = { nodes: overrides.map(node), bookings };
  const reservations = new Reservations({
    bookings: () => state.bookings,
    nodes: () => state.nodes,
    seatsOf: (roomKey) => new Map([...(seats.get(roomKey) ?? [])].map(([id, sessions]) => [id, { sessions }])),
  });
  let nowMs = 0;
  const tick = (wallMs = START): void => {
    nowMs += 1_000;
    reservations.tick(nowMs, wallMs);
  };
  const come = (roomKey: string, nodeId: string, count = 1): void => {
    const ofRoom = seats.get(roomKey) ?? new Map<string, number>();
    seats.set(roomKey, ofRoom.set(nodeId, (ofRoom.get(nodeId) ?? 0) + count));
    state.nodes = state.nodes.map((one): NodeView => {
      return one.nodeId === nodeId ? { ...one, sessionsAssumed: one.sessionsAssumed + count } : one;
    });
    for (let index = 0; index < count; index += 1) reservations.seated(roomKey, nodeId);
  };
  const kept = (roomKey = 't/booked') =>
    Object.fromEntries((reservations.seatsFor(roomKey) ?? []).map((s) => [s.nodeId, s.sessions]));
  return { reservations, state, tick, come, kept, region: (name = 'eu') => reservations.regions.get(name) };
}

describe('seats of a booking are kept', () => {
  test.each([
    { name: 'not earlier than ten minutes before it', atMs: START - RESERVE_AHEAD_MS - 1, expect: {} },
    { name: 'from ten minutes before the beginning', atMs: START - RESERVE_AHEAD_MS, expect: { n1: 40 } },
    { name: 'for a quarter of an hour while nobody is there', atMs: START + EMPTY_MS - 1, expect: { n1: 40 } },
    { name: 'no longer for an empty room', atMs: START + EMPTY_MS, expect: {} },
    { name: 'until the end for a room with people', come: 1, atMs: START + 3_599_999, expect: { n1: 39 } },
    { name: 'not after it', come: 1, atMs: START + 3_600_000, expect: {} },
  ])('$name', ({ come = 0, atMs, expect: kept }) => {
    const w = world([{}], [booking()]);
    if (come > 0) w.come('t/booked', 'n1', come);
    w.tick(atMs);
    expect(w.kept()).toEqual(kept);
    expect(w.reservations.has('t/booked')).toBe('n1' in kept);
  });

  test.each([
    { name: 'for a booking without a room', change: { roomKey: undefined }, nodes: [{}] },
    { name: 'in a region without nodes', change: { region: 'us' }, nodes: [{}] },
    { name: 'on a node that drains', change: {}, nodes: [{ drainReason: 'x' }] },
    { name: 'on a node that is cordoned', change: {}, nodes: [{ cordonReason: 'x' }] },
    { name: 'on a node that reports its own drain', change: {}, nodes: [{ state: 'draining' }] },
    { name: 'on a dead node', change: {}, nodes: [{ liveness: 'dead' as const }] },
    { name: 'on a node whose link is down', change: {}, nodes: [{ isLinked: false }] },
    { name: 'on a distrusted node', change: {}, nodes: [{ distrust: 'lies' }] },
    { name: 'on a node that is full', change: {}, nodes: [{ sessionsSeen: 100 }] },
  ])('never $name', ({ change, nodes }) => {
    const { roomKey, ...rest } = { ...booking(), ...change };
    const w = world(nodes, [roomKey === undefined ? rest : { ...rest, roomKey }]);
    w.tick();
    expect(w.kept()).toEqual({});
    if (roomKey !== undefined) expect(w.region(rest.region)).toEqual({ kept: 0, short: 40 });
  });

  test('on as few nodes as possible, the freest first', () => {
    const w = world(
      [
        { nodeId: 'a', sessionsSeen: 50 },
        { nodeId: 'b', sessionsSeen: 20 },
      ],
      [booking({ sessions: 85 })],
    );
    w.tick();
    expect(w.kept()).toEqual({ b: 80, a: 5 });
    expect([w.reservations.seatsOn('a'), w.reservations.seatsOn('b')]).toEqual([5, 80]);
  });

  test('for two bookings on the same nodes, the earlier first, and seats that do not fit are short', () => {
    const w = world(
      [{}],
      [booking({ id: 'late', roomKey: 't/late', startsAtMs: START + 1, sessions: 60 }), booking({ sessions: 60 })],
    );
    w.tick();
    expect([w.kept(), w.kept('t/late')]).toEqual([{ n1: 60 }, { n1: 40 }]);
    expect(w.region()).toEqual({ kept: 100, short: 20 });
  });

  test('on another node when their node is drained, and stay there when the first node serves again', () => {
    const w = world([{ nodeId: 'a' }, { nodeId: 'b', sessionsSeen: 10 }], [booking()]);
    w.tick();
    expect(w.kept()).toEqual({ a: 40 });
    const before = w.state.nodes;
    w.state.nodes = before.map((one) => (one.nodeId === 'a' ? { ...one, drainReason: 'x' } : one));
    w.tick();
    expect(w.kept()).toEqual({ b: 40 });
    w.state.nodes = before;
    w.tick();
    expect(w.kept()).toEqual({ b: 40 });
  });

  test('for a bounded number of rooms', () => {
    const many = Array.from({ length: RESERVED_ROOMS_MAX + 5 }, (_, index) => {
      return booking({ id: `b${index}`, roomKey: `t/r${index}`, startsAtMs: START + index, sessions: 1 });
    });
    const w = world([{ capacity: { sessions: 5_000 } }], many);
    w.tick();
    expect(w.reservations.seatsOn('n1')).toBe(RESERVED_ROOMS_MAX);
    expect(w.reservations.has(`t/r${RESERVED_ROOMS_MAX}`)).toBe(false);
  });
});

describe('an arriving session', () => {
  test('takes a seat at once, and the next tick moves the other seats to the node of the room', () => {
    const w = world([{ nodeId: 'a' }, { nodeId: 'b', sessionsSeen: 10 }], [booking()]);
    w.tick();
    w.come('t/booked', 'b', 3);
    expect(w.kept()).toEqual({ a: 37 });
    w.tick();
    expect(w.kept()).toEqual({ b: 37 });
  });

  test('in another region takes a seat of the booked region', () => {
    const w = world([{ nodeId: 'a' }, { nodeId: 'far', region: 'us' }], [booking()]);
    w.come('t/booked', 'far', 15);
    w.tick();
    expect(w.kept()).toEqual({ a: 25 });
  });

  test('beyond the booked number leaves no seat kept', () => {
    const w = world([{}], [booking()]);
    w.tick();
    w.come('t/booked', 'n1', 45);
    expect(w.kept()).toEqual({});
    w.tick();
    expect([w.kept(), w.region()]).toEqual([{}, { kept: 0, short: 0 }]);
  });
});

describe('the filter', () => {
  const full = node({ sessionsSeen: 60, sessionsReserved: 40 });
  const withRoom = (sessions: number) => {
    const seen = view([full]);
    return { ...seen, room: { ...seen.room, reserved: [{ nodeId: 'n1', sessions }] } };
  };
  test.each([
    {
      name: 'another room',
      judge: () => verdict(reservedFilter, full),
      expect: '60 sessions charged and 40 kept for booked rooms, carries 100',
    },
    { name: 'the room itself', judge: () => verdict(reservedFilter, full, { view: withRoom(40) }), expect: 'passes' },
    { name: 'one of two rooms', judge: () => verdict(reservedFilter, full, { view: withRoom(1) }), expect: 'passes' },
    {
      name: 'another room where a seat is left',
      judge: () => verdict(reservedFilter, node({ sessionsSeen: 59, sessionsReserved: 40 })),
      expect: 'passes',
    },
    {
      name: 'any session where nothing is kept',
      judge: () => verdict(reservedFilter, node({ sessionsSeen: 100 })),
      expect: 'passes',
    },
  ])('judges $name: $expect', (row) => expect(row.judge()).toBe(row.expect));

  test('lets the booked room use its own seats', () => {
    const kept = node({ sessionsExpected: 40, sessionsReserved: 40 });
    expect(utilisation(withOwnSeatsFree(view([kept]), kept), 0)).toBe(0.4);
    expect(utilisation(withOwnSeatsFree(withRoom(40), kept), 0)).toBe(0);
  });
});

test('after random events no seat is kept twice, and arrived, kept and short seats add up to the booked ones', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  console.log(`SEED=${seed}`);
  const rng = seededRng(String(seed));
  for (let round = 0; round < 60; round += 1) {
    const nodes = Array.from({ length: 1 + rng.int(6) }, (_, index): NodeOverrides => {
      return { nodeId: `n${index}`, region: rng.int(3) === 0 ? 'us' : 'eu', capacity: { sessions: 20 + rng.int(80) } };
    });
    const bookings = Array.from({ length: 1 + rng.int(5) }, (_, index) => {
      return booking({
        id: `b${index}`,
        roomKey: `t/r${index}`,
        sessions: 1 + rng.int(90),
        region: rng.int(4) === 0 ? 'us' : 'eu',
      });
    });
    const w = world(nodes, bookings);
    for (let step = 0; step < 30; step += 1) {
      if (rng.int(3) === 0) w.tick();
      const target = w.state.nodes[rng.int(w.state.nodes.length)];
      const roomKey = `t/r${rng.int(7)}`;
      if (target === undefined) continue;
      const own = w.reservations.seatsFor(roomKey);
      const seen = view(w.state.nodes.map((one) => ({ ...one, sessionsReserved: w.reservations.seatsOn(one.nodeId) })));
      const subject = { ...target, sessionsReserved: w.reservations.seatsOn(target.nodeId) };
      const passes = verdict(reservedFilter, subject, {
        view: own === undefined ? seen : { ...seen, room: { ...seen.room, reserved: own } },
      });
      if (passes === 'passes' && target.sessionsAssumed < (target.capacity.sessions || 100))
        w.come(roomKey, target.nodeId);
      for (const one of w.state.nodes) {
        const kept = bookings.reduce((sum, { roomKey: key = '' }) => sum + (w.kept(key)[one.nodeId] ?? 0), 0);
        expect(kept).toBe(w.reservations.seatsOn(one.nodeId));
        expect(one.sessionsAssumed + kept).toBeLessThanOrEqual(one.capacity.sessions);
      }
    }
    w.tick();
    const kept = w.state.nodes.reduce((sum, one) => sum + w.reservations.seatsOn(one.nodeId), 0);
    const said = [...w.reservations.regions.values()].reduce((sum, one) => sum + one.kept, 0);
    expect(said).toBe(kept);
  }
});
