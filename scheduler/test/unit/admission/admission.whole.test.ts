import { describe, expect, it, test } from 'vitest';
import {
  Admission,
  AdmissionLane,
  admissionBounds,
  priorityOf,
  RETURNS_MAX,
  type RefusedJoin,
} from '../../../src/placing/core/admission/index.ts';
import { run } from './surge.ts';

const make = (perSecond = 100) => new Admission({ rand: () => 0, wallOffsetMs: 0, rateOf: () => perSecond });
let nextId = 0;
const asking = (
  roomKey: string,
  o: { isLive?: boolean; priorSessionId?: string; region?: string; sessionId?: string } = {},
) => ({
  id: nextId++,
  region: 'r',
  roomKey,
  sessionId: `s${nextId}`,
  priorSessionId: '',
  isLive: false,
  ...o,
});

test('clients of a dead node that come back within milliseconds are all admitted while more than a second’s worth of joins is free, but not without end', () => {
  const admission = make(100);
  const evicted: RefusedJoin[] = [];
  const answers = Array.from({ length: 400 }, (_, at) => {
    const nowMs = 10_000 + at / 20;
    return admission.ask(asking(`room-${at}`, { priorSessionId: `before-${at}` }), nowMs, evicted);
  });
  expect(answers.slice(0, 100).map(({ type }) => type)).toEqual(Array.from({ length: 100 }, () => 'in'));
  expect(answers.some(({ type }) => type === 'turned')).toBe(true);
  // The same burst of new sessions is turned away sooner, because it may continue.
  const fresh = make(100);
  const others = Array.from({ length: 100 }, (_, at) => fresh.ask(asking(`new-${at}`), 10_000 + at / 20, evicted));
  expect(others.some(({ type }) => type === 'turned')).toBe(true);
});

describe('ten thousand joins in one second, against five hundred a second', () => {
  const surge = { joins: 10_000, overMs: 1000, perSecond: 500 } as const;
  const seeds = ['1', '2', '3', String(Date.now())];

  test.each(seeds.flatMap((seed) => [3, 10, 20].map((joinsPerRoom) => ({ seed, joinsPerRoom }))))(
    'seed $seed, $joinsPerRoom a room: each room is admitted or turned away as a whole, and the queue stays short',
    ({ seed, joinsPerRoom }) => {
      const result = run({ ...surge, seed, joinsPerRoom, forMs: 4000, comesBack: false });
      expect(result.roomsSplit / result.rooms).toBe(0);
      expect(result.queueMax).toBeLessThanOrEqual((surge.perSecond * admissionBounds.waitMsMax) / 1000);
      expect(result.waitMsMax).toBeLessThanOrEqual(admissionBounds.waitMsMax + 100);
      const letIn = result.outcomes.filter(({ inAtMs }) => inAtMs !== undefined).length;
      expect(letIn).toBeGreaterThan(0.5 * surge.perSecond * admissionBounds.burstS);
    },
  );

  test('returning joins go before joins into a running room, and those before joins that begin one', () => {
    const means = { rejoin: 0, live: 0, new: 0 };
    for (const seed of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const { firstShare } = run({ ...surge, seed, joinsPerRoom: 5, forMs: 3000, comesBack: false });
      for (const cls of ['rejoin', 'live', 'new'] as const) means[cls] += firstShare[cls] / 8;
    }
    expect(means.rejoin).toBeGreaterThan(1.5 * means.live);
    expect(means.live).toBeGreaterThan(means.new);
  });

  test.each(seeds)('seed %s: all that come back at the named time get in, at nearly the available rate', (seed) => {
    const result = run({ ...surge, seed, joinsPerRoom: 10, forMs: 60_000, comesBack: true });
    expect(result.outcomes.filter(({ inAtMs }) => inAtMs === undefined)).toEqual([]);
    const idealMs = ((surge.joins - surge.perSecond * admissionBounds.burstS) / surge.perSecond) * 1000;
    expect(result.lastInMs).toBeLessThan(idealMs * 1.4);
    expect(result.attempts / surge.joins).toBeLessThan(5);
  });
});

test('at three times the rate for a minute no class of joins starves, and the whole rate is used', () => {
  const result = run({
    seed: '7',
    joins: 18_000,
    overMs: 60_000,
    perSecond: 100,
    joinsPerRoom: 5,
    forMs: 62_000,
    comesBack: false,
  });
  const { rejoin, live, new: fresh } = result.firstShare;
  expect(fresh).toBeGreaterThan(0.05);
  expect(live).toBeGreaterThan(fresh);
  expect(rejoin).toBeGreaterThan(live);
  expect(result.outcomes.filter(({ inAtMs }) => inAtMs !== undefined).length).toBeGreaterThan(0.8 * 6000);
});

