// Links to the signaling nodes of the plan, and sessions over them. A session goes to the nearest node with room: own
// region first, then by distance, then by fewest sessions. Sessions of a broken link are lost; their clients reopen
// them over the next link.
import { LinkSessions, type LinkSocket, MeridianClientError, type SocketSource, socketsOf } from '@meridian/client';
import type { NodeShell } from '@meridian/node-shell';
import { bracketed, distanceKm, limits, nodeKind, type wire } from '@meridian/protocol';
import { type Clock, LinkDialer, type Logger, type Rng } from '@meridian/runtime';

/** Time for which a node that has lost or refused a session is the last choice. */
const AVOIDED_MS = 3000;
/** Time that an opening session waits for a link when none is up. */
const LINK_WAIT_MS = 5000;

export interface SignalingLinksOptions {
  readonly shell: NodeShell;
  readonly place: { readonly region: string; readonly latitude: number; readonly longitude: number };
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
}

interface Target {
  readonly nodeId: string;
  readonly url: string;
  readonly planned: wire.NodeRef.$Properties;
  readonly isDraining: boolean;
}

interface SignalingNode {
  readonly nodeId: string;
  readonly url: string;
  readonly region: string;
  readonly kilometres: number;
  readonly dialer: LinkDialer;
  isDraining: boolean;
  sessions: LinkSessions | undefined;
  avoidedUntilMs: number;
}

export class SignalingLinks {
  readonly #o: SignalingLinksOptions;
  readonly #nodes = new Map<string, SignalingNode>();
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(o: SignalingLinksOptions) {
    this.#o = o;
  }

  get sessions(): number {
    return [...this.#nodes.values()].reduce((sum, { sessions }) => sum + (sessions?.size ?? 0), 0);
  }
  get linkedNodeIds(): string[] {
    return [...this.#nodes.values()].filter(({ sessions }) => sessions !== undefined).map(({ nodeId }) => nodeId);
  }

  /** Dials the signaling nodes of the plan, and drops those that are gone, moved or denied. */
  follow(plan: wire.Plan): void {
    const wanted = new Map(plan.nodes.flatMap((node) => this.#target(node)).map((target) => [target.nodeId, target]));
    for (const [nodeId, node] of this.#nodes) {
      const target = wanted.get(nodeId);
      if (target?.url === node.url) node.isDraining = target.isDraining;
      else this.#drop(node, 'no longer in the plan');
    }
    if (this.#isClosed) return;
    for (const target of wanted.values()) if (!this.#nodes.has(target.nodeId)) this.#dial(target);
  }

  /**
   * Returns the sockets of one session. `clientIp` is the address of the session's client, `''` without a client.
   * Opening rejects with SOCKET_FAILED when no link comes up within 5 s.
   */
  sockets(o: { readonly clientIp: string }): SocketSource {
    const nodeOf = new WeakMap<object, SignalingNode>();
    return socketsOf(
      async (signal) => {
        const node = this.#best() ?? (await this.#awaitNode(signal));
        const socket: LinkSocket = (node.sessions as LinkSessions).open(o);
        nodeOf.set(socket, node);
        return socket;
      },
      (socket) => {
        const node = nodeOf.get(socket);
        if (node !== undefined) node.avoidedUntilMs = this.#o.clock.nowMs() + AVOIDED_MS;
      },
    );
  }

  /** Ends all links; their sessions are lost. Idempotent. */
  close(cause: string): void {
    this.#isClosed = true;
    for (const node of this.#nodes.values()) this.#drop(node, cause);
    for (const wake of [...this.#waiting]) wake();
  }

  /** Returns the node as a target of a link; empty for nodes of another kind and denied nodes. */
  #target(node: wire.NodeRef.$Properties): Target[] {
    const nodeId = node.nodeId ?? '';
    const address = node.addresses?.find(({ purpose }) => purpose === 'control');
    if (node.kind !== nodeKind.signaling || address === undefined || this.#o.shell.isDenied(nodeId)) return [];
    const url = `wss://${bracketed(address.announced || address.ip || '')}:${address.port}`;
    return [{ nodeId, url, planned: node, isDraining: node.state === 'draining' }];
  }

  #dial({ nodeId, url, planned, isDraining }: Target): void {
    const { shell, clock, rng, log, place } = this.#o;
    const nodeLocation = { latitude: planned.latitude ?? 0, longitude: planned.longitude ?? 0 };
    const node: SignalingNode = {
      nodeId,
      url,
      region: planned.region ?? '',
      kilometres: distanceKm(place, nodeLocation),
      isDraining,
      sessions: undefined,
      avoidedUntilMs: Number.NEGATIVE_INFINITY,
      dialer: new LinkDialer({
        url,
        credentials: shell.credentials,
        clock,
        rng,
        log: log.child({ to: nodeId }),
        limits: limits.centreLink,
        expect: (remote) => remote.id === nodeId && remote.kind === nodeKind.signaling,
        onLink: (link) => {
          node.sessions = new LinkSessions(link);
          for (const wake of [...this.#waiting]) wake();
        },
        onDown: () => {
          node.sessions = undefined;
        },
      }),
    };
    this.#nodes.set(nodeId, node);
  }

  #drop(node: SignalingNode, cause: string): void {
    this.#nodes.delete(node.nodeId);
    node.sessions?.close(cause);
    node.sessions = undefined;
    node.dialer.close(cause);
  }

  #best(): SignalingNode | undefined {
    const nowMs = this.#o.clock.nowMs();
    const { region } = this.#o.place;
    const rank = (node: SignalingNode): number[] => [
      Number(node.isDraining),
      Number(node.avoidedUntilMs > nowMs),
      Number(node.region !== region),
      node.kilometres,
      node.sessions?.size ?? 0,
    ];
    const connected = [...this.#nodes.values()].filter(({ sessions }) => sessions !== undefined);
    return connected.sort((a, b) => firstDifference(rank(a), rank(b)))[0];
  }

  async #awaitNode(signal: AbortSignal): Promise<SignalingNode> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(LINK_WAIT_MS, resolve);
    this.#waiting.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    timer.cancel();
    this.#waiting.delete(resolve);
    const node = signal.aborted ? undefined : this.#best();
    if (node === undefined) throw new MeridianClientError('SOCKET_FAILED', 'no signaling node can be reached');
    return node;
  }
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
