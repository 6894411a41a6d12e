// Links to media nodes, dialled on demand at the `control` address of the plan, shared by clients/ and owner/. A user
// of a node holds it; a node without holders is released after a while. A held node is reported lost, once per loss,
// when its link stays away for three seconds, is away while the centre calls the node dead, or was ended by the node's
// process (core/node-death.ts). A reset link is dialled once before the centre's state counts.
import { call, MeridianError, type Note, nodeKind, note, onNote, post, type Rpc } from '@meridian/protocol';
import {
  type Clock,
  type Credentials,
  isProcessEnd,
  type Link,
  LinkDialer,
  type Logger,
  type Rng,
  type Timer,
} from '@meridian/runtime';
import { type Fleet, isProcessGone, isRefusing, type LinkState } from '../core/index.ts';
import { translated } from '../failures.ts';
import { bounds } from '../limits.ts';
import { controlUrlOf } from '../wire/control-wire.ts';

type NodeNotes = Pick<
  typeof note,
  | 'consumerChanged'
  | 'consumerClosed'
  | 'consumerMoved'
  | 'transportState'
  | 'sessionEnded'
  | 'trackEnded'
  | 'trackDemand'
  | 'speakerLevels'
  | 'carrierChanged'
  | 'retainedRoomRequest'
  | 'roomLost'
  | 'roomData'
  | 'channelMessage'
>;
type MessageOf<N> = N extends Note<infer M, infer _P> ? M : never;
/** A handler per message of a media node; `nodeId` is the identity in the link's certificate. */
export type NodeNoteHandlers = { [K in keyof NodeNotes]: (message: MessageOf<NodeNotes[K]>, nodeId: string) => void };

export interface NodeLinksOptions {
  fleet(): Fleet;
  credentials(): Credentials;
  log: Logger;
  clock: Clock;
  rng: Rng;
  isClosing?(): boolean;
  notes(): NodeNoteHandlers;
  /** Called when the link of a held node has been away too long. */
  onLost(nodeId: string): void;
  onUp(nodeId: string): void;
  /** Called when the link of a node is back: the node may have lost its sessions. */
  onBack(nodeId: string): void;
}

interface NodeEntry {
  readonly nodeId: string;
  readonly url: string;
  readonly dialer: LinkDialer;
  readonly linkWaiters: Set<(link: Link | undefined) => void>;
  wasUp: boolean;
  endedAsProcess: boolean;
  refusals: number;
  lostTimer: Timer | undefined;
  idleTimer: Timer | undefined;
}

export class NodeLinks {
  readonly #o: NodeLinksOptions;
  readonly #entries = new Map<string, NodeEntry>();
  readonly #holders = new Map<string, Set<string>>();
  #closed = false;

  constructor(o: NodeLinksOptions) {
    this.#o = o;
  }

  /** Keeps a link up until `release` with the same holder. A node outside the plan is dialled on first use. */
  hold(nodeId: string, holder: string): void {
    const holders = this.#holders.get(nodeId) ?? new Set();
    this.#holders.set(nodeId, holders.add(holder));
    const entry = this.#entry(nodeId);
    entry?.idleTimer?.cancel();
    if (entry !== undefined) entry.idleTimer = undefined;
  }

  release(nodeId: string, holder: string): void {
    const holders = this.#holders.get(nodeId);
    if (holders?.delete(holder) !== true || holders.size > 0) return;
    this.#holders.delete(nodeId);
    const entry = this.#entries.get(nodeId);
    if (entry !== undefined) this.#startIdle(entry);
  }

  /** Throws the media node's code, or NODE_UNREACHABLE without a link within the wait or an answer in time. */
  async call<Q, QP, A, AP>(
    nodeId: string,
    kind: Rpc<Q, QP, A, AP>,
    message: NoInfer<QP>,
    deadlineMs: number = bounds.requestDeadlineMs,
  ): Promise<A> {
    const link = await this.#link(nodeId);
    return translated(call(link, kind, message, { deadlineMs }), 'NODE_UNREACHABLE');
  }

  /** Posts to a media node; false when its link is down or too full. */
  post<M, MP>(nodeId: string, kind: Note<M, MP>, message: NoInfer<MP>): boolean {
    const link = this.#entries.get(nodeId)?.dialer.link;
    return link !== undefined && post(link, kind, message);
  }

  /** Returns the link state of a node that need not be linked. */
  linkOf(nodeId: string): LinkState {
    const entry = this.#entries.get(nodeId);
    if (entry?.dialer.link !== undefined) return 'open';
    return entry !== undefined && (entry.wasUp || isRefusing(entry)) ? 'down' : 'unknown';
  }

