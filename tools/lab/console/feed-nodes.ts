// Media nodes and edge probes of the fed world: real certificates and links to the centre; load and measurements are
// made up of the simulator's delays.
import { note, onNote, post, type wire } from '@meridian/protocol';
import { type Credentials, type Identity, type Link, type Rng, systemClock, type Timer } from '@meridian/runtime';
import { FAST_MS, periodsMs, RouteView, SLOW_MS } from '../../../edge-probe/src/core/index.ts';
import type { CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { enrolNode, FakeNode } from '../../../scheduler/test/service/support/fake-node.ts';
import type { FedPaths } from './fed-paths.ts';
import type { FedHost, FedWorld } from './world.ts';

const clock = systemClock();
/** Real probes report every 0.5 s, these share one process: figures fade from 15 s on. */
const PROBE_EVERY_MS = 2000;
const LOAD_EVERY_MS = 1000;
/** Certificates take a busy machine some 0.1 s each, and the centre waits 5 s for a request. */
const ENROLLING_AT_ONCE = 8;
const ENROL_TRIES = 4;
const BPS_PER_SESSION = 1_500_000;

const DISK_BYTES = 500e9;
/** Of a node that is well, and of one whose disk is planted to be full. */
const USED_SHARE = { usual: 0.4, full: 0.98 } as const;
/** As real media nodes say, the same for all. */
const usualConfig: Readonly<Record<string, string>> = {
  closeLimitMs: '10000',
  downlinkControl: 'true',
  drainLimitMs: '120000',
  linkBudgetBps: '1000000000',
  logLevel: '"info"',
};

/** What is wrong with a node, from now on; what is not named stays as it is. */
export interface NodePlant {
  readonly nodeId: string;
  /** Its disk: full, or as usual. */
  readonly disk?: keyof typeof USED_SHARE;
  /** Values of its configuration by key, JSON, over the usual ones; it registers anew with them. {}: as usual. */
  readonly config?: Readonly<Record<string, string>>;
  /** Of its wall clock from the true one; 0 heals it. */
  readonly clockOffsetMs?: number;
}

export interface HeldRoom {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly decisionId: string;
}

export class MediaDouble {
  readonly host: FedHost;
  readonly #o: MediaOptions;
  readonly #state: MediaState;
  #node: FakeNode;
  #starts = 1;
  #timer: Timer;

  private constructor(o: MediaOptions, state: MediaState, node: FakeNode) {
    this.host = o.host;
    this.#o = o;
    this.#state = state;
    this.#node = node;
    this.#loaded();
    this.#timer = clock.every(LOAD_EVERY_MS, () => this.#loaded());
  }

  static async start(o: MediaOptions): Promise<MediaDouble> {
    const state: MediaState = { disk: 'usual', describe: { config: configOf({}) }, clockOffsetMs: 0 };
    return new MediaDouble(o, state, await startMedia(o, state, 1));
  }

  get isAlive(): boolean {
    return this.#node.link !== undefined;
  }

  attach(held: HeldRoom & { readonly ownerId: string; readonly epoch: number }): void {
    this.#node.attach(held);
  }

  detach(held: Pick<HeldRoom, 'roomKey' | 'sessionId'>): void {
    this.#node.detach(held);
  }

  /** As kill -9: its links end and nothing more comes. */
  kill(): void {
    this.#timer.cancel();
    this.#node.close();
  }

  /** Another process of the same node, with nothing in it. */
  async revive(): Promise<void> {
    this.#starts += 1;
    this.#node = await startMedia(this.#o, this.#state, this.#starts);
    this.#loaded();
    this.#timer = clock.every(LOAD_EVERY_MS, () => this.#loaded());
  }

  /** The centre hears it with the next report; a configuration when this resolves. */
  async plant({ disk, config, clockOffsetMs }: Omit<NodePlant, 'nodeId'>): Promise<void> {
    const state = this.#state;
    state.disk = disk ?? state.disk;
    state.clockOffsetMs = clockOffsetMs ?? state.clockOffsetMs;
    this.#loaded();
    if (config === undefined) return;
    state.describe.config = configOf(config);
    if (this.isAlive) await this.#node.agent.register();
  }

  #loaded(): void {
    const sessions = this.#node.sessionIds().length;
    const share = sessions / this.host.sessionsMax;
    this.#node.load = {
      cpu: 0.05 + 0.7 * Math.min(1, share),
      txBps: sessions * BPS_PER_SESSION,
      rxBps: (sessions * BPS_PER_SESSION) / 2,
      producers: sessions,
      consumers: sessions * 4,
      loopLagMsP99: 2 + 10 * share,
      rssBytes: 150e6 + sessions * 200_000,
      diskBytes: DISK_BYTES,
      diskFreeBytes: DISK_BYTES * (1 - USED_SHARE[this.#state.disk]),
    };
  }
}

interface MediaOptions {
  readonly centre: CentreAddress;
  readonly world: FedWorld;
  readonly host: FedHost;
  /** The centre says by which paths its host reaches others. */
  onRoutes(routes: wire.Routes): void;
}

/** Of a node, beyond its processes. */
interface MediaState {
  disk: keyof typeof USED_SHARE;
  /** Read at each registration. */
  readonly describe: Partial<wire.NodeDescription.$Properties>;
  clockOffsetMs: number;
}

const configOf = (planted: Readonly<Record<string, string>>): wire.ConfigValue.$Properties[] =>
  Object.entries({ ...usualConfig, ...planted }).map(([key, value]) => ({ key, value }));

async function startMedia(o: MediaOptions, state: MediaState, start: number): Promise<FakeNode> {
  const { centre, world, host } = o;
  const { nodeId, hostId, latitude, longitude, sessionsMax } = host;
  const city = world.cities[host.city];
  if (city === undefined) throw new Error('a host stands in a city');
  const addresses = [
    { purpose: 'pipe', protocol: 'udp', ip: '127.0.0.1', port: 7920 },
    { purpose: 'path', protocol: 'udp', ip: '127.0.0.1', port: 7940 },
  ];
  const capacity = {
    sessions: sessionsMax,
    cpuCores: 16,
    bandwidthBps: sessionsMax * 4 * BPS_PER_SESSION,
    consumers: 0,
  };
  const { region } = city;
  const at = { hostId, latitude, longitude, region, city: city.name };
  const credentials = await enrolled(centre, { id: nodeId, kind: 'sfu', region });
  const incarnation = `start-${start}`;
  const describe = Object.assign(state.describe, { addresses, capacity });
  const wallMs = (): number => clock.wallMs() + state.clockOffsetMs;
  const options = { id: nodeId, incarnation, plansMax: 1, ...at, describe, wallMs };
  return FakeNode.start(centre, options, credentials, (link) => onNote(link, note.routes, (rows) => o.onRoutes(rows)));
}

/** A certificate; asked for again where a busy machine took too long. */
export async function enrolled(centre: CentreAddress, identity: Identity): Promise<Credentials> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await enrolNode(centre, identity);
    } catch (error) {
      if (attempt === ENROL_TRIES) throw error;
    }
  }
}

