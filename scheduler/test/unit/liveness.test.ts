// Meaning of a silence: by the pattern of a node's own reports, by other machines' reports, and never by a fault of the
// centre itself.
import { limits } from '@meridian/protocol';
import { createMetrics } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { STALL_MS } from '../../src/base/core/stall.ts';
import { centreMetrics } from '../../src/base/metrics.ts';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import {
  Arrivals,
  DEAD_MAX_MS,
  GONE_DEAD_MS,
  isLocalFault,
  judgeSilence,
  PeerReports,
  phiOf,
  REACHABLE_DEAD_MS,
  type Reachability,
  UNREACHABLE_DEAD_MAX_MS,
} from '../../src/fleet/core/liveness.ts';
import { description, noLoad, report } from './fixtures.ts';
import { RoomWorld } from './support/room-world.ts';

test.each([
  { y: 0, phi: 0.301 },
  { y: 1, phi: 0.799 }, // -log10(0.1587)
  { y: 3.09, phi: 3 },
  { y: 5.61, phi: 8 },
])('phi of a silence $y deviations above the mean is $phi', ({ y, phi }) => {
  // The approximation is within 1.5e-4 of the tail, which far out is a good part of it: the threshold moves by a fifth
  // of a deviation.
  expect(Math.abs(phiOf(1000 + y * 200, 1000, 200) - phi)).toBeLessThan(phi < 2 ? 0.01 : phi / 4);
});

test('phi stays a finite number however long the silence is', () => {
  expect(phiOf(1e9, 1000, 200)).toBeGreaterThan(1e6);
  expect(phiOf(0, 1000, 200)).toBeLessThan(0.01);
});

test('a pattern needs some reports, and a pause is no gap', () => {
  const arrivals = new Arrivals();
  for (let nowMs = 0; nowMs < 8000; nowMs += 1000) arrivals.heard(nowMs);
  expect(arrivals.phi(5000)).toBeUndefined();
  arrivals.heard(8000);
  const before = arrivals.phi(2000) ?? 0;
  expect(before).toBeGreaterThan(5);
  arrivals.pause();
  arrivals.heard(600_000);
  expect(arrivals.phi(2000)).toBe(before);
});

test('irregular reports make a silence mean less', () => {
  const [steady, irregular] = [new Arrivals(), new Arrivals()];
  for (let report = 0; report < 100; report += 1) {
    steady.heard(report * 1000);
    irregular.heard(report * 1000 + (report % 2) * 900);
  }
  expect(irregular.phi(3000)).toBeLessThan((steady.phi(3000) ?? 0) / 4);
});

const never = { phi: undefined, goneMs: undefined };
const silenceWith = (peers: Reachability) => ({ ...never, peers });
test.each([
  { name: 'short', silence: { ...silenceWith('unreachable'), silentMs: 1999 }, want: 'alive' },
  {
    name: 'late without a pattern',
    silence: { ...silenceWith('unknown'), silentMs: limits.suspectAfterMs - 1 },
    want: 'alive',
  },
  { name: 'late by its pattern', silence: { ...silenceWith('unknown'), phi: 3, silentMs: 2000 }, want: 'suspect' },
  {
    name: 'below the floor of suspicion',
    silence: { ...silenceWith('unknown'), phi: 9, silentMs: 1999 },
    want: 'alive',
  },
  { name: 'long', silence: { ...silenceWith('unknown'), silentMs: limits.suspectAfterMs }, want: 'suspect' },
  {
    name: 'unreachable for others, by its pattern',
    silence: { ...silenceWith('unreachable'), phi: 8, silentMs: 2000 },
    want: 'dead',
  },
  {
    name: 'unreachable for others, at the cap',
    silence: { ...silenceWith('unreachable'), phi: 1, silentMs: UNREACHABLE_DEAD_MAX_MS },
    want: 'dead',
  },
  {
    name: 'unseen by peers, at the floor',
    silence: { ...silenceWith('unknown'), phi: 8, silentMs: limits.deadAfterMs },
    want: 'dead',
  },
  {
    name: 'unseen by peers, irregular',
    silence: { ...silenceWith('unknown'), phi: 7.9, silentMs: limits.deadAfterMs },
    want: 'suspect',
  },
  {
    name: 'unseen by peers, at the cap',
    silence: { ...silenceWith('unknown'), phi: 1, silentMs: DEAD_MAX_MS },
    want: 'dead',
  },
  {
    name: 'reachable for others',
    silence: { ...silenceWith('reachable'), phi: 99, silentMs: REACHABLE_DEAD_MS - 1 },
    want: 'suspect',
  },
  {
    name: 'reachable for others, for too long',
    silence: { ...silenceWith('reachable'), silentMs: REACHABLE_DEAD_MS },
    want: 'dead',
  },
  {
    name: 'of a process that has ended',
    silence: { ...silenceWith('reachable'), silentMs: 100, goneMs: GONE_DEAD_MS },
    want: 'dead',
  },
  {
    name: 'of a process that may dial again',
    silence: { ...silenceWith('reachable'), silentMs: 100, goneMs: GONE_DEAD_MS - 1 },
    want: 'alive',
  },
])('a silence that is $name: $want', ({ silence, want }) => expect(judgeSilence(silence)).toBe(want));