  get openIds(): string[] {
    return [...this.#entries.values()].filter((entry) => entry.dialer.link !== undefined).map(({ nodeId }) => nodeId);
  }

  get openCount(): number {
    return this.openIds.length;
  }

  /** Handles a new fleet: a node whose link is away and that the centre calls dead is lost at once. */
  onFleet(): void {
    for (const entry of [...this.#entries.values()])
      if (entry.lostTimer !== undefined && this.#isDead(entry)) this.#lose(entry.nodeId);
  }

  /** Ends the links with these nodes; held nodes are lost at once. */
  cut(nodeIds: ReadonlySet<string>, cause: string): void {
    for (const nodeId of nodeIds) {
      const entry = this.#entries.get(nodeId);
      if (entry === undefined) continue;
      this.#drop(entry, cause);
      if (this.#holders.has(nodeId)) this.#o.onLost(nodeId);
    }
  }

  /** Idempotent. Requests that wait for a link fail with NODE_UNREACHABLE. */
  close(cause: string): void {
    this.#closed = true;
    for (const entry of [...this.#entries.values()]) this.#drop(entry, cause);
  }

  async #link(nodeId: string): Promise<Link> {
    const entry = this.#entry(nodeId);
    if (entry === undefined) throw new MeridianError('NODE_UNREACHABLE', 'the fleet knows no such node');
    const open = entry.dialer.link;
    if (open !== undefined) return open;
    const link = await new Promise<Link | undefined>((resolve) => {
      const settle = (found: Link | undefined): void => {
        timer.cancel();
        entry.linkWaiters.delete(settle);
        resolve(found);
      };
      const timer = this.#o.clock.after(bounds.dialWaitMs, () => settle(undefined));
      entry.linkWaiters.add(settle);
    });
    if (link === undefined) throw new MeridianError('NODE_UNREACHABLE');
    return link;
  }

  #entry(nodeId: string): NodeEntry | undefined {
    if (this.#closed) return undefined;
    const url = controlUrlOf(this.#o.fleet().get(nodeId));
    const known = this.#entries.get(nodeId);
    // A node that came back at another address is dialled there.
    if (known !== undefined && (url === undefined || url === known.url || known.dialer.link !== undefined))
      return known;
    if (url === undefined) return undefined;
    if (known === undefined)
      return this.#dial(nodeId, url, { wasUp: false, endedAsProcess: false, lostTimer: undefined });
    // Only the address has changed, so the timer after which the node counts as lost continues.
    const { wasUp, endedAsProcess, lostTimer } = known;
    known.lostTimer = undefined;
    this.#drop(known, 'the node moved');
    return this.#dial(nodeId, url, { wasUp, endedAsProcess, lostTimer });
  }

  #dial(nodeId: string, url: string, previous: Pick<NodeEntry, 'wasUp' | 'endedAsProcess' | 'lostTimer'>): NodeEntry {
    const { credentials, log, clock, rng } = this.#o;
    const entry: NodeEntry = {
      nodeId,
      url,
      linkWaiters: new Set(),
      ...previous,
      refusals: 0,
      idleTimer: undefined,
      dialer: new LinkDialer({
        url,
        credentials,
        log: log.child({ to: nodeId }),
        clock,
        rng,
        isClosing: () => this.#o.isClosing?.() === true,
        backoffMs: { first: 50, max: 1000 },
        expect: (remote) => remote.id === nodeId && remote.kind === nodeKind.media,
        onLink: (link) => this.#up(entry, link),
        onDown: (cause) => this.#down(entry, cause),
        onDialFailed: (isRefused) => this.#dialFailed(entry, isRefused),
      }),
    };
    this.#entries.set(nodeId, entry);
    if (!this.#holders.has(nodeId)) this.#startIdle(entry);
    return entry;
  }

  #up(entry: NodeEntry, link: Link): void {
    const notes = this.#o.notes();
    const from = link.remote.id;
    for (const name of Object.keys(notes) as (keyof NodeNotes)[]) attachHandler(link, name, notes, from);
    entry.lostTimer?.cancel();
    entry.lostTimer = undefined;
    entry.refusals = 0;
    const isReconnect = entry.wasUp;
    entry.wasUp = true;
    for (const waiting of [...entry.linkWaiters]) waiting(link);
    this.#o.onUp(entry.nodeId);
    if (isReconnect) this.#o.onBack(entry.nodeId);
  }

  #down(entry: NodeEntry, cause: string): void {
    entry.endedAsProcess = isProcessEnd(cause);
    if (this.#closed || this.#entries.get(entry.nodeId) !== entry) return;
    // A reset may come from the network, and a hanging centre's plan is old, so the next dial decides.
    const isAtOnce = this.#isDead(entry) && !entry.endedAsProcess;
    entry.lostTimer ??= this.#o.clock.after(isAtOnce ? 0 : bounds.nodeLostAfterMs, () => this.#lose(entry.nodeId));
  }

  #dialFailed(entry: NodeEntry, isRefused: boolean): void {
    entry.refusals = isRefused ? entry.refusals + 1 : 0;
    if (entry.lostTimer !== undefined && this.#isDead(entry)) this.#lose(entry.nodeId);
  }

  /**
   * Returns whether to stop waiting for a link: the centre calls the node dead (a cut-off machine's link takes three to
   * four seconds to go down), or its process has gone.
   */
  #isDead(entry: NodeEntry): boolean {
    return this.#o.fleet().get(entry.nodeId)?.state === 'dead' || isProcessGone(entry);
  }

  #lose(nodeId: string): void {
    const entry = this.#entries.get(nodeId);
    if (entry === undefined) return;
    entry.lostTimer?.cancel();
    entry.lostTimer = undefined;
    if (this.#holders.has(nodeId)) this.#o.onLost(nodeId);
  }

  #startIdle(entry: NodeEntry): void {
    entry.idleTimer?.cancel();
    entry.idleTimer = this.#o.clock.after(bounds.linkIdleMs, () => {
      entry.idleTimer = undefined;
      if (this.#holders.has(entry.nodeId)) return;
      if (entry.linkWaiters.size === 0) this.#drop(entry, 'idle');
      else this.#startIdle(entry);
    });
  }

  #drop(entry: NodeEntry, cause: string): void {
    if (this.#entries.get(entry.nodeId) === entry) this.#entries.delete(entry.nodeId);
    entry.idleTimer?.cancel();
    entry.lostTimer?.cancel();
    entry.dialer.close(cause);
    for (const waiting of [...entry.linkWaiters]) waiting(undefined);
  }
}

/** The handler and the message have the same name, which the type system cannot see through a loop. */
function attachHandler<K extends keyof NodeNotes>(link: Link, name: K, handlers: NodeNoteHandlers, from: string): void {
  const kind = note[name] as unknown as Note<MessageOf<NodeNotes[K]>, object>;
  onNote(link, kind, (message) => handlers[name](message, from));
}
