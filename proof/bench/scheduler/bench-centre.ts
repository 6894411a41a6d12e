// A centre in this process, with a fleet of the simulator's cities and people who join and leave rooms. Messages of
// nodes come as the bytes that a link carries; sockets, TLS and the database of addresses are left out.

import { periodsMs } from '@meridian/edge-probe/core';
import { digestOf, limits, note, routerConstant, rpc, type wire } from '@meridian/protocol';
import { cities as knownCities } from '@meridian/protocol/cities';
import {
  type Clock,
  createLogger,
  createMetrics,
  type Link,
  ManualClock,
  type MessageHandler,
  OwnLogReader,
  type RequestHandler,
  type Rng,
  seededRng,
  type Timer,
} from '@meridian/runtime';
import { Links } from '../../../scheduler/src/adapters/links/links.ts';
import { planToWire } from '../../../scheduler/src/adapters/links/wire.ts';
import { updateGauges } from '../../../scheduler/src/administration/gauges.ts';
import { centreMetrics } from '../../../scheduler/src/base/metrics.ts';
import { Centre } from '../../../scheduler/src/centre/centre.ts';
import { Copy } from '../../../scheduler/src/copying/copy.ts';
import type { Place } from '../../../scheduler/src/locating/geo.ts';
import { Locator } from '../../../scheduler/src/locating/locate.ts';
import { Admitting } from '../../../scheduler/src/placing/admitting.ts';
import type { PlaceAsk } from '../../../scheduler/src/placing/placing.ts';
import { builtInGeography } from '../../sim/geography.ts';
import { makeWorld, type Person, type World } from '../../sim/world.ts';

export const CITIES = 40;
/** Signaling nodes, two in each city. */
const SIGNALING = 2 * CITIES;
/** Parts of a second, after each of which timers run: the batches of routes. */
const SLICES = 5;
const TICKS = 4;
const PROBE_REPORT_MS = 500;
const ROOM_SIZE = 5;
/** Different rooms; later rooms have the same people under another name. */
const ROOMS = 4000;
/** Sessions of a host at most, and of all hosts: a centre charges 200,000 at once. */
const SESSIONS_PER_HOST = 100;
const SESSIONS_MAX = 60_000;
const PREFIXES_PER_CITY = 50;

interface HeldRoom {
  readonly sessionIds: string[];
  readonly decisionIds: string[];
}

interface Session {
  readonly sessionId: string;
  readonly decisionId: string;
  readonly roomKey: string;
  readonly nodeId: string;
}

export interface Asked {
  readonly ask: PlaceAsk;
  readonly signalingId: string;
}

/** A message of a node to the centre. */
interface Said {
  readonly link: BenchLink;
  readonly payload: Uint8Array;
}

/** CPU time of a second, by kind of work. */
export interface SecondCost {
  reportsMs: number;
  probesMs: number;
  routesMs: number;
  ticksMs: number;
  plansMs: number;
}

/** A media node as the centre sees it: the rooms that it holds and has to report. */
class MediaNode {
  readonly rooms = new Map<string, HeldRoom>();
  readonly changed = new Set<string>();
  sessions = 0;

  add({ roomKey, sessionId, decisionId }: Session): void {
    const room = this.rooms.get(roomKey) ?? { sessionIds: [], decisionIds: [] };
    this.rooms.set(roomKey, room);
    room.sessionIds.push(sessionId);
    room.decisionIds.push(decisionId);
    this.changed.add(roomKey);
    this.sessions += 1;
  }

  remove({ roomKey, sessionId, decisionId }: Session): void {
    const room = this.rooms.get(roomKey);
    if (room === undefined) return;
    room.sessionIds.splice(room.sessionIds.indexOf(sessionId), 1);
    room.decisionIds.splice(room.decisionIds.indexOf(decisionId), 1);
    if (room.sessionIds.length === 0) this.rooms.delete(roomKey);
    this.changed.add(roomKey);
    this.sessions -= 1;
  }

  report(incarnation: string): wire.Report.$Properties {
    const roomsChanged: wire.RoomHeld.$Properties[] = [];
    const roomsGone: string[] = [];
    for (const roomKey of this.changed) {
      const room = this.rooms.get(roomKey);
      if (room === undefined) roomsGone.push(roomKey);
      else roomsChanged.push({ roomKey, epoch: 1, ownerId: '', ...room, fence: '' });
    }
    this.changed.clear();
    let [sessionHash, decisionHash] = [0, 0];
    for (const { sessionIds, decisionIds } of this.rooms.values()) {
      sessionHash = (sessionHash + digestOf(sessionIds)) >>> 0;
      decisionHash = (decisionHash + digestOf(decisionIds)) >>> 0;
    }
    const load = { cpu: 0.3, sessions: this.sessions, txBps: 1e8, rxBps: 2e7, consumers: this.sessions * 4 };
    const counts = { sessionCount: this.sessions, sessionHash, decisionHash };
    return { incarnation, load, ...counts, roomsChanged, roomsGone, state: 'serving' };
  }
}

