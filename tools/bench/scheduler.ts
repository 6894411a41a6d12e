// How fast the centre decides. In process: the whole of `Centre.place` (locate, believe, propose, decide, charge,
// lease, log, copy in memory) on 120 hosts, beside a bare loop over a shortlist of the same size in the same run.
// Through the network: a centre as a process of its own, asked by signaling nodes over real links, per second of its
// processor time. Latency is of one decision made alone, in process.
import { performance } from 'node:perf_hooks';
import { digestOf, newId, routerConstant } from '@meridian/protocol';
import { createLogger, createMetrics, secureRng, systemClock } from '@meridian/runtime';
import { centreMetrics } from '../../scheduler/src/base/metrics.ts';
import { Centre } from '../../scheduler/src/centre/centre.ts';
import { Copy } from '../../scheduler/src/copying/copy.ts';
import type { Store } from '../../scheduler/src/copying/store.ts';
import { noLoad } from '../../scheduler/src/fleet/core/node.ts';
import type { Place } from '../../scheduler/src/locating/geo.ts';
import { Locator } from '../../scheduler/src/locating/locate.ts';
import { type LabCase, percentile, type Say } from '../support/case.ts';
import { networkDecisions } from './scheduler/network.ts';

const aims = { decisionsPerSecond: 200_000, networkDecisionsPerSecond: 20_000, decisionUsP50: 20, decisionUsP99: 200 };
const hosts = 120;
const cities = 40;
const rooms = 4000;
const roomSize = 5;
const warmUpDecisions = 40_000;
const aloneDecisions = 5_000;
const atOnce = 64;
const signalingId = 'sig-bench';
const reportEveryMs = 1000;
const load = { ...noLoad, cpu: 0.2 };

export const schedulerBench: LabCase = {
  name: 'scheduler',
  summary: 'decisions of the centre per second and core, in process and over links, and the latency of one',
  configure: (command) =>
    void command.option('--seconds <n>', 'of each measurement', Number, 4).option('--no-network', 'in process only'),
  run: async (options, say) => {
    const seconds = Number(options['seconds']);
    const inProcess = await decisionsInProcess(seconds, say);
    const bare = bareLoop(seconds);
    say(`a bare loop over eight hosts: ${Math.round(bare)} a second`);
    const network = options['network'] === false ? undefined : await networkDecisions(seconds, say);
    const metrics = {
      decisionsPerSecond: inProcess.perSecond,
      bareLoopPerSecond: bare,
      bareLoopRatio: bare / inProcess.perSecond,
      decisionUsP50: inProcess.usP50,
      decisionUsP99: inProcess.usP99,
      ...(network === undefined
        ? {}
        : { networkDecisionsPerSecond: network.perCpuSecond, networkPerSecond: network.perSecond }),
    };
    const missed: string[] = [];
    if (metrics.decisionsPerSecond < aims.decisionsPerSecond)
      missed.push(
        `${Math.round(metrics.decisionsPerSecond)} decisions a second in process, aim ${aims.decisionsPerSecond}`,
      );
    if (network !== undefined && network.perCpuSecond < aims.networkDecisionsPerSecond)
      missed.push(
        `${Math.round(network.perCpuSecond)} decisions per processor second over links, aim ${aims.networkDecisionsPerSecond}`,
      );
    if (metrics.decisionUsP50 > aims.decisionUsP50)
      missed.push(`p50 ${metrics.decisionUsP50.toFixed(1)} µs, aim ${aims.decisionUsP50}`);
    if (metrics.decisionUsP99 > aims.decisionUsP99)
      missed.push(`p99 ${metrics.decisionUsP99.toFixed(1)} µs, aim ${aims.decisionUsP99}`);
    return { params: { hosts, cities, rooms, roomSize, seconds }, metrics, missed };
  },
};

/** Places on a grid over the inhabited latitudes; no names, no data. */
function cityPoint(city: number): { latitude: number; longitude: number } {
  return { latitude: -35 + ((city * 37) % 95), longitude: -180 + ((city * 89) % 360) };
}

