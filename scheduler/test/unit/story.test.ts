import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawsOf } from '../../src/base/core/draws.ts';
import type { DecisionRecord } from '../../src/placing/core/decision-log.ts';
import { explain } from '../../src/placing/core/explain.ts';
import { place } from '../../src/placing/core/place.ts';
import { policy } from '../../src/placing/core/policy.ts';
import { decisionStory, type StoryCandidate } from '../../src/placing/core/story.ts';
import type { NodeView, PlaceRequest } from '../../src/placing/core/view.ts';
import { frankfurt, node, singapore, type ViewOptions, view, want } from './fixtures.ts';

const london = { region: 'eu', city: 'london', latitude: 51.51, longitude: -0.13 };
const sgp = { region: 'ap', city: 'singapore', ...singapore };

function decided(nodes: NodeView[], o: ViewOptions & { want?: Partial<PlaceRequest>; seed?: number } = {}) {
  const { seed = 7 } = o;
  const seen = view(nodes, o);
  const request = want(o.want);
  const record: DecisionRecord = {
    decisionId: 'DE_1',
    madeAtWallMs: 5,
    seed,
    view: seen,
    want: request,
    decision: place(seen, request, policy, drawsOf(seed)),
    location: { ...frankfurt, radiusKm: 25, source: 'dbip-city', label: 'Frankfurt', countryCode: 'DE' },
    locationReason: 'the address is known to dbip-city',
    signalingId: 'sig-fra',
    waited: '',
  };
  return record;
}

const fra = node({ nodeId: 'fra' });
const lon = node({ nodeId: 'lon', ...london });
const atFrankfurt = [{ hostId: 'host-fra', sessions: 2, accessRttMs: 12 }];
const timed = { frankfurt: 20, london: 24 };
const opener = { nodeId: 'gw', hostId: 'host-sgp', onHost: false };

interface Row {
  readonly name: string;
  readonly record: DecisionRecord;
  readonly why: string;
  readonly chosen: string | undefined;
  readonly nearest: string | undefined;
}
const rows: Row[] = [
  { name: 'no host was proposed', record: decided([]), why: '', chosen: undefined, nearest: undefined },
  {
    name: 'every host refuses',
    record: decided([node({ nodeId: 'fra', liveness: 'dead' })]),
    why: 'nearest_refused',
    chosen: undefined,
    nearest: 'fra',
  },
  { name: 'the nearest', record: decided([lon, fra]), why: 'nearest', chosen: 'fra', nearest: 'fra' },
  {
    name: 'the nearest host is drained',
    record: decided([node({ nodeId: 'fra', drainReason: 'new disk' }), lon]),
    why: 'nearest_refused',
    chosen: 'lon',
    nearest: 'fra',
  },
  {
    name: 'a move to another host than the nearest',
    record: decided([fra, lon], { want: { move: { fromNodeId: 'x', toNodeIds: ['lon'], reason: 'by hand' } } }),
    why: 'nearest_refused',
    chosen: 'lon',
    nearest: 'fra',
  },
  {
    name: 'the less used of two equal hosts of a site',
    record: decided([
      node({ nodeId: 'a', sessionsSeen: 30, capacity: { sessions: 1000 } }),
      node({ nodeId: 'b', capacity: { sessions: 1000 } }),
    ]),
    why: 'nearest',
    chosen: 'b',
    nearest: 'b',
  },
  {
    name: 'an equal that is slightly farther was drawn',
    record: decided([node({ nodeId: 'fra', sessionsSeen: 30 }), node({ nodeId: 'lon', ...london })], {
      timed: { frankfurt: 20, london: 20.1 },
    }),
    why: 'near_equal',
    chosen: 'lon',
    nearest: 'fra',
  },
  {
    name: 'the room is at another host that is nearly as near',
    record: decided([fra, lon], {
      timed: { frankfurt: 24, london: 20 },
      holders: ['fra'],
      members: atFrankfurt,
    }),
    why: 'room',
    chosen: 'fra',
    nearest: 'lon',
  },
  {
    name: 'the nearest host is busy',
    record: decided([node({ nodeId: 'fra', sessionsSeen: 80 }), lon], { timed }),
    why: 'load',
    chosen: 'lon',
    nearest: 'fra',
  },
  {
    name: 'a guess is not the nearest where another host was timed',
    record: decided([fra, lon], { timed: { london: 60 } }),
    why: 'nearest',
    chosen: 'lon',
    nearest: 'lon',
  },
  {
    name: 'beside the gateway that opened it',
    record: decided([fra, node({ nodeId: 'sgp', ...sgp })], { want: { opener } }),
    why: 'opener',
    chosen: 'sgp',
    nearest: 'fra',
  },
  {
    name: 'a room of mode single',
    record: decided([fra, node({ nodeId: 'sgp', ...sgp })], {
      want: { mode: 'single' },
      holders: ['sgp'],
      members: [{ hostId: 'host-sgp', sessions: 1, accessRttMs: 12 }],
    }),
    why: 'single',
    chosen: 'sgp',
    nearest: 'fra',
  },
];

