import { describe, expect, it } from 'vitest';
import {
  type CarrierRequest,
  carrierRules,
  carriersTooDeep,
  chainOf,
  chooseCarrier,
  delayBetween,
  type FleetNode,
  TrackCarriers,
} from '../../src/core/index.ts';

const places: Record<string, { hostId: string; region: string }> = {
  'a-1': { hostId: 'A', region: 'eu' },
  'a-2': { hostId: 'A', region: 'eu' },
  'b-1': { hostId: 'B', region: 'asia' },
  'b-2': { hostId: 'B', region: 'asia' },
  'b-3': { hostId: 'B', region: 'asia' },
  'c-1': { hostId: 'C', region: 'asia' },
  'd-1': { hostId: 'D', region: 'us' },
};
/** Hosts of a region are 5 ms apart, regions 80 ms, the US 45 ms from both. */
const delayMs = (from: string, to: string): number => {
  const [a, b] = [places[from], places[to]];
  if (a?.hostId === b?.hostId) return 0.1;
  if (a?.region === b?.region) return 5;
  return a?.region === 'us' || b?.region === 'us' ? 45 : 80;
};
const choose = (puller: string, carriers: [string, string][], o: Partial<CarrierRequest> & { down?: string[] } = {}) =>
  chooseCarrier({
    puller,
    origin: 'a-1',
    carriers: new Map(carriers),
    placeOf: (id) => places[id],
    serves: (id) => o.down?.includes(id) !== true,
    delayMs,
    pullersOf: () => 0,
    avoidedNodeIds: new Set(),
    fence: '',
    ...o,
  });
const chain = (...ids: string[]): [string, string][] => ids.slice(1).map((id, index) => [id, ids[index] ?? '']);

describe('the carrier that is chosen', () => {
  it.each<[string, string, [string, string][], Parameters<typeof choose>[2], string]>([
    ['is the origin when the puller is the origin', 'a-1', [['a-2', 'a-1']], {}, 'a-1'],
    ['is the origin for a puller that the fleet does not know', 'x', [['b-1', 'a-1']], {}, 'a-1'],
    ['is the origin when no other node carries the track', 'b-1', [], {}, 'a-1'],
    ['is a carrier on the puller’s host', 'b-1', [['b-2', 'a-1']], {}, 'b-2'],
    [
      'is of two carriers on the host the one nearer to the origin',
      'b-1',
      [
        ['b-3', 'a-1'],
        ['b-2', 'b-3'],
      ],
      {},
      'b-3',
    ],
    [
      'is of two equal carriers the one with the lower id',
      'b-1',
      [
        ['b-3', 'a-1'],
        ['b-2', 'a-1'],
      ],
      {},
      'b-2',
    ],
    ['is the origin when the carrier is down or draining', 'b-1', [['b-2', 'a-1']], { down: ['b-2'] }, 'a-1'],
    ['is a carrier of the region when the host has none', 'c-1', [['b-2', 'a-1']], {}, 'b-2'],
    [
      'is a carrier on the host rather than one of the region',
      'b-1',
      [
        ['c-1', 'a-1'],
        ['b-2', 'c-1'],
      ],
      {},
      'b-2',
    ],
    ['is the origin rather than a longer path by another region', 'd-1', [['b-2', 'a-1']], {}, 'a-1'],
    [
      'is a carrier of another region on a shorter path',
      'b-1',
      [['d-1', 'a-1']],
      { delayMs: (from, to) => (from === 'a-1' && to === 'b-1' ? 120 : delayMs(from, to)) },
      'd-1',
    ],
    [
      'is a carrier of the region by a detour of 30 ms',
      'c-1',
      [['b-2', 'a-1']],
      { delayMs: (from, to) => (from === 'b-2' && to === 'c-1' ? 30 : delayMs(from, to)) },
      'b-2',
    ],
    [
      'is the origin when the detour would be 31 ms',
      'c-1',
      [['b-2', 'a-1']],
      { delayMs: (from, to) => (from === 'b-2' && to === 'c-1' ? 31 : delayMs(from, to)) },
      'a-1',
    ],
    ['may be two pulls below the origin', 'b-1', chain('a-1', 'b-3', 'b-2'), { down: ['b-3'] }, 'b-2'],
    ['is not three pulls below the origin', 'b-1', chain('a-1', 'd-1', 'c-1', 'b-2'), { down: ['d-1', 'c-1'] }, 'a-1'],
    ['is no node that pulls from the puller', 'b-1', chain('a-1', 'b-1', 'b-2'), {}, 'a-1'],
    ['is no node that pulls from the puller through another', 'b-1', chain('a-1', 'b-1', 'b-2', 'b-3'), {}, 'a-1'],
    [
      'is no node of a loop',
      'b-1',
      [
        ['b-2', 'b-3'],
        ['b-3', 'b-2'],
      ],
      {},
      'a-1',
    ],
    ['is no carrier whose own carrier has lost the track', 'b-1', [['b-2', 'c-1']], {}, 'a-1'],
    [
      'is a carrier that does not yet serve the most nodes',
      'b-1',
      [
        ['b-2', 'a-1'],
        ['b-3', 'a-1'],
      ],
      { pullersOf: (id) => (id === 'b-2' ? carrierRules.fanOutMax : 0) },
      'b-3',
    ],
    ['is the best carrier when all serve the most nodes', 'b-1', [['b-2', 'a-1']], { pullersOf: () => 100 }, 'b-2'],
    [
      'is no carrier that has just failed the puller',
      'b-1',
      [['b-2', 'a-1']],
      { avoidedNodeIds: new Set(['b-2']) },
      'a-1',
    ],
    [
      'is any carrier, even by a long path, when the origin has just failed the puller',
      'c-1',
      [['d-1', 'a-1']],
      { avoidedNodeIds: new Set(['a-1']), delayMs: () => 200 },
      'd-1',
    ],
    [
      'is the origin when all failed the puller',
      'b-1',
      [['b-2', 'a-1']],
      { avoidedNodeIds: new Set(['a-1', 'b-2']) },
      'a-1',
    ],
  ])('%s', (_name, puller, carriers, o, expected) => {
    expect(choose(puller, carriers, o)).toBe(expected);
  });

  it.each<[string, [string, string][], string, string[] | undefined]>([
    ['that begins at the origin is the origin alone', [], 'a-1', ['a-1']],
    ['leads up to the origin', chain('a-1', 'b-1', 'b-2'), 'b-2', ['b-2', 'b-1', 'a-1']],
    ['that breaks off is none', [['b-2', 'b-1']], 'b-2', undefined],
    [
      'with a loop is none',
      [
        ['b-2', 'b-1'],
        ['b-1', 'b-2'],
      ],
      'b-2',
      undefined,
    ],
  ])('a chain %s', (_name, carriers, nodeId, expected) => {
    expect(chainOf(new Map(carriers), nodeId, 'a-1')).toEqual(expected);
  });
});

