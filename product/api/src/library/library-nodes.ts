// The library nodes of the plan, with what each says of itself, as the folder sees them that asks them.
import { isInFence, type MeridianError, nodeKind, type Rpc, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { NodeLinks } from '../nodes/node-links.ts';
import type { ContentRow } from './rows.ts';

/** What a node has said last. */
export interface LibraryFacts {
  /** Nodes with the same one share a store. */
  readonly storeId: string;
  /** Of its spool. */
  readonly freeBytes: number;
  /** Of files that it takes. */
  readonly kinds: readonly string[];
}
export interface LibraryNode {
  readonly nodeId: string;
  readonly region: string;
  /** Where its files are sent to and opened; '': nowhere. */
  readonly publicUrl: string;
  /** A link to it stands. */
  readonly isLinked: boolean;
  /** Undefined: it has not said them yet. */
  readonly facts: LibraryFacts | undefined;
}
/** One that takes uploads now. */
export type UsableNode = LibraryNode & { readonly facts: LibraryFacts };

export interface LibraryNodesOptions {
  readonly nodes: Pick<NodeLinks, 'call' | 'standing'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of this api. */
  readonly region: string;
}

/** Free room changes by gigabytes in a minute, not by more. */
const FACTS_EVERY_MS = 60_000;
const FACTS_ANSWER_MS = 3000;
/** A client waits; each is a round trip, or the whole deadline of one that does not answer. */
const NODES_TRIED_MAX = 4;
const OPEN_ANSWER_MS = 3000;
const STORE_ID_CHARACTERS_MAX = 256;

interface Planned {
  readonly region: string;
  readonly publicUrl: string;
}

export class LibraryNodes {
  readonly #o: LibraryNodesOptions;
  /** Of the plan, without the dead. Undefined: no plan came yet. */
  #planned: ReadonlyMap<string, Planned> | undefined;
  readonly #facts = new Map<string, LibraryFacts>();
  /** Since when one that was asked about is in no plan, by the monotonic clock. */
  readonly #missing = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(o: LibraryNodesOptions) {
    this.#o = o;
  }

  start(): void {
    this.#timer = this.#o.clock.every(FACTS_EVERY_MS, () => void this.refresh());
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel();
  }

  /** The plan as a whole. */
  follow({
    nodes,
    deniedIds = [],
  }: {
    readonly nodes: readonly wire.NodeRef.$Properties[];
    readonly deniedIds?: readonly string[];
  }): void {
    const planned = new Map<string, Planned>();
    for (const node of nodes) {
      const nodeId = node.nodeId ?? '';
      if (node.kind !== nodeKind.library || node.state === 'dead' || deniedIds.includes(nodeId)) continue;
      planned.set(nodeId, { region: node.region ?? '', publicUrl: (node.publicUrl ?? '').replace(/\/+$/, '') });
      this.#missing.delete(nodeId);
    }
    this.#planned = planned;
    for (const nodeId of this.#facts.keys()) if (!planned.has(nodeId)) this.#facts.delete(nodeId);
  }

  /** Its link stands (again): what it said before may be another's. */
  async linked(nodeId: string): Promise<void> {
    const { clock, log } = this.#o;
    const sinceMs = clock.nowMs();
    try {
      const { storeId, freeBytes, kinds } = await this.call(nodeId, rpc.libraryFacts, {}, FACTS_ANSWER_MS);
      if (storeId === '' || storeId.length > STORE_ID_CHARACTERS_MAX || !(freeBytes >= 0)) {
        log.warn({ library: nodeId, storeId, freeBytes }, 'a library node says nothing that can be used');
        return;
      }
      this.#facts.set(nodeId, { storeId, freeBytes, kinds });
    } catch (err) {
      log.debug({ err, library: nodeId, afterMs: clock.nowMs() - sinceMs }, 'a library node has not said its facts');
    }
  }

  /** Asks all that have a link. */
  async refresh(): Promise<void> {
    await Promise.all(this.all.filter(({ isLinked }) => isLinked).map(({ nodeId }) => this.linked(nodeId)));
  }

  /** Of the plan. */
  get all(): LibraryNode[] {
    const linked = new Set(this.#o.nodes.standing(nodeKind.library));
    return [...(this.#planned ?? [])].map(([nodeId, { region, publicUrl }]) => ({
      nodeId,
      region,
      publicUrl,
      isLinked: linked.has(nodeId),
      facts: this.#facts.get(nodeId),
    }));
  }

  /** A plan came: what is not in it is away. */
  get hasPlan(): boolean {
    return this.#planned !== undefined;
  }

  /** For how long it is in no plan, as far as this process knows; 0: it is in it, or none came yet. */
  missingMs(nodeId: string): number {
    if (this.#planned === undefined || this.#planned.has(nodeId)) return 0;
    const nowMs = this.#o.clock.nowMs();
    const sinceMs = this.#missing.get(nodeId) ?? nowMs;
    this.#missing.set(nodeId, sinceMs);
    return nowMs - sinceMs;
  }

  /** Where parts of an upload that this node has are sent to; '': nowhere now, or it is outside the fence. */
  urlOf(nodeId: string, fence: string): string {
    return this.isOutside(nodeId, fence) ? '' : (this.#planned?.get(nodeId)?.publicUrl ?? '');
  }

  /** Of one that is in no plan it is not known. */
  isOutside(nodeId: string, fence: string): boolean {
    const planned = this.#planned?.get(nodeId);
    return planned !== undefined && !isInFence(fence, planned.region);
  }

  /** Inside the fence, with a link and a URL: of the region first, then of this api's, then with most room. */
  async usable(fence: string, region = ''): Promise<UsableNode[]> {
    const wanted = (): UsableNode[] =>
      this.all
        .filter((node): node is UsableNode => node.facts !== undefined && node.isLinked && node.publicUrl !== '')
        .filter((node) => isInFence(fence, node.region));
    // After a start none has said anything yet.
    if (wanted().length === 0) await this.refresh();
    const rankOf = (node: UsableNode): number =>
      node.region === region && region !== '' ? 2 : Number(node.region === this.#o.region);
    return wanted().toSorted(
      (a, b) => rankOf(b) - rankOf(a) || b.facts.freeBytes - a.facts.freeBytes || (a.nodeId < b.nodeId ? -1 : 1),
    );
  }

  /**
   * Opens an upload at the first of them that takes it. `left`: those that did not answer and may have it all the
   * same. Rejects with the refusal when that holds at any node.
   */
  async open(
    nodes: readonly UsableNode[],
    message: wire.OpenUpload.$Properties,
  ): Promise<{ node: UsableNode | undefined; left: string[] }> {
    const left: string[] = [];
    for (const node of nodes.slice(0, NODES_TRIED_MAX)) {
      try {
        await this.call(node.nodeId, rpc.openUpload, message, OPEN_ANSWER_MS);
        return { node, left };
      } catch (err) {
        const { code, retryable } = err as MeridianError;
        if (retryable !== true) throw err;
        if (code === 'NODE_UNREACHABLE') left.push(node.nodeId);
        this.#o.log.info({ err, library: node.nodeId, uploadId: message.uploadId }, 'a library node takes no upload');
      }
    }
    return { node: undefined, left };
  }

  /** Nodes that have a content now, inside the fence: its own first. '': for what gives no bytes to a node. */
  having({ node: own, store }: Pick<ContentRow, 'node' | 'store'>, fence: string): LibraryNode[] {
    const has = ({ nodeId, region, facts }: LibraryNode): boolean =>
      isInFence(fence, region) && (facts === undefined ? nodeId === own : facts.storeId === store);
    return this.all.filter(has).toSorted((a, b) => Number(b.nodeId === own) - Number(a.nodeId === own));
  }

  /** Stores in which this node can work, as far as it has said. Whose tasks it may have, the queue looks at. */
  storesOf(nodeId: string): string[] {
    const facts = this.#facts.get(nodeId);
    return facts === undefined ? [] : [facts.storeId];
  }

  /** Rejects as `NodeLinks.call`. */
  call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, deadlineMs: number): Promise<A> {
    return this.#o.nodes.call(nodeId, kind, message, deadlineMs);
  }
}
