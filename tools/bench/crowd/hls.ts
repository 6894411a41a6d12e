// Viewers by HLS: from an edge, and from plain nginx with the same files, in turns of one run; also from the gateway
// alone. The processor time of the server's process counts, which sends; what players cost does not. With an edge
// the gateway answers about each viewer every thirty seconds, which is counted too, in a second figure.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Metrics, percentile, type Say } from '../../support/case.ts';
import { treeCpuMs } from '../capacity/processor.ts';
import type { CrowdPart } from './part.ts';
import { Players } from './players.ts';
import { type Server, Show, servers } from './show.ts';

/** Viewers of an edge on a core, beside those of plain nginx. */
const edgeToNginxAim = 0.8;
const edgeAim = 5000;
/** Of the show's segments; its players ask as often. */
const TARGET_MS = 2000;
/** Players begin in the course of a target duration; a window is of those that go on. */
const SETTLE_MS = 2 * TARGET_MS;
/** In it an edge asks once about each of its viewers (`KEPT_S` of `gateway/src/http/edge.ts`). */
const WINDOW_S = 30;
/** BBR, which paces each connection by a timer on loopback, costs more than what is compared. */
const CONGESTION_FILE = '/proc/sys/net/ipv4/tcp_congestion_control';
/** A gateway has no more connections. */
const AT_GATEWAY_MAX = 1000;

interface Window {
  /** For whom a second of one core lasts one second. */
  readonly perCore: number;
  /** The same with what the gateway does for them, beside what it does for one. */
  readonly perCoreWithGateway: number;
  readonly mbps: number;
  readonly segmentsPerS: number;
  readonly errors: number;
  readonly starved: number;
}

export const hlsCrowd: CrowdPart = {
  summary: 'viewers by HLS',
  run: async (options, say) => {
    const { viewers = 1000, seconds = WINDOW_S, turns = 2 } = options;
    const rows = await measured({ viewers, seconds, turns }, say);
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    for (const server of servers) metrics[server] = figuresOf(rows[server]);
    const ratios = (figure: 'perCore' | 'perCoreWithGateway') =>
      rows.edge.map((row, turn) => row[figure] / (rows.nginx[turn]?.perCore ?? Number.NaN));
    const spread = (values: readonly number[]): Metrics => ({
      p50: percentile(values, 0.5),
      min: Math.min(...values),
      max: Math.max(...values),
    });
    metrics['edgeToNginx'] = spread(ratios('perCore'));
    metrics['edgeWithGatewayToNginx'] = spread(ratios('perCoreWithGateway'));
    const toNginx = percentile(ratios('perCore'), 0.5);
    if (!(toNginx >= edgeToNginxAim)) missed.push(`${toNginx.toFixed(2)} of nginx's viewers, aim ${edgeToNginxAim}`);
    const perCore = percentile(
      rows.edge.map((row) => row.perCore),
      0.5,
    );
    if (!(perCore >= edgeAim)) missed.push(`${perCore.toFixed(0)} viewers of an edge a core, aim ${edgeAim}`);
    for (const server of servers) {
      const bad = rows[server].reduce((sum, { errors, starved }) => sum + errors + starved, 0);
      if (bad > 0) missed.push(`${server}: ${bad} errors and players without media`);
    }
    const congestionControl = readFileSync(CONGESTION_FILE, 'utf8').trim();
    return { params: { viewers, seconds, turns, targetMs: TARGET_MS, congestionControl }, metrics, missed };
  },
};

function figuresOf(rows: readonly Window[]): Metrics {
  const of = (figure: keyof Window): number =>
    percentile(
      rows.map((row) => row[figure]),
      0.5,
    );
  return {
    viewersPerCore: of('perCore'),
    viewersPerCoreWithGateway: of('perCoreWithGateway'),
    mbps: of('mbps'),
    segmentsPerS: of('segmentsPerS'),
    errors: of('errors'),
    starved: of('starved'),
  };
}

interface Rig {
  readonly show: Show;
  readonly players: Players;
  readonly seconds: number;
}

async function measured(
  o: { readonly viewers: number; readonly seconds: number; readonly turns: number },
  say: Say,
): Promise<Record<Server, Window[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-players-'));
  const show = await Show.open(2 * o.viewers + 64);
  try {
    const players = await Players.start(folder);
    const rig = { show, players, seconds: o.seconds };
    const countAt = (server: Server): number =>
      server === 'gateway' ? Math.min(o.viewers, AT_GATEWAY_MAX) : o.viewers;
    const rows: Record<Server, Window[]> = { nginx: [], edge: [], gateway: [] };
    for (const server of servers) await windowOf(rig, server, countAt(server), 0); // all are up, and code is compiled
    const alone = await windowOf(rig, 'edge', 1, 0);
    for (let turn = 0; turn < o.turns; turn += 1) {
      for (const server of servers) {
        const row = await windowOf(rig, server, countAt(server), alone.gatewayCores);
        rows[server].push(row);
        say(
          `turn ${turn + 1}, ${server}: ${row.perCore.toFixed(0)} viewers a core, ${row.mbps.toFixed(2)} Mbit/s each`,
        );
      }
    }
    players.end();
    return rows;
  } finally {
    await show.close();
    rmSync(folder, { recursive: true });
  }
}

/** `gatewayCores`: what the gateway takes with one viewer at the edge. */
async function windowOf(
  { show, players, seconds }: Rig,
  server: Server,
  viewers: number,
  gatewayCores: number,
): Promise<Window & { readonly gatewayCores: number }> {
  const { base, pid } = show.places[server];
  const gatewayPid = show.places.gateway.pid;
  await players.open(base, viewers, TARGET_MS);
  await delay(SETTLE_MS);
  const now = async () => ({
    played: await players.count(),
    atMs: performance.now(),
    cpuMs: treeCpuMs(pid),
    gatewayCpuMs: treeCpuMs(gatewayPid),
  });
  const from = await now();
  await delay(seconds * 1000);
  const to = await now();
  await players.close();
  const elapsedMs = to.atMs - from.atMs;
  const cores = (to.cpuMs - from.cpuMs) / elapsedMs;
  const atGateway = (to.gatewayCpuMs - from.gatewayCpuMs) / elapsedMs;
  const further = server === 'edge' ? Math.max(0, atGateway - gatewayCores) : 0;
  return {
    perCore: viewers / cores,
    perCoreWithGateway: viewers / (cores + further),
    mbps: ((to.played.bytes - from.played.bytes) * 8) / 1e3 / elapsedMs / viewers,
    segmentsPerS: ((to.played.segments - from.played.segments) * 1000) / elapsedMs,
    errors: to.played.errors - from.played.errors,
    starved: to.played.starved,
    gatewayCores: atGateway,
  };
}
