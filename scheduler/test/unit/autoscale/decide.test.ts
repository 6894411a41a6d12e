import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { BOOKINGS_MAX, type Booking, Bookings } from '../../../src/placing/core/bookings.ts';
import { decide, noMemory } from '../../../src/scaling/core/decide.ts';
import type { Machine, ScaleMemory, ScaleNode, ScalePolicy, ScaleView } from '../../../src/scaling/core/types.ts';

const policy: ScalePolicy = {
  nodesMin: 1,
  nodesMax: 10,
  targetShare: 0.5,
  sessionsPerNode: 100,
  horizonMinutes: 10,
  spareHost: false,
  spareRegion: false,
  startBatch: 3,
  startPauseMs: 10_000,
  startLimitMs: 300_000,
  silentLimitMs: 86_400_000,
  drainBatch: 2,
  drainPauseMs: 30_000,
  surplusHoldMs: 60_000,
  surplusShare: 0,
  emptyHoldMs: 15_000,
  drainLimitMs: 600_000,
};

type NodeOverrides = Partial<ScaleNode> & { nodeId: string };
const nodeOf = (overrides: NodeOverrides): ScaleNode => ({
  hostId: overrides.nodeId,
  region: 'r',
  load: 0,
  sessions: 0,
  state: 'serving',
  isLate: false,
  isDrainOurs: overrides.state === 'draining',
  isReplaced: false,
  ...overrides,
});
const machinesOf = (...ids: string[]): Machine[] => ids.map((nodeId) => ({ nodeId, region: 'r', state: 'running' }));

function view(o: {
  nodes?: NodeOverrides[];
  machines?: Machine[];
  nowMs?: number;
  load?: number;
  bookedNow?: number;
  bookedNext?: number;
  history?: number[];
  namesKept?: string[];
}): ScaleView {
  const nodes = (o.nodes ?? []).map(nodeOf);
  const load = o.load ?? nodes.reduce((sum, node) => sum + node.load, 0);
  const { bookedNow = 0, bookedNext = 0 } = o;
  const regions = [{ region: 'r', history: o.history ?? [load], bookedNow, bookedNext }];
  return { nowMs: o.nowMs ?? 0, nodes, machines: o.machines ?? [], regions, reservedNames: o.namesKept ?? [] };
}
const orders = (v: ScaleView, memory: ScaleMemory = noMemory, p: ScalePolicy = policy): string[] =>
  decide(v, memory, p).actions.map(({ verb, nodeId }) => `${verb} ${nodeId}`);
const names = (count: number): NodeOverrides[] => Array.from({ length: count }, (_, at) => ({ nodeId: `n${at}` }));