/** The centre's end of a node's link. It counts the bytes that the node gets, by type of message. */
class BenchLink implements Link {
  readonly localAddress = '192.0.2.1';
  readonly remoteAddress = '192.0.2.2';
  closed = false;
  readonly remote: Link['remote'];
  readonly bytes = new Map<number, number>();
  readonly #requests = new Map<number, RequestHandler>();
  readonly #messages = new Map<number, MessageHandler>();

  constructor(remote: Link['remote']) {
    this.remote = remote;
  }

  request(): Promise<Uint8Array> {
    return Promise.reject(new Error('the nodes of this benchmark answer no requests'));
  }

  send(type: number, payload: Uint8Array): boolean {
    this.bytes.set(type, (this.bytes.get(type) ?? 0) + payload.length);
    return true;
  }

  onRequest(type: number, handler: RequestHandler): void {
    this.#requests.set(type, handler);
  }

  onMessage(type: number, handler: MessageHandler): void {
    this.#messages.set(type, handler);
  }

  onClose(): void {
    // The benchmark never closes its links, so the handler is not kept.
  }

  close(): void {
    this.closed = true;
  }

  async ask(type: number, payload: Uint8Array): Promise<Uint8Array> {
    const handler = this.#requests.get(type);
    if (handler === undefined) throw new Error(`the centre answers no requests of type ${type}`);
    return handler(payload, this);
  }

  say(type: number, payload: Uint8Array): void {
    this.#messages.get(type)?.(payload, this);
  }
}

/** Time that runs, and can be moved ahead, so that seconds without work are skipped. */
class SkippingClock implements Clock {
  readonly #timers = new ManualClock();
  readonly #startedMs = performance.now();
  #skippedMs = 0;

  nowMs(): number {
    return performance.now() - this.#startedMs + this.#skippedMs;
  }

  wallMs(): number {
    return this.#timers.wallMs() - this.#timers.nowMs() + this.nowMs();
  }

  after(delayMs: number, fn: () => void): Timer {
    return this.#timers.after(this.nowMs() - this.#timers.nowMs() + delayMs, fn);
  }

  every(periodMs: number, fn: () => void): Timer {
    return this.#timers.every(periodMs, fn);
  }

  /** Moves the time ahead without timers that become due, until `runTimers`. */
  skip(ms: number): void {
    this.#skippedMs += ms;
  }

  runTimers(): void {
    this.#timers.advance(Math.max(0, this.nowMs() - this.#timers.nowMs()));
  }
}

const log = createLogger({ name: 'bench', level: 'silent' });

export interface BenchCentreOptions {
  readonly hosts: number;
  readonly seed: string;
}

const kinds = ['sfu', 'edge-probe', 'signaling'] as const;
type Kind = (typeof kinds)[number];

export interface PlanOfKind {
  readonly kind: Kind;
  /** Nodes of this kind, which all get the plan. */
  readonly receivers: number;
  readonly bytes: number;
  /** Nodes that the plan names. */
  readonly nodes: number;
}

export class BenchCentre {
  readonly hosts: number;
  readonly clock = new SkippingClock();
  readonly centre: Centre;
  /** Links by node id, in order of registration. */
  readonly links = new Map<string, BenchLink>();
  readonly #media = new Map<string, MediaNode>();
  readonly #incarnations = new Map<string, string>();
  readonly #rng: Rng;
  readonly #world: World;
  readonly #places = new Map<string, Place>();
  readonly #people: Person[];
  readonly #copy: Copy;
  readonly #admitting: Admitting;
  readonly #metrics = centreMetrics(createMetrics({ service: 'scheduler' }));
  #server: Links | undefined;
  #onLink: (link: Link) => void = () => undefined;
  #planVersion = 0;
  #probePart = 0;
  #nextPerson = 0;
  /** Sessions, the oldest first, and the number of them that have left. */
  readonly #sessions: Session[] = [];
  #left = 0;

