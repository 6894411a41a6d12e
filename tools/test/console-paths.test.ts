import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { LinkEstimator } from '../../edge-probe/src/core/index.ts';
import { type LinkReport, RoutePlanner, RowStore } from '../../scheduler/src/routing/core/links/index.ts';
import { FedPaths } from '../lab/console/fed-paths.ts';
import { samplesOf } from '../lab/console/feed-nodes.ts';
import { pairOf } from '../lab/console/sessions.ts';
import { makeFedWorld } from '../lab/console/world.ts';

const pairKey = new Uint8Array(32).fill(1);
const hosts = ['a', 'b', 'c'].map((name) => ({ hostId: `host-${name}`, site: `r/${name}` }));
const [a, b, c] = [0, 1, 2];
const row = (toHostId: string, primaryVia = '') => ({ toHostId, primaryVia, pairKey });

describe('paths of the fed world', () => {
  it('are direct until the centre says otherwise, and lose what their legs lose, in both directions', () => {
    const paths = new FedPaths(hosts);
    expect(paths.isPlanted).toBe(false);
    expect(paths.pathLoss(a, b, 0, 0)).toBe(0);
    paths.plant(pairOf('r/a', 'r/b'), 0.1, 0);
    paths.plant(pairOf('r/b', 'r/c'), 0.2, 0);
    expect([paths.pathLoss(a, b, 5, 5), paths.pathLoss(b, a, 5, 5), paths.pathLoss(a, c, 5, 5)]).toEqual([0.1, 0.1, 0]);
    paths.take(a, { since: 0, rows: [row('host-b'), row('host-c', 'host-b')] }, 10);
    expect(paths.pathLoss(a, c, 10, 10)).toBeCloseTo(1 - 0.9 * 0.8);
    expect(paths.pathLoss(c, a, 10, 10)).toBe(0);
  });

  it('change with the rows that come: those not named stay, unless it is all rows; a host that has left is direct', () => {
    const paths = new FedPaths(hosts);
    paths.plant(pairOf('r/a', 'r/b'), 0.1, 0);
    const lossAt = (atMs: number): number => paths.pathLoss(a, b, atMs, atMs);
    paths.take(a, { since: 0, rows: [row('host-b', 'host-c')] }, 1);
    paths.take(a, { since: 1, rows: [row('host-c')] }, 2);
    expect(lossAt(2)).toBe(0);
    paths.take(a, { since: 2, rows: [{ toHostId: 'host-b', pairKey: new Uint8Array() }] }, 3);
    expect(lossAt(3)).toBe(0.1);
    paths.take(a, { since: 3, rows: [row('host-b', 'host-c')] }, 4);
    paths.take(a, { since: 0, rows: [] }, 5);
    expect([lossAt(4), lossAt(5)]).toEqual([0, 0.1]);
    paths.take(a, { since: 5, rows: [row('host-b', 'host-z')] }, 6);
    expect(lossAt(6)).toBe(0.1);
  });

  it('lose over a window what they lost in each part of it', () => {
    const paths = new FedPaths(hosts);
    paths.plant('r/a r/b', 0.1, 4000);
    paths.take(a, { since: 0, rows: [row('host-b', 'host-c')] }, 9000);
    expect(paths.linkLoss(a, b, 0, 10_000)).toBeCloseTo(0.06);
    expect(paths.pathLoss(a, b, 0, 10_000)).toBeCloseTo(0.05);
    expect(paths.pathLoss(b, a, 0, 10_000)).toBeCloseTo(0.06);
    paths.plant('r/a r/b', 0, 20_000);
    expect(paths.linkLoss(a, b, 15_000, 45_000)).toBeCloseTo(0.1 / 6);
    // What is older than any window is forgotten, and what holds is not.
    for (const atMs of [200_000, 400_000, 600_000]) paths.plant('r/a r/b', atMs / 1e6, atMs);
    expect(paths.linkLoss(a, b, 540_000, 600_000)).toBeCloseTo(0.4);
    for (const atMs of [610_000, 620_000]) paths.plant('r/a r/b', atMs / 1e6, atMs);
    expect(paths.linkLoss(a, b, 600_000, 620_000)).toBeCloseTo((0.6 + 0.61) / 2);
  });
});

const world = makeFedWorld({ users: 600, nodes: 12, seed: 'test' });
const siteOf = (host: number): string => {
  const city = world.cities[world.hosts[host]?.city ?? -1];
  return `${city?.region}/${city?.name}`;
};
/** Paths are chosen freely for 10 s, and windows are full after 30 s. */
const PLANTED_MS = 40_000;
const slowProbesTo = () => 150;

