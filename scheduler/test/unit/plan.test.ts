import { describe, expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import type { NodeDescription } from '../../src/fleet/core/node.ts';
import { pairPath } from '../../src/routing/core/plan.ts';
import { Plans } from '../../src/routing/core/plans.ts';
import { description, noLoad } from './fixtures.ts';

const pipe = (ip: string, announced = '') => ({ purpose: 'pipe', protocol: 'udp', ip, announced, port: 7920 });
const v4 = pipe('10.0.0.1', '198.51.100.1');
const v6 = pipe('fd00::1', '2001:db8::1');
const at = (nodeId: string, addresses: NodeDescription['addresses'], overrides = {}) =>
  description({ nodeId, addresses, ...overrides });

describe('the path of two nodes', () => {
  test.each([
    { name: 'missing without addresses', a: [], b: [v4], isThere: false },
    { name: 'missing without a common address family', a: [v4], b: [v6], isThere: false },
    { name: 'missing with an address for another purpose', a: [{ ...v4, purpose: 'client' }], b: [v4], isThere: false },
    { name: 'there when both have both families', a: [v6, v4], b: [v4, v6], isThere: true },
    { name: 'there when one has only IPv6', a: [v6, v4], b: [v6], isThere: true },
  ])('is $name', ({ a, b, isThere }) => {
    const path = { a: 'a', b: 'b', via: '', delayMs: 0 };
    expect(pairPath(at('a', a), at('b', b))).toEqual(isThere ? path : undefined);
  });

  test('has the lower node id first, in whatever order the nodes are given', () => {
    const [one, other] = [at('z', [v4]), at('b', [v4])];
    expect(pairPath(one, other)).toMatchObject({ a: 'b', b: 'z' });
    expect(pairPath(other, one)).toEqual(pairPath(one, other));
  });
});

function fleetOf(count: number): Fleet {
  const fleet = new Fleet();
  for (let index = 0; index < count; index += 1) {
    fleet.register({ description: at(`n${index}`, [v4]), rooms: [], load: noLoad }, 0);
  }
  return fleet;
}

const planOf = (fleet: Fleet, kind = 'signaling') =>
  new Plans().planFor(
    { kind, since: 0 },
    { version: fleet.planVersion, records: fleet.list(), deniedIds: [], pathOf: () => undefined },
  );

describe('the plan', () => {
  test('holds every node with its state and all pairs of living media nodes, and no other pairs', () => {
    const fleet = fleetOf(3);
    fleet.register({ description: at('sig', [v4], { kind: 'signaling' }), rooms: [], load: noLoad }, 0);
    fleet.register({ description: at('old', [v4]), rooms: [], load: noLoad }, -10_000);
    fleet.drain('n1', 'test');
    fleet.tick(0);
    const plan = planOf(fleet);
    expect(plan.nodes.map((node) => `${node.description.nodeId} ${node.state}`)).toEqual([
      'n0 alive',
      'n1 draining',
      'n2 alive',
      'sig alive',
      'old dead',
    ]);
    expect(plan.paths.map(({ a, b }) => `${a}-${b}`)).toEqual(['n0-n1', 'n0-n2', 'n1-n2']);
  });

  test('holds all pairs of 64 media nodes and no pairs of more, and none for receivers other than signaling nodes', () => {
    expect(planOf(fleetOf(64)).paths).toHaveLength(2016);
    expect(planOf(fleetOf(65)).paths).toEqual([]);
    expect(planOf(fleetOf(3), 'sfu').paths).toEqual([]);
  });

  test('has a new version after each change that its reader would see, and not after a report that changes nothing', () => {
    const fleet = fleetOf(1);
    const versions = [fleet.planVersion];
    const note = () => versions.push(fleet.planVersion);
    fleet.report('n0', { ...emptyReport, incarnation: 'i1' }, 1);
    note();
    fleet.drain('n0', 'test');
    note();
    fleet.report('n0', { ...emptyReport, incarnation: 'i1', state: 'draining' }, 2);
    note();
    fleet.linkDown('n0');
    note();
    fleet.tick(10_000);
    note();
    const [first = 0] = versions;
    expect(versions.map((version) => version - first)).toEqual([0, 0, 1, 2, 3, 4]);
  });
});

const emptyReport = {
  incarnation: '',
  load: noLoad,
  sessionCount: 0,
  sessionHash: 0,
  roomsChanged: [],
  roomsGone: [],
  state: 'serving',
};

describe('the plan of a kind', () => {
  const kinds = ['sfu', 'edge-probe', 'signaling', 'gateway', 'recorder', 'library', 'api'];
  const services = ['signaling', 'gateway', 'recorder', 'library', 'api'];
  test.each([
    ['sfu', ['sfu', ...services]],
    ['edge-probe', ['edge-probe', ...services]],
    ['signaling', ['sfu', ...services]],
    ['gateway', ['sfu', ...services]],
    ['recorder', ['sfu', ...services]],
    ['library', ['sfu', ...services]],
    ['api', kinds],
  ])('%s names the nodes that it may use', (kind, expected) => {
    const fleet = new Fleet();
    for (const one of kinds) fleet.register({ description: at(one, [v4], { kind: one }), rooms: [], load: noLoad }, 0);
    const named = planOf(fleet, kind).nodes.map(({ description }) => description.kind);
    expect(named.toSorted()).toEqual(expected.toSorted());
  });
});

describe('the plan of a large fleet', () => {
  const hosts = 300;
  const planned = 256;
  const fleet = new Fleet({ nodesMax: 1000 });
  for (let index = 0; index < hosts; index += 1) {
    const hostId = `host-${String(index).padStart(3, '0')}`;
    for (const kind of ['sfu', 'edge-probe'])
      fleet.register({ description: at(`${kind}-${hostId}`, [v4], { kind, hostId }), rooms: [], load: noLoad }, 0);
  }
  fleet.register({ description: at('sig', [v4], { kind: 'signaling' }), rooms: [], load: noLoad }, 0);
  const count = (kind: string, takesSparsePlan?: boolean) => {
    const state = { version: fleet.planVersion, records: fleet.list(), deniedIds: [], pathOf: () => undefined };
    const { nodes } = new Plans().planFor({ kind, takesSparsePlan, since: 0 }, state);
    return nodes.length;
  };

  test.each([
    ['a probe', 'edge-probe', undefined, planned + 1],
    ['a media node that gets addresses otherwise', 'sfu', true, planned + 1],
    ['a media node of the last release', 'sfu', false, hosts + 1],
    ['a signaling node', 'signaling', undefined, hosts + 1],
    ['the api', 'api', undefined, 2 * hosts + 1],
  ])('names for %s the nodes that it may use', (_name, kind, takesSparsePlan, nodes) => {
    expect(count(kind, takesSparsePlan)).toBe(nodes);
  });

  test('names a host as a change when it takes the routes of a host that has died', () => {
    const plans = new Plans();
    const state = () => ({ version: fleet.planVersion, records: fleet.list(), deniedIds: [], pathOf: () => undefined });
    const receiver = { kind: 'sfu', takesSparsePlan: true };
    const held = plans.planFor({ ...receiver, since: 0 }, state()).version;
    fleet.exclude('sfu-host-000');
    fleet.exclude('edge-probe-host-000');
    const { since, nodes, goneIds } = plans.planFor({ ...receiver, since: held }, state());
    expect(since).toBe(held);
    expect(nodes.map(({ description }) => description.nodeId)).toEqual(['sfu-host-256']);
    expect(goneIds.toSorted()).toEqual(['edge-probe-host-000', 'sfu-host-000']);
  });
});