test('below the rate no join is turned away and none waits', () => {
  const result = run({
    seed: '8',
    joins: 4000,
    overMs: 50_000,
    perSecond: 100,
    joinsPerRoom: 5,
    forMs: 50_000,
    comesBack: false,
  });
  expect(result.attempts).toBe(4000);
  expect(result.firstShare).toEqual({ rejoin: 1, live: 1, new: 1 });
  expect(result.waitMsMax).toBeLessThan(20);
});

describe('a join', () => {
  it('of an already admitted session, for the same room, costs nothing', () => {
    const admission = make();
    admission.noteAdmitted('s', 't/a');
    const classOf = (o: object) => admission.classOf({ ...asking('t/a'), ...o });
    expect(classOf({ sessionId: 's' })).toBeUndefined();
    expect(classOf({ sessionId: 's', roomKey: 't/b' })).toBe('new');
    expect(classOf({ priorSessionId: 'of a centre before this one' })).toBe('rejoin');
    expect(classOf({ isLive: true })).toBe('live');
  });

  it('with the receipt of a lost session goes before others three times, and then is like any other join', () => {
    const admission = make();
    const joinWithReceipt = () => admission.ask(asking('t/a', { priorSessionId: 's', isLive: true }), 0, []).cls;
    expect([joinWithReceipt(), joinWithReceipt(), joinWithReceipt(), joinWithReceipt(), joinWithReceipt()]).toEqual([
      'rejoin',
      'rejoin',
      'rejoin',
      'live',
      'live',
    ]);
    expect(admission.classOf(asking('t/a', { priorSessionId: 'another' }))).toBe('rejoin');
  });

  it('with a receipt that is turned away, at once or after a wait, does not count as one of the three returns', () => {
    const admission = make(10);
    const evicted: RefusedJoin[] = [];
    const joinWithReceipt = (priorSessionId: string) =>
      admission.ask(asking('t/a', { priorSessionId, isLive: true }), 0, evicted);
    for (let other = 0; other < 32; other += 1) joinWithReceipt(`other-${other}`);
    expect(Array.from({ length: 3 }, () => joinWithReceipt('s').type)).toEqual(['wait', 'wait', 'wait']);
    expect(admission.classOf(asking('t/a', { priorSessionId: 's', isLive: true }))).toBe('live');
    for (let times = 0; times < 5; times += 1)
      expect(joinWithReceipt('t')).toMatchObject({ type: 'turned', cls: 'rejoin' });
    expect(admission.advance(1600).turned).toHaveLength(15);
    expect(evicted).toEqual([]);
    for (const priorSessionId of ['s', 't'])
      expect(admission.classOf(asking('t/a', { priorSessionId }))).toBe('rejoin');
  });

  it('with a receipt that gives way to a room that has begun does not count as one of the three returns', () => {
    const admission = make(4);
    const evicted: RefusedJoin[] = [];
    let guests = 0;
    const joinWithReceipt = (roomKey: string, priorSessionId = `guest-${guests++}`) =>
      admission.ask(asking(roomKey, { priorSessionId, isLive: true }), 0, evicted).type;
    const types = (roomKey: string, count: number) => Array.from({ length: count }, () => joinWithReceipt(roomKey));
    expect(new Set(types('t/begun', 8))).toEqual(new Set(['in']));
    expect([joinWithReceipt('t/fresh', 's'), joinWithReceipt('t/fresh', 's'), joinWithReceipt('t/fresh', 's')]).toEqual(
      ['wait', 'wait', 'wait'],
    );
    expect(admission.classOf(asking('t/fresh', { priorSessionId: 's', isLive: true }))).toBe('live');
    expect(new Set(types('t/begun', 4))).toEqual(new Set(['wait']));
    expect(evicted.map(({ roomKey }) => roomKey)).toEqual(['t/fresh', 't/fresh', 't/fresh']);
    expect(admission.classOf(asking('t/fresh', { priorSessionId: 's', isLive: true }))).toBe('rejoin');
  });

  it('with a receipt that is shown many times at once counts as a return at most three times', () => {
    const admission = make(10);
    const classes = Array.from(
      { length: 30 },
      () => admission.ask(asking('t/a', { priorSessionId: 's', isLive: true }), 0, []).cls,
    );
    expect(classes.filter((cls) => cls === 'rejoin')).toHaveLength(RETURNS_MAX);
  });

  it.each([0.5, 1, 3])('gets in even at a rate of %s a second', (perSecond) => {
    const admission = make(perSecond);
    const evicted: RefusedJoin[] = [];
    const answers = Array.from({ length: 20 }, () => admission.ask(asking('t/a'), 0, evicted).type);
    expect(answers[0]).toBe('in');
    expect(answers).toContain('turned');
    expect(evicted).toEqual([]);
  });

  it('of an admitted room waits for its token, is served in time, and is turned away after too long a wait', () => {
    const admission = make(10);
    const evicted: RefusedJoin[] = [];
    const answers = Array.from({ length: 36 }, () => admission.ask(asking('t/a'), 0, evicted).type);
    expect(answers.filter((type) => type === 'in')).toHaveLength(20);
    expect(answers.filter((type) => type === 'wait')).toHaveLength(15);
    expect(answers.filter((type) => type === 'turned')).toHaveLength(1);
    expect(admission.dueInMs(0)).toBeGreaterThan(0);
    expect(admission.advance(500).letIn).toHaveLength(5);
    admission.setRates(500);
    const late = admission.advance(1600);
    expect(late.letIn.length + late.turned.length).toBe(10);
    expect(late.turned.every(({ why, retryAfterMs }) => why === 'waited' && retryAfterMs >= 1000)).toBe(true);
    expect(admission.dueInMs(1600)).toBeUndefined();
  });

  it('of one region does not wait for another', () => {
    const admission = make(10);
    const evicted: RefusedJoin[] = [];
    for (let count = 0; count < 40; count += 1) admission.ask(asking('t/a'), 0, evicted);
    expect(admission.ask(asking('t/b', { region: 'other' }), 0, evicted).type).toBe('in');
    expect(admission.states(0).map(({ region, waiting }) => [region, waiting])).toEqual([
      ['r', 15],
      ['other', 0],
    ]);
  });
});

