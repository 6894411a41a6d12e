// Links to other media nodes. Nodes of hosts that the plan names (with routes between them) have links from the start:
// of two such nodes, the one with the lower id dials the other. Other links are dialled when a track is pulled: the
// room's owner names the carrier's address, and otherwise the centre does. A lost link has `linkGraceMs` to come back
// before the pipes to its node are dropped, because the pipes themselves may still work.
import { controlUrlOf, nodeKind, type wire } from '@meridian/protocol';
import {
  type Clock,
  type Credentials,
  type Link,
  LinkDialer,
  type Logger,
  type Rng,
  type Timer,
} from '@meridian/runtime';
import { shouldDial } from './core/index.ts';

/** Longer than the dialler's first retries; subscribers of a dead node wait no longer than this. */
export const linkGraceMs = 3000;
/** Longer than the 200 ms of `backoffMs` after which a broken link is dialled again. */
export const linkDoubtfulAfterMs = 400;
/** Limit on the links that this node dials. Beyond it, a node without pipes makes room for one that a pull needs. */
const diallersMax = 512;
/** Time for which a replaced link stays open: longer than the longest deadline of a request on it (outbox.ts). */
export const replacedLinkMs = 5000;

interface Neighbour {
  readonly url: string;
  readonly dialer: LinkDialer;
  /** Whether the plan wants the link; otherwise a pull does. */
  isPlanned: boolean;
}
export interface NeighbourhoodPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  credentials(): Credentials;
  onLink(link: Link): void;
  linked(nodeId: string): boolean;
  /** Returns the nodes with pipes to this node, or pulls by it. */
  used(): ReadonlySet<string>;
  /** Resolves to the address of a media node, by the centre; undefined: it is unknown, or there is no answer. */
  askAddress(nodeId: string): Promise<string | undefined>;
  /** Called when a neighbour's link has been down for `linkDoubtfulAfterMs`; its media may still flow. */
  onDoubtful(nodeId: string): void;
  onLost(nodeId: string, reason: string): void;
  /** Called when the centre has shut out these nodes, of any kind; links with them should end. */
  onDenied(nodeIds: ReadonlySet<string>): void;
}

export class Neighbourhood {
  readonly #ports: NeighbourhoodPorts;
  readonly #neighbours = new Map<string, Neighbour>();
  readonly #graceTimers = new Map<string, Timer>();
  readonly #doubtTimers = new Map<string, Timer>();
  readonly #incarnations = new Map<string, string>();
  /** Addresses of the plan's media nodes that are not dead, and whether this node is one of them. */
  #planned: ReadonlyMap<string, string> = new Map();
  #isPlanned = true;
  #denied: ReadonlySet<string> = new Set();
  /** Links that this node has dialled. */
  readonly #dialled = new WeakSet<Link>();
  /** Nodes whose address the centre is being asked for. */
  readonly #asking = new Set<string>();
  /** Diallers whose links are replaced, with the timers that end them. */
  readonly #replaced = new Map<LinkDialer, Timer>();
  #closed = false;

  constructor(ports: NeighbourhoodPorts) {
    this.#ports = ports;
  }

  incarnationOf(nodeId: string): string {
    return this.#incarnations.get(nodeId) ?? '';
  }