describe('a region gets', () => {
  test.each([
    { name: 'its fewest nodes when it has no load', o: {}, want: ['start sfu-r-auto-1'] },
    { name: 'nothing when it has enough', o: { nodes: [{ nodeId: 'n0', load: 0.5 }] }, want: [] },
    {
      name: 'a node more when the load passes the target share',
      o: { nodes: [{ nodeId: 'n0', load: 0.51 }] },
      want: ['start sfu-r-auto-1'],
    },
    {
      name: 'at most a batch of nodes at once',
      o: { nodes: [{ nodeId: 'n0', load: 3 }] },
      want: ['start sfu-r-auto-1', 'start sfu-r-auto-2', 'start sfu-r-auto-3'],
    },
    { name: 'nothing above its bound', o: { nodes: names(10), load: 20 }, want: [] },
    {
      name: 'no second order for a machine that is starting',
      o: {
        load: 0.6,
        machines: [
          { nodeId: 'a', region: 'r', state: 'starting' as const },
          { nodeId: 'b', region: 'r', state: 'starting' as const },
        ],
      },
      want: [],
    },
    {
      name: 'a node in place of one that cannot be relied on',
      o: { nodes: [{ nodeId: 'n0', state: 'away' as const }] },
      want: ['start sfu-r-auto-1'],
    },
    { name: 'a node for a coming booking', o: { nodes: names(1), bookedNext: 1 }, want: ['start sfu-r-auto-1'] },
    {
      name: 'nodes for a running booking whose sessions have not come yet',
      o: { nodes: names(1), bookedNow: 1 },
      want: ['start sfu-r-auto-1'],
    },
    {
      name: 'nothing more for a booking with all its sessions',
      o: { nodes: names(2), load: 1, bookedNow: 1 },
      want: [],
    },
    {
      name: 'machines with unused names',
      o: { nodes: [{ nodeId: 'sfu-r-auto-1', load: 0.6 }] },
      want: ['start sfu-r-auto-2'],
    },
    {
      name: 'no machine under a name with a kept drain or cordon',
      o: { namesKept: ['sfu-r-auto-1'] },
      want: ['start sfu-r-auto-2'],
    },
  ])('$name', ({ o, want }) => expect(orders(view(o))).toEqual(want));

  test('the nodes that the forecast needs, before the load rises', () => {
    const history = Array.from({ length: 60 }, (_, minute) => minute / 60); // 1 now, 1.17 in ten minutes
    expect(orders(view({ nodes: names(2), history }))).toEqual(['start sfu-r-auto-1']);
  });

  test('spare nodes for the loss of its largest host and for its share of another region’s loss', () => {
    const spare = { ...policy, targetShare: 1, spareHost: true, spareRegion: true };
    const nodes = [
      ...names(2).map((node) => ({ ...node, load: 0.5, hostId: 'one machine' })),
      { nodeId: 's0', region: 's', load: 1 },
      { nodeId: 's1', region: 's', load: 1 },
    ].map(nodeOf);
    const regions = ['r', 's'].map((region) => ({
      region,
      history: [region === 'r' ? 1 : 2],
      bookedNow: 0,
      bookedNext: 0,
    }));
    const found = decide({ nowMs: 0, nodes, machines: [], regions }, noMemory, spare).regions;
    // r: 1 now + 2 of its largest host + all of s (2); s: 2 now + 1 + all of r (1).
    expect(found.map(({ region, need, needReason }) => [region, need, needReason])).toEqual([
      ['r', 5, 'load now after the loss of the largest host and region'],
      ['s', 4, 'load now after the loss of the largest host and region'],
    ]);
  });

  test('batches one after another, with a pause between them', () => {
    const first = decide(view({ load: 2, nowMs: 0 }), noMemory, policy);
    const machines = first.actions.map(({ nodeId }): Machine => ({ nodeId, region: 'r', state: 'starting' }));
    expect(orders(view({ load: 2, machines, nowMs: 9_999 }), first.memory)).toEqual([]);
    expect(orders(view({ load: 2, machines, nowMs: 10_000 }), first.memory)).toEqual(['start sfu-r-auto-4']);
  });

  test('no node above its bound, and the report that it needs more', () => {
    expect(decide(view({ load: 5 }), noMemory, policy).regions[0]).toMatchObject({ need: 10, isAtBound: false });
    expect(decide(view({ load: 5.1 }), noMemory, policy).regions[0]).toMatchObject({ need: 10, isAtBound: true });
  });
});

/** Runs rounds with the same view at these times. Returns the last decision. */
function after(
  o: Parameters<typeof view>[0],
  times: readonly number[],
  p: ScalePolicy = policy,
): { orders: string[]; memory: ScaleMemory } {
  let memory = noMemory;
  let last: string[] = [];
  for (const nowMs of times) {
    const decided = decide(view({ ...o, nowMs }), memory, p);
    memory = decided.memory;
    last = decided.actions.map(({ verb, nodeId }) => `${verb} ${nodeId}`);
  }
  return { orders: last, memory };
}

describe('surplus nodes', () => {
  const nodes = [
    { nodeId: 'n0', sessions: 0 },
    { nodeId: 'a1', sessions: 9, load: 0.2 },
    { nodeId: 'a2', sessions: 2, load: 0.1 },
    { nodeId: 'a3', sessions: 5, load: 0.1 },
  ];
  const machines = machinesOf('a1', 'a2', 'a3');

  test('are drained after a while, emptiest first, and only when the autoscaler runs them', () => {
    expect(after({ nodes, machines }, [0, 59_999]).orders).toEqual([]);
    expect(after({ nodes, machines }, [0, 60_000]).orders).toEqual(['drain a2', 'drain a3']);
  });

  test('are not drained below the need', () => {
    const busy = nodes.map((node) => ({ ...node, load: 0.37 })); // 1.48: needs 3
    expect(after({ nodes: busy, machines }, [0, 60_000]).orders).toEqual(['drain a2']);
  });

  test('are not drained while the load rises, and the wait restarts', () => {
    const history = Array.from({ length: 30 }, (_, minute) => 0.03 * minute);
    expect(after({ nodes, machines, history }, [0, 60_000, 600_000]).orders).toEqual([]);
  });

  test('are not drained within the margin', () => {
    const wide = { ...policy, surplusShare: 3 };
    expect(after({ nodes, machines }, [0, 60_000], wide).orders).toEqual([]);
  });

  test('are drained a batch at a time', () => {
    const { memory } = after({ nodes, machines }, [0, 60_000]);
    const next = view({ nodes, machines, nowMs: 89_999 });
    expect(orders(next, memory)).toEqual([]);
  });
});