describe('the delay between two nodes', () => {
  const node = (
    nodeId: string,
    hostId: string,
    latitude: number,
    longitude: number,
    delaysMs?: [string, number][],
  ): [string, FleetNode] => [
    nodeId,
    {
      nodeId,
      hostId,
      latitude,
      longitude,
      kind: 'sfu',
      region: '',
      city: '',
      state: 'alive',
      incarnation: '',
      publicUrl: '',
      addresses: [],
      ...(delaysMs === undefined ? {} : { delaysMs: new Map(delaysMs) }),
    },
  ];
  const fleet = new Map([
    node('fra-1', 'F', 50.1, 8.7, [['sgp-1', 77]]),
    node('fra-2', 'F', 50.1, 8.7),
    node('sgp-1', 'S', 1.35, 103.8),
    node('nyc-1', 'N', 40.7, -74),
  ]);
  it('is the plan’s measurement in both directions, else a guess by distance', () => {
    expect(delayBetween(fleet, 'fra-1', 'sgp-1')).toBe(77);
    expect(delayBetween(fleet, 'sgp-1', 'fra-1')).toBe(77);
    expect(delayBetween(fleet, 'fra-1', 'fra-2')).toBeLessThan(1);
    expect(delayBetween(fleet, 'fra-1', 'nyc-1')).toBeCloseTo(55.1, 1); // (14 + 0.0155 × 6,205 km) / 2
    expect(delayBetween(fleet, 'fra-1', 'gone')).toBeGreaterThan(250);
  });
});

describe('a carrier of a room with a fence', () => {
  it.each<[string, string, string, [string, string][], string | undefined]>([
    ['is on the puller’s host', 'b-1', 'asia,eu', [['b-2', 'a-1']], 'b-2'],
    [
      'is no near node that pulls from outside',
      'b-1',
      'asia,eu',
      [
        ['d-1', 'a-1'],
        ['b-2', 'd-1'],
      ],
      'a-1',
    ],
    ['does not exist for a puller outside', 'd-1', 'asia,eu', [['b-2', 'a-1']], undefined],
    ['does not exist for a track from outside', 'b-1', 'asia', [['b-2', 'a-1']], undefined],
    ['does not exist for a puller that the fleet does not know', 'x', 'asia,eu', [], undefined],
  ])('%s', (_name, puller, fence, carriers, chosen) => {
    expect(choose(puller, carriers, { fence })).toBe(chosen);
  });
});

