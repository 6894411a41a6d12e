// Whether a node is as it should be, by the filters that look at nothing else: found out once for each revision of the
// node. Pure.
import { alive } from './filters/alive.ts';
import { honest } from './filters/honest.ts';
import { notDraining } from './filters/not-draining.ts';
import type { Filter } from './rules.ts';
import type { ClusterView, NodeView, PlaceRequest } from './view.ts';

/**
 * Every filter that says `looksAt: 'node'`: one that is missing here would never be asked about a sound node (a test
 * compares).
 */
export const nodeFilters: readonly Filter[] = [alive, honest, notDraining];
/** Silence is no reason while most are silent: a node that passes here passes then as well. */
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
