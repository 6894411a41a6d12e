import { createHash } from 'node:crypto';
import { type ErrorCode, isInFence, MeridianError, nodeKind, type Rpc, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { NodeLinks } from '../nodes/node-links.ts';

export interface Gateway {
  readonly nodeId: string;
  readonly region: string;
  readonly isDraining: boolean;
  readonly isLinked: boolean;
}

/** A gateway missing in the plan may be back in the next one, after a change of the centre. */
export const GONE_MS = 10_000;
/** Time for which the leave of a gateway is remembered. */
const KEPT_MS = 3_600_000;

export interface GatewaysOptions {
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
  readonly clock: Clock;
}

export class Gateways {
  readonly #o: GatewaysOptions;
  /** Gateways of the plan that are not dead, by id. */
  readonly #planned = new Map<string, { readonly region: string; readonly isDraining: boolean }>();
  readonly #leftMs = new Map<string, number>();
  #firstPlanMs: number | undefined;

  constructor(o: GatewaysOptions) {
    this.#o = o;
  }

  follow({
    nodes,
    deniedIds = [],
  }: {
    readonly nodes: readonly wire.NodeRef.$Properties[];
    readonly deniedIds?: readonly string[];
  }): void {
    const nowMs = this.#o.clock.nowMs();
    this.#firstPlanMs ??= nowMs;
    const previousIds = [...this.#planned.keys()];
    this.#planned.clear();
    for (const node of nodes) {
      const [nodeId, isDraining] = [node.nodeId ?? '', node.state === 'draining'];
      if (node.kind === nodeKind.gateway && node.state !== 'dead' && !deniedIds.includes(nodeId))
        this.#planned.set(nodeId, { region: node.region ?? '', isDraining });
    }
    for (const nodeId of previousIds) if (!this.#planned.has(nodeId)) this.#leftMs.set(nodeId, nowMs);
    for (const [nodeId, leftMs] of this.#leftMs)
      if (this.#planned.has(nodeId) || nowMs - leftMs > KEPT_MS) this.#leftMs.delete(nodeId);
  }

  get all(): Gateway[] {
    const linked = new Set(this.#o.nodes.linkedNodes(nodeKind.gateway));
    return [...this.#planned].map(([nodeId, one]) => ({ nodeId, ...one, isLinked: linked.has(nodeId) }));
  }

  /** Returns linked gateways inside the fence, draining ones last. Their order depends only on `key` and their ids. */
  usable(fence: string, key: string): Gateway[] {
    return this.all
      .filter(({ region, isLinked }) => isLinked && isInFence(fence, region))
      .map((gateway) => ({ gateway, rank: rankOf(`${key}|${gateway.nodeId}`) }))
      .sort((a, b) => Number(a.gateway.isDraining) - Number(b.gateway.isDraining) || (a.rank < b.rank ? 1 : -1))
      .map(({ gateway }) => gateway);
  }

  /**
   * Returns whether a gateway has been absent or dead for a while, and has no link. Returns false before the first
   * plan.
   */
  isGone(nodeId: string): boolean {
    const sinceMs = this.#leftMs.get(nodeId) ?? this.#firstPlanMs;
    if (sinceMs === undefined || this.#planned.has(nodeId)) return false;
    if (this.#o.nodes.linkedNodes(nodeKind.gateway).includes(nodeId)) return false;
    return this.#o.clock.nowMs() - sinceMs >= GONE_MS;
  }

  /** Rejects like `NodeLinks.call`. */
  call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, deadlineMs: number): Promise<A> {
    return this.#o.nodes.call(nodeId, kind, message, deadlineMs);
  }

  /**
   * Tries gateways in turn, as long as they refuse with a code in `next`. Rejects with the last code, FENCED_OUT or
   * NODE_UNREACHABLE.
   */
  async ask<Q, QP, A, AP>(
    o: {
      readonly fence: string;
      readonly key: string;
      readonly deadlineMs: number;
      readonly next: readonly ErrorCode[];
    },
    kind: Rpc<Q, QP, A, AP>,
    message: NoInfer<QP>,
  ): Promise<{ readonly nodeId: string; readonly answer: A }> {
    let lastError: unknown = this.#noGatewayError(o.fence);
    for (const { nodeId } of this.usable(o.fence, o.key)) {
      try {
        return { nodeId, answer: await this.call(nodeId, kind, message, o.deadlineMs) };
      } catch (error) {
        lastError = error;
        if (!(error instanceof MeridianError && o.next.includes(error.code))) break;
      }
    }
    throw lastError;
  }

  #noGatewayError(fence: string): MeridianError {
    const isAny = this.all.some(({ region }) => isInFence(fence, region));
    return !isAny && fence !== ''
      ? new MeridianError('FENCED_OUT', 'no gateway is in the regions that the room may use')
      : new MeridianError('NODE_UNREACHABLE', 'no gateway can be reached now');
  }
}

/** Returns a hash for rendezvous hashing: the gateway with the highest hash is the first. */
const rankOf = (text: string): string => createHash('sha256').update(text).digest('hex');
