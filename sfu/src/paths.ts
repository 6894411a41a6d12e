// Paths under this node's pipes: computes the orders for pathd (the forwarder), sends pathd the changed orders, and
// passes its reports on to the centre. Unless pathd runs on both sides, a pipe is connected to the neighbour directly.
import { KeyRing, nodeKind, type wire } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { deriveKey, nodeNumberOf, Pathd, type PathdEvent } from './adapters/pathd.ts';
import {
  afterFlip,
  flowName,
  flowsOfPeer,
  type HostRoute,
  type LinkReport,
  linkReportOf,
  type OrderChange,
  orderChanges,
  orderKey,
  type PathEnd,
  type PathNode,
  type PathOrders,
  type PathPipe,
  PathRefusals,
  pathOrders,
} from './core/index.ts';

export interface PathListenAddress {
  readonly ip: string;
  readonly announcedAddress?: string | undefined;
  readonly port: number;
}
export interface PathHubOptions {
  readonly bin: string;
  readonly nodeId: string;
  readonly listen: PathListenAddress;
  /** Address on which the pipes listen; pathd's local side uses it too. */
  readonly pipeIp: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  onGone(pipes: { remoteId: string; fence: string }[], reason: string): void;
  onFlip(flip: { toHostId: string; via: string; reason: string }): void;
  /** Called once a second with samples of the links that flows of this node use. */
  onLinks(links: readonly LinkReport[]): void;
}

type HostPaths = Pick<HostRoute, 'primaryVia' | 'standbyVia'>;

const keyBytes = 16;
/** Limit on pathd's start, long enough for a busy host. Afterwards pipes go direct until pathd runs. */
const startLimitMs = 3000;
/** Period of pathd's path reports. */
const linkReportMs = 1000;
/** Limit on the nodes taken from a plan: the size of pathd's table. */
const nodesMax = 4096;

const isWildcard = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';

export class PathHub {
  readonly #o: PathHubOptions;
  readonly #pathd: Pathd;
  readonly #pipes = new Map<string, PathPipe>();
  /** Offers to each neighbour: one key for all pipes, and a number for each pipe. */
  readonly #offers = new Map<string, { readonly keyHex: string; readonly flows: Map<string, number> }>();
  /** The centre's routes by destination host, with their current and previous keys. */
  readonly #routes = new Map<string, HostPaths & { readonly keys: KeyRing }>();
  #keysTimer: Timer | undefined;
  #nodes: PathNode[] = [];
  #hosts = new Map<string, string>();
  #sentOrders: PathOrders = new Map();
  readonly #refusals = new PathRefusals();
  #refusalsTimer: Timer | undefined;
  /** By flow name, the relay (`via`) to which pathd has switched, until the centre sends a new route to the host. */
  readonly #flipped = new Map<string, string>();
  readonly #linkSamples = new Map<string, { readonly report: LinkReport; readonly sent: number }>();
  readonly #linksTimer: Timer;
  #started = Promise.withResolvers<void>();
  #sending = false;
  #isDirty = false;
  #closed = false;

  constructor(o: PathHubOptions) {
    this.#o = o;
    this.#linksTimer = o.clock.every(linkReportMs, () => this.#reportLinks());
    const [highByte = 0, lowByte = 0] = o.rng.bytes(2);
    this.#pathd = new Pathd(
      {
        bin: o.bin,
        nodeId: o.nodeId,
        wire: o.listen,
        localIp: isWildcard(o.pipeIp) ? (o.pipeIp === '::' ? '::1' : '127.0.0.1') : o.pipeIp,
        clock: o.clock,
        log: o.log,
        onReady: () => {
          this.#sentOrders = new Map();
          this.#refusals.clear();
          this.#flipped.clear(); // a restarted pathd has switched no path yet
          this.#started.resolve();
          this.#sync();
        },
        onEvent: (event) => this.#onEvent(event),
        onGone: (reason) => {
          const pipes = [...this.#pipes.values()];
          this.#pipes.clear();
          o.onGone(pipes, `pathd does not stay up: ${reason}`);
        },
      },
      highByte * 256 + lowByte,
    );
  }

