// Which sessions a node is taken to hold. Every session that a node has listed is leased; each report renews, by its
// digest, all that are on the list. A session counts as gone when three things are true: its lease has lapsed, it is
// absent from a list that the node's own digest bears out, and the node carries no media that the list does not name
// (it counts the sessions with transports apart from its list). So a report that crossed another, a list that is
// damaged, or a node that is confused about itself takes no charge from a session that lives. A process that has ended
// holds nothing: `forget` is for it. No clock: times are arguments. Bounded by what nodes list.
import { limits } from '@meridian/protocol';
import type { NodeRecord } from '../../fleet/core/node.ts';

/** Since it was last listed: three reports. */
export const SESSION_LEASE_MS = 3 * limits.reportIntervalMs;

export interface Listed {
  readonly decisions: ReadonlyMap<string, string>; // decision id -> room key
  readonly sessionIds: ReadonlySet<string>;
}

interface NodeLeases {
  readonly held: Listed;
  listedAtMs: number;
  /** Sessions and decisions that are absent from the list, and when their lease lapses. */
  readonly absent: ReadonlyMap<string, number>;
}

export class SessionLeases {
  readonly #ofNode = new Map<string, NodeLeases>();

  /**
   * What a node holds now that it has listed this: its list, and what cannot be taken for gone yet. `isCharged`:
   * whether a decision still counts.
   */
  held(
    nodeId: string,
    listed: Listed,
    o: { provesAbsence: boolean; nowMs: number; isCharged(decisionId: string): boolean },
  ): Listed {
    const before = this.#ofNode.get(nodeId);
    const { nowMs } = o;
    const absent = new Map<string, number>();
    const decisions: [string, string][] = [];
    const sessionIds: string[] = [];
    const isLeased = (id: string): boolean => {
      const lapsesAtMs = before?.absent.get(id) ?? (before?.listedAtMs ?? nowMs) + SESSION_LEASE_MS;
      if (o.provesAbsence && nowMs >= lapsesAtMs) return false;
      absent.set(id, lapsesAtMs);
      return true;
    };
    for (const [id, roomKey] of before?.held.decisions ?? []) {
      if (!listed.decisions.has(id) && o.isCharged(id) && isLeased(id)) decisions.push([id, roomKey]);
    }
    for (const id of before?.held.sessionIds ?? []) {
      if (!listed.sessionIds.has(id) && isLeased(id)) sessionIds.push(id);
    }
    const held = absent.size === 0 ? listed : together(listed, decisions, sessionIds);
    this.#ofNode.set(nodeId, { held, listedAtMs: nowMs, absent });
    return held;
  }

  /**
   * The node lists what it listed last: its leases are renewed. False, and nothing done, when it is taken to hold more
   * than that, or nothing is known of it.
   */
  renew(nodeId: string, nowMs: number): boolean {
    const leases = this.#ofNode.get(nodeId);
    if (leases === undefined || leases.absent.size > 0) return false;
    leases.listedAtMs = nowMs;
    return true;
  }

  /** The process that held them has ended, or is dead for the centre. */
  forget(nodeId: string): void {
    this.#ofNode.delete(nodeId);
  }
}

/** Almost every report lists all that is held: only then what is held besides is put together. */
function together(listed: Listed, decisions: Iterable<[string, string]>, sessionIds: Iterable<string>): Listed {
  return {
    decisions: new Map([...listed.decisions, ...decisions]),
    sessionIds: new Set([...listed.sessionIds, ...sessionIds]),
  };
}

/**
 * Whether what is not on the node's list is not there. `isFull`: the list has come whole in this moment, the digest is
 * of an earlier one.
 */
export function provesAbsence({ digest, listed, load }: NodeRecord, isFull: boolean): boolean {
  const isBorneOut = isFull || (digest?.count === listed.count && digest.hash === listed.hash);
  return isBorneOut && load.sessions <= listed.count;
}

/** What a node's present list names. */
export function listedBy(node: NodeRecord): Listed {
  const decisions = new Map<string, string>();
  const sessionIds = new Set<string>();
  for (const room of node.rooms.values()) {
    for (const id of room.decisionIds) decisions.set(id, room.roomKey);
    for (const id of room.sessionIds) sessionIds.add(id);
  }
  return { decisions, sessionIds };
}