describe('the hash of a room', () => {
  it('spreads rooms evenly, is the same everywhere within a minute, and changes with the next minute', () => {
    const counts = new Array<number>(128).fill(0);
    for (let room = 0; room < 12_800; room += 1) {
      const priority = priorityOf(`tenant/room-${room}`, 0);
      counts[priority] = (counts[priority] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(170);
    expect(priorityOf('t/a', 59_999)).toBe(priorityOf('t/a', 0));
    const moved = Array.from(
      { length: 100 },
      (_, room) => priorityOf(`t/${room}`, 0) !== priorityOf(`t/${room}`, 60_000),
    );
    expect(moved.filter(Boolean).length).toBeGreaterThan(80);
  });
});

test('the retry time in an answer grows with the strain, up to twenty seconds plus jitter', () => {
  const admission = make(1);
  const first: number[] = [];
  for (let nowMs = 0; nowMs < 120_000; nowMs += 100) {
    const evicted: RefusedJoin[] = [];
    const answer = admission.ask(asking(`t/${nowMs}`), nowMs, evicted);
    if (answer.type === 'turned') first.push(answer.turned.retryAfterMs);
    admission.advance(nowMs);
  }
  expect(Math.min(...first)).toBeGreaterThanOrEqual(1000);
  expect(Math.max(...first)).toBeLessThanOrEqual(admissionBounds.retryMsMax + admissionBounds.retryJitterMs);
  expect(first.at(-1)).toBeGreaterThan(2 * (first[0] ?? 0));
});

test('beyond the bound of rooms the oldest verdict is forgotten, but not that of a room with waiting joins', () => {
  const lane = new AdmissionLane({ perSecond: 1000, nowMs: 0, rand: () => 0, wallOffsetMs: 0 });
  const ask = (roomKey: string) => lane.ask({ id: nextId++, roomKey, cls: 'new' }, 0, []);
  const whyOf = (roomKey: string) => {
    const answer = ask(roomKey);
    return answer.type === 'turned' ? answer.turned.why : answer.type;
  };
  while (ask('t/big').type === 'in');
  expect(lane.waiting).toBe(1);
  for (let index = 0; index < admissionBounds.roomsMax; index += 1) expect(whyOf(`t/r${index}`)).toBe('level');
  // With a room too many the next oldest room is forgotten, because the oldest has a waiting join.
  expect([whyOf('t/big'), whyOf('t/r1'), whyOf('t/r0')]).toEqual(['wait', 'room', 'level']);
  expect([whyOf('t/big'), whyOf('t/r1')]).toEqual(['wait', 'level']);
});
