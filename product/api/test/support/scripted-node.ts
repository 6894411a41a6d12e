// A node of one process: requests of the api pass through the wire's messages, and a script answers.
import { type ControlLink, call, MeridianError, type Rpc } from '@meridian/protocol';
import { nodeErrorOf } from '../../src/nodes/node-links.ts';

export type Handler = (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;

export class ScriptedNode {
  readonly nodeId: string;
  readonly region: string;
  /** `cut`: no link; `mute`: it does not answer in time. */
  link: 'up' | 'cut' | 'mute' = 'up';
  readonly #handlers = new Map<number, Handler>();

  constructor(nodeId: string, region: string) {
    this.nodeId = nodeId;
    this.region = region;
  }

  get side(): ControlLink {
    return {
      request: async (type, payload) => {
        if (this.link === 'mute') throw Object.assign(new Error('no answer in time'), { code: 'LINK_DEADLINE' });
        this.onAsked(type);
        const handler = this.#handlers.get(type);
        if (handler === undefined) throw new MeridianError('FRAME_UNKNOWN');
        return handler(payload);
      },
      onRequest: (type, handler) => void this.#handlers.set(type, handler),
      send: () => true,
      onMessage: () => undefined,
    };
  }

  protected onAsked(_type: number): void {
    // A kind of node that refuses throws here.
  }
}

/** Works as `NodeLinks.call`, for these nodes. */
export async function callNode<Q, QP, A, AP>(
  nodes: readonly ScriptedNode[],
  nodeId: string,
  kind: Rpc<Q, QP, A, AP>,
  message: NoInfer<QP>,
): Promise<A> {
  const node = nodes.find((one) => one.nodeId === nodeId);
  if (node === undefined || node.link === 'cut') throw new MeridianError('NODE_UNREACHABLE');
  try {
    return await call(node.side, kind, message);
  } catch (error) {
    throw nodeErrorOf(error);
  }
}

export const linkedOf = (nodes: readonly ScriptedNode[]): string[] =>
  nodes.filter(({ link }) => link !== 'cut').map(({ nodeId }) => nodeId);
