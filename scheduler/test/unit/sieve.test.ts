// Filters that a sieve skips would have refused no node: with or without them the same nodes pass, in every view and
// for every request.
import { routerConstant } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { policy } from '../../src/placing/core/policy.ts';
import type { Filter } from '../../src/placing/core/rules.ts';
import { passes } from '../../src/placing/core/shortlist.ts';
import { filtersFor, sieveOf } from '../../src/placing/core/sieve.ts';
import { isSound, nodeFilters } from '../../src/placing/core/soundness.ts';
import type { NodeView, PlaceRequest } from '../../src/placing/core/view.ts';
import { node, want } from './fixtures.ts';

const routed = routerConstant.version;

const opener = (onHost: boolean, hostId: string) => ({ nodeId: 'gw-1', hostId, onHost });
const lists = { usual: policy.filters, last: policy.lastFilters, degraded: policy.degradedFilters };

test('the soundness of a node covers every filter that looks at nodes alone', () => {
  const ofNodes = Object.values(lists)
    .flat()
    .filter(({ looksAt }) => looksAt === 'node');
  expect(new Set(nodeFilters)).toEqual(new Set(ofNodes));
});

describe.each(Object.entries(lists))('filters %s', (_name, filters) => {
  test('a sieve passes the nodes that all filters together pass, for 5,000 random nodes, views and requests', () => {
    const seed = `sieve ${process.env['SEED'] ?? Date.now()}`;
    const rng = seededRng(seed);
    const one = <T>(...rows: readonly T[]): T => rows[rng.int(rows.length)] as T;
    const mostly = <T>(usual: T, ...others: readonly T[]): T => (rng.int(8) > 0 ? usual : one(...others));
    const seen = { sound: 0, passed: 0, refused: 0 };
    for (let round = 0; round < 5000; round += 1) {
      const plain = node({
        region: mostly('eu', 'asia'),
        liveness: mostly<NodeView['liveness']>('alive', 'suspect', 'dead'),
        isLinked: mostly(true, false),
        state: mostly('serving', 'starting', 'failing', 'draining'),
        drainReason: mostly<string | undefined>(undefined, 'x'),
        cordonReason: mostly<string | undefined>(undefined, 'x'),
        distrust: mostly<string | undefined>(undefined, 'x'),
        protocolVersion: mostly(1, 2, 3),
        sessionsSeen: mostly(10, 95, 100),
        sessionsReserved: mostly(0, 20),
        freshSinceMs: mostly<number | undefined>(undefined, 0),
        load: { cpu: mostly(0.1, 0.85, 0.95) },
      });
      const looked: NodeView = { ...plain, isSound: isSound(plain) };
      const request: PlaceRequest = want({
        ...mostly<Partial<PlaceRequest>>({}, { regionPin: 'eu' }, { avoidNodeIds: ['n1'] }, { avoidNodeIds: ['n2'] }),
        ...mostly<Partial<PlaceRequest>>(
          {},
          { opener: opener(true, 'host-n1') },
          { opener: opener(one(true, false), 'h') },
        ),
        ...mostly<Partial<PlaceRequest>>({}, { move: { fromNodeId: 'n2', toNodeIds: [one('n1', 'n3')], reason: 'x' } }),
      });
      const view = {
        version: 1,
        nowMs: one(0, 30_000, 90_000),
        freshShare: one(1, 0.3),
        approaches: [],
        room: { holders: [], routerVersion: mostly<number | undefined>(routed, undefined, routed + 1), members: [] },
      };
      const isLetIn = filters.every((filter) => filter.reject(view, request, plain) === undefined);
      const sieve = sieveOf(filters, request);
      expect(passes(view, request, looked, sieve), `${seed}, round ${round}`).toBe(isLetIn);
      expect(passes(view, request, plain, sieve), `${seed}, round ${round}, not looked at before`).toBe(isLetIn);
      if (looked.isSound === true) seen.sound += 1;
      if (isLetIn) seen.passed += 1;
      else seen.refused += 1;
    }
    expect(Math.min(seen.sound, seen.passed, seen.refused), seed).toBeGreaterThan(100);
  });
});

test.each([...new Set(Object.values(lists).flat())].map((filter) => [filter.name, filter] as const))(
  'filter %s reads no fields of the request but those that its looksAt names, if any',
  (_name, filter) => {
    if (typeof filter.looksAt !== 'object') return;
    const read = new Set<string | symbol>();
    const watched = (request: PlaceRequest): PlaceRequest =>
      new Proxy(request, {
        get: (target, field) => {
          read.add(field);
          return Reflect.get(target, field);
        },
      });
    const view = { version: 1, nowMs: 0, freshShare: 1, approaches: [] };
    const room = { holders: [], routerVersion: undefined, members: [] };
    const said = {
      regionPin: 'asia',
      avoidNodeIds: ['n1'],
      opener: opener(true, 'h'),
      move: { fromNodeId: 'n2', toNodeIds: ['n3'], reason: 'x' },
    };
    for (const request of [want(), want(said)]) filter.reject({ ...view, room }, watched(request), node());
    expect([...read].sort()).toEqual([...filter.looksAt.request].sort());
  },
);

test.each<[string, Filter['looksAt'], Partial<PlaceRequest>, boolean]>([
  ['a field that is always given', { request: ['roomKey'] }, {}, true],
  ['two fields, of which one is given', { request: ['regionPin', 'avoidNodeIds'] }, { avoidNodeIds: ['n9'] }, true],
  ['an absent field', { request: ['move'] }, {}, false],
  ['an empty field', { request: ['regionPin'] }, { regionPin: '' }, false],
  ['unnamed inputs', undefined, {}, true],
])('a new filter that looks at %s runs when it may refuse', (_what, looksAt, request, isAsked) => {
  const added: Filter = { name: 'added', ...(looksAt && { looksAt }), reject: () => undefined };
  expect(sieveOf([...policy.filters, added], want(request)).allFilters.includes(added)).toBe(isAsked);
});

test('for a sound node and a request without special fields, only the filters with changing inputs run', () => {
  const sound = node();
  const names = (looked: NodeView, request: PlaceRequest): string[] =>
    filtersFor(sieveOf(policy.filters, request), looked).map(({ name }) => name);
  const moving = ['version', 'capacity', 'reserved', 'slow-start'];
  expect(names({ ...sound, isSound: isSound(sound) }, want())).toEqual(moving);
  expect(names(sound, want())).toEqual(['alive', 'honest', 'not-draining', ...moving]);
  expect(names(sound, want({ regionPin: 'eu' }))).toEqual(policy.filters.map(({ name }) => name));
  const soundly = { ...sound, isSound: isSound(sound) };
  expect(names(soundly, want({ opener: opener(true, 'h') }))).toContain('on-host');
});
