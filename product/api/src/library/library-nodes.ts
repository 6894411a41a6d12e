import { isInFence, type MeridianError, nodeKind, type Rpc, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { NodeLinks } from '../nodes/node-links.ts';
import type { ContentRow } from './rows.ts';

export interface LibraryFacts {
  /** Nodes with the same id share a store. */
  readonly storeId: string;
  readonly freeBytes: number;
  readonly kinds: readonly string[];
}
export interface LibraryNode {
  readonly nodeId: string;
  readonly region: string;
  /** URL for uploads and downloads; '' if the node has none. */
  readonly publicUrl: string;
  readonly isLinked: boolean;
  /** Facts that the node reported; undefined before the first report. */
  readonly facts: LibraryFacts | undefined;
}
export type UsableNode = LibraryNode & { readonly facts: LibraryFacts };

export interface LibraryNodesOptions {
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly region: string;
}

/** Interval between requests for facts: free space changes by a few gigabytes a minute. */
const FACTS_EVERY_MS = 60_000;
const FACTS_ANSWER_MS = 3000;
/** Limit of nodes tried while a client waits; each try takes a round trip, or the whole deadline for a silent node. */
const NODES_TRIED_MAX = 4;
const OPEN_ANSWER_MS = 3000;
const STORE_ID_CHARACTERS_MAX = 256;

interface PlannedNode {
  readonly region: string;
  readonly publicUrl: string;
}

export class LibraryNodes {
  readonly #o: LibraryNodesOptions;
  /** Regions of the plan's library nodes with a URL, dead or not; undefined before the first plan. */
  #regions: ReadonlySet<string> | undefined;
  /** Nodes of the plan that are not dead; undefined before the first plan. */
  #planned: ReadonlyMap<string, PlannedNode> | undefined;
  readonly #facts = new Map<string, LibraryFacts>();
  /** Time since when nodes are missing in the plan, by the monotonic clock. */
  readonly #missing = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(o: LibraryNodesOptions) {
    this.#o = o;
  }

  start(): void {
    this.#timer = this.#o.clock.every(FACTS_EVERY_MS, () => void this.refresh());
  }

  close(): void {
    this.#timer?.cancel();
  }

  follow({
    nodes,
    deniedIds = [],
  }: {
    readonly nodes: readonly wire.NodeRef.$Properties[];
    readonly deniedIds?: readonly string[];
  }): void {
    const planned = new Map<string, PlannedNode>();
    const regions = new Set<string>();
    for (const node of nodes) {
      const nodeId = node.nodeId ?? '';
      if (node.kind !== nodeKind.library || deniedIds.includes(nodeId)) continue;
      if (node.publicUrl) regions.add(node.region ?? '');
      if (node.state === 'dead') continue;
      planned.set(nodeId, { region: node.region ?? '', publicUrl: (node.publicUrl ?? '').replace(/\/+$/, '') });
      this.#missing.delete(nodeId);
    }
    this.#planned = planned;
    this.#regions = regions;
    for (const nodeId of this.#facts.keys()) if (!planned.has(nodeId)) this.#facts.delete(nodeId);
  }

  /** Requests the facts again, since the node may have changed. */
  async onLinked(nodeId: string): Promise<void> {
    const { clock, log } = this.#o;
    const sinceMs = clock.nowMs();
    try {
      const { storeId, freeBytes, kinds } = await this.call(nodeId, rpc.libraryFacts, {}, FACTS_ANSWER_MS);
      if (storeId === '' || storeId.length > STORE_ID_CHARACTERS_MAX || !(freeBytes >= 0)) {
        log.warn({ library: nodeId, storeId, freeBytes }, 'a library node reported invalid facts');
        return;
      }
      this.#facts.set(nodeId, { storeId, freeBytes, kinds });
    } catch (err) {
      log.debug({ err, library: nodeId, afterMs: clock.nowMs() - sinceMs }, 'a library node did not report its facts');
    }
  }

  async refresh(): Promise<void> {
    await Promise.all(this.all.filter(({ isLinked }) => isLinked).map(({ nodeId }) => this.onLinked(nodeId)));
  }

  get all(): LibraryNode[] {
    const linked = new Set(this.#o.nodes.linkedNodes(nodeKind.library));
    return [...(this.#planned ?? [])].map(([nodeId, { region, publicUrl }]) => ({
      nodeId,
      region,
      publicUrl,
      isLinked: linked.has(nodeId),
      facts: this.#facts.get(nodeId),
    }));
  }

  /**
   * Returns whether the plan has a library node inside the fence; true before the first plan. A dead node counts, since
   * recorders keep recordings until it is back.
   */
  hasLibrary(fence: string): boolean {
    return this.#regions === undefined || [...this.#regions].some((region) => isInFence(fence, region));
  }

  /** Returns whether a plan has arrived. Until then, a node missing in the plan means nothing. */
  get hasPlan(): boolean {
    return this.#planned !== undefined;
  }

  /** Returns how long the node has been missing; 0 if the plan has it, or before the first plan. */
  missingMs(nodeId: string): number {
    if (this.#planned === undefined || this.#planned.has(nodeId)) return 0;
    const nowMs = this.#o.clock.nowMs();
    const sinceMs = this.#missing.get(nodeId) ?? nowMs;
    this.#missing.set(nodeId, sinceMs);
    return nowMs - sinceMs;
  }

  /** Returns the node's URL; '' if it is unavailable, or outside the fence. */
  urlOf(nodeId: string, fence: string): string {
    return this.isOutside(nodeId, fence) ? '' : (this.#planned?.get(nodeId)?.publicUrl ?? '');
  }

  /** Returns false for a node in no plan, whose region is unknown. */
  isOutside(nodeId: string, fence: string): boolean {
    const planned = this.#planned?.get(nodeId);
    return planned !== undefined && !isInFence(fence, planned.region);
  }

  /**
   * Returns linked nodes inside the fence with a URL: those of `region` first, then those of this api's region, by free
   * space.
   */
  async usable(fence: string, region = ''): Promise<UsableNode[]> {
    const candidates = (): UsableNode[] =>
      this.all
        .filter((node): node is UsableNode => node.facts !== undefined && node.isLinked && node.publicUrl !== '')
        .filter((node) => isInFence(fence, node.region));
    // After a start, no node has reported its facts yet.
    if (candidates().length === 0) await this.refresh();
    const rankOf = (node: UsableNode): number =>
      node.region === region && region !== '' ? 2 : Number(node.region === this.#o.region);
    return candidates().toSorted(
      (a, b) => rankOf(b) - rankOf(a) || b.facts.freeBytes - a.facts.freeBytes || (a.nodeId < b.nodeId ? -1 : 1),
    );
  }

  /** Opens an upload at the first node that accepts it. `left`: nodes that did not answer, and may have opened it. */
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
        this.#o.log.info(
          { err, library: node.nodeId, uploadId: message.uploadId },
          'a library node did not open an upload',
        );
      }
    }
    return { node: undefined, left };
  }

  /**
   * Returns nodes of the content's store, and its own node even before it reports. With `node` '', any node of the
   * store.
   */
  having({ node: own, store }: Pick<ContentRow, 'node' | 'store'>, fence: string): LibraryNode[] {
    const has = ({ nodeId, region, facts }: LibraryNode): boolean =>
      isInFence(fence, region) && (facts === undefined ? nodeId === own : facts.storeId === store);
    return this.all.filter(has).toSorted((a, b) => Number(b.nodeId === own) - Number(a.nodeId === own));
  }

  /** Returns the pools (stores) of a node; the queue checks fences. */
  storesOf(nodeId: string): string[] {
    const facts = this.#facts.get(nodeId);
    return facts === undefined ? [] : [facts.storeId];
  }

  /** Rejects like `NodeLinks.call`. */
  call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, deadlineMs: number): Promise<A> {
    return this.#o.nodes.call(nodeId, kind, message, deadlineMs);
  }
}
