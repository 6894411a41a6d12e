// Media nodes that the centre's autoscaler starts and ends while the cloud runs. Orders may be repeated.
import { type ChildSpec, extraNumbers } from './topology.ts';

export type NodeState = 'starting' | 'running' | 'stopping' | 'failed';
export interface ExtraNode {
  readonly nodeId: string;
  readonly region: string;
  readonly state: NodeState;
}

export interface ExtraNodePorts {
  /** Returns undefined for an unknown region. */
  spec(id: string, region: string, number: number): ChildSpec | undefined;
  /** Resolves when the process has started, before it serves. */
  launch(spec: ChildSpec): Promise<void>;
  /** Ends the process in order and removes it. */
  end(spec: ChildSpec): Promise<void>;
  serves(spec: ChildSpec): Promise<boolean>;
  /** True when it died too often for now; it is retried unless it is ended. */
  hasFailed(id: string): boolean;
}

interface Extra {
  readonly spec: ChildSpec;
  readonly number: number;
  hasServed: boolean;
  ending: Promise<void> | undefined;
}

export class ExtraNodes {
  readonly #ports: ExtraNodePorts;
  readonly #nodes = new Map<string, Extra>();

  constructor(ports: ExtraNodePorts) {
    this.#ports = ports;
  }

  async list(): Promise<ExtraNode[]> {
    return Promise.all(
      [...this.#nodes.values()].map(async (node) => {
        return { nodeId: node.spec.id, region: node.spec.region, state: await this.#stateOf(node) };
      }),
    );
  }

  /**
   * Starts a node unless it runs already. Returns 'taken' when it runs, otherwise the reason in a sentence. Rejects
   * when the start fails.
   */
  async start(id: string, region: string): Promise<'taken' | { readonly refused: string }> {
    const existing = this.#nodes.get(id);
    if (existing !== undefined) return existing.ending === undefined ? 'taken' : { refused: `${id} is still ending` };
    const used = new Set(
      [...this.#nodes.values()].filter((node) => node.spec.region === region).map((node) => node.number),
    );
    const { from, count } = extraNumbers;
    const number = Array.from({ length: count }, (_, at) => from + at).find((free) => !used.has(free));
    if (number === undefined) return { refused: `there are ${count} such nodes already` };
    const spec = this.#ports.spec(id, region, number);
    if (spec === undefined) return { refused: `there is no region ${region}` };
    this.#nodes.set(id, { spec, number, hasServed: false, ending: undefined });
    try {
      await this.#ports.launch(spec);
    } catch (error) {
      this.#nodes.delete(id);
      throw error;
    }
    return 'taken';
  }

  /** Begins to end a node and returns at once; a missing node is no error. */
  stop(id: string): void {
    const node = this.#nodes.get(id);
    if (node === undefined || node.ending !== undefined) return;
    node.ending = this.#ports.end(node.spec).finally(() => this.#nodes.delete(id));
    // `end` rejects only when a folder cannot be removed: the process is gone, and the next start finds the folder.
    node.ending.catch(() => undefined);
  }

  async #stateOf(node: Extra): Promise<NodeState> {
    if (node.ending !== undefined) return 'stopping';
    if (this.#ports.hasFailed(node.spec.id)) return 'failed';
    node.hasServed ||= await this.#ports.serves(node.spec);
    return node.hasServed ? 'running' : 'starting';
  }
}