describe('a drained node', () => {
  const draining = (sessions: number, more: Partial<Parameters<typeof view>[0]> = {}) => ({
    nodes: [{ nodeId: 'n0' }, { nodeId: 'a1', state: 'draining' as const, sessions }],
    machines: machinesOf('a1'),
    ...more,
  });

  test('is not stopped while a session is on it, however long that takes; the delay is reported', () => {
    const { orders: late, memory } = after(draining(1), [0, 600_001, 6_000_000]);
    expect(late).toEqual([]);
    expect(decide(view({ ...draining(1), nowMs: 6_000_001 }), memory, policy).regions[0]?.overdue).toEqual(['a1']);
  });

  test('is taken back when it is needed again, before any new start', () => {
    expect(orders(view(draining(1, { load: 0.9 })))).toEqual(['undrain a1']);
  });

  test('is neither taken back nor stopped when an administrator has drained it; a long drain is reported', () => {
    const drainedByOther = (sessions: number) => ({
      nodes: [
        { nodeId: 'a0', load: 0.5, sessions: 50 },
        { nodeId: 'a1', load: 0.5, sessions, state: 'draining' as const, isDrainOurs: false },
      ],
      machines: machinesOf('a0', 'a1'),
    });
    expect(orders(view(drainedByOther(50)))).toEqual(['start sfu-r-auto-1']);
    expect(after(drainedByOther(0), [0, 900_000]).orders).not.toContain('stop a1');
    const { memory } = after(drainedByOther(50), [0, 600_001]);
    const [region] = decide(view({ ...drainedByOther(50), nowMs: 600_002 }), memory, policy).regions;
    expect(region).toMatchObject({ draining: 1, overdue: ['a1'] });
  });

  test('is left alone when an administrator has drained it and another supervisor runs it', () => {
    expect(after({ ...draining(0), machines: [] }, [0, 900_000]).orders).toEqual([]);
  });
});

