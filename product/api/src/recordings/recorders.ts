import { isInFence, nodeKind, type Rpc, type wire } from '@meridian/protocol';
import type { RecordingRow } from '../events/recording-body.ts';
import { recordersOf } from '../events/recording-body.ts';
import type { NodeLinks } from '../nodes/node-links.ts';

export interface Recorder {
  readonly nodeId: string;
  readonly region: string;
  /** URL at which its recordings can be played; '' if it has none. */
  readonly publicUrl: string;
  readonly isLinked: boolean;
}

export interface RecordersOptions {
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
}

export class Recorders {
  readonly #o: RecordersOptions;
  readonly #planned = new Map<string, { readonly region: string; readonly publicUrl: string }>();

  constructor(o: RecordersOptions) {
    this.#o = o;
  }

  follow({
    nodes,
    deniedIds = [],
  }: {
    readonly nodes: readonly wire.NodeRef.$Properties[];
    readonly deniedIds?: readonly string[];
  }): void {
    this.#planned.clear();
    for (const node of nodes) {
      const nodeId = node.nodeId ?? '';
      if (node.kind !== nodeKind.recorder || node.state === 'dead' || deniedIds.includes(nodeId)) continue;
      this.#planned.set(nodeId, { region: node.region ?? '', publicUrl: (node.publicUrl ?? '').replace(/\/+$/, '') });
    }
  }

  get all(): Recorder[] {
    const linked = new Set(this.#o.nodes.linkedNodes(nodeKind.recorder));
    return [...this.#planned].map(([nodeId, { region, publicUrl }]) => ({
      nodeId,
      region,
      publicUrl,
      isLinked: linked.has(nodeId),
    }));
  }

  isPlanned(nodeId: string): boolean {
    return this.#planned.has(nodeId);
  }

  /**
   * Returns a recorder with a URL: the last that worked on the recording, or else another one in the fence, near ones
   * first.
   */
  recorderOf(row: Pick<RecordingRow, 'recorders'>, fence: string): Recorder | undefined {
    const hasUrl = ({ publicUrl }: Recorder): boolean => publicUrl !== '';
    const ids = recordersOf(row).toReversed();
    const all = this.all;
    const ownRecorder = ids
      .map((id) => all.find(({ nodeId }) => nodeId === id))
      .find((one) => one !== undefined && hasUrl(one));
    return ownRecorder ?? this.otherRecorders(row, fence).find(hasUrl);
  }

  /** Returns recorders inside the fence that did not work on the recording, near and linked ones first. */
  otherRecorders(row: Pick<RecordingRow, 'recorders'>, fence: string): Recorder[] {
    const ids = recordersOf(row);
    const all = this.all;
    const regions = new Set(all.filter(({ nodeId }) => ids.includes(nodeId)).map(({ region }) => region));
    const rankOf = ({ region, isLinked }: Recorder): number => (regions.has(region) ? 2 : 0) + Number(isLinked);
    return all
      .filter(({ nodeId, region }) => !ids.includes(nodeId) && isInFence(fence, region))
      .toSorted((a, b) => rankOf(b) - rankOf(a) || (a.nodeId < b.nodeId ? -1 : 1));
  }

  call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, deadlineMs: number): Promise<A> {
    return this.#o.nodes.call(nodeId, kind, message, deadlineMs);
  }
}