  /** Resolves when pathd runs, or after `startLimitMs`; until pathd runs, pipes go direct. */
  async start(): Promise<void> {
    this.#pathd.start();
    const limit = this.#o.clock.after(startLimitMs, () => this.#started.resolve());
    await this.#started.promise;
    limit.cancel();
    if (this.#pathd.addresses === undefined) this.#o.log.warn('pathd does not run: pipes go direct');
  }

  get running(): boolean {
    return this.#pathd.addresses !== undefined;
  }
  get pid(): number | undefined {
    return this.#pathd.pid;
  }
  get address(): { ip: string; announced: string; port: number } | undefined {
    const { listen } = this.#o;
    const port = this.#pathd.addresses?.wirePort;
    return port === undefined ? undefined : { ip: listen.ip, announced: listen.announcedAddress ?? '', port };
  }

  /** Returns this node's forwarder end for a pipe, which `release` releases; undefined when the pipe goes direct. */
  offer(remoteId: string, fence: string): PathEnd | undefined {
    const { address } = this;
    if (address === undefined) return undefined;
    const keyHex = (): string => Buffer.from(this.#o.rng.bytes(keyBytes)).toString('hex');
    const offers = this.#offers.get(remoteId) ?? { keyHex: keyHex(), flows: new Map<string, number>() };
    const flow = fence === '' ? 0 : (offers.flows.get(fence) ?? freeNumber(new Set(offers.flows.values())));
    if (flow === undefined) return undefined;
    offers.flows.set(fence, flow);
    this.#offers.set(remoteId, offers);
    return { ip: address.announced || address.ip, port: address.port, keyHex: offers.keyHex, flow };
  }

  /** Returns the address to connect the pipe to; undefined when pathd does not run. */
  open(o: {
    remoteId: string;
    fence: string;
    pipePort: number;
    local: PathEnd;
    remote: PathEnd;
  }): { ip: string; port: number } | undefined {
    const addresses = this.#pathd.addresses;
    if (addresses === undefined) return undefined;
    this.#pipes.set(keyOf(o.remoteId, o.fence), {
      remoteId: o.remoteId,
      fence: o.fence,
      flow: o.local.flow,
      remoteFlow: o.remote.flow,
      ip: addresses.local.ip,
      port: o.pipePort,
      remoteIp: o.remote.ip,
      remotePort: o.remote.port,
      sendKey: o.remote.keyHex,
      receiveKey: o.local.keyHex,
    });
    this.#sync();
    return addresses.local;
  }

  release(remoteId: string, fence: string): void {
    const offers = this.#offers.get(remoteId);
    this.#flipped.delete(flowName(nodeNumberOf(remoteId), offers?.flows.get(fence) ?? 0));
    offers?.flows.delete(fence);
    if (offers?.flows.size === 0) this.#offers.delete(remoteId);
    if (this.#pipes.delete(keyOf(remoteId, fence))) this.#sync();
  }

  applyPlan(plan: wire.Plan.$Properties): void {
    const denied = new Set(plan.deniedIds ?? []);
    const media = (plan.nodes ?? [])
      .filter(({ nodeId, kind, state }) => kind === nodeKind.media && state !== 'dead' && !denied.has(nodeId ?? ''))
      .slice(0, nodesMax);
    this.#hosts = new Map(media.map(({ nodeId, hostId }) => [nodeId ?? '', hostId ?? '']));
    this.#nodes = media.flatMap(({ nodeId, hostId, region, addresses }) => {
      const found = addresses?.find(({ purpose, protocol }) => purpose === 'path' && protocol === 'udp');
      const ip = found?.announced || found?.ip;
      if (!nodeId || !hostId || !ip || !found?.port || nodeId === this.#o.nodeId) return [];
      return [{ nodeId, hostId, region: region ?? '', ip, port: found.port }];
    });
    this.#sync();
  }

