// A cloud of the simulator's machines as alarms see it, look by look: load that follows the sun, noise, restarts; and
// faults that are planted in it.

import { type Rng, seededRng } from '@meridian/runtime';
import type { AlarmFacts } from '../../../api/src/alarms/core/rule.ts';
import type { FleetNode, HostLink } from '../../../api/src/console/core/fleet.ts';
import type { StrengthCounts } from '../../../api/src/console/core/world.ts';
import type { DialledRegion, DialStage, DialTally } from '../../../api/src/dial/core/facts.ts';
import type { JoinTally } from '../../../api/src/quality/core/joins.ts';
import type { SeenRoom } from '../../../api/src/wall/core/facts.ts';
import { LinkNoise, loadAt, normal, poisson, Wander } from './noise.ts';
import type { FedCity, FedWorld } from './world.ts';

export const LOOK_MS = 5000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOOKS_PER_DAY = DAY_MS / LOOK_MS;
const MIDNIGHT_MS = Date.UTC(2026, 0, 5);

/** What is wrong now; a subject that is not named is well. */
export interface Planted {
  readonly loss?: { readonly fromCity: number; readonly toCity: number; readonly share: number };
  readonly slowLink?: { readonly fromCity: number; readonly toCity: number; readonly rttMs: number };
  readonly deadNode?: string;
  readonly deadRegion?: string;
  readonly clock?: { readonly nodeId: string; readonly offsetMs: number };
  readonly fullDisk?: string;
  readonly drifted?: string;
  readonly leaking?: { readonly nodeId: string; readonly sinceMs: number };
  readonly failingJoins?: string;
  readonly failingDials?: { readonly region: string; readonly stage: DialStage };
  readonly failingPair?: { readonly region: string; readonly other: string };
  readonly blackCamera?: { readonly sinceMs: number };
  readonly waitingRecording?: { readonly sinceMs: number };
  readonly lateWebhook?: { readonly sinceMs: number };
}

interface DayNode {
  readonly node: FleetNode;
  readonly localHours: number;
  readonly load: Wander;
  readonly memory: Wander;
  readonly clock: Wander;
}
interface DayLink {
  readonly from: DayNode;
  readonly to: DayNode;
  readonly fromCity: number;
  readonly toCity: number;
  readonly noise: LinkNoise;
}

/** Each region's links to the nearest cities, and one city of each region to that of each other: those in use. */
const NEAREST_LINKED = 6;
const SUSPECT_PER_DAY = 6;
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const BASE_RSS = 160 * MIB;
const RSS_PER_SESSION = 0.6 * MIB;
/** Of a process by the allocator and the collector. */
const RSS_DEVIATION = 12 * MIB;
const CLOCK_DEVIATION_MS = 15;
const WEAK_SHARE = 0.04;
const JOINS_PER_SESSION_MINUTE = 1 / 30;
/** Of joins: a network that dies between two frames. */
const FAILED_JOINS = 0.003;
/** Admission turns them away for a moment: a second try does not see it. */
const OVERLOADED_JOINS = 0.01;
const REFUSED_JOINS = 0.03;
const DIAL_ROUND_LOOKS = 4;
/** Of a cloud that just holds its objective of 99.94 %. */
const FAILED_DIALS = 0.0006;
const ROUNDS_KEPT = 4;
/** Nodes are restarted one after the other at this hour UTC, each for so long. */
const ROLLING_HOUR = 3;
const RESTART_LOOKS = 4;
const ROOMS_WATCHED = 8;

export class CloudDay {
  readonly cities: readonly FedCity[];
  readonly regions: readonly string[];
  readonly #rng: Rng;
  readonly #nodes: readonly DayNode[];
  readonly #links: readonly DayLink[];
  readonly #dials = new Map<string, { ok: boolean; stage?: DialStage }[]>();
  readonly #rooms: RoomNoise[];
  /** Nodes that were restarted because they leaked. */
  readonly #leaked = new Set<string>();
  #look = 0;

  constructor(world: FedWorld, seed: string) {
    this.#rng = seededRng(`${seed} day`);
    this.cities = world.cities;
    this.regions = [...new Set(world.cities.map(({ region }) => region))];
    this.#nodes = world.hosts.map((host, at) => this.#node(world, at, host.city));
    this.#links = this.#linksOf(world);
    this.#rooms = Array.from({ length: ROOMS_WATCHED }, (_, at) => new RoomNoise(this.#rng.fork(`room ${at}`), at));
  }

  get links(): number {
    return this.#links.length;
  }

  /** Media nodes of a region. */
  nodesOf(region: string): FleetNode[] {
    return this.#nodes.map(({ node }) => node).filter((node) => node.region === region);
  }

