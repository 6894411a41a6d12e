// Media nodes and edge probes of the fed world: real certificates and links to the centre; load and measurements are
// made up of the simulator's delays.
import { note, post, type wire } from '@meridian/protocol';
import { type Credentials, type Identity, type Rng, systemClock, type Timer } from '@meridian/runtime';
import type { CentreAddress } from '../../../scheduler/test/service/support/centre.ts';
import { enrolNode, FakeNode } from '../../../scheduler/test/service/support/fake-node.ts';
import { pairOf } from './sessions.ts';
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
  readonly #centre: CentreAddress;
  readonly #world: FedWorld;
  readonly #state: MediaState;
  #node: FakeNode;
  #starts = 1;
  #timer: Timer;

  private constructor(o: MediaOptions, state: MediaState, node: FakeNode) {
    this.host = o.host;
    this.#centre = o.centre;
    this.#world = o.world;
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
    const o = { centre: this.#centre, world: this.#world, host: this.host };
    this.#node = await startMedia(o, this.#state, this.#starts);
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

async function startMedia({ centre, world, host }: MediaOptions, state: MediaState, start: number): Promise<FakeNode> {
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
  return FakeNode.start(centre, { id: nodeId, incarnation, plansMax: 1, ...at, describe, wallMs }, credentials);
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
  /** Loss by pair of sites. */
  readonly planted: ReadonlyMap<string, number>;
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
    const node = await FakeNode.start(centre, { id, kind: 'edge-probe', plansMax: 1, ...at }, credentials);
    const measure = (): void => {
      if (node.link !== undefined) post(node.link, note.probeReport, { samples: samplesOf(o) });
    };
    measure();
    return new ProbeDouble(node, clock.every(PROBE_EVERY_MS, measure));
  }

  close(): void {
    this.#timer.cancel();
    this.#node.close();
  }
}

/** What a host says of its links now. */
export function samplesOf(o: {
  world: Pick<FedWorld, 'hosts' | 'cities' | 'hostRttMs'>;
  index: number;
  rng: Rng;
  planted: ReadonlyMap<string, number>;
  silent?: ReadonlySet<number>;
}) {
  const { world, index, rng, planted, silent } = o;
  const siteOf = (host: FedHost | undefined): string => {
    const city = world.cities[host?.city ?? -1];
    return `${city?.region}/${city?.name}`;
  };
  const own = siteOf(world.hosts[index]);
  return world.hosts.flatMap((host, to) => {
    if (to === index) return [];
    const loss = silent?.has(to) === true ? 1 : (planted.get(pairOf(own, siteOf(host))) ?? 0);
    const rttMs = world.hostRttMs(index, to) * (1 + 0.02 * rng.next());
    return [{ toHostId: host.hostId, rttMs, jitterMs: rng.next(), lossFast: loss, lossSlow: loss, slowProbes: 150 }];
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
