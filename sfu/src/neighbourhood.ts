// Links to the other media nodes of the plan. Of two nodes, the one with the lower id dials the other. A lost link has
// `linkGraceMs` to come back before the pipes to its node are dropped, because the pipes themselves may still work.
import { bracketed, nodeKind, type wire } from '@meridian/protocol';
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
/** Limit on the links that this node dials. The plan may list more nodes (`limits.nodesMax`). */
const diallersMax = 512;

interface Neighbour {
  readonly url: string;
  readonly dialer: LinkDialer;
}
export interface NeighbourhoodPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  credentials(): Credentials;
  onLink(link: Link): void;
  linked(nodeId: string): boolean;
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

  constructor(ports: NeighbourhoodPorts) {
    this.#ports = ports;
  }

  incarnationOf(nodeId: string): string {
    return this.#incarnations.get(nodeId) ?? '';
  }

  /** Applies a plan: dials new nodes and drops nodes that are gone. Running links of listed nodes stay. */
  applyPlan(plan: wire.Plan.$Properties): void {
    const nodes = plan.nodes ?? [];
    this.#incarnations.clear();
    for (const { nodeId, incarnation } of nodes) this.#incarnations.set(nodeId ?? '', incarnation ?? '');
    const denied = new Set(plan.deniedIds ?? []);
    const wanted = new Map<string, string>();
    for (const node of nodes) {
      const isWanted = node.kind === nodeKind.media && node.state !== 'dead' && !denied.has(node.nodeId ?? '');
      const url = isWanted ? controlUrlOf(node) : undefined;
      if (url !== undefined && node.nodeId && shouldDial(this.#ports.nodeId, node.nodeId)) wanted.set(node.nodeId, url);
    }
    for (const [nodeId, { url, dialer }] of this.#neighbours) {
      if (wanted.get(nodeId) === url) continue;
      this.#neighbours.delete(nodeId);
      dialer.close('the plan no longer lists the node at this address');
    }
    for (const [nodeId, url] of wanted) {
      if (!this.#neighbours.has(nodeId) && this.#neighbours.size < diallersMax) this.#dial(nodeId, url);
    }
    if (denied.size > 0) this.#ports.onDenied(denied);
  }

  linkLost(nodeId: string, cause: string): void {
    if (this.#graceTimers.has(nodeId)) return;
    this.#startDoubtTimer(nodeId);
    const timer = this.#ports.clock.after(linkGraceMs, () => {
      this.#graceTimers.delete(nodeId);
      if (!this.#ports.linked(nodeId)) this.#ports.onLost(nodeId, cause);
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

  found(nodeId: string): void {
    this.#doubtTimers.get(nodeId)?.cancel();
    this.#doubtTimers.delete(nodeId);
    this.#graceTimers.get(nodeId)?.cancel();
    this.#graceTimers.delete(nodeId);
  }

  close(cause: string): void {
    for (const { dialer } of this.#neighbours.values()) dialer.close(cause);
    this.#neighbours.clear();
    for (const timer of this.#graceTimers.values()) timer.cancel();
    this.#graceTimers.clear();
    for (const timer of this.#doubtTimers.values()) timer.cancel();
    this.#doubtTimers.clear();
  }

  #dial(nodeId: string, url: string): void {
    const { clock, log, rng, credentials, onLink } = this.#ports;
    const dialer = new LinkDialer({
      url,
      credentials,
      log: log.child({ to: nodeId }),
      clock,
      rng,
      expect: (remote) => remote.id === nodeId && remote.kind === nodeKind.media,
      onLink,
      backoffMs: { first: 200, max: 2000 },
    });
    this.#neighbours.set(nodeId, { url, dialer });
  }
}

/** Returns the wss:// address of a node's control port, IPv6 in brackets; undefined without such a port. */
export function controlUrlOf(node: wire.NodeRef.$Properties): string | undefined {
  const address = node.addresses?.find(({ purpose }) => purpose === 'control');
  const host = address?.announced || address?.ip;
  if (!host || !address?.port) return undefined;
  return `wss://${bracketed(host)}:${address.port}`;
}