/** Returns a generator of numbers below `max` (xorshift32); the same seed gives the same story. */
function randomOf(seed: number): (max: number) => number {
  let x = seed;
  return (max) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % max;
  };
}

/**
 * Compares the owner's record with the real pulls: nodes join, leave and die, and their reports reach the owner late
 * and in any order between nodes. A node serves only tracks that arrive at it; pulls below a dead node are lost and
 * requested again.
 */
class Story {
  readonly origin = 'n-0';
  readonly trackCarriers = new TrackCarriers();
  readonly alive = new Set<string>([this.origin]);
  readonly wants = new Set<string>();
  readonly pulls = new Map<string, string>();
  readonly #reports: { nodeId: string; carries: boolean; fromNodeId: string }[] = [];
  readonly #random: (max: number) => number;

  constructor(random: (max: number) => number) {
    this.#random = random;
    for (let n = 1; n < 24; n += 1) this.alive.add(`n-${n}`);
  }

  /** Hosts of two nodes, regions of three hosts. */
  static place(nodeId: string): { hostId: string; region: string } {
    const n = Number(nodeId.slice(2));
    return { hostId: `h-${Math.floor(n / 2)}`, region: `r-${Math.floor(n / 6)}` };
  }

  hasTrack(nodeId: string): boolean {
    const found = chainOf(this.pulls, nodeId, this.origin);
    return found?.every((one) => this.alive.has(one)) === true;
  }

  ask(nodeId: string): void {
    const chosen = chooseCarrier({
      puller: nodeId,
      origin: this.origin,
      carriers: this.trackCarriers.carriersOf('T'),
      placeOf: Story.place,
      serves: (id) => this.alive.has(id),
      delayMs: (from, to) =>
        Story.place(from).region === Story.place(to).region
          ? 2
          : 20 + ((Number(from.slice(2)) * 7 + Number(to.slice(2)) * 7) % 60),
      pullersOf: (id) => this.trackCarriers.pullersOf('T', id, nodeId),
      avoidedNodeIds: new Set(),
      fence: '',
    });
    if (chosen === undefined) return;
    this.trackCarriers.recordGrant('T', nodeId, chosen);
    if (!this.hasTrack(chosen)) return; // refused there; it asks again
    this.pulls.set(nodeId, chosen);
    this.#reports.push({ nodeId, carries: true, fromNodeId: chosen });
  }

  /** Ends pulls that no longer arrive, and reports them. */
  endLostPulls(): void {
    for (const [nodeId, fromNodeId] of [...this.pulls]) {
      if (this.alive.has(nodeId) && this.hasTrack(nodeId)) continue;
      this.pulls.delete(nodeId);
      if (this.alive.has(nodeId)) this.#reports.push({ nodeId, carries: false, fromNodeId });
    }
  }

