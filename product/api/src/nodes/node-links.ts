// The api dials every signaling node, gateway, recorder and library node in the plan; both sides send requests.
import type { NodeShell } from '@meridian/node-shell';
import {
  bracketed,
  call,
  errorInfoOf,
  isErrorCode,
  limits,
  MeridianError,
  type NodeKind,
  type Note,
  nodeKind,
  post,
  type Rpc,
  type wire,
} from '@meridian/protocol';
import { type Clock, type Link, LinkDialer, type Logger, type Rng } from '@meridian/runtime';

/** Returns the other side's code, or NODE_UNREACHABLE if no answer came. */
export function nodeErrorOf(error: unknown): MeridianError {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const { message, retryAfterMs } = errorInfoOf(error);
  if (isErrorCode(code)) return new MeridianError(code, message, { cause: error, retryAfterMs });
  return new MeridianError(code.startsWith('LINK_') ? 'NODE_UNREACHABLE' : 'INTERNAL', undefined, { cause: error });
}

/** Kinds of nodes that check or make tokens. */
export const kindsDialled = [nodeKind.signaling, nodeKind.gateway, nodeKind.recorder, nodeKind.library] as const;

export interface NodeLinksOptions {
  readonly shell: NodeShell;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Attaches services to a new link. `kind`: a member of `kindsDialled`. */
  onLink(link: Link, kind: NodeKind): void;
}

interface DialledNode {
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly url: string;
  readonly dialer: LinkDialer;
  link: Link | undefined;
}

export class NodeLinks {
  readonly #o: NodeLinksOptions;
  readonly #dialled = new Map<string, DialledNode>();
  #isPlanned = false;
  #isClosed = false;

  constructor(o: NodeLinksOptions) {
    this.#o = o;
  }

  /** False after a start until the first plan: which nodes there are is then unknown. */
  get isPlanned(): boolean {
    return this.#isPlanned;
  }

  linkedNodes(kind: NodeKind): string[] {
    return [...this.#dialled.values()]
      .filter((connection) => connection.kind === kind && connection.link !== undefined)
      .map(({ nodeId }) => nodeId);
  }

  missing(kind: NodeKind): string[] {
    return [...this.#dialled.values()]
      .filter((way) => way.kind === kind && way.link === undefined)
      .map(({ nodeId }) => nodeId);
  }

  /** Dials nodes of the plan, and drops links to nodes that are gone, moved, or excluded. */
  follow(plan: wire.Plan): void {
    this.#isPlanned = true;
    const wanted = new Map(plan.nodes.flatMap((node) => this.#target(node)).map((target) => [target.nodeId, target]));
    for (const [nodeId, way] of this.#dialled)
      if (wanted.get(nodeId)?.url !== way.url) this.#drop(way, 'no longer in the plan');
    if (this.#isClosed) return;
    for (const target of wanted.values()) if (!this.#dialled.has(target.nodeId)) this.#dial(target);
  }

  /** Calls a node. Rejects with the node's code, or NODE_UNREACHABLE without a link or an answer in time. */
  async call<Q, QP, A, AP>(
    nodeId: string,
    kind: Rpc<Q, QP, A, AP>,
    message: NoInfer<QP>,
    deadlineMs: number,
  ): Promise<A> {
    const link = this.#dialled.get(nodeId)?.link;
    if (link === undefined) throw new MeridianError('NODE_UNREACHABLE', `no link to ${nodeId}`);
    try {
      return await call(link, kind, message, { deadlineMs });
    } catch (error) {
      throw nodeErrorOf(error);
    }
  }

  /** Sends a note to all nodes of a kind, except those without a link: `onLink` updates them later. */
  notifyAll<M, MP>(kind: NodeKind, note: Note<M, MP>, message: NoInfer<MP>): void {
    for (const way of this.#dialled.values())
      if (way.kind === kind && way.link !== undefined) post(way.link, note, message);
  }

  close(cause: string): void {
    this.#isClosed = true;
    for (const way of this.#dialled.values()) this.#drop(way, cause);
  }

  #target(node: wire.NodeRef.$Properties): { nodeId: string; kind: NodeKind; url: string }[] {
    const { nodeId = '', kind = '' } = node as { nodeId?: string; kind?: string };
    const dialled = kindsDialled.find((one) => one === kind);
    if (dialled === undefined || this.#o.shell.isDenied(nodeId)) return [];
    const address = node.addresses?.find(({ purpose }) => purpose === 'control');
    if (address === undefined) return [];
    return [
      { nodeId, kind: dialled, url: `wss://${bracketed(address.announced || address.ip || '')}:${address.port}` },
    ];
  }

  #dial({ nodeId, kind, url }: { nodeId: string; kind: NodeKind; url: string }): void {
    const { shell, clock, rng, log, onLink } = this.#o;
    const way: DialledNode = {
      nodeId,
      kind,
      url,
      link: undefined,
      dialer: new LinkDialer({
        url,
        credentials: shell.credentials,
        clock,
        rng,
        log: log.child({ to: nodeId }),
        limits: limits.centreLink,
        expect: (remote) => remote.id === nodeId && remote.kind === kind,
        onLink: (link) => {
          way.link = link;
          onLink(link, kind);
        },
        onDown: () => {
          way.link = undefined;
        },
      }),
    };
    this.#dialled.set(nodeId, way);
  }

  #drop(way: DialledNode, cause: string): void {
    this.#dialled.delete(way.nodeId);
    way.link = undefined;
    way.dialer.close(cause);
  }
}
