// Refuses nodes at their capacity. Measured CPU and bandwidth count as reported; sessions count as charged, at once. In
// the degraded mode (place.ts) the two soft limits move up for live rooms; the number of sessions never does.
import { limits } from '@meridian/protocol';
import type { Filter } from '../rules.ts';
import { slowStartSessions, slowStartWeight } from '../slow-start.ts';
import { type ClusterView, type NodeView, sessionsCharged } from '../view.ts';

/** CPU share above which a media process sends its packets late in bursts. */
export const CPU_MAX = 0.8;
/** Share of the stated bandwidth: bursts of key frames need the rest. */
export const BANDWIDTH_SHARE_MAX = 0.8;
/** CPU and bandwidth limit when the fleet is overloaded: packets may be late in bursts, no participant is cut off. */
export const DEGRADED_SHARE_MAX = 0.92;
/** Assumed need of an unseen session in the busier direction: one camera up, some down; later corrected. */
export const ASSUMED_SESSION_BPS = 2_000_000;

export const capacity: Filter = capacityWithin('capacity', CPU_MAX, BANDWIDTH_SHARE_MAX);
export const degradedCapacity: Filter = capacityWithin('capacity', DEGRADED_SHARE_MAX, DEGRADED_SHARE_MAX);

function capacityWithin(name: string, cpuMax: number, bandwidthMax: number): Filter {
  return {
    name,
    meansFull: true,
    reject(_view, _want, node) {
      const { load } = node;
      const sessions = sessionsCharged(node);
      const sessionsLimit = sessionsMax(node);
      if (load.cpu >= cpuMax) return full(`CPU ${percent(load.cpu)} of its cores, at most ${percent(cpuMax)}`);
      if (sessions >= sessionsLimit) return full(`${sessions} sessions charged, carries ${sessionsLimit}`);
      if (bandwidthShare(node) >= bandwidthMax) {
        return full(`bandwidth ${percent(bandwidthShare(node))}, at most ${percent(bandwidthMax)}`);
      }
      const { consumers } = node.capacity;
      if (consumers > 0 && load.consumers >= consumers)
        return full(`${load.consumers} consumers, carries ${consumers}`);
      return undefined;
    },
  };
}

function full(reason: string) {
  return { reason, retryable: true };
}

/**
 * Returns the used share of the node's capacity, the largest of CPU, sessions (those expected in young rooms included)
 * and bandwidth, within its present slow-start share; 1 and above: full. `more`: sessions to add or, when negative, to
 * subtract.
 */
export function utilisation(node: NodeView, nowMs: number, more = 0): number {
  const weight = slowStartWeight(node.freshSinceMs, nowMs);
  return Math.max(
    node.load.cpu / CPU_MAX / weight,
    (sessionsCharged(node) + node.sessionsExpected + more) / slowStartSessions(node, sessionsMax(node), nowMs),
    bandwidthShare(node) / BANDWIDTH_SHARE_MAX / weight,
  );
}

/** Returns a node as the view's room sees it: seats kept for the room itself are free. */
export function withOwnSeatsFree({ room: { reserved } }: ClusterView, node: NodeView): NodeView {
  const ownSeats = reserved?.find(({ nodeId }) => nodeId === node.nodeId)?.sessions ?? 0;
  return ownSeats === 0 ? node : { ...node, sessionsExpected: node.sessionsExpected - ownSeats };
}

/** Sessions expected in young rooms: they weigh in power of two choices, and make no host busy. */
export function youngOn({ sessionsExpected, sessionsReserved }: NodeView): number {
  return sessionsExpected - sessionsReserved;
}

export function sessionsMax(node: NodeView): number {
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