describe('the silence of a node', () => {
  const day = 86_400_000;
  const machines = machinesOf('a1');
  const known = (state: ScaleNode['state'], sessions = 1) => ({
    nodes: [{ nodeId: 'a1', state, sessions, load: 0.1 }],
    machines,
  });
  const forgotten = { machines, load: 0.1 };
  /** Runs rounds as `after`, with changing views. */
  const story = (...rounds: readonly [nowMs: number, o: Parameters<typeof view>[0]][]) => {
    let memory = noMemory;
    return rounds.map(([nowMs, o]) => {
      const decided = decide(view({ ...o, nowMs }), memory, policy);
      memory = decided.memory;
      const [{ starting, serving, silent } = { starting: 0, serving: 0, silent: [] }] = decided.regions;
      return {
        orders: decided.actions.map(({ verb, nodeId }) => `${verb} ${nodeId}`),
        counts: { starting, serving, silent },
      };
    });
  };
  const replaced = { orders: ['start sfu-r-auto-1'], counts: { starting: 0, serving: 0, silent: ['a1'] } };

  test('stops no machine whose node the fleet knows: a distrusted node is away too, and still reports', () => {
    const rounds = story([0, known('serving')], [1, known('away', 0)], [10 * day, known('away', 0)]);
    expect(rounds[2]?.orders).toEqual(['start sfu-r-auto-1']);
  });

  test('before its death has no effect: the node is not replaced, not drained, and not empty by its last report', () => {
    const late = (overrides: NodeOverrides) => ({
      nodes: [{ ...overrides, isLate: true }],
      machines: machinesOf('a1'),
      load: 0.4,
    });
    const drained = { nodeId: 'a1', state: 'draining' as const };
    expect(story([0, known('serving')], [10_000, late({ nodeId: 'a1', load: 0.4 })])[1]?.orders).toEqual([]);
    const empty = story([0, { ...late(drained), nodes: [drained] }], [15_000, late(drained)], [90_000, late(drained)]);
    expect(empty.flatMap(({ orders: all }) => all)).not.toContain('stop a1');
    const many = ['a1', 'a2', 'a3'].map((nodeId) => ({ nodeId, isLate: nodeId === 'a1' }));
    const surplus = { nodes: many, machines: machinesOf('a1', 'a2', 'a3') };
    // A late node may die: the need is met without it.
    expect(story([0, surplus], [60_000, surplus])[1]?.orders).toEqual(['drain a2']);
  });

  test('ends when the node reports again, and a later silence counts from its own start', () => {
    const rounds = story(
      [0, known('serving')],
      [1, forgotten],
      [day, known('serving')],
      [day + 60_000, forgotten],
      [day + 120_000, forgotten],
    );
    expect(rounds[2]).toEqual({ orders: [], counts: { starting: 0, serving: 1, silent: [] } });
    expect(rounds[4]).toEqual(replaced);
  });

  test('in a new term is waited for, then the machine that the driver calls running is replaced, but stopped only later', () => {
    const rounds = story(
      [0, forgotten],
      [299_999, forgotten],
      [300_000, forgotten],
      [day - 1, forgotten],
      [day, forgotten],
    );
    const waited = { orders: [], counts: { starting: 1, serving: 0, silent: [] } };
    expect(rounds.slice(0, 4)).toEqual([waited, waited, replaced, replaced]);
    expect(rounds[4]?.orders).toContain('stop a1');
  });

  test('in a new term replaces a node of the copy at once, and does not stop its machine when the fleet forgets the node', () => {
    const starting: Machine[] = [{ nodeId: 'a1', region: 'r', state: 'starting' }];
    const rounds = story([0, { ...known('away'), machines: starting }], [600_000, { machines: starting }]);
    expect(rounds).toEqual([replaced, replaced]);
  });

  describe('that was a predecessor’s does not count for a new machine under the same name', () => {
    const away = [{ nodeId: 'a1', state: 'away' as const }];
    const starting: Machine[] = [{ nodeId: 'a1', region: 'r', state: 'starting' }];
    const startingAnew = { orders: [], counts: { starting: 1, serving: 0, silent: [] } };

    test('while the machine starts: it is stopped only when it does not serve in time', () => {
      const rounds = story(
        [0, known('serving')],
        [10_000, { nodes: away }],
        [20_000, { nodes: away, machines: starting }],
        [140_000, { machines: starting }],
        [319_999, { machines: starting }],
        [320_000, { nodes: away, machines: starting }],
      );
      expect(rounds.slice(2, 5)).toEqual([startingAnew, startingAnew, startingAnew]);
      expect(rounds[5]?.orders).toEqual(['stop a1', 'start sfu-r-auto-1']);
    });

    test('when the machine follows at once, however long the predecessor was silent', () => {
      const rounds = story(
        [0, known('serving')],
        [10_000, forgotten],
        [400_000, { nodes: away, machines: starting }],
        [699_999, { machines: starting }],
      );
      expect(rounds.slice(2)).toEqual([startingAnew, startingAnew]);
    });

    test('but the new node’s own silence counts, once it has reported', () => {
      const heard = { ...known('serving'), machines: starting };
      const rounds = story(
        [0, known('serving')],
        [10_000, { nodes: away, machines: starting }],
        [20_000, heard],
        [30_000, { nodes: away, machines: starting }],
      );
      expect(rounds[1]).toEqual(startingAnew);
      expect(rounds[3]).toEqual(replaced);
    });
  });

  test('does not block replacements, of which there are at most as many as there may be nodes', () => {
    const small = { ...policy, nodesMax: 2, startBatch: 9 };
    const away = (...ids: string[]) => ids.map((nodeId) => ({ nodeId, state: 'away' as const }));
    const ordersOf = (...ids: string[]): string[] =>
      orders(view({ nodes: away(...ids), machines: machinesOf(...ids), load: 1 }), noMemory, small);
    expect(ordersOf('a', 'b')).toEqual(['start sfu-r-auto-1', 'start sfu-r-auto-2']);
    expect(ordersOf('a', 'b', 'c')).toEqual(['start sfu-r-auto-1']);
    expect(ordersOf('a', 'b', 'c', 'd')).toEqual([]);
  });
});