function makeCentre() {
  const entries = new Map<string, string>();
  const store: Store = {
    load: () => Promise.resolve([]),
    put: (key, value) => {
      entries.set(key, value);
      return Promise.resolve();
    },
    remove: (key) => {
      entries.delete(key);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const log = createLogger({ name: 'bench', level: 'warn' });
  const clock = systemClock();
  const metrics = centreMetrics(createMetrics({ service: 'bench' }));
  const copy = new Copy({ store, clock, log, onFailure: () => undefined });
  const geo = { locate: placeOf };
  const centre = new Centre({
    clock,
    rng: secureRng(),
    log,
    metrics,
    copy,
    locator: new Locator({ geo, developmentCities: false }),
  });
  for (let host = 0; host < hosts; host += 1) {
    centre.register({ description: describe(`n${host}`, 'sfu', host % cities), rooms: [], load });
  }
  centre.register({ description: describe(signalingId, 'signaling', 0), rooms: [], load });
  return centre;
}

/** Nodes report every second, as they do. They name no session, so charges count until they are released. */
function reportAll(centre: Centre): void {
  for (let host = 0; host < hosts; host += 1) {
    const report = {
      incarnation: 'bench',
      load,
      sessionCount: 0,
      sessionHash: digestOf([]),
      roomsChanged: [],
      roomsGone: [],
      state: 'serving',
    };
    centre.report(`n${host}`, report, []);
  }
}

function placeOf(ip: string): Place {
  const city = Number(ip.split('.')[1] ?? 0) % cities;
  const point = cityPoint(city);
  return {
    latitude: point.latitude + 1,
    longitude: point.longitude,
    radiusKm: 20,
    source: 'dbip-city',
    label: `city ${city}`,
    countryCode: 'XX',
  };
}

function describe(nodeId: string, kind: string, city: number) {
  return {
    nodeId,
    kind,
    region: `r${city % 8}`,
    city: `c${city}`,
    hostId: `h-${nodeId}`,
    ...cityPoint(city),
    addresses: [],
    capacity: { sessions: 4000, consumers: 0, bandwidthBps: 0, cpuCores: 1 },
    versions: { software: 'bench', protocol: 1, router: routerConstant.version },
    incarnation: 'bench',
    publicUrl: '',
  };
}

function asks(count: number) {
  const rng = secureRng();
  return Array.from({ length: count }, (_, index) => ({
    roomKey: `bench/room${Math.floor(index / roomSize) % rooms}`,
    sessionId: newId('PA_', (length) => rng.bytes(length)),
    clientIp: `8.${rng.int(250)}.${rng.int(250)}.${1 + rng.int(250)}`,
    fromCity: '',
    avoidNodeIds: [],
    regionPin: '',
  }));
}

async function decisionsInProcess(seconds: number, say: Say) {
  const requests = asks(rooms * roomSize);
  const centre = makeCentre();
  // A steady state: each new session takes the place of one that came half a round ago.
  const placed = new Array<string>(requests.length / 2).fill('');
  let [next, made] = [0, 0];
  let reportedMs = Number.NEGATIVE_INFINITY;
  const one = async (): Promise<void> => {
    const ask = requests[next % requests.length];
    if (ask === undefined) throw new Error('there are requests');
    const seat = next % placed.length;
    next += 1;
    if (next % 64 === 0 && performance.now() - reportedMs > reportEveryMs) {
      reportedMs = performance.now();
      reportAll(centre);
    }
    const before = placed[seat] ?? '';
    if (before !== '') centre.placing.release(before, signalingId);
    const answer = await centre.place(ask, signalingId);
    if (!answer.record.decision.ok) throw new Error(answer.record.decision.code);
    placed[seat] = answer.record.decisionId;
    made += 1;
  };
  // As requests arrive: many at once, answered when each is written; timers and links have their turn between.
  const many = async (): Promise<void> => {
    const batch: Promise<void>[] = [];
    for (let index = 0; index < atOnce; index += 1) batch.push(one());
    await Promise.all(batch);
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (let index = 0; index < warmUpDecisions; index += atOnce) await many();
  const us: number[] = [];
  for (let index = 0; index < aloneDecisions; index += 1) {
    const startMs = performance.now();
    await one();
    us.push((performance.now() - startMs) * 1000);
  }
  made = 0;
  const cpu = process.cpuUsage();
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) await many();
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = made / ((user + system) / 1e6);
  centre.routing.close();
  const [usP50, usP99] = [percentile(us, 0.5), percentile(us, 0.99)];
  say(
    `in process: ${Math.round(perSecond)} decisions per processor second; alone p50 ${usP50.toFixed(1)} µs, p99 ${usP99.toFixed(1)} µs`,
  );
  return { perSecond, usP50, usP99 };
}

/** The least that a decision could be: the nearest of eight and power of two choices, on arrays, nothing kept. */
function bareLoop(seconds: number): number {
  const rttMs = Float64Array.from({ length: 8 * 1024 }, (_, index) => (index * 7919) % 97);
  const used = new Float64Array(8 * 1024);
  let [made, sum] = [0, 0];
  const cpu = process.cpuUsage();
  const endMs = performance.now() + (seconds * 1000) / 4;
  while (performance.now() < endMs) {
    for (let round = 0; round < 4096; round += 1) {
      const base = (round & 1023) * 8;
      let nearest = Number.POSITIVE_INFINITY;
      for (let host = 0; host < 8; host += 1) nearest = Math.min(nearest, rttMs[base + host] as number);
      let [first, second] = [-1, -1];
      for (let host = 0; host < 8; host += 1) {
        if ((rttMs[base + host] as number) > nearest + 8) continue;
        second = first;
        first = base + host;
      }
      const taken = second >= 0 && (used[second] as number) < (used[first] as number) ? second : first;
      used[taken] = (used[taken] as number) + 1;
      sum += taken;
      made += 1;
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  if (sum < 0) throw new Error('the loop was not left out');
  return made / ((user + system) / 1e6);
}
