// Links between signaling nodes. Either side may dial, and a link serves requests to an owner and its events, in both
// directions. Of two links the older open one is used, which keeps messages in order. When a link comes or goes beside
// another, one end may have been without a link for a moment, which the other end cannot see: the sessions are then
// announced again.
import { call, MeridianError, type Note, nodeKind, post, type Rpc } from '@meridian/protocol';
import {
  type Clock,
  type Credentials,
  type Link,
  LinkDialer,
  type Logger,
  type Rng,
  type Timer,
} from '@meridian/runtime';
import { type Fleet, isServing } from '../core/index.ts';
import { translated } from '../failures.ts';
import { bounds } from '../limits.ts';
import { controlUrlOf } from '../wire/control-wire.ts';

export interface PeerLinksOptions {
  selfId: string;
  fleet(): Fleet;
  credentials(): Credentials;
  log: Logger;
  clock: Clock;
  rng: Rng;
  isClosing?(): boolean;
  /** Attaches the handlers of both roles. */
  onLink(link: Link): void;
  /** Called when no link to that instance is left. */
  onGone(signalingId: string): void;
  /** Called when a link comes or goes beside another: the other end may have had none for a moment. */
  onLinkChange(signalingId: string): void;
}

interface Peer {
  readonly links: Set<Link>;
  readonly linkWaiters: Set<(link: Link | undefined) => void>;
  dialer: LinkDialer | undefined;
  url: string;
  idleTimer: Timer | undefined;
}

export class PeerLinks {
  readonly #o: PeerLinksOptions;
  readonly #peers = new Map<string, Peer>();
  #closed = false;

  constructor(o: PeerLinksOptions) {
    this.#o = o;
  }

  /** Takes an incoming link, or a link that a dialer opened. */
  take(link: Link): void {
    if (this.#closed) {
      link.close('closing');
      return;
    }
    const id = link.remote.id;
    const peer = this.#peer(id);
    peer.links.add(link);
    this.#o.onLink(link);
    if (peer.links.size > 1) this.#o.onLinkChange(id);
    link.onClose(() => {
      peer.links.delete(link);
      if (this.#closed) return;
      if (peer.links.size > 0) {
        this.#o.onLinkChange(id);
        return;
      }
      this.#o.onGone(id);
      if (peer.dialer === undefined && peer.linkWaiters.size === 0) this.#peers.delete(id);
    });
    for (const waiting of [...peer.linkWaiters]) waiting(link);
  }

  /** Throws the other instance's code; ROOM_OWNER_LOST without a link within the wait or an answer in time. */
  async call<Q, QP, A, AP>(
    id: string,
    kind: Rpc<Q, QP, A, AP>,
    message: NoInfer<QP>,
    deadlineMs: number = bounds.requestDeadlineMs,
  ): Promise<A> {
    const link = await this.#link(id);
    return translated(call(link, kind, message, { deadlineMs }), 'ROOM_OWNER_LOST');
  }

  /** Asks every instance of the plan and returns the answers that arrive in time. Never fails. */
  async askAll<Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, withinMs: number): Promise<A[]> {
    const { clock, log } = this.#o;
    const ids = this.#otherIds();
    const answers: A[] = [];
    const ask = async (id: string): Promise<void> => {
      try {
        answers.push(await call(await this.#link(id), kind, message, { deadlineMs: withinMs }));
      } catch (error) {
        log.debug({ id, err: error }, 'an instance did not answer');
      }
    };
    let timer: Timer | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = clock.after(withinMs, resolve);
    });
    await Promise.race([Promise.all(ids.map(ask)), timeout]);
    timer?.cancel();
    return [...answers];
  }

  /** Posts a message; without an open link the message is lost (false), and a link is dialled for the next. */
  post<M, MP>(id: string, kind: Note<M, MP>, message: NoInfer<MP>): boolean {
    const link = this.#open(id);
    if (link !== undefined) return post(link, kind, message);
    this.#dial(id);
    return false;
  }

