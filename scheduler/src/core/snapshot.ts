// Fleet and ledger -> ClusterView. The views of nodes that did not change are shared between snapshots, so that a decision log of many
// slices stays small and a snapshot costs one pass over the nodes.
import type { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import { type NodeRecord, sessionsSeen } from './node.ts';
import type { ClusterView, NodeView } from './view.ts';

export class Snapshots {
  readonly #fleet: Fleet;
  readonly #ledger: Ledger;
  #cache = new WeakMap<NodeRecord, { revision: number; assumed: number; view: NodeView }>();
  #version = 0;

  constructor(o: { fleet: Fleet; ledger: Ledger }) {
    this.#fleet = o.fleet;
    this.#ledger = o.ledger;
  }

  /** The cluster as one request sees it: all media nodes, and of the rooms the asked one. Every call is a version of its own. */
  take(roomKey: string, nowMs: number): ClusterView {
    const nodes: NodeView[] = [];
    let linked = 0;
    let fresh = 0;
    for (const record of this.#fleet.list()) {
      if (record.description.kind !== 'sfu') continue;
      nodes.push(this.#viewOf(record));
      if (!record.isLinked) continue;
      linked += 1;
      if (record.liveness === 'alive') fresh += 1;
    }
    this.#version += 1;
    return Object.freeze({
      version: this.#version,
      nowMs,
      nodes,
      freshShare: linked === 0 ? 1 : fresh / linked,
      rooms: new Map([[roomKey, this.#fleet.holdersOf(roomKey, 'sfu')]]),
    });
  }

  #viewOf(record: NodeRecord): NodeView {
    const assumed = this.#ledger.assumedOn(record.description.nodeId);
    const cached = this.#cache.get(record);
    if (cached !== undefined && cached.revision === record.revision && cached.assumed === assumed) return cached.view;
    const view = nodeViewOf(record, assumed);
    this.#cache.set(record, { revision: record.revision, assumed, view });
    return view;
  }
}

function nodeViewOf(record: NodeRecord, sessionsAssumed: number): NodeView {
  const { description } = record;
  return Object.freeze({
    nodeId: description.nodeId,
    hostId: description.hostId,
    region: description.region,
    city: description.city,
    latitude: description.latitude,
    longitude: description.longitude,
    incarnation: description.incarnation,
    liveness: record.liveness,
    isLinked: record.isLinked,
    state: record.state,
    drainReason: record.drainReason,
    distrust: record.distrust,
    protocolVersion: description.versions.protocol,
    routerVersion: description.versions.router,
    capacity: description.capacity,
    load: record.load,
    sessionsSeen: sessionsSeen(record),
    sessionsAssumed,
  });
}
