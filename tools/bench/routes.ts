// How long the centre takes to plan all routes of a fleet after a batch of reports: costs, best and second paths,
// choice, rows. In one process, no links: what is measured is the planner itself, by the clock and by this thread's use
// of the processor (a busy machine shows in the first). The fleet is made up and seeded; every batch carries the
// reports that 200 ms bring.

import { seededRng } from '@meridian/runtime';
import { type LinkReport, type PlannerHost, RoutePlanner, RowStore } from '@meridian/scheduler/core';
import { countOption, type LabCase, percentile } from '../support/case.ts';

const replanAimMs = 10;
const SITES = 40;
/** Reports of one host come every half second: of a batch of 200 ms, two hosts in five. */
const REPORTERS_SHARE = 0.4;
const BATCH_MS = 200;

export const routesBench: LabCase = {
  name: 'routes',
  summary: 'time to plan all routes of a fleet after one batch of probe reports, and to apply the reports',
  configure: (command) =>
    void command
      .option('--hosts <n>', 'hosts, three to a city', countOption, 120)
      .option('--batches <n>', 'batches of reports', countOption, 200)
      .option('--seed <text>', 'of delays and losses', 'routes'),
  run: async (options, say) => {
    const [hosts, batches, seed] = [Number(options['hosts']), Number(options['batches']), String(options['seed'])];
    const times = planMany(hosts, batches, seed, say);
    const replanMs = { p50: percentile(times.replanMs, 0.5), p99: percentile(times.replanMs, 0.99) };
    const replanCpuMs = { p50: percentile(times.replanCpuMs, 0.5), p99: percentile(times.replanCpuMs, 0.99) };
    const applyMs = { p50: percentile(times.applyMs, 0.5), p99: percentile(times.applyMs, 0.99) };
    const rowsMs = { p50: percentile(times.rowsMs, 0.5), p99: percentile(times.rowsMs, 0.99) };
    const { changes, relayedShare } = times;
    const missed =
      replanMs.p99 <= replanAimMs ? [] : [`full re-plan p99 ${replanMs.p99.toFixed(1)} ms, aim ${replanAimMs} ms`];
    return {
      params: { hosts, batches, seed },
      metrics: { replanMs, replanCpuMs, applyMs, rowsMs, routeChanges: changes, relayedShare },
      missed,
    };
  },
};

/** Times of each batch: taking its reports in, planning, and finding out what hosts have to learn. */
function planMany(count: number, batches: number, seed: string, say: (line: string) => void) {
  const rng = seededRng(seed);
  const hosts = Array.from({ length: count }, (_, index): PlannerHost => {
    const site = index % Math.min(SITES, count);
    // A golden spiral over the globe: sites far from one another, and no two alike.
    const latitude = (Math.asin(1 - (2 * (site + 0.5)) / SITES) * 180) / Math.PI;
    const longitude = ((site * 137.507_764) % 360) - 180;
    return { hostId: `host-${String(index).padStart(3, '0')}`, latitude, longitude, site: `${site}`, relayMs: 1 };
  });
  const planner = new RoutePlanner({ checksLight: true });
  planner.setHosts(hosts);
  planner.replan(0);
  // Internet delays break the triangle: each pair's own stretch over its guess, 1 … 2.5.
  const rttMs = new Map<string, number>();
  for (const a of hosts) {
    for (const b of hosts) {
      if (a === b) continue;
      const key = [a.hostId, b.hostId].sort().join(' ');
      if (!rttMs.has(key)) rttMs.set(key, 2 * planner.delayMs(a.hostId, b.hostId) * (1 + 1.5 * rng.next()));
    }
  }
  const rows = new RowStore();
  const isUsed = new Uint8Array(count * count);
  const times = {
    replanMs: [] as number[],
    replanCpuMs: [] as number[],
    applyMs: [] as number[],
    rowsMs: [] as number[],
    changes: 0,
    relayedShare: 0,
  };
  for (let batch = 1; batch <= batches; batch += 1) {
    const nowMs = batch * BATCH_MS;
    const reports = hosts
      .filter(() => batch === 1 || rng.next() < REPORTERS_SHARE)
      .flatMap((from) =>
        hosts.filter((to) => to !== from).map((to) => ({ from: from.hostId, report: reportOf(from, to) })),
      );
    const t0 = performance.now();
    for (const { from, report } of reports) planner.take(from, report, nowMs);
    const cpu = process.threadCpuUsage();
    const t1 = performance.now();
    times.changes += planner.replan(nowMs);
    const t2 = performance.now();
    const used = process.threadCpuUsage(cpu);
    rows.update(planner.routes, isUsed);
    const t3 = performance.now();
    times.applyMs.push(t1 - t0);
    times.replanMs.push(t2 - t1);
    times.replanCpuMs.push((used.user + used.system) / 1000);
    times.rowsMs.push(t3 - t2);
  }
  const relayed = planner.routes.primaryVia.filter((via) => via >= 0).length;
  times.relayedShare = relayed / Math.max(1, count * (count - 1));
  say(`${count} hosts, ${batches} batches`);
  return times;

  function reportOf(from: PlannerHost, to: PlannerHost): LinkReport {
    const base = rttMs.get([from.hostId, to.hostId].sort().join(' ')) ?? 1;
    const isJammed = rng.int(200) === 0;
    return {
      toHostId: to.hostId,
      rttMs: base * (1 + 0.02 * rng.next()) + (isJammed ? 100 : 0),
      onewayChangeMs: isJammed ? 100 : 0,
      jitterMs: rng.next(),
      lossFast: 0,
      lossSlow: rng.int(100) === 0 ? 0.02 : 0,
      slowProbes: 150,
      isSilent: false,
    };
  }
}