describe('a machine that its driver calls failed', () => {
  const failed: Machine[] = [{ nodeId: 'a1', region: 'r', state: 'failed' }];
  test.each([
    { name: 'stays while its node reports and carries people', state: 'serving' as const, sessions: 1, want: [] },
    { name: 'stays while its node is drained and carries people', state: 'draining' as const, sessions: 1, want: [] },
    { name: 'is removed when its node is empty', state: 'serving' as const, sessions: 0, want: ['stop a1'] },
    {
      name: 'is removed when it is late as well, because two signs agree',
      state: 'serving' as const,
      isLate: true,
      sessions: 1,
      want: ['stop a1'],
    },
    { name: 'is removed when its node is silent too', state: 'away' as const, sessions: 1, want: ['stop a1'] },
  ])('$name', ({ state, sessions, isLate, want }) => {
    const nodes = [{ nodeId: 'n0' }, { nodeId: 'a1', state, sessions, isLate: isLate === true }];
    expect(orders(view({ nodes, machines: failed }))).toEqual(want);
  });
});

describe('machines that end one after another', () => {
  // The machine s-2 has to end first, then s-1, then s-0; t-0 may end at any time.
  const chain = (states: Partial<Record<string, Machine['state']>> = {}): Machine[] => [
    { nodeId: 's-2', region: 'r', state: states['s-2'] ?? 'running' },
    { nodeId: 's-1', region: 'r', state: states['s-1'] ?? 'running', endsAfter: 's-2' },
    { nodeId: 's-0', region: 'r', state: states['s-0'] ?? 'running', endsAfter: 's-1' },
    { nodeId: 't-0', region: 'r', state: states['t-0'] ?? 'running' },
  ];
  const machineNode = (nodeId: string, overrides: Partial<ScaleNode> = {}): NodeOverrides =>
    Object.assign({ nodeId }, overrides);
  const drained = { state: 'draining' as const };
  const afterHold = (o: Parameters<typeof view>[0], p = policy): string[] => {
    const surplus = { nowMs: 0, surplusSinceMs: 0, startedAtMs: undefined, drainedAtMs: undefined, upgrade: undefined };
    const memory = decide(view(o), { regions: new Map([['r', surplus]]), nodes: new Map() }, p).memory;
    return orders(view({ ...o, nowMs: 60_000 }), memory, p);
  };
  /** Returns the orders after all nodes were drained and empty for long enough. */
  const afterEmpty = (o: Parameters<typeof view>[0]): string[] => {
    const { memory } = decide(view(o), noMemory, policy);
    return orders(view({ ...o, nowMs: 15_000 }), memory);
  };

  test.each<{ name: string; nodes: NodeOverrides[]; machines?: Machine[]; batch?: number; want: string[] }>([
    {
      name: 'the last machine, although it is fuller than those before it',
      nodes: [
        machineNode('s-2', { sessions: 9 }),
        machineNode('s-1'),
        machineNode('s-0'),
        machineNode('t-0', { sessions: 99 }),
      ],
      batch: 1,
      want: ['drain s-2'],
    },
    {
      name: 'the emptiest of the machines that can end',
      nodes: [
        machineNode('s-2', { sessions: 9 }),
        machineNode('s-1'),
        machineNode('s-0'),
        machineNode('t-0', { sessions: 8 }),
      ],
      batch: 1,
      want: ['drain t-0'],
    },
    {
      name: 'the next machine with the last in a batch',
      nodes: [
        machineNode('s-2', { sessions: 9 }),
        machineNode('s-1', { sessions: 1 }),
        machineNode('s-0'),
        machineNode('t-0', { sessions: 99 }),
      ],
      batch: 2,
      want: ['drain s-2', 'drain s-1'],
    },
    {
      name: 'the next machine after a drained one',
      nodes: [
        machineNode('s-2', { state: 'draining', sessions: 1 }),
        machineNode('s-1', { sessions: 5 }),
        machineNode('s-0'),
        machineNode('t-0', { sessions: 99 }),
      ],
      batch: 1,
      want: ['drain s-1'],
    },
    {
      name: 'no machine behind one that an administrator has drained',
      nodes: [
        machineNode('s-2', { state: 'draining', isDrainOurs: false }),
        machineNode('s-1'),
        machineNode('s-0'),
        machineNode('t-0', { sessions: 99 }),
      ],
      batch: 3,
      want: ['drain t-0'],
    },
    {
      name: 'no machine behind one whose node is silent or late',
      nodes: [
        machineNode('s-2', { isLate: true }),
        machineNode('s-1'),
        machineNode('s-0'),
        machineNode('t-0', { sessions: 99 }),
      ],
      batch: 3,
      want: ['drain t-0'],
    },
    {
      name: 'the next machine after one that is ending',
      nodes: [machineNode('s-1', { sessions: 5 }), machineNode('s-0'), machineNode('t-0', { sessions: 99 })],
      machines: chain({ 's-2': 'stopping' }),
      batch: 1,
      want: ['drain s-1'],
    },
  ])('are drained: $name', ({ nodes, machines = chain(), batch = 2, want }) => {
    expect(afterHold({ nodes, machines, load: 0 }, { ...policy, drainBatch: batch })).toEqual(want);
  });

  test('are stopped in that order, in whatever order they are listed', () => {
    const nodes = [
      machineNode('s-2', drained),
      machineNode('s-1', drained),
      machineNode('s-0', drained),
      machineNode('t-0', { load: 0.5 }),
    ];
    expect(afterEmpty({ nodes, machines: chain().reverse() })).toEqual(['stop s-2', 'stop s-1', 'stop s-0']);
  });

  test('are taken back from the last to end, so that no serving machine keeps a drained machine from its end', () => {
    const nodes = [
      machineNode('s-2', { state: 'draining', sessions: 50 }),
      machineNode('s-1', drained),
      machineNode('s-0'),
      machineNode('t-0', { load: 1 }),
    ];
    const taken = (load: number) => orders(view({ nodes, machines: chain(), load }));
    expect(taken(1.4)).toEqual(['undrain s-1']);
    expect(taken(1.9)).toEqual(['undrain s-1', 'undrain s-2']);
  });

  test('stay when they fail in the middle, and are replaced once, also when the fleet forgets their node', () => {
    const nodes = [
      machineNode('s-2', { load: 0.5 }),
      machineNode('s-1', { state: 'away' }),
      machineNode('s-0', { load: 0.5 }),
      machineNode('t-0', { load: 0.5 }),
    ];
    const machines = chain({ 's-1': 'failed' });
    const full = { ...policy, nodesMax: 4 };
    expect(orders(view({ nodes, machines, load: 2 }), noMemory, full)).toEqual(['start sfu-r-auto-1']);
    const forgotten = nodes.filter(({ nodeId }) => nodeId !== 's-1');
    expect(orders(view({ nodes: forgotten, machines, load: 2 }), noMemory, full)).toEqual(['start sfu-r-auto-1']);
    const [scale] = decide(view({ nodes: forgotten, machines, load: 2 }), noMemory, full).regions;
    expect(scale).toMatchObject({ serving: 3, starting: 0, silent: ['s-1'] });
  });

  test('are replaced too when one in the middle does not serve in time', () => {
    const nodes = [machineNode('s-2'), machineNode('s-0'), machineNode('t-0')];
    const machines = chain({ 's-1': 'starting' });
    const { memory } = decide(view({ nodes, machines, load: 2 }), noMemory, policy);
    expect(orders(view({ nodes, machines, load: 2, nowMs: 299_999 }), memory)).toEqual([]);
    expect(orders(view({ nodes, machines, load: 2, nowMs: 300_000 }), memory)).toEqual(['start sfu-r-auto-1']);
  });
});