  /**
   * Applies a plan: dials new nodes and drops nodes that are dead, shut out, or elsewhere. Links with nodes that the
   * plan no longer names stay while they are up: the centre may merely have left them out.
   */
  applyPlan(plan: wire.Plan.$Properties): void {
    const nodes = plan.nodes ?? [];
    this.#incarnations.clear();
    for (const { nodeId, incarnation } of nodes) this.#incarnations.set(nodeId ?? '', incarnation ?? '');
    const denied = new Set(plan.deniedIds ?? []);
    this.#denied = denied;
    const media = nodes.filter(({ nodeId, kind }) => kind === nodeKind.media && nodeId);
    this.#planned = new Map(
      media.flatMap(({ nodeId = '', state, addresses }) => {
        const url = state === 'dead' || denied.has(nodeId ?? '') ? undefined : controlUrlOf(addresses);
        return url === undefined ? [] : [[nodeId ?? '', url]];
      }),
    );
    const named = new Set(media.map(({ nodeId }) => nodeId ?? ''));
    this.#isPlanned = named.has(this.#ports.nodeId);
    for (const [nodeId, neighbour] of this.#neighbours) {
      const isLeftOut = !named.has(nodeId) && !denied.has(nodeId);
      const isNeeded = this.#ports.linked(nodeId) || !neighbour.isPlanned;
      neighbour.isPlanned = this.#dialsByPlan(nodeId);
      if (this.#planned.get(nodeId) === neighbour.url || (isLeftOut && isNeeded)) continue;
      this.#drop(nodeId, neighbour, 'the plan no longer lists the node at this address');
    }
    for (const [nodeId, url] of this.#planned) {
      if (!this.#dialsByPlan(nodeId) || this.#neighbours.has(nodeId)) continue;
      if (this.#neighbours.size < diallersMax) this.#dial(nodeId, url, true);
    }
    if (denied.size > 0) this.#ports.onDenied(denied);
  }

  /** Whether this node has to dial the other without a pull. Two nodes that both are in plans know of each other. */
  #dialsByPlan(nodeId: string): boolean {
    return this.#isPlanned && this.#planned.has(nodeId) && shouldDial(this.#ports.nodeId, nodeId);
  }

  /** Sees to a link with a node from which a track is pulled. `url`: its address by the room's owner, if known. */
  reach(nodeId: string, url: string | undefined): void {
    const { linked, nodeId: selfId, askAddress } = this.#ports;
    if (linked(nodeId) || nodeId === selfId || this.#denied.has(nodeId) || this.#closed) return;
    if (this.#neighbours.has(nodeId) || (this.#isPlanned && this.#planned.has(nodeId))) return;
    const knownUrl = this.#planned.get(nodeId) ?? url;
    if (knownUrl !== undefined) this.#dialForPull(nodeId, knownUrl);
    else if (!this.#asking.has(nodeId)) {
      this.#asking.add(nodeId);
      askAddress(nodeId)
        .then((answer) => {
          this.#asking.delete(nodeId);
          if (answer !== undefined) this.reach(nodeId, answer);
        })
        .catch((error: unknown) => this.#ports.log.warn({ nodeId, err: error }, 'a carrier could not be dialled'));
    }
  }

  #dialForPull(nodeId: string, url: string): void {
    if (this.#neighbours.size >= diallersMax) {
      const used = this.#ports.used();
      const spare = [...this.#neighbours].find(([id, { isPlanned }]) => !isPlanned && !used.has(id));
      if (spare === undefined) {
        this.#ports.log.warn({ nodeId, diallersMax }, 'too many links: a carrier is not dialled');
        return;
      }
      this.#drop(...spare, 'another node needs the link');
    }
    this.#dial(nodeId, url, false);
    // A node that does not answer at all gets no grace of a lost link.
    this.#startGraceTimer(nodeId, 'no link in time');
  }

  linkLost(nodeId: string, cause: string): void {
    if (this.#graceTimers.has(nodeId)) return;
    this.#startDoubtTimer(nodeId);
    this.#startGraceTimer(nodeId, cause);
  }

  #startGraceTimer(nodeId: string, cause: string): void {
    this.#graceTimers.get(nodeId)?.cancel();
    const timer = this.#ports.clock.after(linkGraceMs, () => {
      this.#graceTimers.delete(nodeId);
      if (this.#ports.linked(nodeId)) return;
      const neighbour = this.#neighbours.get(nodeId);
      // The next pull dials it again.
      if (neighbour?.isPlanned === false) this.#drop(nodeId, neighbour, cause);
      this.#ports.onLost(nodeId, cause);
    });
    this.#graceTimers.set(nodeId, timer);
  }

  /** Reports a neighbour as doubtful before its grace is over, so that other carriers take over its tracks early. */
  #startDoubtTimer(nodeId: string): void {
    this.#doubtTimers.get(nodeId)?.cancel();
    const timer = this.#ports.clock.after(linkDoubtfulAfterMs, () => {
      this.#doubtTimers.delete(nodeId);
      if (!this.#ports.linked(nodeId)) this.#ports.onDoubtful(nodeId);
    });
    this.#doubtTimers.set(nodeId, timer);
  }

  /**
   * Takes note of a new link with a media node, and returns its use. Two nodes that pull from each other may dial each
   * other at the same time: both then use the link that the node with the lower id has dialled, and the other link
   * answers what was asked on it. `present`: the link in use. `preferred`: the new link takes its place, and it ends
   * later. `spare`: the new link is not used.
   */
  found(link: Link, present: Link | undefined): 'spare' | 'preferred' | 'newer' {
    const { id: nodeId } = link.remote;
    this.#doubtTimers.get(nodeId)?.cancel();
    this.#doubtTimers.delete(nodeId);
    this.#graceTimers.get(nodeId)?.cancel();
    this.#graceTimers.delete(nodeId);
    if (present === undefined || present.closed) return 'newer';
    const isLower = this.#isByLowerId(link);
    if (isLower === this.#isByLowerId(present)) return 'newer';
    if (!isLower) return 'spare';
    const neighbour = this.#neighbours.get(nodeId);
    if (neighbour !== undefined && this.#dialled.has(present)) this.#replace(nodeId, neighbour.dialer);
    return 'preferred';
  }

  #isByLowerId(link: Link): boolean {
    return shouldDial(this.#ports.nodeId, link.remote.id) === this.#dialled.has(link);
  }

  #replace(nodeId: string, dialer: LinkDialer): void {
    this.#neighbours.delete(nodeId);
    const timer = this.#ports.clock.after(replacedLinkMs, () => {
      this.#replaced.delete(dialer);
      dialer.close('the other node has dialled this one too');
    });
    this.#replaced.set(dialer, timer);
  }

  close(cause: string): void {
    this.#closed = true;
    for (const { dialer } of this.#neighbours.values()) dialer.close(cause);
    this.#neighbours.clear();
    for (const [dialer, timer] of this.#replaced) {
      timer.cancel();
      dialer.close(cause);
    }
    this.#replaced.clear();
    for (const timer of this.#graceTimers.values()) timer.cancel();
    this.#graceTimers.clear();
    for (const timer of this.#doubtTimers.values()) timer.cancel();
    this.#doubtTimers.clear();
  }

  #drop(nodeId: string, { dialer }: Neighbour, cause: string): void {
    this.#neighbours.delete(nodeId);
    dialer.close(cause);
  }

  #dial(nodeId: string, url: string, isPlanned: boolean): void {
    const { clock, log, rng, credentials, onLink } = this.#ports;
    const dialer = new LinkDialer({
      url,
      credentials,
      log: log.child({ to: nodeId }),
      clock,
      rng,
      expect: (remote) => remote.id === nodeId && remote.kind === nodeKind.media,
      onLink: (link) => {
        this.#dialled.add(link);
        onLink(link);
      },
      backoffMs: { first: 200, max: 2000 },
    });
    this.#neighbours.set(nodeId, { url, dialer, isPlanned });
  }
}
