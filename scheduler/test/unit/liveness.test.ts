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

test('phi is defined after some reports, and a pause counts as no gap between reports', () => {
  const arrivals = new Arrivals();
  for (let nowMs = 0; nowMs < 8000; nowMs += 1000) arrivals.noteReport(nowMs);
  expect(arrivals.phi(5000)).toBeUndefined();
  arrivals.noteReport(8000);
  const before = arrivals.phi(2000) ?? 0;
  expect(before).toBeGreaterThan(5);
  arrivals.pause();
  arrivals.noteReport(600_000);
  expect(arrivals.phi(2000)).toBe(before);
});

test('the same silence has a lower phi after irregular reports', () => {
  const [steady, irregular] = [new Arrivals(), new Arrivals()];
  for (let report = 0; report < 100; report += 1) {
    steady.noteReport(report * 1000);
    irregular.noteReport(report * 1000 + (report % 2) * 900);
  }
  expect(irregular.phi(3000)).toBeLessThan((steady.phi(3000) ?? 0) / 4);
});

const never = { phi: undefined, goneMs: undefined };
const silenceWith = (peers: Reachability) => ({ ...never, peers });
test.each([
  { name: 'short', silence: { ...silenceWith('unreachable'), silentMs: 1999 }, want: 'alive' },
  {
    name: 'late, without a pattern of reports',
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
    name: 'of a node that other machines do not reach, long by its pattern',
    silence: { ...silenceWith('unreachable'), phi: 8, silentMs: 2000 },
    want: 'dead',
  },
  {
    name: 'of a node that other machines do not reach, at the cap',
    silence: { ...silenceWith('unreachable'), phi: 1, silentMs: UNREACHABLE_DEAD_MAX_MS },
    want: 'dead',
  },
  {
    name: 'of a node that no machine reports on, at the floor',
    silence: { ...silenceWith('unknown'), phi: 8, silentMs: limits.deadAfterMs },
    want: 'dead',
  },
  {
    name: 'of a node that no machine reports on, with irregular reports',
    silence: { ...silenceWith('unknown'), phi: 7.9, silentMs: limits.deadAfterMs },
    want: 'suspect',
  },
  {
    name: 'of a node that no machine reports on, at the cap',
    silence: { ...silenceWith('unknown'), phi: 1, silentMs: DEAD_MAX_MS },
    want: 'dead',
  },
  {
    name: 'of a node that other machines reach',
    silence: { ...silenceWith('reachable'), phi: 99, silentMs: REACHABLE_DEAD_MS - 1 },
    want: 'suspect',
  },
  {
    name: 'of a node that other machines reach, for too long',
    silence: { ...silenceWith('reachable'), silentMs: REACHABLE_DEAD_MS },
    want: 'dead',
  },
  {
    name: 'of a process that has ended',
    silence: { ...silenceWith('reachable'), silentMs: 100, goneMs: GONE_DEAD_MS },
    want: 'dead',
  },
  {
    name: 'of a process that has ended and may still dial again',
    silence: { ...silenceWith('reachable'), silentMs: 100, goneMs: GONE_DEAD_MS - 1 },
    want: 'alive',
  },
])('the node of a silence that is $name is $want', ({ silence, want }) => expect(judgeSilence(silence)).toBe(want));

test.each([
  { name: 'three nodes', silencesMs: [9000, 9000, 9000], want: false },
  { name: 'half of them', silencesMs: [2500, 2500, 100, 100], want: false },
  { name: 'more than half', silencesMs: [2500, 2500, 2500, 100], want: true },
  {
    name: 'more than half, but for too long',
    silencesMs: [15_000, 15_000, 15_000, 15_000, 2500, 100, 100, 100],
    want: false,
  },
])('silence of $name is a local fault: $want', ({ silencesMs, want }) => expect(isLocalFault(silencesMs)).toBe(want));

test('other machines’ reports about a machine count when they are fresh, and from two machines that report to the centre themselves', () => {
  const reports = new PeerReports();
  const reportingHosts = new Set(['a', 'b', 'c']);
  const said = (nowMs = 1000) => reports.reachability('x', nowMs, (hostId) => reportingHosts.has(hostId));
  expect(said()).toBe('unknown');
  reports.reported('a', 'x', 1, 1000);
  reports.reported('x', 'x', 0, 1000);
  expect(said()).toBe('unknown');
  reports.reported('b', 'x', 1, 1000);
  expect(said()).toBe('unreachable');
  reports.reported('c', 'x', 0.5, 1000);
  expect(said()).toBe('reachable');
  reportingHosts.delete('c');
  expect(said()).toBe('unreachable');
  expect(said(3501)).toBe('unknown');
  reports.forget('x');
  expect(said()).toBe('unknown');
});

