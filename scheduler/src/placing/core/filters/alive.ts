// Only nodes that report to the centre take sessions. When less than half of the linked nodes are fresh at once, the
// centre itself more likely receives nothing (a stalled process, a full network card): silence alone is then no reason
// (panic, after Envoy).
import type { Filter } from '../rules.ts';
import type { ClusterView } from '../view.ts';

/** Envoy's healthy panic threshold. */
const PANIC_BELOW_SHARE = 0.5;

export const isPanic = (view: Pick<ClusterView, 'freshShare'>): boolean => view.freshShare < PANIC_BELOW_SHARE;

export const alive = {
  name: 'alive',
  looksAt: 'node',
  reject(view, _want, node) {
    if (node.liveness === 'dead') return no('dead: no report for too long');
    if (!node.isLinked) return no('its link to the centre is down');
    if (node.state === 'starting' || node.state === 'failing') return no(`says of itself that it is ${node.state}`);
    if (node.liveness === 'suspect' && !isPanic(view)) return no('suspect: no report in time');
    return undefined;
  },
} satisfies Filter;

function no(reason: string) {
  return { reason, retryable: true };
}