describe('the reason in a story', () => {
  test.each(rows)('$name: $why', ({ record, why, chosen, nearest }) => {
    const story = decisionStory(record, policy);
    expect([story.why, story.chosen?.nodeId, story.nearest?.nodeId]).toEqual([why, chosen, nearest]);
  });
});

test('a host that is hardly better for the room than the nearest host counts as its equal', () => {
  const members = [{ hostId: 'host-elsewhere', sessions: 1, accessRttMs: 12 }];
  const record = decided([fra, lon], { members, timed: { frankfurt: 20, london: 20.1 } });
  const approaches = record.view.approaches.map((one) =>
    one.host.hostId === 'host-lon' ? { ...one, toMembersMs: [29.8] } : one,
  );
  const decision = { ok: true, nodeId: 'lon', hostId: 'host-lon', mode: 'normal', degraded: '' } as const;
  const story = decisionStory({ ...record, view: { ...record.view, approaches }, decision }, policy);
  expect(story.chosen?.total ?? 0).toBeGreaterThan(story.nearest?.total ?? 0);
  expect(story.why).toBe('near_equal');
});

test('a refused nearest host is shown with its filter and words, and without points', () => {
  const story = decisionStory(decided([node({ nodeId: 'fra', drainReason: 'new disk' }), lon]), policy);
  expect(story.nearest).toMatchObject({
    hostId: 'host-fra',
    site: 'eu/frankfurt',
    refusedBy: 'not-draining',
    parts: [],
  });
  expect([story.nearest?.refusalReason, story.nearest?.total]).toEqual([
    expect.stringContaining('new disk'),
    undefined,
  ]);
  expect(story.chosen).toMatchObject({ refusedBy: '', total: expect.any(Number) });
  expect([story.candidates, story.refused]).toEqual([1, 1]);
});

test('a story has the delay to the members of the room, and none for an empty room', () => {
  const inRoom = decisionStory(decided([fra, lon], { holders: ['fra'], members: atFrankfurt, timed }), policy);
  expect([inRoom.chosen?.toMembersMs, inRoom.chosen?.holdsRoom]).toEqual([(20 + 12) / 2 + 1, true]);
  expect(decisionStory(decided([fra]), policy).chosen?.toMembersMs).toBeUndefined();
});

test('the story of a refusal has its code, and that of a move its source and reason', () => {
  expect(decisionStory(decided([node({ nodeId: 'a', load: { cpu: 0.93 } })]), policy).code).toBe('NO_CAPACITY');
  const move = { fromNodeId: 'old', toNodeIds: ['lon'], reason: 'by hand' };
  expect(decisionStory(decided([fra, lon], { want: { move } }), policy)).toMatchObject({
    moveFromNodeId: 'old',
    moveReason: 'by hand',
    code: '',
  });
});

const nodes = fc.array(
  fc.record({
    sessionsSeen: fc.integer({ min: 0, max: 110 }),
    city: fc.constantFrom('frankfurt', 'london', 'singapore'),
    isDead: fc.boolean(),
    cpu: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 12 },
);
const places = { frankfurt: {}, london, singapore: sgp } as const;

test('any decision is reproduced from its stored inputs, and its story has the lines of its explanation', () => {
  fc.assert(
    fc.property(nodes, fc.integer({ min: 0 }), fc.boolean(), fc.boolean(), (made, seed, isTimed, isSingle) => {
      const fleet = made.map(({ sessionsSeen, city, isDead, cpu }, at) =>
        node({
          nodeId: `n${at}`,
          ...places[city as keyof typeof places],
          sessionsSeen,
          load: { cpu },
          liveness: isDead ? 'dead' : 'alive',
        }),
      );
      const record = decided(fleet, {
        seed,
        ...(isTimed && { timed: { london: 18, singapore: 19 } }),
        want: { mode: isSingle ? 'single' : 'relay' },
      });
      const story = decisionStory(record, policy);
      const { lines, isReproduced } = explain(record, policy);
      expect([isReproduced, story.lines]).toEqual([true, lines]);
      const { decision } = record;
      expect(story.chosen?.nodeId).toBe(decision.ok ? decision.nodeId : undefined);
      if (story.chosen === undefined || story.nearest === undefined) return;
      expect(story.why === 'nearest').toBe(story.chosen.hostId === story.nearest.hostId);
      expect(story.why === 'nearest_refused').toBe(story.nearest.total === undefined);
      const gain = (name: string): number => {
        const of = (one: StoryCandidate | undefined): number =>
          one?.parts.find((part) => part.name === name)?.score ?? 0;
        return of(story.chosen) - of(story.nearest);
      };
      if (policy.scores.some(({ rule }) => rule.name === story.why)) expect(gain(story.why)).toBeGreaterThan(0);
    }),
  );
});
