// ± 100 hosts on a virtual clock, with the default policy of a centre: the row of the table in
// docs/design/autoscaling.md.
import { loadConfig } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { schedulerConfig } from '../../../src/config.ts';
import type { ScalePolicy } from '../../../src/scaling/core/types.ts';
import { World } from './world.ts';

const key = '0123456789012345678901234567890123456789';
const defaults = loadConfig(schedulerConfig, {
  argv: [],
  env: { MERIDIAN_CLUSTER_TOKEN: key, MERIDIAN_CLUSTER_SECRET: key },
});
const policy = {
  ...(defaults.autoscale as unknown as ScalePolicy),
  ...defaultsOf(),
  sessionsPerNode: 100,
  nodesMin: 20,
};
const regions = ['a', 'b', 'c', 'd', 'e'];

/** Returns the schema's own defaults, so that none is copied here. */
function defaultsOf(): ScalePolicy {
  const properties = schedulerConfig.properties.autoscale.properties as Record<string, { default?: unknown }>;
  return Object.fromEntries(Object.entries(properties).map(([name, { default: value }]) => [name, value])) as never;
}

test('100 more hosts are at full weight within 5 minutes of the demand, 100 fewer drop no session', () => {
  // 20 hosts a region for 12 nodes' worth of load, with the target share and the spares. Then the load doubles, and
  // falls.
  const quiet = 1200;
  const busy = 2800;
  const [riseS, fallS] = [4 * 3600, 6 * 3600];
  const world = new World({
    seed: 'plus-minus-100',
    regions,
    baseNodes: 20,
    policy,
    wanted: (_region, atS) => (atS >= riseS && atS < fallS ? busy : quiet),
  });
  world.run(riseS);
  const before = world.counts();
  expect(before.serving).toBe(100);
  const upS = world.run(riseS + 900, () => world.counts().atFullWeight >= before.atFullWeight + 100) - riseS;
  const up = world.counts();
  world.run(fallS);
  const peak = world.counts().serving;
  const downS = world.run(fallS + 2 * 3600, () => world.orders.stop >= 100) - fallS;
  world.run(world.nowS + 1800);
  const { refused, orders } = world;
  console.log(
    JSON.stringify({ before, upSeconds: upS, up, peak, downSeconds: downS, after: world.counts(), refused, orders }),
  );
  expect(upS).toBeLessThanOrEqual(300);
  expect(peak).toBeGreaterThanOrEqual(200);
  expect(downS).toBeLessThanOrEqual(3600);
  expect(orders.stop).toBeGreaterThanOrEqual(100);
  // The rest above the 100 is the margin within which nothing is ordered.
  expect(world.counts().serving).toBeLessThanOrEqual(110);
  expect(world.dropped).toBe(0);
});

test('machines that do not boot are replaced, and no orders flap in hours of a sine of load (seeds 1 and 2)', () => {
  for (const seed of ['1', '2']) {
    const world = new World({
      seed,
      regions: ['a', 'b'],
      baseNodes: 12,
      policy: { ...policy, nodesMin: 3 },
      wanted: (_region, atS) => 600 + 400 * Math.sin((2 * Math.PI * atS) / 28_800),
      bootFailureShare: 0.1,
    });
    world.run(57_600);
    expect(world.dropped, `seed ${seed}`).toBe(0);
    expect(world.refused, `seed ${seed}`).toBe(0);
    // Two sines need some 20 nodes more and fewer per region; several times that would be flapping.
    expect(world.orders.start, `seed ${seed}`).toBeLessThan(100);
    expect(world.orders.undrain, `seed ${seed}`).toBeLessThan(20);
  }
});

test('a region with silent hosts for two hours, through a change of leader, gets other hosts and drops no session', () => {
  const world = new World({
    seed: 'silence',
    regions: ['a', 'b'],
    baseNodes: 0,
    policy: { ...policy, nodesMin: 3 },
    wanted: () => 600,
  });
  world.run(3600);
  const before = world.counts().serving;
  const startsBefore = world.orders.start;
  world.silence('b', true, 7200);
  world.run(world.nowS + 3600);
  const { refused } = world;
  world.newTerm();
  world.run(world.nowS + 3600);
  console.log(JSON.stringify({ before, during: world.counts(), refused, starts: world.orders.start - startsBefore }));
  // The earlier sessions are still there; those of the first minutes are served beside them.
  expect([world.dropped, world.refused]).toEqual([0, refused]);
  expect(world.orders.start - startsBefore).toBeLessThanOrEqual(before);
  world.silence('b', false);
  world.run(world.nowS + 3 * 3600);
  expect(world.dropped).toBe(0);
  expect(world.counts().serving).toBeLessThanOrEqual(1.2 * before);
});
