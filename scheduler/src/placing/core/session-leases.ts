// Sessions that a node counts as holding. Every session that a node has listed is leased; each report renews, by its
// digest, all that are on the list. A session counts as gone when three things are true: its lease has lapsed, it is
// absent from a list that the node's own digest confirms, and the node carries no media that the list does not name (it
// counts the sessions with transports apart from its list). So a report that crossed another, a damaged list, or a node
// with inconsistent state takes no charge from a living session. An ended process holds nothing: call `forget`. Bounded
// by nodes' lists.
import { limits } from '@meridian/protocol';
import type { NodeRecord } from '../../fleet/core/node.ts';

/** Life of a lease since its last listing: three reports. */
export const SESSION_LEASE_MS = 3 * limits.reportIntervalMs;

export interface Listed {
  readonly decisions: ReadonlyMap<string, string>; // decision id -> room key
  readonly sessionIds: ReadonlySet<string>;
}

interface NodeLeases {
  readonly held: Listed;
  listedAtMs: number;
  /** End of the lease of each session and decision that is absent from the list. */
  readonly absent: ReadonlyMap<string, number>;
}

export class SessionLeases {
  readonly #leasesByNode = new Map<string, NodeLeases>();

  /** Returns the list and the entries that do not count as gone yet. `isCharged`: whether a decision still counts. */
  held(
    nodeId: string,
    listed: Listed,
    o: { provesAbsence: boolean; nowMs: number; isCharged(decisionId: string): boolean },
  ): Listed {
    const leasesBefore = this.#leasesByNode.get(nodeId);
    const { nowMs } = o;
    const absent = new Map<string, number>();
    const decisions: [string, string][] = [];
    const sessionIds: string[] = [];
    const isLeased = (id: string): boolean => {
      const lapsesAtMs = leasesBefore?.absent.get(id) ?? (leasesBefore?.listedAtMs ?? nowMs) + SESSION_LEASE_MS;
      if (o.provesAbsence && nowMs >= lapsesAtMs) return false;
      absent.set(id, lapsesAtMs);
      return true;
    };
    for (const [id, roomKey] of leasesBefore?.held.decisions ?? []) {
      if (!listed.decisions.has(id) && o.isCharged(id) && isLeased(id)) decisions.push([id, roomKey]);
    }
    for (const id of leasesBefore?.held.sessionIds ?? []) {
      if (!listed.sessionIds.has(id) && isLeased(id)) sessionIds.push(id);
    }
    const heldEntries = absent.size === 0 ? listed : merged(listed, decisions, sessionIds);
    this.#leasesByNode.set(nodeId, { held: heldEntries, listedAtMs: nowMs, absent });
    return heldEntries;
  }

  /** False, without effect, when the node counts as holding more than its list, or is unknown. */
  renew(nodeId: string, nowMs: number): boolean {
    const leases = this.#leasesByNode.get(nodeId);
    if (leases === undefined || leases.absent.size > 0) return false;
    leases.listedAtMs = nowMs;
    return true;
  }

  forget(nodeId: string): void {
    this.#leasesByNode.delete(nodeId);
  }
}

/** Adds holdings that the list lacks; rarely called, because almost every report lists all. */
function merged(listed: Listed, decisions: Iterable<[string, string]>, sessionIds: Iterable<string>): Listed {
  return {
    decisions: new Map([...listed.decisions, ...decisions]),
    sessionIds: new Set([...listed.sessionIds, ...sessionIds]),
  };
}

/** `isFull`: the whole list has just come, while the digest is older. */
export function provesAbsence({ digest, listed, load }: NodeRecord, isFull: boolean): boolean {
  const isConfirmed = isFull || (digest?.count === listed.count && digest.hash === listed.hash);
  return isConfirmed && load.sessions <= listed.count;
}

export function listedBy(node: NodeRecord): Listed {
  const decisions = new Map<string, string>();
  const sessionIds = new Set<string>();
  for (const room of node.rooms.values()) {
    for (const id of room.decisionIds) decisions.set(id, room.roomKey);
    for (const id of room.sessionIds) sessionIds.add(id);
  }
  return { decisions, sessionIds };
}
