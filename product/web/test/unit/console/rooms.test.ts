import { describe, expect, it } from 'vitest';
import { nextOrder, sorted } from '../../../src/console/core/sort.ts';
import {
  certificateHours,
  commonVersions,
  diskShare,
  drainShare,
  filtered,
  filterOf,
  noFilter,
  queryOf,
  stateOf,
  sumsOf,
} from '../../../src/console/fleet/core/rows.ts';
import { byStrength, countsOf, haveAllLeft, placeText } from '../../../src/console/rooms/core/people.ts';
import { type Tree, treeOf } from '../../../src/console/rooms/core/tree.ts';
import type { ConsoleNode, PathSeen, RoomPlan, TrackHop } from '../../../src/console/types.ts';

const hop = (trackId: string, fromNodeId: string, nodeId: string): TrackHop => ({ trackId, fromNodeId, nodeId });
const planNode = (nodeId: string, site: string, sessions = 1) => ({ nodeId, hostId: `host-${nodeId}`, site, sessions });
const relayed: PathSeen = {
  fromHostId: 'host-a',
  toHostId: 'host-c',
  fromSite: 'eu/A',
  toSite: 'ap/C',
  isReachable: true,
  via: 'host-b',
  viaSite: 'eu/B',
  why: '',
};
const plan: RoomPlan = {
  lines: [],
  nodes: [
    planNode('d', 'us/D'),
    planNode('a', 'eu/A', 3),
    planNode('b', 'eu/B'),
    planNode('c', 'ap/C'),
    planNode('a2', 'eu/A'),
  ],
  hops: [
    hop('TR_1', 'b', 'd'),
    hop('TR_1', 'a', 'b'),
    hop('TR_1', 'a', 'c'),
    hop('TR_2', 'a', 'b'),
    hop('TR_3', 'c', 'a'),
  ],
  paths: [relayed],
};
const columnOf = (tree: Tree, id: string): number | undefined => tree.nodes.find(({ nodeId }) => nodeId === id)?.x;

describe('the drawing of a room', () => {
  const tree = treeOf(plan);
  it('has nodes in columns by their hops from the node where most tracks begin', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => columnOf(tree, id) ?? Number.NaN) as [
      number,
      number,
      number,
      number,
    ];
    expect([a < b, b === c, c < d, columnOf(tree, 'a2') === a]).toEqual([true, true, true, true]);
  });
  it('has each node inside its site, and no overlapping boxes', () => {
    for (const { site, x, y, width, height } of tree.nodes) {
      const around = tree.sites.filter(
        (box) => box.x < x && box.y < y && box.x + box.width > x + width && box.y + box.height > y + height,
      );
      expect(around.map((box) => box.site)).toEqual([site]);
      expect(x + width < tree.width && y + height < tree.height).toBe(true);
    }
    const overlaps = tree.sites.flatMap((one, at) =>
      tree.sites
        .slice(at + 1)
        .filter(
          (other) =>
            one.x < other.x + other.width &&
            other.x < one.x + one.width &&
            one.y < other.y + other.height &&
            other.y < one.y + one.height,
        ),
    );
    expect(overlaps).toEqual([]);
  });
  it('merges the tracks between two nodes into an edge with their network path', () => {
    expect(tree.edges.map(({ from, to, trackIds }) => [from, to, trackIds.length])).toEqual([
      ['b', 'd', 1],
      ['a', 'b', 2],
      ['a', 'c', 1],
      ['c', 'a', 1],
    ]);
    expect(tree.edges.map(({ path }) => path?.via)).toEqual([undefined, undefined, 'host-b', undefined]);
  });
  it('orders the hops of a track from its origin', () => {
    expect(tree.tracks.map(({ trackId, origin, hops }) => [trackId, origin, hops.map(({ to }) => to)])).toEqual([
      ['TR_1', 'a', ['b', 'c', 'd']],
      ['TR_2', 'a', ['b']],
      ['TR_3', 'c', ['a']],
    ]);
  });
  it('works without hops, with a cycle, and with nodes that only hops name', () => {
    expect(treeOf({ lines: [], nodes: [], hops: [], paths: [] })).toMatchObject({ width: 0, nodes: [], edges: [] });
    const circle = treeOf({ ...plan, hops: [hop('TR_9', 'x', 'y'), hop('TR_9', 'y', 'x')] });
    expect(circle.nodes.map(({ nodeId }) => nodeId)).toEqual(expect.arrayContaining(['x', 'y']));
    expect(circle.tracks[0]?.hops).toHaveLength(2);
    const oneColumn = treeOf({ ...plan, hops: [hop('TR_1', 'a', 'b'), hop('TR_1', 'a', 'c'), hop('TR_2', 'b', 'c')] });
    expect(oneColumn.edges.every(({ label: { x, y } }) => x > 0 && x < oneColumn.width && y > 0)).toBe(true);
  });
});

describe('people', () => {
  it('are counted, the weakest first', () => {
    const people = (['strong', 'weak', 'unknown', 'medium', 'weak'] as const).map((strength, at) => ({
      strength,
      loss: at / 10,
    }));
    expect(countsOf(people)).toEqual({ strong: 1, medium: 1, weak: 2, unknown: 1 });
    expect(sorted(people, byStrength, true).map(({ strength, loss }) => `${strength} ${loss}`)).toEqual([
      'weak 0.4',
      'weak 0.1',
      'medium 0.3',
      'unknown 0.2',
      'strong 0',
    ]);
  });
  it('have a place with its country, named only once', () => {
    expect(placeText({ place: 'Lyon', countryCode: 'FR' }, 'en')).toBe('Lyon, France');
    expect(placeText({ place: 'Lyon, FR', countryCode: 'FR' }, 'zh')).toBe('里昂，法国');
    expect(placeText({ place: 'Singapore', countryCode: 'SG' }, 'en')).toBe('Singapore');
  });
});