test.each([
  { name: 'three nodes', silencesMs: [9000, 9000, 9000], want: false },
  { name: 'half of them', silencesMs: [2500, 2500, 100, 100], want: false },
  { name: 'more than half', silencesMs: [2500, 2500, 2500, 100], want: true },
  {
    name: 'more than half, but long since',
    silencesMs: [15_000, 15_000, 15_000, 15_000, 2500, 100, 100, 100],
    want: false,
  },
])('silence of $name is a local fault: $want', ({ silencesMs, want }) => expect(isLocalFault(silencesMs)).toBe(want));

test('other machines’ reports count when fresh, from two machines, which report to the centre themselves', () => {
  const reports = new PeerReports();
  const here = new Set(['a', 'b', 'c']);
  const said = (nowMs = 1000) => reports.reachability('x', nowMs, (hostId) => here.has(hostId));
  expect(said()).toBe('unknown');
  reports.reported('a', 'x', 1, 1000);
  reports.reported('x', 'x', 0, 1000);
  expect(said()).toBe('unknown');
  reports.reported('b', 'x', 1, 1000);
  expect(said()).toBe('unreachable');
  reports.reported('c', 'x', 0.5, 1000);
  expect(said()).toBe('reachable');
  here.delete('c');
  expect(said()).toBe('unreachable');
  expect(said(3501)).toBe('unknown');
  reports.forget('x');
  expect(said()).toBe('unknown');
});

test('a machine’s reports, and those about it, are forgotten when its last node registers elsewhere', async () => {
  const world = await RoomWorld.start({ frankfurt: 2, paris: 1 });
  const { centre, clock } = world;
  const descriptionOf = (nodeId: string) => {
    const found = centre.fleet.get(nodeId)?.description;
    if (found === undefined) throw new Error(`${nodeId} is not there`);
    return found;
  };
  const comesTo = (nodeId: string, hostId: string) =>
    centre.register({ description: { ...descriptionOf(nodeId), hostId }, rooms: [], load: noLoad });
  comesTo('sfu-frankfurt-1', 'shared');
  comesTo('sfu-frankfurt-2', 'shared');
  const paris = descriptionOf('sfu-paris-1').hostId;
  centre.probed('sfu-frankfurt-1', [{ toHostId: paris, lossFast: 0 }]);
  centre.probed('sfu-paris-1', [{ toHostId: 'shared', lossFast: 0 }]);
  const words = () => ['shared', paris].map((hostId) => centre.peers.reachability(hostId, clock.nowMs(), () => true));
  comesTo('sfu-frankfurt-1', 'shared');
  comesTo('sfu-frankfurt-1', 'other');
  expect(words()).toEqual(['reachable', 'reachable']);
  comesTo('sfu-frankfurt-2', 'other');
  expect(words()).toEqual(['unknown', 'unknown']);
});

function fleetOf(count: number): Fleet {
  const fleet = new Fleet();
  for (let index = 0; index < count; index += 1) {
    const node = description({ nodeId: `n${index}`, hostId: `h${index}` });
    fleet.register({ description: node, rooms: [], load: noLoad }, 0);
  }
  return fleet;
}
const states = (fleet: Fleet) => fleet.list().map((node) => node.liveness);

test('a node whose process has ended is dead when it has not come back, and alive when it has', () => {
  const fleet = fleetOf(2);
  fleet.linkDown('n0', 0);
  fleet.linkDown('n1', 0);
  fleet.register({ description: description({ nodeId: 'n1', hostId: 'h1' }), rooms: [], load: noLoad }, 1000);
  expect(fleet.tick(GONE_DEAD_MS).died).toEqual(['n0']);
  expect(states(fleet)).toEqual(['dead', 'alive']);
});

