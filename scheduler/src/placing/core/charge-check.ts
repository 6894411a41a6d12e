// Checks whether a session that another process placed may be charged to this node. It applies the filters of a
// decision to the node alone, because the other process saw the node as it was a second ago, and others have been
// charged since.
import type { Filter, Rejection } from './rules.ts';
import type { ClusterView, HostView, NodeView, PlaceRequest } from './view.ts';

/** Returns undefined when the charge is allowed. */
export function chargeRefusal(o: {
  node: NodeView;
  host: HostView;
  holders: readonly string[];
  routerVersion: number | undefined;
  freshShare: number;
  want: PlaceRequest;
  filters: readonly Filter[];
  nowMs: number;
}): Rejection | undefined {
  const { node, host, holders, routerVersion, freshShare, want, filters, nowMs } = o;
  const view: ClusterView = {
    version: 0,
    nowMs,
    freshShare,
    approaches: [{ host, rttMs: 0, sdMs: 0, isTimed: false, toMembersMs: [] }],
    room: { holders, routerVersion, members: [] },
  };
  for (const filter of filters) {
    const rejection = filter.reject(view, want, node);
    if (rejection !== undefined) return { hostId: node.hostId, nodeId: node.nodeId, filter: filter.name, ...rejection };
  }
  return undefined;
}