describe('names that a driver gives for new machines', () => {
  test('are used in the driver’s order, even when too few; the driver is given the used and the ending names', () => {
    const machines: Machine[] = [{ nodeId: 'a', region: 'r', state: 'failed' }];
    const asked: unknown[] = [];
    const freeNames: ScaleView['freeNames'] = (region, count, { used, ending }) => {
      asked.push([region, count, [...used], [...ending]]);
      return ['x'];
    };
    const viewWithNames = { ...view({ machines, load: 1, namesKept: ['k'] }), freeNames };
    expect(orders(viewWithNames)).toEqual(['stop a', 'start x']);
    expect(asked).toEqual([['r', 2, ['a', 'k'], ['a']]]);
  });
});

describe('bookings', () => {
  const hour = 3_600_000;
  const book = (id: string, from: number, to: number, sessions = 10, region = 'r') => ({
    id,
    region,
    sessions,
    startsAtMs: from * hour,
    endsAtMs: to * hour,
  });

  test('are counted: the sessions of those that run now, and the peak of those to come', () => {
    const bookings = new Bookings();
    for (const b of [book('a', 1, 3), book('b', 2, 4), book('c', 3, 5), book('d', 1, 9, 99, 's')]) bookings.put(b, 0);
    expect([0, 1, 2, 3, 5].map((at) => bookings.sessionsNow('r', at * hour))).toEqual([0, 10, 20, 20, 0]);
    // Booking a ends when c begins, so never three run at once.
    expect(bookings.peakAhead('r', 0, 4 * hour)).toBe(20);
    expect(bookings.peakAhead('r', 0, hour)).toBe(10);
    expect(bookings.peakAhead('r', 2 * hour, hour)).toBe(10);
  });

  test('have the peak that a check at the start of each booking finds, for random bookings', () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 32));
    const rng = seededRng(String(seed));
    for (let round = 0; round < 300; round += 1) {
      const bookings = new Bookings();
      for (let at = rng.int(30); at > 0; at -= 1) {
        const from = rng.int(12);
        // Some bookings end when or before they begin, and many end when another begins.
        bookings.put(book(`b${at}`, from, from + rng.int(6) - 1, rng.int(50), rng.int(4) === 0 ? 's' : 'r'), -hour);
      }
      const [now, ahead] = [rng.int(6) * hour, rng.int(8) * hour];
      const coming = bookings
        .list()
        .filter((b) => b.region === 'r' && b.startsAtMs > now && b.startsAtMs <= now + ahead);
      const at = (time: number): number =>
        coming.reduce((sum, b) => sum + (b.startsAtMs <= time && b.endsAtMs > time ? b.sessions : 0), 0);
      const most = Math.max(0, ...coming.map((b) => at(b.startsAtMs)));
      expect(bookings.peakAhead('r', now, ahead), `round ${round}, SEED=${seed}`).toBe(most);
    }
  });

  test('are each examined a few times when there are as many as allowed, not once for each other booking', () => {
    const bookings = new Bookings();
    let looks = 0;
    for (let at = 0; at < BOOKINGS_MAX; at += 1) {
      const booking: Booking = book(`b${at}`, 1 + (at % 7), 9);
      const counting = (field: 'startsAtMs' | 'endsAtMs') => ({
        get: () => {
          looks += 1;
          return booking[field];
        },
      });
      const fields = { startsAtMs: counting('startsAtMs'), endsAtMs: counting('endsAtMs') };
      bookings.put(Object.defineProperties({ ...booking }, fields), 0);
    }
    expect(bookings.peakAhead('r', 0, 8 * hour)).toBe(10 * BOOKINGS_MAX);
    expect(looks).toBeLessThan(10 * BOOKINGS_MAX);
  });

  test('are replaced by id, removed, forgotten after their end, and bounded', () => {
    const bookings = new Bookings();
    bookings.put(book('a', 1, 3), 0);
    bookings.put(book('a', 1, 3, 7), 0);
    expect(bookings.sessionsNow('r', 2 * hour)).toBe(7);
    expect([bookings.remove('a'), bookings.remove('a')]).toEqual([true, false]);
    bookings.put(book('old', 0, 1), 0);
    for (let at = 1; at < 10_000; at += 1) expect(bookings.put(book(`b${at}`, 1, 9), 0)).toBe(true);
    expect(bookings.put(book('one more', 1, 9), 0)).toBe(false);
    expect(bookings.put(book('one more', 1, 12), 2 * hour)).toBe(true);
    bookings.put(book('the next day', 24, 25), 9 * hour);
    expect(bookings.list().map(({ id }) => id)).toEqual(['one more', 'the next day']);
  });
});
