// Reads stints from the stores of other recorders, over links that it dials when they are needed.
import type { NodeShell } from '@meridian/node-shell';
import { bracketed, call, limits, MeridianError, nodeKind, rpc, type wire } from '@meridian/protocol';
import { type Clock, type Link, LinkDialer, LinkError, type Logger, type Rng, type Timer } from '@meridian/runtime';

/** Time that a read waits for the link. */
const LINK_WAIT_MS = 5000;
const READ_MS = 20_000;
/** Time for which an unused link is kept. */
const IDLE_MS = 60_000;
/** A link that breaks during a read may be back at once. */
const TRIES_MAX = 2;

export interface StintPeersOptions {
  readonly shell: Pick<NodeShell, 'isDenied' | 'credentials'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
}

interface Peer {
  readonly url: string;
  readonly dialer: LinkDialer;
  readonly waiting: Set<(link: Link | undefined) => void>;
  link: Link | undefined;
  reads: number;
  idle: Timer | undefined;
}

export class StintPeers {
  readonly #o: StintPeersOptions;
  /** URLs of the plan's recorders. */
  #urls: ReadonlyMap<string, string> = new Map();
  readonly #peers = new Map<string, Peer>();

  constructor(o: StintPeersOptions) {
    this.#o = o;
  }

  /** Number of recorders that are linked or dialled. */
  get size(): number {
    return this.#peers.size;
  }

  /** Takes the recorders of a plan, and drops links to those that are gone, moved or denied. */
  follow(plan: Pick<wire.Plan, 'nodes'>): void {
    this.#urls = new Map(plan.nodes.flatMap((node) => this.#targetOf(node)));
    for (const [id, { url }] of this.#peers) if (this.#urls.get(id) !== url) this.#drop(id, 'no longer in the plan');
  }

  /**
   * Returns bytes of a stint from the store of a recorder. Rejects with NODE_UNREACHABLE when it is away, and with its
   * refusal, whose `code` may be one of stores.
   */
  async read(recorderId: string, message: wire.ReadStint.$Properties): Promise<Uint8Array> {
    for (let tries = 1; ; tries += 1)
      try {
        return await this.#read(recorderId, message);
      } catch (error) {
        if (!isAway(error)) throw error;
        if (tries === TRIES_MAX)
          throw new MeridianError('NODE_UNREACHABLE', `recorder ${recorderId} does not answer`, { cause: error });
      }
  }

  /** Ends all links; reads reject, and no further link is dialled. Idempotent. */
  close(cause: string): void {
    this.#urls = new Map();
    for (const id of [...this.#peers.keys()]) this.#drop(id, cause);
  }

  async #read(recorderId: string, message: wire.ReadStint.$Properties): Promise<Uint8Array> {
    const peer = this.#peers.get(recorderId) ?? this.#dial(recorderId);
    peer.idle?.cancel();
    peer.reads += 1;
    try {
      const link = peer.link ?? (await this.#linkOf(peer));
      return (await call(link, rpc.readStint, message, { deadlineMs: READ_MS })).bytes;
    } finally {
      peer.reads -= 1;
      if (peer.reads === 0 && this.#peers.get(recorderId) === peer)
        peer.idle = this.#o.clock.after(IDLE_MS, () => this.#drop(recorderId, 'unused'));
    }
  }

  #targetOf(node: wire.NodeRef.$Properties): [string, string][] {
    const nodeId = node.nodeId ?? '';
    const address = node.addresses?.find(({ purpose }) => purpose === 'control');
    if (node.kind !== nodeKind.recorder || address === undefined || this.#o.shell.isDenied(nodeId)) return [];
    return [[nodeId, `wss://${bracketed(address.announced || address.ip || '')}:${address.port}`]];
  }

  #dial(recorderId: string): Peer {
    const { shell, clock, rng, log } = this.#o;
    const url = this.#urls.get(recorderId);
    if (url === undefined) throw new MeridianError('NODE_UNREACHABLE', `recorder ${recorderId} is not in the plan`);
    const peer: Peer = {
      url,
      waiting: new Set(),
      link: undefined,
      reads: 0,
      idle: undefined,
      dialer: new LinkDialer({
        url,
        credentials: shell.credentials,
        clock,
        rng,
        log: log.child({ to: recorderId }),
        limits: limits.centreLink,
        expect: (remote) => remote.id === recorderId && remote.kind === nodeKind.recorder,
        onLink: (link) => {
          peer.link = link;
          for (const take of [...peer.waiting]) take(link);
        },
        onDown: () => {
          peer.link = undefined;
        },
      }),
    };
    this.#peers.set(recorderId, peer);
    return peer;
  }

  async #linkOf(peer: Peer): Promise<Link> {
    const found = Promise.withResolvers<Link | undefined>();
    const timer = this.#o.clock.after(LINK_WAIT_MS, () => found.resolve(undefined));
    peer.waiting.add(found.resolve);
    const link = await found.promise;
    peer.waiting.delete(found.resolve);
    timer.cancel();
    if (link === undefined) throw new MeridianError('NODE_UNREACHABLE');
    return link;
  }

  #drop(recorderId: string, cause: string): void {
    const peer = this.#peers.get(recorderId);
    this.#peers.delete(recorderId);
    peer?.idle?.cancel();
    peer?.dialer.close(cause);
    for (const take of [...(peer?.waiting ?? [])]) take(undefined);
  }
}

/** A refusal of the other recorder has a code that is not one of links. */
const isAway = (error: unknown): boolean =>
  error instanceof MeridianError
    ? error.code === 'NODE_UNREACHABLE'
    : error instanceof LinkError && (error.code.startsWith('LINK_') || error.code === 'SHUTTING_DOWN');
