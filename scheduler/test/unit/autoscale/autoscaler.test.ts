// The loop around the decision, with real centres and a made-up driver, on a manual clock: which orders go out, when,
// under which epoch, and what one term of leading leaves to the next.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeridianError } from '@meridian/protocol';
import { createLogger, createMetrics, loadConfig, ManualClock, seededRng } from '@meridian/runtime';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { centreMetrics } from '../../../src/base/metrics.ts';
import { Centre } from '../../../src/centre/centre.ts';
import { schedulerConfig } from '../../../src/config.ts';
import { Copy } from '../../../src/copying/copy.ts';
import { AUTOSCALER_DRAIN, REPLACEMENT_DRAIN } from '../../../src/fleet/core/fleet.ts';
import { WARM_UP_MS } from '../../../src/fleet/warm-up.ts';
import { Locator } from '../../../src/locating/locate.ts';
import { Autoscaler } from '../../../src/scaling/autoscaler.ts';
import type { Machine } from '../../../src/scaling/core/types.ts';
import { description, frankfurt, noLoad, report } from '../fixtures.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const key = '0123456789012345678901234567890123456789';
const region = 'eu';
const folder = mkdtempSync(join(tmpdir(), 'meridian-autoscaler-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'scheduler.json');
const policy = { nodesMin: 1, spareHost: false, spareRegion: false, startPauseMs: 0, emptyHoldMs: 15_000 };
writeFileSync(file, JSON.stringify({ autoscale: { driver: 'log', regions: [region], ...policy } }));
const { autoscale } = loadConfig(schedulerConfig, {
  argv: ['--config', file],
  env: { MERIDIAN_CLUSTER_TOKEN: key, MERIDIAN_CLUSTER_SECRET: key },
});
const drained = `${AUTOSCALER_DRAIN}more nodes than needed`;

let clock: ManualClock;
let registry: ReturnType<typeof createMetrics>;
let centre: Centre;
let epoch: number | undefined;
let orders: string[];
let machines: Machine[];
/** Runs while the driver is asked for its machines. */
let meanwhile: () => void | Promise<void>;
let refuses: (order: string) => Error | undefined;
let scaler: Autoscaler;

beforeEach(async () => {
  clock = new ManualClock();
  registry = createMetrics({ service: 'scheduler' });
  const metrics = centreMetrics(registry);
  orders = [];
  machines = [];
  meanwhile = () => undefined;
  refuses = () => undefined;
  epoch = 7;
  centre = await centreWith([], metrics);
  const order = async (text: string): Promise<void> => {
    const error = refuses(text);
    if (error !== undefined) throw error;
    orders.push(text);
  };
  const driver = {
    name: 'made up',
    list: async (under: number) => {
      const listed = machines;
      await order(`list under ${under}`);
      await meanwhile();
      return listed;
    },
    start: (nodeId: string, _region: string, under: number) => order(`start ${nodeId} under ${under}`),
    stop: (nodeId: string, under: number) => order(`stop ${nodeId} under ${under}`),
    replace: (nodeId: string, under: number) => order(`replace ${nodeId} under ${under}`),
    drain: async (nodeId: string, reason: string | undefined) => {
      await order(`${reason === undefined ? 'undrain' : 'drain'} ${nodeId}`);
      await centre.drain(nodeId, reason);
    },
  };
  scaler = new Autoscaler({ config: autoscale, centre: () => centre, driver, clock, log, metrics, epoch: () => epoch });
});

/** Returns a centre that nodes can reach now, whose copy names these nodes. */
async function centreWith(
  nodeIds: readonly string[],
  metrics = centreMetrics(createMetrics({ service: 'scheduler' })),
) {
  const entries = nodeIds.map((nodeId): [string, string] => [`node/${nodeId}`, JSON.stringify(nodeOf(nodeId))]);
  const done = (): Promise<void> => Promise.resolve();
  const store = { load: async () => entries, put: done, remove: done, close: done };
  const copy = new Copy({ store, clock, log, onFailure: () => undefined });
  const locator = new Locator({ geo: { locate: () => undefined }, developmentCities: true });
  const made = new Centre({ clock, rng: seededRng('autoscaler'), log, metrics, copy, locator });
  await made.restore();
  made.listening();
  return made;
}
const nodeOf = (nodeId: string) => description({ nodeId, region, ...frankfurt });
const register = (nodeId: string, cpu = 0) =>
  centre.register({ description: nodeOf(nodeId), rooms: [], load: { ...noLoad, cpu } });
const start = (number: number, under: number): string => `start sfu-${region}-auto-${number} under ${under}`;
const failures = async (): Promise<number> =>
  Number(/autoscale_driver_failures_total\S* (\d+)/.exec(await registry.registry.metrics())?.[1]);

describe('while nodes come back the autoscaler orders and requests nothing:', () => {
  test('it waits until the nodes of the copy have had their time to return', async () => {
    centre = await centreWith(['a', 'b']);
    clock.advance(WARM_UP_MS - 1);
    await scaler.round();
    expect(orders).toEqual([]);
    register('a');
    register('b');
    clock.advance(1);
    await scaler.round();
    expect(orders).toEqual(['list under 7']);
  });

  test('it waits until a fleet that the store may have forgotten has had its time to return', async () => {
    await scaler.round();
    expect(orders).toEqual([]);
    clock.advance(WARM_UP_MS - 1);
    await scaler.round();
    expect(orders).toEqual([]);
    register('a');
    clock.advance(1);
    await scaler.round();
    expect(orders).toEqual(['list under 7']);
  });

  test('it waits until nodes can reach the centre', async () => {
    const copy = new Copy({ store: nothing, clock, log, onFailure: () => undefined });
    const locator = new Locator({ geo: { locate: () => undefined }, developmentCities: true });
    const metrics = centreMetrics(createMetrics({ service: 'scheduler' }));
    centre = new Centre({ clock, rng: seededRng('local fault'), log, metrics, copy, locator });
    clock.advance(10 * WARM_UP_MS);
    await scaler.round();
    expect(orders).toEqual([]);
    centre.listening();
    clock.advance(WARM_UP_MS);
    await scaler.round();
    expect(orders).toEqual(['list under 7', start(1, 7)]);
  });
});

describe('orders go out', () => {
  beforeEach(() => clock.advance(WARM_UP_MS));

  test('under the epoch of the term, like the list request before them', async () => {
    await scaler.round();
    expect(orders).toEqual(['list under 7', start(1, 7)]);
    epoch = 8;
    await scaler.round();
    expect(orders.slice(2)).toEqual(['list under 8', start(1, 8)]);
  });

  test.each([
    {
      name: 'leads no more',
      happens: () => {
        epoch = undefined;
      },
    },
    {
      name: 'has been raised to another epoch',
      happens: () => {
        epoch = 8;
      },
    },
    {
      name: 'leads a second time, whatever its epoch',
      happens: async () => {
        centre = await centreWith([]);
      },
    },
    { name: 'has been closed', happens: () => scaler.close() },
  ])('never, when the centre $name while the driver was asked', async ({ happens }) => {
    meanwhile = happens;
    await scaler.round();
    expect(orders).toEqual(['list under 7']);
  });
});

test('a term of leading begins without the memory of the last term', async () => {
  machines = [{ nodeId: 'a', region, state: 'running' }];
  const emptyNode = async (): Promise<void> => {
    register('a');
    register('other');
    await centre.drain('a', drained);
    clock.advance(WARM_UP_MS);
  };
  await emptyNode();
  await scaler.round(); // the drained node is seen empty for the first time
  // Meanwhile another centre leads, and people are on the node until a moment before this centre leads again.
  epoch = undefined;
  clock.advance(60_000);
  centre = await centreWith([]);
  epoch = 9;
  await emptyNode();
  orders = [];
  await scaler.round();
  expect(orders).toEqual(['list under 9']);
  clock.advance(15_000);
  await scaler.round();
  expect(orders.slice(1)).toEqual(['list under 9', 'stop a under 9']);
});

test('an outdated machine is drained with a reason that a new leader knows, then replaced, and serves', async () => {
  const old = { isOutdated: true as const, wantedVersion: '2' };
  machines = [Object.assign({ nodeId: 'a', region, state: 'running' as const }, old)];
  register('a');
  register('other');
  clock.advance(WARM_UP_MS);
  const round = async (): Promise<string[]> => {
    orders = [];
    await scaler.round();
    return orders.slice(1);
  };
  expect(await round()).toEqual(['drain a']);
  expect(centre.fleet.get('a')?.drainReason).toMatch(new RegExp(`^${REPLACEMENT_DRAIN}.+`));
  expect(scaler.view()).toMatchObject({ regions: [{ outdated: 1, serving: 2 }], lastActions: [{ verb: 'drain' }] });
  expect(await round()).toEqual([]);
  clock.advance(15_000);
  expect(await round()).toEqual(['replace a under 7']);
  machines = [{ nodeId: 'a', region, state: 'running' }];
  expect(await round()).toEqual(['undrain a']);
  expect(centre.fleet.get('a')?.drainReason).toBeUndefined();
});

test('a new term of leading does not show the orders and problems of the last term', async () => {
  clock.advance(WARM_UP_MS);
  await scaler.round();
  expect(scaler.view().lastActions).toMatchObject([{ verb: 'start', outcome: 'ordered' }]);
  refuses = () => new Error('away');
  await scaler.round();
  expect(scaler.view().problem).toBe('away');
  centre = await centreWith([]);
  await scaler.round();
  expect(scaler.view()).toMatchObject({ problem: null, lastActions: [], regions: [] });
});

test.each([
  { name: 'list request', what: 'list' },
  { name: 'order', what: 'start' },
])(
  'a $name that is refused because another centre has led since is reported and counted, until none is refused',
  async ({ what }) => {
    clock.advance(WARM_UP_MS);
    refuses = (order) => (order.startsWith(what) ? new MeridianError('EPOCH_STALE', 'seen: 50') : undefined);
    await scaler.round();
    expect(scaler.view().problem).toBe('seen: 50');
    expect(await failures()).toBe(1);
    refuses = () => undefined;
    epoch = 51;
    await scaler.round();
    expect(scaler.view().problem).toBeNull();
    expect(orders.slice(-2)).toEqual(['list under 51', start(1, 51)]);
    expect(await failures()).toBe(1);
  },
);

describe('a silence', () => {
  const fleet = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at}`);
  /** Passes time as for a running centre; the `heard` nodes report every second, all others are silent. */
  const pass = (ms: number, heard: readonly string[] = []): void => {
    for (let passed = 0; passed < ms; passed += 250) {
      clock.advance(250);
      if (passed % 1000 === 0) for (const nodeId of heard) centre.report(nodeId, report(), []);
      centre.tick();
    }
  };
  const livenessOf = (nodeId: string) => centre.fleet.get(nodeId)?.liveness;
  const ordered = async (): Promise<string[]> => {
    orders = [];
    await scaler.round();
    return orders.filter((order) => !order.startsWith('list'));
  };

  test('of most nodes at once makes the autoscaler order nothing and report why, until the nodes report or are dead', async () => {
    for (const nodeId of fleet(30)) register(nodeId);
    pass(3500);
    expect(fleet(30).map(livenessOf)).toEqual(fleet(30).map(() => 'suspect'));
    machines = [{ nodeId: 'gone', region, state: 'failed' }];
    expect(await ordered()).toEqual([]);
    expect(scaler.view().problem).toContain('most of the fleet is silent');
    for (const nodeId of fleet(30)) centre.report(nodeId, report(), []);
    expect(await ordered()).toEqual(['stop gone under 7']);
    expect(scaler.view().problem).toBeNull();
    machines = [];
    pass(16_000);
    expect(livenessOf('n0')).toBe('dead');
    expect(await ordered()).toEqual([start(1, 7)]);
  });

  test('of a node makes the autoscaler order a replacement when the node is dead, not while it is late or unlinked', async () => {
    register('n0');
    register('n1');
    centre.linkDown('n1');
    pass(3500);
    expect([livenessOf('n0'), livenessOf('n1')]).toEqual(['suspect', 'suspect']);
    expect(await ordered()).toEqual([]);
    expect(scaler.view()).toMatchObject({ problem: null, regions: [{ serving: 2, silent: [] }] });
    pass(12_000);
    expect(await ordered()).toEqual([start(1, 7)]);
  });

  test('that becomes a death ends the load of the node, because its people are counted at their new nodes', async () => {
    const all = fleet(6);
    for (const nodeId of all) register(nodeId, nodeId === 'n0' ? 0.8 : 0);
    pass(3000, all.slice(1));
    await ordered();
    expect(scaler.view().regions).toMatchObject([{ load: 1 }]);
    pass(13_000, all.slice(1));
    expect(livenessOf('n0')).toBe('dead');
    await ordered();
    expect(scaler.view().regions).toMatchObject([{ load: 0, serving: 5 }]);
  });
});

const nothing = {
  load: async () => [],
  put: async () => undefined,
  remove: async () => undefined,
  close: async () => undefined,
};

test('a new machine gets no name under which a drain or cordon waits for an absent node', async () => {
  centre.fleet.setCommandsAhead('sfu-eu-auto-1', { cordonReason: 'rack' });
  clock.advance(WARM_UP_MS);
  await scaler.round();
  expect(orders.filter((order) => order.startsWith('start'))).toEqual(['start sfu-eu-auto-2 under 7']);
});