test('reports by a machine and about it are forgotten when its last node registers on another machine', async () => {
  const world = await RoomWorld.start({ frankfurt: 2, paris: 1 });
  const { centre, clock } = world;
  const descriptionOf = (nodeId: string) => {
    const found = centre.fleet.get(nodeId)?.description;
    if (found === undefined) throw new Error(`${nodeId} is not there`);
    return found;
  };
  const registersOn = (nodeId: string, hostId: string) =>
    centre.register({ description: { ...descriptionOf(nodeId), hostId }, rooms: [], load: noLoad });
  registersOn('sfu-frankfurt-1', 'shared');
  registersOn('sfu-frankfurt-2', 'shared');
  const paris = descriptionOf('sfu-paris-1').hostId;
  centre.probed('sfu-frankfurt-1', [{ toHostId: paris, lossFast: 0 }]);
  centre.probed('sfu-paris-1', [{ toHostId: 'shared', lossFast: 0 }]);
  const words = () => ['shared', paris].map((hostId) => centre.peers.reachability(hostId, clock.nowMs(), () => true));
  registersOn('sfu-frankfurt-1', 'shared');
  registersOn('sfu-frankfurt-1', 'other');
  expect(words()).toEqual(['reachable', 'reachable']);
  registersOn('sfu-frankfurt-2', 'other');
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

test('a node whose process has ended is dead when it does not come back in time, and alive when it does', () => {
  const fleet = fleetOf(2);
  fleet.linkDown('n0', 0);
  fleet.linkDown('n1', 0);
  fleet.register({ description: description({ nodeId: 'n1', hostId: 'h1' }), rooms: [], load: noLoad }, 1000);
  expect(fleet.tick(GONE_DEAD_MS).died).toEqual(['n0']);
  expect(states(fleet)).toEqual(['dead', 'alive']);
});

test('when most nodes are silent at once none dies, until the silence has lasted too long', () => {
  const fleet = fleetOf(4);
  fleet.report('n0', report({ incarnation: 'i1' }), 5500);
  fleet.tick(6000);
  expect(states(fleet)).toEqual(['alive', 'suspect', 'suspect', 'suspect']);
  fleet.report('n0', report({ incarnation: 'i1' }), DEAD_MAX_MS);
  fleet.tick(DEAD_MAX_MS);
  expect(states(fleet)).toEqual(['alive', 'dead', 'dead', 'dead']);
});

test('time in which the centre did not run counts as no node’s silence', () => {
  const fleet = fleetOf(1);
  fleet.excuse(60_000, 60_000);
  fleet.tick(60_000 + limits.suspectAfterMs - 1);
  expect(states(fleet)).toEqual(['alive']);
  fleet.tick(60_000 + limits.deadAfterMs);
  expect(states(fleet)).toEqual(['dead']);
});

test('a stall voids the kernel’s earlier report that a process ended: the node may run again and have called in vain', () => {
  const fleet = fleetOf(2);
  fleet.linkDown('n0', 0);
  fleet.excuse(15_000, 15_000);
  fleet.tick(15_000 + GONE_DEAD_MS);
  expect(states(fleet)).toEqual(['suspect', 'alive']);
});

test('a centre that stalls again and again still finds a death, and declares no node dead that reports', () => {
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
  // The death is found after five seconds of the centre's own running time, counted from the first excuse.
  expect(diedAtMs).toBeLessThan(3000 + 2 * limits.deadAfterMs);
});

test('after a stall no node dies before the centre has read the messages on its links', () => {
  const fleet = fleetOf(2);
  // The reports of both nodes are lost between two stalls, for longer than the longest silence; the second stall does
  // not forgive all of it.
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

test('a silent node that other machines reach is not dead, and one that they do not reach dies sooner', () => {
  const fleet = fleetOf(2);
  fleet.tick(UNREACHABLE_DEAD_MAX_MS, (hostId) => (hostId === 'h0' ? 'unreachable' : 'reachable'));
  expect(states(fleet)).toEqual(['dead', 'alive']);
  fleet.tick(limits.deadAfterMs, () => 'reachable');
  expect(states(fleet)).toEqual(['dead', 'suspect']);
});

test('a second in which the centre did not run is counted as a stall, and a pause just below a second is not', async () => {
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