  /** Posts a message after waiting for a link. */
  async postWhenLinked<M, MP>(id: string, kind: Note<M, MP>, message: NoInfer<MP>): Promise<boolean> {
    return post(await this.#link(id), kind, message);
  }

  /** Returns whether a link is open; if not, dials. */
  ensureLink(id: string): boolean {
    if (this.#open(id) !== undefined) return true;
    this.#dial(id);
    return false;
  }

  cut(ids: ReadonlySet<string>, cause: string): void {
    for (const id of ids) {
      const peer = this.#peers.get(id);
      peer?.dialer?.close(cause);
      if (peer !== undefined) peer.dialer = undefined;
      for (const link of [...(peer?.links ?? [])]) link.close(cause);
    }
  }

  get openCount(): number {
    return [...this.#peers.values()].filter((peer) => peer.links.size > 0).length;
  }

  /** Idempotent. */
  close(cause: string): void {
    this.#closed = true;
    for (const peer of this.#peers.values()) {
      peer.idleTimer?.cancel();
      peer.dialer?.close(cause);
      for (const link of [...peer.links]) link.close(cause);
      for (const waiting of [...peer.linkWaiters]) waiting(undefined);
    }
    this.#peers.clear();
  }

  #otherIds(): string[] {
    const { fleet, selfId } = this.#o;
    return [...fleet().values()]
      .filter((node) => node.kind === nodeKind.signaling && node.nodeId !== selfId && isServing(node))
      .map((node) => node.nodeId)
      .slice(0, bounds.instancesAskedMax);
  }

  #open(id: string): Link | undefined {
    for (const link of this.#peers.get(id)?.links ?? []) if (!link.closed) return link;
    return undefined;
  }

  async #link(id: string): Promise<Link> {
    const open = this.#open(id);
    if (open !== undefined) return open;
    const peer = this.#dial(id);
    if (peer === undefined) throw new MeridianError('ROOM_OWNER_LOST', 'the instance is not in the plan');
    const link = await new Promise<Link | undefined>((resolve) => {
      const settle = (found: Link | undefined): void => {
        timer.cancel();
        peer.linkWaiters.delete(settle);
        resolve(found);
      };
      const timer = this.#o.clock.after(bounds.dialWaitMs, () => settle(undefined));
      peer.linkWaiters.add(settle);
    });
    if (link === undefined) throw new MeridianError('ROOM_OWNER_LOST');
    return link;
  }

  #peer(id: string): Peer {
    let peer = this.#peers.get(id);
    if (peer === undefined) {
      peer = { links: new Set(), linkWaiters: new Set(), dialer: undefined, url: '', idleTimer: undefined };
      this.#peers.set(id, peer);
    }
    return peer;
  }

  /** Dials unless a dialer is running; an unused dialer without an open link is released after a while. */
  #dial(id: string): Peer | undefined {
    const url = controlUrlOf(this.#o.fleet().get(id));
    if (this.#closed || id === this.#o.selfId || url === undefined) return undefined;
    const peer = this.#peer(id);
    if (peer.dialer !== undefined && peer.url !== url) {
      peer.dialer.close('the instance moved');
      peer.dialer = undefined;
    }
    const { credentials, log, clock, rng } = this.#o;
    peer.url = url;
    peer.dialer ??= new LinkDialer({
      url,
      credentials,
      log: log.child({ to: id }),
      clock,
      rng,
      isClosing: () => this.#o.isClosing?.() === true,
      backoffMs: { first: 100, max: 1000 },
      expect: (remote) => remote.id === id && remote.kind === nodeKind.signaling,
      onLink: (link) => this.take(link),
    });
    this.#startIdle(id, peer);
    return peer;
  }

  #startIdle(id: string, peer: Peer): void {
    peer.idleTimer?.cancel();
    peer.idleTimer = this.#o.clock.after(bounds.linkIdleMs, () => {
      peer.idleTimer = undefined;
      if (peer.links.size > 0) {
        this.#startIdle(id, peer);
        return;
      }
      peer.dialer?.close('idle');
      peer.dialer = undefined;
      if (peer.linkWaiters.size === 0) this.#peers.delete(id);
    });
  }
}
