// Whether a node is sound by the filters that look at nothing else: judged once for each revision of the node.
import { alive } from './filters/alive.ts';
import { honest } from './filters/honest.ts';
import { notDraining } from './filters/not-draining.ts';
import type { Filter } from './rules.ts';
import type { ClusterView, NodeView, PlaceRequest } from './view.ts';

/** Every filter with `looksAt: 'node'`: a filter missing here would never run for a sound node (a test compares). */
export const nodeFilters: readonly Filter[] = [alive, honest, notDraining];
/** A view without panic. In a panic `alive` refuses less, so a node that passes here passes then as well. */
const calm: ClusterView = {
  version: 0,
  nowMs: 0,
  freshShare: 1,
  approaches: [],
  room: { holders: [], routerVersion: undefined, members: [] },
};
const anySession: PlaceRequest = {
  roomKey: '',
  sessionId: '',
  location: { latitude: 0, longitude: 0 },
  avoidNodeIds: [],
  regionPin: '',
  protocolVersion: 0,
  routerVersion: 0,
  mode: 'relay',
};

export function isSound(node: NodeView): boolean {
  return nodeFilters.every((filter) => filter.reject(calm, anySession, node) === undefined);
}
