// Nobody is placed above what a node can carry. Measured CPU and bandwidth count as reported; sessions count as charged, at once.
import { limits } from '@meridian/protocol';
import type { Filter } from '../rules.ts';
import { type NodeView, sessionsCharged } from '../view.ts';

/** A media process above this gets late with its packets in bursts. */
export const CPU_MAX = 0.8;
/** Of the stated bandwidth: bursts of key frames need the rest. */
export const BANDWIDTH_SHARE_MAX = 0.8;
/** What a session not seen yet is taken to need of the busier direction: one camera up, some down. Corrected by the node's reports. */
export const ASSUMED_SESSION_BPS = 2_000_000;

export const capacity = {
  name: 'capacity',
  reject(_view, _want, node) {
    const full = (reason: string) => ({ reason, retryable: true });
    const { load } = node;
    const sessions = sessionsCharged(node);
    if (load.cpu >= CPU_MAX) return full(`CPU ${percent(load.cpu)} of its cores, at most ${percent(CPU_MAX)}`);
    if (sessions >= sessionsMax(node)) return full(`${sessions} sessions charged, carries ${sessionsMax(node)}`);
    if (bandwidthShare(node) >= BANDWIDTH_SHARE_MAX) {
      return full(`bandwidth ${percent(bandwidthShare(node))}, at most ${percent(BANDWIDTH_SHARE_MAX)}`);
    }
    const { consumers } = node.capacity;
    if (consumers > 0 && load.consumers >= consumers) return full(`${load.consumers} consumers, carries ${consumers}`);
    return undefined;
  },
} satisfies Filter;

/** The share of the node's capacity in use, the largest of CPU, sessions and bandwidth; 1 and above: full. */
export function utilisation(node: NodeView): number {
  const shares = [
    node.load.cpu / CPU_MAX,
    sessionsCharged(node) / sessionsMax(node),
    bandwidthShare(node) / BANDWIDTH_SHARE_MAX,
  ];
  return Math.max(...shares);
}

function sessionsMax(node: NodeView): number {
  return node.capacity.sessions > 0 ? node.capacity.sessions : limits.sessionsPerNodeMax;
}

function bandwidthShare(node: NodeView): number {
  if (node.capacity.bandwidthBps <= 0) return 0;
  const usedBps = Math.max(node.load.txBps, node.load.rxBps) + node.sessionsAssumed * ASSUMED_SESSION_BPS;
  return usedBps / node.capacity.bandwidthBps;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