  get firstLink(): { readonly fromCity: number; readonly toCity: number } {
    const link = this.#links.find(({ from, to }) => from.node.region !== to.node.region);
    if (link === undefined) throw new Error('a world of one region');
    return { fromCity: link.fromCity, toCity: link.toCity };
  }

  siteOf(city: number): string {
    const { region, name } = this.cities[city] ?? { region: '', name: '' };
    return `${region}/${name}`;
  }

  /** The facts of the next look, 5 s after the last one. */
  next(planted: Planted): AlarmFacts {
    const atMs = this.#look * LOOK_MS;
    this.#look += 1;
    const nodes = this.#nodes.map((one, index) => this.#nodeNow(one, index, atMs, planted));
    return {
      wallMs: MIDNIGHT_MS + atMs,
      isCentreReachable: true,
      cloud: {
        nodes,
        links: this.#links.flatMap((link) => this.#linkNow(link, atMs, planted)),
        recordingQueue: this.#queueNow(atMs, planted),
      },
      strengths: new Map(nodes.map((node) => [node.nodeId, this.#strengthOf(node)])),
      webhooks: {
        oldestDueMs: planted.lateWebhook ? atMs - planted.lateWebhook.sinceMs : 3000 * this.#rng.next(),
      },
      joins: this.regions.map((region) => this.#joinsOf(region, nodes, planted)),
      dialled: this.#dialledNow(planted),
      watched: this.#rooms.map((room) => room.next(atMs, planted)),
    };
  }

  #node(world: FedWorld, at: number, city: number): DayNode {
    const host = world.hosts[at];
    const place = this.cities[city];
    if (host === undefined || place === undefined) throw new Error('each host has a city');
    const rng = this.#rng.fork(`node ${at}`);
    const node: FleetNode = {
      nodeId: host.nodeId,
      kind: 'sfu',
      hostId: host.hostId,
      site: `${place.region}/${place.name}`,
      region: place.region,
      city: place.name,
      latitude: place.latitude,
      longitude: place.longitude,
      state: 'alive',
      isLinked: true,
      silentMs: 300,
      version: '1',
      cpu: 0,
      txBps: 0,
      rxBps: 0,
      sessions: 0,
      sessionsMax: host.sessionsMax,
      rssBytes: 0,
      loopLagMs: 1,
      isCordoned: false,
      cordonReason: '',
      isDraining: false,
      drainReason: '',
      sessionsToMove: 0,
      isLeaving: false,
      distrust: '',
      certificateEndsMs: MIDNIGHT_MS + 30 * DAY_MS,
      config: { workers: '2', initialBitrate: '600000' },
    };
    const everyS = LOOK_MS / 1000;
    return {
      node,
      localHours: place.longitude / 15,
      load: new Wander(rng, { deviation: 0.03, memoryS: 900, everyS }),
      memory: new Wander(rng, { deviation: RSS_DEVIATION, memoryS: 1800, everyS }),
      clock: new Wander(rng, { deviation: CLOCK_DEVIATION_MS, memoryS: 3600, everyS }),
    };
  }

  /** Each two of them measure each other: the nearest cities, and the first city of each region. */
  #linksOf(world: FedWorld): DayLink[] {
    const hostOf = this.cities.map((_, city) => world.hosts.findIndex((host) => host.city === city));
    const firsts = this.regions.map((region) => this.cities.findIndex((city) => city.region === region));
    const pairs = new Set<string>();
    for (const [city, host] of hostOf.entries()) {
      const near = [...hostOf.keys()]
        .filter((other) => other !== city)
        .sort((a, b) => world.hostRttMs(host, hostOf[a] ?? 0) - world.hostRttMs(host, hostOf[b] ?? 0))
        .slice(0, NEAREST_LINKED);
      const far = firsts.includes(city) ? firsts.filter((other) => other !== city) : [];
      for (const other of [...near, ...far]) pairs.add(`${city} ${other}`).add(`${other} ${city}`);
    }
    return [...pairs].map((pair) => {
      const [fromCity = 0, toCity = 0] = pair.split(' ').map(Number);
      const [a, b] = [hostOf[fromCity] ?? 0, hostOf[toCity] ?? 0];
      const [from, to] = [this.#nodes[a], this.#nodes[b]];
      if (from === undefined || to === undefined) throw new Error('each city has a host');
      const noise = new LinkNoise(this.#rng.fork(`link ${pair}`), world.hostRttMs(a, b));
      return { from, to, fromCity, toCity, noise };
    });
  }

  #nodeNow({ node, localHours, load, memory, clock }: DayNode, index: number, atMs: number, o: Planted): FleetNode {
    const hour = atMs / HOUR_MS;
    const share = Math.min(1, Math.max(0, loadAt(hour + localHours) + load.next()));
    const sessions = Math.round(share * node.sessionsMax);
    const restartAt = (ROLLING_HOUR * HOUR_MS) / LOOK_MS + index * RESTART_LOOKS;
    const look = (atMs / LOOK_MS) % LOOKS_PER_DAY;
    const isRestarting = look >= restartAt && look < restartAt + RESTART_LOOKS;
    const isSuspect = this.#rng.next() < SUSPECT_PER_DAY / LOOKS_PER_DAY;
    const isDead = o.deadNode === node.nodeId || o.deadRegion === node.region;
    const offsetMs = o.clock?.nodeId === node.nodeId ? o.clock.offsetMs : 0;
    if (o.leaking !== undefined) this.#leaked.add(o.leaking.nodeId);
    const isAfterLeak = o.leaking === undefined && this.#leaked.has(node.nodeId);
    const leakHours = o.leaking?.nodeId === node.nodeId ? (atMs - o.leaking.sinceMs) / HOUR_MS : 0;
    return {
      ...node,
      ...(isSuspect && { state: 'suspect', silentMs: 1500 + 1000 * this.#rng.next() }),
      ...(isRestarting && { state: 'draining', isLeaving: true }),
      ...(isDead && { state: 'dead', silentMs: 8000, isLinked: false }),
      incarnation: isAfterLeak ? 'second' : 'first',
      cpu: 0.8 * share,
      sessions,
      rssBytes: BASE_RSS + sessions * RSS_PER_SESSION + Math.abs(memory.next()) + leakHours * 60 * MIB,
      clockOffsetMs: clock.next() + offsetMs,
      disk: { bytes: 100 * GIB, freeBytes: (o.fullDisk === node.nodeId ? 2 : 55) * GIB },
      ...(o.drifted === node.nodeId && { config: { ...node.config, initialBitrate: '300000' } }),
    };
  }

  #linkNow({ from, to, fromCity, toCity, noise }: DayLink, atMs: number, o: Planted): HostLink[] {
    const isOf = (fault?: { readonly fromCity: number; readonly toCity: number }): boolean =>
      fault?.fromCity === fromCity && fault.toCity === toCity;
    const localHour = (((atMs / HOUR_MS + from.localHours) % 24) + 24) % 24;
    const measured = noise.next({
      isEvening: localHour >= 19 && localHour < 23,
      ...(isOf(o.loss) && { loss: o.loss?.share ?? 0 }),
      ...(isOf(o.slowLink) && { rttMs: o.slowLink?.rttMs ?? 0 }),
    });
    const isDead = [from, to].some(({ node }) => node.nodeId === o.deadNode || node.region === o.deadRegion);
    if (isDead) return [];
    const { lossSlow, rttMs } = measured;
    const hosts = { fromHostId: from.node.hostId, toHostId: to.node.hostId };
    return [{ ...hosts, rttMs, loss: lossSlow, lossSlow, isInUse: true, isReachable: true, via: '', why: '' }];
  }

  #queueNow(atMs: number, { waitingRecording }: Planted): { waiting: number; oldestMs: number } {
    if (waitingRecording !== undefined) return { waiting: 3, oldestMs: atMs - waitingRecording.sinceMs };
    // A recorder takes it within seconds.
    return this.#rng.next() < 0.01 ? { waiting: 1, oldestMs: 4000 * this.#rng.next() } : { waiting: 0, oldestMs: 0 };
  }

  #strengthOf({ sessions, state }: FleetNode): StrengthCounts {
    const rated = state === 'dead' ? 0 : sessions;
    const weak = Math.min(rated, poisson(this.#rng, rated * WEAK_SHARE));
    return { strong: rated - weak, medium: 0, weak, unknown: 0 };
  }

  /** Of two minutes. */
  #joinsOf(region: string, nodes: readonly FleetNode[], { failingJoins, deadRegion }: Planted): JoinTally {
    const sessions = nodes.reduce((sum, node) => sum + (node.region === region ? node.sessions : 0), 0);
    const tried = deadRegion === region ? 0 : poisson(this.#rng, 2 * sessions * JOINS_PER_SESSION_MINUTE);
    const share = failingJoins === region ? 0.4 : FAILED_JOINS;
    const failed = Math.min(tried, poisson(this.#rng, tried * share));
    const refused = {
      NODE_UNREACHABLE: failed,
      OVERLOADED: poisson(this.#rng, tried * OVERLOADED_JOINS),
      TOKEN_EXPIRED: poisson(this.#rng, tried * REFUSED_JOINS),
    };
    return { region, succeeded: tried - failed, failed: refused };
  }

  #dialledNow({ failingDials, failingPair, deadRegion }: Planted): DialledRegion[] {
    const isRound = this.#look % DIAL_ROUND_LOOKS === 0;
    const tally = (key: string, stage: DialStage, isBroken: boolean): DialTally => {
      const rounds = this.#dials.get(key) ?? [];
      this.#dials.set(key, rounds);
      if (isRound) rounds.push(this.#rng.next() >= FAILED_DIALS && !isBroken ? { ok: true } : { ok: false, stage });
      if (rounds.length > ROUNDS_KEPT) rounds.shift();
      return tallyOf(rounds);
    };
    return this.regions.map((region): DialledRegion => {
      const isBroken = failingDials?.region === region;
      const others = this.regions.filter((other) => other !== region && other !== deadRegion);
      return {
        region,
        silentMs: deadRegion === region ? 120_000 : 10_000,
        everyMs: DIAL_ROUND_LOOKS * LOOK_MS,
        probe: `probe-${region}`,
        host: `host-of-probe-${region}`,
        call: tally(`${region} call`, failingDials?.stage ?? 'media', isBroken),
        pairs: new Map(
          others.map((other) => {
            const isPair = failingPair?.region === region && failingPair.other === other;
            return [other, tally(`${region} ${other}`, 'relay', isPair || isBroken || failingDials?.region === other)];
          }),
        ),
        stream: tally(`${region} stream`, 'playback', false),
        watched: tally(`${region} watched`, 'playback', false),
        booking: tally(`${region} booking`, 'api', false),
      };
    });
  }
}

function tallyOf(rounds: readonly { readonly ok: boolean; readonly stage?: DialStage }[]): DialTally {
  const failed = rounds.filter(({ ok }) => !ok);
  const last = failed.at(-1);
  return {
    tried: rounds.length,
    failed: failed.length,
    failedInRow: rounds.length - 1 - rounds.findLastIndex(({ ok }) => ok),
    ...(last?.stage !== undefined && { stage: last.stage, code: 'FAILED', text: 'planted' }),
  };
}

type Spell = 'black' | 'frozen' | 'silent' | 'none';

/** A meeting that is watched: a camera that is covered at times, a picture that stands still at times, pauses. */
class RoomNoise {
  readonly #rng: Rng;
  readonly #at: number;
  readonly #since: Record<Spell, number> = { black: 0, frozen: 0, silent: 0, none: 0 };
  readonly #until: Record<Spell, number> = { black: 0, frozen: 0, silent: 0, none: 0 };

  constructor(rng: Rng, at: number) {
    this.#rng = rng;
    this.#at = at;
  }

  next(atMs: number, { blackCamera }: Planted): SeenRoom {
    const isPlanted = this.#at === 0 && blackCamera !== undefined;
    const camera = {
      identity: 'person',
      trackId: 'TR_camera',
      source: 'camera',
      codec: 'vp8',
      isStream: false,
      levelDb: -127,
      silentMs: 0,
      blackMs: isPlanted ? atMs - blackCamera.sinceMs : this.#spell('black', atMs, { perDay: 20, longestMs: 6000 }),
      frozenMs: this.#spell('frozen', atMs, { perDay: 60, longestMs: 4000 }),
      noneMs: this.#spell('none', atMs, { perDay: 30, longestMs: 4000 }),
    };
    const silentMs = this.#spell('silent', atMs, { perDay: 400, longestMs: 180_000 });
    const microphone = {
      ...camera,
      trackId: 'TR_microphone',
      source: 'microphone',
      codec: 'opus',
      blackMs: 0,
      frozenMs: 0,
      silentMs,
      levelDb: silentMs > 0 ? -70 : -30 + 5 * normal(this.#rng),
    };
    const room = { tenant: 'acme', room: `room-${this.#at}`, participants: 2, code: '' };
    return { ...room, state: 'watching', tracks: [camera, microphone] };
  }

  /** For how long it has been so. */
  #spell(kind: Spell, atMs: number, o: { readonly perDay: number; readonly longestMs: number }): number {
    if (atMs < this.#until[kind]) return atMs - this.#since[kind];
    if (this.#rng.next() >= o.perDay / LOOKS_PER_DAY) return 0;
    this.#since[kind] = atMs - LOOK_MS * this.#rng.next();
    this.#until[kind] = atMs + o.longestMs * this.#rng.next();
    return 0;
  }
}