  constructor({ hosts, seed }: BenchCentreOptions) {
    this.hosts = hosts;
    this.#rng = seededRng(seed);
    this.#world = worldOf(hosts, this.#rng);
    this.#people = this.#world.rooms.flatMap(({ people }) => people);
    const done = (): Promise<void> => Promise.resolve();
    const store = { load: async () => [], put: done, remove: done, close: done };
    const { clock } = this;
    const metrics = this.#metrics;
    this.#copy = new Copy({ store, clock, log, onFailure: () => undefined });
    this.centre = new Centre({
      clock,
      rng: this.#rng.fork('centre'),
      log,
      copy: this.#copy,
      metrics,
      locator: new Locator({
        geo: { locate: (ip) => this.#places.get(ip.slice(0, ip.lastIndexOf('.'))) },
        developmentCities: false,
      }),
      nodesMax: this.nodes,
    });
    const { centre } = this;
    this.#admitting = new Admitting({
      clock,
      rng: this.#rng.fork('admitting'),
      log,
      metrics,
      fleet: () => centre.fleet,
      isExpected: (roomKey) => centre.ownership.isOwned(roomKey),
      joinsPerCore: 100,
    });
  }

  /** Number of nodes: a media node and a probe on each host, and the signaling nodes. */
  get nodes(): number {
    return 2 * this.hosts + SIGNALING;
  }

  /** Opens the links and registers all nodes. Returns the CPU time of the registrations and all that they cause. */
  async start(): Promise<{ cpuMs: number }> {
    const { centre, clock } = this;
    const refuse = (): never => {
      throw new Error('there are no certificates here');
    };
    const terms = {
      centre,
      copy: this.#copy,
      mayDecide: () => true,
      epoch: 1,
      leader: undefined,
      noteEpoch: async () => undefined,
      isDenied: async () => false,
      close: async () => centre.end(),
    };
    this.#server = await Links.listen({
      id: 'centre',
      logReader: new OwnLogReader({}, clock),
      host: '',
      port: 0,
      credentials: { keyPem: '', certPem: '', caPem: '' } as Parameters<typeof Links.listen>[0]['credentials'],
      authority: { issue: refuse } as unknown as Parameters<typeof Links.listen>[0]['authority'],
      terms,
      clock,
      log,
      metrics: this.#metrics,
      clusterSecret: 'a secret of the benchmark',
      admitting: this.#admitting,
      echoKeys: () => [],
      onHttp: async () => undefined,
      openServer: async ({ onLink }) => {
        this.#onLink = onLink;
        return { port: 1, close: async () => undefined, replaceCredentials: refuse };
      },
    });
    const requests: [Kind, number][] = [];
    for (let index = 0; index < this.hosts; index += 1) requests.push(['sfu', index], ['edge-probe', index]);
    for (let index = 0; index < SIGNALING; index += 1) requests.push(['signaling', index]);
    const from = process.cpuUsage();
    for (const [kind, index] of requests) await this.register(kind, index, 'IN_0000000000000001');
    return { cpuMs: cpuMsSince(from) };
  }

  /** Registers a node, or a new process of it. */
  async register(kind: Kind, index: number, incarnation: string): Promise<void> {
    const node = this.#description(kind, index, incarnation);
    const link = new BenchLink({ id: node.nodeId, kind, region: node.region });
    this.#onLink(link);
    this.links.set(node.nodeId, link);
    this.#incarnations.set(node.nodeId, incarnation);
    if (kind === 'sfu') this.#media.set(node.nodeId, new MediaNode());
    const message = { node, rooms: [], load: {}, planDeltas: true, pathDeltas: true };
    await link.ask(rpc.register.number, rpc.register.request.encode(message).finish());
  }

  /** Returns the description of a node, as large as a deployed node's. */
  #description(kind: Kind, index: number, incarnation: string) {
    const city = kind === 'signaling' ? index % CITIES : (this.#world.hosts[index]?.city ?? 0);
    const { latitude = 0, longitude = 0 } = this.#world.cities[city] ?? {};
    const address = { protocol: 'udp', ip: `198.51.${index >> 8}.${index & 255}`, announced: '' };
    const ports = {
      sfu: { client: 40000, pipe: 41000, path: 42000 },
      'edge-probe': { probe: 7400 },
      signaling: { http: 7880 },
    };
    return {
      nodeId: nodeIdOf(kind, index),
      kind,
      region: `region-${city % 8}`,
      city: `city-${city}`,
      hostId: kind === 'signaling' ? `signaling-${index}` : hostIdOf(index),
      latitude,
      longitude,
      addresses: Object.entries(ports[kind]).map(([purpose, port]) => ({ purpose, port, ...address })),
      capacity: { sessions: 300, consumers: 0, bandwidthBps: 1e10, cpuCores: 4 },
      versions: { software: '1.0.0', protocol: limits.protocolVersion, router: routerConstant.version },
      incarnation,
      publicUrl: kind === 'signaling' ? `wss://signal-${index}.example.com` : '',
      sparsePlan: kind === 'sfu',
    };
  }

  /**
   * Runs a second of the fleet, or another period: all nodes report once, and probes of planned hosts if `probes`.
   * Returns the CPU time of each kind of work; `plans`: the timers that send changed plans count apart from routes.
   */
  second(o: { probes?: boolean; plans?: boolean; periodMs?: number } = {}): SecondCost {
    const { periodMs = 1000 } = o;
    const cost: SecondCost = { reportsMs: 0, probesMs: 0, routesMs: 0, ticksMs: 0, plansMs: 0 };
    const reports = [...this.links.keys()].map((nodeId) => this.#report(nodeId));
    const probeReports = o.probes === true ? this.#probeReports() : [];
    for (let slice = 0; slice < SLICES; slice += 1) {
      this.clock.skip(periodMs / SLICES);
      cost.reportsMs += cpuMsOf(() => sayAll(reports, slice, note.report.number));
      cost.probesMs += cpuMsOf(() => sayAll(probeReports, slice, note.probeReport.number));
      cost.ticksMs += cpuMsOf(() => this.#tick(slice));
      const timersMs = cpuMsOf(() => this.clock.runTimers());
      if (o.plans === true) cost.plansMs += timersMs;
      else cost.routesMs += timersMs;
      const { planVersion } = this.centre.fleet;
      if (planVersion !== this.#planVersion) this.#server?.planChanged();
      this.#planVersion = planVersion;
    }
    return cost;
  }

  /** The centre's own timers (scheduler/src/timers.ts). */
  #tick(slice: number): void {
    const { centre } = this;
    if (slice < TICKS) {
      centre.tick();
      centre.tickMoves();
      centre.routing.fleetChanged();
    }
    if (slice > 0) return;
    this.#copy.retry();
    centre.access.flush();
    this.#admitting.update();
    updateGauges(centre, this.#metrics, this.links.size, this.clock.nowMs());
  }

  #report(nodeId: string): Said {
    const incarnation = this.#incarnations.get(nodeId) ?? '';
    const report = this.#media.get(nodeId)?.report(incarnation) ?? { incarnation, state: 'serving' };
    return { link: this.#linkOf(nodeId), payload: note.report.message.encode({ load: {}, ...report }).finish() };
  }

  /** Returns the reports of each planned host's probe in a second, with the links that it has probed meanwhile. */
  #probeReports(): Said[] {
    const planned = this.centre.routing.planner.hosts.map(({ hostId }) => Number(hostId.slice(-6)));
    const { others: periodMs } = periodsMs({ used: 0, others: planned.length - 1 });
    // A report has a part of the links when these have a longer period than reports.
    const parts = Math.max(1, Math.round(periodMs / PROBE_REPORT_MS));
    return Array.from({ length: 1000 / PROBE_REPORT_MS }, () => {
      const part = this.#probePart++ % parts;
      return planned.map((from): Said => {
        const peers = planned.filter((to, at) => to !== from && at % parts === part);
        const samples = peers.map((to) => ({
          toHostId: hostIdOf(to),
          rttMs: this.#rttMs(from, to) * (1 + this.#rng.next() / 100),
          onewayChangeMs: this.#rng.next() / 10,
          jitterMs: this.#rng.next(),
          slowProbes: 60,
        }));
        const payload = note.probeReport.message.encode({ samples }).finish();
        return { link: this.#linkOf(nodeIdOf('edge-probe', from)), payload };
      });
    }).flat();
  }

  /** Returns the bytes of messages of a type that a node has got. */
  bytesOf(nodeId: string, type: number): number {
    return this.#linkOf(nodeId).bytes.get(type) ?? 0;
  }

  /** Returns the size of the whole plan of each kind of nodes, and the number of nodes that it names. */
  plans(): PlanOfKind[] {
    return kinds.map((kind) => {
      const plan = this.centre.plan(nodeIdOf(kind, 0), 0);
      const { length } = note.plan.message.encode(planToWire(plan, { epoch: 1, centre: this.centre })).finish();
      return {
        kind,
        receivers: kind === 'signaling' ? SIGNALING : this.hosts,
        bytes: length,
        nodes: plan.nodes.length,
      };
    });
  }

  #rttMs(a: number, b: number): number {
    const { hosts, cityRttMs, cities } = this.#world;
    const [from, to] = [hosts[a]?.city ?? 0, hosts[b]?.city ?? 0];
    return from === to ? 1 : (cityRttMs[from * cities.length + to] ?? Number.NaN);
  }

  #linkOf(nodeId: string): BenchLink {
    const link = this.links.get(nodeId);
    if (link === undefined || link.closed) throw new Error(`${nodeId} has no open link`);
    return link;
  }

  /** Number of sessions at which as many leave as join. */
  get sessionsAim(): number {
    return Math.min(SESSIONS_MAX, this.hosts * SESSIONS_PER_HOST);
  }

  /** Requests of the next people, who have timed so many cities before. A hundred rooms fill at a time. */
  asks(count: number, o: { timed: number }): Asked[] {
    return Array.from({ length: count }, () => this.#nextAsk(o.timed));
  }

  #nextAsk(timed: number): Asked {
    const number = this.#nextPerson++;
    // A hundred rooms fill side by side.
    const block = Math.floor(number / (100 * ROOM_SIZE));
    const room = block * 100 + (number % 100);
    const seat = Math.floor((number % (100 * ROOM_SIZE)) / 100);
    const person = this.#people[(room * ROOM_SIZE + seat) % this.#people.length] as Person;
    const ip = `${60 + (person.site >> 6)}.${person.site & 63}.${person.id % PREFIXES_PER_CITY}.${1 + (number % 250)}`;
    const prefix = ip.slice(0, ip.lastIndexOf('.'));
    if (!this.#places.has(prefix))
      this.#places.set(prefix, { ...person.answer, source: 'bench', label: '', countryCode: 'ZZ' });
    const nearest = [...person.trueRttMs.keys()]
      .sort((a, b) => (person.trueRttMs[a] ?? 0) - (person.trueRttMs[b] ?? 0))
      .slice(0, Math.max(1, timed));
    const sessionId = `PA_${String(number).padStart(16, '0')}`;
    return {
      ask: {
        roomKey: `tenant/room-${room}`,
        sessionId,
        person: `person-${number}`,
        clientIp: ip,
        fromCity: '',
        avoidNodeIds: [],
        regionPin: '',
        mode: '',
        openerId: '',
        onHost: false,
        echoTimes: nearest.slice(0, timed).map((city) => {
          return { signalingId: nodeIdOf('signaling', city), rttMs: (person.trueRttMs[city] ?? 0) + this.#rng.next() };
        }),
      },
      signalingId: nodeIdOf('signaling', nearest[0] ?? 0),
    };
  }

  /** Takes note of a placed session; its node reports it with the next second. Old sessions leave. */
  placed(session: Session): void {
    this.#media.get(session.nodeId)?.add(session);
    this.#sessions.push(session);
    if (this.#sessions.length - this.#left <= this.sessionsAim) return;
    const leaving = this.#sessions[this.#left++];
    if (leaving !== undefined) this.#media.get(leaving.nodeId)?.remove(leaving);
    if (this.#left > SESSIONS_MAX) this.#left -= this.#sessions.splice(0, this.#left).length;
  }

  async close(): Promise<void> {
    this.#admitting.close();
    await this.#server?.close('the benchmark is over');
    this.centre.end();
  }
}

function worldOf(hosts: number, rng: Rng): World {
  const places = knownCities.map(({ nameEn, latitude, longitude }) => {
    return { label: nameEn, latitude, longitude, people: 1 };
  });
  const geography = builtInGeography(places, rng.fork('geography'));
  const users = ROOMS * ROOM_SIZE * 10; // so that rooms never use up the people of a neighbourhood
  return makeWorld(
    geography,
    { nodes: hosts, cities: CITIES, rooms: ROOMS, size: ROOM_SIZE, users, geoErrors: true },
    rng.fork('world'),
  );
}

/** Delivers the part of the messages that is due in a slice of a second. */
function sayAll(messages: readonly Said[], slice: number, type: number): void {
  for (let index = slice; index < messages.length; index += SLICES) {
    const { link, payload } = messages[index] as Said;
    link.say(type, payload);
  }
}

function cpuMsOf(work: () => void): number {
  const from = process.cpuUsage();
  work();
  return cpuMsSince(from);
}

const digits = (index: number): string => String(index).padStart(6, '0');
export const hostIdOf = (index: number): string => `host-${digits(index)}`;
export const nodeIdOf = (kind: string, index: number): string => `${kind}-${digits(index)}`;

/** Returns the CPU time of this process since `process.cpuUsage()`, all threads, in ms. */
export function cpuMsSince(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}