test('when most are silent at once no node dies of it, until the silence has lasted too long', () => {
  const fleet = fleetOf(4);
  fleet.report('n0', report({ incarnation: 'i1' }), 5500);
  fleet.tick(6000);
  expect(states(fleet)).toEqual(['alive', 'suspect', 'suspect', 'suspect']);
  fleet.report('n0', report({ incarnation: 'i1' }), DEAD_MAX_MS);
  fleet.tick(DEAD_MAX_MS);
  expect(states(fleet)).toEqual(['alive', 'dead', 'dead', 'dead']);
});

test('time in which the centre did not run is no node’s silence', () => {
  const fleet = fleetOf(1);
  fleet.excuse(60_000, 60_000);
  fleet.tick(60_000 + limits.suspectAfterMs - 1);
  expect(states(fleet)).toEqual(['alive']);
  fleet.tick(60_000 + limits.deadAfterMs);
  expect(states(fleet)).toEqual(['dead']);
});

test('a stall voids the kernel’s earlier report: a node that had ended may run again and have called in vain', () => {
  const fleet = fleetOf(2);
  fleet.linkDown('n0', 0);
  fleet.excuse(15_000, 15_000);
  fleet.tick(15_000 + GONE_DEAD_MS);
  expect(states(fleet)).toEqual(['suspect', 'alive']);
});

test('a centre that stalls again and again still finds a death, and lets no node die that it hears', () => {
  const fleet = fleetOf(2);
  const lagMs = 1000;
  let diedAtMs: number | undefined;
  // The centre runs for two seconds and stalls for one, again and again.
  for (let nowMs = 0; nowMs < 60_000; nowMs += 3000) {
    for (let atMs = nowMs; atMs < nowMs + 2000; atMs += 250) {
      fleet.report('n1', report({ incarnation: 'i1' }), atMs);
      if (fleet.tick(atMs).died.length > 0) diedAtMs ??= atMs;
    }
    fleet.excuse(nowMs + 3000, lagMs);
  }
  expect(states(fleet)).toEqual(['dead', 'alive']);
  // Five seconds of its own running time from the first excuse on.
  expect(diedAtMs).toBeLessThan(3000 + 2 * limits.deadAfterMs);
});

test('after a stall no node dies before the centre has read the messages on its links', () => {
  const fleet = fleetOf(2);
  // The reports of both are lost between two stalls, beyond the longest silence: the second stall does not forgive all.
  fleet.excuse(2000, 2000);
  fleet.tick(6900);
  const wakesAtMs = 10_000;
  fleet.excuse(wakesAtMs, 2000);
  expect(wakesAtMs - 2000 - 2000).toBeGreaterThan(limits.deadAfterMs);
  expect(fleet.tick(wakesAtMs).died).toEqual([]);
  fleet.report('n1', report({ incarnation: 'i1' }), wakesAtMs + 1);
  expect(fleet.tick(wakesAtMs + 249).died).toEqual([]);
  expect(fleet.tick(wakesAtMs + 250).died).toEqual(['n0']);
  expect(states(fleet)).toEqual(['dead', 'alive']);
});

test('a node that others reach is not dead, a node that they do not reach dies sooner', () => {
  const fleet = fleetOf(2);
  fleet.tick(UNREACHABLE_DEAD_MAX_MS, (hostId) => (hostId === 'h0' ? 'unreachable' : 'reachable'));
  expect(states(fleet)).toEqual(['dead', 'alive']);
  fleet.tick(limits.deadAfterMs, () => 'reachable');
  expect(states(fleet)).toEqual(['dead', 'suspect']);
});

test('a second in which the centre did not run is counted, a pause just below it is not', async () => {
  const registry = createMetrics({ service: 'scheduler' });
  const { centre, clock } = await RoomWorld.start({ frankfurt: 1 }, { metrics: centreMetrics(registry) });
  const stalls = async () => /scheduler_stalls_total (\d+)/.exec(await registry.registry.metrics())?.[1];
  for (const [ms, want] of [
    [STALL_MS - 1, '0'],
    [STALL_MS, '1'],
    [250, '1'],
    [60_000, '2'],
  ] as const) {
    clock.advance(ms);
    centre.tick();
    expect(await stalls()).toBe(want);
  }
});