export interface ProbeOptions {
  readonly centre: CentreAddress;
  readonly world: FedWorld;
  /** Of its host. */
  readonly index: number;
  readonly rng: Rng;
  readonly paths: Pick<FedPaths, 'linkLoss'>;
  /** Hosts that answer nothing. */
  readonly silent: ReadonlySet<number>;
  /** Of its process. */
  readonly incarnation?: string;
}

/** Measures the links of its host to all others. */
export class ProbeDouble {
  readonly #node: FakeNode;
  readonly #timer: Timer;

  private constructor(node: FakeNode, timer: Timer) {
    this.#node = node;
    this.#timer = timer;
  }

  /** Resolves when the centre has it. */
  static async start(o: ProbeOptions): Promise<ProbeDouble> {
    const { centre, world, index } = o;
    const host = world.hosts[index];
    const city = world.cities[host?.city ?? -1];
    if (host === undefined || city === undefined) throw new Error('a host stands in a city');
    const id = `probe-${host.hostId.slice('host-'.length)}`;
    const { hostId, latitude, longitude } = host;
    const { incarnation = 'start-1' } = o;
    const at = { hostId, latitude, longitude, region: city.region, city: city.name, incarnation };
    const credentials = await enrolled(centre, { id, kind: 'edge-probe', region: city.region });
    const routes = new RouteView();
    const onLink = (link: Link): void => onNote(link, note.routes, (rows) => void routes.apply(readRoutes(rows)));
    const node = await FakeNode.start(centre, { id, kind: 'edge-probe', plansMax: 1, ...at }, credentials, onLink);
    const measure = (): void => {
      if (node.link === undefined) return;
      const samples = samplesOf({ ...o, nowMs: clock.nowMs(), slowProbesTo: slowProbesBy(routes) });
      post(node.link, note.probeReport, { samples });
    };
    measure();
    return new ProbeDouble(node, clock.every(PROBE_EVERY_MS, measure));
  }

  close(): void {
    this.#timer.cancel();
    this.#node.close();
  }
}

const readRoutes = ({ version, since, rows }: wire.Routes): Parameters<RouteView['apply']>[0] => ({
  version,
  since,
  rows: rows.map(({ toHostId, pairKey, inUse }) => ({
    toHostId: toHostId ?? '',
    key: pairKey ?? new Uint8Array(0),
    isInUse: inUse ?? false,
  })),
});

/** Probes of its slow window, by host: as often as real probes send them where media runs, and elsewhere. */
function slowProbesBy({ hosts }: Pick<RouteView, 'hosts'>): (hostId: string) => number {
  const used = [...hosts.values()].filter(({ isInUse }) => isInUse).length;
  const periods = periodsMs({ used, others: hosts.size - used });
  return (hostId) => Math.round(SLOW_MS / (hosts.get(hostId)?.isInUse === true ? periods.used : periods.others));
}

/** What a host says of its links now: the means of the windows of real probes, which wander about them by chance. */
export function samplesOf(o: {
  world: Pick<FedWorld, 'hosts' | 'hostRttMs'>;
  index: number;
  rng: Rng;
  paths: Pick<FedPaths, 'linkLoss'>;
  nowMs: number;
  slowProbesTo(hostId: string): number;
  silent?: ReadonlySet<number>;
}) {
  const { world, index, rng, paths, nowMs, slowProbesTo, silent } = o;
  return world.hosts.flatMap(({ hostId }, to) => {
    if (to === index) return [];
    const lossOver = (windowMs: number): number =>
      silent?.has(to) === true ? 1 : paths.linkLoss(index, to, nowMs - windowMs, nowMs);
    const rttMs = world.hostRttMs(index, to) * (1 + 0.02 * rng.next());
    const loss = { lossFast: lossOver(FAST_MS), lossSlow: lossOver(SLOW_MS), slowProbes: slowProbesTo(hostId) };
    return [{ toHostId: hostId, rttMs, jitterMs: rng.next(), ...loss }];
  });
}

/** Does something for each, so many at once. */
export async function inLanes<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
  lanes = ENROLLING_AT_ONCE,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