  /** Sets the route to a host; undefined: pipes to the host go direct. */
  setRoute(toHostId: string, route: (HostPaths & { readonly pairKey: Uint8Array }) | undefined): void {
    const nodeNumbers = new Set(
      [...this.#hosts].flatMap(([nodeId, hostId]) => (hostId === toHostId ? [nodeNumberOf(nodeId)] : [])),
    );
    for (const name of [...this.#flipped.keys()]) if (nodeNumbers.has(peerNumberOf(name))) this.#flipped.delete(name);
    if (route === undefined) this.#routes.delete(toHostId);
    else {
      const { pairKey, primaryVia, standbyVia } = route;
      const keys = this.#routes.get(toHostId)?.keys ?? new KeyRing();
      keys.set(pairKey, this.#o.clock.nowMs());
      this.#routes.set(toHostId, { primaryVia, standbyVia, keys });
    }
    this.#sync();
  }

  /** Applies the centre's routes. With `since` 0 the rows are complete, and other routes are removed. */
  applyRoutes(routes: wire.Routes.$Properties): void {
    const rows = routes.rows ?? [];
    if ((routes.since ?? 0) === 0) {
      const listedHosts = new Set(rows.map(({ toHostId }) => toHostId));
      for (const hostId of [...this.#routes.keys()]) if (!listedHosts.has(hostId)) this.#routes.delete(hostId);
    }
    for (const row of rows) {
      const { toHostId, primaryVia, hasStandby, standbyVia, pairKey } = row;
      if (!toHostId) continue;
      const standby = hasStandby === true ? (standbyVia ?? '') : undefined;
      this.setRoute(
        toHostId,
        pairKey?.length ? { primaryVia: primaryVia ?? '', standbyVia: standby, pairKey } : undefined,
      );
    }
  }

  close(): void {
    this.#closed = true;
    this.#linksTimer.cancel();
    this.#keysTimer?.cancel();
    this.#refusalsTimer?.cancel();
    this.#pathd.close();
  }

  #onEvent(event: PathdEvent): void {
    const pipe = [...this.#pipes.values()].find((one) => flowName(nodeNumberOf(one.remoteId), one.flow) === event.peer);
    const remoteId = pipe?.remoteId;
    const toHostId = remoteId === undefined ? undefined : this.#hosts.get(remoteId);
    if (event.kind === 'sample') {
      const isOther = toHostId !== undefined && toHostId !== this.#hosts.get(this.#o.nodeId);
      const report = isOther ? linkReportOf(toHostId, event) : undefined;
      // If flows lead to several nodes of the host, the flow with the most datagrams has the best sample.
      if (report !== undefined && event.sent > (this.#linkSamples.get(report.toHostId)?.sent ?? 0)) {
        this.#linkSamples.set(report.toHostId, { report, sent: event.sent });
      }
      return;
    }
    this.#flipped.set(event.peer, event.via);
    this.#sentOrders = withFlips(this.#sentOrders, this.#flipped);
    const relay = this.#nodes.find(({ nodeId }) => nodeNumberOf(nodeId) === event.via);
    this.#o.log.info(
      { remoteId, fence: pipe?.fence, via: relay?.nodeId ?? '', reason: event.reason, ageMs: event.ageMs },
      'pathd switched to another path',
    );
    // A fenced pipe may take other paths than the centre's, and the centre expects reports of its own paths only.
    if (toHostId === undefined || pipe?.fence !== '') return;
    this.#o.onFlip({ toHostId, via: relay?.hostId ?? '', reason: event.reason });
  }

  #reportLinks(): void {
    if (this.#linkSamples.size === 0) return;
    this.#o.onLinks(Array.from(this.#linkSamples.values(), ({ report }) => report));
    this.#linkSamples.clear();
  }

  #sync(): void {
    this.#isDirty = true;
    if (!this.#sending) void this.#sendChanges();
  }

  /** Returns the routes with their current keys, and schedules new orders for the time when a key changes. */
  #currentRoutes(): Map<string, HostRoute> {
    const nowMs = this.#o.clock.nowMs();
    const routes = new Map<string, HostRoute>();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [hostId, { primaryVia, standbyVia, keys }] of this.#routes) {
      const [pairKey, previousKey] = keys.acceptedKeys(nowMs);
      if (pairKey === undefined) continue;
      routes.set(hostId, { primaryVia, standbyVia, pairKey, previousKey, sendKey: keys.keyForSending(nowMs) });
      nextMs = Math.min(nextMs, keys.nextChangeMs(nowMs) ?? nextMs);
    }
    this.#keysTimer?.cancel();
    this.#keysTimer = Number.isFinite(nextMs) ? this.#o.clock.after(nextMs - nowMs, () => this.#sync()) : undefined;
    return routes;
  }

  /** Sends pathd the changed orders, and repeats this while orders have changed meanwhile. */
  async #sendChanges(): Promise<void> {
    this.#sending = true;
    while (this.#isDirty && this.#pathd.addresses !== undefined) {
      this.#isDirty = false;
      const orders = pathOrders({
        selfId: this.#o.nodeId,
        nodes: this.#nodes,
        routes: this.#currentRoutes(),
        pipes: [...this.#pipes.values()],
        hostOf: (nodeId) => this.#hosts.get(nodeId),
        numberOf: nodeNumberOf,
        deriveKey: deriveKey,
      });
      const before = this.#sentOrders;
      const { clock } = this.#o;
      const wanted = this.#refusals.withoutRefused(before, withFlips(orders, this.#flipped), clock.nowMs());
      const changes = orderChanges(before, wanted);
      this.#sentOrders = wanted;
      const answers = await Promise.all(changes.map(({ order }) => this.#pathd.send(order)));
      // After a close the answers do not matter.
      if (this.#closed) return;
      this.#recordAnswers(before, changes, answers);
    }
    this.#sending = false;
  }

  /** Records pathd's answers. A refused order counts as not sent, and is sent again after its pause. */
  #recordAnswers(before: PathOrders, changes: readonly OrderChange[], answers: readonly (string | undefined)[]): void {
    const { clock, log } = this.#o;
    const { kept, newRefusals } = this.#refusals.record(before, changes, answers, clock.nowMs());
    // The order itself is not logged: it holds keys.
    for (const { key, error } of newRefusals) log.warn({ order: key, error }, 'pathd refused a command');
    const sentOrders = new Map(this.#sentOrders);
    for (const [key, order] of kept) {
      if (order === undefined) sentOrders.delete(key);
      else sentOrders.set(key, order);
    }
    this.#sentOrders = sentOrders;
    this.#refusalsTimer?.cancel();
    const nextMs = this.#refusals.nextDueMs(clock.nowMs());
    this.#refusalsTimer = nextMs === undefined ? undefined : clock.after(nextMs - clock.nowMs(), () => this.#sync());
  }
}

/** Returns an unused flow number from 1 (0 is for rooms without a fence); undefined when all are in use. */
function freeNumber(used: ReadonlySet<number>): number | undefined {
  for (let number = 1; number < flowsOfPeer; number += 1) if (!used.has(number)) return number;
  return undefined;
}

const keyOf = (remoteId: string, fence: string): string => `${remoteId}\n${fence}`;
const peerNumberOf = (flow: string): string => flow.slice(0, 8);

function withFlips(orders: PathOrders, flips: ReadonlyMap<string, string>): PathOrders {
  const after = new Map(orders);
  for (const [peer, via] of flips) {
    const key = orderKey({ kind: 'route', name: peer });
    const flipped = afterFlip(orders.get(key), via);
    if (flipped !== undefined) after.set(key, flipped);
  }
  return after;
}