/** Seconds until the centre's own planner has sent the pair around the loss, by reports every so often. */
function secondsToLeave(
  o: { reportMs: number; from: number; to: number },
  reportsOf: (host: number, nowMs: number, paths: FedPaths) => LinkReport[],
): { seconds: number; stillLost: number } {
  const paths = new FedPaths(world.hosts.map(({ hostId }, host) => ({ hostId, site: siteOf(host) })));
  const planner = new RoutePlanner({ checksLight: true });
  const rows = new RowStore();
  const used = new Uint8Array(world.hosts.length ** 2).fill(1);
  planner.setHosts(
    world.hosts.map((host, at) => ({
      hostId: host.hostId,
      latitude: host.latitude,
      longitude: host.longitude,
      site: siteOf(at),
      relayMs: 1,
    })),
  );
  let version = 0;
  for (let nowMs = 0; nowMs < PLANTED_MS + 60_000; nowMs += 100) {
    if (nowMs === PLANTED_MS) paths.plant(pairOf(siteOf(o.from), siteOf(o.to)), 0.1, nowMs);
    for (const [host, { hostId }] of world.hosts.entries())
      if ((nowMs + host * 100) % o.reportMs === 0)
        for (const report of reportsOf(host, nowMs, paths)) planner.take(hostId, report, nowMs);
    if (nowMs % 200 !== 0) continue;
    planner.replan(nowMs);
    rows.update(planner.routes, used);
    const news = rows.since(world.hosts[o.from]?.hostId ?? '', version);
    version = news.version;
    paths.take(o.from, { since: news.since, rows: news.rows.map((one) => row(one.toHostId, one.primaryVia)) }, nowMs);
    const isLeft = paths.pathLoss(o.from, o.to, nowMs, nowMs) === 0;
    if (nowMs === PLANTED_MS) expect(isLeft, 'the pair goes direct before').toBe(false);
    if (nowMs < PLANTED_MS || !isLeft) continue;
    return { seconds: (nowMs - PLANTED_MS) / 1000, stillLost: paths.linkLoss(o.from, o.to, nowMs, nowMs) };
  }
  return { seconds: Number.NaN, stillLost: Number.NaN };
}

describe('a lossy link', () => {
  const others = [...world.hosts.keys()].filter((host) => siteOf(host) !== siteOf(0));
  // The nearest, so that there is no shorter way than the direct one.
  const [to = 0] = others.sort((one, other) => world.hostRttMs(0, one) - world.hostRttMs(0, other));
  const pair = { from: 0, to };

  it('is left by the planner of the real centre, no sooner than by reports of real probes; its own loss stays', () => {
    const rng = seededRng('double');
    const report = (sample: ReturnType<typeof samplesOf>[number]): LinkReport =>
      Object.assign({ onewayChangeMs: 0, isSilent: false }, sample);
    const double = secondsToLeave({ reportMs: 2000, ...pair }, (index, nowMs, paths) =>
      samplesOf({ world, index, rng, paths, nowMs, slowProbesTo }).map(report),
    );
    const real = Array.from({ length: 5 }, (_, seed) => secondsToLeave({ reportMs: 500, ...pair }, realProbes(seed)));
    const seconds = real.map((one) => one.seconds).sort((x, y) => x - y);
    expect(double.stillLost).toBe(0.1);
    expect(real.every(({ stillLost }) => stillLost === 0.1)).toBe(true);
    // By chance real ones see it sooner or later than their mean.
    expect(double.seconds).toBeGreaterThan(seconds[2] ?? Number.NaN);
    expect(double.seconds).toBeLessThan(15);
  });

  /** The estimator of real edge probes with five probes a second, of which some are lost. */
  function realProbes(seed: number): (host: number, nowMs: number, paths: FedPaths) => LinkReport[] {
    const rng = seededRng(`real ${seed}`);
    const links = new Map<string, { estimator: LinkEstimator; seq: number; arrived: bigint; sentMs: number }>();
    return (from, nowMs, paths) =>
      world.hosts.flatMap(({ hostId }, to) => {
        if (from === to) return [];
        const key = `${from} ${to}`;
        const link = links.get(key) ?? { estimator: new LinkEstimator(), seq: 0, arrived: 0n, sentMs: 0 };
        links.set(key, link);
        const rttMs = world.hostRttMs(from, to);
        for (; link.sentMs + 200 + rttMs <= nowMs; link.sentMs += 200) {
          link.seq += 1;
          link.estimator.sent(link.seq, link.sentMs);
          const isLost = rng.next() < paths.linkLoss(from, to, link.sentMs, link.sentMs);
          link.arrived = ((link.arrived << 1n) | (isLost ? 0n : 1n)) & 0xffff_ffffn;
          if (isLost) continue;
          const receivedMs = link.sentMs + rttMs / 2;
          const answer = { seq: link.seq, receivedMs, answeredMs: receivedMs, arrivedHigh: link.seq };
          const heard = { arrived: link.arrived, span: Math.min(32, link.seq) };
          link.estimator.answered(Object.assign(heard, answer), link.sentMs + rttMs);
        }
        const estimate = link.estimator.estimate(nowMs);
        return estimate === undefined ? [] : [Object.assign({ toHostId: hostId, isSilent: false }, estimate)];
      });
  }
});