  /** Delivers some reports to the owner, in order for each node. */
  deliverReports(count: number): void {
    for (let k = 0; k < count && this.#reports.length > 0; k += 1) {
      const at = this.#random(this.#reports.length);
      const nodeId = this.#reports[at]?.nodeId;
      const [first] = this.#reports.splice(
        this.#reports.findIndex((one) => one.nodeId === nodeId),
        1,
      );
      if (first === undefined) continue;
      this.trackCarriers.takeReport('T', first.nodeId, first);
      for (const deep of carriersTooDeep(this.trackCarriers.carriersOf('T'), this.origin)) {
        const isPulledFrom = [...this.pulls.values()].includes(deep);
        if (this.pulls.has(deep) && !isPulledFrom) this.ask(deep);
      }
    }
  }

  step(): void {
    const nodes = [...this.alive].filter((id) => id !== this.origin);
    const nodeId = nodes[this.#random(nodes.length)] ?? this.origin;
    const what = this.#random(10);
    if (what < 5 && nodeId !== this.origin) this.wants.add(nodeId);
    else if (what < 7 && ![...this.pulls.values()].includes(nodeId)) {
      this.wants.delete(nodeId);
      const from = this.pulls.get(nodeId);
      if (from !== undefined) this.#reports.push({ nodeId, carries: false, fromNodeId: from });
      this.pulls.delete(nodeId);
    } else if (what === 7 && nodes.length > 8) {
      this.alive.delete(nodeId);
      this.wants.delete(nodeId);
    }
    this.endLostPulls();
    for (const wanting of this.wants) if (!this.pulls.has(wanting) && this.#random(3) > 0) this.ask(wanting);
    this.deliverReports(this.#random(6));
  }

  settle(): void {
    for (let round = 0; round < 20; round += 1) {
      this.endLostPulls();
      this.deliverReports(1000);
      for (const wanting of this.wants) if (!this.pulls.has(wanting)) this.ask(wanting);
    }
  }
}

describe('a tree over many nodes', () => {
  const seed = Number(process.env['SEED'] ?? (Date.now() % 1e9) + 1);
  it(`never has a loop, and always ends connected and shallow (SEED=${seed})`, () => {
    const random = randomOf(seed);
    for (let story = 0; story < 60; story += 1) {
      const tree = new Story(random);
      for (let step = 0; step < 120; step += 1) {
        tree.step();
        for (const nodeId of tree.pulls.keys())
          expect(
            tree.hasTrack(nodeId),
            `seed ${seed}, story ${story}, step ${step}: ${JSON.stringify([...tree.pulls])}`,
          ).toBe(true);
      }
      tree.settle();
      for (const nodeId of tree.wants) {
        const found = chainOf(tree.pulls, nodeId, tree.origin);
        expect(found, `seed ${seed}, story ${story}: ${nodeId} ${JSON.stringify([...tree.pulls])}`).toBeDefined();
        expect((found?.length ?? 99) - 1, `seed ${seed}, story ${story}: ${nodeId} ${found}`).toBeLessThanOrEqual(
          carrierRules.depthMax,
        );
      }
    }
  });
});

describe('the carrier of a track', () => {
  const carries = (fromNodeId: string) => ({ carries: true, fromNodeId });

  it('is only a node that was granted a pull of the track', () => {
    const trackCarriers = new TrackCarriers();
    expect(trackCarriers.takeReport('T', 'b-1', carries('a-1'))).toBe(false);
    trackCarriers.recordGrant('T', 'b-1', 'a-1');
    expect(trackCarriers.takeReport('T', 'b-2', carries('a-1'))).toBe(false);
    expect(trackCarriers.takeReport('T', 'b-1', carries('a-2'))).toBe(false);
    expect(trackCarriers.takeReport('U', 'b-1', carries('a-1'))).toBe(false);
    expect([...trackCarriers.carriersOf('T'), ...trackCarriers.carriersOf('U')]).toEqual([]);
    expect(trackCarriers.takeReport('T', 'b-1', carries('a-1'))).toBe(true);
    expect([...trackCarriers.carriersOf('T')]).toEqual([['b-1', 'a-1']]);
    expect(trackCarriers.takeReport('T', 'b-1', { carries: false, fromNodeId: 'a-1' })).toBe(true);
    expect([...trackCarriers.carriersOf('T')]).toEqual([]);
    expect(trackCarriers.takeReport('T', 'b-1', carries('a-1'))).toBe(true);
  });

  it('is forgotten with the track and its grants', () => {
    const trackCarriers = new TrackCarriers();
    trackCarriers.recordGrant('T', 'b-1', 'a-1');
    trackCarriers.takeReport('T', 'b-1', carries('a-1'));
    trackCarriers.forget('T');
    expect([...trackCarriers.carriersOf('T')]).toEqual([]);
    expect(trackCarriers.takeReport('T', 'b-1', carries('a-1'))).toBe(false);
  });

  it('has as pullers all nodes that pull from it or may by a grant, each once, except the requesting node', () => {
    const trackCarriers = new TrackCarriers();
    for (const puller of ['b-1', 'b-2', 'b-3']) trackCarriers.recordGrant('T', puller, 'a-1');
    trackCarriers.takeReport('T', 'b-1', carries('a-1'));
    expect([trackCarriers.pullersOf('T', 'a-1', ''), trackCarriers.pullersOf('T', 'a-1', 'b-1')]).toEqual([3, 2]);
    trackCarriers.recordGrant('T', 'b-2', 'b-1');
    trackCarriers.takeReport('T', 'b-3', { carries: false, fromNodeId: 'a-1' });
    expect([trackCarriers.pullersOf('T', 'a-1', ''), trackCarriers.pullersOf('T', 'b-1', '')]).toEqual([1, 1]);
  });

  it('is not dropped by a late report about an earlier pull', () => {
    const trackCarriers = new TrackCarriers();
    trackCarriers.recordGrant('T', 'b-1', 'a-1');
    trackCarriers.recordGrant('T', 'b-1', 'a-2');
    trackCarriers.takeReport('T', 'b-1', carries('a-1'));
    trackCarriers.takeReport('T', 'b-1', carries('a-2'));
    trackCarriers.takeReport('T', 'b-1', { carries: false, fromNodeId: 'a-1' });
    expect([...trackCarriers.carriersOf('T')]).toEqual([['b-1', 'a-2']]);
  });

  it('may pull from a bounded number of granted nodes', () => {
    const trackCarriers = new TrackCarriers();
    for (let index = 0; index < 100; index += 1) trackCarriers.recordGrant('T', 'b-1', `a-${index}`);
    expect([
      trackCarriers.takeReport('T', 'b-1', carries('a-63')),
      trackCarriers.takeReport('T', 'b-1', carries('a-64')),
    ]).toEqual([true, false]);
  });

  it('is restored for a new owner from the reports of the nodes that serve it, beginning at the origin', () => {
    const trackCarriers = new TrackCarriers();
    const served: Record<string, string[]> = {
      'a-1': ['b-1', 'a-2'],
      'b-1': ['b-2', 'a-1', 'b-1'],
      // The origin leads to no node that serves it, so its claims about itself and its friends do not count.
      liar: ['liar', 'friend', 'b-2'],
    };
    trackCarriers.restore('T', 'a-1', (nodeId) => served[nodeId] ?? []);
    expect([...trackCarriers.carriersOf('T')].sort()).toEqual([
      ['a-2', 'a-1'],
      ['b-1', 'a-1'],
      ['b-2', 'b-1'],
    ]);
    // A node may report an earlier pull again, as when its carrier is in doubt.
    const saysFrom = (fromNodeId: string) => trackCarriers.takeReport('T', 'b-2', { carries: true, fromNodeId });
    expect([saysFrom('b-1'), saysFrom('a-2')]).toEqual([true, false]);
  });

  it('has below it the nodes that get the track through it by their latest grants, even in loops', () => {
    const trackCarriers = new TrackCarriers();
    const grants = ['b-1 a-1', 'b-2 b-1', 'b-3 b-2', 'c-1 a-1', 'd-1 d-2', 'd-2 d-1'];
    for (const [puller = '', serving = ''] of grants.map((one) => one.split(' ')))
      trackCarriers.recordGrant('T', puller, serving);
    expect(trackCarriers.nodesBelow('T', 'b-1')).toEqual(['b-2', 'b-3']);
    trackCarriers.recordGrant('T', 'b-2', 'c-1');
    expect([trackCarriers.nodesBelow('T', 'b-1'), trackCarriers.nodesBelow('T', 'c-1')]).toEqual([[], ['b-2', 'b-3']]);
    expect(trackCarriers.nodesBelow('other', 'b-1')).toEqual([]);
  });
});

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31) || 1;
it(`a track of a room with a fence is pulled only through nodes inside, whatever carriers claim (SEED=${seed})`, () => {
  const random = randomOf(seed);
  const regions = ['ap', 'eu', 'us'];
  let [chosen, none] = [0, 0];
  for (let world = 0; world < 2000; world += 1) {
    const ids = Array.from({ length: 2 + random(9) }, (_, n) => `n-${n}`);
    const regionOf = new Map(ids.map((id) => [id, random(20) === 0 ? '' : (regions[random(3)] ?? '')]));
    const allowed = regions.filter(() => random(3) > 0);
    const fence = allowed.join(',');
    const carriers = new Map(ids.slice(1).map((id) => [id, ids[random(ids.length)] ?? '']));
    const from = chooseCarrier({
      puller: ids[random(ids.length)] ?? '',
      origin: 'n-0',
      carriers,
      fence,
      placeOf: (id) =>
        regionOf.get(id) === '' ? undefined : { hostId: `h-${random(4)}`, region: regionOf.get(id) ?? '' },
      serves: () => random(10) > 0,
      delayMs: () => random(200),
      pullersOf: () => random(12),
      avoidedNodeIds: new Set(ids.filter(() => random(10) === 0)),
    });
    if (from === undefined) none += 1;
    else {
      chosen += 1;
      const chain = chainOf(carriers, from, 'n-0') ?? [from];
      if (fence !== '') expect(chain.filter((id) => !allowed.includes(regionOf.get(id) ?? ''))).toEqual([]);
    }
  }
  expect([chosen > 500, none > 200]).toEqual([true, true]);
});