describe('sorting', () => {
  it('compares numbers in names, is stable, and puts unknown values last in both directions', () => {
    const rows = ['sfu-10', undefined, 'sfu-9', 'SFU-9'];
    expect(sorted(rows, (row) => row, false)).toEqual(['sfu-9', 'SFU-9', 'sfu-10', undefined]);
    expect(sorted(rows, (row) => row, true)).toEqual(['sfu-10', 'sfu-9', 'SFU-9', undefined]);
    expect(sorted([2, 10, 1], (row) => row, true)).toEqual([10, 2, 1]);
  });
  it('reverses at a second press of the same title', () => {
    const first = { key: 'a', isDown: false };
    expect(nextOrder(first, 'a', true)).toEqual({ key: 'a', isDown: true });
    expect(nextOrder(first, 'b', true)).toEqual({ key: 'b', isDown: true });
  });
});

describe('the fleet', () => {
  const node = (one: Partial<ConsoleNode> = {}): ConsoleNode => ({
    nodeId: 'sfu-fra-1',
    kind: 'sfu',
    hostId: 'host-fra-1',
    site: 'eu-central/Frankfurt',
    region: 'eu-central',
    city: 'Frankfurt',
    state: 'alive',
    isLinked: true,
    silentMs: 100,
    version: '1.42.0',
    cpu: 0.2,
    txBps: 1,
    rxBps: 2,
    sessions: 10,
    sessionsMax: 100,
    rssBytes: 1,
    loopLagMs: 1,
    isCordoned: false,
    isDraining: false,
    isLeaving: false,
    ...one,
  });
  const nodes = [
    node(),
    node({ nodeId: 'sfu-lon-1', region: 'eu-west', city: 'London', site: 'eu-west/London', version: '1.41.9' }),
    node({ nodeId: 'gateway-fra-1', kind: 'gateway', version: '1.41.9', isCordoned: true }),
    node({ nodeId: 'sfu-fra-2', state: 'dead', isDraining: true }),
  ];
  const ids = (some: readonly ConsoleNode[]): readonly string[] => some.map(({ nodeId }) => nodeId);

  it('is filtered by kind, region, state, and each word of the text', () => {
    const by = (one: Partial<typeof noFilter>) => ids(filtered(nodes, { ...noFilter, ...one }));
    expect(by({ kind: 'gateway' })).toEqual(['gateway-fra-1']);
    expect(by({ region: 'eu-west' })).toEqual(['sfu-lon-1']);
    expect(by({ state: 'dead' })).toEqual(['sfu-fra-2']);
    expect(by({ text: ' FRANKFURT  sfu ' })).toEqual(['sfu-fra-1', 'sfu-fra-2']);
    expect(by({ text: '1.41', kind: 'sfu' })).toEqual(['sfu-lon-1']);
    expect(by({})).toHaveLength(4);
  });
  it('has its filter in the URL', () => {
    const filter = { kind: 'sfu', region: '', state: 'dead', text: 'a&b 中' };
    expect(filterOf(queryOf(filter))).toEqual(filter);
    expect([queryOf(noFilter), filterOf('?text=' + 'x'.repeat(999)).text.length]).toEqual(['', 128]);
  });
  it('shows the worst state of a node, and sums nodes outside full service', () => {
    expect(nodes.map(stateOf)).toEqual(['alive', 'alive', 'cordoned', 'dead']);
    expect(stateOf(node({ isLinked: false }))).toBe('unlinked');
    expect(stateOf(node({ distrust: 'contradicts itself', isDraining: true }))).toBe('distrusted');
    expect(sumsOf(nodes)).toEqual({
      nodes: 4,
      alive: 2,
      sessions: 40,
      states: [
        ['dead', 1],
        ['cordoned', 1],
      ],
    });
  });
  it('has the most common version of each kind of node; on a tie the newer one', () => {
    expect([...commonVersions(nodes)]).toEqual([
      ['sfu', '1.42.0'],
      ['gateway', '1.41.9'],
    ]);
    expect(commonVersions([node({ version: '1.9.0' }), node({ version: '1.10.0' })]).get('sfu')).toBe('1.10.0');
  });
  it('has the used share of a disk; undefined for an unknown disk', () => {
    const shares = [
      { bytes: 100, freeBytes: 25 },
      { bytes: 100, freeBytes: 130 },
      { bytes: 0, freeBytes: 0 },
    ];
    expect(shares.map((disk) => diskShare(node({ disk })))).toEqual([0.75, 0, undefined]);
    expect(diskShare(node({}))).toBeUndefined();
  });
  it('has the remaining hours of a certificate, and the finished part of a drain', () => {
    const nowMs = Date.parse('2026-11-23T00:00:00Z');
    const hours = (certificateEndsAt: string) => certificateHours(node({ certificateEndsAt }), nowMs);
    expect([hours('2026-11-23T23:30:00Z'), hours('2026-11-22T23:59:59Z'), hours('never')]).toEqual([23, -1, undefined]);
    expect(drainShare(node({ isDraining: true, sessionsToMove: 25 }), 100)).toBe(0.75);
    expect(drainShare(node({ isDraining: true, sessionsToMove: 0 }), 0)).toBe(1);
    expect(drainShare(node({ sessionsToMove: 5 }), 9)).toBeUndefined();
  });
});

it('measurements are headed as those of the end only when every session has ended', () => {
  const left = { leftAt: '2026-11-23T09:00:00Z' };
  expect([[left, left], [left, {}], [{}]].map(haveAllLeft)).toEqual([true, false, false]);
});
